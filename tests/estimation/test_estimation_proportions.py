"""Intervals for published counts, held against the articles that define them and against other arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, special, stats

from evaluatie.errors import EstimationError
from evaluatie.estimation import (
    Estimate,
    NotEstimated,
    difference_in_proportions,
    largest_count_that_differs,
    proportion,
    rate_ratio,
    smallest_total_that_differs,
)

Z = 1.959963984540054
"""The 97,5% point of the normal, to 15 decimals (Abramowitz and Stegun 1964, table 26.5, has ten of them)."""
PRINTED = 0.5e-4
"""Newcombe prints four decimals: a right number is within half a unit of the last one."""

levels = st.floats(0.5, 0.999)


def wilson(count: float, total: float, z: float = Z) -> tuple[float, float]:
    """Write out Wilson's interval, Newcombe (1998a), method 3."""
    p, q = count / total, 1 - count / total
    centre, reach = 2 * total * p + z**2, z * math.sqrt(z**2 + 4 * total * p * q)
    return (centre - reach) / (2 * (total + z**2)), (centre + reach) / (2 * (total + z**2))


def newcombe(k_1: int, n_1: int, k_0: int, n_0: int, z: float = Z) -> tuple[float, float]:
    """Write out Newcombe (1998b), method 10: the two Wilson intervals, squared and added."""
    (low_1, high_1), (low_0, high_0) = wilson(k_1, n_1, z), wilson(k_0, n_0, z)
    p_1, p_0 = k_1 / n_1, k_0 / n_0
    down = math.sqrt((p_1 - low_1) ** 2 + (high_0 - p_0) ** 2)
    up = math.sqrt((high_1 - p_1) ** 2 + (p_0 - low_0) ** 2)
    return p_1 - p_0 - down, p_1 - p_0 + up


def clopper_pearson(count: float, total: float, tail: float = 0.025) -> tuple[float, float]:
    """Find the shares that make the observed count just too rare, by bisection of the incomplete beta function."""
    low, high = 0.0, 1.0
    if count > 0:
        low = optimize.brentq(lambda p: special.betainc(count, total - count + 1, p) - tail, 0, 1, xtol=1e-14)
    if count < total:
        high = optimize.brentq(lambda p: special.betainc(count + 1, total - count, p) - (1 - tail), 0, 1, xtol=1e-14)
    return low, high


def estimated(result: Estimate | NotEstimated) -> Estimate:
    assert isinstance(result, Estimate)
    return result


