"""The smallest effect that would have been found: by simulation on a panel, by formula for two groups."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.power import NormalIndPower, TTestIndPower

from evaluatie.errors import EstimationError
from evaluatie.estimation import (
    DetectableEffect,
    NotEstimated,
    PlaceboResult,
    minimum_detectable_difference,
    minimum_detectable_effect,
    placebo_in_space,
)
from evaluatie.estimation.simulate.factors import simulate_factor_panel

ROLES = {"outcome": "y", "unit": "unit", "time": "period", "treated_from": "treated_from"}


def found(result: Any, kind: type[Any] = DetectableEffect) -> Any:
    assert isinstance(result, kind), result
    return result


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return simulate_factor_panel(units=60, before=16, after=4, effect=2.0, seed=3)


@pytest.mark.parametrize("statistic", ["ferman_pinto", "effect", "rmspe_ratio"])
def test_the_effect_is_found_in_eighty_percent_and_slightly_less_is_not(panel: pd.DataFrame, statistic: Any) -> None:
    """The whole test is run on each placebo with the effect added, not the short cut of critical values."""
    result = found(minimum_detectable_effect(panel, **ROLES, weights="size", statistic=statistic))
    placebo = placebo_in_space("did", panel, **ROLES, weights="size", statistic=statistic)
    assert isinstance(placebo, PlaceboResult)
    scaled, scale = placebo.inference.scaled, placebo.inference.scale

    def share(effect: float) -> float:
        shifted = [np.abs(scaled + sign * effect / scale) for sign in (-1, 1)]
        p = [(1 + (np.abs(scaled)[None, :] >= one[:, None]).sum(axis=1)) / (len(scaled) + 1) for one in shifted]
        return min(float((one <= 0.05).mean()) for one in p)

    assert share(result.value * (1 + 1e-9)) >= 0.8
    assert share(0.98 * result.value) < 0.8
    for effect in (0.5 * result.value, result.value * (1 + 1e-9), 2 * result.value):
        assert result.power_at(effect) == pytest.approx(share(effect), abs=1e-12)
    assert result.power_at(0) <= 3 / 59  # three of sixty ranks, of which the treated unit itself is none
    assert result.value == placebo.minimum_detectable_effect()


def test_the_outcome_of_the_treated_unit_after_its_start_is_never_used(panel: pd.DataFrame) -> None:
    after = panel["period"] >= panel["treated_from"]
    other = panel.assign(y=panel["y"].mask(after, 500.0))
    for name in ("did", "synthetic_control"):
        for statistic in ("ferman_pinto", "rmspe_ratio"):
            one, two = (
                found(minimum_detectable_effect(frame, **ROLES, weights="size", estimator=name, statistic=statistic))
                for frame in (panel, other)
            )
            assert one.value == two.value


def test_planning_ahead_uses_the_periods_before_only(panel: pd.DataFrame) -> None:
    """The last four of sixteen play the time after: equal to a panel that ends there, whatever came later."""
    planned = found(minimum_detectable_effect(panel, **ROLES, weights="size", horizon=4))
    before = panel[panel["period"] < 16]
    assert found(minimum_detectable_effect(before, **ROLES, weights="size", horizon=4)).value == planned.value
    pretended = before.assign(treated_from=before["treated_from"] - 4)
    assert found(minimum_detectable_effect(pretended, **ROLES, weights="size")).value == planned.value
    nothing = minimum_detectable_effect(before, **ROLES, weights="size")
    assert found(nothing, NotEstimated).code == "no_treated"


def test_a_smaller_unit_and_more_power_need_a_larger_effect(panel: pd.DataFrame) -> None:
    small, large = (
        found(
            minimum_detectable_effect(
                simulate_factor_panel(units=60, factors=0, rank=rank, seed=3), **ROLES, weights="size"
            )
        )
        for rank in (0, 59)
    )
    assert small.value > large.value
    one, two = (found(minimum_detectable_effect(panel, **ROLES, power=power)).value for power in (0.5, 0.9))
    assert one < two


@pytest.mark.parametrize(("units", "enough"), [(19, False), (20, True)])
def test_with_fewer_than_nineteen_controls_no_effect_is_large_enough(units: int, enough: bool) -> None:
    frame = simulate_factor_panel(units=units, before=8, after=3, seed=3)
    result = minimum_detectable_effect(frame, **ROLES)
    if enough:
        assert math.isfinite(found(result).value)
    else:
        assert found(result, NotEstimated).code == "few_controls"
        assert "1/19" in found(result, NotEstimated).reason
    assert math.isfinite(found(minimum_detectable_effect(frame, **ROLES, alpha=0.2)).value)


@pytest.mark.parametrize("horizon", [0, 16, 99])
def test_an_impossible_horizon_is_refused(panel: pd.DataFrame, horizon: int) -> None:
    with pytest.raises(EstimationError, match=f"kan horizon niet {horizon} zijn") as error:
        minimum_detectable_effect(panel, **ROLES, horizon=horizon)
    assert "1 tot en met 15" in error.value.remedy


def test_a_detectable_effect_is_frozen_and_shows_itself(panel: pd.DataFrame) -> None:
    before = panel.copy(deep=True)
    result = found(minimum_detectable_effect(panel, **ROLES, horizon=3))
    pd.testing.assert_frame_equal(panel, before)
    row = result.tidy().iloc[0]
    assert (row["minimum_detectable_effect"], row["power"], row["alpha"]) == (result.value, 0.8, 0.05)
    assert "59 placebo units" in row["method"]
    assert "<table" in result._repr_html_()
    assert result.plot().get_ylabel() == "kans"
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.value = 0.0


@pytest.mark.parametrize(
    ("d", "power", "n"),
    [(0.2, 0.8, 393), (0.5, 0.8, 64), (0.8, 0.8, 26), (0.3, 0.8, 175), (0.2, 0.9, 526), (0.5, 0.9, 85), (0.8, 0.9, 34)],
)
def test_cohens_table_of_sample_sizes_is_met(d: float, power: float, n: int) -> None:
    """Cohen (1988), table 2.4.1, two-sided 5%: n per group detects d, one person less per group does not.

    His table is rounded up or to the nearest for d = 0.2 and 0.3 at 90%/80% (526 for 526.3), hence half a person.
    """
    at = found(minimum_detectable_difference(n, n, standard_deviation=1, power=power)).value
    fewer = found(minimum_detectable_difference(n - 1, n - 1, standard_deviation=1, power=power)).value
    half_a_person = d * 0.5 / (2 * n)
    assert at <= d + half_a_person
    assert fewer > d - half_a_person


@pytest.mark.parametrize(
    ("treated", "control", "power", "alpha"), [(30, 30, 0.8, 0.05), (12, 400, 0.9, 0.01), (5, 9, 0.5, 0.1)]
)
def test_the_t_test_is_that_of_statsmodels(treated: int, control: int, power: float, alpha: float) -> None:
    """The power of statsmodels at our difference; its own solver stops at 1e-6, its power function does not (1e-9)."""
    ours = found(minimum_detectable_difference(treated, control, standard_deviation=2.5, power=power, alpha=alpha))
    theirs = TTestIndPower().power(ours.value / 2.5, treated, alpha, ratio=control / treated)
    assert theirs == pytest.approx(power, abs=1e-9)


def test_the_test_of_two_shares_is_that_of_power_prop_test() -> None:
    """R's documentation of power.prop.test: p1 = .50, p2 = .75, power .90 needs n = 76.7; n = 50 gives power 0.740.

    The printed digits limit it: n between 76.65 and 76.75 moves the difference by 2e-4, power ± 0.0005 by 3e-4.
    """
    value = found(minimum_detectable_difference(77, 77, base_rate=0.5, power=0.9)).value
    assert value < 0.25
    assert found(minimum_detectable_difference(76, 76, base_rate=0.5, power=0.9)).value > 0.25
    assert found(minimum_detectable_difference(50, 50, base_rate=0.5, power=0.740)).value == pytest.approx(
        0.25, abs=3e-4
    )


def test_in_large_groups_the_two_shares_agree_with_statsmodels_arcsine() -> None:
    """Cohen's h is another scale for the same test; with 20.000 a side both agree to 1e-3 of the difference."""
    h = NormalIndPower().solve_power(nobs1=20_000, power=0.8, alpha=0.05)
    share = math.sin(math.asin(math.sqrt(0.2)) + h / 2) ** 2
    value = found(minimum_detectable_difference(20_000, 20_000, base_rate=0.2)).value
    assert value == pytest.approx(share - 0.2, rel=1e-3)


