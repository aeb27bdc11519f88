"""Recognise what may be a BSN, in any column of any table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evaluatie.registratie.bevindingen import FIRST_ROW
from evaluatie.registratie.contract import PSEUDONYM

_WEIGHTS = (-1, 2, 3, 4, 5, 6, 7, 8, 9)
_SMALLEST_BSN, _LARGEST_BSN = 10_000_000, 999_999_999
_FEWEST_AMOUNTS = 3

DIGITS = re.compile(r"[0-9]+")
SEPARATORS = re.compile(r"[\s.\-]")
WHOLE_FLOAT = re.compile(r"([0-9]+)[.,]0")
_DATE = re.compile(r"[0-9]{1,2}([.\- ])[0-9]{1,2}\1[0-9]{4}|[0-9]{4}([.\- ])[0-9]{1,2}\2[0-9]{1,2}")
_IN_TEXT = re.compile(
    r"(?<![0-9])(?:[0-9]{8,9}|[0-9]{2,3}([ .\-])[0-9]{3}\1[0-9]{3}|[0-9]{3,4}([ .\-])[0-9]{2}\2[0-9]{3})(?![0-9])"
)
_PSEUDONYM = re.compile(PSEUDONYM)
_PADDED_NUMBER = "0" * 7


@dataclass(frozen=True, slots=True)
class BsnVondst:
    """A column with numbers that may be a BSN. The number itself is never repeated.

    Parameters
    ----------
    kolom : str
        The column; of a finding in the header only its position (``"kolom 3"``).
    aantal : int
        In how many rows.
    rij : int or None
        The first of those rows as the user sees it (the header is row 1); None when it stands in the header, or is a
        code that no row has.
    """

    kolom: str
    aantal: int
    rij: int | None

    def __str__(self) -> str:
        if self.rij is None:
            return "de kop of de lijst van codes bevat een nummer dat een BSN kan zijn"
        return f"{self.aantal} keer een nummer dat een BSN kan zijn (het eerst in rij {self.rij})"


def is_bsn(series: pd.Series[Any]) -> pd.Series[Any]:
    """Return which values are, as a whole, a number of 8 or 9 digits that passes the elfproef. Empty is False.

    One in eleven arbitrary numbers of that length passes too: the elfproef can only suspect.
    """
    codes, texts = list_distinct(series)
    return _spread([is_bsn_number(_bare(text)) for text in texts], codes, series)


def is_pseudonym(series: pd.Series[Any]) -> pd.Series[Any]:
    """Return which values have the form of a pseudonym; a number padded with zeros has not. Empty is False."""
    codes, texts = list_distinct(series)
    return _spread([_looks_pseudonymous(text) for text in texts], codes, series)


def find_bsn(frame: pd.DataFrame, amounts: Collection[str] = ()) -> list[BsnVondst]:
    """Find numbers that may be a BSN, in the header and in any column, also inside longer text.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any table. Values that have the form of a pseudonym are passed over.
    amounts : collection of str
        Columns of large amounts that belong to nobody (a budget): one in eleven of those passes the elfproef by
        chance. They are reported only when at least three numbers have that length and all of them pass.

    Returns
    -------
    list of BsnVondst
        One per column.
    """
    header = [
        BsnVondst(f"kolom {place}", 0, None)
        for place, name in enumerate(frame.columns, start=1)
        if _holds_bsn(str(name))
    ]
    columns = [
        _find_in_column(frame.iloc[:, place], by_chance=name in amounts) for place, name in enumerate(frame.columns)
    ]
    return header + [found for found in columns if found is not None]


def _find_in_column(series: pd.Series[Any], *, by_chance: bool) -> BsnVondst | None:
    if pd.api.types.is_datetime64_any_dtype(series) or pd.api.types.is_bool_dtype(series):
        return None
    if pd.api.types.is_numeric_dtype(series):
        return _describe(series, _numbers_that_pass(series, by_chance=by_chance))
    if isinstance(series.dtype, pd.CategoricalDtype):
        return _find_in_categories(series)
    codes, texts = list_distinct(series)
    return _describe(series, _spread([_holds_bsn(text) for text in texts], codes, series).to_numpy())


def _find_in_categories(series: pd.Series[Any]) -> BsnVondst | None:
    """Look at every category, also one that no row has: a file would keep it."""
    flags = [_holds_bsn(str(category)) for category in series.cat.categories]
    rows = _spread(flags, series.cat.codes.to_numpy(), series).to_numpy()
    return _describe(series, rows) or (BsnVondst(str(series.name), 0, None) if any(flags) else None)


def _numbers_that_pass(series: pd.Series[Any], *, by_chance: bool) -> np.ndarray[Any, np.dtype[np.bool_]]:
    numbers = series.to_numpy(dtype="float64", na_value=np.nan)
    long = (numbers >= _SMALLEST_BSN) & (numbers <= _LARGEST_BSN) & (numbers == np.floor(numbers))
    passing = np.zeros(len(numbers), dtype=bool)
    passing[long] = passes_elfproef(numbers[long].astype("int64"))
    if by_chance and (long.sum() < _FEWEST_AMOUNTS or passing.sum() < long.sum()):
        return np.zeros(len(numbers), dtype=bool)
    return passing


def _describe(series: pd.Series[Any], mask: np.ndarray[Any, Any]) -> BsnVondst | None:
    if not mask.any():
        return None
    return BsnVondst(str(series.name), int(mask.sum()), int(mask.argmax()) + FIRST_ROW)


def _looks_pseudonymous(text: str) -> bool:
    return bool(_PSEUDONYM.fullmatch(text)) and not text.startswith(_PADDED_NUMBER)


def _holds_bsn(text: str) -> bool:
    """Whether a text is, or holds, a number that passes; as a whole it may have any separators."""
    if _looks_pseudonymous(text):
        return False
    text = unicodedata.normalize("NFKC", text)
    if not _DATE.fullmatch(text.strip()) and is_bsn_number(_bare(text)):
        return True
    return any(is_bsn_number(SEPARATORS.sub("", match.group())) for match in _IN_TEXT.finditer(text))


def _bare(text: str) -> str:
    """Return the digits of a number, without separators, ``.0`` or the zeros of a wider field."""
    text = unicodedata.normalize("NFKC", text).strip()
    whole = WHOLE_FLOAT.fullmatch(text)
    digits = SEPARATORS.sub("", whole.group(1) if whole else text)
    return digits if len(digits) <= len(_WEIGHTS) else digits.lstrip("0")


def is_bsn_number(digits: str) -> bool:
    """Whether a text is 8 or 9 digits that pass the elfproef."""
    if not 8 <= len(digits) <= len(_WEIGHTS) or not DIGITS.fullmatch(digits):
        return False
    return bool(passes_elfproef(int(digits)))


def passes_elfproef(numbers: Any) -> Any:
    """Return whether a number of at most nine digits passes the elfproef; for an array, which of its numbers do."""
    total = sum((numbers // 10**place % 10) * weight for place, weight in enumerate(_WEIGHTS))
    return (total % 11 == 0) & (numbers > 0)


def list_distinct(series: pd.Series[Any]) -> tuple[np.ndarray[Any, Any], list[str]]:
    """Return a code per row (−1 is empty) and the text of every distinct value."""
    codes, values = pd.factorize(series)
    return codes, [str(value) for value in values]


def _spread(flags: list[bool], codes: np.ndarray[Any, Any], series: pd.Series[Any]) -> pd.Series[Any]:
    return pd.Series(np.array([*flags, False], dtype=bool)[codes], index=series.index, name=series.name)
