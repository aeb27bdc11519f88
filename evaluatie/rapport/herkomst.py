"""The rekenverantwoording: per number which function made it and from which source, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from markupsafe import Markup

from evaluatie.dossier import load_dossier
from evaluatie.estimation import PlaceboResult
from evaluatie.evaluaties.arbeidsmarkt import compare_with_article_15
from evaluatie.evaluaties.besparing import check_besparingen
from evaluatie.evaluaties.bestand import index_bestand, index_land, list_stromen, list_stromen_land
from evaluatie.evaluaties.claims import evaluate_claims
from evaluatie.evaluaties.landelijke_vergelijking import compare_gemeente
from evaluatie.evaluaties.opmerkbaar import detectable
from evaluatie.evaluaties.personen import evaluate_duur, evaluate_start
from evaluatie.evaluaties.tekort import decompose_lasten, list_landelijke_jaren
from evaluatie.rapport.methoden import describe_methode
from evaluatie.rapport.opmaak import Fragment, Kolom, details, paragraph, table
from evaluatie.rapport.resultaten import Resultaat, Resultaten
from evaluatie.wet import compute_vangnetuitkering, toon_schijven


class Invoer(StrEnum):
    """What a number can rest on; `evaluatie diff` tells by it which change explains which number."""

    DOSSIER = "het eigen dossier"
    DOSSIERS = "alle dossiers: wie zelf een maatregel nam, is geen vergelijking"
    CBS = "de tabellen van CBS"
    LANDELIJK = "losse landelijke cijfers"
    REGISTERS = "de registers van de gemeente"
    WET = "de regels van het vangnet"


@dataclass(frozen=True, slots=True)
class Herkomst:
    """A kind of result: what its id starts with and contains, the function that makes it, and what that reads."""

    begin: str
    bevat: str
    functie: Callable[..., Any]
    invoer: frozenset[Invoer]


def _kind(begin: str, bevat: str, functie: Callable[..., Any], *invoer: Invoer) -> Herkomst:
    return Herkomst(begin, bevat, functie, frozenset(invoer))


_SOORTEN = (  # the first match counts
    _kind("cijfer.", "", load_dossier, Invoer.DOSSIER),
    _kind("vangnet.", "", compute_vangnetuitkering, Invoer.DOSSIER, Invoer.WET),
    _kind("schijven.", "", toon_schijven, Invoer.WET),
    _kind("land.ontleding.", "", decompose_lasten, Invoer.LANDELIJK, Invoer.CBS),
    _kind("land.", "", list_landelijke_jaren, Invoer.LANDELIJK, Invoer.CBS),
    _kind("bestand.index.", ".land.", index_land, Invoer.CBS),
    _kind("bestand.personen.", ".land.", index_land, Invoer.CBS),
    _kind("bestand.index.", "", index_bestand, Invoer.CBS),
    _kind("bestand.personen.", "", index_bestand, Invoer.CBS),
    _kind("bestand.", ".land.", list_stromen_land, Invoer.CBS),
    _kind("bestand.", "", list_stromen, Invoer.CBS),
    _kind("verhouding.", "", compare_with_article_15, Invoer.CBS),
    _kind("besparing.", "", check_besparingen, Invoer.DOSSIER),
    _kind("effect.", ".opspoorbaar", PlaceboResult.minimum_detectable_effect, Invoer.DOSSIERS, Invoer.CBS),
    _kind("effect.", "", compare_gemeente, Invoer.DOSSIERS, Invoer.CBS),
    _kind("claim.", "", evaluate_claims, Invoer.DOSSIER, Invoer.CBS, Invoer.LANDELIJK),
    _kind("register.", ".opspoorbaar", detectable, Invoer.REGISTERS),
    _kind("register.traject.start.", "", evaluate_start, Invoer.REGISTERS),
    _kind("register.", "", evaluate_duur, Invoer.REGISTERS),
)


def find_herkomst(identifier: str) -> Herkomst | None:
    """Return how a result comes about; None when its kind is not known here."""
    return next((s for s in _SOORTEN if identifier.startswith(s.begin) and s.bevat in identifier), None)


def find_functie(identifier: str) -> str:
    """Return the full name of the function that makes a result; empty when its kind is not known here."""
    found = find_herkomst(identifier)
    return f"{found.functie.__module__}.{found.functie.__qualname__}" if found else ""


def write_herkomst(resultaten: Resultaten) -> Fragment:
    """Write where every number comes from; the renderer fills in where it stands on the page."""
    rows = [_row(resultaat, resultaten) for resultaat in resultaten.by_id.values()]
    kolommen = [
        Kolom("omschrijving", "breed"),
        Kolom("waarde", "getal"),
        Kolom("staat_in"),
        Kolom("functie", "breed"),
        Kolom("bron", "breed"),
    ]
    lead = paragraph(
        f"Dit rapport bevat {len(rows)} cijfers. Van elk staat hier waar het te lezen is, welke functie van het "
        "programma het maakte en uit welke bron. Dezelfde lijst staat in results.json, met per cijfer dezelfde naam."
    )
    figures = Fragment(Markup('<div data-figurenlijst=""></div>'))
    listing = table("Rekenverantwoording per cijfer", kolommen, rows)
    elsewhere = paragraph("De lijst per cijfer staat in het HTML-bestand van dit rapport.", css="alleen-papier")
    holder = Fragment(Markup('<div data-herkomst="">{}</div>').format(listing.markup))
    return lead + figures + elsewhere + details("Toon de rekenverantwoording per cijfer", holder)


def _row(resultaat: Resultaat, resultaten: Resultaten) -> list[Markup | str]:
    name = resultaat.id
    how = describe_methode(resultaat.method)
    method = Markup('<br><span class="uitleg">{}</span>').format(how) if how else Markup("")
    subject = ": ".join(part for part in (resultaat.maatregel, resultaat.uitkomst) if part)
    about = f"{subject}. {resultaat.sentence}" if subject and subject not in resultaat.sentence else resultaat.sentence
    return [
        Markup('<span id="getal-{}">{}</span><br><code class="naam">{}</code>').format(name, about, name),
        resultaten.show_range(name),
        Markup('<span data-waar="{}"></span>').format(name),
        Markup("<code>{}</code>{}").format(find_functie(name), method),
        Markup('<span data-bronnen="{}">{}</span>').format(name, "; ".join(map(str, resultaat.sources))),
    ]
