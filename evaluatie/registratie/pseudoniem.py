"""Persons become keyed pseudonyms before anything is stored, and no BSN gets past the door.

A pseudonym is HMAC-SHA256 of a normalised identifier, cut to 64 bits and written as 16 hexadecimal characters.
Who has the key can recompute it from a BSN; who has not, cannot: there are only some 90 million possible BSNs, so a
hash without a key would be undone in minutes. Hence the key lives outside the project and outside the municipality's
folder, and whoever loses it loses the link between deliveries.

Notes
-----
*Collisions.* Two of `n` persons share a 64-bit pseudonym with probability of about ``n² / 2⁶⁵``: 3 in 10¹⁰ for
100 000 persons, 3 in 10⁸ for a million, and 8 in 10⁶ for all 17 million inhabitants. Cutting does not weaken the
secrecy: it rests on the key, and fewer bits say less, not more.

*What is the same person?* `normalise` takes away what spreadsheets do to numbers (lost or added leading zeros, ``.0``),
the spaces, dots and dashes in a BSN, and capitals and spacing in a name. It repairs no typing mistakes.

*What this is not.* Pseudonymised data are still personal data (AVG, art. 4(5)): a birth year, a household and dates may
point to one person.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from evaluatie.errors import DataError, Violation
from evaluatie.registratie.contract import Register, load_contract
from evaluatie.registratie.elfproef import (
    DIGITS,
    SEPARATORS,
    WHOLE_FLOAT,
    BsnVondst,
    find_bsn,
    is_bsn,
    is_bsn_number,
    is_pseudonym,
    list_distinct,
)
from evaluatie.registratie.sleutel import KEY_FILE_VARIABLE, KEY_VARIABLE, Key, load_key, make_key

__all__ = [
    "KEY_FILE_VARIABLE",
    "KEY_VARIABLE",
    "PERSOON",
    "BsnVondst",
    "Key",
    "find_bsn",
    "is_bsn",
    "is_pseudonym",
    "load_key",
    "make_key",
    "normalise",
    "persoon_columns",
    "pseudonymise",
    "pseudonymise_register",
    "pseudonymiser",
]

PERSOON = "persoon"
"""The domain of every persoon column: all tables share it, so that they can be joined."""

_PSEUDONYM_BYTES = 8
_ROUNDED = re.compile(r"[0-9][.,][0-9]+e\+?[0-9]{1,2}", re.IGNORECASE)


def pseudonymiser(key: Key) -> Callable[[pd.Series[Any]], pd.Series[Any]]:
    """Return the function that importers call on a column of persons."""
    return lambda series: pseudonymise(series, key)


def pseudonymise(series: pd.Series[Any], key: Key, domain: str = PERSOON) -> pd.Series[Any]:
    """Replace identifiers (BSN, client number, name) by pseudonyms; empty stays empty.

    Parameters
    ----------
    series : pandas.Series
        Text or numbers, in any notation that `normalise` takes away.
    key : Key
        The secret.
    domain : str
        Pseudonyms of different domains cannot be joined, though identifier and key are the same.

    Returns
    -------
    pandas.Series
        dtype ``string``, the index and name of `series`, 16 hexadecimal characters a value.

    Raises
    ------
    DataError
        When a spreadsheet has rounded the numbers (``1,23E+08``): persons can no longer be told apart.
    """
    codes, texts = list_distinct(series)
    _refuse_rounded(texts, series.name)
    hashed: list[Any] = [_hash(normalise(text), key, domain) for text in texts]
    values = np.array([*hashed, pd.NA], dtype=object)[codes]  # code −1, the last, is empty
    return pd.Series(pd.array(values, dtype="string"), index=series.index, name=series.name)


def pseudonymise_register(
    register: Register, key: Callable[[], Key], *, already: bool = False
) -> tuple[Register, list[str]]:
    """Pseudonymise every persoon column of every table.

    Parameters
    ----------
    register : Register
        Tables by name.
    key : callable
        Gives the key; called only when a column needs it.
    already : bool
        Leave columns that hold nothing but pseudonyms. Without it these are replaced too, and a notice says so.

    Returns
    -------
    tuple
        The register, and notices in Dutch.

    Raises
    ------
    DataError
        With `already`: when a column holds both pseudonyms and other values.
    """
    result, notices, mixed = {}, [], []
    for tabel, frame in register.items():
        replaced = {}
        for kolom in persoon_columns(tabel, frame):
            share = _share_of_pseudonyms(frame[kolom])
            where = f"{tabel}, {kolom}"
            if already and 0 < share < 1:
                mixed.append(Violation(where, "versleutelde en gewone waarden door elkaar.", "Lever één soort aan."))
            elif frame[kolom].notna().any() and not (already and share == 1):
                replaced[kolom] = pseudonymise(frame[kolom], key())
                notices += _notice_twice(where, share)
        result[tabel] = frame.assign(**replaced)
    if mixed:
        raise DataError("Niet alle kenmerken van personen zijn al versleuteld.", violations=mixed)
    return result, notices


def persoon_columns(tabel: str, frame: pd.DataFrame) -> list[str]:
    """Return the columns of a table that identify persons and that `frame` has."""
    kolommen = load_contract(tabel).kolommen.items()
    return [name for name, kolom in kolommen if kolom.soort == "persoon" and name in frame.columns]


def normalise(value: str) -> str:
    """Return the one notation of an identifier; empty when it says nothing (``""``, ``"000000000"``)."""
    if value.isascii() and value.isdigit():  # nearly always: keep a million persons within seconds
        return value.lstrip("0")
    text = unicodedata.normalize("NFKC", value).strip()
    text = WHOLE_FLOAT.sub(r"\1", text) if WHOLE_FLOAT.fullmatch(text) else text
    joined = SEPARATORS.sub("", text)
    if DIGITS.fullmatch(text) or is_bsn_number(joined):
        return joined.lstrip("0")
    return " ".join(text.casefold().split())


def _hash(text: str, key: Key, domain: str) -> Any:
    if not text:
        return pd.NA
    message = f"{domain}\0{text}".encode()
    return hmac.digest(key.waarde, message, hashlib.sha256)[:_PSEUDONYM_BYTES].hex()


def _refuse_rounded(texts: list[str], name: object) -> None:
    rounded = sum(1 for text in texts if not text.isdigit() and _ROUNDED.fullmatch(text.strip()))
    if rounded:
        raise DataError(
            f"Kolom '{name}': {rounded} nummers zijn door een rekenblad afgerond (zoals 1,23E+08).",
            "Maak de export opnieuw met deze kolom als tekst; de laatste cijfers zijn weg.",
        )


def _share_of_pseudonyms(series: pd.Series[Any]) -> float:
    """Return the share of filled values that are pseudonyms; 1 when nothing is filled.

    Numbers of sixteen digits look like pseudonyms. Of real ones 1 in 1800 has no letter, so several without any letter
    are numbers.
    """
    filled = series.dropna()
    distinct = filled.astype("string").unique()
    if len(distinct) > 1 and all(DIGITS.fullmatch(text) for text in distinct):
        return 0.0
    return 1.0 if filled.empty else float(is_pseudonym(filled).mean())


def _notice_twice(where: str, share: float) -> list[str]:
    if share < 1:
        return []
    return [f"{where} leek al versleuteld en is opnieuw versleuteld; gebruik --al-versleuteld om dat te voorkomen."]
