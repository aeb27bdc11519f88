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
from evaluatie.estimation.frame import Source
from evaluatie.estimation.result import Estimate, NotEstimated, StudentInference
from evaluatie.estimation.selection.att import AttResult
from evaluatie.estimation.selection.covariates import Array, Flags
from evaluatie.estimation.selection.propensity import ESTIMAND, Propensity, Sample, fit_propensity, read_sample

Metric = Literal["mahalanobis", "propensity"]
Indices = npt.NDArray[np.int64]

VARIANCE_NEIGHBOURS = 2
"""Rows of the same group whose outcomes, with that of the row itself, estimate its conditional variance."""
_TIE = 1e-12
_METHOD = "nearest-neighbour matching"


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Rows with the same covariates stand in one place; distances are between places, however many stand there.

    Parameters
    ----------
    points : array, shape (places, dimensions)
        Coordinates whose straight distance is the distance asked for.
    cell : array of int, shape (places,)
        Only places in the same cell can be matched.
    of : array of int, shape (rows,)
        Place of each row.
    """

    points: Array
    cell: Indices
    of: Indices

    def total(self, values: Array) -> Array:
        """Return the sum of `values`, one per row, in each place."""
        return _total(self.of, values, len(self.points))


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Which places are near which; every row of the pool in a near place is a match.

    Parameters
    ----------
    left, right : array of int, shape (pairs,)
        A place, and one that is near it.
    size : array, shape (places,)
        Number of matches of a row in each place.
    """

    left: Indices
    right: Indices
    size: Array

    def add(self, values: Array) -> Array:
        """Add up `values`, one per place, over the places near each place."""
        return _total(self.left, values[self.right], len(values))

    def give(self, values: Array) -> Array:
        """Add up `values`, one per place, in the places that are near to it."""
        return _total(self.right, values[self.left], len(values))


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
    places = _places(fitted, metric, cell)
    return _describe(fitted, places, neighbours, _columns(sample, covariates if adjust is None else adjust), outcome)


def _describe(fitted: Propensity, places: Places, neighbours: int, adjust: Array, outcome: str) -> AttResult:
    sample = fitted.sample
    rows, treated = len(sample.y), int(sample.d.sum())
    seekers, stock = places.total(sample.d.astype(np.float64)), places.total((~sample.d).astype(np.float64))
    matches = _match(places, seekers > 0, stock, neighbours)
    size = np.maximum(matches.size, 1)
    used = matches.give(seekers / size)[places.of] * ~sample.d
    squared = matches.give(seekers / size**2)[places.of] * ~sample.d
    predicted = _predict(sample, used, adjust)
    untreated = (matches.add(places.total((sample.y - predicted) * ~sample.d)) / size)[places.of] + predicted
    effects = (sample.y - untreated)[sample.d]
    value = float(effects.mean())
    noise = _conditional_variance(sample, places, used)
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
        pairs=pd.DataFrame(
            {"treated": sample.y[sample.d], "comparison": untreated[sample.d]}, index=sample.index[sample.d]
        ),
    )


def _predict(sample: Sample, used: Array, adjust: Array) -> Array:
    """Predict the untreated outcome of every row by least squares among the matched untreated, as often as used."""
    x = np.column_stack([np.ones(len(adjust)), adjust])
    root = np.sqrt(used * ~sample.d)
    coefficients = np.linalg.lstsq(x * root[:, None], sample.y * root, rcond=None)[0]
    predicted: Array = x @ coefficients
    return predicted


def _conditional_variance(sample: Sample, places: Places, used: Array) -> Array:
    """Estimate ``σ²(x_i)`` of each used row: the variance of its outcome and that of its nearest in the same group."""
    stock, wanted = places.total((~sample.d).astype(np.float64)), VARIANCE_NEIGHBOURS + 1  # a row is its own nearest
    matches = _match(places, places.total(used) > 0, stock, wanted)
    y = (sample.y - sample.y.mean()) * ~sample.d  # centred: squares of large numbers lose digits
    mean = matches.add(places.total(y)) / np.maximum(matches.size, 1)
    squares = matches.add(places.total(y**2)) - matches.size * mean**2
    known = matches.size > 1
    noise = np.maximum(squares, 0) / np.maximum(matches.size - 1, 1)
    # Alone in its cell: as variable as the others on average.
    noise = np.where(known, noise, noise[known].mean() if known.any() else sample.y[~sample.d].var())
    return np.asarray(noise[places.of], dtype=np.float64)


def _match(places: Places, seekers: Flags, stock: Array, wanted: int) -> Matches:
    """Match every place of `seekers` to the places that together hold the `wanted` nearest rows of the pool.

    `stock` counts the rows of the pool in each place. Places that are equally far come along all.
    """
    found: list[tuple[Indices, Indices]] = []
    for value in np.unique(places.cell[seekers]):
        here = places.cell == value
        found.append(
            _nearest(places.points, np.flatnonzero(seekers & here), np.flatnonzero((stock > 0) & here), stock, wanted)
        )
    left, right = (np.concatenate([pair[side] for pair in found]).astype(np.int64) for side in (0, 1))
    return Matches(left, right, _total(left, stock[right], len(stock)))


def _nearest(points: Array, ours: Indices, theirs: Indices, stock: Array, wanted: int) -> tuple[Indices, Indices]:
    tree = cKDTree(points[theirs])
    distances, place = tree.query(points[ours], k=range(1, min(wanted, len(theirs)) + 1))
    enough = np.cumsum(stock[theirs][place], axis=1) >= wanted
    enough[:, -1] = True
    radius = distances[np.arange(len(ours)), enough.argmax(axis=1)]
    # Rounding makes equal distances differ in the last digit: a hair more than the radius takes all of them.
    near = tree.query_ball_point(points[ours], radius * (1 + _TIE) + _TIE)
    left = np.repeat(ours, [len(rows) for rows in near])
    return left, theirs[np.concatenate([np.asarray(rows, dtype=np.int64) for rows in near])]


def _places(fitted: Propensity, metric: Metric, cell: Indices) -> Places:
    _, first, of = np.unique(fitted.x, axis=0, return_index=True, return_inverse=True)
    x = fitted.x[:, 1:]
    if metric == "propensity":
        points = fitted.p[first, None]
    elif x.shape[1]:
        whitening = np.linalg.inv(np.linalg.cholesky(np.atleast_2d(np.cov(x, rowvar=False))))
        points = x[first] @ whitening.T
    else:
        points = np.zeros((1, 1))
    return Places(points, cell[first], np.asarray(of.reshape(-1), dtype=np.int64))


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
