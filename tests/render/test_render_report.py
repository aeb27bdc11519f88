"""A report appears whole or not at all."""

from __future__ import annotations

import base64
import json
import re

import nbformat
import pytest
from bs4 import BeautifulSoup

from evaluatie.errors import ChoiceError, DisclosureError, NotebookError, PageError
from evaluatie.render import render
from evaluatie.render.html import keep_shown_outputs, to_html
from tests.render.conftest import HAND_OVER, SHOW_TABLE

PIXEL = base64.b64encode(b"\x89PNG").decode()
SHOW_FIGURE = f'from IPython.display import display\ndisplay({{"image/png": "{PIXEL}"}}, raw=True)'
SHOW_NAMED_FIGURE = SHOW_FIGURE.replace(
    "raw=True", 'raw=True, metadata={"image/png": {"alt": "De \\"instroom\\" daalt."}}'
)


def test_a_good_notebook_becomes_one_self_contained_page(write_notebook, project):
    notebook = write_notebook(
        "## Hoe groot is het tekort?\n\nZie [CBS](https://www.cbs.nl/) en [verder](#Één-jaar).",
        SHOW_TABLE,
        "### Één jaar",
        SHOW_NAMED_FIGURE,
        "print('1 < 2')",
        HAND_OVER,
        name="vangnetverantwoording",
    )
    rendered = render(notebook, {"jaar": "2019"}, project / "uit")
    page = BeautifulSoup(rendered.html.read_text(encoding="utf-8"), "html.parser")

    assert page.html["lang"] == "nl"
    assert [h1.get_text() for h1 in page.find_all("h1")] == ["Proef Renkum 2019"] == [page.title.string]
    assert "default-src 'none'" in page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert [link["href"] for link in page.nav.find_all("a")] == ["#Hoe-groot-is-het-tekort?", "#Één-jaar"]
    assert page.select_one(".tabel[tabindex='0'][role=group][aria-label='Tabel 1'] table")
    assert page.img["alt"] == 'De "instroom" daalt.'
    assert page.select_one("pre.uitvoer").get_text() == "1 < 2\n"
    assert page.find("a", string="CBS")["rel"] == ["noopener"]
    assert len(page.select("details.code")) == 6  # every code cell, and what papermill filled in
    assert page.main["data-uitkomsten"] == "3"

    assert json.loads(rendered.results.read_text(encoding="utf-8")) == [{"naam": "é", "waarde": 2019}]
    assert "é" in rendered.results.read_text(encoding="utf-8")
    assert json.loads(rendered.receipt.read_text()) == {"gemeente": "Renkum", "jaar": 2019}
    assert sorted(path.name for path in (project / "uit").iterdir()) == [
        "ontvangstbewijs.json",
        "results.json",
        "vangnetverantwoording.html",
    ]


def test_the_same_inputs_give_the_same_bytes(write_notebook, project):
    notebook = write_notebook(SHOW_TABLE, "print(hash('a'), __import__('os').environ['SOURCE_DATE_EPOCH'])")
    first = render(notebook, {}, project / "een").html.read_bytes()
    assert render(notebook, {}, project / "een" / "twee").html.read_bytes() == first
    assert str(project).encode() not in first


def test_a_failed_notebook_leaves_the_old_report_and_stands_beside_it(write_notebook, project):
    out = project / "uit"
    old = render(write_notebook(SHOW_TABLE, HAND_OVER), {}, out).html.read_bytes()
    with pytest.raises(NotebookError) as caught:
        render(write_notebook(SHOW_TABLE, "tabel = {}", "tabel['x']"), {}, out)
    failed = out / "proef.mislukt.ipynb"
    assert caught.value.exit_code == 4
    assert caught.value.message.startswith("Notebook proef is gestopt in cel 6. KeyError: 'x'")
    assert str(failed) in caught.value.message
    assert nbformat.read(failed, as_version=4).cells[5].outputs[0].ename == "KeyError"
    assert (out / "proef.mislukt.txt").read_text(encoding="utf-8") == caught.value.message + "\n"
    assert (out / "proef.html").read_bytes() == old
    assert (out / "proef.results.json").is_file()
    assert "papermill" not in failed.read_text()


def test_a_success_removes_what_was_left_of_failures_and_of_old_results(write_notebook, project):
    out = project / "uit"
    render(write_notebook(SHOW_TABLE, HAND_OVER), {}, out)
    with pytest.raises(NotebookError):
        render(write_notebook("1/0"), {}, out)
    rendered = render(write_notebook(SHOW_TABLE), {}, out)
    assert rendered.results is None
    assert [path.name for path in out.iterdir()] == ["proef.html"]


def test_a_wrong_parameter_writes_nothing(write_notebook, project):
    with pytest.raises(ChoiceError):
        render(write_notebook(SHOW_TABLE), {"jaar": "x"}, project / "uit")
    assert not (project / "uit").exists()


