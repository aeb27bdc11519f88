"""Effects of starting now instead of waiting, over the months after the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evaluatie.estimation.result import Estimate, tidy_all
from evaluatie.estimation.selection.att import Overlap, balance_table, describe_overlap

if TYPE_CHECKING:
    from evaluatie.estimation.plot import Axes


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkResult:
    """Effects of starting now, pooled over the months in which people started.

    Parameters
    ----------
    estimates : mapping of int to Estimate
        Effect per horizon, in months after the landmark.
    by_landmark : pandas.DataFrame
        Per ``landmark`` and ``horizon``: ``estimate``, ``std_error``, ``treated``, ``untreated`` and ``observed``, the
        share whose outcome at the horizon is known.
    left_out : pandas.DataFrame
        Landmarks without an estimate: ``landmark``, ``treated``, ``reason``.
    rows : pandas.DataFrame
        Every person at every landmark used: ``landmark``, ``treated``, ``propensity``, ``comparison`` (what she counts
        for), and the covariates as numbers.
    notes : tuple of str
        What was left out of the models and why.
    """

    estimates: Mapping[int, Estimate]
    by_landmark: pd.DataFrame
    left_out: pd.DataFrame
    rows: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def estimate(self) -> Estimate:
        """Effect at the last horizon."""
        return self.estimates[max(self.estimates)]

    @property
    def share_covered(self) -> float:
        """Share of the people who started that the effect is about: the others are in `left_out`."""
        used = int(self.rows["treated"].sum())
        return used / (used + int(self.left_out["treated"].sum()))

    def curve(self, level: float = 0.95) -> pd.DataFrame:
        """Return the effect per horizon, one row each, with broom's names."""
        return self.tidy(level)

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return the effect per ``horizon``, one row each, with broom's names."""
        table = tidy_all(
            {str(horizon): estimate for horizon, estimate in self.estimates.items()}, level, name="horizon"
        )
        return table.assign(horizon=list(self.estimates))

    def balance(self) -> pd.DataFrame:
        """Compare covariates at the landmarks, before and after weighting; see `AttResult.balance`."""
        covariates = self.rows.drop(columns=["landmark", "treated", "propensity", "comparison"])
        varying = covariates.loc[:, covariates.max() > covariates.min()]
        ones = np.ones(len(self.rows))
        return balance_table(
            varying, self.rows["treated"].to_numpy(bool), ones, self.rows["comparison"].to_numpy(float)
        )

    def overlap(self) -> Overlap:
        """Tell where the probabilities of starting lie, over all landmarks; see `AttResult.overlap`."""
        treated = self.rows["treated"].to_numpy(bool)
        return describe_overlap(
            self.rows["propensity"].to_numpy(float), treated, self.rows["comparison"].to_numpy(float)
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the effect over the horizons, with its interval."""
        from evaluatie.estimation.plot import plot_intervals

        return plot_intervals(
            self.tidy(),
            "horizon",
            title="Nu starten tegenover wachten",
            x_label="maanden na de start",
            y_label=f"effect op {self.estimate.unit}",
            ax=ax,
        )

    def _repr_html_(self) -> str:
        return str(self.tidy().to_html(index=False))
