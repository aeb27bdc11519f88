"""The ratio of two ratios, held against a Poisson regression."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm

from evaluatie.estimation import Estimate, NotEstimated, ratio_of_ratios

LOCAL_NOW, LOCAL_BEFORE = 180.0, [220.0, 210.0, 240.0]
NATIONAL_NOW, NATIONAL_BEFORE = 116950.0, [148250.0, 141730.0, 150000.0]


def _compute(**options: int) -> Estimate:
    estimate = ratio_of_ratios(LOCAL_NOW, LOCAL_BEFORE, NATIONAL_NOW, NATIONAL_BEFORE, **options)
    assert isinstance(estimate, Estimate)
    return estimate


def test_the_ratio_is_the_one_of_the_regeling_worked_out_by_hand() -> None:
    # Own: 180 against the mean 670 / 3; nation: 116.950 against the mean 439.980 / 3.
    assert _compute().value == pytest.approx((180 / (670 / 3)) / (116950 / (439980 / 3)), rel=1e-14)


@pytest.mark.filterwarnings("ignore:Perfect separation", "ignore:divide by zero")  # a saturated model fits exactly
def test_value_interval_and_p_value_are_those_of_a_poisson_regression() -> None:
    """Statsmodels, saturated Poisson regression on four counts with the years as exposure.

    Its interaction is the logarithm of the ratio of ratios and its Wald interval the one meant here; 1e-6 is
    what iterated reweighting leaves.
    """
    counts = [LOCAL_NOW, sum(LOCAL_BEFORE), NATIONAL_NOW, sum(NATIONAL_BEFORE)]
    now, local = np.array([1, 0, 1, 0]), np.array([1, 1, 0, 0])
    design = np.column_stack([np.ones(4), now, local, now * local])
    fit = sm.GLM(counts, design, family=sm.families.Poisson(), exposure=[1, 3, 1, 3]).fit(tol=1e-14)
    estimate = _compute()
    assert math.log(estimate.value) == pytest.approx(fit.params[3], rel=1e-6)
    assert estimate.std_error == pytest.approx(fit.bse[3] * estimate.value, rel=1e-6)
    assert estimate.p_value == pytest.approx(fit.pvalues[3], rel=1e-6)
    lower, upper = fit.conf_int(0.10)[3]
    interval = estimate.interval(0.90)
    assert (interval.lower, interval.upper) == pytest.approx((math.exp(lower), math.exp(upper)), rel=1e-6)


def test_rounding_to_tens_adds_the_variance_of_a_uniform_error_to_every_count() -> None:
    # 10² / 12 per count; the means before hold three of them.
    counts = [(LOCAL_NOW, 1), (sum(LOCAL_BEFORE), 3), (NATIONAL_NOW, 1), (sum(NATIONAL_BEFORE), 3)]
    variance = sum((total + terms * 100 / 12) / total**2 for total, terms in counts)
    estimate = _compute(rounding=10)
    assert estimate.std_error == pytest.approx(estimate.value * math.sqrt(variance), rel=1e-14)
    assert estimate.std_error > (_compute().std_error or math.inf)


def test_moving_exactly_like_the_nation_is_a_ratio_of_one_with_p_one() -> None:
    estimate = ratio_of_ratios(90, [100, 100, 100], 9000, [10000, 10000, 10000])
    assert isinstance(estimate, Estimate)
    assert estimate.value == pytest.approx(1.0, abs=1e-15)
    assert estimate.p_value == pytest.approx(1.0, abs=1e-12)


def test_too_few_years_or_an_empty_count_is_not_estimated() -> None:
    short = ratio_of_ratios(90, [100, 100], 9000, [10000, 10000])
    assert isinstance(short, NotEstimated)
    assert short.code == "missing_years"
    assert "3 previous years are required, 2 are known" in short.reason
    empty = ratio_of_ratios(0, [100, 100, 100], 9000, [10000, 10000, 10000])
    assert isinstance(empty, NotEstimated)
    assert empty.code == "too_small"
