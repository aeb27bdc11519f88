"""The figures: the title states the finding, lines carry their own label, an effect has its interval and zero line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.ticker import FuncFormatter

from evaluatie import notatie
from evaluatie.rapport.figuren_vangnet import Vergelijking, plot_besparing, plot_brackets, plot_milestones
from evaluatie.rapport.opmaak import Fragment, Kolom, table
from evaluatie.rapport.tekenstijl import (
    BLUE,
    GREY,
    LIGHT,
    ORANGE,
    Lijn,
    Tekst,
    draw_interval,
    draw_line,
    finish,
    label_ends,
    new_figure,
    point_text,
    symmetric,
    tick_text,
    write,
    write_unknown,
)


@dataclass(frozen=True, slots=True)
class Balk:
    """An estimate with its interval, for a forest plot; `bewijskracht` is written at the end of its row."""

    label: str
    value: float | None
    lower: float | None
    upper: float | None
    found: bool = False
    bewijskracht: str = ""


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
    synthetisch: bool = False,
    decimalen: int = 1,
) -> Fragment:
    """Draw lines over time with their label at the end; open points are provisional.

    `decimalen` are those of the table beneath.
    """
    tekst = Tekst(titel, alt, bron, synthetisch)
    figure, (axes,) = new_figure(3.6)
    for lijn in lijnen:
        draw_line(axes, lijn)
    label_ends(axes, lijnen)
    if reference is not None:
        axes.axhline(reference, color=GREY, linewidth=0.9)
    axes.set_ylabel(y_as)
    axes.set_xlabel(x_as)
    axes.yaxis.set_major_formatter(FuncFormatter(tick_text))
    if ticks:
        axes.set_xticks([x for x, _ in ticks], [label for _, label in ticks])
    kolommen = [Kolom("reeks"), Kolom("moment"), Kolom("waarde", "getal", y_as)]
    data = table(f"Gegevens bij de figuur: {titel}", kolommen, _rows(lijnen, ticks, decimalen))
    return finish(figure, tekst, "plot_lines", data)


def plot_panels(
    panelen: Sequence[tuple[str, Sequence[Lijn]]],
    *,
    titel: str,
    alt: str,
    y_as: str,
    bron: str,
    ticks: Sequence[tuple[float, str]],
    synthetisch: bool = False,
) -> Fragment:
    """Draw small multiples with a common scale, one per outcome; the labels stand beside the last one."""
    tekst = Tekst(titel, alt, bron, synthetisch)
    figure, many = new_figure(3.3, len(panelen), sharey=True)
    for axes, (name, lijnen) in zip(many, panelen, strict=True):
        for lijn in lijnen:
            draw_line(axes, lijn)
        axes.set_title(name, fontsize=10, loc="left", fontweight="bold")
        axes.set_xticks([x for x, _ in ticks], [label for _, label in ticks])
        axes.yaxis.set_major_formatter(FuncFormatter(tick_text))
    many[0].set_ylabel(y_as)
    many[0].set_ylim(bottom=0)
    label_ends(many[-1], panelen[-1][1], stacked=True)
    rows = [[f"{name}, {row[0]}", *row[1:]] for name, lijnen in panelen for row in _rows(lijnen, ticks)]
    kolommen = [Kolom("reeks"), Kolom("jaar"), Kolom("waarde", "getal", y_as)]
    return finish(figure, tekst, "plot_panels", table(f"Gegevens bij de figuur: {titel}", kolommen, rows))


def plot_effects(
    balken: Sequence[Balk], *, titel: str, alt: str, x_as: str, bron: str, synthetisch: bool = False
) -> Fragment:
    """Draw estimates with their intervals and the line of no effect; what could not be estimated keeps its row."""
    tekst = Tekst(titel, alt, bron, synthetisch)
    figure, (axes,) = new_figure(1.2 + 0.55 * len(balken))
    for row, balk in enumerate(reversed(balken)):
        if balk.value is None or balk.lower is None or balk.upper is None:
            write_unknown(axes, row)
        else:
            draw_interval(axes, row, balk.value, balk.lower, balk.upper, found=balk.found)
        if balk.bewijskracht:
            level = f"bewijskracht\n{balk.bewijskracht}"
            write(axes, level, (1.0, row), xycoords=("axes fraction", "data"), fontsize=9, color=GREY)
    axes.axvline(0, color="black", linewidth=1.2)
    axes.set_yticks(range(len(balken)), [balk.label for balk in reversed(balken)])
    axes.set_ylim(-0.6, len(balken) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(x_as)
    axes.xaxis.set_major_formatter(FuncFormatter(tick_text))
    symmetric(axes)
    return finish(figure, tekst, "plot_effects", _table_effects(titel, balken))


def plot_placebos(
    effects: Sequence[float],
    own: float,
    *,
    titel: str,
    alt: str,
    x_as: str,
    bron: str,
    gemeente: str,
    synthetisch: bool = False,
) -> Fragment:
    """Draw the placebo effects of all other municipalities, brought to this one's scale, and its own effect."""
    tekst = Tekst(titel, alt, bron, synthetisch)
    figure, (axes,) = new_figure(2.6)
    reach = max(abs(own), sorted(map(abs, effects))[int(0.985 * len(effects))]) * 1.1
    edges = [(-1 + 2 * step / 40) * reach for step in range(41)]
    axes.hist([min(max(effect, -reach), reach) for effect in effects], bins=edges, color=LIGHT, edgecolor="white")
    axes.axvline(own, color=ORANGE, linewidth=2.6)
    shift = (-6 if own < 0 else 6, -4)
    write(axes, gemeente, (own, axes.get_ylim()[1]), shift, va="top", color=ORANGE, fontweight="bold")
    axes.axvline(0, color="black", linewidth=1)
    axes.set_xlabel(x_as)
    axes.set_ylabel("aantal gemeenten")
    axes.xaxis.set_major_formatter(FuncFormatter(tick_text))
    counts = Counter(min(39, int((min(max(effect, -reach), reach) + reach) / (2 * reach) * 40)) for effect in effects)
    rows = [[_class_label(edges, index), str(counts[index])] for index in sorted(counts)]
    data = table(f"Gegevens bij de figuur: {titel}", [Kolom("procentpunt"), Kolom("gemeenten", "getal")], rows)
    return finish(figure, tekst, "plot_placebos", data)


