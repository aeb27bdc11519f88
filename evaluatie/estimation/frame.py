"""Read the columns an estimator asks for, from a frame or from Parquet files; refuse what none of them can use."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError, Violation

Source = pd.DataFrame | str | PathLike[str]
"""A frame, or the path of Parquet files (a file, a folder or a glob such as ``"data/*.parquet"``)."""

STATUS, PROVISIONAL = "status", frozenset({"voorlopig", "nader_voorlopig", "provisional"})
"""A column of this name tells whether a figure is final; figures that are not never estimate an effect."""
_SHOWN_ROWS = 5


def read_columns(source: Source, columns: Iterable[str], *, numeric: Iterable[str] = ()) -> pd.DataFrame:
    """Return the columns an estimator uses, as a new frame in the order in which they are asked.

    Parameters
    ----------
    source : pandas.DataFrame or path
        Rows, or Parquet files that hold them. A frame is never changed.
    columns : iterable of str
        Columns to read; a name may come more than once.
    numeric : iterable of str
        Those that must hold a finite number in every row; they come back as floats.

    Raises
    ------
    EstimationError
        For columns that are missing, are no number, or have missing or infinite values, all at once; and when the
        source has a column ``status`` that calls a row provisional.
    """
    wanted = list(dict.fromkeys([*columns, *numeric]))
    frame = source if isinstance(source, pd.DataFrame) else _read_parquet(source, wanted)
    refuse_missing(wanted, frame.columns)
    if STATUS in frame.columns:
        refuse_provisional(int(frame[STATUS].astype("object").isin(PROVISIONAL).sum()))
    selected = frame[wanted].copy()
    refuse_values([violation for column in dict.fromkeys(numeric) for violation in _to_number(selected, column)])
    return selected


def parquet_files(source: str | PathLike[str]) -> list[str]:
    """Return the Parquet files of a path: a file, every ``*.parquet`` in a folder, or a glob; at least one."""
    path = Path(source)
    found = sorted(glob.glob(str(path / "*.parquet") if path.is_dir() else str(source)))  # noqa: PTH207 - absolute too
    if not found:
        raise EstimationError(f"Geen Parquet-bestand gevonden: {source}.", "Controleer het pad.")
    return found


def refuse_missing(wanted: Iterable[str], present: Iterable[str]) -> None:
    """Raise an EstimationError that names the columns that are not there."""
    given = list(present)
    missing = [column for column in dict.fromkeys(wanted) if column not in given]
    if missing:
        raise EstimationError(f"Kolom ontbreekt: {', '.join(missing)}.", f"Aanwezig: {', '.join(map(str, given))}.")


def refuse_provisional(rows: int) -> None:
    """Raise an EstimationError when any row holds provisional figures."""
    if rows:
        raise EstimationError(
            f"{rows} rijen zijn voorlopige cijfers; daarmee wordt geen effect geschat.",
            "Gebruik alleen definitieve cijfers.",
        )


def refuse_values(violations: Sequence[Violation]) -> None:
    """Raise an EstimationError with everything that is wrong with the values, when anything is."""
    if violations:
        raise EstimationError(
            "Met deze gegevens kan niet worden geschat.", "Verbeter de waarden of laat de rijen weg.", violations
        )


def _read_parquet(source: str | PathLike[str], wanted: Sequence[str]) -> pd.DataFrame:
    import pyarrow.dataset as ds

    dataset = ds.dataset(parquet_files(source), format="parquet")
    present = [name for name in dict.fromkeys([*wanted, STATUS]) if name in dataset.schema.names]
    if set(wanted) - set(present):
        return pd.DataFrame(columns=dataset.schema.names)  # the caller names what is missing
    frame: pd.DataFrame = dataset.to_table(columns=present).to_pandas()
    return frame


def _to_number(frame: pd.DataFrame, column: str) -> list[Violation]:
    """Make a column float in place; return what is wrong with it, with the first rows."""
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    given = frame[column]
    bad = ~np.isfinite(values)
    frame[column] = values
    if not bad.any():
        return []
    rows = ", ".join(map(str, frame.index[bad][:_SHOWN_ROWS]))
    example = given[bad].iloc[0]
    return [
        Violation(
            f"kolom {column}, rij {rows}{' …' if bad.sum() > _SHOWN_ROWS else ''}",
            f"{int(bad.sum())} waarden ontbreken, zijn oneindig of zijn geen getal (eerste: {example}).",
            "",
        )
    ]
