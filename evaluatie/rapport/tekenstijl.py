"""The house style: how every figure starts, how its lines get their labels, and how it becomes one image."""

from __future__ import annotations

import base64
import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evaluatie import notatie
from evaluatie.errors import PageError
from evaluatie.rapport.opmaak import Fragment, details

BLUE, ORANGE, GREY, LIGHT = "#154273", "#b35900", "#5f6368", "#c9ced6"
"""Dark blue, burnt orange and grey differ in lightness too, so they stay apart in black and white."""

KEY = "dichte ruit: aangetoond; open rondje: niet aangetoond"
"""How `draw_interval` tells the two apart; stands below every axis with estimates."""

WIDTH = 8.2
"""Inches; the width of the text column, so that the letters of a figure are as large as those beside it."""

STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e3e6ea",
    "grid.linewidth": 0.8,
    "hatch.linewidth": 0.7,
    "svg.hashsalt": "evaluatie",
    "svg.fonttype": "path",
    "figure.constrained_layout.use": True,
}
SYNTHETISCH = "synthetische gegevens"


@dataclass(frozen=True, slots=True)
class Lijn:
    """A line with its label, one value per x, and optionally how far each value may lie off.

    `voorlopig` marks values that may still change: they are drawn as open points. `momenten` names every x in the
    table, where the ticks of the axis do not.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    kleur: str = BLUE
    stijl: str = "-"
    marker: str = ""
    lower: Sequence[float] = ()
    upper: Sequence[float] = ()
    voorlopig: Sequence[bool] = ()
    momenten: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Tekst:
    """What is said about a figure: the finding, the text alternative, the source, and whether the data are invented."""

    titel: str
    alt: str
    bron: str
    synthetisch: bool = False

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise PageError(
                f"De figuur '{self.titel}' heeft geen tekstalternatief.", "Geef in 'alt' aan wat de figuur laat zien."
            )


def new_figure(height: float, panels: int = 1, **options: Any) -> tuple[Figure, list[Axes]]:
    """Return an empty figure in house style with its panels side by side; `height` in inches."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.subplots(1, panels, squeeze=False, **options)
    return figure, list(axes[0])


def finish(figure: Figure, tekst: Tekst, functie: str, data: Fragment | None = None) -> Fragment:
    """Write the figure as one image between its title and its source, and its data behind a fold.

    The title is text of the page, not of the drawing: it reflows on a phone, grows with the letter size of the reader
    and is read aloud. The drawing carries title and description too, for who saves it. An SVG holds its exact
    coordinates, so only released values may be drawn.

    Parameters
    ----------
    figure : Figure
        The drawing.
    tekst : Tekst
        Title, text alternative and source.
    functie : str
        Name of the function that drew it, for the rekenverantwoording.
    data : Fragment, optional
        The table of what is drawn; without it, that table stands beside the figure already.
    """
    alt = f"{tekst.alt} Let op: {SYNTHETISCH}." if tekst.synthetisch else tekst.alt
    mark = Markup(' <span class="merk-synthetisch">({})</span>').format(SYNTHETISCH) if tekst.synthetisch else ""
    image = Markup(
        '<figure class="figuur" data-functie="{}"><figcaption>{}{}</figcaption>'
        '<img src="{}" alt="{}"><p class="bron">Bron: {}.{}</p></figure>'
    ).format(functie, tekst.titel, mark, _draw(figure, tekst, alt), alt, tekst.bron.rstrip("."), _warn_of_axis(figure))
    return Fragment(image) + details("Toon de cijfers bij deze figuur", data) if data else Fragment(image)


def _warn_of_axis(figure: Figure) -> str:
    """Say it when a vertical axis is cut: a small change looks large on it."""
    ends = [sorted(axes.get_ylim()) for axes in figure.axes if axes.get_yscale() == "linear"]
    cut = any(low > 0 or high < 0 for low, high in ends)
    return " De verticale as begint niet bij nul." if cut else ""


