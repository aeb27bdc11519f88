"""The parts A to C of a report as a Word document, because the request goes in on a Word form.

It is made from the finished page, so that page and document cannot part. Headings are real headings, tables have header
rows that repeat, figures carry their text alternative, and the language is Dutch.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluatie.errors import EvaluatieError
from evaluatie.project import explain_install
from evaluatie.render.files import write_atomically

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_PARTS = re.compile(r"[A-C]\. ")
_SKIP = (
    "details.code, sup.noten, .naar-rekenverantwoording, .alleen-voorlezen, .alleen-papier, .alleen-scherm, [popover]"
)
_BLOCKS = ("h2", "h3", "h4", "p", "ul", "ol", "table", "figure", "summary")
_ZIP_MOMENT = (1980, 1, 1, 0, 0, 0)
_BREAK = "\0"
_NEW_LINE = ("br", "li")
_SPACES = re.compile(r"[ \t\r\n]+")  # not the no-break space: € and its amount stay together


def require_word() -> None:
    """Refuse at once when the packages for a Word document are not there.

    Raises
    ------
    EvaluatieError
        When python-docx or resvg-py is not installed.
    """
    missing = [
        name for module, name in (("docx", "python-docx"), ("resvg_py", "resvg-py")) if find_spec(module) is None
    ]
    if missing:
        names = " en ".join(missing)
        raise EvaluatieError(f"Een Word-document maken kan hier niet: er ontbreekt {names}.", explain_install("word"))


def write_word(page: Path) -> Path:
    """Write the parts A to C of a finished page to the file of the same name with ``.docx``.

    A page without those parts is written whole.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    return write_atomically(page.with_suffix(".docx"), to_word(soup))


def to_word(soup: BeautifulSoup) -> bytes:
    """Return the Word document of a page; the same page gives the same bytes."""
    from evaluatie.render.word_opmaak import Document

    title = soup.title.get_text() if soup.title is not None else ""
    document = Document(title)
    sources = _read_sources(soup)
    for gone in soup.select(_SKIP):
        gone.decompose()
    for data in soup.select("table[data-bij-figuur]"):  # the fold, with the note below the table
        (data.find_parent("details") or data).decompose()
    for line in soup.select(".bronverwijzing"):
        _name_sources(line, sources)
    for block in _choose_parts(list(_blocks(soup.main or soup))):
        _write(document, block)
    return _without_moments(document.to_bytes())


def _read_sources(soup: BeautifulSoup) -> dict[str, str]:
    """Return the titles of the list of sources by their anchor: the document holds only the parts of the form."""
    items = {f"#{item['id']}": item for item in soup.select("ol.bronnen > li[id]")}
    return {anchor: _text(item).split(": ")[0].split(" Terug naar")[0] for anchor, item in items.items()}


def _name_sources(line: Tag, sources: dict[str, str]) -> None:
    """Write the sources themselves in place of links to a list that stands elsewhere."""
    named = [sources[str(link["href"])] for link in line.find_all("a", href=True) if str(link["href"]) in sources]
    line.string = f"Bron: {'; '.join(named)}." if named else ""


def _blocks(tag: Tag) -> Iterator[Tag]:
    """Yield the blocks of a page in reading order; what stands inside a block belongs to it."""
    for child in tag.find_all(True, recursive=False):
        if child.name in _BLOCKS:
            yield child
        else:
            yield from _blocks(child)


def _choose_parts(blocks: list[Tag]) -> list[Tag]:
    chosen: list[Tag] = []
    inside = False
    for block in blocks:
        if block.name == "h2":
            inside = _PARTS.match(block.get_text()) is not None
        if inside:
            chosen.append(block)
    return chosen or blocks


def _write(document: Any, block: Tag) -> None:
    text = _text(block)
    if block.name in ("h2", "h3", "h4"):
        document.heading(text, int(block.name[1]) - 1)
    elif block.name == "table":
        document.table(_caption(block), _cells(block, "thead"), _cells(block, "tbody"), _number_columns(block))
    elif block.name == "figure":
        _write_figure(document, block)
    elif block.name in ("ul", "ol"):
        for item in block.find_all("li", recursive=False):
            document.item(_text(item), ordered=block.name == "ol")
    elif block.name == "p" and text:
        css = block.get_attribute_list("class")
        warned = block.find_parent(class_="waarschuwing") is not None
        document.paragraph(f"Let op: {text}" if warned else text, note=bool({"noot", "bronverwijzing"} & set(css)))


def _write_figure(document: Any, figure: Tag) -> None:
    if figure.img is None:
        return
    kind, _, data = str(figure.img["src"]).partition(";base64,")
    source = figure.find("p", class_="bron")
    document.figure(
        _text(figure.figcaption) if figure.figcaption is not None else "",
        to_png(base64.b64decode(data)) if kind == "data:image/svg+xml" else base64.b64decode(data),
        str(figure.img.get("alt", "")),
        _text(source) if source is not None else "",
    )


def to_png(svg: bytes) -> bytes:
    """Turn a drawing into an image for Word; letters are paths, so no font is needed."""
    import resvg_py

    # the drawings measure in points; without a resolution resvg takes them for empty
    return bytes(resvg_py.svg_to_bytes(svg_string=svg.decode("utf-8"), dpi=192.0, background="#ffffff"))


def _caption(table: Tag) -> str:
    return _text(table.caption) if table.caption is not None else ""


def _cells(table: Tag, part: str) -> list[list[str]]:
    return [[_text(cell) for cell in row.find_all(["th", "td"])] for row in table.select(f"{part} tr")]


def _number_columns(table: Tag) -> set[int]:
    heads = table.select("thead tr th")
    return {index for index, head in enumerate(heads) if "getal" in head.get_attribute_list("class")}


def _text(tag: Tag) -> str:
    """Return the words of a tag as a reader sees them: one space between them, a new line where the page has one."""
    lines = "".join(_BREAK if part.name in _NEW_LINE else str(part) for part in _leaves(tag)).split(_BREAK)
    return "\n".join(_SPACES.sub(" ", line).strip(" ") for line in lines).strip()


def _leaves(tag: Tag) -> Iterator[Any]:
    return (part for part in tag.descendants if getattr(part, "name", None) in (None, *_NEW_LINE))


def _without_moments(document: bytes) -> bytes:
    """Pack the document again with one moment for every file in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            new.writestr(zipfile.ZipInfo(name, _ZIP_MOMENT), old.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
