"""Draw a panel in which units start at different moments, with an effect that grows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

FIRST_YEAR = 2010


def simulate_staggered(
    units: int,
    periods: int,
    *,
    starts: Sequence[int],
    treated: int,
    effect: float = 1.0,
    growth: float = 0.5,
    noise: float = 1.0,
    selection: float = 0.0,
    drift: float = 0.0,
    seed: int = 1,
) -> pd.DataFrame:
    """Draw yearly outcomes of municipalities that start at different moments, or never.

    The planted truth: in its e-th year (the first is 0) a municipality that started has effect
    ``effect + growth · e``; the column ``effect`` holds it per row. Without treatment an outcome is a level of its own
    plus a common year effect, plus ``selection · ligging`` per year, plus noise.

    Parameters
    ----------
    units, periods : int
        Number of municipalities and of years, from 2010 on.
    starts : sequence of int
        Years in which a group starts.
    treated : int
        Number of municipalities in each group; the others never start.
    effect, growth : float
        Effect in the first year, and what each later year adds.
    noise : float
        Standard deviation of the noise, independent between municipalities and years.
    selection : float
        Makes municipalities with a high ``ligging`` both start more often and rise faster: parallel trends then only
        hold given ``ligging``. At 0 starting is drawn at random.
    drift : float
        Yearly rise of the municipalities that ever start, above the others: breaks parallel trends.
    seed : int
        Same seed, same panel.

    Returns
    -------
    pandas.DataFrame
        ``gemeente``, ``jaar``, ``uitkomst``, ``start`` (missing for never), ``inwoners`` (a weight), ``ligging`` (a
        covariate) and ``effect``.
    """
    rng = np.random.default_rng(seed)
    ligging, level = rng.normal(0, 1, units), rng.normal(10, 2, units)
    inwoners = np.round(np.exp(rng.normal(10, 1, units)))
    order = np.argsort(-(selection * ligging + rng.logistic(0, 1, units)))
    start = np.full(units, np.nan)
    chosen = rng.permutation(order[: treated * len(starts)])
    start[chosen] = np.repeat(np.asarray(starts, dtype=float), treated)
    year = FIRST_YEAR + np.arange(periods)
    since = year[None, :] - start[:, None]
    planted = np.where(since >= 0, effect + growth * np.nan_to_num(since), 0.0)
    trend = rng.normal(0, 1, periods)[None, :] + selection * 0.3 * np.outer(ligging, np.arange(periods))
    trend = trend + drift * np.outer(np.isfinite(start), np.arange(periods))
    outcome = level[:, None] + trend + planted + rng.normal(0, noise, (units, periods))
    return pd.DataFrame(
        {
            "gemeente": np.repeat([f"G{index:04d}" for index in range(units)], periods),
            "jaar": np.tile(year, units),
            "uitkomst": outcome.ravel(),
            "start": np.repeat(start, periods),
            "inwoners": np.repeat(inwoners, periods),
            "ligging": np.repeat(ligging, periods),
            "effect": planted.ravel(),
        }
    )
