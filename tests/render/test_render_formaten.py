"""The other forms of a page: PDF (as far as it goes without a browser) and Word."""

from __future__ import annotations

import base64
import io
import re

import docx
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from docx.oxml.ns import qn

from evaluatie.cli import main
from evaluatie.errors import EvaluatieError
from evaluatie.render import pdf, word

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt"><rect width="72" height="36"/></svg>'
PAGE = f"""<html lang="nl"><head><title>Verantwoording "Renkum" 2019</title></head><body><nav><a href="#x">x</a></nav>
<main><input id="toon-code"><h2>Samenvatting</h2><p>Niet in het formulier.</p>
<h2>A. Tekort</h2><details class="code"><summary>code</summary><pre>1 + 1</pre></details>
<div class="uitkomst"><h3>A.1 Omvang</h3><p>Het <button class="begrip">eigen risico</button> is
<data data-id="a">€\N{NO-BREAK SPACE}5</data><sup class="noten"><a>1</a></sup>.</p>
<figure class="figuur"><figcaption>Figuur 1. Het stijgt</figcaption><div class="beeld">
<img alt="Lijn die stijgt." src="data:image/svg+xml;base64,{base64.b64encode(SVG).decode()}"></div>
<p class="bron">Bron: CBS.</p></figure>
<details class="cijfers"><summary>Toon de cijfers bij figuur 1</summary><table data-bij-figuur="1"><tbody><tr><td>9</td>
</tr></tbody></table></details>
<table><caption>Tabel 1. Geld</caption><thead><tr><th>Wat</th><th class="getal">Bedrag</th></tr></thead>
<tbody><tr><th>Tekort<br>in 2019</th><td class="getal">€ 5</td></tr></tbody></table><ul><li>Eén</li>
<li>Twee</li></ul><details class="cijfers alleen-scherm"><summary>Voor de maker</summary><p>Zo.</p></details></div>
<h2>D. Onbekend</h2><p>Ook niet in het formulier.</p></main></body></html>"""


def soup():
    return BeautifulSoup(PAGE, "html.parser")


@pytest.fixture(scope="module")
def document():
    return docx.Document(io.BytesIO(word.to_word(soup())))


def test_the_word_document_holds_parts_a_to_c_and_nothing_else(document):
    texts = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs if paragraph.text]
    assert texts == [
        ("Title", 'Verantwoording "Renkum" 2019'),
        ("Heading 1", "A. Tekort"),
        ("Heading 2", "A.1 Omvang"),
        ("Normal", "Het eigen risico is €\N{NO-BREAK SPACE}5."),
        ("Caption", "Figuur 1. Het stijgt"),
        ("Normal", "Bron: CBS."),
        ("Caption", "Tabel 1. Geld"),
        ("List Bullet", "Eén"),
        ("List Bullet", "Twee"),
    ]


def test_a_table_in_word_repeats_its_header_and_does_not_cut_rows(document):
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["Wat", "Bedrag"], ["Tekort\nin 2019", "€ 5"]]
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows] == [True, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert table.cell(1, 1).paragraphs[0].alignment == 2  # right


def test_a_figure_in_word_is_an_image_with_its_text_alternative(document):
    (shape,) = document.inline_shapes
    assert shape._inline.docPr.get("descr") == "Lijn die stijgt."
    assert word.to_png(SVG).startswith(b"\x89PNG")
    assert shape.width > 2 * shape.height * 0.99, "the drawing keeps its shape"


def test_the_language_of_the_word_document_is_dutch(document):
    languages = {element.get(qn("w:val")) for element in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"nl-NL"}
    assert document.core_properties.title == 'Verantwoording "Renkum" 2019'


def test_the_same_page_gives_the_same_word_document():
    assert word.to_word(soup()) == word.to_word(soup())


def test_a_page_without_the_parts_of_the_form_is_written_whole():
    page = BeautifulSoup("<title>x</title><main><h2>1. Een</h2><p>Twee</p></main>", "html.parser")
    texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(word.to_word(page))).paragraphs]
    assert texts == ["x", "1. Een", "Twee"]


def test_paper_has_no_code_no_buttons_and_no_folds():
    page = BeautifulSoup(pdf.prepare_for_paper(PAGE), "html.parser")
    assert page.select("details.code, nav, input, button, figure, .alleen-scherm") == []
    assert all(fold.has_attr("open") for fold in page.find_all("details"))
    assert "eigen risico" in page.get_text()
    assert page.select_one(".figuur .figcaption").get_text() == "Figuur 1. Het stijgt"
    style = page.find_all("style")[-1].string
    assert 'content: "Verantwoording \\"Renkum\\" 2019"' in style
    assert 'counter(page) " van " counter(pages)' in style


