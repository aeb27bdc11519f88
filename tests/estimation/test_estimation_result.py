"""What every estimate promises: intervals that carry their level, p-values that invert them, nothing that changes."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from evaluatie.errors import EstimationError
from evaluatie.estimation import Estimate, difference_in_proportions, proportion, rate_ratio, ratio_of_ratios
from evaluatie.estimation.result import StudentInference


def _student(value: float = 2.0, std_error: float = 0.8, dof: float = 11) -> Estimate:
    inference = StudentInference(value, std_error, dof)
    return Estimate(value, std_error, dof, 48, "toets", "effect", "aandeel", inference)


@pytest.mark.parametrize(
    ("dof", "critical"),
    [(1, 12.706), (4, 2.776), (10, 2.228), (30, 2.042), (math.inf, 1.960)],
)
def test_student_intervals_use_the_printed_critical_values(dof: float, critical: float) -> None:
    """Fisher and Yates, Statistical Tables, table III, 5% two-sided, printed in three decimals."""
    lower, upper = StudentInference(0.0, 1.0, dof).bounds(0.95)
    assert upper == pytest.approx(critical, abs=0.5e-3)
    assert lower == -upper


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.floats(-8, 8), st.floats(0.05, 5), st.integers(1, 400))
def test_student_p_values_follow_from_the_incomplete_beta_function(value: float, std_error: float, dof: int) -> None:
    """P(|T| > t) = I(dof / (dof + t²); dof/2, 1/2), Abramowitz and Stegun (1964) 26.7.1; 1e-10 is arithmetic."""
    t = value / std_error
    expected = special.betainc(dof / 2, 0.5, dof / (dof + t * t))
    assert StudentInference(value, std_error, dof).p_value(0.0) == pytest.approx(expected, rel=1e-10)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.floats(-3, 3), st.floats(0.01, 0.999), st.floats(-6, 6), st.integers(2, 100))
def test_a_value_lies_in_the_interval_exactly_when_its_p_value_exceeds_one_minus_the_level(
    value: float, level: float, null: float, dof: int
) -> None:
    inference = StudentInference(value, 0.7, dof)
    lower, upper = inference.bounds(level)
    p = inference.p_value(null)
    if abs(p - (1 - level)) > 1e-10:
        assert (lower <= null <= upper) == (p > 1 - level)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.floats(0.3, 0.98), st.floats(0.005, 0.015))
def test_intervals_grow_with_their_level(level: float, step: float) -> None:
    for estimate in (
        proportion(12, 40),
        proportion(10, 40, rounding=10),
        difference_in_proportions(12, 40, 30, 60),
        rate_ratio(12, 6, 9, 12),
        ratio_of_ratios(90, [80, 70, 60], 900, [800, 900, 700]),
        _student(),
    ):
        assert isinstance(estimate, Estimate)
        narrow, wide = estimate.interval(level), estimate.interval(level + step)
        assert wide.lower < narrow.lower < narrow.upper < wide.upper


def test_a_row_carries_the_level_of_its_own_interval() -> None:
    estimate = _student()
    row = estimate.tidy(0.8).iloc[0]
    interval = estimate.interval(0.8)
    assert (row["conf_level"], row["conf_low"], row["conf_high"]) == (0.8, interval.lower, interval.upper)
    assert (row["estimate"], row["std_error"], row["p_value"]) == (2.0, 0.8, estimate.p_value)
    assert (row["n"], row["method"], row["estimand"], row["unit"]) == (48, "toets", "effect", "aandeel")


def test_asking_never_changes_the_estimate() -> None:
    estimate = _student()
    before = (estimate.value, estimate.p_value, estimate.interval(), estimate.tidy().to_dict())
    estimate.tidy(0.5)
    estimate.interval(0.999)
    estimate._repr_html_()
    assert (estimate.value, estimate.p_value, estimate.interval(), estimate.tidy().to_dict()) == before
    with pytest.raises(dataclasses.FrozenInstanceError):
        estimate.value = 3.0  # type: ignore[misc]


@pytest.mark.parametrize("level", [0.0, 1.0, 1.5, 95, -0.1, math.nan])
def test_a_level_outside_zero_to_one_is_refused(level: float) -> None:
    for estimate in (_student(), proportion(3, 10)):
        assert isinstance(estimate, Estimate)
        with pytest.raises(EstimationError, match="Kies een getal tussen 0 en 1") as error:
            estimate.interval(level)
        assert error.value.exit_code == 9


def test_an_estimate_without_valid_inference_says_what_to_use_instead() -> None:
    estimate = Estimate(1.0, None, None, 8, "DiD", "effect", "aandeel")
    for ask in (estimate.interval, estimate.tidy, lambda: estimate.p_value):
        with pytest.raises(EstimationError, match="placebo_in_space") as error:
            ask()
        assert error.value.exit_code == 9
    assert "1.0" in estimate._repr_html_()
