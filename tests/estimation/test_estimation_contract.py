"""What every estimator of panels promises: frames or Parquet, no provisional figures, and one door to sensitivity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluatie import estimation as e
from evaluatie.errors import EstimationError
from evaluatie.estimation.simulate.selection import simulate_selection

DrawPanel = Callable[..., pd.DataFrame]
ROLES = {"outcome": "y", "unit": "eenheid", "time": "jaar", "treated_from": "start"}
ONE_TREATED: dict[str, Callable[..., Any]] = {
    "synthetic_control": e.synthetic_control,
    "synthetic_did": e.synthetic_did,
    "placebo_in_space": lambda panel, **roles: e.placebo_in_space("did", panel, **roles),
    "placebo_in_time": lambda panel, **roles: e.placebo_in_time("did", panel, **roles),
    "leave_one_out": lambda panel, **roles: e.leave_one_out("did", panel, **roles),
    "minimum_detectable_effect": e.minimum_detectable_effect,
}
MANY_TREATED: dict[str, Callable[..., Any]] = {
    "did": e.did,
    "event_study": e.event_study,
    "bacon_weights": e.bacon_weights,
    "group_time_att": e.group_time_att,
}
ALL = ONE_TREATED | MANY_TREATED


def panel_for(name: str, draw_panel: DrawPanel) -> pd.DataFrame:
    treated = 1 if name in ONE_TREATED else 8
    return draw_panel(4, units=30, periods=8, start=5, treated=treated)


def numbers(result: Any) -> pd.DataFrame:
    return result.tidy() if hasattr(result, "tidy") else pd.DataFrame([{"value": result.value}])


@pytest.mark.parametrize("name", ALL)
def test_parquet_files_give_what_the_frame_gives(name: str, draw_panel: DrawPanel, tmp_path: Any) -> None:
    frame = panel_for(name, draw_panel)
    for part, rows in frame.groupby(frame["jaar"] % 2):
        rows.to_parquet(tmp_path / f"deel_{part}.parquet")
    one, other = (numbers(ALL[name](source, **ROLES)) for source in (frame, tmp_path / "*.parquet"))
    assert not isinstance(ALL[name](frame, **ROLES), e.NotEstimated)
    left, right = (part.select_dtypes("number").to_numpy(float) for part in (one, other))
    np.testing.assert_allclose(left, right, rtol=1e-9, equal_nan=True)  # sums in another order


@pytest.mark.parametrize("name", ALL)
def test_provisional_figures_are_refused(name: str, draw_panel: DrawPanel) -> None:
    frame = panel_for(name, draw_panel)
    frame["status"] = np.where(frame["jaar"] == frame["jaar"].max(), "voorlopig", "definitief")
    with pytest.raises(EstimationError, match=r"30 rijen zijn voorlopige cijfers"):
        ALL[name](frame, **ROLES)


@pytest.mark.parametrize("name", ALL)
def test_the_frame_of_the_caller_stays_as_it_was(name: str, draw_panel: DrawPanel) -> None:
    frame = panel_for(name, draw_panel)
    before = frame.copy(deep=True)
    ALL[name](frame, **ROLES)
    pd.testing.assert_frame_equal(frame, before)


def test_sensitivity_opens_the_door_that_belongs_to_the_result(draw_panel: DrawPanel) -> None:
    frame = draw_panel(4, units=30, periods=8, start=5, treated=10)
    study = e.event_study(frame, **ROLES)
    assert isinstance(study, e.EventStudy)
    bounds = e.sensitivity(study, m=(0.5, 1.0))
    assert isinstance(bounds, e.SensitivityResult)
    expected = e.parallel_trends_bounds(study, m=(0.5, 1.0))
    assert isinstance(expected, e.SensitivityResult)
    pd.testing.assert_frame_equal(bounds.tidy(), expected.tidy())
    people = simulate_selection(800, seed=1)
    rows = people.assign(share=(people["uitkomst"] > people["uitkomst"].median()).astype(float))
    att = e.aipw_att(rows, outcome="share", treated="traject", covariates=["leeftijd", "opleiding", "duur"])
    assert isinstance(att, e.AttResult)
    assert e.sensitivity(att) == e.e_value(att.estimate, baseline=att.counterfactual)
    assert e.sensitivity(att.estimate, spread=1.0) == e.e_value(att.estimate, spread=1.0)
    with pytest.raises(EstimationError, match="niet te zeggen hoe gevoelig"):
        e.sensitivity(3)  # type: ignore[call-overload]
