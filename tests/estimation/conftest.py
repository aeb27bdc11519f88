"""Panels that the tests of the estimators draw."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

DrawPanel = Callable[..., pd.DataFrame]


@pytest.fixture(autouse=True)
def close_figures() -> Iterator[None]:
    """Close what a test drew: pyplot keeps every figure otherwise."""
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def draw_panel() -> DrawPanel:
    """Return a function that draws a panel: ``eenheid``, ``jaar``, ``y``, ``gewicht``, ``start``, ``ruis``."""

    def draw(seed: int, *, units: int = 12, periods: int = 4, start: int = 2, treated: int = 1) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        weight = np.round(np.exp(rng.normal(6, 1, units))) + 50
        level, trend = rng.normal(0.3, 0.1, units), rng.normal(0, 0.05, periods)
        y = level[:, None] + trend + rng.normal(0, 1, (units, periods)) * np.sqrt(0.001 + 1 / weight)[:, None]
        unit, period = np.indices(y.shape)
        return pd.DataFrame(
            {
                "eenheid": [f"u{index:03d}" for index in unit.ravel()],
                "jaar": 2010 + period.ravel(),
                "y": y.ravel(),
                "gewicht": np.repeat(weight, periods),
                "start": np.where(unit.ravel() < treated, 2010.0 + start, np.nan),
                "ruis": np.repeat(8 / weight**2, periods),
            }
        )

    return draw
