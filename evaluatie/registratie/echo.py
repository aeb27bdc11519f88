"""What of a value may stand in a message: never anything that could name a person."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evaluatie.registratie.contract import Kolom

HIDDEN = "een waarde die hier niet getoond wordt"
MANY_DIFFERENT = 30
_SHOWN_SOORTEN = {"code", "datum", "maand", "bedrag", "getal", "geheel"}
_PERSONAL = {"geboortejaar"}
_LIKE_A_KEY = re.compile(r"\d{8,}|(?:\d[ .\-]?){9,}|[0-9a-f]{16}")
_LIKE_A_DATE = re.compile(r"\d{4}-?\d{2}-?\d{2}.{0,18}|\d{1,2}-\d{1,2}-\d{4}.{0,18}")
_LONGEST = 24


def show_values(naam: str, kolom: Kolom, values: Sequence[str], different: int) -> tuple[str, ...]:
    """Return how the values found in a column may be written.

    Parameters
    ----------
    naam : str
        Name of the column.
    kolom : Kolom
        Its contract.
    values : sequence of str
        The first values found.
    different : int
        How many different ones there are: many wrong codes are probably another column, with names perhaps.
    """
    hide = naam in _PERSONAL or kolom.soort not in _SHOWN_SOORTEN or different > MANY_DIFFERENT
    return tuple(HIDDEN if hide else _show(kolom, value) for value in values)


def clean(text: str) -> str:
    """Return text of a file (a column name) without control characters, keys or length."""
    printable = "".join(char if char.isprintable() else "·" for char in text)
    masked = _LIKE_A_KEY.sub("…", printable)
    return masked if len(masked) <= 2 * _LONGEST else masked[: 2 * _LONGEST - 1] + "…"


def _show(kolom: Kolom, value: str) -> str:
    date_like = kolom.soort in ("datum", "maand") and _LIKE_A_DATE.fullmatch(value)
    if _LIKE_A_KEY.search(value) and not date_like:
        return HIDDEN
    text = "".join(char if char.isprintable() else "·" for char in value)
    return f"'{text}'" if len(text) <= _LONGEST else HIDDEN
