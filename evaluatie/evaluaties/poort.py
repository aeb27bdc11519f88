"""What became of meldingen at the gate, before and from a month: a count, not yet an effect."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep

from evaluatie.estimation import Interval


@dataclass(frozen=True, slots=True)
class Poortvergelijking:
    """Meldingen and the aanvragen that came of them, before and from a day.

    Parameters
    ----------
    vanaf : date
        First day of the period after.
    meldingen, aanvragen : tuple of int
        Before and after.
    verhouding : float
        Share of meldingen that became an aanvraag after, divided by that before.
    interval : Interval
        Score interval of that ratio (Miettinen and Nurminen 1985, Statistics in Medicine 4); it reckons with
        chance in the counts only.
    """

    vanaf: dt.date
    meldingen: tuple[int, int]
    aanvragen: tuple[int, int]
    verhouding: float
    interval: Interval


def compare_poort(aanvragen: pd.DataFrame, vanaf: dt.date, level: float = 0.95) -> Poortvergelijking | None:
    """Compare the share of meldingen that became an aanvraag; None when either period has no aanvraag.

    Parameters
    ----------
    aanvragen : DataFrame
        The register of that name: ``melding`` and ``aanvraag`` are dates, the latter may be missing.
    vanaf : date
        First day of the period after.
    level : float
        Of the interval.
    """
    after = (aanvragen["melding"] >= pd.Timestamp(vanaf)).to_numpy()
    applied = aanvragen["aanvraag"].notna().to_numpy()
    meldingen = (int((~after).sum()), int(after.sum()))
    counted = (int((applied & ~after).sum()), int((applied & after).sum()))
    if not all(counted):
        return None
    ratio = (counted[1] / meldingen[1]) / (counted[0] / meldingen[0])
    lower, upper = confint_proportions_2indep(
        counted[1], meldingen[1], counted[0], meldingen[0], method="score", compare="ratio", alpha=1 - level
    )
    return Poortvergelijking(vanaf, meldingen, counted, ratio, Interval(level, float(lower), float(upper)))
