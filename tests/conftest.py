"""One rendering of everything, shared by the tests that read the pages (notebooks, browser)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, settings

from evaluatie.dossier import Dossier, load_dossier
from evaluatie.project import notebooks_folder
from evaluatie.rapport.verantwoording import list_verantwoordingen
from evaluatie.render import plan_jobs, render_all, write_index

# The same examples every time, and no test that fails because the machine is busy.
settings.register_profile(
    "evaluatie", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("evaluatie")


@dataclass(frozen=True)
class Page:
    """A rendered report with everything beside it."""

    gemeente: str
    jaar: int
    html: str
    soup: BeautifulSoup
    results: dict[str, dict[str, Any]]
    receipt: dict[str, Any]
    dossier: Dossier


@pytest.fixture(scope="session")
def reports(tmp_path_factory) -> Path:
    """Render every vangnetverantwoording on the embedded data, without mocks, as `evaluatie report` does."""
    out = tmp_path_factory.mktemp("reports")
    notebook = notebooks_folder() / "vangnetverantwoording.ipynb"
    wishes = [
        (notebook, {"gemeente": gemeente, "jaar": jaar, "peildatum": f"{jaar}-12-31"})
        for gemeente, jaar in list_verantwoordingen()
    ]
    outcomes = render_all(plan_jobs(wishes), out)
    assert [outcome.error for outcome in outcomes if outcome.failed] == []
    write_index(out)
    return out


@pytest.fixture(scope="session")
def pages(reports) -> dict[tuple[str, int], Page]:
    """Every page by gemeente and jaar."""
    return {(gemeente, jaar): _read(reports, gemeente, jaar) for gemeente, jaar in list_verantwoordingen()}


def _read(reports: Path, gemeente: str, jaar: int) -> Page:
    folder = reports / gemeente.lower() / str(jaar)
    html = (folder / "vangnetverantwoording.html").read_text(encoding="utf-8")
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    receipt = json.loads((folder / "ontvangstbewijs.json").read_text(encoding="utf-8"))
    by_id = {item["id"]: item for item in results}
    assert len(by_id) == len(results), "an id stands twice in results.json"
    return Page(gemeente, jaar, html, BeautifulSoup(html, "lxml"), by_id, receipt, load_dossier(gemeente))
