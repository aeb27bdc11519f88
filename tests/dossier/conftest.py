"""A dossier as small as a test needs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from evaluatie.dossier import Dossier
from evaluatie.evaluaties.claims import Claimtoets, evaluate_claims
from evaluatie.panel import Gemeentepanel, build_gemeentepanel

MakeDossier = Callable[..., Dossier]
JudgeClaim = Callable[..., Claimtoets]
_BRON = {"document": "plan", "paragraaf": "§1"}


def _make_dossier(cijfers: Mapping[str, Any], **parts: Any) -> Dossier:
    """Make a dossier; a cijfer is a value, or a mapping that overrides unit, status or range."""
    full = {
        name: {
            "omschrijving": f"Cijfer {name}",
            "eenheid": "personen",
            "periode": "2017",
            "status": "realisatie",
            "bron": _BRON,
            **(given if isinstance(given, Mapping) else {"waarde": given}),
        }
        for name, given in cijfers.items()
    }
    tree = {
        "gemeente": {"naam": "Proefdorp", "code": "GM9999"},
        "verantwoordingsjaren": [2017],
        "samenvatting": "Een klein dossier.",
        "documenten": {
            "plan": {"titel": "Plan", "opsteller": "Gemeente Proefdorp", "jaar": 2017, "soort": "beleidsdocument"}
        },
        "cijfers": full,
        "maatregelen": [],
        **parts,
    }
    return Dossier.model_validate(tree)


@pytest.fixture(scope="session")
def make_dossier() -> MakeDossier:
    """Return the maker of small dossiers."""
    return _make_dossier


@pytest.fixture(scope="session")
def panel() -> Gemeentepanel:
    """Return the real panel of municipalities."""
    return build_gemeentepanel()


@pytest.fixture(scope="session")
def judge_claim(panel: Gemeentepanel) -> JudgeClaim:
    """Return a function that tests one claim on a few numbers: soort, the fields of the test, cijfers."""

    def judge(soort: str, fields: Mapping[str, Any], cijfers: Mapping[str, Any], kanttekening: str = "") -> Claimtoets:
        claim = {
            "id": "claim",
            "bewering": "Een bewering met cijfers.",
            "toets": {"soort": soort, **fields},
            "kanttekening": kanttekening,
            "bron": _BRON,
        }
        (toets,) = evaluate_claims(_make_dossier(cijfers, claims=[claim]), panel)
        return toets

    return judge
