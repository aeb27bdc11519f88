"""Tie every number of a page to its source: footnotes that jump there and back, and the rekenverantwoording.

A number on the page carries the id of its result (``<data data-id="…">``); the result knows its sources. That is
all this module needs: it writes no sentence of its own about a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

Bron = tuple[str, str]
"""Title and address: what one line in the list of sources stands for."""


@dataclass(slots=True)
class Plaats:
    """A place on the page that shows numbers: its anchor, its name, and the ids of the numbers."""

    anchor: str
    naam: str
    blok: Tag
    ids: list[str] = field(default_factory=list)


def add_notes(soup: BeautifulSoup, results: Sequence[Mapping[str, Any]]) -> None:
    """Add footnotes, back-links, and the places of every number; nothing on a page without a list of sources."""
    lijst = soup.select_one("ol.bronnen")
    if lijst is None:
        return
    sources = {result["id"]: _sources_of(result) for result in results}
    numbers = _number_sources(lijst)
    places = _find_places(soup)
    for place in places:
        used = sorted({numbers[key] for name in place.ids for key, _ in sources.get(name, []) if key in numbers})
        _add_footnotes(soup, place, used)
    _add_back_links(soup, lijst, places, sources)
    _fill_reckoning(soup, places, sources, numbers)


def _sources_of(result: Mapping[str, Any]) -> list[tuple[Bron, str]]:
    return [((source["titel"], source["url"]), source["vindplaats"]) for source in result["sources"]]


def _number_sources(lijst: Tag) -> dict[Bron, int]:
    numbers: dict[Bron, int] = {}
    for number, item in enumerate(lijst.find_all("li", recursive=False), start=1):
        item["id"] = f"bron-{number}"
        numbers[str(item["data-titel"]), str(item.get("data-url", ""))] = number
    return numbers


def _find_places(soup: BeautifulSoup) -> list[Plaats]:
    """Return every block of text and every table that shows numbers, in the order of the page."""
    places: dict[int, Plaats] = {}
    for element in soup.select("data[data-id]"):
        if element.find_parent(attrs={"data-herkomst": True}) is not None:
            continue  # the rekenverantwoording itself: it says where the others are
        block = element.find_parent("table") or element.find_parent(["p", "li", "dd"])
        if block is None:
            continue
        if id(block) not in places:
            places[id(block)] = _describe(block, len(places) + 1)
        places[id(block)].ids.append(str(element["data-id"]))
    return list(places.values())


def _describe(block: Tag, number: int) -> Plaats:
    if block.name == "table":
        figure = block.get("data-bij-figuur")
        name = str(block.get("data-naam") or (f"Figuur {figure}" if figure else "tabel"))
        block["id"] = block.get("id") or f"gegevens-{number}"
        return Plaats(str(block["id"]), name, block)
    block["id"] = block.get("id") or f"alinea-{number}"
    heading = block.find_previous(["h2", "h3", "h4"])
    span = heading.find(class_="nummer") if heading is not None else None
    title = span.get_text() if span is not None else heading.get_text(strip=True) if heading is not None else "tekst"
    return Plaats(str(block["id"]), title.split(". ")[0].rstrip("."), block)


def _add_footnotes(soup: BeautifulSoup, place: Plaats, numbers: Sequence[int]) -> None:
    if not numbers:
        return
    if place.blok.name != "table":
        place.blok.append(_links(soup, soup.new_tag("sup", attrs={"class": "noten"}), numbers, place.naam))
        return
    line = soup.new_tag("p", attrs={"class": "bronverwijzing"})
    line.append("Bronnen: " if len(numbers) > 1 else "Bron: ")
    _links(soup, line, numbers, place.naam)
    first = soup.find(id=f"getal-{place.ids[0]}")
    if first is not None:
        more = soup.new_tag("span", attrs={"class": "naar-rekenverantwoording"})
        more.append("; ")
        more.append(
            _link(soup, f"#getal-{place.ids[0]}", "rekenverantwoording", f"rekenverantwoording van {place.naam}")
        )
        line.append(more)
    region = place.blok.find_parent(class_="tabel") or place.blok
    note = region.find_next_sibling()
    (note if note is not None and note.get("class") == ["noot"] else region).insert_after(line)


def _links(soup: BeautifulSoup, holder: Tag, numbers: Sequence[int], naam: str) -> Tag:
    for position, number in enumerate(numbers):
        if position:
            comma = soup.new_tag("span", attrs={"aria-hidden": "true"})
            comma.string = ", "
            holder.append(comma)
        link = _link(soup, f"#bron-{number}", str(number))
        link["aria-label"] = f"bron {number}, bij {naam}"
        link["role"] = "doc-noteref"
        holder.append(link)
    return holder


def _link(soup: BeautifulSoup, address: str, text: str, label: str = "") -> Tag:
    """Make a link; `label` is what is read aloud where the text alone says too little."""
    link: Tag = soup.new_tag("a", attrs={"href": address, **({"aria-label": label} if label else {})})
    link.append(text)
    return link


def _add_back_links(
    soup: BeautifulSoup, lijst: Tag, places: Sequence[Plaats], sources: Mapping[str, list[tuple[Bron, str]]]
) -> None:
    """Say at each source where it was used; several paragraphs of one section are named once."""
    for item in lijst.find_all("li", recursive=False):
        key = (str(item["data-titel"]), str(item.get("data-url", "")))
        used: dict[str, str] = {}
        for place in places:
            if any(key == found for name in place.ids for found, _ in sources.get(name, [])):
                used.setdefault(place.naam, place.anchor)
        del item["data-titel"], item["data-url"]
        if used:
            item.append(" ")  # else the last word and this one are read as one
            item.append(_list_places(soup, "Terug naar: ", used))


def _list_places(soup: BeautifulSoup, lead: str, places: Mapping[str, str]) -> Tag:
    holder: Tag = soup.new_tag("span", attrs={"class": "terug"})
    holder.append(lead)
    for position, (name, anchor) in enumerate(places.items()):
        if position:
            holder.append(", ")
        holder.append(_link(soup, f"#{anchor}", name))
    return holder


def _fill_reckoning(
    soup: BeautifulSoup,
    places: Sequence[Plaats],
    sources: Mapping[str, list[tuple[Bron, str]]],
    numbers: Mapping[Bron, int],
) -> None:
    for cell in soup.select("[data-waar]"):
        name = str(cell["data-waar"])
        shown = {place.naam: place.anchor for place in reversed(places) if name in place.ids}
        cell.clear()
        cell.append(_list_places(soup, "", dict(reversed(shown.items()))) if shown else "alleen in results.json")
    for cell in soup.select("[data-bronnen]"):
        found = dict.fromkeys(sources.get(str(cell["data-bronnen"]), []))
        cell.clear()
        for position, (key, where) in enumerate(found):
            if position:
                cell.append("; ")
            if key in numbers:
                cell.append(_link(soup, f"#bron-{numbers[key]}", f"bron {numbers[key]}"))
                cell.append(f", {where}" if where else "")
