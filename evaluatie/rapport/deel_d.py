"""Part D: what could not be established and why; then every number of the dossier and every source."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.begrippen import load_begrippen
from evaluatie.disclosure import open_released
from evaluatie.dossier import Cijfer
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties.claims import Draagkracht
from evaluatie.evaluaties.oordeel import Oordeel
from evaluatie.rapport.deel_b import NIET_AANGETOOND, judge_mijlpaal
from evaluatie.rapport.eenheden import describe_eenheid
from evaluatie.rapport.gegevens import Verantwoordingsgegevens
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, bullet_list, details, heading, paragraph, table
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.wet import Oordeel as Voorwaardeoordeel


def write_grenzen(gegevens: Verantwoordingsgegevens) -> Fragment:
    """Write what could not be established, grouped by reason, each with what would be needed."""
    parts = Fragment(Markup(""))
    for title, lead, find in _GROUPS:
        if items := find(gegevens):
            parts += heading(3, title) + (paragraph(lead) if lead else Fragment(Markup(""))) + bullet_list(items)
    return parts


def write_cijfers(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Write every number of the dossier with unit, period, status and place in the document."""
    dossier = open_released(gegevens.dossier)
    if not dossier.cijfers:
        return paragraph("Het dossier bevat nog geen cijfers.")
    rows = [
        [
            _describe_cijfer(cijfer),
            resultaten.show_range(f"cijfer.{identifier}") + describe_eenheid(cijfer),
            notatie.period(cijfer.periode),
            cijfer.status.value,
            cijfer.gebied or dossier.gemeente.naam,
            f"{dossier.documenten[cijfer.bron.document].titel}, {cijfer.bron.paragraaf}",
        ]
        for identifier, cijfer in dossier.cijfers.items()
    ]
    kolommen = [
        Kolom("cijfer", "breed"),
        Kolom("waarde", "getal"),
        Kolom("periode"),
        Kolom("status"),
        Kolom("geldt_voor"),
        Kolom("bron", "breed"),
    ]
    lead = paragraph(f"Alle {len(rows)} cijfers die dit rapport uit de documenten gebruikt, met hun vindplaats.")
    return lead + details(
        "Toon alle cijfers uit de documenten", table("Alle cijfers uit de documenten", kolommen, rows)
    )


def _describe_cijfer(cijfer: Cijfer) -> Cel:
    if not cijfer.opmerking:
        return cijfer.omschrijving
    return Markup('{}<br><span class="uitleg">{}</span>').format(cijfer.omschrijving, cijfer.opmerking)


def write_begrippen() -> Fragment:
    """Write the terms a reader may not know, from the one glossary."""
    terms = sorted((term for term in load_begrippen().values() if term.lijst), key=lambda term: term.label.casefold())
    items = [Markup("<strong>{}</strong>: {}").format(term.label, term.uitleg) for term in terms]
    return details("Toon de begrippen", bullet_list(items))