@pytest.mark.parametrize(
    ("count", "total", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_that_of_newcombe_1998(count: int, total: int, lower: float, upper: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3, printed in four decimals."""
    interval = estimated(proportion(count, total)).interval()
    assert interval.lower == pytest.approx(lower, abs=PRINTED)
    assert interval.upper == pytest.approx(upper, abs=PRINTED)
    # The formula written out above agrees with the print and with the code: 1e-12 leaves room for arithmetic only.
    assert (interval.lower, interval.upper) == pytest.approx(wilson(count, total), abs=1e-12)


@pytest.mark.parametrize(
    ("k_1", "n_1", "k_0", "n_0", "lower", "upper"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ],
)
def test_difference_is_method_10_of_newcombe_1998(
    k_1: int, n_1: int, k_0: int, n_0: int, lower: float, upper: float
) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10, printed in four decimals."""
    estimate = estimated(difference_in_proportions(k_1, n_1, k_0, n_0))
    assert estimate.value == pytest.approx(k_1 / n_1 - k_0 / n_0, abs=1e-15)
    interval = estimate.interval()
    assert interval.lower == pytest.approx(lower, abs=PRINTED)
    assert interval.upper == pytest.approx(upper, abs=PRINTED)
    assert (interval.lower, interval.upper) == pytest.approx(newcombe(k_1, n_1, k_0, n_0), abs=1e-12)


@pytest.mark.parametrize(("count", "total", "null"), [(81, 263, 0.25), (15, 148, 0.17), (7, 20, 0.5), (1, 29, 0.1)])
def test_p_value_of_a_proportion_is_the_score_test(count: int, total: int, null: float) -> None:
    """Wilson's interval inverts the score test; 1e-8 is a hundred times what the root finder leaves."""
    score = abs(count / total - null) / math.sqrt(null * (1 - null) / total)
    estimate = estimated(proportion(count, total))
    assert estimate.inference is not None
    assert estimate.inference.p_value(null) == pytest.approx(special.erfc(score / math.sqrt(2)), abs=1e-8)


@pytest.mark.parametrize(
    ("k_1", "t_1", "k_0", "t_0"), [(11, 800, 21, 3011), (3, 1, 9, 2), (40, 12, 25, 8), (1, 1, 1, 1)]
)
def test_rate_ratio_follows_from_beta_quantiles(k_1: int, t_1: float, k_0: int, t_0: float) -> None:
    """Clopper-Pearson as quantiles of the beta distribution, carried from the share to the ratio (1e-9: arithmetic)."""
    estimate = estimated(rate_ratio(k_1, t_1, k_0, t_0))
    assert estimate.value == pytest.approx((k_1 / t_1) / (k_0 / t_0), rel=1e-14)
    for level in (0.8, 0.95, 0.99):
        tail = (1 - level) / 2
        low, high = stats.beta.ppf(tail, k_1, k_0 + 1), stats.beta.ppf(1 - tail, k_1 + 1, k_0)
        interval = estimate.interval(level)
        assert interval.lower == pytest.approx(low / (1 - low) * t_0 / t_1, rel=1e-9)
        assert interval.upper == pytest.approx(high / (1 - high) * t_0 / t_1, rel=1e-9)


def test_rate_ratio_is_that_of_poisson_test_in_r() -> None:
    """The example on R's own help page of `poisson.test`: 11 in 800 against 21 in 3011; R prints seven digits."""
    estimate = estimated(rate_ratio(11, 800, 6 + 8 + 7, 1083 + 1050 + 878))
    assert estimate.value == pytest.approx(1.971488, abs=0.5e-6)
    interval = estimate.interval()
    assert interval.lower == pytest.approx(0.8584264, abs=0.5e-7)
    assert interval.upper == pytest.approx(4.2772659, abs=0.5e-7)


@pytest.mark.parametrize(
    ("k_1", "t_1", "k_0", "t_0"), [(11, 800, 21, 3011), (3, 1, 9, 2), (40, 12, 25, 8), (20, 1, 3, 1)]
)
def test_p_value_of_a_rate_ratio_is_twice_the_smaller_binomial_tail(k_1: int, t_1: float, k_0: int, t_0: float) -> None:
    """The central test written out; 1e-8 is a hundred times what the root finder leaves."""
    share, n = t_1 / (t_1 + t_0), k_1 + k_0
    chance = [math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    tail = min(sum(chance[: k_1 + 1]), sum(chance[k_1:]))
    assert estimated(rate_ratio(k_1, t_1, k_0, t_0)).p_value == pytest.approx(min(1.0, 2 * tail), abs=1e-8)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 60), st.integers(1, 60), levels)
def test_swapping_the_groups_turns_the_difference_around(k_1: int, n_1: int, k_0: int, n_0: int, level: float) -> None:
    k_1, k_0 = min(k_1, n_1), min(k_0, n_0)
    there = estimated(difference_in_proportions(k_1, n_1, k_0, n_0))
    back = estimated(difference_in_proportions(k_0, n_0, k_1, n_1))
    assert there.value == -back.value
    assert there.interval(level).lower == pytest.approx(-back.interval(level).upper, abs=1e-12)
    assert there.p_value == pytest.approx(back.p_value, abs=1e-8)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(0, 80), st.integers(1, 80), st.integers(0, 80), st.integers(1, 80), levels)
def test_zero_drops_out_of_the_interval_exactly_when_the_p_value_says_so(
    k_1: int, n_1: int, k_0: int, n_0: int, level: float
) -> None:
    estimate = estimated(difference_in_proportions(min(k_1, n_1), n_1, min(k_0, n_0), n_0))
    assume(abs(estimate.p_value - (1 - level)) > 1e-7)  # the root finder's own precision
    assert estimate.interval(level).contains(0.0) == (estimate.p_value > 1 - level)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(0, 20), st.integers(1, 20), st.integers(-5, 5), st.integers(-5, 5))
def test_the_interval_of_rounded_counts_covers_that_of_every_count_that_rounds_to_them(
    tens: int, total_tens: int, off: int, total_off: int
) -> None:
    count, total = 10 * min(tens, total_tens), 10 * total_tens
    true_total = max(total + total_off, 1)
    true_count = min(max(count + off, 0), true_total)
    wide, true = estimated(proportion(count, total, rounding=10)).interval(), wilson(true_count, true_total)
    assert wide.lower <= true[0] + 1e-12
    assert wide.upper >= true[1] - 1e-12


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(5, 120), st.integers(0, 120), st.integers(5, 120))
def test_the_largest_count_that_differs_is_the_last_one(total_1: int, count_0: int, total_0: int) -> None:
    count_0 = min(count_0, total_0)
    found = largest_count_that_differs(total_1, count_0, total_0)
    differing = [k for k in range(total_1 + 1) if newcombe(k, total_1, count_0, total_0)[1] < 0]
    assert found == max(differing, default=None)


