"""The specification curve: every choice once, groups by rule from before the start, and one main specification."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from evaluatie.checks.landelijke_vergelijking import estimate_gap
from evaluatie.estimation import NotEstimated, PlaceboResult
from evaluatie.evaluaties.landelijke_vergelijking import choose_venster, evaluate_gemeente, select_window
from evaluatie.evaluaties.specificaties import (
    Specificatiecurve,
    Telling,
    Weging,
    build_specificatiecurve,
)
from evaluatie.evaluaties.vergelijkingsgroep import NEAREST, Vergelijkingsgroep, select_groep
from evaluatie.panel import Gemeentepanel, build_gemeentepanel

DAY = dt.date(2017, 1, 1)


@pytest.fixture(scope="module")
def panel() -> Gemeentepanel:
    return build_gemeentepanel()


@pytest.fixture(scope="module")
def renkum(panel: Gemeentepanel) -> Specificatiecurve:
    curve = build_specificatiecurve(panel, "Renkum", "uitstroom", DAY)
    assert isinstance(curve, Specificatiecurve)
    return curve


def test_every_combination_of_choices_is_there_once_and_smallest_first(renkum: Specificatiecurve) -> None:
    frame = renkum.frame
    combinations = {(g.value, w.value, t.value) for g in Vergelijkingsgroep for w in Weging for t in Telling}
    assert set(zip(frame["groep"], frame["weging"], frame["telling"], strict=True)) == combinations
    assert len(frame) == len(combinations)
    assert frame["estimate"].is_monotonic_increasing
    assert (frame["conf_low"] < frame["estimate"]).all()
    assert renkum.left_out == ()


def test_the_main_specification_is_the_evaluatie_itself(panel: Gemeentepanel, renkum: Specificatiecurve) -> None:
    main = renkum.frame[renkum.frame["main"]]
    estimate = evaluate_gemeente(panel, "Renkum", "uitstroom", DAY).estimate
    assert not isinstance(estimate, NotEstimated)
    assert main["estimate"].tolist() == [estimate.value]
    assert main["conf_low"].tolist() == [estimate.interval().lower]


def test_the_unweighted_effect_is_the_change_minus_the_plain_mean_of_the_others(panel: Gemeentepanel) -> None:
    """By hand from the panel; 1e-12 is arithmetic."""
    rows = select_window(panel, panel.code_of("Renkum"), choose_venster(DAY, panel.years))
    wide = rows.pivot(index="gemeente", columns="jaar", values="uitstroom_aandeel")
    change = wide[2017] - wide[[2015, 2016]].mean(axis=1)
    own = panel.code_of("Renkum")
    result = estimate_gap(rows, "uitstroom", equal=True)
    assert isinstance(result, PlaceboResult)
    assert result.estimate.value == pytest.approx(change[own] - change.drop(own).mean(), abs=1e-12)


def test_groups_follow_from_years_before_the_start_only(panel: Gemeentepanel) -> None:
    rows = select_window(panel, panel.code_of("Renkum"), choose_venster(DAY, panel.years))
    disturbed = rows.assign(
        uitstroom_aandeel=np.where(rows["jaar"] >= 2017, 1 - rows["uitstroom_aandeel"], rows["uitstroom_aandeel"])
    )
    for groep in Vergelijkingsgroep:
        members = set(select_groep(rows, groep, "uitstroom")["gemeente"])
        assert members == set(select_groep(disturbed, groep, "uitstroom")["gemeente"])
        assert panel.code_of("Renkum") in members
    near = select_groep(rows, Vergelijkingsgroep.NIVEAU, "uitstroom")
    assert near["gemeente"].nunique() == NEAREST + 1


def test_a_group_that_is_too_small_is_named_and_left_out(panel: Gemeentepanel) -> None:
    curve = build_specificatiecurve(panel, "Amsterdam", "uitstroom", DAY)
    assert isinstance(curve, Specificatiecurve)
    assert len(curve.left_out) == 8  # nobody is as large as Amsterdam
    assert all("gemeenten" in reason for reason in curve.left_out)
    assert not curve.frame["groep"].isin([Vergelijkingsgroep.OMVANG, Vergelijkingsgroep.BEIDE]).any()


def test_how_much_hangs_on_the_choice_is_counted(renkum: Specificatiecurve) -> None:
    frame = renkum.frame
    excluding = [not low <= 0 <= high for low, high in zip(frame["conf_low"], frame["conf_high"], strict=True)]
    assert renkum.excluding_zero == sum(excluding)
    sign = np.sign(frame["estimate"])
    assert renkum.same_sign == pytest.approx((sign == sign[frame["main"]].iloc[0]).mean())


def test_outside_the_years_there_is_no_curve(panel: Gemeentepanel) -> None:
    curve = build_specificatiecurve(panel, "Renkum", "uitstroom", dt.date(2020, 1, 1))
    assert isinstance(curve, NotEstimated)
    assert curve.code == "outside_data"
