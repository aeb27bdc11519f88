"""Spells to person-months, counted by hand, and what splitting, ordering and naming may not change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluatie.errors import EstimationError
from evaluatie.estimation import DURING, WINDOWS, person_months
from evaluatie.estimation.simulate.spells import simulate_spells

ROLES = {"person": "p", "begin": "b", "end": "e"}


def split(spells, treatments=None, **more):
    return person_months(
        pd.DataFrame(spells), treatments if treatments is None else pd.DataFrame(treatments), **ROLES | more
    )


def test_one_spell_by_hand() -> None:
    # Begins in March 2020, ends in June 2020: at risk in March, April, May, June; the exit stands in June.
    rows = split({"p": ["a"], "b": ["2020-03-15"], "e": ["2020-06-01"], "r": ["werk"]}, event="r")
    assert rows["month"].tolist() == [2020 * 12 + 2, 2020 * 12 + 3, 2020 * 12 + 4, 2020 * 12 + 5]
    assert rows["year"].tolist() == [2020] * 4
    assert rows["month_of_year"].tolist() == [3, 4, 5, 6]
    assert rows["duration"].tolist() == [1, 2, 3, 4]
    assert rows["event"].astype(object).where(rows["event"].notna(), None).tolist() == [None, None, None, "werk"]


def test_with_delay_the_month_of_the_begin_is_not_at_risk() -> None:
    rows = split({"p": [1], "b": [10], "e": [12]}, delay=1)
    assert rows[["month", "duration"]].to_numpy().tolist() == [[11, 1], [12, 2]]
    assert rows["event"].notna().tolist() == [False, True]


def test_who_came_before_observation_keeps_the_true_duration_and_who_left_before_has_no_row() -> None:
    spells = {"p": [1, 2, 3], "b": [0, 0, 12], "e": [11, 9, np.nan]}
    rows = split(spells, observed=(10, 13))
    assert rows[["p", "month", "duration"]].to_numpy().tolist() == [
        [1, 10, 11],
        [1, 11, 12],
        [3, 12, 1],
        [3, 13, 2],
    ]
    assert rows["event"].notna().tolist() == [False, True, False, False]


def test_an_exit_after_observation_is_censored() -> None:
    rows = split({"p": [1], "b": [1], "e": [9]}, observed=(1, 5))
    assert len(rows) == 5
    assert rows["event"].isna().all()


def test_a_spell_with_an_end_and_no_reason_is_censored_at_its_end() -> None:
    rows = split({"p": [1, 2], "b": [1, 1], "e": [3, 3], "r": [None, "werk"]}, event="r")
    assert len(rows) == 6
    assert rows.loc[rows["event"].notna(), "p"].tolist() == [2]


def test_windows_of_a_treatment_by_hand() -> None:
    # Runs in months 2 and 3; the month of the end is still during. 4–6, 7–9, 10–15, 16–27 are the windows after.
    rows = split({"p": [1], "b": [1], "e": [30]}, {"p": [1], "begin": [2], "end": [3]})
    assert {name: rows.loc[rows[name], "month"].tolist() for name in (DURING, *WINDOWS)} == {
        "during": [2, 3],
        "after_0_3": [4, 5, 6],
        "after_4_6": [7, 8, 9],
        "after_7_12": list(range(10, 16)),
        "after_13_24": list(range(16, 28)),
    }


@pytest.mark.parametrize(
    ("treatments", "during", "after"),
    [
        ({"p": [1, 1], "begin": [2, 5], "end": [3, 6]}, [2, 3, 5, 6], [4, 7, 8, 9]),  # the second one wins
        ({"p": [1, 1], "begin": [2, 3], "end": [8, 4]}, [2, 3, 4, 5, 6, 7, 8], [9, 10]),  # one within the other
        ({"p": [1, 2], "begin": [2, 1], "end": [3, 9]}, [2, 3], [4, 5, 6]),  # of somebody else
        ({"p": [1], "begin": [4], "end": [np.nan]}, [4, 5, 6, 7, 8, 9, 10], []),  # not over yet
        ({"p": [1], "begin": [-5], "end": [-1]}, [], [1, 2]),  # before the spell
        ({"p": [1], "begin": [11], "end": [12]}, [], []),  # after the spell
    ],
)
def test_several_treatments(treatments: dict[str, list[float]], during: list[int], after: list[int]) -> None:
    rows = split({"p": [1], "b": [1], "e": [10]}, treatments, windows={"after": (1, 3)})
    assert rows.loc[rows["during"], "month"].tolist() == during
    assert rows.loc[rows["after"], "month"].tolist() == after
    assert not (rows["during"] & rows["after"]).any()


def test_an_open_window_does_not_hold_who_was_never_treated() -> None:
    spells = {"p": [1, 2], "b": [1, 1], "e": [9, 9]}
    rows = split(spells, {"p": [1], "begin": [2], "end": [3]}, windows={"after": (1, None)})
    assert rows.loc[rows["after"], ["p", "month"]].to_numpy().tolist() == [[1, month] for month in range(4, 10)]


def test_a_treatment_follows_the_person_into_the_next_spell() -> None:
    rows = split({"p": [1, 1], "b": [1, 6], "e": [4, 8]}, {"p": [1], "begin": [3], "end": [4]})
    assert rows.loc[rows["after_0_3"], "month"].tolist() == [6, 7]
    assert rows["spell"].tolist() == [0] * 4 + [1] * 3


def test_leaving_and_coming_back_in_one_month_is_two_rows() -> None:
    rows = split({"p": [1, 1], "b": [1, 2], "e": [2, 3]})
    assert rows[["spell", "month", "duration"]].to_numpy().tolist() == [[0, 1, 1], [0, 2, 2], [1, 2, 1], [1, 3, 2]]


def test_dates_periods_and_numbers_are_the_same_months() -> None:
    dates = pd.Series(pd.to_datetime(["2019-11-30", "2020-01-01"]))
    ends = pd.Series(pd.to_datetime(["2020-02-29", None]))
    number = dates.dt.year * 12 + dates.dt.month - 1
    expected = split({"p": [1, 2], "b": number, "e": [2020 * 12 + 1, np.nan]}, observed=(0, 2020 * 12 + 3))
    for begin, end in ((dates, ends), (dates.dt.to_period("M"), ends.dt.to_period("M"))):
        rows = split({"p": [1, 2], "b": begin, "e": end}, observed=("2000-01-01", "2020-04-30"))
        pd.testing.assert_frame_equal(rows[expected.columns], expected)


@settings(max_examples=30, deadline=None)
@given(cut=st.integers(0, 7), seed=st.integers(0, 1000))
def test_splitting_a_spell_into_stretches_changes_no_row(cut: int, seed: int) -> None:
    drawn = simulate_spells(20, seed=seed, months=30)
    spells = drawn.spells.assign(entry=drawn.spells["begin"])
    roles = {"person": "person", "begin": "begin", "end": "end", "event": "reason", "entry": "entry"}
    whole = person_months(spells, drawn.treatments, **roles, observed=drawn.observed)
    last = spells["end"].fillna(29)
    long = last - spells["begin"] > cut
    head = spells[long].assign(end=spells["begin"] + cut, reason=None)
    tail = spells[long].assign(entry=spells["begin"] + cut + 1)
    parts = pd.concat([tail, spells[~long], head], ignore_index=True)
    split_up = person_months(parts, drawn.treatments, **roles, observed=drawn.observed)
    key = ["person", "month", "duration"]
    left, right = (frame.drop(columns="spell").sort_values(key, ignore_index=True) for frame in (whole, split_up))
    pd.testing.assert_frame_equal(left, right)


def test_order_and_names_of_persons_do_not_matter_and_nothing_is_mutated() -> None:
    drawn = simulate_spells(50, seed=3, months=30)
    roles = {"person": "person", "begin": "begin", "end": "end", "event": "reason", "observed": drawn.observed}
    spells, treatments = drawn.spells.copy(), drawn.treatments.copy()
    rows = person_months(spells, treatments, **roles)
    pd.testing.assert_frame_equal(spells, drawn.spells)
    pd.testing.assert_frame_equal(treatments, drawn.treatments)
    renamed = person_months(
        spells.assign(person="p" + spells["person"].astype(str)).sample(frac=1, random_state=1),
        treatments.assign(person="p" + treatments["person"].astype(str)).sample(frac=1, random_state=2),
        **roles,
    )
    renamed["person"] = renamed["person"].str[1:].astype("int64")
    key = ["person", "month", "duration"]
    left, right = (frame.drop(columns="spell").sort_values(key, ignore_index=True) for frame in (rows, renamed))
    pd.testing.assert_frame_equal(left, right)


GOOD = {"p": [1, 2], "b": [1, 1], "e": [5, 6]}
TREATED = {"p": [1], "begin": [2], "end": [3]}


@pytest.mark.parametrize(
    ("spells", "treatments", "more", "message"),
    [
        (GOOD | {"e": [5, 0]}, None, {}, "1 perioden einden vóór hun begin"),
        (GOOD | {"e": [5, 1]}, None, {"delay": 1}, "geen enkele maand"),
        (GOOD | {"e": [5, np.nan]}, None, {}, "einde van de waarneming is onbekend"),
        (GOOD | {"e": [5, np.nan], "r": [None, "werk"]}, None, {"event": "r"}, "reden van uitstroom zonder maand"),
        (GOOD | {"b": [1, np.nan]}, None, {}, "1 waarden in kolom 'b' zijn geen maand"),
        (GOOD | {"b": [1, 1.5]}, None, {}, "1 waarden in kolom 'b' zijn geen maand"),
        (GOOD | {"b": ["2020-01-01", "gisteren"]}, None, {}, "1 waarden in kolom 'b' zijn geen maand"),
        (GOOD | {"p": [1, None]}, None, {}, "ontbreekt de persoon"),
        (GOOD | {"p": [1, 1]}, None, {}, "overlappen een andere van dezelfde persoon, als eerste bij 1"),
        (GOOD, None, {"observed": (20, 30)}, "Geen enkele periode heeft een maand"),
        (GOOD, TREATED | {"end": [1]}, {}, "1 trajecten einden vóór hun begin"),
        (GOOD, TREATED | {"p": ["1"]}, {}, "Geen enkel traject hoort bij een persoon"),
        (GOOD, TREATED, {"windows": {"a": (1, 3), "b": (3, 4)}}, "overlappen"),
        (GOOD, TREATED, {"windows": {"a": (0, 3)}}, "overlappen of kloppen niet"),
        (GOOD, TREATED, {"windows": {"p": (1, 3)}}, "Een venster heet als een kolom: p"),
        (GOOD, {"p": [1], "begin": [1]}, {}, "Kolom ontbreekt: end"),
    ],
)
def test_refusals(spells, treatments, more, message) -> None:
    with pytest.raises(EstimationError, match=message):
        split(spells, treatments, **more)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(EstimationError) as error:
        split({"p": [1, 2, 3], "b": [1, 4, 1], "e": [5, 3, np.nan]})
    assert len(error.value.violations) == 2
