"""Periods of persons as sorted numbers, so that a million of them are compared at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.compute as pc

from evaluatie.registratie.arrow import as_arrow, as_numbers

Days = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_SHIFT = 100_000  # days before 1970 that still sort well
_FURTHEST = 200_000
_BITS = 19
OPEN = _FURTHEST


def days_of(values: pd.Series[pd.Timestamp], missing: int = OPEN) -> Days:
    """Return days since 1970, and `missing` where there is none."""
    raw = values.to_numpy().astype("datetime64[D]")
    days = raw.astype(np.int64)
    days[np.isnat(raw)] = missing
    return np.clip(days, -_SHIFT, _FURTHEST, out=days)


@dataclass(frozen=True, slots=True)
class Personen:
    """Everybody in a register, by number.

    Parameters
    ----------
    values : Series
        The column with everybody.
    numbers : array or None
        The different pseudonyms, sorted; None when not all are pseudonyms.
    """

    values: pd.Series[str]
    numbers: npt.NDArray[np.uint64] | None

    def find(self, values: pd.Series[str]) -> npt.NDArray[np.int64]:
        """Return the number of each person, −1 for who is not in the register."""
        column = as_arrow(values)
        wanted = None if self.numbers is None else as_numbers(column)
        if self.numbers is None or wanted is None:
            known = pc.drop_null(pc.unique(as_arrow(self.values).cast(column.type)))
            return np.asarray(pc.fill_null(pc.index_in(column, value_set=known), -1)).astype(np.int64)
        place = np.searchsorted(self.numbers, wanted)
        there = np.append(self.numbers, np.uint64(0))[place] == wanted
        place[~there | (place == len(self.numbers))] = -1
        return np.asarray(place, dtype=np.int64)


def list_personen(values: pd.Series[str]) -> Personen:
    """Return the persons of a column, each once."""
    numbers = as_numbers(as_arrow(values))
    return Personen(values, None if numbers is None else np.unique(numbers))


@dataclass(frozen=True, slots=True)
class Perioden:
    """Periods sorted by group (person) and begin.

    Parameters
    ----------
    begin : array
        Group and first day as one sortable number.
    latest : array
        Group and the latest last day so far.
    order : array
        Row of each sorted period.
    """

    begin: Days
    latest: Days
    order: npt.NDArray[np.int64]

    def overlapping(self) -> npt.NDArray[np.int64]:
        """Return the rows that begin before an earlier period of the same group has ended."""
        return np.sort(self.order[1:][self.begin[1:] <= self.latest[:-1]])

    def touch(self, group: npt.NDArray[np.int64], begin: Days, einde: Days) -> Mask:
        """Return which of these other periods share a day with a period of the same group."""
        place = np.searchsorted(self.begin, combine(group, einde), side="right") - 1
        found = place >= 0
        found[found] &= self.latest[place[found]] >= combine(group[found], begin[found])
        return found


def sort_perioden(group: npt.NDArray[np.int64], begin: Days, einde: Days) -> Perioden:
    """Sort periods; those without group (−1) or begin, or that end before they begin, are left out."""
    usable = np.flatnonzero((group >= 0) & (begin < OPEN) & (einde >= begin))
    keys = combine(group[usable], begin[usable])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    order = usable[order]
    latest = combine(group[order], einde[order])
    return Perioden(keys, np.maximum.accumulate(latest, out=latest), order)


def combine(group: npt.NDArray[np.int64], days: Days) -> Days:
    """Return group and day as one sortable number."""
    keys = group << _BITS
    keys += days
    keys += _SHIFT
    return keys
