"""The kinds of parameters a notebook may have: how text from the command line becomes a value.

Conversion is strict on purpose. A gemeentecode '0363' stays text, '2_017' is not a year, and a date
that does not exist is refused; papermill itself would let all of these through.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real

_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BOOLEANS = {"ja": True, "true": True, "nee": False, "false": False}
# not from the locale: the same report everywhere
_MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of parameter.

    Parameters
    ----------
    name : str
        The annotation in the parameters cell: ``str``, ``int``, …, ``date``.
    dutch : str
        What a user must type, in Dutch.
    convert : callable
        Turns text or a Python value into the value the notebook gets; raises `ValueError`.
    show : callable
        Turns the value into Dutch text for a title.
    """

    name: str
    dutch: str
    convert: Callable[[object], object]
    show: Callable[[object], str] = str


def _to_text(value: object) -> object:
    if isinstance(value, str):
        return value
    raise ValueError


def _to_integer(value: object) -> object:
    if isinstance(value, bool):  # to Python a bool is a number
        raise ValueError  # noqa: TRY004  # wrong text and wrong type are one mistake to a user
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    raise ValueError


def _to_decimal(value: object) -> object:
    if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
        value = float(value.strip().replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise ValueError
    return float(value)


def _to_boolean(value: object) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _BOOLEANS:
        return _BOOLEANS[value.strip().lower()]
    raise ValueError


def _to_date(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    # `fromisoformat` alone also reads '20171231' and week numbers
    if not isinstance(value, str) or not _DATE.fullmatch(value.strip()):
        raise ValueError
    return dt.date.fromisoformat(value.strip()).isoformat()


def _to_texts(value: object) -> object:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
        raise ValueError
    return list(value)


def _show_boolean(value: object) -> str:
    return "ja" if value else "nee"


def _show_date(value: object) -> str:
    date = dt.date.fromisoformat(str(value))
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def _show_texts(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("str", "tekst", _to_text),
        Kind("int", "een geheel getal", _to_integer),
        Kind("float", "een getal", _to_decimal),
        Kind("bool", "ja of nee", _to_boolean, _show_boolean),
        Kind("date", "een datum (JJJJ-MM-DD)", _to_date, _show_date),
        Kind("list[str]", "teksten, gescheiden door komma's", _to_texts, _show_texts),
    )
}
