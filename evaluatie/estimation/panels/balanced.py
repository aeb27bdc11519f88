"""A balanced panel as arrays, for methods that compare one unit with all others."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source, read_columns
from evaluatie.estimation.result import NotEstimated

METHOD = "DiD (two-way fixed effects)"
ESTIMAND = "average effect on the treated"

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Panel:
    """A balanced panel as arrays, rows units, columns periods.

    Parameters
    ----------
    y : array, shape (units, periods)
        Outcome.
    weights : array, shape (units,)
        Weight of each unit, constant over time.
    first_treated : array, shape (units,)
        Position of the first treated period; ``periods`` for a never-treated unit.
    units, periods : pandas.Index
        Labels.
    """

    y: Array
    weights: Array
    first_treated: npt.NDArray[np.int64]
    units: pd.Index
    periods: pd.Index

    @property
    def treatment(self) -> Array:
        """Treatment indicator, shape (units, periods)."""
        return (np.arange(self.y.shape[1])[None, :] >= self.first_treated[:, None]).astype(float)

    @property
    def treated(self) -> npt.NDArray[np.bool_]:
        """Which units are treated within the panel, shape (units,)."""
        treated: npt.NDArray[np.bool_] = self.first_treated < self.y.shape[1]
        return treated


def to_panel(
    source: Source, *, outcome: str, unit: str, time: str, treated_from: str, weights: str | None = None
) -> Panel:
    """Turn rows, one per unit and period, or Parquet files that hold them, into arrays.

    `treated_from` is a column with the first treated period, missing for a never-treated unit.

    Raises
    ------
    EstimationError
        For missing columns, provisional figures, double rows, gaps, infinite or missing outcomes, a start that
        changes within a unit, or weights that are not positive and finite or change over time.
    """
    frame = read_columns(source, [outcome, unit, time, treated_from, *([weights] if weights else [])])
    _refuse_doubles(frame, unit, time)
    wide = frame.pivot(index=unit, columns=time, values=outcome).sort_index()
    start = frame.groupby(unit)[treated_from]
    starts = start.first().reindex(wide.index)
    if (start.min() < start.max()).any():
        raise EstimationError(
            f"De start ('{treated_from}') verandert binnen een eenheid.", "Geef elke eenheid één start, of geen."
        )
    w = frame.groupby(unit)[weights].agg(["min", "max"]).reindex(wide.index) if weights else None
    _check_values(wide, w)
    first = np.where(starts.isna(), len(wide.columns), np.searchsorted(wide.columns, starts.fillna(wide.columns[-1])))
    unit_weights = w["max"].to_numpy(float) if w is not None else np.ones(len(wide))
    return Panel(wide.to_numpy(float), unit_weights, first.astype(np.int64), wide.index, wide.columns)


def find_obstacle(panel: Panel) -> NotEstimated | None:
    """Return why no difference-in-differences exists on this panel, or None."""
    if not panel.treated.any():
        return NotEstimated("no unit is treated within the panel", "no_treated", METHOD, ESTIMAND)
    if panel.treated.all():
        return NotEstimated("there is no untreated unit to compare with", "no_control", METHOD, ESTIMAND)
    if (panel.first_treated[panel.treated] == 0).all():
        return NotEstimated("the panel starts after the treatment", "no_pre_period", METHOD, ESTIMAND)
    return None


def fit_twfe(panel: Panel) -> tuple[float, float]:
    """Return the coefficient of the treatment and its clustered standard error (units as clusters)."""
    y, d = _demean(panel.y), _demean(panel.treatment)
    w = panel.weights[:, None]
    # Weights are constant within a unit, so a plain unit mean and a weighted period mean sweep out both effects.
    y, d = y - (w * y).sum(0) / w.sum(), d - (w * d).sum(0) / w.sum()
    bread = float((w * d * d).sum())
    value = float((w * d * y).sum()) / bread
    scores = (w * d * (y - value * d)).sum(1)
    units, periods = panel.y.shape
    parameters = periods + 1
    factor = units / (units - 1) * (y.size - 1) / (y.size - parameters)
    return value, math.sqrt(factor * float((scores**2).sum())) / bread


def _demean(values: Array) -> Array:
    demeaned: Array = values - values.mean(axis=1, keepdims=True)
    return demeaned


def _refuse_doubles(frame: pd.DataFrame, unit: str, time: str) -> None:
    doubles = frame.duplicated([unit, time])
    if doubles.any():
        first = frame.loc[doubles, [unit, time]].iloc[0]
        raise EstimationError(
            f"{int(doubles.sum())} rijen komen dubbel voor, als eerste {first[unit]} in {first[time]}.",
            "Houd één rij per eenheid en periode over.",
        )


def _check_values(wide: pd.DataFrame, weights: pd.DataFrame | None) -> None:
    bad = ~np.isfinite(wide.to_numpy(float, na_value=np.nan))
    if bad.any():
        names = ", ".join(map(str, wide.index[bad.any(1)][:6]))
        raise EstimationError(
            f"{int(bad.sum())} waarden ontbreken of zijn oneindig, bij: {names}.",
            "Laat deze eenheden weg of vul de waarden aan.",
        )
    if (
        weights is not None
        and not (np.isfinite(weights["max"]) & (weights["min"] > 0) & (weights["min"] == weights["max"])).all()
    ):
        raise EstimationError(
            "Gewichten moeten positief zijn en per eenheid gelijk blijven.", "Gebruik het gewicht van het eerste jaar."
        )
