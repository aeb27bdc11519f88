"""Placebo in space with every estimator, placebo in time, and leave one out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluatie.errors import EstimationError
from evaluatie.estimation import (
    Estimate,
    LeaveOneOut,
    NotEstimated,
    PlaceboInTime,
    PlaceboResult,
    SyntheticControl,
    UnitFit,
    leave_one_out,
    placebo_in_space,
    placebo_in_time,
    synthetic_control,
)
from evaluatie.estimation.panels.did import Panel
from evaluatie.estimation.simulate.factors import simulate_factor_panel
from evaluatie.estimation.synthetic.simplex import nearest_average

ROLES = {"outcome": "y", "unit": "unit", "time": "period", "treated_from": "treated_from"}
NAMES = ("did", "synthetic_control", "synthetic_did")


def found(result: Any, kind: type[Any]) -> Any:
    assert isinstance(result, kind), result
    return result


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return simulate_factor_panel(units=25, before=14, after=4, effect=2.0, seed=8)


def own_synthetic_control(panel: Panel) -> UnitFit:
    """Synthetic control as a user would write it, on a panel with one treated unit."""
    start = int(panel.first_treated[panel.treated][0])
    own, donors = panel.y[panel.treated][0], panel.y[~panel.treated]
    weights, _ = nearest_average(donors[:, :start].T, own[:start])
    gap = own - weights @ donors
    return UnitFit(float(gap[start:].mean()), gap)


@pytest.mark.parametrize("statistic", ["rmspe_ratio", "ferman_pinto", "effect"])
def test_a_function_gives_the_same_as_the_estimator_it_copies(panel: pd.DataFrame, statistic: Any) -> None:
    options = {**ROLES, "weights": "size", "statistic": statistic}
    named = found(placebo_in_space("synthetic_control", panel, **options), PlaceboResult)
    own = found(placebo_in_space(own_synthetic_control, panel, **options), PlaceboResult)
    pd.testing.assert_frame_equal(named.placebos, own.placebos, rtol=1e-10)
    assert named.estimate.p_value == own.estimate.p_value


@pytest.mark.parametrize("name", NAMES)
def test_the_rmspe_is_that_of_the_estimators_own_fit_of_each_unit(panel: pd.DataFrame, name: Any) -> None:
    """Each placebo equals a run of its own without the really treated unit: effect and error before (1e-7)."""
    table = found(placebo_in_space(name, panel, **ROLES, statistic="rmspe_ratio"), PlaceboResult).placebos
    others = panel[panel["treated_from"].isna()]
    for unit in ("gemeente 000", "gemeente 024"):
        alone = others.assign(treated_from=np.where(others["unit"] == unit, 14.0, np.nan))
        own = found(placebo_in_space(name, alone, **ROLES, statistic="rmspe_ratio"), PlaceboResult).placebos
        columns = ["effect", "scale", "pre_rmspe", "post_rmspe"]
        here, there = (frame.set_index("unit").loc[unit, columns].astype(float) for frame in (table, own))
        assert here.to_numpy() == pytest.approx(there.to_numpy(), rel=1e-7, abs=1e-8)
        assert here["scale"] == here["pre_rmspe"]


def test_the_pre_period_error_of_synthetic_control_is_not_that_of_did(panel: pd.DataFrame) -> None:
    scales = [
        found(placebo_in_space(name, panel, **ROLES, statistic="rmspe_ratio"), PlaceboResult).placebos["scale"]
        for name in ("did", "synthetic_control")
    ]
    assert (scales[1] < 0.9 * scales[0]).mean() > 0.7


def test_with_one_period_after_both_rmspe_ratios_give_the_same_p_value() -> None:
    frame = simulate_factor_panel(units=25, before=14, after=1, effect=1.0, seed=8)
    result = found(synthetic_control(frame, **ROLES), SyntheticControl)
    assert found(result.placebo, PlaceboResult).rmspe_ratio_p_value() == result.estimate.p_value


def test_the_resolution_of_the_p_value_is_stated(panel: pd.DataFrame) -> None:
    result = found(placebo_in_space("synthetic_control", panel, **ROLES), PlaceboResult)
    row = result.tidy().iloc[0]
    assert (row["controls"], row["resolution"]) == (24, 1 / 25)
    assert "synthetic control" in row["method"]
    assert "24 controls" in row["method"]
    assert "resolution" in result._repr_html_()
    assert result.plot().get_xlabel() == "effect (y)"


def test_a_plain_effect_has_no_error_to_divide_by(panel: pd.DataFrame) -> None:
    def plain(arrays: Panel) -> float:
        return own_synthetic_control(arrays).effect

    with pytest.raises(EstimationError, match="deze functie geeft alleen een effect") as error:
        placebo_in_space(plain, panel, **ROLES, statistic="rmspe_ratio")
    assert "UnitFit" in error.value.remedy
    result = found(placebo_in_space(plain, panel, **ROLES), PlaceboResult)
    assert "pre_rmspe" not in result.placebos
    with pytest.raises(EstimationError, match="geen fout vóór en na"):
        result.rmspe_ratio_p_value()


def test_an_unknown_estimator_is_refused(panel: pd.DataFrame) -> None:
    for function in (placebo_in_space, placebo_in_time, leave_one_out):
        with pytest.raises(EstimationError, match="schatter 'matching' bestaat niet"):
            function("matching", panel, **ROLES)


@pytest.mark.parametrize("name", NAMES)
def test_leaving_out_a_donor_is_estimating_without_it(panel: pd.DataFrame, name: Any) -> None:
    result = found(leave_one_out(name, panel, **ROLES, weights="size"), LeaveOneOut)
    assert len(result.table) == 24
    whole = found(placebo_in_space(name, panel, **ROLES, weights="size"), PlaceboResult)
    assert result.estimate == pytest.approx(whole.estimate.value, abs=1e-9)
    assert result.table["difference"].abs().is_monotonic_decreasing
    for row in (result.table.iloc[0], result.table.iloc[-1]):
        rest = panel[panel["unit"] != row["left_out"]]
        alone = found(placebo_in_space(name, rest, **ROLES, weights="size"), PlaceboResult)
        assert row["estimate"] == pytest.approx(alone.estimate.value, abs=1e-7)
        assert row["difference"] == pytest.approx(result.estimate - row["estimate"], abs=1e-12)
    assert result.lowest <= result.estimate <= result.highest


def test_leaving_out_is_the_same_for_a_function(panel: pd.DataFrame) -> None:
    named = found(leave_one_out("synthetic_control", panel, **ROLES), LeaveOneOut)
    own = found(leave_one_out(own_synthetic_control, panel, **ROLES), LeaveOneOut)
    one, other = (frame.table.set_index("left_out").sort_index() for frame in (named, own))
    pd.testing.assert_frame_equal(one, other, rtol=1e-9, atol=1e-9)
    assert "<table" in named._repr_html_()
    axes = named.plot()
    shown = named.table["left_out"].head(12).tolist()
    assert [label.get_text() for label in axes.get_yticklabels()] == shown
    assert axes.get_xlabel() == "effect (y)"


def test_a_donor_that_carries_the_estimate_comes_first() -> None:
    """By hand: the treated unit copies A before the start; A then jumps by 8, the rest stay. Only A matters.

    Before: treated 1, 2, 3 and A 1, 2, 3; B 1, 1, 1 and C 3, 3, 3. With A: w = (1, 0, 0), effect 3 − 11 = −8.
    Without A the mean of B and C is 2 in each year with any w: w = (½, ½), effect 3 − 2 = 1.
    """
    series = {"T": [1, 2, 3, 3], "A": [1, 2, 3, 11], "B": [1, 1, 1, 1], "C": [3, 3, 3, 3]}
    rows = [
        {"unit": unit, "period": t, "y": float(y), "treated_from": 3.0 if unit == "T" else np.nan}
        for unit, ys in series.items()
        for t, y in enumerate(ys)
    ]
    result = found(leave_one_out("synthetic_control", pd.DataFrame(rows), **ROLES), LeaveOneOut)
    assert result.estimate == pytest.approx(-8, abs=1e-9)
    assert result.table["left_out"].iloc[0] == "A"
    assert result.table["estimate"].tolist() == pytest.approx([1, -8, -8], abs=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_a_placebo_in_time_is_the_estimate_on_the_periods_before(panel: pd.DataFrame, name: Any) -> None:
    result = found(placebo_in_time(name, panel, **ROLES, starts=[8, 11]), PlaceboInTime)
    before = panel[panel["period"] < 14]
    for start in (8, 11):
        pretended = before.assign(treated_from=np.where(before["treated_from"].notna(), float(start), np.nan))
        alone = found(placebo_in_space(name, pretended, **ROLES), PlaceboResult).estimate
        there = found(result.estimates[start], Estimate)
        assert there.value == pytest.approx(alone.value, abs=1e-12)
        assert there.p_value == alone.p_value
    assert result.tidy()["start"].tolist() == [8, 11]
    assert "<table" in result._repr_html_()
    assert result.plot().get_xlabel() == "verzonnen begin"


def test_what_happens_after_the_real_start_does_not_reach_a_placebo_in_time(panel: pd.DataFrame) -> None:
    wild = panel.assign(y=panel["y"].where(panel["period"] < 14, 1e3))
    one, other = (placebo_in_time("did", frame, **ROLES) for frame in (panel, wild))
    pd.testing.assert_frame_equal(found(one, PlaceboInTime).tidy(), found(other, PlaceboInTime).tidy())


@pytest.mark.parametrize(("before", "after", "start"), [(14, 4, 10), (6, 5, 3), (2, 4, 1)])
def test_by_default_as_many_periods_are_pretended_as_there_really_are(before: int, after: int, start: int) -> None:
    frame = simulate_factor_panel(units=25, before=before, after=after, seed=1)
    assert list(found(placebo_in_time("did", frame, **ROLES), PlaceboInTime).estimates) == [start]


def test_placebos_in_time_are_refused_where_there_is_no_time(panel: pd.DataFrame) -> None:
    for wrong in ([0], [14], [99]):
        with pytest.raises(EstimationError, match="Geen periode tussen") as error:
            placebo_in_time("did", panel, **ROLES, starts=wrong)
        assert "Kies uit 1, 2" in error.value.remedy
    short = simulate_factor_panel(units=25, before=1, after=2, seed=1)
    assert found(placebo_in_time("did", short, **ROLES), NotEstimated).code == "no_pre_period"
    early = found(placebo_in_time("synthetic_control", panel, **ROLES, starts=[2, 9]), PlaceboInTime)
    assert found(early.estimates[2], NotEstimated).code == "few_pre_periods"
    assert early.tidy()["estimate"].isna().tolist() == [True, False]


@pytest.mark.parametrize("function", [placebo_in_time, leave_one_out])
def test_two_treated_units_or_none_are_refused(panel: pd.DataFrame, function: Any) -> None:
    two = panel.assign(treated_from=panel["treated_from"].mask(panel["unit"] == "gemeente 000", 14.0))
    with pytest.raises(EstimationError, match="precies één behandelde eenheid"):
        function("did", two, **ROLES)
    assert found(function("did", panel.assign(treated_from=np.nan), **ROLES), NotEstimated).code == "no_treated"


def test_the_callers_frame_is_not_changed(panel: pd.DataFrame) -> None:
    before = panel.copy(deep=True)
    placebo_in_time("did", panel, **ROLES)
    leave_one_out("synthetic_control", panel, **ROLES)
    placebo_in_space("synthetic_control", panel, **ROLES)
    pd.testing.assert_frame_equal(panel, before)
