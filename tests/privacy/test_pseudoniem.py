"""The same person has the same pseudonym across notations and deliveries, and only with the same key."""

from __future__ import annotations

import hashlib
import hmac

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluatie.errors import DataError
from evaluatie.registratie import pseudoniem
from evaluatie.registratie.pseudoniem import Key, normalise, pseudonymise, pseudonymise_register, pseudonymiser
from tests.privacy.conftest import BSN, BSN_8, table

OTHER = Key(bytes(range(1, 33)))


def check_digit(eight: int) -> int:
    return sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), f"{eight:08}", strict=True)) % 11


bsns = st.integers(1_000_000, 99_999_999).filter(lambda n: check_digit(n) < 10).map(lambda n: f"{n:08}{check_digit(n)}")


@given(bsns)
def test_every_notation_of_a_bsn_is_one_person(bsn):
    short = bsn.lstrip("0")
    notations = [
        bsn, short, f" {bsn}", f"{bsn}\t", f"{bsn[:3]} {bsn[3:6]} {bsn[6:]}", f"{bsn[:4]}.{bsn[4:6]}.{bsn[6:]}",
        f"{bsn[:3]}-{bsn[3:6]}-{bsn[6:]}", f"{short}.0", f"{short},0", f"000{bsn}", f"{bsn[:3]}\u00a0{bsn[3:]}",
    ]  # fmt: skip
    assert {normalise(notation) for notation in notations} == {short}


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.lists(st.text(alphabet="0123456789", min_size=1, max_size=12), min_size=2, max_size=2))
def test_different_numbers_stay_different(pair):
    one, other = pair
    assert (normalise(one) == normalise(other)) is (int(one) == int(other))


def test_a_number_with_a_follow_up_number_is_not_joined():
    assert normalise("1-11") != normalise("11-1")
    assert normalise("2017.12") != normalise("201712")


def test_it_is_hmac_sha256_cut_to_64_bits(key):
    expected = hmac.new(bytes(range(32)), f"persoon\0{BSN}".encode(), hashlib.sha256).hexdigest()[:16]
    assert pseudonymise(pd.Series([BSN]), key).tolist() == [expected]


def test_deliveries_in_different_types_agree(key):
    january = pd.Series([BSN, BSN_8], dtype="string", name="persoon_id", index=[4, 9])
    february = pd.Series([float(BSN_8), float(BSN), None])
    march = pd.Series([int(BSN)], dtype="Int64")
    april = pd.Series([f"0{BSN_8}", "123.456.782"], dtype="category")
    one = pseudonymise(january, key)
    assert (str(one.dtype), one.name, one.index.tolist()) == ("string", "persoon_id", [4, 9])
    assert pseudonymise(february, key).tolist()[:2] == one.tolist()[::-1]
    assert pseudonymise(march, key)[0] == one.iloc[0]
    assert pseudonymise(april, key).tolist() == one.tolist()[::-1]
    assert pseudonymiser(key)(january).equals(one)


def test_other_key_or_domain_other_pseudonym(key):
    values = pd.Series([BSN, "Jansen"])
    seen = {*pseudonymise(values, key), *pseudonymise(values, OTHER), *pseudonymise(values, key, "huishouden")}
    assert len(seen) == 6
    assert all(len(value) == 16 and set(value) <= set("0123456789abcdef") for value in seen)


def test_names_are_pseudonymised_whatever_the_capitals(key):
    values = pseudonymise(pd.Series(["Jan de Vries", "JAN  DE VRIES ", "Jan de Wit"]), key)
    assert values[0] == values[1] != values[2]


def test_empty_stays_empty(key):
    values = pd.Series(["", "  ", None, pd.NA, float("nan"), "000000000", "0"], dtype=object)
    assert pseudonymise(values, key).isna().all()
    assert len(pseudonymise(pd.Series([], dtype="string"), key)) == 0


def test_each_distinct_value_is_hashed_once(key, monkeypatch):
    calls = []
    monkeypatch.setattr(pseudoniem, "normalise", lambda text: calls.append(text) or text)
    pseudonymise(pd.Series([BSN, "x"] * 500), key)
    assert len(calls) == 2


def test_numbers_that_a_spreadsheet_rounded_are_refused(key):
    with pytest.raises(DataError, match="2 nummers zijn door een rekenblad afgerond"):
        pseudonymise(pd.Series(["1,23457E+08", "9.8E8", "x"], name="bsn"), key)


# --- a register ------------------------------------------------------------------------------------------------------


def trajecten(*persons: str) -> pd.DataFrame:
    return table("trajecten", persoon_id=list(persons))


def test_tables_can_be_joined_afterwards(key):
    register = {"trajecten": trajecten(BSN), "uitkeringen": table("uitkeringen", persoon_id=["123.456.782"])}
    result, notices = pseudonymise_register(register, lambda: key)
    assert result["trajecten"].persoon_id[0] == result["uitkeringen"].persoon_id[0]
    assert notices == []
    assert register["trajecten"].persoon_id[0] == BSN, "the input is left alone"


def test_pseudonyms_stay_only_when_asked(key):
    register = {"trajecten": trajecten("0123456789abcdef", "a" * 16)}

    def refuse():
        raise AssertionError("no key is needed")

    kept, _ = pseudonymise_register(register, refuse, already=True)
    assert kept["trajecten"].equals(register["trajecten"])
    twice, notices = pseudonymise_register(register, lambda: key)
    assert not twice["trajecten"].persoon_id.isin(register["trajecten"].persoon_id).any()
    assert "opnieuw versleuteld" in notices[0]


def test_pseudonyms_and_numbers_in_one_column_are_refused(key):
    with pytest.raises(DataError, match="door elkaar"):
        pseudonymise_register({"trajecten": trajecten("a" * 16, BSN)}, lambda: key, already=True)


def test_numbers_of_sixteen_digits_do_not_pass_for_pseudonyms(key):
    register = {"trajecten": trajecten("1234567812345678", "8765432187654321")}
    result, _ = pseudonymise_register(register, lambda: key, already=True)
    assert not result["trajecten"].persoon_id.isin(register["trajecten"].persoon_id).any()


def test_a_table_without_persons_is_left_alone(key):
    register = {"volumes": table("volumes", maand=["2017-01-01"], aantal=[3])}
    result, _ = pseudonymise_register(register, lambda: key)
    assert result["volumes"].equals(register["volumes"])
