"""A rise of the caseload against the coming and going of people."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from evaluatie.errors import EstimationError
from evaluatie.estimation import NotEstimated, RiseSignal, rise_signal


def series(rng, months=48, start=800, rate=25.0, extra=0.0, spread=0.0):
    """Flows around one rate, Poisson or wilder; `extra` comes in every month of the last twelve."""
    level = rate * (rng.gamma(1 / spread, spread, (2, months)) if spread else np.ones((2, months)))
    came, left = rng.poisson(level)
    came[-12:] += rng.poisson(extra, 12)
    return start + np.cumsum(came - left), came, left


def test_by_hand():
    """Net changes +2 and −2 in turn on 20 movements: phi = 25·4/20/24 < 1, so 1; twelve months give sqrt(240)."""
    came = np.array([11, 9] * 12 + [11, 9] * 5 + [11, 31] + [10], dtype=float)[:37]
    left = np.array([9, 11] * 12 + [9, 11] * 6 + [10], dtype=float)[:37]
    stock = 400 + np.cumsum(came - left)
    found = rise_signal(stock, came, left, months=12, threshold=0.05)
    start = stock[24]
    change = stock[-1] - start
    spread = np.sqrt((came + left)[25:].sum())
    assert found.dispersion == 1.0
    assert found.growth.value == pytest.approx(change / start, rel=1e-12)
    assert found.growth.std_error == pytest.approx(spread / start, rel=1e-12)
    assert found.chance == pytest.approx(stats.t.sf((change - 0.5) / spread, 24), rel=1e-12)
    assert found.false_alarm == pytest.approx(stats.t.sf((0.05 * start - 0.5) / spread, 24), rel=1e-12)
    assert found.rings == (change / start > 0.05)


def test_without_a_rise_a_rare_signal_is_rare():
    """Size at 5%, 1.000 draws: 0.05 ± 3·0.0069."""
    rng = np.random.default_rng(3)
    small = [rise_signal(*series(rng), months=12).chance < 0.05 for _ in range(1000)]
    assert 0.03 < np.mean(small) < 0.071


def test_the_alarm_rings_for_nothing_as_often_as_is_said():
    rng = np.random.default_rng(4)
    found = [rise_signal(*series(rng), months=12) for _ in range(1000)]
    assert np.mean([signal.rings for signal in found]) == pytest.approx(
        np.mean([signal.false_alarm for signal in found]), abs=0.035
    )


def test_wilder_months_make_the_same_rise_less_remarkable():
    rng = np.random.default_rng(5)
    wild = [rise_signal(*series(rng, spread=0.1), months=12) for _ in range(300)]
    calm = [rise_signal(*series(rng), months=12) for _ in range(300)]
    assert np.mean([s.dispersion for s in wild]) > 1.8 * np.mean([s.dispersion for s in calm])
    assert np.mean([s.chance < 0.05 for s in wild]) < 0.1


def test_a_real_rise_is_seen():
    rng = np.random.default_rng(6)
    found = [rise_signal(*series(rng, extra=8), months=12) for _ in range(200)]
    assert np.mean([signal.chance < 0.05 for signal in found]) > 0.9
    covered = [signal.growth.interval().contains(8 * 12 / 800) for signal in found]
    assert np.mean(covered) > 0.88  # the stock at the start of the window is not exactly 800


def test_a_fall_is_no_signal():
    rng = np.random.default_rng(7)
    stock, came, left = series(rng, extra=20)
    assert rise_signal(stock[0] * 2 - stock, left, came, months=12).chance > 0.95


def test_persons_counted_in_another_order_of_flows_or_a_larger_threshold():
    stock, came, left = series(np.random.default_rng(8))
    low, high = (rise_signal(stock, came, left, months=12, threshold=x) for x in (0.05, 0.1))
    assert high.false_alarm < low.false_alarm
    assert high.chance == low.chance
    assert isinstance(low, RiseSignal)
    assert list(low.tidy()["conf_low"]) == [low.growth.interval().lower]
    assert "chance" in low._repr_html_()


def test_input_is_not_changed():
    given = [array.copy() for array in series(np.random.default_rng(9))]
    rise_signal(*given, months=12)
    for array, again in zip(given, series(np.random.default_rng(9)), strict=True):
        assert (array == again).all()


@pytest.mark.parametrize(
    ("months", "code", "change"),
    [(25, "no_pre_period", None), (12, "too_small", "empty month"), (12, "too_small", "nobody")],
)
def test_what_cannot_be_judged(months, code, change):
    stock, came, left = series(np.random.default_rng(10))
    if change == "empty month":
        came[3] = left[3] = 0
    if change == "nobody":
        stock = np.zeros(48)
    found = rise_signal(stock, came, left, months=months)
    assert isinstance(found, NotEstimated)
    assert found.code == code


@pytest.mark.parametrize(("cut", "months"), [(1, 12), (0, 0)])
def test_series_that_do_not_fit_are_refused(cut, months):
    stock, came, left = series(np.random.default_rng(11))
    with pytest.raises(EstimationError):
        rise_signal(stock[cut:], came, left, months=months)
