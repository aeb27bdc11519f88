"""Maximum likelihood for counted binary outcomes: what can be estimated, the fit, and its two covariances.

References
----------
McCullagh and Nelder (1989), Generalized Linear Models, ch. 2 and 4; Liang and Zeger (1986), Biometrika 73 (sandwich
by cluster); Albert and Anderson (1984), Biometrika 71 (when the maximum lies at infinity).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg
from scipy.sparse import csr_matrix

from evaluatie.estimation.durations.links import Link

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_NULL = 1e-9
"""Eigenvalues of the scaled cross-products below this share of the largest count as zero."""
_STEPS, _HALVINGS, _TOLERANCE = 100, 30, 1e-11
_PERSONS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class BinomialFit:
    """Coefficients and their model-based covariance.

    Parameters
    ----------
    coefficients : array, shape (columns,)
    covariance : array, shape (columns, columns)
        Inverse of the expected information.
    null_space : array, shape (columns, k)
        Directions in which the data say nothing; coefficients of columns that take part in one are not identified.
    log_likelihood : float
    """

    coefficients: Array
    covariance: Array
    null_space: Array
    log_likelihood: float

    def identifies(self, combination: Array) -> bool:
        """Tell whether a linear combination of the coefficients is the same for every solution."""
        return bool((np.abs(combination @ self.null_space) < 1e-6).all())


def fit_binomial(design: Array, events: Array, trials: Array, link: Link) -> BinomialFit | None:
    """Maximise the binomial likelihood by Fisher scoring; None when it has no maximum.

    Columns without information of their own get the coefficient 0; `BinomialFit.null_space` tells which.
    """
    null_space = _null_space(design)
    kept = _independent(null_space)
    x = design[:, kept]
    eta = link.forward((events + 0.5) / (trials + 1))
    beta = linalg.lstsq(_information(x, eta, trials, link), x.T @ (_weight(eta, trials, link) * eta))[0]
    fitted = _score(x, beta, events, trials, link)
    if fitted is None:
        return None
    covariance = np.zeros((design.shape[1],) * 2)
    covariance[np.ix_(kept, kept)] = linalg.pinvh(_information(x, x @ fitted, trials, link))
    coefficients = np.zeros(design.shape[1])
    coefficients[kept] = fitted
    return BinomialFit(coefficients, covariance, null_space, _log_likelihood(x @ fitted, events, trials, link))


def cluster_covariance(
    design: Array, events: Array, trials: Array, fit: BinomialFit, link: Link, rows: ClusterRows
) -> Array:
    """Return the sandwich ``A⁻¹ (Σ_i u_i u_i') A⁻¹ · G / (G − 1)``, u_i the summed score of person i.

    A is the observed information, as in Stata and statsmodels: unlike the expected one it stays right when the
    model does not hold (R's sandwich takes the expected one). Rows of one cell share their predictors, so that the
    score of a person is its row of a sparse matrix (persons × cells) times the design; the persons go through in
    portions.
    """
    eta = design @ fit.coefficients
    leverage, mean = link.leverage(eta), link.inverse(eta)
    value = leverage[rows.cell] * (rows.events - rows.months * mean[rows.cell])
    by_person = csr_matrix((value, (rows.person, rows.cell)), shape=(rows.persons, len(design)))
    meat = np.zeros_like(fit.covariance)
    for start in range(0, rows.persons, _PERSONS_AT_ONCE):
        scores = by_person[start : start + _PERSONS_AT_ONCE] @ design
        meat += scores.T @ scores
    kept = _independent(fit.null_space)
    weight = _weight(eta, trials, link) - link.bend(eta) * (events - trials * mean)
    bread = np.zeros_like(meat)
    bread[np.ix_(kept, kept)] = linalg.pinvh(design[:, kept].T @ (weight[:, None] * design[:, kept]))
    sandwich: Array = bread @ meat @ bread * (rows.persons / (rows.persons - 1))
    return sandwich


@dataclass(frozen=True, slots=True)
class ClusterRows:
    """The rows behind the cells: person number, cell (row of the design), exits and person-months."""

    person: npt.NDArray[np.int64]
    cell: npt.NDArray[np.int64]
    events: Array
    months: Array
    persons: int


def _score(x: Array, beta: Array, events: Array, trials: Array, link: Link) -> Array | None:
    """Fisher scoring with halved steps; a step that no longer changes anything ends it."""
    likelihood = _log_likelihood(x @ beta, events, trials, link)
    for _ in range(_STEPS):
        eta = x @ beta
        gradient = x.T @ (link.leverage(eta) * (events - trials * link.inverse(eta)))
        step = linalg.lstsq(_information(x, eta, trials, link), gradient)[0]
        for _ in range(_HALVINGS):
            reached = _log_likelihood(x @ (beta + step), events, trials, link)
            if reached >= likelihood - 1e-12 * abs(likelihood):
                break
            step = step / 2
        beta, likelihood = beta + step, reached
        if np.abs(step).max() < _TOLERANCE * (1 + np.abs(beta).max()):
            return beta
    return None


def _weight(eta: Array, trials: Array, link: Link) -> Array:
    weight: Array = trials * link.leverage(eta) * link.slope(eta)
    return weight


def _information(x: Array, eta: Array, trials: Array, link: Link) -> Array:
    information: Array = x.T @ (_weight(eta, trials, link)[:, None] * x)
    return information


def _log_likelihood(eta: Array, events: Array, trials: Array, link: Link) -> float:
    mean = np.clip(link.inverse(eta), 1e-300, 1 - 1e-16)
    return float((events * np.log(mean) + (trials - events) * np.log1p(-mean)).sum())


def _null_space(design: Array) -> Array:
    scale = np.sqrt((design**2).sum(axis=0))
    scaled = design / np.where(scale > 0, scale, 1)
    values, vectors = linalg.eigh(scaled.T @ scaled)
    null: Array = vectors[:, values < _NULL * values[-1]] / np.where(scale > 0, scale, 1)[:, None]
    return null / np.abs(null).max(axis=0) if null.size else null


def _independent(null_space: Array) -> npt.NDArray[np.int64]:
    """Return the columns that stay when one is dropped for every direction without information."""
    columns, directions = null_space.shape
    if not directions:
        return np.arange(columns)
    pivots = linalg.qr(null_space.T, pivoting=True, mode="r")[1]
    return np.sort(pivots[directions:])
