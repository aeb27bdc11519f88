"""The contracts of the registers: which tables a municipality may bring, with which columns, codes and keys."""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

from evaluatie.errors import ChoiceError

Soort = Literal["persoon", "tekst", "code", "datum", "maand", "bedrag", "getal", "geheel"]
Register = dict[str, pd.DataFrame]
"""Tables by name, each with exactly the columns of its contract in that order, and these dtypes:

persoon and tekst: ``string``; code: ``category`` of strings; datum and maand (its first day): ``datetime64[s]``;
bedrag and getal: ``float64``; geheel: ``Int64``. Missing is ``NA``/``NaT``/``NaN``. The index is 0…n−1.
"""

LONGEST_TEXT = 80
PSEUDONYM = r"[0-9a-f]{16}"


class Kolom(BaseModel):
    """A column: what it holds, in which unit, and what is allowed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    soort: Soort
    omschrijving: str = Field(min_length=3)
    leeg: bool = False
    codes: dict[str, str] = {}
    patroon: str = ""
    minimum: float | None = None
    maximum: float | None = None
    eenheid: str = ""


class Contract(BaseModel):
    """A table: its columns, the key that names a row once, and the columns of a period."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    omschrijving: str
    sleutel: list[str]
    periode: list[str] = []
    kolommen: dict[str, Kolom]

    @property
    def verplicht(self) -> list[str]:
        """Columns that may not be missing from the file (those that may not be empty)."""
        return [name for name, kolom in self.kolommen.items() if not kolom.leeg]


def load_contract(tabel: str) -> Contract:
    """Return the contract of a table; refuses an unknown one and lists the known ones."""
    contracten = load_contracten()
    if tabel not in contracten:
        raise ChoiceError(f"Er is geen tabel '{tabel}'.", f"Bekend zijn: {', '.join(contracten)}.")
    return contracten[tabel]


@functools.cache
def load_contracten() -> dict[str, Contract]:
    """Return every contract by the name of its table."""
    text = files("evaluatie.registratie").joinpath("contracten.yaml").read_text(encoding="utf-8")
    return {name: Contract.model_validate(value) for name, value in YAML(typ="safe").load(text).items()}


def empty_table(tabel: str) -> pd.DataFrame:
    """Return a table without rows, with the columns and dtypes of its contract."""
    columns = {name: pd.Series([], dtype=dtype_of(kolom)) for name, kolom in load_contract(tabel).kolommen.items()}
    return pd.DataFrame(columns)


def dtype_of(kolom: Kolom) -> str:
    """Return the dtype in which a column is kept."""
    return {
        "persoon": "string",
        "tekst": "string",
        "code": "category",
        "datum": "datetime64[s]",
        "maand": "datetime64[s]",
        "bedrag": "float64",
        "getal": "float64",
        "geheel": "Int64",
    }[kolom.soort]
