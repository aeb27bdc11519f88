"""Curves over the duration of a spell: what they answer, with intervals, as a table and as a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.durations.links import CLOGLOG, Array, BoundaryInference, Complement, ShareInference
from evaluatie.estimation.durations.risk_table import RiskTable
from evaluatie.estimation.result import Estimate, NotEstimated, StudentInference

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STAYED = "still there"


@dataclass(frozen=True, slots=True)
class DurationCurves:
    """Curves over the duration, per group: the share still there, or the share that left per cause.

    Parameters
    ----------
    tables : mapping of group to RiskTable
        One group, None, when no groups were asked for.
    incidence : bool
        Whether these are shares that left (per cause) or the share still there.
    method : str
    """

    tables: Mapping[object, RiskTable]
    incidence: bool
    method: str

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The causes of a cumulative incidence; ``still there`` of a Kaplan–Meier curve."""
        return next(iter(self.tables.values())).causes if self.incidence else (STAYED,)

    def at(self, month: float, *, group: object = None) -> dict[str, Estimate | NotEstimated]:
        """Return the share of each outcome after `month` months.

        The interval is symmetric on the scale ``log(−log(1 − share that left))``, so that a single cause has the
        usual interval of Kaplan–Meier. Software that uses ``log(−log(share that left))`` (R's cmprsk, Stata's
        stcompet) gives other ends. When nobody has left yet the interval is Clopper–Pearson's for those still
        followed.

        Raises
        ------
        EstimationError
            For an unknown group, or a month below zero.
        """
        table = self._table(group)
        if not month >= 0:
            raise EstimationError(f"Maand {month} bestaat niet.", "Kies een getal vanaf 0.")
        incidence, variance = table.incidence(), table.variance()
        return {
            outcome: self._estimate(table, month, incidence[:, index], variance[:, index], outcome)
            for index, outcome in enumerate(self.outcomes)
        }

    def difference(
        self, month: float, outcome: str = STAYED, *, group: object, reference: object
    ) -> Estimate | NotEstimated:
        """Return the share in `group` minus that in `reference`, after `month` months; the groups are independent."""
        self._check_outcome(outcome)
        estimand = f"difference in share {outcome} after {month:g} months: {group} minus {reference}"
        one, other = self.at(month, group=group)[outcome], self.at(month, group=reference)[outcome]
        if isinstance(one, Estimate) and isinstance(other, Estimate):
            return _subtract(one, other, estimand)
        missing = one if isinstance(one, NotEstimated) else other
        return replace(missing, estimand=estimand)

    def restricted_mean(self, month: float, *, group: object = None) -> Estimate | NotEstimated:
        """Return the mean number of months someone stays within the first `month` months.

        The area under the Kaplan–Meier curve, whatever the outcomes, with the variance that follows from
        Greenwood's (Klein and Moeschberger 2003, eq. 4.5.2).
        """
        table = self._table(group)
        estimand = f"mean months within the first {month:g}"
        obstacle = _find_obstacle(table, month) if month > 0 else ("no month has passed", "outside_data")
        if obstacle:
            return NotEstimated(*obstacle, self.method, estimand)
        inside = table.times < month
        times, exits, n = table.times[inside], table.exits[inside].sum(axis=1), table.at_risk[inside]
        areas = np.append(1.0, table.survival()[inside]) * np.diff(np.concatenate([[0.0], times, [month]]))
        # Who left at a time changes all of the area after it.
        after = np.cumsum(areas[::-1])[::-1][1:]
        variance = float(np.divide(exits * after**2, n * (n - exits), out=np.zeros_like(n), where=n > exits).sum())
        if variance == 0:
            return NotEstimated("nobody left before", "no_events", self.method, estimand)
        value, std_error = float(areas.sum()), math.sqrt(variance)
        inference = StudentInference(value, std_error)
        return Estimate(value, std_error, None, table.spells, self.method, estimand, "months", inference)

    def tidy(self, level: float = 0.95, *, months: Sequence[float] | None = None) -> pd.DataFrame:
        """Return a row per group, outcome and month.

        The months are those at which somebody left, unless `months` are given. ``at_risk`` counts who was still
        there and followed in that month; ``reason`` says why a number is missing.
        """
        rows = []
        for group, table in self.tables.items():
            asked = table.times[table.exits.sum(axis=1) > 0] if months is None else months
            for month in asked:
                position = int(np.searchsorted(table.times, month))
                at_risk = int(table.at_risk[position]) if position < len(table.times) else 0
                for outcome, estimate in self.at(float(month), group=group).items():
                    first = {"group": group, "outcome": outcome, "month": float(month), "at_risk": at_risk}
                    rows.append(first | _numbers(estimate, level))
        return pd.DataFrame(rows, columns=_COLUMNS)

    def plot(self, outcome: str | None = None, *, level: float = 0.95, ax: Axes | None = None) -> Axes:
        """Draw the curves with their intervals, as steps; all outcomes unless one is named."""
        from evaluatie.estimation.plot import plot_curves

        if outcome is not None:
            self._check_outcome(outcome)
        table = self.tidy(level)
        chosen = table if outcome is None else table[table["outcome"] == outcome]
        curves = []
        for (group, name), rows in chosen.groupby(["group", "outcome"], dropna=False, sort=False):
            parts = [name if len(self.outcomes) > 1 else None, group if len(self.tables) > 1 else None]
            label = " ".join(str(part) for part in parts if part is not None)
            curves.append((label, self._from_the_start(rows)))
        what = "Deel dat vertrok" if self.incidence else "Deel dat er nog is"
        return plot_curves(curves, "month", title=what, x_label="maanden", y_label="aandeel", step=True, ax=ax)

    def _from_the_start(self, rows: pd.DataFrame) -> pd.DataFrame:
        at_zero = 0.0 if self.incidence else 1.0
        columns = ["month", "estimate", "conf_low", "conf_high"]
        first = pd.DataFrame([[0.0, at_zero, at_zero, at_zero]], columns=columns)
        known = rows.loc[rows["estimate"].notna(), columns]
        return pd.concat([first, known.astype(float)], ignore_index=True)

    def _table(self, group: object) -> RiskTable:
        if group not in self.tables:
            known = ", ".join(map(str, self.tables))
            raise EstimationError(f"Onbekende groep '{group}'.", f"Geef group; aanwezig: {known}.")
        return self.tables[group]

    def _check_outcome(self, outcome: str) -> None:
        if outcome not in self.outcomes:
            raise EstimationError(f"Onbekende uitkomst '{outcome}'.", f"Kies uit: {', '.join(self.outcomes)}.")

    def _estimate(
        self, table: RiskTable, month: float, incidence: Array, variance: Array, outcome: str
    ) -> Estimate | NotEstimated:
        left_or_stayed = f"that left ({outcome})" if self.incidence else outcome
        estimand = f"share {left_or_stayed} after {month:g} months"
        obstacle = _find_obstacle(table, month)
        if obstacle:
            return NotEstimated(*obstacle, self.method, estimand)
        position = int(np.searchsorted(table.times, month, side="right")) - 1
        left = float(incidence[position]) if position >= 0 else 0.0
        if left >= 1 - 1e-12:
            return NotEstimated("everybody who was followed has left", "too_small", self.method, estimand)
        if left == 0:
            # All who are at risk at the next time were followed through this month.
            shown: ShareInference | BoundaryInference = BoundaryInference(
                float(table.at_risk[np.searchsorted(table.times, month)])
            )
            std_error = None
        else:
            std_error = math.sqrt(float(variance[position]))
            scaled = float(CLOGLOG.forward(left))
            shown = ShareInference(scaled, std_error / float(CLOGLOG.slope(scaled)), CLOGLOG)
        value, inference = (left, shown) if self.incidence else (1 - left, Complement(shown))
        return Estimate(value, std_error, None, table.spells, self.method, estimand, "share", inference)

    def _repr_html_(self) -> str:
        return f"{self.tidy().to_html(index=False, na_rep='')}<p>{self.method}</p>"


