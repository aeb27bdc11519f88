"""How far the folder of a municipality has come, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evaluatie.dossier import Dossier, read_dossier
from evaluatie.errors import DataError
from evaluatie.registratie.nieuw.maken import DOSSIER, TO_FILL, UNKNOWN_CODE, UNKNOWN_NAME
from evaluatie.registratie.opslag import DELIVERY, FOLDER, load_herkomst
from evaluatie.registratie.pseudoniem import load_key

_TEXT = frozenset({".csv", ".txt"})
_OTHER = frozenset({".xlsx", ".parquet", ".xml", ".zip"})


@dataclass(frozen=True, slots=True)
class Stap:
    """One step on the way to a report.

    Parameters
    ----------
    stap : str
        What it is about.
    gedaan : bool
        Whether it is done.
    wat_te_doen : str
        What the user can do now; what was found when it is done.
    """

    stap: str
    gedaan: bool
    wat_te_doen: str

    @property
    def status(self) -> str:
        """The word a user reads."""
        return "gedaan" if self.gedaan else "ontbreekt"

    def __str__(self) -> str:
        return f"[{'x' if self.gedaan else ' '}] {self.stap}: {self.wat_te_doen}"


def describe_progress(map: Path) -> list[Stap]:  # noqa: A002  # the user's word
    """Return the steps of a municipality's folder in order: dossier, registers, key, import."""
    return [_check_dossier(map), _check_delivery(map), _check_key(map), _check_import(map)]


def _check_dossier(map: Path) -> Stap:  # noqa: A002
    path = map / DOSSIER
    if not path.is_file():
        return Stap("Dossier", False, f"Er is geen {DOSSIER}. Maak een nieuwe map met: evaluatie new MAP")
    try:
        missing = _list_unfilled(read_dossier(path))
    except DataError as error:
        return Stap("Dossier", False, error.message)
    if missing:
        return Stap("Dossier", False, f"Vul in {DOSSIER} nog in: {', '.join(missing)}.")
    return Stap("Dossier", True, f"{DOSSIER} is ingevuld.")


def _list_unfilled(dossier: Dossier) -> list[str]:
    checks = {
        "de naam van de gemeente": dossier.gemeente.naam == UNKNOWN_NAME,
        "de CBS-code": dossier.gemeente.code == UNKNOWN_CODE,
        "de samenvatting": dossier.samenvatting.startswith(TO_FILL),
        "minstens één maatregel": not dossier.maatregelen,
    }
    return [name for name, unfilled in checks.items() if unfilled]


def _check_delivery(map: Path) -> Stap:  # noqa: A002
    filled = list_filled(map)
    if not filled:
        return Stap("Aanlevering", False, f"Zet gegevens in {map / DELIVERY}; elke tabel mag ook wegblijven.")
    return Stap("Aanlevering", True, f"Gevuld: {', '.join(path.name for path in filled)}.")


def list_filled(map: Path) -> list[Path]:  # noqa: A002
    """Return the delivered files with more than a header."""
    folder = map / DELIVERY
    return [path for path in sorted(folder.iterdir()) if _has_rows(path)] if folder.is_dir() else []


def _has_rows(path: Path) -> bool:
    suffix = path.suffix.lower()
    if not path.is_file() or suffix not in _TEXT | _OTHER:
        return False
    if suffix in _OTHER:
        return path.stat().st_size > 0
    with path.open("rb") as file:
        filled = (line for line in file if line.strip(b"\0\r\n\t ;,"))
        return next(filled, None) is not None and next(filled, None) is not None


def _check_key(map: Path) -> Stap:  # noqa: A002
    try:
        key = load_key(forbidden=[map])
    except DataError as error:
        if load_herkomst(map) is not None:
            return Stap("Sleutel", True, "Er is al ingelezen. Gebruik voor een nieuwe levering dezelfde sleutel.")
        return Stap("Sleutel", False, f"{error.problem} {error.remedy}")
    return Stap("Sleutel", True, f"De sleutel komt uit {key.herkomst}.")


def _check_import(map: Path) -> Stap:  # noqa: A002
    herkomst = load_herkomst(map)
    if herkomst is None:
        return Stap("Inlezen", False, f"Lees de gegevens in met: evaluatie import {map}")
    if _is_outdated(map):
        return Stap("Inlezen", False, f"De aanlevering is veranderd. Lees haar opnieuw in met: evaluatie import {map}")
    return Stap("Inlezen", True, f"Ingelezen: {', '.join(herkomst.rijen) or 'geen tabellen'}.")


def _is_outdated(map: Path) -> bool:  # noqa: A002
    stored = (map / FOLDER).stat().st_mtime
    return any(path.stat().st_mtime > stored for path in list_filled(map))
