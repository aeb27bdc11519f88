"""The effect on the treated by comparing every treated person with the untreated who resemble her most."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from evaluatie.errors import EstimationError
from evaluatie.estimation.att import AttResult
from evaluatie.estimation.covariates import Array, Flags
from evaluatie.estimation.frame import Source
from evaluatie.estimation.propensity import ESTIMAND, Propensity, Sample, fit_propensity, read_sample
from evaluatie.estimation.result import Estimate, NotEstimated, StudentInference

Metric = Literal["mahalanobis", "propensity"]
Indices = npt.NDArray[np.int64]

VARIANCE_NEIGHBOURS = 2
"""Rows of the same group whose outcomes, with that of the row itself, estimate its conditional variance."""
_TIE = 1e-12
_METHOD = "nearest-neighbour matching"


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Which rows each row is matched to; all that are equally far count equally.

    Parameters
    ----------
    left, right : array of int, shape (matches,)
        Position of a row and of one of its matches.
    share : array, shape (matches,)
        One over the number of matches of `left`.
    """

    left: Indices
    right: Indices
    share: Array

    def mean(self, values: Array, rows: int) -> Array:
        """Return the mean of `values` over the matches of each row, shape (rows,)."""
        return _total(self.left, self.share * values[self.right], rows)


def matching_att(
    frame: Source,
    *,
    outcome: str,
    treated: str,
    covariates: Sequence[str],
    neighbours: int = 1,
    metric: Metric = "mahalanobis",
    exact: Sequence[str] = (),
    adjust: Sequence[str] | None = None,
) -> AttResult | NotEstimated:
    """Estimate the effect on the treated by matching with replacement.

    Every treated row is matched to the `neighbours` nearest untreated rows. Rows that are equally near (up to rounding)
    all count, equally, so that nothing depends on their order. What remains of the difference in covariates
    is corrected with a regression among the matched untreated (Abadie and Imbens 2011):
    ``mean of y_i − Σ_j share_ij · (y_j + m(x_i) − m(x_j))``.

    The standard error is that of Abadie and Imbens (2006, theorem 7) for the population: the variance of the
    individual effects, plus ``Σ (K_i² − K'_i) · σ²(x_i)`` over the untreated, where K adds up the shares with which a
    row is used and K' their squares. ``σ²(x_i)`` is the variance of the outcomes of the row and its two nearest in the
    same group, as in Stata. With ``metric="propensity"`` the terms that estimating the probability brings (Abadie
    and Imbens 2016) are not in it; they can be of either sign.

    Parameters
    ----------
    frame, outcome, treated, covariates
        As in `ipw_att`.
    neighbours : int
        Number of matches per treated row.
    metric : {"mahalanobis", "propensity"}
        Distance: between covariates, scaled by their covariance matrix over all rows, or between probabilities of
        treatment.
    exact : sequence of str
        Covariates that must be equal; treated rows for whom nobody is equal make the effect inestimable.
    adjust : sequence of str, optional
        Covariates of the correction; all of them by default, none when empty.

    Returns
    -------
    AttResult or NotEstimated
        As `ipw_att`, and ``no_overlap`` when a treated row has no untreated row that is equal on `exact`.

    Raises
    ------
    EstimationError
        As `ipw_att`, and for a number of neighbours or a metric that does not exist, or columns of `exact` or
        `adjust` that are no covariate.

    References
    ----------
    Abadie and Imbens (2006), Econometrica 74; (2011), JBES 29; (2016), Econometrica 84.
    """
    _check_choices(neighbours, metric, covariates, [*exact, *(adjust or ())])
    sample = read_sample(frame, outcome=outcome, treated=treated, covariates=covariates)
    fitted = fit_propensity(sample, _METHOD)
    if isinstance(fitted, NotEstimated):
        return fitted
    sample = fitted.sample
    cell = _cells(sample, exact)
    lonely = sample.d & ~np.isin(cell, cell[~sample.d])
    if lonely.any():
        reason = f"{int(lonely.sum())} treated have no untreated equal on {', '.join(exact)}"
        return NotEstimated(reason, "no_overlap", _METHOD, ESTIMAND)
    points = _points(fitted, metric)
    matches = _match(points, cell, sample.d, ~sample.d, neighbours)
    return _describe(fitted, matches, points, cell, _columns(sample, covariates if adjust is None else adjust), outcome)


def _describe(
    fitted: Propensity, matches: Matches, points: Array, cell: Indices, adjust: Array, outcome: str
) -> AttResult:
    sample = fitted.sample
    rows, treated = len(sample.y), int(sample.d.sum())
    used = _total(matches.right, matches.share, rows)
    squared = _total(matches.right, matches.share**2, rows)
    predicted = _predict(sample, used, adjust)
    untreated = matches.mean(sample.y - predicted, rows) + predicted
    effects = (sample.y - untreated)[sample.d]
    value = float(effects.mean())
    noise = _conditional_variance(sample, points, cell, used)
    variance = ((effects - value) ** 2).sum() + ((used**2 - squared) * noise)[~sample.d].sum()
    std_error = math.sqrt(float(variance)) / treated
    inference = StudentInference(value, std_error)
    estimate = Estimate(value, std_error, None, rows, _METHOD, ESTIMAND, outcome, inference=inference)
    design = sample.design
    return AttResult(
        estimate=estimate,
        counterfactual=float(untreated[sample.d].mean()),
        propensity=pd.Series(fitted.p, index=sample.index, name="propensity"),
        treated=sample.d,
        weights=sample.w,
        comparison=np.where(sample.d, 1.0, used),
        covariates=pd.DataFrame(design.matrix, index=sample.index, columns=list(design.names)),
        notes=sample.notes,
    )


