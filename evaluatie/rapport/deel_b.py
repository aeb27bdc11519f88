"""Part B: the maatregelen that were taken, what they cost and reached, and their milestones on the peildatum."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import open_released
from evaluatie.dossier import Dossier, Maatregel, Mijlpaal
from evaluatie.rapport.eenheden import describe_eenheid
from evaluatie.rapport.figuren import plot_milestones
from evaluatie.rapport.gegevens import Verantwoordingsgegevens
from evaluatie.rapport.opmaak import Fragment, Kolom, heading, paragraph, table
from evaluatie.rapport.resultaten import Resultaten


def write_maatregelen(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Write the table of maatregelen."""
    dossier = open_released(gegevens.dossier)
    rows = [_row(dossier, maatregel, resultaten) for maatregel in dossier.maatregelen]
    kolommen = [Kolom(name) for name in ("Maatregel", "Doel", "Start", "Budget", "Besteed", "Gepland", "Bereikt", "Bron")]
    count = f"Het dossier van {dossier.gemeente.naam} bevat {len(rows)} maatregelen. Lege vakken betekenen dat de bronnen niets noemen."
    return paragraph(count) + table("Getroffen maatregelen met doel, geld en resultaat zoals de gemeente die meldt", kolommen, rows)


def write_mijlpalen(gegevens: Verantwoordingsgegevens) -> Fragment:
    """Write the milestones with their status on the peildatum."""
    dossier, peildatum = open_released(gegevens.dossier), gegevens.peildatum
    found = [(maatregel, mijlpaal) for maatregel in dossier.maatregelen for mijlpaal in maatregel.mijlpalen]
    title = heading(3, f"Mijlpalen op {notatie.date(peildatum)}")
    if not found:
        return title + paragraph("De bronnen noemen geen gedateerde mijlpalen.")
    ordered = sorted(found, key=lambda item: item[1].datum)
    rows = [
        [mijlpaal.omschrijving, maatregel.naam, notatie.date(mijlpaal.datum), judge_mijlpaal(mijlpaal, peildatum), str(dossier.bron(mijlpaal.bron))]
        for maatregel, mijlpaal in ordered
    ]
    kolommen = [Kolom("Mijlpaal"), Kolom("Maatregel"), Kolom("Datum"), Kolom("Stand"), Kolom("Bron")]
    return title + paragraph(_summarise(ordered, peildatum)) + _plot(ordered, peildatum, dossier) + table(
        "Mijlpalen met hun stand op de peildatum", kolommen, rows
    )


