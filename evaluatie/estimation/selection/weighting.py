"""The effect on the treated when everything that decides about treatment and outcome was measured.

Two estimators: weighting the untreated so that they resemble the treated (IPW), and the same with a regression of the
outcome beside it (AIPW), which is right when either of the two models is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.estimation.frame import Source
from evaluatie.estimation.panels.did import FEWEST_CLUSTERS
from evaluatie.estimation.result import Estimate, NotEstimated, StudentInference
from evaluatie.estimation.selection.att import AttResult
from evaluatie.estimation.selection.covariates import Array
from evaluatie.estimation.selection.propensity import ESTIMAND, Propensity, fit_propensity, read_sample

_IPW = "IPW (Hájek weights)"
_AIPW = "AIPW (doubly robust)"


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A solved set of estimating equations.

    Parameters
    ----------
    value : float
        The effect on the treated.
    counterfactual : float
        Mean outcome of the treated without treatment.
    influence : array, shape (rows,)
        What each row adds to the error of `value`; the squares add up to its variance.
    """

    value: float
    counterfactual: float
    influence: Array


def ipw_att(
    frame: Source,
    *,
    outcome: str,
    treated: str,
    covariates: Sequence[str],
    weights: str | None = None,
    cluster: str | None = None,
    trim: float | None = None,
) -> AttResult | NotEstimated:
    """Estimate the effect on the treated by weighting the untreated with their odds of treatment.

    ``mean of y over the treated − Σ ω y / Σ ω over the untreated``, ``ω = w · p / (1 − p)``, with p from a logit.
    The standard error comes from the stacked estimating equations of the logit and both means (M-estimation), so it
    knows that p was estimated; ignoring that is usually too wide.

    Parameters
    ----------
    frame : pandas.DataFrame or path
        One row per person, or Parquet files.
    outcome, treated : str
        Columns; `treated` holds 0 and 1.
    covariates : sequence of str
        Columns known before treatment; texts and categories become indicators.
    weights : str, optional
        Column with positive weights.
    cluster : str, optional
        Column of the units (persons, municipalities) within which errors may be related. The reference is then
        Student's t with clusters − 1 degrees of freedom; with fewer than five clusters with treated or with untreated
        people no interval is offered.
    trim : float, optional
        Keep rows with ``trim ≤ p ≤ 1 − trim`` and fit again. The effect is then that on the treated within these
        bounds, and the standard error takes the bounds as given.

    Returns
    -------
    AttResult or NotEstimated
        In the unit of `outcome`. Not estimated: ``no_treated``, ``no_control``, ``too_small`` (fewer than ten on a
        side, or fewer untreated than covariates), ``no_spread``, ``no_overlap``.

    Raises
    ------
    EstimationError
        For columns that are missing or hold missing values, a treatment that is not 0 or 1, weights or a trim that
        cannot be.

    References
    ----------
    Hirano, Imbens and Ridder (2003), Econometrica 71; Busso, DiNardo and McCrary (2014), REStat 96;
    Crump, Hotz, Imbens and Mitnik (2009), Biometrika 96 (trimming).
    """
    sample = read_sample(
        frame, outcome=outcome, treated=treated, covariates=covariates, weights=weights, cluster=cluster
    )
    fitted = fit_propensity(sample, _IPW, trim)
    if isinstance(fitted, NotEstimated):
        return fitted
    return describe_att(fitted, solve_ipw(fitted), _IPW, outcome, trim)


def aipw_att(
    frame: Source,
    *,
    outcome: str,
    treated: str,
    covariates: Sequence[str],
    weights: str | None = None,
    cluster: str | None = None,
    trim: float | None = None,
) -> AttResult | NotEstimated:
    """Estimate the effect on the treated, right when the logit of treatment or the regression of the outcome is.

    With ``m(x)`` the least-squares regression of the outcome on the covariates among the untreated: the mean of
    ``y − m(x)`` over the treated minus that over the untreated, weighted with ``ω = w · p / (1 − p)``. The influence
    function holds the estimation of both models, and stays valid when one of them is wrong. On the change of an
    outcome this is the doubly robust difference-in-differences of Sant'Anna and Zhao (2020).

    Parameters
    ----------
    frame, outcome, treated, covariates, weights, cluster, trim
        As in `ipw_att`.

    Returns
    -------
    AttResult or NotEstimated
        As `ipw_att`, which also says what is refused.

    References
    ----------
    Robins, Rotnitzky and Zhao (1994), JASA 89; Sant'Anna and Zhao (2020), J. Econometrics 219, eq. 3.1;
    Lunceford and Davidian (2004), Statistics in Medicine 23.
    """
    sample = read_sample(
        frame, outcome=outcome, treated=treated, covariates=covariates, weights=weights, cluster=cluster
    )
    fitted = fit_propensity(sample, _AIPW, trim)
    if isinstance(fitted, NotEstimated):
        return fitted
    return describe_att(fitted, solve_aipw(fitted, fitted.sample.y, fitted.sample.w), _AIPW, outcome, trim)


