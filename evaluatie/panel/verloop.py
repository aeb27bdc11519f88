"""What was so for a person in a month: the newest event up to it, looked up for all rows at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.panel.maanden import GEEN, Maanden, months_of
from evaluatie.panel.spellen import Nummers, Sleutels, Spellen, sort_key
from evaluatie.registratie.contract import Register
from evaluatie.registratie.perioden import days_of

Vlaggen = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Gebeurtenissen:
    """Events of persons in the register, sorted by person and day.

    Parameters
    ----------
    sleutel : numpy.ndarray
        Person and the month from which the event counts, as one sorted number.
    rij : numpy.ndarray
        Row of the event in the table it came from.
    """

    sleutel: Sleutels
    rij: Sleutels

    def newest(self, keys: Sleutels) -> Sleutels:
        """Return, for each person and month (one number), the place of the newest event so far; −1 for none."""
        place = np.searchsorted(self.sleutel, keys, side="right") - 1
        found = place >= 0
        found[found] = (self.sleutel[place[found]] ^ keys[found]) >> 16 == 0  # the same person
        return np.where(found, place, GEEN)

    def at(self, keys: Sleutels) -> Sleutels:
        """Return the place of the event of exactly this person and month; −1 for none."""
        place = self.newest(keys)
        return np.where((place >= 0) & (self.sleutel[place] == keys), place, GEEN) if len(self.sleutel) else place

    @property
    def maand(self) -> Maanden:
        """The month from which each event counts."""
        return (self.sleutel & 0xFFFF).astype(np.int32)

    @property
    def persoon(self) -> Nummers:
        """The number of the person of each event."""
        return (self.sleutel >> 16).astype(np.int32)


def list_gebeurtenissen(spellen: Spellen, frame: pd.DataFrame, datum: str) -> Gebeurtenissen:
    """Sort events by person and day; rows of persons without uitkering, or without a date, are left out."""
    persoon, dag = spellen.personen.find(frame["persoon_id"]), days_of(frame[datum])
    known = np.flatnonzero((persoon >= 0) & frame[datum].notna().to_numpy())
    order = known[np.lexsort((known, dag[known], persoon[known]))]
    return Gebeurtenissen(sort_key(persoon[order], months_of(frame[datum])[order]), order)


def months_since(gebeurtenissen: Gebeurtenissen, keys: Sleutels) -> npt.NDArray[np.int16]:
    """Return the months since the newest event (0 in its own month), `GEEN` where there was none."""
    place = gebeurtenissen.newest(keys)
    if not len(gebeurtenissen.sleutel):
        return place.astype(np.int16)
    return np.where(place >= 0, keys - gebeurtenissen.sleutel[place], GEEN).astype(np.int16)


@dataclass(frozen=True, slots=True)
class Trajectverloop:
    """The trajecten of everybody; `eind` is the latest last month so far, also of an earlier, longer one."""

    gebeurtenissen: Gebeurtenissen
    eind: Maanden
    trajecten: pd.DataFrame

    def since(self, place: Sleutels, maand: Maanden) -> npt.NDArray[np.int16]:
        """Return 0 during a traject, then the months since its last month; `GEEN` before the first one."""
        if not len(self.eind):
            return place.astype(np.int16)
        return np.where(place >= 0, np.maximum(maand - self.eind[place], 0), GEEN).astype(np.int16)

    def column(self, name: str, place: Sleutels) -> pd.Categorical:
        """Return a column of the newest traject of each row; missing where there was none."""
        values = pd.Categorical(self.trajecten[name])
        codes = np.append(values.codes[self.gebeurtenissen.rij], np.int8(GEEN))
        return pd.Categorical.from_codes(codes[place], categories=values.categories)


def follow_trajecten(spellen: Spellen, trajecten: pd.DataFrame) -> Trajectverloop:
    """Return the course of trajecten: one counts from the month in which it begins, as the newest of its person."""
    events = list_gebeurtenissen(spellen, trajecten, "begin")
    end = sort_key(events.persoon, months_of(trajecten["einde"])[events.rij])
    latest = np.maximum.accumulate(end) if len(end) else end
    return Trajectverloop(events, (latest & 0xFFFF).astype(np.int32), trajecten)


@dataclass(frozen=True, slots=True)
class Klantgroepverloop:
    """Who was in which klantgroep from when: the table klantgroepen, and what stands in uitkeringen at the begin.

    Parameters
    ----------
    gebeurtenissen : Gebeurtenissen
        Assignments, by the month in which they were made.
    groep : numpy.ndarray
        Number of the group of each assignment.
    eerste_dag : numpy.ndarray
        Whether it was made on the first day of its month.
    groepen : pandas.Index
        Names, sorted.
    """

    gebeurtenissen: Gebeurtenissen
    groep: npt.NDArray[np.int16]
    eerste_dag: Vlaggen
    groepen: pd.Index[Any]

    def at_end(self, keys: Sleutels) -> pd.Categorical:
        """Return the group at the end of each month."""
        return self._label(self.gebeurtenissen.newest(keys))

    def at_begin(self, keys: Sleutels) -> pd.Categorical:
        """Return the group on the first day of each month: an assignment on a later day counts from the next."""
        shifted = Gebeurtenissen(self.gebeurtenissen.sleutel + ~self.eerste_dag, self.gebeurtenissen.rij)
        return self._label(shifted.newest(keys))

    def _label(self, place: Sleutels) -> pd.Categorical:
        codes = np.append(self.groep, np.int16(GEEN))
        return pd.Categorical.from_codes(codes[place], categories=self.groepen)


def follow_klantgroepen(spellen: Spellen, register: Register) -> Klantgroepverloop:
    """Return the course of klantgroepen; of two on one day the one in the table klantgroepen holds."""
    start = register["uitkeringen"][["persoon_id", "begin", "klantgroep"]].set_axis(
        ["persoon_id", "vanaf", "groep"], axis=1
    )
    tables = (
        [start, register["klantgroepen"][["persoon_id", "vanaf", "groep"]]] if "klantgroepen" in register else [start]
    )
    frame = pd.concat([table.dropna(subset=["groep"]) for table in tables], ignore_index=True)
    events = list_gebeurtenissen(spellen, frame, "vanaf")
    labels = pd.Categorical(frame["groep"].astype(object))
    first = (frame["vanaf"].dt.day == 1).to_numpy()
    return Klantgroepverloop(
        events, labels.codes[events.rij].astype(np.int16), first[events.rij], pd.Index(labels.categories)
    )
