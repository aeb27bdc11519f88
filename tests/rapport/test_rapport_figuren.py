"""Every figure: one image with a text alternative, its numbers beside it, and the same bytes every time."""

from __future__ import annotations

import base64
import datetime as dt
import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from evaluatie.disclosure import open_released
from evaluatie.errors import PageError
from evaluatie.rapport import Vangnetverantwoording, bestandsdelen, figuren
from evaluatie.rapport.figuren import Balk, Lijn, Vergelijking
from evaluatie.rapport.figuurtabellen import table_months
from evaluatie.rapport.opmaak import Fragment
from evaluatie.rapport.tekenstijl import tick_text

MINUS = "\N{MINUS SIGN}"
TEXTS = {"titel": "De instroom daalt", "alt": 'Lijn die daalt van 100 tot 90, "sneller" dan <land>.', "bron": "CBS"}
TICKS = [(2015.0, "1 jan\n2015"), (2016.0, "1 jan\n2016"), (2017.0, "1 jan\n2017")]
OWN = Lijn("Renkum", [2015, 2016, 2017], [100, 95.25, 90], lower=[99, 94, 89], upper=[101, 96, 91])
LAND = Lijn("Nederland", [2015, 2016, 2017], [100, 104, 90.1], "#b35900", "--", "o")
BALKEN = [
    Balk("Matchteam\nuitstroom", 3.2, -1.0, 7.4, found=False),
    Balk("Poort\ninstroom", -6.1, -9.0, -3.2, found=True),
    Balk("Plan\nuitstroom", None, None, None),
]
# Two municipalities far beyond the others: the axis does not reach them, the outer classes do.
EFFECTS = [0.1 * step for step in range(-100, 100)] + [-80.0, 90.0]
MIJLPALEN = [
    ("Werkinstructie gereed", dt.date(2017, 12, 1), True),
    ("Dienstverlening ingericht", dt.date(2018, 2, 1), False),
    ("Plekken bereikt", dt.date(2019, 9, 1), False),
]
RIJEN = [
    Vergelijking("Extra plaatsingen", 391_160.0),
    Vergelijking("Handhaving\ninstroom", 90_000.0, 2.3, -7.1, 11.8),
    Vergelijking("Poort\ninstroom", None, -6.1, -9.0, -3.2, found=True),
]
BRACKETS: dict[str, Any] = {
    "x": [0, 5, 7.5, 10, 12.5, 15],
    "eigen_risico": [0, 5, 7.5, 8.75, 10, 10],
    "uitkering": [0, 0, 0, 1.25, 2.5, 5],
}

CASES: dict[str, Callable[..., Fragment]] = {
    "plot_lines": lambda **t: figuren.plot_lines([OWN, LAND], y_as="index", reference=100, ticks=TICKS, **t),
    "plot_panels": lambda **t: figuren.plot_panels(
        [("Instroom", [OWN, LAND]), ("Uitstroom", [OWN])], y_as="per 100", ticks=TICKS, **t
    ),
    "plot_effects": lambda **t: figuren.plot_effects(BALKEN, x_as="procentpunt", **t),
    "plot_placebos": lambda **t: figuren.plot_placebos(EFFECTS, 3.2, x_as="procentpunt", gemeente="Renkum", **t),
    "plot_besparing": lambda **t: figuren.plot_besparing(RIJEN, **t),
    "plot_brackets": lambda **t: figuren.plot_brackets(**BRACKETS, plaats=12.2, gemeente="Renkum", **t),
    "plot_milestones": lambda **t: figuren.plot_milestones(MIJLPALEN, dt.date(2018, 6, 1), **t),
}
# These stand directly beside the table of the section they belong to.
WITHOUT_OWN_TABLE = {"plot_brackets", "plot_milestones"}

every_figure = pytest.mark.parametrize("name", sorted(CASES))


def soup_of(fragment: Fragment) -> BeautifulSoup:
    return BeautifulSoup(fragment._repr_html_(), "lxml")


