"""The control panel: every knob changes what is shown, and where nobody can turn one there is never an empty place."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

from evaluatie.checks import TREND, Verdict
from evaluatie.errors import ChoiceError
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties.landelijke_vergelijking import compare_gemeente, evaluate_gemeente
from evaluatie.evaluaties.vergelijkingsgroep import Vergelijkingsgroep, known_groep
from evaluatie.panel import build_gemeentepanel
from evaluatie.rapport import Paneel
from evaluatie.rapport import paneel as module
from evaluatie.rapport.omgeving import is_live
from evaluatie.rapport.paneel import STATISCH, ZONDER_KNOPPEN

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def still() -> Paneel:
    return Paneel("Dalfsen", "uitstroom_naar_werk", "2017-01-01", knoppen=False)


def text_of(html: str) -> str:
    return " ".join(BeautifulSoup(html, "lxml").get_text(" ").split())


def test_a_notebook_that_a_server_opened_is_live_and_a_build_never_is(monkeypatch):
    for name in ("JPY_SESSION_NAME", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)
    assert not is_live()  # papermill, nbconvert and nbval start a kernel without a session
    monkeypatch.setenv("JPY_SESSION_NAME", "00_start.ipynb")
    assert is_live()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1577836800")  # evaluatie render, started from a notebook
    assert not is_live()


def test_without_a_reader_it_shows_sentence_table_and_figure(still):
    bundle = still._repr_mimebundle_()
    assert set(bundle) == {"text/html"}
    soup = BeautifulSoup(bundle["text/html"], "lxml")
    assert STATISCH in soup.get_text()
    assert still.vergelijking.evaluatie.sentence in soup.get_text()
    assert soup.find("img")["alt"]
    known = still.resultaten.by_id
    shown = soup.find_all("data")
    assert len(shown) >= 4
    for element in shown:
        number = getattr(known[element["data-id"]], element["data-deel"])
        assert float(element["value"]) == number


def test_without_ipywidgets_it_says_how_to_get_it_and_still_shows_the_answer(monkeypatch):
    monkeypatch.setattr(module, "_has_widgets", lambda: False)
    bundle = Paneel(knoppen=True)._repr_mimebundle_()
    assert set(bundle) == {"text/html"}
    assert ZONDER_KNOPPEN in text_of(bundle["text/html"])
    assert "Bewijskracht" in text_of(bundle["text/html"])


def test_importing_the_reports_imports_no_widgets():
    command = "import sys, evaluatie.rapport; sys.exit('ipywidgets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command], check=False).returncode == 0


@pytest.fixture
def box() -> tuple[Paneel, dict[str, Any], Any]:
    pytest.importorskip("ipywidgets", reason="the knobs need ipywidgets (extra 'lab' or 'test')")
    panel = Paneel("Dalfsen", "uitstroom_naar_werk", "2017-01-01", knoppen=True)
    *knobs, shown = panel._box.children
    return panel, {knob.description: knob for knob in knobs}, shown


@pytest.mark.parametrize(
    ("knob", "value"),
    [
        ("Gemeente", "Zwolle"),
        ("Uitkomst", "instroom"),
        ("Ingangsdatum", dt.date(2016, 7, 1)),
        ("Vergelijk met", Vergelijkingsgroep.OMVANG.value),
    ],
)
def test_every_knob_changes_sentence_table_and_figure(box, knob, value):
    panel, knobs, shown = box
    before = BeautifulSoup(shown.value, "lxml")
    knobs[knob].value = value
    after = BeautifulSoup(shown.value, "lxml")
    assert panel.vergelijking.evaluatie.sentence in after.get_text()
    for part in ("p", "table", "img"):
        assert str(before.find(part)) != str(after.find(part)), part


def test_an_emptied_date_changes_nothing_and_a_wrong_choice_is_said(box):
    panel, knobs, shown = box
    knobs["Ingangsdatum"].value = None
    assert panel.stand.ingangsdatum == dt.date(2017, 1, 1)
    knobs["Gemeente"].options = ["Nergenshuizen", *knobs["Gemeente"].options]
    knobs["Gemeente"].value = "Nergenshuizen"
    assert "Nergenshuizen" in text_of(shown.value)
    assert panel.stand.gemeente == "Dalfsen"


def test_a_saved_notebook_with_knobs_is_not_empty_when_it_is_converted(box):
    """Without the state of the knobs nbconvert falls back on the text that goes along with them."""
    panel = box[0]
    bundle = panel._repr_mimebundle_()
    assert WIDGET in bundle
    output = nbformat.v4.new_output("display_data", bundle)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("paneel", outputs=[output])])
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert panel.vergelijking.evaluatie.sentence in text_of(page)


def test_the_knobs_turn_from_code_and_refuse_what_does_not_exist(still):
    still.zet(gemeente="GM0193", groep="omvang")
    assert (still.stand.gemeente, still.stand.groep) == ("Zwolle", Vergelijkingsgroep.OMVANG)
    assert still.stand.uitkomst == "uitstroom_naar_werk"
    for wrong in ({"gemeente": "Zwole"}, {"uitkomst": "geluk"}, {"ingangsdatum": "ooit"}, {"groep": "vrienden"}):
        with pytest.raises(ChoiceError):
            still.zet(**wrong)
    with pytest.raises(ChoiceError, match="kleur"):
        still.zet(kleur="rood")
    assert still.stand.gemeente == "Zwolle"


def test_another_group_stands_beside_the_main_estimate(still):
    still.zet(groep="omvang")
    main = evaluate_gemeente(build_gemeentepanel(), "Dalfsen", "uitstroom_naar_werk", "2017-01-01")
    assert still.resultaten.by_id["paneel.alle"].value == main.estimate.value
    assert still.resultaten.by_id["paneel.omvang"].value == still.vergelijking.evaluatie.estimate.value
    assert "hoofdschatting" in text_of(still.toon()._repr_html_())


def test_who_looks_at_several_is_told_how_many(still):
    assert "U bekeek" not in text_of(still.toon()._repr_html_())
    still.zet(groep="omvang")
    assert "U bekeek" not in text_of(still.toon()._repr_html_())  # another group, the same question
    assert "U bekeek nu 2 combinaties" in text_of(still.zet(gemeente="Zwolle")._repr_html_())


def test_what_cannot_be_estimated_is_a_warning_without_checks():
    for choice in ({"ingangsdatum": "2020-07-01"}, {"gemeente": "Amsterdam", "groep": "omvang"}):
        panel = Paneel(**choice, knoppen=False)
        html = panel.toon()._repr_html_()
        assert isinstance(panel.vergelijking.evaluatie.estimate, NotEstimated)
        assert "niet te schatten" in text_of(html)
        assert "Toon de toetsen" not in html
        assert "nan" not in text_of(html).casefold()


@pytest.mark.parametrize("groep", list(Vergelijkingsgroep))
def test_a_group_by_level_cannot_pass_the_check_of_the_trend_before(groep):
    found = evaluate_gemeente(build_gemeentepanel(), "Dalfsen", "instroom", "2017-01-01", groep=groep)
    trend = next(check for check in found.checks if check.name == TREND)
    assert (trend.verdict is Verdict.NOT_RUN) == groep.by_level
    assert found.bewijskracht == (2 if groep.by_level else 3)
    assert any("vergelijkbare omvang" in check.name for check in found.checks) != groep.by_size
    assert (str(groep) in found.vergelijking) == (groep is not Vergelijkingsgroep.ALLE)
    short = compare_gemeente(build_gemeentepanel(), "Dalfsen", "instroom", "2017-01-01", groep=groep)
    assert short.estimate.value == found.estimate.value


def test_a_group_goes_by_its_short_name_or_its_description():
    assert known_groep("omvang") is known_groep("Half tot twee keer zo groot") is Vergelijkingsgroep.OMVANG
    with pytest.raises(ChoiceError, match=r"alle \(alle andere gemeenten\)"):
        known_groep("vrienden")
