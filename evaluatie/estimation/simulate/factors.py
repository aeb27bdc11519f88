"""A synthetic panel with common factors that each unit follows in its own degree, and one treated unit."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from evaluatie.estimation.panels.did import Array


def simulate_factor_panel(
    *,
    units: int = 40,
    before: int = 40,
    after: int = 12,
    effect: float = 0.0,
    factors: int = 2,
    noise: float = 0.5,
    persistence: float = 0.0,
    rank: int | None = None,
    seed: int = 1,
) -> pd.DataFrame:
    """Draw an interactive fixed effects panel in which one unit is treated.

    ``y_it = a_i + b_t + l_i · f_t + effect · D_it + e_it``. The treated unit lies inside the hull of the others: its
    level and loadings are a weighted average of five of them. Errors follow a stationary AR(1) with coefficient
    `persistence` and variance ``noise² (0,2 + 0,8 · median size / size)``: small units vary more. The planted truth
    is `effect`, in every period after the start.

    Parameters
    ----------
    units : int
        Number of units, the treated one included.
    before, after : int
        Periods before and after the start.
    effect : float
        The effect on the treated unit, constant after the start.
    factors : int
        Number of common factors, random walks with steps of standard deviation 0,3.
    noise : float
        Standard deviation of the error of a unit of about median size.
    persistence : float
        Coefficient of the AR(1), from 0 up to 1.
    rank : int, optional
        Place of the treated unit in order of size, 0 for the smallest; by default the middle.
    seed : int
        Seed of the draw.

    Returns
    -------
    pandas.DataFrame
        ``unit``, ``period`` (0, 1, …), ``y``, ``size``, ``treated_from`` (missing for never treated).
    """
    rng = np.random.default_rng(seed)
    periods, treated = before + after, units // 2 if rank is None else rank
    size = np.sort(np.round(np.exp(rng.normal(6.5, 1.0, units))) + 100)
    level, loading = rng.normal(10, 1.5, units), rng.normal(0, 1, (units, factors))
    donors = rng.choice(np.delete(np.arange(units), treated), min(5, units - 1), replace=False)
    share = rng.dirichlet(np.ones(len(donors)))
    level[treated], loading[treated] = share @ level[donors], share @ loading[donors]
    common = np.cumsum(rng.normal(0, 0.3, (factors + 1, periods)), axis=1)
    spread = noise * np.sqrt(0.2 + 0.8 * np.median(size) / size)
    y = level[:, None] + common[0] + loading @ common[1:] + spread[:, None] * _errors(rng, units, periods, persistence)
    y[treated, before:] += effect
    return pd.DataFrame(
        {
            "unit": np.repeat([f"gemeente {index:03d}" for index in range(units)], periods),
            "period": np.tile(np.arange(periods), units),
            "y": y.ravel(),
            "size": np.repeat(size, periods),
            "treated_from": np.where(np.repeat(np.arange(units), periods) == treated, float(before), np.nan),
        }
    )


def _errors(rng: np.random.Generator, units: int, periods: int, persistence: float) -> Array:
    """Draw AR(1) errors with variance one, stationary from the first period."""
    error = rng.normal(size=(units, periods))
    for period in range(1, periods):
        error[:, period] = persistence * error[:, period - 1] + math.sqrt(1 - persistence**2) * error[:, period]
    return error
