"""Bounds on parallel trends against HonestDiD's worked example, a linear programme and brute force."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog, minimize
from scipy.stats import norm

from evaluatie.errors import EstimationError
from evaluatie.estimation import GroupTimeAtt, NotEstimated, SensitivityResult, group_time_att, parallel_trends_bounds
from evaluatie.estimation.panels import relative_magnitude as rm
from evaluatie.estimation.panels import smoothness as sm
from evaluatie.estimation.simulate.staggered import simulate_staggered

MEDICAID = pd.read_csv(Path(__file__).parent / "gegevens" / "medicaid_event_study.csv")
BETAS, SIGMA = MEDICAID["coefficient"].to_numpy(), MEDICAID.filter(like="v2").to_numpy()
SHAPES = [(1, 1), (3, 1), (1, 3), (2, 3), (5, 4)]
SIMULATED = {"outcome": "uitkomst", "unit": "gemeente", "time": "jaar", "treated_from": "start"}


def bounds(*args: object, **options: object) -> SensitivityResult:
    result = parallel_trends_bounds(*args, **options)  # type: ignore[arg-type]
    assert isinstance(result, SensitivityResult)
    return result


def draw(pre: int, post: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng([seed, pre, post])
    root = rng.normal(size=(pre + post, pre + post))
    return rng.normal(size=pre + post), root @ root.T / (pre + post) + 0.3 * np.eye(pre + post), rng.normal(size=post)


# -- published ----------------------------------------------------------------------------------------------------


def test_relative_magnitudes_are_those_of_the_honestdid_readme() -> None:
    """README of HonestDiD, Medicaid, table ``delta_rm_results``.

    R prints the outermost accepted points of a grid of 1000 (our ends are exact), so that its interval lies at most
    one step of that grid inside ours; it also simulates the critical value of the first stage.
    """
    published = {0.5: (0.0240, 0.0672), 1.0: (0.0170, 0.0720), 1.5: (0.00824, 0.0797), 2.0: (-0.000916, 0.0881)}
    result = bounds(BETAS, SIGMA, pre=5, post=2, m=tuple(published))
    largest = np.abs(np.diff([*BETAS[:5], 0])).max()
    for (m, interval), (lower, upper) in zip(result.intervals, published.values(), strict=True):
        step = 2 * (m * largest + 20 * np.sqrt(SIGMA[5, 5])) / 999
        assert -5e-5 <= lower - interval.lower <= step + 5e-5
        assert -5e-5 <= interval.upper - upper <= step + 5e-5
    assert result.breakdown == pytest.approx(1.95, abs=0.005)  # the README reads 2 from steps of a half
    assert "1.95 times" in result.sentence


def test_smoothness_is_that_of_the_honestdid_readme() -> None:
    """README of HonestDiD, Medicaid, table ``delta_sd_results`` (FLCI).

    Its quantile of the folded normal is simulated (a million draws: an error of 0.002, times a standard error of 0.015
    is 3e-5); to this comes rounding in print, 5e-5 below 0.1 and 5e-4 above.
    """
    published = [
        (0.0259, 0.0607),
        (0.0132, 0.0787),
        (0.00286, 0.0907),
        (-0.00714, 0.101),
        (-0.0171, 0.111),
        (-0.0271, 0.121),
    ]
    tidy = bounds(BETAS, SIGMA, pre=5, post=2, restriction="smoothness", m=np.arange(6) / 100).tidy()
    for (_, row), (lower, upper) in zip(tidy.iterrows(), published, strict=True):
        assert row["conf_low"] == pytest.approx(lower, abs=8e-5)
        assert row["conf_high"] == pytest.approx(upper, abs=8e-5 if upper < 0.1 else 5e-4)


def test_smoothness_is_that_of_moderndid() -> None:
    """moderndid 0.2.0 ``create_sensitivity_results_sm`` (cvxpy) on the same coefficients, six printed decimals.

    2e-6, or 5e-6 at M = 0, where its solver is less exact: our interval may not be longer.
    """
    theirs = [(0.025967, 0.060711), (0.013175, 0.078684), (0.002834, 0.090739), (-0.007165, 0.100738)]
    tidy = bounds(BETAS, SIGMA, pre=5, post=2, restriction="smoothness", m=(0, 0.01, 0.02, 0.03)).tidy()
    np.testing.assert_allclose(tidy[["conf_low", "conf_high"]].iloc[1:], theirs[1:], rtol=0, atol=2e-6)
    np.testing.assert_allclose(tidy[["conf_low", "conf_high"]].iloc[0], theirs[0], rtol=0, atol=5e-6)


def test_smoothness_is_that_of_diff_diff() -> None:
    """Diff-diff 3.13 ``HonestDiD``; 1e-6, and ours is nowhere longer than rounding."""
    flci = pytest.importorskip("diff_diff.honest_did")._compute_optimal_flci
    for m in (0.0, 0.005, 0.01, 0.02):
        theirs = flci(BETAS[:5], BETAS[5:], SIGMA, np.array([1.0, 0.0]), 5, 2, m, 0.05)
        ours = sm.smoothness_interval(BETAS, SIGMA, 5, np.array([1.0, 0.0]), m, 0.95)
        assert ours == pytest.approx(theirs[:2], abs=1e-6)


def test_the_earliest_difference_counts() -> None:
    """Moderndid 0.2.0 leaves it out and gives [0.023, 0.070] here; R runs over all of them (``min_s:0``)."""
    jump = np.array([0.05, 0, 0, 0, 0, *BETAS[5:]])
    lower, upper = rm.relative_magnitude_interval(jump, SIGMA, 5, np.array([1.0, 0.0]), 1.0, 0.95)
    assert lower < BETAS[5] - 0.05
    assert upper > BETAS[5] + 0.05


# -- the derivation -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pre", "post"), SHAPES)
def test_the_closed_form_is_the_linear_programme_of_andrews_roth_and_pakes(pre: int, post: int) -> None:
    """``min η: Y − A τ ≤ η sd, target · τ = θ`` by HiGHS, for every earlier period, sign and three effects."""
    betas, sigma, target = draw(pre, post)
    m = 0.7
    theta = np.random.default_rng(1).normal(size=(2 * pre, 3))
    ours = rm._moments(betas, sigma, pre, target, m).at(theta).max(axis=1)
    steps = np.diff(np.insert(np.eye(pre + post), pre, 0, axis=0), axis=0)
    for component in range(2 * pre):
        largest = steps[component % pre] * (1 if component < pre else -1)
        a = np.vstack([steps[pre:] - m * largest, -steps[pre:] - m * largest])
        sd = np.sqrt(np.diag(a @ sigma @ a.T))
        for column in range(3):
            solved = linprog(
                np.eye(post + 1)[0],
                A_ub=np.column_stack([-sd, -a[:, pre:]]),
                b_ub=-a @ betas,
                A_eq=[[0, *target]],
                b_eq=[theta[component, column]],
                bounds=(None, None),
            )
            assert solved.fun == pytest.approx(ours[component, column], abs=1e-9)


@pytest.mark.parametrize(("pre", "post"), SHAPES)
def test_the_least_favourable_quantile_is_that_of_a_simulation(pre: int, post: int) -> None:
    """200 000 draws: the share below differs from 0.995 by less than four standard errors, 6e-4."""
    betas, sigma, target = draw(pre, post)
    moments = rm._moments(betas, sigma, pre, target, 0.7)
    critical = rm._least_favourable(moments, 0.995)
    cov = [[moments.u_variance, moments.uw_covariance[0]], [moments.uw_covariance[0], moments.w_variance[0]]]
    drawn = np.random.default_rng(2).multivariate_normal([0, 0], cov, size=200_000)
    largest = (drawn[:, :1] * moments.on_effect[0] + drawn[:, 1:] * moments.on_trend[0]).max(axis=1)
    assert (largest <= critical[0]).mean() == pytest.approx(0.995, abs=6e-4)


@pytest.mark.parametrize("m", [0.0, 0.1, 1.0])
@pytest.mark.parametrize(("pre", "post"), SHAPES)
def test_no_shorter_fixed_length_interval_is_found_by_brute_force(pre: int, post: int, m: float) -> None:
    """Nelder–Mead on the weights from five starts; the largest bias by linear programming over trends."""
    betas, sigma, target = draw(pre, post)
    lower, upper = sm.smoothness_interval(betas, sigma, pre, target, m, 0.95)
    start, directions, fixed = sm._parametrise(pre, target)

    def half(q: np.ndarray) -> float:
        weights = start + directions @ q
        spread = np.sqrt(weights @ sigma @ weights)
        return float(spread * sm._folded_normal_quantile(m * (fixed + np.abs(q).sum()) / spread, 0.95))

    rng = np.random.default_rng(3)
    options = {"maxiter": 4000, "xatol": 1e-9, "fatol": 1e-12}
    found = [
        minimize(half, rng.normal(size=pre - 1), method="Nelder-Mead", options=options).fun
        if pre > 1
        else half(np.zeros(0))
        for _ in range(5)
    ]
    assert (upper - lower) / 2 <= min(found) + 1e-9
    if m:
        q = rng.normal(size=pre - 1)
        second = np.diff(np.insert(np.eye(pre + post), pre, 0, axis=0), n=2, axis=0)
        worst = linprog(
            -(start + directions @ q),
            A_ub=np.vstack([second, -second]),
            b_ub=np.full(2 * len(second), m),
            bounds=(None, None),
        )
        assert -worst.fun == pytest.approx(m * (fixed + np.abs(q).sum()), rel=1e-7)


def test_folded_normal_quantile() -> None:
    for bias in (0.0, 0.3, 2.0, 7.9, 8.1, 40.0):
        c = sm._folded_normal_quantile(bias, 0.95)
        assert norm.cdf(c - bias) - norm.cdf(-c - bias) == pytest.approx(0.95, abs=1e-10)


# -- invariants ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [None, (0.5, 0.5), (0.0, 1.0), (1.0, -1.0)])
def test_without_deviation_the_interval_is_the_usual_one(target: tuple[float, ...] | None) -> None:
    result = bounds(BETAS, SIGMA, pre=5, post=2, m=(0,), target=target)
    weights = np.array(target or (1.0, 0.0))
    value, spread = weights @ BETAS[5:], np.sqrt(weights @ SIGMA[5:, 5:] @ weights)
    interval = result.intervals[0][1]
    assert (interval.lower, interval.upper) == pytest.approx(
        (value - 1.959964 * spread, value + 1.959964 * spread), abs=1e-7
    )


@pytest.mark.parametrize("restriction", ["relative_magnitude", "smoothness"])
def test_what_must_not_matter_does_not(restriction: str) -> None:
    unit = 100.0
    m = (0.0, 0.5, 1.5) if restriction == "relative_magnitude" else (0.0, 0.004, 0.02)
    first = bounds(BETAS, SIGMA, pre=5, post=2, restriction=restriction, m=m)
    table = first.tidy()[["conf_low", "conf_high"]].to_numpy()
    mirrored = bounds(-BETAS, SIGMA, pre=5, post=2, restriction=restriction, m=m).tidy()
    np.testing.assert_allclose(-mirrored[["conf_high", "conf_low"]], table, atol=1e-10)
    in_cents = m if restriction == "relative_magnitude" else tuple(unit * value for value in m)
    rescaled = bounds(unit * BETAS, unit**2 * SIGMA, pre=5, post=2, restriction=restriction, m=in_cents)
    np.testing.assert_allclose(rescaled.tidy()[["conf_low", "conf_high"]], unit * table, atol=1e-7)
    assert (np.diff(table[:, 0]) < 0).all()
    assert (np.diff(table[:, 1]) > 0).all()
    wider = bounds(BETAS, SIGMA, pre=5, post=2, restriction=restriction, m=m, level=0.99).tidy()
    assert (wider["conf_low"] < table[:, 0]).all()


@pytest.mark.parametrize("restriction", ["relative_magnitude", "smoothness"])
def test_breakdown_is_where_zero_enters(restriction: str) -> None:
    result = bounds(BETAS, SIGMA, pre=5, post=2, restriction=restriction)
    assert result.breakdown is not None
    around = bounds(
        BETAS, SIGMA, pre=5, post=2, restriction=restriction, m=(result.breakdown * 0.999, result.breakdown * 1.001)
    )
    below, above = (interval for _, interval in around.intervals)
    assert not below.contains(0)
    assert above.contains(0)


@pytest.mark.parametrize("restriction", ["relative_magnitude", "smoothness"])
def test_an_effect_that_is_not_there_has_no_breakdown(restriction: str) -> None:
    nothing = np.array([*BETAS[:5], 0.0, 0.0])
    result = bounds(nothing, SIGMA, pre=5, post=2, restriction=restriction)
    assert result.breakdown is None
    assert "includes zero" in result.sentence


@pytest.mark.parametrize("restriction", ["relative_magnitude", "smoothness"])
def test_a_trend_before_the_start_is_seen_through(restriction: str) -> None:
    """Coefficients on a line have no effect under smoothness; relative magnitudes need M ≥ 1 to see that."""
    line = 0.03 * np.array([-5, -4, -3, -2, -1, 1, 2])
    result = bounds(line, SIGMA / 100, pre=5, post=2, restriction=restriction)
    if restriction == "smoothness":
        assert result.breakdown is None
    else:
        assert result.breakdown is not None
        assert 0.8 < result.breakdown < 1


def test_many_periods_are_finite_and_repeatable() -> None:
    betas, sigma, _ = draw(24, 12)
    for restriction, interval in (
        ("relative_magnitude", rm.relative_magnitude_interval),
        ("smoothness", sm.smoothness_interval),
    ):
        first = interval(betas, sigma, 24, np.eye(12)[0], 0.5, 0.95)
        assert np.isfinite(first).all(), restriction
        assert interval(betas, sigma, 24, np.eye(12)[0], 0.5, 0.95) == first


# -- from an event study ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return simulate_staggered(120, 8, starts=(2014, 2015), treated=30, effect=2.0, seed=3)


def test_an_event_study_is_read_as_it_is(panel: pd.DataFrame) -> None:
    study = group_time_att(panel, **SIMULATED, aggregate="dynamic", base="universal")
    assert isinstance(study, GroupTimeAtt)
    known = study.aggregated.set_index("event_time")["estimate"]
    covariance = study.covariance
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), study.aggregated["std_error"], rtol=1e-10)
    pre = int((known.index < 0).sum())
    by_hand = bounds(known.to_numpy(), covariance.to_numpy(), pre=pre, post=len(known) - pre)
    assert bounds(study) == by_hand
    assert by_hand.breakdown is not None


def test_effects_against_the_period_before_are_no_event_study(panel: pd.DataFrame) -> None:
    study = group_time_att(panel, **SIMULATED, aggregate="dynamic")
    with pytest.raises(EstimationError, match="−1"):
        parallel_trends_bounds(study)  # type: ignore[arg-type]
    with pytest.raises(EstimationError, match="per periode"):
        parallel_trends_bounds(group_time_att(panel, **SIMULATED))  # type: ignore[arg-type]


def test_a_study_with_a_gap_is_refused(panel: pd.DataFrame) -> None:
    study = group_time_att(panel, **SIMULATED, aggregate="dynamic", base="universal")
    assert isinstance(study, GroupTimeAtt)
    broken = replace(study, estimates={label: one for label, one in study.estimates.items() if label != -3})
    with pytest.raises(EstimationError, match="sluiten niet aan"):
        parallel_trends_bounds(broken)


def test_too_few_treated_units_get_no_interval_this_way_either() -> None:
    few = simulate_staggered(60, 8, starts=(2014,), treated=3, seed=3)
    refusal = parallel_trends_bounds(group_time_att(few, **SIMULATED, aggregate="dynamic", base="universal"))  # type: ignore[arg-type]
    assert isinstance(refusal, NotEstimated)
    assert refusal.code == "too_few_clusters"


# -- refusals and output ------------------------------------------------------------------------------------------


def test_without_a_period_before_nothing_bounds_the_trend() -> None:
    refusal = parallel_trends_bounds(BETAS[5:], SIGMA[5:, 5:], pre=0, post=2)
    assert isinstance(refusal, NotEstimated)
    assert refusal.code == "no_pre_period"


@pytest.mark.parametrize(
    ("betas", "sigma", "options", "match"),
    [
        (BETAS, SIGMA, {"pre": 4, "post": 2}, "passen niet"),
        (BETAS, SIGMA, {"pre": 7, "post": 0}, "passen niet"),
        (BETAS, SIGMA[:5, :5], {"pre": 5, "post": 2}, "passen niet"),
        (BETAS, None, {"pre": 5, "post": 2}, "sigma"),
        (BETAS, SIGMA, {"pre": 5, "post": None}, "post"),
        (BETAS * np.nan, SIGMA, {"pre": 5, "post": 2}, "eindig"),
        (BETAS, SIGMA * 0, {"pre": 5, "post": 2}, "positief definiet"),
        (BETAS, SIGMA + np.eye(7, k=1), {"pre": 5, "post": 2}, "symmetrisch"),
        (BETAS, SIGMA, {"pre": 5, "post": 2, "target": (1.0,)}, "target"),
        (BETAS, SIGMA, {"pre": 5, "post": 2, "target": (0.0, 0.0)}, "target"),
        (BETAS, SIGMA, {"pre": 5, "post": 2, "m": ()}, "M is een lijst"),
        (BETAS, SIGMA, {"pre": 5, "post": 2, "m": (-1,)}, "M is een lijst"),
        (BETAS, SIGMA, {"pre": 5, "post": 2, "level": 95}, "betrouwbaarheid"),
        (BETAS, SIGMA, {"pre": 5, "post": 2, "restriction": "monotone"}, "monotone"),
    ],
)
def test_mistakes_are_named(betas: object, sigma: object, options: dict[str, object], match: str) -> None:
    with pytest.raises(EstimationError, match=match):
        parallel_trends_bounds(betas, sigma, **options)  # type: ignore[arg-type]


def test_output_names_what_it_is() -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    result = bounds(BETAS, SIGMA, pre=5, post=2, m=(0, 1))
    assert list(result.tidy().columns) == ["m", "conf_low", "conf_high", "conf_level", "restriction"]
    assert result.sentence in result._repr_html_()
    assert result.plot().get_xlabel() == "Afwijking M"


@pytest.mark.slow
@pytest.mark.parametrize("deviation", [-0.5, 0.5])
def test_intervals_cover_the_effect_when_trends_deviate_as_much_as_allowed(deviation: float) -> None:
    """Planted: a parting of 0.5 before the start and one of 0.5 after it, allowed by M = 1; 600 draws: 93% or more."""
    sigma = 0.05 * (np.eye(5) + 0.5)
    truth = np.array([0.5, 0.0, 0.0, 1.0 + deviation, 1.0 + deviation])
    rng, hits, draws = np.random.default_rng(4), 0, 600
    for _ in range(draws):
        betas = rng.multivariate_normal(truth, sigma)
        lower, upper = rm.relative_magnitude_interval(betas, sigma, 3, np.array([1.0, 0.0]), 1.0, 0.95)
        hits += lower <= 1.0 <= upper
    assert hits / draws > 0.93
