"""Turn the columns that describe people into numbers, in one place: categories, constants and exact combinations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import EstimationError, Violation
from evaluatie.estimation.frame import Source, read_columns

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MOST_LEVELS = 100
"""A text column with more values than this is a name or a number of a person, not a category."""
_DEPENDENT = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Covariates as numbers, without a constant.

    Parameters
    ----------
    matrix : array, shape (rows, columns)
        Numeric covariates as given; each level of a category but the first as an indicator.
    names : tuple of str
        Name per column; ``"opleiding=mbo"`` for an indicator.
    dropped : tuple of str
        What was left out of the matrix and why, one clause each.
    """

    matrix: Array
    names: tuple[str, ...]
    dropped: tuple[str, ...] = ()

    def keep(self, rows: Flags) -> Design:
        """Return the design of some rows, without the columns that these rows make redundant."""
        return reduce_design(Design(self.matrix[rows], self.names, self.dropped))


def read_covariates(
    source: Source, covariates: Sequence[str], *, numeric: Sequence[str], other: Sequence[str] = ()
) -> tuple[pd.DataFrame, Design]:
    """Return the columns of an analysis and its covariates as numbers.

    Parameters
    ----------
    source : pandas.DataFrame or path
        Rows, or Parquet files.
    covariates : sequence of str
        Numbers and booleans are used as they are. Texts and categories become indicators; the reference is the
        first category, or the first text in alphabetical order.
    numeric : sequence of str
        Other columns that must be numbers in every row.
    other : sequence of str
        Columns to read as they are.

    Raises
    ------
    EstimationError
        For missing columns or values, all at once, and for a text column with more than a hundred values.
    """
    raw = read_columns(source, [*numeric, *covariates, *other])
    texts = [column for column in dict.fromkeys(covariates) if not pd.api.types.is_numeric_dtype(raw[column])]
    numbers = [column for column in dict.fromkeys(covariates) if column not in texts]
    _refuse_missing(raw, [*texts, *other])
    frame = read_columns(raw, raw.columns, numeric=[*numeric, *numbers])
    blocks = [
        _indicators(frame[column]) if column in texts else frame[[column]] for column in dict.fromkeys(covariates)
    ]
    expanded = pd.concat(blocks, axis=1) if blocks else pd.DataFrame(index=frame.index)
    return frame, Design(expanded.to_numpy(float), tuple(map(str, expanded.columns)))


def reduce_design(design: Design) -> Design:
    """Leave out columns that are constant or an exact combination of the columns before them (and a constant)."""
    rows = len(design.matrix)
    basis = np.full((rows, 1), 1 / np.sqrt(max(rows, 1)))
    kept, dropped = [], list(design.dropped)
    for position, name in enumerate(design.names):
        column = design.matrix[:, position]
        centred = column - column.mean()
        length = float(np.linalg.norm(centred))
        if length <= _DEPENDENT * max(float(np.abs(column).max()), 1e-300) * np.sqrt(rows):
            dropped.append(f"{name} is constant")
            continue
        rest = centred / length
        for _ in range(2):  # the second pass removes what rounding left of the first
            rest = rest - basis @ (basis.T @ rest)
        if np.linalg.norm(rest) <= _DEPENDENT:
            dropped.append(f"{name} is an exact combination of other covariates")
            continue
        basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
        kept.append(position)
    return Design(design.matrix[:, kept], tuple(design.names[position] for position in kept), tuple(dropped))


def with_constant(design: Design) -> Array:
    """Return the design for a regression: a constant, and every column with mean 0 and standard deviation 1.

    Scaling changes no fitted value and keeps the cross-products well conditioned (age cubed beside a 0/1).
    """
    centred = design.matrix - design.matrix.mean(axis=0)
    spread = centred.std(axis=0)
    return np.column_stack([np.ones(len(centred)), centred / np.where(spread > 0, spread, 1.0)])


def _indicators(column: pd.Series) -> pd.DataFrame:
    categories = column.astype("category").cat.remove_unused_categories()
    levels = len(categories.cat.categories)
    if levels > MOST_LEVELS:
        raise EstimationError(
            f"Kolom '{column.name}' heeft {levels} verschillende teksten; hoogstens {MOST_LEVELS} kan.",
            "Voeg waarden samen tot groepen, of laat de kolom weg.",
        )
    return pd.get_dummies(categories, prefix=str(column.name), prefix_sep="=", drop_first=True, dtype=float)


def _refuse_missing(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = {column: int(frame[column].isna().sum()) for column in dict.fromkeys(columns)}
    violations = [
        Violation(f"kolom {column}", f"{count} waarden ontbreken.", "") for column, count in missing.items() if count
    ]
    if violations:
        raise EstimationError(
            "Met deze gegevens kan niet worden geschat.",
            "Vul de waarden aan, maak er een eigen categorie 'onbekend' van, of laat de rijen weg.",
            violations,
        )
