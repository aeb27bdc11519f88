"""Numbers, amounts, shares, dates and periods as a Dutch reader writes them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluatie import notatie
from evaluatie.quantities import Euro

NBSP, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1_220_000, 0, "1.220.000"),
        (999, 0, "999"),
        (1234.5, 1, "1.234,5"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-0.5, 0, f"{MINUS}1"),
        (-2.5, 0, f"{MINUS}3"),
        (0.05, 1, "0,1"),
        (0.25, 1, "0,3"),
        (2.675, 2, "2,68"),
        (1.005, 2, "1,01"),
        (-1234567.891, 2, f"{MINUS}1.234.567,89"),
        (-0.04, 1, "0,0"),
        (-0.4, 0, "0"),
        (-0.0, 0, "0"),
        (0, 2, "0,00"),
        (Fraction(1, 8), 2, "0,13"),
        (Fraction(2, 3), 3, "0,667"),
        (Fraction(-1, 2), 0, f"{MINUS}1"),
        (Decimal("0.125"), 2, "0,13"),
    ],
)
def test_numbers(value: float | Decimal | Fraction, decimals: int, text: str):
    assert notatie.number(value, decimals) == text


@given(st.decimals(-(10**9), 10**9, places=4), st.integers(0, 3))
def test_a_number_is_rounded_half_away_from_zero(value: Decimal, decimals: int):
    text = notatie.number(value, decimals)
    back = Decimal(text.replace(".", "").replace(",", ".").replace(MINUS, "-"))
    assert back == value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert re.fullmatch(rf"{MINUS}?\d{{1,3}}(\.\d{{3}})*" + (rf",\d{{{decimals}}}" if decimals else ""), text)
    assert not (back == 0 and MINUS in text)


@pytest.mark.parametrize(
    ("amount", "cents", "text"),
    [
        (1_220_000, False, f"€{NBSP}1.220.000"),
        (Euro(188_298_45), False, f"€{NBSP}188.298"),
        (Euro(188_298_45), True, f"€{NBSP}188.298,45"),
        (Euro(794_954_55), False, f"€{NBSP}794.955"),
        (Euro(50), False, f"€{NBSP}1"),
        (Euro(-50), False, f"{MINUS}€{NBSP}1"),
        (Euro(-49), False, f"€{NBSP}0"),
        (Euro(-49), True, f"{MINUS}€{NBSP}0,49"),
        (Euro(0), True, f"€{NBSP}0,00"),
        (-5465, False, f"{MINUS}€{NBSP}5.465"),
        (0.1, True, f"€{NBSP}0,10"),
        (Decimal("0.005"), True, f"€{NBSP}0,01"),
    ],
)
def test_amounts(amount: Euro | float | Decimal, cents: bool, text: str):
    assert notatie.euro(amount, cents=cents) == text


@pytest.mark.parametrize(
    ("share", "decimals", "text"),
    [
        (0.126, 1, "12,6%"),
        (0.0875, 2, "8,75%"),
        (0.42, 0, "42%"),
        (0.425, 0, "43%"),
        (0.29, 1, "29,0%"),
        (0.285, 1, "28,5%"),
        (0.0285, 1, "2,9%"),
        (-0.1, 1, f"{MINUS}10,0%"),
        (-0.0001, 1, "0,0%"),
        (Fraction(1, 3), 1, "33,3%"),
        (1.0, 0, "100%"),
        (0.1215581, 2, "12,16%"),
    ],
)
def test_percentages(share: float | Fraction, decimals: int, text: str):
    assert notatie.percentage(share, decimals) == text


@pytest.mark.parametrize(
    ("share", "signed", "text"),
    [
        (-0.051, True, f"{MINUS}5,1"),
        (0.051, True, "+5,1"),
        (0.051, False, "5,1"),
        (-0.051, False, f"{MINUS}5,1"),
        (0.0, True, "0,0"),
        (0.0004, True, "0,0"),
        (-0.0004, True, "0,0"),
        (0.0005, True, "+0,1"),
        (-0.0005, True, f"{MINUS}0,1"),
        (-0.11685, True, f"{MINUS}11,7"),
    ],
)
def test_percentage_points_have_a_sign_and_zero_has_none(share: float, signed: bool, text: str):
    assert notatie.points(share, signed=signed) == text


@given(st.floats(-1, 1, allow_nan=False))
def test_points_are_opposite_for_opposite_differences(share: float):
    text, opposite = notatie.points(share), notatie.points(-share)
    assert text.strip("+" + MINUS) == opposite.strip("+" + MINUS)
    assert (text[0] in "+" + MINUS) == (text.strip("+" + MINUS) != "0,0")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.8293, "0,83"),
        (0.1, "0,10"),
        (0.0994, "0,099"),
        (0.05, "0,050"),
        (0.0012, "0,001"),
        (0.001, "0,001"),
        (0.0009999, f"<{NBSP}0,001"),
        (1e-12, f"<{NBSP}0,001"),
        (0.0, f"<{NBSP}0,001"),
        (1.0, "1,00"),
    ],
)
def test_p_values_are_never_zero(value: float, text: str):
    assert notatie.p_value(value) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.date(2018, 7, 1), "1 juli 2018"),
        (dt.date(2017, 12, 31), "31 december 2017"),
        (dt.date(2019, 3, 9), "9 maart 2019"),
    ],
)
def test_days(day: dt.date, text: str):
    assert notatie.date(day) == text


def test_months():
    words = [notatie.month(f"2017-{number:02d}") for number in range(1, 13)]
    assert words[5] == "juni 2017"
    assert [word.split()[0] for word in words] == [
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2017", "2017"),
        ("2017-H1", "eerste helft 2017"),
        ("2017-H2", "tweede helft 2017"),
        ("2016-09-01", "1 september 2016"),
        ("2019-07", "juli 2019"),
        ("2017-09 t/m 2018-01", "september 2017 t/m januari 2018"),
        ("2017-2018", "2017-2018"),
        ("2015 t/m 2018", "2015 t/m 2018"),
        ("2017 t/m augustus", "2017 t/m augustus"),
        ("2016 tot 1 september", "2016 tot 1 september"),
        ("vanaf 2020", "vanaf 2020"),
        ("medio 2016", "medio 2016"),
        ("2021-2023", "2021-2023"),
    ],
)
def test_periods(text: str, words: str):
    assert notatie.period(text) == words


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a en b"),
        (["a", "b", "c"], "a, b en c"),
        (["a", "b", "c", "d"], "a, b, c en d"),
    ],
)
def test_lists(parts: list[str], text: str):
    assert notatie.join(parts) == text


@pytest.mark.parametrize(("n", "decimals"), [(3, 0), (99, 0), (100, 1), (516, 1)])
def test_a_percentage_out_of_few_has_no_decimals(n: int, decimals: int):
    assert notatie.share_decimals(n) == decimals


@pytest.mark.parametrize(("ends", "text"), [(["5,0", "9,5"], "5,0 tot 9,5"), (["5,0", "5,0"], "5,0"), (["5,0"], "5,0")])
def test_a_range_of_one_value_is_that_value(ends: list[str], text: str):
    assert notatie.join_range(ends) == text
