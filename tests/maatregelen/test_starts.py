"""Starts against waiting: who is in, and what followed, counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from evaluatie.panel.starts import build_starts
from evaluatie.quantities import Maand

JANUARI = 2018 * 12
"""The month number of January 2018."""


def months(persoon: int, first: int, last: int, *, traject: tuple[int, int] | None = None, werk: int | None = None):
    """Return the person-months of one uitkering; months count from January 2018 (0)."""
    rows = []
    for maand in range(first, last + 1):
        begun = traject is not None and maand >= traject[0]
        since = max(0, maand - traject[1]) if begun and traject else -1
        rows.append(
            {
                "persoon": persoon,
                "maand": JANUARI + maand,
                "werk": maand == werk,
                "in_traject": begun and since == 0,
                "sinds_traject": since,
                "sinds_trajectbegin": maand - traject[0] if begun and traject else -1,
                "traject_soort": "training" if begun else None,
                "traject_aanbieder": "Noord" if begun else None,
                "traject_kosten": 1000.0 if begun else float("nan"),
                "deeltijd": maand == 1,
                **dict.fromkeys(("duurklasse", "leeftijdklasse", "leefvorm", "geslacht"), "a"),
                "klantgroep": None,
            }
        )
    return rows


def starts(*people, horizon: int = 3, laatste: int = 30) -> pd.DataFrame:
    frame = pd.DataFrame([row for person in people for row in person])
    return build_starts(frame, Maand(2018 + laatste // 12, laatste % 12 + 1), horizon=horizon)


def test_waiting_ends_with_the_start_and_counts_again_only_after_two_years() -> None:
    # A traject in months 2 to 4. Waiting in 0 and 1, start in 2; months 3 and 4 are in it, 5 to 28 within 24 months
    # of its end; 29 and 30 are 25 and 26 months after it. The last start with three months of follow-up is month 28.
    rows = starts(months(1, 0, 30, traject=(2, 4)))
    assert rows["start"].tolist() == [0, 0, 1]
    later = starts(months(1, 0, 33, traject=(2, 4)), laatste=33)
    assert later["start"].tolist() == [0, 0, 1, 0, 0, 0]  # 29, 30 and 31 count again


def test_what_followed_is_counted_over_the_same_months_for_everyone() -> None:
    # Leaves for work in month 4. Within three months of month m (m, m+1, m+2): from month 2 on.
    rows = starts(months(1, 0, 4, werk=4))
    assert rows["werk"].tolist() == [0, 0, 1, 1, 1]
    assert rows["bijstand"].tolist() == [3, 3, 3, 2, 1]
    assert rows["deeltijd_ervoor"].tolist() == [0, 0, 1, 1, 1]  # worked in month 1, looked back six months


def test_who_comes_back_within_half_a_year_after_the_horizon_did_not_leave_for_good() -> None:
    # Left for work in month 2, back in month 9. From month 0 the horizon ends with month 2 and the half-year after it
    # is 3 to 8: gone. From month 1: the horizon is 1 to 3, the half-year 4 to 9: back.
    rows = starts([*months(1, 0, 2, werk=2), *months(1, 9, 12)])
    first = rows.iloc[:3]
    assert first["werk"].tolist() == [1, 1, 1]
    assert first["duurzaam"].tolist() == [1, 0, 0]


def test_a_start_is_only_used_when_the_whole_horizon_was_observed() -> None:
    rows = starts(months(1, 0, 10), laatste=10)
    assert len(rows) == 9  # month 8 is the last with 8, 9 and 10
    assert rows["duurzaam"].notna().sum() == 3  # horizon and half a year: months 0, 1 and 2
    assert rows["duurzaam_jaar"].isna().all()  # horizon and a year is 15 months


def test_a_traject_that_ran_when_observation_began_is_not_a_start() -> None:
    rows = starts(months(1, 0, 12, traject=(-3, 2)))
    assert rows.empty


def test_people_do_not_run_into_each_other() -> None:
    alone = starts(months(1, 0, 5, werk=5))
    both = starts(months(1, 0, 5, werk=5), months(2, 0, 20))
    pd.testing.assert_frame_equal(alone, both[both["persoon"] == 1].reset_index(drop=True))


def test_what_a_start_was_belongs_to_the_start_only() -> None:
    rows = starts(months(1, 0, 30, traject=(2, 4)))
    assert rows["soort"].tolist() == ["", "", "training"]
    assert rows["kosten"].notna().tolist() == [False, False, True]
    assert set(rows["klantgroep"]) == {"onbekend"}


@pytest.mark.parametrize("horizon", [1, 6, 12])
def test_months_with_benefit_never_exceed_the_horizon(horizon: int) -> None:
    rows = starts(months(1, 0, 25), months(2, 3, 9, werk=9), horizon=horizon)
    assert rows["bijstand"].between(1, horizon).all()
