"""The figure of the besparing: what norm amounts say beside what was estimated, in the same euros on the same axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.ticker import FuncFormatter, MaxNLocator

from evaluatie import notatie
from evaluatie.rapport.opmaak import Fragment, Kolom, table
from evaluatie.rapport.tekenstijl import GREY, Tekst, draw_interval, finish, new_figure, write, write_unknown

_DUIZEND = 1_000


@dataclass(frozen=True, slots=True)
class Bedragbalk:
    """An amount in euro; without interval it is an assumption, without value `reden` says why.

    Parameters
    ----------
    found : bool
        Whether an effect was found; an interval that was not is drawn open.
    """

    label: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    found: bool = False
    reden: str = "niet te schatten"


def plot_bedragen(balken: Sequence[Bedragbalk], tekst: Tekst) -> Fragment:
    """Draw amounts around zero: an assumption as a hatched bar, an estimate with its interval."""
    figure, (axes,) = new_figure(1.3 + 0.6 * len(balken))
    for row, balk in enumerate(reversed(balken)):
        if balk.value is None:
            write_unknown(axes, row, balk.reden)
        elif balk.lower is None or balk.upper is None:
            axes.barh(row, balk.value, height=0.45, color="white", edgecolor=GREY, hatch="////")
            write(axes, notatie.euro(balk.value), (max(balk.value, 0), row), (4, 0), size=9)
        else:
            draw_interval(axes, row, balk.value, balk.lower, balk.upper, found=balk.found)
    axes.axvline(0, color="black", linewidth=1.2)
    axes.set_yticks(range(len(balken)), [balk.label for balk in reversed(balken)])
    axes.set_ylim(-0.6, len(balken) - 0.4)
    low, high = axes.get_xlim()
    axes.set_xlim(low, high + 0.18 * (high - low))
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(_tick))
    axes.set_xlabel("duizend euro bespaard (lijn: 95%-interval; gearceerd: aanname)")
    kolommen = [Kolom("rekenwijze"), *(Kolom(n, "getal") for n in ("besparing_eur", "ondergrens", "bovengrens"))]
    data = table(f"Gegevens bij de figuur: {tekst.titel}", kolommen, [_cells(balk) for balk in balken])
    return finish(figure, tekst, "plot_bedragen", data)


def _tick(value: float, _position: object = None) -> str:
    return notatie.number(value / _DUIZEND)


def _cells(balk: Bedragbalk) -> list[str]:
    if balk.value is None:
        return [balk.label.replace("\n", " "), balk.reden, "–", "–"]
    ends = ["–" if end is None else notatie.euro(end) for end in (balk.lower, balk.upper)]
    return [balk.label.replace("\n", " "), notatie.euro(balk.value), *ends]
