"""Interrupted time series: what changed in level and trend from the month a measure began."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source
from evaluatie.estimation.regressions.least_squares import Array
from evaluatie.estimation.result import Estimate, LogInference, NotEstimated, StudentInference, tidy_all
from evaluatie.estimation.series.autocorrelation import SerialFit, first_autocorrelation, fit_serial
from evaluatie.estimation.series.series_design import Moment, Scale, Series, break_design, read_series

if TYPE_CHECKING:
    from evaluatie.estimation.plot import Axes

FEWEST_POINTS = 8
"""Fewest moments before, and with, the measure (Penfold and Zhang 2013, Academic Pediatrics 13)."""
FEWEST_WITH_SEASON = 24
"""Fewest moments in all with a season: two years."""

_METHOD = "interrupted time series (Newey–West, corrected for a short series)"
_EXACT = 1e-20


@dataclass(frozen=True, slots=True)
class InterruptedSeries:
    """What changed from the start of the measure.

    Parameters
    ----------
    level : Estimate
        Jump in the first month with the measure. On the scale "difference" in the unit of the outcome, no effect is 0;
        on the scale "ratio" a ratio, no effect is 1.
    slope : Estimate
        Change of the trend: per month that much more, or that many times as much.
    scale : {"difference", "ratio"}
    reference : str or None
        Column the outcome was set off against.
    unit : str
        Unit of the outcome.
    series : Series
        What was modelled, in order of time.
    fit : SerialFit
        The regression; for the outcome as it is, or its logarithm on the scale "ratio".
    design : array, shape (months, terms)
        What it was regressed on.
    """

    level: Estimate
    slope: Estimate
    scale: Scale
    reference: str | None
    unit: str
    series: Series = field(repr=False, compare=False)
    fit: SerialFit = field(repr=False, compare=False)
    design: Array = field(repr=False, compare=False)

    def effect_at(self, months: int) -> Estimate | NotEstimated:
        """Return the distance from the path without the measure, `months` after its first month (0: that month).

        Not estimated before the measure and beyond the last month of the series: a trend is never extrapolated twice.
        """
        last = int(self.series.position[-1]) - self.series.start
        estimand = f"effect {months} months after the start"
        if not 0 <= months <= last:
            return NotEstimated(
                f"the series holds months 0 to {last} of the measure, not {months}", "outside_data", _METHOD, estimand
            )
        contrast = np.zeros(self.design.shape[1])
        contrast[2], contrast[3] = 1.0, months
        return _estimate(self.fit, contrast, estimand, self.scale, self.unit)

    def effects(self) -> dict[int, Estimate | NotEstimated]:
        """Return the effect in every month with the measure."""
        return {months: self.effect_at(months) for months in range(self.series.after)}

    def paths(self, level: float = 0.95) -> pd.DataFrame:
        """Return per moment what was seen, the fitted path and, from the start on, the path without the measure.

        Columns: time, observed, fitted, fitted_low, fitted_high, counterfactual, counterfactual_low,
        counterfactual_high; the last three missing before the start. Intervals are those of the mean, not of one month.
        With a reference, everything is relative to it.
        """
        without = self.design.copy()
        without[:, 2:4] = 0.0
        table = pd.DataFrame({"time": self.series.time, "observed": self._shown(self.series.y)})
        for name, design in (("fitted", self.design), ("counterfactual", without)):
            lines = np.array([self._line(row, level) for row in design])
            for suffix, column in zip(("", "_low", "_high"), lines.T, strict=True):
                table[name + suffix] = self._shown(column)
        unknown = [name for name in table if str(name).startswith("counterfactual")]
        table.loc[self.series.position < self.series.start, unknown] = np.nan
        return table

    def diagnostics(self) -> pd.DataFrame:
        """Return what a reader should see beside the estimates, one row: points, lags and autocorrelation.

        ``autocorrelation`` is that of the residuals, ``working_rho`` what it says about the errors,
        ``ljung_box_p`` the test of no autocorrelation at up to six lags, less a sixth of the series.
        """
        n = len(self.series.y)
        return pd.DataFrame(
            [
                {
                    "points_before": self.series.before,
                    "points_after": self.series.after,
                    "lags": self.fit.lags,
                    "autocorrelation": first_autocorrelation(self.fit.residuals),
                    "working_rho": self.fit.rho,
                    "ljung_box_p": _ljung_box(self.fit.residuals, min(6, n // 6)),
                }
            ]
        )

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return two rows with broom's names: level and slope."""
        return tidy_all({"level": self.level, "slope": self.slope}, level)

    def plot(self, *, level: float = 0.95, ax: Axes | None = None) -> Axes:
        """Draw what was seen, the fitted path and the path without the measure with its band."""
        from evaluatie.estimation.plot import plot_curves

        table = self.paths(level).rename(columns={"time": "t"})
        if not pd.api.types.is_integer_dtype(table["t"]):
            table["t"] = pd.to_datetime(table["t"].astype(str))
        without = table.dropna(subset="counterfactual").rename(
            columns={
                "counterfactual": "estimate",
                "counterfactual_low": "conf_low",
                "counterfactual_high": "conf_high",
            }
        )
        curves = [
            ("model", table.rename(columns={"fitted": "estimate"})),
            ("zonder maatregel", without),
            ("waargenomen", table.rename(columns={"observed": "estimate"})),
        ]
        label = self.unit if self.reference is None else f"{self.unit} ten opzichte van {self.reference}"
        return plot_curves(curves, "t", title="Onderbroken reeks", x_label="", y_label=label, ax=ax)

    def _line(self, row: Array, level: float) -> tuple[float, float, float]:
        value, std_error, dof = self.fit.inference(row)
        lower, upper = StudentInference(value, std_error, dof).bounds(level)
        return value, lower, upper

    def _shown(self, values: Array) -> Array:
        return np.exp(values) if self.scale == "ratio" else values

    def _repr_html_(self) -> str:
        return str(self.tidy().to_html(index=False)) + str(self.diagnostics().to_html(index=False))


