"""What a municipality delivers, put together: tables in files, monthly deliveries, queries on a database."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from evaluatie.registratie.bevindingen import Bevindingen
    from evaluatie.registratie.contract import Register
    from evaluatie.registratie.pseudoniem import Key

    Read = Callable[[Path], tuple[Register, Bevindingen]]


def reader(key: Callable[[], Key], database: str = "") -> Read:
    """Return a function that reads everything in a folder: files, ``leveringen/`` and, with a database, ``*.sql``.

    Persons in monthly deliveries are pseudonymised at once; those in tables later, by the import.
    """

    def read(folder: Path) -> tuple[Register, Bevindingen]:
        from evaluatie.registratie.bevindingen import Bevindingen
        from evaluatie.registratie.leveringen import FOLDER
        from evaluatie.registratie.lezen import read_map

        delivered, queries = (folder / FOLDER).is_dir(), sorted(folder.glob("*.sql")) if database else []
        if not delivered and not queries:
            return read_map(folder)
        files, found = read_map(folder) if has_tables(folder) else ({}, Bevindingen())
        parts = {"de bestanden": files}
        if delivered:
            parts["de leveringen"], more = _read_deliveries(folder / FOLDER, key)
            found = found + more
        if queries:
            parts["de database"], more = _read_database(database, queries)
            found = found + more
        return _unite(parts), found

    return read


def has_deliveries(map_: Path) -> bool:
    """Tell whether the folder of a municipality holds monthly deliveries."""
    from evaluatie.registratie.leveringen import FOLDER
    from evaluatie.registratie.opslag import DELIVERY

    return (map_ / DELIVERY / FOLDER).is_dir()


def has_tables(folder: Path) -> bool:
    """Tell whether a folder holds a file that may be a table."""
    return any(path.suffix.lower() in (".csv", ".parquet", ".xlsx") for path in folder.iterdir())


def _read_deliveries(folder: Path, key: Callable[[], Key]) -> tuple[Register, Bevindingen]:
    """Read deliveries and say at once what was noticed: the stored tables no longer show it."""
    from evaluatie.registratie.bevindingen import Bevindingen, Ernst, found_in_file
    from evaluatie.registratie.leveringen import read_deliveries_folder
    from evaluatie.registratie.pseudoniem import pseudonymiser

    register, meldingen = read_deliveries_folder(folder, pseudonymiser(key()))
    for melding in meldingen:
        # A fout of the deliveries lost a record, yet does not stop: a month of years ago can seldom be mended.
        said = "Overgeslagen" if melding.ernst == "fout" else melding.ernst.capitalize()
        click.echo(f"{said}: {melding}", err=True)
    return register, Bevindingen(
        found_in_file("levering", melding.waar, melding.tekst, "", "", ernst=Ernst.WAARSCHUWING)
        for melding in meldingen
        if melding.ernst != "opmerking"
    )


def _read_database(url: str, queries: list[Path]) -> tuple[Register, Bevindingen]:
    """Fetch every query and read it as if it were a file, so that the same contract and messages hold."""
    from evaluatie.bronnen import read_query
    from evaluatie.registratie.contract import load_contract
    from evaluatie.registratie.lezen import read_map

    with tempfile.TemporaryDirectory(prefix="evaluatie-") as temporary:
        for query in queries:
            load_contract(query.stem)
            frame = read_query(url, query.read_text(encoding="utf-8"))
            frame.to_parquet(Path(temporary) / f"{query.stem}.parquet", index=False)
        return read_map(Path(temporary))


def _unite(parts: dict[str, Register]) -> Register:
    """Put the tables together; the same table from two places is a mistake only the user can settle."""
    from evaluatie.errors import DataError, Violation

    united: Register = {}
    origin: dict[str, str] = {}
    violations = []
    for place, register in parts.items():
        for tabel, frame in register.items():
            if not len(frame):
                continue
            if tabel in united:
                problem = f"komt uit {origin[tabel]} en uit {place}."
                violations.append(Violation(f"tabel {tabel}", problem, "Houd één van beide over."))
            united[tabel], origin[tabel] = frame, place
    if violations:
        raise DataError("Een tabel mag maar uit één plaats komen.", violations=violations)
    return united
