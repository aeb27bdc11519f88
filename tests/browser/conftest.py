"""A real browser with the network off, and what every page is asked there."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from evaluatie.errors import EvaluatieError
from evaluatie.render.pdf import launch_options

playwright = pytest.importorskip("playwright.sync_api", reason="install the extra 'browser'")
PAPER = 673
"""Pixels between the margins of an A4 page."""
MODES = {
    "licht": {"viewport": {"width": 1280, "height": 900}},
    "donker": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "telefoon": {"viewport": {"width": 320, "height": 640}},
    "druk": {"viewport": {"width": PAPER, "height": 950}},
}
OPEN_ALL = """
document.querySelectorAll('details').forEach(fold => fold.open = true);
document.querySelectorAll('#toon-code, #toon-inhoud').forEach(box => box.checked = true);
"""
BEYOND = """width => [...document.querySelectorAll('main *')]
    .filter(e => e.getBoundingClientRect().right > width + 1 && !e.closest('.alleen-voorlezen, mjx-container'))
    .map(e => `${e.tagName} ${(e.closest('table') || {}).id || ''}: ${e.textContent.trim().slice(0, 40)}`)"""
SCROLLING = """[...document.querySelectorAll('.tabel')].filter(e => e.scrollWidth > e.clientWidth + 1)
    .map(e => e.getAttribute('aria-label'))"""


@pytest.fixture(scope="session")
def browser():
    try:
        options = launch_options()
    except EvaluatieError as error:
        pytest.skip(f"no Chromium, or no Playwright: {error.problem} {error.remedy}")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(**options)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser):
    """Open a file offline; every request and every console message is kept on the page object."""
    contexts = []

    def go(path: Path, mode="licht", **options):
        context = browser.new_context(offline=True, **{**MODES[mode], **options})
        contexts.append(context)
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(path.as_uri())
        if mode == "druk":
            page.emulate_media(media="print")
        return page

    yield go
    for context in contexts:
        context.close()


def judge(page, mode):
    """Ask of a page, with everything opened, what every page must be: accessible, alone, and within its borders."""
    page.evaluate(OPEN_ALL)
    assert run_axe(page) == []
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []
    assert page.said == []
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    if mode == "druk":
        assert page.evaluate(BEYOND, PAPER) == [], "what runs over the edge of the paper is lost"
        return
    assert page.evaluate("document.documentElement.scrollWidth") <= MODES[mode]["viewport"]["width"]
    if mode == "licht":
        assert page.evaluate(SCROLLING) == [], "on a desktop no table hides a column"


def run_axe(page):
    axe = pytest.importorskip("axe_playwright_python", reason="install the extra 'browser'")
    page.evaluate(files(axe).joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [(item["id"], [node["target"] for node in item["nodes"][:3]]) for item in found]
