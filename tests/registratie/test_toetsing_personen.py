"""Persons as numbers: the fast way gives what comparing texts gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from evaluatie.registratie.arrow import as_arrow, as_numbers, rank
from evaluatie.registratie.perioden import list_personen
from evaluatie.registratie.schema import number_values


def ids(*numbers: int) -> pd.Series:
    return pd.Series([f"{number:016x}" for number in numbers], dtype="string")


def test_a_pseudonym_is_the_number_it_writes_also_in_a_part_of_a_column():
    numbers = [0, 1, 2**64 - 1, 2**63, 0xABC, 17]
    column = as_arrow(ids(*numbers))
    assert as_numbers(column).tolist() == numbers
    assert as_numbers(column.slice(2, 3)).tolist() == numbers[2:5]
    assert as_numbers(pa.chunked_array([*column.slice(3).chunks, *column.slice(0, 3).chunks])).tolist() == [
        *numbers[3:],
        *numbers[:3],
    ]
    assert as_numbers(column.slice(0, 0)).tolist() == []


@pytest.mark.parametrize("other", ["x" * 16, "0" * 15, "0" * 17, "000000000000000A", "é" * 8, None, ""])
def test_anything_else_is_compared_as_text(other):
    values = pd.concat([ids(5, 6, 5), pd.Series([other], dtype="string")], ignore_index=True)
    assert as_numbers(as_arrow(values)) is None
    numbers, different = number_values(values)
    assert numbers[0] == numbers[2] != numbers[1]
    assert (numbers[3] == -1) == (other is None)
    assert different == (2 if other is None else 3)


def test_ranks_name_the_same_groups_as_factorize():
    numbers = np.random.default_rng(1).integers(0, 50, 500).astype(np.uint64)
    ranks, different = rank(numbers)
    assert different == len(set(numbers.tolist()))
    assert len({*zip(ranks.tolist(), numbers.tolist(), strict=True)}) == different
    assert rank(np.array([], dtype=np.uint64))[1] == 0


@pytest.mark.parametrize(
    "known", [ids(3, 1, 3, 9), pd.concat([ids(3, 1, 3, 9), pd.Series([None, "Jan"], dtype="string")])]
)
@pytest.mark.parametrize("extra", [[], ["Piet"], [None]])
def test_who_is_known_is_found_and_others_are_not(known, extra):
    personen = list_personen(known.reset_index(drop=True))
    wanted = pd.concat([ids(1, 0, 9, 3, 2**64 - 1, 3), pd.Series(extra, dtype="string")], ignore_index=True)
    found = personen.find(wanted)
    assert (found >= 0).tolist() == [True, False, True, True, False, True, *[False] * len(extra)]
    assert found[3] == found[5]
    assert len({found[0], found[2], found[3]}) == 3
