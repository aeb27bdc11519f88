"""Refuse a page that is not accessible or that asks anything of a network.

WCAG 2.2 AA is the law for a municipality, and automatic checkers approve pages that fail it: an
invented alternative text, an empty page, a document without a title of its own. This looks for those.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from evaluatie.errors import PageError, Violation

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_FORBIDDEN = ("script", "link", "iframe", "frame", "object", "embed", "base", "form", "audio", "video")
_ADDRESSES = ("src", "href", "srcset", "data", "poster", "action", "formaction", "background", "xlink:href")
_INVENTED_ALT = "no description has been provided"  # nbconvert writes this where an author wrote nothing
_CSS_ADDRESS = re.compile(r"@import|url\((?!\s*['\"]?\s*(?:data:|#))[^)]*", re.IGNORECASE)
_RELATIVE = re.compile(r"[A-Za-z0-9._~%-]+(/[A-Za-z0-9._~%-]+)*")
_TEXT_SHOWN = 60


def check_page(html: str, *, local_links: bool = False, script: str = "") -> None:
    """Check one finished page.

    Parameters
    ----------
    html : str
        The whole page.
    local_links : bool
        Allow links to files beside the page: for the list of reports, not for a report that is mailed.
    script : str
        The one script the page may hold, to the letter: for the list of reports.

    Raises
    ------
    PageError
        With one `Violation` for everything that is wrong.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all("script") if script else ():
        if str(tag.string) == script and not tag.attrs:
            tag.decompose()
    violations = [violation for check in _CHECKS for violation in check(soup)]
    violations += _check_addresses(soup, local_links=local_links)
    if violations:
        raise PageError("De pagina voldoet niet aan de eisen.", violations=violations)


def _check_document(soup: BeautifulSoup) -> Iterator[Violation]:
    if soup.html is None or not soup.html.get("lang"):
        yield Violation("pagina", "heeft geen taal (lang).", 'Zet lang="nl" op het html-element.')
    if soup.title is None or not soup.title.get_text(strip=True):
        yield Violation("pagina", "heeft geen titel (title).", "Geef het notebook een titel in de metadata.")
    count = len(soup.find_all("h1"))
    if count != 1:
        remedy = "Gebruik in het notebook één kop met #, en daaronder ## en ###."
        yield Violation("pagina", f"heeft {count} hoofdkoppen (h1); het moet er precies één zijn.", remedy)


def _check_images(soup: BeautifulSoup) -> Iterator[Violation]:
    for number, image in enumerate(soup.find_all("img"), start=1):
        alt = str(image.get("alt", "")).strip()
        if not alt or _INVENTED_ALT in alt.lower():
            yield Violation(f"figuur {number}", "heeft geen tekstalternatief.", "Schrijf wat de figuur laat zien.")
    for number, drawing in enumerate(soup.find_all("svg"), start=1):
        named = drawing.get("aria-label") or drawing.get("aria-labelledby") or drawing.find("title", recursive=False)
        if not named and drawing.get("aria-hidden") != "true" and drawing.find_parent("svg") is None:
            yield Violation(f"tekening {number}", "heeft geen tekstalternatief.", "Geef de svg een aria-label.")


def _check_tables(soup: BeautifulSoup) -> Iterator[Violation]:
    for number, table in enumerate(soup.find_all("table"), start=1):
        where = f"tabel {number} ({_excerpt(table)})"
        if table.caption is None or not table.caption.get_text(strip=True):
            yield Violation(where, "heeft geen opschrift (caption).", "Geef de tabel een opschrift.")
        heads = table.find_all("th")
        if not heads or any(head.get("scope") not in ("col", "row", "colgroup", "rowgroup") for head in heads):
            remedy = "Maak de tabel met evaluatie.rapport."
            yield Violation(where, "heeft geen kopcellen met een richting (th scope).", remedy)


