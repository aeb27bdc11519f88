"""What an estimation returns: a number that knows its own uncertainty, or the reason there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import pandas as pd
from scipy import stats
from scipy.optimize import brentq

from evaluatie.errors import EstimationError


@dataclass(frozen=True, slots=True)
class Interval:
    """A two-sided interval; the level is part of it, so that label and numbers cannot part.

    Parameters
    ----------
    level : float
        0.95 for a 95% interval.
    lower, upper : float
        Its ends; infinite where there is no bound.
    """

    level: float
    lower: float
    upper: float

    def contains(self, value: float) -> bool:
        """Tell whether `value` lies inside, ends included."""
        return self.lower <= value <= self.upper


class Inference(Protocol):
    """How an interval is made at a level; every p-value is the inversion of it."""

    def bounds(self, level: float) -> tuple[float, float]:
        """Return the lower and upper end at `level`."""
        ...

    def p_value(self, null: float) -> float:
        """Return the two-sided p-value of the hypothesis that the estimand equals `null`."""
        ...


@dataclass(frozen=True, slots=True)
class StudentInference:
    """``value ± t × std_error`` with `dof` degrees of freedom (infinite: the normal)."""

    value: float
    std_error: float
    dof: float = math.inf

    def bounds(self, level: float) -> tuple[float, float]:
        """Return the lower and upper end at `level`."""
        reach = float(stats.t.ppf(0.5 + level / 2, self.dof)) * self.std_error
        return self.value - reach, self.value + reach

    def p_value(self, null: float) -> float:
        """Return the two-sided p-value against `null`."""
        return float(2 * stats.t.sf(abs(self.statistic(null)), self.dof))

    def statistic(self, null: float) -> float:
        """Return the distance from `null` in standard errors."""
        return (self.value - null) / self.std_error


@dataclass(frozen=True, slots=True)
class LogInference:
    """Symmetric on the log scale, for ratios; zero on that scale is a ratio of one.

    Parameters
    ----------
    log_value, std_error : float
        Estimate and standard error of the logarithm.
    dof : float
        Degrees of freedom (infinite: the normal).
    """

    log_value: float
    std_error: float
    dof: float = math.inf

    def bounds(self, level: float) -> tuple[float, float]:
        """Return the lower and upper end at `level`."""
        lower, upper = self._student.bounds(level)
        return math.exp(lower), math.exp(upper)

    def p_value(self, null: float) -> float:
        """Return the two-sided p-value against `null`, a ratio."""
        return self._student.p_value(math.log(null))

    def statistic(self, null: float) -> float:
        """Return the distance from `null`, a ratio, in standard errors of the logarithm."""
        return self._student.statistic(math.log(null))

    @property
    def _student(self) -> StudentInference:
        return StudentInference(self.log_value, self.std_error, self.dof)


class InvertedInference:
    """Inference that only knows its interval; the p-value is the level at which `null` drops out."""

    def bounds(self, level: float) -> tuple[float, float]:  # pragma: no cover - abstract
        """Return the lower and upper end at `level`."""
        raise NotImplementedError

    def p_value(self, null: float) -> float:
        """Return one minus the largest level whose interval still excludes `null`."""

        def excess(level: float) -> float:
            lower, upper = self.bounds(level)
            return max(lower - null, null - upper)

        smallest, largest = 1e-9, 1 - 1e-12
        if excess(smallest) <= 0:
            return 1.0
        if excess(largest) > 0:
            return 1 - largest
        return float(1 - brentq(excess, smallest, largest, xtol=1e-10))


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimated number.

    Parameters
    ----------
    value : float
        The estimate, in `unit`.
    std_error : float or None
        Its standard error; None where the inference does not go through one (permutation).
    dof : float or None
        Degrees of freedom of the reference distribution, when it has them.
    n : int
        Number of observations the estimate rests on.
    method : str
        Name of the estimator and its inference.
    estimand : str
        What is estimated.
    unit : str
        Unit of `value`.
    inference : Inference or None
        How the interval and the p-value are made. None means that no valid interval is known for
        this design; asking for one is then an error that says what to use instead.
    null : float
        The value that stands for "no effect" (0 for a difference, 1 for a ratio).
    """

    value: float
    std_error: float | None
    dof: float | None
    n: int
    method: str
    estimand: str
    unit: str
    inference: Inference | None = field(default=None, repr=False, compare=False)
    null: float = 0.0

    def interval(self, level: float = 0.95) -> Interval:
        """Return the interval at `level`.

        Raises
        ------
        EstimationError
            When this design has no valid interval (fewer than five treated clusters without a
            permutation), or for a level that is not between 0 and 1.
        """
        if not 0 < level < 1:
            raise EstimationError(
                f"Een betrouwbaarheid van {level} bestaat niet.", "Kies een getal tussen 0 en 1, zoals 0.95."
            )
        return Interval(level, *self._known_inference().bounds(level))

    @property
    def p_value(self) -> float:
        """Two-sided p-value of "no effect"."""
        return self._known_inference().p_value(self.null)

    @property
    def statistic(self) -> float | None:
        """Distance from "no effect" in standard errors; None where the inference does not go through one."""
        inference = self._known_inference()
        return inference.statistic(self.null) if isinstance(inference, StudentInference | LogInference) else None

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row with broom's names: estimate, std_error, statistic, p_value, conf_low, conf_high, …"""
        interval = self.interval(level)
        row: dict[str, Any] = {
            "estimand": self.estimand,
            "estimate": self.value,
            "std_error": self.std_error,
            "statistic": self.statistic,
            "p_value": self.p_value,
            "conf_low": interval.lower,
            "conf_high": interval.upper,
            "conf_level": level,
            "n": self.n,
            "method": self.method,
            "unit": self.unit,
        }
        return pd.DataFrame([row])

    def _known_inference(self) -> Inference:
        if self.inference is None:
            raise EstimationError(
                f"Voor '{self.method}' is hier geen geldig interval: er zijn te weinig behandelde eenheden.",
                "Gebruik placebo_in_space: die vergelijkt met dezelfde schatting bij alle andere gemeenten.",
            )
        return self.inference

    def _repr_html_(self) -> str:
        frame = self.tidy() if self.inference else pd.DataFrame([{"estimate": self.value, "method": self.method}])
        return str(frame.to_html(index=False))


