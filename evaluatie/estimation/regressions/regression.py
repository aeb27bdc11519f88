"""Regressions by formula: least squares, logit and Poisson, with standard errors that hold by default."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source
from evaluatie.estimation.regressions.covariance import ErrorModel, Errors, check_weights, error_model
from evaluatie.estimation.regressions.formula import Design, build_design
from evaluatie.estimation.regressions.least_squares import Array
from evaluatie.estimation.regressions.regression_fits import Fit, fit_logit, fit_ols, fit_poisson
from evaluatie.estimation.result import Estimate, LogInference, StudentInference, tidy_all

if TYPE_CHECKING:
    from evaluatie.estimation.plot import Axes


@dataclass(frozen=True, slots=True)
class Regression:
    """The coefficients of one regression.

    Parameters
    ----------
    estimates : dict of str to Estimate
        One per term, in the order of the formula.
    covariance : pandas.DataFrame
        Of the coefficients, terms by terms; missing where too few clusters speak to a term.
    formula, method : str
    n, clusters : int
        Rows and clusters (zero without).
    """

    estimates: dict[str, Estimate]
    covariance: pd.DataFrame = field(repr=False, compare=False)
    formula: str
    method: str
    n: int
    clusters: int

    def __getitem__(self, term: str) -> Estimate:
        if term not in self.estimates:
            raise EstimationError(f"Term '{term}' bestaat niet.", f"Aanwezig: {', '.join(self.estimates)}.")
        return self.estimates[term]

    def ratio(self, term: str) -> Estimate:
        """Return the odds ratio (logit) or rate ratio (Poisson) of one term: the exponential of its coefficient."""
        found = self[term]
        if found.unit not in _RATIOS:
            raise EstimationError(
                "Alleen een logit of een Poisson-regressie geeft een verhouding.", "Lees de term zelf."
            )
        value, error = math.exp(found.value), found.std_error
        inference = None if error is None else LogInference(found.value, error, found.dof or math.inf)
        return Estimate(
            value=value,
            std_error=None if error is None else value * error,
            dof=found.dof,
            n=found.n,
            method=found.method,
            estimand=f"{_RATIOS[found.unit]} of {term}",
            unit="ratio",
            inference=inference,
            null=1.0,
        )

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per term with broom's names: term, estimate, std_error, statistic, p_value, conf_low, …"""
        return tidy_all(self.estimates, level)

    def plot(self, *, level: float = 0.95, ax: Axes | None = None) -> Axes:
        """Draw the coefficients, without the intercept, with their intervals."""
        from evaluatie.estimation.plot import plot_intervals

        table = self.tidy(level)
        table = table[table["term"] != "Intercept"].reset_index(drop=True)
        axes = plot_intervals(
            table.assign(position=range(len(table))),
            "position",
            title=self.formula,
            x_label="",
            y_label=str(table["unit"].iloc[0]),
            ax=ax,
        )
        axes.set_xticks(range(len(table)), table["term"].tolist(), rotation=20, ha="right")
        return axes

    def _repr_html_(self) -> str:
        return f"<p>{self.formula} — {self.method}, n = {self.n}</p>{self.tidy().to_html(index=False)}"


_RATIOS = {"log odds": "odds ratio", "log rate": "rate ratio"}


def ols(
    frame: Source, *, formula: str, cluster: str | None = None, weights: str | None = None, errors: Errors = "robust"
) -> Regression:
    """Estimate a linear regression by (weighted) least squares.

    Parameters
    ----------
    frame : pandas.DataFrame or path of Parquet files
        One row per observation; never changed.
    formula : str
        In the language of R and patsy: ``"dagen ~ traject + leeftijd + C(jaar)"``.
    cluster : str, optional
        Column within which the errors may depend on each other.
    weights : str, optional
        Column with positive weights; only their proportions matter.
    errors : {"robust", "classical"}
        Without `cluster`: HC1, the default, or one variance for all. Both with Student's t and N − K degrees of
        freedom; with `cluster` the factor is ``G/(G−1) · (N−1)/(N−K)`` and there are G − 1 (see `covariance`). A term
        that fewer than five clusters speak to gets no interval.

    Returns
    -------
    Regression
        Coefficients with their covariance; shows itself as a table.

    Raises
    ------
    EstimationError
        See `formula.build_design`; also when the fit leaves no error at all.

    References
    ----------
    MacKinnon and White (1985), Journal of Econometrics 29; Cameron and Miller (2015), Journal of Human Resources 50.
    """
    return _regress(frame, formula, cluster, weights, errors, fit=fit_ols, name="OLS", exposure=None)


