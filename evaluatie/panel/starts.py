"""Starting now against not (yet) starting: every month in which somebody could start something, with what followed.

A person-month is in the comparison when the person had not had the treatment for a while; it is treated when the
treatment starts in it. What followed is counted over the same number of months for everyone, and only months with
that much follow-up are used, so nobody is censored. All months are stacked: a person comes back as long as she waits,
which is why errors have to be clustered by person (Sianesi 2004; Danaei et al. 2013, "sequential trials").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.panel.maanden import number_of
from evaluatie.quantities import Maand

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
WASHOUT = 24
"""Months since the end of an earlier traject after which a person counts as untreated again."""
DURABLE = {"duurzaam": 6, "duurzaam_jaar": 12}
"""Months without benefit after the horizon for which an exit counts as duurzaam, by outcome."""
BEFORE = 6
"""Months before the start over which part-time work is counted, as an outcome the start cannot have changed."""
KENMERKEN = ("duurklasse", "leeftijdklasse", "leefvorm", "geslacht", "klantgroep", "deeltijd")
KOLOMMEN = (
    *("persoon", "maand", "werk", "in_traject", "sinds_traject", "sinds_trajectbegin", "traject_soort"),
    *("traject_aanbieder", "traject_kosten", *KENMERKEN),
)
"""Columns of `build_persoonmaanden` that `build_starts` needs."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Sorted keys (person and month) with the number of exits to work up to each row."""

    key: Numbers
    exits: Numbers

    def rows_between(self, first: Numbers, last: Numbers) -> Numbers:
        """Count rows with ``first <= key < last``."""
        return np.searchsorted(self.key, last) - np.searchsorted(self.key, first)

    def exits_between(self, first: Numbers, last: Numbers) -> Numbers:
        """Count exits to work in those rows."""
        return self.exits[np.searchsorted(self.key, last)] - self.exits[np.searchsorted(self.key, first)]


def build_starts(maanden: pd.DataFrame, laatste: Maand, *, horizon: int = 12) -> pd.DataFrame:
    """Return every month in which somebody started a traject or could have, with what followed.

    Parameters
    ----------
    maanden : pandas.DataFrame
        Of `build_persoonmaanden`, with `KOLOMMEN`; sorted by person and month.
    laatste : Maand
        Last observed month.
    horizon : int
        Months that are followed, the month of the start included.

    Returns
    -------
    pandas.DataFrame
        ``persoon``, ``start`` (0 or 1), ``soort``, ``aanbieder``, ``kosten`` (euro; of a start), `KENMERKEN` as texts,
        ``jaar``, ``werk`` (left for work within the horizon), ``duurzaam`` and ``duurzaam_jaar`` (and not back in the
        months of `DURABLE` after the horizon; missing without that follow-up), ``bijstand`` (months with benefit within
        the horizon) and ``deeltijd_ervoor`` (months with income from work in the `BEFORE` months before).
    """
    key = (maanden["persoon"].to_numpy(dtype=np.int64) << 16) + maanden["maand"].to_numpy(dtype=np.int64)
    rows = _Rows(key, np.concatenate([[0], np.cumsum(maanden["werk"].to_numpy(dtype=np.int64))]))
    since_before = _since_before(maanden)
    untouched = (since_before < 0) | (since_before > WASHOUT)
    start = untouched & (maanden["sinds_trajectbegin"].to_numpy() == 0)
    waiting = untouched & ~maanden["in_traject"].to_numpy(dtype=bool)
    last = number_of(laatste)
    followed = maanden["maand"].to_numpy() + horizon - 1 <= last
    kept = (start | waiting) & followed
    return _describe(maanden, rows, np.flatnonzero(kept), start, horizon, last)


def _describe(maanden: pd.DataFrame, rows: _Rows, kept: Numbers, start: Flags, horizon: int, last: int) -> pd.DataFrame:
    chosen = maanden.iloc[kept]
    key, end = rows.key[kept], rows.key[kept] + horizon
    worked = rows.exits_between(key, end) > 0
    followed = last - (chosen["maand"].to_numpy() + horizon - 1)
    durable = {
        name: pd.Series((worked & (rows.rows_between(end, end + months) == 0)).astype(float)).where(followed >= months)
        for name, months in DURABLE.items()
    }
    frame = pd.DataFrame(
        {
            "persoon": chosen["persoon"].to_numpy(),
            "start": start[kept].astype(float),
            "soort": _text(chosen["traject_soort"]).where(start[kept], ""),
            "aanbieder": _text(chosen["traject_aanbieder"]).where(start[kept], ""),
            "kosten": chosen["traject_kosten"].astype(float).where(start[kept]).to_numpy(),
            "jaar": (chosen["maand"].to_numpy() // 12).astype(str),
            "werk": worked.astype(float),
            **durable,
            "bijstand": rows.rows_between(key, end).astype(float),
            "deeltijd_ervoor": _months_worked_before(maanden, rows.key, kept).astype(float),
        }
    )
    return frame.assign(**{name: _text(chosen[name]) for name in KENMERKEN})


def _since_before(maanden: pd.DataFrame) -> Numbers:
    """Return the months since the last traject, as it stood before this month; −1 for none that is known."""
    person, month = maanden["persoon"].to_numpy(), maanden["maand"].to_numpy(dtype=np.int64)
    since = maanden["sinds_traject"].to_numpy(dtype=np.int64)
    first = np.append(True, person[1:] != person[:-1])
    gap = np.append(0, np.diff(month))
    earlier = np.where(first, -1, np.append(-1, since[:-1]))
    # In the first observed month a running or earlier traject is only visible in the month itself.
    begins = maanden["sinds_trajectbegin"].to_numpy() == 0
    own = np.where(begins | (since < 0), -1, since)
    before: Numbers = np.where(first, own, np.where(earlier < 0, -1, earlier + gap))
    return before


def _months_worked_before(maanden: pd.DataFrame, key: Numbers, kept: Numbers) -> Numbers:
    worked = np.concatenate([[0], np.cumsum(maanden["deeltijd"].to_numpy(dtype=np.int64))])
    months: Numbers = worked[np.searchsorted(key, key[kept])] - worked[np.searchsorted(key, key[kept] - BEFORE)]
    return months


def _text(values: pd.Series) -> pd.Series:
    """Return classes as text; what the register does not tell is a class of its own."""
    return values.astype(object).where(values.notna(), "onbekend").astype(str).reset_index(drop=True)
