"""Check a register: structure, then logic, then plausibility; everything at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from evaluatie.errors import ChoiceError
from evaluatie.registratie.aannemelijkheid import check_aannemelijkheid
from evaluatie.registratie.bevindingen import NOTHING_CHECKED, Bevindingen, Ernst, found_in_file
from evaluatie.registratie.contract import Register, load_contract, load_contracten
from evaluatie.registratie.lezen import read_map_with_names
from evaluatie.registratie.logica import check_logica
from evaluatie.registratie.structuur import check_structuur
from evaluatie.registratie.tabellen import Tabel

_PERSON = {"bsn", "pseudoniem"}
_UNUSABLE = {"kolommen", "soort_kolom", "structuur"}


def check_register(
    register: Register, vandaag: dt.date | None = None, bestanden: Mapping[str, str] | None = None
) -> Bevindingen:
    """Return everything that is wrong with a register.

    Parameters
    ----------
    register : Register
        Tables by name; any may be absent.
    vandaag : date
        Day after which everything is in the future; today when not given.
    bestanden : mapping
        What messages call each table; its name when not given.

    Raises
    ------
    ChoiceError
        When there is a table that no contract knows.
    """
    unknown = [naam for naam in register if naam not in load_contracten()]
    if unknown:
        raise ChoiceError(f"Er is geen tabel '{unknown[0]}'.", f"Bekend zijn: {', '.join(load_contracten())}.")
    bevindingen = Bevindingen()
    usable: dict[str, Tabel] = {}
    for naam, frame in register.items():
        tabel = Tabel(naam, frame, (bestanden or {}).get(naam, naam))
        found = check_structuur(naam, frame, tabel.bestand)
        bevindingen.extend(found)
        pa.default_memory_pool().release_unused()  # Arrow would keep it for later
        if not _UNUSABLE & {groep.toets for groep in found}:
            usable[naam] = tabel
    bevindingen.extend(check_logica(usable, vandaag or dt.date.today()))
    pa.default_memory_pool().release_unused()
    bevindingen.extend(check_aannemelijkheid(usable))
    return bevindingen


def check_map(map_: Path, vandaag: dt.date | None = None, *, versleuteld: bool = True) -> tuple[Register, Bevindingen]:
    """Read a folder and check it: the tables that could be read, and every finding of reading and checking.

    A cell that could not be read is empty in the register; it is not reported as empty once more. In tables that are
    not yet imported (`versleuteld` is False) a BSN or a name is what belongs in a column for persons.
    """
    register, gelezen, bestanden = read_map_with_names(map_)
    getoetst = check_register(register, vandaag, bestanden)
    if not versleuteld:
        persons = {(bestanden[naam], kolom) for naam in register for kolom in _list_persons(naam)}
        getoetst = Bevindingen(
            groep for groep in getoetst if groep.toets not in _PERSON or (groep.bestand, groep.kolom) not in persons
        )
    found = gelezen + getoetst.without_rows("leeg", gelezen)
    filled = any(len(frame) for frame in register.values())
    return register, found if filled or found.ernst is Ernst.FOUT else found + _tell_nothing(map_)


def _list_persons(tabel: str) -> list[str]:
    return [naam for naam, kolom in load_contract(tabel).kolommen.items() if kolom.soort == "persoon"]


def _tell_nothing(map_: Path) -> Bevindingen:
    found, allowed = "geen enkele rij; er is niets gecontroleerd", "minstens één tabel met rijen"
    return Bevindingen(
        [found_in_file(NOTHING_CHECKED, map_.name, found, allowed, "Vul een tabel.", ernst=Ernst.WAARSCHUWING)]
    )
