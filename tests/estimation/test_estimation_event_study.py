"""Event study against pyfixest and statsmodels with dummies, and its permutation against the definition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
import statsmodels.formula.api as smf
from pyfixest.demeaners import MapDemeaner
from scipy import stats

from evaluatie.errors import EstimationError
from evaluatie.estimation import Estimate, EventStudy, JointTest, NotEstimated, did, event_study, make_cells
from evaluatie.estimation.simulate.panel import simulate_panel, simulate_persons

ROLES = {"outcome": "uitkomst", "unit": "gemeente", "time": "periode", "treated_from": "start"}
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword:Warning")  # pyfixest on pandas 3


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    """Return 60 municipalities, 10 periods, two cohorts, with holes."""
    frame = simulate_panel(units=60, periods=10, starts=(4, 7), treated=(14, 11), growth=0.01, seed=9)
    return frame.drop(index=[3, 44, 45, 310]).reset_index(drop=True)


def run(frame: pd.DataFrame, **call: object) -> EventStudy:
    result = event_study(frame, **ROLES, **call)
    assert isinstance(result, EventStudy)
    return result


def with_dummies(frame: pd.DataFrame, window: tuple[int, int] | None, reference: int) -> tuple[pd.DataFrame, list[int]]:
    since = frame["periode"] - frame["start"]
    since = since.clip(*window) if window else since
    terms = [int(k) for k in sorted(since.dropna().unique()) if k != reference]
    columns = {f"k{'m' if k < 0 else ''}{abs(k)}": (since == k).astype(float) for k in terms}
    return frame.assign(**columns), terms


def test_almost_without_noise_the_planted_path_comes_back() -> None:
    frame = simulate_panel(starts=(5,), treated=20, effect=0.1, growth=0.05, noise=1e-8, seed=1)
    table = run(frame).tidy().set_index("event_time")["estimate"].astype(float)
    expected = {k: 0.0 if k < 0 else 0.1 + 0.05 * k for k in range(-4, 8)}
    assert table.to_dict() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("weights", [None, "personen"])
@pytest.mark.parametrize(("window", "reference"), [(None, -1), ((-3, 2), -1), ((-4, 3), -2)])
def test_equal_to_pyfixest_and_its_wald_test(
    panel: pd.DataFrame, window: tuple[int, int] | None, reference: int, weights: str | None
) -> None:
    """Coefficients 1e-10, standard errors 1e-8, pyfixest's default convention; its Wald statistic is q times F."""
    frame, terms = with_dummies(panel, window, reference)
    names = [name for name in frame.columns if name.startswith("k")]
    theirs = pf.feols(
        f"uitkomst ~ {' + '.join(names)} | gemeente + periode",
        frame,
        weights=weights,
        vcov={"CRV1": "gemeente"},
        demeaner=MapDemeaner(fixef_tol=1e-13),
    )
    ours = run(panel, window=window, reference=reference, weights=weights)
    assert list(ours.estimates) == terms
    for name, estimate in zip(names, ours.estimates.values(), strict=True):
        assert isinstance(estimate, Estimate)
        assert estimate.value == pytest.approx(theirs.coef()[name], abs=1e-10)
        assert estimate.std_error == pytest.approx(theirs.se()[name], rel=1e-8)
    leads = [index for index, k in enumerate(terms) if k < 0]
    test = theirs.wald_test(R=np.eye(len(terms))[leads], distribution="chi2")
    assert isinstance(ours.pretest, JointTest)
    assert ours.pretest.statistic == pytest.approx(test["statistic"] / len(leads), rel=1e-7)
    assert (ours.pretest.df_num, ours.pretest.df_denom) == (len(leads), 59)
    assert ours.pretest.p_value == pytest.approx(stats.f.sf(test["statistic"] / len(leads), len(leads), 59), rel=1e-6)


