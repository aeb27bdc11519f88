"""The ratio of two related estimates, with Fieller's interval: right also where the ratio is far from normal."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats


@dataclass(frozen=True, slots=True)
class FiellerInference:
    """Every ratio θ for which ``numerator − θ · denominator`` does not differ from zero.

    Parameters
    ----------
    numerator, denominator : float
        Estimates that are jointly normal.
    var_numerator, var_denominator, covariance : float
        Of both estimates.
    dof : float
        Degrees of freedom (infinite: the normal).

    References
    ----------
    Fieller (1954), Journal of the Royal Statistical Society B 16.
    """

    numerator: float
    denominator: float
    var_numerator: float
    var_denominator: float
    covariance: float
    dof: float = math.inf

    @property
    def value(self) -> float:
        """The ratio."""
        return self.numerator / self.denominator

    @property
    def std_error(self) -> float:
        """The standard error by the delta method, for who wants one number."""
        return math.sqrt(self._variance(self.value)) / abs(self.denominator)

    def bounds(self, level: float) -> tuple[float, float]:
        """Return both ends at `level`; unbounded when the denominator itself may be zero."""
        t2 = float(stats.t.ppf(0.5 + level / 2, self.dof)) ** 2
        a = self.denominator**2 - t2 * self.var_denominator
        b = self.numerator * self.denominator - t2 * self.covariance
        c = self.numerator**2 - t2 * self.var_numerator
        if a <= 0:
            return -math.inf, math.inf
        reach = math.sqrt(max(b**2 - a * c, 0.0))
        return (b - reach) / a, (b + reach) / a

    def p_value(self, null: float) -> float:
        """Return the two-sided p-value of the hypothesis that the ratio equals `null`."""
        distance = self.numerator - null * self.denominator
        spread = math.sqrt(self._variance(null))
        if not spread:
            return 1.0 if not distance else 0.0
        return float(2 * stats.t.sf(abs(distance) / spread, self.dof))

    def _variance(self, ratio: float) -> float:
        variance = self.var_numerator - 2 * ratio * self.covariance + ratio**2 * self.var_denominator
        return max(variance, 0.0)
