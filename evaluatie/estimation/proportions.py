"""Published counts: proportions, their differences and ratios, with intervals that fit small numbers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from evaluatie.errors import EstimationError
from evaluatie.estimation.result import Estimate, InvertedInference, NotEstimated

_SHARE = "share"


@dataclass(frozen=True, slots=True)
class _Counted(InvertedInference):
    """Interval of a function of counts; `ends` maps a level to (lower, upper)."""

    ends: Callable[[float], tuple[float, float]]

    def bounds(self, level: float) -> tuple[float, float]:
        return self.ends(level)


def proportion(count: int, total: int, *, rounding: int = 0) -> Estimate | NotEstimated:
    """Estimate a proportion with Wilson's interval.

    Parameters
    ----------
    count, total : int
        Successes and trials.
    rounding : int
        Counts were rounded to multiples of this number; the interval then covers every pair of true
        counts that rounds to the published ones.

    References
    ----------
    Wilson (1927), JASA 22(158); recommended by Brown, Cai and DasGupta (2001), Statistical Science 16(2).
    """
    _check_counts(count, total)
    if total == 0:
        return NotEstimated("the total is zero", "too_small", "proportion", "proportion")

    def ends(level: float) -> tuple[float, float]:
        intervals = [_wilson(k, n, level) for k, n in _rounded_pairs(count, total, rounding)]
        return min(low for low, _ in intervals), max(high for _, high in intervals)

    p = count / total
    return Estimate(p, math.sqrt(p * (1 - p) / total), None, total, "Wilson", "proportion", _SHARE, _Counted(ends))


def difference_in_proportions(count_1: int, total_1: int, count_0: int, total_0: int) -> Estimate | NotEstimated:
    """Estimate ``count_1 / total_1 − count_0 / total_0`` with Newcombe's hybrid score interval.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873–890, method 10.
    """
    _check_counts(count_1, total_1)
    _check_counts(count_0, total_0)
    if not (total_0 and total_1):
        return NotEstimated("a total is zero", "too_small", "difference in proportions", "difference")

    def ends(level: float) -> tuple[float, float]:
        low, high = confint_proportions_2indep(
            count_1, total_1, count_0, total_0, method="newcomb", compare="diff", alpha=1 - level
        )
        return float(low), float(high)

    p_1, p_0 = count_1 / total_1, count_0 / total_0
    se = math.sqrt(p_1 * (1 - p_1) / total_1 + p_0 * (1 - p_0) / total_0)
    return Estimate(
        p_1 - p_0, se, None, total_0 + total_1, "Newcombe", "difference in proportions", _SHARE, _Counted(ends)
    )


def rate_ratio(count_1: int, exposure_1: float, count_0: int, exposure_0: float) -> Estimate | NotEstimated:
    """Estimate the ratio of two Poisson rates with the exact conditional interval.

    Given the total, the first count is binomial; the Clopper–Pearson interval for its share becomes an
    interval for the ratio.

    References
    ----------
    Przyborowski and Wilenski (1940), Biometrika 31; Fay (2010), Biostatistics 11(2).
    """
    total = count_1 + count_0
    if count_0 == 0 or count_1 == 0:
        return NotEstimated("one of the counts is zero", "too_small", "rate ratio", "ratio of rates")

    def to_ratio(share: float) -> float:
        return math.inf if share >= 1 else share / (1 - share) * exposure_0 / exposure_1

    def ends(level: float) -> tuple[float, float]:
        interval = stats.binomtest(count_1, total).proportion_ci(level, "exact")
        return to_ratio(float(interval.low)), to_ratio(float(interval.high))

    ratio = (count_1 / exposure_1) / (count_0 / exposure_0)
    se = ratio * math.sqrt(1 / count_1 + 1 / count_0)
    return Estimate(
        ratio, se, None, total, "exact conditional Poisson", "ratio of rates", "ratio", _Counted(ends), null=1.0
    )


def largest_count_that_differs(total_1: int, count_0: int, total_0: int, *, level: float = 0.95) -> int | None:
    """Return the largest ``count_1`` below the old share whose difference from it would be distinguishable.

    This answers "what would the same numbers have to show": with `total_1` people now, how few of
    them may show the outcome before the interval of the difference excludes zero? None when not even
    zero would do.
    """
    for count in range(int(count_0 / total_0 * total_1), -1, -1):
        estimate = difference_in_proportions(count, total_1, count_0, total_0)
        if isinstance(estimate, Estimate) and estimate.interval(level).upper < 0:
            return count
    return None


def smallest_total_that_differs(share: float, reference: float, *, level: float = 0.95) -> int | None:
    """Return the smallest denominator for which an observed `share` excludes `reference` (Wilson).

    Searched from 5 up, one by one to 2.000 and by hundreds to 100.000; None beyond that.
    """
    if share == reference:
        return None
    for total in itertools.chain(range(5, 2000), range(2000, 100_001, 100)):
        low, high = _wilson(share * total, total, level)
        if not low <= reference <= high:
            return total
    return None


def _wilson(count: float, total: float, level: float) -> tuple[float, float]:
    low, high = proportion_confint(count, total, alpha=1 - level, method="wilson")
    return float(low), float(high)


def _rounded_pairs(count: int, total: int, rounding: int) -> list[tuple[float, float]]:
    half = rounding / 2
    counts = {max(0.0, count - half), count + half}
    totals = {max(1.0, total - half), total + half}
    return [(min(k, n), n) for k in counts for n in totals]


def _check_counts(count: int, total: int) -> None:
    if not 0 <= count <= total:
        raise EstimationError(
            f"Een aantal van {count} op een totaal van {total} kan niet.",
            "Het aantal moet tussen 0 en het totaal liggen.",
        )
