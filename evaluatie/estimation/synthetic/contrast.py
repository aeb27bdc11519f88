"""Difference-in-differences, synthetic control and synthetic DiD as one formula with different weights.

For a target unit the gap is ``g_t = y_t − Σ_j ω_j y_jt`` and the effect is the mean gap after the start minus
``Σ_s λ_s g_s`` before it. The three estimators differ in how ω (units) and λ (periods) are chosen: sizes and equal
(DiD), the best fit and nothing (synthetic control), both by a regularised fit (synthetic DiD). Arkhangelsky et al.
(2021), section I. Many targets are fitted at once, because every placebo is the same computation for another unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from evaluatie.estimation.panels.did import Array, Panel
from evaluatie.estimation.synthetic.frank_wolfe import Quadratics, solve_sparsified
from evaluatie.estimation.synthetic.simplex import nearest_average

EstimatorName = Literal["did", "synthetic_control", "synthetic_did"]
Indices = npt.NDArray[np.int64]

_TIME_RIDGE = 1e-6
_STOP = 1e-5


@dataclass(frozen=True, slots=True)
class Targets:
    """Which units are treated, really or on paper, and who may be compared with each.

    Parameters
    ----------
    unit : array of int, shape (targets,)
        Row in the panel of each target.
    pool : array of bool, shape (targets, units)
        Donors of each target: never the target itself, never the really treated unit.
    dropped : array of int, shape (targets,)
        The one control that is not a donor; −1 when all are.
    """

    unit: Indices
    pool: npt.NDArray[np.bool_]
    dropped: Indices


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of units and of periods before the start, for each target.

    Parameters
    ----------
    omega : array, shape (targets, units)
        Weight of each donor; rows add to one.
    lambda_ : array, shape (targets, periods before)
        Weight of each earlier period; rows add to one, or to zero when levels are compared directly.
    intercept : bool
        Whether the fit before the start leaves the level of the target free.
    unique : array of bool, shape (targets,)
        Whether no other weights fit equally well.
    """

    omega: Array
    lambda_: Array
    intercept: bool
    unique: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fits:
    """What the weights give for each target.

    Parameters
    ----------
    effect : array, shape (targets,)
        Mean effect after the start, in the unit of the outcome.
    gap : array, shape (targets, periods)
        Target minus its weighted donors.
    error : array, shape (targets, periods)
        The gap around the level that the estimator leaves free; before the start the errors of its own fit.
    start : int
        Number of periods before the start.
    """

    effect: Array
    gap: Array
    error: Array
    start: int

    @property
    def pre_rmspe(self) -> Array:
        """Root mean squared error of the fit before the start, shape (targets,)."""
        return _root_mean_square(self.error[:, : self.start])

    @property
    def post_rmspe(self) -> Array:
        """Root mean square of the gap after the start, around the same level, shape (targets,)."""
        return _root_mean_square(self.error[:, self.start :])


def start_of(panel: Panel) -> int:
    """Return the position of the first treated period of the one treated unit."""
    return int(panel.first_treated[panel.treated][0])


def every_unit(panel: Panel) -> Targets:
    """Treat each unit in turn: the real one against all controls, a control against all other controls."""
    index = np.arange(len(panel.units))
    pool = np.repeat(~panel.treated[None, :], len(index), axis=0)
    pool[index, index] = False
    return Targets(index, pool, np.where(panel.treated, -1, index))


def the_treated(panel: Panel, *, without: Indices | None = None) -> Targets:
    """Treat the real unit, once against all controls or once for each control of `without` that is left out."""
    dropped = np.array([-1]) if without is None else without
    pool = np.repeat(~panel.treated[None, :], len(dropped), axis=0)
    out = dropped >= 0
    pool[np.flatnonzero(out), dropped[out]] = False
    return Targets(np.repeat(np.flatnonzero(panel.treated), len(dropped)), pool, dropped)


def fit_targets(estimator: EstimatorName, panel: Panel, targets: Targets) -> tuple[Fits, Weights]:
    """Weigh with a named estimator and take the contrast, for every target."""
    weights = _WEIGH[estimator](panel, targets)
    start = start_of(panel)
    gap = panel.y[targets.unit] - weights.omega @ panel.y
    effect = gap[:, start:].mean(axis=1) - (weights.lambda_ * gap[:, :start]).sum(axis=1)
    level = gap[:, :start].mean(axis=1, keepdims=True) if weights.intercept else 0.0
    return Fits(effect, gap, gap - level, start), weights


