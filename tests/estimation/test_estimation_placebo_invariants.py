"""What may not change the answer of `placebo_in_space` and `did`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluatie.estimation import Estimate, PlaceboResult, did, placebo_in_space
from evaluatie.estimation.placebos.placebo import Statistic

ROLES: dict[str, Any] = {
    "outcome": "y",
    "unit": "eenheid",
    "time": "jaar",
    "treated_from": "start",
    "weights": "gewicht",
}
NOISE: dict[Statistic, str | None] = {"ferman_pinto": "ruis", "effect": None, "rmspe_ratio": None}
DrawPanel = Callable[..., pd.DataFrame]

seeds = st.integers(0, 10**6)
statistics = st.sampled_from(sorted(NOISE))
repeat = settings(derandomize=True, deadline=None, max_examples=25)

# Sums in another order differ in the last digits; the fit of the scale is iterated to 1e-10.
CLOSE: dict[str, float] = {"rel": 1e-7, "abs": 1e-10}


def run(frame: pd.DataFrame, statistic: Statistic) -> PlaceboResult:
    result = placebo_in_space("did", frame, **ROLES, statistic=statistic, noise=NOISE[statistic])
    assert isinstance(result, PlaceboResult)
    return result


def assert_same(one: PlaceboResult, other: PlaceboResult, *, factor: float = 1.0) -> None:
    assert other.estimate.value == pytest.approx(factor * one.estimate.value, **CLOSE)
    assert other.estimate.p_value == one.estimate.p_value
    ends, others = one.estimate.interval(0.7), other.estimate.interval(0.7)
    assert (others.lower, others.upper) == pytest.approx((factor * ends.lower, factor * ends.upper), **CLOSE)
    assert other.minimum_detectable_effect(alpha=0.2) == pytest.approx(
        factor * one.minimum_detectable_effect(alpha=0.2), **CLOSE
    )


@repeat
@given(seeds, statistics)
def test_the_names_of_the_units_do_not_matter(draw_panel: DrawPanel, seed: int, statistic: Statistic) -> None:
    frame = draw_panel(seed, periods=5, start=3)
    order = np.random.default_rng(seed).permutation(12)
    names = {f"u{old:03d}": f"x{new:03d}" for old, new in enumerate(order)}
    one, other = run(frame, statistic), run(frame.assign(eenheid=frame["eenheid"].map(names)), statistic)
    assert_same(one, other)
    columns = ["effect", "scale", "weight"]
    mapped = one.placebos.assign(unit=one.placebos["unit"].map(names)).set_index("unit")[columns].sort_index()
    there = other.placebos.set_index("unit")[columns].sort_index()
    pd.testing.assert_frame_equal(mapped, there, rtol=1e-7, check_names=False, check_index_type=False)


@repeat
@given(seeds, statistics)
def test_the_order_of_the_rows_and_columns_does_not_matter(
    draw_panel: DrawPanel, seed: int, statistic: Statistic
) -> None:
    frame = draw_panel(seed, periods=5, start=3)
    shuffled = frame.sample(frac=1, random_state=seed)[list(reversed(frame.columns))]
    one, other = run(frame, statistic), run(shuffled, statistic)
    pd.testing.assert_frame_equal(one.placebos, other.placebos)  # the panel is sorted first, so to the last digit
    assert one.estimate.interval(0.7) == other.estimate.interval(0.7)


@repeat
@given(seeds, statistics, st.sampled_from([100.0, 0.01, -1.0]))
def test_percentages_instead_of_shares_multiply_the_effect_and_leave_the_p_value(
    draw_panel: DrawPanel, seed: int, statistic: Statistic, factor: float
) -> None:
    frame = draw_panel(seed, periods=5, start=3)
    one, other = (
        run(frame, statistic),
        run(frame.assign(y=factor * frame["y"], ruis=factor**2 * frame["ruis"]), statistic),
    )
    assert other.estimate.p_value == one.estimate.p_value
    assert other.estimate.value == pytest.approx(factor * one.estimate.value, **CLOSE)
    widths = [result.estimate.interval(0.7).upper - result.estimate.value for result in (one, other)]
    assert widths[1] == pytest.approx(abs(factor) * widths[0], **CLOSE)


@repeat
@given(seeds, statistics)
def test_a_constant_per_unit_or_per_year_leaves_the_effect(
    draw_panel: DrawPanel, seed: int, statistic: Statistic
) -> None:
    frame = draw_panel(seed, periods=5, start=3)
    rng = np.random.default_rng(seed)
    level = frame["eenheid"].map(dict(zip(frame["eenheid"].unique(), rng.normal(0, 3, 12), strict=True)))
    year = frame["jaar"].map(dict(zip(frame["jaar"].unique(), rng.normal(0, 3, 5), strict=True)))
    one = run(frame, statistic)
    assert_same(one, run(frame.assign(y=frame["y"] + level), statistic))
    assert_same(one, run(frame.assign(y=frame["y"] + year), statistic))


@repeat
@given(seeds, statistics)
def test_counting_the_weights_in_another_unit_changes_nothing(
    draw_panel: DrawPanel, seed: int, statistic: Statistic
) -> None:
    frame = draw_panel(seed, periods=5, start=3)
    assert_same(run(frame, statistic), run(frame.assign(gewicht=frame["gewicht"] / 1000), statistic))


@repeat
@given(seeds, statistics, st.floats(-2, 2))
def test_adding_an_effect_shifts_the_estimate_and_its_interval_by_it(
    draw_panel: DrawPanel, seed: int, statistic: Statistic, effect: float
) -> None:
    frame = draw_panel(seed, periods=5, start=3)
    shifted = frame.assign(y=frame["y"] + effect * (frame["jaar"] >= frame["start"]))
    one, other = run(frame, statistic), run(shifted, statistic)
    ends, others = one.estimate.interval(0.7), other.estimate.interval(0.7)
    assert other.estimate.value == pytest.approx(one.estimate.value + effect, abs=1e-10)
    assert (others.lower, others.upper) == pytest.approx((ends.lower + effect, ends.upper + effect), abs=1e-9)
    assert other.inference.p_value(effect) == one.estimate.p_value


@repeat
@given(seeds)
def test_did_does_not_depend_on_names_order_unit_or_level(draw_panel: DrawPanel, seed: int) -> None:
    frame = draw_panel(seed, units=16, treated=6)
    rng = np.random.default_rng(seed)
    names = dict(zip(frame["eenheid"].unique(), rng.permutation(16), strict=True))
    level = frame["eenheid"].map(names)
    one = did(frame, **ROLES)
    assert isinstance(one, Estimate)
    assert one.std_error is not None
    for changed, factor in (
        (frame.assign(eenheid=level), 1.0),
        (frame.sample(frac=1, random_state=seed), 1.0),
        (frame.assign(y=100 * frame["y"]), 100.0),
        (frame.assign(y=frame["y"] + level), 1.0),
        (frame.assign(y=frame["y"] + frame["jaar"] - 2010), 1.0),
        (frame.assign(gewicht=7 * frame["gewicht"]), 1.0),
    ):
        other = did(changed, **ROLES)
        assert isinstance(other, Estimate)
        assert other.value == pytest.approx(factor * one.value, **CLOSE)
        assert other.std_error == pytest.approx(factor * one.std_error, **CLOSE)
        assert other.p_value == pytest.approx(one.p_value, **CLOSE)


def test_the_callers_frame_is_not_changed(draw_panel: DrawPanel) -> None:
    frame = draw_panel(1, periods=5, start=3, treated=1)
    frame.index = frame.index[::-1]
    before = frame.copy(deep=True)
    for statistic in NOISE:
        run(frame, statistic)  # type: ignore[arg-type]
    did(frame, **ROLES)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("statistic", sorted(NOISE))
def test_asking_never_changes_a_result(draw_panel: DrawPanel, statistic: Statistic) -> None:
    result = run(draw_panel(1, units=30, periods=5, start=3), statistic)

    def look() -> tuple[Any, ...]:
        return (
            result.estimate.value,
            result.estimate.p_value,
            result.estimate.interval(),
            result.inference.scaled.tolist(),
            result.placebos.to_dict(),
        )

    before = look()
    for level in (0.5, 0.8, 0.999):
        result.estimate.interval(level)
        result.estimate.tidy(level)
    result.minimum_detectable_effect(power=0.5, alpha=0.2)
    result.false_alarms_by_size(classes=3, alpha=0.2)
    result.estimate._repr_html_()
    assert look() == before
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.estimate.value = 0.0  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.inference.scale = 1.0  # type: ignore[misc]
