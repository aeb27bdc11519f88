"""Intervals when trends part after the start at most M times as fast as they did at most before it.

For each earlier period s and each sign, suppose that the largest parting W before the start was there. Then every
parting x after the start obeys ``±x ≤ M·W``, a set of inequalities with the later effects as nuisance. The hybrid test
of Andrews, Roth and Pakes takes the largest of their combinations without nuisance. Here these combinations are known
in closed form: with U the weighted sum of the coefficients and θ the effect, they are ``(U − θ) − M C W``,
``−(U − θ) − M C W`` and, per period, ``−2 M W``, each over the sum of the standard errors of its inequalities. So no
linear programme is solved, and the least-favourable critical value is an integral instead of a simulation. The interval
is the union over s and sign.

References
----------
Rambachan and Roth (2023), Review of Economic Studies 90, sections 2.4.1 and 3.2–3.4; Andrews, Roth and Pakes (2023),
Review of Economic Studies 90 (LF hybrid, κ = α/10). As in R's ``HonestDiD`` only
inequalities with a later period count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr, ndtr

Array = npt.NDArray[np.float64]

_FIRST_STAGE = 0.1
"""Share of the size spent on the least-favourable test (κ = α/10, the paper's choice)."""

_NODES, _BISECTIONS, _GRID = 80, 45, 201
_REACH = 9.0
"""Standard deviations over which the normal is integrated; beyond it lies 1e-19."""
_TIE = 1e-10


@dataclass(frozen=True, slots=True)
class _Moments:
    """The combined inequalities, one row per earlier period and sign (components), one column per combination.

    Each is ``on_effect · (U − θ) + on_trend · W``, to be at most zero.

    Parameters
    ----------
    u : float
        Weighted sum of the coefficients after the start.
    w : array, shape (components,)
        Parting before the start, with the sign of the component.
    on_effect, on_trend : array, shape (components, combinations)
    covariance : array, shape (components, combinations, combinations)
    u_variance, w_variance, uw_covariance : float and arrays, shape (components,)
    """

    u: float
    w: Array
    on_effect: Array
    on_trend: Array
    covariance: Array
    u_variance: float
    w_variance: Array
    uw_covariance: Array

    def at(self, theta: Array) -> Array:
        """Return the combinations at effects of shape (components, g), as (components, combinations, g)."""
        values: Array = (
            self.on_effect[:, :, None] * (self.u - theta)[:, None, :] + (self.on_trend * self.w[:, None])[:, :, None]
        )
        return values


def relative_magnitude_interval(
    betas: Array, sigma: Array, pre: int, target: Array, m: float, level: float
) -> tuple[float, float]:
    """Return the interval for ``target · effects`` when trends part at most m times the largest parting before.

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
        Magnitude, not negative. At 0 the interval is the usual one, ``U ± z · se``.
    level : float
        Confidence level.
    """
    alpha = 1 - level
    kappa = alpha * _FIRST_STAGE
    moments = _moments(betas, sigma, pre, target, m)
    critical = _least_favourable(moments, 1 - kappa)
    size = (alpha - kappa) / (1 - kappa)
    # Beyond these effects the first or the second combination alone exceeds the least-favourable critical value.
    trend = moments.on_trend * moments.w[:, None]
    lowest = moments.u - (critical - trend[:, 0]) / moments.on_effect[:, 0]
    highest = moments.u + (critical - trend[:, 1]) / -moments.on_effect[:, 1]
    grid = lowest[:, None] + (highest - lowest)[:, None] * np.linspace(0, 1, _GRID)
    accepted = _accepts(moments, grid, critical, size) & (lowest <= highest)[:, None]
    some = accepted.any(axis=1)
    first, last = accepted.argmax(axis=1), _GRID - 1 - accepted[:, ::-1].argmax(axis=1)
    ends = []
    for index, outward in ((first, -1), (last, 1)):
        rows = np.arange(len(grid))
        inside, outside = grid[rows, index], grid[rows, np.clip(index + outward, 0, _GRID - 1)]
        ends.append(_bisect(moments, inside, outside, critical, size)[some])
    return float(ends[0].min()), float(ends[1].max())


def _moments(betas: Array, sigma: Array, pre: int, target: Array, m: float) -> _Moments:
    size, post = len(betas), len(target)
    steps = np.diff(np.insert(np.eye(size), pre, 0.0, axis=0), axis=0)  # each row takes a first difference
    earlier = np.vstack([steps[:pre], -steps[:pre]])
    later, weights = steps[pre:], np.cumsum(target[::-1])[::-1]
    total = np.concatenate([np.zeros(pre), target])
    w_variance = np.einsum("ij,jk,ik->i", earlier, sigma, earlier)
    own = np.einsum("ij,jk,ik->i", later, sigma, later)[None, :] + m**2 * w_variance[:, None]
    shared = 2 * m * earlier @ sigma @ later.T
    up, down = np.sqrt(own - shared), np.sqrt(own + shared)  # errors of x − M·W and of −x − M·W
    positive, negative = np.maximum(weights, 0), np.maximum(-weights, 0)
    scale = np.column_stack([up @ positive + down @ negative, down @ positive + up @ negative, (up + down) / 2])
    reach = np.concatenate([np.full(2, np.abs(weights).sum()), np.ones(post)])
    on_effect = np.concatenate([[1.0, -1.0], np.zeros(post)]) / scale
    on_trend = -m * reach / scale
    u_variance, uw = float(total @ sigma @ total), earlier @ sigma @ total
    covariance = (
        u_variance * on_effect[:, :, None] * on_effect[:, None, :]
        + uw[:, None, None]
        * (on_effect[:, :, None] * on_trend[:, None, :] + on_trend[:, :, None] * on_effect[:, None, :])
        + w_variance[:, None, None] * on_trend[:, :, None] * on_trend[:, None, :]
    )
    return _Moments(float(total @ betas), earlier @ betas, on_effect, on_trend, covariance, u_variance, w_variance, uw)


def _least_favourable(moments: _Moments, probability: float) -> Array:
    """Return per component the quantile of the largest combination when all have mean zero.

    Given W the first two bound U from both sides and the others bound W from below: an integral over W.
    """
    nodes, node_weights = np.polynomial.legendre.leggauss(_NODES)
    spread = np.sqrt(moments.w_variance)
    slope = moments.uw_covariance / moments.w_variance
    rest = np.sqrt(moments.u_variance - slope * moments.uw_covariance)
    steepest = -moments.on_trend[:, 2:].min(axis=1)
    low, high = np.zeros(len(spread)), np.full(len(spread), _REACH)
    for _ in range(_BISECTIONS):
        c = (low + high) / 2
        floor = np.full(len(c), -_REACH)
        np.divide(-c, steepest * spread, out=floor, where=steepest > 0)
        floor = np.maximum(floor, -_REACH)
        z = (_REACH + floor)[:, None] / 2 + (_REACH - floor)[:, None] / 2 * nodes
        w = z * spread[:, None]
        upper = (c[:, None] - moments.on_trend[:, :1] * w) / moments.on_effect[:, :1]
        lower = (c[:, None] - moments.on_trend[:, 1:2] * w) / moments.on_effect[:, 1:2]
        inside = ndtr((upper - slope[:, None] * w) / rest[:, None]) - ndtr((lower - slope[:, None] * w) / rest[:, None])
        density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        reached = (_REACH - floor) / 2 * ((inside * density) @ node_weights)
        low, high = np.where(reached < probability, c, low), np.where(reached < probability, high, c)
    return high


def _accepts(moments: _Moments, theta: Array, critical: Array, size: float) -> npt.NDArray[np.bool_]:
    """Test effects of shape (components, g): is the largest combination no larger than it may be?

    Given which combination is largest, it is a normal cut off where another would become the largest, and at the
    least-favourable critical value. The effect is rejected when the tail beyond the observed value is below `size`.
    """
    values = moments.at(theta)
    best = values.argmax(axis=1)
    largest = np.take_along_axis(values, best[:, None, :], axis=1)[:, 0, :]
    shared = np.take_along_axis(moments.covariance, best[:, None, :], axis=2)
    variance = np.take_along_axis(shared, best[:, None, :], axis=1)
    known = variance > 0
    slope = shared / np.where(known, variance, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = (values - slope * largest[:, None, :]) / (1 - slope)
    low = np.where(slope < 1 - _TIE, crossing, -np.inf).max(axis=1)
    high = np.minimum(np.where(slope > 1 + _TIE, crossing, np.inf).min(axis=1), critical[:, None])
    spread = np.sqrt(np.where(known, variance, 1.0))[:, 0, :]
    tail = _tail(largest / spread, low / spread, high / spread)
    rejected = (largest > critical[:, None]) | ((largest > 0) & (tail < size))
    return ~rejected | ~known[:, 0, :]


def _tail(z: Array, low: Array, high: Array) -> Array:
    """Return ``P(Z > z | low ≤ Z ≤ high)`` for a standard normal; one where nothing is left to choose."""
    from_low = log_ndtr(-low)
    beyond = np.exp(np.minimum(log_ndtr(-high) - from_low, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (np.exp(log_ndtr(-z) - from_low) - beyond) / (1 - beyond)
    return np.where(beyond < 1, share, 1.0)


def _bisect(moments: _Moments, inside: Array, outside: Array, critical: Array, size: float) -> Array:
    """Return where acceptance ends between an accepted and a rejected effect, per component."""
    for _ in range(_BISECTIONS):
        middle = (inside + outside) / 2
        accepted = _accepts(moments, middle[:, None], critical, size)[:, 0]
        inside, outside = np.where(accepted, middle, inside), np.where(accepted, outside, middle)
    return inside
