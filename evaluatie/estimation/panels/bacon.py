"""Goodman-Bacon decomposition: which comparisons of two groups make up a two-way fixed effects estimate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source
from evaluatie.estimation.panels.balanced import ESTIMAND as _ESTIMAND
from evaluatie.estimation.panels.did import explain_no_comparison
from evaluatie.estimation.panels.moments import Array, Roles
from evaluatie.estimation.panels.panel_cells import PanelCells, read_cells
from evaluatie.estimation.panels.twfe import Collinear, fit_cells
from evaluatie.estimation.result import NotEstimated

if TYPE_CHECKING:
    from evaluatie.estimation.plot import Axes

_METHOD = "Goodman-Bacon decomposition"

KINDS = {
    "never": "treated against never treated",
    "always": "later treated against always treated",
    "earlier": "earlier treated against later treated",
    "later": "later treated against earlier treated",
}
"""Kinds of comparison; the second and the last use units that are already treated as if they were untreated."""

_DRAWN = {
    KINDS["never"]: "met nooit behandeld",
    KINDS["always"]: "met altijd behandeld",
    KINDS["earlier"]: "vroeg met nog niet behandeld",
    KINDS["later"]: "laat met al behandeld",
}


@dataclass(frozen=True, slots=True)
class BaconDecomposition:
    """The two-group comparisons inside a two-way fixed effects estimate.

    Parameters
    ----------
    comparisons : pandas.DataFrame
        One row per comparison: ``kind``, ``treated`` and ``comparison`` (first treated period of the group; missing
        for never treated), ``estimate`` and ``weight``. The weights add to one.
    value : float
        The two-way fixed effects estimate: the weighted mean of the estimates.
    unit : str
        Name of the outcome.
    """

    comparisons: pd.DataFrame
    value: float
    unit: str

    def tidy(self) -> pd.DataFrame:
        """Return the comparisons, heaviest first."""
        return self.comparisons.sort_values("weight", ascending=False, ignore_index=True)

    def by_kind(self) -> pd.DataFrame:
        """Return per kind of comparison the total weight, the mean estimate and the number of comparisons."""
        table = self.comparisons.assign(product=self.comparisons["estimate"] * self.comparisons["weight"])
        sums = table.groupby("kind", sort=False).agg(
            weight=("weight", "sum"), product=("product", "sum"), comparisons=("weight", "size")
        )
        sums["estimate"] = sums["product"] / sums["weight"]
        return sums.reset_index()[["kind", "weight", "estimate", "comparisons"]]

    @property
    def forbidden_weight(self) -> float:
        """Total weight of comparisons with units that are treated already."""
        forbidden = self.comparisons["kind"].isin([KINDS["always"], KINDS["later"]])
        return float(self.comparisons.loc[forbidden, "weight"].sum())

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw each comparison: its weight across, its estimate upwards; the line is the overall estimate."""
        from evaluatie.estimation.plot import plot_weights

        return plot_weights(
            self.comparisons.assign(kind=self.comparisons["kind"].map(_DRAWN)),
            self.value,
            title="Waaruit de schatting bestaat",
            x_label="Gewicht van de vergelijking",
            y_label=self.unit,
            ax=ax,
        )

    def _repr_html_(self) -> str:
        return str(self.by_kind().to_html(index=False))