def test_clusters_and_covariates_change_the_variance_as_bloom_has_it() -> None:
    """Design effect 1 + (m − 1)ρ = 1 + 24 · 0,05 = 2,2; covariates leave 1 − 0,36 = 0,64 of it: factor √(2,2 · 0,64).

    With a share there are no degrees of freedom in play, so the groups are simply 2,2 · 0,64 times as small; with
    2.000 persons in 80 clusters the t with 78 degrees of freedom adds 1,5% to the normal.
    """
    plain = found(minimum_detectable_difference(1000, 1000, standard_deviation=1)).value
    options = {"intraclass_correlation": 0.05, "cluster_size": 25, "variance_explained": 0.36}
    design = found(minimum_detectable_difference(1000, 1000, standard_deviation=1, **options)).value
    assert design / plain == pytest.approx(math.sqrt(2.2 * 0.64) * 1.0126, abs=0.003)
    share = found(minimum_detectable_difference(1408, 1408, base_rate=0.3, **options)).value
    assert share == pytest.approx(found(minimum_detectable_difference(1000, 1000, base_rate=0.3)).value, rel=1e-12)
    alone = found(minimum_detectable_difference(1000, 1000, standard_deviation=1, cluster_size=25)).value
    assert alone == plain  # clusters whose members are no more alike than others are no clusters


