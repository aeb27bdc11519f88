"""Rendered pages in a real browser with the network off; run with ``make browser``.

Skipped with a reason where there is no Chromium (set CHROMIUM to its path when it is not on the PATH).
Screenshots are kept in ``reports/schermafbeeldingen``.
"""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from evaluatie.project import project_root
from evaluatie.rapport.verantwoording import list_verantwoordingen
from evaluatie.render.pdf import write_pdfs
from tests.browser.conftest import MODES, judge

pytestmark = pytest.mark.browser
SHOTS = project_root() / "reports" / "schermafbeeldingen"
PAGES = [f"{gemeente.lower()}/{jaar}/vangnetverantwoording.html" for gemeente, jaar in list_verantwoordingen()]
EVERY = [*PAGES, "index.html", "vergelijking.html"]
every_page = pytest.mark.parametrize("path", EVERY)
every_report = pytest.mark.parametrize("path", PAGES)


@pytest.fixture
def visit(open_page, reports):
    """Open one of the rendered reports."""
    return lambda path, mode="licht", **options: open_page(reports / path, mode, **options)


@every_page
@pytest.mark.parametrize("mode", MODES)
def test_every_page_is_accessible_alone_and_within_its_borders(visit, path, mode):
    page = visit(path, mode)
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{path.removesuffix('.html').replace('/', '-')}-{mode}.png", full_page=True)
    judge(page, mode)


@every_report
def test_the_first_screen_answers_the_question(visit, path):
    page = visit(path)
    for selector in ("h1", "dl.kerncijfers", "ul.kernzinnen > li:last-child"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] + box["height"] < MODES["licht"]["viewport"]["height"], selector


def test_a_report_is_read_without_a_script(visit):
    page = visit(PAGES[0], java_script_enabled=False)
    page.locator("details.cijfers > summary").first.click()
    assert page.locator("details.cijfers[open] table").first.is_visible()
    assert not page.locator("details.code").first.is_visible()
    page.locator("#toon-code").check()
    assert page.locator("details.code pre").first.is_visible(), "one click shows the code, everywhere"
    page.locator("button.begrip").first.click()
    assert page.locator("[popover]:popover-open").count() == 1


@every_report
def test_everything_is_reached_with_the_keyboard(visit, path):
    page = visit(path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "overslaan"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhoud"
    seen, outlined = set(), True
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.tagName"))
        outlined &= page.evaluate("getComputedStyle(document.activeElement).outlineStyle !== 'none'")
    assert {"INPUT", "BUTTON", "A", "DIV", "SUMMARY"} <= seen
    assert outlined, "who uses a keyboard sees where she is"


def test_the_keyboard_opens_a_term_and_closes_it(visit):
    page = visit(PAGES[0])
    page.locator("button.begrip").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("[popover]:popover-open").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("[popover]:popover-open").count() == 0
    assert page.evaluate("document.activeElement.className") == "begrip"


def test_a_footnote_jumps_to_its_source_and_back(visit):
    page = visit("renkum/2019/vangnetverantwoording.html")
    note = page.locator("dl.kerncijfers a[role=doc-noteref]").first
    note.click()
    source = page.locator(":target")
    assert source.get_attribute("id").startswith("bron-")
    source.locator(".terug a").first.click()
    assert page.locator(":target").first.is_visible()
    page.locator(".bronverwijzing a", has_text="rekenverantwoording").first.click()
    assert page.locator(":target").is_visible(), "the fold around a number opens by itself"


def test_the_order_of_a_screen_reader_is_the_order_of_the_page(visit):
    page = visit(PAGES[0])
    tree = page.locator("body").aria_snapshot()
    places = [tree.index(text) for text in ("- banner", "- navigation", "- main", "- contentinfo")]
    assert places == sorted(places)
    headings = page.evaluate("[...document.querySelectorAll('main h2')].map(h => h.getBoundingClientRect().top)")
    assert headings == sorted(headings)


def test_who_wants_no_motion_gets_none(visit):
    page = visit(PAGES[0], reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_the_list_of_reports_searches_sorts_and_does_without_a_script(visit):
    page = visit("index.html")
    rows = page.locator("tbody tr")
    page.locator("#zoek").fill("RENKUM 2019")
    assert page.locator("tbody tr:visible").count() == 1
    assert page.locator("output").inner_text() == f"1 van {len(PAGES)} gevonden"
    page.locator("#zoek").fill("")
    page.get_by_role("button", name="Tekort").click()
    assert "Renkum" in rows.first.inner_text(), "the one known deficit; what is unknown stands last"
    page.get_by_role("button", name="Gemeente").click()
    page.get_by_role("button", name="Gemeente").click()
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Gemeente")
    assert rows.first.locator("td").first.inner_text() == "Voorschoten"

    plain = visit("index.html", java_script_enabled=False)
    assert plain.locator("tbody tr:visible").count() == len(PAGES)
    assert not plain.locator(".zoeken").is_visible()


def squeeze(text):
    """Return text without spaces: a line may break inside '95%-interval'."""
    return "".join(text.split())


@pytest.mark.parametrize("path", PAGES)
def test_the_pdf_is_tagged_and_does_not_depend_on_chance(browser, reports, path):  # browser: skips where there is none
    pypdf = pytest.importorskip("pypdf", reason="install the extra 'browser'")
    page = reports / path
    (target,) = print_in_a_thread([page])
    first = target.read_bytes()
    (target,) = print_in_a_thread([page])
    assert target.read_bytes() == first
    document = pypdf.PdfReader(target)
    root = document.trailer["/Root"]
    assert root["/Lang"] == "nl"
    assert root["/MarkInfo"]["/Marked"]
    assert document.metadata.title == page.read_text(encoding="utf-8").split("<title>")[1].split("</title>")[0]
    tags = list(walk(root["/StructTreeRoot"].get_object()["/K"]))
    names = [tag["/S"] for tag in tags]
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/L", "/Figure", "/Link", "/Caption"} <= set(names)
    assert names.count("/H1") == 1
    assert all(len(str(tag.get("/Alt", ""))) > 40 for tag in tags if tag["/S"] == "/Figure")
    assert len(document.outline) > 0
    texts = [squeeze(page.extract_text()) for page in document.pages]
    for caption, source in list_figures(page):
        place = next(number for number, text in enumerate(texts) if squeeze(caption) in text)  # the list comes later
        assert squeeze(source) in texts[place].split(squeeze(caption))[1], f"cut or torn from its source: {caption}"
    checker = pytest.importorskip("page", reason="install the extra 'browser'")
    found = checker.validate_pdf(str(target), profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in found.failures] == []
    assert found.rules.passed == found.rules.total > 100
    last = len(document.pages)
    assert f"{last} van {last}" in document.pages[-1].extract_text()
    assert document.metadata.title in document.pages[-1].extract_text(), "the running title"


def list_figures(page):
    """Return the caption and the source of every figure: what stands above and below the picture."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    figures = soup.select("figure.figuur")
    assert figures
    for figure in figures:
        texts = (figure.figcaption.get_text(" "), figure.find("p", class_="bron").get_text(" "))
        yield tuple(" ".join(text.split()) for text in texts)


def print_in_a_thread(pages):
    """Print as ``--formaat pdf`` does: Playwright runs once per thread, and the fixture has it already."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(write_pdfs, pages).result()


def walk(node):
    """Yield every element of the structure tree, without recursion: it is deep."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        current = current.get_object() if hasattr(current, "get_object") else current
        if isinstance(current, list):
            waiting += current
        elif isinstance(current, dict):
            if "/S" in current:
                yield current
            if "/K" in current:
                waiting.append(current["/K"])
