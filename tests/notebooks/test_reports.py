"""The rendered pages on the embedded data: every number in them can be traced, and none is missing."""

from __future__ import annotations

import importlib
import operator
import re

import pytest

from evaluatie import notatie
from evaluatie.begrippen import load_begrippen
from evaluatie.rapport.verantwoording import list_verantwoordingen
from evaluatie.render import check_page
from evaluatie.render.page import TEMPLATES

REPORTS = list_verantwoordingen()
ids = pytest.mark.parametrize("key", REPORTS, ids=lambda key: f"{key[0]} {key[1]}")

PARTS = {
    "value": ("value",),
    "value_to": ("value_to",),
    "p_value": ("p_value",),
    "lower": ("interval", "lower"),
    "upper": ("interval", "upper"),
}


def number_of(result, part):
    for step in PARTS[part]:
        result = result[step]
    return result


def test_the_reports_of_the_issue_are_made():
    assert set(REPORTS) == {
        ("Voorschoten", 2017),
        ("Renkum", 2017),
        ("Renkum", 2019),
        ("Dalfsen", 2017),
        ("Deventer", 2019),
    }


@ids
def test_every_number_on_the_page_equals_results_json(pages, key):
    page = pages[key]
    shown = page.soup.find_all("data")
    assert len(shown) > 100
    for element in shown:
        result, part = page.results[element["data-id"]], element["data-deel"]
        expected = number_of(result, part)
        assert element["value"] == ("" if expected is None else repr(float(expected))), element
        if part == "value":
            assert element.get_text() == result["text"]


@ids
def test_every_text_of_a_number_says_the_number(pages, key):
    """Read the Dutch notation back: the text may differ from the number only by its own rounding."""
    for element in pages[key].soup.find_all("data"):
        text = element.get_text()
        if not element["value"] or text.startswith("<"):
            continue
        digits = (
            text.replace(".", "").replace(",", ".").replace("\N{MINUS SIGN}", "-").replace("€", "").replace("\xa0", "")
        )
        percent = digits.endswith("%")
        value, result = float(element["value"]), pages[key].results[element["data-id"]]
        is_points = (
            element["data-deel"] != "p_value"
            and "%" not in result["text"]
            and result["unit"].endswith("aandeel")
            and result["id"].startswith("effect.")
        )
        read = float(digits.rstrip("%").lstrip("+").strip())
        scale = 100 if percent or is_points else 1
        decimals = len(digits.rstrip("%").partition(".")[2])
        assert read == pytest.approx(value * scale, abs=0.5 * 10**-decimals + 1e-9), (element, result["unit"])


@ids
def test_every_figure_of_the_dossier_stands_in_the_page(pages, key):
    page = pages[key]
    shown = {element["data-id"]: element for element in page.soup.find_all("data") if element["data-deel"] == "value"}
    for identifier, cijfer in page.dossier.cijfers.items():
        element = shown[f"cijfer.{identifier}"]
        assert float(element["value"]) == float(cijfer.waarde)
        assert cijfer.omschrijving in page.soup.get_text(" ")


@ids
def test_every_result_is_shown_and_has_a_source(pages, key):
    page = pages[key]
    shown = {element["data-id"] for element in page.soup.find_all("data")}
    text = page.soup.get_text(" ")
    for identifier, result in page.results.items():
        assert result["sources"], identifier
        assert all(source["titel"] for source in result["sources"])
        if identifier.startswith(("cijfer.", "effect.", "vangnet.", "besparing.", "schijven.", "verhouding.", "land.")):
            assert identifier in shown, identifier
        if identifier.startswith("claim."):
            assert result["sentence"] in re.sub(r"\s+", " ", text) or result["sentence"] in text, identifier


@ids
def test_every_effect_has_interval_evidence_and_the_smallest_detectable_effect(pages, key):
    page = pages[key]
    effects = [
        item
        for item in page.results.values()
        if item["id"].startswith("effect.") and not item["id"].endswith("opspoorbaar")
    ]
    assert effects
    for effect in effects:
        assert effect["sentence"] in page.soup.get_text(" ")
        if effect["value"] is None:
            assert effect["interval"] is None
            assert effect["evidence_level"] == 0
            assert effect["verdict"] == "niet te schatten"
            continue
        assert effect["interval"]["lower"] < effect["value"] < effect["interval"]["upper"]
        assert effect["evidence_level"] in (2, 3)
        smallest = page.results[effect["id"] + ".opspoorbaar"]["value"]
        assert smallest > (effect["interval"]["upper"] - effect["interval"]["lower"]) / 2
        if effect["verdict"] == "niet aangetoond":
            assert notatie.points(smallest, signed=False) in effect["sentence"]
            assert "niet dat er geen effect is" in effect["sentence"]


@ids
def test_no_page_says_that_there_is_no_effect(pages, key):
    text = pages[key].soup.get_text(" ").casefold()
    for phrase in ("had geen effect", "heeft geen effect", "er is geen effect."):
        assert phrase not in text


@ids
def test_every_milestone_stands_in_the_page_with_its_date(pages, key):
    page = pages[key]
    rows = {tuple(cell.get_text() for cell in row.find_all(["th", "td"]))[:3] for row in page.soup.find_all("tr")}
    for maatregel in page.dossier.maatregelen:
        assert maatregel.naam in page.soup.get_text(" ")
        for mijlpaal in maatregel.mijlpalen:
            assert (mijlpaal.omschrijving, maatregel.naam, notatie.date(mijlpaal.datum)) in rows


