"""A local change relative to the same national change: the ratio of two ratios."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evaluatie.estimation.result import Estimate, LogInference, NotEstimated

_METHOD = "ratio of ratios (log scale, Poisson counts)"
_ESTIMAND = "local now / local before, over national now / national before"


def ratio_of_ratios(
    local_now: float,
    local_before: Sequence[float],
    national_now: float,
    national_before: Sequence[float],
    *,
    years_required: int = 3,
    rounding: int = 0,
) -> Estimate | NotEstimated:
    """Estimate ``(local_now / mean(local_before)) / (national_now / mean(national_before))``.

    The counts are treated as Poisson, plus the variance of rounding; the interval is normal on the log
    scale. Counts of a municipality vary more than Poisson, so the interval is a lower bound of the
    uncertainty: rank the ratio among all municipalities beside it.

    Parameters
    ----------
    local_now, national_now : float
        Counts in the year of interest.
    local_before, national_before : sequence of float
        Counts in the years before, in the same order.
    years_required : int
        Number of previous years the definition asks for (three in Regeling Participatiewet art. 15 lid 5).
    rounding : int
        Counts were rounded to multiples of this number.

    Returns
    -------
    Estimate or NotEstimated
        A ratio; 1 means: exactly as the nation.
    """
    if len(local_before) != years_required or len(national_before) != years_required:
        reason = f"{years_required} previous years are required, {len(local_before)} are known"
        return NotEstimated(reason, "missing_years", _METHOD, _ESTIMAND)
    if min(local_now, national_now, sum(local_before), sum(national_before)) <= 0:
        return NotEstimated("a count is zero", "too_small", _METHOD, _ESTIMAND)
    value = (local_now / sum(local_before)) / (national_now / sum(national_before))
    variance = sum(
        _log_variance(total, terms, rounding)
        for total, terms in (
            (local_now, 1),
            (sum(local_before), len(local_before)),
            (national_now, 1),
            (sum(national_before), len(national_before)),
        )
    )
    std_error = math.sqrt(variance)
    n = int(local_now + sum(local_before))
    return Estimate(
        value,
        value * std_error,
        None,
        n,
        _METHOD,
        _ESTIMAND,
        "ratio",
        LogInference(math.log(value), std_error),
        null=1.0,
    )


def _log_variance(total: float, terms: int, rounding: int) -> float:
    return (total + terms * rounding**2 / 12) / total**2
