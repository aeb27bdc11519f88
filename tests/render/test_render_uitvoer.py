"""What a notebook cannot say itself: formulas, captions of frames, links between notebooks, text beside a figure."""

from __future__ import annotations

import base64
import io

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from matplotlib import pyplot as plt
from PIL import Image

from evaluatie.errors import PageError
from evaluatie.estimation.plot import plot_intervals
from evaluatie.project import notebooks_folder
from evaluatie.render import render
from evaluatie.render.formules import write_formulas
from evaluatie.render.fragment import tidy_fragment
from evaluatie.render.uitvoer import clean_plain, is_only_drawing, last_expression, name_frames

METHODS = sorted((notebooks_folder() / "methode").glob("*.ipynb"))


def cells(html):
    return BeautifulSoup(f'<div class="tekst">{html}</div>', "html.parser")


def test_a_formula_becomes_mathml_and_its_text_stays_around_it():
    soup = cells(r"<p>Het effect $\hat{d}_{kl}$ telt, $$a = \frac{1}{2}$$ en €&nbsp;5.</p>")
    write_formulas(soup)
    inline, block = soup.find_all("math")
    assert (inline["display"], block["display"]) == ("inline", "block")
    assert block.find("mfrac") is not None
    assert soup.get_text().startswith("Het effect")
    assert "$" not in soup.get_text()


@pytest.mark.parametrize("html", ["<p><code>$x$</code></p>", "<pre>$x$</pre>", "<p>$ 5 en $ 6</p>", "<p>Kost 5$.</p>"])
def test_code_and_money_are_no_formulas(html):
    soup = cells(html)
    write_formulas(soup)
    assert soup.find("math") is None
    assert str(soup) == str(cells(html))


def test_a_formula_outside_the_text_of_an_author_stays():
    soup = BeautifulSoup("<p>$x$</p>", "html.parser")
    write_formulas(soup)
    assert soup.find("math") is None


@pytest.mark.parametrize("formula", [r"\frac", r"\left( x", "x_", r"\bestaatniet{x}"])
def test_a_broken_formula_is_refused_with_its_text(formula):
    with pytest.raises(PageError, match="niet te lezen") as error:
        write_formulas(cells(f"<p>${formula}$</p>"))
    assert formula in error.value.message


def test_a_block_formula_scrolls_by_itself_on_a_phone():
    soup = cells(r"<p>$$a = b$$</p>")
    write_formulas(soup)
    region = soup.find("math").parent
    assert (region["role"], region["tabindex"], region["aria-label"]) == ("group", "0", "Formule")


def test_the_numbers_of_a_frame_are_dutch_short_and_to_the_right():
    frame = pd.DataFrame(
        {
            "estimate": [0.118571428, -1283.990148, 2.0, float("nan")],
            "p_value": [3.853776e-14, 0.04321, 0.5, float("nan")],
            "n": [2017, 3, 12345, 0],
            "unit": ["share", "a.b", "1.2.3", None],
        }
    )
    soup = BeautifulSoup(name_frames(frame.to_html(), "frame"), "html.parser")
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in soup.select("tbody tr")]
    assert rows == [
        ["0,1186", "<\N{NO-BREAK SPACE}0,001", "2017", "share"],
        ["\N{MINUS SIGN}1.284", "0,043", "3", "a.b"],
        ["2,000", "0,50", "12345", "1.2.3"],
        ["–", "–", "0", "–"],
    ]
    assert soup.select_one("tbody td")["class"] == ["getal"]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("np.float64(0.11857142857142855)", "0.1186"),
        ("(np.False_, 1.6231033846342842)", "(False, 1.6231033846342842)"),
        ("{'a': np.int64(3)}", "{'a': 3}"),
        ("np.str_('hbo')", "'hbo'"),
        ("niets van numpy", "niets van numpy"),
    ],
)
def test_the_words_of_numpy_stay_away_from_a_page(shown, expected):
    assert clean_plain(shown) == expected


def test_a_picture_of_an_author_gets_its_title_and_the_mark_of_invented_data():
    picture = '<figure class="figuur"><img alt="Figuur: Overlap (horizontaal kans)." src="data:,x"></figure>'
    for text, mark in (("De gegevens zijn synthetisch.", " (synthetische gegevens)"), ("Cijfers van CBS.", "")):
        page, _ = tidy_fragment(f'<div class="tekst"><h1>T</h1><p>{text}</p></div>{picture}')
        caption = BeautifulSoup(page, "html.parser").figcaption
        assert caption.get_text() == f"Figuur 1. Overlap{mark}"


