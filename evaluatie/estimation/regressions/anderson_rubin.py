"""The Anderson–Rubin set: an interval for an instrumented effect that keeps its level when the instrument is weak."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from evaluatie.errors import EstimationError


@dataclass(frozen=True, slots=True)
class Region:
    """All effects that are not rejected at a level.

    With one instrument it is never empty: it always holds the two-stage estimate itself.

    Parameters
    ----------
    level : float
    kind : {"interval", "two_rays", "everything"}
        ``two_rays``: everything up to `lower` and everything from `upper` on.
    lower, upper : float or None
        Ends; None when everything is in it.
    """

    level: float
    kind: str
    lower: float | None
    upper: float | None

    def contains(self, value: float) -> bool:
        """Tell whether `value` is in the set."""
        if self.lower is None or self.upper is None:
            return True
        if self.kind == "interval":
            return self.lower <= value <= self.upper
        return value <= self.lower or value >= self.upper


@dataclass(frozen=True, slots=True)
class AndersonRubin:
    """Inference on ``reduced / first`` that never divides: is ``reduced − b·first`` zero?

    Parameters
    ----------
    reduced, first : float
        Effect of the instrument on the outcome (reduced form) and on treatment (first stage).
    var_reduced, var_first, cov : float
        Their variances and covariance.
    dof : float
        Degrees of freedom of Student's t.

    References
    ----------
    Anderson and Rubin (1949), Annals of Mathematical Statistics 20; Fieller (1954), JRSS B 16, for the closed form;
    Andrews, Stock and Sun (2019), Annual Review of Economics 11.
    """

    reduced: float
    first: float
    var_reduced: float
    var_first: float
    cov: float
    dof: float

    def p_value(self, null: float) -> float:
        """Return the two-sided p-value of the hypothesis that the effect is `null`."""
        variance = self.var_reduced - 2 * null * self.cov + null**2 * self.var_first
        return float(2 * stats.t.sf(abs(self.reduced - null * self.first) / math.sqrt(variance), self.dof))

    def region(self, level: float) -> Region:
        """Return the set: the b with ``(reduced − b·first)² ≤ t²·(var_reduced − 2b·cov + b²·var_first)``."""
        squared = float(stats.t.ppf(0.5 + level / 2, self.dof)) ** 2
        a = self.first**2 - squared * self.var_first
        b = self.reduced * self.first - squared * self.cov
        c = self.reduced**2 - squared * self.var_reduced
        discriminant = b**2 - a * c
        if a == 0 or (a < 0 and discriminant <= 0):
            return Region(level, "everything", None, None)
        root = math.sqrt(max(discriminant, 0.0))
        lower, upper = sorted(((b - root) / a, (b + root) / a))
        return Region(level, "interval" if a > 0 else "two_rays", lower, upper)

    def bounds(self, level: float) -> tuple[float, float]:
        """Return the ends of the set.

        Raises
        ------
        EstimationError
            When the set has no ends: the instrument moves treatment too little to bound the effect at this level.
        """
        region = self.region(level)
        if region.kind != "interval" or region.lower is None or region.upper is None:
            raise EstimationError(
                f"Bij een betrouwbaarheid van {level} heeft het effect geen grenzen: het instrument is te zwak "
                f"(F = {self.first**2 / self.var_first:.1f}).",
                "Lees de eerste stap en de p-waarde, of zoek een instrument dat meer verandert aan wie meedoet.",
            )
        return region.lower, region.upper
