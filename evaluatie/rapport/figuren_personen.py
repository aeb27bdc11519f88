"""Figures of evaluaties of persons: ratios on a logarithmic scale, and shares that left, by reason."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.ticker import FixedLocator, FuncFormatter, MultipleLocator, NullLocator

from evaluatie import notatie
from evaluatie.rapport.figuurtabellen import Balk
from evaluatie.rapport.opmaak import Fragment, Kolom, table
from evaluatie.rapport.tekenstijl import (
    BLUE,
    GREY,
    KEY,
    LIGHT,
    ORANGE,
    Lijn,
    Tekst,
    draw_interval,
    draw_line,
    finish,
    label_ends,
    new_figure,
    row_height,
    tick_text,
    wrap_label,
    write,
)

_TICKS = (0.25, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0)
_WIDE_TICKS = (0.01, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0, 100.0)
"""Numbers on a wide axis: those of a narrow one would lie on top of each other."""
_NARROW = 4.5
_LABEL_WIDTH = 36
"""Letters."""
_CURVES = ((BLUE, "-"), (ORANGE, "--"), (GREY, ":"), (BLUE, "-."), (ORANGE, "-"), (GREY, "--"), (LIGHT, "-"))


def plot_verhoudingen(balken: Sequence[Balk], tekst: Tekst) -> Fragment:
    """Draw ratios on a logarithmic scale around 1; what was not estimated keeps its row."""
    labels = [wrap_label(balk.label, _LABEL_WIDTH) for balk in balken]
    figure, (axes,) = new_figure(1.3 + max(0.48, row_height(labels)) * len(balken))
    axes.set_xscale("log")
    for row, balk in enumerate(reversed(balken)):
        if balk.value is None or balk.lower is None or balk.upper is None:
            write(axes, "niet te schatten", (1.0, row), color=GREY, style="italic")
        else:
            draw_interval(axes, row, balk.value, balk.lower, balk.upper, found=balk.found)
        if balk.bewijskracht:
            level = f"bewijskracht\n{balk.bewijskracht}"
            write(axes, level, (1.0, row), xycoords=("axes fraction", "data"), fontsize=9, color=GREY)
    reach = 1.1 * max([2.0, *(end for balk in balken for end in _distances(balk))])
    ticks = _TICKS if reach <= _NARROW else _WIDE_TICKS
    axes.set_xlim(1 / reach, reach)
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in ticks if 1 / reach <= tick <= reach]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(tick_text))
    axes.axvline(1, color="black", linewidth=1.2)
    axes.set_yticks(range(len(balken)), labels[::-1])
    axes.set_ylim(-0.6, len(balken) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"verhouding tot mensen zonder, 95%-interval (1 is geen verschil)\n{KEY}")
    kolommen = [Kolom("venster"), *(Kolom(name, "getal") for name in ("verhouding", "ondergrens", "bovengrens"))]
    data = table(f"Gegevens bij de figuur: {tekst.titel}", kolommen, [_cells(balk) for balk in balken])
    return finish(figure, tekst, "plot_verhoudingen", data)


def plot_aandelen(
    curves: Sequence[tuple[str, Sequence[float], Sequence[float]]],
    tekst: Tekst,
    *,
    volgorde: Sequence[str],
    x_as: str,
    y_as: str,
) -> Fragment:
    """Draw shares over months, each with its name at the end.

    Parameters
    ----------
    curves : sequence of (name, months, shares)
        Shares from 0 to 1.
    volgorde : sequence of str
        Every name there can be, at most seven: a name has the same line on every page.
    """
    figure, (axes,) = new_figure(3.8)
    lijnen = [
        Lijn(name, list(months), [100 * share for share in shares], *_CURVES[volgorde.index(name)])
        for name, months, shares in curves
    ]
    for lijn in lijnen:
        draw_line(axes, lijn)
    axes.set_ylim(0, 1.12 * max(max(lijn.y) for lijn in lijnen))
    axes.xaxis.set_major_locator(MultipleLocator(6))
    label_ends(axes, lijnen)
    axes.set_xlabel(x_as)
    axes.set_ylabel(y_as)
    axes.yaxis.set_major_formatter(FuncFormatter(tick_text))
    rows = [
        [lijn.label, notatie.number(x), notatie.number(y, 1)]
        for lijn in lijnen
        for x, y in zip(lijn.x, lijn.y, strict=True)
        if x in (0, 6, 12, 18, 24)
    ]
    kolommen = [Kolom("reeks"), Kolom("maanden", "getal"), Kolom("waarde", "getal", y_as)]
    return finish(figure, tekst, "plot_aandelen", table(f"Gegevens bij de figuur: {tekst.titel}", kolommen, rows))


def _distances(balk: Balk) -> list[float]:
    ends = [end for end in (balk.lower, balk.upper) if end is not None and 0 < end < math.inf]
    return [max(end, 1 / end) for end in ends]


def _cells(balk: Balk) -> list[str]:
    if balk.value is None or balk.lower is None or balk.upper is None:
        return [balk.label, "niet te schatten", "–", "–"]
    return [balk.label, *(notatie.number(value, 2) for value in (balk.value, balk.lower, balk.upper))]
