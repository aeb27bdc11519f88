"""From a contract to a pandera schema: what may stand in each column of a normalised table."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pandera
import pyarrow.compute as pc

from evaluatie.registratie.arrow import as_arrow, as_numbers, rank
from evaluatie.registratie.bsn import contains_bsn
from evaluatie.registratie.contract import LONGEST_TEXT, PSEUDONYM, Contract, Kolom, dtype_of

Mask = npt.NDArray[np.bool_]
Test = Callable[[Any], Mask]
KEY_CHECK = "dubbele_rij"


def to_pandera(contract: Contract) -> pandera.DataFrameSchema:
    """Return the schema of a table: exactly these columns, in this order, with these types and values.

    Validate with ``lazy=True`` to hear of every mistake. Each check gives a mask over all rows, and keeps one
    failing case: pandera would otherwise copy every failing cell.
    """
    columns = {
        naam: pandera.Column(
            pd.StringDtype("pyarrow") if dtype_of(kolom) == "string" else dtype_of(kolom),
            nullable=True,  # the check 'leeg' says it, with a mask instead of a copy of the cells
            checks=[_as_check(name, test) for name, test in list_tests(kolom).items()],
        )
        for naam, kolom in contract.kolommen.items()
    }
    key = pandera.Check(lambda table: not find_repeated(table, contract.sleutel).any(), name=KEY_CHECK)
    return pandera.DataFrameSchema(columns, checks=[key], strict=True, ordered=True, coerce=False)


def list_tests(kolom: Kolom) -> dict[str, Test]:
    """Return the checks of a column by name; each gives True per row that is *wrong*."""
    tests: dict[str, Test] = {}
    if not kolom.leeg:
        tests["leeg"] = lambda values: values.isna().to_numpy(dtype=bool)
    if kolom.soort == "persoon":
        tests |= {"bsn": contains_bsn, "pseudoniem": _is_no_pseudonym}
    elif kolom.soort == "tekst":
        tests |= {"bsn": contains_bsn, "lengte": lambda values: _holds(values.str.len() > LONGEST_TEXT)}
    elif kolom.soort == "code":
        tests |= {"code": functools.partial(_is_unknown, kolom), "bsn": _has_bsn_code}
    if kolom.minimum is not None:
        tests["minimum"] = functools.partial(_is_below, kolom.minimum)
    if kolom.maximum is not None:
        tests["maximum"] = functools.partial(_is_above, kolom.maximum)
    return tests


def find_repeated(table: pd.DataFrame, sleutel: list[str]) -> Mask:
    """Return which rows have the key of an earlier row; rows without a whole key are not compared."""
    combined = np.zeros(len(table), dtype=np.int64)
    whole = np.ones(len(table), dtype=bool)
    for naam in sleutel:
        numbers, different = number_values(table[naam])
        combined *= different + 1
        combined += numbers
        whole &= numbers >= 0
    combined[~whole] = -1 - np.flatnonzero(~whole)  # each its own
    return pd.Series(combined, copy=False).duplicated().to_numpy()


def number_values(values: pd.Series[str]) -> tuple[npt.NDArray[np.int32], int]:
    """Return a number per row (equal for equal values, −1 for a missing one) and how many there are."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy().astype(np.int32), len(values.cat.categories)
    column = as_arrow(values)
    pseudonyms = as_numbers(column)
    if pseudonyms is not None:
        return rank(pseudonyms)
    different = pc.drop_null(pc.unique(column))
    return np.asarray(pc.fill_null(pc.index_in(column, value_set=different), -1)), len(different)


def _as_check(name: str, test: Test) -> pandera.Check:
    def holds(values: pd.Series[str]) -> pd.Series[bool]:
        return pd.Series(~test(values), index=values.index)

    return pandera.Check(holds, name=name, ignore_na=False, n_failure_cases=1)


def _holds(condition: pd.Series[bool]) -> Mask:
    return condition.fillna(False).to_numpy(dtype=bool)


def _is_below(least: float, values: pd.Series[float]) -> Mask:
    return _holds(values < least)


def _is_above(most: float, values: pd.Series[float]) -> Mask:
    return _holds(values > most)


def _is_no_pseudonym(values: pd.Series[str]) -> Mask:
    wrong = ~values.str.fullmatch(PSEUDONYM).fillna(True).to_numpy(dtype=bool)
    if wrong.any():
        wrong[wrong] = ~contains_bsn(values[wrong])
    return wrong


def _is_unknown(kolom: Kolom, values: pd.Series[str]) -> Mask:
    names = pd.Series(values.cat.categories.astype("str"), dtype="str")
    known = names.str.fullmatch(kolom.patroon) if kolom.patroon else names.isin(list(kolom.codes))
    return _per_category(~known.to_numpy(dtype=bool), values)


def _has_bsn_code(values: pd.Series[str]) -> Mask:
    return _per_category(contains_bsn(pd.Series(values.cat.categories.astype("str"), dtype="str")), values)


def _per_category(wrong: Mask, values: pd.Series[str]) -> Mask:
    return np.append(wrong, False)[values.cat.codes.to_numpy()]
