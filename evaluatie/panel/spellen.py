"""From the register of uitkeringen to unbroken periods of persons, and from those to months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import DataError
from evaluatie.panel.maanden import LOPEND, Maanden, months_of
from evaluatie.registratie.contract import Register
from evaluatie.registratie.perioden import OPEN, Personen, combine, days_of, list_personen

Nummers = npt.NDArray[np.int32]
Sleutels = npt.NDArray[np.int64]

_MAANDBITS = 16


@dataclass(frozen=True, slots=True)
class Spellen:
    """Unbroken periods of uitkering, sorted by person and begin; one entry per period in every array.

    Uitkeringen of a person that overlap, or that follow each other without a day between them, are one period: a
    change of regeling, leefvorm or administration is no exit. `rij` and `rij_sleutel` lead back to the uitkering that
    was in force in a month.

    Parameters
    ----------
    personen : Personen
        Everybody in the register; a person is known by a number that means nothing outside this object.
    persoon : numpy.ndarray
        Number of the person.
    begin, einde : numpy.ndarray
        Month of the first and of the last day; `LOPEND` while it runs.
    reden : pandas.Categorical
        Why the last uitkering of the period ended; missing while it runs, or when the register does not say.
    rij_sleutel, rij : numpy.ndarray
        For every uitkering, sorted: period and month of begin as one number, and its row in the register.
    """

    personen: Personen
    persoon: Nummers
    begin: Maanden
    einde: Maanden
    reden: pd.Categorical
    rij_sleutel: Sleutels
    rij: Sleutels

    def __len__(self) -> int:
        return len(self.persoon)

    def expand(self, first: Maanden, last: Maanden) -> tuple[Nummers, Maanden]:
        """Return every month from `first` to `last` of each period: number of the period, and month.

        Both come sorted by person and month. A period whose last month lies before its first gives no month.
        """
        length = np.maximum(last.astype(np.int64) - first + 1, 0)
        spel = np.repeat(np.arange(len(self), dtype=np.int32), length)
        starts = np.cumsum(length) - length
        maand = np.arange(length.sum(), dtype=np.int64) - np.repeat(starts - first, length)
        return spel, maand.astype(np.int32)

    def row_at(self, spel: Nummers, maand: Maanden) -> Sleutels:
        """Return the row of the uitkering in force: the newest one of the period that had begun by the month."""
        place = np.searchsorted(self.rij_sleutel, sort_key(spel, maand), side="right") - 1
        return np.asarray(self.rij[place])


def sort_key(number: npt.NDArray[Any], maand: npt.NDArray[Any]) -> Sleutels:
    """Return a number (person, period) and a month as one sortable number."""
    return np.asarray((number.astype(np.int64) << _MAANDBITS) + maand)


def build_spellen(register: Register) -> Spellen:
    """Return the unbroken periods of everybody in the register of uitkeringen.

    Raises
    ------
    DataError
        When there is no table ``uitkeringen``, or it has no rows.
    """
    if "uitkeringen" not in register or register["uitkeringen"].empty:
        raise DataError(
            "Er zijn geen uitkeringen ingelezen.", "Zonder de tabel uitkeringen is er niets te tellen; lees haar in."
        )
    rows = register["uitkeringen"]
    personen = list_personen(rows["persoon_id"])
    persoon, begin, einde = personen.find(rows["persoon_id"]), days_of(rows["begin"]), days_of(rows["einde"])
    order = np.argsort(combine(persoon, begin), kind="stable")
    persoon, begin, einde = persoon[order], begin[order], einde[order]
    latest = _latest_end(persoon, einde)
    starts = np.ones(len(order), dtype=bool)
    starts[1:] = (persoon[1:] != persoon[:-1]) | (begin[1:] > latest[:-1] + 1)
    spel = np.cumsum(starts) - 1
    final = _last_to_end(spel, einde)
    months = months_of(rows["begin"])[order]
    return Spellen(
        personen=personen,
        persoon=persoon[starts].astype(np.int32),
        begin=months[starts],
        einde=np.where(einde[final] == OPEN, LOPEND, months_of(rows["einde"])[order][final]).astype(np.int32),
        reden=pd.Categorical(rows["reden_einde"].take(order[final])),
        rij_sleutel=sort_key(spel, months),
        rij=order,
    )


def _latest_end(persoon: Sleutels, einde: Sleutels) -> Sleutels:
    """Return the latest last day so far of each person, for rows sorted by person."""
    keys = combine(persoon, einde)
    return np.asarray(np.maximum.accumulate(keys) - combine(persoon, np.zeros_like(einde)))


def _last_to_end(spel: Sleutels, einde: Sleutels) -> Sleutels:
    """Return, for every period, the place of the uitkering that ends last; of equals the one that began last."""
    order = np.lexsort((np.arange(len(spel)), einde, spel))
    return np.asarray(order[np.append(np.flatnonzero(np.diff(spel[order])), len(spel) - 1)])
