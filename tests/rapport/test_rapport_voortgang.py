"""Plan against reality on a day, from the embedded documents."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from evaluatie.dossier import list_dossiers, load_dossier
from evaluatie.errors import ChoiceError
from evaluatie.evaluaties.voortgang import begin_of, compare_geld, describe_halfjaar, end_of
from evaluatie.project import notebooks_folder
from evaluatie.rapport import Voortgang
from evaluatie.rapport.voortgang import check_parameters
from evaluatie.render import check_page, render
from evaluatie.render import check_parameters as check_notebook

DAY = dt.date(2017, 12, 31)


def rows(html: str) -> list[list[str]]:
    found = BeautifulSoup(html, "lxml").select("tbody tr")
    return [[" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])] for row in found]


@pytest.mark.parametrize(
    ("periode", "begin", "end"),
    [
        ("2017", "2017-01-01", "2017-12-31"),
        ("2017-H1", "2017-01-01", "2017-06-30"),
        ("2017-H2", "2017-07-01", "2017-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2016-09-01", "2016-09-01", "2016-09-01"),
        ("2015 t/m 2018", "2015-01-01", "2018-12-31"),
        ("2017-2018", "2017-01-01", "2018-12-31"),
        ("2017-09 t/m 2018-12", "2017-09-01", "2018-12-31"),
        ("2017 t/m augustus", "2017-01-01", "2017-08-31"),
        ("2016 tot 1 september", "2016-01-01", "2016-08-31"),
        ("vanaf 2020", "2020-01-01", "2020-12-31"),
        ("ooit", "9999-12-31", "9999-12-31"),
    ],
)
def test_the_edges_of_a_period(periode, begin, end):
    assert (begin_of(periode).isoformat(), end_of(periode).isoformat()) == (begin, end)


def test_every_period_of_the_embedded_plans_is_understood():
    for name in list_dossiers():
        for cijfer in load_dossier(name).cijfers.values():
            assert begin_of(cijfer.periode) <= end_of(cijfer.periode), cijfer.periode
            assert begin_of(cijfer.periode).year < 2100 or cijfer.periode == "onbekend"


def test_voorschoten_spent_what_the_document_says():
    """§2 of the document: 225.000 a year; 118.929, 199.332 and (to August) 111.505 spent."""
    lines = {line.besteed: line for line in compare_geld(load_dossier("Voorschoten"), DAY)}
    assert lines["uitgaven_2015"].aandeel == 118_929 / 225_000
    assert lines["uitgaven_2016"].aandeel == 199_332 / 225_000
    assert lines["uitgaven_2017"].aandeel == 111_505 / 225_000
    assert lines["uitgaven_2017"].bezwaar == "besteed tot en met augustus 2017"
    assert lines["ww_bijeenkomsten_kosten"].aandeel is None
    assert lines["ww_bijeenkomsten_kosten"].bezwaar == "niet hetzelfde gebied"


def test_what_was_spent_after_the_peildatum_is_not_known_on_it():
    known = [line.besteed for line in compare_geld(load_dossier("Voorschoten"), dt.date(2016, 6, 30))]
    assert "uitgaven_2016" in known
    assert "uitgaven_2017" not in known


def test_money_on_the_page():
    page = Voortgang("Voorschoten", "2017-12-31")
    shown = rows(page.geld()._repr_html_())
    assert shown[0] == ["Alle maatregelen samen", "2015", "€ 225.000", "€ 118.929", "53%", ""]
    assert shown[1][4] == "89%"
    assert page.resultaten.by_id["voortgang.uitgaven_2016"].text() == "89%"


def test_the_tolerance_of_deventer_is_named():
    html = Voortgang("Deventer", "2020-12-31").geld()._repr_html_()
    assert "10%" in html
    assert "geen uitgaven naast een budget" in html
    assert "geen toegestane afwijking" in Voortgang("Renkum", "2018-06-30").geld()._repr_html_()


@pytest.mark.parametrize(
    ("gemeente", "day", "begin", "eind", "due"),
    [
        ("Renkum", "2017-12-31", "2017-07-01", "2017-12-31", 8),
        ("Renkum", "2018-03-15", "2018-01-01", "2018-06-30", 7),
        ("Deventer", "2020-05-01", "2020-01-01", "2020-06-30", 10),
        ("Voorschoten", "2017-12-31", "2017-07-01", "2017-12-31", 0),
    ],
)
def test_what_was_due_in_the_half_year(gemeente, day, begin, eind, due):
    half = describe_halfjaar(load_dossier(gemeente), dt.date.fromisoformat(day))
    assert (half.begin.isoformat(), half.eind.isoformat()) == (begin, eind)
    dates = [mijlpaal.datum for _, mijlpaal in half.mijlpalen]
    everything = [m.datum for maatregel in load_dossier(gemeente).maatregelen for m in maatregel.mijlpalen]
    assert dates == sorted(date for date in everything if half.begin <= date <= half.eind)
    assert len(dates) == due


def test_the_half_year_of_dalfsen_has_its_flows():
    """Second half of 2017: 40 in, 46 out."""
    html = Voortgang("Dalfsen", "2017-12-31").halfjaar()._repr_html_()
    found = rows(html)
    assert any(row[0].startswith("40 personen") for row in found)
    assert any(row[0].startswith("46 personen") for row in found)
    assert "geen mijlpalen" in Voortgang("Voorschoten", "2017-12-31").halfjaar()._repr_html_()


@pytest.mark.parametrize("wrong", [{"gemeente": "Atlantis"}, {"peildatum": "31-12-2017"}, {"peildatum": "2017-13-01"}])
def test_an_impossible_choice_is_refused(wrong):
    with pytest.raises(ChoiceError):
        check_parameters({"gemeente": "Renkum", "peildatum": "2017-12-31", **wrong})


@pytest.mark.parametrize("gemeente", ["Renkum", "Voorschoten", "Dalfsen", "Deventer"])
def test_every_section_writes_for_every_municipality(gemeente):
    page = Voortgang(gemeente, DAY)
    for name in ("mijlpalen", "halfjaar", "geld", "maatregelen"):
        html = getattr(page, name)()._repr_html_()
        ids = [tag["data-id"] for tag in BeautifulSoup(html, "lxml").find_all("data")]
        assert set(ids) <= set(page.resultaten.by_id)


def test_the_notebook_renders(tmp_path):
    notebook = notebooks_folder() / "voortgang.ipynb"
    rendered = render(
        notebook, check_notebook(notebook, {"gemeente": "Voorschoten", "peildatum": "2017-12-31"}), tmp_path
    )
    html = rendered.html.read_text(encoding="utf-8")
    check_page(html)
    assert "Voortgang Voorschoten" in html
    assert rendered.results is not None