def _predict(sample: Sample, used: Array, adjust: Array) -> Array:
    """Predict the untreated outcome of every row by least squares among the matched untreated, as often as used."""
    x = np.column_stack([np.ones(len(adjust)), adjust])
    root = np.sqrt(used * ~sample.d)
    coefficients = np.linalg.lstsq(x * root[:, None], sample.y * root, rcond=None)[0]
    predicted: Array = x @ coefficients
    return predicted


def _conditional_variance(sample: Sample, points: Array, cell: Indices, used: Array) -> Array:
    """Estimate ``σ²(x_i)`` of each used row: the variance of its outcome and that of its nearest in the same group."""
    rows, y = len(sample.y), sample.y
    nearest = _match(points, cell, (used > 0) & ~sample.d, ~sample.d, VARIANCE_NEIGHBOURS)
    count = np.bincount(nearest.left, minlength=rows)
    total = y + _total(nearest.left, y[nearest.right], rows)
    deviations = (y[nearest.right] - (total / (count + 1))[nearest.left]) ** 2
    noise: Array = (y - total / (count + 1)) ** 2 + _total(nearest.left, deviations, rows)
    noise = noise / np.maximum(count, 1)
    known = count > 0
    return np.where(known | (used == 0), noise, noise[known].mean() if known.any() else y[~sample.d].var())


def _match(points: Array, cell: Indices, seekers: Flags, pool: Flags, neighbours: int) -> Matches:
    """Match every seeker to the nearest rows of the pool in its cell, itself excluded; equally near rows all count."""
    found: list[tuple[Indices, Indices]] = []
    for value in np.unique(cell[seekers]):
        ours, theirs = np.flatnonzero(seekers & (cell == value)), np.flatnonzero(pool & (cell == value))
        found.append(_nearest(points, ours, theirs, neighbours))
    left, right = (np.concatenate([pair[side] for pair in found]).astype(np.int64) for side in (0, 1))
    share = 1 / np.bincount(left, minlength=len(points))[left]
    return Matches(left, right, share)


def _nearest(points: Array, ours: Indices, theirs: Indices, neighbours: int) -> tuple[Indices, Indices]:
    tree = cKDTree(points[theirs])
    own = np.isin(ours, theirs)
    wanted = np.minimum(neighbours + own, len(theirs))
    distances = tree.query(points[ours], k=range(1, int(wanted.max()) + 1))[0]
    radius = distances[np.arange(len(ours)), wanted - 1]
    # Rounding makes equal distances differ in the last digit: a hair more than the radius takes all of them.
    near = tree.query_ball_point(points[ours], radius * (1 + _TIE) + _TIE)
    left = np.repeat(ours, [len(rows) for rows in near])
    right = theirs[np.concatenate([np.asarray(rows, dtype=np.int64) for rows in near])]
    return left[left != right], right[left != right]


def _points(fitted: Propensity, metric: Metric) -> Array:
    """Return coordinates whose straight distance is the distance asked for."""
    if metric == "propensity":
        return fitted.p[:, None]
    x = fitted.x[:, 1:]
    if not x.shape[1]:
        return np.zeros((len(x), 1))
    whitening = np.linalg.inv(np.linalg.cholesky(np.atleast_2d(np.cov(x, rowvar=False))))
    points: Array = x @ whitening.T
    return points


def _total(rows: Indices, values: Array, length: int) -> Array:
    return np.bincount(rows, weights=values, minlength=length).astype(np.float64)


def _columns(sample: Sample, covariates: Sequence[str]) -> Array:
    """Return the columns of the design that come from some covariates, categories included."""
    names = sample.design.names
    chosen = [name in covariates or name.split("=")[0] in covariates for name in names]
    return sample.design.matrix[:, np.array(chosen, dtype=bool)] if names else sample.design.matrix


def _cells(sample: Sample, exact: Sequence[str]) -> Indices:
    """Return the number of each row's combination of values that must be equal."""
    if not exact:
        return np.zeros(len(sample.y), dtype=np.int64)
    return np.unique(_columns(sample, exact), axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _check_choices(neighbours: int, metric: str, covariates: Sequence[str], named: Sequence[str]) -> None:
    if neighbours < 1:
        raise EstimationError(f"Een aantal buren van {neighbours} kan niet.", "Kies 1 of meer.")
    if metric not in ("mahalanobis", "propensity"):
        raise EstimationError(f"Afstand '{metric}' bestaat niet.", "Kies 'mahalanobis' of 'propensity'.")
    strange = [name for name in named if name not in covariates]
    if strange:
        raise EstimationError(f"Geen covariaat: {', '.join(strange)}.", "Noem alleen kolommen uit covariates.")
