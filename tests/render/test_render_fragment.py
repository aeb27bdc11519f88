"""What the renderer adds to the cells: numbers, footnotes that jump back, explanations of terms."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from evaluatie.render.fragment import tidy_fragment

CBS, WET = ("CBS, tabel 1", ""), ("Stb. 2016, 355", "https://example.org/stb")
PAGE = """
<div class="tekst"><h2>Samenvatting</h2><p>De <b>bijstand</b>. Het vangnet heet vangnetuitkering; zo heet de
vangnetuitkering.</p></div>
<p><data data-id="tekort">€ 5</data> en <data data-id="tekort">€ 5</data></p>
<h2>A. Tekort</h2><h3>Omvang</h3><h4>Volume</h4><h3>Oorzaak</h3>
<figure class="figuur" data-functie="plot_lines"><figcaption>Het stijgt</figcaption><img alt="x" src="data:,">
<p class="bron">Bron: CBS.</p></figure>
<details class="cijfers"><summary>Toon de cijfers bij deze figuur</summary><table>
<caption>Gegevens bij de figuur: Het stijgt</caption><tr><th scope="col">Instroom</th></tr></table></details>
<div class="tabel" role="region" aria-label="Tabel: Geld"><table><caption>Geld</caption>
<tr><th scope="col">Instroom</th></tr><tr><td><data data-id="tekort">€ 5</data><data data-id="risico">€ 2</data></td>
</tr></table></div><p class="noot">Afgerond.</p>
<h2>Bijlage 1. Herkomst</h2><div data-figurenlijst=""></div>
<div data-herkomst=""><table><caption>Per cijfer</caption><tr><td><span id="getal-tekort"></span>
<data data-id="tekort">€ 5</data></td><td><span data-waar="tekort"></span></td><td><span data-waar="los"></span></td>
<td><span data-bronnen="risico">oud</span></td></tr></table></div>
<h2>Bijlage 2. Bronnen</h2><ol class="bronnen"><li data-titel="CBS, tabel 1" data-url="">CBS</li>
<li data-titel="Stb. 2016, 355" data-url="https://example.org/stb">Stb</li>
<li data-titel="Ander" data-url="">x</li></ol>
"""


def result(identifier, *sources):
    return {
        "id": identifier,
        "sources": [{"titel": titel, "url": url, "vindplaats": where} for (titel, url), where in sources],
    }


RESULTS = [result("tekort", (CBS, "2017")), result("risico", (WET, "art. 10"), (CBS, "2018"))]


@pytest.fixture(scope="module")
def page():
    html, koppen = tidy_fragment(PAGE, RESULTS)
    return BeautifulSoup(html, "html.parser"), koppen


def numbers(soup, names):
    return [tag.get_text() for tag in soup.find_all(names)]


def test_what_stands_below_the_parts_of_the_form_is_numbered_and_the_summary_is_not(page):
    soup, koppen = page
    assert numbers(soup, ["h2", "h3", "h4"]) == [
        "Samenvatting",
        "A. Tekort",
        "A.1 Omvang",
        "A.1.1 Volume",
        "A.2 Oorzaak",
        "Bijlage 1. Herkomst",
        "Bijlage 2. Bronnen",
    ]
    assert [kop.tekst for kop in koppen][:2] == ["Samenvatting", "A. Tekort"]
    assert soup.find("h3")["id"] == "Omvang", "a link from inside the notebook still works"


def test_without_numbers_of_their_own_all_headings_are_numbered():
    html, _ = tidy_fragment("<h2>Een</h2><h3>Deel</h3><h2>Twee</h2><h3>Deel</h3>")
    soup = BeautifulSoup(html, "html.parser")
    assert numbers(soup, ["h2", "h3"]) == ["1. Een", "1.1 Deel", "2. Twee", "2.1 Deel"]


def test_figures_and_tables_have_a_number_and_data_belong_to_their_figure(page):
    soup, _ = page
    assert soup.figcaption.get_text() == "Figuur 1. Het stijgt"
    assert soup.summary.get_text() == "Toon de cijfers bij figuur 1"
    captions = [caption.get_text() for caption in soup.find_all("caption")]
    assert captions == [
        "Gegevens bij figuur 1: Het stijgt",
        "Tabel 1. Geld",
        "Tabel 2. Figuren met functie en bron",
        "Tabel 3. Per cijfer",
    ]
    assert soup.find(id="tabel-1").find_parent(class_="tabel")["aria-label"] == "Tabel 1"


def test_a_footnote_jumps_to_its_source_and_the_source_jumps_back(page):
    soup, _ = page
    for link in soup.select("a[href^='#']"):
        assert soup.find(id=link["href"][1:]) is not None, link
    notes = [link["aria-label"] for link in soup.select("a[role=doc-noteref]")]
    assert notes == ["bron 1, bij Samenvatting", "bron 1, bij Tabel 1", "bron 2, bij Tabel 1"]
    sources = soup.select("ol.bronnen > li")
    assert [source["id"] for source in sources] == ["bron-1", "bron-2", "bron-3"]
    assert [source.get_text() for source in sources] == [
        "CBS Terug naar: Samenvatting, Tabel 1",
        "Stb Terug naar: Tabel 1",
        "x",
    ]


def test_a_table_names_its_sources_below_its_note(page):
    soup, _ = page
    line = soup.find(class_="bronverwijzing")
    assert line.get_text() == "Bronnen: 1, 2; rekenverantwoording"
    assert line.find_previous_sibling()["class"] == ["noot"]


def test_the_reckoning_says_where_a_number_stands_and_from_which_source_it_comes(page):
    soup, _ = page
    assert [cell.get_text() for cell in soup.select("[data-waar]")] == [
        "Samenvatting, Tabel 1",
        "alleen in results.json",
    ]
    assert soup.select_one("[data-bronnen]").get_text() == "bron 2, art. 10; bron 1, 2018"
    figures = soup.select_one("[data-figurenlijst]")
    assert "evaluatie.rapport.figuren.plot_lines" in figures.get_text()
    assert figures.a["href"] == "#figuur-1"


def test_the_first_place_of_a_term_opens_its_explanation(page):
    soup, _ = page
    buttons = soup.select("button.begrip")
    assert [button.get_text() for button in buttons] == ["vangnetuitkering", "Instroom"]
    assert buttons[1].find_parent("details") is None, "not hidden behind a fold"
    for button in buttons:
        explanation = soup.find(id=button["popovertarget"])
        assert explanation.has_attr("popover")
        assert len(explanation.get_text()) > 30


def test_a_page_without_a_list_of_sources_has_no_footnotes():
    html, _ = tidy_fragment('<p><data data-id="tekort">€ 5</data></p>', RESULTS)
    assert "noteref" not in html