def solve_ipw(fitted: Propensity) -> Solution:
    """Solve the equations of the logit and of both weighted means, and return the influence of each row."""
    sample = fitted.sample
    treated, untreated = sample.w * sample.d, sample.w * fitted.odds
    mean_1, mean_0 = np.average(sample.y, weights=treated), np.average(sample.y, weights=untreated)
    error_0 = untreated * (sample.y - mean_0)
    influence = treated * (sample.y - mean_1) / treated.sum()
    influence = influence - (error_0 + fitted.influence @ (error_0 @ fitted.x)) / untreated.sum()
    return Solution(float(mean_1 - mean_0), float(mean_0), influence)


def solve_aipw(fitted: Propensity, y: Array, v: Array) -> Solution:
    """Solve the equations of the logit, the regression among the untreated and both means of its residuals.

    Parameters
    ----------
    fitted : Propensity
        The logit, fitted with the weights of its sample.
    y : array, shape (rows,)
        Outcome.
    v : array, shape (rows,)
        Weight of each outcome; zero where it was not observed (`landmark_att`), otherwise that of the sample.
    """
    x, d = fitted.x, fitted.sample.d
    treated, untreated, plain = v * d, v * fitted.odds, v * ~d
    gram = (x * plain[:, None]).T @ x
    coefficients = np.linalg.lstsq(gram, x.T @ (plain * y), rcond=None)[0]
    residual = y - x @ coefficients
    regression = np.linalg.lstsq(gram, (x * (plain * residual)[:, None]).T, rcond=None)[0].T
    mean_1, mean_0 = np.average(residual, weights=treated), np.average(residual, weights=untreated)
    error_1, error_0 = treated * (residual - mean_1), untreated * (residual - mean_0)
    gap = (treated @ x) / treated.sum() - (untreated @ x) / untreated.sum()
    influence = error_1 / treated.sum() - error_0 / untreated.sum()
    influence = influence - fitted.influence @ (error_0 @ x) / untreated.sum() - regression @ gap
    value = float(mean_1 - mean_0)
    return Solution(value, float(np.average(y, weights=treated)) - value, influence)


def standard_error(influence: Array, cluster: npt.NDArray[np.int64] | None) -> float:
    """Return the square root of the sum of squared influences, summed within clusters with the factor G / (G − 1)."""
    if cluster is None:
        return math.sqrt(float((influence**2).sum()))
    totals = np.bincount(cluster, weights=influence, minlength=int(cluster.max()) + 1)
    groups = len(np.unique(cluster))
    return math.sqrt(groups / (groups - 1) * float((totals**2).sum()))


def describe_att(fitted: Propensity, solution: Solution, method: str, unit: str, trim: float | None) -> AttResult:
    """Put an estimate, its standard error and the weights behind it together."""
    sample = fitted.sample
    groups = None if sample.cluster is None else len(np.unique(sample.cluster))
    enough = sample.cluster is None or (
        min(len(np.unique(sample.cluster[side])) for side in (sample.d, ~sample.d)) >= FEWEST_CLUSTERS
    )
    std_error = standard_error(solution.influence, sample.cluster) if enough else None
    dof = None if groups is None or not enough else float(groups - 1)
    known = None if std_error is None else StudentInference(solution.value, std_error, dof or math.inf)
    bounds = "" if trim is None else f" with a probability of treatment between {trim:g} and {1 - trim:g}"
    estimate = Estimate(
        solution.value, std_error, dof, len(sample.y), method, f"{ESTIMAND}{bounds}", unit, inference=known
    )
    return AttResult(
        estimate=estimate,
        counterfactual=solution.counterfactual,
        propensity=pd.Series(fitted.p, index=sample.index, name="propensity"),
        treated=sample.d,
        weights=sample.w,
        comparison=np.where(sample.d, sample.w, sample.w * fitted.odds),
        covariates=pd.DataFrame(sample.design.matrix, index=sample.index, columns=list(sample.design.names)),
        notes=sample.notes,
    )
