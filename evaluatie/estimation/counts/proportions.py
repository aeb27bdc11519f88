"""Published counts: proportions, their differences and ratios, with intervals that fit small numbers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from evaluatie.errors import EstimationError
from evaluatie.estimation.result import Estimate, InvertedInference, NotEstimated

_SHARE = "share"


@dataclass(frozen=True, slots=True)
class _Counted(InvertedInference):
    """Interval of a function of counts; `ends` maps a level to (lower, upper)."""

    ends: Callable[[float], tuple[float, float]]

    def bounds(self, level: float) -> tuple[float, float]:
        return self.ends(level)


def proportion(
    count: int, total: int, *, rounding: int = 0, method: Literal["wilson", "exact"] = "wilson"
) -> Estimate | NotEstimated:
    """Estimate a proportion with Wilson's interval, or the exact one of Clopper and Pearson.

    Parameters
    ----------
    count, total : int
        Successes and trials.
    rounding : int
        Counts were rounded to multiples of this number; the interval then covers that of every pair of true
        counts that rounds to the published ones.
    method : {"wilson", "exact"}
        Wilson holds its level on average; the exact interval holds it for every proportion and is wider.

    Returns
    -------
    Estimate or NotEstimated
        Not estimated when the total is zero.

    Raises
    ------
    EstimationError
        For counts that cannot be, a negative rounding, and an unknown method.

    References
    ----------
    Wilson (1927), JASA 22(158); Clopper and Pearson (1934), Biometrika 26; Brown, Cai and DasGupta (2001),
    Statistical Science 16(2), who recommend the first.
    """
    _check_counts(count, total, rounding)
    if method not in _INTERVALS:
        raise EstimationError(f"Methode '{method}' bestaat niet.", "Kies 'wilson' of 'exact'.")
    name, interval = _INTERVALS[method]
    if total == 0:
        return NotEstimated("the total is zero", "too_small", "proportion", "proportion")

    def ends(level: float) -> tuple[float, float]:
        intervals = [interval(k, n, level) for k, n in _rounded_pairs(count, total, rounding)]
        return min(low for low, _ in intervals), max(high for _, high in intervals)

    p = float(count / total)
    return Estimate(p, math.sqrt(p * (1 - p) / total), None, int(total), name, "proportion", _SHARE, _Counted(ends))


def difference_in_proportions(
    count_1: int, total_1: int, count_0: int, total_0: int, *, rounding: int = 0
) -> Estimate | NotEstimated:
    """Estimate ``count_1 / total_1 − count_0 / total_0`` with Newcombe's hybrid score interval.

    Parameters
    ----------
    count_1, total_1, count_0, total_0 : int
        Successes and trials of the two groups, which have nobody in common.
    rounding : int
        Counts were rounded to multiples of this number; the interval then covers that of every four true counts
        that round to the published ones.

    Returns
    -------
    Estimate or NotEstimated
        Not estimated when a total is zero.

    Raises
    ------
    EstimationError
        For counts that cannot be and for a negative rounding.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873–890, method 10.
    """
    _check_counts(count_1, total_1, rounding)
    _check_counts(count_0, total_0, rounding)
    if not (total_0 and total_1):
        return NotEstimated("a total is zero", "too_small", "difference in proportions", "difference")

    def ends(level: float) -> tuple[float, float]:
        firsts = [(k / n, *_wilson(k, n, level)) for k, n in _rounded_pairs(count_1, total_1, rounding)]
        seconds = [(k / n, *_wilson(k, n, level)) for k, n in _rounded_pairs(count_0, total_0, rounding)]
        intervals = [_newcombe(first, second) for first in firsts for second in seconds]
        return min(low for low, _ in intervals), max(high for _, high in intervals)

    p_1, p_0 = float(count_1 / total_1), float(count_0 / total_0)
    se = math.sqrt(p_1 * (1 - p_1) / total_1 + p_0 * (1 - p_0) / total_0)
    return Estimate(
        p_1 - p_0, se, None, int(total_0 + total_1), "Newcombe", "difference in proportions", _SHARE, _Counted(ends)
    )


def rate_ratio(
    count_1: int, exposure_1: float, count_0: int, exposure_0: float, *, rounding: int = 0
) -> Estimate | NotEstimated:
    """Estimate the ratio of two Poisson rates with the exact conditional interval.

    Given the total, the first count is binomial; the Clopper–Pearson interval for its share becomes an
    interval for the ratio.

    Parameters
    ----------
    count_1, count_0 : int
        Events.
    exposure_1, exposure_0 : float
        What they are events in (person-months); never rounded.
    rounding : int
        Counts were rounded to multiples of this number; the interval then covers that of every pair of true counts
        that rounds to the published ones.

    Returns
    -------
    Estimate or NotEstimated
        Not estimated when a count is, or by its rounding may have been, zero: the ratio then has no bound.

    Raises
    ------
    EstimationError
        For negative counts or rounding, and for an exposure that is not positive.

    References
    ----------
    Przyborowski and Wilenski (1940), Biometrika 31; Fay (2010), Biostatistics 11(2).
    """
    _check_rates(count_1, exposure_1, count_0, exposure_0, rounding)
    half = rounding / 2
    if min(count_0, count_1) <= half:
        return NotEstimated("one of the counts is, or may be, zero", "too_small", "rate ratio", "ratio of rates")

    def to_ratio(share: float) -> float:
        return share / (1 - share) * exposure_0 / exposure_1

    def ends(level: float) -> tuple[float, float]:
        # The share grows with the first count and shrinks with the second: the corners hold the extremes.
        low = _clopper_pearson(count_1 - half, count_1 + count_0, level)[0]
        high = _clopper_pearson(count_1 + half, count_1 + count_0, level)[1]
        return to_ratio(low), to_ratio(high)

    ratio = float((count_1 / exposure_1) / (count_0 / exposure_0))
    se = ratio * math.sqrt(1 / count_1 + 1 / count_0)
    total = int(count_1 + count_0)
    return Estimate(
        ratio, se, None, total, "exact conditional Poisson", "ratio of rates", "ratio", _Counted(ends), null=1.0
    )


def largest_count_that_differs(total_1: int, count_0: int, total_0: int, *, level: float = 0.95) -> int | None:
    """Return the largest ``count_1`` below the old share whose difference from it would be distinguishable.

    This answers "what would the same numbers have to show": with `total_1` people now, how few of
    them may show the outcome before the interval of the difference excludes zero?

    Parameters
    ----------
    total_1 : int
        Trials now.
    count_0, total_0 : int
        Successes and trials then.
    level : float
        Of the interval.

    Returns
    -------
    int or None
        None when not even zero would do.
    """
    for count in range(int(count_0 / total_0 * total_1), -1, -1):
        estimate = difference_in_proportions(count, total_1, count_0, total_0)
        if isinstance(estimate, Estimate) and estimate.interval(level).upper < 0:
            return count
    return None


def smallest_total_that_differs(share: float, reference: float, *, level: float = 0.95) -> int | None:
    """Return the smallest denominator for which an observed `share` excludes `reference` (Wilson).

    Searched from 5 up, one by one to 2.000 and by hundreds to 100.000.

    Parameters
    ----------
    share : float
        What was observed.
    reference : float
        What it is held against, taken as known.
    level : float
        Of the interval.

    Returns
    -------
    int or None
        None when even the largest would not do.
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


