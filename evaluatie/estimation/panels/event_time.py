"""Periods since the start, in the calendar of the data and not in the order of its rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.panels.moments import Array, Codes
from evaluatie.estimation.panels.panel_cells import PanelCells

NEVER = np.iinfo(np.int64).min
"""Event time of a unit without a start."""


def event_times(cells: PanelCells) -> Codes:
    """Return for each cell the number of periods since the first treated one, `NEVER` for never-treated units.

    A period is the smallest distance between two periods of the panel. Numbers, dates (as months when all fall on
    the same day of the month, otherwise as days) keep their real distance: a year that is absent from the panel
    still counts as a year. Texts have no distance: they count one by one, and every start must be one of them.

    Raises
    ------
    EstimationError
        When the distances are no multiples of the smallest, or a text start is not a period of the panel.
    """
    known = cells.treated_from.notna().to_numpy()
    since = np.full(len(cells.unit), NEVER)
    if not known.any():
        return since
    periods, starts = _on_one_scale(cells.periods, pd.Index(cells.treated_from[known].infer_objects()))
    step = float(np.diff(periods).min()) if len(periods) > 1 else 1.0
    steps = (periods - periods[0]) / step
    if np.abs(steps - np.round(steps)).max() > 1e-6:
        raise EstimationError(
            "De perioden liggen niet op gelijke afstand; het aantal perioden sinds de start is dan niet bepaald.",
            "Gebruik gehele jaren, kwartalen of maanden als periode.",
        )
    first = np.zeros(len(known), dtype=np.int64)
    # A start between two periods treats from the next one on, as in `did`.
    first[known] = np.ceil((starts - periods[0]) / step - 1e-6).astype(np.int64)
    has_start = known[cells.unit]
    since[has_start] = (np.round(steps).astype(np.int64)[cells.time] - first[cells.unit])[has_start]
    return since


def _on_one_scale(periods: pd.Index, starts: pd.Index) -> tuple[Array, Array]:
    if pd.api.types.is_numeric_dtype(periods):
        return periods.to_numpy(float), starts.to_numpy(float)
    if pd.api.types.is_datetime64_any_dtype(periods) or pd.api.types.infer_dtype(periods) == "date":
        return _dates(pd.DatetimeIndex(periods), pd.DatetimeIndex(starts))
    positions = periods.get_indexer(starts)
    if (positions < 0).any():
        raise EstimationError(
            f"De start {starts[positions < 0][0]} is geen periode in het paneel; bij tekst is de afstand dan onbekend.",
            "Gebruik een getal of een datum als periode.",
        )
    return np.arange(len(periods), dtype=float), positions.astype(float)


def _dates(periods: pd.DatetimeIndex, starts: pd.DatetimeIndex) -> tuple[Array, Array]:
    day = periods[0].day
    if (periods.day == day).all():
        return _months(periods, day), _months(starts, day)
    origin = pd.Timestamp(0)
    return ((periods - origin) / pd.Timedelta(days=1)).to_numpy(float), (
        (starts - origin) / pd.Timedelta(days=1)
    ).to_numpy(float)


def _months(dates: pd.DatetimeIndex, day: int) -> Array:
    """Count months; a date after `day` belongs to the next one."""
    months: npt.NDArray[np.float64] = (dates.year * 12 + dates.month + (dates.day > day)).to_numpy(float)
    return months
