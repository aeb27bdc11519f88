"""Newey–West standard errors of a time series regression, corrected for the shortness of the series.

For a contrast ``c'b`` with ``h = X(X'X)⁻¹c`` and residuals e the Newey–West variance is the quadratic form
``V = Σ_st w(|s−t|) h_s e_s h_t e_t`` with Bartlett weights ``w(d) = 1 − d/(L+1)``. In a series of a few dozen months
it is far too small: residuals are less correlated than errors, and V itself is noisy. With 60 months and errors that
are AR(1) with 0,5, a 95% interval of Newey and West covers 62 to 78%, whatever the bandwidth.

The correction is that of Bell and McCaffrey (2002) and Imbens and Kolesár (2016), carried from clusters to time: under
a working model (AR(1), with the coefficient estimated from the residuals and corrected for their bias) the expectation
and the variance of V are known exactly. V is divided by its bias, and Student's t gets ``2 E[V]² / Var[V]`` degrees of
freedom (Satterthwaite). The working model only sets these two numbers; V stays robust.

Measured coverage of the 95% interval (1.000 series, level / slope / effect in the last month; see
tests/estimation/test_estimation_interrupted_series.py), against that of Newey and West with ±1,96 (level / slope):

| months, from | errors | corrected | Newey–West |
|---|---|---|---|
| 60, 36 | independent | 95 / 96 / 96% | 77 / 72% |
| 60, 36 | AR(1) 0,5 | 96 / 95 / 95% | 69 / 62% |
| 48, 36 | AR(1) 0,5 | 97 / 97 / 96% | 66 / 64% |
| 120, 60 | AR(1) 0,5 | 97 / 96 / 97% | 80 / 78% |
| 60, 36 | AR(1) 0,8 | 96 / 94 / 93% | 57 / 51% |
| 60, 36 | MA(2) 0,7 and 0,4 | 97 / 98 / 98% | 68 / 66% |
| 60, 36 | AR(2) 0,4 and 0,3 | 91 / 87 / 90% | 57 / 54% |

The last row is its limit: where dependence dies out more slowly than an AR(1) suggests, it is still too narrow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import toeplitz
from scipy.optimize import brentq

from evaluatie.estimation.regressions.least_squares import Array, solve_least_squares

_HIGHEST = 0.97
"""The estimated autocorrelation stops here: nearer to one, level and trend cannot be told from a wandering series."""


def bandwidth(n: int) -> int:
    """Return the number of lags, ``1.3 √n`` rounded up, at most n − 1.

    References
    ----------
    Lazarus, Lewis, Stock and Watson (2018), Journal of Business & Economic Statistics 36: long bandwidths for size.
    """
    return min(math.ceil(1.3 * math.sqrt(n)), n - 1)


def bartlett(n: int, lags: int) -> Array:
    """Return the Bartlett weights between all pairs of n moments, shape (n, n)."""
    weights: Array = toeplitz(np.clip(1 - np.arange(n) / (lags + 1), 0.0, None))
    return weights


@dataclass(frozen=True, slots=True)
class SerialFit:
    """Least squares on a series, with errors for any linear combination of its coefficients.

    Parameters
    ----------
    coefficients : array, shape (k,)
    residuals : array, shape (n,)
    reach : array, shape (n, k)
        ``X (X'X)⁻¹``: how each observation moves each coefficient.
    maker : array, shape (n, n)
        ``M``, which turns errors into residuals.
    lags : int
        Bandwidth of the Bartlett weights.
    rho : float
        Coefficient of the working AR(1), from 0 to 0,97.
    """

    coefficients: Array
    residuals: Array
    reach: Array
    maker: Array
    lags: int
    rho: float

    def newey_west(self, contrast: Array) -> float:
        """Return the variance of Newey and West with the factor n/(n−k), as in Stata's ``newey``; not corrected."""
        n, k = self.reach.shape
        scores = (self.reach @ contrast) * self.residuals
        return float(scores @ bartlett(n, self.lags) @ scores) * float(n / (n - k))

    def inference(self, contrast: Array) -> tuple[float, float, float]:
        """Return value, standard error and degrees of freedom of ``contrast' b``, corrected for the short series."""
        n, k = self.reach.shape
        h = self.reach @ contrast
        form = self.maker @ (bartlett(n, self.lags) * np.outer(h, h)) @ self.maker
        working = toeplitz(self.rho ** np.arange(n))
        product = form @ working
        expected, variance = float(np.trace(product)), 2 * float((product * product.T).sum())
        raw = self.newey_west(contrast) * (n - k) / n
        std_error = math.sqrt(raw * float(h @ working @ h) / expected)
        return float(contrast @ self.coefficients), std_error, 2 * expected**2 / variance


def fit_serial(x: Array, y: Array, lags: int | None = None) -> SerialFit:
    """Fit `y` on `x`, rows in order of time and evenly spaced.

    Parameters
    ----------
    x : array, shape (n, k)
        Of full rank.
    y : array, shape (n,)
    lags : int, optional
        Bandwidth; by default that of `bandwidth`.
    """
    n = len(y)
    coefficients, bread = solve_least_squares(x, y)
    reach = x @ bread
    maker = np.eye(n) - reach @ x.T
    residuals = y - x @ coefficients
    return SerialFit(
        coefficients, residuals, reach, maker, bandwidth(n) if lags is None else lags, _estimate_rho(residuals, maker)
    )


def first_autocorrelation(residuals: Array) -> float:
    """Return the correlation of residuals with those one moment before."""
    return float(residuals[1:] @ residuals[:-1] / (residuals @ residuals))


def _estimate_rho(residuals: Array, maker: Array) -> float:
    """Return the AR(1) coefficient whose *expected* residual autocorrelation is the observed one.

    Residuals of a trend with a break are correlated negatively even when errors are independent; this undoes it, as
    Andrews (1993) does for an autoregression. Never below zero: a negative value would narrow the interval.
    """
    n = len(residuals)
    shifted: Array = toeplitz(np.eye(n)[1]) / 2
    neighbours = maker @ shifted @ maker

    def excess(rho: float) -> float:
        working = toeplitz(rho ** np.arange(n))
        return float((neighbours * working).sum() / (maker * working).sum()) - first_autocorrelation(residuals)

    if excess(0.0) >= 0:
        return 0.0
    if excess(_HIGHEST) <= 0:
        return _HIGHEST
    return float(brentq(excess, 0.0, _HIGHEST, xtol=1e-10))
