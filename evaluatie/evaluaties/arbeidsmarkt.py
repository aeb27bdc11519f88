"""The statutory comparison of a municipality with the nation: Regeling Participatiewet art. 15 lid 5.

It was the test for an exceptional labour market in the incidentele aanvullende uitkering over 2014: the
instroom relative to its own mean over the three previous years is higher than the national one, and the
uitstroom relative to its mean is lower. It has been repealed; here it is a citable way to compare, not a
condition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluatie.cijfers import table_bron
from evaluatie.estimation import Estimate, NotEstimated, fit_size_variance, ratio_of_ratios
from evaluatie.panel import Gemeentepanel, build_land
from evaluatie.panel.gemeentejaren import ROUNDING
from evaluatie.quantities import Bron

YEARS_IN_LAW = 3
BRON = Bron("Regeling Participatiewet, IOAW en IOAZ (tekst 2015)", "art. 15 lid 5")


@dataclass(frozen=True, slots=True)
class Verhoudingstoets:
    """The ratio of ratios of one flow.

    Parameters
    ----------
    stroom : str
        ``instroom`` or ``uitstroom``.
    wettelijk : Estimate or NotEstimated
        As the article asks: three previous years.
    benadering : Estimate or NotEstimated
        The same with the previous years that the embedded table has.
    jaren : tuple of int
        Those previous years.
    rank_p : float or None
        Share of municipalities whose ratio, scaled to size, lies at least as far from one: the honest
        p-value, because municipalities vary more than Poisson.
    """

    stroom: str
    wettelijk: Estimate | NotEstimated
    benadering: Estimate | NotEstimated
    jaren: tuple[int, ...]
    rank_p: float | None
    bronnen: tuple[Bron, ...]


def compare_with_article_15(panel: Gemeentepanel, code: str, jaar: int) -> list[Verhoudingstoets]:
    """Compute the ratio of ratios of instroom and uitstroom in a year against the years before."""
    before = tuple(year for year in panel.years if jaar - YEARS_IN_LAW <= year < jaar)
    land = build_land().set_index("jaar")
    return [_compare(panel, land, code, jaar, before, stroom) for stroom in ("instroom", "uitstroom")]


def _compare(
    panel: Gemeentepanel, land: pd.DataFrame, code: str, jaar: int, before: tuple[int, ...], stroom: str
) -> Verhoudingstoets:
    own = panel.of(code).set_index("jaar")[stroom]
    known = jaar in own.index and bool(before)
    local = (float(own[jaar]), [float(own[y]) for y in before]) if known else (0.0, [])
    total = land[stroom]
    nation = (float(total[jaar]), [float(total[y]) for y in before]) if known else (0.0, [])
    arguments = (local[0], local[1], nation[0], nation[1])
    return Verhoudingstoets(
        stroom=stroom,
        wettelijk=ratio_of_ratios(*arguments, years_required=YEARS_IN_LAW, rounding=ROUNDING),
        benadering=ratio_of_ratios(*arguments, years_required=max(len(before), 1), rounding=ROUNDING),
        jaren=before,
        rank_p=_rank(panel, code, jaar, before, stroom) if known else None,
        bronnen=(BRON, table_bron("bijstand_gemeenten_jaar", f"{jaar}")),
    )


def _rank(panel: Gemeentepanel, code: str, jaar: int, before: tuple[int, ...], stroom: str) -> float | None:
    wide = panel.frame.pivot(index="gemeente", columns="jaar", values=stroom)
    usable = wide[(wide[[jaar, *before]] > 0).all(axis=1)]
    if code not in usable.index:
        return None
    nation = usable.sum()
    log_ratio = np.log(usable[jaar] / usable[list(before)].mean(axis=1)) - np.log(
        nation[jaar] / nation[list(before)].mean()
    )
    size = panel.frame.drop_duplicates("gemeente").set_index("gemeente")["gewicht"].reindex(usable.index)
    scale = np.sqrt(fit_size_variance(log_ratio.to_numpy(), size.to_numpy(float)))
    scaled = np.abs(log_ratio / scale)
    return float((scaled >= scaled[code]).mean())