def write_bronnen(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Write the list of sources, each title once with the places used."""
    places: dict[tuple[str, str], set[str]] = {}
    for bron in resultaten.sources():
        places.setdefault((bron.titel, bron.url), set()).add(bron.vindplaats)
    items = [
        Markup('<li data-titel="{}" data-url="{}">{}</li>').format(
            titel, url, _cite(titel, url, sorted(place for place in where if place))
        )
        for (titel, url), where in sorted(places.items())
    ]
    return Fragment(Markup('<ol class="bronnen">{}</ol>').format(Markup("").join(items)))


def _missing_fields(gegevens: Verantwoordingsgegevens) -> list[str]:
    fields = list(open_released(gegevens.tekort).ontbreekt)
    if not fields:
        return []
    where = "Die staan in de SiSa-bijlage en het besluit over het definitieve budget."
    return [f"Het tekort is niet te berekenen. Nodig zijn nog: {notatie.join(fields)}. {where}"]


def _open_conditions(gegevens: Verantwoordingsgegevens) -> list[Markup]:
    berekening = open_released(gegevens.tekort).berekening
    conditions = berekening.voorwaarden if berekening else ()
    open_ = [item for item in conditions if item.oordeel is Voorwaardeoordeel.NIET_TE_BEOORDELEN]
    return [Markup("<strong>{}.</strong> {}").format(item.naam.capitalize(), item.toelichting) for item in open_]


def _not_estimable(gegevens: Verantwoordingsgegevens) -> list[str]:
    return [
        f"{item.maatregel}, {item.uitkomst}: {item.estimate.reason}."
        for item in open_released(gegevens.evaluaties)
        if isinstance(item.estimate, NotEstimated)
    ]


def _not_shown(gegevens: Verantwoordingsgegevens) -> list[str]:
    return [
        f"{item.maatregel}, {item.uitkomst}: een effect kleiner dan {notatie.points(item.detectable, signed=False)} "
        "procentpunt blijft met deze cijfers meestal onopgemerkt."
        for item in open_released(gegevens.evaluaties)
        if item.oordeel is Oordeel.NIET_AANGETOOND and item.detectable is not None
    ]


def _not_evaluated(gegevens: Verantwoordingsgegevens) -> list[str]:
    evaluated = {item.maatregel_id for item in open_released(gegevens.evaluaties)}
    return [item.naam for item in open_released(gegevens.dossier).maatregelen if item.id not in evaluated]


def _not_testable(gegevens: Verantwoordingsgegevens) -> list[str]:
    claims = open_released(gegevens.claims)
    return [
        f"{item.claim.bewering} {item.sentence}" for item in claims if item.draagkracht is Draagkracht.NIET_TOETSBAAR
    ]


def _unproven_milestones(gegevens: Verantwoordingsgegevens) -> list[str]:
    return [
        f"{mijlpaal.omschrijving} ({notatie.date(mijlpaal.datum)})"
        for maatregel in open_released(gegevens.dossier).maatregelen
        for mijlpaal in maatregel.mijlpalen
        if judge_mijlpaal(mijlpaal, gegevens.peildatum) == NIET_AANGETOOND
    ]


def _own_registers(gegevens: Verantwoordingsgegevens) -> list[str]:
    if gegevens.registers is None:
        return []
    overzicht = open_released(gegevens.registers)
    present, absent = notatie.join(list(overzicht.aanwezig)), notatie.join(list(overzicht.ontbreekt))
    items = [f"Ingelezen en gecontroleerd: {present}."] if present else ["Er is nog geen tabel ingelezen."]
    items += [f"Nog niet ingelezen: {absent}."] if absent else []
    items += [f"Let op bij {tabel}: {noticed}." for tabel, noticed in overzicht.waarschuwingen]
    return items


_NOT_EVALUATED = (
    "Van deze maatregelen is er geen datum met een uitkomst die in openbare cijfers te volgen is. Nodig: de eigen "
    "registratie van trajecten, deeltijdinkomsten en handhaving, per persoon en maand."
)
_UNPROVEN = "De afgesproken dag is voorbij en geen document laat zien dat dit gereed was."
_GROUPS: tuple[tuple[str, str, Callable[[Verantwoordingsgegevens], Sequence[Cel]]], ...] = (
    # heading, what holds for all of them, the items
    ("Het tekort", "", _missing_fields),
    ("Voorwaarden voor het vangnet", "", _open_conditions),
    ("Effecten die niet te schatten zijn", "", _not_estimable),
    ("Effecten die niet zijn aangetoond", "", _not_shown),
    ("Maatregelen zonder schatting", _NOT_EVALUATED, _not_evaluated),
    ("Beweringen die niet te toetsen zijn", "", _not_testable),
    ("Mijlpalen zonder bewijs", _UNPROVEN, _unproven_milestones),
    ("De eigen registratie", "", _own_registers),
)


def _cite(titel: str, url: str, places: list[str]) -> Markup:
    link = Markup(' <a href="{}" rel="noopener">{}</a>').format(url, url) if url.startswith("https://") else Markup("")
    return Markup("{}{}{}").format(titel, f": {'; '.join(places)}." if places else ".", link)