def _clopper_pearson(count: float, total: float, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    low = float(stats.beta.ppf(tail, count, total - count + 1)) if count > 0 else 0.0
    high = float(stats.beta.ppf(1 - tail, count + 1, total - count)) if count < total else 1.0
    return low, high


_INTERVALS = {"wilson": ("Wilson", _wilson), "exact": ("Clopper–Pearson", _clopper_pearson)}


def _newcombe(first: tuple[float, float, float], second: tuple[float, float, float]) -> tuple[float, float]:
    """Combine two shares, each with its Wilson ends, into an interval for their difference."""
    (p_1, low_1, high_1), (p_0, low_0, high_0) = first, second
    difference = p_1 - p_0
    return difference - math.hypot(p_1 - low_1, high_0 - p_0), difference + math.hypot(high_1 - p_1, p_0 - low_0)


def _rounded_pairs(count: int, total: int, rounding: int) -> list[tuple[float, float]]:
    """Return the corners of what the true count and total may have been; the extremes of an interval lie there."""
    half = rounding / 2
    counts = {max(0.0, count - half), count + half}
    totals = {max(1.0, total - half), total + half}
    return [(min(k, n), n) for k in counts for n in totals]


def _check_counts(count: int, total: int, rounding: int = 0) -> None:
    if not 0 <= count <= total:
        raise EstimationError(
            f"Een aantal van {count} op een totaal van {total} kan niet.",
            "Het aantal moet tussen 0 en het totaal liggen.",
        )
    _check_rounding(rounding)


def _check_rates(count_1: int, exposure_1: float, count_0: int, exposure_0: float, rounding: int) -> None:
    if min(count_1, count_0) < 0:
        raise EstimationError(f"Een aantal van {min(count_1, count_0)} kan niet.", "Een aantal is nul of meer.")
    if not (0 < exposure_1 < math.inf and 0 < exposure_0 < math.inf):
        raise EstimationError("De omvang moet positief zijn.", "Geef voor beide groepen maanden of personen op.")
    _check_rounding(rounding)


def _check_rounding(rounding: int) -> None:
    if rounding < 0:
        raise EstimationError(f"Een afronding van {rounding} kan niet.", "Gebruik 0 (niet afgerond), 5, 10 of 100.")
