"""The caseload of a municipality beside the nation and comparable municipalities, from one CBS table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evaluatie.panel import UITKOMSTEN, Gemeentepanel, build_land
from evaluatie.panel.gemeentejaren import ROUNDING

COMPARABLE = 20
"""Number of most similar municipalities."""


def index_bestand(panel: Gemeentepanel, codes: Sequence[str]) -> pd.DataFrame:
    """Return persons with bijstand as an index, 1 January 2015 = 100.

    Several codes are summed. The stock of 1 January 2015 is the stock at the end of 2015 minus instroom
    plus uitstroom, so it carries the rounding of three numbers.

    Returns
    -------
    pandas.DataFrame
        ``moment`` (year of 1 January, or the end of 2017 as 2018), ``personen``, ``index``, and ``lower`` and
        ``upper``: where the index lies with 95% probability if CBS's rounding to tens is all that is unknown.
    """
    rows = panel.frame[panel.frame["gemeente"].isin(codes)].groupby("jaar")[["bestand_begin", "bestand", "delen"]].sum()
    return _to_index(rows)


def index_land() -> pd.DataFrame:
    """Return the same for the Netherlands."""
    return _to_index(build_land().set_index("jaar")[["bestand_begin", "bestand", "delen"]])


def list_comparable(panel: Gemeentepanel, code: str, *, number: int = COMPARABLE) -> list[str]:
    """Return the municipalities most like this one in 2015: inhabitants and share with bijstand.

    Distance on the logarithm of both, each divided by its standard deviation over all municipalities;
    ties fall to the lower code.
    """
    first = panel.frame[panel.frame["jaar"] == panel.years[0]].set_index("gemeente").sort_index()
    features = pd.DataFrame(
        {"omvang": np.log(first["inwoners"]), "bijstand": np.log(first["bestand_begin"] / first["inwoners"])}
    )
    standardised = features / features.std()
    distance = ((standardised - standardised.loc[code]) ** 2).sum(axis=1).drop(code)
    return list(distance.sort_values(kind="stable").index[:number])


def list_stromen(panel: Gemeentepanel, codes: Sequence[str]) -> pd.DataFrame:
    """Return flows by year: persons and share of everybody who had bijstand in the year; codes are summed."""
    columns = ["bestand", "in_bijstand", *UITKOMSTEN]
    rows = panel.frame[panel.frame["gemeente"].isin(codes)].groupby("jaar")[columns].sum()
    return _with_shares(rows)


def list_stromen_land() -> pd.DataFrame:
    """Return the same for the Netherlands."""
    return _with_shares(build_land().set_index("jaar")[["bestand", "in_bijstand", *UITKOMSTEN]])


def _to_index(rows: pd.DataFrame) -> pd.DataFrame:
    start = float(rows["bestand_begin"].iloc[0])
    personen = np.array([start, *rows["bestand"]], dtype=float)
    moments = [*rows.index, rows.index[-1] + 1]
    # One rounded count has variance ROUNDING² / 12; the start is made of three of them.
    one = rows["delen"].iloc[0] * ROUNDING**2 / 12
    spread = np.sqrt(one / personen**2 + 3 * one / start**2)
    spread[0] = 0.0
    index = 100 * personen / start
    reach = 1.96 * spread * index
    return pd.DataFrame(
        {"moment": moments, "personen": personen, "index": index, "lower": index - reach, "upper": index + reach}
    )


def _with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    shares = {f"{outcome}_aandeel": rows[outcome] / rows["in_bijstand"] for outcome in UITKOMSTEN}
    return rows.assign(**shares).reset_index()
