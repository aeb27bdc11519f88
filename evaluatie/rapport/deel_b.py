"""Part B: the maatregelen that were taken, what they cost and reached, and their milestones on the peildatum."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import Released, open_released
from evaluatie.dossier import Dossier, Maatregel, Mijlpaal
from evaluatie.dossier.schema import Vindplaats
from evaluatie.rapport.eenheden import describe_eenheid
from evaluatie.rapport.figuren import plot_milestones
from evaluatie.rapport.opmaak import Fragment, Kolom, drop_empty_columns, heading, paragraph, stack, table, warning
from evaluatie.rapport.resultaten import Resultaten

NIET_AANGETOOND = "verstreken, gereed niet aangetoond"
_NOTHING = {"Geld": "geld", "Gepland": "het plan", "Bereikt": "het resultaat"}
"""What the sources do not tell, by the heading of the column that is left out."""
_FIT_ON_PAPER = 12
"""So many milestones have their own row in the timeline and stay readable on a sheet; more have a row per maatregel."""


class MetDossier(Protocol):
    """Whatever carries a released plan and the day on which it is judged."""

    @property
    def dossier(self) -> Released[Dossier]:
        """The plan."""
        ...

    @property
    def peildatum(self) -> dt.date:
        """The day."""
        ...


def write_maatregelen(gegevens: MetDossier, resultaten: Resultaten) -> Fragment:
    """Write the table of maatregelen with goal, money, results and milestone status."""
    dossier = open_released(gegevens.dossier)
    if not dossier.maatregelen:
        return warning("Het dossier bevat nog geen maatregelen. Vul ze in onder 'maatregelen' in dossier.yaml.")
    headings = [Kolom("maatregel"), Kolom("aanpak", "breed")]
    headings += [Kolom(name, "breed") for name in ("geld", "gepland", "bereikt")]
    rows = [_row(dossier, maatregel, resultaten, gegevens.peildatum) for maatregel in dossier.maatregelen]
    kolommen, kept, dropped = drop_empty_columns(headings, rows)
    nothing = notatie.join([_NOTHING[name] for name in dropped])
    count = "één maatregel" if len(rows) == 1 else f"{len(rows)} maatregelen"
    text = f"Het dossier van {dossier.gemeente.naam} bevat {count}. Een leeg vak betekent dat de bronnen niets noemen."
    if dropped:
        text += f" Over {nothing} zeggen de bronnen bij geen enkele maatregel iets."
    caption = "Getroffen maatregelen met doel, geld, resultaat en mijlpalen, zoals de gemeente ze meldt"
    return paragraph(text) + table(caption, kolommen, kept, voetnoot=_explain_bron(dossier))


def write_mijlpalen(gegevens: MetDossier) -> Fragment:
    """Write the milestones with their status on the peildatum."""
    dossier, peildatum = open_released(gegevens.dossier), gegevens.peildatum
    found = [(maatregel, mijlpaal) for maatregel in dossier.maatregelen for mijlpaal in maatregel.mijlpalen]
    title = heading(3, f"Mijlpalen op {notatie.date(peildatum)}")
    if not found:
        return title + paragraph("De bronnen noemen geen gedateerde mijlpalen.")
    ordered = sorted(found, key=lambda item: item[1].datum)
    rows = [
        [
            mijlpaal.omschrijving,
            maatregel.naam,
            notatie.date(mijlpaal.datum),
            judge_mijlpaal(mijlpaal, peildatum),
            cite_short(dossier, mijlpaal.bron),
        ]
        for maatregel, mijlpaal in ordered
    ]
    kolommen = [Kolom("mijlpaal", "breed"), Kolom("maatregel", "breed"), Kolom("datum"), Kolom("stand"), Kolom("bron")]
    listing = table("Mijlpalen met hun stand op de peildatum", kolommen, rows, voetnoot=_explain_bron(dossier))
    return title + paragraph(_summarise(ordered, peildatum)) + _plot(ordered, peildatum, dossier) + listing


def write_klantgroepen(gegevens: MetDossier, resultaten: Resultaten) -> Fragment:
    """Write the klantgroepen with sizes, targets and budgets; several sizes when the sources contradict each other."""
    dossier = open_released(gegevens.dossier)
    if not dossier.klantgroepen:
        return Fragment(Markup(""))
    rows = []
    for groep in dossier.klantgroepen:
        targets = [
            Markup("{} {}").format(doel.uitkomst, resultaten.show_range(f"cijfer.{doel.cijfer}"))
            for doel in groep.streefcijfers
        ]
        rows.append(
            [
                groep.naam,
                groep.kenmerk,
                _numbers(dossier, groep.aantallen, resultaten),
                stack(targets),
                _numbers(dossier, groep.budget, resultaten),
            ]
        )
    headings = [
        Kolom("klantgroep"),
        Kolom("kenmerk", "breed"),
        Kolom("aantal", "breed"),
        Kolom("streefcijfer"),
        Kolom("budget", "breed"),
    ]
    kolommen, kept, _ = drop_empty_columns(headings, rows)
    return heading(3, "Klantgroepen") + table("Klantgroepen zoals de documenten ze noemen", kolommen, kept)


def write_tegenstrijdigheden(gegevens: MetDossier, resultaten: Resultaten) -> Fragment:
    """Write where the sources contradict each other; every variant is kept."""
    dossier = open_released(gegevens.dossier)
    title = heading(3, "Waar de bronnen elkaar tegenspreken")
    if not dossier.tegenstrijdigheden:
        return title + paragraph("In de bronnen zijn geen tegenstrijdige cijfers gevonden.")
    rows = [
        [item.onderwerp, _numbers(dossier, item.cijfers, resultaten), item.toelichting]
        for item in dossier.tegenstrijdigheden
    ]
    return title + table(
        "Tegenstrijdige cijfers; alle lezingen blijven staan",
        [Kolom("onderwerp", "breed"), Kolom("cijfers", "breed"), Kolom("toelichting", "breed")],
        rows,
    )


def judge_mijlpaal(mijlpaal: Mijlpaal, peildatum: dt.date) -> str:
    """Say how a milestone stands on a day; a date that has passed is no proof that it was met."""
    if mijlpaal.gereed is not None and mijlpaal.gereed <= peildatum:
        late = (mijlpaal.gereed - mijlpaal.datum).days
        return (
            "gereed"
            if late <= mijlpaal.tolerantie_dagen
            else f"gereed, {late} {'dag' if late == 1 else 'dagen'} te laat"
        )
    overdue = (peildatum - mijlpaal.datum).days
    if overdue < 0:
        return "nog niet verstreken"
    if overdue <= mijlpaal.tolerantie_dagen and mijlpaal.tolerantie_dagen:
        return f"verstreken, binnen de tolerantie van {mijlpaal.tolerantie_dagen} dagen"
    return NIET_AANGETOOND


def cite_short(dossier: Dossier, vindplaats: Vindplaats) -> str:
    """Cite the first document of a dossier by its paragraph only, another one by its title too."""
    main = next(iter(dossier.documenten))
    if vindplaats.document == main:
        return vindplaats.paragraaf
    return f"{dossier.documenten[vindplaats.document].titel}, {vindplaats.paragraaf}"


def _explain_bron(dossier: Dossier) -> str:
    main = next(iter(dossier.documenten.values()))
    return f"Bron, tenzij anders vermeld: {main.opsteller}, {main.titel} ({main.jaar})."


def _row(dossier: Dossier, maatregel: Maatregel, resultaten: Resultaten, peildatum: dt.date) -> list[str | Markup]:
    budget, besteed, gepland, bereikt = (
        [write_cijfer(dossier, identifier, resultaten) for identifier in identifiers]
        for identifiers in (maatregel.budget, maatregel.besteed, maatregel.gepland, maatregel.bereikt)
    )
    geld = [Markup("Budget: {}").format(item) for item in budget]
    geld += [Markup("Besteed: {}").format(item) for item in besteed]
    external = Markup(" <em>(externe maatregel)</em>") if maatregel.extern else Markup("")
    return [
        Markup("<strong>{}</strong>{}").format(maatregel.naam, external),
        _describe_maatregel(dossier, maatregel, peildatum),
        stack(geld),
        stack(gepland),
        stack(bereikt),
    ]


def _describe_maatregel(dossier: Dossier, maatregel: Maatregel, peildatum: dt.date) -> Markup:
    """Write what was done and where that stands, the goal, when it ran, and how its milestones stand."""
    facts = [notatie.join([str(doel) for doel in maatregel.doelen]).capitalize()]
    facts += [f"start: {notatie.period(maatregel.start)}"] if maatregel.start else []
    facts += [f"einde: {notatie.period(maatregel.einde)}"] if maatregel.einde else []
    facts += [_count_mijlpalen(maatregel, peildatum)] if maatregel.mijlpalen else []
    return Markup('{} <span class="uitleg">({})<br>{}</span>').format(
        maatregel.omschrijving, cite_short(dossier, maatregel.bron), "; ".join(facts)
    )


def _count_mijlpalen(maatregel: Maatregel, peildatum: dt.date) -> str:
    passed = [mijlpaal for mijlpaal in maatregel.mijlpalen if mijlpaal.datum <= peildatum]
    proven = sum(judge_mijlpaal(mijlpaal, peildatum).startswith("gereed") for mijlpaal in passed)
    return f"mijlpalen: {len(passed)} van {len(maatregel.mijlpalen)} verstreken, {proven} aantoonbaar gereed"


def _numbers(dossier: Dossier, identifiers: Sequence[str], resultaten: Resultaten) -> Markup:
    return stack([write_cijfer(dossier, identifier, resultaten) for identifier in identifiers])


def write_cijfer(dossier: Dossier, identifier: str, resultaten: Resultaten) -> Markup:
    """Write a number of the dossier with its unit, label, period, area and place in the documents."""
    cijfer = dossier.cijfer(identifier)
    area = f", {cijfer.gebied}" if cijfer.gebied else ""
    return Markup('{}{} <span class="uitleg">({}; {}{}; {})</span>').format(
        resultaten.show_range(f"cijfer.{identifier}"),
        describe_eenheid(cijfer),
        cijfer.omschrijving,
        notatie.period(cijfer.periode),
        area,
        cite_short(dossier, cijfer.bron),
    )


def _summarise(found: Sequence[tuple[Maatregel, Mijlpaal]], peildatum: dt.date) -> str:
    passed = [m for _, m in found if m.datum <= peildatum]
    proven = sum(m.gereed is not None and m.gereed <= peildatum for m in passed)
    evidence = f"Van {proven} daarvan laten" if proven else "Van geen enkele daarvan laten"
    return (
        f"Van de {len(found)} mijlpalen was de datum van {len(passed)} op {notatie.date(peildatum)} verstreken. "
        f"{evidence} de bronnen zien dat ze gereed waren. Een verstreken datum is geen bewijs dat iets is gedaan."
    )


def _plot(found: Sequence[tuple[Maatregel, Mijlpaal]], peildatum: dt.date, dossier: Dossier) -> Fragment:
    one_row_each = len(found) <= _FIT_ON_PAPER
    items = [
        (
            f"{m.omschrijving}\n({maatregel.naam})" if one_row_each else maatregel.naam,
            m.datum,
            m.gereed is not None and m.gereed <= peildatum,
        )
        for maatregel, m in found
    ]
    passed = sum(day <= peildatum for _, day, _ in items)
    open_ = sum(day <= peildatum and not done for _, day, done in items)
    title = _title_mijlpalen(passed, open_)
    alt = (
        f"Tijdlijn met {len(items)} mijlpalen; {passed} vóór de peildatum, waarvan {passed - open_} aantoonbaar "
        "gereed. De tabel eronder noemt ze alle."
    )
    return plot_milestones(items, peildatum, titel=title, alt=alt, bron=f"dossier {dossier.gemeente.naam}")


def _title_mijlpalen(passed: int, unproven: int) -> str:
    """State how many milestones of which the date has passed were not shown to be done."""
    if not passed:
        return "Nog geen mijlpaal was verstreken"
    if passed == 1:
        return f"Van de enige verstreken mijlpaal is {'niet ' if unproven else ''}aangetoond dat zij gereed is"
    if unproven == passed:
        return f"Van geen van de {passed} verstreken mijlpalen is aangetoond dat ze gereed zijn"
    return f"Van {unproven} van de {passed} verstreken mijlpalen is niet aangetoond dat ze gereed zijn"