def svg_of(fragment: Fragment) -> str:
    source = soup_of(fragment).img["src"]
    assert source.startswith("data:image/svg+xml;base64,")
    return base64.b64decode(source.split(",", 1)[1]).decode()


def words_in(fragment: Fragment) -> list[str]:
    """Return the texts of a figure: glyphs are paths, and each text stands in a comment before them."""
    return re.findall(r"<!-- (.*?) -->", svg_of(fragment), flags=re.DOTALL)


def rows_of(table: Tag | BeautifulSoup) -> list[list[str]]:
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in table.select("tbody tr")]


def test_every_way_to_plot_is_tested():
    names = {name for name, _ in inspect.getmembers(figuren, inspect.isfunction) if name.startswith("plot_")}
    assert names == set(CASES)


@pytest.mark.parametrize(
    ("values", "said"), [([100, 95, 90], True), ([100, 95, 0], False), ([100, 95, -3], False), ([-90, -95, -99], True)]
)
def test_an_axis_without_zero_is_named(values: list[float], said: bool):
    line = Lijn("Renkum", [2015, 2016, 2017], values)
    fragment = figuren.plot_lines([line], ticks=TICKS, y_as="index", x_as="jaar", **TEXTS)
    assert ("De verticale as begint niet bij nul." in soup_of(fragment).figure.p.get_text()) is said


@every_figure
def test_a_figure_is_an_image_with_its_text_alternative_and_source(name: str):
    soup = soup_of(CASES[name](**TEXTS))
    (image,) = soup.find_all("img")
    assert image["alt"] == TEXTS["alt"]
    assert soup.figure.figcaption.get_text() == TEXTS["titel"]
    assert soup.figure.p.get_text().startswith("Bron: CBS.")
    assert soup.figure["data-functie"] == name
    assert "<land>" not in str(soup.figure).split("alt=")[1].split('">')[0]


@every_figure
def test_a_figure_without_text_alternative_is_refused(name: str):
    for alt in ("", "   ", "\n"):
        with pytest.raises(PageError) as caught:
            CASES[name](**{**TEXTS, "alt": alt})
        assert caught.value.exit_code == 8
        assert caught.value.message == (
            "De figuur 'De instroom daalt' heeft geen tekstalternatief.\nGeef in 'alt' aan wat de figuur laat zien."
        )


@every_figure
def test_the_same_input_gives_the_same_bytes(name: str):
    assert CASES[name](**TEXTS)._repr_html_() == CASES[name](**TEXTS)._repr_html_()


@every_figure
def test_another_title_gives_other_bytes(name: str):
    assert svg_of(CASES[name](**TEXTS)) != svg_of(CASES[name](**{**TEXTS, "titel": "De uitstroom stijgt"}))


@every_figure
def test_a_figure_loads_nothing_and_knows_no_date(name: str):
    svg = svg_of(CASES[name](**TEXTS))
    assert "dc:date" not in svg
    assert "Matplotlib" not in svg
    assert re.findall(r'(?:href|src)="(?!#)', svg) == []
    assert "<script" not in svg


@every_figure
def test_the_drawing_carries_its_title_and_description_for_who_saves_it(name: str):
    """On the page the title is text above the drawing; inside it, it would not reflow or grow."""
    drawing = BeautifulSoup(svg_of(CASES[name](**TEXTS)), "xml").svg
    assert drawing.title.get_text() == TEXTS["titel"]
    assert drawing.desc.get_text() == TEXTS["alt"]
    assert TEXTS["titel"] not in words_in(CASES[name](**TEXTS))


