"""Months as whole numbers, and the national season and business cycle of every month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluatie.cijfers.landelijk import load_landelijk_volume
from evaluatie.cijfers.tables import ESTIMABLE
from evaluatie.quantities import Maand

Getallen = NDArray[np.int64]
Breuken = NDArray[np.float64]
Vlaggen = NDArray[np.bool_]

VEILIGE_DAGEN = 27
"""Spells begin and end on day 1…27, so that the end of the month is never in doubt."""

GEVOELIGHEID = 25.0
"""A national change of 0.1% in a month goes with 2.5% more meldingen and 2.5% less exit to work."""


@dataclass(frozen=True, slots=True)
class Kalender:
    """The months of a synthetic municipality: 0 is the first one observed, −1 the one before.

    Parameters
    ----------
    begin : Maand
        The first observed month.
    maanden : int
        Number of observed months.
    """

    begin: Maand
    maanden: int

    @property
    def laatste_dag(self) -> int:
        """The last observed day, as days since 1970."""
        return int(self.first_day(np.array([self.maanden]))[0]) - 1

    @property
    def eerste_dag(self) -> int:
        """The first observed day, as days since 1970."""
        return int(self.first_day(np.array([0]))[0])

    def first_day(self, t: Getallen) -> Getallen:
        """Return the first day of months `t`, as days since 1970."""
        return self._months(t).astype("datetime64[D]").astype(np.int64)

    def maand(self, t: int) -> Maand:
        """Return month `t` as a calendar month."""
        count = self.begin.jaar * 12 + self.begin.maand - 1 + t
        return Maand(count // 12, count % 12 + 1)

    def count(self, maand: Maand) -> int:
        """Return the number of a calendar month; the inverse of `maand`."""
        return (maand.jaar - self.begin.jaar) * 12 + maand.maand - self.begin.maand

    def _months(self, t: Getallen) -> NDArray[np.datetime64]:
        return np.datetime64(str(self.begin), "M") + t.astype("timedelta64[M]")


@dataclass(frozen=True, slots=True)
class Landelijk:
    """National month-on-month changes of the log number of uitkeringen, in two parts that add up.

    Parameters
    ----------
    seizoen : pandas.Series
        Mean change of each calendar month (1…12) minus the mean of all months.
    conjunctuur : pandas.Series
        What is left, by period ("2017-06").
    """

    seizoen: pd.Series
    conjunctuur: pd.Series

    def effect(self, maand: Maand) -> tuple[float, float]:
        """Return season and cycle on the log scale; the cycle is 0 where CBS gives no final figure."""
        cycle = float(self.conjunctuur.get(str(maand), 0.0))
        return GEVOELIGHEID * float(self.seizoen[maand.maand]), GEVOELIGHEID * cycle


def load_landelijk() -> Landelijk:
    """Return season and cycle from the final figures of CBS 37789ksz."""
    volume = load_landelijk_volume()
    final = volume.loc[volume["status"].isin(ESTIMABLE), "uitkeringen"].astype(float)
    change = pd.Series(np.diff(np.log(final.to_numpy())), index=final.index[1:])
    calendar_month = change.index.str[5:7].astype(int)
    seizoen = change.groupby(calendar_month).mean() - change.mean()
    conjunctuur = change - seizoen.reindex(calendar_month).to_numpy()
    return Landelijk(seizoen, conjunctuur)
