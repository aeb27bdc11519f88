"""Whether a rise of a caseload is more than the month-to-month coming and going of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from evaluatie.errors import EstimationError
from evaluatie.estimation.result import Estimate, NotEstimated, StudentInference

FEWEST_MONTHS = 24
"""Months before the window from which the month-to-month variation is estimated: fewer miss a whole season."""
_METHOD = "net change, over-dispersed Poisson flows"
_ESTIMAND = "relative change of the caseload"


@dataclass(frozen=True, slots=True)
class RiseSignal:
    """A change of a caseload, against what coming and going alone would do.

    Parameters
    ----------
    growth : Estimate
        Relative change over the window; the interval is that of the underlying change.
    dispersion : float
        Variance of the monthly net change relative to that of Poisson flows, at least 1.
    chance : float
        Probability of a rise at least this large when inflow and outflow are equal in expectation.
    false_alarm : float
        Probability, under the same, of a rise above the threshold: how often the alarm rings for nothing.
    threshold : float
        Relative rise at which the alarm rings.
    rings : bool
        Whether it does.
    """

    growth: Estimate
    dispersion: float
    chance: float
    false_alarm: float
    threshold: float
    rings: bool

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row: the change with its interval, and the two probabilities."""
        more = {"dispersion": self.dispersion, "chance": self.chance, "false_alarm": self.false_alarm}
        return self.growth.tidy(level).assign(**more, threshold=self.threshold, rings=self.rings)

    def _repr_html_(self) -> str:
        return str(self.tidy().to_html(index=False))


def rise_signal(
    stock: Sequence[float], inflow: Sequence[float], outflow: Sequence[float], *, months: int, threshold: float = 0.05
) -> RiseSignal | NotEstimated:
    """Judge the change of a stock over its last months.

    With flows ``I_t`` and ``O_t`` the net change is ``N_t = I_t − O_t``. From the months before the window,
    ``phi = sum((N_t − mean N)² / (I_t + O_t)) / (T − 1)``, at least 1; seasons and trend inside those months raise
    `phi`, so that the alarm is judged mildly. The change over the window then has variance ``phi · sum(I_t + O_t)``,
    and is compared with a t distribution with ``T − 1`` degrees of freedom, with half a person of continuity.
    Months are taken as independent: a business cycle, which pushes the same way for long, is a real rise here.

    Parameters
    ----------
    stock, inflow, outflow : sequence of float
        Per month, in order; stock at the end of the month.
    months : int
        Length of the window.
    threshold : float
        Relative rise at which the alarm rings (0.05: above 5%).

    Returns
    -------
    RiseSignal or NotEstimated
        Not estimated when too few months lie before the window, or in one of them nobody came or went.

    Raises
    ------
    EstimationError
        For series of unequal length or a window shorter than one month.

    References
    ----------
    Quasi-Poisson dispersion: McCullagh and Nelder (1989), Generalized Linear Models, §6.2.3.
    """
    level, came, left = (np.asarray(series, dtype=float) for series in (stock, inflow, outflow))
    if not len(level) == len(came) == len(left) or months < 1:
        raise EstimationError(
            "De reeksen voor het signaal passen niet bij elkaar.", "Geef drie reeksen van gelijke lengte, per maand."
        )
    before = len(level) - months
    if before < FEWEST_MONTHS:
        return NotEstimated("the series before the window is too short", "no_pre_period", _METHOD, _ESTIMAND)
    start, moved = level[before - 1], came + left
    if start <= 0 or (moved[:before] <= 0).any():
        return NotEstimated("a month without anybody coming or going", "too_small", _METHOD, _ESTIMAND)
    net = (came - left)[:before]
    dof = before - 1
    phi = max(1.0, float((((net - net.mean()) ** 2) / moved[:before]).sum() / dof))
    change, spread = float(level[-1] - start), float(np.sqrt(phi * moved[before:].sum()))
    inference = StudentInference(change / start, spread / start, dof)
    growth = Estimate(
        change / start, spread / start, dof, int(moved[before:].sum()), _METHOD, _ESTIMAND, "share", inference
    )
    return RiseSignal(
        growth=growth,
        dispersion=phi,
        chance=float(stats.t.sf((change - 0.5) / spread, dof)),
        false_alarm=float(stats.t.sf((threshold * start - 0.5) / spread, dof)),
        threshold=threshold,
        rings=change > threshold * start,
    )