def bacon_weights(
    panel: Source, *, outcome: str, unit: str, time: str, treated_from: str, weights: str | None = None
) -> BaconDecomposition | NotEstimated:
    """Decompose the two-way fixed effects estimate into all comparisons of two groups (Goodman-Bacon 2021, theorem 1).

    A group holds the units with the same start. Every treated group is compared with the never treated, with later
    groups while these are untreated, and with earlier groups when these are treated already; units treated in all
    periods are a comparison group of their own. A comparison of the last kind turns the sign of effects that change
    over time: where it weighs, use an estimator for staggered starts.

    Parameters
    ----------
    panel, outcome, unit, time, treated_from : as in `did`
        Rows or cells with the same weight in every period, balanced. A start in a period that is absent counts as
        the next one.
    weights : str, optional
        Weight of each unit, constant over time.

    Returns
    -------
    BaconDecomposition or NotEstimated
        NotEstimated as `did`.

    Raises
    ------
    EstimationError
        For gaps, weights that change over time, and everything `did` refuses.

    References
    ----------
    Goodman-Bacon (2021), Journal of Econometrics 225(2).
    """
    cells = read_cells(panel, Roles(outcome, unit, time, treated_from, weights))
    refusal = explain_no_comparison(cells, _METHOD, _ESTIMAND)
    if refusal:
        return refusal
    y, weight = _balanced(cells)
    fit = fit_cells(cells, cells.treated[:, None].astype(float))
    if isinstance(fit, Collinear):  # pragma: no cover - a balanced panel with a comparison always has an answer
        return NotEstimated("the treatment follows from unit and period effects", "no_control", _METHOD, _ESTIMAND)
    comparisons = pd.DataFrame(_compare_all(y, weight / weight.sum(), cells))
    return BaconDecomposition(comparisons, float(fit.coefficients[0]), outcome)


def _balanced(cells: PanelCells) -> tuple[Array, Array]:
    """Return the outcome, shape (units, periods), and the weight of each unit; refuse gaps and changing weights."""
    units, periods = len(cells.units), len(cells.periods)
    gaps = units * periods - len(cells.unit)
    if gaps:
        short = cells.units[np.bincount(cells.unit) < periods]
        raise EstimationError(
            f"{gaps} combinaties van eenheid en periode ontbreken, bij: {', '.join(map(str, short[:6]))}.",
            "De ontleding vraagt een volledig paneel: laat deze eenheden weg of vul de waarden aan.",
        )
    weight = cells.weight.reshape(units, periods)
    if np.abs(weight - weight[:, :1]).max() > 1e-9 * weight.min():
        raise EstimationError(
            "Gewichten (of aantallen) moeten per eenheid gelijk blijven.", "Gebruik het gewicht van de eerste periode."
        )
    return cells.mean[:, 0].reshape(units, periods), weight[:, 0]


def _compare_all(y: Array, weight: Array, cells: PanelCells) -> list[dict[str, Any]]:
    """Return every comparison with its weight: n_k n_l times the variance of treatment within it, over all variance."""
    t = len(cells.periods)
    starts = np.unique(cells.start)
    share = {int(g): float(weight[cells.start == g].sum()) for g in starts}
    mean = {int(g): weight[cells.start == g] @ y[cells.start == g] / share[int(g)] for g in starts}
    label = {g: cells.periods[g] if g < t else None for g in share}
    rows = []
    for k, other, kind, before, after in _pairs(list(share), t):
        change = [mean[g][slice(*after)].mean() - mean[g][slice(*before)].mean() for g in (k, other)]
        lengths = (before[1] - before[0], after[1] - after[0])
        rows.append(
            {
                "kind": KINDS[kind],
                "treated": label[k],
                "comparison": label[other],
                "estimate": float(change[0] - change[1]),
                "weight": share[k] * share[other] * lengths[0] * lengths[1] / t**2 / _variance(share, t),
            }
        )
    return rows


def _pairs(starts: list[int], t: int) -> Iterator[tuple[int, int, str, tuple[int, int], tuple[int, int]]]:
    """Yield treated group, comparison group, kind, and the periods before and after that are compared."""
    for k in (start for start in starts if 0 < start < t):
        for other in starts:
            if other in (0, t):
                yield k, other, "always" if other == 0 else "never", (0, k), (k, t)
            elif k < other:
                yield k, other, "earlier", (0, k), (k, other)
            elif other < k:
                yield k, other, "later", (other, k), (k, t)


def _variance(share: dict[int, float], t: int) -> float:
    """Return the variance of treatment that is left after unit and period effects."""
    starts = np.array(list(share))
    treated = (np.arange(t) >= starts[:, None]).astype(float)
    n = np.array(list(share.values()))
    left = treated - treated.mean(axis=1, keepdims=True)
    left = left - n @ left
    return float(n @ (left**2).mean(axis=1))