def _rows(lijnen: Sequence[Lijn], ticks: Sequence[tuple[float, str]], decimalen: int = 1) -> list[list[str]]:
    """Return label, moment and value of every point; a provisional value says so."""
    rows = []
    for lijn in lijnen:
        early = lijn.voorlopig or [False] * len(lijn.x)
        named = {value: text.replace("\n", " ") for value, text in ticks}
        moments = lijn.momenten or [named.get(x, notatie.number(x, 1)) for x in lijn.x]
        for moment, y, provisional in zip(moments, lijn.y, early, strict=True):
            rows.append([lijn.label, moment, notatie.number(y, decimalen) + (" (voorlopig)" if provisional else "")])
    return rows


def _table_effects(titel: str, balken: Sequence[Balk]) -> Fragment:
    rows = []
    for balk in balken:
        numbers = ["niet te schatten", "–", "–"]
        if balk.value is not None:
            numbers = [point_text(number) for number in (balk.value, balk.lower, balk.upper)]
        rows.append(
            [balk.label, *numbers, *([balk.bewijskracht or "–"] if any(b.bewijskracht for b in balken) else [])]
        )
    kolommen = [
        Kolom("maatregel_uitkomst"),
        Kolom("procentpunt", "getal"),
        Kolom("ondergrens", "getal"),
        Kolom("bovengrens", "getal"),
        *([Kolom("bewijskracht")] if any(balk.bewijskracht for balk in balken) else []),
    ]
    return table(f"Gegevens bij de figuur: {titel}", kolommen, rows)


def _class_label(edges: Sequence[float], index: int) -> str:
    """Name a class of the histogram; the outer ones also hold everything beyond."""
    if index == 0:
        return f"lager dan {point_text(edges[1])}"
    if index == len(edges) - 2:
        return f"{point_text(edges[-2])} en hoger"
    return f"{point_text(edges[index])} tot {point_text(edges[index + 1])}"


__all__ = [
    "BLUE",
    "GREY",
    "LIGHT",
    "ORANGE",
    "Balk",
    "Lijn",
    "Vergelijking",
    "plot_besparing",
    "plot_brackets",
    "plot_effects",
    "plot_lines",
    "plot_milestones",
    "plot_panels",
    "plot_placebos",
]
