"""Dutch notation of numbers, amounts, shares and dates; the only place where they become text."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from babel.dates import format_date
from babel.numbers import format_decimal

from evaluatie.quantities import Euro

_LOCALE = "nl"
_MINUS = "\N{MINUS SIGN}"
_HALVES = {"1": "eerste", "2": "tweede"}
_QUARTERS = {**_HALVES, "3": "derde", "4": "vierde"}
_NBSP = "\N{NO-BREAK SPACE}"


def number(value: float | Decimal | Fraction, decimals: int = 0) -> str:
    """Write a number: ``1234.5`` with one decimal is ``1.234,5``; the minus is a real minus sign."""
    exact = (
        Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(str(value))
    )
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text: str = format_decimal(abs(rounded), format=pattern, locale=_LOCALE)
    return _MINUS + text if rounded < 0 else text


def euro(amount: Euro | float | Decimal, *, cents: bool = False) -> str:
    """Write an amount: ``€ 1.220.000``, with cents only when asked for."""
    value = Euro.of(amount).amount
    text = number(abs(value), 2 if cents else 0)
    sign = _MINUS if value < 0 and text.strip("0,.") else ""
    return f"{sign}€{_NBSP}{text}"


def percentage(share: float | Fraction, decimals: int = 1) -> str:
    """Write a share as a percentage: ``0.126`` is ``12,6%``."""
    return number(Decimal(str(float(share))) * 100, decimals) + "%"


def points(share: float, decimals: int = 1, *, signed: bool = True) -> str:
    """Write a difference of shares in percentage points, with its sign: ``-0.051`` is ``−5,1``."""
    text = number(Decimal(str(float(share))) * 100, decimals)
    return f"+{text}" if signed and share > 0 and text.strip("0,") else text


def date(day: dt.date) -> str:
    """Write a day: ``1 juli 2018``."""
    return format_date(day, "d MMMM yyyy", locale=_LOCALE)


def month(text: str) -> str:
    """Write a month ``2017-06`` as ``juni 2017``."""
    return format_date(dt.date.fromisoformat(f"{text}-01"), "MMMM yyyy", locale=_LOCALE)


def period(text: str) -> str:
    """Write days, months, quarters and half-years in words: ``2017-H1`` is ``eerste helft 2017``."""
    text = re.sub(r"\b\d{4}-\d{2}-\d{2}\b", lambda match: date(dt.date.fromisoformat(match[0])), text)
    text = re.sub(r"\b\d{4}-(?:0[1-9]|1[0-2])\b(?!-)", lambda match: month(match[0]), text)
    text = re.sub(r"\b(\d{4})-K([1-4])\b", lambda match: f"{_QUARTERS[match[2]]} kwartaal {match[1]}", text)
    return re.sub(r"\b(\d{4})-H([12])\b", lambda match: f"{_HALVES[match[2]]} helft {match[1]}", text)


def p_value(value: float) -> str:
    """Write a p-value: two decimals, three below 0,1, and never as zero."""
    if value < 0.001:
        return "<" + _NBSP + "0,001"
    return number(value, 2 if value >= 0.1 else 3)


def share_decimals(n: float) -> int:
    """Return how many decimals a percentage out of `n` deserves: none below 100."""
    return 0 if n < 100 else 1


def p_text(value: float) -> str:
    """Write a p-value inside a sentence: ``p = 0,83`` or ``p < 0,001``."""
    text = p_value(value)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def join(parts: list[str]) -> str:
    """Join words the Dutch way: ``a, b en c``."""
    return " en ".join(parts) if len(parts) < 3 else ", ".join(parts[:-1]) + " en " + parts[-1]


def join_range(ends: list[str]) -> str:
    """Join the ends of a range; equal ends are written once: ``6,2 tot 9,5``."""
    return " tot ".join(dict.fromkeys(ends))