@pytest.mark.parametrize(("share", "reference"), [(0.16, 0.08), (0.32, 0.30), (0.3, 0.5), (0.2, 0.21)])
def test_the_smallest_total_that_differs_is_the_first_one(share: float, reference: float) -> None:
    found = smallest_total_that_differs(share, reference)
    assert found is not None
    step = 1 if found <= 2000 else 100  # above two thousand the search takes steps of a hundred
    low, high = wilson(share * found, found)
    assert not low <= reference <= high
    low, high = wilson(share * (found - step), found - step)
    assert low <= reference <= high


def test_equal_shares_never_differ() -> None:
    assert smallest_total_that_differs(0.2, 0.2) is None
    assert largest_count_that_differs(3, 1, 3) is None


def test_nothing_is_estimated_from_nothing() -> None:
    for result in (
        proportion(0, 0),
        difference_in_proportions(0, 0, 3, 5),
        rate_ratio(0, 1, 4, 1),
        rate_ratio(4, 1, 0, 1),
    ):
        assert isinstance(result, NotEstimated)
        assert result.code == "too_small"


@pytest.mark.parametrize(("count", "total"), [(6, 5), (-1, 5)])
def test_an_impossible_count_is_refused_with_the_numbers_in_the_message(count: int, total: int) -> None:
    with pytest.raises(EstimationError, match=f"Een aantal van {count} op een totaal van {total} kan niet") as error:
        proportion(count, total)
    assert error.value.exit_code == 9
    with pytest.raises(EstimationError):
        difference_in_proportions(1, 2, count, total)


def test_wilson_covers_95_percent_on_average() -> None:
    """Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133: the mean coverage is close to nominal.

    Exact, not simulated: every count weighs with its binomial probability. Half a point is what they read
    off for n = 50; a Wald interval covers 92% here and fails.
    """
    n, shares = 50, np.linspace(0.02, 0.98, 97)
    ends = [estimated(proportion(k, n)).interval() for k in range(n + 1)]
    coverage = [
        sum(stats.binom.pmf(k, n, p) for k, interval in enumerate(ends) if interval.contains(p)) for p in shares
    ]
    assert np.mean(coverage) == pytest.approx(0.95, abs=0.005)


@pytest.mark.parametrize(
    ("count", "total", "lower", "upper"),
    [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0000, 0.1684), (1, 29, 0.0009, 0.1776)],
)
def test_the_exact_interval_is_that_of_newcombe_1998(count: int, total: int, lower: float, upper: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 5 (Clopper-Pearson), four decimals.

    Recomputed by bisection of the incomplete beta function, which knows no quantile function (1e-10).
    """
    interval = estimated(proportion(count, total, method="exact")).interval()
    assert interval.lower == pytest.approx(lower, abs=PRINTED)
    assert interval.upper == pytest.approx(upper, abs=PRINTED)
    assert (interval.lower, interval.upper) == pytest.approx(clopper_pearson(count, total), abs=1e-10)


def test_the_exact_interval_is_that_of_r_and_of_scipy() -> None:
    """R's own help page of `binom.test`: Mendel, 682 of 925 dominant, [0,7076683; 0,7654066]; scipy at 1e-12."""
    interval = estimated(proportion(682, 925, method="exact")).interval()
    assert (interval.lower, interval.upper) == pytest.approx((0.7076683, 0.7654066), abs=0.5e-7)
    for count, total in ((3, 10), (0, 7), (7, 7), (41, 516)):
        expected = stats.binomtest(count, total).proportion_ci(0.9, "exact")
        found = estimated(proportion(count, total, method="exact")).interval(0.9)
        assert (found.lower, found.upper) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_the_exact_interval_never_covers_less_than_it_says() -> None:
    """Brown, Cai and DasGupta (2001), Statistical Science 16, section 4.2.1: Clopper-Pearson is conservative.

    Exact, not simulated. Where Wilson drops below 95% for some share, the exact interval does for none.
    """
    n, shares = 50, np.linspace(0.005, 0.995, 199)
    least = {}
    for method in ("wilson", "exact"):
        ends = [estimated(proportion(k, n, method=method)).interval() for k in range(n + 1)]
        least[method] = min(
            sum(stats.binom.pmf(k, n, p) for k, interval in enumerate(ends) if interval.contains(p)) for p in shares
        )
    assert least["exact"] >= 0.95
    assert least["wilson"] < 0.93


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(0, 8), st.integers(1, 8), st.integers(0, 8), st.integers(1, 8), levels, st.sampled_from([5, 10]))
def test_the_difference_of_rounded_counts_covers_that_of_all_true_counts(
    k_1: int, n_1: int, k_0: int, n_0: int, level: float, rounding: int
) -> None:
    """Every four whole numbers that round to the published ones, by Newcombe's formula; 1e-9 is arithmetic."""
    k_1, n_1, k_0, n_0 = (rounding * v for v in (min(k_1, n_1), n_1, min(k_0, n_0), n_0))
    z = stats.norm.ppf(0.5 + level / 2)
    (p_1, low_1, high_1), (p_0, low_0, high_0) = (_every_arm(k, n, rounding, z) for k, n in ((k_1, n_1), (k_0, n_0)))
    difference = np.subtract.outer(p_1, p_0)
    down = np.hypot((p_1 - low_1)[:, None], (high_0 - p_0)[None, :])
    up = np.hypot((high_1 - p_1)[:, None], (p_0 - low_0)[None, :])
    interval = estimated(difference_in_proportions(k_1, n_1, k_0, n_0, rounding=rounding)).interval(level)
    assert interval.lower <= (difference - down).min() + 1e-9
    assert interval.upper >= (difference + up).max() - 1e-9
    plain = estimated(difference_in_proportions(k_1, n_1, k_0, n_0)).interval(level)
    assert interval.lower < plain.lower + 1e-12
    assert interval.upper > plain.upper - 1e-12


