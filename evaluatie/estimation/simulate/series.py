"""Draw a monthly series of one municipality, with a nation beside it, in which a measure changes level and trend."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError


def simulate_series(
    *,
    months: int = 60,
    start: int = 36,
    level: float = 0.90,
    slope: float = 0.998,
    autocorrelation: float = 0.5,
    noise: float = 0.03,
    seed: int = 1,
) -> pd.DataFrame:
    """Draw the number of uitkeringen of a municipality and of the nation, month by month from January 2015.

    The logarithm of both moves with the same season and the same economy. On top of that the municipality has its own
    trend, errors that are AR(1), and the measure: from month `start` on it is multiplied by `level`, and every month
    after that once more by `slope`. A comparison with the nation should find those two; the series alone also takes the
    economy, which turns in the same month, for the measure.

    Parameters
    ----------
    months, start : int
        Length of the series and number of the first month with the measure (0 is the first).
    level, slope : float
        The planted effect: the ratio in the first month, and per month after it. One is no effect.
    autocorrelation : float
        Of the errors, between -1 and 1.
    noise : float
        Standard deviation of the errors, in logarithms.

    Returns
    -------
    pandas.DataFrame
        Columns: maand (text, "2015-01"), uitkeringen, landelijk.
    """
    if not (0 < start < months and -1 < autocorrelation < 1):
        raise EstimationError("Deze reeks bestaat niet.", "Kies 0 < start < months; autocorrelatie tussen -1 en 1.")
    rng = np.random.default_rng(seed)
    t = np.arange(months)
    since = np.clip(t - start, 0, None)
    errors = draw_ar1(rng, months, autocorrelation) * noise
    shared = 0.03 * np.cos(2 * np.pi * t / 12) + 0.002 * t - 0.004 * since
    own = 7.0 + shared + 0.001 * t + (t >= start) * np.log(level) + since * np.log(slope) + errors
    nation = 13.0 + shared + rng.normal(0, 0.001, months)
    maand = pd.period_range("2015-01", periods=months, freq="M").astype(str)
    return pd.DataFrame({"maand": maand, "uitkeringen": np.exp(own), "landelijk": np.exp(nation)})


def draw_ar1(rng: np.random.Generator, length: int, rho: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Draw a stationary AR(1) with standard deviation one."""
    shocks = rng.normal(0, np.sqrt(1 - rho**2), length)
    values = np.empty(length)
    values[0] = shocks[0] / np.sqrt(1 - rho**2)
    for index in range(1, length):
        values[index] = rho * values[index - 1] + shocks[index]
    return values
