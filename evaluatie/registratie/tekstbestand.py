"""Read a text file with separators, whatever its encoding, separator or damage."""

from __future__ import annotations

import codecs
import csv
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from evaluatie.registratie.bevindingen import FIRST_ROW, Bevindingen, Ernst, Groep, Rijen, found_in_file
from evaluatie.registratie.ruw import Ruw, name_columns, report_empty

_BLOCK = 1 << 20
_ROWS_AT_ONCE = 5_000
_MOST_COLUMNS = 1000
_SEPARATORS = ";,\t|"
_REPEATED = pa.dictionary(pa.int32(), pa.string())  # a date that stands there often is kept once
_MAGIC = {
    b"PK\x03\x04": "een zip of een Excel-werkmap",
    b"PK\x05\x06": "een leeg zip-bestand",
    b"\xd0\xcf\x11\xe0": "een oud of beveiligd Office-bestand",
    b"PAR1": "een Parquet-bestand",
    b"\x1f\x8b": "een gzip-bestand",
    b"%PDF": "een pdf",
    b"\xff\xfe": "tekst in UTF-16",
    b"\xfe\xff": "tekst in UTF-16",
}
_ALLOWED = "tekst in UTF-8 of Windows-1252, met ; of , tussen de kolommen"
_SAVE_AS = "Sla het opnieuw op als 'CSV UTF-8 (door lijstscheidingsteken gescheiden)'."
_MOJIBAKE = (b"\xc3\xab", b"\xc3\xa9", b"\xc3\xaf", b"\xc3\xbc", b"\xc3\xb6", b"\xc3\xa8")


def read_tekst(path: Path, bevindingen: Bevindingen) -> Ruw | None:
    """Return the table in a text file; None, with a finding, where that is impossible."""
    encoding = _detect_encoding(path, bevindingen)
    if encoding is None:
        return None
    try:
        return _read_fast(path, encoding, bevindingen)
    except pa.ArrowInvalid:
        pass
    try:
        return _read_slowly(path, encoding, bevindingen)
    except csv.Error:
        bevindingen.add(
            found_in_file(
                "onleesbaar",
                path.name,
                "een waarde van meer dan 100.000 tekens; waarschijnlijk is een aanhalingsteken niet gesloten",
                _ALLOWED,
                "Zoek het losse aanhalingsteken en verwijder het.",
            )
        )
        return None


def unreadable(bestand: str, found: str, allowed: str = _ALLOWED, remedie: str = _SAVE_AS) -> Groep:
    """Return the finding that a file cannot be read at all."""
    return found_in_file("onleesbaar", bestand, found, allowed, remedie)


def _detect_encoding(path: Path, bevindingen: Bevindingen) -> str | None:
    with path.open("rb") as file:
        start = file.read(_BLOCK)
    found = next((what for magic, what in _MAGIC.items() if start.startswith(magic)), None)
    if found is None and b"\0" in start:
        found = "geen tekst"
    if found is None and not start.strip(b"\xef\xbb\xbf \t\r\n"):
        found = "een leeg bestand"
    if found:
        bevindingen.add(unreadable(path.name, found))
        return None
    if _first_wrong_line(path, "utf-8") is None:
        return "utf-8-sig"
    line = _first_wrong_line(path, "cp1252")
    if line is not None:
        bevindingen.add(unreadable(path.name, f"tekens op regel {line} die in geen van beide tekensets bestaan"))
        return None
    _warn_of_mixture(path, bevindingen)
    return "cp1252"


def _first_wrong_line(path: Path, encoding: str) -> int | None:
    """Return the line (from 1) near which a file is not in this encoding; None when it is."""
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return line + block[: error.start].count(b"\n")
            if not block:
                return None
            line += block.count(b"\n")


def _warn_of_mixture(path: Path, bevindingen: Bevindingen) -> None:
    with path.open("rb") as file:
        mixed = any(sign in block for block in iter(lambda: file.read(_BLOCK), b"") for sign in _MOJIBAKE)
    if mixed:
        bevindingen.add(
            found_in_file(
                "tekenset",
                path.name,
                "twee tekensets door elkaar (UTF-8 en Windows-1252)",
                "één tekenset per bestand",
                "Controleer woorden met ë, é of ï en sla het bestand op als UTF-8.",
                ernst=Ernst.WAARSCHUWING,
            )
        )


