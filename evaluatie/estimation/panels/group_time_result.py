"""What estimation per group and period returns: the cells, their averages, and tables of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from evaluatie.estimation.result import NO_INTERVAL, Estimate, NotEstimated

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NUMBERS = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high", "conf_level", "n")
_AXES = {"group": "Groep (eerste periode)", "dynamic": "Perioden sinds de start", "calendar": "Periode"}


@dataclass(frozen=True, slots=True)
class GroupTimeAtt:
    """Effects per group and period, and the averages that were asked.

    Parameters
    ----------
    overall : Estimate or NotEstimated
        The one number of the aggregate.
    estimates : mapping of label to Estimate or NotEstimated
        The averages it is made of: per group, per period since the start or per calendar period. For ``simple``
        only ``"overall"``.
    cells : mapping of (group, time) to Estimate or NotEstimated
        ATT(g, t); those before the start test the parallel trends.
    event_times : mapping of (group, time) to int
        Periods since the start; the first treated period is 0.
    covariance : pandas.DataFrame
        Covariance of the `estimates`, with their labels on both axes; empty for ``simple``.
    aggregate, control : str
        What was asked.
    notes : tuple of str
        What was left out, and why.
    """

    overall: Estimate | NotEstimated
    estimates: Mapping[Any, Estimate | NotEstimated]
    cells: Mapping[tuple[Any, Any], Estimate | NotEstimated]
    event_times: Mapping[tuple[Any, Any], int]
    covariance: pd.DataFrame
    aggregate: str
    control: str
    notes: tuple[str, ...] = ()

    @property
    def att(self) -> pd.DataFrame:
        """One row per group and period with standard error and pointwise 95% interval, or the reason there is none."""
        labels = pd.DataFrame(list(self.cells), columns=["group", "time"])
        labels["event_time"] = list(self.event_times.values())
        return pd.concat([labels, _table(list(self.cells.values()), 0.95)], axis=1)

    @property
    def aggregated(self) -> pd.DataFrame:
        """One row per average, with pointwise 95% intervals; the first column has the name of its label."""
        names = {"group": "group", "dynamic": "event_time", "calendar": "time", "simple": "term"}
        labels = pd.Series(list(self.estimates), name=names[self.aggregate])
        return pd.concat([labels, _table(list(self.estimates.values()), 0.95)], axis=1)

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return the overall effect and below it the averages it is made of, with broom's names."""
        parts = {} if self.aggregate == "simple" else self.estimates
        labels = pd.Series(["overall", *map(str, parts)], name="term")
        return pd.concat([labels, _table([self.overall, *parts.values()], level)], axis=1)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the averages; for ``simple`` every group and period by the time since the start."""
        from evaluatie.estimation.plot import plot_intervals

        simple = self.aggregate == "simple"
        table, x = (self.att, "event_time") if simple else (self.aggregated, self.aggregated.columns[0])
        known = table.dropna(subset="estimate")
        label = _AXES["dynamic" if simple else self.aggregate]
        return plot_intervals(known, x, title="Effect op wie meedoet", x_label=label, y_label="Effect", ax=ax)

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{note}</p>" for note in self.notes)
        return f"{self.tidy().to_html(index=False)}{notes}"


def _table(estimates: Sequence[Estimate | NotEstimated], level: float) -> pd.DataFrame:
    """Return the columns of `tidy_all`, with numbers as numbers and fast enough for a thousand cells."""
    table = pd.DataFrame([_row(estimate, level) for estimate in estimates], columns=[*_NUMBERS, "unit", "reason"])
    return table.assign(**{column: table[column].astype(float) for column in _NUMBERS})


def _row(estimate: Estimate | NotEstimated, level: float) -> dict[str, Any]:
    if isinstance(estimate, NotEstimated):
        return {"reason": estimate.reason}
    row = {"estimate": estimate.value, "n": estimate.n, "unit": estimate.unit}
    if estimate.inference is None:
        return row | {"reason": NO_INTERVAL}
    interval = estimate.interval(level)
    return row | {
        "std_error": estimate.std_error,
        "statistic": estimate.statistic,
        "p_value": estimate.p_value,
        "conf_low": interval.lower,
        "conf_high": interval.upper,
        "conf_level": level,
    }
