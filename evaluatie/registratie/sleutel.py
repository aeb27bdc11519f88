"""The secret behind the pseudonyms: made once, kept away from the data, never shown."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from evaluatie.errors import DataError
from evaluatie.project import project_root

KEY_VARIABLE = "EVALUATIE_SLEUTEL"
KEY_FILE_VARIABLE = "EVALUATIE_SLEUTELBESTAND"

_KEY_BYTES = 32
_FEWEST_DIFFERENT_BYTES = 8
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+")


@dataclass(frozen=True, slots=True)
class Key:
    """The secret that makes pseudonyms.

    Parameters
    ----------
    waarde : bytes
        At least 32 bytes; never shown.
    herkomst : str
        Where it was read, for messages.
    waarschuwingen : tuple of str
        What is unwise about how it is kept, in Dutch.
    """

    waarde: bytes = field(repr=False)
    herkomst: str = ""
    waarschuwingen: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _refuse_weak(self.waarde, self.herkomst or "de sleutel")

    @property
    def vingerafdruk(self) -> str:
        """Eight characters by which two imports can see that they used the same key; they do not reveal it."""
        return hmac.digest(self.waarde, b"evaluatie: vingerafdruk", hashlib.sha256)[:4].hex()


def load_key(path: Path | None = None, *, forbidden: Iterable[Path] = ()) -> Key:
    """Read the key from a file or the environment.

    Parameters
    ----------
    path : Path, optional
        A key file; otherwise ``EVALUATIE_SLEUTEL`` (the key itself) or ``EVALUATIE_SLEUTELBESTAND`` (a file).
    forbidden : iterable of Path
        Folders the key may not be in, besides the project folder: the municipality's MAP.

    Raises
    ------
    DataError
        When there is no key, when it is too weak, or when it lies next to the data.
    """
    if path is not None:
        return _read_key(path, forbidden)
    value, file = os.environ.get(KEY_VARIABLE), os.environ.get(KEY_FILE_VARIABLE)
    if value and file:
        raise DataError(
            f"Er zijn twee sleutels: {KEY_VARIABLE} en {KEY_FILE_VARIABLE} zijn allebei ingevuld.", "Haal er een weg."
        )
    if value:
        return Key(_decode(value.encode()), KEY_VARIABLE)
    if file:
        return _read_key(Path(file), forbidden)
    raise DataError(
        "Er is geen sleutel om persoonsnummers te versleutelen.",
        f"Geef --sleutel PAD, zet {KEY_FILE_VARIABLE}, of maak een sleutel met --nieuwe-sleutel PAD.",
    )


def make_key(path: Path, *, forbidden: Iterable[Path] = ()) -> Key:
    """Write a new random key that only its owner can read, and return it; never overwrites a file."""
    path = path.expanduser()
    _refuse_place(path, forbidden)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise DataError(
            f"{path} bestaat al en wordt niet overschreven.",
            "Zonder de oude sleutel passen leveringen niet meer op elkaar. Gebruik --sleutel, of kies een ander pad.",
        ) from None
    except OSError as error:
        raise DataError(f"{path} kan niet worden geschreven ({error.strerror}).", "Kies een ander pad.") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES) + "\n")
    return _read_key(path, forbidden)


def _read_key(path: Path, forbidden: Iterable[Path]) -> Key:
    path = path.expanduser()
    _refuse_place(path, forbidden)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"De sleutel {path} kan niet worden gelezen ({error.strerror}).", "Controleer het pad en de rechten."
        ) from None
    return Key(_decode(content), str(path), _warn_readable(path))


def _decode(content: bytes) -> bytes:
    """Return the key: hexadecimal text is always taken as hexadecimal, any other text or bytes as they are."""
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return content
    if _HEXADECIMAL.fullmatch(text) and len(text) % 2 == 0:
        return bytes.fromhex(text)
    return text.encode()


def _refuse_weak(key: bytes, where: str) -> None:
    remedy = "Maak een sleutel met: evaluatie import MAP --nieuwe-sleutel PAD"
    if len(key) < _KEY_BYTES:
        raise DataError(f"Te korte sleutel ({where}): {len(key)} bytes; nodig zijn er {_KEY_BYTES}.", remedy)
    if len(set(key)) < _FEWEST_DIFFERENT_BYTES:
        raise DataError(f"Te voorspelbare sleutel ({where}): zij herhaalt steeds dezelfde tekens.", remedy)


def _refuse_place(path: Path, forbidden: Iterable[Path]) -> None:
    """Refuse a key beside the data: who gets the folder would get the persons. Symbolic links do not help."""
    for folder in (*_project_folder(), *forbidden):
        if folder.resolve() in (path.absolute(), *path.absolute().parents, *path.resolve().parents):
            raise DataError(
                f"De sleutel {path} ligt in {folder}, bij de gegevens of het project.",
                "Bewaar haar erbuiten, bijvoorbeeld op een schijf waar alleen de beheerder bij kan.",
            )


def _project_folder() -> list[Path]:
    try:
        return [project_root()]
    except DataError:
        return []  # installed without a project folder: there is nothing to stay out of


def _warn_readable(path: Path) -> tuple[str, ...]:
    if os.name != "posix" or not path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return ()
    return (f"Ook anderen op deze computer kunnen de sleutel lezen. Sluit haar af met: chmod 600 {path}",)
