"""A time series with one interruption: read it, order it, and write it as regressors."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source, read_columns
from evaluatie.estimation.regressions.least_squares import Array

Moment = int | str | dt.date | pd.Period
Scale = Literal["difference", "ratio"]

PER_YEAR, HARMONICS = 12, 2


@dataclass(frozen=True, slots=True)
class Series:
    """An evenly spaced series in order of time.

    Parameters
    ----------
    time : pandas.Index
        As given, in order.
    position : array of int, shape (n,)
        Number of each moment; months since January of year 0 for dates, the numbers themselves otherwise.
    start : int
        Position of the first moment with the measure.
    y : array, shape (n,)
        What is modelled: the outcome, its difference from the reference, or the logarithm of (their ratio to) it.
    """

    time: pd.Index
    position: np.ndarray[tuple[int], np.dtype[np.int64]]
    start: int
    y: Array

    @property
    def before(self) -> int:
        """Number of moments before the measure."""
        return int((self.position < self.start).sum())

    @property
    def after(self) -> int:
        """Number of moments with the measure."""
        return len(self.position) - self.before


def read_series(
    source: Source, *, outcome: str, time: str, from_: Moment, reference: str | None, scale: Scale
) -> Series | None:
    """Return the series; None when a logarithm is asked of a value that is not positive.

    Raises
    ------
    EstimationError
        For times that are no months or whole numbers, come twice or leave a gap, and for what `read_columns` refuses.
    """
    numbers = [outcome, *([reference] if reference else [])]
    frame = read_columns(source, [time], numeric=numbers)
    if frame.empty:
        raise EstimationError("Er zijn geen rijen om mee te schatten.", "Controleer de selectie.")
    position = _to_positions(frame[time], time)
    order = np.argsort(position, kind="stable")
    position = position[order]
    _refuse_uneven(position, time)
    values = frame[numbers].to_numpy(float)[order]
    if scale == "ratio":
        if not (values > 0).all():
            return None
        values = np.log(values)
    y = values[:, 0] - (values[:, 1] if reference else 0.0)
    start = int(_to_positions(pd.Series([from_]), "from_")[0])
    return Series(pd.Index(frame[time].iloc[order]), position, start, y)


def break_design(series: Series, *, seasonal: bool, skip: int = 0) -> Array:
    """Return the regressors: constant, trend, level change, slope change and, when asked, the season.

    Time runs from the start of the measure: the level change is the jump in its first month. The season is two pairs
    of sine and cosine with periods of 12 and 6 months (Bernal, Cummins and Gasparrini 2017). Each of the `skip` moments
    before the start has an indicator of its own, which takes it out of every other coefficient.
    """
    t = (series.position - series.start).astype(float)
    after = (t >= 0).astype(float)
    waves = [
        wave(2 * np.pi * k * series.position / PER_YEAR)
        for k in range(1, HARMONICS + 1)
        for wave in (np.sin, np.cos)
        if seasonal
    ]
    skipped = [(t == -place).astype(float) for place in range(1, skip + 1)]
    return np.column_stack([np.ones(len(t)), t, after, after * t, *waves, *skipped])


def _to_positions(values: pd.Series, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return whole numbers as they are, and dates, months and texts like "2018-07" as numbers of months."""
    if pd.api.types.is_integer_dtype(values):
        return values.to_numpy(np.int64)
    try:
        months = pd.PeriodIndex(values, freq="M") if not _is_period(values) else pd.PeriodIndex(values).asfreq("M")
        positions: np.ndarray[tuple[int], np.dtype[np.int64]] = np.asarray(months.year * PER_YEAR + months.month - 1)
    except (ValueError, TypeError, AttributeError) as error:
        raise _no_time(name) from error
    if pd.isna(months).any() or pd.api.types.is_float_dtype(values):
        raise _no_time(name)
    return positions.astype(np.int64)


def _is_period(values: pd.Series) -> bool:
    return isinstance(values.dtype, pd.PeriodDtype) or isinstance(values.iloc[0], pd.Period)


def _no_time(name: str) -> EstimationError:
    return EstimationError(
        f"Kolom of waarde {name} is geen maand en geen heel getal.", "Schrijf een maand als 2018-07 of nummer ze."
    )


def _refuse_uneven(position: np.ndarray[tuple[int], np.dtype[np.int64]], time: str) -> None:
    step = np.diff(position)
    if (step == 0).any():
        raise EstimationError(
            f"Kolom {time}: {int((step == 0).sum())} perioden komen dubbel voor.", "Houd één rij per periode over."
        )
    if (step > 1).any():
        raise EstimationError(
            f"Kolom {time}: er ontbreken {int((step - 1).sum())} perioden tussen de eerste en de laatste.",
            "Vul ze aan, of begin de reeks na het gat.",
        )
