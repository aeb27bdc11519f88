"""From when to when the registers of a municipality tell what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evaluatie.panel.maanden import LOPEND, maand_of, months_of, number_of
from evaluatie.panel.spellen import Spellen, build_spellen
from evaluatie.quantities import Maand
from evaluatie.registratie.contract import Register

_GEBEURTENISSEN = {
    "trajecten": "begin",
    "deeltijdinkomsten": "maand",
    "handhaving": "datum",
    "aanvragen": "melding",
    "plaatsingen": "datum",
    "klantgroepen": "vanaf",
}
_COMPLETE = 0.9


@dataclass(frozen=True, slots=True)
class Dekking:
    """The months in which somebody can be seen to leave, and from when each table has rows.

    Parameters
    ----------
    eerste, laatste : Maand
        First and last observed month. Uitkeringen that ended before `eerste` are not in the register, so that who is
        there in an earlier month is who stayed: those months are never counted.
    tabellen : mapping of str to Maand
        First month with a row, for every table of events that is there. What happened before is unknown, not absent.
    """

    eerste: Maand
    laatste: Maand
    tabellen: Mapping[str, Maand]

    @property
    def maanden(self) -> int:
        """Number of observed months."""
        return number_of(self.laatste) - number_of(self.eerste) + 1


def find_dekking(register: Register, spellen: Spellen | None = None) -> Dekking:
    """Derive from the registers which months they cover.

    With a table ``volumes`` it is the months in it in which the register holds at least 90% as many persons as the
    municipality reported uitkeringen (a couple shares one, so persons are at least as many). Without it: from the month
    of the first known end, to the month in which the last uitkering began.
    """
    spellen = spellen if spellen is not None else build_spellen(register)
    ended = spellen.einde[spellen.einde < LOPEND]
    eerste = int(ended.min()) if len(ended) else int(spellen.begin.max())
    laatste = int(spellen.begin.max())
    covered = _months_with_volumes(register, spellen)
    if len(covered):
        newest = max(laatste, int(ended.max()) if len(ended) else laatste)
        eerste, laatste = int(covered.min()), min(int(covered.max()), newest)
    return Dekking(maand_of(min(eerste, laatste)), maand_of(laatste), _first_rows(register))


def _months_with_volumes(register: Register, spellen: Spellen) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    volumes = register.get("volumes")
    if volumes is None or volumes.empty:
        return np.empty(0, dtype=np.int32)
    reported = volumes.groupby("maand")["aantal"].sum()
    months = months_of(reported.index.to_series())
    begun = np.searchsorted(np.sort(spellen.begin), months, side="right")
    ended = np.searchsorted(np.sort(spellen.einde), months, side="right")
    return months[(begun - ended) >= _COMPLETE * reported.to_numpy(dtype=float)]


def _first_rows(register: Register) -> dict[str, Maand]:
    dates = {tabel: register[tabel][kolom].dropna() for tabel, kolom in _GEBEURTENISSEN.items() if tabel in register}
    return {tabel: maand_of(int(months_of(found).min())) for tabel, found in dates.items() if len(found)}
