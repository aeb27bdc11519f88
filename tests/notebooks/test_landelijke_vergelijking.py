"""The page of any municipality: the numbers of the page are those of the evaluatie, and a choice is checked at once."""

from __future__ import annotations

import json
import re

import pytest

from evaluatie.errors import ChoiceError
from evaluatie.project import notebooks_folder
from evaluatie.rapport import LandelijkeVergelijking
from evaluatie.rapport.landelijke_vergelijking import check_parameters
from evaluatie.render import render

NOTEBOOK = notebooks_folder() / "landelijke_vergelijking.ipynb"
CHOICE = {"gemeente": "Dalfsen", "uitkomst": "uitstroom_naar_werk", "ingangsdatum": "2017-01-01"}


def test_the_page_shows_the_evaluatie_and_hands_over_its_numbers(tmp_path):
    made = render(NOTEBOOK, CHOICE, tmp_path)
    page = made.html.read_text(encoding="utf-8")
    vergelijking = LandelijkeVergelijking(**CHOICE)
    assert vergelijking.evaluatie.sentence in page.replace("&#39;", "'")
    results = {item["id"]: item for item in json.loads(made.results.read_text(encoding="utf-8"))}
    assert results["effect"]["value"] == vergelijking.evaluatie.estimate.value
    assert results["effect.opspoorbaar"]["value"] == vergelijking.evaluatie.detectable
    frame = vergelijking.specificaties.frame
    assert results["keuzes"]["value"] == frame["estimate"].min()
    assert results["keuzes"]["value_to"] == frame["estimate"].max()
    for title in re.findall(r"<figcaption>(.+?)</figcaption>", page):
        assert not re.search(r"nan|inf", title)


def test_a_date_without_years_says_so_and_draws_nothing():
    vergelijking = LandelijkeVergelijking("Dalfsen", "instroom", "2020-07-01")
    assert "niet te schatten" in vergelijking.oordeel()._repr_html_()
    assert "<figure" not in vergelijking.placebokaart()._repr_html_()
    assert "Niet te schatten" in vergelijking.keuzes()._repr_html_()


def test_every_wrong_choice_is_told_at_once():
    with pytest.raises(ChoiceError) as error:
        check_parameters({"gemeente": "Dalfse", "uitkomst": "geluk"})
    assert "Dalfse" in error.value.message
    assert "geluk" in error.value.message
