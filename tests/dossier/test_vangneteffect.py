"""A euro saved between the brackets: worked out from the brackets of the law."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluatie.errors import LawError
from evaluatie.evaluaties.vangneteffect import value_besparing
from evaluatie.quantities import Euro

BUDGET = 10_000_000
EERDER = {2017: (BUDGET, 11_000_000), 2016: (BUDGET, 11_000_000)}
"""Two years with a tekort of 10%, so that the multi-year condition holds."""


def value(lasten: float, besparing: float):
    return value_besparing(jaar=2018, budget=BUDGET, netto_lasten=lasten, besparing=besparing, eerdere_jaren=EERDER)


def test_the_brackets_decide_what_a_municipality_keeps_of_a_saving() -> None:
    """2018: own risk is all up to 5% of the budget, half from 5% to 12,5%, nothing above it (evaluatie/wet)."""
    below = value(10_200_000, 100_000)  # 2% to 3%: own risk throughout
    assert below.voordeel == Euro.of(100_000)
    assert below.minder_vangnet == Euro.of(0)
    assert below.behouden == 1
    half = value(10_900_000, 100_000)  # 9% to 10%
    assert half.voordeel == Euro.of(50_000)
    assert half.minder_vangnet == Euro.of(50_000)
    assert half.behouden == Fraction(1, 2)
    nothing = value(11_500_000, 100_000)  # 15% to 16%
    assert nothing.voordeel == Euro.of(0)
    assert nothing.behouden == 0
    across = value(10_450_000, 100_000)  # 4,5% to 5,5%: half a percent whole, half a percent half
    assert across.voordeel == Euro.of(75_000)


def test_a_surplus_stays_with_the_municipality() -> None:
    assert value(9_000_000, 100_000).voordeel == Euro.of(100_000)


def test_a_maatregel_that_cost_uitkeringen_is_a_loss() -> None:
    assert value(10_200_000, -100_000).voordeel == Euro.of(-100_000)
    assert value(10_200_000, 0).behouden is None


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(8_000_000, 13_000_000), st.integers(1, 2_000_000))
def test_what_is_saved_is_divided_between_municipality_and_rijk(lasten: int, besparing: int) -> None:
    effect = value(lasten, besparing)
    assert effect.voordeel + effect.minder_vangnet == effect.besparing
    assert Euro(0) <= effect.voordeel <= effect.besparing


def test_a_year_without_known_rules_is_refused() -> None:
    with pytest.raises(LawError):
        value_besparing(jaar=2009, budget=BUDGET, netto_lasten=BUDGET, besparing=1)
