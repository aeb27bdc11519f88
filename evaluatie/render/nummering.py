"""Number headings, figures and tables, so that a reader can name what she reads about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from evaluatie.rapport.opmaak import Kolom, table

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_OWN_NUMBER = re.compile(r"^([A-Z]|\d+|Bijlage \d+)\. ")
_TITLE = re.compile(r"Figuur: (?P<titel>.+?)(?: \(|\.$)")
_DATA = "Gegevens bij de figuur: "
_FOLD = "Toon de cijfers bij deze figuur"


def number_all(soup: BeautifulSoup) -> None:
    """Give every heading, figure and table its number, in the order of the page."""
    _number_headings(soup)
    _number_figures(soup)
    _list_figures(soup)
    _number_tables(soup)


def free_id(wish: str, taken: set[str]) -> str:
    """Return `wish`, or `wish` with a number behind it when it is taken."""
    if wish not in taken:
        return wish
    number = 2
    while f"{wish}-{number}" in taken:
        number += 1
    return f"{wish}-{number}"


def _number_headings(soup: BeautifulSoup) -> None:
    """Give numbers below the headings that carry one themselves (the parts of the form); else to all headings."""
    sections = soup.find_all("h2")
    own = any(_OWN_NUMBER.match(heading.get_text()) for heading in sections)
    counts: list[int] = [0, 0, 0]
    start = ""
    for heading in soup.find_all(["h2", "h3", "h4"]):
        depth = int(heading.name[1]) - 2
        counts[depth] += 1
        counts[depth + 1 :] = [0] * (2 - depth)
        if depth == 0:
            start = _number_section(soup, heading, None if own else counts[0])
        elif start:
            _prepend(soup, heading, ".".join([start, *map(str, counts[1 : depth + 1])]))


def _number_section(soup: BeautifulSoup, heading: Tag, number: int | None) -> str:
    match = _OWN_NUMBER.match(heading.get_text())
    if match:
        return match.group(1)
    if number is None:
        return ""  # a summary before part A has no number, and nothing under it
    _prepend(soup, heading, f"{number}.")
    return str(number)


def _number_figures(soup: BeautifulSoup) -> None:
    taken = {str(tag["id"]) for tag in soup.find_all(id=True)}
    first = soup.select_one("div.tekst")
    synthetic = first is not None and "synthetisch" in first.get_text()
    for number, figure in enumerate(soup.select("figure.figuur"), start=1):
        figure["id"] = free_id(f"figuur-{number}", taken)
        figure["data-naam"] = f"Figuur {number}"
        caption = figure.figcaption
        if caption is None:
            caption = _caption_of_own(soup, figure, synthetic=synthetic)
        _prepend(soup, caption, f"Figuur {number}.")
        _wrap_image(soup, figure, number)
        fold = figure.find_next_sibling()
        if fold is not None and fold.name == "details":
            _name_data(fold, number)


def _caption_of_own(soup: BeautifulSoup, figure: Tag, *, synthetic: bool) -> Tag:
    """Give a picture of an author's own the title that its text alternative names, and the mark of invented data."""
    caption = soup.new_tag("figcaption")
    named = _TITLE.match(str(figure.img.get("alt", ""))) if figure.img is not None else None
    caption.string = named["titel"] if named else ""
    if synthetic:
        mark = soup.new_tag("span", attrs={"class": "merk-synthetisch"})
        mark.string = "(synthetische gegevens)"
        caption.extend([" ", mark])
    figure.insert(0, caption)
    return caption


def _wrap_image(soup: BeautifulSoup, figure: Tag, number: int) -> None:
    """Let a figure keep readable letters on a phone: it scrolls in its own region instead of shrinking."""
    if figure.img is not None:
        region = {"class": "beeld", "tabindex": "0", "role": "group", "aria-label": f"Figuur {number}"}
        figure.img.wrap(soup.new_tag("div", attrs=region))


def _name_data(fold: Tag, number: int) -> None:
    """Name the table below a figure after that figure; it has no number of its own."""
    if fold.summary is not None and fold.summary.get_text() == _FOLD:
        fold.summary.string = f"Toon de cijfers bij figuur {number}"
    for caption in fold.find_all("caption"):
        holder = caption.find_parent("table")
        if holder is not None and caption.get_text().startswith(_DATA):
            caption.string = f"Gegevens bij figuur {number}: {caption.get_text().removeprefix(_DATA)}"
            holder["data-bij-figuur"] = str(number)
            _rename_region(holder, f"Gegevens bij figuur {number}")


def _list_figures(soup: BeautifulSoup) -> None:
    """Fill the list of figures of the rekenverantwoording: what is drawn, by which function, from which table."""
    from bs4 import BeautifulSoup

    holder = soup.select_one("[data-figurenlijst]")
    if holder is None:
        return
    kolommen = [Kolom("figuur", "breed"), Kolom("functie"), Kolom("tabel"), Kolom("bron", "breed")]
    rows = [_figure_row(figure) for figure in soup.select("figure.figuur[data-functie]")]
    holder.append(BeautifulSoup(str(table("Figuren met functie en bron", kolommen, rows).markup), "html.parser"))


def _figure_row(figure: Tag) -> list[Markup | str]:
    fold, source = figure.find_next_sibling(), figure.find("p", class_="bron")
    own = fold is not None and fold.name == "details" and fold.find("table", attrs={"data-bij-figuur": True})
    title = figure.figcaption.get_text(" ", strip=True) if figure.figcaption is not None else ""
    name = Markup('<a href="#{}">{}</a>').format(figure["id"], title)
    code = Markup("<code>evaluatie.rapport.figuren.{}</code>").format(figure["data-functie"])
    where = "onder de figuur" if own else "naast de figuur"
    return [name, code, where, source.get_text(strip=True).removeprefix("Bron: ") if source is not None else ""]


def _number_tables(soup: BeautifulSoup) -> None:
    taken = {str(tag["id"]) for tag in soup.find_all(id=True)}
    tables = soup.select("table:not([data-bij-figuur]):has(> caption)")
    for number, holder in enumerate(tables, start=1):
        caption = holder.find("caption")
        if caption is None:
            continue
        holder["id"] = free_id(f"tabel-{number}", taken)
        holder["data-naam"] = f"Tabel {number}"
        _rename_region(holder, f"Tabel {number}")
        _prepend(soup, caption, f"Tabel {number}.")


def _rename_region(table: Tag, name: str) -> None:
    """Name the scrolling box around a table shortly: its caption is read right after it."""
    region = table.find_parent(class_="tabel")
    if region is not None:
        region["aria-label"] = name


def _prepend(soup: BeautifulSoup, tag: Tag, number: str) -> None:
    span = soup.new_tag("span", attrs={"class": "nummer"})
    span.string = number
    tag.insert(0, span)
    tag.insert(1, " ")
