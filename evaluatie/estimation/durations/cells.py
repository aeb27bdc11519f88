"""Compress person-months to cells: rows that look the same are counted, not repeated.

A regression on counts with the same predictors is the regression on the rows: the likelihood is a sum over cells.
Twelve million person-months of a register are a few thousand cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import EstimationError, Violation

Codes = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cells:
    """Counts per combination of predictors.

    Parameters
    ----------
    codes : dict of str to array, shape (cells,)
        For each predictor, which of its levels the cell has.
    levels : dict of str to array
        The levels of each predictor, sorted.
    events, months : array, shape (cells,)
        Exits and person-months.
    cell : array, shape (rows,)
        The cell of each row.
    """

    codes: dict[str, Codes]
    levels: dict[str, npt.NDArray[np.generic]]
    events: Array
    months: Array
    cell: Codes

    def values(self, name: str) -> Array:
        """Return a numeric predictor per cell."""
        numbers: Array = self.levels[name].astype(float)[self.codes[name]]
        return numbers


def to_cells(frame: pd.DataFrame, predictors: Sequence[str], events: Array, months: Array) -> Cells:
    """Count exits and person-months per combination of `predictors`.

    Raises
    ------
    EstimationError
        For missing or infinite values, of all predictors at once.
    """
    codes, levels, violations = {}, {}, []
    for name in predictors:
        codes[name], levels[name] = _factorize(frame[name])
        violations += _find_missing(frame[name], codes[name], levels[name])
    if violations:
        raise EstimationError("Er ontbreken waarden.", "Vul ze aan of laat de rijen weg.", violations)
    cell, first = _combine(list(codes.values()), [len(level) for level in levels.values()], len(frame))
    size = len(first)
    return Cells(
        {name: code[first] for name, code in codes.items()},
        levels,
        _sum(cell, events, size),
        _sum(cell, months, size),
        cell,
    )


def _sum(cell: Codes, values: Array, size: int) -> Array:
    return np.asarray(np.bincount(cell, weights=values, minlength=size), dtype=float)


def _factorize(column: pd.Series) -> tuple[Codes, npt.NDArray[np.generic]]:
    codes, levels = pd.factorize(column, sort=True)
    # Categories stay classes, also when they are numbers; nullable numbers become plain ones.
    kind: Any = object if isinstance(column.dtype, pd.CategoricalDtype) else None
    if pd.api.types.is_any_real_numeric_dtype(column):
        kind = getattr(column.dtype, "numpy_dtype", column.dtype)
    return codes.astype(np.int64, copy=False), np.asarray(levels, dtype=kind)


def _find_missing(column: pd.Series, codes: Codes, levels: npt.NDArray[np.generic]) -> list[Violation]:
    bad = codes < 0
    if levels.dtype.kind == "f" and len(levels):
        bad = bad | ~np.isfinite(levels)[codes]
    if not bad.any():
        return []
    rows = ", ".join(map(str, column.index[bad][:5]))
    return [Violation(f"kolom {column.name}, rij {rows}", f"{int(bad.sum())} waarden ontbreken of zijn oneindig.", "")]


def _combine(codes: list[Codes], sizes: list[int], rows: int) -> tuple[Codes, Codes]:
    """Return the number of the combination of each row, and a row of each combination."""
    key, size = np.zeros(rows, dtype=np.int64), 1
    for code, count in zip(codes, sizes, strict=True):
        if size * count > 2**62:  # start counting anew before the product no longer fits
            key, seen = pd.factorize(key, sort=True)
            size = len(seen)
        key = key * count + code
        size *= count
    cell, seen = pd.factorize(key, sort=True)
    first = np.empty(len(seen), dtype=np.int64)
    first[cell] = np.arange(rows)
    return cell.astype(np.int64, copy=False), first
