"""The figure of the gate: what was seen, the fitted line, and the line without the change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from evaluatie import notatie
from evaluatie.rapport.opmaak import Fragment, Kolom, table
from evaluatie.rapport.tekenstijl import BLUE, GREY, LIGHT, ORANGE, Tekst, finish, new_figure, tick_text, write


@dataclass(frozen=True, slots=True)
class Kwartaalpunt:
    """One quarter: the share that was seen, the fitted one, and the one without the change; None where not released.

    `gezien` and `zonder` hold value, lower and upper.
    """

    kwartaal: str
    gezien: tuple[float, float, float] | None
    model: float | None
    zonder: tuple[float, float, float] | None


def plot_breuk(punten: Sequence[Kwartaalpunt], start: float, tekst: Tekst) -> Fragment:
    """Draw a share by quarter around the moment of a change; `start` counts in quarters from the first point."""
    figure, (axes,) = new_figure(3.9)
    seen = [(x, punt.gezien) for x, punt in enumerate(punten) if punt.gezien]
    axes.vlines([x for x, _ in seen], [100 * s[1] for _, s in seen], [100 * s[2] for _, s in seen], color=LIGHT)
    axes.plot([x for x, _ in seen], [100 * s[0] for _, s in seen], "o", color=GREY, markersize=5)
    for side in (True, False):
        line = [(x, 100 * p.model) for x, p in enumerate(punten) if p.model is not None and (x < start) == side]
        axes.plot([x for x, _ in line], [y for _, y in line], color=BLUE, linewidth=2.2)
    without = [(x, punt.zonder) for x, punt in enumerate(punten) if punt.zonder]
    if without:
        at = [x for x, _ in without]
        low, high = ([100 * z[side] for _, z in without] for side in (1, 2))
        axes.fill_between(at, low, high, color=ORANGE, alpha=0.15, linewidth=0)
        axes.plot(at, [100 * z[0] for _, z in without], color=ORANGE, linestyle="--", linewidth=2.2)
    axes.axvline(start - 0.5, color="black", linewidth=1.2)
    _label(axes, punten)
    ticks = [x for x, punt in enumerate(punten) if punt.kwartaal.endswith("K1")]
    axes.set_xticks(ticks, [punten[x].kwartaal[:4] for x in ticks])
    axes.set_xlabel("kwartaal van de melding")
    axes.set_ylabel("procent dat een aanvraag werd")
    axes.yaxis.set_major_formatter(FuncFormatter(tick_text))
    kolommen = [Kolom("kwartaal"), *(Kolom(name, "getal") for name in ("poort_gezien", "interval"))]
    kolommen += [Kolom(name, "getal") for name in ("poort_model", "poort_zonder", "poort_zonder_interval")]
    data = table(f"Gegevens bij de figuur: {tekst.titel}", kolommen, [_cells(punt) for punt in punten])
    return finish(figure, tekst, "plot_breuk", data)


def _label(axes: Axes, punten: Sequence[Kwartaalpunt]) -> None:
    """Name both lines at their last point."""
    ends = [
        ("geschat", BLUE, [(float(x), punt.model) for x, punt in enumerate(punten) if punt.model is not None]),
        ("verwacht\nzonder", ORANGE, [(float(x), punt.zonder[0]) for x, punt in enumerate(punten) if punt.zonder]),
    ]
    for name, colour, line in ends:
        if line:
            x, y = line[-1]
            write(axes, name, (x, 100 * y), color=colour, fontweight="bold", annotation_clip=False)


def _cells(punt: Kwartaalpunt) -> list[str]:
    def share(value: float) -> str:
        return notatie.percentage(value, 0)

    def triple(values: tuple[float, float, float] | None) -> list[str]:
        return ["–", "–"] if values is None else [share(values[0]), f"{share(values[1])} tot {share(values[2])}"]

    model = "–" if punt.model is None else share(punt.model)
    return [notatie.period(punt.kwartaal), *triple(punt.gezien), model, *triple(punt.zonder)]
