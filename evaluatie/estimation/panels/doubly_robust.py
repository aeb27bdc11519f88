"""The effect on the treated in two periods and two groups, doubly robust, with its influence function.

Right when either the model of who is treated or the model of the untreated change is right.

References
----------
Sant'Anna and Zhao (2020), Journal of Econometrics 219, equation 2.5 and section 3.1; the estimator that R's
``DRDID::drdid_panel`` calls traditional (logit by maximum likelihood, outcome by least squares).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import expit

Array = npt.NDArray[np.float64]
Obstacle = Literal["collinear", "no_overlap"]

CERTAINLY_TREATED = 0.999
"""A fitted probability of treatment from here on means: no untreated unit looks like this one (as in R's ``did``)."""

_TRIMMED = 0.995
"""Untreated units above this probability get no weight, as in ``DRDID`` 1.2 and later: theirs would be enormous."""

_STEPS, _TOLERANCE = 25, 1e-12


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """Effects and what each unit contributes to their errors.

    Parameters
    ----------
    value : array, shape (p,)
        Effects on the treated, in the unit of the outcome.
    influence : array, shape (units, p)
        Influence functions; their means are zero and ``sqrt(mean(influence²) / units)`` the standard errors.
    """

    value: Array
    influence: Array


def doubly_robust_att(change: Array, treated: npt.NDArray[np.bool_], x: Array, w: Array) -> TwoByTwo | Obstacle:
    """Compare the change of treated and untreated units, given covariates.

    ``ATT = E_w[D (Δy − m(x))] / E_w[D] − E_w[r (Δy − m(x))] / E_w[r]`` with ``r = (1 − D) p(x) / (1 − p(x))``, p a
    logit of D on x and m the least-squares line of Δy on x among the untreated.

    Parameters
    ----------
    change : array, shape (units, p)
        Outcome after minus outcome before, for p periods that share the rest.
    treated : bool array, shape (units,)
        At least one of each.
    x : array, shape (units, k)
        Covariates with a column of ones first.
    w : array, shape (units,)
        Positive weights; only their proportions matter.

    Returns
    -------
    TwoByTwo, or why there is none
        ``collinear``: the untreated cannot carry this many covariates; ``no_overlap``: some units are treated
        for certain given x, so that nobody is comparable.
    """
    w, d = w / w.mean(), treated.astype(float)
    x = _standardise(x)
    if np.linalg.matrix_rank(x[~treated]) < x.shape[1]:
        return "collinear"
    p = _fit_logit(d, x, w)
    if p is None or p.max() >= CERTAINLY_TREATED:
        return "no_overlap"
    line = np.linalg.inv((w * (1 - d) * x.T) @ x)
    residual = change - x @ (line @ (x.T @ ((w * (1 - d))[:, None] * change)))
    odds = np.where(p < _TRIMMED, p / (1 - p), 0.0)
    on_treated, on_control = w * d, w * (1 - d) * odds
    gain, drift = on_treated @ residual / on_treated.sum(), on_control @ residual / on_control.sum()
    # What the estimation of both models adds to the error: per unit the score times the inverse Hessian.
    score_line = (w * (1 - d))[:, None] * residual
    logit = x @ np.linalg.inv((w * p * (1 - p) * x.T) @ x) @ (x.T @ (on_control[:, None] * (residual - drift)))
    influence_treated = on_treated[:, None] * (residual - gain) - score_line * (x @ line @ (on_treated @ x))[:, None]
    influence_control = (
        on_control[:, None] * (residual - drift)
        + (w * (d - p))[:, None] * logit
        - score_line * (x @ line @ (on_control @ x))[:, None]
    )
    influence = influence_treated / on_treated.mean() - influence_control / on_control.mean()
    return TwoByTwo(gain - drift, influence)


def _standardise(x: Array) -> Array:
    """Bring covariates to one scale; both models have an intercept, so that nothing changes but the rounding."""
    spread = x.std(axis=0)
    centred: Array = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    centred[:, 0] = 1.0
    return centred


def _fit_logit(d: Array, x: Array, w: Array) -> Array | None:
    """Return fitted probabilities by Newton's method, or None when the likelihood has no maximum (separation)."""
    b = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = expit(x @ b)
        information = (w * p * (1 - p) * x.T) @ x
        if np.linalg.cond(information) > 1 / _TOLERANCE:
            return None
        step = np.linalg.solve(information, x.T @ (w * (d - p)))
        b += step
        if np.abs(step).max() < _TOLERANCE * (1 + np.abs(b).max()):
            fitted: Array = expit(x @ b)
            return fitted
    return None