def test_rows_cells_and_parquet_are_one_study(tmp_path) -> None:
    """With individual covariates, equal to 1e-10; and to statsmodels with dummies on the persons."""
    panel = simulate_panel(units=40, periods=8, starts=(4, 6), treated=(9, 8), seed=4)
    rows = simulate_persons(panel, persons=6)
    rows.to_parquet(tmp_path / "rijen.parquet")
    call = {"covariates": ["leeftijd"], "weights": "gewicht", "window": (-3, 2)}
    ours = run(rows, **call)
    cells = make_cells(rows, **ROLES, covariates=["leeftijd"], weights="gewicht")
    for source in (cells, tmp_path):
        other = run(source, **call)
        for k, estimate in ours.estimates.items():
            assert other.estimates[k].value == pytest.approx(estimate.value, rel=1e-10)
            assert other.estimates[k].std_error == pytest.approx(estimate.std_error, rel=1e-10)
    frame, _ = with_dummies(rows, (-3, 2), -1)
    names = [name for name in frame.columns if name.startswith("k")]
    theirs = smf.wls(
        f"uitkomst ~ {' + '.join(names)} + leeftijd + C(gemeente) + C(periode)", frame, weights=frame["gewicht"]
    ).fit()
    assert [e.value for e in ours.estimates.values()] == pytest.approx(theirs.params[names].tolist(), abs=1e-10)


def test_dropped_ends_leave_out_cells_of_treated_units_only(panel: pd.DataFrame) -> None:
    since = panel["periode"] - panel["start"]
    inside = panel[since.isna() | since.between(-3, 2)]
    dropped, expected = run(panel, window=(-3, 2), ends="dropped"), run(inside)
    assert list(dropped.estimates) == [-3, -2, 0, 1, 2]
    for k, estimate in expected.estimates.items():
        assert dropped.estimates[k].value == pytest.approx(estimate.value, rel=1e-12)
        assert dropped.estimates[k].std_error == pytest.approx(estimate.std_error, rel=1e-10)


def test_one_lead_and_one_lag_is_did() -> None:
    """With everything before the start as reference bin and one bin after it, the event study is the did."""
    frame = simulate_panel(seed=3)
    study, estimate = run(frame, window=(-1, 0)), did(frame, **ROLES)
    assert isinstance(estimate, Estimate)
    assert study.estimates[0].value == pytest.approx(estimate.value, rel=1e-10)
    assert study.estimates[0].std_error == pytest.approx(estimate.std_error, rel=1e-10)
    assert isinstance(study.pretest, NotEstimated)
    assert study.pretest.code == "no_pre_period"


def test_time_is_a_calendar_not_a_row_number() -> None:
    """A year that is left out is still a year; months as dates count as months; texts count one by one."""
    frame = simulate_panel(units=30, periods=9, starts=(5,), treated=10, seed=2)
    without = run(frame[frame["periode"] != 3])
    assert list(without.estimates) == [-4, -3, 0, 1, 2, 3, 4]
    left_out = run(frame[frame["periode"] != 5])  # the start itself
    assert list(left_out.estimates) == [-4, -3, -2, 1, 2, 3, 4]
    expected = run(frame)

    def month(values: pd.Series) -> pd.Series:
        return pd.to_datetime("2020-" + values.astype("Int64").astype("string").str.zfill(2) + "-01")

    dates = frame.assign(periode=month(frame["periode"]), start=month(frame["start"]))
    days = dates.assign(periode=dates["periode"].dt.date, start=dates["start"].dt.date)
    texts = frame.assign(
        periode="p" + frame["periode"].astype(str), start="p" + frame["start"].astype("Int64").astype("string")
    )
    for other in (dates, days, texts):
        study = run(other)
        assert list(study.estimates) == list(expected.estimates)
        assert study.estimates[2].value == pytest.approx(expected.estimates[2].value, rel=1e-10)


def test_a_start_after_the_panel_gives_leads() -> None:
    frame = simulate_panel(units=40, periods=8, starts=(4, 11), treated=(10, 8), seed=2)
    study = run(frame)
    assert min(study.estimates) == -10
    assert -7 in study.estimates


