"""The tables one click below a figure: the same numbers that are drawn, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluatie import notatie
from evaluatie.rapport.opmaak import Fragment, Kolom, table
from evaluatie.rapport.tekenstijl import Lijn, point_text

_VOORLOPIG = " (voorlopig)"
_MAANDEN = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Balk:
    """An estimate with its interval, for a forest plot; `bewijskracht` is written at the end of its row."""

    label: str
    value: float | None
    lower: float | None
    upper: float | None
    found: bool = False
    bewijskracht: str = ""


def table_lines(
    titel: str,
    panelen: Sequence[tuple[str, Sequence[Lijn]]],
    y_as: str,
    ticks: Sequence[tuple[float, str]],
    decimalen: int = 1,
) -> Fragment:
    """Make a table of lines: a row per moment (of every panel), a column per line."""
    labels = list(dict.fromkeys(lijn.label for _, lijnen in panelen for lijn in lijnen))
    rows = []
    for name, lijnen in panelen:
        points = {lijn.label: _name_points(lijn, ticks, decimalen) for lijn in lijnen}
        moments = dict.fromkeys(moment for values in points.values() for moment in values)
        for moment in moments:
            title = f"{name}, {moment}" if name else moment
            rows.append([title, *(points.get(label, {}).get(moment, "–") for label in labels)])
    numbers = [Kolom("waarde", "getal", label or y_as, eenheid=y_as if label else "") for label in labels]
    return table(f"Gegevens bij de figuur: {titel}", [Kolom("moment"), *numbers], rows)


def table_months(titel: str, values: Sequence[tuple[str, float, bool]], decimalen: int = 1) -> Fragment:
    """Make a table of one monthly series: a row per year, a column per month.

    Parameters
    ----------
    titel : str
        Of the figure.
    values : sequence of (str, float, bool)
        Month as ``"2019-03"``, value, and whether it is provisional.
    decimalen : int
        Of the numbers.
    """
    cells = {
        month: notatie.number(value, decimalen) + (_VOORLOPIG if provisional else "")
        for month, value, provisional in values
    }
    years = sorted({month[:4] for month in cells})
    rows = [[year, *(cells.get(f"{year}-{number:02d}", "–") for number in range(1, 13))] for year in years]
    kolommen = [Kolom("jaar"), *(Kolom("maand", "getal", name) for name in _MAANDEN)]
    return table(f"Gegevens bij de figuur: {titel}", kolommen, rows)


def table_effects(titel: str, balken: Sequence[Balk]) -> Fragment:
    """Make a table of estimates with both ends of their interval."""
    rows = []
    for balk in balken:
        numbers = ["niet te schatten", "–", "–"]
        if balk.value is not None:
            numbers = [point_text(number) for number in (balk.value, balk.lower, balk.upper)]
        rows.append(
            [
                balk.label.replace("\n", ": "),
                *numbers,
                *([balk.bewijskracht or "–"] if any(b.bewijskracht for b in balken) else []),
            ]
        )
    kolommen = [
        Kolom("maatregel_uitkomst"),
        Kolom("procentpunt", "getal"),
        Kolom("ondergrens", "getal"),
        Kolom("bovengrens", "getal"),
        *([Kolom("bewijskracht")] if any(balk.bewijskracht for balk in balken) else []),
    ]
    return table(f"Gegevens bij de figuur: {titel}", kolommen, rows)


def name_class(edges: Sequence[float], index: int) -> str:
    """Name a class of the histogram; the outer ones also hold everything beyond."""
    if index == 0:
        return f"lager dan {point_text(edges[1])}"
    if index == len(edges) - 2:
        return f"{point_text(edges[-2])} en hoger"
    return f"{point_text(edges[index])} tot {point_text(edges[index + 1])}"


def _name_points(lijn: Lijn, ticks: Sequence[tuple[float, str]], decimalen: int) -> dict[str, str]:
    """Return the text of every point by its moment: value, interval, and whether it is provisional."""
    named = {value: text.replace("\n", " ") for value, text in ticks}
    moments = lijn.momenten or [named.get(x, notatie.number(x, 1)) for x in lijn.x]
    early = lijn.voorlopig or [False] * len(lijn.x)
    texts = [notatie.number(y, decimalen) for y in lijn.y]
    if lijn.lower:
        ends = zip(lijn.lower, lijn.upper, strict=True)
        texts = [
            f"{text} ({notatie.number(lower, decimalen)} tot {notatie.number(upper, decimalen)})"
            for text, (lower, upper) in zip(texts, ends, strict=True)
        ]
    marked = [text + (_VOORLOPIG if provisional else "") for text, provisional in zip(texts, early, strict=True)]
    return dict(zip(moments, marked, strict=True))
