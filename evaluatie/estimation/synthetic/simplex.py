"""The weighted average of points that comes nearest to a target: weights not negative, adding to one.

References
----------
Lawson and Hanson (1974), Solving Least Squares Problems, chapter 23 (NNLS and least distance programming).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

from evaluatie.estimation.panels.did import Array

_ON_THE_FACE = 1e-10
"""Below this slope of the objective (on the scale of the data) a donor may share in the optimum."""
_RANK = 1e-10


def nearest_average(points: Array, target: Array) -> tuple[Array, bool]:
    """Minimise ``‖points · w − target‖²`` over w ≥ 0 with Σw = 1, exactly, and choose the same w every time.

    The objective is convex and its fitted values ``points · w`` are unique. The weights are not when the target
    lies inside the hull of more points than there are coordinates; then the w of smallest norm among all optimal
    ones is returned, which spreads the weight as evenly as the fit allows. It depends neither on the order of the
    points nor on points that get no weight.

    Parameters
    ----------
    points : array, shape (coordinates, points)
        One point per column.
    target : array, shape (coordinates,)
        What to approach.

    Returns
    -------
    tuple
        Weights of shape (points,), and whether they are the only optimal ones.

    Notes
    -----
    With ``D = points − target`` the problem is ``min ‖D w‖²``. For ``u = s · w`` the free problem
    ``min ‖D u‖² + (Σu − 1)²`` over u ≥ 0 has, for a given w, its best s at ``1/(1 + ‖D w‖²)`` and there the value
    ``‖D w‖² / (1 + ‖D w‖²)``, which increases in ``‖D w‖²``. So non-negative least squares (finite, exact) solves
    the constrained problem, without a penalty that must be tuned.
    """
    distance = points - target[:, None]
    size = float(np.sqrt((distance**2).sum(axis=0)).mean())
    system = np.vstack([distance / (size or 1.0), np.ones(points.shape[1])])
    goal = np.zeros(len(system))
    goal[-1] = 1.0
    solution, _ = nnls(system, goal, maxiter=30 * system.shape[1])
    weights = solution / solution.sum()
    face = np.flatnonzero(system.T @ (system @ solution - goal) <= _ON_THE_FACE)
    if len(face) <= len(system) and np.linalg.matrix_rank(system[:, face], tol=_RANK) == len(face):
        return weights, True
    spread = np.zeros_like(weights)
    spread[face] = smallest_norm(system[:, face], system[:, face] @ weights[face])
    return spread / spread.sum(), False


def smallest_norm(matrix: Array, values: Array) -> Array:
    """Return the x ≥ 0 of smallest norm with ``matrix · x = values``, of which at least one must exist.

    Least distance programming: every solution is the smallest unconstrained one plus a vector of the null space,
    and non-negativity is a set of half-spaces for that vector.
    """
    left, singular, right = np.linalg.svd(matrix)
    rank = int((singular > _RANK * singular[0]).sum())
    free = right[rank:].T
    start = right[:rank].T @ ((left[:, :rank].T @ values) / singular[:rank])
    dual = np.vstack([free.T, -start])
    goal = np.zeros(len(dual))
    goal[-1] = 1.0
    solution, _ = nnls(dual, goal, maxiter=30 * dual.shape[1])
    residual = dual @ solution - goal
    nearest: Array = np.maximum(start - free @ (residual[:-1] / residual[-1]), 0.0)
    return nearest
