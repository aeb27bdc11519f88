"""The table a buyer of trajecten needs: per kind, per aanbieder and per combination what it did, and at what cost.

Many comparisons at once: p-values are corrected after Holm over all of them, and what cannot be told apart says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties.oordeel import ALPHA
from evaluatie.evaluaties.personen import compare_starts, in_dutch
from evaluatie.evaluaties.steun import Steun, count_steun
from evaluatie.evaluaties.trajecten import Trajectgegevens

HORIZON = 12
"""Months after the start over which exits are counted."""
FEWEST, FEWEST_EXITS = 20, 10
"""With fewer starters or exits to work nothing is compared: an effect would have to be enormous to show."""


class Onderscheid(StrEnum):
    """What may be said of a kind or aanbieder, beside the others."""

    BETER = "meer uitstroom dan zonder"
    MINDER = "minder uitstroom dan zonder"
    NIET = "niet te onderscheiden"
    ONBEKEND = "te weinig mensen"


@dataclass(frozen=True, slots=True)
class Trajectsoort:
    """One kind, aanbieder or combination.

    Parameters
    ----------
    soort, aanbieder, klantgroep : str
        Empty when the row is about all of them.
    gestart : int
        Persons who started; unrounded, for `disclosure` only.
    effect : Estimate or NotEstimated
        Difference in the share that left for work within 12 months, against comparable people who wait.
    p_adjusted : float or None
        After Holm over all rows.
    steun : Steun
    """

    soort: str
    aanbieder: str
    klantgroep: str
    gestart: int
    effect: Estimate | NotEstimated
    p_adjusted: float | None
    steun: Steun

    @property
    def onderscheid(self) -> Onderscheid:
        """The verdict."""
        if isinstance(self.effect, NotEstimated):
            return Onderscheid.ONBEKEND
        if self.p_adjusted is None or self.p_adjusted > ALPHA:
            return Onderscheid.NIET
        return Onderscheid.BETER if self.effect.value > 0 else Onderscheid.MINDER


def compare_soorten(gegevens: Trajectgegevens, by: Sequence[str]) -> list[Trajectsoort]:
    """Compare the starters of every kind and/or aanbieder with comparable people who wait.

    Parameters
    ----------
    by : sequence of {"soort", "aanbieder", "klantgroep"}
        What makes a row. A klantgroep is compared with people of the same klantgroep who wait.
    """
    starts = gegevens.starts[HORIZON]
    started = starts[starts["start"] == 1]
    waiting = starts[starts["start"] == 0]
    rows = []
    for names, group in started.groupby(list(by)):
        known = dict(zip(by, map(str, names), strict=True))
        alike = waiting[waiting["klantgroep"] == known["klantgroep"]] if "klantgroep" in known else waiting
        rows.append(_compare(known, group, alike))
    return _adjust(rows)


def _compare(known: dict[str, str], group: pd.DataFrame, waiting: pd.DataFrame) -> Trajectsoort:
    persons = int(group["persoon"].nunique())
    rows = pd.concat([group, waiting], ignore_index=True)
    treated = rows["start"].to_numpy(dtype=bool)
    steun = count_steun(rows["persoon"].to_numpy(np.int64), treated, rows["werk"].to_numpy(dtype=bool))
    effect: Estimate | NotEstimated = NotEstimated("het gaat om te weinig mensen", "too_small")
    if persons >= FEWEST and steun.gebeurtenissen_behandeld >= FEWEST_EXITS:
        result = compare_starts(rows, "werk")
        effect = in_dutch(result) if isinstance(result, NotEstimated) else result.estimate
    soort, aanbieder, klantgroep = (known.get(name, "") for name in ("soort", "aanbieder", "klantgroep"))
    return Trajectsoort(soort, aanbieder, klantgroep, persons, effect, None, steun)


def _adjust(rows: list[Trajectsoort]) -> list[Trajectsoort]:
    found = [(place, row.effect.p_value) for place, row in enumerate(rows) if isinstance(row.effect, Estimate)]
    if not found:
        return rows
    corrected = multipletests([p for _, p in found], ALPHA, method="holm")[1]
    adjusted = {place: float(p) for (place, _), p in zip(found, corrected, strict=True)}
    return [replace(row, p_adjusted=adjusted.get(place)) for place, row in enumerate(rows)]
