"""Who is treated, and how likely that was: the sample, its obstacles and the logit of treatment on covariates."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source
from evaluatie.estimation.result import NotEstimated
from evaluatie.estimation.selection.covariates import (
    Array,
    Design,
    Flags,
    read_covariates,
    reduce_design,
    with_constant,
)

FEWEST_TREATED = 10
"""Below this many treated (or untreated) people a model with covariates describes these people, not an effect."""

ESTIMAND = "average effect on the treated"
_SUSPICIOUS = 12.0
_STRICT = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The rows of an analysis as arrays.

    Parameters
    ----------
    y, w : array, shape (rows,)
        Outcome and weight.
    d : array of bool, shape (rows,)
        Whether the row is treated.
    design : Design
        Covariates as numbers, none of them redundant.
    cluster : array of int, shape (rows,), or None
        Number of the cluster of each row.
    index : pandas.Index
        Labels of the rows in the caller's frame.
    notes : tuple of str
        What was left out and why, one clause each.
    """

    y: Array
    d: Flags
    w: Array
    design: Design
    cluster: npt.NDArray[np.int64] | None
    index: pd.Index
    notes: tuple[str, ...] = ()

    def keep(self, rows: Flags, note: str) -> Sample:
        """Return the sample of some rows and say why the others are gone."""
        cluster = None if self.cluster is None else self.cluster[rows]
        design = self.design.keep(rows)
        notes = (*self.notes, note, *design.dropped[len(self.design.dropped) :])
        return Sample(self.y[rows], self.d[rows], self.w[rows], design, cluster, self.index[rows], notes)


@dataclass(frozen=True, slots=True, eq=False)
class Propensity:
    """The fitted probability of treatment.

    Parameters
    ----------
    sample : Sample
        The rows it was fitted on: possibly fewer than were given, see its notes.
    x : array, shape (rows, columns)
        Regressors with a constant, scaled.
    p : array, shape (rows,)
        Probability of treatment.
    """

    sample: Sample
    x: Array
    p: Array

    @property
    def odds(self) -> Array:
        """``p / (1 − p)``: what an untreated row stands for among the treated; zero for the treated."""
        odds: Array = np.where(self.sample.d, 0.0, self.p / (1 - self.p))
        return odds

    @property
    def influence(self) -> Array:
        """Each row's influence on the coefficients of the logit, shape (rows, columns)."""
        sample = self.sample
        information = (self.x * (sample.w * self.p * (1 - self.p))[:, None]).T @ self.x
        scores = self.x * (sample.w * (sample.d - self.p))[:, None]
        return np.asarray(np.linalg.solve(information, scores.T).T, dtype=np.float64)


def read_sample(
    source: Source,
    *,
    outcome: str,
    treated: str,
    covariates: Sequence[str],
    weights: str | None = None,
    cluster: str | None = None,
) -> Sample:
    """Read the columns of an analysis of treated and untreated people.

    Raises
    ------
    EstimationError
        For missing columns or values, a treatment that is not 0 or 1, or weights that are not positive.
    """
    numeric = [outcome, treated, *([weights] if weights else [])]
    frame, design = read_covariates(source, covariates, numeric=numeric, other=[cluster] if cluster else [])
    d = as_flags(frame[treated], treated)
    w = frame[weights].to_numpy() if weights else np.ones(len(frame))
    if (w <= 0).any():
        raise EstimationError("Gewichten moeten positief zijn.", "Laat rijen met gewicht nul weg.")
    codes = pd.factorize(frame[cluster])[0].astype(np.int64) if cluster else None
    reduced = reduce_design(design) if len(frame) else design
    return Sample(frame[outcome].to_numpy(), d, w, reduced, codes, frame.index, reduced.dropped)


def as_flags(column: pd.Series, name: str) -> Flags:
    """Return a column of 0 and 1 as booleans.

    Raises
    ------
    EstimationError
        When it holds anything else.
    """
    values = column.to_numpy(dtype=float)
    if not np.isin(values, (0.0, 1.0)).all():
        example = values[~np.isin(values, (0.0, 1.0))][0]
        raise EstimationError(f"Kolom '{name}' heeft de waarde {example:g}.", "Gebruik alleen 0 en 1.")
    flags: Flags = values == 1
    return flags