def weigh_did(panel: Panel, targets: Targets) -> Weights:
    """Weigh donors by size and earlier periods equally: two-way fixed effects with one treated unit."""
    omega = targets.pool * panel.weights
    omega = omega / omega.sum(axis=1, keepdims=True)
    equal = np.full((len(omega), start_of(panel)), 1 / start_of(panel))
    return Weights(omega, equal, True, np.ones(len(omega), bool))


def weigh_synthetic_control(panel: Panel, targets: Targets) -> Weights:
    """Weigh donors so that their average follows the target before the start; see `nearest_average`."""
    before = panel.y[:, : start_of(panel)].T
    omega = np.zeros(targets.pool.shape)
    unique = np.empty(len(omega), bool)
    for row, (unit, pool) in enumerate(zip(targets.unit, targets.pool, strict=True)):
        omega[row, pool], unique[row] = nearest_average(before[:, pool], before[:, unit])
    return Weights(omega, np.zeros((len(omega), start_of(panel))), False, unique)


def weigh_synthetic_did(panel: Panel, targets: Targets) -> Weights:
    """Weigh donors and earlier periods by two ridge-regularised fits that leave the level free.

    ``ω``: ``min ‖level + Y ω − y‖² / T₀ + ζ² ‖ω‖²`` with ``ζ = (T₁)^¼ σ`` for one treated unit, σ the standard
    deviation of first differences of the donors before the start. ``λ``: the donors' mean after the start fitted by
    their earlier periods, with a ridge of ``(10⁻⁶ σ)²`` that only breaks ties.
    """
    sigma = _noise(panel, targets)
    return Weights(
        solve_sparsified(_unit_problems(panel, targets, sigma)),
        solve_sparsified(_time_problems(panel, targets, sigma)),
        True,
        np.ones(len(sigma), bool),  # both problems are strictly convex
    )


def _unit_problems(panel: Panel, targets: Targets, sigma: Array) -> Quadratics:
    start = start_of(panel)
    before = panel.y[:, :start] - panel.y[:, :start].mean(axis=1, keepdims=True)
    gram = before @ before.T / start
    zeta = (panel.y.shape[1] - start) ** 0.25 * sigma
    return Quadratics(
        gram, gram[targets.unit], np.diag(gram)[targets.unit], zeta**2, targets.pool, (_STOP * sigma) ** 2
    )


def _time_problems(panel: Panel, targets: Targets, sigma: Array) -> Quadratics:
    """Centre over the donors; leaving one out is a change of rank one in their cross-products."""
    start, controls = start_of(panel), ~panel.treated
    columns = np.column_stack([panel.y[:, :start], panel.y[:, start:].mean(axis=1)])
    columns = columns - columns[controls].mean(axis=0)
    total, count = columns[controls].T @ columns[controls], int(controls.sum())
    out = columns[targets.dropped] * (targets.dropped >= 0)[:, None]
    donors = targets.pool.sum(axis=1)
    cross = (total - count / (count - 1) * out[:, :, None] * out[:, None, :]) / donors[:, None, None]
    allowed = np.ones((len(sigma), start), bool)
    ridge = (_TIME_RIDGE * sigma) ** 2
    gram, goal = np.ascontiguousarray(cross[:, :start, :start]), cross[:, :start, start]
    return Quadratics(gram, goal, cross[:, start, start], ridge, allowed, (_STOP * sigma) ** 2)


def _noise(panel: Panel, targets: Targets) -> Array:
    """Return the standard deviation of the first differences of each target's donors before the start."""
    steps = np.diff(panel.y[:, : start_of(panel)], axis=1)
    steps = steps - steps[~panel.treated].mean()
    number = targets.pool.sum(axis=1) * steps.shape[1]
    mean = targets.pool @ steps.sum(axis=1) / number
    squares = targets.pool @ (steps**2).sum(axis=1) - number * mean**2
    noise: Array = np.sqrt(np.maximum(squares, 0) / (number - 1))
    return noise


def _root_mean_square(values: Array) -> Array:
    root: Array = np.sqrt((values**2).mean(axis=1))
    return root


_WEIGH: dict[EstimatorName, Callable[[Panel, Targets], Weights]] = {
    "did": weigh_did,
    "synthetic_control": weigh_synthetic_control,
    "synthetic_did": weigh_synthetic_did,
}