@dataclass(frozen=True, slots=True)
class NotEstimated:
    """An estimate that could not be made, and why; never NaN, never t = 0.

    Parameters
    ----------
    reason : str
        Why, in one sentence.
    code : str
        Machine-readable reason: ``no_pre_period``, ``outside_data``, ``too_small``, ``missing_years`` …
    method, estimand : str
        What was asked for.
    """

    reason: str
    code: str
    method: str = ""
    estimand: str = ""

    def _repr_html_(self) -> str:
        return f"<p>{self.method}: {self.reason}</p>"


def tidy_all(
    estimates: Mapping[str, Estimate | NotEstimated], level: float = 0.95, *, name: str = "term"
) -> pd.DataFrame:
    """Return one row per estimate, in order, with its key in the column `name`.

    What could not be estimated, or has no valid interval, keeps its row: the numbers it lacks are missing and
    ``reason`` says why.
    """
    rows = [_tidy_row(estimate, level).assign(**{name: key}) for key, estimate in estimates.items()]
    frame = pd.DataFrame(columns=[name, *_TIDY]) if not rows else pd.concat(rows, ignore_index=True)
    return frame[[name, *_TIDY]]


_TIDY = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high", "conf_level", "n", "unit", "reason")


def _tidy_row(estimate: Estimate | NotEstimated, level: float) -> pd.DataFrame:
    if isinstance(estimate, Estimate) and estimate.inference is not None:
        known = estimate.tidy(level).assign(reason=None)
        return known.reindex(columns=list(_TIDY)).astype(object)
    if isinstance(estimate, Estimate):
        row = {"estimate": estimate.value, "n": estimate.n, "unit": estimate.unit, "reason": NO_INTERVAL}
    else:
        row = {"reason": estimate.reason}
    return pd.DataFrame([row]).reindex(columns=list(_TIDY)).astype(object)


NO_INTERVAL = "too few treated units for a valid interval"
