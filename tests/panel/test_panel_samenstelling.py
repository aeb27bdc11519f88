"""A mix of municipalities as comparison: refused on short series, recovered on long ones."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties.oordeel import Bewijskracht, Oordeel
from evaluatie.evaluaties.samenstelling import FEWEST_BEFORE, evaluate_samenstelling
from evaluatie.panel import Gemeentepanel, build_gemeentepanel

EFFECT = -0.05


def long_panel(effect: float, *, seed: int = 3, years: int = 14, places: int = 60) -> Gemeentepanel:
    """Draw municipalities that share two trends; the first is treated in the last four years."""
    rng = np.random.default_rng(seed)
    level, slope = rng.uniform(0.2, 0.4, places), rng.uniform(0.5, 1.5, places)
    level[0], slope[0] = level[1:6].mean(), slope[1:6].mean()  # inside what the others span
    trend = np.cumsum(rng.normal(0, 0.02, years))
    y = level[:, None] + slope[:, None] * trend + rng.normal(0, 0.004, (places, years))
    y[0, -4:] += effect
    place, year = np.indices(y.shape)
    frame = pd.DataFrame(
        {
            "gemeente": [f"GM{index:04d}" for index in place.ravel()],
            "naam": [f"Plaats {index}" for index in place.ravel()],
            "jaar": 2010 + year.ravel(),
            "instroom_aandeel": y.ravel(),
            "gewicht": 500.0,
        }
    )
    return Gemeentepanel(frame, ())


def test_three_years_are_refused_with_the_reason() -> None:
    found = evaluate_samenstelling(build_gemeentepanel(), "Dalfsen", "uitstroom", dt.date(2017, 1, 1))
    assert found.mengsel is None
    assert isinstance(found.evaluatie.estimate, NotEstimated)
    assert "er zijn maar 2 jaren vóór de start" in found.evaluatie.sentence
    assert str(FEWEST_BEFORE) in found.evaluatie.sentence
    assert found.gewichten.empty


def test_a_planted_effect_is_found_against_a_mix() -> None:
    found = evaluate_samenstelling(long_panel(EFFECT), "GM0000", "instroom", dt.date(2020, 1, 1))
    estimate = found.evaluatie.estimate
    assert isinstance(estimate, Estimate)
    assert estimate.interval().contains(EFFECT)
    assert found.evaluatie.oordeel is Oordeel.GEVONDEN
    assert found.evaluatie.bewijskracht is Bewijskracht.MET_VERGELIJKINGSGROEP
    assert "een samenstelling van andere gemeenten" in found.evaluatie.sentence
    assert found.gewichten.sum() == pytest.approx(1.0)


def test_without_an_effect_nothing_is_found_and_what_could_be_seen_is_told() -> None:
    found = evaluate_samenstelling(long_panel(0.0), "GM0000", "instroom", dt.date(2020, 1, 1))
    assert found.evaluatie.oordeel is Oordeel.NIET_AANGETOOND
    assert found.evaluatie.detectable is not None
    assert 0 < found.evaluatie.detectable < abs(EFFECT)


def test_a_start_after_the_last_year_is_refused() -> None:
    found = evaluate_samenstelling(long_panel(0.0), "GM0000", "instroom", dt.date(2030, 1, 1))
    assert "geen vol jaar na de start" in found.evaluatie.sentence
