"""Make one document of the cells: one title, findable headings, tables that fit on a phone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from evaluatie.render.page import Kop

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag


def tidy_fragment(fragment: str) -> tuple[str, list[Kop]]:
    """Return the HTML of the cells as it stands on the page, and its contents list.

    Only what an author cannot know is added here. What an author forgot (a caption, an alternative
    text) is not invented but left for `check_page` to refuse.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(fragment, "html.parser")
    _drop_first_title(soup)
    _identify_headings(soup)
    _wrap_tables(soup)
    for link in soup.find_all("a", href=True):
        if str(link["href"]).startswith(("http:", "https:")):
            link["rel"] = "noopener"
    return str(soup), _contents(soup.find_all(["h2", "h3"]))


def _drop_first_title(soup: BeautifulSoup) -> None:
    # the title of the page, with gemeente and year, takes the place of the notebook's own title
    title = soup.select_one("div.tekst h1")
    if title is None:
        return
    cell = title.find_parent("div", class_="tekst")
    title.decompose()
    if cell is not None and not cell.get_text(strip=True) and cell.find("img") is None:
        cell.decompose()


def _identify_headings(soup: BeautifulSoup) -> None:
    taken = {str(tag["id"]) for tag in soup.find_all(id=True) if tag.name not in ("h2", "h3")} | {"inhoud"}
    for heading in soup.find_all(["h2", "h3"]):
        # the same address as in JupyterLab, so that a link inside the notebook also works here
        wish = str(heading.get("id") or "-".join(heading.get_text().split()) or "kop")
        heading["id"] = _free(wish, taken)
        taken.add(str(heading["id"]))


def _free(wish: str, taken: set[str]) -> str:
    if wish not in taken:
        return wish
    number = 2
    while f"{wish}-{number}" in taken:
        number += 1
    return f"{wish}-{number}"


def _wrap_tables(soup: BeautifulSoup) -> None:
    """Let a wide table scroll in its own region, with the mouse and with the keyboard."""
    for table in soup.find_all("table"):
        if table.find_parent(class_="tabel") is None:
            caption = table.caption.get_text(" ", strip=True) if table.caption else "Tabel"
            region: dict[str, Any] = {"class": "tabel", "tabindex": "0", "role": "region", "aria-label": caption}
            table.wrap(soup.new_tag("div", attrs=region))


def _contents(headings: Iterable[Tag]) -> list[Kop]:
    koppen: list[Kop] = []
    for heading in headings:
        kop = Kop(str(heading["id"]), heading.get_text(" ", strip=True))
        if heading.name == "h3" and koppen:
            last = koppen[-1]
            koppen[-1] = Kop(last.id, last.tekst, (*last.onderdelen, kop))
        else:
            koppen.append(kop)
    return koppen
