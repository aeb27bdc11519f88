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

from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source, read_columns
from evaluatie.estimation.panels.did import Array, Panel, find_obstacle, to_panel
from evaluatie.estimation.placebos.placebo_result import PlaceboInference, PlaceboResult
from evaluatie.estimation.placebos.placebo_scale import (
    FEWEST_PRE_PERIODS,
    TIE,
    Statistic,
    fit_size_variance,
    known_variance,
    scale_effects,
)
from evaluatie.estimation.placebos.placebo_units import Estimator, UnitEffects, UnitFit, estimate_every_unit
from evaluatie.estimation.result import Estimate, NotEstimated
from evaluatie.estimation.synthetic.contrast import EstimatorName, start_of

ESTIMAND = "effect on the treated unit"
_NAMES = {"did": "DiD", "synthetic_control": "synthetic control", "synthetic_did": "synthetic DiD"}


def placebo_in_space(
    estimator: Estimator | EstimatorName,
    panel: Source,
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
    estimator : {"did", "synthetic_control", "synthetic_did"} or callable
        A function takes a `Panel` with one treated unit and returns its effect, or a `UnitFit`.
    panel : pandas.DataFrame or path
        One row per unit and period, balanced.
    outcome, unit, time, treated_from, weights : str
        Column names. `weights` measures size for the scaling, and weighs the comparison of "did"; without it all
        units weigh the same.
    statistic : {"ferman_pinto", "effect", "rmspe_ratio"}
        ``ferman_pinto`` scales by a variance that depends on size, ``effect`` does not scale, ``rmspe_ratio``
        scales by the root mean squared error before the start of this estimator's own fit of each unit (needs
        three periods before).
    noise : str, optional
        Column with the known variance of each outcome value (rounding); carried into the scale.

    Returns
    -------
    PlaceboResult or NotEstimated
        Exact under exchangeability of the scaled effects; the p-value moves in steps of 1/(controls + 1).
    """
    roles = [outcome, unit, time, treated_from, *(name for name in (weights, noise) if name)]
    frame = read_columns(panel, roles)
    arrays = to_panel(frame, outcome=outcome, unit=unit, time=time, treated_from=treated_from, weights=weights)
    obstacle = find_placebo_obstacle(arrays, estimator, "placebo_in_space")
    if obstacle:
        return obstacle
    effects = estimate_every_unit(estimator, arrays)
    variance = known_variance(frame, arrays, noise, unit, time, treated_from) if noise else None
    return judge(arrays, effects, method_name(estimator), statistic, outcome, variance)


def method_name(estimator: Estimator | EstimatorName) -> str:
    """Return the English name of an estimator, for `Estimate.method`."""
    return _NAMES[estimator] if isinstance(estimator, str) else "own estimator"


def find_placebo_obstacle(panel: Panel, estimator: Estimator | EstimatorName, function: str) -> NotEstimated | None:
    """Return why one unit cannot be placed among the others on this panel, or None.

    Raises
    ------
    EstimationError
        When more than one unit is treated, or the estimator is not known.
    """
    if isinstance(estimator, str) and estimator not in get_args(EstimatorName):
        raise EstimationError(f"De schatter '{estimator}' bestaat niet.", f"Kies uit {', '.join(_NAMES)}.")
    method = f"{method_name(estimator)}, placebo in space"
    obstacle = find_obstacle(panel)
    if obstacle:
        return replace(obstacle, method=method, estimand=ESTIMAND)
    if panel.treated.sum() != 1:
        raise EstimationError(f"{function} vraagt precies één behandelde eenheid.", "Gebruik did bij meer eenheden.")
    if (~panel.treated).sum() < 2:
        return NotEstimated("a placebo needs at least two untreated units", "no_control", method, ESTIMAND)
    if estimator in ("synthetic_control", "synthetic_did") and start_of(panel) < FEWEST_PRE_PERIODS:
        reason = f"weights need at least {FEWEST_PRE_PERIODS} periods before the start"
        return NotEstimated(reason, "few_pre_periods", method, ESTIMAND)
    return None


def judge(
    panel: Panel, effects: UnitEffects, name: str, statistic: Statistic, outcome: str, known: Array | None = None
) -> PlaceboResult | NotEstimated:
    """Scale the effects and place that of the treated unit among them."""
    method, value = f"{name}, placebo in space", effects.effect
    if not np.isfinite(value).all() or np.abs(value[~panel.treated]).max() <= TIE * np.abs(panel.y).max():
        return NotEstimated("the placebo effects show no spread to judge an effect by", "no_spread", method, ESTIMAND)
    variance = np.zeros(len(value)) if known is None else known
    scale = scale_effects(statistic, value, panel, variance, effects.pre_rmspe)
    return _assemble(panel, effects, scale, statistic, outcome, method)


def _assemble(
    panel: Panel, effects: UnitEffects, scale: Array, statistic: Statistic, outcome: str, method: str
) -> PlaceboResult:
    treated = panel.treated
    value, own_scale = float(effects.effect[treated][0]), float(scale[treated][0])
    inference = PlaceboInference(value, own_scale, effects.effect[~treated] / scale[~treated])
    estimate = Estimate(
        value=value,
        std_error=own_scale if statistic == "ferman_pinto" else None,
        dof=None,
        n=panel.y.size,
        method=f"{method} ({statistic}, {len(inference.scaled)} controls)",
        estimand=ESTIMAND,
        unit=outcome,
        inference=inference,
    )
    columns = {
        "unit": panel.units,
        "effect": effects.effect,
        "scale": scale,
        "scaled": effects.effect / scale,
        "weight": panel.weights,
        "treated": treated,
    }
    if effects.pre_rmspe is not None:
        columns |= {"pre_rmspe": effects.pre_rmspe, "post_rmspe": effects.post_rmspe}
    return PlaceboResult(estimate, pd.DataFrame(columns), inference)


__all__ = [
    "Estimator",
    "NotEstimated",
    "PlaceboInference",
    "PlaceboResult",
    "Statistic",
    "UnitFit",
    "fit_size_variance",
    "placebo_in_space",
]
