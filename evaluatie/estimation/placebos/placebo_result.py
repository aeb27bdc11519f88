"""The real effect among the placebo effects: p-value, interval, and what the test could have found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.panels.did import Array
from evaluatie.estimation.placebos.placebo_scale import TIE
from evaluatie.estimation.result import Estimate

if TYPE_CHECKING:
    from evaluatie.estimation.plot import Axes


@dataclass(frozen=True, slots=True)
class PlaceboInference:
    """Exact permutation inference on scaled placebo effects.

    Parameters
    ----------
    value : float
        Effect of the treated unit.
    scale : float
        Its scale: the standard deviation its effect would have if nothing had happened.
    scaled : array, shape (controls,)
        Placebo effects divided by their own scales.
    """

    value: float
    scale: float
    scaled: Array

    def p_value(self, null: float = 0.0) -> float:
        """Return ``(1 + #{|placebo| ≥ |effect − null|}) / (controls + 1)``, on one scale."""
        distance = abs(self.value - null) / self.scale
        return float((1 + (np.abs(self.scaled) >= distance * (1 - TIE)).sum()) / (len(self.scaled) + 1))

    def bounds(self, level: float) -> tuple[float, float]:
        """Return every effect that the test does not reject at ``1 − level`` (test inversion)."""
        reach = self.critical_value(1 - level) * self.scale
        return self.value - reach, self.value + reach

    def critical_value(self, alpha: float) -> float:
        """Return the scaled distance beyond which the test rejects at `alpha`; infinite when it never can."""
        rank = math.floor(alpha * (len(self.scaled) + 1) + 1e-9)
        return float(np.sort(np.abs(self.scaled))[-rank]) if rank else math.inf

    @property
    def resolution(self) -> float:
        """The smallest p-value that this many controls can give."""
        return 1 / (len(self.scaled) + 1)


@dataclass(frozen=True, slots=True)
class PlaceboResult:
    """The estimate and what it was compared with.

    Parameters
    ----------
    estimate : Estimate
        Effect of the treated unit with permutation inference.
    placebos : pandas.DataFrame
        One row per unit: ``unit``, ``effect``, ``scale``, ``scaled``, ``weight``, ``treated``, and ``pre_rmspe``
        and ``post_rmspe`` when the estimator fits a path.
    inference : PlaceboInference
        The test itself: the scaled placebo effects.
    """

    estimate: Estimate
    placebos: pd.DataFrame
    inference: PlaceboInference

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return the row of the estimate with ``controls`` and the ``resolution`` of its p-value."""
        return self.estimate.tidy(level).assign(
            controls=len(self.inference.scaled), resolution=self.inference.resolution
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the placebo effects on the scale of the treated unit, and its own effect among them."""
        from evaluatie.estimation.plot import plot_histogram

        return plot_histogram(
            self.inference.scaled * self.inference.scale,
            mark=self.estimate.value,
            title="Het effect tussen de effecten op papier",
            x_label=f"effect ({self.estimate.unit})",
            y_label="aantal eenheden",
            ax=ax,
        )

    def rmspe_ratio_p_value(self) -> float:
        """Return the rank of the treated unit's post/pre RMSPE ratio: the test of Abadie, Diamond and Hainmueller.

        That ratio adds up the gaps of each period without their sign; ``statistic="rmspe_ratio"`` divides the mean
        gap, which has an interval. With one period after the start the two are the same.
        """
        if "post_rmspe" not in self.placebos:
            raise EstimationError("Deze schatting kent geen fout vóór en na de maatregel.", "Gebruik estimate.p_value.")
        ratio = (self.placebos["post_rmspe"] / self.placebos["pre_rmspe"]).to_numpy()
        own = ratio[self.placebos["treated"].to_numpy(dtype=bool)][0]
        return float((ratio >= own * (1 - TIE)).mean())

    def minimum_detectable_effect(self, *, power: float = 0.8, alpha: float = 0.05) -> float:
        """Return the smallest effect, either way, that the test would have found with this power.

        The placebo effects are the simulation: an effect is added to each of them and the test is run;
        at the returned size a share `power` of them is found.
        """
        critical = self.inference.critical_value(alpha)
        below = float(np.quantile(self.inference.scaled, 1 - power, method="lower"))
        above = float(np.quantile(self.inference.scaled, power, method="higher"))
        return self.inference.scale * max(critical - below, critical + above)

    def false_alarms_by_size(self, *, classes: int = 5, alpha: float = 0.05) -> pd.DataFrame:
        """Test the test: the share of untreated units it would call extraordinary, by size class.

        Returns
        -------
        pandas.DataFrame
            ``smallest``, ``largest``, ``units``, ``false_alarms`` per class of equal numbers of units.
        """
        controls = self.placebos[~self.placebos["treated"]]
        z = np.abs(controls["scaled"].to_numpy())
        p = (z[None, :] >= z[:, None] * (1 - TIE)).mean(axis=1)
        label = pd.qcut(controls["weight"].rank(method="first"), classes, labels=False)
        grouped = controls.assign(alarm=p <= alpha).groupby(label)
        table = grouped.agg(
            smallest=("weight", "min"),
            largest=("weight", "max"),
            units=("weight", "size"),
            false_alarms=("alarm", "mean"),
        )
        return table.reset_index(drop=True)

    def _repr_html_(self) -> str:
        return str(self.tidy().to_html(index=False))
