"""Interrupted series: Newey-West as Stata prints it, statsmodels, the correction by brute force, and every refusal."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.diagnostic import acorr_ljungbox

from evaluatie.errors import EstimationError
from evaluatie.estimation import Estimate, InterruptedSeries, NotEstimated, interrupted_series
from evaluatie.estimation.series.autocorrelation import bandwidth, fit_serial
from evaluatie.estimation.simulate.series import draw_ar1, simulate_series

ROLES = {"outcome": "uitkeringen", "time": "maand", "from_": "2018-01"}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return simulate_series(seed=4)


def estimated(result: InterruptedSeries | NotEstimated) -> InterruptedSeries:
    assert isinstance(result, InterruptedSeries)
    return result


def at(result: InterruptedSeries, months: int) -> Estimate:
    found = result.effect_at(months)
    assert isinstance(found, Estimate)
    return found


def _by_hand(frame: pd.DataFrame, start: int = 36, *, seasonal: bool = True) -> pd.DataFrame:
    """Write the regressors out again, by name."""
    t = np.arange(len(frame)) - start
    january = int(frame["maand"].iloc[0][5:7]) - 1
    month = (np.arange(len(frame)) + january) % 12
    columns = {"const": 1.0, "t": t, "level": t >= 0, "slope": np.clip(t, 0, None)}
    if seasonal:
        for k in (1, 2):
            columns |= {f"sin{k}": np.sin(2 * np.pi * k * month / 12), f"cos{k}": np.cos(2 * np.pi * k * month / 12)}
    return pd.DataFrame(columns, index=frame.index).astype(float)


def test_newey_west_is_that_of_stata() -> None:
    """Stata: ``newey g_realinv g_realgdp L.realint, lag(4)``, in statsmodels results_macro_ols_robust.py (1e-9)."""
    macro = sm.datasets.macrodata.load_pandas().data
    gdp, investment = 400 * np.diff(np.log(macro["realgdp"])), 400 * np.diff(np.log(macro["realinv"]))
    x = np.column_stack([gdp, macro["realint"][:-1], np.ones(len(gdp))])
    fit = fit_serial(x, investment, lags=4)
    assert fit.coefficients.tolist() == pytest.approx([4.3742216647032, -0.61399696947899, -9.4816727746549], rel=1e-9)
    errors = [math.sqrt(fit.newey_west(unit)) for unit in np.eye(3)]
    assert errors == pytest.approx([0.33125644884286, 0.29582347593197, 1.1859338087713], rel=1e-9)


@pytest.mark.parametrize("seasonal", [True, False])
@pytest.mark.parametrize("reference", [None, "landelijk"])
def test_coefficients_and_newey_west_are_those_of_statsmodels(
    frame: pd.DataFrame, seasonal: bool, reference: str | None
) -> None:
    """Statsmodels OLS with ``cov_type="HAC"`` and its small-sample factor, regressors written out again (1e-10)."""
    result = estimated(interrupted_series(frame, **ROLES, seasonal=seasonal, reference=reference))
    y = np.log(frame["uitkeringen"] / frame["landelijk"]) if reference else frame["uitkeringen"]
    lags = bandwidth(60)
    assert lags == 11  # 1,3 √60 = 10,07
    theirs = sm.OLS(y, _by_hand(frame, seasonal=seasonal)).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
    )
    for index, name in ((2, "level"), (3, "slope")):
        unit = np.eye(result.design.shape[1])[index]
        assert result.fit.coefficients[index] == pytest.approx(theirs.params[name], rel=1e-10)
        assert math.sqrt(result.fit.newey_west(unit)) == pytest.approx(theirs.bse[name], rel=1e-10)
    expected = math.exp(theirs.params["level"]) if reference else theirs.params["level"]
    assert result.level.value == pytest.approx(expected, rel=1e-10)
    # The corrected error is never the smaller one here: residuals of a short series hide their own correlation.
    raw = math.sqrt(result.fit.newey_west(np.eye(result.design.shape[1])[2]))
    scale = result.level.value if reference else 1.0
    assert (result.level.std_error or 0) / scale > raw


def test_the_correction_is_the_bias_and_the_spread_of_newey_west_by_brute_force() -> None:
    """Draw 60.000 series from the working model, compute Newey-West on each: mean and variance give the correction.

    2% is three times what 60.000 draws leave for a variance.
    """
    rng = np.random.default_rng(1)
    t = np.arange(40.0)
    x = np.column_stack([np.ones(40), t, t >= 25])
    y = 5 + draw_ar1(rng, 40, 0.6)
    fit = fit_serial(x, y)
    contrast = np.array([0.0, 0, 1])
    draws = rng.normal(size=(60_000, 40)) * math.sqrt(1 - fit.rho**2)
    draws[:, 0] /= math.sqrt(1 - fit.rho**2)
    for index in range(1, 40):
        draws[:, index] += fit.rho * draws[:, index - 1]
    values = draws @ fit.reach[:, 2]
    scores = (draws @ fit.maker) * fit.reach[:, 2]
    gap = np.abs(np.subtract.outer(np.arange(40), np.arange(40)))
    weights = np.clip(1 - gap / (fit.lags + 1), 0, None)
    forms = np.einsum("ri,ij,rj->r", scores, weights, scores)
    _, std_error, dof = fit.inference(contrast)
    raw = fit.newey_west(contrast) * 37 / 40
    assert std_error**2 == pytest.approx(raw * values.var() / forms.mean(), rel=0.02)
    assert dof == pytest.approx(2 * forms.mean() ** 2 / forms.var(), rel=0.02)


def test_the_working_correlation_undoes_the_bias_of_the_residuals() -> None:
    """Residuals of AR(1) 0,5 over 60 months show 0,30 on average (measured); corrected, the average is 0,5 ± 0,06."""
    rng = np.random.default_rng(7)
    design = _by_hand(simulate_series()).to_numpy()
    found = [fit_serial(design, draw_ar1(rng, 60, 0.5)) for _ in range(150)]
    raw = np.mean([fit.residuals[1:] @ fit.residuals[:-1] / (fit.residuals @ fit.residuals) for fit in found])
    assert raw < 0.36
    assert np.mean([fit.rho for fit in found]) == pytest.approx(0.5, abs=0.06)


def test_the_working_correlation_stays_between_zero_and_its_ceiling() -> None:
    design = np.column_stack([np.ones(30), np.arange(30)])
    assert fit_serial(design, np.tile([1.0, -1.0], 15)).rho == 0.0
    assert fit_serial(design, np.sin(np.arange(30) / 6) * 100).rho == 0.97


def test_the_effect_grows_from_the_level_by_the_slope(frame: pd.DataFrame) -> None:
    plain = estimated(interrupted_series(frame, **ROLES))
    assert at(plain, 0).value == plain.level.value
    assert at(plain, 12).value == pytest.approx(plain.level.value + 12 * plain.slope.value, rel=1e-12)
    ratio = estimated(interrupted_series(frame, **ROLES, reference="landelijk"))
    assert at(ratio, 12).value == pytest.approx(ratio.level.value * ratio.slope.value**12, rel=1e-12)
    assert (ratio.level.null, plain.level.null) == (1.0, 0.0)
    assert list(ratio.effects()) == list(range(24))
    for months in (-1, 24):
        beyond = ratio.effect_at(months)
        assert isinstance(beyond, NotEstimated)
        assert beyond.code == "outside_data"


def test_the_gap_between_the_paths_is_the_effect(frame: pd.DataFrame) -> None:
    for reference in (None, "landelijk"):
        result = estimated(interrupted_series(frame, **ROLES, reference=reference))
        paths = result.paths()
        assert paths["counterfactual"].isna().sum() == 36
        last = paths.iloc[-1]
        gap = last["fitted"] / last["counterfactual"] if reference else last["fitted"] - last["counterfactual"]
        assert gap == pytest.approx(at(result, 23).value, rel=1e-10)
        known = paths.dropna()
        assert (known["counterfactual_low"] < known["counterfactual"]).all()
        assert (paths["fitted"] < paths["fitted_high"]).all()
        shown = frame["uitkeringen"] / frame["landelijk"] if reference else frame["uitkeringen"]
        assert paths["observed"].tolist() == pytest.approx(shown.tolist(), rel=1e-12)


def test_what_moves_both_drops_out_against_a_reference(frame: pd.DataFrame) -> None:
    shock = np.exp(np.where(np.arange(60) >= 36, 0.3, 0.0) + 0.01 * np.arange(60))
    moved = frame.assign(uitkeringen=frame["uitkeringen"] * shock, landelijk=frame["landelijk"] * shock)
    for scale in ("ratio", "difference"):
        factor = {"ratio": shock, "difference": None}[scale]
        other = (
            moved
            if factor is not None
            else frame.assign(
                uitkeringen=frame["uitkeringen"] + 500 * shock, landelijk=frame["landelijk"] + 500 * shock
            )
        )
        before = estimated(interrupted_series(frame, **ROLES, reference="landelijk", scale=scale))
        after = estimated(interrupted_series(other, **ROLES, reference="landelijk", scale=scale))
        assert after.level.value == pytest.approx(before.level.value, rel=1e-7)
        assert after.level.std_error == pytest.approx(before.level.std_error, rel=1e-6)


def test_the_planted_effect_lies_in_the_interval_only_against_the_nation() -> None:
    """Level 0,90 and slope 0,998; the economy turns in the same month and fools the series alone."""
    frame = simulate_series(months=120, start=72, noise=0.01, seed=2)
    roles = {**ROLES, "from_": "2021-01"}
    result = estimated(interrupted_series(frame, **roles, reference="landelijk"))
    assert result.level.interval().contains(0.90)
    assert result.slope.interval().contains(0.998)
    alone = estimated(interrupted_series(frame, **roles, scale="ratio"))
    assert not alone.slope.interval().contains(0.998)


def test_the_notation_of_time_does_not_matter(frame: pd.DataFrame) -> None:
    months = pd.PeriodIndex(frame["maand"], freq="M")
    expected = estimated(interrupted_series(frame, **ROLES)).tidy()
    for time, start in (
        (months, "2018-01"),
        (months, pd.Period("2018-01", "M")),
        (months.to_timestamp(), pd.Timestamp("2018-01-15")),
        (months.to_timestamp().strftime("%Y-%m-%d"), "2018-01-01"),
        (np.arange(24180, 24240), 24216),  # 12 · 2015: months numbered so that January is a multiple of twelve
    ):
        other = estimated(
            interrupted_series(frame.assign(maand=time), outcome="uitkeringen", time="maand", from_=start)
        )
        pd.testing.assert_frame_equal(other.tidy(), expected)


def test_order_currency_and_the_frame_itself(frame: pd.DataFrame) -> None:
    before = frame.copy()
    plain = estimated(interrupted_series(frame, **ROLES))
    pd.testing.assert_frame_equal(frame, before)
    shuffled = estimated(interrupted_series(frame.sample(frac=1, random_state=2), **ROLES))
    pd.testing.assert_frame_equal(shuffled.tidy(), plain.tidy())
    scaled = estimated(interrupted_series(frame.assign(uitkeringen=frame["uitkeringen"] * 2.20371), **ROLES))
    for name in ("level", "slope"):
        one, other = getattr(plain, name), getattr(scaled, name)
        assert (other.value, other.std_error) == pytest.approx((one.value * 2.20371, one.std_error * 2.20371), rel=1e-9)
        assert (other.dof, other.p_value) == pytest.approx((one.dof, one.p_value), rel=1e-8)
    per_head = frame.assign(uitkeringen=frame["uitkeringen"] / 17, landelijk=frame["landelijk"] / 1e6)
    ratio = estimated(interrupted_series(frame, **ROLES, reference="landelijk"))
    other = estimated(interrupted_series(per_head, **ROLES, reference="landelijk"))
    assert other.level.value == pytest.approx(ratio.level.value, rel=1e-9)
    assert other.level.std_error == pytest.approx(ratio.level.std_error, rel=1e-8)


def test_diagnostics_are_those_of_statsmodels(frame: pd.DataFrame) -> None:
    result = estimated(interrupted_series(frame, **ROLES))
    row = result.diagnostics().iloc[0]
    assert (row["points_before"], row["points_after"], row["lags"]) == (36, 24, 11)
    box = acorr_ljungbox(result.fit.residuals, lags=[6])
    assert row["ljung_box_p"] == pytest.approx(float(box["lb_pvalue"].iloc[0]), rel=1e-6)
    assert row["autocorrelation"] == pytest.approx(sm.tsa.acf(result.fit.residuals, nlags=1)[1], rel=1e-7)


def test_the_result_shows_itself(frame: pd.DataFrame) -> None:
    result = estimated(interrupted_series(frame, **ROLES, reference="landelijk"))
    assert list(result.tidy()["term"]) == ["level", "slope"]
    assert "points_before" in result._repr_html_()
    axes = result.plot()
    texts = {text.get_text().strip() for text in axes.texts}
    assert texts == {"model", "zonder maatregel", "waargenomen"}
    assert "ten opzichte van landelijk" in axes.get_ylabel()
    numbered = frame.assign(maand=np.arange(60))
    estimated(interrupted_series(numbered, outcome="uitkeringen", time="maand", from_=36)).plot()


@pytest.mark.parametrize(
    ("rows", "options", "code"),
    [
        (slice(0, 60), {"from_": "2015-01"}, "no_pre_period"),
        (slice(0, 60), {"from_": "2014-01"}, "no_pre_period"),
        (slice(0, 60), {"from_": "2020-01"}, "outside_data"),
        (slice(0, 60), {"from_": "2015-08"}, "too_small"),
        (slice(0, 60), {"from_": "2019-06"}, "too_small"),
        (slice(27, 50), {}, "too_small"),
        (slice(0, 1), {"from_": "2015-01"}, "no_pre_period"),
        (slice(0, 1), {"from_": "2015-02"}, "outside_data"),
    ],
)
def test_what_a_series_cannot_tell_is_not_estimated(
    frame: pd.DataFrame, rows: slice, options: dict[str, str], code: str
) -> None:
    result = interrupted_series(frame.iloc[rows], **{**ROLES, **options})
    assert isinstance(result, NotEstimated)
    assert result.code == code
    assert result.reason


def test_series_without_movement_or_without_error_are_not_estimated(frame: pd.DataFrame) -> None:
    for values, code in ((7.0, "no_spread"), (np.arange(60.0), "no_spread")):
        result = interrupted_series(frame.assign(uitkeringen=values), **ROLES)
        assert isinstance(result, NotEstimated)
        assert result.code == code
    zero = frame.assign(uitkeringen=frame["uitkeringen"].mask(frame.index == 5, 0.0))
    result = interrupted_series(zero, **ROLES, reference="landelijk")
    assert isinstance(result, NotEstimated)
    assert "logarithm" in result.reason
    assert isinstance(interrupted_series(zero, **ROLES), InterruptedSeries)


def test_the_fewest_points_are_enough(frame: pd.DataFrame) -> None:
    result = interrupted_series(frame.iloc[28:44], **ROLES, seasonal=False)
    assert isinstance(result, InterruptedSeries)
    assert result.level.interval().contains(result.level.value)


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda f: f.drop(index=20), {}, "ontbreken 1 perioden"),
        (lambda f: pd.concat([f, f.iloc[[3, 4]]]), {}, "2 perioden komen dubbel voor"),
        (lambda f: f.assign(maand="ooit"), {}, "geen maand en geen heel getal"),
        (lambda f: f.assign(maand=f["maand"].mask(f.index == 3)), {}, "geen maand en geen heel getal"),
        (lambda f: f.assign(maand=np.arange(60) + 0.5), {}, "geen maand en geen heel getal"),
        (lambda f: f, {"from_": "straks"}, "from_ is geen maand"),
        (lambda f: f, {"scale": "log"}, "Schaal 'log' bestaat niet"),
        (lambda f: f, {"reference": "nederland"}, "Kolom ontbreekt: nederland"),
        (lambda f: f.assign(uitkeringen=f["uitkeringen"].mask(f.index == 3)), {}, "1 waarden ontbreken"),
        (lambda f: f.head(0), {}, "geen rijen"),
        (lambda f: f.assign(status="voorlopig"), {}, "voorlopige cijfers"),
    ],
)
def test_mistakes_are_refused_in_dutch(frame: pd.DataFrame, change, options, message: str) -> None:
    with pytest.raises(EstimationError, match=message) as error:
        interrupted_series(change(frame), **{**ROLES, **options})
    assert error.value.remedy


def test_impossible_simulations_are_refused() -> None:
    for options in ({"start": 60}, {"start": 0}, {"autocorrelation": 1.0}):
        with pytest.raises(EstimationError, match="reeks bestaat niet"):
            simulate_series(**options)


@pytest.mark.slow
@pytest.mark.parametrize(("months", "start", "rho"), [(60, 36, 0.0), (60, 36, 0.5), (48, 36, 0.5), (120, 60, 0.5)])
def test_intervals_cover_under_autocorrelation(months: int, start: int, rho: float) -> None:
    """Nominal 95%, 1.000 series without effect, season in the model (Monte Carlo error 0,7 points).

    Measured: 94,7 to 96,7%, and 97,2% for the effect in the last of 120 months; the bounds leave room for other draws.
    """
    rng = np.random.default_rng(11)
    frame = simulate_series(months=months, start=start)
    begin = frame["maand"].iloc[start]
    hits = np.zeros(3)
    for _ in range(1000):
        drawn = frame.assign(uitkeringen=100 + draw_ar1(rng, months, rho))
        result = estimated(interrupted_series(drawn, **{**ROLES, "from_": begin}))
        estimates = (result.level, result.slope, at(result, months - start - 1))
        hits += [estimate.interval().contains(0.0) for estimate in estimates]
    assert ((hits / 1000 >= 0.93) & (hits / 1000 <= 0.98)).all(), hits


@pytest.mark.parametrize("skip", [1, 3])
def test_skipped_months_are_as_if_they_were_not_there(frame: pd.DataFrame, skip: int) -> None:
    """An indicator per month is the same as leaving the month out of ordinary least squares."""
    kept = np.delete(np.arange(len(frame)), np.arange(36 - skip, 36))
    x = _by_hand(frame).iloc[kept]
    by_hand = sm.OLS(frame["uitkeringen"].iloc[kept].to_numpy(), x).fit()
    found = estimated(interrupted_series(frame, **ROLES, skip=skip))
    assert found.level.value == pytest.approx(by_hand.params["level"], rel=1e-9)
    assert found.slope.value == pytest.approx(by_hand.params["slope"], rel=1e-9)
    assert found.paths()["counterfactual"].notna().sum() == found.series.after


def test_skipped_months_count_for_neither_side(frame: pd.DataFrame) -> None:
    assert isinstance(interrupted_series(frame, **ROLES, skip=28), InterruptedSeries)
    refused = interrupted_series(frame, **ROLES, skip=29)
    assert isinstance(refused, NotEstimated)
    assert refused.code == "too_small"
    with pytest.raises(EstimationError, match="over te slaan"):
        interrupted_series(frame, **ROLES, skip=-1)