@ids
def test_every_heading_of_a_table_is_in_the_glossary(pages, key):
    labels = {term.label for term in load_begrippen().values()}
    # below a figure the columns are named after its lines and months: only what stands in the first one is a term
    cells = pages[key].soup.select("table:not([data-bij-figuur]) th[scope=col], [data-bij-figuur] th[scope=col]:first-child")
    headings = {next(cell.stripped_strings) for cell in cells}
    assert len(headings) > 20
    assert {heading for heading in headings if heading not in labels and not re.fullmatch(r"20\d\d", heading)} == set()


@ids
def test_the_page_is_one_accessible_file(pages, key):
    page = pages[key]
    check_page(page.html)
    assert page.soup.html["lang"] == "nl"
    assert [h1.get_text() for h1 in page.soup.find_all("h1")] == [f"Vangnetverantwoording {key[0]} {key[1]}"]
    assert len(page.html.encode()) < 3_000_000
    titles = [heading.get_text() for heading in page.soup.find_all("h2")]
    assert [title[:2] for title in titles if re.match(r"[A-D]\. ", title)] == ["A.", "B.", "C.", "D."]


def test_renkum_2019_carries_the_whole_calculation_to_the_euro(pages):
    page = pages["Renkum", 2019]
    amounts = {
        name: page.results[f"vangnet.{name}"]["value"]
        for name in ("budget", "tekort", "eigen_risico", "vangnetuitkering")
    }
    assert {name: round(amount) for name, amount in amounts.items()} == {
        "budget": 8_088_748,
        "tekort": 983_253,
        "eigen_risico": 794_955,
        "vangnetuitkering": 188_298,
    }
    text = page.soup.get_text(" ")
    assert "raming" in text
    assert "onder voorbehoud" in text


@pytest.mark.parametrize("key", [key for key in REPORTS if key != ("Renkum", 2019)], ids=str)
def test_where_budget_figures_are_missing_the_page_names_the_field_and_shows_the_brackets(pages, key):
    page = pages[key]
    assert not [identifier for identifier in page.results if identifier.startswith("vangnet.")]
    warning = page.soup.find(class_="waarschuwing").get_text()
    assert f"het definitieve BUIG-budget over {key[1]}" in warning
    assert f"de netto lasten (of het tekort) over {key[1]}" in warning
    assert "_" not in warning, "a reader is told what is missing, not the key of a file"
    highest = max(
        item["value"]
        for name, item in page.results.items()
        if name.startswith("schijven.") and name.endswith("eigen_risico")
    )
    assert highest == pytest.approx({2017: 0.0875, 2019: 0.10}[key[1]])


def test_the_receipt_names_what_the_page_was_made_from(pages):
    receipt = pages["Dalfsen", 2017].receipt
    assert receipt["parameters"] == {"gemeente": "Dalfsen", "jaar": "2017", "peildatum": "2017-12-31"}
    assert "data/dossiers/dalfsen/dossier.yaml" in receipt["bronbestanden"]
    assert "data/cbs/bijstand_gemeenten_jaar.csv" in receipt["bronbestanden"]
    assert re.fullmatch(r"[0-9a-f]{64}", receipt["programma"])


def test_the_index_lists_every_report(reports):
    index = (reports / "index.html").read_text(encoding="utf-8")
    for gemeente, jaar in REPORTS:
        assert f"{gemeente.lower()}/{jaar}/vangnetverantwoording.html" in index
    check_page(index, local_links=True, script=(TEMPLATES / "overzicht.js").read_text(encoding="utf-8"))


@ids
def test_every_number_has_a_function_that_exists_and_a_place_on_the_page(pages, key):
    page = pages[key]
    holder = page.soup.select_one("[data-herkomst]")
    rows = {row.select_one("code.naam").get_text(): row for row in holder.select("tbody tr")}
    assert set(rows) == set(page.results)
    for identifier, row in rows.items():
        module, name = re.match(
            r"(evaluatie(?:\.[a-z_]+)+)\.(\w+(?:\.\w+)?)$", row.select("td code")[0].get_text()
        ).groups()
        assert callable(operator.attrgetter(name)(importlib.import_module(module))), identifier
        assert row.select_one("[data-bronnen] a"), identifier
    placed = sum(row.select_one("[data-waar] a") is not None for row in rows.values())
    assert placed > 0.7 * len(rows)


@ids
def test_every_footnote_and_every_way_back_leads_somewhere(pages, key):
    soup = pages[key].soup
    targets = {tag["id"] for tag in soup.find_all(id=True)}
    assert len(soup.select("a[role=doc-noteref]")) > 10
    assert all(link["href"][1:] in targets for link in soup.select("a[href^='#bron-'], .terug a, .bronverwijzing a"))
    assert all(source.find(class_="terug") for source in soup.select("ol.bronnen > li"))


@ids
def test_figures_and_tables_are_numbered_without_gaps(pages, key):
    soup = pages[key].soup
    figures = [caption.get_text() for caption in soup.select("figure > figcaption")]
    assert [int(re.match(r"Figuur (\d+)\.", text)[1]) for text in figures] == list(range(1, len(figures) + 1))
    tables = [text for caption in soup.find_all("caption") if (text := caption.get_text()).startswith("Tabel")]
    assert [int(re.match(r"Tabel (\d+)\.", text)[1]) for text in tables] == list(range(1, len(tables) + 1))
