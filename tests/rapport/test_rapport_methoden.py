"""No English on a page: every method that reaches a report has a Dutch name."""

from __future__ import annotations

import pytest

from evaluatie.rapport import Vangnetverantwoording
from evaluatie.rapport.methoden import describe_methode


@pytest.mark.parametrize("name", ["renkum", "voorschoten"])
def test_every_method_of_a_report_has_a_dutch_name(name: str, request: pytest.FixtureRequest) -> None:
    report: Vangnetverantwoording = request.getfixturevalue(name)
    methods = {found.method for found in report.resultaten.by_id.values() if found.method}
    assert len(methods) >= 5
    assert [method for method in methods if describe_methode(method) == method] == []


def test_the_number_of_comparisons_is_kept() -> None:
    assert describe_methode("DiD, placebo in space (ferman_pinto, 370 controls)").endswith("370 andere gemeenten")


def test_an_unknown_method_stays_as_it_is() -> None:
    assert describe_methode("iets nieuws") == "iets nieuws"
