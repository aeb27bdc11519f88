"""The discrete-time hazard against published tables, statsmodels, and itself counted otherwise."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.genmod.families.links import CLogLog, Logit

from evaluatie.errors import EstimationError
from evaluatie.estimation import WINDOWS, Estimate, HazardFit, NotEstimated, hazard, person_months
from evaluatie.estimation.durations.links import LINKS, BoundaryInference
from evaluatie.estimation.simulate.spells import simulate_spells

TREATMENTS = ["during", *WINDOWS]
BANDS = (1, 4, 7, 13, 25, 37)
ROLES = {"event": "event", "cause": "werk", "duration": "duration", "treatment": TREATMENTS, "bands": BANDS}

FIRST_SEX = pd.DataFrame(
    {
        "grade": [7, 8, 9, 10, 11, 12] * 2,
        "pt": [0] * 6 + [1] * 6,
        "boys": [72, 70, 68, 60, 52, 42, 108, 95, 90, 74, 53, 38],
        "events": [2, 2, 8, 8, 10, 8, 13, 5, 16, 21, 15, 18],
    }
)
"""Grade of first intercourse of 180 boys: Singer and Willett (2003), table 11.1 (p. 360), as printed by UCLA's Stata
textbook examples, chapter 11."""


def fit(frame: pd.DataFrame, **more: object) -> HazardFit:
    result = hazard(frame, **{"event": "events", "n": "boys", "duration": "grade", "treatment": "pt"} | more)
    assert isinstance(result, HazardFit)
    return result


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Person-months of 800 persons, several spells, four exits, with an age in years as a number."""
    drawn = simulate_spells(800, seed=1)
    frame = person_months(
        drawn.spells,
        drawn.treatments,
        person="person",
        begin="begin",
        end="end",
        event="reason",
        covariates=["age_group"],
        observed=drawn.observed,
    )
    return frame.assign(age=20.0 + frame["person"] % 40, year=frame["month"] // 12)


@pytest.mark.parametrize(("link", "ratio"), [("cloglog", "2.2"), ("logit", "2.4")])
def test_first_sex_of_singer_and_willett(link: str, ratio: str) -> None:
    """Singer and Willett (2003), pp. 424–425: "about 2.2 times the hazard" (cloglog), "2.4 times the odds" (logit).

    One decimal is what the book's text prints; the full coefficients are held against statsmodels below.
    """
    estimate = fit(FIRST_SEX, link=link)["pt"]
    assert isinstance(estimate, Estimate)
    assert f"{estimate.value:.1f}" == ratio
    assert estimate.unit == {"cloglog": "hazard ratio", "logit": "odds ratio"}[link]
    assert estimate.null == 1.0
    assert estimate.interval().lower > 1


@pytest.mark.parametrize("link", ["cloglog", "logit"])
def test_cells_give_the_fit_of_statsmodels_on_rows(link: str) -> None:
    """Statsmodels GLM on the 822 boy-years; 1e-8 is its convergence. Model-based errors: expected information."""
    index = FIRST_SEX.index.repeat(FIRST_SEX["boys"])
    position = FIRST_SEX.loc[index].groupby(level=0).cumcount().to_numpy()
    y = (position < FIRST_SEX.loc[index, "events"].to_numpy()).astype(float)
    x = pd.get_dummies(FIRST_SEX.loc[index, "grade"], dtype=float).assign(pt=FIRST_SEX.loc[index, "pt"]).to_numpy()
    family = sm.families.Binomial({"cloglog": CLogLog, "logit": Logit}[link]())
    theirs = sm.GLM(y, x, family=family).fit(tol=1e-14)
    ours = fit(FIRST_SEX, link=link)
    coefficient = ours.tidy(exponentiate=False).loc[0]
    assert coefficient["estimate"] == pytest.approx(theirs.params[-1], abs=1e-8)
    assert coefficient["std_error"] == pytest.approx(theirs.bse[-1], abs=1e-8)
    assert ours.log_likelihood == pytest.approx(theirs.llf, abs=1e-8)
    baseline = [value.value for value in ours.baseline.values()]
    assert baseline == pytest.approx(theirs.predict(np.eye(7)[:6]), abs=1e-8)


@pytest.mark.parametrize("link", ["cloglog", "logit"])
def test_rows_with_persons_give_the_fit_of_statsmodels(rows: pd.DataFrame, link: str) -> None:
    """Statsmodels GLM clustered by person, without its correction; ours is that times √(G/(G−1)). 1e-8: convergence."""
    ours = hazard(rows, **ROLES, covariates=["age_group", "age"], calendar="year", person="person", link=link)
    assert isinstance(ours, HazardFit)
    band = np.searchsorted(BANDS, rows["duration"], side="right")
    blocks = [
        rows[TREATMENTS].astype(float),
        pd.get_dummies(rows["year"], dtype=float).iloc[:, 1:],
        (rows["age_group"] == "oud").astype(float),
        rows["age"],
        pd.get_dummies(band, dtype=float),
    ]
    family = sm.families.Binomial({"cloglog": CLogLog, "logit": Logit}[link]())
    model = sm.GLM((rows["event"] == "werk").to_numpy(float), np.column_stack(blocks), family=family)
    groups = {"groups": rows["person"].to_numpy(), "use_correction": False}
    theirs = model.fit(tol=1e-14, cov_type="cluster", cov_kwds=groups)
    table = ours.tidy(exponentiate=False)
    assert table["term"].tolist() == [*TREATMENTS, "year=1", "year=2", "year=3", "year=4", "age_group=oud", "age"]
    persons = rows["person"].nunique()
    assert (ours.persons, ours.months) == (persons, len(rows))
    assert table["estimate"].to_numpy(float) == pytest.approx(theirs.params[:11], abs=1e-8)
    errors = theirs.bse[:11] * math.sqrt(persons / (persons - 1))
    assert table["std_error"].to_numpy(float) == pytest.approx(errors, abs=1e-8)


def count(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    counted = rows.assign(left=rows["event"] == "werk").groupby(by, observed=True)["left"]
    return counted.agg(["sum", "size"]).reset_index()


def test_rows_cells_and_persons_counted_per_cell_are_one_regression(rows: pd.DataFrame) -> None:
    """Equal to 1e-8; only the clustered errors need to know whose the rows are."""
    predictors = ["duration", *TREATMENTS, "age_group"]
    on_rows = hazard(rows, **ROLES, covariates=["age_group"])
    shared = {"event": "sum", "n": "size", "duration": "duration", "treatment": TREATMENTS, "bands": BANDS}
    on_cells = hazard(count(rows, predictors), **shared, covariates=["age_group"])
    per_person = hazard(count(rows, ["person", *predictors]), **shared, covariates=["age_group"], person="person")
    clustered = hazard(rows, **ROLES, covariates=["age_group"], person="person")
    for left, right in ((on_rows, on_cells), (per_person, clustered)):
        numbers = [frame[["estimate", "std_error"]].to_numpy(float) for frame in (left.tidy(), right.tidy())]
        np.testing.assert_allclose(numbers[0], numbers[1], rtol=1e-8)
        assert left.log_likelihood == pytest.approx(right.log_likelihood, rel=1e-12)
    assert "no persons" in on_cells.errors
    assert "800 persons" in clustered.errors
    assert clustered["during"].method.endswith("(clustered by person)"), "a name is published, so it holds no count"


def test_parquet_is_read_as_the_frame(rows: pd.DataFrame, tmp_path) -> None:
    rows.to_parquet(tmp_path / "rijen.parquet")
    left, right = hazard(rows, **ROLES, person="person"), hazard(tmp_path / "rijen.parquet", **ROLES, person="person")
    pd.testing.assert_frame_equal(left.tidy(), right.tidy())


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_order_and_names_do_not_matter_and_the_frame_stays(rows: pd.DataFrame, seed: int) -> None:
    shuffled = rows.sample(frac=1, random_state=seed)
    shuffled["person"] = "p" + (shuffled["person"] * 7919 % 100_003).astype(str)
    before = shuffled.copy()
    left = hazard(rows, **ROLES, covariates=["age_group"], person="person").tidy()
    right = hazard(shuffled, **ROLES, covariates=["age_group"], person="person").tidy()
    pd.testing.assert_frame_equal(shuffled, before)
    columns = ["estimate", "std_error", "conf_low", "conf_high"]
    np.testing.assert_allclose(left[columns].to_numpy(float), right[columns].to_numpy(float), rtol=1e-9)


def test_a_row_twice_with_its_person_is_no_new_information(rows: pd.DataFrame) -> None:
    """Every row twice, of the same person: same ratios, same clustered errors; model-based errors shrink by √2."""
    double = pd.concat([rows, rows])
    once, twice = (hazard(frame, **ROLES, person="person").tidy() for frame in (rows, double))
    np.testing.assert_allclose(once["std_error"].astype(float), twice["std_error"].astype(float), rtol=1e-9)
    once, twice = (hazard(frame, **ROLES).tidy() for frame in (rows, double))
    np.testing.assert_allclose(
        once["std_error"].astype(float), twice["std_error"].astype(float) * math.sqrt(2), rtol=1e-9
    )


def test_a_number_enters_per_unit(rows: pd.DataFrame) -> None:
    years = hazard(rows, **ROLES, covariates=["age"])["age"]
    months = hazard(rows.assign(age=rows["age"] * 12 + 7), **ROLES, covariates=["age"])["age"]
    assert months.value**12 == pytest.approx(years.value, rel=1e-9)


@pytest.mark.parametrize("dtype", ["category", "str", "bool", "Int64", "float32"])
def test_what_is_a_class_and_what_is_a_number(rows: pd.DataFrame, dtype: str) -> None:
    """Categories, texts and truth values have a reference; numbers of any kind are one column per unit."""
    frame = rows.assign(young=(rows["age_group"] == "jong").astype("int64").astype(dtype))
    result = hazard(frame, **ROLES, covariates=["young"])
    name = {"category": "young=1", "str": "young=1", "bool": "young=True"}.get(dtype, "young")
    expected = hazard(rows, **ROLES, covariates=["age_group"])["age_group=oud"]
    assert result[name].value == pytest.approx(1 / expected.value, rel=1e-8)


def test_a_treatment_may_be_a_truth_value_or_a_number_of_any_kind(rows: pd.DataFrame) -> None:
    expected = hazard(rows, **ROLES).tidy()
    for dtype in ("int8", "float64", "boolean", "Int64"):
        pd.testing.assert_frame_equal(hazard(rows.astype(dict.fromkeys(TREATMENTS, dtype)), **ROLES).tidy(), expected)


def test_other_exits_are_censored_and_causes_may_be_joined(rows: pd.DataFrame) -> None:
    alone = hazard(rows, **ROLES | {"cause": "werk"})
    coded = hazard(rows.assign(event=(rows["event"] == "werk").astype(int)), **ROLES | {"cause": None})
    pd.testing.assert_frame_equal(alone.tidy(), coded.tidy())
    together = hazard(rows, **ROLES | {"cause": ["werk", "relatie", "verhuizing"]})
    all_exits = hazard(rows, **ROLES | {"cause": None})
    assert together.events == all_exits.events == rows["event"].notna().sum()
    pd.testing.assert_frame_equal(together.tidy().drop(columns="term"), all_exits.tidy().drop(columns="term"))
    assert alone["during"].estimand == "hazard ratio of werk: during"


def test_the_baseline_is_the_hazard_of_the_average_untreated(rows: pd.DataFrame) -> None:
    plain = hazard(rows, event="event", cause="werk", duration="duration", bands=BANDS)
    assert isinstance(plain, HazardFit)
    band = np.array(BANDS)[np.searchsorted(BANDS, rows["duration"], side="right") - 1]
    shares = (rows["event"] == "werk").groupby(band).mean()
    for key, estimate in plain.baseline.items():
        assert estimate.value == pytest.approx(shares[key], rel=1e-9)
        n = (band == key).sum()
        # Without covariates the information per band is that of a binomial.
        assert estimate.std_error == pytest.approx(math.sqrt(shares[key] * (1 - shares[key]) / n), rel=1e-7)
        interval = estimate.interval()
        assert 0 < interval.lower < estimate.value < interval.upper < 1
    assert plain.tidy().empty


def test_the_curve_holds_the_windows_in_order_with_their_counts(rows: pd.DataFrame) -> None:
    result = hazard(rows, **ROLES, covariates=["age_group"], person="person")
    curve = result.curve(0.9)
    assert curve["term"].tolist() == TREATMENTS
    assert curve["position"].tolist() == [1, 2, 3, 4, 5]
    assert curve["months"].tolist() == [rows[name].sum() for name in TREATMENTS]
    assert curve["events"].tolist() == [(rows["event"] == "werk")[rows[name]].sum() for name in TREATMENTS]
    assert curve["conf_level"].unique().tolist() == [0.9]
    assert result.reference == {"age_group": "jong"}
    assert [tick.get_text() for tick in result.plot().get_xticklabels()] == TREATMENTS
    assert len(result.plot_baseline().get_xticks()) == len(BANDS)
    assert "clustered by 800 persons" in result._repr_html_()


def test_logs_and_ratios_are_one_table(rows: pd.DataFrame) -> None:
    result = hazard(rows, **ROLES, person="person")
    ratios, logs = result.tidy(), result.tidy(exponentiate=False)
    for column in ("estimate", "conf_low", "conf_high"):
        np.testing.assert_allclose(np.log(ratios[column].astype(float)), logs[column].astype(float), rtol=1e-12)
    pd.testing.assert_series_equal(ratios["p_value"], logs["p_value"])
    z = logs["estimate"].astype(float) / logs["std_error"].astype(float)
    np.testing.assert_allclose(z, logs["statistic"].astype(float), rtol=1e-12)


# What the data cannot tell.


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda f: f.assign(new=0), "no_treated"),
        (lambda f: f.assign(new=1), "no_control"),
        (lambda f: f.assign(new=f["left"].eq(0) & (f["person"] < 100)), "no_events"),
        (lambda f: f.assign(new=f["left"].eq(1) & (f["person"] < 100)), "separation"),
        (lambda f: f.assign(new=f["left"].eq(1) | (f["person"] < 100)), "separation"),
        (lambda f: f.assign(new=f["person"] < 6), "too_small"),
        (lambda f: f.assign(new=f["during"]), "collinear"),
    ],
)
def test_a_term_that_the_data_cannot_tell_says_why_and_leaves_the_others(rows: pd.DataFrame, change, code: str) -> None:
    frame = change(rows.assign(left=(rows["event"] == "werk").astype(int)))
    result = hazard(frame, **ROLES | {"treatment": [*TREATMENTS, "new"]}, person="person")
    assert isinstance(result, HazardFit)
    refused = result["new"]
    assert isinstance(refused, NotEstimated)
    assert refused.code == code
    assert refused.reason in result.tidy().set_index("term").loc["new", "reason"]
    others = [result[name] for name in TREATMENTS if not (code == "collinear" and name == "during")]
    assert all(isinstance(other, Estimate) and 0.01 < other.value < 100 for other in others)
    assert not np.isinf(result.tidy()[["estimate", "std_error", "conf_high"]].to_numpy(float)).any()
    result.plot()


