"""What a hazard regression returns: ratios per term, the baseline, and the curve over the windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.durations.links import LINKS
from evaluatie.estimation.result import Estimate, NotEstimated, tidy_all

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class HazardFit:
    """A fitted hazard.

    Parameters
    ----------
    estimates : mapping of str to Estimate or NotEstimated
        Treatments first, then covariates and calendar; ratios, against no effect at 1.
    baseline : mapping of duration to Estimate or NotEstimated
        The share that leaves in a month of that duration, for the average calendar and covariates, untreated.
    treatments : tuple of str
        Names of the windows, in order.
    counts : pandas.DataFrame
        Per treatment: ``months`` at risk in it and ``events``.
    reference : mapping of str to str
        The level each set of classes is compared with.
    persons : int or None
        Number of clusters; None when the errors are those of the model.
    months, events, cells : int
        Person-months, exits and the number of different cells they were counted in.
    link : {"cloglog", "logit"}
    log_likelihood : float
    """

    estimates: Mapping[str, Estimate | NotEstimated]
    baseline: Mapping[object, Estimate | NotEstimated]
    treatments: tuple[str, ...]
    counts: pd.DataFrame
    reference: Mapping[str, str]
    persons: int | None
    months: int
    events: int
    cells: int
    link: str
    log_likelihood: float

    def __getitem__(self, term: str) -> Estimate | NotEstimated:
        """Return the ratio of one term."""
        if term not in self.estimates:
            raise EstimationError(f"Onbekende term '{term}'.", f"Aanwezig: {', '.join(self.estimates)}.")
        return self.estimates[term]

    def tidy(self, level: float = 0.95, *, exponentiate: bool = True) -> pd.DataFrame:
        """Return one row per term with broom's names; as ratios, or as coefficients on the scale of the link."""
        table = tidy_all(self.estimates, level)
        if exponentiate:
            return table
        known = table["estimate"].notna()
        table.loc[known, "std_error"] /= table.loc[known, "estimate"]
        for column in ("estimate", "conf_low", "conf_high"):
            table.loc[known, column] = np.log(table.loc[known, column].astype(float))
        return table.assign(unit=f"coefficient ({self.link})")

    def curve(self, level: float = 0.95) -> pd.DataFrame:
        """Return the treatments in order, with ``position`` (1, 2, …), person-months and exits."""
        table = tidy_all({name: self.estimates[name] for name in self.treatments}, level)
        table.insert(1, "position", range(1, len(table) + 1))
        return table.merge(self.counts, left_on="term", right_index=True, validate="one_to_one")

    def plot(self, *, level: float = 0.95, ax: Axes | None = None) -> Axes:
        """Draw the effect over the windows."""
        from evaluatie.estimation.plot import plot_intervals

        table = self.curve(level)
        title, ratio = "Het effect per venster", LINKS[self.link].ratio
        axes = plot_intervals(table, "position", title=title, x_label="venster", y_label=ratio, null=1.0, ax=ax)
        axes.set_xticks(table["position"], table["term"])
        return axes

    def plot_baseline(self, *, level: float = 0.95, ax: Axes | None = None) -> Axes:
        """Draw the share that leaves per month, by duration."""
        from evaluatie.estimation.plot import plot_intervals

        table = tidy_all({str(key): value for key, value in self.baseline.items()}, level, name="duration")
        table["position"] = range(1, len(table) + 1)
        title, x_label, y_label = "De kans per maand, naar duur", "duur in maanden", "kans per maand"
        axes = plot_intervals(table, "position", title=title, x_label=x_label, y_label=y_label, ax=ax)
        axes.set_ylim(bottom=0)
        axes.set_xticks(table["position"], table["duration"])
        return axes

    @property
    def errors(self) -> str:
        """Which standard errors these are, in words."""
        if self.persons is None:
            return "model-based standard errors (no persons given)"
        return f"standard errors clustered by {self.persons} persons"

    def _repr_html_(self) -> str:
        about = f"{self.events} exits in {self.months} person-months ({self.cells} cells); {self.errors}"
        return f"{self.tidy().to_html(index=False, na_rep='')}<p>{about}</p>"