def _every_arm(count: int, total: int, rounding: int, z: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return share and Wilson ends of every whole count and total that round to the published ones."""
    steps = np.arange(-(rounding // 2), rounding // 2 + 1)
    k, n = (grid.ravel().astype(float) for grid in np.meshgrid(count + steps, total + steps))
    possible = (k >= 0) & (n >= 1) & (k <= n)
    k, n = k[possible], n[possible]
    p = k / n
    centre, reach = 2 * n * p + z**2, z * np.sqrt(z**2 + 4 * n * p * (1 - p))
    return p, (centre - reach) / (2 * (n + z**2)), (centre + reach) / (2 * (n + z**2))


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(1, 20), st.integers(1, 20), levels)
def test_the_ratio_of_rounded_counts_covers_that_of_all_true_counts(tens_1: int, tens_0: int, level: float) -> None:
    k_1, k_0 = 10 * tens_1, 10 * tens_0
    wide = estimated(rate_ratio(k_1, 12, k_0, 24, rounding=10)).interval(level)
    for off_1 in (-5, -2, 0, 4, 5):
        for off_0 in (-5, -3, 0, 1, 5):
            true = estimated(rate_ratio(k_1 + off_1, 12, k_0 + off_0, 24)).interval(level)
            assert wide.lower <= true.lower + 1e-9
            assert wide.upper >= true.upper - 1e-9
    # It is not wider than it has to be: its ends are those of the two extreme pairs.
    low = estimated(rate_ratio(k_1 - 5, 12, k_0 + 5, 24)).interval(level).lower
    high = estimated(rate_ratio(k_1 + 5, 12, k_0 - 5, 24)).interval(level).upper
    assert (wide.lower, wide.upper) == pytest.approx((low, high), rel=1e-9)


def test_a_count_that_may_have_been_zero_has_no_ratio() -> None:
    result = rate_ratio(5, 12, 40, 12, rounding=10)
    assert isinstance(result, NotEstimated)
    assert result.code == "too_small"
    assert isinstance(rate_ratio(10, 12, 40, 12, rounding=10), Estimate)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: proportion(3, 10, rounding=-10), "afronding van -10 kan niet"),
        (lambda: proportion(3, 10, method="wald"), "Methode 'wald' bestaat niet"),
        (lambda: difference_in_proportions(3, 10, 2, 10, rounding=-1), "afronding van -1"),
        (lambda: rate_ratio(3, 10, 2, 10, rounding=-1), "afronding van -1"),
        (lambda: rate_ratio(-3, 10, 2, 10), "aantal van -3 kan niet"),
        (lambda: rate_ratio(3, 0, 2, 10), "omvang moet positief zijn"),
        (lambda: rate_ratio(3, 10, 2, math.inf), "omvang moet positief zijn"),
        (lambda: rate_ratio(3, 10, 2, math.nan), "omvang moet positief zijn"),
    ],
)
def test_impossible_input_is_refused_in_dutch(call, message: str) -> None:
    with pytest.raises(EstimationError, match=message) as error:
        call()
    assert error.value.remedy
