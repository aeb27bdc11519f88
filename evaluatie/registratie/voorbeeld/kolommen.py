"""From numbers to the columns and dtypes of a contract."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evaluatie.registratie.contract import Kolom, dtype_of, load_contract
from evaluatie.registratie.voorbeeld.kalender import Getallen, Vlaggen

GEMEENTE_CODE = "GM9999"
GEEN_DAG = np.datetime64("NaT", "s")


def make_table(tabel: str, **columns: Any) -> pd.DataFrame:
    """Return a table with the columns of its contract, in that order and with those dtypes."""
    contract = load_contract(tabel)
    return pd.DataFrame({name: _convert(columns[name], kolom) for name, kolom in contract.kolommen.items()})


def restore_table(tabel: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table that was read from a file with the dtypes of its contract."""
    return make_table(tabel, **{str(name): frame[name] for name in frame.columns})


def labels(names: tuple[str, ...], codes: Getallen) -> pd.Series:
    """Return the name of every code; missing where the code is −1."""
    known = pd.Series([*names, pd.NA], dtype="string")
    return known.take(np.where(codes < 0, len(names), codes)).reset_index(drop=True)


def codes_of(tabel: str, kolom: str, names: tuple[str, ...], codes: Getallen) -> pd.Categorical:
    """Return a column of codes of the contract from positions in `names`; missing where −1."""
    categories = categories_of(load_contract(tabel).kolommen[kolom])
    place = np.array([*categories.get_indexer(pd.Index(names)), -1])
    return pd.Categorical.from_codes(place[codes], categories=categories)


def categories_of(kolom: Kolom) -> pd.Index:
    """Return every code that a column may hold."""
    return pd.Index(list(kolom.codes) or [GEMEENTE_CODE], dtype="object")


def dates(days: Getallen, known: Vlaggen | None = None) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    """Return dates from days since 1970; NaT where not `known`."""
    values = days.astype("datetime64[D]").astype("datetime64[s]")
    return values if known is None else np.where(known, values, GEEN_DAG)


def _convert(values: Any, kolom: Kolom) -> pd.Series:
    if kolom.soort == "code":
        if not isinstance(values, pd.Categorical):
            values = pd.Categorical(values, categories=categories_of(kolom))
        return pd.Series(values)
    if isinstance(values, pd.Series):
        values = values.array
    return pd.Series(values, dtype=None).astype(pd.api.types.pandas_dtype(dtype_of(kolom)))
