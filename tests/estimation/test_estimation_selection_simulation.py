"""Do the intervals hold the planted effect as often as they say, and is AIPW right when one model is wrong?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from evaluatie.estimation import AttResult, LandmarkResult, NotEstimated, aipw_att, ipw_att, landmark_att, matching_att
from evaluatie.estimation.simulate.selection import simulate_person_months, simulate_selection, true_landmark_effect

pytestmark = pytest.mark.slow
ROLES = {"outcome": "uitkomst", "treated": "traject", "covariates": ["leeftijd", "opleiding", "duur"]}
MONTHS = {
    "person": "persoon",
    "month": "maand",
    "treated": "traject",
    "exit": "uitstroom",
    "covariates": ["leeftijd", "opleiding"],
}
Estimator = Callable[..., AttResult | NotEstimated]


def _repeat(estimator: Estimator, times: int, **draw: object) -> tuple[float, float, float]:
    """Return the bias, its Monte Carlo error and the coverage of the planted effect of 2."""
    values, held = [], []
    for seed in range(times):
        result = estimator(simulate_selection(seed=seed, **draw), **ROLES)
        assert isinstance(result, AttResult)
        values.append(result.estimate.value)
        held.append(result.estimate.interval().contains(2.0))
    return float(np.mean(values) - 2), float(np.std(values) / np.sqrt(times)), float(np.mean(held))


@pytest.mark.parametrize("estimator", [ipw_att, aipw_att, matching_att])
def test_no_bias_and_the_coverage_that_was_promised(estimator: Estimator) -> None:
    # 1.000 draws: a coverage of 95% is then found between 93% and 97% in 99,6% of the cases.
    bias, error, coverage = _repeat(estimator, 1000, people=600)
    assert abs(bias) < max(3 * error, 0.02)
    assert 0.93 <= coverage <= 0.97


@pytest.mark.parametrize("curved", ["outcome", "treatment"])
def test_aipw_is_right_when_either_model_is_wrong(curved: str) -> None:
    bias, error, coverage = _repeat(aipw_att, 500, people=1000, curved=curved)
    assert abs(bias) < 3.5 * error
    assert 0.92 <= coverage <= 0.98


def test_with_both_models_wrong_nothing_is_right() -> None:
    """So that the tests above can fail: the same draws with both models curved."""
    bias, error, _ = _repeat(aipw_att, 200, people=1000, curved="both")
    assert abs(bias) > 6 * error


def test_hidden_selection_biases_every_estimator() -> None:
    bias, error, coverage = _repeat(aipw_att, 200, people=1000, hidden=0.8)
    assert bias > 10 * error
    assert coverage < 0.5


@pytest.mark.parametrize("log_odds", [0.0, 0.7])
def test_the_landmark_effect_is_recovered_under_censoring(log_odds: float) -> None:
    gaps, held = [], []
    for seed in range(300):
        frame = simulate_person_months(1500, log_odds=log_odds, seed=seed)
        result = landmark_att(frame, **MONTHS, horizons=[6], landmarks=range(6))
        assert isinstance(result, LandmarkResult)
        truth = true_landmark_effect(frame[frame["persoon"].isin(_early(frame, 6))], 6, log_odds=log_odds)
        gaps.append(result.estimate.value - truth)
        held.append(result.estimate.interval().contains(truth))
    assert abs(np.mean(gaps)) < 3.5 * np.std(gaps) / np.sqrt(300)
    assert 0.915 <= np.mean(held) <= 0.98  # 300 draws: 95% ± 2,8 standard errors


def _early(frame: object, before: int) -> object:
    """Return the persons who start in the first months: those whom the estimate is about."""
    return frame[(frame["traject"] == 1) & (frame["maand"] < before)]["persoon"].unique()  # type: ignore[index]
