"""Difference-in-differences against statsmodels, linearmodels and pencil."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from linearmodels.panel import PanelOLS

from evaluatie.errors import EstimationError
from evaluatie.estimation import Estimate, NotEstimated, did

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
    gap = frame.drop(index=5)
    holes = frame.assign(y=frame["y"].mask(frame.index.isin([4, 9]), np.nan).mask(frame.index == 17, np.inf))
    for broken, message in (
        (frame.drop(columns="start"), r"Kolom ontbreekt: start\."),
        (frame.drop(columns=["y", "jaar"]), r"Kolom ontbreekt: y, jaar\."),
        (pd.concat([frame, frame.iloc[[6, 7]]]), r"2 rijen komen dubbel voor, als eerste u001 in 2012"),
        (gap, r"1 waarden ontbreken of zijn oneindig, bij: u001"),
        (holes, r"3 waarden ontbreken of zijn oneindig, bij: u001, u002, u004"),
        (frame.assign(gewicht=0), "Gewichten moeten positief zijn"),
        (frame.assign(gewicht=np.nan), "Gewichten moeten positief zijn"),
        (frame.assign(gewicht=np.inf), "Gewichten moeten positief zijn"),
        (frame.assign(gewicht=frame["jaar"]), "per eenheid gelijk"),
        (frame.assign(start=frame["start"].mask(frame.index == 0, 2013.0)), "verandert binnen een eenheid"),
    ):
        with pytest.raises(EstimationError, match=message) as error:
            did(broken, **ROLES, weights="gewicht")
        assert error.value.exit_code == 9
        assert error.value.remedy
