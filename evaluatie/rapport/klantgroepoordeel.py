"""The judgements of the monitor of klantgroepen: targets of the plan, and the early warning."""

from __future__ import annotations

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import Schatting, open_released
from evaluatie.evaluaties.klantgroepen import ACTIEF, TERMIJN, WEG
from evaluatie.evaluaties.streefcijfers import Doel
from evaluatie.rapport.klantgroeppagina import Monitorpagina
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, paragraph, table
from evaluatie.rapport.resultaten import Notatie, Resultaat
from evaluatie.rapport.vrijgave import Sleutel, record_schatting

TOEVAL = 0.05
"""Below this chance a rise is called seldom chance."""


def write_doelen(pagina: Monitorpagina) -> Fragment:
    """Write the targets of the plan beside what was measured."""
    rows = [
        _doel_row(pagina, groep, doel) for groep in pagina.groepen for doel in pagina.doelen if doel.concerns(groep)
    ]
    if not rows:
        return paragraph("Het plan noemt geen streefcijfers voor deze klantgroepen.")
    heads = [Kolom("klantgroep"), Kolom("streefcijfer"), *(Kolom(n, "getal") for n in ("gemeten", "interval"))]
    sources = notatie.join([str(bron) for bron in dict.fromkeys(doel.bron for doel in pagina.doelen)])
    note = (
        f"Uitstroom: had {TERMIJN} maanden later geen uitkering. Participatie: had in {TERMIJN} maanden een traject of "
        "deeltijdwerk. De termijn en deze invulling zijn van ons; het plan noemt ze niet. Het interval rekent met "
        f"toeval en met de afronding. Streefcijfers: {sources}. {pagina.cijfers.explain(rows)}"
    )
    return table("Streefcijfers en wat is gemeten", [*heads, Kolom("oordeel")], rows, voetnoot=note)


def _doel_row(pagina: Monitorpagina, groep: str, doel: Doel) -> list[Cel]:
    deel, geheel = measured_as(doel, groep, pagina)
    c, resultaten, key = pagina.cijfers, pagina.cijfers.resultaten, f"doel.{groep}"
    sentence = f"Streefcijfer {doel.uitkomst}, groep {groep}"
    resultaten.add(Resultaat(key, doel.aandeel, "aandeel", "procent0", sentence, (doel.bron,), value_to=doel.tot))
    found = c.interval(c.aantallen.aandeel(deel, geheel))
    shown = c.show_share(deel, geheel, f"Gemeten {doel.uitkomst}, groep {groep}")
    target = Markup("{} {}").format(doel.uitkomst, resultaten.show_range(key))
    verdict = "te klein om te tonen" if found is None else doel.judge(found).value
    return [groep.capitalize(), target, shown, c.show_interval(deel), verdict]


def measured_as(doel: Doel, groep: str, pagina: Monitorpagina) -> tuple[Sleutel, Sleutel]:
    """Return which count, as a part of which other one, measures a target."""
    if doel.uitkomst == "uitstroom":
        return (WEG, groep), ("stand", groep, pagina.eerder)
    return (ACTIEF, groep), ("stand", groep, pagina.laatste)


def write_signaal(pagina: Monitorpagina) -> Fragment:
    """Write whether the early warning rings, with the chance that it does so for nothing."""
    found, resultaten, bronnen = open_released(pagina.signaal), pagina.cijfers.resultaten, pagina.signaal.bronnen
    growth, chance = found["groei"], found["kans"]
    if not isinstance(growth, Schatting) or not isinstance(chance, Schatting):
        return paragraph("De reeks is te kort of te klein om over een stijging te oordelen.")
    for key, how, sentence in _SIGNALEN:
        record_schatting(resultaten, f"signaal.{key}", found[key], how, sentence, bronnen)
    show = resultaten.show
    change = Markup(
        "In de twaalf maanden tot en met het {} veranderde het bestand met {} (95%-interval {} tot {}). "
    ).format(notatie.period(pagina.laatste), *(show("signaal.groei", deel) for deel in ("value", "lower", "upper")))
    rings = "gaat af" if growth.value > pagina.drempel else "gaat niet af"
    limit = notatie.percentage(pagina.drempel, 0)
    verdict = Markup("<strong>Het signaal bij een stijging van meer dan {} {}.</strong> ").format(limit, rings)
    alarm = Markup(
        "Bij een bestand van deze omvang gaat het signaal ook zonder echte groei in {} van de jaren af."
    ).format(show("signaal.vals_alarm"))
    text = change + verdict + _weigh(growth, chance, show("signaal.kans")) + alarm
    return paragraph(text) + paragraph(_EXPLAINED, css="uitleg")


def _weigh(growth: Schatting, chance: Schatting, shown: Markup) -> Markup:
    """Say what chance has to do with a change; of a fall nothing."""
    if growth.value <= 0:
        return Markup("")
    start = "Zo’n stijging is zelden toeval" if chance.value < TOEVAL else "Zo’n stijging kan toeval zijn"
    told = Markup("{}: als er gemiddeld evenveel mensen komen als gaan, is de kans op minstens zo veel groei {}. ")
    return told.format(start, shown)


_SIGNALEN: tuple[tuple[str, Notatie, str], ...] = (
    ("groei", "procent", "Verandering van het bestand in twaalf maanden"),
    ("kans", "procent0", "Kans op minstens zo’n stijging zonder echte groei"),
    ("vals_alarm", "procent0", "Kans dat het signaal in een jaar afgaat zonder echte groei"),
)
_EXPLAINED = (
    "Zo is gerekend: elke maand komen en gaan er mensen. Hoe sterk het verschil daartussen van maand op maand "
    "schommelt, is geschat uit de maanden vóór deze twaalf, met het seizoen en de trend daarvan erbij. Dat geeft "
    "hoeveel het bestand in een jaar door toeval kan veranderen. Maanden gelden als onafhankelijk; een conjunctuur die "
    "lang dezelfde kant op duwt, telt hier als echte groei."
)
