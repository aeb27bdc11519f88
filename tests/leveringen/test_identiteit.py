"""Spells → deliveries → spells is the identity, whatever happens to the deliveries on the way."""

from __future__ import annotations

import random
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluatie.registratie.contract import empty_table, load_contract
from evaluatie.registratie.elfproef import passes_elfproef
from evaluatie.registratie.leveringen import (
    Levering,
    read_levering,
    to_deeltijdinkomsten,
    to_deliveries,
    to_handhaving,
    to_leveringen,
    to_trajecten,
    to_uitkeringen,
    write_delivery,
)
from evaluatie.registratie.leveringen.maken import invent_bsn, number_persons
from evaluatie.registratie.leveringen.vorm import to_contract

from .hulp import months, pseudonym_of

MAANDEN = months("2015-01", "2015-05")
DAYS = pd.date_range("2015-01-01", "2015-05-31")
CODES = load_contract("uitkeringen").kolommen
EXAMPLES = settings(max_examples=12, deadline=None)


@st.composite
def uitkeringen(draw: st.DrawFn) -> pd.DataFrame:
    """Spells of a few persons that do not overlap; the last may run on."""
    rows = []
    for person in range(draw(st.integers(1, 4))):
        trait = {
            "persoon_id": pseudonym_of(f"persoon {person}"),
            "huishouden": draw(st.sampled_from([None, pseudonym_of("huis 1"), pseudonym_of("huis 2")])),
            "geboortejaar": draw(st.integers(1935, 1999)),
            "geslacht": draw(st.sampled_from(["m", "v", None])),
        }
        days = sorted(draw(st.sets(st.integers(-200, len(DAYS) - 1), min_size=1, max_size=6)))
        for begin, end in zip(days[::2], [*days[1::2], None][: len(days[::2])], strict=True):
            if end is not None and end < 0:
                continue  # over before the first delivery
            rows.append(
                trait
                | {
                    "regeling": draw(st.sampled_from(sorted(CODES["regeling"].codes))),
                    "leefvorm": draw(st.sampled_from([*CODES["leefvorm"].codes, None])),
                    "begin": DAYS[0] + pd.Timedelta(days=begin),
                    "einde": None if end is None else DAYS[end],
                    "reden_einde": None if end is None else draw(st.sampled_from([*CODES["reden_einde"].codes, None])),
                    "gemeente_code": "GM0344",
                }
            )
    if not rows:
        return empty_table("uitkeringen")
    columns = ["persoon_id", "huishouden", "regeling", "leefvorm", "begin", "einde", "reden_einde"]
    frame = pd.DataFrame(rows, columns=[*columns, "geboortejaar", "geslacht", "gemeente_code"])
    dates = {naam: pd.to_datetime(frame[naam]) for naam in ("begin", "einde")}
    return to_contract("uitkeringen", {naam: frame[naam] for naam in frame} | dates)


def back_to_ids(register: dict[str, pd.DataFrame]) -> Callable[[pd.Series], pd.Series]:
    """The pseudonymisation that undoes the invented numbers."""
    known = {bsn: person for person, bsn in number_persons(register).items()}
    houses = sorted(register["uitkeringen"]["huishouden"].dropna().unique())
    known |= {f"GM0344/{place}": house for place, house in enumerate(houses, 1)}
    return lambda values: values.map(known)


def deliver(register: dict[str, pd.DataFrame], soort: str = "bus") -> list[Levering]:
    return to_leveringen(to_deliveries(register, MAANDEN, soort), soort, "GM0344")


def again(register, leveringen: list[Levering]) -> pd.DataFrame:
    return to_uitkeringen(leveringen, back_to_ids(register))[0]


@EXAMPLES
@given(table=uitkeringen())
def test_spells_survive_the_way_through_the_deliveries(table):
    register = {"uitkeringen": table}
    frame, meldingen = to_uitkeringen(deliver(register), back_to_ids(register))
    pd.testing.assert_frame_equal(frame, table)
    assert {melding.tekst for melding in meldingen if "reden" not in melding.tekst} == set()


@EXAMPLES
@given(table=uitkeringen(), seed=st.integers(0, 999))
def test_the_order_of_records_and_files_does_not_matter(table, seed):
    leveringen = []
    for one in deliver({"uitkeringen": table}):
        shuffled = one.frame.sample(frac=1, random_state=seed)
        leveringen.append(Levering(one.soort, one.maand, one.gemeente, shuffled, one.layout, one.naam))
    random.Random(seed).shuffle(leveringen)
    pd.testing.assert_frame_equal(again({"uitkeringen": table}, leveringen), table)


@EXAMPLES
@given(table=uitkeringen(), twice=st.sets(st.sampled_from(range(len(MAANDEN)))), seed=st.integers(0, 999))
def test_double_deliveries_and_double_records_do_not_matter(table, twice, seed):
    leveringen = deliver({"uitkeringen": table})
    for place in twice:
        one = leveringen[place]
        doubled = pd.concat([one.frame, one.frame.sample(frac=0.5, random_state=seed)])
        leveringen.append(Levering(one.soort, one.maand, one.gemeente, doubled, one.layout, "kopie.csv"))
    pd.testing.assert_frame_equal(again({"uitkeringen": table}, leveringen), table)


