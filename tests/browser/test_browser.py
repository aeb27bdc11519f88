"""Rendered pages in a real browser with the network off; run with ``make browser``.

Skipped with a reason where there is no Chromium (set CHROMIUM to its path when it is not on the PATH).
Screenshots are kept in ``reports/schermafbeeldingen``.
"""

from __future__ import annotations

import os
import shutil

import pytest

from evaluatie.project import project_root
from evaluatie.rapport.verantwoording import list_verantwoordingen

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="install the extra 'browser'")
SHOTS = project_root() / "reports" / "schermafbeeldingen"
WIDTHS = {"telefoon": 320, "bureau": 1280}


@pytest.fixture(scope="module")
def browser():
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium found; install it or set CHROMIUM")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.mark.parametrize("key", list_verantwoordingen(), ids=lambda key: f"{key[0]} {key[1]}")
@pytest.mark.parametrize("width", WIDTHS)
def test_no_request_leaves_the_page_and_nothing_scrolls_sideways(browser, reports, key, width):
    context = browser.new_context(viewport={"width": WIDTHS[width], "height": 900}, offline=True)
    page, requests, problems = context.new_page(), [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    path = reports / key[0].lower() / str(key[1]) / "vangnetverantwoording.html"
    page.goto(path.as_uri())
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert problems == []
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{key[0].lower()}-{key[1]}-{width}.png", full_page=True)
    context.close()


def test_a_page_prints(browser, reports):
    page = browser.new_page()
    page.goto((reports / "renkum" / "2019" / "vangnetverantwoording.html").as_uri())
    assert page.pdf(format="A4").startswith(b"%PDF")