def test_an_error_of_the_package_keeps_its_own_words(write_notebook, project):
    cell = "from evaluatie.errors import LawError\nraise LawError('De norm van 2031 is niet bekend.', 'Kies 2017.')"
    with pytest.raises(NotebookError, match=r"gestopt in cel 4. De norm van 2031 is niet bekend.\nKies 2017."):
        render(write_notebook(cell), {}, project / "uit")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("import sys; sys.exit(0)", "stopte zichzelf"), ("import os; os.kill(os.getpid(), 9)", "rekenkern stopte")],
)
def test_a_notebook_that_stops_early_is_no_report(write_notebook, project, cell, reason):
    with pytest.raises(NotebookError, match=reason):
        render(write_notebook(cell, SHOW_TABLE), {}, project / "uit")
    assert not (project / "uit" / "proef.html").exists()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (SHOW_FIGURE, "geen tekstalternatief"),
        ("from IPython.display import HTML\nHTML('<table><tr><th>x</th></tr></table>')", "geen opschrift"),
        ("import warnings; warnings.warn('pas op')", "cel 4: geeft een waarschuwing: UserWarning: pas op."),
        (HAND_OVER.replace('"waarde": jaar', '"waarde": float("nan")'), r"\$\[0\].waarde is geen getal"),
        ("x = 1", "uitkomsten"),
    ],
)
def test_a_page_that_may_not_be_published_is_refused(write_notebook, project, cell, reason):
    out = project / "uit"
    with pytest.raises(PageError, match=reason):
        render(write_notebook(cell), {}, out)
    assert sorted(path.name for path in out.iterdir()) == ["proef.mislukt.ipynb", "proef.mislukt.txt"]


def test_nothing_is_half_in_place_when_the_disk_fails(write_notebook, project, monkeypatch):
    out = project / "uit"
    notebook = write_notebook(SHOW_TABLE, HAND_OVER)
    old = render(notebook, {}, out).html.read_bytes()

    def fail(*_):
        raise OSError("schijf vol")

    monkeypatch.setattr("evaluatie.render.report.move", fail)
    with pytest.raises(OSError, match="schijf vol"):
        render(notebook, {"jaar": "2018"}, out)
    assert (out / "proef.html").read_bytes() == old
    assert json.loads((out / "proef.results.json").read_text())[0]["waarde"] == 2017
    assert not list(out.glob(".bouw-*"))


def test_the_kernel_does_not_see_who_renders(write_notebook, project, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "8")
    cell = "import os\nprint(os.environ['MPLBACKEND'], os.environ['OPENBLAS_NUM_THREADS'])"
    page = render(write_notebook(cell), {}, project / "{jaar}").html.read_text()  # braces: papermill formats paths
    assert "matplotlib_inline.backend_inline 1" in page


def executed(*outputs, source="x"):
    cells = [nbformat.v4.new_markdown_cell("# T\n\nTekst."), nbformat.v4.new_code_cell(source, outputs=list(outputs))]
    return nbformat.v4.new_notebook(cells=cells)


def shown(data):
    return nbformat.v4.new_output("display_data", data=data)


def test_what_is_meant_for_machines_is_not_shown():
    receipt = "application/vnd.evaluatie.ontvangstbewijs+json"
    node = executed(
        shown({receipt: {}, "text/plain": "<Receipt>"}),
        shown({receipt: {"geheim": 1}, "text/html": "<p>Ontvangstbewijs</p>"}),
    )
    page = to_html(node, "Titel", "proef")
    assert "&lt;Receipt&gt;" not in page
    assert "geheim" not in page
    assert "<p>Ontvangstbewijs</p>" in page


def test_a_drawing_becomes_an_image_and_a_widget_becomes_text():
    node = executed(
        shown({"image/svg+xml": "<svg/>", "text/plain": "figuur"}),
        shown({"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "IntSlider(<3)"}),
        shown({"text/markdown": "**vet**"}),
    )
    page = to_html(node, "Titel", "proef")
    assert f'src="data:image/svg+xml;base64,{base64.b64encode(b"<svg/>").decode()}' in page.replace("\n", "")
    assert "IntSlider(&lt;3)" in page
    assert "<strong>vet</strong>" in page


def test_an_output_that_cannot_be_shown_is_refused():
    with pytest.raises(PageError, match=re.escape("application/javascript")):
        keep_shown_outputs(executed(shown({"application/javascript": "x()"})))


def test_the_title_of_the_page_is_escaped():
    assert "<title>A &amp; &lt;b&gt;</title>" in to_html(executed(shown({"text/plain": "1"})), "A & <b>", "proef")


def test_headings_with_the_same_name_get_their_own_address():
    node = executed(shown({"text/html": "<h2>Tekort</h2><h2>Tekort</h2>"}))
    page = BeautifulSoup(to_html(node, "Titel", "proef"), "html.parser")
    assert [heading["id"] for heading in page.find_all("h2")] == ["Tekort", "Tekort-2"]


def test_a_page_with_a_pseudonym_is_refused_and_not_kept(write_notebook, project):
    notebook = write_notebook(SHOW_TABLE, "print('facade' + '1fb88f4d91')")
    with pytest.raises(DisclosureError) as caught:
        render(notebook, {}, project / "uit")
    assert caught.value.exit_code == 7
    files = [path.read_text(encoding="utf-8") for path in (project / "uit").iterdir()]
    assert not any("1fb88f4d91" in text for text in files)


def test_results_with_a_pseudonym_are_refused(write_notebook, project):
    leak = HAND_OVER.replace('"naam": "é"', '"naam": "b0c1d21fb88f" + "4d91"')
    notebook = write_notebook(SHOW_TABLE, leak)
    with pytest.raises(DisclosureError, match=r"results\.json"):
        render(notebook, {}, project / "uit")
