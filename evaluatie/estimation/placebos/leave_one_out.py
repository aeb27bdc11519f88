"""Leave one out: does one single donor carry the estimate?

References
----------
Abadie, Diamond and Hainmueller (2015), AJPS 59 (leave-one-out).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evaluatie.estimation.frame import Source
from evaluatie.estimation.panels.did import Array, Panel, to_panel
from evaluatie.estimation.placebos.placebo import find_placebo_obstacle
from evaluatie.estimation.placebos.placebo_units import Estimator, effect_of, without_unit
from evaluatie.estimation.result import NotEstimated
from evaluatie.estimation.synthetic.contrast import EstimatorName, fit_targets, the_treated

if TYPE_CHECKING:
    from evaluatie.estimation.plot import Axes

_SHOWN = 12
"""Donors in the picture: those whose absence changes the effect most."""


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """The effect with each donor left out in turn.

    Parameters
    ----------
    estimate : float
        Effect with all donors.
    table : pandas.DataFrame
        ``left_out``, ``estimate``, ``difference`` (with all donors minus without this one), largest change first.
    unit : str
        Unit of the effects.
    """

    estimate: float
    table: pd.DataFrame
    unit: str

    @property
    def lowest(self) -> float:
        """The smallest effect over all donors left out."""
        return float(self.table["estimate"].min())

    @property
    def highest(self) -> float:
        """The largest effect over all donors left out."""
        return float(self.table["estimate"].max())

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return the table; `level` is accepted for uniformity, no intervals are made here."""
        return self.table.copy()

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the effect without each of the donors that matter most, and with all of them as a line."""
        from evaluatie.estimation.plot import plot_named

        first = self.table.head(_SHOWN)
        return plot_named(
            first["left_out"].tolist(),
            first["estimate"].tolist(),
            mark=self.estimate,
            title="Het effect zonder telkens één eenheid",
            x_label=f"effect ({self.unit})",
            ax=ax,
        )

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False))


def leave_one_out(
    estimator: Estimator | EstimatorName,
    panel: Source,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated_from: str,
    weights: str | None = None,
) -> LeaveOneOut | NotEstimated:
    """Estimate the effect again without each donor in turn: does one of them carry it?

    Parameters
    ----------
    estimator, panel, outcome, unit, time, treated_from, weights
        As for `placebo_in_space`.

    Returns
    -------
    LeaveOneOut or NotEstimated
        Needs at least two donors.
    """
    arrays = to_panel(panel, outcome=outcome, unit=unit, time=time, treated_from=treated_from, weights=weights)
    obstacle = find_placebo_obstacle(arrays, estimator, "leave_one_out")
    if obstacle:
        return obstacle
    whole, without = _effects_without(estimator, arrays)
    table = pd.DataFrame(
        {"left_out": arrays.units[~arrays.treated], "estimate": without, "difference": whole - without}
    )
    order = table["difference"].abs().sort_values(ascending=False, kind="stable").index
    return LeaveOneOut(whole, table.loc[order].reset_index(drop=True), outcome)


def _effects_without(estimator: Estimator | EstimatorName, panel: Panel) -> tuple[float, Array]:
    """Return the effect with all donors, and without each of them."""
    controls = np.flatnonzero(~panel.treated)
    if not isinstance(estimator, str):
        found = [effect_of(estimator(without_unit(panel, int(index)))) for index in controls]
        return effect_of(estimator(panel)), np.array(found)
    whole, weights = fit_targets(estimator, panel, the_treated(panel))
    effect = np.repeat(whole.effect, len(controls))
    # A donor without weight does not touch the synthetic control: its optimum is unique.
    matters = weights.omega[0, controls] > 0 if estimator == "synthetic_control" else np.ones(len(controls), bool)
    effect[matters] = fit_targets(estimator, panel, the_treated(panel, without=controls[matters]))[0].effect
    return float(whole.effect[0]), effect