def write_klantgroepen(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Write the klantgroepen with their sizes, targets and budgets; several sizes when the sources contradict each other."""
    dossier = open_released(gegevens.dossier)
    if not dossier.klantgroepen:
        return Fragment(Markup(""))
    rows = []
    for groep in dossier.klantgroepen:
        targets = [Markup("{} {}").format(doel.uitkomst, resultaten.show_range(f"cijfer.{doel.cijfer}")) for doel in groep.streefcijfers]
        rows.append([groep.naam, groep.kenmerk, _numbers(dossier, groep.aantallen, resultaten), _lines(targets), _numbers(dossier, groep.budget, resultaten)])
    kolommen = [Kolom(name) for name in ("Klantgroep", "Kenmerk", "Aantal", "Streefcijfer", "Budget")]
    return heading(3, "Klantgroepen") + table("Klantgroepen met omvang, streefcijfer en budget", kolommen, rows)


def write_tegenstrijdigheden(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Write where the sources contradict each other; every variant is kept."""
    dossier = open_released(gegevens.dossier)
    title = heading(3, "Waar de bronnen elkaar tegenspreken")
    if not dossier.tegenstrijdigheden:
        return title + paragraph("In de bronnen zijn geen tegenstrijdige cijfers gevonden.")
    rows = [[item.onderwerp, _numbers(dossier, item.cijfers, resultaten), item.toelichting] for item in dossier.tegenstrijdigheden]
    return title + table("Tegenstrijdige cijfers; alle lezingen blijven staan", [Kolom("Onderwerp"), Kolom("Cijfers"), Kolom("Toelichting")], rows)


def judge_mijlpaal(mijlpaal: Mijlpaal, peildatum: dt.date) -> str:
    """Say how a milestone stands on a day; a date that has passed is no proof that it was met."""
    if mijlpaal.gereed is not None and mijlpaal.gereed <= peildatum:
        late = (mijlpaal.gereed - mijlpaal.datum).days
        return "gereed" if late <= mijlpaal.tolerantie_dagen else f"gereed, {late} dagen te laat"
    overdue = (peildatum - mijlpaal.datum).days
    if overdue < 0:
        return "nog niet vervallen"
    if overdue <= mijlpaal.tolerantie_dagen:
        return f"vervallen, binnen de tolerantie van {mijlpaal.tolerantie_dagen} dagen"
    return "vervallen; in de bronnen niet aangetoond dat het gereed is"


def _row(dossier: Dossier, maatregel: Maatregel, resultaten: Resultaten) -> list[str | Markup]:
    start = maatregel.start + (f"; beëindigd {maatregel.einde}" if maatregel.einde else "")
    external = Markup(" <em>(externe maatregel)</em>") if maatregel.extern else Markup("")
    name = Markup("{}{}<br><span class=\"uitleg\">{}</span>").format(maatregel.naam, external, maatregel.omschrijving)
    money = [_numbers(dossier, ids, resultaten) for ids in (maatregel.budget, maatregel.besteed, maatregel.gepland, maatregel.bereikt)]
    return [name, ", ".join(maatregel.doelen), start, *money, maatregel.bron.paragraaf]


def _numbers(dossier: Dossier, identifiers: Sequence[str], resultaten: Resultaten) -> Markup:
    return _lines([write_cijfer(dossier, identifier, resultaten) for identifier in identifiers])


def write_cijfer(dossier: Dossier, identifier: str, resultaten: Resultaten) -> Markup:
    """Write a number of the dossier with its unit, label, period and, when it is one, the area it holds for."""
    cijfer = dossier.cijfer(identifier)
    area = f", {cijfer.gebied}" if cijfer.gebied else ""
    return Markup("{}{} <span class=\"uitleg\">({}; {}{})</span>").format(
        resultaten.show_range(f"cijfer.{identifier}"), describe_eenheid(cijfer), cijfer.omschrijving, cijfer.periode, area
    )


def _lines(items: Sequence[Markup]) -> Markup:
    return Markup("<br>").join(items)


def _summarise(found: Sequence[tuple[Maatregel, Mijlpaal]], peildatum: dt.date) -> str:
    passed = [m for _, m in found if m.datum <= peildatum]
    proven = [m for m in passed if m.gereed is not None and m.gereed <= peildatum]
    return (
        f"Van de {len(found)} mijlpalen was de datum van {len(passed)} op {notatie.date(peildatum)} verstreken. "
        f"Van {len(proven)} daarvan laten de bronnen zien dat ze gereed waren. Een verstreken datum is geen bewijs dat iets is gedaan."
    )


def _plot(found: Sequence[tuple[Maatregel, Mijlpaal]], peildatum: dt.date, dossier: Dossier) -> Fragment:
    items = [(m.omschrijving, m.datum, m.gereed is not None and m.gereed <= peildatum) for _, m in found]
    passed = sum(day <= peildatum for _, day, _ in items)
    open_ = sum(day <= peildatum and not done for _, day, done in items)
    title = f"Van {open_} van de {passed} vervallen mijlpalen is niet aangetoond dat ze gereed zijn" if passed else "Nog geen mijlpaal was vervallen"
    alt = f"Tijdlijn met {len(items)} mijlpalen; {passed} vóór de peildatum, waarvan {passed - open_} aantoonbaar gereed. De tabel eronder noemt ze alle."
    return plot_milestones(items, peildatum, titel=title, alt=alt, bron=f"dossier {dossier.gemeente.naam}")