def find_obstacle(sample: Sample, method: str) -> NotEstimated | None:
    """Return why no effect on the treated can be estimated from this sample, or None."""
    treated, untreated = int(sample.d.sum()), int((~sample.d).sum())
    if not treated:
        return NotEstimated("nobody is treated", "no_treated", method, ESTIMAND)
    if not untreated:
        return NotEstimated("there is nobody untreated to compare with", "no_control", method, ESTIMAND)
    if treated < FEWEST_TREATED:
        return NotEstimated(f"fewer than {FEWEST_TREATED} are treated", "too_small", method, ESTIMAND)
    if untreated < max(FEWEST_TREATED, len(sample.design.names) + 2):
        reason = f"{untreated} untreated are too few for {len(sample.design.names)} covariates"
        return NotEstimated(reason, "too_small", method, ESTIMAND)
    if np.ptp(sample.y) == 0:
        return NotEstimated("the outcome is the same for everyone", "no_spread", method, ESTIMAND)
    return None


def fit_propensity(sample: Sample, method: str, trim: float | None = None) -> Propensity | NotEstimated:
    """Fit the logit of treatment on the covariates by (weighted) maximum likelihood.

    When covariates separate the groups, the maximum does not exist. Untreated people whom the covariates rule out as
    treated (a category in which nobody is treated) would get weight zero: they are left out, and the sample says so.
    Treated people whom nobody untreated resembles leave no comparison: not estimated.

    Parameters
    ----------
    sample : Sample
        Without obstacles.
    method : str
        Named in a refusal.
    trim : float, optional
        Keep only rows with a probability between `trim` and ``1 − trim`` and fit once more (Crump et al. 2009).
    """
    obstacle = find_obstacle(sample, method)
    if obstacle:
        return obstacle
    fitted = _fit_logit(sample)
    apart = _separated(fitted) if np.abs(_log_odds(fitted.p)).max() > _SUSPICIOUS else np.zeros(len(sample.d), bool)
    if (apart & sample.d).any():
        reason = f"no untreated person resembles {int((apart & sample.d).sum())} of the treated (separation)"
        return NotEstimated(reason, "no_overlap", method, ESTIMAND)
    if apart.any():
        note = f"{int(apart.sum())} untreated with covariates that no treated person has were left out"
        return fit_propensity(sample.keep(~apart, note), method, trim)
    return fitted if trim is None else _trim(fitted, method, trim)


def _trim(fitted: Propensity, method: str, trim: float) -> Propensity | NotEstimated:
    if not 0 < trim < 0.5:
        raise EstimationError(f"Een grens van {trim:g} kan niet.", "Kies trim tussen 0 en 0,5, zoals 0.1.")
    inside = (fitted.p >= trim) & (fitted.p <= 1 - trim)
    if inside.all():
        return fitted
    note = (
        f"{int((~inside & fitted.sample.d).sum())} treated and {int((~inside & ~fitted.sample.d).sum())} untreated "
        f"with a probability of treatment outside {trim:g} to {1 - trim:g} were left out"
    )
    return fit_propensity(fitted.sample.keep(inside, note), method)


def _fit_logit(sample: Sample) -> Propensity:
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    x = with_constant(sample.design)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # separation is looked for afterwards, and told in our own words
        fit = GLM(sample.d.astype(float), x, family=Binomial(), freq_weights=sample.w).fit(maxiter=100, tol=1e-13)
    p = np.clip(np.asarray(fit.fittedvalues, dtype=float), 1e-300, 1 - 1e-16)
    return Propensity(sample, x, p)


def _log_odds(p: Array) -> Array:
    odds: Array = np.log(p) - np.log1p(-p)
    return odds


def _separated(fitted: Propensity) -> Flags:
    """Return the rows that some combination of covariates puts strictly on their own side (Konis 2007).

    A linear programme: the most that ``(±) x · b`` can be in total while it is negative for nobody.
    """
    from scipy.optimize import linprog

    signed = np.where(fitted.sample.d, 1.0, -1.0)[:, None] * fitted.x
    solved = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1), method="highs")
    apart: Flags = signed @ solved.x > _STRICT
    return apart
