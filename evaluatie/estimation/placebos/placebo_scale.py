"""One scale for placebo effects of units that vary differently: by size, or by their own error before the start.

References
----------
Ferman and Pinto (2019), REStat 101 (size); Abadie, Diamond and Hainmueller (2010), JASA 105 (pre-period error).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from evaluatie.errors import EstimationError
from evaluatie.estimation.panels.did import Array, Panel, to_panel

Statistic = Literal["ferman_pinto", "effect", "rmspe_ratio"]

FEWEST_PRE_PERIODS = 3
"""Below this an error before the start says nothing, and weights can be made to fit anything."""
TIE = 1e-12
"""Relative difference below which two numbers count as equal."""


def scale_effects(statistic: Statistic, effects: Array, panel: Panel, known: Array, pre_rmspe: Array | None) -> Array:
    """Return the scale of each unit's effect, shape (units,).

    Parameters
    ----------
    statistic : {"ferman_pinto", "effect", "rmspe_ratio"}
        How to scale; see `placebo_in_space`.
    effects : array, shape (units,)
        Effects in the order of the panel.
    known : array, shape (units,)
        Known variance of each effect (rounding); used by ``ferman_pinto``.
    pre_rmspe : array, shape (units,), or None
        Error before the start of each unit's own fit; used by ``rmspe_ratio``.
    """
    if statistic == "effect":
        return np.ones(len(effects))
    if statistic == "rmspe_ratio":
        return _check_rmspe(panel, pre_rmspe)
    controls = ~panel.treated
    fitted = fit_size_variance(effects[controls], panel.weights[controls], known[controls])
    a, b = _line_through(fitted - known[controls], 1 / panel.weights[controls])
    scale: Array = np.sqrt(a + b / panel.weights + known)
    return scale


def fit_size_variance(effects: Array, size: Array, known: Array | None = None) -> Array:
    """Fit ``variance = a + b / size + known`` to squared effects, with a and b not negative.

    Iterated least squares with weights ``1 / variance²``: the scores of a Gamma quasi-likelihood with
    identity link, because the spread of a squared effect is proportional to its mean.

    Parameters
    ----------
    effects : array, shape (units,)
        Placebo effects.
    size : array, shape (units,)
        Size of each unit.
    known : array, shape (units,), optional
        Variance of each effect that is known beforehand (rounding); none when not given.

    Returns
    -------
    array, shape (units,)
        Fitted variance of each effect.
    """
    extra = np.zeros(len(effects)) if known is None else known
    design = np.column_stack([np.ones(len(effects)), 1 / size])
    fitted = np.full(len(effects), float(np.mean(effects**2)))
    for _ in range(100):
        coefficients, _ = nnls(design / fitted[:, None], np.maximum(effects**2 - extra, 0) / fitted)
        previous, fitted = fitted, np.maximum(design @ coefficients + extra, 1e-300)
        if np.allclose(fitted, previous, rtol=1e-10, atol=0):
            break
    return fitted


def fits_perfectly(pre_rmspe: Array, panel: Panel) -> np.typing.NDArray[np.bool_]:
    """Tell which errors before the start are zero, up to rounding of the arithmetic."""
    zero: np.typing.NDArray[np.bool_] = pre_rmspe <= TIE * np.abs(panel.y).max()
    return zero


def known_variance(frame: pd.DataFrame, panel: Panel, noise: str, unit: str, time: str, treated_from: str) -> Array:
    """Carry the variance of each value into a difference of two period means."""
    wide = to_panel(frame, outcome=noise, unit=unit, time=time, treated_from=treated_from).y
    if (wide < 0).any():
        raise EstimationError(f"De variantie in kolom '{noise}' is ergens negatief.", "Verbeter de kolom.")
    start = int(panel.first_treated[panel.treated][0])
    pre, post = wide[:, :start], wide[:, start:]
    variance: Array = pre.sum(1) / pre.shape[1] ** 2 + post.sum(1) / post.shape[1] ** 2
    return variance


def _line_through(values: Array, x: Array) -> tuple[float, float]:
    """Recover the two coefficients of an exact line."""
    design = np.column_stack([np.ones(len(x)), x])
    a, b = np.linalg.lstsq(design, values, rcond=None)[0]
    return max(float(a), 0.0), max(float(b), 0.0)


def _check_rmspe(panel: Panel, pre_rmspe: Array | None) -> Array:
    if pre_rmspe is None:
        raise EstimationError(
            "rmspe_ratio vraagt van elke eenheid de fout vóór de maatregel, en deze functie geeft alleen een effect.",
            "Laat de functie een UnitFit teruggeven, of gebruik statistic='ferman_pinto'.",
        )
    if int(panel.first_treated[panel.treated][0]) < FEWEST_PRE_PERIODS:
        raise EstimationError(
            "rmspe_ratio vraagt ten minste drie perioden vóór de maatregel.", "Gebruik statistic='ferman_pinto'."
        )
    if fits_perfectly(pre_rmspe, panel).any():
        raise EstimationError(
            "Een eenheid week vóór de maatregel nooit af; een verhouding daartoe bestaat niet.",
            "Gebruik statistic='ferman_pinto'.",
        )
    return pre_rmspe