@pytest.mark.parametrize("name", sorted(set(CASES) - WITHOUT_OWN_TABLE))
def test_a_figure_of_synthetic_data_says_so_in_text_in_drawing_and_aloud(name: str):
    fragment = CASES[name](**TEXTS, synthetisch=True)
    soup = soup_of(fragment)
    assert "synthetische gegevens" in soup.figcaption.get_text()
    assert "synthetische gegevens" in soup.img["alt"]
    assert "SYNTHETISCHE GEGEVENS" in words_in(fragment)
    assert "synthetisch" not in CASES[name](**TEXTS)._repr_html_()


@pytest.mark.parametrize("name", sorted(set(CASES) - WITHOUT_OWN_TABLE))
def test_the_numbers_stand_beside_the_figure(name: str):
    soup = soup_of(CASES[name](**TEXTS))
    assert soup.details.summary.get_text() == "Toon de cijfers bij deze figuur"
    assert soup.details.table.caption.get_text() == "Gegevens bij de figuur: De instroom daalt"
    assert len(rows_of(soup.details.table)) >= 3


def test_the_figures_without_a_table_of_their_own_stand_beside_one(renkum: Vangnetverantwoording):
    beside = {"omvang": "Wat een overschrijding in 2019 betekent", "voortgang": "Mijlpalen met hun stand"}
    for section, caption in beside.items():
        soup = soup_of(getattr(renkum, section)())
        assert soup.find("img") is not None
        assert any(found.get_text().startswith(caption) for found in soup.find_all("caption"))


def test_every_point_of_a_line_stands_in_the_table():
    rows = rows_of(soup_of(CASES["plot_lines"](**TEXTS)).table)
    assert rows == [  # moment, Renkum with the interval that is drawn, Nederland
        ["1 jan 2015", "100,0 (99,0 tot 101,0)", "100,0"],
        ["1 jan 2016", "95,3 (94,0 tot 96,0)", "104,0"],
        ["1 jan 2017", "90,0 (89,0 tot 91,0)", "90,1"],
    ]


def test_a_monthly_series_stands_in_a_row_per_year():
    values = [("2018-12", 100.0, False), ("2019-01", 101.25, False), ("2019-02", 99.0, True)]
    rows = rows_of(soup_of(table_months("Titel", values)).table)
    assert [row[0] for row in rows] == ["2018", "2019"]
    assert rows[0][1:] == ["–"] * 11 + ["100,0"]
    assert rows[1][1:4] == ["101,3", "99,0 (voorlopig)", "–"]


def test_no_label_is_cut_off():
    name = "Voorrang voor kansrijken door het Matchteam van de gemeente"
    balken = [Balk(f"{name}\nuitstroom", 3.2, -1.0, 7.4)]
    words = " ".join(words_in(figuren.plot_effects(balken, x_as="procentpunt", **TEXTS)))
    assert "…" not in words
    assert all(word in words for word in name.split())


def test_lines_carry_their_own_label():
    words = words_in(CASES["plot_lines"](**TEXTS))
    assert {"Renkum", "Nederland", "index"} <= {word.strip() for word in words}


def test_every_point_of_every_panel_stands_in_the_table():
    rows = rows_of(soup_of(CASES["plot_panels"](**TEXTS)).table)
    assert [row[0] for row in rows] == [
        f"{panel}, 1 jan {year}" for panel in ("Instroom", "Uitstroom") for year in (2015, 2016, 2017)
    ]
    assert rows[1][1].startswith("95,3")
    assert rows[-1][2] == "–", "a line that is not in a panel has no numbers there"


def test_an_effect_that_could_not_be_estimated_keeps_its_row():
    fragment = CASES["plot_effects"](**TEXTS)
    assert rows_of(soup_of(fragment).table) == [
        ["Matchteam: uitstroom", "+3,2", f"{MINUS}1,0", "+7,4"],
        ["Poort: instroom", f"{MINUS}6,1", f"{MINUS}9,0", f"{MINUS}3,2"],
        ["Plan: uitstroom", "niet te schatten", "–", "–"],
    ]
    assert words_in(fragment).count("niet te schatten") == 1


