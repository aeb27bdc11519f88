"""Synthetic difference-in-differences: weighted donors and weighted earlier periods, levels left free.

References
----------
Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), AER 111(12), algorithm 1; R package synthdid 0.0.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from evaluatie.estimation.frame import Source
from evaluatie.estimation.panels.did import Panel, to_panel
from evaluatie.estimation.placebos.placebo import find_placebo_obstacle
from evaluatie.estimation.placebos.placebo_result import PlaceboResult
from evaluatie.estimation.placebos.placebo_scale import Statistic
from evaluatie.estimation.result import Estimate, NotEstimated, tidy_all
from evaluatie.estimation.synthetic.contrast import Fits, Weights, every_unit, fit_targets, start_of
from evaluatie.estimation.synthetic.synthetic_control import (
    default_statistic,
    donor_weights,
    estimate_of,
    path_of,
    place_fits,
)

if TYPE_CHECKING:
    from evaluatie.estimation.plot import Axes

_NAME: Final = "synthetic_did"


@dataclass(frozen=True, slots=True)
class SyntheticDid:
    """A treated unit against weighted donors and weighted earlier periods.

    Parameters
    ----------
    estimate : Estimate
        Effect with permutation inference; without inference when `placebo` is a refusal.
    unit_weights : pandas.Series
        ω: weight of each donor, largest first; they add to one.
    time_weights : pandas.Series
        λ: weight of each period before the start, in order; they add to one.
    path : pandas.DataFrame
        ``time``, ``treated``, ``synthetic`` (the weighted donors, at their own level) and ``gap``.
    pre_rmspe : float
        Root mean squared gap before the start around its mean: what the weights leave unexplained.
    start : object
        First treated period.
    placebo : PlaceboResult or NotEstimated
        The same estimate for every donor, exhaustively; no draws, so no seed.
    """

    estimate: Estimate
    unit_weights: pd.Series
    time_weights: pd.Series
    path: pd.DataFrame
    pre_rmspe: float
    start: object
    placebo: PlaceboResult | NotEstimated

    @property
    def placebo_std_error(self) -> float | None:
        """Standard deviation of all placebo effects: algorithm 4 of the paper without its random draws.

        Only right when the treated unit varies as much as the donors; the interval of `estimate` does not use it.
        None when there are no placebo effects.
        """
        if isinstance(self.placebo, NotEstimated):
            return None
        table = self.placebo.placebos
        return float(table.loc[~table["treated"], "effect"].std(ddof=0))

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row with broom's names; what has no valid interval says why in ``reason``."""
        reason = self.placebo.reason if isinstance(self.placebo, NotEstimated) else None
        return tidy_all({_NAME: self.estimate}, level).assign(reason=reason, pre_rmspe=self.pre_rmspe)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the treated unit and its weighted donors, shifted to its level before the start."""
        from evaluatie.estimation.plot import plot_paths

        before = self.path["time"] < self.start
        level = float((self.path.loc[before, "gap"].to_numpy() * self.time_weights.to_numpy()).sum())
        table = self.path.assign(behandeld=self.path["treated"], synthetisch=self.path["synthetic"] + level)
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

    def _repr_html_(self) -> str:
        return str(self.tidy().to_html(index=False))


def synthetic_did(
    panel: Source,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated_from: str,
    weights: str | None = None,
    statistic: Statistic | None = None,
) -> SyntheticDid | NotEstimated:
    """Estimate the effect on one unit with synthetic difference-in-differences.

    ``τ = (ȳ_1,after − Σ_s λ_s y_1s) − Σ_j ω_j (ȳ_j,after − Σ_s λ_s y_js)``. ω and λ are those of R's synthdid, step by
    step (Frank–Wolfe, hundred steps, sparsify, at most 10.000 more): the published numbers are what that algorithm
    returns, not the exact optimum.

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
    SyntheticDid or NotEstimated
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
    return _assemble(
        arrays, fits, found, place_fits(arrays, fits, _NAME, statistic or default_statistic(weights), outcome), outcome
    )


def _assemble(
    panel: Panel, fits: Fits, found: Weights, placebo: PlaceboResult | NotEstimated, outcome: str
) -> SyntheticDid:
    row, start = int(np.flatnonzero(panel.treated)[0]), start_of(panel)
    return SyntheticDid(
        estimate=estimate_of(placebo, float(fits.effect[row]), panel, _NAME, outcome),
        unit_weights=donor_weights(panel, found.omega[row]),
        time_weights=pd.Series(found.lambda_[row], index=panel.periods[:start], name="weight"),
        path=path_of(panel, fits.gap[row]),
        pre_rmspe=float(fits.pre_rmspe[row]),
        start=panel.periods[start],
        placebo=placebo,
    )
