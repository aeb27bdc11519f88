"""Evaluaties of persons on a page: the forest plot, the table, and per effect its sentence, checks and assumptions."""

from __future__ import annotations

from markupsafe import Markup

from evaluatie.disclosure import Released, open_released
from evaluatie.estimation import Estimate
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.rapport.figuren_personen import plot_verhoudingen
from evaluatie.rapport.figuurtabellen import Balk
from evaluatie.rapport.opmaak import Fragment, Kolom, bullet_list, details, paragraph, table
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.tekenstijl import Tekst


def table_evaluaties(
    released: Released[tuple[Evaluatie, ...]], resultaten: Resultaten, titel: str, *, voetnoot: str = ""
) -> Fragment:
    """Show effects side by side: outcome, difference, interval, what could be seen, evidence and verdict."""
    kolommen = [
        Kolom("uitkomst", "breed"),
        Kolom("effect", "getal"),
        Kolom("interval", "getal"),
        Kolom("op_te_merken", "getal"),
        Kolom("bewijskracht"),
        Kolom("oordeel"),
    ]
    rows = [_row(evaluatie, resultaten) for evaluatie in open_released(released)]
    return table(titel, kolommen, rows, voetnoot=voetnoot)


def write_evaluaties(released: Released[tuple[Evaluatie, ...]]) -> Fragment:
    """Write per effect the sentence, and behind a fold how one tried to break it and what has to be true."""
    parts = Fragment(Markup(""))
    for evaluatie in open_released(released):
        parts += paragraph(evaluatie.sentence)
        if evaluatie.checks:
            parts += details(f"Toon de toetsen: {evaluatie.uitkomst}", _checks(evaluatie))
    return parts


def plot_vensters(released: Released[tuple[Evaluatie, ...]], *, titel: str, bron: str, synthetisch: bool) -> Fragment:
    """Draw ratios against the line of no effect, in the order of the windows."""
    evaluaties = open_released(released)
    balken = [make_bar(evaluatie, evaluatie.venster or evaluatie.uitkomst) for evaluatie in evaluaties]
    found = sum(balk.found for balk in balken)
    estimated = sum(balk.value is not None for balk in balken)
    alt = (
        f"{titel}. Per periode een punt met een 95%-interval, rond de lijn van geen effect bij 1; bij {found} van de "
        f"{estimated} is een verschil aangetoond. De cijfers staan in de tabel."
    )
    return plot_verhoudingen(balken, Tekst(titel, alt, bron, synthetisch))


def _row(evaluatie: Evaluatie, resultaten: Resultaten) -> list[str | Markup]:
    seen = f"{evaluatie.id}.opspoorbaar"
    unit = f" {evaluatie.schaal.unit}" if evaluatie.schaal.unit else ""
    shown = resultaten.show(evaluatie.id)
    return [
        evaluatie.uitkomst,
        shown + unit if isinstance(evaluatie.estimate, Estimate) else shown,
        resultaten.show_interval(evaluatie.id),
        resultaten.show(seen) if seen in resultaten.by_id else "–",
        f"{int(evaluatie.bewijskracht)} van 5" if evaluatie.bewijskracht else "–",
        evaluatie.oordeel.value,
    ]


def _checks(evaluatie: Evaluatie) -> Fragment:
    rows = [[check.name, check.verdict.dutch, check.statement] for check in evaluatie.checks]
    kolommen = [Kolom("toets"), Kolom("uitkomst"), Kolom("toelichting", "breed")]
    caption = f"Pogingen om de uitkomst te weerleggen: {evaluatie.uitkomst}"
    assumed = paragraph("Dit geldt als het volgende waar is:") + bullet_list(evaluatie.aannames)
    return table(caption, kolommen, rows) + assumed


def make_bar(evaluatie: Evaluatie, label: str, *, times: float = 1, bewijskracht: bool = False) -> Balk:
    """Return the row of a forest plot; what could not be estimated keeps its row, without numbers.

    Parameters
    ----------
    evaluatie : Evaluatie
        Released.
    label : str
        Name of the row.
    times : float
        100 draws shares as percentages.
    bewijskracht : bool
        Whether the level of evidence stands at the end of the row.
    """
    if not isinstance(evaluatie.estimate, Estimate):
        return Balk(label, None, None, None)
    interval = evaluatie.estimate.interval()
    value, lower, upper = (times * number for number in (evaluatie.estimate.value, interval.lower, interval.upper))
    level = f"{int(evaluatie.bewijskracht)} van 5" if bewijskracht else ""
    return Balk(label, value, lower, upper, evaluatie.oordeel.is_shown, level)
