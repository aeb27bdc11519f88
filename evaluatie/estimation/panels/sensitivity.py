"""How wrong may parallel trends be before an effect is no longer distinguishable from zero?

The coefficients of an event study are an effect plus a difference in trends. Instead of assuming the latter away, it is
bounded by what was seen before the start, and the interval holds for every difference in trends within the bound.

References
----------
Rambachan and Roth (2023), Review of Economic Studies 90: relative magnitudes (section 2.4.1), smoothness (2.4.2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import brentq

from evaluatie.errors import EstimationError
from evaluatie.estimation.panels.relative_magnitude import relative_magnitude_interval
from evaluatie.estimation.panels.smoothness import smoothness_interval
from evaluatie.estimation.result import NO_INTERVAL, Estimate, Interval, NotEstimated

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = npt.NDArray[np.float64]
Restriction = Literal["relative_magnitude", "smoothness"]
Bounds = Callable[[float], tuple[float, float]]

DEFAULT_M = {"relative_magnitude": (0.0, 0.5, 1.0, 1.5, 2.0), "smoothness": (0.0,)}
"""Magnitudes asked by default; for smoothness they are in the unit of the outcome, so that only 0 means anything."""

_METHOD, _ESTIMAND = "sensitivity to parallel trends", "effect on the treated"
_SCAN = 9


@runtime_checkable
class EventStudyLike(Protocol):
    """What an event study must offer: estimates by period since the start, and their covariance."""

    @property
    def estimates(self) -> Mapping[Any, Estimate | NotEstimated]:
        """Estimates by period since the start (0 is the first treated), without the reference period −1."""
        ...

    @property
    def covariance(self) -> pd.DataFrame | None:
        """Covariance of the estimates, with their labels on both axes."""
        ...


@dataclass(frozen=True, slots=True)
class SensitivityResult:
    """Intervals that hold under ever larger deviations from parallel trends.

    Parameters
    ----------
    intervals : tuple of (float, Interval)
        Magnitude M and the interval of the effect that holds under it, in the unit of the outcome.
    breakdown : float or None
        Largest M whose interval still excludes zero; None when even M = 0 does not exclude it.
    restriction : {"relative_magnitude", "smoothness"}
        What M means: a multiple of the largest deviation before the start, or the largest change of slope.
    level : float
        Confidence of the intervals and of `breakdown`.
    """

    intervals: tuple[tuple[float, Interval], ...]
    breakdown: float | None
    restriction: Restriction
    level: float

    def tidy(self) -> pd.DataFrame:
        """Return one row per magnitude: ``m``, ``conf_low``, ``conf_high``, ``conf_level``, ``restriction``."""
        rows = [(m, interval.lower, interval.upper, interval.level) for m, interval in self.intervals]
        table = pd.DataFrame(rows, columns=["m", "conf_low", "conf_high", "conf_level"])
        return table.assign(restriction=self.restriction)

    @property
    def sentence(self) -> str:
        """The breakdown value in one sentence."""
        if self.breakdown is None:
            exact = {
                "relative_magnitude": "exactly parallel trends",
                "smoothness": "exactly linear differences in trend",
            }
            return f"Even under {exact[self.restriction]} the {self.level:.0%} interval includes zero."
        if self.restriction == "relative_magnitude":
            return (
                f"The {self.level:.0%} interval excludes zero as long as trends deviate after the start at most "
                f"{self.breakdown:.2f} times as much per period as they did at most before it."
            )
        return (
            f"The {self.level:.0%} interval excludes zero as long as the slope of the difference in trends changes by "
            f"at most {self.breakdown:.3g} per period."
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the intervals over M."""
        from evaluatie.estimation.plot import plot_intervals

        table = self.tidy()
        middle = table.assign(estimate=(table["conf_low"] + table["conf_high"]) / 2)
        title = "Hoe ver mogen de trends uiteenlopen?"
        return plot_intervals(middle, "m", title=title, x_label="Afwijking M", y_label="Effect", ax=ax)

    def _repr_html_(self) -> str:
        return f"<p>{self.sentence}</p>{self.tidy().to_html(index=False)}"


def parallel_trends_bounds(
    betas: EventStudyLike | Sequence[float] | Array,
    sigma: Array | None = None,
    *,
    pre: int | None = None,
    post: int | None = None,
    restriction: Restriction = "relative_magnitude",
    m: Sequence[float] | None = None,
    level: float = 0.95,
    target: Sequence[float] | None = None,
) -> SensitivityResult | NotEstimated:
    """Return intervals for the effect when trends are not parallel, but not wilder than M.

    Parameters
    ----------
    betas : event study or array, shape (pre + post,)
        Coefficients in order of time, without the reference period just before the start; or a result that carries
        them with their covariance (an `EventStudy`, or a dynamic `GroupTimeAtt` with ``base="universal"``).
    sigma : array, shape (pre + post, pre + post)
        Covariance of the coefficients.
    pre, post : int
        Number of coefficients before and after the start.
    restriction : {"relative_magnitude", "smoothness"}
        Per period after the start the trends part by at most M times the largest parting between consecutive periods
        before it; or the slope of the difference in trends changes by at most M per period (M = 0: a line).
    m : sequence of float
        Magnitudes, not negative. By default 0, ½, 1, 1½, 2, or for smoothness 0 only: there it has a unit.
    level : float
        Confidence level.
    target : sequence of float, shape (post,), optional
        The effect as a weighted sum of those after the start; by default the first one.

    Returns
    -------
    SensitivityResult or NotEstimated
        Not estimated without a coefficient before the start to bound by, or when an event study has estimates that
        rest on too few treated clusters for an interval.

    Raises
    ------
    EstimationError
        For shapes that do not fit, values that are not finite, a covariance that is not symmetric and positive
        definite, a negative M, an unknown restriction or a level that is no probability.
    """
    numbers = _from_event_study(betas, sigma, pre, post)
    if isinstance(numbers, NotEstimated):
        return numbers
    b, v, pre = numbers
    weights = np.eye(len(b) - pre)[0] if target is None else np.asarray(target, dtype=float)
    if restriction not in DEFAULT_M:
        raise EstimationError(f"restriction='{restriction}' bestaat niet.", f"Kies uit: {', '.join(DEFAULT_M)}.")
    magnitudes = tuple(float(value) for value in (DEFAULT_M[restriction] if m is None else m))
    _check(b, v, pre, weights, magnitudes, level)
    interval = relative_magnitude_interval if restriction == "relative_magnitude" else smoothness_interval

    def bounds(magnitude: float) -> tuple[float, float]:
        return interval(b, v, pre, weights, magnitude, level)

    intervals = tuple((value, Interval(level, *bounds(value))) for value in magnitudes)
    unit = 1.0 if restriction == "relative_magnitude" else float(np.sqrt(weights @ v[pre:, pre:] @ weights))
    return SensitivityResult(intervals, _breakdown(bounds, unit), restriction, level)


