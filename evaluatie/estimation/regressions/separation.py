"""Is a likelihood without a maximum? Complete and quasi-complete separation, decided exactly by linear programming."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from evaluatie.estimation.regressions.least_squares import Array

_TOLERANCE = 1e-7


def find_separation_logit(y: Array, x: Array, terms: tuple[str, ...]) -> list[str]:
    """Return the terms along which a logit can grow without bound; none when it has a maximum.

    There is separation when some combination of the regressors is nowhere negative where ``y = 1`` and nowhere
    positive where ``y = 0``, without being zero everywhere (Albert and Anderson 1984; the programme is that of Konis
    2007).

    Parameters
    ----------
    y : array of 0 and 1, shape (n,)
    x : array, shape (n, k)
    terms : tuple of str
    """
    return _solve(np.where(y > 0, 1.0, -1.0)[:, None] * x, np.empty((0, x.shape[1])), terms)


def find_separation_poisson(y: Array, x: Array, terms: tuple[str, ...]) -> list[str]:
    """Return the terms along which a Poisson regression can grow without bound; none when it has a maximum.

    There is separation when some combination is zero wherever ``y > 0`` and nowhere positive where ``y = 0``, without
    being zero everywhere (Correia, Guimarães and Zylkin 2019).
    """
    return _solve(-x[y == 0], x[y > 0], terms)


def _solve(nonnegative: Array, zero: Array, terms: tuple[str, ...]) -> list[str]:
    """Find b with ``nonnegative @ b ≥ 0``, ``zero @ b = 0`` and as large a sum of the first as fits in −1 … 1."""
    scale = np.abs(np.vstack([nonnegative, zero])).max(axis=0)
    nonnegative, zero = np.unique(nonnegative / scale, axis=0), np.unique(zero / scale, axis=0)
    if not len(nonnegative):
        return []
    answer = linprog(
        -nonnegative.sum(axis=0),
        A_ub=-nonnegative,
        b_ub=np.zeros(len(nonnegative)),
        A_eq=zero if len(zero) else None,
        b_eq=np.zeros(len(zero)) if len(zero) else None,
        bounds=(-1, 1),
        method="highs",
    )
    if answer.fun is None or -answer.fun <= _TOLERANCE:
        return []
    return [term for term, weight in zip(terms, answer.x, strict=True) if abs(weight) > _TOLERANCE]
