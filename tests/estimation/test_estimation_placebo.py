"""Placebo in space: worked out by hand, held against `did`, and what it refuses."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluatie.errors import EstimationError
from evaluatie.estimation import Estimate, NotEstimated, PlaceboResult, did, placebo_in_space
from evaluatie.estimation.placebos.placebo import PlaceboInference, fit_size_variance

ROLES = {"outcome": "y", "unit": "eenheid", "time": "jaar", "treated_from": "start"}
DrawPanel = Callable[..., pd.DataFrame]


def found(result: PlaceboResult | NotEstimated) -> PlaceboResult:
    assert isinstance(result, PlaceboResult)
    return result


def run(frame: pd.DataFrame, **options: Any) -> PlaceboResult:
    return found(placebo_in_space("did", frame, **ROLES, **options))


def hand_panel(
    series: dict[str, list[float]], *, treated: str = "A", start: int, **columns: dict[str, Any]
) -> pd.DataFrame:
    """Make a panel of years 1, 2, … from one list per unit; columns are given per unit."""
    rows = [
        {"eenheid": unit, "jaar": year, "y": y, "start": start if unit == treated else np.nan}
        | {name: values[unit] for name, values in columns.items()}
        for unit, ys in series.items()
        for year, y in enumerate(ys, 1)
    ]
    return pd.DataFrame(rows)


def effects_of(result: PlaceboResult) -> dict[str, float]:
    return dict(zip(result.placebos["unit"], result.placebos["effect"], strict=True))


# Changes of the controls: 0, 1, 2, 3, 4, mean 2. Treated: 10, so the effect is 10 − 2 = 8.
# Each control against the other four, A left out: 0 − 10/4 = −2,5; 1 − 9/4 = −1,25; 2 − 8/4 = 0; +1,25; +2,5.
EQUAL = {"A": [5, 15], "B": [1, 1], "C": [7, 8], "D": [0, 2], "E": [4, 7], "F": [2, 6]}


@pytest.mark.parametrize("statistic", ["effect", "ferman_pinto"])
def test_effect_p_value_and_interval_of_six_equal_units_are_those_worked_out_by_hand(statistic: str) -> None:
    """By hand, see above; 1e-12 is arithmetic. Without sizes the scaling is the same for all and cancels out."""
    result = run(hand_panel(EQUAL, start=2), statistic=statistic)
    expected = {"A": 8, "B": -2.5, "C": -1.25, "D": 0, "E": 1.25, "F": 2.5}
    assert effects_of(result) == pytest.approx(expected, abs=1e-12)
    estimate = result.estimate
    assert estimate.value == pytest.approx(8, abs=1e-12)
    assert estimate.p_value == pytest.approx(1 / 6, abs=1e-15)  # no placebo as far from zero as 8
    assert result.inference.p_value(6) == pytest.approx(3 / 6, abs=1e-15)  # 8 − 6 = 2: B and F are as far
    # At 80% the test may reject 0,2 · 6 = 1,2 of six ranks, so one: beyond 2,5. At 50% three: beyond 1,25.
    for level, reach in ((0.8, 2.5), (0.7, 2.5), (0.5, 1.25)):
        interval = estimate.interval(level)
        assert (interval.lower, interval.upper) == pytest.approx((8 - reach, 8 + reach), abs=1e-12)


def test_an_effect_in_the_middle_of_the_placebos_has_a_p_value_that_counts_ties() -> None:
    # A changes 3,25: effect 1,25; B, C, E and F are at least as far: (1 + 4) / 6.
    series = EQUAL | {"A": [5, 8.25]}
    assert run(hand_panel(series, start=2), statistic="effect").estimate.p_value == pytest.approx(5 / 6, abs=1e-15)


def test_weights_decide_what_the_others_did() -> None:
    # Weights B 1, C 1, D 2, E 2, F 4; changes 0, 4, 1, 3, 2: weighted sum 20 over 10, so A: 5 − 2 = 3.
    # B: 0 − 20/9; C: 4 − 16/9; D: 1 − 18/8; E: 3 − 14/8; F: 2 − 12/6. The weight of A itself does not matter.
    series = {"A": [1, 6], "B": [3, 3], "C": [0, 4], "D": [2, 3], "E": [0, 3], "F": [9, 11]}
    expected = {"A": 3, "B": -20 / 9, "C": 20 / 9, "D": -1.25, "E": 1.25, "F": 0}
    for own in (1, 3, 500):
        weights = {"A": own, "B": 1, "C": 1, "D": 2, "E": 2, "F": 4}
        result = run(hand_panel(series, start=2, gewicht=weights), weights="gewicht", statistic="effect")
        assert effects_of(result) == pytest.approx(expected, abs=1e-12)


# B and C have size 1 and changes −9 and 9; D and E size 4 and changes −4,2 and 4,2. The weighted sum is zero.
# Placebos: B −9 − 9/9 = −10 and C 10; D −4,2 − 16,8/6 = −7 and E 7. Squares 100 at size 1 and 49 at size 4.
# So a + b = 100 and a + b/4 = 49: b = 68, a = 32; a treated unit of size 2 has variance 32 + 68/2 = 66.
TWO_SIZES = {"A": [0, 12], "B": [9, 0], "C": [0, 9], "D": [4.2, 0], "E": [0, 4.2]}
SIZES = {"A": 2, "B": 1, "C": 1, "D": 4, "E": 4}


def test_scaling_by_size_is_that_worked_out_by_hand() -> None:
    """By hand, see above; 1e-6 because the fit is iterated to 1e-10 and then solved for its two coefficients."""
    result = run(hand_panel(TWO_SIZES, start=2, gewicht=SIZES), weights="gewicht")
    table = result.placebos.set_index("unit")
    assert table["scale"].to_dict() == pytest.approx({"A": math.sqrt(66), "B": 10, "C": 10, "D": 7, "E": 7}, rel=1e-6)
    assert table["scaled"].drop("A").to_dict() == pytest.approx({"B": -1, "C": 1, "D": -1, "E": 1}, rel=1e-6)
    assert result.estimate.std_error == pytest.approx(math.sqrt(66), rel=1e-6)
    # 12 is 1,48 scales: no placebo is as far, p = 1/5. At 80% one of five ranks: the reach is one scale.
    assert result.estimate.p_value == pytest.approx(1 / 5, abs=1e-15)
    interval = result.estimate.interval(0.8)
    assert interval.upper - 12 == pytest.approx(math.sqrt(66), rel=1e-6)
    assert 12 - interval.lower == pytest.approx(math.sqrt(66), rel=1e-6)
    # Unscaled, with an effect of 8: two of four are further, p = 3/5; scaled, all four are (8 < √66): p = 1.
    smaller = hand_panel(TWO_SIZES | {"A": [0, 8]}, start=2, gewicht=SIZES)
    assert run(smaller, weights="gewicht", statistic="effect").estimate.p_value == pytest.approx(3 / 5, abs=1e-15)
    assert run(smaller, weights="gewicht").estimate.p_value == 1.0


def test_known_noise_enters_the_scale_by_the_means_before_and_after() -> None:
    """By hand; 1e-6 as above.

    Two years before (variances v and v, mean of two: v/2) and one after (w). Noise of B and C is 20/2 + 20 = 30,
    of D and E zero: a + b = 100 − 30, a + b/4 = 49, so b = 28 and a = 42. A: 42 + 28/2 + 40/2 + 24 = 100.
    """
    series = {unit: [ys[0], ys[0], ys[1]] for unit, ys in TWO_SIZES.items()}
    before = {"A": 40, "B": 20, "C": 20, "D": 0, "E": 0}
    after = {"A": 24, "B": 20, "C": 20, "D": 0, "E": 0}
    frame = hand_panel(series, start=3, gewicht=SIZES, before=before, after=after)
    frame["ruis"] = frame["before"].where(frame["jaar"] < 3, frame["after"])
    table = run(frame, weights="gewicht", noise="ruis").placebos.set_index("unit")
    assert table["scale"].to_dict() == pytest.approx({"A": 10, "B": 10, "C": 10, "D": 7, "E": 7}, rel=1e-6)


def test_the_rmspe_ratio_of_five_units_is_that_worked_out_by_hand() -> None:
    """By hand; 1e-12 is arithmetic.

    Before, the controls cancel out: the mean of all is 0, of all but B it is −B/3. So the gap of B is
    4/3 · (3, 0, −3) = (4, 0, −4) with root mean square √(32/3), that of D 4/3 · (0, 6, −6): √(128/3).
    A stands alone against a mean of zero: (1, −2, 1), √2. After: A 4 − 0; B 6 + 2 = 8; D 3 + 1 = 4.
    Ratios: A 4/√2 = 2,83; B and C 8/√(32/3) = 2,45; D and E 4/√(128/3) = 0,61. So p = 1/5.
    """
    series = {
        "A": [1, -2, 1, 4],
        "B": [3, 0, -3, 6],
        "C": [-3, 0, 3, -6],
        "D": [0, 6, -6, 3],
        "E": [0, -6, 6, -3],
    }
    result = run(hand_panel(series, start=4), statistic="rmspe_ratio")
    table = result.placebos.set_index("unit")
    b, d = 8 / math.sqrt(32 / 3), 4 / math.sqrt(128 / 3)
    assert table["scaled"].to_dict() == pytest.approx(
        {"A": 4 / math.sqrt(2), "B": b, "C": -b, "D": d, "E": -d}, abs=1e-12
    )
    assert result.estimate.p_value == pytest.approx(1 / 5, abs=1e-15)
    assert result.estimate.std_error is None
    interval = result.estimate.interval(0.8)
    assert (interval.lower, interval.upper) == pytest.approx((4 - b * math.sqrt(2), 4 + b * math.sqrt(2)), abs=1e-12)


@pytest.mark.parametrize("statistic", ["effect", "rmspe_ratio"])
def test_every_placebo_is_what_that_unit_would_get_as_the_only_treated_one(
    draw_panel: DrawPanel, statistic: str
) -> None:
    """Neither statistic borrows from other units, so scale and effect must be those of a run of its own (1e-10)."""
    frame = draw_panel(11, units=9, periods=6, start=4)
    table = run(frame, weights="gewicht", statistic=statistic).placebos.set_index("unit")
    others = frame[frame["eenheid"] != "u000"]
    for unit in others["eenheid"].unique():
        alone = run(
            others.assign(start=np.where(others["eenheid"] == unit, 2014, np.nan)),
            weights="gewicht",
            statistic=statistic,
        )
        own = alone.placebos.set_index("unit").loc[unit]
        assert table.loc[unit, ["effect", "scale"]].tolist() == pytest.approx([own["effect"], own["scale"]], rel=1e-10)


@pytest.mark.parametrize("weights", [None, "gewicht"])
def test_effects_are_those_of_did_with_each_unit_as_the_only_treated_one(
    draw_panel: DrawPanel, weights: str | None
) -> None:
    frame = draw_panel(5, units=10, periods=5, start=3)
    effects = effects_of(run(frame, weights=weights))
    for unit, effect in effects.items():
        # The really treated unit may be affected, so it serves in nobody else's comparison.
        kept = frame[(frame["eenheid"] != "u000") | (frame["eenheid"] == unit)]
        alone = did(kept.assign(start=np.where(kept["eenheid"] == unit, 2013, np.nan)), **ROLES, weights=weights)
        assert isinstance(alone, Estimate)
        assert effect == pytest.approx(alone.value, abs=1e-13)


def test_an_estimator_of_ones_own_is_run_for_every_unit(draw_panel: DrawPanel) -> None:
    frame = draw_panel(5)
    ours = run(frame, weights="gewicht")
    seen: list[int] = []

    def by_hand(panel: Any) -> float:
        seen.append(int(panel.treated.sum()))
        change = panel.y[:, 2:].mean(axis=1) - panel.y[:, :2].mean(axis=1)
        rest = ~panel.treated
        return float(change[panel.treated][0] - np.average(change[rest], weights=panel.weights[rest]))

    theirs = found(placebo_in_space(by_hand, frame, **ROLES, weights="gewicht"))
    assert seen == [1] * 12
    assert effects_of(theirs) == pytest.approx(effects_of(ours), abs=1e-13)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    st.lists(st.floats(-4, 4), min_size=3, max_size=60),
    st.floats(-5, 5),
    st.floats(0.1, 3),
    st.one_of(st.floats(-10, 10), st.integers(0, 59)),
    st.one_of(st.floats(0.01, 0.99), st.integers(1, 60)),
)
def test_a_value_lies_in_the_interval_exactly_when_the_test_does_not_reject_it(
    scaled: list[float], value: float, scale: float, null: float | int, level: float | int
) -> None:
    """Whole numbers aim at the edges: a null one placebo away, and a level on a step of the p-value."""
    inference = PlaceboInference(value, scale, np.array(scaled))
    if isinstance(null, int):
        null = value - scale * scaled[null % len(scaled)]
    if isinstance(level, int):
        level = 1 - (1 + level % len(scaled)) / (len(scaled) + 1)
    lower, upper = inference.bounds(level)
    # A p-value equal to 1 − level rejects; 1e-9 keeps 1 − 0,95 = 0,0500…04 from deciding otherwise.
    accepted = inference.p_value(null) > 1 - level + 1e-9
    slack = 1e-9 * (1 + abs(null))  # an edge itself is inside, up to the last digit
    if accepted:
        assert lower - slack <= null <= upper + slack
    else:
        assert not lower + slack < null < upper - slack


@pytest.mark.parametrize("controls", [2, 18, 19, 20, 39, 341])
def test_the_p_value_moves_in_steps_of_one_over_the_number_of_units(controls: int) -> None:
    scaled = np.linspace(0.1, 2, controls)
    inference = PlaceboInference(0.0, 1.0, scaled)
    assert inference.resolution == 1 / (controls + 1)
    assert inference.p_value(99.0) == inference.resolution
    for rank in range(1, controls + 1):  # at the rank-th largest placebo exactly rank placebos are as far
        assert inference.p_value(float(np.sort(scaled)[-rank])) == pytest.approx((1 + rank) / (controls + 1), abs=1e-15)


@pytest.mark.parametrize(("controls", "finite"), [(5, False), (18, False), (19, True), (40, True)])
def test_with_fewer_than_nineteen_controls_nothing_can_be_excluded_at_95_percent(
    draw_panel: DrawPanel, controls: int, finite: bool
) -> None:
    result = run(draw_panel(2, units=controls + 1), weights="gewicht")
    interval = result.estimate.interval(0.95)
    assert math.isfinite(interval.lower) is math.isfinite(interval.upper) is finite
    assert math.isfinite(result.minimum_detectable_effect()) is finite
    assert math.isfinite(result.estimate.interval(0.5).upper)


def test_the_minimum_detectable_effect_of_known_placebos_is_that_worked_out_by_hand() -> None:
    """By hand; 1e-12 is arithmetic.

    Placebos −9,5, −8,5, …, 9,5: twenty controls, so 5% of 21 is one rank and the test rejects beyond 9,5. The 20%
    point of twenty values, rounded down to a value that occurs, is the fourth, −6,5. Adding 9,5 + 6,5 = 16 brings
    the sixteen above it beyond 9,5, which is 80%; 14,9 brings fifteen there, 75%. Downwards the same by symmetry.
    The scale of the treated unit is 2, so its smallest effect is 32.
    """
    scaled = np.arange(20) - 9.5
    inference = PlaceboInference(0.0, 2.0, scaled)
    result = PlaceboResult(Estimate(0.0, 2.0, None, 42, "m", "e", "u", inference), pd.DataFrame(), inference)
    assert result.minimum_detectable_effect() == pytest.approx(32.0, abs=1e-12)
    assert [(scaled + extra > 9.5).sum() for extra in (16, 14.9)] == [16, 15]
    # Lopsided placebos: an effect is not as easy to see either way, and the harder way counts.
    lopsided = PlaceboInference(0.0, 1.0, np.concatenate([np.zeros(10), np.arange(1.0, 11.0)]))
    skewed = PlaceboResult(result.estimate, pd.DataFrame(), lopsided)
    # Critical 10. Upwards the 20% point is 0: 10. Downwards the 80% point is 7 (place 15,2 rounded up): 10 + 7 = 17.
    assert skewed.minimum_detectable_effect() == pytest.approx(17.0, abs=1e-12)


def test_fit_size_variance_finds_the_variances_it_was_drawn_from() -> None:
    """Squares of 20.000 normal draws with variance a + b/size.

    The information bound of (a, b) from normal draws gives the standard errors: inverse of Σ x x' / (2 v²). Four of
    them is one in 16.000; the fit is quasi-likelihood with exactly that variance, so it should reach the bound.
    """
    rng = np.random.default_rng(20171231)
    a, b = 2e-4, 0.9
    size = np.round(np.exp(rng.normal(6.2, 1.1, 20_000))) + 60
    variance = a + b / size
    fitted = fit_size_variance(rng.normal(0, np.sqrt(variance)), size)
    x = np.column_stack([np.ones(len(size)), 1 / size])
    errors = np.sqrt(np.diag(np.linalg.inv(x.T @ (x / (2 * variance**2)[:, None]))))
    coefficients = np.linalg.lstsq(x, fitted, rcond=None)[0]
    assert abs(coefficients[0] - a) < 4 * errors[0]
    assert abs(coefficients[1] - b) < 4 * errors[1]
    assert errors[0] < a / 10  # otherwise four errors would prove nothing
    assert errors[1] < b / 10


def test_known_noise_is_never_taken_for_less_than_it_is() -> None:
    """Half of the variance is known noise: the fit may exaggerate the total a little, never understate it.

    Negative remainders count as zero, which pushes the fit up: E max(X − v, 0) exceeds E(X − v) by at most 0,25 of
    the total here, 12% in the scale. Downwards only sampling error: 2% in 20.000 draws is more than two of them.
    """
    rng = np.random.default_rng(4)
    size = np.round(np.exp(rng.normal(6.2, 1.1, 20_000))) + 60
    known = 1e-4 + 0.5 / size
    truth = known + 1e-4 + 0.5 / size
    scale = np.sqrt(fit_size_variance(rng.normal(0, np.sqrt(truth)), size, known) / truth)
    assert scale.min() > 0.98
    assert scale.max() < 1.12


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(st.floats(-1, 1), st.floats(1, 1e5), st.floats(0, 0.1)), min_size=3, max_size=40),
    st.booleans(),
)
def test_fit_size_variance_is_positive_and_never_falls_with_smallness(
    rows: list[tuple[float, float, float]], noisy: bool
) -> None:
    effects, size, known = (np.array(column) for column in zip(*rows, strict=True))
    if np.abs(effects).max() < 1e-6:
        effects[0] = 1e-3
    fitted = fit_size_variance(effects, size, known if noisy else None)
    assert np.isfinite(fitted).all()
    assert (fitted > 0).all()
    own = fitted - (known if noisy else 0)
    order = np.argsort(size)
    assert (np.diff(own[order]) <= 1e-9 * fitted.max()).all()


def test_a_panel_without_one_treated_unit_is_refused(draw_panel: DrawPanel) -> None:
    with pytest.raises(EstimationError, match="precies één behandelde eenheid") as error:
        placebo_in_space("did", draw_panel(3, treated=2), **ROLES)
    assert error.value.exit_code == 9
    assert "Gebruik did" in error.value.remedy


def test_what_no_placebo_can_tell_is_not_estimated(draw_panel: DrawPanel) -> None:
    frame = draw_panel(3)
    first = frame["eenheid"] == "u000"
    for change, code in (
        (frame.assign(start=np.nan), "no_treated"),
        (frame.assign(start=2099.0), "no_treated"),
        (frame.assign(start=2012.0), "no_control"),
        (frame[first], "no_control"),
        (frame[frame["eenheid"].isin(["u000", "u001"])], "no_control"),
        (frame.assign(start=frame["start"].where(~first, 2010.0)), "no_pre_period"),
        (frame.assign(y=0.3), "no_spread"),
        (frame.assign(y=frame["y"].where(first, 0.1)), "no_spread"),
    ):
        result = placebo_in_space("did", change, **ROLES, weights="gewicht")
        assert isinstance(result, NotEstimated), code
        assert result.code == code
        assert result.reason


def test_an_estimator_that_returns_no_number_is_no_finding(draw_panel: DrawPanel) -> None:
    result = placebo_in_space(lambda panel: math.nan, draw_panel(3), **ROLES)
    assert isinstance(result, NotEstimated)
    assert result.code == "no_spread"


def test_broken_panels_are_refused_with_what_is_wrong(draw_panel: DrawPanel) -> None:
    frame = draw_panel(3)
    for broken, message in (
        (frame.drop(columns="gewicht"), r"Kolom ontbreekt: gewicht\."),
        (frame.drop(columns="ruis"), r"Kolom ontbreekt: ruis\."),
        (pd.concat([frame, frame.head(1)]), "1 rijen komen dubbel voor, als eerste u000 in 2010"),
        (frame.assign(y=frame["y"].mask(frame.index == 9)), "1 waarden ontbreken of zijn oneindig, bij: u002"),
        (frame.assign(y=frame["y"].mask(frame.index == 9, -np.inf)), "1 waarden ontbreken of zijn oneindig, bij: u002"),
        (frame.drop(index=9), "1 waarden ontbreken of zijn oneindig, bij: u002"),
        (frame.assign(ruis=frame["ruis"].mask(frame.index == 9)), "1 waarden ontbreken of zijn oneindig, bij: u002"),
        (frame.assign(ruis=-frame["ruis"]), "variantie in kolom 'ruis' is ergens negatief"),
        (frame.assign(gewicht=frame["gewicht"] + frame["jaar"]), "per eenheid gelijk blijven"),
        (frame.assign(gewicht=-1.0), "Gewichten moeten positief zijn"),
        (frame.assign(start=frame["start"].mask(frame.index == 1, 2013.0)), "verandert binnen een eenheid"),
    ):
        with pytest.raises(EstimationError, match=message) as error:
            placebo_in_space("did", broken, **ROLES, weights="gewicht", noise="ruis")
        assert error.value.exit_code == 9
        assert error.value.remedy


def test_the_rmspe_ratio_needs_three_periods_before_and_some_movement_in_them(draw_panel: DrawPanel) -> None:
    with pytest.raises(EstimationError, match="ten minste drie perioden vóór de maatregel") as error:
        run(draw_panel(3, periods=4, start=2), statistic="rmspe_ratio")
    assert error.value.exit_code == 9
    still = hand_panel({"A": [1, 2, 1, 4], "B": [0, 0, 0, 6], "C": [0, 0, 0, -6], "D": [0, 0, 0, 3]}, start=4)
    with pytest.raises(EstimationError, match="week vóór de maatregel nooit af"):
        run(still, statistic="rmspe_ratio")


def test_false_alarms_count_the_controls_of_each_size_class_by_hand() -> None:
    # Forty controls, eight per class; scaled effects 1 … 40 by size: 5% of 40 is the two largest, both in class five.
    scaled = np.arange(1.0, 41.0)
    table = pd.DataFrame({"unit": range(40), "scaled": scaled, "weight": scaled * 10, "treated": False})
    table.loc[40] = [40, 99.0, 5.0, True]  # the treated unit takes no part
    inference = PlaceboInference(99.0, 1.0, scaled)
    result = PlaceboResult(Estimate(99.0, 1.0, None, 82, "m", "e", "u", inference), table, inference)
    classes = result.false_alarms_by_size()
    assert classes["units"].tolist() == [8] * 5
    assert classes["smallest"].tolist() == [10, 90, 170, 250, 330]
    assert classes["largest"].tolist() == [80, 160, 240, 320, 400]
    assert classes["false_alarms"].tolist() == [0, 0, 0, 0, 2 / 8]
