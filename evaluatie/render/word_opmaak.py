"""A Word document in the few forms a report needs; the only module that touches python-docx."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

_DARK = RGBColor(0x15, 0x42, 0x73)
_TEXT_CM = 16.0
_LETTER_CM, _PADDING_CM, _NARROWEST_CM = 0.165, 0.4, 1.2
"""Width of a letter of 8 points, of the margins of a cell, and of the narrowest column."""
_UNBROKEN = 12
"""Letters of a word that must fit on a line; a longer word is hyphenated."""
_LONG = 300
"""Letters of a cell."""
_SHARE = 0.6
"""Power of the amount of text: a column with ten times the text gets four times the room."""
_MOMENT = dt.datetime(2020, 1, 1)  # a fixed day, so that the same page gives the same file


class Document:
    """A document in Dutch with a title; written to from top to bottom."""

    def __init__(self, title: str) -> None:
        self._document: Any = docx.Document()
        self._set_language()
        self._set_look()
        core = self._document.core_properties
        core.title, core.author, core.language, core.comments = title, "", "nl-NL", ""
        core.created = core.modified = _MOMENT
        self._number_pages(title)
        self._document.add_heading(title, 0)

    def _number_pages(self, title: str) -> None:
        section = self._document.sections[0]
        section.header.paragraphs[0].text = title
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _add_field(footer, "PAGE")
        footer.add_run(" van ")
        _add_field(footer, "NUMPAGES")
        for paragraph in (section.header.paragraphs[0], footer):
            _set_size(paragraph, 8)

    def heading(self, text: str, level: int) -> None:
        """Write a heading; level 1 is a part of the form."""
        self._document.add_heading(text, level)

    def paragraph(self, text: str, *, note: bool = False) -> None:
        """Write a paragraph; a note is smaller."""
        added = self._document.add_paragraph(text)
        if note:
            _set_size(added, 9)

    def item(self, text: str, *, ordered: bool) -> None:
        """Write an item of a list."""
        self._document.add_paragraph(text, style="List Number" if ordered else "List Bullet")

    def table(self, caption: str, heads: list[list[str]], rows: list[list[str]], numbers: set[int]) -> None:
        """Write a table: its caption above it, a header row that repeats on every page, numbers to the right."""
        self._caption(caption)
        lines = [*heads, *rows]
        if not lines:
            return
        table = self._document.add_table(len(lines), max(map(len, lines)), style="Table Grid")
        for row, cells in zip(table.rows, lines, strict=True):
            if max(map(len, cells), default=0) < _LONG:  # a longer row may break: kept whole it would leave half a page
                _keep_together(row)
            _fill_row(row, cells, numbers, bold=len(heads) > 0 and cells is lines[0])
        _set_widths(table, lines)
        for row in table.rows[: len(heads)]:
            _mark(row._tr.get_or_add_trPr(), "w:tblHeader")
        self._document.add_paragraph()

    def figure(self, caption: str, image: bytes, alt: str, source: str) -> None:
        """Write a figure: caption, image with its text alternative, source."""
        self._caption(caption)
        shape = self._document.add_picture(io.BytesIO(image), width=Cm(_TEXT_CM))
        shape._inline.docPr.set("descr", alt)
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True
        _set_size(self._document.add_paragraph(source), 9)

    def to_bytes(self) -> bytes:
        """Return the file."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()

    def _caption(self, text: str) -> None:
        added = self._document.add_paragraph(text, style="Caption")
        added.paragraph_format.keep_with_next = True

    def _set_language(self) -> None:
        for run in self._document.styles.element.iter(qn("w:rPr")):
            language = run.find(qn("w:lang"))
            if language is None:
                continue
            language.set(qn("w:val"), "nl-NL")
            language.set(qn("w:eastAsia"), "nl-NL")

    def _set_look(self) -> None:
        styles = self._document.styles
        styles["Normal"].font.name, styles["Normal"].font.size = "Calibri", Pt(10.5)
        for name in ("Title", "Heading 1", "Heading 2", "Heading 3", "Caption"):
            styles[name].font.color.rgb = _DARK
        styles["Caption"].font.size = Pt(10)
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm((21 - _TEXT_CM) / 2)
        self._document.settings.element.find(qn("w:defaultTabStop")).addprevious(OxmlElement("w:autoHyphenation"))


def _set_widths(table: Any, lines: Sequence[Sequence[str]]) -> None:
    """Give every column room for its longest word, and the rest of the width by how much text it holds."""
    table.autofit = False
    columns = [[line[index] for line in lines if index < len(line)] for index in range(max(map(len, lines)))]
    words = [max((len(word) for cell in column for word in cell.split()), default=1) for column in columns]
    needed = [max(_LETTER_CM * min(longest, _UNBROKEN) + _PADDING_CM, _NARROWEST_CM) for longest in words]
    weights = [sum(map(len, column)) ** _SHARE for column in columns]
    spare, shrink = max(_TEXT_CM - sum(needed), 0.0), min(1.0, _TEXT_CM / sum(needed))
    for index, (need, weight) in enumerate(zip(needed, weights, strict=True)):
        width = Cm(need * shrink + spare * weight / (sum(weights) or 1))
        table.columns[index].width = width  # LibreOffice reads this one, Word that of the cells
        for cell in table.columns[index].cells:
            cell.width = width


def _add_field(paragraph: Any, name: str) -> None:
    """Add a number that Word fills in: ``PAGE`` or ``NUMPAGES``."""
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        paragraph.add_run()._r.append(element)


def _fill_row(row: Any, cells: Sequence[str], numbers: set[int], *, bold: bool) -> None:
    for index, (cell, text) in enumerate(zip(row.cells, cells, strict=False)):
        paragraph = cell.paragraphs[0]
        paragraph.add_run(text).bold = bold or index == 0  # the first cell heads its row
        _set_size(paragraph, 8)
        if index in numbers:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _keep_together(row: Any) -> None:
    _mark(row._tr.get_or_add_trPr(), "w:cantSplit")


def _mark(properties: Any, name: str) -> None:
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    properties.append(element)


def _set_size(paragraph: Any, points: float) -> None:
    for run in paragraph.runs:
        run.font.size = Pt(points)
