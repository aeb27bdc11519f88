"""The simulated panel is what its docstring promises."""

from __future__ import annotations

import pytest

from evaluatie.estimation.simulate.panel import simulate_panel


def test_effect_is_planted_per_cohort_and_grows_with_time_since_the_start() -> None:
    frame = simulate_panel(units=9, periods=8, starts=(3, 6), treated=(2, 3), effect=(1.0, -2.0), growth=(0.5, 0.0))
    truth = frame.pivot(index="gemeente", columns="periode", values="effect")
    assert truth.loc["g001"].tolist() == [0, 0, 1, 1.5, 2, 2.5, 3, 3.5]
    assert truth.loc["g003"].tolist() == [0, 0, 0, 0, 0, -2, -2, -2]
    assert (truth.loc["g006":] == 0).all(axis=None)
    starts = frame.groupby("gemeente")["start"].first()
    assert starts.fillna(0).tolist() == [3, 3, 6, 6, 6, 0, 0, 0, 0]


def test_changing_the_effect_changes_nothing_else() -> None:
    with_effect, without = simulate_panel(effect=0.3, seed=4), simulate_panel(effect=0.0, seed=4)
    difference = with_effect["uitkomst"] - without["uitkomst"]
    assert difference.to_numpy() == pytest.approx(with_effect["effect"].to_numpy(), abs=1e-12)


def test_errors_have_the_stated_correlation_and_variance() -> None:
    frame = simulate_panel(units=4000, periods=6, starts=(), treated=0, correlation=0.6, noise=0.5, noise_by_size=0.8)
    error = frame.pivot(index="gemeente", columns="periode", values="uitkomst")
    error = error - error.mean()
    size = frame.groupby("gemeente")["personen"].first()
    expected = 0.25 * (0.2 + 0.8 * 1000 / size)
    changes = (error[4] - error[3]) ** 2 / (2 * (1 - 0.6) * expected)
    assert changes.mean() == pytest.approx(1.0, abs=0.1)  # four standard errors of a mean of 4.000 squares: 0,09


def test_more_treated_than_units_is_refused() -> None:
    with pytest.raises(ValueError, match="30 treated units among 10"):
        simulate_panel(units=10, treated=30)
