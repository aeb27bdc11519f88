"""A table as it stands in a file: every value still text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from evaluatie.registratie.bevindingen import Bevindingen, Ernst, found_in_file
from evaluatie.registratie.echo import clean


@dataclass(frozen=True, slots=True)
class Ruw:
    """The text of a table.

    Parameters
    ----------
    bestand : str
        Name of the file (and sheet), for messages.
    kolommen : dict
        Arrow arrays of text by the name in the header.
    rijen : int
        Number of rows.
    getypeerd : bool
        Whether numbers were numbers in the file, so that a point is always decimal.
    excel : bool
        Whether a day may be an Excel serial number.
    """

    bestand: str
    kolommen: dict[str, Any] = field(repr=False)
    rijen: int
    getypeerd: bool = False
    excel: bool = False


def name_columns(header: list[str], bestand: str, bevindingen: Bevindingen) -> Iterator[tuple[int, str]]:
    """Give position and name of every usable column; report double names and columns without one."""
    seen: set[str] = set()
    for index, raw in enumerate(header):
        name = raw.strip()
        if not name:
            continue
        if name.casefold() in seen:
            bevindingen.add(_double(bestand, name))
            continue
        seen.add(name.casefold())
        yield index, name


def report_empty(ruw: Ruw, bevindingen: Bevindingen) -> None:
    """Report a table without rows."""
    if not ruw.rijen:
        bevindingen.add(
            found_in_file(
                "geen_rijen",
                ruw.bestand,
                "alleen een kop, geen rijen",
                "minstens één rij",
                "Vul de tabel of verwijder het bestand.",
                ernst=Ernst.WAARSCHUWING,
            )
        )


def _double(bestand: str, name: str) -> Any:
    return found_in_file(
        "dubbele_kolom",
        bestand,
        f"de kolomnaam '{clean(name)}' staat er vaker dan één keer",
        "elke kolomnaam één keer",
        "Verwijder of hernoem een van de kolommen.",
        kolom=clean(name),
    )