@EXAMPLES
@given(table=uitkeringen(), wrong=uitkeringen(), place=st.sampled_from(range(len(MAANDEN))), before=st.booleans())
def test_a_corrected_month_leaves_no_trace(table, wrong, place, before):
    leveringen = deliver({"uitkeringen": table})
    mistake = deliver({"uitkeringen": wrong})[place]
    right = leveringen[place]
    leveringen[place] = Levering("bus", right.maand, "GM0344", right.frame, right.layout, "tweede.csv", volgnummer=2)
    leveringen.insert(0 if before else len(leveringen), mistake)
    pd.testing.assert_frame_equal(again({"uitkeringen": table}, leveringen), table)


@EXAMPLES
@given(table=uitkeringen(), place=st.integers(1, len(MAANDEN) - 2))
def test_a_missing_month_changes_only_what_ended_or_passed_in_it(table, place):
    leveringen = deliver({"uitkeringen": table})
    missing = leveringen.pop(place).maand
    frame = again({"uitkeringen": table}, leveringen)
    key = ["persoon_id", "regeling", "begin"]
    touched = table["einde"].dt.to_period("M") == missing
    kept = table[~touched].merge(frame[key], on=key)
    assert len(kept) == (~touched).sum()
    both = table[~touched].merge(frame, on=key, suffixes=("", "_na"))
    assert both["einde"].equals(both["einde_na"])


def test_the_identity_can_fail():
    """A delivery that is lost at the end is not made up for."""
    table = to_contract(
        "uitkeringen",
        {
            "persoon_id": pd.Series([pseudonym_of("persoon 0")]),
            "regeling": pd.Series(["bijstand"]),
            "begin": pd.Series([DAYS[5]]),
            "einde": pd.Series([DAYS[-3]]),
            "reden_einde": pd.Series(["werk"]),
            "geboortejaar": pd.Series([1970]),
            "gemeente_code": pd.Series(["GM0344"]),
        },
    )
    register = {"uitkeringen": table}
    assert again(register, deliver(register)).equals(table)
    assert not again(register, deliver(register)[:-1]).equals(table)


def test_the_way_through_files_is_the_same(tmp_path):
    register = _register()
    for maand, frame in to_deliveries(register, MAANDEN).items():
        write_delivery(frame, tmp_path / f"bus_{maand}.csv")
    leveringen = [read_levering(path, "bus") for path in tmp_path.glob("*.csv")]
    pd.testing.assert_frame_equal(again(register, leveringen), register["uitkeringen"])


def test_the_other_registers_survive_too():
    register = _register()
    undo = back_to_ids(register)
    bus, srg, bdfs = (deliver(register, soort) for soort in ("bus", "srg", "bdfs"))
    pd.testing.assert_frame_equal(to_trajecten(srg, undo)[0], register["trajecten"])
    pd.testing.assert_frame_equal(to_deeltijdinkomsten(bus, undo)[0], register["deeltijdinkomsten"])
    pd.testing.assert_frame_equal(to_handhaving(bus, bdfs, undo)[0], register["handhaving"])


@pytest.mark.parametrize("count", [0, 1, 5000])
def test_invented_numbers_are_different_and_pass_the_elfproef(count):
    numbers = pd.Series(invent_bsn(count), dtype="string")
    assert len(numbers) == numbers.nunique() == count
    assert count == 0 or passes_elfproef(numbers.astype("int64")).all()


def _register() -> dict[str, pd.DataFrame]:
    anna, bram = (pseudonym_of(f"persoon {place}") for place in (0, 1))

    def dates(*values):
        return pd.Series(pd.to_datetime(list(values)))

    uitkeringen = {
        "persoon_id": pd.Series([anna, anna, bram]),
        "huishouden": pd.Series([pseudonym_of("huis 1"), None, pseudonym_of("huis 1")]),
        "regeling": pd.Series(["bijstand", "ioaw", "bijstand"]),
        "begin": dates("2015-01-10", "2015-05-01", "2013-02-03"),
        "einde": dates("2015-03-31", None, None),
        "reden_einde": pd.Series(["werk", None, None]),
        "geboortejaar": pd.Series([1970, 1970, 1981]),
        "gemeente_code": pd.Series(["GM0344"] * 3),
    }
    trajecten = {
        "persoon_id": pd.Series([anna, bram, bram]),
        "soort_voorziening": pd.Series(["jobcoach", "overig", "overig"]),
        "begin": dates("2015-02-01", "2015-02-01", "2015-05-07"),
        "einde": dates("2015-02-20", "2015-04-30", None),
        "reden_einde": pd.Series(["afgerond", "vertrek", None]),
    }
    inkomsten = {
        "persoon_id": pd.Series([anna, bram, bram]),
        "maand": dates("2015-02-01", "2015-02-01", "2015-03-01"),
        "bedrag": pd.Series([120.55, 300.0, 0.0]),
        "vrijlating": pd.Series(["ja", "nee", None]),
    }
    handhaving = {
        "persoon_id": pd.Series([anna, bram, bram]),
        "soort_gebeurtenis": pd.Series(["verlaging", "boete", "terugvordering"]),
        "datum": dates("2015-02-10", "2015-04-05", "2014-12-05"),
        "aanleiding": pd.Series(["agressie", "boete wegens fraude", "fraude vermogen"]),
        "uitkomst": pd.Series(["aangepast", None, "terug"]),
        "bedrag": pd.Series([270.25, 500.0, 1234.56]),
    }
    tables = {"uitkeringen": uitkeringen, "trajecten": trajecten, "deeltijdinkomsten": inkomsten}
    tables["handhaving"] = handhaving
    return {naam: to_contract(naam, columns) for naam, columns in tables.items()}
