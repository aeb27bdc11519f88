"""One estimator run for every unit, as if each were the only treated one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from evaluatie.estimation.panels.did import Array, Panel
from evaluatie.estimation.synthetic.contrast import EstimatorName, every_unit, fit_targets, start_of


@dataclass(frozen=True, slots=True)
class UnitFit:
    """What an estimator of one's own may return instead of a plain effect.

    Parameters
    ----------
    effect : float
        Effect of the treated unit.
    error : array, shape (periods,)
        Treated unit minus its counterfactual, in every period; before the start the errors of the fit.
    """

    effect: float
    error: Array


Estimator = Callable[[Panel], float | UnitFit]


@dataclass(frozen=True, slots=True)
class UnitEffects:
    """The effect of every unit of a panel as if it were the only treated one.

    Parameters
    ----------
    effect : array, shape (units,)
        Effects, the really treated unit included.
    pre_rmspe, post_rmspe : array, shape (units,), or None
        Root mean squared error of each unit's own fit before and after the start, when the estimator gives it.
    """

    effect: Array
    pre_rmspe: Array | None = None
    post_rmspe: Array | None = None


def estimate_every_unit(estimator: Estimator | EstimatorName, panel: Panel) -> UnitEffects:
    """Return the effect of each unit as if it were the only treated one, at the real date.

    The really treated unit stays out of every placebo's comparison group: its own outcome may be affected.
    """
    if isinstance(estimator, str):
        fits, _ = fit_targets(estimator, panel, every_unit(panel))
        return UnitEffects(fits.effect, fits.pre_rmspe, fits.post_rmspe)
    start, every = start_of(panel), every_unit(panel)
    found = [estimator(_as_only_treated(panel, index, start)) for index in every.unit]
    effect = np.array([effect_of(fit) for fit in found])
    paths = [fit.error for fit in found if isinstance(fit, UnitFit)]
    if len(paths) < len(found):
        return UnitEffects(effect)
    squares = np.array(paths) ** 2
    return UnitEffects(effect, np.sqrt(squares[:, :start].mean(axis=1)), np.sqrt(squares[:, start:].mean(axis=1)))


def _as_only_treated(panel: Panel, index: int, start: int) -> Panel:
    kept = ~panel.treated | (np.arange(len(panel.units)) == index)
    first = np.full(int(kept.sum()), np.int64(panel.y.shape[1]))
    first[int(kept[:index].sum())] = start
    return _keep(panel, kept, first)


def effect_of(fit: float | UnitFit) -> float:
    """Return the effect of whatever an estimator returned."""
    return fit.effect if isinstance(fit, UnitFit) else float(fit)


def without_unit(panel: Panel, index: int) -> Panel:
    """Return the panel without one unit."""
    kept = np.arange(len(panel.units)) != index
    return _keep(panel, kept, panel.first_treated[kept])


def _keep(panel: Panel, kept: npt.NDArray[np.bool_], first: npt.NDArray[np.int64]) -> Panel:
    return replace(panel, y=panel.y[kept], weights=panel.weights[kept], first_treated=first, units=panel.units[kept])
