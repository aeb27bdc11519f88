"""From effects per group and period to averages with a standard error.

The averages of table 1 in Callaway and Sant'Anna (2021), with the influence function of each: that of the effects, plus
what is added because the shares of the groups are estimated too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.estimation.panels.did import FEWEST_CLUSTERS
from evaluatie.estimation.panels.doubly_robust import Array
from evaluatie.estimation.panels.group_time_result import GroupTimeAtt
from evaluatie.estimation.result import Estimate, NotEstimated, StudentInference

_ESTIMANDS = {
    "simple": "average over all treated groups and periods",
    "group": "average over groups of their average effect",
    "dynamic": "average over periods since the start",
    "calendar": "average over calendar periods",
}
_NO_SPREAD = 1e-13


@dataclass(frozen=True, slots=True)
class Cell:
    """One group in one period, both as positions; `fitted` is (effect, influence over all units) or why not."""

    group: int
    period: int
    fitted: tuple[float, Array] | NotEstimated
    compared: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cells:
    """All cells with what their averages need.

    Parameters
    ----------
    cells : tuple of Cell
    first, weights, clusters : array, shape (units,)
        First treated period as position, weight with mean one, number of the cluster.
    periods : pandas.Index
        Labels of the periods.
    always_treated : int
        Number of units left out because they start in the first period.
    scale : float
        Largest absolute outcome: what counts as rounding.
    """

    cells: tuple[Cell, ...]
    first: npt.NDArray[np.int64]
    weights: Array
    clusters: npt.NDArray[np.int64]
    periods: pd.Index
    always_treated: int
    scale: float


@dataclass(frozen=True, slots=True)
class _Term:
    """A value with its influence function and the units it rests on."""

    value: float
    influence: Array
    treated: npt.NDArray[np.bool_]
    compared: npt.NDArray[np.bool_]


def combine(cells: Cells, aggregate: str, *, unit: str, method: str, control: str) -> GroupTimeAtt:
    """Average the cells as asked, carrying the influence functions along."""
    terms = {
        (cell.group, cell.period): _Term(*cell.fitted, cells.first == cell.group, cell.compared)
        for cell in cells.cells
        if not isinstance(cell.fitted, NotEstimated)
    }
    after = {key: term for key, term in terms.items() if key[1] >= key[0]}

    def estimate(term: _Term, estimand: str) -> Estimate | NotEstimated:
        return _to_estimate(term, cells, unit=unit, method=method, estimand=estimand)

    overall: Estimate | NotEstimated
    if after:
        whole, parts = _aggregate(cells, terms if aggregate == "dynamic" else after, after, aggregate)
        overall = estimate(whole, _ESTIMANDS[aggregate])
    else:
        treated = [cell.fitted for cell in cells.cells if cell.period >= cell.group]
        failed = next(fitted for fitted in treated if isinstance(fitted, NotEstimated))
        overall, parts = replace(failed, estimand=_ESTIMANDS[aggregate]), {}
    parts_or_whole = {label: estimate(term, f"effect, {aggregate} {label}") for label, term in parts.items()}
    return GroupTimeAtt(
        overall,
        parts_or_whole or {"overall": overall},
        {_label(cell, cells): _cell_estimate(cell, cells, terms, estimate) for cell in cells.cells},
        {_label(cell, cells): cell.period - cell.group for cell in cells.cells},
        _covariance(parts, cells),
        aggregate,
        control,
        _notes(cells),
    )


def _label(cell: Cell, cells: Cells) -> tuple[Any, Any]:
    return cells.periods[cell.group], cells.periods[cell.period]


def _cell_estimate(
    cell: Cell,
    cells: Cells,
    terms: Mapping[tuple[int, int], _Term],
    estimate: Callable[[_Term, str], Estimate | NotEstimated],
) -> Estimate | NotEstimated:
    name = "ATT({}, {})".format(*_label(cell, cells))
    if isinstance(cell.fitted, NotEstimated):
        return replace(cell.fitted, estimand=name)
    return estimate(terms[cell.group, cell.period], name)


def _aggregate(
    cells: Cells,
    shown: Mapping[tuple[int, int], _Term],
    after: Mapping[tuple[int, int], _Term],
    aggregate: str,
) -> tuple[_Term, dict[Any, _Term]]:
    """Return the overall term and its parts by label (table 1 of the paper)."""
    if aggregate == "simple":
        return _average(list(after.values()), [key[0] for key in after], cells), {}
    members: dict[Any, list[tuple[int, int]]] = {}
    for key in shown:
        members.setdefault(_part(*key, aggregate, cells), []).append(key)
    parts = {
        label: _average([shown[key] for key in keys], [key[0] for key in keys], cells)
        for label, keys in sorted(members.items())
    }
    if aggregate == "group":
        return _average(list(parts.values()), [members[label][0][0] for label in parts], cells), parts
    counted = [term for label, term in parts.items() if aggregate == "calendar" or label >= 0]
    return _mean(counted), parts


def _part(group: int, period: int, aggregate: str, cells: Cells) -> Any:
    """Return the label of the part of the aggregate that a cell belongs to."""
    return {"group": cells.periods[group], "dynamic": period - group, "calendar": cells.periods[period]}[aggregate]


def _average(terms: list[_Term], groups: list[int], cells: Cells) -> _Term:
    """Average terms by the share of their groups; that the shares are estimated counts in the influence function."""
    indicator = (cells.first[:, None] == np.array(groups)[None, :]) * cells.weights[:, None]
    shares = indicator.mean(axis=0)
    weight = shares / shares.sum()
    values = np.array([term.value for term in terms])
    value = float(weight @ values)
    influence = np.column_stack([term.influence for term in terms]) @ weight
    influence += (indicator - shares) @ (values - value) / shares.sum()
    return _merge(value, influence, terms)


def _mean(terms: list[_Term]) -> _Term:
    influence = np.mean([term.influence for term in terms], axis=0)
    return _merge(float(np.mean([term.value for term in terms])), influence, terms)


def _merge(value: float, influence: Array, terms: list[_Term]) -> _Term:
    treated = np.any([term.treated for term in terms], axis=0)
    return _Term(value, influence, treated, np.any([term.compared for term in terms], axis=0))


def _per_cluster(influence: Array, cells: Cells) -> Array:
    """Sum influence within clusters, divided by the number of units; the squares add up to the variance."""
    totals = np.zeros((cells.clusters.max() + 1, *influence.shape[1:]))
    np.add.at(totals, cells.clusters, influence)
    summed: Array = totals / len(influence)
    return summed


def _to_estimate(term: _Term, cells: Cells, *, unit: str, method: str, estimand: str) -> Estimate | NotEstimated:
    std_error = math.sqrt(float((_per_cluster(term.influence, cells) ** 2).sum()))
    if std_error <= _NO_SPREAD * cells.scale:
        return NotEstimated("the changes do not vary: no error to judge an effect by", "no_spread", method, estimand)
    fewest = min(len(np.unique(cells.clusters[units])) for units in (term.treated, term.compared))
    known = fewest >= FEWEST_CLUSTERS
    return Estimate(
        value=term.value,
        std_error=std_error if known else None,
        dof=None,
        n=int((term.treated | term.compared).sum()),
        method=method,
        estimand=estimand,
        unit=unit,
        inference=StudentInference(term.value, std_error) if known else None,
    )


def _covariance(parts: Mapping[Any, _Term], cells: Cells) -> pd.DataFrame:
    if not parts:
        return pd.DataFrame()
    summed = _per_cluster(np.column_stack([term.influence for term in parts.values()]), cells)
    return pd.DataFrame(summed.T @ summed, index=list(parts), columns=list(parts))


def _notes(cells: Cells) -> tuple[str, ...]:
    notes = []
    if cells.always_treated:
        notes.append(
            f"{cells.always_treated} units are treated from the first period ({cells.periods[0]}) on and have no "
            "period before: left out"
        )
    failed = [cell for cell in cells.cells if isinstance(cell.fitted, NotEstimated) and cell.period >= cell.group]
    if failed:
        total = sum(cell.period >= cell.group for cell in cells.cells)
        notes.append(f"{len(failed)} of {total} treated cells could not be estimated and are in no average")
    return tuple(notes)
