"""Panels of municipalities with a planted effect, and the persons behind them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]


def simulate_panel(
    *,
    units: int = 60,
    periods: int = 12,
    starts: Sequence[int] = (6,),
    treated: int | Sequence[int] = 20,
    effect: float | Sequence[float] = 0.05,
    growth: float | Sequence[float] = 0.0,
    correlation: float = 0.5,
    noise: float = 0.02,
    noise_by_size: float = 0.5,
    seed: int = 1,
) -> pd.DataFrame:
    """Draw a balanced panel in which trends are parallel and the effect of the treatment is known.

    The outcome is ``a_i + b_t + effect_it + e_it``: a level per municipality, a common trend, and an AR(1) error that
    starts in its stationary distribution. The planted truth is the column ``effect``: zero before the start,
    ``effect + growth · k`` in the k-th period after it (k = 0 in the first treated period).

    Parameters
    ----------
    units, periods : int
        Number of municipalities and of periods (numbered from 1).
    starts : sequence of int
        First treated period of each cohort; one number is a single start, several are a staggered one. Empty: nobody
        is ever treated.
    treated : int or sequence of int
        Number of municipalities in each cohort; the rest is never treated.
    effect, growth : float or sequence of float
        Effect in the first treated period and what each later period adds, the same for all or per cohort.
    correlation : float
        First-order autocorrelation of the errors, below one in size.
    noise : float
        Standard deviation of the error of a municipality of a thousand persons.
    noise_by_size : float
        Share of that variance that falls with size: the variance is ``noise² · (1 − s + s · 1000 / personen)``.
    seed : int
        The same seed gives the same panel; other municipalities are not redrawn when `effect` changes.

    Returns
    -------
    pandas.DataFrame
        ``gemeente`` (g001 …; the treated ones first), ``periode``, ``uitkomst``, ``personen`` (constant over time),
        ``start`` (missing for never treated), ``behandeld`` (0 or 1) and ``effect`` (the truth).
    """
    rng = np.random.default_rng(seed)
    size = np.round(np.exp(rng.normal(math.log(1000), 1, units))) + 50
    variance = noise**2 * (1 - noise_by_size + noise_by_size * 1000 / size)
    level, trend = rng.normal(0.3, 0.1, units), np.cumsum(rng.normal(0, 0.02, periods))
    error = _autoregressive(rng, units, periods, correlation) * np.sqrt(variance)[:, None]
    start, first, slope = _cohorts(units, starts, treated, effect, growth)
    since = np.arange(1, periods + 1) - start[:, None]
    planted = np.where(since >= 0, first[:, None] + slope[:, None] * since, 0.0)
    unit, period = np.indices((units, periods))
    return pd.DataFrame(
        {
            "gemeente": [f"g{index + 1:03d}" for index in unit.ravel()],
            "periode": 1 + period.ravel(),
            "uitkomst": (level[:, None] + trend + planted + error).ravel(),
            "personen": np.repeat(size, periods),
            "start": np.repeat(start, periods),
            "behandeld": (since >= 0).astype(float).ravel(),
            "effect": planted.ravel(),
        }
    )


def simulate_persons(
    panel: pd.DataFrame, *, persons: float = 20, ageing: float = 0.004, noise: float = 0.3, seed: int = 1
) -> pd.DataFrame:
    """Draw the persons behind a panel: one row per person and period, with the effect of the panel.

    The outcome of a person is that of her municipality and period, plus `ageing` per year of age over 45, plus
    independent noise. People are older in later periods, and older in some cells than in others by chance, so that
    leaving age out makes the estimate less precise.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `simulate_panel`.
    persons : float
        Mean number of persons per municipality and period, in proportion to its size; at least one each.
    ageing : float
        Planted effect of a year of age.
    noise : float
        Standard deviation between persons.

    Returns
    -------
    pandas.DataFrame
        ``gemeente``, ``regio`` (five municipalities each), ``periode``, ``start``, ``uitkomst``, ``leeftijd``,
        ``gewicht`` (a survey weight, drawn without regard to the outcome).
    """
    rng = np.random.default_rng(seed)
    expected = persons * panel["personen"] / panel["personen"].mean()
    row = np.repeat(np.arange(len(panel)), 1 + rng.poisson(np.maximum(expected - 1, 0)))
    chosen = panel.iloc[row].reset_index(drop=True)
    code = pd.factorize(chosen["gemeente"], sort=True)[0]
    drift = rng.normal(0, 1, len(panel))[row]
    age = np.round(np.clip(rng.normal(45, 12, len(row)) + 0.2 * chosen["periode"] + 3 * drift, 18, 67))
    outcome = chosen["uitkomst"] + ageing * (age - 45) + rng.normal(0, noise, len(row))
    return pd.DataFrame(
        {
            "gemeente": chosen["gemeente"],
            "regio": [f"r{number + 1:02d}" for number in code // 5],
            "periode": chosen["periode"],
            "start": chosen["start"],
            "uitkomst": outcome,
            "leeftijd": age,
            "gewicht": np.round(rng.uniform(0.5, 2, len(row)), 2),
        }
    )


def _autoregressive(rng: np.random.Generator, units: int, periods: int, correlation: float) -> Array:
    """Return stationary AR(1) errors with variance one, shape (units, periods)."""
    shocks = rng.normal(0, 1, (units, periods))
    errors = np.empty_like(shocks)
    errors[:, 0] = shocks[:, 0]
    for period in range(1, periods):
        errors[:, period] = correlation * errors[:, period - 1] + math.sqrt(1 - correlation**2) * shocks[:, period]
    return errors


def _cohorts(
    units: int,
    starts: Sequence[int],
    treated: int | Sequence[int],
    effect: float | Sequence[float],
    growth: float | Sequence[float],
) -> tuple[Array, Array, Array]:
    """Return the start (NaN for never), first effect and growth of each unit, shape (units,)."""
    numbers = np.broadcast_to(np.asarray(treated, int), len(starts))
    cohort = np.repeat(np.arange(len(starts)), numbers)
    if len(cohort) > units:
        raise ValueError(f"{len(cohort)} treated units among {units}")
    start, first, slope = np.full(units, np.nan), np.zeros(units), np.zeros(units)
    start[: len(cohort)] = np.asarray(starts, float)[cohort]
    first[: len(cohort)] = np.broadcast_to(np.asarray(effect, float), len(starts))[cohort]
    slope[: len(cohort)] = np.broadcast_to(np.asarray(growth, float), len(starts))[cohort]
    return start, first, slope
