"""Exact weighted least squares with unit and period effects on cells, and its clustered covariance.

The effects are swept out by a direct solve: the larger of the two sets is eliminated by hand, what remains is a small
symmetric system (periods × periods, or units × units when there are fewer). Nothing iterates, so nothing can stop too
early: unlike alternating projections the answer does not depend on a tolerance.

Convention for small samples: the clustered covariance (Liang and Zeger 1986) is multiplied by
``G/(G−1) · (N−1)/(N−K)``. G counts clusters, N persons (rows), K the period effects and the coefficients; unit effects
are nested in the clusters and are not counted in K. This is fixest's and pyfixest's default (``K.fixef = "nested"``,
``fixef_k="nested"``). Critical values are Student's t with G − 1 degrees of freedom.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

from evaluatie.estimation.panels.moments import Array, Codes
from evaluatie.estimation.panels.panel_cells import PanelCells

COLLINEAR = 1e-10
"""A column of which less than this share of the squares is left, given all others, is called collinear."""
_EXACT, _FREE = 1e-12, 1e-13
_CHUNK = 4_000_000

Sweep = Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted regression.

    Parameters
    ----------
    coefficients : array, shape (k,)
        Of the treatment columns and then the covariates.
    covariance : array, shape (k, k)
        Clustered.
    persons, clusters : int
        N and G.
    exact : array of bool, shape (k,)
        Coefficients whose standard error is zero but for rounding: the model fits what identifies them exactly.
    flat : bool
        The outcome has no variation beyond the unit and period effects, but for rounding.
    """

    coefficients: Array
    covariance: Array
    persons: int
    clusters: int
    exact: npt.NDArray[np.bool_]
    flat: bool

    @property
    def std_errors(self) -> Array:
        """Clustered standard errors, shape (k,)."""
        errors: Array = np.sqrt(np.diag(self.covariance))
        return errors

    @property
    def dof(self) -> int:
        """Degrees of freedom of Student's t: clusters minus one."""
        return self.clusters - 1


@dataclass(frozen=True, slots=True)
class Collinear:
    """There is no unique answer: these columns (positions) follow from the effects and the columns before them."""

    columns: tuple[int, ...]


def fit_cells(cells: PanelCells, treatment: Array) -> Fit | Collinear:
    """Regress the outcome on treatment columns, the covariates and both fixed effects.

    Parameters
    ----------
    cells : PanelCells
        Without singletons.
    treatment : array, shape (cells, m)
        The same for everyone in a cell.
    """
    m = treatment.shape[1]
    w = cells.weight[:, None]
    columns = np.column_stack([cells.mean[:, :1], treatment, cells.mean[:, 1:]])
    columns -= w[:, 0] @ columns / w.sum()
    squares = np.einsum("i,ij,ij->j", w[:, 0], columns, columns)[1:]
    columns = sweep_effects(cells)(columns)
    y, z = columns[:, 0], columns[:, 1:]
    weighted = w * z
    gram, cross = z.T @ weighted, weighted.T @ y
    inner = cells.within.sum(0)
    gram[m:, m:] += inner[:, 1:]
    cross[m:] += inner[:, 0]
    squares[m:] += np.diag(inner[:, 1:])
    dependent = _dependent(gram, squares)
    if dependent:
        return Collinear(dependent)
    beta = linalg.solve(gram, cross, assume_a="pos")
    scores = np.multiply(weighted, (y - z @ beta)[:, None], out=weighted)
    scores[:, m:] += cells.within[:, :, 0] - cells.within[:, :, 1:] @ beta[m:]
    flat = float(w[:, 0] @ y**2) <= _EXACT**2 * _outcome_squares(cells) and not inner[:, 0].any()
    return _with_covariance(cells, gram, beta, scores, flat)


