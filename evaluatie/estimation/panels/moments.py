"""From persons to the moments of each unit × period cell: from a frame in memory, or from Parquet out of core."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import EstimationError, Violation
from evaluatie.estimation.frame import (
    PROVISIONAL,
    STATUS,
    Source,
    parquet_files,
    read_columns,
    refuse_missing,
    refuse_provisional,
    refuse_values,
)

PERSONS = "n"
"""A source with a column of this name holds cells (or groups of equal persons); every row then counts n times."""

_DENSE_KEYS = 19  # bits of unit × period up to which duckdb counts in a plain array instead of a hash table

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Roles:
    """Which column plays which part; `covariates`, `weights` and `cluster` may be absent."""

    outcome: str
    unit: str
    time: str
    treated_from: str
    weights: str | None = None
    covariates: tuple[str, ...] = ()
    cluster: str | None = None

    @property
    def keys(self) -> list[str]:
        """Columns that are the same for everyone in a cell."""
        return list(dict.fromkeys([self.unit, self.time, self.treated_from, self.cluster or self.unit]))

    @property
    def numbers(self) -> list[str]:
        """Outcome and covariates, in the order of `Moments.mean`."""
        return [self.outcome, *self.covariates]

    @property
    def crosses(self) -> dict[str, tuple[int, int]]:
        """Names of the cross-product columns of a frame of cells, with their place in `Moments.within`."""
        p = len(self.covariates)
        pairs = [(i, j) for i in range(p) for j in (0, *range(i + 1, p + 1))]
        return {f"{self.covariates[i]}*{self.numbers[j]}": (i, j) for i, j in pairs}


@dataclass(frozen=True, slots=True)
class Moments:
    """What is left of the rows of each cell, in any order.

    Parameters
    ----------
    keys : pandas.DataFrame
        Unit, period, first treated period and cluster of each cell.
    n, weight : array, shape (cells,)
        Persons, and the sum of their weights.
    mean : array, shape (cells, 1 + p)
        Weighted means of the outcome and the p covariates.
    within : array, shape (cells, p, 1 + p)
        Weighted sums of products of deviations from these means: each covariate with the outcome and all covariates.
    """

    keys: pd.DataFrame
    n: Array
    weight: Array
    mean: Array
    within: Array


def reduce_rows(source: Source, roles: Roles, *, threads: int | None = None, memory: str = "1GB") -> Moments:
    """Return the moments per combination of the keys; rows come from memory, or from Parquet through duckdb."""
    if isinstance(source, pd.DataFrame):
        return _reduce_frame(source, list(source.columns), roles)
    return _reduce_parquet(source, roles, threads or _processors(), memory)


def _optional(*names: str | None) -> list[str]:
    return [name for name in names if name]


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# ---- a frame -----------------------------------------------------------------------------------------------------


def _reduce_frame(source: Source, present: Sequence[str], roles: Roles) -> Moments:
    counted = [PERSONS] if PERSONS in present else []
    crosses = roles.crosses if counted and set(roles.crosses) <= set(present) else {}
    numeric = [*roles.numbers, *_optional(roles.weights), *counted, *crosses]
    frame = read_columns(source, roles.keys, numeric=numeric)
    n = _positive(frame, PERSONS, "Laat lege cellen weg.") if counted else np.ones(len(frame))
    w = _positive(frame, roles.weights, "Laat rijen zonder gewicht weg.") * n if roles.weights else n
    code, first = _group(frame[roles.keys])
    groups = len(first)
    weight: Array = np.bincount(code, w, groups).astype(float)
    deviations, means = [], []
    for name in roles.numbers:
        values = frame[name].to_numpy()
        origin = values[0] if len(values) else 0.0  # keeps a large common level out of the sums
        mean = origin + np.bincount(code, w * (values - origin), groups) / weight
        means.append(mean)
        deviations.append(values - mean[code] if roles.covariates else values)
    p = len(roles.covariates)
    within = np.zeros((groups, p, 1 + p))
    for name, (i, j) in roles.crosses.items():
        product: Array = w * deviations[i + 1] * deviations[j] + (frame[name].to_numpy() if crosses else 0.0)
        _fill(within, i, j, np.bincount(code, product, groups).astype(float))
    keys = frame[roles.keys].iloc[first].reset_index(drop=True)
    return Moments(keys, np.bincount(code, n, groups).astype(float), weight, np.column_stack(means), within)


def _group(keys: pd.DataFrame) -> tuple[Codes, Codes]:
    """Return the group of each row and the first row of each group; missing values are groups of their own."""
    combined = np.zeros(len(keys), dtype=np.int64)
    for name in keys:
        codes, labels = pd.factorize(keys[name], use_na_sentinel=False)
        combined = combined * max(len(labels), 1) + codes
    code, groups = pd.factorize(combined)
    first = np.empty(len(groups), dtype=np.int64)
    first[code[::-1]] = np.arange(len(keys))[::-1]
    return code.astype(np.int64, copy=False), first


def _positive(frame: pd.DataFrame, name: str, remedy: str) -> Array:
    values: Array = frame[name].to_numpy()
    if (values <= 0).any():
        refuse_weights(name, remedy)
    return values


def refuse_weights(name: str, remedy: str) -> NoReturn:
    """Raise the EstimationError for weights or numbers that are not positive."""
    raise EstimationError(f"Gewichten moeten positief zijn; kolom '{name}' is dat niet overal.", remedy)


def refuse_change(roles: Roles, unit: object) -> NoReturn:
    """Raise the EstimationError for a start that is not the same for everyone in a unit."""
    raise EstimationError(
        f"De start ('{roles.treated_from}') verandert binnen een eenheid, als eerste bij {unit}.",
        "Geef elke eenheid één start, of geen.",
    )


def _fill(within: Array, i: int, j: int, values: Array) -> None:
    within[:, i, j] = values
    if j > 0:
        within[:, j - 1, i + 1] = values


# ---- Parquet -----------------------------------------------------------------------------------------------------


def _reduce_parquet(source: str | PathLike[str], roles: Roles, threads: int, memory: str) -> Moments:
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        limits: dict[str, Any] = {"threads": threads, "memory_limit": memory, "temp_directory": folder}
        with duckdb.connect(config={**limits, "perfect_ht_threshold": _DENSE_KEYS}) as connection:
            rows = connection.read_parquet(parquet_files(source))
            if PERSONS in rows.columns:  # cells already: small enough for memory
                return _reduce_frame(source, rows.columns, roles)
            refuse_missing([*roles.keys, *roles.numbers, *_optional(roles.weights)], rows.columns)
            query = _Query(rows, roles)
            origin = query.origin()
            table = rows.aggregate(*query.aggregates(origin)).df()
            if STATUS in rows.columns:
                refuse_provisional(int(table["provisional"].sum()))
            sums = table[[f"s{index}" for index in range(len(roles.numbers))]].to_numpy(float, na_value=np.nan)
            if not np.isfinite(sums).all() or (table["known"] < len(query.needed) * table["n"]).any():
                refuse_values(query.violations())
    return _from_sums(table, sums, np.asarray(origin), roles)


def _from_sums(table: pd.DataFrame, sums: Array, origin: Array, roles: Roles) -> Moments:
    grouped = {name: f"k{index}" for index, name in enumerate(roles.keys) if name != roles.treated_from}
    keys = pd.DataFrame({name: _plain(table[alias]) for name, alias in grouped.items()})
    first, last, n = table["first_start"], table["last_start"], table["n"]
    same = ((first == last) | (first.isna() & last.isna())).fillna(False)
    changes = ~(same & ((table["starts"] == 0) | (table["starts"] == n))).to_numpy(bool)
    if changes.any():
        refuse_change(roles, keys[roles.unit][changes].iloc[0])
    keys[roles.treated_from] = first
    if roles.weights and (table["least"] <= 0).any():
        refuse_weights(roles.weights, "Laat rijen zonder gewicht weg.")
    weight = table["weight"].to_numpy(float)
    within = np.zeros((len(table), len(roles.covariates), len(roles.numbers)))
    for index, (i, j) in enumerate(roles.crosses.values()):
        # Both sums are around an origin inside the data, so that little is lost in this difference.
        _fill(within, i, j, table[f"c{index}"].to_numpy(float) - sums[:, i + 1] * sums[:, j] / weight)
    return Moments(keys, n.to_numpy(float), weight, origin + sums / weight[:, None], within)


class _Query:
    """What to ask duckdb of the rows of Parquet files."""

    def __init__(self, rows: Any, roles: Roles) -> None:
        self.rows, self.roles = rows, roles
        self.types = dict(zip(rows.columns, map(str, rows.types), strict=True))
        self.needed = [*roles.numbers, *_optional(roles.weights)]

    def aggregates(self, origin: list[float]) -> tuple[str, str]:
        """Return the sums per cell and what to group by."""
        roles, w = self.roles, f"{self.number(self.roles.weights)} * " if self.roles.weights else ""
        groups = [_quote(name) for name in roles.keys if name != roles.treated_from]
        keys = {name: f"k{index}" for index, name in enumerate(roles.keys)}
        start = _quote(roles.treated_from)
        centred = [f"({self.number(name)} - ({value!r}))" for name, value in zip(roles.numbers, origin, strict=True)]
        terms = [f"{_quote(name)} AS {alias}" for name, alias in keys.items() if name != roles.treated_from]
        terms += [f"min({start}) AS first_start", f"max({start}) AS last_start", f"count({start}) AS starts"]
        terms += ["count(*) AS n", f"{f'sum({self.number(roles.weights)})' if roles.weights else 'count(*)'} AS weight"]
        terms += [f"min({self.number(roles.weights)}) AS least"] if roles.weights else []
        terms += [f"sum({w}{value}) AS s{index}" for index, value in enumerate(centred)]
        pairs = enumerate(roles.crosses.values())
        terms += [f"sum({w}{centred[i + 1]} * {centred[j]}) AS c{index}" for index, (i, j) in pairs]
        terms += [" + ".join(f"count({self.number(name)})" for name in self.needed) + " AS known"]
        listed = ", ".join(f"'{name}'" for name in sorted(PROVISIONAL))
        terms += [f"count(*) FILTER ({STATUS} IN ({listed})) AS provisional"] if STATUS in self.types else []
        return ", ".join(terms), ", ".join(groups)

    def origin(self) -> list[float]:
        """Return a number inside the data for outcome and covariates: from the first rows, any will do."""
        numbers = [self.number(name) for name in self.roles.numbers]
        means = ", ".join(f"avg({number}) FILTER (isfinite({number}))" for number in numbers)
        row = self.rows.limit(2048).aggregate(means).fetchall()[0]
        return [float(value) if value is not None else 0.0 for value in row]

    def violations(self) -> list[Violation]:
        """Say what is wrong with which columns, as `read_columns` does for a frame."""
        found = []
        for name in self.needed:
            bad = self.rows.filter(f"coalesce(NOT isfinite({self.number(name)}), true)")
            count, example = bad.aggregate(f"count(*), first({_quote(name)})").fetchall()[0]
            if count:
                what = f"{count} waarden ontbreken, zijn oneindig of zijn geen getal (eerste: {example})."
                found.append(Violation(f"kolom {name}", what, ""))
        return found

    def number(self, name: str | None) -> str:
        """Return a column as a double; what is no number becomes missing."""
        column = _quote(str(name))
        return column if self.types[str(name)] == "DOUBLE" else f"TRY_CAST({column} AS DOUBLE)"


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _plain(values: pd.Series) -> pd.Series:
    """Return labels as they are, not as categories of a dictionary-encoded column."""
    dtype = values.dtype
    return values.astype(dtype.categories.dtype) if isinstance(dtype, pd.CategoricalDtype) else values