def interrupted_series(
    series: Source,
    *,
    outcome: str,
    time: str,
    from_: Moment,
    reference: str | None = None,
    seasonal: bool = True,
    scale: Scale | None = None,
    skip: int = 0,
) -> InterruptedSeries | NotEstimated:
    """Estimate the change in level and trend of one series from the month a measure began.

    The model is ``z_t = a + b·t + c·D_t + d·D_t·t + season + e_t``, where t is 0 at `from_` and D is 1 from then on:
    c is the change in level, d in slope. Without a reference any other change in that month is taken for the effect.

    Parameters
    ----------
    series : pandas.DataFrame or path of Parquet files
        One row per month, without gaps.
    outcome, time : str
        Columns. `time` holds months (dates, periods, texts such as "2018-07") or whole numbers, one per month.
    from_ : month or int
        First month with the measure, in the same notation.
    reference : str, optional
        Column with the same outcome where the measure did not apply, such as the nation. What is modelled is then the
        outcome relative to it, so that what moves both drops out.
    seasonal : bool
        Add two pairs of sine and cosine over twelve months.
    scale : {"difference", "ratio"}, optional
        ``z`` is the outcome (less the reference), and effects are differences; or the logarithm of the outcome (over
        the reference), and effects are ratios. By default "ratio" with a reference, because municipality and nation
        differ in size, and "difference" without.
    skip : int
        Months just before `from_` that count for neither side: the measure was being introduced, or people acted on
        what was to come. Each gets its own effect, which is the same as leaving it out.

    Returns
    -------
    InterruptedSeries or NotEstimated
        Not estimated with fewer than eight moments before or after the start, less than two years with a season, an
        outcome that never moves, or a logarithm of a value that is not positive.

    Notes
    -----
    Standard errors are Newey–West with 1,3 √n lags, corrected for the shortness of the series (see `autocorrelation`).

    References
    ----------
    Bernal, Cummins and Gasparrini (2017), International Journal of Epidemiology 46; Newey and West (1987),
    Econometrica 55; Imbens and Kolesár (2016), Review of Economics and Statistics 98.
    """
    scale = scale or ("ratio" if reference else "difference")
    if scale not in ("difference", "ratio"):
        raise EstimationError(f"Schaal '{scale}' bestaat niet.", "Kies 'difference' of 'ratio'.")
    read = read_series(series, outcome=outcome, time=time, from_=from_, reference=reference, scale=scale)
    if read is None:
        return _refuse("a value is zero or negative, so it has no logarithm", "too_small")
    if skip < 0:
        raise EstimationError(f"Een aantal over te slaan maanden van {skip} kan niet.", "Gebruik 0 of meer.")
    obstacle = _find_obstacle(read, seasonal, skip)
    if obstacle:
        return obstacle
    design = break_design(read, seasonal=seasonal, skip=skip)
    fit = fit_serial(design, read.y)
    if fit.residuals @ fit.residuals <= _EXACT * float(((read.y - read.y.mean()) ** 2).sum()):
        return _refuse("the series follows its trend without any error", "no_spread")
    unit = outcome if scale == "difference" else "ratio"
    unit_vectors = np.eye(design.shape[1])
    level = _estimate(fit, unit_vectors[2], "change in level", scale, unit)
    slope = _estimate(fit, unit_vectors[3], "change in slope per month", scale, unit)
    return InterruptedSeries(level, slope, scale, reference, outcome, read, fit, design)


def _find_obstacle(series: Series, seasonal: bool, skip: int) -> NotEstimated | None:
    if series.before == 0:
        return _refuse("the series starts after the measure", "no_pre_period")
    if series.after == 0:
        return _refuse("the series ends before the measure", "outside_data")
    before, used = series.before - skip, len(series.y) - skip
    if min(before, series.after) < FEWEST_POINTS:
        return _refuse(
            f"{FEWEST_POINTS} moments are needed before and after the start; there are {before} and {series.after}",
            "too_small",
        )
    if seasonal and used < FEWEST_WITH_SEASON:
        return _refuse(f"a season needs {FEWEST_WITH_SEASON} moments, there are {used}", "too_small")
    if np.ptp(series.y) == 0:
        return _refuse("the outcome never moves", "no_spread")
    return None


def _refuse(reason: str, code: str) -> NotEstimated:
    return NotEstimated(reason, code, _METHOD, "change in level and slope")


def _estimate(fit: SerialFit, contrast: Array, estimand: str, scale: Scale, unit: str) -> Estimate:
    value, std_error, dof = fit.inference(contrast)
    n = len(fit.residuals)
    if scale == "difference":
        return Estimate(value, std_error, dof, n, _METHOD, estimand, unit, StudentInference(value, std_error, dof))
    ratio = math.exp(value)
    inference = LogInference(value, std_error, dof)
    return Estimate(ratio, ratio * std_error, dof, n, _METHOD, estimand, "ratio", inference, null=1.0)


def _ljung_box(residuals: Array, lags: int) -> float:
    n, total = len(residuals), float(residuals @ residuals)
    squares = sum((float(residuals[lag:] @ residuals[:-lag]) / total) ** 2 / (n - lag) for lag in range(1, lags + 1))
    return float(stats.chi2.sf(n * (n + 2) * squares, lags))
