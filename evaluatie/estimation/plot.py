"""The place in `estimation` that draws (with `described`): pictures for a researcher, with interval and zero line.

A report draws its figures in `rapport`, from released values only; these are for the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Axes  # results name the type through here

COLOURS = ("#154273", "#b35900", "#5f6368")
"""Dark blue, burnt orange and grey: different in lightness too, so they stay apart in black and white."""


def plot_intervals(
    table: pd.DataFrame,
    x: str,
    *,
    title: str,
    x_label: str,
    y_label: str,
    null: float = 0.0,
    ax: Axes | None = None,
) -> Axes:
    """Draw estimates with their intervals over a numeric axis.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns `x`, ``estimate``, ``conf_low`` and ``conf_high``; a row without an interval is drawn as an open dot.
    x : str
        Column for the horizontal axis.
    null : float
        Where the line of "no effect" goes.
    ax : matplotlib Axes, optional
        Draw here instead of in a new figure.
    """
    axes = _axes(ax)
    numbers = table[[x, "estimate", "conf_low", "conf_high"]].astype(float)
    without = numbers[["conf_low", "conf_high"]].isna().any(axis=1)
    known, open_ = numbers.loc[~without], numbers.loc[without]
    axes.axhline(null, color=COLOURS[2], linewidth=1)
    axes.vlines(known[x], known["conf_low"], known["conf_high"], color=COLOURS[0], lw=1.6)
    axes.plot(known[x], known["estimate"], "o", color=COLOURS[0])
    axes.plot(open_[x], open_["estimate"], "o", color=COLOURS[0], markerfacecolor="white")
    return _finish(axes, title, x_label, y_label)


def plot_curves(
    curves: Sequence[tuple[str, pd.DataFrame]],
    x: str,
    *,
    title: str,
    x_label: str,
    y_label: str,
    step: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw named curves, each with a band when it has ``conf_low`` and ``conf_high``.

    The name stands at the end of its curve, or at its top where all end in the same place.
    """
    axes = _axes(ax)
    together = len(curves) > 1 and len({round(float(table["estimate"].iloc[-1]), 2) for _, table in curves}) == 1
    for (label, table), colour, style in zip(curves, _cycle(len(curves)), ("-", "--", ":", "-.") * 9, strict=False):
        drawn = "steps-post" if step else "default"
        axes.plot(table[x], table["estimate"], color=colour, linestyle=style, linewidth=2, drawstyle=drawn)
        if "conf_low" in table:
            band = table[["conf_low", "conf_high"]].astype(float)
            axes.fill_between(
                table[x], band["conf_low"], band["conf_high"], color=colour, alpha=0.15, step="post" if step else None
            )
        at = int(table["estimate"].to_numpy(float).argmax()) if together else -1
        place = (table[x].iloc[at], table["estimate"].iloc[at])
        axes.annotate(f" {label}", place, color=colour, va="bottom" if together else "center")
    return _finish(axes, title, x_label, y_label)


def plot_weights(
    table: pd.DataFrame, value: float, *, title: str, x_label: str, y_label: str, ax: Axes | None = None
) -> Axes:
    """Draw ``estimate`` against ``weight`` with a mark per ``kind``; a dashed line at the weighted mean `value`."""
    axes = _axes(ax)
    for (kind, rows), colour, mark in zip(table.groupby("kind"), _cycle(9), "osD^", strict=False):
        axes.plot(rows["weight"], rows["estimate"], mark, color=colour, markerfacecolor="none", label=str(kind))
    axes.axhline(value, color=COLOURS[2], linewidth=1, linestyle="--")
    axes.legend(frameon=False)
    return _finish(axes, title, x_label, y_label)


def plot_balance(table: pd.DataFrame, *, threshold: float, ax: Axes | None = None) -> Axes:
    """Draw standardised differences before (open) and after (filled) weighting, one covariate per line.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``covariate``, ``smd_before`` and ``smd_after``.
    threshold : float
        Where the dashed lines go: below it a covariate is called balanced.
    """
    axes = _axes(ax)
    lines = range(len(table))
    for place, style in ((0.0, "-"), (threshold, "--"), (-threshold, "--")):
        axes.axvline(place, color=COLOURS[2], linewidth=1, linestyle=style)
    axes.plot(table["smd_before"], lines, "o", color=COLOURS[1], markerfacecolor="white", label="voor weging")
    axes.plot(table["smd_after"], lines, "o", color=COLOURS[0], label="na weging")
    axes.set_yticks(list(lines), list(table["covariate"]))
    axes.legend(frameon=False)
    return _finish(axes, "Balans", "verschil in standaarddeviaties", "")


def _cycle(number: int) -> list[str]:
    return [COLOURS[index % len(COLOURS)] for index in range(number)]


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    from matplotlib import pyplot as plt

    from evaluatie.estimation.described import DescribedFigure

    figure = plt.figure(figsize=(8, 4), layout="constrained", FigureClass=DescribedFigure)
    return figure.add_subplot()


def _finish(axes: Axes, title: str, x_label: str, y_label: str) -> Axes:
    axes.set_title(title, loc="left", fontweight="bold")
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.spines[["top", "right"]].set_visible(False)
    _write_ticks(axes)
    return axes


def _write_ticks(axes: Axes) -> None:
    """Write numbers with a decimal comma; names and dates keep their own form."""
    from matplotlib.ticker import FuncFormatter, ScalarFormatter

    for axis in (axes.xaxis, axes.yaxis):
        if isinstance(axis.get_major_formatter(), ScalarFormatter):
            axis.set_major_formatter(
                FuncFormatter(lambda value, _: f"{value:g}".replace(".", ",").replace("-", "\N{MINUS SIGN}"))
            )


def plot_paths(
    table: pd.DataFrame,
    x: str,
    *,
    names: Sequence[str],
    start: object,
    title: str,
    x_label: str,
    y_label: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw columns of a table over time, named at their ends, with a line where the treatment starts."""
    curves = [(name, table[[x]].assign(estimate=table[name])) for name in names]
    axes = plot_curves(curves, x, title=title, x_label=x_label, y_label=y_label, ax=ax)
    axes.axvline(start, color=COLOURS[2], linewidth=1, linestyle=":")  # type: ignore[arg-type]  # a date too
    return axes


def plot_histogram(
    values: Iterable[float], *, mark: float, title: str, x_label: str, y_label: str, ax: Axes | None = None
) -> Axes:
    """Draw how values are spread, and one value of interest as a line through them."""
    axes = _axes(ax)
    axes.hist(list(values), bins=30, color=COLOURS[2], alpha=0.6)
    axes.axvline(0.0, color=COLOURS[2], linewidth=1)
    axes.axvline(mark, color=COLOURS[1], linewidth=2.5)
    return _finish(axes, title, x_label, y_label)


def plot_named(
    names: Sequence[object], values: Sequence[float], *, mark: float, title: str, x_label: str, ax: Axes | None = None
) -> Axes:
    """Draw one dot per name, the first at the top, with a value to compare them with as a line."""
    axes = _axes(ax)
    rows = list(range(len(names)))
    axes.axvline(mark, color=COLOURS[1], linewidth=2)
    axes.plot(list(values), rows, "o", color=COLOURS[0])
    axes.set_yticks(rows, [str(name) for name in names])
    axes.invert_yaxis()
    return _finish(axes, title, x_label, "")