def test_on_paper_words_stay_apart_and_no_cell_is_empty():
    html = """<main><p>Eén  regel
      die <b>doorloopt</b> tot hier. </p><table><tr><td></td>
      <td><span aria-hidden="true">–</span><span class="alleen-voorlezen">geen cijfer</span></td></tr></table>
      <p>Zie <a role="doc-noteref" href="#bron-1">1</a>.</p></main>"""
    page = BeautifulSoup(pdf.prepare_for_paper(html), "html.parser")
    assert page.p.get_text() == "Eén regel die doorloopt tot hier."
    assert [cell.get_text() for cell in page.find_all("td")] == ["\N{NO-BREAK SPACE}", "–"]
    assert not page.a.has_attr("role")


def test_the_running_title_says_that_data_are_invented():
    style = BeautifulSoup(
        pdf.prepare_for_paper("<head><title>T</title></head><main><p>Synthetische gegevens. Verzonnen.</p></main>"),
        "html.parser",
    ).find_all("style")[-1]
    assert "T – synthetische gegevens" in style.string


def test_a_word_document_has_its_sources_warnings_and_lists():
    html = """<title>T</title><main><h2>A. Tekort</h2>
    <div class="waarschuwing"><p><span class="alleen-voorlezen">Let op: </span>Niet te berekenen.</p></div>
    <div class="tabel"><table><caption>Tabel 1</caption><thead><tr><th>Wat</th><th>Cijfers</th></tr></thead><tbody>
    <tr><th>Een</th><td><ul><li>41 personen</li><li>34 personen</li></ul></td></tr></tbody></table></div>
    <p class="bronverwijzing">Bron: <a href="#bron-2">2</a><span class="naar-rekenverantwoording">; <a href="#x">r</a>
    </span></p><h2>Bijlage</h2><ol class="bronnen"><li id="bron-1">Een</li>
    <li id="bron-2">Gemeente Renkum, Actieplan (2017): §2; §3. <span class="terug">Terug naar: A</span></li></ol>
    </main>"""
    document = docx.Document(io.BytesIO(word.to_word(BeautifulSoup(html, "html.parser"))))
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert texts == [
        "T",
        "A. Tekort",
        "Let op: Niet te berekenen.",
        "Tabel 1",
        "Bron: Gemeente Renkum, Actieplan (2017).",
    ]
    assert document.tables[0].cell(1, 1).text == "41 personen\n34 personen"
    assert document.tables[0].cell(1, 0).paragraphs[0].runs[0].bold


def test_columns_in_word_are_as_wide_as_what_they_hold():
    rows = "".join(f"<tr><th>{n}</th><td>{'lang verhaal ' * 30}</td></tr>" for n in range(3))
    html = f"<title>T</title><main><table><tbody>{rows}</tbody></table></main>"
    document = docx.Document(io.BytesIO(word.to_word(BeautifulSoup(html, "html.parser"))))
    narrow, wide = (column.width.cm for column in document.tables[0].columns)
    assert wide > 4 * narrow
    assert narrow + wide == pytest.approx(16, abs=0.05)
    assert "PAGE" in document.sections[0].footer._element.xml


def test_a_print_holds_no_moment_and_no_chance_and_keeps_its_length():
    nodes = b"(node00000083) (node00000087) (node00000083)"
    printed = b"/CreationDate (D:20261123155700+00'00') " + nodes + b" /ModDate (D:20261123155701+00'00')"
    once = pdf.strip_chance(printed)
    assert len(once) == len(printed)
    assert re.findall(rb"node(\d{8})", once) == [b"00000001", b"00000002", b"00000001"]
    later = printed.replace(b"2026112315", b"2027010203").replace(b"node000000", b"node000001")
    assert pdf.strip_chance(later) == once


def test_without_chromium_a_pdf_is_refused_in_dutch_before_anything_is_made(monkeypatch, tmp_path):
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "weg"))
    monkeypatch.setattr(pdf, "find_spec", lambda name: object())
    outcome = CliRunner().invoke(main, ["report", "Renkum", "--formaat", "pdf", "--out", str(tmp_path / "uit")])
    assert outcome.exit_code == 1
    assert "er is geen Chromium gevonden" in outcome.stderr
    assert not (tmp_path / "uit").exists()


def test_without_its_packages_another_form_is_refused_in_dutch(monkeypatch):
    monkeypatch.setattr(word, "find_spec", lambda name: None)
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)
    with pytest.raises(EvaluatieError, match="kan hier niet: er ontbreekt python-docx en resvg-py"):
        word.require_word()
    with pytest.raises(EvaluatieError, match="Playwright is niet geïnstalleerd"):
        pdf.find_chromium()


def test_an_unknown_form_is_refused(tmp_path):
    outcome = CliRunner().invoke(main, ["report", "--formaat", "odt"])
    assert outcome.exit_code == 2
    assert "'odt' is geen formaat; mogelijk: pdf, docx." in outcome.stderr
