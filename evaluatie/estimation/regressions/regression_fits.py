"""The fits behind the regressions: coefficients, residuals and bread; separation and exact fits are refused."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluatie.errors import EstimationError
from evaluatie.estimation.regressions.formula import Design
from evaluatie.estimation.regressions.least_squares import Array, solve_least_squares
from evaluatie.estimation.regressions.separation import find_separation_logit, find_separation_poisson

_EXACT = 1e-20
"""A residual sum of squares below this share of the outcome's own is a fit without error."""
_EXTREME = 1e-5
"""Fitted chances or counts this close to their bound make a search for separation worth its time."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients with what their covariance is made of; `dof` is that of the model without clusters."""

    coefficients: Array
    bread: Array
    residuals: Array
    dispersion: float
    dof: float


def fit_ols(design: Design, w: Array, offset: Array | None) -> Fit:
    """Fit weighted least squares; `offset` is not used. Refuses a fit without any error."""
    coefficients, bread = solve_least_squares(design.x, design.y, w)
    residuals = design.y - design.x @ coefficients
    n, k = design.x.shape
    left = float((w * residuals**2).sum())
    centred = design.y - np.average(design.y, weights=w)
    if left <= _EXACT * float((w * centred**2).sum()):
        raise EstimationError(
            f"De termen verklaren '{design.outcome}' zonder enige fout.",
            "Waarschijnlijk staat de uitkomst zelf, in een andere vorm, rechts van '~'.",
        )
    return Fit(coefficients, bread, residuals, left / (n - k), n - k)


def fit_logit(design: Design, w: Array, offset: Array | None) -> Fit:
    """Fit a logit. Refuses another outcome than 0 and 1, and separation."""
    if not np.isin(design.y, (0.0, 1.0)).all():
        raise EstimationError(f"De uitkomst '{design.outcome}' is niet alleen 0 en 1.", "Codeer ja als 1 en nee als 0.")
    from statsmodels.genmod.families import Binomial

    return _fit_glm(design, w, offset, Binomial(), find_separation_logit)


def fit_poisson(design: Design, w: Array, offset: Array | None) -> Fit:
    """Fit a Poisson regression with `offset` in the logarithm of the mean. Refuses negative outcomes and separation."""
    if (design.y < 0).any():
        raise EstimationError(f"De uitkomst '{design.outcome}' is soms negatief.", "Een aantal is nul of meer.")
    from statsmodels.genmod.families import Poisson

    return _fit_glm(design, w, offset, Poisson(), find_separation_poisson)


def _fit_glm(
    design: Design,
    w: Array,
    offset: Array | None,
    family: Any,
    find_separation: Callable[[Array, Array, tuple[str, ...]], list[str]],
) -> Fit:
    """Fit by iterated reweighting, to machine precision; both links are canonical, so the information needs no more."""
    from statsmodels.genmod.generalized_linear_model import GLM

    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # separation and slow convergence are judged below, exactly
            fit = GLM(design.y, design.x, family=family, var_weights=w, offset=offset).fit(tol=1e-13, maxiter=200)
        mu = fit.mu
        suspect = not np.isfinite(fit.params).all() or mu.min() < _EXTREME or _near_one(family, mu)
    except Exception:  # what a diverging fit raises differs by version
        fit, suspect = None, True
    along = find_separation(design.y, design.x, design.terms) if suspect else []
    if along:
        raise EstimationError(
            f"Deze termen voorspellen een deel van de uitkomsten zonder fout: {', '.join(along)}.",
            "Een eindige coëfficiënt bestaat dan niet; voeg groepen samen of laat een term weg.",
        )
    if fit is None or not np.isfinite(fit.params).all():
        raise EstimationError("De schatting komt niet tot een eind.", "Schaal de kolommen of gebruik minder termen.")
    _, bread = solve_least_squares(design.x, design.y, w * family.variance(mu))
    return Fit(fit.params, bread, design.y - mu, 1.0, math.inf)


def _near_one(family: Any, mu: Array) -> bool:
    from statsmodels.genmod.families import Binomial

    return isinstance(family, Binomial) and bool(mu.max() > 1 - _EXTREME)
