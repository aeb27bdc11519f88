"""What is left of a regression coefficient when the unmeasured is as selective as the measured (Oster 2019)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source
from evaluatie.estimation.result import NotEstimated
from evaluatie.estimation.selection.covariates import Array, read_covariates, reduce_design, with_constant


@dataclass(frozen=True, slots=True)
class OsterBound:
    """What is left of a regression coefficient when the unmeasured is as selective as the measured.

    Parameters
    ----------
    beta_short, r_short : float
        Coefficient of the treatment and R² without covariates.
    beta_long, r_long : float
        The same with covariates.
    r_max : float
        R² that would be reached with the unmeasured included.
    delta : float
        Strength of selection on the unmeasured, relative to that on the measured, that `beta_star` assumes.
    beta_star : float
        The coefficient under that assumption.
    delta_star : float or None
        Relative strength that would make the coefficient zero; None when no strength would.
    alternatives : tuple of float
        Other solutions of the same equation for `beta_star`.
    """

    beta_short: float
    r_short: float
    beta_long: float
    r_long: float
    r_max: float
    delta: float
    beta_star: float
    delta_star: float | None
    alternatives: tuple[float, ...] = ()

    @property
    def statement(self) -> str:
        """The breakdown value in one sentence."""
        if self.delta_star is None or self.delta_star < 0:
            return (
                "The covariates move the effect away from zero: no selection on the unmeasured in the same direction "
                "would make it zero."
            )
        return (
            f"Selection on the unmeasured would have to be {self.delta_star:.2f} times as strong as that on the "
            f"covariates to make the effect zero, if with it R² rose from {self.r_long:.2f} to {self.r_max:.2f}."
        )

    def tidy(self) -> pd.DataFrame:
        """Return the numbers as one row."""
        names = [name for name in self.__slots__ if name != "alternatives"]
        return pd.DataFrame([{name: getattr(self, name) for name in names}])

    def _repr_html_(self) -> str:
        return f"<p>{self.statement}</p>{self.tidy().to_html(index=False)}"


def oster_bound(
    frame: Source,
    *,
    outcome: str,
    treated: str,
    covariates: Sequence[str],
    r_max: float | None = None,
    delta: float = 1.0,
) -> OsterBound | NotEstimated:
    """Bound the effect under proportional selection on observables and unobservables.

    From the least-squares regressions of the outcome on the treatment without and with covariates, and of the treatment
    on the covariates (Oster 2019, propositions 2 and 3). Of several solutions for `beta_star` it is the one nearest to
    the coefficient with covariates whose bias has the direction in which the covariates moved it.

    Parameters
    ----------
    frame : pandas.DataFrame or path
        One row per person.
    outcome, treated : str
        Columns; `treated` is a number, not necessarily 0 or 1.
    covariates : sequence of str
        Columns; texts and categories become indicators.
    r_max : float, optional
        R² with the unmeasured included; 1,3 times that with covariates by default (at most 1), as Oster proposes.
    delta : float
        Relative strength of selection for `beta_star`.

    Returns
    -------
    OsterBound or NotEstimated
        ``no_spread`` when outcome or treatment do not vary, also not beside the covariates; ``too_small`` with too few
        rows.

    Raises
    ------
    EstimationError
        For columns that are missing or hold missing values, and an `r_max` below R² or above 1.

    References
    ----------
    Oster (2019), JBES 37; Altonji, Elder and Taber (2005), JPE 113.
    """
    method, estimand = "bound for omitted variables (Oster)", "coefficient of the treatment"
    columns, design = read_covariates(frame, covariates, numeric=[outcome, treated])
    y, x = columns[outcome].to_numpy(), columns[treated].to_numpy()
    if len(y) < len(design.names) + 3:
        return NotEstimated("fewer rows than covariates", "too_small", method, estimand)
    controls = with_constant(reduce_design(design))
    rest = _residual(x, controls)
    if np.ptp(y) == 0 or np.ptp(x) == 0 or rest.var() <= 1e-12 * x.var():
        reason = "the outcome or the treatment does not vary beside the covariates"
        return NotEstimated(reason, "no_spread", method, estimand)
    s_yy, s_xx, t_xx = y.var(ddof=1), x.var(ddof=1), rest.var(ddof=1)
    short, long = float(np.cov(x, y)[0, 1] / s_xx), float(rest @ y / (rest @ rest))
    r_short = float(short**2 * s_xx / s_yy)
    r_long = float(1 - (_residual(y, np.column_stack([controls, rest])) ** 2).sum() / ((len(y) - 1) * s_yy))
    top = min(1.0, 1.3 * r_long) if r_max is None else r_max
    if not r_long <= top <= 1:
        raise EstimationError(f"r_max {top:g} ligt niet tussen R² ({r_long:.3f}) en 1.", "Kies een grotere r_max.")
    parts = _Parts(short - long, (r_long - r_short) * s_yy, (top - r_long) * s_yy, float(s_xx), float(t_xx))
    chosen, others = _choose(long, short, _biases(parts, delta))
    return OsterBound(short, r_short, long, r_long, top, delta, chosen, _delta_star(parts, long), others)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Movement of the coefficient, explained variances (observed, still possible), variances of the treatment."""

    moved: float
    gained: float
    possible: float
    s: float
    t: float


def _biases(parts: _Parts, delta: float) -> list[float]:
    """Solve Oster's cubic (a quadratic when delta is 1) for the bias that is left; real solutions only."""
    moved, s, t = parts.moved, parts.s, parts.t
    coefficients = [
        (delta - 1) * (t * s - t**2),
        t * moved * s * (delta - 2),
        delta * parts.possible * (s - t) - parts.gained * t - s * t * moved**2,
        parts.possible * delta * moved * s,
    ]
    roots = np.roots(coefficients)
    return [float(root.real) for root in roots if abs(root.imag) <= 1e-9 * max(abs(root), 1e-300)]


def _choose(long: float, short: float, biases: list[float]) -> tuple[float, tuple[float, ...]]:
    solutions = sorted((long - bias for bias in biases), key=lambda beta: abs(beta - long)) or [long]
    fitting = [beta for beta in solutions if (beta - long) * (long - short) >= 0]
    chosen = fitting[0] if fitting else solutions[0]
    return chosen, tuple(beta for beta in solutions if beta != chosen)


def _delta_star(parts: _Parts, long: float) -> float | None:
    moved, s, t = parts.moved, parts.s, parts.t
    above = long * parts.gained * t + long * s * t * moved**2 + 2 * long**2 * t * moved * s + long**3 * (t * s - t**2)
    below = (
        parts.possible * moved * s
        + long * parts.possible * (s - t)
        + long**2 * t * moved * s
        + long**3 * (t * s - t**2)
    )
    return above / below if abs(below) > 1e-12 * max(abs(above), 1e-300) else None


def _residual(y: Array, x: Array) -> Array:
    residual: Array = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return residual
