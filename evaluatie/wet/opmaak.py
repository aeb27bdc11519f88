"""Dutch notation for the sentences this layer produces (`wet` may not import the report layer)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from evaluatie.quantities import Euro

_MAANDEN = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)
_SWAP = str.maketrans(",.", ".,")


def format_euro(bedrag: Euro) -> str:
    """Write an amount as ``€ 1.220.000,50``; whole euros without cents."""
    decimals = 0 if bedrag.cents % 100 == 0 else 2
    return f"€ {f'{bedrag.amount:,.{decimals}f}'.translate(_SWAP)}"


def format_procent(aandeel: Fraction) -> str:
    """Write a share as a percentage with at most two decimals: ``7,5%``, ``12,16%``."""
    hundredths = Euro.of(aandeel * 100).amount.quantize(Decimal("0.01"))
    text = f"{hundredths:f}".rstrip("0").rstrip(".")
    return f"{text.translate(_SWAP)}%"


def format_datum(datum: dt.date) -> str:
    """Write a date as ``15 augustus 2018``."""
    return f"{datum.day} {_MAANDEN[datum.month - 1]} {datum.year}"


def format_jaren(jaren: tuple[int, ...]) -> str:
    """Write years as ``2016, 2017 en 2018``."""
    *first, last = map(str, jaren)
    return f"{', '.join(first)} en {last}" if first else last
