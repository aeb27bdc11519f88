"""Which delivery counts for each month: corrections replace, double deliveries and missing months are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pandas as pd

from evaluatie.errors import DataError
from evaluatie.registratie.leveringen.lezen import Levering
from evaluatie.registratie.leveringen.melding import Melding, shorten
from evaluatie.registratie.leveringen.schema import Soort

Maanden = dict[str, list[int]]
"""Delivered months by municipality, as ordinals of a monthly period, in order."""


def select_leveringen(leveringen: Sequence[Levering], soort: Soort) -> tuple[list[Levering], list[Melding]]:
    """Return one delivery a month and municipality, in order of time, and what was set aside.

    Of several deliveries of a month the one with the highest `volgnummer` counts; of equal ones the last.

    Raises
    ------
    DataError
        When a delivery is of another kind.
    """
    strange = [levering.naam for levering in leveringen if levering.soort != soort]
    if strange:
        raise DataError(f"Geen levering {soort.upper()}: {shorten(strange)}.", "Geef alleen leveringen van één soort.")
    groups: dict[tuple[str, int], list[Levering]] = defaultdict(list)
    for levering in leveringen:
        groups[levering.gemeente, levering.maand.ordinal].append(levering)
    chosen, meldingen = [], []
    for _, group in sorted(groups.items(), key=lambda item: item[0]):
        ranked = sorted(group, key=lambda levering: levering.volgnummer)
        chosen.append(ranked[-1])
        meldingen += [*ranked[-1].meldingen, *(_tell_set_aside(other, ranked[-1]) for other in ranked[:-1])]
    return chosen, meldingen + _tell_missing_months(chosen)


def list_maanden(leveringen: Sequence[Levering]) -> Maanden:
    """Return the delivered months of every municipality, in order."""
    maanden: Maanden = defaultdict(list)
    for levering in leveringen:
        maanden[levering.gemeente].append(levering.maand.ordinal)
    return {gemeente: sorted(set(found)) for gemeente, found in maanden.items()}


def stack(leveringen: Sequence[Levering]) -> pd.DataFrame:
    """Return all records with the columns ``gemeente``, ``maandnummer``, ``bestand`` and ``regel``."""
    frames = [
        levering.frame.reset_index().assign(
            gemeente=levering.gemeente, maandnummer=levering.maand.ordinal, bestand=levering.naam or str(levering.maand)
        )
        for levering in leveringen
    ]
    return pd.concat(frames, ignore_index=True)


def name_month(ordinal: int) -> str:
    """Return a month by its ordinal: ``"2015-03"``."""
    return str(pd.Period(ordinal=ordinal, freq="M"))


def _tell_set_aside(other: Levering, used: Levering) -> Melding:
    waar = f"{other.soort.upper()} {other.maand}"
    if _as_set(other.frame) == _as_set(used.frame):
        return Melding("opmerking", waar, f"{other.naam} is gelijk aan {used.naam}; één keer gebruikt.")
    tekst = f"{used.naam} vervangt {other.naam} ({len(other.frame)} regels worden {len(used.frame)})."
    return Melding("opmerking", waar, tekst)


def _as_set(frame: pd.DataFrame) -> frozenset[tuple[object, ...]]:
    return frozenset(frame.fillna("").itertuples(index=False, name=None))


def _tell_missing_months(chosen: Sequence[Levering]) -> list[Melding]:
    meldingen = []
    for gemeente, found in list_maanden(chosen).items():
        missing = [name_month(month) for month in range(found[0], found[-1]) if month not in found]
        if missing:
            tekst = (
                f"van {gemeente} is geen levering gevonden over {', '.join(missing)}. Wie ervoor en erna voorkomt, "
                "loopt door; wat in die maanden begon en eindigde, ontbreekt."
            )
            meldingen.append(Melding("waarschuwing", chosen[0].soort.upper(), tekst))
    return meldingen
