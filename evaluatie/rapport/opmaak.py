"""The few pieces of HTML a report is made of; everything that comes in is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from markupsafe import Markup

from evaluatie.begrippen import label

Cel = str | Markup

ONDERDRUKT: Final = Markup('<span class="onderdrukt">x</span>')
"""What a table shows in place of a number that may not be published."""

_STREEPJE = "–"
_VERKLARING: Final = {
    _STREEPJE: "– betekent: niet van toepassing, of niet te schatten; het is geen nul.",
    str(ONDERDRUKT): "x betekent: niet getoond, omdat het om te weinig mensen gaat.",
}


_LET_OP: Final = Markup('<span class="alleen-voorlezen">Let op: </span>')  # the colour of the box is not heard


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a report; shows itself in a notebook."""

    markup: Markup

    def _repr_html_(self) -> str:
        return str(self.markup)

    def __add__(self, other: Fragment) -> Fragment:
        return Fragment(self.markup + Markup("\n") + other.markup)


@dataclass(frozen=True, slots=True)
class Kolom:
    """A column: a term of the glossary, and what it holds: text, long text (wider) or numbers (right-aligned).

    `tekst` replaces the label where the heading is a value itself (a year, the label of an axis); `eenheid` is the unit
    of all numbers in the column, where they do not carry it themselves.
    """

    begrip: str
    soort: Literal["tekst", "breed", "getal"] = "tekst"
    tekst: str = ""
    eenheid: str = ""

    @property
    def titel(self) -> str:
        """The heading as a reader sees it; a term that is not in the glossary is an error."""
        return self.tekst or label(self.begrip)


def paragraph(text: Cel, *, css: str = "") -> Fragment:
    """Make a paragraph."""
    attribute = Markup(' class="{}"').format(css) if css else Markup("")
    return Fragment(Markup("<p{}>{}</p>").format(attribute, text))


def heading(level: int, text: str) -> Fragment:
    """Make a heading of a given level."""
    return Fragment(Markup("<h{}>{}</h{}>").format(level, text, level))


def bullet_list(items: Iterable[Cel], *, ordered: bool = False, css: str = "") -> Fragment:
    """Make a list."""
    rows = Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    tag, attribute = "ol" if ordered else "ul", Markup(' class="{}"').format(css) if css else ""
    return Fragment(Markup("<{}{}>{}</{}>").format(tag, attribute, rows, tag))


def stack(items: Sequence[Cel]) -> Markup:
    """Put several entries in one cell: a list, so that a listener hears how many there are and paper may break it."""
    if len(items) <= 1:
        return Markup("").join(Markup("{}").format(item) for item in items)
    return Markup('<ul class="stapel">{}</ul>').format(
        Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    )


def key_figures(items: Iterable[tuple[str, Cel, Cel]]) -> Fragment:
    """Make the figures that open a report: name, value, and one sentence on what it is."""
    rows = Markup("").join(
        Markup('<div><dt>{}</dt><dd><strong>{}</strong> <span class="uitleg">{}</span></dd></div>').format(*item)
        for item in items
    )
    return Fragment(Markup('<dl class="kerncijfers">{}</dl>').format(rows))


def warning(text: Cel) -> Fragment:
    """Make a warning that stands out in print too."""
    return Fragment(Markup('<div class="waarschuwing" role="note"><p>{}{}</p></div>').format(_LET_OP, text))


def details(summary: str, content: Fragment, *, on_paper: bool = True) -> Fragment:
    """Fold content away behind one line; what is only for who makes the report does not belong on paper or in Word."""
    css = Markup(' class="toon"') if summary.startswith("Toon ") else Markup("")  # a request only a screen can fulfil
    where = "cijfers" if on_paper else "cijfers alleen-scherm"
    return Fragment(
        Markup('<details class="{}"><summary{}>{}</summary>{}</details>').format(where, css, summary, content.markup)
    )


def drop_empty_columns(
    kolommen: Sequence[Kolom], rijen: Sequence[Sequence[Cel]]
) -> tuple[list[Kolom], list[list[Cel]], list[str]]:
    """Leave out columns without a single entry; return columns, rows and the headings that were dropped."""
    kept = [index for index in range(len(kolommen)) if any(rij[index] for rij in rijen)]
    dropped = [kolom.titel for index, kolom in enumerate(kolommen) if index not in kept]
    return [kolommen[i] for i in kept], [[rij[i] for i in kept] for rij in rijen], dropped


def table(
    bijschrift: str, kolommen: Sequence[Kolom], rijen: Iterable[Sequence[Cel]], *, voetnoot: Cel = ""
) -> Fragment:
    """Make a table with a caption, column headings, and the first cell of each row as its heading.

    A dash and a suppressed number are explained below the table when they occur in it.
    """
    head = Markup("").join(_head(kolom) for kolom in kolommen)
    rows = [list(rij) for rij in rijen]
    body = Markup("").join(_row(kolommen, rij) for rij in rows)
    cells = {str(cel) for rij in rows for cel in rij}
    notes = [voetnoot, *(text for sign, text in _VERKLARING.items() if sign in cells)]
    note = Markup(" ").join(text for text in notes if text)
    return Fragment(
        Markup(
            '<div class="tabel" tabindex="0" role="group" aria-label="Tabel: {}"><table><caption>{}</caption>'
            "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>{}"
        ).format(bijschrift, bijschrift, head, body, Markup('<p class="noot">{}</p>').format(note) if note else "")
    )


def _head(kolom: Kolom) -> Markup:
    unit = Markup('<br><span class="eenheid">{}</span>').format(kolom.eenheid) if kolom.eenheid else Markup("")
    return Markup('<th scope="col"{}>{}{}</th>').format(_css(kolom), kolom.titel, unit)


def _row(kolommen: Sequence[Kolom], rij: Sequence[Cel]) -> Markup:
    if len(rij) != len(kolommen):
        raise ValueError(f"row has {len(rij)} cells for {len(kolommen)} columns")
    first = Markup('<th scope="row"{}>{}</th>').format(_css(kolommen[0]), rij[0])
    rest = (Markup("<td{}>{}</td>").format(_css(kolom), cel) for kolom, cel in zip(kolommen[1:], rij[1:], strict=True))
    return Markup("<tr>{}{}</tr>").format(first, Markup("").join(rest))


def _css(kolom: Kolom) -> Markup:
    return Markup("") if kolom.soort == "tekst" else Markup(' class="{}"').format(kolom.soort)
