"""The caseload of a municipality beside the nation and comparable municipalities, from one CBS table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evaluatie.estimation import fit_size_variance
from evaluatie.panel import UITKOMSTEN, Gemeentepanel, build_land
from evaluatie.panel.gemeentejaren import ROUNDING

COMPARABLE = 20
"""Number of most similar municipalities."""
PREDICTION = 0.75
"""Error variance of predicting a third year by the mean of two, relative to the variance of their difference."""


def index_bestand(panel: Gemeentepanel, codes: Sequence[str]) -> pd.DataFrame:
    """Return persons with bijstand as an index, 1 January 2015 = 100; several codes are summed.

    Returns
    -------
    pandas.DataFrame
        ``moment`` (year of 1 January; 2018 is the end of 2017), ``personen``, ``index``, and ``lower`` and ``upper``:
        where the index lies with 95% probability, given that the stock of 1 January 2015 is estimated (see
        `estimate_start`) and counts are rounded to tens.
    """
    starts = estimate_start(panel).loc[list(codes)].sum()
    rows = panel.frame[panel.frame["gemeente"].isin(codes)].groupby("jaar")[["bestand", "delen"]].sum()
    return _to_index(rows, float(starts["start"]), float(starts["variance"]))


def index_land() -> pd.DataFrame:
    """Return the same for the Netherlands."""
    rows = build_land().set_index("jaar")
    unseen = (rows["bestand"].shift(1) - rows["bestand_begin"]).dropna()
    start = float(rows["bestand_begin"].iloc[0] + unseen.mean())
    return _to_index(rows[["bestand", "delen"]], start, PREDICTION * float(unseen.iloc[-1] - unseen.iloc[0]) ** 2)


def estimate_start(panel: Gemeentepanel) -> pd.DataFrame:
    """Estimate the stock of 1 January 2015, which the embedded tables do not hold.

    End minus instroom plus uitstroom is too low: people who reach the AOW age, or move, leave the stock without
    being counted as uitstroom (nationally 1,3% a year). In 2016 and 2017 that gap is known; its mean is added.
    How much it changes between the two years, by size of municipality, gives the uncertainty.

    Returns
    -------
    pandas.DataFrame
        By municipality: ``start`` (persons) and ``variance``.
    """
    end = panel.frame.pivot(index="gemeente", columns="jaar", values="bestand")
    begin = panel.frame.pivot(index="gemeente", columns="jaar", values="bestand_begin")
    # What left outside the flows: the end of a year minus the beginning of the next according to its flows.
    unseen = end.shift(1, axis=1).iloc[:, 1:] - begin.iloc[:, 1:]
    start = begin.iloc[:, 0] + unseen.mean(axis=1)
    change = (unseen.iloc[:, -1] - unseen.iloc[:, 0]) / start
    fitted = fit_size_variance(change.to_numpy(), start.to_numpy())
    return pd.DataFrame({"start": start, "variance": PREDICTION * fitted * start**2})


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


def _to_index(rows: pd.DataFrame, start: float, start_variance: float) -> pd.DataFrame:
    personen = np.array([start, *rows["bestand"]], dtype=float)
    rounding = rows["delen"].iloc[0] * ROUNDING**2 / 12
    relative = start_variance / start**2 + rounding / personen**2
    relative[0] = 0.0
    index = 100 * personen / start
    reach = 1.96 * np.sqrt(relative) * index
    moments = [*rows.index, rows.index[-1] + 1]
    return pd.DataFrame(
        {"moment": moments, "personen": personen, "index": index, "lower": index - reach, "upper": index + reach}
    )


def _with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    shares = {f"{outcome}_aandeel": rows[outcome] / rows["in_bijstand"] for outcome in UITKOMSTEN}
    return rows.assign(**shares).reset_index()
