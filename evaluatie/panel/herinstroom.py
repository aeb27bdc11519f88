"""Who comes back after leaving, and whose exit lasts.

An exit counts only when the registers could have shown a return: the whole horizon lies in the observed months.
Months are counted from the month of the exit; somebody who comes back in that month or in one of the `horizon` months
after it has returned. An exit is lasting (duurzaam) when that did not happen: no uitkering of this municipality for so
long.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evaluatie.errors import ChoiceError
from evaluatie.panel.dekking import Dekking, find_dekking
from evaluatie.panel.klassen import from_codes
from evaluatie.panel.maanden import GEEN, number_of
from evaluatie.panel.persoonmaanden import ONBEKEND
from evaluatie.panel.spellen import Spellen, build_spellen
from evaluatie.registratie.contract import Register

HERINSTROOM_MAANDEN = 12
"""As CBS counts herinstromers (85615NED): within a year."""
DUURZAAM_MAANDEN = (6, 12)


def list_uitstroom(register: Register, *, dekking: Dekking | None = None) -> pd.DataFrame:
    """Return every exit in the observed months: one row per unbroken period of uitkering that ended.

    Returns
    -------
    pandas.DataFrame
        ``persoon`` and ``spel`` (numbers without meaning outside the frame), ``maand`` (number), ``duur`` (months since
        begin), ``reden`` (category; ``onbekend`` when the register gives none), ``terug_na`` (months until the next
        uitkering, −1 when there is none in the observed months) and ``gevolgd`` (observed months after the exit).
    """
    spellen = build_spellen(register)
    months = dekking or find_dekking(register, spellen)
    first, last = number_of(months.eerste), number_of(months.laatste)
    left = np.flatnonzero((spellen.einde >= first) & (spellen.einde <= last))
    given = spellen.reden
    names = [*map(str, given.categories), ONBEKEND]
    codes = np.where(given.codes < 0, len(names) - 1, given.codes)[left]
    return pd.DataFrame(
        {
            "persoon": spellen.persoon[left],
            "spel": left.astype(np.int32),
            "maand": spellen.einde[left],
            "duur": (spellen.einde - spellen.begin)[left],
            "reden": from_codes(codes, names),
            "terug_na": _months_until_return(spellen, last)[left],
            "gevolgd": last - spellen.einde[left],
        }
    )


def build_herinstroom(
    register: Register, maanden: int = HERINSTROOM_MAANDEN, *, dekking: Dekking | None = None
) -> pd.DataFrame:
    """Count who came back within some months, by reason of the exit.

    Parameters
    ----------
    register : Register
        Tables by name; ``uitkeringen`` has to be there.
    maanden : int
        Months after the exit within which a return counts.
    dekking : Dekking, optional
        The months to count; derived with `find_dekking` when not given.

    Returns
    -------
    pandas.DataFrame
        One row per reason that occurs: ``reden``, ``uitgestroomd`` (exits that could be followed so long), ``terug``.

    Raises
    ------
    ChoiceError
        When `maanden` is not at least one.
    """
    if maanden < 1:
        raise ChoiceError(f"Terugkeer binnen {maanden} maanden bestaat niet.", "Kies 1 maand of meer.")
    exits = list_uitstroom(register, dekking=dekking)
    followed = exits[exits["gevolgd"] >= maanden]
    back = followed["terug_na"].between(0, maanden)
    table = back.groupby(followed["reden"], observed=True).agg(uitgestroomd="size", terug="sum")
    return table.astype(np.int64).reset_index()


def build_duurzame_uitstroom(
    register: Register, horizons: Sequence[int] = DUURZAAM_MAANDEN, *, dekking: Dekking | None = None
) -> pd.DataFrame:
    """Count exits that lasted, by reason and horizon.

    Parameters
    ----------
    register : Register
        Tables by name; ``uitkeringen`` has to be there.
    horizons : sequence of int
        Months without a return after which an exit lasted.
    dekking : Dekking, optional
        The months to count; derived with `find_dekking` when not given.

    Returns
    -------
    pandas.DataFrame
        One row per horizon and reason: ``maanden``, ``reden``, ``uitgestroomd`` and ``duurzaam``.
    """
    tables = [build_herinstroom(register, horizon, dekking=dekking).assign(maanden=horizon) for horizon in horizons]
    frame = pd.concat(tables, ignore_index=True)
    frame["duurzaam"] = frame["uitgestroomd"] - frame["terug"]
    return frame[["maanden", "reden", "uitgestroomd", "duurzaam"]]


def _months_until_return(spellen: Spellen, last: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Return the months from the end of each period to the next begin of the same person, `GEEN` when unseen."""
    until = np.full(len(spellen), GEEN, dtype=np.int32)
    again = (spellen.persoon[1:] == spellen.persoon[:-1]) & (spellen.begin[1:] <= last)
    until[:-1][again] = (spellen.begin[1:] - spellen.einde[:-1])[again]
    return until
