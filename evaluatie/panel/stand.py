"""How many persons have a uitkering at the end of each month, who came in and who left, in total or by group.

A person is in the stock of a month when the uitkering had begun by its last day and ends in a later month. Instroom is
counted in the month of begin, uitstroom in the month of the end; who does both in one month is in neither stock and in
both flows. For every group ``stand = stand of the month before + instroom − uitstroom + verschuiving``: the last is who
moved between groups without coming or going.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import ChoiceError
from evaluatie.panel import klassen
from evaluatie.panel.dekking import Dekking, find_dekking
from evaluatie.panel.maanden import Maanden, number_of
from evaluatie.panel.persoonmaanden import WERK
from evaluatie.panel.spellen import Nummers, Spellen, build_spellen, sort_key
from evaluatie.panel.verloop import follow_klantgroepen
from evaluatie.quantities import Maand
from evaluatie.registratie.contract import Register

Indeling = Literal["totaal", "klantgroep", "duur", "leeftijd"]
INDELINGEN: tuple[Indeling, ...] = ("totaal", "klantgroep", "duur", "leeftijd")
ONBEKEND = "onbekend"
"""The group of who has none in the register."""
UIT_WERK, UIT_ANDERS = "uit: werk", "uit: andere reden"
"""Where somebody went who no longer has a uitkering."""

COUNTS = ("stand", "instroom", "uitstroom", "uitstroom_werk", "verschuiving")


def build_stand(register: Register, naar: Indeling = "totaal", *, dekking: Dekking | None = None) -> pd.DataFrame:
    """Count stock and flows by month and group.

    Parameters
    ----------
    register : Register
        Tables by name; ``uitkeringen`` has to be there, ``klantgroepen`` may.
    naar : {"totaal", "klantgroep", "duur", "leeftijd"}
        Group by klantgroep in force, by duration (`klassen.DUUR_BELEID`) or by age (`klassen.LEEFTIJD`), in the month
        of the count.
    dekking : Dekking, optional
        Months to count.

    Returns
    -------
    pandas.DataFrame
        One row per month and group, every combination once: ``maand`` (number), ``groep`` (category) and whole numbers
        of persons ``stand`` (end of month), ``instroom``, ``uitstroom``, ``uitstroom_werk`` (part of uitstroom),
        ``verschuiving`` (net; missing in the first month).
    """
    spellen = build_spellen(register)
    months = dekking or find_dekking(register, spellen)
    first, last = number_of(months.eerste), number_of(months.laatste)
    spel, maand = spellen.expand(
        np.maximum(spellen.begin, np.int32(first)), np.minimum(spellen.einde - 1, np.int32(last))
    )
    everyone = np.arange(len(spellen), dtype=np.int32)
    came = everyone[(spellen.begin >= first) & (spellen.begin <= last)]
    left = everyone[(spellen.einde >= first) & (spellen.einde <= last)]
    worked = left[np.isin(np.asarray(spellen.reden, dtype=object)[left], WERK)]
    group = _Groepen(register, spellen, naar)
    counted = {
        "stand": group.count(spel, maand),
        "instroom": group.count(came, spellen.begin[came]),
        "uitstroom": group.count(left, spellen.einde[left]),
        "uitstroom_werk": group.count(worked, spellen.einde[worked]),
    }
    index = pd.MultiIndex.from_product([range(first, last + 1), group.names], names=["maand", "groep"])
    table = pd.DataFrame({name: found.reindex(index, fill_value=0) for name, found in counted.items()})
    before = table["stand"].groupby("groep", sort=False).shift()
    table["verschuiving"] = (table["stand"] - before - table["instroom"] + table["uitstroom"]).astype("Int64")
    return table.reset_index().astype({"groep": pd.CategoricalDtype(group.names, ordered=naar != "klantgroep")})


def build_overgangen(register: Register, van: Maand, tot: Maand, naar: Indeling = "klantgroep") -> pd.DataFrame:
    """Count where those who had a uitkering at the end of one month were at the end of another.

    Parameters
    ----------
    register : Register
        Tables by name; ``uitkeringen`` has to be there.
    van, tot : Maand
        The two months.
    naar : {"totaal", "klantgroep", "duur", "leeftijd"}
        How persons are grouped.

    Returns
    -------
    pandas.DataFrame
        Persons by group at the end of `van` (rows) and at the end of `tot` (columns); the columns `UIT_WERK` and
        `UIT_ANDERS` hold who had none then, by why the first uitkering ended. Who left and came back is in a group.

    Raises
    ------
    ChoiceError
        When `van` is not before `tot`, or either lies outside the observed months.
    """
    spellen = build_spellen(register)
    _check_window(find_dekking(register, spellen), van, tot)
    start, end = number_of(van), number_of(tot)
    group = _Groepen(register, spellen, naar)
    first, later = _in_stock(spellen, start), _in_stock(spellen, end)
    origin = group.of(first, np.full(len(first), start, dtype=np.int32))
    place = np.searchsorted(spellen.persoon[later], spellen.persoon[first])
    found = np.append(spellen.persoon[later], np.int32(-1))[place] == spellen.persoon[first]
    present = group.of(later, np.full(len(later), end, dtype=np.int32))
    worked = np.isin(np.asarray(spellen.reden, dtype=object)[first], WERK)
    gone = np.where(worked, len(group.names), len(group.names) + 1)
    destination = np.where(found, np.append(present, -1)[place], gone)
    names = [*group.names, UIT_WERK, UIT_ANDERS]
    counts = np.zeros((len(group.names), len(names)), dtype=np.int64)
    np.add.at(counts, (origin, destination), 1)
    return pd.DataFrame(counts, index=pd.Index(group.names, name="van"), columns=pd.Index(names, name="naar"))


def list_stand(register: Register, maand: Maand) -> pd.DataFrame:
    """Return who has a uitkering at the end of a month, one row per person.

    Returns
    -------
    pandas.DataFrame
        ``persoon`` (number, as in `build_persoonmaanden`) and the categories ``klantgroep`` (missing is `ONBEKEND`),
        ``duur`` and ``leeftijd`` (the classes of `build_stand`).
    """
    spellen, number = build_spellen(register), number_of(maand)
    spel = _in_stock(spellen, number)
    month = np.full(len(spel), number, dtype=np.int32)
    columns: dict[str, Any] = {"persoon": spellen.persoon[spel]}
    for naar in INDELINGEN[1:]:
        group = _Groepen(register, spellen, naar)
        columns[naar] = klassen.from_codes(group.of(spel, month), group.names, ordered=naar != "klantgroep")
    return pd.DataFrame(columns)


def _in_stock(spellen: Spellen, maand: int) -> Nummers:
    """Return the periods in the stock at the end of a month, by person; one per person."""
    return np.flatnonzero((spellen.begin <= maand) & (spellen.einde > maand)).astype(np.int32)


def _check_window(dekking: Dekking, van: Maand, tot: Maand) -> None:
    if not dekking.eerste <= van < tot <= dekking.laatste:
        raise ChoiceError(
            f"Van {van} naar {tot} kan niet worden geteld.",
            f"Kies twee maanden in volgorde, van {dekking.eerste} tot en met {dekking.laatste}.",
        )


class _Groepen:
    """The group of a period in a month, and counts by group."""

    def __init__(self, register: Register, spellen: Spellen, naar: Indeling) -> None:
        if naar not in INDELINGEN:
            raise ChoiceError(f"'{naar}' is geen indeling.", f"Mogelijk: {', '.join(INDELINGEN)}.")
        self._register, self._spellen, self._naar = register, spellen, naar
        self._course = follow_klantgroepen(spellen, register) if naar == "klantgroep" else None
        classes = {"totaal": ("totaal",), "duur": klassen.DUUR_BELEID.namen, "leeftijd": klassen.LEEFTIJD.namen}
        groups = tuple(map(str, self._course.groepen)) if self._course else classes[naar]
        self.names: list[str] = [*groups, ONBEKEND] if naar == "klantgroep" else list(groups)

    def of(self, spel: Nummers, maand: Maanden) -> npt.NDArray[np.int64]:
        """Return the number of the group at the end of each month."""
        if self._course is not None:
            codes = self._course.at_end(sort_key(self._spellen.persoon[spel], maand)).codes
            return np.where(codes < 0, len(self.names) - 1, codes).astype(np.int64)
        if self._naar == "duur":
            return klassen.DUUR_BELEID.codes(maand - self._spellen.begin[spel]).astype(np.int64)
        if self._naar == "leeftijd":
            geboren = self._register["uitkeringen"]["geboortejaar"].to_numpy(dtype=np.int64)
            return klassen.LEEFTIJD.codes(maand // 12 - geboren[self._spellen.row_at(spel, maand)]).astype(np.int64)
        return np.zeros(len(spel), dtype=np.int64)

    def count(self, spel: Nummers, maand: Maanden) -> pd.Series[Any]:
        """Count rows by month and group."""
        size = len(self.names)
        counts = np.bincount(maand.astype(np.int64) * size + self.of(spel, maand)) if len(spel) else np.zeros(0, int)
        filled = np.flatnonzero(counts)
        months, groups = filled // size, np.array(self.names, dtype=object)[filled % size]
        return pd.Series(counts[filled], index=pd.MultiIndex.from_arrays([months, groups], names=["maand", "groep"]))


__all__ = ["COUNTS", "INDELINGEN", "UIT_ANDERS", "UIT_WERK", "build_overgangen", "build_stand", "list_stand"]
