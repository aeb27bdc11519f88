"""Encouragement designs: the effect on those whom an instrument moved into treatment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source, read_columns
from evaluatie.estimation.regressions.anderson_rubin import AndersonRubin, Region
from evaluatie.estimation.regressions.covariance import ErrorModel, Errors, check_weights, error_model
from evaluatie.estimation.regressions.least_squares import Array, dependent_columns, solve_least_squares
from evaluatie.estimation.result import Estimate, NotEstimated, StudentInference, tidy_all

if TYPE_CHECKING:
    from evaluatie.estimation.plot import Axes

STRONG_F = 104.7
"""Below this first-stage F the usual ±1,96 interval of 2SLS does not keep 95% (Lee et al. 2022)."""

_METHOD = "2SLS"
_ESTIMAND = "effect on those moved by the instrument"
_LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class InstrumentedEffect:
    """An effect through one instrument, with the two steps it is made of.

    Parameters
    ----------
    effect : Estimate or NotEstimated
        2SLS, its interval and p-value those of Anderson and Rubin. Not estimated when even the 95% set has no ends.
    two_stage : Estimate
        The same number with the usual Student interval: too narrow below ``STRONG_F``; to compare with other software.
    first_stage, reduced_form : Estimate
        What the instrument does to treatment and to the outcome; their ratio is the effect.
    test : AndersonRubin or None
        The test behind the interval; None with too few clusters.
    first_stage_f : float or None
        Squared t-statistic of the first stage: with one instrument the robust F and the effective F are the same.
    """

    effect: Estimate | NotEstimated
    two_stage: Estimate
    first_stage: Estimate
    reduced_form: Estimate
    test: AndersonRubin | None = field(repr=False)
    first_stage_f: float | None

    def anderson_rubin(self, level: float = _LEVEL) -> Region:
        """Return all effects that are not rejected, also when they form no interval."""
        if self.test is None:
            raise EstimationError(
                "Met zo weinig clusters bestaat geen geldig interval.",
                "Gebruik meer clusters, of toets door permutatie.",
            )
        return self.test.region(level)

    @property
    def strong(self) -> bool:
        """Whether the first-stage F is at least ``STRONG_F``."""
        return self.first_stage_f is not None and self.first_stage_f >= STRONG_F

    def tidy(self, level: float = _LEVEL) -> pd.DataFrame:
        """Return rows with broom's names: effect, first_stage, reduced_form; a row without an interval says why."""
        unbounded = self.test is not None and self.test.region(level).kind != "interval"
        effect = _too_weak(self.first_stage_f or 0.0, level) if unbounded else self.effect
        return tidy_all({"effect": effect, "first_stage": self.first_stage, "reduced_form": self.reduced_form}, level)

    def plot(self, *, level: float = _LEVEL, ax: Axes | None = None) -> Axes:
        """Draw what is in the unit of the outcome: the effect, where it has an interval, and the reduced form."""
        from evaluatie.estimation.plot import plot_intervals

        table = self.tidy(level).dropna(subset="estimate")
        table = table[table["term"] != "first_stage"].reset_index(drop=True)
        axes = plot_intervals(
            table.assign(position=range(len(table))),
            "position",
            title="Instrument",
            x_label="",
            y_label=self.two_stage.unit,
            ax=ax,
        )
        axes.set_xticks(range(len(table)), table["term"].tolist())
        axes.margins(x=0.3)
        return axes

    def _repr_html_(self) -> str:
        return str(self.tidy().to_html(index=False))


def iv(
    frame: Source,
    *,
    outcome: str,
    treated: str,
    instrument: str,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    weights: str | None = None,
    errors: Errors = "robust",
) -> InstrumentedEffect | NotEstimated:
    """Estimate the effect of a treatment that people choose, through one instrument that nudges them (2SLS).

    With the covariates swept out of everything, ``b = z'y / z'd``. The interval is that of Anderson and Rubin, at any
    strength of the instrument: with one instrument it loses nothing when the instrument is strong (Moreira 2009), and
    choosing the interval after a look at F would itself break the level.

    Parameters
    ----------
    frame : pandas.DataFrame or path of Parquet files
        One row per person; never changed.
    outcome, treated, instrument : str
        Columns with numbers; `treated` and `instrument` need not be 0 and 1.
    covariates : sequence of str
        Columns with numbers, beside a constant.
    cluster, weights, errors
        As in `ols`: HC1 and N − K degrees of freedom, or clusters and G − 1; K counts covariates, constant and effect.

    Returns
    -------
    InstrumentedEffect or NotEstimated
        Not estimated when outcome, treatment or instrument does not vary once the covariates are swept out, or there
        are no more rows than coefficients.

    References
    ----------
    Imbens and Angrist (1994), Econometrica 62, on whose effect it is; Andrews, Stock and Sun (2019), Annual Review of
    Economics 11; Lee, McCrary, Moreira and Porter (2022), American Economic Review 112.
    """
    numeric = [outcome, treated, instrument, *covariates, *([weights] if weights else [])]
    rows = read_columns(frame, [cluster] if cluster else [], numeric=numeric)
    if len(rows) <= len(covariates) + 2:
        return NotEstimated(f"{len(rows)} rows is too few", "too_small", _METHOD, _ESTIMAND)
    model, w = error_model(rows, cluster, errors), check_weights(rows, weights)
    x = np.column_stack([np.ones(len(rows)), *(rows[name].to_numpy(float) for name in covariates)])
    dependent = dependent_columns(x, ("constante", *covariates))
    if dependent:
        raise EstimationError(
            f"Deze kolommen volgen uit de andere: {', '.join(dependent)}.", "Laat ze uit covariates weg."
        )
    data = rows[[outcome, treated, instrument]].to_numpy(float)
    swept = data - x @ solve_least_squares(x, data, w)[0]
    for name, given, left in zip((outcome, treated, instrument), data.T, swept.T, strict=True):
        if (left**2).sum() <= _NO_SPREAD * (given**2).sum():
            return NotEstimated(f"{name} does not vary beside the covariates", "no_spread", _METHOD, _ESTIMAND)
    return _build(swept, rows[instrument].to_numpy(float), w, model, outcome, treated, x.shape[1] + 1)


