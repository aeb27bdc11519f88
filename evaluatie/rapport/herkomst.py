"""The rekenverantwoording: per number which function made it and from which source, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
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
from evaluatie.rapport.opmaak import Fragment, Kolom, details, landscape, paragraph, table
from evaluatie.rapport.resultaten import Resultaat, Resultaten
from evaluatie.wet import compute_vangnetuitkering, toon_schijven

_FUNCTIES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    # first match counts: what an id starts with, what it contains, the function
    ("cijfer.", "", load_dossier),
    ("vangnet.", "", compute_vangnetuitkering),
    ("schijven.", "", toon_schijven),
    ("land.ontleding.", "", decompose_lasten),
    ("land.", "", list_landelijke_jaren),
    ("bestand.index.", ".land.", index_land),
    ("bestand.personen.", ".land.", index_land),
    ("bestand.index.", "", index_bestand),
    ("bestand.personen.", "", index_bestand),
    ("bestand.", ".land.", list_stromen_land),
    ("bestand.", "", list_stromen),
    ("verhouding.", "", compare_with_article_15),
    ("besparing.", "", check_besparingen),
    ("effect.", ".opspoorbaar", PlaceboResult.minimum_detectable_effect),
    ("effect.", "", compare_gemeente),
    ("claim.", "", evaluate_claims),
    ("register.", ".opspoorbaar", detectable),
    ("register.traject.start.", "", evaluate_start),
    ("register.", "", evaluate_duur),
)


def find_functie(identifier: str) -> str:
    """Return the full name of the function that makes a result; empty when its kind is not known here."""
    for start, part, functie in _FUNCTIES:
        if identifier.startswith(start) and part in identifier:
            return f"{functie.__module__}.{functie.__qualname__}"
    return ""


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
    holder = Fragment(Markup('<div data-herkomst="">{}</div>').format(landscape(listing).markup))
    return lead + figures + details("Toon de rekenverantwoording per cijfer", holder)


def _row(resultaat: Resultaat, resultaten: Resultaten) -> list[Markup | str]:
    name = resultaat.id
    method = Markup('<br><span class="uitleg">{}</span>').format(resultaat.method) if resultaat.method else Markup("")
    subject = ": ".join(part for part in (resultaat.maatregel, resultaat.uitkomst) if part)
    about = f"{subject}. {resultaat.sentence}" if subject and subject not in resultaat.sentence else resultaat.sentence
    return [
        Markup('<span id="getal-{}">{}</span><br><code class="naam">{}</code>').format(name, about, name),
        resultaten.show_range(name),
        Markup('<span data-waar="{}"></span>').format(name),
        Markup("<code>{}</code>{}").format(find_functie(name), method),
        Markup('<span data-bronnen="{}">{}</span>').format(name, "; ".join(map(str, resultaat.sources))),
    ]
