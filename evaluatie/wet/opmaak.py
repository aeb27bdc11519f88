"""How precisely the law is written: thresholds exactly, amounts with cents only where there are any."""

from __future__ import annotations

from fractions import Fraction

from evaluatie import notatie
from evaluatie.quantities import Euro


def format_euro(bedrag: Euro) -> str:
    """Write an amount as ``€ 1.220.000``, or with cents when it has any."""
    return notatie.euro(bedrag, cents=bedrag.cents % 100 != 0)


def format_procent(aandeel: Fraction) -> str:
    """Write a share with as few decimals as it needs, at most two: ``5%``, ``7,5%``, ``12,16%``."""
    # One decimal for all would show 7,46% as the threshold of 7,5% that it does not reach.
    decimals = next((n for n in (0, 1) if (aandeel * 100 * 10**n).denominator == 1), 2)
    return notatie.percentage(aandeel, decimals)
