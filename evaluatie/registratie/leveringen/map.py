"""A folder with monthly deliveries as registers: ``bus…``, ``srg…`` and ``bdfs…`` files."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from evaluatie.registratie.contract import Register
from evaluatie.registratie.leveringen.gebeurtenissen import to_deeltijdinkomsten, to_handhaving
from evaluatie.registratie.leveringen.lezen import read_leveringen
from evaluatie.registratie.leveringen.melding import Melding, group_meldingen
from evaluatie.registratie.leveringen.perioden import to_trajecten, to_uitkeringen
from evaluatie.registratie.leveringen.schema import Soort
from evaluatie.registratie.leveringen.vorm import Pseudonymise

FOLDER = "leveringen"
"""Where the deliveries stand inside the folder with delivered files."""


def read_deliveries_folder(folder: Path, pseudonymise: Pseudonymise) -> tuple[Register, list[Melding]]:
    """Return the registers that the deliveries in a folder hold, with everything that was noticed.

    The kind of a delivery is the beginning of its file name. Which columns BUS, SRG and BDFS fill is in the data
    dictionary of each table; what they do not hold stays empty.

    Raises
    ------
    DataError
        With the violations of every delivery that cannot be used.
    """
    found, empty = {}, []
    for soort in get_args(Soort):
        paths = sorted(path for path in folder.iterdir() if path.is_file() and path.name.lower().startswith(soort))
        filled = [path for path in paths if _has_records(path)]
        without = [path for path in paths if path not in filled]
        empty += [Melding("opmerking", path.name, "bevat geen regels en telt niet mee.") for path in without]
        found[soort] = read_leveringen(filled, soort)
    outcomes = {
        "uitkeringen": to_uitkeringen(found["bus"], pseudonymise),
        "deeltijdinkomsten": to_deeltijdinkomsten(found["bus"], pseudonymise),
        "trajecten": to_trajecten(found["srg"], pseudonymise),
        "handhaving": to_handhaving(found["bus"], found["bdfs"], pseudonymise),
    }
    register = {tabel: frame for tabel, (frame, _) in outcomes.items() if len(frame)}
    noticed = [*empty, *(melding for _, meldingen in outcomes.values() for melding in meldingen)]
    return register, group_meldingen(noticed)


def _has_records(path: Path) -> bool:
    """Tell whether there is more than a line of names: a small municipality may have a month without any record."""
    with path.open("rb") as file:
        lines = [line for line in (file.readline(), file.readline()) if line.strip()]
    return len(lines) > 1 or bool(lines and lines[0][:4].isdigit())
