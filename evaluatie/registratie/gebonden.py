"""Read Parquet files and Excel workbooks, where values have a type of their own."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from evaluatie.registratie.bevindingen import Bevindingen, Ernst, found_in_file
from evaluatie.registratie.echo import clean
from evaluatie.registratie.ruw import Ruw, name_columns, report_empty
from evaluatie.registratie.tekstbestand import unreadable

_LARGEST_BYTES = 4 << 30
_INDEX = "__index_level_"


def read_parquet(path: Path, bevindingen: Bevindingen) -> Ruw | None:
    """Return the table in a Parquet file; None, with a finding, where that is impossible."""
    try:
        table = pq.read_table(path, memory_map=False, partitioning=None)
    except (pa.ArrowException, OSError, ValueError):
        bevindingen.add(
            unreadable(path.name, "een bestand dat niet als Parquet is te lezen", "Parquet", "Maak de export opnieuw.")
        )
        return None
    columns: dict[str, Any] = {}
    for index, name in name_columns(list(table.column_names), path.name, bevindingen):
        if name.startswith(_INDEX):
            continue
        try:
            columns[name] = _as_text(table.column(index))
        except (pa.ArrowException, ValueError):
            bevindingen.add(_not_flat(path.name, name))
    ruw = Ruw(path.name, columns, table.num_rows, getypeerd=True)
    report_empty(ruw, bevindingen)
    return ruw


def list_sheets(path: Path, bevindingen: Bevindingen) -> list[str]:
    """Return the names of the sheets; none, with a finding, when the workbook cannot be read."""
    names = _try_calamine(path, None)
    if names is None:
        bevindingen.add(
            unreadable(
                path.name,
                "een bestand dat niet als Excel-werkmap is te lezen, of een werkmap met een wachtwoord",
                "een werkmap (.xlsx) zonder wachtwoord",
                "Haal het wachtwoord eraf en sla het opnieuw op als 'Excel-werkmap (.xlsx)'.",
            )
        )
    return names or []


def read_sheet(path: Path, blad: str, bevindingen: Bevindingen) -> Ruw | None:
    """Return the table on a sheet; None, with a finding, where that is impossible."""
    bestand = sheet_label(path, blad)
    rows = _try_calamine(path, blad)
    if rows is None:
        bevindingen.add(
            unreadable(bestand, "een blad dat niet is te lezen", "een gewoon werkblad", "Sla het opnieuw op.")
        )
        return None
    while rows and not any(value not in ("", None) for value in rows[-1]):
        rows.pop()
    if not rows:
        bevindingen.add(unreadable(bestand, "een leeg blad", "een kop op de eerste rij", "Vul of verwijder het blad."))
        return None
    header = [str(value) for value in rows[0]]
    body = rows[1:]
    columns = {
        name: pa.chunked_array([_to_arrow(row[index] for row in body)])
        for index, name in name_columns(header, bestand, bevindingen)
    }
    ruw = Ruw(bestand, columns, len(body), getypeerd=True, excel=True)
    report_empty(ruw, bevindingen)
    return ruw


def sheet_label(path: Path, blad: str) -> str:
    """Return how a sheet is called in messages."""
    return f"{path.name}, blad {clean(blad)}"


def _try_calamine(path: Path, blad: str | None) -> Any:
    """Return the names of the sheets, or the rows of one; None when the library gives up, in whatever way.

    A damaged workbook may make the Rust library panic, and a panic is no `Exception`.
    """
    from python_calamine import CalamineWorkbook

    try:
        if zipfile.is_zipfile(path) and _unpacked(path) > _LARGEST_BYTES:
            return None
        with CalamineWorkbook.from_path(path) as book:
            return book.sheet_names if blad is None else book.get_sheet_by_name(blad).to_python(skip_empty_area=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            return None
        raise


def _unpacked(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return sum(info.file_size for info in archive.infolist())


def _to_arrow(values: Iterable[Any]) -> pa.Array:
    return pa.array(_texts(values), pa.string())


def _texts(values: Iterable[Any]) -> Iterator[str | None]:
    for value in values:
        if value is None or isinstance(value, str):
            yield value
        elif isinstance(value, bool):
            yield "ja" if value else "nee"
        elif isinstance(value, float):
            yield (
                None if value != value else str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
            )
        else:
            yield value.isoformat() if hasattr(value, "isoformat") else str(value)


def _as_text(column: Any) -> Any:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_boolean(kind):
        column = pa.compute.if_else(column, "ja", "nee")
    elif pa.types.is_floating(kind):
        column = pa.chunked_array([_to_arrow(chunk.to_pylist()) for chunk in column.chunks] or [[]], pa.string())
    text = column.cast(pa.string())
    text.validate(full=True)
    return text


def _not_flat(bestand: str, name: str) -> Any:
    return found_in_file(
        "soort_kolom",
        bestand,
        "een kolom met lijsten, groepen of bytes",
        "een kolom met tekst, getallen of datums",
        "Laat deze kolom weg uit de export.",
        kolom=clean(name),
        ernst=Ernst.WAARSCHUWING,
    )