_NUMBERS = ("estimate", "std_error", "conf_low", "conf_high", "conf_level", "n", "reason")
_COLUMNS = ["group", "outcome", "month", "at_risk", *_NUMBERS]


def _numbers(estimate: Estimate | NotEstimated, level: float) -> dict[str, object]:
    if isinstance(estimate, NotEstimated):
        return {"reason": estimate.reason}
    interval = estimate.interval(level)
    ends = (interval.lower, interval.upper, level)
    return dict(zip(_NUMBERS, (estimate.value, estimate.std_error, *ends, estimate.n, None), strict=True))


def _find_obstacle(table: RiskTable, month: float) -> tuple[str, str] | None:
    last = table.times[-1]
    if month < table.start:
        return f"nobody is observed before month {table.start:g}", "outside_data"
    if table.emptied and month >= last:
        return f"all who were at risk left in month {last:g}, before others came in", "no_risk_set"
    if month > last and table.at_risk[-1] > table.exits[-1].sum():
        return f"nobody is followed beyond month {last:g}", "outside_data"
    return None


def _subtract(one: Estimate, other: Estimate, estimand: str) -> Estimate | NotEstimated:
    if one.std_error is None or other.std_error is None:
        return NotEstimated("nobody has left yet in one of the groups", "no_events", one.method, estimand)
    value, std_error = one.value - other.value, math.hypot(one.std_error, other.std_error)
    inference = StudentInference(value, std_error)
    return Estimate(value, std_error, None, one.n + other.n, one.method, estimand, "share", inference)