_NO_SPREAD = 1e-20


def wald(
    frame: Source,
    *,
    outcome: str,
    treated: str,
    instrument: str,
    cluster: str | None = None,
    weights: str | None = None,
    errors: Errors = "robust",
) -> InstrumentedEffect | NotEstimated:
    """Estimate Wald's ratio: difference in outcome over difference in treatment, between invited and not invited.

    Is `iv` with an instrument of 0 and 1 and no covariates: ``reduced_form`` is the difference in mean outcome and
    ``first_stage`` the difference in the share treated.

    Parameters
    ----------
    frame : pandas.DataFrame or path of Parquet files
        One row per person; never changed.
    outcome, treated, instrument : str
        Columns with numbers; `instrument` holds 0 and 1.
    cluster, weights, errors
        As in `ols`.

    Returns
    -------
    InstrumentedEffect or NotEstimated
        As `iv`.

    Raises
    ------
    EstimationError
        For an instrument with other values than 0 and 1; otherwise as `iv`.

    References
    ----------
    Wald (1940), Annals of Mathematical Statistics 11; Bloom (1984), Evaluation Review 8.
    """
    values = read_columns(frame, [], numeric=[instrument])[instrument]
    if not values.isin([0.0, 1.0]).all():
        raise EstimationError(f"Kolom {instrument} is niet alleen 0 en 1.", "Gebruik iv voor een ander instrument.")
    return iv(
        frame,
        outcome=outcome,
        treated=treated,
        instrument=instrument,
        cluster=cluster,
        weights=weights,
        errors=errors,
    )


def _build(
    swept: Array, given: Array, w: Array, model: ErrorModel, outcome: str, treated: str, parameters: int
) -> InstrumentedEffect | NotEstimated:
    """Return the result from outcome, treatment and instrument with the covariates swept out, shape (n, 3)."""
    y, d, z = swept.T
    n = len(y)
    strength = float((w * z * z).sum())
    reduced, first = float((w * z * y).sum()) / strength, float((w * z * d).sum()) / strength
    if first == 0:
        return NotEstimated("the instrument does not move treatment at all", "no_spread", _METHOD, _ESTIMAND)
    residuals = np.column_stack([y - reduced * z, d - first * z])
    covariance = _joint_covariance(residuals, z, w, strength, model, parameters)
    dof = model.dof(n - parameters)
    enough = model.enough(given)
    method = f"{_METHOD}, {model.label}"
    var_reduced, var_first, shared = float(covariance[0, 0]), float(covariance[1, 1]), float(covariance[0, 1])
    test = AndersonRubin(reduced, first, var_reduced, var_first, shared, dof) if enough else None
    value = reduced / first
    gradient = np.array([1.0, -value]) / first
    errors = np.sqrt([gradient @ covariance @ gradient, covariance[1, 1], covariance[0, 0]])
    two_stage, first_stage, reduced_form = (
        _student(number, float(error) if enough else None, dof, n, method, estimand, unit)
        for number, error, estimand, unit in (
            (value, errors[0], _ESTIMAND, outcome),
            (first, errors[1], "effect of the instrument on treatment", treated),
            (reduced, errors[2], "effect of the instrument on the outcome", outcome),
        )
    )
    strength_f = first**2 / var_first if enough else None
    return InstrumentedEffect(
        _with_anderson_rubin(two_stage, test), two_stage, first_stage, reduced_form, test, strength_f
    )


def _joint_covariance(
    residuals: Array, z: Array, w: Array, strength: float, model: ErrorModel, parameters: int
) -> Array:
    """Return the 2 × 2 covariance of reduced form and first stage."""
    if model.clusters is None and model.errors == "classical":
        sigma: Array = (residuals * w[:, None]).T @ residuals / (len(z) - parameters)
        return sigma / strength
    return model.covariance(np.eye(2) / strength, residuals * (w * z)[:, None], 1.0, parameters)


def _with_anderson_rubin(two_stage: Estimate, test: AndersonRubin | None) -> Estimate | NotEstimated:
    if test is not None and test.region(_LEVEL).kind != "interval":
        return _too_weak(test.first**2 / test.var_first, _LEVEL)
    return Estimate(
        value=two_stage.value,
        std_error=two_stage.std_error,
        dof=two_stage.dof,
        n=two_stage.n,
        method=f"{two_stage.method}, Anderson–Rubin interval",
        estimand=_ESTIMAND,
        unit=two_stage.unit,
        inference=test,
    )


def _too_weak(f: float, level: float) -> NotEstimated:
    return NotEstimated(
        f"the instrument is too weak to bound the effect at {level:g} (first-stage F = {f:.1f})",
        "weak_instrument",
        _METHOD,
        _ESTIMAND,
    )


def _student(
    value: float, std_error: float | None, dof: float, n: int, method: str, estimand: str, unit: str
) -> Estimate:
    if std_error is None:
        return Estimate(value, None, None, n, method, estimand, unit)
    known = None if math.isinf(dof) else dof
    return Estimate(value, std_error, known, n, method, estimand, unit, StudentInference(value, std_error, dof))