def test_two_windows_that_are_the_same_are_both_not_estimated(rows: pd.DataFrame) -> None:
    result = hazard(rows.assign(new=rows["during"]), **ROLES | {"treatment": ["during", "new", "after_0_3"]})
    assert [result[name].code for name in ("during", "new")] == ["collinear"] * 2
    alone = hazard(rows, **ROLES | {"treatment": ["during", "after_0_3"]})
    assert result["after_0_3"].value == pytest.approx(alone["after_0_3"].value, rel=1e-9)


def test_leaving_out_what_says_nothing_is_the_maximum_likelihood(rows: pd.DataFrame) -> None:
    """A window without exits: the others are those of a fit in which its effect is as good as minus infinity."""
    frame = rows.assign(new=(rows["event"] != "werk") & (rows["person"] < 300))
    ours = hazard(frame, **ROLES | {"treatment": [*TREATMENTS, "new"]})
    assert ours["new"].code == "no_events"
    band = np.searchsorted(BANDS, frame["duration"], side="right")
    x = np.column_stack([frame[TREATMENTS].astype(float), pd.get_dummies(band, dtype=float)])
    offset = np.where(frame["new"], -18.0, 0.0)
    y = (frame["event"] == "werk").to_numpy(float)
    theirs = sm.GLM(y, x, family=sm.families.Binomial(CLogLog()), offset=offset)
    theirs = theirs.fit(tol=1e-14, start_params=[0.0] * 5 + [-3.0] * 6)
    logs = ours.tidy(exponentiate=False)["estimate"].to_numpy(float)[: len(TREATMENTS)]
    assert logs == pytest.approx(theirs.params[: len(TREATMENTS)], abs=1e-6)