def test_a_lead_seen_in_fewer_than_five_clusters_has_no_interval() -> None:
    frame = simulate_panel(units=40, periods=10, starts=(4, 8), treated=(10, 4), seed=2)
    study = run(frame)
    assert study.estimates[-7].inference is None  # only the four late starters
    assert study.estimates[-3].inference is not None
    assert isinstance(study.pretest, JointTest)
    assert study.pretest.terms == (-3, -2)
    few = run(simulate_panel(units=40, periods=10, starts=(4,), treated=4, seed=2))
    assert isinstance(few.pretest, NotEstimated)
    assert few.pretest.code == "too_small"
    assert few.tidy()["reason"].notna().all()


def test_one_treated_unit_is_ranked_among_the_same_study_of_every_other_unit() -> None:
    """By definition: every untreated unit as the only treated one, the treated one left out; weights as in did."""
    frame = simulate_panel(units=12, periods=7, starts=(4,), treated=1, seed=6)
    study = run(frame, weights="personen", window=(-3, 2))
    names = sorted(frame["gemeente"].unique())
    placebos = []
    for name in names[1:]:
        others = frame[frame["gemeente"] != names[0]]
        pretend = others.assign(start=np.where(others["gemeente"] == name, 4.0, np.nan))
        placebos.append([e.value for e in run(pretend, weights="personen", window=(-3, 2)).estimates.values()])
    for index, estimate in enumerate(study.estimates.values()):
        size = frame.groupby("gemeente")["personen"].first().to_numpy()[1:]
        scaled = estimate.inference.scaled
        ratio = np.array(placebos)[:, index] / scaled  # the scale of each unit: a + b/size
        design = np.column_stack([np.ones(11), 1 / size])
        assert design @ np.linalg.lstsq(design, ratio**2, rcond=None)[0] == pytest.approx(ratio**2, rel=1e-8)
        rank = (1 + (np.abs(scaled) >= abs(estimate.value) / estimate.std_error).sum()) / 12
        assert estimate.p_value == pytest.approx(rank)
    ols = did(frame, **ROLES, weights="personen")
    assert isinstance(ols, Estimate)
    assert ols.value == pytest.approx(
        np.mean([study.estimates[k].value for k in (0, 1, 2, 2)])
        - np.mean([study.estimates[-3].value, study.estimates[-2].value, 0]),
        rel=1e-10,
    )
    assert isinstance(study.pretest, JointTest)
    assert study.pretest.df_num is None
    assert 1 / 12 <= study.pretest.p_value <= 1


def test_coefficients_of_the_permutation_are_those_of_the_regression() -> None:
    """The closed form for one treated unit equals least squares with dummies, weighted, binned and dropped."""
    frame = simulate_panel(units=15, periods=8, starts=(5,), treated=1, seed=8)
    for call in ({"window": (-2, 2)}, {"window": (-2, 2), "ends": "dropped"}, {}):
        study = run(frame, weights="personen", **call)
        dummies, terms = with_dummies(frame, call.get("window") if "ends" not in call else None, -1)
        if "ends" in call:
            since = frame["periode"] - frame["start"]
            dummies, terms = with_dummies(frame[since.isna() | since.between(-2, 2)], None, -1)
        names = [name for name in dummies.columns if name.startswith("k")]
        formula = f"uitkomst ~ {' + '.join(names)} + C(gemeente) + C(periode)"
        theirs = smf.wls(formula, dummies, weights=dummies["personen"]).fit()
        assert list(study.estimates) == terms
        assert [e.value for e in study.estimates.values()] == pytest.approx(theirs.params[names].tolist(), abs=1e-10)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"start": np.nan}, "no_treated"),
        ({"start": 4.0}, "no_control"),
        ({"uitkomst": 1.0}, None),
        ({"periode": 1}, "no_pre_period"),
    ],
)
def test_what_no_panel_can_tell_is_not_estimated(change: dict[str, float], code: str | None) -> None:
    result = event_study(simulate_panel(seed=3).assign(**change), **ROLES)
    if code:
        assert isinstance(result, NotEstimated)
        assert result.code == code
    else:
        assert isinstance(result, EventStudy)
        assert {estimate.code for estimate in result.estimates.values()} == {"no_spread"}
        assert result.tidy()["estimate"].isna().sum() == len(result.estimates)
        assert isinstance(result.pretest, NotEstimated)


