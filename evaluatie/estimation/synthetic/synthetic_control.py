"""Synthetic control: the weighted average of other units that followed the treated one before the start.

Outcome-only and convex. The version that weighs predictors as well is not convex: published software misses the
published weights, and changes them when a donor without weight is dropped.

References
----------
Abadie, Diamond and Hainmueller (2010), JASA 105; Doudchenko and Imbens (2016), NBER 22791 (outcomes only);
Kaul, Klößner, Pfeifer and Schieler (2022), JBES 40 (all earlier outcomes make other predictors irrelevant).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from evaluatie.estimation.frame import Source
from evaluatie.estimation.panels.did import Array, Panel, to_panel
from evaluatie.estimation.placebos.placebo import ESTIMAND, find_placebo_obstacle, judge, method_name
from evaluatie.estimation.placebos.placebo_result import PlaceboResult
from evaluatie.estimation.placebos.placebo_scale import Statistic, fits_perfectly
from evaluatie.estimation.placebos.placebo_units import UnitEffects
from evaluatie.estimation.result import Estimate, NotEstimated, tidy_all
from evaluatie.estimation.synthetic.contrast import EstimatorName, Fits, Weights, every_unit, fit_targets, start_of

if TYPE_CHECKING:
    from evaluatie.estimation.plot import Axes

_NAME: Final = "synthetic_control"


@dataclass(frozen=True, slots=True)
class SyntheticControl:
    """A treated unit, its synthetic counterpart, and how far apart they are.

    Parameters
    ----------
    estimate : Estimate
        Mean gap after the start, with permutation inference; without inference when `placebo` is a refusal.
    weights : pandas.Series
        Weight of each donor, largest first; they add to one.
    path : pandas.DataFrame
        ``time``, ``treated``, ``synthetic``, ``gap``.
    pre_rmspe : float
        Root mean squared gap before the start, in the unit of the outcome.
    outside : int
        Periods before the start in which the treated unit lies above or below every donor, so that no weighted
        average can reach it.
    unique : bool
        Whether no other weights fit equally well; if not, those of smallest norm are given.
    start : object
        First treated period.
    placebo : PlaceboResult or NotEstimated
        The same estimate for every donor, or why the treated unit cannot be placed among them.
    """

    estimate: Estimate
    weights: pd.Series
    path: pd.DataFrame
    pre_rmspe: float
    outside: int
    unique: bool
    start: object
    placebo: PlaceboResult | NotEstimated

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row with broom's names; what has no valid interval says why in ``reason``."""
        row = tidy_all({_NAME: self.estimate}, level)
        reason = self.placebo.reason if isinstance(self.placebo, NotEstimated) else None
        return row.assign(reason=reason, pre_rmspe=self.pre_rmspe, outside=self.outside, unique=self.unique)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the treated unit and its synthetic counterpart over time."""
        from evaluatie.estimation.plot import plot_paths

        table = self.path.rename(columns={"treated": "behandeld", "synthetic": "synthetisch"})
        return plot_paths(
            table,
            "time",
            names=("behandeld", "synthetisch"),
            start=self.start,
            title="Behandelde eenheid en haar synthetische evenbeeld",
            x_label="periode",
            y_label=self.estimate.unit,
            ax=ax,
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know before trusting the fit, in Dutch sentences; empty when there is nothing."""
        before = int((self.path["time"] < self.start).sum())
        found = []
        if self.outside:
            found.append(
                f"In {self.outside} van de {before} perioden vóór de maatregel ligt de behandelde eenheid buiten het "
                "bereik van alle andere; een gewogen gemiddelde kan haar daar niet volgen."
            )
        if not self.unique:
            found.append(
                "De gewichten liggen niet vast: andere gewichten passen even goed. Gekozen zijn de meest gelijke."
            )
        if isinstance(self.placebo, NotEstimated):
            found.append("Er is geen interval: " + _REASONS[self.placebo.code])
        return tuple(found)

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{remark}</p>" for remark in self.remarks)
        return str(self.tidy().to_html(index=False)) + notes


