"""Find what looks like a citizen service number (BSN) in a column of any size: nine digits that pass the elfproef."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from evaluatie.registratie.arrow import as_arrow
from evaluatie.registratie.contract import PSEUDONYM
from evaluatie.registratie.elfproef import passes_elfproef

_DIGITS = "[0-9]{9}|[0-9]{4}[. -][0-9]{2}[. -][0-9]{3}|[0-9]{3}[. -][0-9]{3}[. -][0-9]{3}"
_NUMBER = f"(?:^|[^0-9])(?P<number>{_DIGITS})(?:[^0-9]|$)"


def contains_bsn(texts: pd.Series[str]) -> npt.NDArray[np.bool_]:
    """Return in which texts a number stands that may be a BSN; one separator may stand between its groups.

    A pseudonym is passed over: its digits are arbitrary.
    """
    column = as_arrow(texts, pa.large_string())
    candidate = pc.match_substring_regex(column, _NUMBER)
    known = pc.match_substring_regex(column, f"^{PSEUDONYM}$")
    places = np.flatnonzero(pc.fill_null(pc.and_not(candidate, known), False))
    found = np.zeros(len(texts), dtype=bool)
    left = column.take(pa.array(places))
    while len(places):  # a text may hold several numbers: look at the first, then at the rest
        hit = _first_passes(left)
        found[places[hit]] = True
        rest = pc.replace_substring_regex(left.filter(pa.array(~hit)), _NUMBER, " x ", max_replacements=1)
        again = pc.match_substring_regex(rest, _NUMBER)
        places, left = places[~hit][np.asarray(again, dtype=bool)], rest.filter(again)
    return found


def _first_passes(texts: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    number = pc.struct_field(pc.extract_regex(texts, _NUMBER), "number")
    digits = pc.replace_substring_regex(number, "[. -]", "")
    return np.asarray(passes_elfproef(np.asarray(pc.cast(digits, pa.int64()))), dtype=np.bool_)
