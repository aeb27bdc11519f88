"""Every other notebook as a page in a real browser; run with ``make browser``. Screenshots are kept."""

from __future__ import annotations

import pytest

from evaluatie.project import notebooks_folder, project_root
from evaluatie.render.batch import plan_jobs, render_all
from tests.browser.conftest import MODES, judge

pytestmark = pytest.mark.browser
SHOTS = project_root() / "reports" / "schermafbeeldingen"
NOTEBOOKS = sorted(p for p in notebooks_folder().rglob("*.ipynb") if p.stem != "vangnetverantwoording")


@pytest.fixture(scope="session")
def others(browser, tmp_path_factory):  # browser: without one nothing has to be rendered
    """Render every notebook with its own parameters and return the pages by name."""
    out = tmp_path_factory.mktemp("notebooks")
    outcomes = render_all(plan_jobs([(path, {}) for path in NOTEBOOKS]), out)
    assert [outcome.error for outcome in outcomes if outcome.failed] == []
    return {page.stem: page for page in out.rglob("*.html")}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_every_notebook_is_accessible_alone_and_within_its_borders(others, open_page, name, mode):
    page = open_page(others[name], mode)
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{mode}.png", full_page=True)
    judge(page, mode)
