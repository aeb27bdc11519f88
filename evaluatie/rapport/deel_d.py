"""Part D: what could not be established and why; then every number of the dossier and every source."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import open_released
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties.claims import Draagkracht
from evaluatie.evaluaties.evaluatie import Oordeel
from evaluatie.rapport.deel_b import judge_mijlpaal
from evaluatie.rapport.eenheden import describe_eenheid
from evaluatie.rapport.gegevens import Verantwoordingsgegevens
from evaluatie.rapport.opmaak import Fragment, Kolom, bullet_list, details, heading, paragraph, table
from evaluatie.rapport.resultaten import Resultaten


def write_grenzen(gegevens: Verantwoordingsgegevens) -> Fragment:
    """Write what could not be established, grouped by reason, each with what would be needed."""
    parts = Fragment(Markup(""))
    for title, items in _groups(gegevens):
        if items:
            parts += heading(3, title) + bullet_list(items)
    return parts


def write_cijfers(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Write every number of the dossier with unit, period, status and place in the document."""
    dossier = open_released(gegevens.dossier)
    rows = [
        [
            cijfer.omschrijving,
            resultaten.show_range(f"cijfer.{identifier}") + describe_eenheid(cijfer),
            cijfer.periode,
            cijfer.status.value,
            cijfer.gebied or dossier.gemeente.naam,
            f"{dossier.documenten[cijfer.bron.document].titel}, {cijfer.bron.paragraaf}",
            cijfer.opmerking,
        ]
        for identifier, cijfer in dossier.cijfers.items()
    ]
    kolommen = [Kolom("Cijfer"), Kolom("Waarde", "getal"), Kolom("Periode"), Kolom("Status"), Kolom("Geldt voor"), Kolom("Bron"), Kolom("Opmerking")]
    lead = paragraph(f"Alle {len(rows)} cijfers die dit rapport uit de documenten gebruikt, met hun vindplaats.")
    return lead + details("Toon alle cijfers uit de documenten", table("Alle cijfers uit de documenten", kolommen, rows))


def write_bronnen(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Write the list of sources, each title once with the places used."""
    places: dict[tuple[str, str], set[str]] = {}
    for bron in resultaten.sources():
        places.setdefault((bron.titel, bron.url), set()).add(bron.vindplaats)
    items = [_cite(titel, url, sorted(place for place in where if place)) for (titel, url), where in sorted(places.items())]
    return bullet_list(items, ordered=True)


def _groups(gegevens: Verantwoordingsgegevens) -> Iterator[tuple[str, list[str]]]:
    dossier, tekort = open_released(gegevens.dossier), open_released(gegevens.tekort)
    yield "Het tekort", [f"Niet te berekenen: in het dossier ontbreekt {field}. Nodig: het definitieve budget en de SiSa-bijlage." for field in tekort.ontbreekt]
    if tekort.berekening:
        open_ = [v for v in tekort.berekening.voorwaarden if v.oordeel.value == "niet te beoordelen"]
        yield "Voorwaarden voor het vangnet", [f"{v.naam.capitalize()}: {v.toelichting}" for v in open_]
    evaluaties = open_released(gegevens.evaluaties)
    yield "Effecten die niet te schatten zijn", [
        f"{e.maatregel}, {e.uitkomst}: {e.estimate.reason}." for e in evaluaties if isinstance(e.estimate, NotEstimated)
    ]
    yield "Effecten die niet zijn aangetoond", [
        f"{e.maatregel}, {e.uitkomst}: een effect kleiner dan {notatie.points(e.detectable, signed=False)} procentpunt is met deze cijfers niet op te merken."
        for e in evaluaties
        if e.oordeel is Oordeel.NIET_AANGETOOND and e.detectable is not None
    ]
    evaluated = {e.maatregel_id for e in evaluaties}
    rest = [maatregel.naam for maatregel in dossier.maatregelen if maatregel.id not in evaluated]
    yield "Maatregelen zonder schatting", (
        [f"Voor {notatie.join(rest)} is er geen datum met een uitkomst die in openbare cijfers te volgen is. Nodig: de eigen registratie van trajecten, deeltijdinkomsten en handhaving, per persoon en maand."]
        if rest
        else []
    )
    yield "Beweringen die niet te toetsen zijn", [
        f"{t.claim.bewering} {t.sentence}" for t in open_released(gegevens.claims) if t.draagkracht is Draagkracht.NIET_TOETSBAAR
    ]
    yield "Mijlpalen zonder bewijs", [
        f"{mijlpaal.omschrijving} ({notatie.date(mijlpaal.datum)})"
        for maatregel in dossier.maatregelen
        for mijlpaal in maatregel.mijlpalen
        if judge_mijlpaal(mijlpaal, gegevens.peildatum).startswith("vervallen;")
    ]


def _cite(titel: str, url: str, places: list[str]) -> Markup:
    link = Markup(' <a href="{}" rel="noopener">{}</a>').format(url, url) if url.startswith("https://") else Markup("")
    return Markup("{}{}{}").format(titel, f": {'; '.join(places)}." if places else ".", link)
