"""Months as whole numbers: year times twelve plus the month from zero, so that they can be counted with."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.quantities import Maand

Maanden = npt.NDArray[np.int32]

LOPEND = 2**15 - 1
"""The month in which a running uitkering ends: later than any month that can be observed."""
GEEN = -1
"""Stands for "never, as far as the registers know" in a column that counts months since something."""
_JAAR_NUL = 1970 * 12


def months_of(values: pd.Series[Any], missing: int = LOPEND) -> Maanden:
    """Return the month in which each date falls, and `missing` where there is none."""
    raw = values.to_numpy().astype("datetime64[M]")
    months = raw.astype(np.int64)
    months[np.isnat(raw)] = missing - _JAAR_NUL
    return np.asarray(months + _JAAR_NUL, dtype=np.int32)


def number_of(maand: Maand) -> int:
    """Return the number of a calendar month."""
    return maand.jaar * 12 + maand.maand - 1


def maand_of(number: int) -> Maand:
    """Return the calendar month of a number; the inverse of `number_of`."""
    return Maand(int(number) // 12, int(number) % 12 + 1)
