"""Draw people on bijstand in municipalities, for regressions with known coefficients."""

from __future__ import annotations

import numpy as np
import pandas as pd


def simulate_people(
    *,
    municipalities: int = 40,
    each: int = 25,
    hours: float = -1.5,
    odds: float = 0.6,
    rate: float = 0.25,
    seed: int = 1,
) -> pd.DataFrame:
    """Draw people, half of the municipalities with a scheme, and three outcomes with a known coefficient of it.

    People in one municipality share a shock, so that rows are not independent and clustering matters.

    Parameters
    ----------
    municipalities, each : int
        Number of municipalities, and of people in each.
    hours : float
        Effect of the scheme on ``uren`` (linear).
    odds : float
        Effect on the log odds of ``baan`` (0 or 1).
    rate : float
        Effect on the log rate of ``gesprekken``, a count over ``maanden`` months.

    Returns
    -------
    pandas.DataFrame
        Columns: gemeente, regeling (0 or 1), leeftijd, opleiding (three levels), uren, baan, gesprekken, maanden.
    """
    rng = np.random.default_rng(seed)
    gemeente = np.repeat(np.arange(municipalities), each)
    n = len(gemeente)
    scheme = (gemeente % 2).astype(float)
    age = rng.integers(20, 65, n)
    level = rng.integers(0, 3, n)
    shock = rng.normal(0, 1, municipalities)[gemeente]
    months = rng.integers(3, 13, n)
    linear = 0.02 * (age - 40) + 0.3 * level
    chance = 1 / (1 + np.exp(-(-0.5 + odds * scheme + linear)))
    return pd.DataFrame(
        {
            "gemeente": [f"gemeente {number:02d}" for number in gemeente],
            "regeling": scheme,
            "leeftijd": age,
            "opleiding": np.array(["basis", "mbo", "hbo"])[level],
            "uren": 20 + hours * scheme + linear + shock + rng.normal(0, 3, n),
            "baan": (rng.random(n) < chance).astype(int),
            "gesprekken": rng.poisson(months * np.exp(-1 + rate * scheme + 0.1 * level)),
            "maanden": months,
        }
    )
