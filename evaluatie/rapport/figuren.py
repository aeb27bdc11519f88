"""Figures in one house style: the title states the finding, lines carry their own label, colours survive print."""

from __future__ import annotations

import base64
import datetime as dt
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, num2date
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator

from evaluatie import notatie
from evaluatie.errors import PageError
from evaluatie.rapport.opmaak import Fragment, Kolom, details, table

BLUE, ORANGE, GREY, LIGHT = "#154273", "#b35900", "#5f6368", "#c9ced6"
"""Dark blue, burnt orange and grey differ in lightness too, so they stay apart in black and white."""

_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e3e6ea",
    "grid.linewidth": 0.8,
    "svg.hashsalt": "evaluatie",
    "svg.fonttype": "path",
    "figure.constrained_layout.use": True,
}


@dataclass(frozen=True, slots=True)
class Lijn:
    """A line with its label, one value per x, and optionally how far each value may lie off."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    kleur: str = BLUE
    stijl: str = "-"
    marker: str = ""
    lower: Sequence[float] = ()
    upper: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Balk:
    """An estimate with its interval, for a forest plot."""

    label: str
    value: float | None
    lower: float | None
    upper: float | None
    found: bool = False


def plot_lines(
    lijnen: Sequence[Lijn],
    *,
    titel: str,
    alt: str,
    y_as: str,
    bron: str,
    reference: float | None = None,
    x_as: str = "",
    ticks: Sequence[tuple[float, str]] = (),
    decimalen: int = 1,
) -> Fragment:
    """Draw lines over time with their label at the end; `decimalen` are those of the table beneath."""
    figure, axes = _new(titel, height=3.9)
    for lijn in lijnen:
        axes.plot(
            lijn.x, lijn.y, color=lijn.kleur, linestyle=lijn.stijl, marker=lijn.marker, markersize=6, linewidth=2.2
        )
        if lijn.lower:
            axes.vlines(lijn.x, lijn.lower, lijn.upper, color=lijn.kleur, linewidth=1.4)
    _label_ends(axes, lijnen)
    if reference is not None:
        axes.axhline(reference, color=GREY, linewidth=0.9)
    axes.set_ylabel(y_as)
    axes.set_xlabel(x_as)
    axes.yaxis.set_major_formatter(FuncFormatter(_tick_text))
    if ticks:
        axes.set_xticks([x for x, _ in ticks], [label for _, label in ticks])
    rows = [
        [lijn.label, _tick(x, ticks), notatie.number(y, decimalen)]
        for lijn in lijnen
        for x, y in zip(lijn.x, lijn.y, strict=True)
    ]
    data = table(
        f"Gegevens bij de figuur: {titel}", [Kolom("reeks"), Kolom("moment"), Kolom("waarde", "getal", y_as)], rows
    )
    return _finish(figure, titel, alt, bron, data)


def plot_panels(
    panelen: Sequence[tuple[str, Sequence[Lijn]]],
    *,
    titel: str,
    alt: str,
    y_as: str,
    bron: str,
    ticks: Sequence[tuple[float, str]],
) -> Fragment:
    """Draw small multiples with a common scale, one per outcome."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(8.2, 3.6))
        many = figure.subplots(1, len(panelen), sharey=True)
        for axes, (name, lijnen) in zip(many, panelen, strict=True):
            for lijn in lijnen:
                axes.plot(
                    lijn.x,
                    lijn.y,
                    color=lijn.kleur,
                    linestyle=lijn.stijl,
                    marker=lijn.marker,
                    linewidth=2,
                    label=lijn.label,
                )
            axes.set_title(name, fontsize=10.5)
            axes.set_xticks([x for x, _ in ticks], [label for _, label in ticks])
            axes.yaxis.set_major_formatter(FuncFormatter(_tick_text))
        many[0].set_ylabel(y_as)
        many[0].set_ylim(bottom=0)
        handles, labels = many[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
        figure.suptitle(titel, x=0.01, ha="left", fontsize=12, fontweight="bold")
    rows = [
        [f"{name}, {lijn.label}", _tick(x, ticks), notatie.number(y, 1)]
        for name, lijnen in panelen
        for lijn in lijnen
        for x, y in zip(lijn.x, lijn.y, strict=True)
    ]
    data = table(
        f"Gegevens bij de figuur: {titel}", [Kolom("reeks"), Kolom("jaar"), Kolom("waarde", "getal", y_as)], rows
    )
    return _finish(figure, titel, alt, bron, data)


def plot_effects(balken: Sequence[Balk], *, titel: str, alt: str, x_as: str, bron: str) -> Fragment:
    """Draw estimates with their intervals and the line of no effect; what could not be estimated keeps its row."""
    figure, axes = _new(titel, height=1.6 + 0.55 * len(balken))
    for row, balk in enumerate(reversed(balken)):
        if balk.value is None or balk.lower is None or balk.upper is None:
            axes.annotate(
                "niet te schatten",
                (0, row),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                color=GREY,
                style="italic",
            )
            continue
        axes.plot([balk.lower, balk.upper], [row, row], color=BLUE, linewidth=2.4, solid_capstyle="butt")
        axes.plot(
            balk.value,
            row,
            marker="D" if balk.found else "o",
            color=BLUE,
            markersize=8,
            markerfacecolor=BLUE if balk.found else "white",
        )
    axes.axvline(0, color="black", linewidth=1.2)
    axes.set_yticks(range(len(balken)), [balk.label for balk in reversed(balken)])
    axes.set_ylim(-0.6, len(balken) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(x_as)
    axes.xaxis.set_major_formatter(FuncFormatter(_tick_text))
    _symmetric(axes)
    rows = [
        [
            b.label,
            *(
                ("niet te schatten", "–", "–")
                if b.value is None
                else (_point(b.value), _point(b.lower), _point(b.upper))
            ),
        ]
        for b in balken
    ]
    kolommen = [
        Kolom("maatregel_uitkomst"),
        Kolom("procentpunt", "getal"),
        Kolom("ondergrens", "getal"),
        Kolom("bovengrens", "getal"),
    ]
    return _finish(figure, titel, alt, bron, table(f"Gegevens bij de figuur: {titel}", kolommen, rows))


def plot_placebos(
    effects: Sequence[float], own: float, *, titel: str, alt: str, x_as: str, bron: str, gemeente: str
) -> Fragment:
    """Draw the placebo effects of all other municipalities, brought to this one's scale, and its own effect."""
    figure, axes = _new(titel, height=2.9)
    reach = max(abs(own), sorted(map(abs, effects))[int(0.985 * len(effects))]) * 1.1
    edges = [(-1 + 2 * step / 40) * reach for step in range(41)]
    axes.hist([min(max(effect, -reach), reach) for effect in effects], bins=edges, color=LIGHT, edgecolor="white")
    axes.axvline(own, color=ORANGE, linewidth=2.6)
    outward = -1 if own < 0 else 1
    axes.annotate(
        gemeente,
        (own, axes.get_ylim()[1]),
        xytext=(6 * outward, -4),
        textcoords="offset points",
        ha="right" if own < 0 else "left",
        va="top",
        color=ORANGE,
        fontweight="bold",
    )
    axes.axvline(0, color="black", linewidth=1)
    axes.set_xlabel(x_as)
    axes.set_ylabel("aantal gemeenten")
    axes.xaxis.set_major_formatter(FuncFormatter(_tick_text))
    counts = Counter(min(39, int((min(max(effect, -reach), reach) + reach) / (2 * reach) * 40)) for effect in effects)
    rows = [[_class_label(edges, index), str(counts[index])] for index in sorted(counts)]
    data = table(f"Gegevens bij de figuur: {titel}", [Kolom("procentpunt"), Kolom("gemeenten", "getal")], rows)
    return _finish(figure, titel, alt, bron, data)


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

    The table of brackets stands above it.
    """
    figure, axes = _new(titel, height=3.6)
    axes.stackplot(x, eigen_risico, uitkering, colors=[BLUE, LIGHT])
    axes.annotate(
        "eigen risico",
        (x[-1], eigen_risico[-1] / 2),
        xytext=(-8, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        color="white",
        fontweight="bold",
    )
    axes.annotate(
        "vangnetuitkering",
        (x[-1], eigen_risico[-1] + uitkering[-1] / 2),
        xytext=(-8, -6),
        textcoords="offset points",
        ha="right",
        va="center",
        fontweight="bold",
    )
    if plaats is not None:
        axes.axvline(plaats, color=ORANGE, linewidth=2.4, linestyle="--")
        axes.annotate(
            f"{gemeente}: {notatie.number(plaats, 1)}%",
            (plaats, axes.get_ylim()[1]),
            xytext=(5, -4),
            textcoords="offset points",
            va="top",
            color=ORANGE,
            fontweight="bold",
        )
    axes.set_xlabel("overschrijding, procent van het budget")
    axes.set_ylabel("procent van het budget")
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MultipleLocator(2.5))
    axes.yaxis.set_major_locator(MultipleLocator(5))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(_tick_text))
    return _finish(figure, titel, alt, bron, data=None)


def plot_milestones(
    mijlpalen: Sequence[tuple[str, dt.date, bool]], peildatum: dt.date, *, titel: str, alt: str, bron: str
) -> Fragment:
    """Draw dated promises around the peildatum: passed ones without proof as an open circle.

    The table of milestones stands below it.
    """
    ordered = sorted(mijlpalen, key=lambda item: item[1])
    figure, axes = _new(titel, height=1.4 + 0.34 * len(ordered))
    for row, (_, day, done) in enumerate(reversed(ordered)):
        passed = day <= peildatum
        face = BLUE if done else "white"
        axes.plot(
            _day_number(day),
            row,
            marker="o" if passed else ">",
            markersize=8,
            color=BLUE if passed else GREY,
            markerfacecolor=face,
        )
    axes.axvline(_day_number(peildatum), color=ORANGE, linewidth=2, linestyle="--")
    early = peildatum < ordered[0][1] + (ordered[-1][1] - ordered[0][1]) / 2
    axes.annotate(
        f"peildatum {notatie.date(peildatum)}",
        (_day_number(peildatum), len(ordered) - 0.5),
        xytext=(6 if early else -6, 0),
        textcoords="offset points",
        ha="left" if early else "right",
        va="center",
        color=ORANGE,
        fontweight="bold",
    )
    axes.set_yticks(range(len(ordered)), [_shorten(text) for text, _, _ in reversed(ordered)], fontsize=9)
    axes.set_ylim(-0.7, len(ordered) + 0.1)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=6))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: _month_label(v)))
    axes.tick_params(axis="x", labelsize=9)
    axes.set_xlabel("afgesproken datum")
    return _finish(figure, titel, alt, bron, data=None)


def _new(titel: str, *, height: float) -> tuple[Figure, Axes]:
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(8.2, height))
        axes = figure.subplots()
        figure.suptitle(titel, x=0.01, ha="left", fontsize=12, fontweight="bold")
    return figure, axes


def _finish(figure: Figure, titel: str, alt: str, bron: str, data: Fragment | None) -> Fragment:
    """Write the figure as one image with its text alternative, and its data behind a fold unless a table follows."""
    if not alt.strip():
        raise PageError(
            f"De figuur '{titel}' heeft geen tekstalternatief.", "Geef in 'alt' aan wat de figuur laat zien."
        )
    buffer = io.BytesIO()
    with mpl.rc_context(_STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    uri = "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
    caption = Markup("<figcaption>{} Bron: {}.</figcaption>").format("", bron)
    image = Markup('<figure class="figuur"><img src="{}" alt="{}">{}</figure>').format(uri, alt, caption)
    return Fragment(image) + details("Toon de cijfers bij deze figuur", data) if data else Fragment(image)


def _label_ends(axes: Axes, lijnen: Sequence[Lijn]) -> None:
    """Put each label beside the end of its line, moved apart where they would overlap."""
    low, high = axes.get_ylim()
    gap = (high - low) * 0.065
    placed: list[float] = []
    for lijn in sorted(lijnen, key=lambda item: item.y[-1]):
        y = max(lijn.y[-1], placed[-1] + gap if placed else lijn.y[-1])
        placed.append(y)
        axes.annotate(
            f" {lijn.label}",
            (lijn.x[-1], y),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=lijn.kleur,
            fontweight="bold",
            annotation_clip=False,
        )


def _class_label(edges: Sequence[float], index: int) -> str:
    """Name a class of the histogram; the outer ones also hold everything beyond."""
    if index == 0:
        return f"lager dan {_point(edges[1])}"
    return (
        f"{_point(edges[-2])} en hoger"
        if index == len(edges) - 2
        else f"{_point(edges[index])} tot {_point(edges[index + 1])}"
    )


def _tick_text(value: float, _position: object = None) -> str:
    """Write a tick with as many decimals as it has, so that 7,5 never reads as 8."""
    return notatie.number(
        value, 0 if abs(value - round(value)) < 1e-9 else 1 if abs(10 * value - round(10 * value)) < 1e-9 else 2
    )


def _symmetric(axes: Axes) -> None:
    low, high = axes.get_xlim()
    reach = max(abs(low), abs(high), 1.0)
    axes.set_xlim(-reach, reach)


def _tick(x: float, ticks: Sequence[tuple[float, str]]) -> str:
    return next((label.replace("\n", " ") for value, label in ticks if value == x), notatie.number(x, 1))


def _point(value: float | None) -> str:
    return "–" if value is None else notatie.points(value / 100)


def _day_number(day: dt.date) -> float:
    """Return a day as matplotlib counts them: days since 1970-01-01."""
    return float((day - dt.date(1970, 1, 1)).days)


def _month_label(value: float) -> str:
    day = num2date(value)  # type: ignore[no-untyped-call]
    month, year = notatie.month(f"{day.year:04d}-{day.month:02d}").split()
    return f"{month[:3]}\n{year}"


def _shorten(text: str, width: int = 46) -> str:
    return text if len(text) <= width else text[: width - 1].rsplit(" ", 1)[0] + " …"
