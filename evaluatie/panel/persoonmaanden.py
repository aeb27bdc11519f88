"""One row per person and month in which that person could leave the uitkering.

The convention
--------------
- A person is at risk from the month after the month of begin up to and including the month of the end, within the
  observed months (`Dekking`). Who begins and ends in one month is never at risk.
- Duration counts months since the month of begin, from 1. Age is calendar year minus year of birth.
- What happens in a month counts for that month: a traject from the month in which it begins up to and including the
  month in which it ends ("during"), part-time income in the month it belongs to, a verlaging or onderzoek in its own
  month (0). An onderzoek in the very month of an exit cannot be told from one that followed it: use the months after.
- A klantgroep counts when it is in force on the first day of the month.
- "Since a traject" counts from the month after its last month, per person, also across a new uitkering; a new traject
  begins a new count. −1 stands for "never, as far as the registers know".
- Overlapping or adjoining uitkeringen of a person are one period (`Spellen`), so that no person has two rows a month.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import ChoiceError
from evaluatie.panel import klassen
from evaluatie.panel.dekking import Dekking, find_dekking
from evaluatie.panel.maanden import GEEN, Maanden, number_of
from evaluatie.panel.spellen import Nummers, Sleutels, Spellen, build_spellen, sort_key
from evaluatie.panel.verloop import (
    Gebeurtenissen,
    Trajectverloop,
    follow_klantgroepen,
    follow_trajecten,
    list_gebeurtenissen,
    months_since,
)
from evaluatie.registratie.contract import Register, empty_table

WERK = ("werk", "zelfstandig")
"""Reasons of an end that count as exit to work (BUS codes 11 and 13)."""
ONBEKEND = "onbekend"
"""The reason of an end of which the register gives none."""


def build_persoonmaanden(
    register: Register, kolommen: Sequence[str] | None = None, *, dekking: Dekking | None = None
) -> pd.DataFrame:
    """Return every person-month at risk, with what was so in it.

    Parameters
    ----------
    register : Register
        Tables by name; only ``uitkeringen`` has to be there. Without a table its columns say "never".
    kolommen : sequence of str, optional
        Columns to make, of `KOLOMMEN`; all of them when not given. Twelve million rows take 0.13 gigabyte with six
        columns and 0.5 with all (tests/benchmarks/bench_persoonmaanden.py).
    dekking : Dekking, optional
        The months to count; derived with `find_dekking` when not given.

    Returns
    -------
    pandas.DataFrame
        Sorted by person and month. ``persoon`` and ``spel`` are numbers without meaning outside this frame: they serve
        to cluster, never to publish.

    Raises
    ------
    ChoiceError
        For a column that does not exist; the message lists those that do.
    DataError
        Without uitkeringen.
    """
    wanted = list(KOLOMMEN) if kolommen is None else list(dict.fromkeys(kolommen))
    if unknown := [name for name in wanted if name not in KOLOMMEN]:
        raise ChoiceError(f"Onbekende kolom: {', '.join(unknown)}.", f"Mogelijk: {', '.join(KOLOMMEN)}.")
    spellen = build_spellen(register)
    rows = _Rijen(register, spellen, dekking or find_dekking(register, spellen))
    return pd.DataFrame({name: KOLOMMEN[name](rows) for name in wanted}, copy=False)


class _Rijen:
    """The rows while columns are made; what several columns need is made once, and only when one asks for it."""

    def __init__(self, register: Register, spellen: Spellen, dekking: Dekking) -> None:
        self.register, self.spellen, self.dekking = register, spellen, dekking
        eerste, laatste = number_of(dekking.eerste), number_of(dekking.laatste)
        self.spel, self.maand = spellen.expand(
            np.maximum(spellen.begin + 1, eerste), np.minimum(spellen.einde, np.int32(laatste))
        )

    @cached_property
    def persoon(self) -> Nummers:
        return self.spellen.persoon[self.spel]

    @cached_property
    def sleutel(self) -> Sleutels:
        return sort_key(self.persoon, self.maand)

    @cached_property
    def rij(self) -> Sleutels:
        """The row of the uitkering in force."""
        return self.spellen.row_at(self.spel, self.maand)

    @cached_property
    def weg(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.maand == self.spellen.einde[self.spel])

    @cached_property
    def duur(self) -> npt.NDArray[np.int16]:
        return (self.maand - self.spellen.begin[self.spel]).astype(np.int16)

    @cached_property
    def leeftijd(self) -> npt.NDArray[np.int16]:
        geboren = self.register["uitkeringen"]["geboortejaar"].to_numpy(dtype=np.int32)[self.rij]
        return np.asarray(self.maand // 12 - geboren, dtype=np.int16)

    @cached_property
    def traject(self) -> Trajectverloop:
        return follow_trajecten(self.spellen, self.tabel("trajecten"))

    @cached_property
    def traject_plaats(self) -> Sleutels:
        return self.traject.gebeurtenissen.newest(self.sleutel)

    @cached_property
    def deeltijd(self) -> Gebeurtenissen:
        return list_gebeurtenissen(self.spellen, self.tabel("deeltijdinkomsten"), "maand")

    @cached_property
    def deeltijd_plaats(self) -> Sleutels:
        return self.deeltijd.at(self.sleutel)

    def tabel(self, name: str) -> pd.DataFrame:
        return self.register[name] if name in self.register else empty_table(name)

    def code(self, name: str) -> pd.Categorical:
        """Return a column of codes of the uitkering in force."""
        values = pd.Categorical(self.register["uitkeringen"][name])
        return pd.Categorical.from_codes(values.codes[self.rij], categories=values.categories)

    def sinds(self, soort: str) -> npt.NDArray[np.int16]:
        events = self.tabel("handhaving")
        chosen = events[(events["soort_gebeurtenis"] == soort).to_numpy()]
        return months_since(list_gebeurtenissen(self.spellen, chosen, "datum"), self.sleutel)


def _reden(rows: _Rijen) -> pd.Categorical:
    """Return the reason in the month of an exit; missing in every other month."""
    given = rows.spellen.reden
    names = [*map(str, given.categories), ONBEKEND]
    codes = np.where(given.codes < 0, len(names) - 1, given.codes)
    return klassen.from_codes(np.where(rows.weg, codes[rows.spel], GEEN), names)


def _werk(rows: _Rijen) -> npt.NDArray[np.bool_]:
    return rows.weg & np.isin(np.asarray(rows.spellen.reden, dtype=object), WERK)[rows.spel]


def _traject_begin(rows: _Rijen) -> npt.NDArray[np.int16]:
    return months_since(rows.traject.gebeurtenissen, rows.sleutel)


def _deeltijd_getal(name: str) -> Callable[[_Rijen], Any]:
    def make(rows: _Rijen) -> npt.NDArray[np.float32]:
        values = rows.tabel("deeltijdinkomsten")[name].to_numpy(dtype=np.float32)[rows.deeltijd.rij]
        return np.append(values, np.float32(0))[rows.deeltijd_plaats]

    return make


def _uren_klasse(rows: _Rijen) -> pd.Categorical:
    """Return the hours class of part-time work; ``geen`` without income, missing when the hours are unknown."""
    hours = rows.tabel("deeltijdinkomsten")["uren"].to_numpy(dtype=np.float64)[rows.deeltijd.rij]
    codes = np.append(klassen.UREN.codes(hours) + 1, 0)
    codes = np.where(np.append(np.isnan(hours), False), GEEN, codes)
    return klassen.from_codes(codes[rows.deeltijd_plaats], ["geen", *klassen.UREN.namen], ordered=True)


def _deeltijd_sinds(rows: _Rijen) -> npt.NDArray[np.int16]:
    """Return the months since the first month with income in this uitkering; −1 before it."""
    keys = rows.deeltijd.sleutel
    if not len(keys):
        return np.full(len(rows.maand), GEEN, dtype=np.int16)
    spellen = rows.spellen
    place = np.minimum(np.searchsorted(keys, sort_key(spellen.persoon, spellen.begin)), len(keys) - 1)
    known = (keys[place] >= sort_key(spellen.persoon, spellen.begin)) & (keys[place] >> 16 == spellen.persoon)
    first: Maanden = np.where(known, keys[place] & 0xFFFF, np.iinfo(np.int32).max).astype(np.int32)
    since = rows.maand.astype(np.int64) - first[rows.spel]
    return np.where(since >= 0, since, GEEN).astype(np.int16)


KOLOMMEN: dict[str, Callable[[_Rijen], Any]] = {
    "persoon": lambda rows: rows.persoon,
    "spel": lambda rows: rows.spel,
    "maand": lambda rows: rows.maand,
    "duur": lambda rows: rows.duur,
    "duurklasse": lambda rows: klassen.DUUR.label(rows.duur),
    "leeftijd": lambda rows: rows.leeftijd,
    "leeftijdklasse": lambda rows: klassen.LEEFTIJD.label(rows.leeftijd),
    "geslacht": lambda rows: rows.code("geslacht"),
    "leefvorm": lambda rows: rows.code("leefvorm"),
    "regeling": lambda rows: rows.code("regeling"),
    "klantgroep": lambda rows: follow_klantgroepen(rows.spellen, rows.register).at_begin(rows.sleutel),
    "uitstroom": lambda rows: rows.weg,
    "werk": _werk,
    "reden": _reden,
    "in_traject": lambda rows: rows.traject.since(rows.traject_plaats, rows.maand) == 0,
    "sinds_traject": lambda rows: rows.traject.since(rows.traject_plaats, rows.maand),
    "sinds_trajectbegin": _traject_begin,
    "traject_soort": lambda rows: rows.traject.column("soort_voorziening", rows.traject_plaats),
    "traject_aanbieder": lambda rows: rows.traject.column("aanbieder", rows.traject_plaats),
    "traject_kosten": lambda rows: rows.traject.column("kosten", rows.traject_plaats),
    "deeltijd": lambda rows: rows.deeltijd_plaats >= 0,
    "deeltijd_uren": _deeltijd_getal("uren"),
    "deeltijd_urenklasse": _uren_klasse,
    "deeltijd_bedrag": _deeltijd_getal("bedrag"),
    "sinds_deeltijd": _deeltijd_sinds,
    "sinds_verlaging": lambda rows: rows.sinds("verlaging"),
    "sinds_onderzoek": lambda rows: rows.sinds("onderzoek"),
}
"""What a person-month can carry.

``persoon``, ``spel``, ``maand``: numbers; ``maand`` is year × 12 + month − 1. ``duur`` in months from 1,
``leeftijd`` in years; ``…klasse`` are ordered categories (`klassen`). ``geslacht``, ``leefvorm``, ``regeling``: of
the uitkering in force. ``uitstroom``: ends in this month; ``werk``: to work; ``reden``: why. ``in_traject``;
``sinds_traject``: 0 during, then months since the end, −1 never; ``sinds_trajectbegin``: months since the newest
began; ``traject_soort``, ``traject_aanbieder``, ``traject_kosten`` (euro): of the newest. ``deeltijd``: income from
work this month; ``deeltijd_uren`` (hours a month), ``deeltijd_bedrag`` (euro a month): 0 without income, missing
when not recorded; ``sinds_deeltijd``: months since the first income in this uitkering. ``sinds_verlaging``,
``sinds_onderzoek``: months since the newest, 0 in its own month.
"""