def test_a_frame_is_named_after_the_code_that_made_it_and_its_heads_have_a_direction():
    html = pd.DataFrame({"a": [1, 2], "b": [3, 4]})._repr_html_()
    soup = BeautifulSoup(name_frames(html, "x = 1\nframe.head( 2 )"), "html.parser")
    assert soup.caption.get_text() == "Uitkomst van frame.head(2)"
    assert [th["scope"] for th in soup.select("thead th")] == ["col", "col"]
    assert [th["scope"] for th in soup.select("tbody th")] == ["row", "row"]
    assert soup.find("style") is None


def test_whole_numbers_with_a_gap_stay_whole():
    html = pd.DataFrame({"start": [6.0, float("nan"), 1200.0]})._repr_html_()
    soup = BeautifulSoup(name_frames(html, "frame"), "html.parser")
    assert [cell.get_text() for cell in soup.select("tbody td")] == ["6", "–", "1.200"]


def test_a_long_expression_is_no_title_and_an_answer_is_ja_or_nee():
    code = "pd.Series({'ligt het ingebouwde effect binnen het interval?': True, 'scheef': False}).to_frame('antwoord')"
    html = pd.Series({"binnen het interval?": True, "scheef?": False}).to_frame("antwoord")._repr_html_()
    soup = BeautifulSoup(name_frames(html, code), "html.parser")
    assert soup.caption.get_text() == "Uitkomst van deze berekening"
    assert [cell.get_text() for cell in soup.select("tbody td")] == ["ja", "nee"]


def test_a_table_of_ours_keeps_its_own_caption():
    html = '<table class="dataframe"><caption>Eigen</caption><tr><td>1</td></tr></table>'
    assert "Eigen" in name_frames(html, "x")
    assert name_frames("<p>geen tabel</p>", "x") == "<p>geen tabel</p>"


@pytest.mark.parametrize(
    ("source", "shown"),
    [("a = 1\nb.tidy()", "b.tidy()"), ("x = 1", "x = 1"), ("kapot (", "kapot ("), ("", "")],
)
def test_the_last_expression_is_what_a_cell_shows(source, shown):
    assert last_expression(source) == shown


def test_the_description_python_gives_of_axes_is_left_out_and_other_text_stays():
    assert is_only_drawing({"data": {"text/plain": "<Axes: title={'left': 'T'}, xlabel='x'>"}})
    assert is_only_drawing({"data": {"text/plain": "<Figure size 800x400 with 1 Axes>"}})
    assert not is_only_drawing({"data": {"text/plain": "True"}})
    assert not is_only_drawing({"data": {"text/plain": "<Axes: >", "image/png": ""}})


def test_a_markdown_table_gets_the_heading_above_it_and_a_link_to_a_notebook_its_name():
    table = "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
    links = '<p><a href="did.ipynb">did</a> en <a href="x/bacon.ipynb">de ontleding</a></p>'
    html = f'<div class="tekst"><h2>Bijzonder</h2>{table}{links}</div>'
    soup = BeautifulSoup(tidy_fragment(html, report=False)[0], "html.parser")
    assert soup.caption.get_text() == "Bijzonder"
    assert soup.th["scope"] == "col"
    assert soup.p.get_text() == "notebook did en de ontleding (notebook bacon)"
    assert soup.find("a") is None


def test_a_figure_carries_its_title_and_axes_as_text():
    table = pd.DataFrame({"x": [1, 2], "estimate": [0.0, 1.0], "conf_low": [-1, 0], "conf_high": [1, 2]})
    axes = plot_intervals(table, "x", title="Titel", x_label="maand", y_label="effect")
    data, metadata = axes.figure._repr_mimebundle_()
    plt.close("all")
    assert metadata["image/png"]["alt"] == "Figuur: Titel (horizontaal maand; verticaal effect)."
    assert Image.open(io.BytesIO(data["image/png"])).size == (800, 400)
    assert base64.b64encode(data["image/png"])


@pytest.mark.slow
@pytest.mark.parametrize("path", METHODS, ids=lambda path: path.stem)
def test_every_method_page_is_an_approved_page(path, tmp_path):
    made = render(path, {}, tmp_path)
    assert "$" not in BeautifulSoup(made.html.read_text(encoding="utf-8"), "html.parser").find("main").get_text()
