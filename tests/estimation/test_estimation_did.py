"""Difference-in-differences against statsmodels, linearmodels and pencil."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from linearmodels.panel import PanelOLS

from evaluatie.errors import EstimationError
from evaluatie.estimation import Estimate, NotEstimated, did
from evaluatie.estimation.simulate.panel import simulate_panel

ROLES = {"outcome": "y", "unit": "eenheid", "time": "jaar", "treated_from": "start"}
DrawPanel = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def staggered(draw_panel: DrawPanel) -> pd.DataFrame:
    """Thirty units, six years; five start in the third year and four in the fifth."""
    frame = draw_panel(7, units=30, periods=6, start=2, treated=9)
    late = frame["eenheid"].isin(["u005", "u006", "u007", "u008"])
    frame.loc[late, "start"] = 2014
    behandeld = (frame["jaar"] >= frame["start"]).astype(float)
    return frame.assign(behandeld=behandeld, y=frame["y"] + 0.04 * behandeld)


@pytest.mark.parametrize("weights", [None, "gewicht"])
def test_coefficient_and_clustered_error_are_those_of_least_squares_with_dummies(
    staggered: pd.DataFrame, weights: str | None
) -> None:
    """Statsmodels WLS with a dummy per unit and year, clustered by unit.

    Both use G/(G−1) · (N−1)/(N−K). Statsmodels counts the unit dummies in K (G + T), we do not (T + 1), because
    they are nested in the clusters; so our variance is (N − G − T)/(N − T − 1) times theirs. 1e-9 is what inverting
    a 36 × 36 matrix leaves.
    """
    ours = did(staggered, **ROLES, weights=weights)
    assert isinstance(ours, Estimate)
    w = staggered[weights] if weights else np.ones(len(staggered))
    groups = staggered["eenheid"].astype("category").cat.codes
    theirs = smf.wls("y ~ behandeld + C(eenheid) + C(jaar)", staggered, weights=w).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": True}
    )
    n, g, t = len(staggered), 30, 6
    assert theirs.df_model + 1 == g + t
    assert ours.value == pytest.approx(theirs.params["behandeld"], abs=1e-10)
    factor = math.sqrt((n - g - t) / (n - t - 1))
    assert ours.std_error == pytest.approx(theirs.bse["behandeld"] * factor, rel=1e-9)
    assert (ours.n, ours.dof) == (n, g - 1)


@pytest.mark.parametrize("weights", [None, "gewicht"])
def test_coefficient_is_that_of_linearmodels(staggered: pd.DataFrame, weights: str | None) -> None:
    """Linearmodels PanelOLS with entity and time effects, an independent sweep; 1e-10: its demeaning iterates."""
    indexed = staggered.set_index(["eenheid", "jaar"])
    model = PanelOLS(
        indexed["y"],
        indexed[["behandeld"]],
        entity_effects=True,
        time_effects=True,
        weights=indexed[weights] if weights else None,
    )
    ours = did(staggered, **ROLES, weights=weights)
    assert isinstance(ours, Estimate)
    assert ours.value == pytest.approx(model.fit().params["behandeld"], abs=1e-10)


def test_two_groups_and_two_periods_is_the_difference_of_differences() -> None:
    # Treated 5 → 9 and 1 → 3 (mean change 3); untreated 2 → 3 and 0 → 3 (mean change 2): effect 1.
    rows = [("a", 5, 9, 2), ("b", 1, 3, 2), ("c", 2, 3, np.nan), ("d", 0, 3, np.nan)]
    frame = pd.DataFrame(
        [(u, t, y, s) for u, y1, y2, s in rows for t, y in ((1, y1), (2, y2))],
        columns=["eenheid", "jaar", "y", "start"],
    )
    estimate = did(frame, **ROLES)
    assert isinstance(estimate, Estimate)
    assert estimate.value == pytest.approx(1.0, abs=1e-14)
    # With weights 3 and 1: treated (3·4 + 1·2)/4 = 3,5; untreated (3·1 + 1·3)/4 = 1,5: effect 2.
    weighted = did(frame.assign(w=frame["eenheid"].map({"a": 3, "b": 1, "c": 3, "d": 1})), **ROLES, weights="w")
    assert isinstance(weighted, Estimate)
    assert weighted.value == pytest.approx(2.0, abs=1e-14)


def test_interval_and_p_value_use_students_t_with_clusters_minus_one(staggered: pd.DataFrame) -> None:
    # t(29) at 97,5% is 2,045 (Fisher and Yates, table III, three decimals).
    estimate = did(staggered, **ROLES)
    assert isinstance(estimate, Estimate)
    assert estimate.std_error is not None
    interval = estimate.interval()
    assert (interval.upper - estimate.value) / estimate.std_error == pytest.approx(2.045, abs=0.5e-3)
    assert (estimate.p_value <= 0.05) == (not interval.contains(0.0))


@pytest.mark.parametrize(("units", "treated"), [(30, 4), (30, 1), (30, 26), (9, 5)])
def test_fewer_than_five_clusters_on_a_side_give_a_value_but_no_interval(
    draw_panel: DrawPanel, units: int, treated: int
) -> None:
    estimate = did(draw_panel(3, units=units, treated=treated), **ROLES)
    assert isinstance(estimate, Estimate)
    assert math.isfinite(estimate.value)
    assert estimate.std_error is None
    with pytest.raises(EstimationError, match="placebo_in_space"):
        estimate.interval()


def test_five_clusters_on_each_side_give_an_interval(draw_panel: DrawPanel) -> None:
    estimate = did(draw_panel(3, units=10, treated=5), **ROLES)
    assert isinstance(estimate, Estimate)
    assert estimate.interval().contains(estimate.value)


def test_what_no_panel_can_tell_is_not_estimated(draw_panel: DrawPanel) -> None:
    frame = draw_panel(3)
    for change, code in (
        (frame.assign(start=np.nan), "no_treated"),
        (frame.assign(start=2099.0), "no_treated"),
        (frame.assign(start=2012.0), "no_control"),
        (frame.assign(start=frame["start"].where(frame["start"].isna(), 2010.0)), "no_pre_period"),
    ):
        result = did(change, **ROLES)
        assert isinstance(result, NotEstimated)
        assert result.code == code
        assert result.reason
        assert result.reason in result._repr_html_()


def test_broken_panels_are_refused_with_what_is_wrong(draw_panel: DrawPanel) -> None:
    frame = draw_panel(3)
    holes = frame.assign(y=frame["y"].mask(frame.index.isin([4, 9]), np.nan).mask(frame.index == 17, np.inf))
    for broken, message in (
        (frame.drop(columns="start"), r"Kolom ontbreekt: start\."),
        (frame.drop(columns=["y", "jaar"]), r"Kolom ontbreekt: jaar, y\."),
        (frame.iloc[:0], "geen rijen"),
        (holes, r"kolom y, rij 4, 9, 17: 3 waarden ontbreken, zijn oneindig"),
        (frame.assign(gewicht=0), "Gewichten moeten positief zijn"),
        (frame.assign(gewicht=np.nan), "kolom gewicht, rij 0, 1"),
        (frame.assign(gewicht=np.inf), "kolom gewicht, rij 0, 1"),
        (frame.assign(n=frame["jaar"] - 2011), "kolom 'n' is dat niet overal"),
        (frame.assign(start=frame["start"].mask(frame.index == 0, 2013.0)), "'start'.*verandert binnen.*bij u000"),
        (frame.assign(start=frame["start"].mask(frame.index == 9, 2013.0)), "'start'.*verandert binnen.*bij u002"),
        (frame.assign(start=frame["start"].astype(str)), "niet te vergelijken"),
        (frame.assign(jaar=frame["jaar"].mask(frame.index == 3)), "In kolom jaar ontbreken waarden"),
        (frame.assign(eenheid=frame["eenheid"].mask(frame.index == 3)), "In kolom eenheid ontbreken waarden"),
        (frame.assign(status="voorlopig"), "48 rijen zijn voorlopige cijfers"),
        (frame.assign(jaar=frame["jaar"].astype(object).mask(frame.index == 3, "x")), "verschillende soorten waarden"),
    ):
        with pytest.raises(EstimationError, match=message) as error:
            did(broken, **ROLES, weights="gewicht")
        assert error.value.exit_code == 9
        assert error.value.remedy


def test_broken_parquet_is_refused_as_a_broken_frame_is(draw_panel: DrawPanel, tmp_path: Path) -> None:
    frame = draw_panel(3)
    path = tmp_path / "panel.parquet"
    for broken, message in (
        (frame.drop(columns="start"), r"Kolom ontbreekt: start\."),
        (frame.assign(y=frame["y"].mask(frame.index == 4)), "kolom y: 1 waarden ontbreken"),
        (frame.assign(y=frame["y"].mask(frame.index.isin([4, 5]), np.inf)), "kolom y: 2 waarden.*eerste: inf"),
        (frame.assign(y="veel"), "kolom y: 48 waarden.*eerste: veel"),
        (frame.assign(gewicht=frame["gewicht"].mask(frame.index == 4)), "kolom gewicht: 1 waarden ontbreken"),
        (frame.assign(gewicht=-1.0), "Gewichten moeten positief zijn"),
        (frame.assign(start=frame["start"].mask(frame.index == 0, 2013.0)), "'start'.*verandert binnen.*bij u000"),
        (frame.assign(eenheid=frame["eenheid"].mask(frame.index == 3)), "In kolom eenheid ontbreken waarden"),
        (frame.assign(status="voorlopig"), "48 rijen zijn voorlopige cijfers"),
        (frame.iloc[:0], "geen rijen"),
    ):
        broken.to_parquet(path)
        with pytest.raises(EstimationError, match=message):
            did(path, **ROLES, weights="gewicht")
    with pytest.raises(EstimationError, match="Geen Parquet-bestand"):
        did(tmp_path / "bestaat_niet.parquet", **ROLES)


def test_clusters_finer_than_the_unit_and_empty_covariates_are_refused(draw_panel: DrawPanel) -> None:
    frame = draw_panel(3, units=20, treated=8)
    behandeld = (frame["jaar"] >= frame["start"]).astype(float)
    for extra, call, message in (
        ({"rij": frame.index}, {"cluster": "rij"}, r"Clusters \('rij'\) moeten hele eenheden bevatten"),
        ({"regio": frame["jaar"] // 2}, {"cluster": "regio"}, "fijner of veranderen ze, als eerste bij u000"),
        ({"vast": frame["gewicht"]}, {"covariates": ["vast"]}, "volgen al uit .*: vast"),
        ({"trend": frame["jaar"] / 7}, {"covariates": ["trend"]}, "volgen al uit .*: trend"),
        ({"d": behandeld}, {"covariates": ["d"]}, "volgen al uit .*: d"),
        ({"dubbel": 3 * frame["ruis"] + frame["y"]}, {"covariates": ["y2", "dubbel"]}, "volgen al uit .*: dubbel"),
    ):
        with pytest.raises(EstimationError, match=message):
            did(frame.assign(y2=frame["y"] ** 2 * 0 + frame["y"] * 2, **extra), **ROLES, **call)


def test_an_unbalanced_panel_is_estimated_and_singletons_are_left_out(draw_panel: DrawPanel) -> None:
    frame = draw_panel(3, units=20, treated=8)
    gaps = frame.drop(index=[5, 18, 40, 41, 42])
    left = did(gaps, **ROLES)
    assert isinstance(left, Estimate)
    assert (left.n, left.dof) == (80 - 5 - 1, 18)  # u010 has one year left, which its own effect explains
    assert left.value == did(gaps[gaps["eenheid"] != "u010"], **ROLES).value
    lonely = pd.concat([frame, frame.iloc[[60]].assign(jaar=2020)])
    assert did(lonely, **ROLES) == did(frame, **ROLES)


def test_several_rows_per_unit_and_period_are_persons_in_a_cell(draw_panel: DrawPanel) -> None:
    frame = draw_panel(3, units=20, treated=8)
    once, twice = did(frame, **ROLES), did(pd.concat([frame, frame]), **ROLES)
    assert isinstance(once, Estimate)
    assert isinstance(twice, Estimate)
    assert twice.value == pytest.approx(once.value, rel=1e-12)
    assert (once.n, twice.n, once.dof, twice.dof) == (80, 160, 19, 19)


def test_an_always_treated_unit_tells_about_periods_but_is_not_counted_as_treated(draw_panel: DrawPanel) -> None:
    frame = draw_panel(3, units=20, treated=5)
    always = frame.assign(start=frame["start"].mask(frame["eenheid"] == "u004", 2010.0))
    estimate = did(always, **ROLES)
    assert isinstance(estimate, Estimate)
    assert estimate.std_error is None
    assert did(frame, **ROLES).std_error is not None


def test_without_never_treated_units_the_not_yet_treated_are_the_comparison(draw_panel: DrawPanel) -> None:
    """Staggered, everyone treated in the end: an estimate. All at one date: refused, nothing to compare with."""
    frame = draw_panel(3, units=20, periods=6, treated=10)
    staggered = frame.assign(start=frame["start"].fillna(2014.0))
    estimate = did(staggered, **ROLES)
    assert isinstance(estimate, Estimate)
    assert estimate.std_error is not None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"y": 0.0}, "no_spread"),
        ({"y": 1234.567}, "no_spread"),
        ({"jaar": 2012}, "no_pre_period"),
    ],
)
def test_zero_variance_and_one_period_are_not_estimated(
    draw_panel: DrawPanel, change: dict[str, float], code: str
) -> None:
    result = did(draw_panel(3, units=20, treated=8).assign(**change), **ROLES)
    assert isinstance(result, NotEstimated)
    assert result.code == code


def test_an_outcome_that_the_model_fits_exactly_has_no_interval(draw_panel: DrawPanel) -> None:
    frame = draw_panel(3, units=20, treated=8)
    exact = frame["gewicht"] + frame["jaar"] ** 2 + 0.5 * (frame["jaar"] >= frame["start"])
    result = did(frame.assign(y=exact), **ROLES)
    assert isinstance(result, NotEstimated)
    assert result.code == "no_spread"


def test_input_is_not_changed(staggered: pd.DataFrame) -> None:
    before = staggered.copy()
    did(staggered.assign(n=2), **ROLES, weights="gewicht", cluster="eenheid")
    pd.testing.assert_frame_equal(staggered, before)


def test_labels_order_and_currency_do_not_matter(staggered: pd.DataFrame) -> None:
    expected = did(staggered, **ROLES, weights="gewicht")
    assert isinstance(expected, Estimate)
    renamed = staggered.assign(eenheid=staggered["eenheid"].str[::-1]).sample(frac=1, random_state=1)
    dates = staggered.assign(
        jaar=pd.to_datetime(staggered["jaar"].astype(str) + "-01-01"),
        start=pd.to_datetime(staggered["start"].astype("Int64").astype("string") + "-01-01"),
    )
    categories = staggered.assign(eenheid=staggered["eenheid"].astype("category"))
    for other in (renamed, dates, categories):
        same = did(other, **ROLES, weights="gewicht")
        assert isinstance(same, Estimate)
        assert (same.value, same.std_error) == pytest.approx((expected.value, expected.std_error), rel=1e-10)
    euros = did(staggered.assign(y=2.20371 * staggered["y"]), **ROLES, weights="gewicht")
    assert isinstance(euros, Estimate)
    assert (euros.value, euros.std_error) == pytest.approx(
        (2.20371 * expected.value, 2.20371 * expected.std_error), rel=1e-10
    )


@pytest.mark.slow
def test_interval_covers_a_planted_effect_and_a_true_null_is_rejected_at_its_level() -> None:
    """1.000 draws, 60 units with AR(1) errors of 0.6, 25 treated: coverage 93-97%, no bias, size 3-7%."""
    covered, rejected, values = [], [], []
    for seed in range(1000):
        frame = simulate_panel(
            units=60, periods=8, starts=(5,), treated=25, correlation=0.6, noise_by_size=0, seed=seed
        )
        roles = {"outcome": "uitkomst", "unit": "gemeente", "time": "periode", "treated_from": "start"}
        estimate = did(frame, **roles)
        null = did(frame.assign(uitkomst=frame["uitkomst"] - frame["effect"]), **roles)
        assert isinstance(estimate, Estimate)
        assert isinstance(null, Estimate)
        covered.append(estimate.interval().contains(0.05))
        rejected.append(null.p_value < 0.05)
        values.append(estimate.value)
    assert 0.93 <= np.mean(covered) <= 0.97
    assert 0.03 <= np.mean(rejected) <= 0.07
    assert np.mean(values) == pytest.approx(0.05, abs=4 * np.std(values) / np.sqrt(1000))