def _breakdown(bounds: Bounds, unit: float) -> float | None:
    """Return the largest M whose interval excludes zero: search outward for where it stops, then find the crossing.

    From some M on every interval includes zero, because the bound on the trend then exceeds the effect. The search
    goes on beyond the first M that fails, since the intervals need not grow strictly.
    """

    def distance(magnitude: float) -> float:
        lower, upper = bounds(magnitude)
        return max(lower, -upper)

    end = unit
    while distance(end) > 0 or distance(2 * end) > 0:
        end *= 2
    grid = np.linspace(0, end, _SCAN)
    excluded = [index for index, value in enumerate(grid) if distance(value) > 0]
    if not excluded:
        return None
    return float(brentq(distance, grid[excluded[-1]], grid[excluded[-1] + 1], xtol=1e-9 * end))


def _from_event_study(
    betas: Any, sigma: Array | None, pre: int | None, post: int | None
) -> tuple[Array, Array, int] | NotEstimated:
    if isinstance(betas, EventStudyLike):
        known = [one for one in betas.estimates.values() if isinstance(one, Estimate)]
        if any(one.inference is None for one in known):
            # Their covariance is as wrong as the intervals that were withheld.
            return NotEstimated(
                f"{NO_INTERVAL}, so none under weaker assumptions", "too_few_clusters", _METHOD, _ESTIMAND
            )
        betas, sigma, pre, post = _read_event_study(betas)
    if sigma is None or pre is None or post is None:
        raise EstimationError("Er ontbreekt een covariantie of een aantal perioden.", "Geef sigma, pre en post.")
    b, v = np.asarray(betas, dtype=float), np.asarray(sigma, dtype=float)
    if pre < 0 or post < 1 or b.shape != (pre + post,) or v.shape != (pre + post, pre + post):
        raise EstimationError(
            f"{b.size} coëfficiënten en covariantie {v.shape} passen niet bij {pre} perioden voor en {post} na.",
            "Laat de vergelijkingsperiode weg uit beide.",
        )
    if pre == 0:
        reason = "no coefficient before the start shows how far trends part"
        return NotEstimated(reason, "no_pre_period", _METHOD, _ESTIMAND)
    return b, v, pre


def _read_event_study(study: EventStudyLike) -> tuple[Array, Array, int, int]:
    """Return coefficients and covariance in order of time, refusing what is no unbroken event study around −1."""
    known = {label: one.value for label, one in study.estimates.items() if isinstance(one, Estimate)}
    if study.covariance is None or getattr(study, "aggregate", "dynamic") != "dynamic":
        raise EstimationError(
            "Dit resultaat heeft geen effecten per periode sinds de start met hun covariantie.",
            "Gebruik event_study, of group_time_att met aggregate='dynamic' en base='universal'.",
        )
    labels = sorted(known)
    expected = [label for label in range(labels[0], labels[-1] + 1) if label != -1] if labels else []
    if labels != expected or not labels:
        raise EstimationError(
            "De effecten per periode sluiten niet aan, of vergelijken niet alle met periode −1.",
            "Gebruik base='universal' en laat geen perioden weg.",
        )
    pre = sum(label < 0 for label in labels)
    covariance = study.covariance.loc[labels, labels].to_numpy(float)
    return np.array([known[label] for label in labels]), covariance, pre, len(labels) - pre


def _check(b: Array, v: Array, pre: int, weights: Array, m: tuple[float, ...], level: float) -> None:
    if not (np.isfinite(b).all() and np.isfinite(v).all() and np.isfinite(weights).all()):
        raise EstimationError("Een coëfficiënt, covariantie of gewicht is geen eindig getal.", "Verbeter de waarden.")
    if not np.allclose(v, v.T, atol=1e-8 * np.abs(v).max()) or np.linalg.eigvalsh(v).min() <= 0:
        raise EstimationError(
            "De covariantie is niet symmetrisch en positief definiet.",
            "Gebruik minder coëfficiënten dan er clusters zijn.",
        )
    if weights.shape != (len(b) - pre,) or not weights.any():
        raise EstimationError("target past niet bij de perioden na de start.", "Geef één gewicht per periode na.")
    if not m or min(m) < 0 or not np.isfinite(m).all():
        raise EstimationError("M is een lijst van getallen van nul of meer.", "Bijvoorbeeld m=(0, 0.5, 1).")
    if not 0 < level < 1:
        raise EstimationError(
            f"Een betrouwbaarheid van {level} bestaat niet.", "Kies een getal tussen 0 en 1, zoals 0.95."
        )
