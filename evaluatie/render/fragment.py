"""Make one document of the cells: one title, findable headings, tables that fit on a phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from evaluatie.render.formules import write_formulas
from evaluatie.render.noten import add_notes
from evaluatie.render.nummering import free_id, number_all
from evaluatie.render.page import Kop
from evaluatie.render.uitleg import explain_terms
from evaluatie.render.uitvoer import name_markdown_tables, unlink_notebooks

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag


def tidy_fragment(
    fragment: str, results: Sequence[Mapping[str, Any]] = (), *, report: bool = True
) -> tuple[str, list[Kop]]:
    """Return the HTML of the cells as it stands on the page, and its contents list.

    Only what an author cannot know is added here: numbers of figures and tables, footnotes, explanations of terms.
    What an author forgot (a caption, an alternative text) is not invented but left for `check_page` to refuse.

    Parameters
    ----------
    fragment : str
        HTML of the cells.
    results : sequence of mapping
        The records of ``results.json``, from which the footnotes follow.
    report : bool
        Whether this is a report, with numbered headings, figures and tables and explained terms, or a list of reports.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(fragment, "html.parser")
    write_formulas(soup)
    name_markdown_tables(soup)
    unlink_notebooks(soup)
    _drop_first_title(soup)
    _identify_headings(soup)
    _wrap_tables(soup)
    _say_empty_cells(soup)
    if report:
        number_all(soup)
        add_notes(soup, results)
        explain_terms(soup)
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
        heading["id"] = free_id(wish, taken)
        taken.add(str(heading["id"]))


def _wrap_tables(soup: BeautifulSoup) -> None:
    """Let a wide table scroll in its own region, with the mouse and with the keyboard."""
    for table in soup.find_all("table"):
        if table.find_parent(class_="tabel") is None:
            caption = table.caption.get_text(" ", strip=True) if table.caption else "Tabel"
            region: dict[str, Any] = {"class": "tabel", "tabindex": "0", "role": "group", "aria-label": caption}
            table.wrap(soup.new_tag("div", attrs=region))


def _say_empty_cells(soup: BeautifulSoup) -> None:
    """Give a cell that holds nothing or only a dash words to be heard: a screen reader passes over both."""
    for cell in soup.select("td"):
        if not cell.find(True):
            text = cell.get_text(strip=True)
            words = {"": "geen opgave", "–": "geen cijfer"}.get(text)
            if words is not None:
                spoken = soup.new_tag("span", attrs={"class": "alleen-voorlezen"})
                spoken.string = words
                cell.clear()
                if text:
                    dash = soup.new_tag("span", attrs={"aria-hidden": "true"})
                    dash.string = text
                    cell.append(dash)
                cell.append(spoken)


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