def test_a_figure_of_nothing_but_what_could_not_be_estimated():
    balken = [Balk("Plan", None, None, None), Balk("Poort", None, None, None)]
    fragment = figuren.plot_effects(balken, x_as="procentpunt", **TEXTS)
    assert words_in(fragment).count("niet te schatten") == 2


def test_every_municipality_is_counted_once_beside_the_placebo_figure():
    rows = rows_of(soup_of(CASES["plot_placebos"](**TEXTS)).table)
    assert sum(int(count) for _, count in rows) == len(EFFECTS)


def test_the_outer_classes_of_the_placebo_figure_say_that_they_are_open():
    rows = rows_of(soup_of(CASES["plot_placebos"](**TEXTS)).table)
    assert rows[0][0].startswith("lager dan ")
    assert rows[-1][0].endswith(" en hoger")
    assert "Renkum" in words_in(CASES["plot_placebos"](**TEXTS))


def test_a_bracket_of_seven_and_a_half_never_reads_as_eight():
    words = words_in(CASES["plot_brackets"](**TEXTS))
    assert {"2,5", "5", "7,5", "10", "12,5", "15"} <= set(words)
    assert {"3", "8", "13", "7,50", "7.5"} & set(words) == set()
    assert "Renkum: 12,2%" in words
    assert {"eigen risico", "vangnetuitkering"} <= set(words)


def test_a_bracket_figure_without_a_place_names_no_municipality():
    words = words_in(figuren.plot_brackets(**BRACKETS, plaats=None, gemeente="Renkum", **TEXTS))
    assert [word for word in words if "Renkum" in word] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [(7.5, "7,5"), (8.0, "8"), (12.25, "12,25"), (0.0, "0"), (-2.5, f"{MINUS}2,5"), (1e3, "1.000"), (0.1 + 0.2, "0,3")],
)
def test_a_tick_has_as_many_decimals_as_it_needs(value: float, text: str):
    assert tick_text(value) == text


def test_a_provisional_value_says_so_in_the_table():
    lijn = Lijn("Nederland", [2015, 2016], [100, 101], voorlopig=[False, True])
    rows = rows_of(soup_of(figuren.plot_lines([lijn], y_as="index", ticks=TICKS, **TEXTS)).table)
    assert [row[1] for row in rows] == ["100,0", "101,0 (voorlopig)"]


def test_the_evidence_level_stands_at_the_end_of_its_row_and_in_the_table():
    balken = [Balk("Poort", -6.1, -9.0, -3.2, found=True, bewijskracht="3 van 5"), Balk("Plan", None, None, None)]
    fragment = figuren.plot_effects(balken, x_as="procentpunt", **TEXTS)
    assert "3 van 5" in " ".join(words_in(fragment))
    assert [row[-1] for row in rows_of(soup_of(fragment).table)] == ["3 van 5", "–"]


def test_fictief_stands_beside_geschat_and_neither_is_invented():
    assert rows_of(soup_of(CASES["plot_besparing"](**TEXTS)).table) == [
        ["Extra plaatsingen", "€\N{NO-BREAK SPACE}391.160", "niet te schatten", "–", "–"],
        ["Handhaving: instroom", "€\N{NO-BREAK SPACE}90.000", "+2,3", f"{MINUS}7,1", "+11,8"],
        ["Poort: instroom", "niets gemeld", f"{MINUS}6,1", f"{MINUS}9,0", f"{MINUS}3,2"],
    ]
    words = words_in(CASES["plot_besparing"](**TEXTS))
    assert {"niets gemeld", "niet te schatten"} <= set(words)


def test_milestones_are_in_order_around_the_peildatum():
    words = words_in(CASES["plot_milestones"](**TEXTS))
    assert "peildatum 1 juni 2018" in words
    labels = [word for word in words if word in {text for text, _, _ in MIJLPALEN}]
    assert labels == ["Plekken bereikt", "Dienstverlening ingericht", "Werkinstructie gereed"]  # upwards