def _read_fast(path: Path, encoding: str, bevindingen: Bevindingen) -> Ruw | None:
    """Return the table of an undamaged file; raises ArrowInvalid when rows differ in length."""
    with path.open(encoding=encoding, newline="") as file:
        separator = _detect_separator(next(file, ""))
        file.seek(0)
        header = next(csv.reader(file, delimiter=separator), [])
    if not _is_header(header):
        bevindingen.add(_no_header(path.name))
        return None
    names = _numbers(header)
    reader = pacsv.open_csv(
        path,
        read_options=pacsv.ReadOptions(column_names=names, encoding=encoding.removesuffix("-sig")),
        parse_options=pacsv.ParseOptions(delimiter=separator, newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(names, _REPEATED)),
    )
    with reader:
        table = pa.Table.from_batches(reader, schema=reader.schema)
    return _finish(path.name, header, table.slice(1), bevindingen)


def _read_slowly(path: Path, encoding: str, bevindingen: Bevindingen) -> Ruw | None:
    """Return the table of a damaged file: short and long rows are made to fit and reported."""
    with path.open(encoding=encoding, newline="") as file:
        first = next(file, "")
        rows = csv.reader(itertools.chain([first], file), delimiter=_detect_separator(first))
        header = next(rows, [])
        if not _is_header(header):
            bevindingen.add(_no_header(path.name))
            return None
        ragged: list[Rijen] = []
        names = _numbers(header)
        batches = [
            pa.RecordBatch.from_arrays(arrays, names=names) for arrays in _read_chunks(rows, len(header), ragged)
        ]
    table = pa.Table.from_batches(batches, schema=pa.schema([(name, pa.string()) for name in names]))
    ruw = _finish(path.name, header, table, bevindingen)
    _report_ragged(path.name, len(header), ragged, ruw.rijen, bevindingen)
    return ruw


def _finish(bestand: str, header: list[str], table: pa.Table, bevindingen: Bevindingen) -> Ruw:
    table = _drop_trailing(table)
    columns = {name: table.column(index) for index, name in name_columns(header, bestand, bevindingen)}
    ruw = Ruw(bestand, columns, table.num_rows)
    report_empty(ruw, bevindingen)
    return ruw


def _is_header(header: list[str]) -> bool:
    return any(name.strip() for name in header) and len(header) <= _MOST_COLUMNS


def _no_header(bestand: str) -> Groep:
    return unreadable(bestand, "geen kop met namen van kolommen", "een kop op de eerste regel")


def _numbers(header: list[str]) -> list[str]:
    return [str(index) for index in range(len(header))]


def _detect_separator(line: str) -> str:
    """Return the separator that cuts the header into most names."""
    return max(_SEPARATORS, key=lambda separator: len(next(csv.reader([line], delimiter=separator), [])))


def _read_chunks(rows: Iterator[list[str]], width: int, ragged: list[Rijen]) -> Iterator[list[pa.Array]]:
    """Give the columns of many rows at a time; short and long rows are made to fit and remembered."""
    start = FIRST_ROW
    while chunk := list(itertools.islice(rows, _ROWS_AT_ONCE)):
        wrong = [index for index, row in enumerate(chunk) if len(row) != width]
        for index in wrong:
            row = chunk[index]
            chunk[index] = (row + [""] * width)[:width]
        ragged.append(np.array([start + index for index in wrong], dtype=np.int32))
        yield [pa.array(column, pa.string()) for column in zip(*chunk, strict=True)]
        start += len(chunk)


def _drop_trailing(table: pa.Table) -> pa.Table:
    """Leave out the empty rows at the end, which spreadsheets like to add."""
    last = -1
    for column in table.columns:
        start = last + 1
        for chunk in column.slice(start).chunks:
            text = chunk.dictionary_decode() if pa.types.is_dictionary(chunk.type) else chunk
            places = np.flatnonzero(pc.not_equal(text, ""))
            last = start + int(places[-1]) if len(places) else last
            start += len(chunk)
    return table.slice(0, last + 1)


def _report_ragged(bestand: str, width: int, ragged: list[Rijen], rows: int, bevindingen: Bevindingen) -> None:
    rijen = np.concatenate([np.array([], dtype=np.int32), *ragged])
    rijen = rijen[rijen < rows + FIRST_ROW]
    if len(rijen):
        bevindingen.add(
            Groep(
                Ernst.FOUT,
                "aantal_velden",
                bestand,
                "",
                "te weinig of te veel velden; misschien is het bestand afgebroken",
                f"{width} velden, zoals in de kop",
                "Maak de export opnieuw, of zet waarden met een scheidingsteken tussen aanhalingstekens.",
                rijen,
            )
        )