def logit(
    frame: Source, *, formula: str, cluster: str | None = None, weights: str | None = None, errors: Errors = "robust"
) -> Regression:
    """Estimate a logit of an outcome of 0 and 1 by maximum likelihood.

    Coefficients are log odds; `Regression.ratio` gives odds ratios. Without `cluster` the reference distribution is
    the normal. The robust factor is N/(N−K), where Stata's ``vce(robust)`` takes N/(N−1).

    Parameters
    ----------
    frame, formula, cluster, weights, errors
        As in `ols`.

    Returns
    -------
    Regression
        Coefficients with their covariance; shows itself as a table.

    Raises
    ------
    EstimationError
        See `formula.build_design`; also for another outcome than 0 and 1 and for separation: a term, or combination of
        terms, that predicts some outcomes perfectly has no finite coefficient.

    References
    ----------
    Albert and Anderson (1984), Biometrika 71, on separation.
    """
    return _regress(frame, formula, cluster, weights, errors, fit=fit_logit, name="logit", exposure=None)


def poisson(
    frame: Source,
    *,
    formula: str,
    cluster: str | None = None,
    weights: str | None = None,
    errors: Errors = "robust",
    exposure: str | None = None,
) -> Regression:
    """Estimate a Poisson regression of a count, or of any outcome that is not negative.

    Coefficients are log rates; `Regression.ratio` gives rate ratios. With robust errors only the mean needs to be
    right, not the variance.

    Parameters
    ----------
    frame, formula, cluster, weights, errors
        As in `logit`.
    exposure : str, optional
        Column with what the count is a count of (person-months): its logarithm enters with coefficient one.

    Returns
    -------
    Regression
        Coefficients with their covariance; shows itself as a table.

    Raises
    ------
    EstimationError
        As `logit`; also for negative outcomes and for an exposure that is not positive.

    References
    ----------
    Gourieroux, Monfort and Trognon (1984), Econometrica 52; Correia, Guimarães and Zylkin (2019) on separation.
    """
    return _regress(frame, formula, cluster, weights, errors, fit=fit_poisson, name="Poisson", exposure=exposure)


def _regress(
    source: Source,
    formula: str,
    cluster: str | None,
    weights: str | None,
    errors: Errors,
    *,
    fit: Callable[[Design, Array, Array | None], Fit],
    name: str,
    exposure: str | None,
) -> Regression:
    numeric = tuple(column for column in (weights, exposure) if column)
    design = build_design(source, formula, beside=(cluster,) if cluster else (), numeric=numeric)
    model = error_model(design.frame, cluster, errors)
    w = check_weights(design.frame, weights)
    fitted = fit(design, w, _log_exposure(design.frame, exposure))
    scores = design.x * (w * fitted.residuals)[:, None]
    covariance = model.covariance(fitted.bread, scores, fitted.dispersion, design.x.shape[1])
    unit = {"OLS": design.outcome, "logit": "log odds", "Poisson": "log rate"}[name]
    method = f"{name}, {model.label}"
    known = np.array([model.enough(column) for column in design.x.T])
    estimates = {
        term: _estimate(fitted, covariance, index, model, bool(known[index]), method, term, unit, len(design.y))
        for index, term in enumerate(design.terms)
    }
    table = pd.DataFrame(covariance, index=design.terms, columns=design.terms).where(np.outer(known, known))
    return Regression(estimates, table, formula, method, len(design.y), model.number)


def _estimate(
    fitted: Fit, covariance: Array, k: int, model: ErrorModel, known: bool, method: str, term: str, unit: str, n: int
) -> Estimate:
    value = float(fitted.coefficients[k])
    if not known:
        return Estimate(value, None, None, n, method, f"coefficient of {term}", unit)
    std_error, dof = math.sqrt(float(covariance[k, k])), model.dof(fitted.dof)
    return Estimate(
        value=value,
        std_error=std_error,
        dof=None if math.isinf(dof) else dof,
        n=n,
        method=method,
        estimand=f"coefficient of {term}",
        unit=unit,
        inference=StudentInference(value, std_error, dof),
    )


def _log_exposure(frame: pd.DataFrame, exposure: str | None) -> Array | None:
    if exposure is None:
        return None
    values: Array = frame[exposure].to_numpy(float)
    if not (values > 0).all():
        raise EstimationError(f"Kolom {exposure}: een omvang moet positief zijn.", "Laat lege groepen weg.")
    logarithm: Array = np.log(values)
    return logarithm
