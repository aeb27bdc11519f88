"""The page that puts the reports of several municipalities beside each other, from their ``results.json`` only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from evaluatie.rapport.opmaak import Fragment, Kolom, drop_empty_columns, heading, paragraph, table
from evaluatie.render.check import check_page
from evaluatie.render.files import write_atomically
from evaluatie.render.fragment import tidy_fragment
from evaluatie.render.page import build_page

if TYPE_CHECKING:
    from evaluatie.render.index import Regel

_FEWEST = 2
_LEAD = (
    "Elk rapport vergelijkt de eigen gemeente met alle andere. Deze pagina zet de uitkomsten naast elkaar. Gemeenten "
    "namen andere maatregelen, op andere momenten, voor andere groepen: een groter getal is geen betere gemeente."
)


def write_comparison(target: Path, regels: Sequence[Regel]) -> Path | None:
    """Write the comparison of every report with effects; without two municipalities there is none.

    Returns
    -------
    Path or None
        The page. An older one is removed when there is nothing to compare any more.
    """
    chosen = [regel for regel in regels if regel.pagina and list_effects(regel)]
    if len({regel.gemeente for regel in chosen}) < _FEWEST:
        target.unlink(missing_ok=True)
        return None
    back = paragraph(Markup('<a href="index.html">Terug naar het overzicht</a>'))
    fragment = back + paragraph(_LEAD) + heading(2, "Tekort en vangnet") + _table_deficits(chosen)
    fragment += heading(2, "Effecten van maatregelen") + _plot(chosen) + _table_effects(chosen)
    inhoud, koppen = tidy_fragment(fragment._repr_html_())
    page = build_page("Vergelijking van gemeenten", inhoud, koppen)
    check_page(page, local_links=True)
    return write_atomically(target, page)


def is_found(effect: Mapping[str, Any]) -> bool:
    """Say whether an effect was found, wanted or opposite."""
    return str(effect["verdict"]).endswith("effect gevonden")


def list_effects(regel: Regel) -> list[dict[str, Any]]:
    """Return the records of the effects of a vangnetverantwoording, also of those that could not be estimated.

    Another notebook has none that can stand here: its effects have other units, and no maatregel of the plan.
    """
    found = regel.resultaten.items() if regel.verantwoording else ()
    return [item for name, item in found if name.startswith("effect.") and not name.endswith(".opspoorbaar")]


def _table_deficits(regels: Sequence[Regel]) -> Fragment:
    names = ("vangnet.tekort", "vangnet.tekort_aandeel", "vangnet.eigen_risico", "vangnet.vangnetuitkering")
    rows = [[_link(regel), *(regel.text(name) for name in names), regel.voorbehoud] for regel in regels]
    kolommen = [
        Kolom("gebied", tekst="Gemeente en jaar"),
        Kolom("tekort", "getal", "Tekort"),
        Kolom("tekort", "getal"),
        Kolom("eigen_risico", "getal"),
        Kolom("vangnetuitkering", "getal"),
        Kolom("opmerking"),
    ]
    kolommen, rows, _ = drop_empty_columns(kolommen, rows)
    return table("Tekort, eigen risico en vangnetuitkering per rapport", kolommen, rows)


def _table_effects(regels: Sequence[Regel]) -> Fragment:
    rows = []
    for regel in regels:
        for effect in list_effects(regel):
            level = effect["evidence_level"]
            rows.append(
                [
                    _link(regel),
                    effect["maatregel"] or "",
                    effect["uitkomst"] or "",
                    effect["text"],
                    _interval(effect),
                    regel.text(f"{effect['id']}.opspoorbaar"),
                    f"{level} van 5" if level else "–",
                    effect["verdict"] or "",
                ]
            )
    unit = "procentpunt"
    kolommen = [
        Kolom("gebied", tekst="Gemeente en jaar"),
        Kolom("maatregel", "breed"),
        Kolom("uitkomst"),
        Kolom("geschat_verschil", "getal", eenheid=unit),
        Kolom("interval", "getal", eenheid=unit),
        Kolom("op_te_merken", "getal", eenheid=unit),
        Kolom("bewijskracht"),
        Kolom("oordeel"),
    ]
    return table("Geschatte effecten per rapport", kolommen, rows)


def _plot(regels: Sequence[Regel]) -> Fragment:
    """Draw all estimated effects; of a municipality with several years only the last one, so that none counts twice."""
    from evaluatie.rapport.figuren import Balk, plot_effects

    last = {regel.gemeente: regel for regel in sorted(regels, key=lambda regel: regel.jaar)}
    balken = []
    for regel in sorted(last.values(), key=lambda regel: regel.gemeente):
        for effect in list_effects(regel):
            interval = effect["interval"]
            if effect["value"] is None or interval is None or None in (interval["lower"], interval["upper"]):
                continue
            found = is_found(effect)
            label = f"{regel.gemeente}: {effect['maatregel']}\n{effect['uitkomst']}"
            value, lower, upper = (100 * float(n) for n in (effect["value"], interval["lower"], interval["upper"]))
            balken.append(Balk(label, value, lower, upper, found, f"{effect['evidence_level']} van 5"))
    if not balken:
        return paragraph("Geen enkel effect was te schatten.")
    count = sum(balk.found for balk in balken)
    title = f"Bij {count or 'geen'} van de {len(balken)} geschatte uitkomsten is een effect aangetoond"
    return plot_effects(
        balken,
        titel=title,
        alt=f"{title}. Per gemeente en maatregel een punt met een 95%-interval rond de nullijn.",
        x_as="verschil met andere gemeenten, procentpunt (95%-interval)",
        bron="results.json van elk rapport; van een gemeente met meer jaren alleen het laatste",
    )


def _interval(effect: Mapping[str, Any]) -> str:
    from evaluatie import notatie

    interval = effect["interval"]
    if interval is None:
        return "–"
    ends = ["onbegrensd" if end is None else notatie.points(end) for end in (interval["lower"], interval["upper"])]
    return " tot ".join(ends)


def _link(regel: Regel) -> Markup:
    return Markup('<a href="{}">{} {}</a>').format(regel.pagina, regel.gemeente, regel.jaar)
