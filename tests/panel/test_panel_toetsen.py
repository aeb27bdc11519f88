"""The attempts to falsify a landelijke vergelijking, each against its own arithmetic."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from evaluatie import notatie
from evaluatie.checks import CheckResult, Verdict, overall
from evaluatie.checks.landelijke_vergelijking import (
    check_comparable,
    check_false_alarms,
    check_leave_one_out,
    check_pre_trend,
    check_rounding,
    estimate_gap,
)
from evaluatie.estimation import PlaceboResult
from evaluatie.panel import UITKOMSTEN, Gemeentepanel

Rows = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def rows(panel: Gemeentepanel) -> Rows:
    """Return a function that gives the panel with one municipality treated from a year on."""

    def make(naam: str = "Dalfsen", start: int = 2017, *, effect: float = 0.0, before: float = 0.0) -> pd.DataFrame:
        frame, own = panel.frame, panel.frame["gemeente"] == panel.code_of(naam)
        changed = frame.assign(start=np.where(own, float(start), np.nan))
        for outcome in UITKOMSTEN:
            column = f"{outcome}_aandeel"
            extra = effect * (changed["jaar"] >= start) + before * (changed["jaar"] == start - 1)
            changed[column] = changed[column] + own * extra
        return changed

    return make


def main(frame: pd.DataFrame, outcome: str = "uitstroom") -> PlaceboResult:
    result = estimate_gap(frame, outcome)
    assert isinstance(result, PlaceboResult)
    return result


def gap_by_hand(frame: pd.DataFrame, outcome: str) -> float:
    """Compute the difference in differences with a loop over rows and nothing of the package."""
    start = frame["start"].min()
    treated = frame.loc[frame["start"].notna(), "gemeente"].iloc[0]
    changes, weights = {}, {}
    for code, own in frame.groupby("gemeente"):
        years = dict(zip(own["jaar"], own[f"{outcome}_aandeel"], strict=True))
        after = [share for year, share in years.items() if year >= start]
        before = [share for year, share in years.items() if year < start]
        changes[code] = sum(after) / len(after) - sum(before) / len(before)
        weights[code] = own["gewicht"].iloc[0]
    here = changes.pop(treated)
    return float(here - sum(weights[code] * changes[code] for code in changes) / sum(weights[code] for code in changes))


@pytest.mark.parametrize(("naam", "start"), [("Dalfsen", 2017), ("Renkum", 2016), ("Deventer", 2017)])
@pytest.mark.parametrize("outcome", UITKOMSTEN)
def test_the_effect_is_the_change_here_minus_the_weighted_change_elsewhere(
    rows: Rows, naam: str, start: int, outcome: str
) -> None:
    """By hand over all municipalities; 1e-12 is the order of the sums."""
    frame = rows(naam, start)
    assert main(frame, outcome).estimate.value == pytest.approx(gap_by_hand(frame, outcome), abs=1e-12)


def test_the_change_of_dalfsen_is_that_of_its_published_counts(panel: Gemeentepanel) -> None:
    # CBS: 70 of 350 left in 2017; 90 of 340 in 2015 and 90 of 360 in 2016: 20% against 25,7%.
    own = panel.of("GM0148")["uitstroom_aandeel"]
    assert own[2] - own[:2].mean() == pytest.approx(0.2 - (90 / 340 + 90 / 360) / 2, abs=1e-15)


def test_the_trend_before_uses_no_year_after_the_start(rows: Rows) -> None:
    plain, later = check_pre_trend(rows(), "uitstroom"), check_pre_trend(rows(effect=0.5), "uitstroom")
    assert plain.statement == later.statement
    assert plain.verdict is Verdict.PASSED
    assert plain.table is not None
    before = rows()[lambda frame: frame["jaar"] < 2017]
    pretend = before.assign(start=before["start"].where(before["start"].isna(), 2016))
    assert plain.table["estimate"].iloc[0] == pytest.approx(gap_by_hand(pretend, "uitstroom"), abs=1e-12)


def test_a_municipality_that_already_diverged_fails_the_trend(rows: Rows) -> None:
    check = check_pre_trend(rows(before=0.5), "uitstroom")
    assert check.verdict is Verdict.FAILED
    assert "kan niet aan de maatregel worden toegeschreven" in check.statement


def test_one_year_before_is_no_trend(rows: Rows) -> None:
    check = check_pre_trend(rows(start=2016), "uitstroom")
    assert check.verdict is Verdict.NOT_RUN
    assert "maar één jaar vóór de maatregel (2015)" in check.statement


def test_comparable_municipalities_have_half_to_twice_the_caseload(rows: Rows) -> None:
    frame = rows("Renkum")
    result = main(frame)
    check = check_comparable(frame, "uitstroom", result.estimate)
    sizes = frame.drop_duplicates("gemeente").set_index("gemeente")["gewicht"]
    near = sizes[(sizes >= 410) & (sizes <= 1640)].drop("GM0274")  # Renkum: 640 + 180 = 820 in 2015
    assert f"Tegen {len(near)} gemeenten" in check.statement
    assert check.table is not None
    subset = frame[frame["gemeente"].isin([*near.index, "GM0274"])]
    assert check.table["estimate"].iloc[0] == pytest.approx(gap_by_hand(subset, "uitstroom"), abs=1e-12)
    assert check.verdict is Verdict.PASSED


def test_comparable_municipalities_that_tell_another_story_fail(rows: Rows) -> None:
    frame = rows("Renkum", effect=0.5)
    found = main(frame).estimate
    nothing = main(rows("Renkum")).estimate
    assert found.p_value <= 0.05 < nothing.p_value
    assert check_comparable(frame, "uitstroom", found).verdict is Verdict.PASSED
    check = check_comparable(frame, "uitstroom", nothing)
    assert check.verdict is Verdict.FAILED
    assert "hangt af van de vergelijkingsgroep" in check.statement
    opposite = check_comparable(rows("Renkum", effect=-0.5), "uitstroom", found)
    assert opposite.verdict is Verdict.FAILED


def test_too_few_comparable_municipalities_is_said(rows: Rows) -> None:
    frame = rows("Amsterdam")
    check = check_comparable(frame, "uitstroom", main(frame).estimate)
    assert check.verdict is Verdict.NOT_RUN
    assert "te weinig" in check.statement


def test_leaving_out_one_is_what_estimating_without_it_gives(rows: Rows) -> None:
    frame = rows("Dalfsen")
    result = main(frame)
    check = check_leave_one_out(frame, "uitstroom", result.estimate)
    assert check.table is not None
    low, high, culprit = check.table.iloc[0][["lower", "upper", "most_influential"]]
    codes = frame.drop_duplicates("gemeente").set_index("naam")["gemeente"]
    without = gap_by_hand(frame[frame["gemeente"] != codes[culprit]], "uitstroom")
    assert min(abs(without - low), abs(without - high)) < 1e-12
    assert low <= result.estimate.value <= high
    largest = gap_by_hand(frame[frame["gemeente"] != codes["Amsterdam"]], "uitstroom")
    assert low - 1e-12 <= largest <= high + 1e-12
    assert check.verdict is Verdict.PASSED


def test_a_result_that_one_municipality_carries_fails(rows: Rows) -> None:
    frame = rows("Dalfsen")
    # Rotterdam moves so much that without it the sign turns.
    carried = frame.assign(
        uitstroom_aandeel=frame["uitstroom_aandeel"] - 2.0 * ((frame["naam"] == "Rotterdam") & (frame["jaar"] == 2017))
    )
    found = main(rows("Dalfsen", effect=0.6)).estimate
    assert found.p_value <= 0.05
    check = check_leave_one_out(carried, "uitstroom", found)
    assert check.verdict is Verdict.FAILED
    assert "Rotterdam weegt het zwaarst mee" in check.statement


@pytest.mark.parametrize("naam", ["Dalfsen", "Renkum", "Deventer", "Voorschoten", "Gooise Meren"])
@pytest.mark.parametrize("outcome", UITKOMSTEN)
def test_rounding_cannot_shift_the_difference_further_than_is_said(
    rows: Rows, panel: Gemeentepanel, naam: str, outcome: str
) -> None:
    """All corners of ±5 per published count; merged municipalities have several counts for one number."""
    frame = rows(naam)
    check = check_rounding(frame, outcome, main(frame, outcome).estimate)
    assert check.table is not None

    def mean_share(years: pd.DataFrame, corner: tuple[int, ...]) -> float:
        end, out, flow = (
            years[column] + off * years["delen"]
            for column, off in zip(("bestand", "uitstroom", outcome), corner, strict=True)
        )
        return float(((out if outcome == "uitstroom" else flow) / (end + out)).mean())

    own = panel.of(panel.code_of(naam))
    before, after = own[own["jaar"] < 2017], own[own["jaar"] == 2017]
    corners = list(itertools.product((-5, 5), repeat=3))
    published = mean_share(after, (0, 0, 0)) - mean_share(before, (0, 0, 0))
    shifts = [mean_share(after, a) - mean_share(before, b) - published for a in corners for b in corners]
    assert max(map(abs, shifts)) <= check.table["largest_shift"].iloc[0] + 1e-12
    assert max(map(abs, shifts)) > 0.8 * check.table["largest_shift"].iloc[0]  # a bound, not an exaggeration


def test_rounding_is_a_concern_when_it_exceeds_the_interval_and_cbs_shares_are_shown(rows: Rows) -> None:
    frame = rows("Dalfsen")
    check = check_rounding(frame, "uitstroom", main(frame).estimate)
    own_shares = main(
        frame.assign(uitstroom_aandeel=frame["uitstroom_cbs_aandeel"], uitstroom_afronding_var=0.0)[
            lambda f: f.groupby("gemeente")["uitstroom_cbs_aandeel"].transform(lambda c: c.notna().all())
        ]
    )
    assert f"is het verschil {notatie.points(own_shares.estimate.value)} procentpunt" in check.statement
    assert check.verdict is Verdict.PASSED
    narrow = main(frame.assign(uitstroom_aandeel=frame["uitstroom_aandeel"] / 1000)).estimate
    assert check_rounding(frame, "uitstroom", narrow).verdict is Verdict.CONCERN
    unknown = rows("Gooise Meren")
    statement = check_rounding(unknown, "uitstroom", main(unknown).estimate).statement
    assert "CBS geeft voor deze gemeente geen eigen percentages." in statement


@pytest.mark.parametrize("naam", ["Boekel", "Dalfsen", "Renkum", "Deventer", "Amsterdam"])
def test_the_test_is_tested_on_municipalities_of_the_same_size(rows: Rows, naam: str) -> None:
    result = main(rows(naam))
    size = float(result.placebos.loc[result.placebos["treated"], "weight"].iloc[0])
    check = check_false_alarms(result, size)
    table = result.false_alarms_by_size()
    holds = table[(table["smallest"] <= size) & (size <= table["largest"])]
    expected = holds.iloc[0] if len(holds) else table.iloc[0 if size < table["smallest"].iloc[0] else -1]
    assert notatie.percentage(expected["false_alarms"]) in check.statement
    assert check.verdict in (Verdict.PASSED, Verdict.CONCERN)
    assert (check.verdict is Verdict.PASSED) == (expected["false_alarms"] <= 0.05 + 1.96 * np.sqrt(0.05 * 0.95 / 75))


def _check(verdict: Verdict) -> CheckResult:
    return CheckResult("toets", verdict, "zin")


def test_the_overall_verdict_is_the_worst_and_of_nothing_it_is_not_run() -> None:
    assert overall([]) is Verdict.NOT_RUN
    order = [Verdict.PASSED, Verdict.CONCERN, Verdict.NOT_RUN, Verdict.FAILED]
    assert sorted(Verdict) == order
    for one, other in itertools.product(order, repeat=2):
        assert overall([_check(one), _check(other)]) is order[max(order.index(one), order.index(other))]


def test_every_verdict_has_its_own_word() -> None:
    assert [verdict.dutch for verdict in sorted(Verdict)] == [
        "doorstaan",
        "let op",
        "niet uit te voeren",
        "niet doorstaan",
    ]