def synthetic_control(
    panel: Source,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated_from: str,
    weights: str | None = None,
    statistic: Statistic | None = None,
) -> SyntheticControl | NotEstimated:
    """Estimate the effect on one unit against a weighted average of the others.

    The weights minimise ``Σ_{t before start} (y_1t − Σ_j w_j y_jt)²`` over w ≥ 0 with Σw = 1. The solution is the true
    optimum (non-negative least squares, a finite algorithm); when several weights reach it, the most equal ones are
    taken (smallest norm), so that neither the order of the donors nor a donor without weight changes anything. R's
    ``synthdid::sc_estimate`` stops a Frank–Wolfe algorithm earlier and ends with a slightly larger error.

    Parameters
    ----------
    panel : pandas.DataFrame or path
        One row per unit and period, balanced.
    outcome, unit, time, treated_from : str
        Column names; `treated_from` holds the first treated period, missing for never treated.
    weights : str, optional
        Size of each unit; only used to scale the placebo effects, never for the fit.
    statistic : {"ferman_pinto", "rmspe_ratio", "effect"}, optional
        How the placebo effects are brought to one scale; see `placebo_in_space`. By default ``ferman_pinto`` when
        sizes are given and ``rmspe_ratio`` when not: with hundreds of donors the error before the start is too small
        for large, smooth units, which then raise a false alarm about twice as often as they should.

    Returns
    -------
    SyntheticControl or NotEstimated
        Needs at least three periods before the start and two donors.

    Raises
    ------
    EstimationError
        When not exactly one unit is treated, or a unit misses a period.
    """
    arrays = to_panel(panel, outcome=outcome, unit=unit, time=time, treated_from=treated_from, weights=weights)
    obstacle = find_placebo_obstacle(arrays, _NAME, _NAME)
    if obstacle:
        return obstacle
    fits, found = fit_targets(_NAME, arrays, every_unit(arrays))
    placebo = place_fits(arrays, fits, _NAME, statistic or default_statistic(weights), outcome)
    return _assemble(arrays, fits, found, placebo, outcome)


def place_fits(
    panel: Panel, fits: Fits, estimator: EstimatorName, statistic: Statistic, outcome: str
) -> PlaceboResult | NotEstimated:
    """Place the treated unit among the placebos, or say that a perfect fit before the start leaves no scale."""
    name = method_name(estimator)
    if statistic == "rmspe_ratio" and fits_perfectly(fits.pre_rmspe, panel).any():
        reason = "a unit is fitted without error before the start, so there is no error to divide by"
        return NotEstimated(reason, "perfect_fit", f"{name}, placebo in space", ESTIMAND)
    return judge(panel, UnitEffects(fits.effect, fits.pre_rmspe, fits.post_rmspe), name, statistic, outcome)


def default_statistic(weights: str | None) -> Statistic:
    """Return how to scale when the caller does not say: by size when it is known."""
    return "ferman_pinto" if weights else "rmspe_ratio"


def estimate_of(
    placebo: PlaceboResult | NotEstimated, value: float, panel: Panel, name: EstimatorName, outcome: str
) -> Estimate:
    """Return the estimate with permutation inference, or the bare number when there is none."""
    if isinstance(placebo, PlaceboResult):
        return placebo.estimate
    return Estimate(value, None, None, panel.y.size, method_name(name), ESTIMAND, outcome)


def donor_weights(panel: Panel, omega: Array) -> pd.Series:
    """Return the weights of the untreated units by name, largest first."""
    named = pd.Series(omega, index=panel.units, name="weight")[~panel.treated]
    return named.sort_values(ascending=False, kind="stable")


def path_of(panel: Panel, gap: Array) -> pd.DataFrame:
    """Return ``time``, ``treated``, ``synthetic`` and ``gap`` of the treated unit."""
    own = panel.y[panel.treated][0]
    return pd.DataFrame({"time": panel.periods, "treated": own, "synthetic": own - gap, "gap": gap})


def _assemble(
    panel: Panel, fits: Fits, found: Weights, placebo: PlaceboResult | NotEstimated, outcome: str
) -> SyntheticControl:
    row = int(np.flatnonzero(panel.treated)[0])
    before, start = panel.y[:, : start_of(panel)], start_of(panel)
    own, donors = before[row], before[~panel.treated]
    return SyntheticControl(
        estimate=estimate_of(placebo, float(fits.effect[row]), panel, _NAME, outcome),
        weights=donor_weights(panel, found.omega[row]),
        path=path_of(panel, fits.gap[row]),
        pre_rmspe=float(fits.pre_rmspe[row]),
        outside=int(((own < donors.min(axis=0)) | (own > donors.max(axis=0))).sum()),
        unique=bool(found.unique[row]),
        start=panel.periods[start],
        placebo=placebo,
    )


_REASONS = {
    "perfect_fit": "een van de eenheden is vóór de maatregel zonder fout na te bootsen. "
    "Gebruik statistic='ferman_pinto' of statistic='effect'.",
    "no_spread": "de effecten op papier verschillen niet van elkaar.",
}
