"""Plausibility: stock, flows, steps and empty codes."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from evaluatie.cijfers import load_table
from evaluatie.registratie.bevindingen import Ernst
from evaluatie.registratie.toetsing import check_register
from tests.registratie.voorbeelden import GOED, make_table

VANDAAG = dt.date(2024, 6, 1)


def spells(number: int, **waarden: object) -> pd.DataFrame:
    base = GOED["uitkeringen"][1] | {"klantgroep": "a", "begin": "2015-03-01"} | waarden
    return make_table(
        "uitkeringen", [base | {"persoon_id": f"{i:016x}", "huishouden": f"{i:016x}"} for i in range(number)]
    )


def volumes(*aantallen: int, first: str = "2015-11") -> pd.DataFrame:
    months = pd.period_range(first, periods=len(aantallen), freq="M")
    return make_table(
        "volumes",
        [
            {"maand": f"{month}-01", "regeling": "bijstand", "aantal": aantal}
            for month, aantal in zip(months, aantallen, strict=True)
        ],
    )


def toetsen(**register: pd.DataFrame) -> dict[str, list[int]]:
    found = check_register(register, VANDAAG)
    assert all(groep.ernst is Ernst.WAARSCHUWING for groep in found)
    return {groep.toets: groep.rijen.tolist() for groep in found}


def test_equal_stocks_give_no_warning():
    assert toetsen(uitkeringen=spells(200), volumes=volumes(200, 200, 200)) == {}


def test_a_stock_that_differs_at_the_end_of_the_year():
    assert toetsen(uitkeringen=spells(200), volumes=volumes(220, 220, 220)) == {"stand_volumes": [3]}
    assert toetsen(uitkeringen=spells(200), volumes=volumes(209, 209, 209)) == {}


def test_a_couple_counts_once():
    frame = spells(200)
    frame["huishouden"] = pd.Series([f"{i // 2:016x}" for i in range(200)], dtype="string")
    assert toetsen(uitkeringen=frame, volumes=volumes(100, 100)) == {}


def test_a_flow_that_does_not_close_the_stock():
    assert toetsen(uitkeringen=spells(200), volumes=volumes(200, 200, 209)) == {"stroom_sluit_niet": [4]}


def test_a_sudden_step():
    frame = pd.concat([spells(200), spells(300, begin="2016-01-10").iloc[200:]], ignore_index=True)
    for naam in ("regeling", "leefvorm", "reden_einde", "geslacht", "gemeente_code"):
        frame[naam] = frame[naam].astype("category")
    assert toetsen(uitkeringen=frame, volumes=volumes(200, 200, 300)) == {"sprong": [4]}


def test_a_gap_between_months_is_no_step():
    own = pd.concat([volumes(100), volumes(200, first="2016-06")], ignore_index=True)
    own["regeling"] = own["regeling"].astype("category")
    assert toetsen(volumes=own) == {}


@pytest.mark.parametrize(("share", "fires"), [(0.9, True), (1.0, False), (1.08, False), (1.2, True)])
def test_the_stock_against_cbs(share, fires):
    table = load_table("bijstand_gemeenten_jaar")
    row = table.loc[table["leeftijd"].eq("15_tot_aow") & table["periode"].eq(2015) & table["bijstand_personen"].eq(490)]
    code = row["regio_code"].iloc[0]
    frame = spells(round(490 * (share - (0.05 if share < 1 else 0))), gemeente_code=code)
    frame.loc[0, ["einde", "reden_einde"]] = [pd.Timestamp("2015-12-31"), None]
    assert ("stand_cbs" in toetsen(uitkeringen=frame)) is fires


def test_many_empty_or_unknown_codes():
    assert toetsen(uitkeringen=spells(40, geslacht="x", leefvorm=None)).keys() == {"veel_onbekend"}
    assert toetsen(uitkeringen=spells(40, klantgroep=None)) == {}


def test_an_uitkomst_is_asked_of_onderzoek_and_not_of_a_verlaging():
    def events(soort):
        row = GOED["handhaving"][0] | {"soort_gebeurtenis": soort, "uitkomst": None}
        days = pd.date_range("2022-01-01", periods=20)
        return make_table("handhaving", [row | {"datum": str(day.date())} for day in days])

    assert toetsen(handhaving=events("onderzoek")).keys() == {"veel_onbekend"}
    assert toetsen(handhaving=events("verlaging")) == {}
