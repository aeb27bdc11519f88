"""The figures: the title states the finding, lines carry their own label, an effect has its interval and zero line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matplotlib.ticker import FuncFormatter

from evaluatie.rapport.figuren_vangnet import Vergelijking, plot_besparing, plot_brackets, plot_milestones
from evaluatie.rapport.figuurtabellen import Balk, name_class, table_effects, table_lines
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
    symmetric,
    tick_text,
    wrap_label,
    write,
    write_unknown,
)

_LABEL_WIDTH = 36
"""Letters."""
_CLASSES = 24
"""Of the histogram of placebo effects, and rows of its table."""


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
    data: Fragment | None = None,
) -> Fragment:
    """Draw lines over time with their label at the end; open points are provisional.

    `decimalen` are those of the table beneath; `data` takes its place where all points in a row would be too long.
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
    return finish(figure, tekst, "plot_lines", data or table_lines(titel, [("", lijnen)], y_as, ticks, decimalen))


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
        axes.set_xticks([x for x, _ in ticks], [label for _, label in ticks], fontsize=9)
        axes.margins(x=0.12)  # the years of neighbouring panels stay apart
        axes.yaxis.set_major_formatter(FuncFormatter(tick_text))
    many[0].set_ylabel(y_as)
    many[0].set_ylim(bottom=0)
    label_ends(many[-1], panelen[-1][1], stacked=True)
    return finish(figure, tekst, "plot_panels", table_lines(titel, panelen, y_as, ticks))


def plot_effects(
    balken: Sequence[Balk], *, titel: str, alt: str, x_as: str, bron: str, synthetisch: bool = False
) -> Fragment:
    """Draw estimates with their intervals and the line of no effect; what could not be estimated keeps its row."""
    tekst = Tekst(titel, alt, bron, synthetisch)
    labels = [wrap_label(balk.label, _LABEL_WIDTH) for balk in balken]
    figure, (axes,) = new_figure(1.2 + row_height(labels) * len(balken))
    for row, balk in enumerate(reversed(balken)):
        if balk.value is None or balk.lower is None or balk.upper is None:
            write_unknown(axes, row)
        else:
            draw_interval(axes, row, balk.value, balk.lower, balk.upper, found=balk.found)
        if balk.bewijskracht:
            level = f"bewijskracht\n{balk.bewijskracht}"
            write(axes, level, (1.0, row), xycoords=("axes fraction", "data"), fontsize=9, color=GREY)
    axes.axvline(0, color="black", linewidth=1.2)
    axes.set_yticks(range(len(balken)), labels[::-1])
    axes.set_ylim(-0.6, len(balken) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"{x_as}\n{KEY}")
    axes.xaxis.set_major_formatter(FuncFormatter(tick_text))
    symmetric(axes)
    return finish(figure, tekst, "plot_effects", table_effects(titel, balken))


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
    edges = [(-1 + 2 * step / _CLASSES) * reach for step in range(_CLASSES + 1)]
    clipped = [min(max(effect, -reach), reach) for effect in effects]
    axes.hist(clipped, bins=edges, color=LIGHT, edgecolor="white")
    axes.axvline(own, color=ORANGE, linewidth=2.6)
    shift = (-6 if own < 0 else 6, -4)
    write(axes, gemeente, (own, axes.get_ylim()[1]), shift, va="top", color=ORANGE, fontweight="bold")
    axes.axvline(0, color="black", linewidth=1)
    axes.set_xlabel(x_as)
    axes.set_ylabel("aantal gemeenten")
    axes.xaxis.set_major_formatter(FuncFormatter(tick_text))
    counts = Counter(min(_CLASSES - 1, int((effect + reach) / (2 * reach) * _CLASSES)) for effect in clipped)
    rows = [[name_class(edges, index), str(counts[index])] for index in sorted(counts)]
    data = table(f"Gegevens bij de figuur: {titel}", [Kolom("procentpunt"), Kolom("gemeenten", "getal")], rows)
    return finish(figure, tekst, "plot_placebos", data)


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
