"""The register side of a besparing: placements attributed to a maatregel, and starts, in the same years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from evaluatie.errors import DataError
from evaluatie.evaluaties.besparing import Soort
from evaluatie.evaluaties.trajecten import Trajectgegevens
from evaluatie.panel import Dekking
from evaluatie.panel.starts import build_starts
from evaluatie.quantities import Maand
from evaluatie.registratie.contract import Register

PLAATSINGEN = "plaatsingen"
SOORTEN: tuple[Soort, ...] = tuple((contract, half) for contract in ("fulltime", "parttime") for half in (1, 2))
"""What a norm amount depends on."""


@dataclass(frozen=True, slots=True)
class Plaatsingen:
    """Placements of one maatregel by contract and half-year of the first working day.

    Parameters
    ----------
    aantallen, personen : mapping of Soort to int
        Placements, and different persons in them; unrounded, for `disclosure` only. Every sort is
        there, also with zero.
    """

    aantallen: Mapping[Soort, int]
    personen: Mapping[Soort, int]


def find_jaren(dekking: Dekking, *tabellen: str) -> tuple[int, ...]:
    """Return the calendar years that the observed months, and those of these tables of events, cover whole."""
    known = [dekking.tabellen[tabel] for tabel in tabellen if tabel in dekking.tabellen]
    first, last = max([dekking.eerste, *known]), dekking.laatste
    jaren = range(first.jaar, last.jaar + 1)
    return tuple(jaar for jaar in jaren if first <= Maand(jaar, 1) and Maand(jaar, 12) <= last)


def require_jaren(dekking: Dekking) -> tuple[int, ...]:
    """Return the calendar years in which starts are observed whole, those of placements too when they cover any.

    Raises
    ------
    DataError
        Without one whole year: a besparing is a matter of years.
    """
    jaren = find_jaren(dekking, "trajecten", PLAATSINGEN) or find_jaren(dekking, "trajecten")
    if not jaren:
        raise DataError(
            f"De registers beslaan {dekking.eerste} tot en met {dekking.laatste}: geen heel kalenderjaar.",
            "Lees meer maanden in met: evaluatie import MAP",
        )
    return jaren


def count_plaatsingen(register: Register, maatregel: str, jaren: Sequence[int]) -> Plaatsingen | None:
    """Count the placements that the register attributes to a maatregel; None without that table.

    Parameters
    ----------
    maatregel : str
        Its id, as it stands in the column ``maatregel``.
    jaren : sequence of int
        Calendar years of the first working day.
    """
    if PLAATSINGEN not in register or register[PLAATSINGEN].empty:
        return None
    rows = register[PLAATSINGEN]
    rows = rows[(rows["maatregel"].fillna("") == maatregel) & rows["datum"].dt.year.isin(jaren)]
    sort = pd.Series(list(zip(rows["dienstverband"].astype(str), _half(rows["datum"]), strict=True)), index=rows.index)
    persons = rows["persoon_id"].groupby(sort).nunique()
    counts = sort.value_counts()
    return Plaatsingen(
        {soort: int(counts.get(soort, 0)) for soort in SOORTEN},
        {soort: int(persons.get(soort, 0)) for soort in SOORTEN},
    )


def count_starts(gegevens: Trajectgegevens, jaren: Sequence[int]) -> dict[int, int]:
    """Count the starts that an effect per start is multiplied by, per calendar year.

    A start as `build_starts` defines it: a traject of somebody who had none for two years. What follows it within that
    time belongs to it. Unlike those of the estimate, these starts need no follow-up.
    """
    rows = build_starts(gegevens.maanden, gegevens.dekking.laatste, horizon=1)
    counts = rows[rows["start"] == 1].groupby("jaar")["start"].size()
    return {jaar: int(counts.get(str(jaar), 0)) for jaar in jaren}


def _half(dates: pd.Series) -> pd.Series:
    half: pd.Series = (dates.dt.month > 6).astype(int) + 1
    return half
