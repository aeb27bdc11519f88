"""The classes of duration, age and hours in which people with a uitkering are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True, slots=True)
class Klassen:
    """Ordered classes of a number: class ``i`` begins at ``grenzen[i]`` and ends where the next begins.

    Parameters
    ----------
    grenzen : tuple of float
        Lower bounds, ascending; what lies below the first has no class.
    namen : tuple of str
        What a reader calls them, in the same order.
    """

    grenzen: tuple[float, ...]
    namen: tuple[str, ...]

    def codes(self, values: npt.NDArray[np.generic]) -> npt.NDArray[np.int8]:
        """Return the number of the class of each value, −1 for none (also where the value is missing)."""
        codes = np.searchsorted(self.grenzen, values, side="right").astype(np.int8) - np.int8(1)
        return np.where(np.isnan(values), np.int8(-1), codes) if values.dtype.kind == "f" else codes

    def label(self, values: npt.NDArray[np.generic]) -> pd.Categorical[Any]:
        """Return the class of each value as an ordered category."""
        return from_codes(self.codes(values), self.namen, ordered=True)


def from_codes(codes: npt.NDArray[Any], names: Sequence[str], *, ordered: bool = False) -> pd.Categorical[Any]:
    """Return categories by their number; −1 is missing."""
    categories = pd.Index(list(names), dtype="object")
    return pd.Categorical.from_codes(codes, categories=categories, ordered=ordered)


DUUR = Klassen(
    (1, 4, 7, 13, 25, 61),
    ("maand 1-3", "maand 4-6", "maand 7-12", "jaar 2", "jaar 3-5", "na 5 jaar"),
)
"""Months since the month in which the uitkering began: fine at first, when chances change fastest."""

DUUR_BELEID = Klassen((0, 36, 60), ("korter dan 3 jaar", "3 tot 5 jaar", "5 jaar of langer"))
"""The classes in which municipalities report duration (Deventer, Beleidskader Inzet op maat, bijlage)."""

LEEFTIJD = Klassen((0, 27, 45, 55), ("tot 27 jaar", "27 tot 45 jaar", "45 tot 55 jaar", "55 jaar en ouder"))
"""Calendar year minus year of birth; 27 is where the law draws a line (Participatiewet art. 41 lid 4)."""

WEKEN_PER_MAAND = 52 / 12
UREN = Klassen(
    (0, 8 * WEKEN_PER_MAAND, 16 * WEKEN_PER_MAAND),
    ("minder dan 8 uur per week", "8 tot 16 uur per week", "16 uur per week of meer"),
)
"""Hours a month of part-time work, by the week."""
