"""Inference with one treated unit: how extraordinary is its effect among the same effect elsewhere?

With a single treated municipality a clustered standard error is useless (it rejects a true null 86–95%
of the time). Every untreated unit is therefore given the treatment on paper, the same estimator is run,
and the real effect is placed among these placebo effects. Small units vary more than large ones, so the
placebo effects are first brought to one scale.

References
----------
Abadie, Diamond and Hainmueller (2010), JASA 105; Conley and Taber (2011), REStat 93;
Ferman and Pinto (2019), REStat 101 (scaling by size).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from evaluatie.errors import EstimationError
from evaluatie.estimation.did import Array, Panel, find_obstacle, fit_twfe, to_panel
from evaluatie.estimation.result import Estimate, NotEstimated

Statistic = Literal["ferman_pinto", "effect", "rmspe_ratio"]
Estimator = Callable[[Panel], float]

_METHOD = "DiD, placebo in space"
_ESTIMAND = "effect on the treated unit"
_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class PlaceboInference:
    """Exact permutation inference on scaled placebo effects.

    Parameters
    ----------
    value : float
        Effect of the treated unit.
    scale : float
        Its scale: the standard deviation its effect would have if nothing had happened.
    scaled : array, shape (controls,)
        Placebo effects divided by their own scales.
    """

    value: float
    scale: float
    scaled: Array

    def p_value(self, null: float = 0.0) -> float:
        """Return ``(1 + #{|placebo| ≥ |effect − null|}) / (controls + 1)``, on one scale."""
        distance = abs(self.value - null) / self.scale
        return float((1 + (np.abs(self.scaled) >= distance * (1 - _TIE)).sum()) / (len(self.scaled) + 1))

    def bounds(self, level: float) -> tuple[float, float]:
        """Return every effect that the test does not reject at ``1 − level`` (test inversion)."""
        reach = self.critical_value(1 - level) * self.scale
        return self.value - reach, self.value + reach

    def critical_value(self, alpha: float) -> float:
        """Return the scaled distance beyond which the test rejects at `alpha`; infinite when it never can."""
        rank = math.floor(alpha * (len(self.scaled) + 1) + 1e-9)
        return float(np.sort(np.abs(self.scaled))[-rank]) if rank else math.inf

    @property
    def resolution(self) -> float:
        """The smallest p-value that this many controls can give."""
        return 1 / (len(self.scaled) + 1)


@dataclass(frozen=True, slots=True)
class PlaceboResult:
    """The estimate and what it was compared with.

    Parameters
    ----------
    estimate : Estimate
        Effect of the treated unit with permutation inference.
    placebos : pandas.DataFrame
        One row per unit: ``unit``, ``effect``, ``scale``, ``scaled``, ``weight``, ``treated``.
    """

    estimate: Estimate
    placebos: pd.DataFrame
    inference: PlaceboInference

    def minimum_detectable_effect(self, *, power: float = 0.8, alpha: float = 0.05) -> float:
        """Return the smallest effect, either way, that the test would have found with this power.

        The placebo effects are the simulation: an effect is added to each of them and the test is run;
        at the returned size a share `power` of them is found.
        """
        critical = self.inference.critical_value(alpha)
        below = float(np.quantile(self.inference.scaled, 1 - power, method="lower"))
        above = float(np.quantile(self.inference.scaled, power, method="higher"))
        return self.inference.scale * max(critical - below, critical + above)

    def false_alarms_by_size(self, *, classes: int = 5, alpha: float = 0.05) -> pd.DataFrame:
        """Test the test: the share of untreated units it would call extraordinary, by size class.

        Returns
        -------
        pandas.DataFrame
            ``smallest``, ``largest``, ``units``, ``false_alarms`` per class of equal numbers of units.
        """
        controls = self.placebos[~self.placebos["treated"]]
        z = np.abs(controls["scaled"].to_numpy())
        p = (z[None, :] >= z[:, None] * (1 - _TIE)).mean(axis=1)
        label = pd.qcut(controls["weight"].rank(method="first"), classes, labels=False)
        grouped = controls.assign(alarm=p <= alpha).groupby(label)
        table = grouped.agg(
            smallest=("weight", "min"),
            largest=("weight", "max"),
            units=("weight", "size"),
            false_alarms=("alarm", "mean"),
        )
        return table.reset_index(drop=True)


def placebo_in_space(
    estimator: Estimator | Literal["did"],
    panel: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated_from: str,
    weights: str | None = None,
    statistic: Statistic = "ferman_pinto",
    noise: str | None = None,
) -> PlaceboResult | NotEstimated:
    """Place the effect of one treated unit among the placebo effects of all untreated ones.

    Parameters
    ----------
    estimator : "did" or callable
        Takes a `Panel` with one treated unit and returns its effect.
    panel : pandas.DataFrame
        One row per unit and period, balanced.
    outcome, unit, time, treated_from, weights : str
        Column names. `weights` also measures size for the scaling; without it all units weigh the same.
    statistic : {"ferman_pinto", "effect", "rmspe_ratio"}
        ``ferman_pinto`` scales by a variance that depends on size, ``effect`` does not scale,
        ``rmspe_ratio`` scales by the unit's own pre-period error (needs several pre-periods).
    noise : str, optional
        Column with the known variance of each outcome value (rounding); carried into the scale.

    Returns
    -------
    PlaceboResult or NotEstimated
        Exact under exchangeability of the scaled effects; the p-value moves in steps of 1/(controls + 1).
    """
    arrays = to_panel(panel, outcome=outcome, unit=unit, time=time, treated_from=treated_from, weights=weights)
    obstacle = find_obstacle(arrays)
    if obstacle:
        return obstacle
    if arrays.treated.sum() != 1:
        raise EstimationError(
            "placebo_in_space vraagt precies één behandelde eenheid.", "Gebruik did bij meer eenheden."
        )
    if (~arrays.treated).sum() < 2:
        return NotEstimated("a placebo needs at least two untreated units", "no_control", _METHOD, _ESTIMAND)
    effects = _effects(arrays, _fit_value if estimator == "did" else estimator)
    if not np.isfinite(effects).all() or np.abs(effects[~arrays.treated]).max() <= _TIE * np.abs(arrays.y).max():
        return NotEstimated("the placebo effects show no spread to judge an effect by", "no_spread", _METHOD, _ESTIMAND)
    known = _known_variance(panel, arrays, noise, unit, time, treated_from) if noise else np.zeros(len(effects))
    scale = _scales(effects, arrays, statistic, known)
    return _assemble(arrays, effects, scale, statistic, outcome)


def fit_size_variance(effects: Array, size: Array, known: Array | None = None) -> Array:
    """Fit ``variance = a + b / size + known`` to squared effects, with a and b not negative.

    Iterated least squares with weights ``1 / variance²``: the scores of a Gamma quasi-likelihood with
    identity link, because the spread of a squared effect is proportional to its mean.

    Returns
    -------
    array, shape (units,)
        Fitted variance of each effect.
    """
    extra = np.zeros(len(effects)) if known is None else known
    design = np.column_stack([np.ones(len(effects)), 1 / size])
    fitted = np.full(len(effects), float(np.mean(effects**2)))
    for _ in range(100):
        coefficients, _ = nnls(design / fitted[:, None], np.maximum(effects**2 - extra, 0) / fitted)
        previous, fitted = fitted, np.maximum(design @ coefficients + extra, 1e-300)
        if np.allclose(fitted, previous, rtol=1e-10, atol=0):
            break
    return fitted


def _fit_value(panel: Panel) -> float:
    return fit_twfe(panel)[0]


def _effects(panel: Panel, estimator: Estimator) -> Array:
    """Return the effect of each unit as if it were the only treated one, at the real date.

    The really treated unit stays out of every placebo's comparison group: its own outcome may be affected.
    """
    start = panel.first_treated[panel.treated][0]
    never = np.int64(panel.y.shape[1])
    effects = np.empty(len(panel.units))
    for index in range(len(panel.units)):
        kept = ~panel.treated | (np.arange(len(panel.units)) == index)
        first = np.full(int(kept.sum()), never)
        first[int(kept[:index].sum())] = start
        effects[index] = estimator(
            replace(panel, y=panel.y[kept], weights=panel.weights[kept], first_treated=first, units=panel.units[kept])
        )
    return effects


def _scales(effects: Array, panel: Panel, statistic: Statistic, known: Array) -> Array:
    if statistic == "effect":
        return np.ones(len(effects))
    if statistic == "rmspe_ratio":
        return _pre_period_rmspe(panel)
    controls = ~panel.treated
    fitted = fit_size_variance(effects[controls], panel.weights[controls], known[controls])
    a, b = _line_through(fitted - known[controls], 1 / panel.weights[controls])
    return np.sqrt(a + b / panel.weights + known)


def _line_through(values: Array, x: Array) -> tuple[float, float]:
    """Recover the two coefficients of an exact line."""
    design = np.column_stack([np.ones(len(x)), x])
    a, b = np.linalg.lstsq(design, values, rcond=None)[0]
    return max(float(a), 0.0), max(float(b), 0.0)


def _pre_period_rmspe(panel: Panel) -> Array:
    start = int(panel.first_treated[panel.treated][0])
    if start < 3:
        raise EstimationError(
            "rmspe_ratio vraagt ten minste drie perioden vóór de maatregel.", "Gebruik statistic='ferman_pinto'."
        )
    pre = panel.y[:, :start]
    w = (panel.weights * ~panel.treated)[:, None]
    # Against the others without the unit itself; w is zero for the treated unit, which was never among them.
    gap = (pre - (w * pre).sum(0) / w.sum()) * w.sum() / (w.sum() - w)
    rmspe: Array = np.sqrt(((gap - gap.mean(axis=1, keepdims=True)) ** 2).mean(axis=1))
    if (rmspe <= _TIE * np.abs(pre).max()).any():
        raise EstimationError(
            "Een eenheid week vóór de maatregel nooit af; een verhouding daartoe bestaat niet.",
            "Gebruik statistic='ferman_pinto'.",
        )
    return rmspe


def _known_variance(frame: pd.DataFrame, panel: Panel, noise: str, unit: str, time: str, treated_from: str) -> Array:
    """Carry the variance of each value into a difference of two period means."""
    wide = to_panel(frame, outcome=noise, unit=unit, time=time, treated_from=treated_from).y
    if (wide < 0).any():
        raise EstimationError(f"De variantie in kolom '{noise}' is ergens negatief.", "Verbeter de kolom.")
    start = int(panel.first_treated[panel.treated][0])
    pre, post = wide[:, :start], wide[:, start:]
    variance: Array = pre.sum(1) / pre.shape[1] ** 2 + post.sum(1) / post.shape[1] ** 2
    return variance


def _assemble(panel: Panel, effects: Array, scale: Array, statistic: Statistic, outcome: str) -> PlaceboResult:
    treated = panel.treated
    value, own_scale = float(effects[treated][0]), float(scale[treated][0])
    inference = PlaceboInference(value, own_scale, effects[~treated] / scale[~treated])
    estimate = Estimate(
        value=value,
        std_error=own_scale if statistic == "ferman_pinto" else None,
        dof=None,
        n=panel.y.size,
        method=f"{_METHOD} ({statistic}, {len(inference.scaled)} controls)",
        estimand=_ESTIMAND,
        unit=outcome,
        inference=inference,
    )
    placebos = pd.DataFrame(
        {
            "unit": panel.units,
            "effect": effects,
            "scale": scale,
            "scaled": effects / scale,
            "weight": panel.weights,
            "treated": treated,
        }
    )
    return PlaceboResult(estimate, placebos, inference)


__all__ = ["NotEstimated", "PlaceboInference", "PlaceboResult", "fit_size_variance", "placebo_in_space"]
