"""Placebo in time: the same estimate at a date on which nothing started yet.

References
----------
Abadie, Diamond and Hainmueller (2015), AJPS 59 (in-time placebos).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source, read_columns
from evaluatie.estimation.panels.did import Panel, to_panel
from evaluatie.estimation.placebos.placebo import find_placebo_obstacle, method_name, placebo_in_space
from evaluatie.estimation.placebos.placebo_scale import FEWEST_PRE_PERIODS, Statistic
from evaluatie.estimation.placebos.placebo_units import Estimator
from evaluatie.estimation.result import Estimate, NotEstimated, tidy_all
from evaluatie.estimation.synthetic.contrast import EstimatorName, start_of

if TYPE_CHECKING:
    from evaluatie.estimation.plot import Axes


@dataclass(frozen=True, slots=True)
class PlaceboInTime:
    """Effects at dates on which nothing started yet; each should hold zero in its interval.

    Parameters
    ----------
    estimates : dict
        Per pretended start the estimate on the periods before the real start, or why there is none.
    """

    estimates: dict[Any, Estimate | NotEstimated]

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per pretended start, with broom's names."""
        return tidy_all(self.estimates, level, name="start")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the effect and its interval per pretended start."""
        from evaluatie.estimation.plot import plot_intervals

        table = self.tidy().dropna(subset=["estimate"]).replace([np.inf, -np.inf], np.nan)
        unit = str(table["unit"].iloc[0]) if len(table) else ""
        return plot_intervals(
            table,
            "start",
            title="Effect op een datum waarop er nog niets begon",
            x_label="verzonnen begin",
            y_label=f"effect ({unit})",
            ax=ax,
        )

    def _repr_html_(self) -> str:
        return str(self.tidy().to_html(index=False))


def placebo_in_time(
    estimator: Estimator | EstimatorName,
    panel: Source,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated_from: str,
    weights: str | None = None,
    statistic: Statistic = "ferman_pinto",
    starts: Sequence[Any] | None = None,
) -> PlaceboInTime | NotEstimated:
    """Pretend that the treatment started earlier, on the periods before it really did.

    Parameters
    ----------
    estimator, panel, outcome, unit, time, treated_from, weights, statistic
        As for `placebo_in_space`.
    starts : sequence, optional
        Pretended starts, periods of the panel before the real start. By default one: as many periods before the real
        start as there are after it, or half of the earlier periods when that leaves too few before.

    Returns
    -------
    PlaceboInTime or NotEstimated
        Each estimate has its own permutation inference. Its last pretended period is the last real one before.

    Raises
    ------
    EstimationError
        For a pretended start that is not a period before the real one.
    """
    roles = {"outcome": outcome, "unit": unit, "time": time, "treated_from": treated_from, "weights": weights}
    frame = read_columns(panel, [column for column in roles.values() if column])
    arrays = to_panel(frame, **roles)  # type: ignore[arg-type]
    obstacle = find_placebo_obstacle(arrays, estimator, "placebo_in_time")
    if obstacle:
        return obstacle
    start = start_of(arrays)
    if start < 2:
        reason = "a pretended start needs two periods before the real one"
        return NotEstimated(reason, "no_pre_period", f"{method_name(estimator)}, placebo in time")
    chosen = [_default_start(arrays)] if starts is None else list(starts)
    _check_starts(chosen, arrays.periods[1:start])
    before = frame[frame[time] < arrays.periods[start]]
    estimates: dict[Any, Estimate | NotEstimated] = {}
    for pretended in chosen:
        moved = before.assign(**{treated_from: before[treated_from].where(before[treated_from].isna(), pretended)})
        found = placebo_in_space(estimator, moved, **roles, statistic=statistic)  # type: ignore[arg-type]
        estimates[pretended] = found if isinstance(found, NotEstimated) else found.estimate
    return PlaceboInTime(estimates)


def _default_start(panel: Panel) -> Any:
    start = start_of(panel)
    after = panel.y.shape[1] - start
    position = start - after if start - after >= FEWEST_PRE_PERIODS else max(start // 2, 1)
    return panel.periods[position]


def _check_starts(starts: Sequence[Any], allowed: pd.Index) -> None:
    wrong = [start for start in starts if start not in allowed]
    if wrong:
        raise EstimationError(
            f"Geen periode tussen de eerste en de echte start: {', '.join(map(str, wrong))}.",
            f"Kies uit {', '.join(map(str, allowed))}.",
        )