def test_durations_and_classes_without_exits_are_named(rows: pd.DataFrame) -> None:
    work = rows["event"] == "werk"
    frame = rows[~(work & rows["duration"].between(7, 12))].assign(
        place=lambda f: np.where(f["person"] < 50, "a", np.where(f["person"] < 400, "b", "c"))
    )
    frame = frame[~((frame["event"] == "werk") & (frame["place"] == "a"))]
    result = hazard(frame, **ROLES, covariates=["place"], person="person")
    assert result.baseline[7].code == "no_events"
    assert result.reference == {"place": "b"}
    assert result["place=a"].code == "no_events"
    assert isinstance(result["place=c"], Estimate)
    assert all(isinstance(result.baseline[key], Estimate) for key in BANDS if key != 7)


def test_separation_that_no_single_column_shows_is_seen(rows: pd.DataFrame) -> None:
    """A number that only exceeds a bound when somebody leaves."""
    work = (rows["event"] == "werk").to_numpy()
    split = rows.assign(score=np.where(work, 1.0, -1.0) + np.random.default_rng(1).uniform(-0.5, 0.5, len(rows)))
    result = hazard(split, **ROLES, covariates=["score"])
    found = result if isinstance(result, NotEstimated) else result["score"]
    assert isinstance(found, NotEstimated)
    assert found.code == "separation"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (FIRST_SEX.assign(events=0), "too_small"),
        (FIRST_SEX.assign(events=FIRST_SEX["boys"]), "separation"),
        (FIRST_SEX.assign(events=[0] * 11 + [4]), "too_small"),
    ],
)
def test_without_exits_or_stays_there_is_nothing_to_estimate(frame: pd.DataFrame, code: str) -> None:
    result = hazard(frame, event="events", n="boys", duration="grade", treatment="pt")
    assert isinstance(result, NotEstimated)
    assert result.code == code