def test_a_share_may_rise_or_fall() -> None:
    up = found(minimum_detectable_difference(200, 200, base_rate=0.2)).value
    down = found(minimum_detectable_difference(200, 200, base_rate=0.2, direction="down")).value
    mirrored = found(minimum_detectable_difference(200, 200, base_rate=0.8)).value
    assert down == pytest.approx(mirrored, rel=1e-12)
    assert down < up


@pytest.mark.slow
def test_the_formula_holds_in_simulation() -> None:
    """4.000 t-tests at the returned difference: 80% ± 2,58 · 0,63% are significant."""
    rng = np.random.default_rng(5)
    value = found(minimum_detectable_difference(40, 70, standard_deviation=3)).value
    one, two = rng.normal(value, 3, (4000, 40)), rng.normal(0, 3, (4000, 70))
    pooled = np.sqrt((one.var(axis=1, ddof=1) * 39 + two.var(axis=1, ddof=1) * 69) / 108 * (1 / 40 + 1 / 70))
    t = (one.mean(axis=1) - two.mean(axis=1)) / pooled
    assert (np.abs(t) > 1.98217).mean() == pytest.approx(0.8, abs=0.0163)  # t(108), 97,5%


def test_groups_too_small_for_any_difference_say_so() -> None:
    assert found(minimum_detectable_difference(2, 2, base_rate=0.5), NotEstimated).code == "too_small"
    few = minimum_detectable_difference(
        30, 30, standard_deviation=1, intraclass_correlation=0.1, cluster_size=30, alpha=0.05
    )
    assert found(few, NotEstimated).code == "too_small"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "óf standard_deviation óf base_rate"),
        ({"standard_deviation": 1.0, "base_rate": 0.2}, "óf standard_deviation óf base_rate"),
        ({"standard_deviation": 0.0}, "positief getal"),
        ({"standard_deviation": math.nan}, "positief getal"),
        ({"base_rate": 20.0}, "base_rate moet tussen 0 en 1"),
        ({"base_rate": 0.2, "power": 1.0}, "power is 1.0"),
        ({"base_rate": 0.2, "alpha": 0.0}, "alpha is 0.0"),
        ({"standard_deviation": 1.0, "power": 0.05}, "groter zijn dan alpha"),
        ({"base_rate": 0.2, "power": 0.05}, "groter zijn dan alpha"),
        ({"base_rate": 0.2, "variance_explained": 1.0}, "variance_explained"),
        ({"base_rate": 0.2, "intraclass_correlation": -0.1}, "intraclass_correlation"),
        ({"base_rate": 0.2, "cluster_size": 0.5}, "cluster_size"),
    ],
)
def test_impossible_designs_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(EstimationError, match=message) as error:
        minimum_detectable_difference(50, 50, **options)  # type: ignore[arg-type]
    assert error.value.remedy


def test_a_group_of_one_is_refused_and_a_formula_has_no_simulation() -> None:
    with pytest.raises(EstimationError, match="ten minste twee personen"):
        minimum_detectable_difference(1, 50, base_rate=0.2)
    with pytest.raises(EstimationError, match="geen simulatie"):
        found(minimum_detectable_difference(50, 50, base_rate=0.2)).power_at(0.1)
