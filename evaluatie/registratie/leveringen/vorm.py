"""Give a table the form of its contract, and keep every BSN out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from evaluatie.errors import DataError
from evaluatie.registratie.contract import PSEUDONYM, Kolom, dtype_of, load_contract

Pseudonymise = Callable[[pd.Series], pd.Series]
"""Replaces identifiers by pseudonyms of 16 hexadecimal characters, element by element."""


def refuse(values: pd.Series) -> pd.Series:
    """Refuse to go on: without a key no register is made from deliveries.

    Raises
    ------
    DataError
        Always.
    """
    raise DataError(
        f"De leveringen bevatten {len(values)} burgerservicenummers of registratienummers, en er is geen sleutel.",
        "Geef een functie mee die ze versleutelt; zonder sleutel wordt er geen register gemaakt.",
    )


def replace_identifiers(values: pd.Series, pseudonymise: Pseudonymise) -> pd.Series:
    """Replace identifiers, each different one once; missing stays missing.

    Raises
    ------
    DataError
        When what comes back is not a pseudonym.
    """
    unique = values.dropna().drop_duplicates().reset_index(drop=True)
    if unique.empty:
        return values.astype("string")
    pseudonyms = pseudonymise(unique).astype("string").reset_index(drop=True)
    if len(pseudonyms) != len(unique) or not pseudonyms.str.fullmatch(PSEUDONYM).fillna(False).all():
        raise DataError(
            "De versleuteling gaf geen geldige kenmerken terug.",
            "Een kenmerk heeft 16 tekens: cijfers en de letters a tot en met f.",
        )
    return values.map(dict(zip(unique, pseudonyms, strict=True))).astype("string")


def to_contract(tabel: str, columns: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Return a table with the columns, dtypes and order of its contract, sorted by its key.

    Parameters
    ----------
    tabel : str
        Name of the contract.
    columns : mapping of str to Series
        The columns that are known; the others become empty.
    """
    contract = load_contract(tabel)
    given = pd.DataFrame(dict(columns))
    frame = pd.DataFrame(index=given.index)
    for naam, kolom in contract.kolommen.items():
        values = given[naam] if naam in given else pd.Series(pd.NA, index=given.index, dtype="string")
        frame[naam] = _cast(values, kolom)
    order = frame[contract.sleutel].astype(dict.fromkeys(_codes(tabel), "string")).sort_values(contract.sleutel).index
    return frame.loc[order].reset_index(drop=True)


def _cast(values: pd.Series, kolom: Kolom) -> pd.Series:
    dtype: Any = dtype_of(kolom)
    if dtype == "category":
        categories: Any = pd.CategoricalDtype(pd.Index(kolom.codes, dtype="string")) if kolom.codes else "category"
        return values.astype("string").astype(categories)
    # By way of Float64: a float column does not take NA.
    return values.astype("Float64").astype(dtype) if dtype == "float64" else values.astype(dtype)


def _codes(tabel: str) -> list[str]:
    contract = load_contract(tabel)
    return [naam for naam in contract.sleutel if contract.kolommen[naam].soort == "code"]