def test_one_person_who_leaves_often_is_not_many(rows: pd.DataFrame) -> None:
    one = rows.assign(person=1)
    assert hazard(one, **ROLES, person="person").code == "too_small"


HALF = FIRST_SEX.assign(name=["a", None] * 6, who=1.0, score=[0, 2] * 6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"link": "probit"}, "Onbekende link 'probit'"),
        ({"treatment": "grade"}, "Kolom met twee rollen: grade"),
        ({"treatment": "score"}, "Iets anders dan 0 en 1 in: score"),
        ({"duration": "weg"}, "Kolom ontbreekt: weg"),
        ({"covariates": ["name"]}, "Er ontbreken waarden"),
        ({"person": "name"}, "In 6 rijen ontbreekt de persoon"),
        ({"n": "who"}, "ligt 'events' niet tussen 0 en 'who'"),
        ({"n": None}, "bevat iets anders dan 0 en 1"),
        ({"cause": 8}, "Cellen met aantallen hebben geen reden"),
        ({"n": None, "cause": 99}, "Geen uitstroom met reden: 99"),
        ({"bands": (8, 10)}, "banden van de duur kloppen niet"),
        ({"bands": (7, 7)}, "banden van de duur kloppen niet"),
        ({"bands": ()}, "banden van de duur kloppen niet"),
    ],
)
def test_refusals(change: dict[str, object], message: str) -> None:
    roles = {"event": "events", "n": "boys", "duration": "grade", "treatment": "pt"} | change
    with pytest.raises(EstimationError, match=message):
        hazard(HALF, **roles)


