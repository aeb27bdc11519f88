"""Reports on the embedded data, made once for all tests of this folder."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from evaluatie.checks import CheckResult, Verdict
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.estimation.result import StudentInference
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.quantities import Bron
from evaluatie.rapport import Vangnetverantwoording

MakeEvaluatie = Callable[..., Evaluatie]


def section_names() -> list[str]:
    """Return every section of the report, a new one included."""
    methods = inspect.getmembers(Vangnetverantwoording, inspect.isfunction)
    return [name for name, _ in methods if not name.startswith("_") and name != "afronding"]


@pytest.fixture(scope="session")
def write_sections() -> Callable[[Vangnetverantwoording], dict[str, str]]:
    """Return a function that writes every section of a report as HTML."""
    return lambda report: {name: getattr(report, name)()._repr_html_() for name in section_names()}


@pytest.fixture(scope="session")
def renkum() -> Vangnetverantwoording:
    """The report of which the deficit is known."""
    return Vangnetverantwoording("Renkum", 2019, "2019-12-31")


@pytest.fixture(scope="session")
def voorschoten() -> Vangnetverantwoording:
    """A report without budget, with fictieve besparingen."""
    return Vangnetverantwoording("Voorschoten", 2017, "2017-12-31")


@pytest.fixture(scope="session")
def make_evaluatie() -> MakeEvaluatie:
    """Return the maker of an evaluatie with a given effect (in shares) and standard error."""

    def make(value: float | None, spread: float = 0.01, **changes: Any) -> Evaluatie:
        estimate: Estimate | NotEstimated = (
            NotEstimated("er is geen vol jaar na de start", "outside_data")
            if value is None
            else Estimate(value, spread, None, 300, "proef", "verschil", "share", StudentInference(value, spread))
        )
        fields: dict[str, Any] = {
            "id": "renkum.matchteam.uitstroom",
            "gemeente": "Renkum",
            "maatregel_id": "matchteam",
            "maatregel": "Matchteam",
            "uitkomst": "uitstroom naar werk",
            "populatie": "mensen met bijstand",
            "venster": "2015 tegen 2017",
            "vergelijking": "300 andere gemeenten",
            "verwachting": "stijging",
            "estimate": estimate,
            "checks": (CheckResult("Ontwikkeling vóór de maatregel", Verdict.PASSED, "De lijnen liepen gelijk."),),
            "detectable": None if value is None else 0.05,
            "aannames": (),
            "bronnen": (Bron("CBS"),),
        }
        return Evaluatie(**{**fields, **changes})

    return make
