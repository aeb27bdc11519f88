"""Calendar months as whole numbers, and how long ago a treatment ended.

A date counts as its calendar month, with the number ``12 · year + month − 1``; whole numbers are taken as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import EstimationError

Months = npt.NDArray[np.int64]
Window = tuple[int, int | None]

DURING = "during"
WINDOWS: Mapping[str, Window] = MappingProxyType(
    {"after_0_3": (1, 3), "after_4_6": (4, 6), "after_7_12": (7, 12), "after_13_24": (13, 24)}
)
"""First and last month after the month in which the treatment ended, ends included.

The month of the end itself belongs to ``during``, so that "0–3 months after" holds the months 1, 2 and 3.
"""

LATEST = 1 << 24
"""Stands for "not over yet"; no month number comes near it."""
_SHIFT = 1 << 26


def is_date(column: pd.Series) -> bool:
    """Tell whether a column holds dates or periods rather than month numbers."""
    return not pd.api.types.is_numeric_dtype(column)


def to_months(column: pd.Series, name: str, *, missing: int | None = None) -> Months:
    """Return the month number of each value.

    Raises
    ------
    EstimationError
        For values that are no date or whole number, and for missing values unless `missing` stands for them.
    """
    if isinstance(column.dtype, pd.PeriodDtype):
        column = column.dt.to_timestamp()
    if is_date(column):
        dates = pd.to_datetime(column, errors="coerce")
        numbers = (dates.dt.year * 12 + dates.dt.month - 1).where(dates.notna() | column.isna(), np.inf)
    else:
        numbers = column
    values = numbers.to_numpy(dtype=float, na_value=np.nan)
    if missing is not None:
        values = np.where(np.isnan(values), missing, values)
    bad = ~(np.abs(values) <= LATEST) | (values != np.floor(values))
    if bad.any():
        rows = ", ".join(map(str, column.index[bad][:5]))
        raise EstimationError(
            f"{int(bad.sum())} waarden in kolom '{name}' zijn geen maand (rij {rows}).",
            "Gebruik datums of hele maandnummers.",
        )
    months: Months = values.astype(np.int64)
    return months


def months_since(treated: Months, begin: Months, end: Months, person: Months, month: Months) -> Months:
    """Return, for each person and month, the months since the treatment that ended last.

    Parameters
    ----------
    treated, begin, end : int arrays, shape (treatments,)
        Person number, first and last month of each treatment; `end` is `LATEST` when it is not over yet.
    person, month : int arrays, shape (rows,)
        Where to look. Only treatments that began in that month or before count.

    Returns
    -------
    int array, shape (rows,)
        Zero or less while a treatment is running, from 1 after it; ``2 · LATEST`` when there was none.
    """
    if not len(treated):
        return np.full(len(month), 2 * LATEST)
    order = np.lexsort((begin, treated))
    treated, begin, end = treated[order], begin[order], end[order]
    # One integer per person and month sorts as the pair does; the running maximum of the ends then starts anew with
    # every person, so that a long treatment is not forgotten when a short one begins and ends within it.
    offset = treated * _SHIFT + LATEST
    latest_end = np.maximum.accumulate(offset + end) - offset
    position = np.searchsorted(offset + begin, person * _SHIFT + LATEST + month, side="right") - 1
    found = (position >= 0) & (treated[position] == person)
    return np.where(found, month - latest_end[position], 2 * LATEST)


def check_windows(windows: Mapping[str, Window], taken: list[str]) -> None:
    """Refuse windows that overlap, that are empty, or whose name is a column already."""
    ends = sorted((first, LATEST if last is None else last) for first, last in windows.values())
    wrong = [f"{a}–{b}" for a, b in ends if not 1 <= a <= b]
    if wrong or any(after[0] <= before[1] for before, after in pairwise(ends)):
        raise EstimationError(
            "De vensters na een traject overlappen of kloppen niet.",
            "Geef per venster (eerste, laatste) maand na het einde, vanaf 1, zonder overlap.",
        )
    double = sorted({DURING, *windows} & set(taken))
    if double:
        raise EstimationError(f"Een venster heet als een kolom: {', '.join(double)}.", "Kies een andere naam.")
