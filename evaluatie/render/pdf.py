"""The PDF of a report: the page itself, printed by Chromium with tags, bookmarks, page numbers and a running title.

Chromium, not WeasyPrint. Measured on the same report, both give a structure tree (headings, lists, tables with
headings, figures with their alternative text, language) and bookmarks. WeasyPrint also claims PDF/UA, but took four
times as long and lays the page out in another way than a reader sees it on the screen.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluatie.errors import EvaluatieError
from evaluatie.project import explain_install
from evaluatie.render.files import write_atomically

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from bs4.element import NavigableString
    from playwright.sync_api import Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "msedge")
_MOMENT = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)[0-9]{14}(\+00'00'\))")
_NODE = re.compile(rb"\(node([0-9]{8})\)")
_SPACES = re.compile(r"[ \t\r\n]+")
_TEXT_BLOCKS = "p, li, td, th, dt, dd, h1, h2, h3, h4, caption, summary"
_BREAKS = frozenset(
    {"p", "ul", "ol", "div", "table", "dl", "figure", "details", "br", "li", "dd", "dt", "thead", "tbody", "tr"}
)
_SYNTHETIC = re.compile(r"Synthetische gegevens\.")
_INSTALL = f"{explain_install('pdf')} Installeer ook Chromium, of zet CHROMIUM op het pad ernaartoe."


def find_chromium() -> str:
    """Return the path of Chromium: what ``CHROMIUM`` says, else one that is on the search path.

    Raises
    ------
    EvaluatieError
        When Playwright or Chromium is not installed.
    """
    for module, package in (("playwright", "Playwright"), ("pikepdf", "pikepdf")):
        if find_spec(module) is None:
            raise EvaluatieError(f"Een PDF maken kan hier niet: {package} is niet geïnstalleerd.", _INSTALL)
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None or not Path(path).is_file():
        raise EvaluatieError("Een PDF maken kan hier niet: er is geen Chromium gevonden.", _INSTALL)
    return path


def launch_options() -> dict[str, Any]:
    """Return how to start Chromium: its own sandbox, except for root, for whom it refuses to start with one."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {"executable_path": find_chromium(), "args": ["--no-sandbox"] if root else []}


def write_pdfs(pages: Sequence[Path]) -> list[Path]:
    """Print finished pages, each to the file of the same name with ``.pdf``; one browser for all of them.

    The same page gives the same file.
    """
    from playwright.sync_api import sync_playwright

    options = launch_options()
    with sync_playwright() as driver, tempfile.TemporaryDirectory(prefix="evaluatie-") as folder:
        browser = driver.chromium.launch(**options)
        context = browser.new_context(offline=True, java_script_enabled=False, reduced_motion="reduce")
        targets = [_print(context.new_page(), page, Path(folder)) for page in pages]
        browser.close()
    return targets


def _print(tab: Page, page: Path, folder: Path) -> Path:
    from evaluatie.render.pdf_toegankelijk import make_accessible

    source = folder / "pagina.html"
    html = page.read_text(encoding="utf-8")
    source.write_text(prepare_for_paper(html), encoding="utf-8")
    tab.goto(source.as_uri())
    printed = tab.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    tab.close()
    accessible = make_accessible(strip_chance(printed), *_name_links(html))
    return write_atomically(page.with_suffix(".pdf"), accessible)


def _name_links(html: str) -> tuple[str, dict[str, str]]:
    """Return the title of a page, and what each link on it is called by its target."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    links = {
        str(a["href"]).removeprefix("#"): str(a.get("aria-label") or a.get_text(" ", strip=True))
        for a in soup.select("main a[href]")
    }
    return soup.title.get_text() if soup.title is not None else "", links


def prepare_for_paper(html: str) -> str:
    """Return the page without what only works on a screen: code, folds, buttons; and with tags that PDF knows.

    Chromium tags a ``figure`` as an image without alternative text around the image that has one; as a group it is not
    announced twice.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    for gone in soup.select("details.code, #toon-code, .toon-code, nav, .overslaan, .alleen-scherm, [popover]"):
        gone.decompose()
    for button in soup.select("button.begrip"):
        button.unwrap()
    for fold in soup.find_all("details"):
        fold["open"] = ""
    for note in soup.select("a[role]"):
        del note["role"]  # Chromium tags a note reference outside the link it is
    _fill_cells(soup)
    _keep_spaces(soup)
    for figure in soup.find_all("figure"):
        figure.name, figure["class"] = "div", "figuur"
        caption = figure.find("figcaption")
        if caption is not None:
            caption.name, caption["class"] = "p", "figcaption"
    title = soup.title.get_text() if soup.title is not None else ""
    if soup.find(class_="merk-synthetisch") or _SYNTHETIC.search(soup.get_text()):
        title += " – synthetische gegevens"  # a loose sheet must say it too
    style = soup.new_tag("style")
    style.string = _running_title(title)
    (soup.head or soup).append(style)
    return str(soup)


def _fill_cells(soup: BeautifulSoup) -> None:
    """Let every cell hold something that is printed: Chromium leaves an empty one, or one that is only heard, out."""
    for cell in soup.select("td, th"):
        for spoken in cell.find_all(class_="alleen-voorlezen", recursive=False):
            spoken.decompose()
        for shown in cell.select("span[aria-hidden]"):
            shown.unwrap()
        if not cell.get_text(strip=True) and cell.img is None:
            cell.string = "\N{NO-BREAK SPACE}"


def _keep_spaces(soup: BeautifulSoup) -> None:
    """Keep the space at the end of a printed line: Chromium drops it, and two words are then read as one."""
    for block in soup.select(_TEXT_BLOCKS):
        for text in block.find_all(string=True):
            if text.find_parent("pre") is None:
                text.replace_with(_trim(text, block))
    style = soup.new_tag("style")
    style.string = f"{_TEXT_BLOCKS} {{ white-space: pre-wrap; }}"
    (soup.head or soup).append(style)


def _trim(text: NavigableString, block: Tag) -> str:
    """Return a text as a browser would show it: one space between words, none at the edges of its block."""
    shown = _SPACES.sub(" ", text)
    if _is_edge(text.previous_sibling, text, block):
        shown = shown.lstrip(" ")
    if _is_edge(text.next_sibling, text, block):
        shown = shown.rstrip(" ")
    return shown


def _is_edge(beside: object, text: NavigableString, block: Tag) -> bool:
    return getattr(beside, "name", None) in _BREAKS or (beside is None and text.parent is block)


def _running_title(title: str) -> str:
    text = title.replace("\\", "\\\\").replace('"', '\\"').replace("<", "").replace("\n", " ")
    small = "font: 8pt sans-serif; color: #333333;"
    return (
        f'@page {{ @top-left {{ content: "{text}"; {small} }} '
        f'@bottom-right {{ content: counter(page) " van " counter(pages); {small} }} }} '
        "@page :first { @top-left { content: none; } }"
    )


def strip_chance(printed: bytes) -> bytes:
    """Replace what differs between two prints of the same page; every replacement is as long as what it replaces.

    These are the moment of printing, and numbers that Chromium gives to elements in the order in which it saw them.
    """
    ranks = {number: rank for rank, number in enumerate(sorted(set(_NODE.findall(printed))), start=1)}
    numbered = _NODE.sub(lambda match: b"(node%08d)" % ranks[match[1]], printed)
    return _MOMENT.sub(lambda match: match[1] + b"20200101000000" + match[2], numbered)