def sweep_effects(cells: PanelCells) -> Sweep:
    """Return the function that takes unit and period effects out of columns, shape (cells, k), in place."""
    units, periods = len(cells.units), len(cells.periods)
    if periods <= units:
        return _sweep(cells.unit, cells.time, cells.weight, units, periods)
    return _sweep(cells.time, cells.unit, cells.weight, periods, units)


def cluster_sums(cells: PanelCells, scores: Array) -> Array:
    """Sum rows of cells within clusters, shape (clusters, k)."""
    summed: Array = _sum_by(cells.cluster[cells.unit], np.ones(len(scores)), len(cells.clusters)) @ scores
    return summed


def _sweep(large: Codes, small: Codes, w: Array, n_large: int, n_small: int) -> Sweep:
    by_large, by_small = _sum_by(large, w, n_large), _sum_by(small, w, n_small)
    total = np.bincount(large, w, n_large)[:, None]
    scale = np.sqrt(np.bincount(small, w, n_small))
    schur = _schur(large, small, w, n_large, n_small) / scale / scale[:, None]
    # One direction is free for every connected part of the panel: a level can move from units to periods.
    inverse = linalg.pinvh(schur, rtol=_FREE * n_small) / scale / scale[:, None]

    crossed = by_small @ sparse.csr_array((1 / total[large, 0], (np.arange(len(large)), large)))

    def sweep(values: Array) -> Array:
        for _ in range(2):  # the second round takes out what rounding left in the first
            right = by_small @ values - crossed @ (by_large @ values)
            values -= (inverse @ right)[small]
            values -= (by_large @ values / total)[large]
        return values

    return sweep


def _schur(large: Codes, small: Codes, w: Array, n_large: int, n_small: int) -> Array:
    """Return what is left of the normal equations of the small set after eliminating the large one."""
    root = w / np.sqrt(np.bincount(large, w, n_large))[large]
    schur: Array = np.diag(np.bincount(small, w, n_small).astype(float))
    order = np.argsort(large, kind="stable")
    step = max(1, _CHUNK // n_small)
    edges = np.searchsorted(large[order], [*range(0, n_large, step), n_large])
    for first, (begin, end) in zip(range(0, n_large, step), itertools.pairwise(edges), strict=True):
        chosen = order[begin:end]
        block = np.zeros((min(step, n_large - first), n_small))
        block[large[chosen] - first, small[chosen]] = root[chosen]
        schur -= block.T @ block
    return schur


def _sum_by(code: Codes, values: Array, groups: int) -> sparse.csr_array:
    cells = len(code)
    return sparse.csr_array((values, (code, np.arange(cells))), shape=(groups, cells))


def _dependent(gram: Array, squares: Array) -> tuple[int, ...]:
    """Return the columns of which nothing is left after the effects and the columns before them (Cholesky)."""
    scale = np.sqrt(np.where(squares > 0, squares, 1.0))
    left = gram / scale / scale[:, None]
    dependent = []
    for j in range(len(left)):
        if left[j, j] < COLLINEAR:
            dependent.append(j)
        else:
            left = left - np.outer(left[:, j], left[j]) / left[j, j]
    return tuple(dependent)


def _outcome_squares(cells: PanelCells) -> float:
    return float(cells.weight @ cells.mean[:, 0] ** 2)


def _with_covariance(cells: PanelCells, gram: Array, beta: Array, scores: Array, flat: bool) -> Fit:
    persons, clusters = cells.persons, len(cells.clusters)
    summed = cluster_sums(cells, scores)
    half = linalg.solve(gram, summed.T, assume_a="pos")
    spare = persons - len(cells.periods) - len(beta)
    factor = clusters / (clusters - 1) * (persons - 1) / spare if clusters > 1 and spare > 0 else 0.0
    covariance = factor * half @ half.T
    # The variance times the squares left in the column estimates the weighted residual variance.
    exact = np.diag(covariance) * np.diag(gram) <= _EXACT**2 * _outcome_squares(cells) / persons
    return Fit(beta, covariance, persons, clusters, exact, flat)
