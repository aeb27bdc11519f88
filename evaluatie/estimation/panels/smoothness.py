"""Fixed-length intervals when the difference in trends is almost a line.

The effect is estimated as a weighted sum of the coefficients, with weights before the start that take out any linear
trend. The change of slope at each earlier period then adds bias in proportion to one number q per period, so that the
largest bias under M is ``M (c + Σ|q|)`` and the variance is quadratic in q: the best trade-off for each size of bias
lies on a lasso path, which is followed exactly. The shortest of all intervals on it is returned.

References
----------
Rambachan and Roth (2023), section 3.5 and appendix; Armstrong and Kolesár (2018), Econometrica 86 (fixed length).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtr, ndtri

Array = npt.NDArray[np.float64]

_TOLERANCE = 1e-12


def smoothness_interval(
    betas: Array, sigma: Array, pre: int, target: Array, m: float, level: float
) -> tuple[float, float]:
    """Return the interval for ``target · effects`` when slopes change by at most m per period.

    Parameters
    ----------
    betas : array, shape (pre + post,)
        Coefficients in order of time; the reference period is zero and left out.
    sigma : array, shape (pre + post, pre + post)
        Their covariance, positive definite.
    pre : int
        Number of coefficients before the start, at least 1.
    target : array, shape (post,)
        Weights of the effects after the start.
    m : float
        Largest second difference of the difference in trends, not negative.
    level : float
        Confidence level.
    """
    start, directions, fixed_bias = _parametrise(pre, target)
    hessian, gradient = directions.T @ sigma @ directions, directions.T @ sigma @ start

    def half_length(q: Array) -> float:
        weights = start + directions @ q
        spread = math.sqrt(weights @ sigma @ weights)
        return spread * _folded_normal_quantile(m * (fixed_bias + np.abs(q).sum()) / spread, level)

    path = _lasso_path(hessian, gradient)
    # The length is convex in bias and spread, so that it has one minimum along the path: beside the best knot.
    knot = int(np.argmin([half_length(q) for q in path]))
    around = path[max(knot - 1, 0) : knot + 2]
    best = min([path[knot], *(_shortest_between(a, b, half_length) for a, b in pairwise(around))], key=half_length)
    centre = float((start + directions @ best) @ betas)
    return centre - half_length(best), centre + half_length(best)


def _parametrise(pre: int, target: Array) -> tuple[Array, Array, float]:
    """Write the weights that leave out every line as ``start + directions · q``, q free.

    A difference in trends is a line through the reference period plus, for each period k where it bends,
    ``max(t − k, 0)`` after or ``max(k − t, 0)`` before the start. The weight of the bend at k < 0 is q_k; those at
    k ≥ 0 depend on `target` alone and give the bias that cannot be weighed away.
    """
    post = len(target)
    before, after = np.arange(-pre, 0), np.arange(1, post + 1)
    bends_after = np.maximum(after[None, :] - np.arange(post)[:, None], 0) @ target
    bends = np.arange(-pre + 1, 0)
    system = np.vstack([before, np.maximum(bends[:, None] - before[None, :], 0)])
    inverse = np.linalg.inv(system)
    start = np.concatenate([inverse[:, 0] * -(after @ target), target])
    directions = np.vstack([inverse[:, 1:], np.zeros((post, pre - 1))])
    return start, directions, float(np.abs(bends_after).sum())


def _lasso_path(hessian: Array, gradient: Array) -> list[Array]:
    """Follow ``argmin ½ q'Hq + g'q + λ Σ|q|`` from the λ where q is zero down to λ = 0 (homotopy).

    Returns the solutions at the knots. Between two of them the solution is linear in λ:
    ``q_A = −H_AA⁻¹ (g_A + λ s_A)`` on the active set A with signs s.
    """
    size = len(gradient)
    penalty = float(np.abs(gradient).max(initial=0.0))
    signs = np.where(np.abs(gradient) >= penalty * (1 - _TOLERANCE), -np.sign(gradient), 0.0)
    path = [np.zeros(size)]
    while penalty > 0:
        active = signs != 0
        inverse = np.linalg.inv(hessian[np.ix_(active, active)])
        level, slope = np.zeros(size), np.zeros(size)
        level[active], slope[active] = -inverse @ gradient[active], -inverse @ signs[active]
        penalty, index, sign = _next_event(hessian, gradient, level, slope, signs, penalty)
        path.append(level + slope * penalty)
        if index is not None:
            signs[index] = sign
    return path


def _next_event(
    hessian: Array, gradient: Array, level: Array, slope: Array, signs: Array, penalty: float
) -> tuple[float, int | None, float]:
    """Return the largest smaller penalty at which a coefficient leaves or enters, which one, and its new sign."""
    below = penalty * (1 - 1e-10)
    found: tuple[float, int | None, float] = (0.0, None, 0.0)
    pull, pull_slope = -(gradient + hessian @ level), -(hessian @ slope)
    for index in range(len(gradient)):
        if signs[index]:
            candidates = [(-level[index] / slope[index], 0.0)] if slope[index] else []
        else:
            candidates = [
                (sign * pull[index] / (1 - sign * pull_slope[index]), sign)
                for sign in (1.0, -1.0)
                if abs(1 - sign * pull_slope[index]) > _TOLERANCE
            ]
        for at, sign in candidates:
            if found[0] < at < below:
                found = (at, index, sign)
    return found


def _shortest_between(a: Array, b: Array, half_length: Callable[[Array], float]) -> Array:
    """Return the q on the line from a to b whose interval is shortest."""
    found = minimize_scalar(
        lambda t: half_length(a + t * (b - a)), bounds=(0, 1), method="bounded", options={"xatol": 1e-10}
    )
    return min((a, b, a + found.x * (b - a)), key=half_length)


def _folded_normal_quantile(bias: float, level: float) -> float:
    """Return c with ``P(|N(bias, 1)| ≤ c) = level``."""
    c = float(ndtri(level)) + bias
    if bias > 8:  # the other tail has vanished
        return c
    return float(brentq(lambda x: ndtr(x - bias) - ndtr(-x - bias) - level, 0, bias + float(ndtri(0.5 + level / 2))))
