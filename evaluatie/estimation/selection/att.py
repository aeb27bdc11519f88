"""What an effect on the treated returns: the estimate, and whether the comparison behind it was fair.

Balance tells whether the untreated, as weighted, look like the treated; overlap tells whether there were untreated
people to weight at all. A good estimate has both, and neither says anything about what was not measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evaluatie.estimation.result import Estimate, tidy_all
from evaluatie.estimation.selection.covariates import Array, Flags

if TYPE_CHECKING:
    from evaluatie.estimation.plot import Axes

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
BALANCED = 0.1
"""A standardised difference below this is usually called balanced (Austin 2011)."""


@dataclass(frozen=True, slots=True, eq=False)
class AttResult:
    """An effect on the treated, with the comparison it rests on.

    Parameters
    ----------
    estimate : Estimate
        The effect.
    counterfactual : float
        Mean outcome the treated would have had without treatment, as estimated.
    propensity : pandas.Series
        Probability of treatment per row of the analysis, with the labels of the caller's rows.
    treated : array of bool, shape (rows,)
        Who is treated.
    weights : array, shape (rows,)
        Weight before the comparison: the given weights, or ones.
    comparison : array, shape (rows,)
        Weight in the comparison: the given weight for the treated, what each untreated row counts for otherwise.
    covariates : pandas.DataFrame
        Covariates as numbers, one row per row of the analysis.
    notes : tuple of str
        What was left out and why.
    pairs : pandas.DataFrame, optional
        Of matching: per treated row the outcome ``treated`` and that of its matches, ``comparison``; for
        `rosenbaum_bounds`.
    """

    estimate: Estimate
    counterfactual: float
    propensity: pd.Series
    treated: Flags
    weights: Array
    comparison: Array
    covariates: pd.DataFrame
    notes: tuple[str, ...] = ()
    pairs: pd.DataFrame | None = None

    def balance(self) -> pd.DataFrame:
        """Compare the covariates of the treated with those of the untreated, before and after weighting.

        Returns
        -------
        pandas.DataFrame
            Per covariate the means, the standardised differences ``smd_before`` and ``smd_after`` (in standard
            deviations of the treated; of both groups together where the treated do not vary), and the ratios of the
            variances, missing for an indicator, whose variance is its mean.
        """
        return balance_table(self.covariates, self.treated, self.weights, self.comparison)

    def overlap(self) -> Overlap:
        """Tell where the probabilities of treatment of both groups lie, and how many untreated really count."""
        return describe_overlap(self.propensity.to_numpy(float), self.treated, self.comparison)

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row with broom's names; without a valid interval its cells are missing and ``reason`` says why."""
        return tidy_all({self.estimate.estimand: self.estimate}, level, name="estimand")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the standardised differences before and after (a love plot)."""
        from evaluatie.estimation.plot import plot_balance

        return plot_balance(self.balance(), threshold=BALANCED, ax=ax)

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{note}</li>" for note in self.notes)
        return f"{self.tidy().to_html(index=False)}<ul>{notes}</ul>" if notes else str(self.tidy().to_html(index=False))


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """Whether both groups have the same probabilities of treatment.

    Parameters
    ----------
    share_outside : float
        Share of the treated whose probability is higher than that of every untreated row, or lower.
    treated, untreated : int
        Rows.
    effective_untreated : float
        Effective sample size of the untreated, ``(Σω)² / Σω²``: as many equally weighted rows.
    largest_share : float
        Share of the whole comparison that rests on the one untreated row that counts most.
    quantiles : pandas.DataFrame
        Probability of treatment at ``quantile``, columns ``treated`` and ``untreated``.
    histogram : pandas.DataFrame
        Twenty classes of the probability, ``left`` to ``right``, with the share of each group in them.
    """

    share_outside: float
    treated: int
    untreated: int
    effective_untreated: float
    largest_share: float
    quantiles: pd.DataFrame
    histogram: pd.DataFrame

    def tidy(self) -> pd.DataFrame:
        """Return the numbers as one row."""
        names = ("share_outside", "treated", "untreated", "effective_untreated", "largest_share")
        return pd.DataFrame([{name: getattr(self, name) for name in names}])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the probability of treatment in both groups."""
        from evaluatie.estimation.plot import plot_curves

        middle = self.histogram.assign(kans=(self.histogram["left"] + self.histogram["right"]) / 2)
        curves = [
            (label, middle.assign(estimate=middle[group]))
            for label, group in (("behandeld", "treated"), ("niet behandeld", "untreated"))
        ]
        x_label, y_label = "kans op behandeling", "aandeel van de groep"
        return plot_curves(curves, "kans", title="Overlap", x_label=x_label, y_label=y_label, step=True, ax=ax)

    def _repr_html_(self) -> str:
        return str(self.tidy().to_html(index=False))


def balance_table(covariates: pd.DataFrame, treated: Flags, before: Array, after: Array) -> pd.DataFrame:
    """Return the balance of covariates under two sets of weights; see `AttResult.balance`."""
    rows = [_balance_row(str(name), covariates[name].to_numpy(float), treated, before, after) for name in covariates]
    columns = ["covariate", "mean_treated", "mean_untreated", "mean_comparison", "smd_before", "smd_after"]
    ratios = ["variance_ratio_before", "variance_ratio_after"]
    return pd.DataFrame(rows, columns=[*columns, *ratios]).astype(dict.fromkeys(ratios, "Float64"))


def describe_overlap(p: Array, treated: Flags, comparison: Array) -> Overlap:
    """Describe the probabilities `p` of both groups; `comparison` holds what each row counts for."""
    ours, theirs, omega = p[treated], p[~treated], comparison[~treated]
    edges = np.linspace(0, 1, 21)
    shares = {
        group: np.histogram(values, edges)[0] / len(values)
        for group, values in (("treated", ours), ("untreated", theirs))
    }
    quantiles = {"treated": np.quantile(ours, QUANTILES), "untreated": np.quantile(theirs, QUANTILES)}
    return Overlap(
        share_outside=float(((ours > theirs.max()) | (ours < theirs.min())).mean()),
        treated=len(ours),
        untreated=len(theirs),
        effective_untreated=float(omega.sum() ** 2 / (omega**2).sum()),
        largest_share=float(omega.max() / omega.sum()),
        quantiles=pd.DataFrame({"quantile": QUANTILES, **quantiles}),
        histogram=pd.DataFrame({"left": edges[:-1], "right": edges[1:], **shares}),
    )


def _balance_row(name: str, x: Array, treated: Flags, before: Array, after: Array) -> dict[str, object]:
    mean_1, var_1 = _moments(x[treated], before[treated])
    mean_0, var_0 = _moments(x[~treated], before[~treated])
    mean_c, var_c = _moments(x[~treated], after[~treated])
    unit = np.sqrt(var_1 if var_1 > 0 else (var_1 + var_0) / 2)
    indicator = bool(np.isin(x, (0.0, 1.0)).all())
    return {
        "covariate": name,
        "mean_treated": mean_1,
        "mean_untreated": mean_0,
        "mean_comparison": mean_c,
        "smd_before": (mean_1 - mean_0) / unit,
        "smd_after": (mean_1 - mean_c) / unit,
        "variance_ratio_before": None if indicator or var_0 == 0 else var_1 / var_0,
        "variance_ratio_after": None if indicator or var_c == 0 else var_1 / var_c,
    }


def _moments(x: Array, w: Array) -> tuple[float, float]:
    mean = float(np.average(x, weights=w))
    return mean, float(np.average((x - mean) ** 2, weights=w))