def test_milestones_in_any_order_give_the_same_figure():
    one = figuren.plot_milestones(MIJLPALEN, dt.date(2018, 6, 1), **TEXTS)
    assert figuren.plot_milestones(MIJLPALEN[::-1], dt.date(2018, 6, 1), **TEXTS)._repr_html_() == one._repr_html_()


def test_a_single_milestone_can_be_drawn():
    words = words_in(figuren.plot_milestones(MIJLPALEN[:1], dt.date(2018, 6, 1), **TEXTS))
    assert "Werkinstructie gereed" in words


def test_months_on_an_axis_are_dutch():
    many = [(f"Mijlpaal {month}", dt.date(2018, month, 1), False) for month in (1, 3, 5, 8, 10)]
    words = " ".join(words_in(figuren.plot_milestones(many, dt.date(2018, 6, 1), **TEXTS)))
    assert re.search(r"\b(mei|maa|okt|mrt)\b", words)
    assert not re.search(r"\b(May|Mar|Oct)\b", words)


# --- Figures on the caseload


CASELOAD = {
    "plot_index": lambda bestand: bestandsdelen.plot_index("Renkum", bestand),
    "plot_stromen": lambda bestand: bestandsdelen.plot_stromen("Renkum", bestand),
    "plot_landelijk": lambda _: bestandsdelen.plot_landelijk(2019),
}


@pytest.mark.parametrize("name", sorted(CASELOAD))
def test_figures_on_the_caseload(name: str, renkum: Vangnetverantwoording):
    bestand = open_released(renkum.gegevens.bestand)
    once, again = CASELOAD[name](bestand), CASELOAD[name](bestand)
    assert once._repr_html_() == again._repr_html_()
    soup = soup_of(once)
    assert len(soup.img["alt"]) > 80
    assert re.search(r"\d", soup.img["alt"])
    assert sum(cell != "–" for row in rows_of(soup.details.table) for cell in row[1:]) >= 12


def test_every_figure_on_the_caseload_is_tested():
    functions = inspect.getmembers(bestandsdelen, inspect.isfunction)
    own = {name for name, function in functions if function.__module__ == bestandsdelen.__name__}
    assert {name for name in own if name.startswith("plot_")} == set(CASELOAD)


def test_the_title_of_the_index_says_what_rounding_allows(renkum: Vangnetverantwoording):
    bestand = open_released(renkum.gegevens.bestand)
    last, land = bestand.eigen_index.iloc[-1], bestand.land_index["index"].iloc[-1]
    title = soup_of(bestandsdelen.plot_index("Renkum", bestand)).caption.get_text()
    words = (
        "ongeveer als het land"
        if last["lower"] <= land <= last["upper"]
        else "hoger dan het land"
        if last["index"] > land
        else "lager dan het land"
    )
    assert words in title


def test_the_national_peak_is_named(renkum: Vangnetverantwoording):
    # CBS 37789ksz: 404,8 in March 2017, 376,8 in December 2014, 352,3 in December 2019 (× 1.000)
    alt = soup_of(bestandsdelen.plot_landelijk(2019)).img["alt"]
    assert "hoogste stand 107,4 in maart 2017" in alt
    assert "laatste stand 93,5" in alt
    assert f"{100 * 404.8 / 376.8:.1f}" == "107.4"
    assert f"{100 * 352.3 / 376.8:.1f}" == "93.5"


def test_milestones_with_the_same_label_share_a_row_and_are_counted_on_a_day():
    day = dt.date(2018, 4, 1)
    several = [("Matchteam", day, False), ("Matchteam", day, False), ("Matchteam", dt.date(2018, 7, 1), False)]
    words = words_in(figuren.plot_milestones([*several, ("Poort", day, False)], dt.date(2018, 1, 1), **TEXTS))
    assert words.count("Matchteam") == words.count("Poort") == words.count("2×") == 1
    assert any("2×: twee op één dag" in word for word in words)
