"""Deadweight: which part of an outcome among the treated would have come about without treatment too."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from evaluatie.estimation.fieller import FiellerInference
from evaluatie.estimation.frame import Source
from evaluatie.estimation.panels.did import FEWEST_CLUSTERS
from evaluatie.estimation.result import Estimate, NotEstimated
from evaluatie.estimation.selection.propensity import Propensity, fit_propensity, read_sample
from evaluatie.estimation.selection.weighting import solve_aipw

_METHOD = "AIPW (doubly robust), Fieller's interval"
_ESTIMAND = "outcome of the treated without treatment, over their outcome with it"


def deadweight(
    frame: Source, *, outcome: str, treated: str, covariates: Sequence[str], cluster: str | None = None
) -> Estimate | NotEstimated:
    """Estimate the mean outcome the treated would have had without treatment, as a share of the one they had.

    One means: nothing is due to the treatment (``null``); above one: without it there would have been more. The
    numerator is `AttResult.counterfactual` of `aipw_att` on the same rows. Numerator and denominator rest on the same
    people, so the interval is Fieller's with their covariance, from the influence functions summed by cluster.

    Parameters
    ----------
    frame, outcome, treated, covariates, cluster
        As `aipw_att`; `outcome` is a share or an amount that is zero or more.

    Returns
    -------
    Estimate or NotEstimated
        Not estimated: as `aipw_att`, ``too_small`` with fewer than five clusters on a side, and ``no_events`` when the
        outcome did not occur among the treated.
    """
    sample = read_sample(frame, outcome=outcome, treated=treated, covariates=covariates, cluster=cluster)
    fitted = fit_propensity(sample, _METHOD)
    if isinstance(fitted, NotEstimated):
        return fitted
    sample = fitted.sample
    if not sample.y[sample.d].any():
        return NotEstimated("the outcome did not occur among the treated", "no_events", _METHOD, _ESTIMAND)
    if sample.cluster is not None and _fewest_clusters(fitted) < FEWEST_CLUSTERS:
        return NotEstimated("too few persons for an interval", "too_small", _METHOD, _ESTIMAND)
    inference = _compare(fitted)
    return Estimate(
        inference.value,
        inference.std_error,
        None if math.isinf(inference.dof) else inference.dof,
        len(sample.y),
        _METHOD,
        _ESTIMAND,
        "share",
        inference,
        null=1.0,
    )


def _compare(fitted: Propensity) -> FiellerInference:
    sample = fitted.sample
    solution = solve_aipw(fitted, sample.y, sample.w)
    weight = sample.w * sample.d
    mean = float(np.average(sample.y, weights=weight))
    of_mean = weight * (sample.y - mean) / weight.sum()
    influence = np.column_stack([of_mean - solution.influence, of_mean])
    dof, factor = math.inf, 1.0
    if sample.cluster is not None:
        sums = [np.bincount(sample.cluster, weights=column) for column in influence.T]
        groups = len(np.unique(sample.cluster))
        influence, dof, factor = np.column_stack(sums), float(groups - 1), groups / (groups - 1)
    spread = factor * influence.T @ influence
    return FiellerInference(
        solution.counterfactual, mean, float(spread[0, 0]), float(spread[1, 1]), float(spread[0, 1]), dof
    )


def _fewest_clusters(fitted: Propensity) -> int:
    sample = fitted.sample
    assert sample.cluster is not None
    return min(len(np.unique(sample.cluster[side])) for side in (sample.d, ~sample.d))