def test_missing_values_of_all_columns_are_told_at_once() -> None:
    frame = FIRST_SEX.assign(grade=FIRST_SEX["grade"].where(FIRST_SEX.index > 1), pt=[np.inf, *[0] * 11])
    with pytest.raises(EstimationError) as error:
        fit(frame)
    assert [violation.where for violation in error.value.violations] == ["kolom grade, rij 0, 1", "kolom pt, rij 0"]


def test_a_baseline_of_hundreds_of_levels_is_refused_with_the_remedy() -> None:
    frame = pd.DataFrame({"d": range(300), "y": [0, 1] * 150})
    with pytest.raises(EstimationError, match=r"d \(300\)") as error:
        hazard(frame, event="y", duration="d")
    assert "bands" in error.value.remedy


def test_an_unknown_term_is_refused_with_the_known_ones() -> None:
    with pytest.raises(EstimationError, match="Onbekende term 'xx'") as error:
        fit(FIRST_SEX)["xx"]
    assert "pt" in error.value.remedy


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
@pytest.mark.parametrize("eta", [-25.0, -3.0, -0.3, 0.8, 2.5])
def test_links_and_their_derivatives(link, eta: float) -> None:
    mu, step = float(link.inverse(eta)), 1e-5
    assert float(link.forward(mu)) == pytest.approx(eta, rel=1e-6)
    slope = (float(link.inverse(eta + step)) - float(link.inverse(eta - step))) / (2 * step)
    assert float(link.slope(eta)) == pytest.approx(slope, rel=1e-6)
    assert float(link.leverage(eta)) == pytest.approx(float(link.slope(eta)) / (mu * (1 - mu)), rel=1e-6)
    bend = (float(link.leverage(eta + step)) - float(link.leverage(eta - step))) / (2 * step)
    assert float(link.bend(eta)) == pytest.approx(bend, rel=1e-4, abs=1e-9)


def test_inference_on_nothing_seen_is_that_of_clopper_and_pearson() -> None:
    """None of 10: the upper end is 0.30850 (Clopper and Pearson 1934: 1 − 0.025^(1/10)); statsmodels at 1e-12."""
    lower, upper = BoundaryInference(10).bounds(0.95)
    assert (lower, upper) == pytest.approx(sm.stats.proportion_confint(0, 10, method="beta"), abs=1e-12)
    assert BoundaryInference(10).p_value(upper) == pytest.approx(0.05, abs=1e-12)