def _check_headings(soup: BeautifulSoup) -> Iterator[Violation]:
    previous = 0
    for heading in soup.find_all(re.compile(r"^h[1-6]$")):
        level = int(heading.name[1])
        if level > previous + 1:
            problem = f"is van niveau {level}, direct na niveau {previous}."
            yield Violation(f"kop '{_excerpt(heading)}'", problem, "Sla geen niveau over.")
        if not heading.get_text(strip=True):
            yield Violation(f"kop van niveau {level}", "is leeg.", "")
        previous = level


def _check_identifiers(soup: BeautifulSoup) -> Iterator[Violation]:
    counts = Counter(str(tag["id"]) for tag in soup.find_all(id=True))
    for identifier, count in counts.items():
        if count > 1:
            yield Violation(f"id '{identifier}'", f"komt {count} keer voor.", "Geef elk onderdeel een eigen id.")
    for link in soup.find_all("a", href=re.compile("^#.")):
        if unquote(str(link["href"])[1:]) not in counts:
            yield Violation(f"link '{_excerpt(link)}'", f"wijst naar {link['href']}, en dat staat er niet.", "")


def _check_active_content(soup: BeautifulSoup) -> Iterator[Violation]:
    for tag in soup.find_all(True):
        if tag.name in _FORBIDDEN:
            yield Violation(f"<{tag.name}>", "mag niet in een rapport staan.", "")
        if tag.name == "meta" and str(tag.get("http-equiv", "")).lower() == "refresh":
            yield Violation("<meta>", "mag de lezer niet doorsturen.", "")
        for name in tag.attrs:
            if name.lower().startswith("on"):
                yield Violation(f"<{tag.name} {name}>", "voert een script uit; dat mag niet in een rapport.", "")


def _check_styles(soup: BeautifulSoup) -> Iterator[Violation]:
    sheets = [str(style.string or "") for style in soup.find_all("style")]
    inline = [str(tag["style"]) for tag in soup.find_all(style=True)]
    for css in sheets + inline:
        for match in _CSS_ADDRESS.finditer(css):
            problem = f"haalt iets van buiten: {match.group()[:_TEXT_SHOWN]}."
            yield Violation("opmaak", problem, "Neem het op in de pagina zelf.")


def _check_outputs(soup: BeautifulSoup) -> Iterator[Violation]:
    """Count the outputs: a template that drops them passes every other check."""
    main = soup.main
    if main is None or not _has_body(main):
        yield Violation("pagina", "heeft geen inhoud.", "")
        return
    expected = main.get("data-uitkomsten")
    if expected is None:
        return
    found = sum(1 for output in main.select(".uitkomst") if output.get_text(strip=True) or output.find(["img", "svg"]))
    if found == 0 or str(found) != expected:
        yield Violation("pagina", f"toont {found} uitkomsten; het notebook heeft er {expected}.", "")


def _has_body(main: Tag) -> bool:
    return any(
        text.strip() and text.find_parent(["h1", "details"]) is None for text in main.find_all(string=True)
    ) or bool(main.find("img"))


_CHECKS: tuple[Callable[[BeautifulSoup], Iterator[Violation]], ...] = (
    _check_document,
    _check_images,
    _check_tables,
    _check_headings,
    _check_identifiers,
    _check_active_content,
    _check_styles,
    _check_outputs,
)


def _check_addresses(soup: BeautifulSoup, *, local_links: bool) -> Iterator[Violation]:
    for tag in soup.find_all(True):
        for name in _ADDRESSES:
            address = tag.get(name)
            if address is not None and not _is_allowed(tag, str(address).strip(), local_links=local_links):
                shown = str(address)[:_TEXT_SHOWN]
                yield Violation(f"<{tag.name} {name}>", f"verwijst naar '{shown}'; dat mag niet in een rapport.", "")


def _is_allowed(tag: Tag, address: str, *, local_links: bool) -> bool:
    if address.startswith(("data:", "#")):
        return True
    if tag.name != "a":
        return False
    return address.startswith(("https://", "http://")) or (local_links and bool(_RELATIVE.fullmatch(address)))


def _excerpt(tag: Tag) -> str:
    text = tag.get_text(" ", strip=True)
    return text if len(text) <= _TEXT_SHOWN else text[:_TEXT_SHOWN] + " …"
