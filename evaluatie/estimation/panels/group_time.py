"""Effects when units start at different moments: one effect per starting group and period, then averages of those.

References
----------
Callaway and Sant'Anna (2021), Journal of Econometrics 225: equation 2.4 (never-treated) and 2.5 (not yet treated),
doubly robust; weights of the averages in their table 1. Conventions are those of R's ``did``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source, read_columns
from evaluatie.estimation.panels.did import Panel, to_panel
from evaluatie.estimation.panels.doubly_robust import Array, Obstacle, doubly_robust_att
from evaluatie.estimation.panels.group_time_aggregate import Cell, Cells, combine
from evaluatie.estimation.panels.group_time_result import GroupTimeAtt
from evaluatie.estimation.result import NotEstimated

Control = Literal["never", "not_yet"]
Aggregate = Literal["simple", "group", "dynamic", "calendar"]
Base = Literal["varying", "universal"]

METHOD = "group-time DiD (Callaway–Sant'Anna, doubly robust)"
_ESTIMAND = "average effect on the treated"
_REASONS: Mapping[Obstacle, str] = {
    "collinear": "the comparison units are too few, or too alike, for these covariates",
    "no_overlap": "units of this group are treated for certain given their covariates: nobody is comparable",
}


def group_time_att(
    panel: Source,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated_from: str,
    weights: str | None = None,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    control: Control = "never",
    aggregate: Aggregate = "simple",
    base: Base = "varying",
) -> GroupTimeAtt | NotEstimated:
    """Estimate the effect per group of units that start together and per period, and average what was asked.

    Each effect compares the change of a group since its last untreated period with the same change of units that are
    not treated: ``ATT(g, t) = E[Y_t − Y_(g−1) | G = g] − E[Y_t − Y_(g−1) | control]``, doubly robust given
    covariates. Nothing is ever compared with a unit that is already treated; that is what goes wrong in `did`
    (two-way fixed effects) when effects grow or differ between groups.

    Standard errors come from the influence functions, summed within clusters, without small-sample factor, with the
    normal distribution. An estimate that rests on fewer than five treated or five comparison clusters has no
    interval: the few treated units would count as if they did not vary.

    Parameters
    ----------
    panel : pandas.DataFrame or path of Parquet files
        One row per unit and period, without gaps (no rows are dropped to balance a panel).
    outcome, unit, time, treated_from : str
        Column names; `treated_from` holds the first treated period, missing for never treated. A start after the last
        period counts as never treated. Units treated from the first period on have no period before: they are
        left out, and ``.notes`` says so.
    weights : str, optional
        Column with a weight per unit, constant over time.
    covariates : sequence of str
        Numeric columns that parallel trends is conditional on; of each comparison the earlier period's value counts.
    cluster : str, optional
        Column that names the cluster of a unit; by default each unit is its own.
    control : {"never", "not_yet"}
        Compare with units that are never treated, or also with those that start after the period in question.
    aggregate : {"simple", "group", "dynamic", "calendar"}
        Average over all treated cells; per group; per period since the start; or per calendar period.
    base : {"varying", "universal"}
        Cells before the start compare with the period just before them, or all with the last untreated period (what
        `parallel_trends_bounds` needs).

    Returns
    -------
    GroupTimeAtt or NotEstimated
        In the unit of `outcome`. A single cell that could not be estimated keeps its place with the reason.

    Raises
    ------
    EstimationError
        For an unknown choice; for what `read_columns` and `to_panel` refuse (missing columns or values, provisional
        figures, gaps, double rows, changing weights or starts); for a cluster that changes within a unit.
    """
    _check_choices(control, aggregate, base)
    numbers = [outcome, *covariates, *([weights] if weights else [])]
    keys = [unit, time, treated_from, *([cluster] if cluster else [])]
    frame = read_columns(panel, keys, numeric=numbers)
    arrays = to_panel(frame, outcome=outcome, unit=unit, time=time, treated_from=treated_from, weights=weights)
    kept = arrays.first_treated > 0
    obstacle = _find_obstacle(arrays, kept, control)
    if obstacle:
        return obstacle
    roles = {"unit": unit, "time": time, "treated_from": treated_from}
    x = np.stack([np.ones_like(arrays.y), *(to_panel(frame, outcome=name, **roles).y for name in covariates)], axis=-1)
    cells = _fit_cells(arrays, x, kept, _clusters(frame, unit, cluster, arrays), control, base)
    return combine(cells, aggregate, unit=outcome, method=METHOD, control=control)


def _check_choices(control: str, aggregate: str, base: str) -> None:
    for name, value, allowed in (
        ("control", control, ("never", "not_yet")),
        ("aggregate", aggregate, ("simple", "group", "dynamic", "calendar")),
        ("base", base, ("varying", "universal")),
    ):
        if value not in allowed:
            raise EstimationError(f"{name}='{value}' bestaat niet.", f"Kies uit: {', '.join(allowed)}.")


def _find_obstacle(panel: Panel, kept: npt.NDArray[np.bool_], control: Control) -> NotEstimated | None:
    if not panel.treated.any():
        return NotEstimated("no unit is treated within the panel", "no_treated", METHOD, _ESTIMAND)
    if not (panel.treated & kept).any():
        return NotEstimated("the panel starts after the treatment", "no_pre_period", METHOD, _ESTIMAND)
    if control == "never" and panel.treated.all():
        return NotEstimated("no unit stays untreated; control='not_yet' may help", "no_control", METHOD, _ESTIMAND)
    if panel.treated.all() and len(np.unique(panel.first_treated[kept])) == 1:
        return NotEstimated("all units start at the same moment", "no_control", METHOD, _ESTIMAND)
    return None


def _clusters(frame: pd.DataFrame, unit: str, cluster: str | None, panel: Panel) -> npt.NDArray[np.int64]:
    if cluster is None:
        return np.arange(len(panel.units))
    names = frame.groupby(unit)[cluster]
    if frame[cluster].isna().any() or (frame[cluster] != names.transform("first")).any():
        raise EstimationError(
            f"'{cluster}' ontbreekt of verandert binnen een eenheid.", "Geef elke eenheid één vast cluster."
        )
    codes, _ = pd.factorize(names.first().reindex(panel.units))
    return codes.astype(np.int64)


def _fit_cells(
    panel: Panel,
    x: Array,
    kept: npt.NDArray[np.bool_],
    clusters: npt.NDArray[np.int64],
    control: Control,
    base: Base,
) -> Cells:
    """Estimate every group and period on the units that have a period before their start."""
    first, y, w = panel.first_treated[kept], panel.y[kept], panel.weights[kept] / panel.weights[kept].mean()
    x, periods = x[kept], y.shape[1]
    constant = bool((x == x[:, :1]).all())
    cells = []
    for group in np.unique(first[first < periods]):
        batches: dict[tuple[bytes, int], list[tuple[int, int]]] = {}
        for period, before in _comparisons(int(group), periods, base):
            compared = _compared(first, group, max(period, before), periods, control)
            key = compared.tobytes(), 0 if constant else min(period, before)
            batches.setdefault(key, []).append((period, before))
        for (mask, at), pairs in batches.items():
            compared = np.frombuffer(mask, dtype=bool)
            fitted = _fit_batch(y, pairs, x[:, at], w, first == group, compared)
            cells += [Cell(int(group), pair[0], one, compared) for pair, one in zip(pairs, fitted, strict=True)]
    cells.sort(key=lambda cell: (cell.group, cell.period))
    scale = float(np.abs(y).max())
    return Cells(tuple(cells), first, w, clusters[kept], panel.periods, int((~kept).sum()), scale)


def _comparisons(group: int, periods: int, base: Base) -> list[tuple[int, int]]:
    """Return each period of a group with the one it is compared with."""
    if base == "universal":
        return [(period, group - 1) for period in range(periods) if period != group - 1]
    return [(period, min(period, group) - 1) for period in range(1, periods)]


def _compared(
    first: npt.NDArray[np.int64], group: int, last: int, periods: int, control: Control
) -> npt.NDArray[np.bool_]:
    """Tell which units are untreated in every period of the comparison."""
    untreated: npt.NDArray[np.bool_] = (first == periods) if control == "never" else (first > last) & (first != group)
    return untreated


def _fit_batch(
    y: Array,
    pairs: Sequence[tuple[int, int]],
    x: Array,
    w: Array,
    members: npt.NDArray[np.bool_],
    compared: npt.NDArray[np.bool_],
) -> list[tuple[float, Array] | NotEstimated]:
    """Return effect and influence function of comparisons that share units and covariates.

    The influence function is over all units, those outside the comparison at zero.
    """
    if not compared.any():
        return [NotEstimated("every other unit is treated by then", "no_control", METHOD, _ESTIMAND)] * len(pairs)
    used = members | compared
    after, before = np.array(pairs).T
    fitted = doubly_robust_att(y[used][:, after] - y[used][:, before], members[used], x[used], w[used])
    if isinstance(fitted, str):
        return [NotEstimated(_REASONS[fitted], fitted, METHOD, _ESTIMAND)] * len(pairs)
    influence = np.zeros((len(pairs), len(used)))
    influence[:, used] = fitted.influence.T * (len(used) / used.sum())
    return [(float(value), row) for value, row in zip(fitted.value, influence, strict=True)]
