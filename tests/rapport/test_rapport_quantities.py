"""Amounts in whole cents, months, and where a number comes from."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluatie.quantities import Bron, Euro, Maand

cents = st.integers(-(10**13), 10**13)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (0, 0),
        (1, 100),
        (0.1, 10),
        (0.29, 29),
        (1.005, 101),
        (-1.005, -101),
        (2.675, 268),
        (-2.675, -268),
        (0.005, 1),
        (-0.005, -1),
        (0.0049, 0),
        ("8088748.00", 808_874_800),
        ("-0.015", -2),
        (Decimal("0.045"), 5),
        (Fraction(1, 3), 33),
        (Fraction(1, 200), 1),
        (Fraction(-1, 200), -1),
        (Fraction(-1, 3), -33),
        (Euro(7), 7),
    ],
)
def test_an_amount_is_rounded_half_up_to_cents_on_both_sides_of_zero(
    amount: Euro | Decimal | Fraction | float | str, expected: int
):
    assert Euro.of(amount) == Euro(expected)


def test_ten_dimes_are_a_euro():
    total = Euro(0)
    for _ in range(10):
        total += Euro.of(0.1)
    assert total == Euro.of(1)


@given(cents, cents)
def test_sums_and_differences_are_exact(one: int, other: int):
    assert Euro(one) + Euro(other) == Euro(one + other)
    assert Euro(one) - Euro(other) == Euro(one) + -Euro(other)
    assert (Euro(one) < Euro(other)) == (one < other)
    assert (Euro(one) >= Euro(other)) == (one >= other)


@given(cents)
def test_an_amount_survives_its_own_notation(one: int):
    assert Euro.of(Euro(one).amount) == Euro(one)
    assert Euro.of(str(Euro(one).amount)) == Euro(one)
    assert Euro(one).amount * 100 == one


@given(cents.filter(lambda value: abs(value) < 10**12))
def test_a_float_of_cents_comes_back(one: int):
    assert Euro.of(float(Euro(one))) == Euro(one)


@given(cents, st.fractions(max_denominator=10_000))
def test_a_product_is_rounded_once_and_half_up(one: int, factor: Fraction):
    exact = one * factor
    rounded = Euro(one).times(factor).cents
    assert 2 * abs(rounded - exact) <= 1
    if 2 * abs(rounded - exact) == 1:
        assert abs(rounded) > abs(exact)


@given(cents, st.fractions(max_denominator=10_000))
def test_a_refund_is_rounded_as_far_as_a_payment(one: int, factor: Fraction):
    assert Euro(-one).times(factor) == -Euro(one).times(factor)


@given(st.fractions(-(10**6), 10**6, max_denominator=10**6))
def test_an_exact_fraction_and_its_decimals_give_the_same_cents(amount: Fraction):
    decimal = Decimal(amount.numerator) / Decimal(amount.denominator)
    expected = int((decimal * 100).to_integral_value(ROUND_HALF_UP))
    assert abs(Euro.of(amount).cents - expected) <= (0 if (amount * 200).denominator == 1 else 1)
    assert 2 * abs(Euro.of(amount).cents - amount * 100) <= 1


def test_an_amount_cannot_be_changed_and_can_be_sorted():
    with pytest.raises(AttributeError):
        Euro(1).cents = 2  # type: ignore[misc]
    assert sorted([Euro(3), Euro(-1), Euro(2)]) == [Euro(-1), Euro(2), Euro(3)]
    assert len({Euro(1), Euro(1), Euro(2)}) == 2


@pytest.mark.parametrize("month", [0, 13, -1])
def test_a_month_lies_in_a_year(month: int):
    with pytest.raises(ValueError, match=r"1\.\.12"):
        Maand(2017, month)


@given(st.integers(1, 9999), st.integers(1, 12))
def test_a_month_survives_its_own_notation(jaar: int, maand: int):
    assert Maand.parse(str(Maand(jaar, maand))) == Maand(jaar, maand)


def test_months_are_in_order():
    assert str(Maand(2017, 6)) == "2017-06"
    assert Maand(2016, 12) < Maand(2017, 1) < Maand(2017, 2)


@pytest.mark.parametrize(
    ("bron", "text"),
    [(Bron("Plan", "§1"), "Plan, §1"), (Bron("Plan"), "Plan"), (Bron("Plan", "", "https://x.nl"), "Plan")],
)
def test_a_source_as_it_is_cited(bron: Bron, text: str):
    assert str(bron) == text
