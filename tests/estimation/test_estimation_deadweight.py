"""What would have come about anyway, as a share: against arithmetic by hand, and as the inversion of its own test."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from evaluatie.estimation import Estimate, NotEstimated, aipw_att, deadweight, rescale
from evaluatie.estimation.fieller import FiellerInference
from evaluatie.estimation.result import StudentInference

LEVEL, Z = 0.95, 1.959963984540054


def draw(seed: int, n: int = 3000) -> pd.DataFrame:
    """Three groups: the better ones start more often. Starting adds ten points to a chance of 0,1, 0,2 or 0,3."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 3, n)
    start = rng.random(n) < 0.1 + 0.15 * group
    werk = rng.random(n) < 0.1 * (group + 1) + 0.1 * start
    return pd.DataFrame(
        {"groep": group.astype(str), "start": start.astype(float), "werk": werk.astype(float), "persoon": np.arange(n)}
    )


def truth() -> float:
    """Groups start with chance 0,10, 0,25 and 0,40: of 75 starters 10, 25 and 40 are of each."""
    without = (10 * 0.1 + 25 * 0.2 + 40 * 0.3) / 75
    return without / (without + 0.1)


def test_fieller_by_hand() -> None:
    # 2/4 with variances 0,04 and 0,09 and covariance 0,01; z² = 3,841459:
    # a = 16 − 3,841459·0,09 = 15,654269; b = 8 − 3,841459·0,01 = 7,961585; c = 4 − 3,841459·0,04 = 3,846342
    # (b ± √(b² − a·c)) / a = (7,961585 ± √(63,386841 − 60,211666)) / 15,654269 = (7,961585 ± 1,781902) / 15,654269
    lower, upper = FiellerInference(2, 4, 0.04, 0.09, 0.01).bounds(LEVEL)
    assert lower == pytest.approx(0.394760, abs=2e-6)
    assert upper == pytest.approx(0.622416, abs=2e-6)


def test_fieller_is_the_inversion_of_its_test_and_near_the_delta_method() -> None:
    wide = FiellerInference(2, 4, 0.04, 0.09, 0.01, dof=12)
    for end in wide.bounds(LEVEL):
        assert wide.p_value(end) == pytest.approx(0.05)
    precise = FiellerInference(2, 4, 4e-6, 9e-6, 1e-6)
    # delta: (V_n − 2θC + θ²V_d) / d² with θ = 0,5: (4 − 1 + 2,25)e-6 / 16
    assert precise.std_error == pytest.approx(math.sqrt(5.25e-6 / 16))
    lower, upper = precise.bounds(LEVEL)
    assert (upper - lower) / 2 == pytest.approx(Z * precise.std_error, rel=1e-4)


def test_a_denominator_that_may_be_zero_bounds_nothing() -> None:
    assert FiellerInference(2, 0.1, 0.04, 0.09, 0).bounds(LEVEL) == (-math.inf, math.inf)
    assert FiellerInference(1, 2, 0, 0, 0).p_value(0.5) == 1
    assert FiellerInference(1, 2, 0, 0, 0).p_value(0.6) == 0


def test_without_confounders_it_is_one_proportion_over_the_other() -> None:
    # 100 starters of whom 40 left, 100 who waited of whom 20 left, and a trait that tells nothing.
    frame = pd.DataFrame(
        {
            "start": np.repeat([1.0, 0.0], 100),
            "werk": np.concatenate([np.repeat([1.0, 0.0], [40, 60]), np.repeat([1.0, 0.0], [20, 80])]),
            "x": np.tile([0.0, 1.0], 100),
        }
    )
    found = deadweight(frame, outcome="werk", treated="start", covariates=["x"])
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(0.5)
    # V(0,4) = 0,4·0,6/100 and V(0,2) = 0,2·0,8/100, independent; delta: √(0,0016 + 0,25·0,0024) / 0,4
    assert found.std_error == pytest.approx(math.sqrt(0.0016 + 0.25 * 0.0024) / 0.4, rel=1e-6)
    by_hand = FiellerInference(0.2, 0.4, 0.0016, 0.0024, 0.0).bounds(LEVEL)
    assert (found.interval().lower, found.interval().upper) == pytest.approx(by_hand, rel=1e-6)


def test_it_is_the_counterfactual_of_the_same_estimate_and_has_its_p_value() -> None:
    frame = draw(4)
    effect = aipw_att(frame, outcome="werk", treated="start", covariates=["groep"], cluster="persoon")
    found = deadweight(frame, outcome="werk", treated="start", covariates=["groep"], cluster="persoon")
    assert isinstance(found, Estimate)
    assert not isinstance(effect, NotEstimated)
    assert found.value == pytest.approx(effect.counterfactual / (effect.counterfactual + effect.estimate.value))
    assert found.null == 1
    assert found.p_value == pytest.approx(effect.estimate.p_value, rel=1e-6)
    assert found.interval().contains(truth())


@pytest.mark.slow
def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    found = [deadweight(draw(s, 1200), outcome="werk", treated="start", covariates=["groep"]) for s in range(400)]
    held = [estimate.interval().contains(truth()) for estimate in found if isinstance(estimate, Estimate)]
    assert 0.92 <= np.mean(held) <= 0.98  # 0,95 ± 2,75 standard errors of 400 draws


def test_what_cannot_be_estimated_is_refused() -> None:
    frame = draw(1, 200)
    nobody = deadweight(frame.assign(start=0.0), outcome="werk", treated="start", covariates=["groep"])
    never = frame.assign(werk=frame["werk"].where(frame["start"] == 0, 0.0))
    none = deadweight(never, outcome="werk", treated="start", covariates=["groep"])
    four = frame.assign(persoon=frame.index % 4)
    few = deadweight(four, outcome="werk", treated="start", covariates=["groep"], cluster="persoon")
    refused = [found.code for found in (nobody, none, few) if isinstance(found, NotEstimated)]
    assert refused == ["no_treated", "no_events", "too_small"]


def test_rescaling_moves_estimate_interval_and_no_effect_alike() -> None:
    months = Estimate(0.5, 0.2, None, 80, "m", "months", "maanden", StudentInference(0.5, 0.2))
    euros = rescale(months, 1000, unit="euro", estimand="saved")
    assert isinstance(euros, Estimate)
    assert (euros.value, euros.std_error, euros.unit, euros.estimand) == (500, 200, "euro", "saved")
    assert euros.interval().lower == pytest.approx(500 - Z * 200)
    assert euros.p_value == pytest.approx(months.p_value)
    left = rescale(months, -1000, shift=2000, unit="euro")
    assert isinstance(left, Estimate)
    assert (left.value, left.null, left.estimand) == (1500, 2000, "months")
    assert (left.interval().lower, left.interval().upper) == pytest.approx((1500 - Z * 200, 1500 + Z * 200))
    assert left.p_value == pytest.approx(months.p_value)
    bare = rescale(Estimate(3.0, None, None, 9, "m", "e", "u"), 2, unit="u")
    assert isinstance(bare, Estimate)
    assert (bare.value, bare.std_error, bare.inference) == (6, None, None)
    refused = NotEstimated("x", "y")
    assert rescale(refused, 2, unit="euro") is refused
