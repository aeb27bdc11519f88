"""Goodman-Bacon decomposition against the published output of R's bacondecomp and against diff-diff."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from causaldata import castle
from diff_diff import BaconDecomposition as Peer

from evaluatie.errors import EstimationError
from evaluatie.estimation import BaconDecomposition, Estimate, NotEstimated, bacon_weights, did
from evaluatie.estimation.panels.bacon import KINDS
from evaluatie.estimation.simulate.panel import simulate_panel

ROLES = {"outcome": "uitkomst", "unit": "gemeente", "time": "periode", "treated_from": "start"}


def decompose(frame: pd.DataFrame, **call: object) -> BaconDecomposition:
    result = bacon_weights(frame, **{**ROLES, **call})
    assert isinstance(result, BaconDecomposition)
    return result


def test_three_units_give_the_published_output_of_bacondecomp() -> None:
    """Stata's bacondecomp on the example of A. Naqvi's DiD pages (asjadnaqvi/DiD, docs/code/06_bacon.md).

    Three units, ten periods; unit 2 gains 2 from period 5, unit 3 gains 4 from period 8. Published: estimate 2.909;
    earlier against later 0.182 × 2.000, later against earlier 0.136 × 4.000, against never treated 0.682 × 2.933.
    """
    start = {1: np.nan, 2: 5.0, 3: 8.0}
    gain = {1: 0, 2: 2, 3: 4}
    rows = [(i, t, start[i], gain[i] * (t >= start[i])) for i in (1, 2, 3) for t in range(1, 11)]
    result = decompose(pd.DataFrame(rows, columns=["gemeente", "periode", "start", "uitkomst"]))
    kinds = result.by_kind().set_index("kind")
    for kind, weight, estimate in (("earlier", 0.182, 2.0), ("later", 0.136, 4.0), ("never", 0.682, 2.933)):
        assert kinds.loc[KINDS[kind], "weight"] == pytest.approx(weight, abs=0.5e-3)
        assert kinds.loc[KINDS[kind], "estimate"] == pytest.approx(estimate, abs=0.5e-3)
    assert result.value == pytest.approx(2.909, abs=0.5e-3)
    assert result.forbidden_weight == pytest.approx(0.136, abs=0.5e-3)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"weights": "personen"},
        {"always": True},
        {"always": True, "weights": "personen"},
        {"never": False},
    ],
    ids=str,
)
def test_weights_add_to_one_and_the_weighted_mean_is_the_estimate(change: dict[str, object]) -> None:
    frame = simulate_panel(units=40, periods=11, starts=(3, 5, 9), treated=(6, 9, 4), growth=0.02, seed=6)
    if change.get("always"):
        frame["start"] = frame["start"].mask(frame["gemeente"].isin(["g020", "g021"]), 0.0)
    if change.get("never") is False:
        frame = frame[frame["start"].notna()]
    weights = change.get("weights")
    result, estimate = decompose(frame, weights=weights), did(frame, **ROLES, weights=weights)
    assert isinstance(estimate, Estimate)
    table = result.comparisons
    assert table["weight"].sum() == pytest.approx(1, abs=1e-12)
    assert (table["weight"] > 0).all()
    assert table["weight"] @ table["estimate"] == pytest.approx(estimate.value, abs=1e-10)
    assert result.value == pytest.approx(estimate.value, abs=1e-14)


def test_each_comparison_is_the_regression_on_its_two_groups_and_periods() -> None:
    frame = simulate_panel(units=40, periods=11, starts=(3, 5, 9), treated=(6, 9, 4), growth=0.02, seed=6)
    start, period = frame["start"], frame["periode"]
    later = frame[start.isin([3, 9]) & (period >= 3)]
    for selected, kind, treated, comparison in (
        (frame[(start == 5) | start.isna()], "never", 5, None),
        (frame[start.isin([3, 9]) & (period < 9)], "earlier", 3, 9),
        (later.assign(start=later["start"].where(later["start"] == 9)), "later", 9, 3),
    ):
        table = decompose(frame).comparisons
        other = table["comparison"].isna() if comparison is None else table["comparison"] == comparison
        row = table[(table["kind"] == KINDS[kind]) & (table["treated"] == treated) & other]
        expected = did(selected, **ROLES)
        assert isinstance(expected, Estimate)
        assert row["estimate"].item() == pytest.approx(expected.value, abs=1e-12)


def castle_doctrine() -> pd.DataFrame:
    """Cheng and Hoekstra (2013) as distributed in causaldata: 50 states, 2000-2010, five cohorts."""
    data = castle.load_pandas().data
    start = data["year"].where(data["post"] == 1).groupby(data["sid"]).transform("min")
    return data.assign(start=start)[["sid", "year", "start", "l_homicide"]]


@pytest.mark.parametrize("data", ["simulated", "castle"])
def test_equal_to_diff_diff_comparison_by_comparison(data: str) -> None:
    """An independent implementation with its exact weights, 1e-8, on simulated data and on the castle doctrine."""
    if data == "simulated":
        frame = simulate_panel(units=30, periods=9, starts=(3, 6), treated=(8, 7), growth=0.01, seed=2)
    else:
        names = {"sid": "gemeente", "year": "periode", "l_homicide": "uitkomst"}
        frame = castle_doctrine().rename(columns=names)
    peer = Peer(weights="exact").fit(
        frame.assign(start=frame["start"].fillna(0).astype(int)), "uitkomst", "gemeente", "periode", "start"
    )
    theirs = sorted((round(c.weight, 9), c.estimate) for c in peer.comparisons)
    table = decompose(frame).comparisons
    ours = sorted(zip(table["weight"].round(9), table["estimate"], strict=True))
    assert np.array(ours) == pytest.approx(np.array(theirs), abs=1e-8)


def test_growing_effects_make_the_forbidden_comparison_negative() -> None:
    """Two cohorts, effects that grow by 1 per period, no noise: later against earlier is below every true effect."""
    frame = simulate_panel(
        units=20, periods=12, starts=(3, 8), treated=(10, 10), effect=1, growth=1, noise=1e-9, seed=1
    )
    kinds = decompose(frame).by_kind().set_index("kind")
    # (mean effect of the late cohort, 3) − (8.5 − 3: what the early cohort's effect grew in the meantime)
    assert kinds.loc[KINDS["later"], "estimate"] == pytest.approx(3 - (8 - 3), abs=1e-6)
    assert kinds.loc[KINDS["earlier"], "estimate"] == pytest.approx(3, abs=1e-6)


def test_what_cannot_be_decomposed_is_refused() -> None:
    frame = simulate_panel(units=20, periods=6, starts=(4,), treated=(6,))
    with pytest.raises(EstimationError, match="2 combinaties van eenheid en periode ontbreken, bij: g001, g003"):
        bacon_weights(frame.drop(index=[2, 14]), **ROLES)
    with pytest.raises(EstimationError, match="per eenheid gelijk blijven"):
        bacon_weights(frame, **ROLES, weights="periode")
    with pytest.raises(EstimationError, match="Kolom ontbreekt: start"):
        bacon_weights(frame.drop(columns="start"), **ROLES)
    never = bacon_weights(frame.assign(start=np.nan), **ROLES)
    assert isinstance(never, NotEstimated)
    assert never.code == "no_treated"


def test_tidy_is_sorted_and_asking_changes_nothing() -> None:
    result = decompose(simulate_panel(units=30, starts=(4, 8), treated=(8, 8)))
    before = result.comparisons.copy()
    assert result.tidy()["weight"].is_monotonic_decreasing
    assert KINDS["never"] in result._repr_html_()
    pd.testing.assert_frame_equal(result.comparisons, before)
    assert len(result.plot().get_lines()) == 4  # three kinds and the line of the estimate
