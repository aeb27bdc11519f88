"""From the bytes of a file to lines of fields; whatever the file is, the answer is a table or a `DataError`."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from evaluatie.errors import DataError, Violation
from evaluatie.registratie.leveringen.melding import shorten

_COMPRESSED = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Regels:
    """Lines of fields with their line numbers.

    Parameters
    ----------
    naam : str
        Name of the file.
    rows : list of list of str
        Fields of every line that is not empty.
    lines : list of int
        Line number of each.
    """

    naam: str
    rows: list[list[str]]
    lines: list[int]

    def take_header(self, namen: list[str]) -> tuple[Regels, list[Violation]]:
        """Return the records without the line of names, and what is wrong with that line.

        Parameters
        ----------
        namen : list of str
            Names of the fields, in order.
        """
        header = [cell.strip().casefold().replace(" ", "_") for cell in self.rows[0]]
        if not set(header) & set(namen):
            return self, []
        rest = Regels(self.naam, self.rows[1:], self.lines[1:])
        pairs = enumerate(zip(header, namen, strict=False), 1)
        swapped = [place for place, (found, expected) in pairs if found in namen and found != expected]
        if not swapped:
            return rest, []
        problem = f"de namen staan niet in de volgorde van de layout, vanaf kolom {shorten(swapped)}."
        remedy = f"Zet de velden in deze volgorde: {', '.join(namen)}."
        return rest, [Violation(f"{self.naam}, regel {self.lines[0]}", problem, remedy)]

    def to_frame(self, namen: list[str]) -> tuple[pd.DataFrame, list[Violation]]:
        """Return the lines with the right number of fields (empty is missing), and the others as a violation."""
        right = [place for place, row in enumerate(self.rows) if len(row) == len(namen)]
        index = pd.Index([self.lines[place] for place in right], name="regel", dtype="int64")
        cells = [[cell.strip() or None for cell in self.rows[place]] for place in right]
        frame = pd.DataFrame(cells, columns=namen, index=index, dtype="string")
        if len(right) == len(self.rows):
            return frame, []
        wrong = sorted(set(range(len(self.rows))) - set(right))
        counts = shorten(sorted({len(self.rows[place]) for place in wrong}))
        problem = (
            f"{len(namen)} velden verwacht, gevonden {counts}, op regel {shorten([self.lines[p] for p in wrong])}."
        )
        remedy = "Lever elke regel met alle velden van de layout, ook de lege, gescheiden door een puntkomma."
        return frame, [Violation(self.naam, problem, remedy)]


def read_lines(path: Path) -> Regels:
    """Read the lines of a delivery: UTF-8, UTF-16 or Windows-1252, with or without a byte order mark.

    Raises
    ------
    DataError
        When the file is missing, empty, compressed or no text.
    """
    text = _decode(_read_bytes(path), path.name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    rows, lines, start = [], [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
                lines.append(start)
            start = reader.line_num + 1
    except csv.Error:
        raise DataError(
            f"{path.name} is vanaf regel {start} niet te lezen als tekst met puntkomma's.",
            "Kijk of er een aanhalingsteken te veel staat.",
        ) from None
    if not rows:
        raise DataError(f"{path.name} is leeg.", "Maak de levering opnieuw.")
    return Regels(path.name, rows, lines)


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"Het bestand {path} bestaat niet.", "Controleer de map en de bestandsnaam.") from None
    except OSError as error:
        raise DataError(f"{path} is niet te openen: {error.strerror}.", "Kies een bestand dat te lezen is.") from None


def _decode(content: bytes, naam: str) -> str:
    if content.startswith(_COMPRESSED):
        raise DataError(
            f"{naam} is een ingepakt bestand of een werkmap, geen tekst.", "Pak het uit of sla het op als csv."
        )
    if content.startswith(_UTF16):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise DataError(f"{naam} is geen tekst.", "Maak de levering opnieuw, als tekst met puntkomma's.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
