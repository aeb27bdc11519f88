"""The elfproef by its definition, and no hiding place for a BSN in a table."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluatie.registratie.elfproef import find_bsn, is_bsn, is_pseudonym
from tests.privacy.conftest import BSN, BSN_8


def passes(digits: str) -> bool:
    """The definition: nine times the first digit, eight times the second, …, minus the last: divisible by 11."""
    weights = [9, 8, 7, 6, 5, 4, 3, 2, -1]
    return sum(w * int(d) for w, d in zip(weights, digits.zfill(9), strict=True)) % 11 == 0


def found(values, **options) -> bool:
    return bool(find_bsn(pd.DataFrame({"kolom": values}), **options))


@given(st.integers(10_000_000, 999_999_999))
def test_the_elfproef_is_its_definition(number):
    expected = passes(str(number))
    assert is_bsn(pd.Series([str(number), number, float(number)], dtype=object)).tolist() == [expected] * 3
    assert found([str(number)]) is expected
    assert found([number]) is expected


@given(st.text(max_size=20))
def test_no_text_breaks_the_search(text):
    find_bsn(pd.DataFrame({text: [text]}))
    assert is_bsn(pd.Series([text])).dtype == bool


def test_what_is_no_bsn():
    values = ["000000000", "1234567", "1234567820", "123456783", "", "12345678a", None, "naam"]
    assert not is_bsn(pd.Series(values, dtype="string")).any()


@pytest.mark.parametrize(
    "text",
    [
        BSN, BSN_8, f"0{BSN_8}", f" {BSN} ", "123.456.782", "1234.56.782", "123 456 782", "123-456-782", f"{BSN}.0",
        f"0000{BSN}", f"BSN{BSN}", f"zie dossier {BSN} (kopie)", f"2017 {BSN}", f"{BSN} 2017", "１２３４５６７８２",
        f"0000000{BSN}", "123\u00a0456\u00a0782", "12 34 56 78 2",
    ],
)  # fmt: skip
def test_a_bsn_is_found_in_any_notation(text):
    assert found([text, "gewone tekst"])
    assert found(pd.Series([text], dtype="string"))
    assert found(pd.Series([text], dtype="category"))


@pytest.mark.parametrize(
    "text",
    ["01-02-2017", "2017-02-01", "0612345678", "ab12345678cdef90", "12345678abcdef90", "1.234.567,82", "Werk BV"],
)
def test_a_date_phone_number_pseudonym_or_amount_is_no_bsn(text):
    assert not found([text])


def test_numbers_and_nullable_numbers():
    assert found([int(BSN), 3])
    assert found(pd.Series([int(BSN), None], dtype="Int64"))
    assert found(pd.Series([float(BSN), None]))
    assert not found([float(BSN) + 0.5, 1e12])
    assert not found(pd.to_datetime(["2017-01-01"]))
    assert not found([True, False])


def test_a_category_that_no_row_has_is_found():
    assert found(pd.Series(["a"], dtype=pd.CategoricalDtype(["a", BSN])))


def test_a_file_without_header_is_found_but_the_number_is_not_told():
    first = find_bsn(pd.DataFrame({"a": [1], BSN: ["x"]}))[0]
    assert (first.kolom, first.rij) == ("kolom 2", None)
    assert BSN not in str(first)


def test_the_row_is_the_one_that_the_user_sees():
    (bsn,) = find_bsn(pd.DataFrame({"x": ["a", BSN, BSN]}, index=[7, 8, 9]))
    assert (bsn.kolom, bsn.aantal, bsn.rij) == ("x", 2, 3)
    assert BSN not in str(bsn)


def test_one_amount_in_eleven_passes_by_chance_but_not_all_of_them():
    assert not found([123456782.0, 123456789.0, 1.0, 99999999.0], amounts=["kolom"])
    assert found([123456782.0, 111222333.0, 10000008.0], amounts=["kolom"])


def test_a_padded_number_is_no_pseudonym():
    values = pd.Series(["0123456789abcdef", f"0000000{BSN}", "ABCDEF0123456789", None, "abc"], dtype="string")
    assert is_pseudonym(values).tolist() == [True, False, False, False, False]