def _draw(figure: Figure, tekst: Tekst, alt: str) -> str:
    if tekst.synthetisch:
        figure.text(0.995, 0.99, SYNTHETISCH.upper(), ha="right", va="top", color=ORANGE, fontsize=9, weight="bold")
    buffer = io.BytesIO()
    with mpl.rc_context(STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Title": tekst.titel})
    svg = buffer.getvalue().decode("utf-8").replace("</title>", f"</title>\n <desc>{escape(alt)}</desc>", 1)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")


def draw_line(axes: Axes, lijn: Lijn) -> None:
    """Draw one line, its intervals, and its provisional values as open points."""
    axes.plot(lijn.x, lijn.y, color=lijn.kleur, linestyle=lijn.stijl, marker=lijn.marker, markersize=6, linewidth=2.2)
    if lijn.lower:
        axes.vlines(lijn.x, lijn.lower, lijn.upper, color=lijn.kleur, linewidth=1.4)
    points = [(x, y) for x, y, early in zip(lijn.x, lijn.y, lijn.voorlopig, strict=False) if early]
    if points:
        axes.plot(*zip(*points, strict=True), "o", color=lijn.kleur, markerfacecolor="white", markersize=7, zorder=3)


def write(axes: Axes, text: str, place: tuple[float, float], shift: tuple[float, float] = (6, 0), **style: Any) -> None:
    """Write text beside a place in the data; `shift` in points. To the left of it when the shift is negative."""
    look = {"va": "center", "ha": "right" if shift[0] < 0 else "left", **style}
    axes.annotate(text, place, xytext=shift, textcoords="offset points", **look)


def label_ends(axes: Axes, lijnen: Sequence[Lijn], *, stacked: bool = False) -> None:
    """Put each label beside the end of its line, moved apart where they would overlap.

    `stacked` writes a word per line, for a narrow panel.
    """
    low, high = axes.get_ylim()
    size = 8.5 if stacked else 10.5
    unit = (high - low) * 0.0062 * size  # about the height of a line in a panel of this style
    floor = low - unit
    for lijn in sorted(lijnen, key=lambda item: item.y[-1]):
        text = "\n".join(lijn.label.split()) if stacked else f" {lijn.label}"
        half = unit * (text.count("\n") + 1) / 2
        y = max(lijn.y[-1], floor + half)
        floor = y + half
        look: dict[str, Any] = {"size": size, "linespacing": 0.9, "fontweight": "bold", "annotation_clip": False}
        write(axes, text, (lijn.x[-1], y), color=lijn.kleur, **look)


def draw_interval(axes: Axes, row: float, value: float, lower: float, upper: float, *, found: bool) -> None:
    """Draw an estimate with its interval: a filled diamond when an effect was found, else an open circle."""
    axes.plot([lower, upper], [row, row], color=BLUE, linewidth=2.4, solid_capstyle="butt")
    face = BLUE if found else "white"
    axes.plot(value, row, marker="D" if found else "o", color=BLUE, markersize=8, markerfacecolor=face)


def write_unknown(axes: Axes, row: float, text: str = "niet te schatten") -> None:
    """Write beside the zero line why there is no estimate in this row."""
    write(axes, text, (0, row), color=GREY, style="italic")


def symmetric(axes: Axes) -> None:
    """Give the zero line its place in the middle."""
    low, high = axes.get_xlim()
    reach = max(abs(low), abs(high), 1.0)
    axes.set_xlim(-reach, reach)


def tick_text(value: float, _position: object = None) -> str:
    """Write a tick with as many decimals as it has, so that 7,5 never reads as 8."""
    decimals = next((n for n in (0, 1) if abs(10**n * value - round(10**n * value)) < 1e-9), 2)
    return notatie.number(value, decimals)


def point_text(value: float | None) -> str:
    """Write percentage points, or a dash."""
    return "–" if value is None else notatie.points(value / 100)


def wrap_label(text: str, width: int) -> str:
    """Break a label over as many lines as it needs, of about the same length; nothing of it is left out."""
    return "\n".join(line for part in text.split("\n") for line in _wrap_evenly(part, width))


def _wrap_evenly(text: str, width: int) -> list[str]:
    lines = textwrap.wrap(text, width, break_long_words=False)
    for narrower in range(width - 1, 0, -1):
        tried = textwrap.wrap(text, narrower, break_long_words=False)
        if len(tried) > len(lines):
            break
        lines = tried
    return lines


def row_height(labels: Sequence[str]) -> float:
    """Return how high a row must be for the longest of these labels, in inches."""
    return 0.21 + 0.17 * max((label.count("\n") + 1 for label in labels), default=1)
