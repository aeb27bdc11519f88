"""The gate on registers small enough to count by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties.handhaving_poort import (
    AANVRAAG,
    AFGEVALLEN,
    ALLE,
    DAGEN,
    GEEN_AANVRAAG,
    JONG,
    MELDING,
    NA,
    NIET_TOEGEKEND,
    OUDER,
    RIJPING,
    TERUG,
    TERUG_NIET,
    TERUG_TOEGEKEND,
    TOEGEKEND,
    VOOR,
    WEG,
    Meldingen,
    count_poort,
    count_terugkeer,
    count_zoektermijn,
    follow_terugkeer,
    read_meldingen,
)
from evaluatie.registratie.voorbeeld import generate

Rij = tuple[str, str, str | None, str | None]


def make_aanvragen(rijen: list[Rij]) -> pd.DataFrame:
    """Return a register of persoon, melding, aanvraag and uitkomst."""
    frame = pd.DataFrame(rijen, columns=["persoon_id", "melding", "aanvraag", "uitkomst"])
    for day in ("melding", "aanvraag"):
        frame[day] = pd.to_datetime(frame[day]).astype("datetime64[s]")
    frame["persoon_id"] = frame["persoon_id"].astype("string")
    frame["uitkomst"] = frame["uitkomst"].astype("category")
    return frame.assign(besluit=pd.NaT, herkomst=None)


def read(rijen: list[Rij]) -> Meldingen:
    found = read_meldingen({"aanvragen": make_aanvragen(rijen)})
    assert isinstance(found, Meldingen)
    return found


LAATST: Rij = ("z", "2019-12-31", None, None)
"""Sets the end of the register: meldingen up to September 2019 count, returns are seen up to 30 September 2018."""


def test_everybody_counts_once_a_year_with_the_first_melding() -> None:
    """In 2018: a (no aanvraag; her later aanvraag does not count), b granted, c turned away. In 2019: a granted."""
    counts = count_poort(
        read(
            [
                ("a", "2018-01-03", None, None),
                ("a", "2018-05-03", "2018-05-10", "toegekend"),
                ("b", "2018-04-01", "2018-04-20", "toegekend"),
                ("c", "2018-04-02", "2018-04-20", "afgewezen"),
                ("a", "2019-02-01", "2019-02-05", "toegekend"),
                LAATST,
            ]
        )
    ).counts
    by_year = {key: count for key, count in counts.items() if "K" not in key[1]}
    assert by_year == {
        (MELDING, "2018"): 3,
        (AANVRAAG, "2018"): 2,
        (GEEN_AANVRAAG, "2018"): 1,
        (TOEGEKEND, "2018"): 1,
        (NIET_TOEGEKEND, "2018"): 1,
        (MELDING, "2019"): 1,
        (AANVRAAG, "2019"): 1,
        (GEEN_AANVRAAG, "2019"): 0,
        (TOEGEKEND, "2019"): 1,
        (NIET_TOEGEKEND, "2019"): 0,
    }
    assert counts[MELDING, "2018-K1"] == 1
    assert counts[MELDING, "2018-K2"] == 2


def test_meldingen_that_may_still_become_something_do_not_count() -> None:
    """The register ends in December 2019: October, November and December are left out, September is not."""
    found = read([("a", "2019-01-02", None, None), *[("b", f"2019-{m}-15", None, None) for m in ("09", "10")], LAATST])
    assert RIJPING == 3
    assert list(found.rijpe["maand"]) == [2019 * 12, 2019 * 12 + 8]


@pytest.mark.parametrize(("day", "first"), [("2018-01-07", 0), ("2018-01-08", 1)])
def test_a_first_month_that_began_half_way_is_left_out(day: str, first: int) -> None:
    assert read([("a", day, None, None), LAATST]).eerste == 2018 * 12 + first


def test_a_granted_melding_without_a_day_of_aanvraag_was_applied_for() -> None:
    counts = count_poort(read([("a", "2018-01-03", None, "toegekend"), LAATST])).counts
    assert (counts[AANVRAAG, "2018"], counts[TOEGEKEND, "2018"]) == (1, 1)


@pytest.mark.parametrize("register", [{}, {"aanvragen": make_aanvragen([])}, {"aanvragen": make_aanvragen([LAATST])}])
def test_without_meldingen_there_is_a_reason(register: dict[str, pd.DataFrame]) -> None:
    assert isinstance(read_meldingen(register), NotEstimated)


TERUGKEER: list[Rij] = [
    ("a", "2017-03-01", None, None),  # back within a year, granted
    ("a", "2018-03-01", "2018-03-05", "toegekend"),  # exactly twelve months later
    ("b", "2017-03-01", None, None),  # back one day too late
    ("b", "2018-03-02", "2018-03-05", "toegekend"),
    ("c", "2017-03-01", "2017-03-09", "afgewezen"),  # back, and turned away again: two falls before the change
    ("c", "2017-06-01", "2017-06-09", "ingetrokken"),
    ("d", "2018-02-01", None, None),  # after the change; back without aanvraag
    ("d", "2018-05-01", None, None),
    ("e", "2018-10-01", None, None),  # cannot be followed for twelve months and three for the decision
    LAATST,
]


def test_who_came_back_within_twelve_months() -> None:
    found = count_terugkeer(read(TERUGKEER), dt.date(2017, 7, 1))
    assert found.perioden == (VOOR, NA)
    counts = found.telling.counts
    of = {what: counts[GEEN_AANVRAAG, VOOR, what] for what in (AFGEVALLEN, TERUG, TERUG_TOEGEKEND, TERUG_NIET, WEG)}
    assert of == {AFGEVALLEN: 2, TERUG: 1, TERUG_TOEGEKEND: 1, TERUG_NIET: 0, WEG: 1}
    of = {what: counts[NIET_TOEGEKEND, VOOR, what] for what in (AFGEVALLEN, TERUG, TERUG_TOEGEKEND, TERUG_NIET, WEG)}
    assert of == {AFGEVALLEN: 1, TERUG: 1, TERUG_TOEGEKEND: 0, TERUG_NIET: 1, WEG: 0}
    # d fell away in February (back in May) and in May (not back); the first of the two counts.
    of = {what: counts[GEEN_AANVRAAG, NA, what] for what in (AFGEVALLEN, TERUG, WEG)}
    assert of == {AFGEVALLEN: 1, TERUG: 1, WEG: 0}
    assert isinstance(found.verschil, Estimate)
    assert found.verschil.value == pytest.approx(1 / 1 - 1 / 2)
    assert (found.steun.personen_behandeld, found.steun.gebeurtenissen_vergeleken) == (1, 1)


def test_a_melding_that_cannot_be_followed_is_left_out() -> None:
    assert set(follow_terugkeer(read(TERUGKEER))["persoon"]) == {"a", "b", "c", "d"}


def test_without_a_day_in_the_register_there_is_one_period() -> None:
    found = count_terugkeer(read(TERUGKEER), dt.date(2030, 1, 1))
    assert found.perioden == (ALLE,)
    assert isinstance(found.verschil, NotEstimated)


def test_days_between_melding_and_aanvraag_by_age() -> None:
    """Born 1992 is surely under 27 in 2018, 1990 surely not, 1991 turns 27 in it; f is in no other register."""
    rows: list[Rij] = [
        ("a", "2018-01-01", "2018-01-14", "toegekend"),  # 13 days, young
        ("a", "2018-06-01", "2018-07-30", "toegekend"),  # a later aanvraag does not count
        ("b", "2018-01-01", "2018-01-29", "toegekend"),  # 28 days, young
        ("c", "2018-01-01", "2018-01-15", "toegekend"),  # 14 days, older
        ("d", "2018-01-01", "2018-03-01", "toegekend"),  # turns 27 that year
        ("e", "2018-01-01", None, None),
        ("f", "2018-01-01", "2018-03-01", "afgewezen"),
        LAATST,
    ]
    uitkeringen = pd.DataFrame({"persoon_id": list("abcde"), "geboortejaar": [1992, 1992, 1990, 1991, 1992]})
    found = count_zoektermijn(read(rows), {"uitkeringen": uitkeringen})
    assert not isinstance(found, NotEstimated)
    assert {key: count for key, count in found.counts.items() if count} == {
        (JONG, "totaal"): 2,
        (JONG, DAGEN[0]): 1,
        (JONG, DAGEN[2]): 1,
        (OUDER, "totaal"): 1,
        (OUDER, DAGEN[1]): 1,
    }
    assert isinstance(count_zoektermijn(read(rows), {}), NotEstimated)


def test_the_parts_of_every_whole_add_up_on_generated_registers() -> None:
    register = generate(500, 48, 3).register
    meldingen = read_meldingen(register)
    assert isinstance(meldingen, Meldingen)
    zoektermijn = count_zoektermijn(meldingen, register)
    assert not isinstance(zoektermijn, NotEstimated)
    for telling in (count_poort(meldingen), count_terugkeer(meldingen, dt.date(2017, 1, 1)).telling, zoektermijn):
        for whole, parts in telling.sommen:
            assert telling.counts[whole] == sum(telling.counts[part] for part in parts), whole


def test_the_order_of_the_rows_does_not_matter() -> None:
    register = generate(300, 36, 3).register
    shuffled = {**register, "aanvragen": register["aanvragen"].sample(frac=1, random_state=1).reset_index(drop=True)}
    one, two = (read_meldingen(each) for each in (register, shuffled))
    assert isinstance(one, Meldingen)
    assert isinstance(two, Meldingen)
    assert count_poort(one).counts == count_poort(two).counts
    assert np.array_equal(one.rijen["maand"], two.rijen["maand"])
