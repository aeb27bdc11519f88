"""Figures of the request form: the brackets of the vangnet, the milestones, and fictief against geschat."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, num2date
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from evaluatie import notatie
from evaluatie.rapport.opmaak import Fragment, Kolom, table
from evaluatie.rapport.tekenstijl import (
    BLUE,
    GREY,
    LIGHT,
    ORANGE,
    Tekst,
    draw_interval,
    finish,
    new_figure,
    point_text,
    row_height,
    symmetric,
    tick_text,
    wrap_label,
    write,
    write_unknown,
)


@dataclass(frozen=True, slots=True)
class Vergelijking:
    """A maatregel with what was reported (euro) and what was estimated (percentage points).

    Where there is no amount or no estimate (None), `leeg` and `reden` say why.
    """

    label: str
    gemeld: float | None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    found: bool = False
    reden: str = "niet te schatten"
    leeg: str = "niets gemeld"


def plot_brackets(
    x: Sequence[float],
    eigen_risico: Sequence[float],
    uitkering: Sequence[float],
    *,
    titel: str,
    alt: str,
    bron: str,
    plaats: float | None,
    gemeente: str,
) -> Fragment:
    """Draw own risk and vangnetuitkering against overspending, all as percentages of the budget.

    Without `plaats` the figure says that the place of the municipality is unknown. The table of brackets stands
    above it.
    """
    tekst = Tekst(titel, alt, bron)
    figure, (axes,) = new_figure(3.3)
    axes.stackplot(x, eigen_risico, uitkering, colors=[BLUE, LIGHT])
    for text, height, colour in (
        ("eigen risico", eigen_risico[-1] / 2, "white"),
        ("vangnetuitkering", eigen_risico[-1] + uitkering[-1] / 2, "black"),
    ):
        write(axes, text, (x[-1], height), (-8, -4), color=colour, fontweight="bold")
    top = axes.get_ylim()[1]
    if plaats is None:
        write(axes, "de plaats van de gemeente is onbekend", (x[0], top), (8, -6), va="top", color=GREY)
    else:
        axes.axvline(plaats, color=ORANGE, linewidth=2.4, linestyle="--")
        place = f"{gemeente}: {notatie.number(plaats, 1)}%"
        write(axes, place, (plaats, top), (-6, -4), va="top", color=ORANGE, fontweight="bold")
    axes.set_xlabel("overschrijding, procent van het budget")
    axes.set_ylabel("procent van het budget")
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MultipleLocator(2.5))
    axes.yaxis.set_major_locator(MultipleLocator(5))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(tick_text))
    return finish(figure, tekst, "plot_brackets")


def plot_milestones(
    mijlpalen: Sequence[tuple[str, dt.date, bool]], peildatum: dt.date, *, titel: str, alt: str, bron: str
) -> Fragment:
    """Draw dated promises as a timeline around the peildatum: passed ones without proof as an open circle.

    A label has one row: milestones with the same label share it, with a count where they fall on the same day. The
    table of milestones stands below it.
    """
    tekst = Tekst(titel, alt, bron)
    ordered = sorted(mijlpalen, key=lambda item: item[1])
    rows = list(dict.fromkeys(text for text, _, _ in ordered))[::-1]
    labels = [wrap_label(text, 58) for text in rows]
    figure, (axes,) = new_figure(1.7 + row_height(labels) * 0.85 * len(rows))
    for (text, day, done), count in Counter(ordered).items():
        marker, colour = ("o", BLUE) if day <= peildatum else (">", GREY)
        place = (_day_number(day), rows.index(text))
        axes.plot(*place, marker=marker, markersize=8, color=colour, markerfacecolor=BLUE if done else "white")
        if count > 1:
            write(axes, f"{count}×", place, (0, 9), ha="center", size=8, color=colour)
    _mark_peildatum(axes, ordered[0][1], ordered[-1][1], peildatum)
    axes.set_yticks(range(len(rows)), labels, fontsize=9)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.grid(axis="y", linestyle=":")
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=6))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: _month_label(v)))
    axes.tick_params(axis="x", labelsize=9)
    counted = "; 2×: twee op één dag" if len(set(ordered)) < len(ordered) else ""
    axes.set_xlabel(f"afgesproken datum\ndicht: gereed; open: niet aangetoond; driehoek: later{counted}")
    return finish(figure, tekst, "plot_milestones")


def plot_besparing(
    rijen: Sequence[Vergelijking], *, titel: str, alt: str, bron: str, synthetisch: bool = False
) -> Fragment:
    """Draw the fictieve besparing per maatregel beside the estimated effect of the same maatregel.

    The amount is an assumption and has no interval, so its bar is hatched; the estimate has its interval and the
    zero line. The two have different units, hence two panels with the same rows.
    """
    tekst = Tekst(titel, alt, bron, synthetisch)
    labels = [wrap_label(item.label, 36) for item in rijen]
    figure, (left, right) = new_figure(1.5 + 0.92 * row_height(labels) * len(rijen), 2, sharey=True)
    for row, item in enumerate(reversed(rijen)):
        if item.gemeld is None:
            write_unknown(left, row, item.leeg)
        else:
            left.barh(row, item.gemeld, height=0.5, color="white", edgecolor=GREY, hatch="////")
            write(left, notatie.euro(item.gemeld), (item.gemeld, row), (4, 0), size=9)
        if item.value is None or item.lower is None or item.upper is None:
            write_unknown(right, row, item.reden)
        else:
            draw_interval(right, row, item.value, item.lower, item.upper, found=item.found)
    left.set_yticks(range(len(rijen)), labels[::-1], fontsize=9)
    _finish_besparing(left, right, rijen)
    numbers = [Kolom(name, "getal") for name in ("gemeld", "procentpunt", "ondergrens", "bovengrens")]
    kolommen = [Kolom("maatregel_uitkomst"), *numbers]
    data = table(f"Gegevens bij de figuur: {titel}", kolommen, [_besparing_row(item) for item in rijen])
    return finish(figure, tekst, "plot_besparing", data)


def _finish_besparing(left: Axes, right: Axes, rijen: Sequence[Vergelijking]) -> None:
    right.axvline(0, color="black", linewidth=1.2)
    left.set_ylim(-0.6, len(rijen) - 0.4)
    left.set_xlim(0, 1.45 * max((item.gemeld or 0 for item in rijen), default=1) or 1)
    left.set_title("Gemeld: fictieve besparing", loc="left", size=10, weight="bold")
    right.set_title("Geschat: verschil", loc="left", size=10, weight="bold")
    left.set_xlabel("euro (aanname, geen interval)")
    right.set_xlabel("procentpunt (95%-interval)")
    left.xaxis.set_major_locator(MaxNLocator(3))
    symmetric(right)
    for axes in (left, right):
        axes.grid(axis="y", visible=False)
        axes.xaxis.set_major_formatter(FuncFormatter(tick_text))


def _besparing_row(item: Vergelijking) -> list[str]:
    gemeld = item.leeg if item.gemeld is None else notatie.euro(item.gemeld)
    value = item.reden if item.value is None else point_text(item.value)
    return [item.label.replace("\n", ": "), gemeld, value, point_text(item.lower), point_text(item.upper)]


def _mark_peildatum(axes: Axes, first: dt.date, last: dt.date, peildatum: dt.date) -> None:
    """Draw the line and name it above the panel, where it crosses no axis and no milestone."""
    axes.axvline(_day_number(peildatum), color=ORANGE, linewidth=2, linestyle="--")
    span = max((last - first).days, 1)
    place = (peildatum - first).days / span
    side = "left" if place < 1 / 3 else "right" if place > 2 / 3 else "center"
    top = axes.get_xaxis_transform()
    look: dict[str, Any] = {"ha": side, "va": "bottom", "color": ORANGE, "fontweight": "bold", "xycoords": top}
    write(axes, f"peildatum {notatie.date(peildatum)}", (_day_number(peildatum), 1.0), (0, 3), **look)


def _day_number(day: dt.date) -> float:
    """Return a day as matplotlib counts them: days since 1970-01-01."""
    return float((day - dt.date(1970, 1, 1)).days)


def _month_label(value: float) -> str:
    day = num2date(value)  # type: ignore[no-untyped-call]
    month, year = notatie.month(f"{day.year:04d}-{day.month:02d}").split()
    return f"{month[:3]}\n{year}"
