"""The sections of the page on besparing that hold a fictief and an estimated amount against each other."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import Schatting
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties.besparingseffect import GESCHAT, HORIZON
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.oordeel import Oordeel
from evaluatie.evaluaties.trajecten import HORIZONS
from evaluatie.rapport import besparing_vrijgave as ids
from evaluatie.rapport.besparing_fictief import TOTAAL as FICTIEF
from evaluatie.rapport.besparing_fictief import Fictief, describe_jaren
from evaluatie.rapport.besparing_figuur import Bedragbalk, plot_bedragen
from evaluatie.rapport.besparing_vrijgave import Besparingspagina
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, paragraph, table
from evaluatie.rapport.tekenstijl import Tekst

_STREEP = Markup("–")
_ZONDER = {
    Oordeel.GEVONDEN: "een deel kwam door het traject",
    Oordeel.TEGENGESTELD: "zonder traject meer uitstroom",
    Oordeel.NIET_AANGETOOND: "niet aangetoond dat een traject iets toevoegde",
    Oordeel.NIET_TE_SCHATTEN: Oordeel.NIET_TE_SCHATTEN.value,
}
_AANNAME = "aanname, geen effect"


def write_prijs(pagina: Besparingspagina, naam: str) -> Fragment:
    """Write what a month with benefit costs and where that price comes from."""
    years = describe_jaren(pagina.prijs_jaren)
    if pagina.prijs_eigen:
        said = (
            f"Eigen prijs van {naam}: lasten min baten uit de tabel financien, gedeeld door het gemiddelde aantal "
            f"uitkeringen uit de tabel volumes, {years}."
        )
    else:
        said = (
            "Landelijke prijs: netto lasten van alle gemeenten samen, gedeeld door het aantal uitkeringen, "
            f"{years}. Daarin zitten ook loonkostensubsidie en Bbz, dus het is een ruwe prijs. "
            f"Bron: {notatie.join([str(bron) for bron in pagina.prijs_bronnen])}."
        )
    keys = [("per uitkering per jaar", "prijs.uitkering"), ("per maand van één persoon", "prijs.persoonmaand")]
    if pagina.per_persoon:
        keys.insert(1, ("uitkeringen per persoon (een paar heeft er samen één)", "prijs.uitkeringen_per_persoon"))
    else:
        said += " Hoeveel uitkeringen er per persoon zijn, is niet bekend (tabel volumes): een paar telt hier als twee "
        said += "uitkeringen, en dat maakt de besparing te hoog."
    rows = [[words, pagina.resultaten.show(key)] for words, key in keys]
    heads = [Kolom("onderdeel"), Kolom("waarde", "getal")]
    return paragraph(said) + table("Prijs van een maand bijstand", heads, rows)


def write_vergelijking(pagina: Besparingspagina, fictief: Fictief, *, bron: str, synthetisch: bool) -> Fragment:
    """Draw and tabulate the fictieve and the estimated besparing, and write what may be said of the estimate."""
    titel = title_vergelijking(pagina.geschat, fictief.totaal_eur)
    balken = _list_balken(pagina, fictief)
    alt = f"{titel}. Bovenaan wat de normbedragen zeggen, onderaan de schatting met een 95%-interval rond nul euro."
    figure = plot_bedragen(balken, Tekst(titel, alt, bron, synthetisch))
    return figure + _table(pagina, fictief) + paragraph(pagina.geschat.sentence) + paragraph(_SAME, css="uitleg")


def title_vergelijking(geschat: Evaluatie, fictief: float | None) -> str:
    """Return the finding: no estimate is called a besparing unless it was shown."""
    start = "" if fictief is None else f"Fictief is {notatie.euro(fictief)} bespaard; "
    rest = _finding(geschat)
    return start + rest if start else rest[:1].upper() + rest[1:]


def write_zonder(pagina: Besparingspagina) -> Fragment:
    """Write which part of the exits to work would have come about without a traject."""
    rows: list[list[Cel]] = []
    for horizon in HORIZONS:
        key = f"zonder.{horizon}"
        shown = pagina.resultaten.show(key), pagina.resultaten.show_interval(key)
        rows.append([f"binnen {horizon} maanden", *shown, _ZONDER[pagina.uitstroom(horizon).oordeel]])
    heads = [Kolom("uitstroom_werk"), Kolom("ook_zonder", "getal"), Kolom("interval", "getal"), Kolom("oordeel")]
    note = (
        "Uitstroom naar werk die vergelijkbare mensen die wachtten ook hadden, gedeeld door die van wie startte. Boven "
        "100%: zonder traject waren er naar schatting meer uitgestroomd."
    )
    return table("Hoeveel was er ook zonder traject geweest?", heads, rows, voetnoot=note)


def write_looptijden(pagina: Besparingspagina, looptijden: Sequence[int]) -> Fragment:
    """Write what placements and extra exits to work are worth for several durations."""
    resultaten, verdict = pagina.resultaten, pagina.uitstroom(HORIZON).oordeel.value
    rows: list[list[Cel]] = [
        [
            f"{maanden} maanden",
            _show(pagina, f"looptijd_fictief.{maanden}"),
            resultaten.show(f"looptijd.{maanden}"),
            resultaten.show_interval(f"looptijd.{maanden}"),
            verdict,
        ]
        for maanden in looptijden
    ]
    names = ("fictief", "extra_uitstroom", "interval")
    heads = [Kolom("looptijd"), *(Kolom(name, "getal") for name in names), Kolom("oordeel")]
    note = (
        "Fictief: alle plaatsingen van hierboven, maal de looptijd, maal de prijs van een maand. Extra uitstroom: wie "
        "naar werk uitstroomde, min wie dat van de vergelijkbare mensen die wachtten ook deed, maal dezelfde looptijd "
        "en prijs. De looptijd is een aanname. De maanden van lock-in zitten hier niet in; in de schatting wel."
    )
    return table("Als een plaatsing zo lang uitkering scheelt", heads, rows, voetnoot=note)


def write_terugverdientijd(pagina: Besparingspagina) -> Fragment:
    """Write how long it takes until a start has paid for itself, and that this may be never."""
    show, found = pagina.resultaten.show, pagina.getal(ids.TERUG)
    if found is None or isinstance(found, NotEstimated):
        # The sign of an effect that may not be shown is not shown either.
        reason = found if isinstance(pagina.geschat.estimate, Estimate) else None
        return paragraph(_explain_terug(reason)) + _table_netto(pagina)
    said = Markup(
        "Een start kost gemiddeld {} en scheelt naar schatting {} maanden bijstand in {} maanden. Zo verdient een "
        "start zich in {} maanden terug (95%-interval {})."
    ).format(
        show(ids.KOSTEN_START), show(ids.MAANDEN), HORIZON, show(ids.TERUG), pagina.resultaten.show_interval(ids.TERUG)
    )
    if pagina.geschat.oordeel is not Oordeel.GEVONDEN:
        said += Markup(" Dat een start iets bespaart is niet aangetoond: misschien verdient hij zich nooit terug.")
    return paragraph(said) + paragraph(_TERUG, css="uitleg") + _table_netto(pagina)


def _finding(geschat: Evaluatie) -> str:
    if not isinstance(geschat.estimate, Estimate):
        return "wat trajecten bespaarden is niet te schatten"
    amount = notatie.euro(abs(geschat.estimate.value))
    if geschat.oordeel is Oordeel.GEVONDEN:
        return f"naar schatting bespaarden trajecten {amount}"
    if geschat.oordeel is Oordeel.TEGENGESTELD:
        return f"naar schatting kostten trajecten juist {amount} aan uitkeringen"
    return "een besparing door trajecten is niet aangetoond"


def _list_balken(pagina: Besparingspagina, fictief: Fictief) -> list[Bedragbalk]:
    balken = []
    if fictief.totaal_eur is not None:
        balken.append(Bedragbalk("Fictief\n(normbedragen)", fictief.totaal_eur))
        over = pagina.getal(ids.OVER)
        label = "Fictief zonder wie ook\nanders uitstroomde"
        found = pagina.uitstroom(HORIZON).oordeel.is_shown
        balken.append(_balk(label, over if isinstance(over, Schatting) else None, found=found))
    estimate, found = pagina.geschat.estimate, pagina.geschat.oordeel.is_shown
    label = f"Geschat\n({HORIZON} maanden per start)"
    if not isinstance(estimate, Estimate):
        return [*balken, Bedragbalk(label, None)]
    interval = estimate.interval()
    return [*balken, Bedragbalk(label, estimate.value, interval.lower, interval.upper, found)]


def _balk(label: str, found_value: Schatting | None, *, found: bool) -> Bedragbalk:
    if found_value is None:
        return Bedragbalk(label, None)
    return Bedragbalk(label, found_value.value, found_value.lower, found_value.upper, found)


def _table(pagina: Besparingspagina, fictief: Fictief) -> Fragment:
    show, interval = pagina.resultaten.show, pagina.resultaten.show_interval
    rows: list[list[Cel]] = []
    if fictief.totaal_eur is not None:
        rows.append(["Fictief, met normbedragen", show(FICTIEF), _STREEP, _AANNAME])
        label = "Fictief, zonder wie ook anders was uitgestroomd"
        rows.append([label, show(ids.OVER), interval(ids.OVER), "deels aanname"])
    label = f"Geschat over {HORIZON} maanden per start"
    rows.append([label, show(GESCHAT), interval(GESCHAT), pagina.geschat.oordeel.value])
    numbers = (Kolom(name, "getal") for name in ("besparing_eur", "interval"))
    heads = [Kolom("rekenwijze", "breed"), *numbers, Kolom("oordeel")]
    return table(f"Fictief en geschat naast elkaar, {describe_jaren(pagina.jaren)}", heads, rows)


def _table_netto(pagina: Besparingspagina) -> Fragment:
    """Write what is left after the cost of the starts; nothing when the registers give no cost."""
    show, interval = pagina.resultaten.show, pagina.resultaten.show_interval
    if ids.KOSTEN not in pagina.resultaten.by_id:
        return Fragment(Markup(""))
    rows: list[list[Cel]] = [[f"Geschat over {HORIZON} maanden per start", show(ids.NETTO), interval(ids.NETTO)]]
    if ids.NETTO_FICTIEF in pagina.resultaten.by_id:
        rows.insert(0, ["Fictief, met normbedragen", show(ids.NETTO_FICTIEF), _STREEP])
    note = Markup("Besparing min de kosten van de starts, samen {}. Een minteken: het kostte meer dan het bespaarde.")
    heads = [Kolom("rekenwijze", "breed"), Kolom("netto_na_kosten", "getal"), Kolom("interval", "getal")]
    return table("Wat er na de kosten overblijft", heads, rows, voetnoot=note.format(show(ids.KOSTEN)))


def _show(pagina: Besparingspagina, key: str) -> Cel:
    return pagina.resultaten.show(key) if key in pagina.resultaten.by_id else _STREEP


def _explain_terug(found: NotEstimated | None) -> str:
    if found is not None and found.code == "wrong_sign":
        return (
            "Naar schatting scheelde een start geen maanden bijstand, of kostte hij er juist. Een terugverdientijd "
            "bestaat dan niet."
        )
    if found is not None and found.code == "missing_costs":
        return "De registers geven geen kosten van trajecten; de terugverdientijd is niet te schatten."
    return "De terugverdientijd is niet te schatten: het gaat om te weinig mensen."


_SAME = (
    "Een normbedrag telt alleen wat in het jaar van plaatsing wordt bespaard, en telt iedereen die werd geplaatst. De "
    f"schatting telt {HORIZON} maanden vanaf elke start, met de maanden van lock-in, en telt alleen het verschil met "
    "vergelijkbare mensen die wachtten."
)
_TERUG = (
    "De besparing per maand is het gemiddelde over de gevolgde maanden; verder dan die maanden is doorgetrokken. "
    "De kosten zijn die van één traject, betaald uit het re-integratiebudget; de besparing valt op het BUIG-budget."
)
