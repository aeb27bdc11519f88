"""Figures of a comparison among municipalities: every placebo by size, and every choice that could have been made."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal, Stroke
from matplotlib.ticker import FuncFormatter, NullFormatter

from evaluatie import notatie
from evaluatie.rapport.opmaak import Fragment, Kolom, table
from evaluatie.rapport.tekenstijl import (
    BLUE,
    GREY,
    LIGHT,
    ORANGE,
    STYLE,
    WIDTH,
    Tekst,
    finish,
    new_figure,
    tick_text,
    write,
)

_HALO: dict[str, Any] = {
    "color": ORANGE,
    "fontweight": "bold",
    "path_effects": [Stroke(linewidth=3, foreground="white"), Normal()],
}
"""The name of the municipality stays readable on top of the cloud."""
_SIZES = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)


def plot_placebokaart(placebos: pd.DataFrame, gemeente: str, critical: float, tekst: Tekst) -> Fragment:
    """Draw the effect of every municipality against its size, with the reach beyond which one is extraordinary.

    Parameters
    ----------
    placebos : pandas.DataFrame
        ``effect``, ``scale``, ``scaled``, ``weight`` and ``treated``, effects as shares.
    gemeente : str
        The municipality that is marked.
    critical : float
        Scaled distance beyond which an effect is extraordinary at 5%.
    """
    figure, (axes,) = new_figure(3.9)
    others, own = placebos[~placebos["treated"]], placebos[placebos["treated"]].iloc[0]
    ordered = placebos.sort_values("weight")
    reach = 100 * critical * ordered["scale"]
    axes.fill_between(ordered["weight"], -reach, reach, color=LIGHT, alpha=0.5, linewidth=0)
    axes.plot(others["weight"], 100 * others["effect"], "o", color=GREY, markersize=3, alpha=0.6)
    axes.plot(own["weight"], 100 * own["effect"], "D", color=ORANGE, markersize=9)
    write(axes, gemeente, (own["weight"], 100 * own["effect"]), (9, 8), **_HALO)
    axes.axhline(0, color="black", linewidth=1)
    axes.set_xscale("log")
    ticks = [size for size in _SIZES if ordered["weight"].min() / 2 <= size <= ordered["weight"].max() * 2]
    axes.set_xticks(ticks, [notatie.number(size) for size in ticks])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(tick_text))
    axes.set_xlabel("mensen met bijstand in het eerste jaar (schaal: telkens ongeveer drie keer zo veel)")
    axes.set_ylabel("verschil, procentpunt")
    data = table(
        f"Gegevens bij de figuur: {tekst.titel}",
        [Kolom("omvang"), Kolom("gemeenten", "getal"), Kolom("procentpunt_grens", "getal")],
        _size_rows(others, critical),
    )
    return finish(figure, tekst, "plot_placebokaart", data)


def plot_specificaties(frame: pd.DataFrame, keuzes: Sequence[str], tekst: Tekst) -> Fragment:
    """Draw every specification from the smallest effect to the largest, and below it the choices it made.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``estimate``, ``conf_low``, ``conf_high`` as shares, ``main``, and a column per choice.
    keuzes : sequence of str
        Names of those columns.
    """
    options = [(keuze, value) for keuze in keuzes for value in sorted(set(frame[keuze]))]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 2.6 + 0.22 * len(options)))
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[2.6, 0.22 * len(options)])
    _draw_curve(above, frame)
    _draw_choices(below, frame, options)
    kolommen = [*(Kolom(keuze) for keuze in keuzes), Kolom("gemeenten", "getal"), Kolom("procentpunt", "getal")]
    kolommen += [Kolom("ondergrens", "getal"), Kolom("bovengrens", "getal")]
    rows = [
        [
            *(str(item[keuze]) for keuze in keuzes),
            notatie.number(item["gemeenten"]),
            *(notatie.points(item[name]) for name in ("estimate", "conf_low", "conf_high")),
        ]
        for item in frame.to_dict("records")
    ]
    return finish(figure, tekst, "plot_specificaties", table(f"Gegevens bij de figuur: {tekst.titel}", kolommen, rows))


def _draw_curve(axes: Axes, frame: pd.DataFrame) -> None:
    """Draw the intervals upright; the main specification in the colour of the municipality."""
    for place, (item, main) in enumerate(
        zip(100 * frame[["estimate", "conf_low", "conf_high"]].to_numpy(), frame["main"], strict=True)
    ):
        colour = ORANGE if main else BLUE
        axes.plot([place, place], item[1:], color=colour, linewidth=2.4)
        axes.plot(place, item[0], "D" if main else "o", color=colour, markerfacecolor=colour if main else "white")
        if main:
            write(axes, "hoofdschatting", (place, item[2]), (0, 6), color=ORANGE, ha="center", va="bottom", fontsize=9)
    axes.axhline(0, color="black", linewidth=1.2)
    axes.margins(y=0.12)
    axes.set_ylabel("verschil, procentpunt\n(95%-interval)")
    axes.yaxis.set_major_formatter(FuncFormatter(tick_text))
    axes.tick_params(axis="x", bottom=False, labelbottom=False)


def _draw_choices(axes: Axes, frame: pd.DataFrame, options: Sequence[tuple[str, str]]) -> None:
    for row, (keuze, value) in enumerate(options):
        made = [place for place, other in enumerate(frame[keuze]) if other == value]
        axes.plot(range(len(frame)), [row] * len(frame), ".", color=LIGHT, markersize=3)
        axes.plot(made, [row] * len(made), "o", color=BLUE, markersize=5)
    axes.set_yticks(range(len(options)), [value for _, value in options], fontsize=9)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.tick_params(bottom=False, labelbottom=False)
    axes.set_xlabel("keuzes, van het kleinste naar het grootste verschil")


def _size_rows(others: pd.DataFrame, critical: float) -> list[list[str]]:
    """Return per class of size: how many municipalities, and how far one may differ before it is extraordinary."""
    edges = [0, *_SIZES, math.inf]
    rows = []
    for low, high in itertools.pairwise(edges):
        inside = others[others["weight"].between(low, high, inclusive="left")]
        if len(inside):
            reach = critical * float(np.median(inside["scale"]))
            name = f"{notatie.number(low)} tot {notatie.number(high)}" if math.isfinite(high) else f"{low} en meer"
            rows.append([name, notatie.number(len(inside)), notatie.points(reach, signed=False)])
    return rows
