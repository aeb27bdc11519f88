"""Weighting and doubly robust estimates of the effect on the treated, against published numbers and other code."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.treatment.treatment_effects import TreatmentEffect

from evaluatie.errors import EstimationError
from evaluatie.estimation import AttResult, Estimate, NotEstimated, aipw_att, ipw_att, matching_att
from evaluatie.estimation.simulate.selection import simulate_selection
from tests.estimation.golden_selection import MIXTAPE, read_cattaneo, read_nsw

SMOKING = {"outcome": "bweight", "treated": "mbsmoke_", "covariates": ["mmarried_", "mage", "fbaby_", "medu"]}
ROLES = {"outcome": "uitkomst", "treated": "traject", "covariates": ["leeftijd", "opleiding", "duur"]}
BOTH = pytest.mark.parametrize("estimator", [ipw_att, aipw_att])
ALL = pytest.mark.parametrize("estimator", [ipw_att, aipw_att, matching_att])
Estimator = Callable[..., AttResult | NotEstimated]


def _fit(estimator: Estimator, frame: pd.DataFrame, **options: object) -> AttResult:
    result = estimator(frame, **{**ROLES, **options})
    assert isinstance(result, AttResult), result
    return result


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return simulate_selection(400, seed=5)


def test_the_experiment_itself_gives_1794() -> None:
    """Dehejia and Wahba (1999), table 3 and LaLonde's experiment on their sample: 1.794 (standard error 633).

    Without covariates weighting is the difference of two means. The printed 632,85 is that of a regression with
    equal variances; 670,82 is Stata's ``vce(robust)`` with n/(n − 2) (CauseKit, validate_real_data_stata.do:
    670,8244907669); ours has no factor, as Stata's teffects.
    """
    nsw = read_nsw(experimental=True)
    result = _fit(ipw_att, nsw, outcome="re78", treated="treat", covariates=[])
    assert result.estimate.value == pytest.approx(1794.3423818501026, rel=1e-9)
    assert result.estimate.std_error == pytest.approx(670.8244907669412 * math.sqrt(443 / 445), rel=1e-6)
    pooled = sm.OLS(nsw["re78"], sm.add_constant(nsw["treat"])).fit()
    assert (pooled.params["treat"], pooled.bse["treat"]) == pytest.approx((1794.34, 632.85), abs=5e-3)


def test_the_propensity_is_the_one_of_the_mixtape() -> None:
    """Cunningham, Causal Inference: The Mixtape, section 5.3 (NSW treated, CPS controls, its specification).

    Mean propensity 0,4253568 among the treated and 0,0066476 among the controls; with it his two estimates of the
    effect on everyone, −11.876,79 (weights as they are) and −7.238,14 (weights that add up).
    """
    frame = read_nsw(experimental=False)
    result = _fit(ipw_att, frame, outcome="re78", treated="treat", covariates=MIXTAPE)
    p, d, y = result.propensity.to_numpy(), result.treated, frame["re78"].to_numpy()
    assert (p[d].mean(), p[~d].mean()) == pytest.approx((0.4253568, 0.0066476), abs=5e-7)
    assert (d * y / p - ~d * y / (1 - p)).mean() == pytest.approx(-11876.79, abs=5e-3)
    normalised = np.average(y[d], weights=1 / p[d]) - np.average(y[~d], weights=1 / (1 - p[~d]))
    assert normalised == pytest.approx(-7238.14, abs=5e-3)
    # On the treated, with the same propensity, the CPS gives back what the experiment found.
    assert result.estimate.value == pytest.approx(1794.34, abs=30)
    assert result.estimate.interval().contains(1794.34)


def test_weighting_is_that_of_statsmodels() -> None:
    """Statsmodels TreatmentEffect.ipw (GMM of the same equations) on cattaneo2; it agrees with Stata's teffects.

    1e-6: its optimiser stops there for the standard error. The value, −220,78871551375187, is also CauseKit's.
    """
    frame = read_cattaneo()
    result = _fit(ipw_att, frame, **SMOKING)
    x = sm.add_constant(frame[SMOKING["covariates"]].astype(float))
    selection = sm.Logit(frame["mbsmoke_"], x).fit(disp=0, tol=1e-14)
    outcome = sm.OLS(frame["bweight"].astype(float), x)
    theirs = TreatmentEffect(outcome, frame["mbsmoke_"].to_numpy(), results_select=selection).ipw(effect_group=1)
    assert result.estimate.value == pytest.approx(-220.78871551375187, rel=1e-11)
    assert result.estimate.value == pytest.approx(theirs.effect[0], rel=1e-9)
    assert result.counterfactual == pytest.approx(theirs.effect[1], rel=1e-9)
    assert result.estimate.std_error == pytest.approx(theirs.results_gmm.bse[0], rel=1e-6)


@pytest.mark.parametrize(
    ("estimator", "value", "std_error"),
    [(aipw_att, 1865.6422850559693, 644.907466552375), (ipw_att, 1818.5740389543976, 646.4215739268418)],
)
def test_on_a_change_both_are_the_estimators_of_drdid(estimator: Estimator, value: float, std_error: float) -> None:
    """Sant'Anna and Zhao (2020), ``drdid_panel`` and ``std_ipw_did_panel`` of the package drdid 1.1.7.

    Run on the same data (growth of earnings 1975–1978, seven covariates); value and the root of the mean squared
    influence. 1e-8: both solve the logit until the tenth digit. (diff-diff 3.13 gives 1861,40: its weights of the
    untreated do not add up to the number treated.)
    """
    covariates = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74"]
    frame = read_nsw(experimental=False)
    estimate = _fit(estimator, frame, outcome="growth", treated="treat", covariates=covariates).estimate
    assert estimate.value == pytest.approx(value, rel=1e-8)
    assert estimate.std_error == pytest.approx(std_error, rel=1e-8)


@BOTH
@pytest.mark.parametrize("clustered", [False, True])
def test_the_standard_error_is_the_sandwich_of_the_stacked_equations(
    people: pd.DataFrame, estimator: Estimator, clustered: bool
) -> None:
    """The equations written out, their Jacobian by finite differences, weights and clusters included; 1e-5: those."""
    frame = people.assign(gewicht=1 + people["persoon"] % 3, groep=people["persoon"] // 8)
    options = {"weights": "gewicht", **({"cluster": "groep"} if clustered else {})}
    result = _fit(estimator, frame, **options)
    x = sm.add_constant(pd.get_dummies(frame[ROLES["covariates"]], drop_first=True, dtype=float)).to_numpy()
    y, d, w = frame["uitkomst"].to_numpy(), frame["traject"].to_numpy(float), frame["gewicht"].to_numpy(float)
    k = x.shape[1]

    def equations(theta: np.ndarray) -> np.ndarray:
        beta, gamma, (one, zero) = theta[:k], theta[k : 2 * k], theta[2 * k :]
        p = 1 / (1 + np.exp(-x @ beta))
        rest = y - x @ gamma * (estimator is aipw_att)
        parts = [(d - p)[:, None] * x, ((1 - d) * (y - x @ gamma))[:, None] * x]
        means = [(d * (rest - one))[:, None], ((1 - d) * p / (1 - p) * (rest - zero))[:, None]]
        return w[:, None] * np.hstack([*parts, *means])

    beta = sm.GLM(d, x, family=sm.families.Binomial(), freq_weights=w).fit(tol=1e-13).params
    gamma = sm.WLS(y[d == 0], x[d == 0], weights=w[d == 0]).fit().params
    rest = y - x @ gamma * (estimator is aipw_att)
    omega = np.exp(x @ beta) * w * (1 - d)
    theta = np.r_[beta, gamma, np.average(rest, weights=w * d), np.average(rest, weights=omega)]
    steps = 1e-6 * np.maximum(np.abs(theta), 1e-2)
    columns = [
        (equations(theta + step * row).sum(0) - equations(theta - step * row).sum(0)) / (2 * step)
        for step, row in zip(steps, np.eye(len(theta)), strict=True)
    ]
    scores = equations(theta)
    if clustered:
        scores = pd.DataFrame(scores).groupby(frame["groep"]).sum().to_numpy() * math.sqrt(50 / 49)
    bread = np.linalg.inv(np.array(columns).T)
    covariance = bread @ (scores.T @ scores) @ bread.T
    contrast = np.r_[np.zeros(2 * k), 1, -1]
    assert result.estimate.value == pytest.approx(theta[-2] - theta[-1], rel=1e-8)
    assert result.estimate.std_error == pytest.approx(math.sqrt(contrast @ covariance @ contrast), rel=1e-5)
    assert result.estimate.dof == (49 if clustered else None)


def test_balance_and_overlap_worked_out_by_hand() -> None:
    """One indicator: weighting makes the comparison equal to the treated exactly, whatever the logit needed for it."""
    frame = pd.DataFrame({"x": [1] * 12 + [0] * 4 + [1] * 10 + [0] * 30, "d": [1] * 16 + [0] * 40})
    frame["y"] = np.arange(56.0)
    result = _fit(ipw_att, frame, outcome="y", treated="d", covariates=["x"])
    row = result.balance().iloc[0]
    assert (row["mean_treated"], row["mean_untreated"], row["mean_comparison"]) == pytest.approx((0.75, 0.25, 0.75))
    assert row["smd_before"] == pytest.approx(0.5 / math.sqrt(0.75 * 0.25))
    assert row["smd_after"] == pytest.approx(0, abs=1e-9)
    assert pd.isna(row["variance_ratio_after"])
    overlap = result.overlap()
    # Odds 12/10 and 4/30: (10·1,2 + 30·0,1333)² / (10·1,2² + 30·0,1333²) = 16² / 14,9333.
    assert overlap.effective_untreated == pytest.approx(256 / (14.4 + 30 * (4 / 30) ** 2))
    assert overlap.largest_share == pytest.approx(1.2 / 16)
    assert (overlap.share_outside, overlap.treated, overlap.untreated) == (0, 16, 40)
    assert overlap.quantiles.loc[3, ["quantile", "treated", "untreated"]].tolist() == pytest.approx(
        [0.5, 12 / 22, 4 / 34]
    )
    assert overlap.histogram[["treated", "untreated"]].sum().tolist() == pytest.approx([1, 1])
    middle = frame[(frame["d"] == 0) & (frame["x"] == 1)]["y"].mean() * 0.75
    rest = frame[(frame["d"] == 0) & (frame["x"] == 0)]["y"].mean() * 0.25
    assert result.counterfactual == pytest.approx(middle + rest)


def test_the_variance_ratio_and_the_share_outside_say_where_the_groups_differ() -> None:
    rng = np.random.default_rng(2)
    x = np.r_[rng.normal(1, 2, 60), rng.normal(0, 1, 200)]
    frame = pd.DataFrame({"x": x, "d": [1] * 60 + [0] * 200, "y": x + rng.normal(size=260)})
    result = _fit(ipw_att, frame, outcome="y", treated="d", covariates=["x"])
    before = result.balance()["variance_ratio_before"].iloc[0]
    assert before == pytest.approx(x[:60].var() / x[60:].var())
    p = result.propensity.to_numpy()
    outside = ((p[:60] > p[60:].max()) | (p[:60] < p[60:].min())).mean()
    assert 0 < outside == result.overlap().share_outside


@ALL
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), factor=st.sampled_from([0.01, 7.0, 1e5]))
def test_order_labels_and_currency_change_nothing(estimator: Estimator, seed: int, factor: float) -> None:
    frame = simulate_selection(120, seed=11)
    rng = np.random.default_rng(seed)
    shuffled = frame.sample(frac=1, random_state=seed)
    shuffled.index = pd.Index(rng.permutation(10_000)[: len(frame)])
    changed = shuffled.assign(
        uitkomst=shuffled["uitkomst"] * factor,
        opleiding=shuffled["opleiding"].map({"basis": "z", "mbo": "a", "hbo": "k"}).astype("category"),
        leeftijd=shuffled["leeftijd"] * 12 - 7,
        traject=shuffled["traject"].astype(bool),
    )
    before = changed.copy()
    ours, theirs = _fit(estimator, frame).estimate, _fit(estimator, changed).estimate
    assert theirs.value == pytest.approx(ours.value * factor, rel=1e-7)
    assert theirs.std_error == pytest.approx((ours.std_error or 0) * factor, rel=1e-6)
    pd.testing.assert_frame_equal(changed, before)


@BOTH
def test_double_rows_of_half_weight_are_the_same_people(people: pd.DataFrame, estimator: Estimator) -> None:
    frame = people.assign(gewicht=1 + people["persoon"] % 3)
    twice = pd.concat([frame, frame], ignore_index=True)
    halved = twice.assign(gewicht=twice["gewicht"] / 2)
    once = _fit(estimator, frame, weights="gewicht", cluster="persoon").estimate
    again = _fit(estimator, halved, weights="gewicht", cluster="persoon").estimate
    assert (again.value, again.std_error, again.dof) == pytest.approx((once.value, once.std_error, once.dof), rel=1e-8)


def test_aipw_with_a_perfect_regression_has_no_error() -> None:
    frame = simulate_selection(300, seed=3)
    exact = frame.assign(uitkomst=3 * frame["leeftijd"] + frame["duur"] + 5 * frame["traject"])
    estimate = _fit(aipw_att, exact).estimate
    assert estimate.value == pytest.approx(5, abs=1e-9)
    assert estimate.std_error == pytest.approx(0, abs=1e-9)


@BOTH
def test_trimming_keeps_the_middle_and_says_what_went(people: pd.DataFrame, estimator: Estimator) -> None:
    full, cut = _fit(estimator, people), _fit(estimator, people, trim=0.2)
    p = full.propensity
    kept = p[(p >= 0.2) & (p <= 0.8)].index
    assert cut.propensity.index.equals(kept)
    again = _fit(estimator, people.loc[kept]).estimate
    assert (cut.estimate.value, cut.estimate.std_error) == pytest.approx((again.value, again.std_error), rel=1e-9)
    assert "between 0.2 and 0.8" in cut.estimate.estimand
    assert f"{len(people) - len(kept)}" == str(sum(int(word) for word in cut.notes[-1].split() if word.isdigit()))
    assert _fit(estimator, people, trim=1e-6).notes == ()


@ALL
def test_columns_that_say_nothing_are_left_out_and_named(people: pd.DataFrame, estimator: Estimator) -> None:
    frame = people.assign(gemeente="Ede", nul=0.0, maanden=people["duur"] * 12)
    result = _fit(estimator, frame, covariates=[*ROLES["covariates"], "gemeente", "nul", "maanden"])
    assert result.notes == ("nul is constant", "maanden is an exact combination of other covariates")
    assert result.estimate.value == pytest.approx(_fit(estimator, people).estimate.value, rel=1e-7)
    assert list(result.covariates) == ["leeftijd", "opleiding=hbo", "opleiding=mbo", "duur"]
    assert "nul is constant" in result._repr_html_()


@ALL
def test_a_category_in_which_nobody_is_treated_is_left_out_and_named(
    people: pd.DataFrame, estimator: Estimator
) -> None:
    extra = people[people["traject"] == 0].head(15).assign(opleiding="geen")
    result = _fit(estimator, pd.concat([people, extra], ignore_index=True))
    without = _fit(estimator, people)
    assert result.notes == (
        "15 untreated with covariates that no treated person has were left out",
        "opleiding=geen is constant",
    )
    assert result.estimate.value == pytest.approx(without.estimate.value, rel=1e-7)
    assert result.estimate.std_error == pytest.approx(without.estimate.std_error, rel=1e-6)


@ALL
def test_what_no_comparison_can_tell_is_not_estimated(people: pd.DataFrame, estimator: Estimator) -> None:
    treated, untreated = people[people["traject"] == 1], people[people["traject"] == 0]
    separated = people.assign(leeftijd=people["leeftijd"] + 100 * people["traject"])
    only = pd.concat([people, treated.head(12).assign(opleiding="wo")], ignore_index=True)
    for frame, code, words in (
        (untreated, "no_treated", "nobody is treated"),
        (people.head(0), "no_treated", "nobody is treated"),
        (treated, "no_control", "nobody untreated"),
        (pd.concat([treated.head(9), untreated]), "too_small", "fewer than 10"),
        (pd.concat([treated, untreated.head(9)]), "too_small", "9 untreated are too few"),
        (people.assign(uitkomst=4.0), "no_spread", "same for everyone"),
        (separated, "no_overlap", "separation"),
        (only, "no_overlap", "12 of the treated"),
    ):
        result = estimator(frame, **ROLES)
        assert isinstance(result, NotEstimated), words
        assert result.code == code
        assert words in result.reason


@ALL
def test_broken_input_is_refused_with_what_is_wrong(people: pd.DataFrame, estimator: Estimator) -> None:
    holes = people["opleiding"].mask(people.index.isin([3, 5]))
    for frame, message in (
        (people.drop(columns="duur"), r"Kolom ontbreekt: duur"),
        (people.assign(opleiding=holes), r"kolom opleiding: 2 waarden ontbreken"),
        (people.assign(duur=people["duur"].mask(people.index == 7)), r"kolom duur, rij 7: 1 waarden"),
        (people.assign(uitkomst=np.inf), r"kolom uitkomst"),
        (people.assign(traject=2 * people["traject"]), r"heeft de waarde 2"),
        (people.assign(opleiding=people["persoon"].astype(str)), r"400 verschillende teksten"),
        (people.assign(status="voorlopig"), r"voorlopige cijfers"),
    ):
        with pytest.raises(EstimationError, match=message) as error:
            estimator(frame, **ROLES)
        assert error.value.remedy


@BOTH
def test_weights_clusters_and_trims_that_cannot_be_are_refused(people: pd.DataFrame, estimator: Estimator) -> None:
    holes = people.assign(nul=0.0, groep=people["opleiding"].mask(people.index == 2))
    for options, message in (
        ({"weights": "nul"}, "Gewichten moeten positief zijn"),
        ({"cluster": "groep"}, "kolom groep: 1 waarden ontbreken"),
        ({"trim": 0.5}, "Een grens van 0.5 kan niet"),
        ({"trim": 0.0}, "Een grens van 0 kan niet"),
    ):
        with pytest.raises(EstimationError, match=message):
            estimator(holes, **ROLES, **options)


@BOTH
def test_fewer_than_five_treated_clusters_give_a_value_but_no_interval(
    people: pd.DataFrame, estimator: Estimator
) -> None:
    few = people.assign(groep=np.where(people["traject"] == 1, people["persoon"] % 4, people["persoon"] % 9 + 4))
    result = _fit(estimator, few, cluster="groep")
    assert result.estimate.std_error is None
    assert result.estimate.value == pytest.approx(_fit(estimator, people).estimate.value)
    with pytest.raises(EstimationError, match="placebo_in_space"):
        result.estimate.interval()
    row = result.tidy().iloc[0]
    assert row["reason"]
    assert row["std_error"] is None or pd.isna(row["std_error"])


def test_results_show_themselves(people: pd.DataFrame) -> None:
    result = _fit(aipw_att, people)
    row = result.tidy(0.9).iloc[0]
    interval = result.estimate.interval(0.9)
    assert (row["conf_low"], row["conf_high"]) == (interval.lower, interval.upper)
    assert isinstance(result.estimate, Estimate)
    axes = result.plot()
    assert [label.get_text() for label in axes.get_yticklabels()] == list(result.covariates)
    assert result.overlap().plot().get_xlabel() == "kans op behandeling"
    assert "effective_untreated" in result.overlap()._repr_html_()
