"""Part C, from the municipality's own registers: what its maatregelen did to persons, or how to bring the registers."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import Released, open_released
from evaluatie.estimation import Estimate
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.rapport.effectdelen import make_bar, table_evaluaties, write_evaluaties
from evaluatie.rapport.figuren import plot_effects
from evaluatie.rapport.figuren_personen import plot_verhoudingen
from evaluatie.rapport.opmaak import Fragment, bullet_list, details, heading, paragraph
from evaluatie.rapport.registereffecten import Registereffecten
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.tekenstijl import Tekst


def write_registereffecten(effecten: Registereffecten | None, resultaten: Resultaten) -> Fragment:
    """Write the effects that follow from the registers of a municipality, or how to bring these.

    Parameters
    ----------
    effecten : Registereffecten or None
        None when the municipality has no registers.
    resultaten : Resultaten
        Of the report; holds these effects already.
    """
    title = heading(3, "Effecten uit de eigen registers")
    if effecten is None:
        return title + paragraph(_NO_REGISTERS) + details(_HOW_TITLE, bullet_list(_HOW, ordered=True), on_paper=False)
    parts = title + effecten.banner
    if effecten.tabellen:
        parts += paragraph(_LEAD)
    for caption, released in effecten.tabellen.items():
        parts += _plot(caption, released, synthetisch=effecten.synthetisch)
        parts += table_evaluaties(released, resultaten, caption) + write_evaluaties(released)
    absent = [_describe_missing(naam, tabellen) for naam, tabellen in effecten.ontbreekt.items()]
    return parts + bullet_list(absent) if absent else parts


def _plot(caption: str, released: Released[tuple[Evaluatie, ...]], *, synthetisch: bool) -> Fragment:
    """Draw the effects of a table as one forest plot; those on another scale than the first stand in the table only."""
    evaluaties = open_released(released)
    scale = evaluaties[0].schaal.naam if evaluaties else ""
    drawn = [evaluatie for evaluatie in evaluaties if evaluatie.schaal.naam == scale]
    known = [evaluatie for evaluatie in drawn if isinstance(evaluatie.estimate, Estimate)]
    if not known or scale not in ("punten", "verhouding"):
        return Fragment(Markup(""))
    found = sum(evaluatie.oordeel.is_shown for evaluatie in known)
    subject, count = caption.split(":")[0], f"{found or 'geen'} van de {len(known)} geschatte uitkomsten"
    titel = f"{subject}: bij {count} is een effect aangetoond"
    alt = (
        f"{titel}. Per uitkomst een punt met een 95%-interval rond de lijn van geen effect; de tabel geeft de cijfers."
    )
    tekst = Tekst(titel, alt, str(evaluaties[0].bronnen[0]), synthetisch)
    if scale == "verhouding":
        return plot_verhoudingen(
            [make_bar(evaluatie, evaluatie.uitkomst, bewijskracht=True) for evaluatie in drawn], tekst
        )
    return plot_effects(
        [make_bar(evaluatie, evaluatie.uitkomst, times=100, bewijskracht=True) for evaluatie in drawn],
        titel=titel,
        alt=alt,
        x_as="verschil met vergelijkbare mensen, procentpunt (95%-interval)",
        bron=tekst.bron,
        synthetisch=synthetisch,
    )


def _describe_missing(naam: str, tabellen: Sequence[str]) -> Markup:
    word, verb = ("tabel", "ontbreekt") if len(tabellen) == 1 else ("tabellen", "ontbreken")
    return Markup("Van {} is nog niets te schatten: de {} {} {}. Lees in met: {}.").format(
        naam, word, notatie.join(list(tabellen)), verb, Markup("<code>evaluatie import MAP</code>")
    )


_NO_REGISTERS = (
    "Van deze gemeente zijn geen eigen registers ingelezen. Wat een maatregel bij mensen deed, zoals een traject, is "
    "daarom niet te schatten. Met de eigen registratie van uitkeringen, trajecten, deeltijdinkomsten en handhaving kan "
    "dat wel."
)
_HOW_TITLE = "Voor wie het rapport maakt: zo leest u registers in"
_HOW = (
    Markup("Maak een map met een leeg dossier en lege tabellen: <code>evaluatie new MAP --gemeente NAAM</code>."),
    "Vul de tabellen in de map aanlevering, zoals LEESMIJ.md in die map uitlegt; uitkeringen en trajecten eerst.",
    Markup("Controleer en lees in: <code>evaluatie check MAP</code> en daarna <code>evaluatie import MAP</code>."),
    Markup("Zet het pad van de map in <code>EVALUATIE_MAP</code> en maak het rapport opnieuw."),
)
_LEAD = (
    "Deze schattingen komen uit de registers van de gemeente zelf. Mensen die een maatregel kregen zijn vergeleken met "
    "mensen met dezelfde bekende kenmerken die haar (nog) niet kregen. De grens voor een effect is strenger gemaakt "
    "voor het aantal vragen in dit onderdeel samen (correctie van Holm). Effecten zijn in procentpunten, in maanden of "
    "als verhouding."
)