def test_staggered_without_never_treated_units_needs_a_window() -> None:
    """All leads and lags are a trend apart from the effects (Borusyak, Jaravel and Spiess 2024); bins break it."""
    frame = simulate_panel(units=30, periods=9, starts=(4, 7), treated=(15, 15), seed=3)
    result = event_study(frame, **ROLES)
    assert isinstance(result, NotEstimated)
    assert result.code == "no_control"
    assert isinstance(event_study(frame, **ROLES, window=(-2, 2)), EventStudy)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"reference": -9}, "op -9 perioden van de start"),
        ({"reference": 3, "window": (-2, 2)}, "ligt niet tussen -2 en 2"),
        ({"ends": "weg"}, "'ends' kan niet 'weg' zijn"),
        ({"covariates": ["personen"]}, "volgen al uit .*: personen"),
    ],
)
def test_mistakes_in_the_call_are_refused(call: dict[str, object], message: str) -> None:
    with pytest.raises(EstimationError, match=message):
        event_study(simulate_panel(seed=3), **ROLES, **call)


def test_unequal_distances_and_unknown_text_starts_are_refused() -> None:
    frame = simulate_panel(seed=3)
    with pytest.raises(EstimationError, match="niet op gelijke afstand"):
        event_study(frame.assign(periode=frame["periode"] ** 1.5), **ROLES)
    texts = frame.assign(periode="p" + frame["periode"].astype(str).str.zfill(2))
    with pytest.raises(EstimationError, match="is geen periode in het paneel"):
        event_study(texts.assign(start=np.where(frame["start"].notna(), "p055", None)), **ROLES)


def test_tidy_has_the_reference_and_nothing_changes_by_asking(panel: pd.DataFrame) -> None:
    before = panel.copy()
    study = run(panel, window=(-3, 3))
    table = study.tidy(0.9)
    assert table["event_time"].tolist() == [-3, -2, -1, 0, 1, 2, 3]
    reference = table[table["event_time"] == -1].iloc[0]
    assert reference["estimate"] == 0
    assert reference["reason"] == "reference period"
    assert pd.isna(reference["conf_low"])
    assert study.covariance is not None
    assert np.sqrt(study.covariance.loc[2, 2]) == pytest.approx(study.estimates[2].std_error)
    axes = study.plot()
    assert axes.get_xlabel().startswith("Perioden sinds de start")
    assert "event_time" in study._repr_html_()
    assert len(study.pretest.tidy()) == 1
    pd.testing.assert_frame_equal(panel, before)


@pytest.mark.slow
def test_interval_covers_and_pretest_has_size() -> None:
    """600 draws of 60 municipalities: coverage of a lag at 95% and size of the pre-test at 5%, 2 points wide."""
    covered, rejected, estimates = [], [], []
    for seed in range(600):
        frame = simulate_panel(
            units=60, periods=8, starts=(5,), treated=25, correlation=0.3, noise_by_size=0.2, seed=seed
        )
        study = run(frame)
        covered.append(study.estimates[1].interval().contains(0.05))
        rejected.append(study.pretest.p_value < 0.05)
        estimates.append(study.estimates[1].value)
    assert 0.93 <= np.mean(covered) <= 0.97
    assert 0.03 <= np.mean(rejected) <= 0.07
    assert np.mean(estimates) == pytest.approx(0.05, abs=4 * np.std(estimates) / np.sqrt(600))
