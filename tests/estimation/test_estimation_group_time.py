"""Group-time effects against R's did, csdid and diff-diff, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluatie.errors import EstimationError
from evaluatie.estimation import Estimate, GroupTimeAtt, NotEstimated, did, group_time_att
from evaluatie.estimation.result import NO_INTERVAL
from evaluatie.estimation.simulate.staggered import simulate_staggered

FOLDER = Path(__file__).parent / "gegevens"
ROLES = {"outcome": "lemp", "unit": "countyreal", "time": "year", "treated_from": "start"}
SIMULATED = {"outcome": "uitkomst", "unit": "gemeente", "time": "jaar", "treated_from": "start"}

# R did 2.5.1 with DRDID 1.3.0: att_gt(lemp ~ lpop, never-treated, dr, bstrap = FALSE), printed to ten decimals beside
# Stata csdid in the latter's guide from R to Stata (section 8.1). Columns: group, time, att, se.
R_CELLS = """
2004 2004 -0.0145296683 0.0221291572
2004 2005 -0.0764218817 0.0286713142
2004 2006 -0.1404483368 0.0353781547
2004 2007 -0.1069038981 0.0328864930
2006 2004 -0.0004721461 0.0222234370
2006 2005 -0.0062025246 0.0184957019
2006 2006  0.0009605737 0.0194001954
2006 2007 -0.0412938656 0.0197211441
2007 2004  0.0267277962 0.0140656608
2007 2005 -0.0045765708 0.0157177631
2007 2006 -0.0284474872 0.0181808812
2007 2007 -0.0287813610 0.0162389530
"""
R_DYNAMIC = """
overall -0.0803539498 0.0189575572
-3  0.0267277962 0.0140656608
-2 -0.0036164714 0.0129283311
-1 -0.0232439872 0.0144851302
0  -0.0210603598 0.0114942117
1  -0.0530032043 0.0163464516
2  -0.1404483368 0.0353781547
3  -0.1069038981 0.0328864930
"""
R_GROUP = """
overall -0.0328195972 0.0118981787
2004 -0.0845759462 0.0245648746
2006 -0.0201666459 0.0174696250
2007 -0.0287813610 0.0162389530
"""
# README of R did (no covariates): the point estimates; its standard errors are bootstrapped.
README_CELLS = [
    -0.0105,
    -0.0704,
    -0.1373,
    -0.1008,
    0.0065,
    -0.0028,
    -0.0046,
    -0.0412,
    0.0305,
    -0.0027,
    -0.0311,
    -0.0261,
]
README_DYNAMIC = [-0.0772, 0.0305, -0.0006, -0.0245, -0.0199, -0.0510, -0.1373, -0.1008]
README_GROUP = [-0.031, -0.0797, -0.0229, -0.0261]


@pytest.fixture(scope="module")
def mpdta() -> pd.DataFrame:
    frame = pd.read_csv(FOLDER / "mpdta.csv")
    return frame.assign(start=frame["first_treat"].where(frame["first_treat"] > 0).astype(float))


@pytest.fixture(scope="module")
def small() -> pd.DataFrame:
    return simulate_staggered(40, 6, starts=(2012, 2014), treated=6, seed=5)


def estimated(result: object) -> GroupTimeAtt:
    assert isinstance(result, GroupTimeAtt)
    return result


def table(text: str) -> list[list[str]]:
    return [line.split() for line in text.split("\n") if line]


def test_cells_are_those_of_r_did_with_a_covariate(mpdta: pd.DataFrame) -> None:
    """Ten printed decimals; 2e-10, because R stops its logit earlier (its own last digit is 1e-11 off)."""
    result = estimated(group_time_att(mpdta, **ROLES, covariates=["lpop"]))
    expected = np.array(table(R_CELLS), dtype=float)
    np.testing.assert_array_equal(result.att[["group", "time"]], expected[:, :2])
    np.testing.assert_allclose(result.att[["estimate", "std_error"]], expected[:, 2:], rtol=0, atol=2e-10)


@pytest.mark.parametrize(("aggregate", "text"), [("dynamic", R_DYNAMIC), ("group", R_GROUP)])
def test_averages_are_those_of_r_did_with_a_covariate(mpdta: pd.DataFrame, aggregate: str, text: str) -> None:
    """The same source and tolerance as the cells."""
    tidy = estimated(group_time_att(mpdta, **ROLES, covariates=["lpop"], aggregate=aggregate)).tidy()  # type: ignore[arg-type]
    expected = table(text)
    assert list(tidy["term"]) == [row[0] for row in expected]
    numbers = np.array([row[1:] for row in expected], dtype=float)
    np.testing.assert_allclose(tidy[["estimate", "std_error"]], numbers, rtol=0, atol=2e-10)


def test_simple_and_calendar_average_are_those_of_stata_csdid(mpdta: pd.DataFrame) -> None:
    """README of Stata csdid (dripw, lpop): ``estat simple`` and ``estat calendar``, seven decimals."""
    simple = estimated(group_time_att(mpdta, **ROLES, covariates=["lpop"])).overall
    assert isinstance(simple, Estimate)
    assert (round(simple.value, 7), round(simple.std_error or 0, 7)) == (-0.0417518, 0.0115028)
    assert simple.interval().lower == pytest.approx(-0.0642969, abs=5e-8)
    calendar = estimated(group_time_att(mpdta, **ROLES, covariates=["lpop"], aggregate="calendar"))
    assert list(calendar.aggregated["estimate"].round(7)) == [-0.0145297, -0.0764219, -0.0461757, -0.0395822]
    assert list(calendar.aggregated["std_error"].round(7)) == [0.0221292, 0.0286713, 0.0212107, 0.0129299]


def test_without_covariates_the_readme_of_r_did_is_met(mpdta: pd.DataFrame) -> None:
    cells = estimated(group_time_att(mpdta, **ROLES)).att["estimate"]
    np.testing.assert_allclose(cells, README_CELLS, rtol=0, atol=5e-5)
    for aggregate, numbers in (("dynamic", README_DYNAMIC), ("group", README_GROUP)):
        tidy = estimated(group_time_att(mpdta, **ROLES, aggregate=aggregate)).tidy()  # type: ignore[arg-type]
        np.testing.assert_allclose(tidy["estimate"], numbers, rtol=0, atol=5e-5)


@pytest.mark.parametrize("weights", [None, "weight"])
@pytest.mark.parametrize("covariate", ["1", "lpop"])
@pytest.mark.parametrize("control", ["never", "not_yet"])
def test_every_number_is_that_of_csdid(mpdta: pd.DataFrame, control: str, covariate: str, weights: str | None) -> None:
    """Csdid 0.4.3, stored with 14 digits; 1e-11: both iterate a logit, everything else is exact."""
    golden = pd.read_csv(FOLDER / "csdid_mpdta.csv", keep_default_na=False)
    name = {"never": "nevertreated", "not_yet": "notyettreated"}[control]
    chosen = golden.query("control == @name and covariate == @covariate and weight == @w", local_dict={
        "name": name, "covariate": covariate, "w": "w" if weights else ""
    })  # fmt: skip
    assert len(chosen) == 30
    for kind, expected in chosen.groupby("kind"):
        aggregate = "simple" if kind == "cell" else kind
        result = estimated(
            group_time_att(
                mpdta,
                **ROLES,
                weights=weights,
                covariates=[] if covariate == "1" else [covariate],
                control=control,  # type: ignore[arg-type]
                aggregate=aggregate,
            )
        )
        ours = result.att if kind == "cell" else result.tidy()
        columns = ["estimate", "std_error"]
        np.testing.assert_allclose(ours[columns], expected[columns].astype(float), rtol=0, atol=1e-11)


@pytest.mark.parametrize(("covariates", "tolerance"), [([], 1e-12), (["lpop"], 1e-5)])
@pytest.mark.parametrize("base", ["varying", "universal"])
@pytest.mark.parametrize("control", ["never", "not_yet"])
def test_cells_are_those_of_diff_diff(
    mpdta: pd.DataFrame, control: str, base: str, covariates: list[str], tolerance: float
) -> None:
    """Diff-diff 3.13; exact without covariates. With one it is itself up to 7e-6 away from R and csdid."""
    diff_diff = pytest.importorskip("diff_diff")
    theirs = diff_diff.CallawaySantAnna(
        control_group={"never": "never_treated", "not_yet": "not_yet_treated"}[control],
        base_period=base,
        pscore_trim=1e-9,
    ).fit(mpdta, "lemp", "countyreal", "year", "first_treat", covariates=covariates or None)
    result = estimated(group_time_att(mpdta, **ROLES, covariates=covariates, control=control, base=base))  # type: ignore[arg-type]
    assert len(result.att) == 12
    for row in result.att.itertuples():
        their = theirs.group_time_effects[row.group, row.time]
        assert (row.estimate, row.std_error) == pytest.approx((their["effect"], their["se"]), rel=0, abs=tolerance)


def test_two_groups_and_two_periods_is_the_difference_of_differences(small: pd.DataFrame) -> None:
    two = small[small["jaar"].isin([2011, 2012]) & (small["start"].isna() | (small["start"] == 2012))]
    simple, twfe = group_time_att(two, **SIMULATED), did(two, **SIMULATED)
    assert isinstance(twfe, Estimate)
    overall = estimated(simple).overall
    assert isinstance(overall, Estimate)
    assert overall.value == pytest.approx(twfe.value, abs=1e-12)


# -- invariants ---------------------------------------------------------------------------------------------------


def numbers(result: object) -> np.ndarray:
    tidy = estimated(result).tidy()
    return tidy[["estimate", "std_error"]].to_numpy(float)


@pytest.mark.parametrize("aggregate", ["simple", "group", "dynamic", "calendar"])
def test_what_must_not_matter_does_not(small: pd.DataFrame, aggregate: str) -> None:
    options = {"weights": "inwoners", "covariates": ["ligging"], "aggregate": aggregate}
    before = small.copy()
    first = numbers(group_time_att(small, **SIMULATED, **options))  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(small, before)
    relabelled = small.assign(gemeente="x" + small["gemeente"].str[::-1])
    shuffled = small.sample(frac=1, random_state=3).reset_index(drop=True)
    rescaled = small.assign(inwoners=small["inwoners"] / 1000, ligging=5 - 1000 * small["ligging"])
    for other in (relabelled, shuffled, rescaled):
        again = numbers(group_time_att(other, **SIMULATED, **options))  # type: ignore[arg-type]
        np.testing.assert_allclose(again, first, rtol=0, atol=1e-11)
    euros = small.assign(uitkomst=100 * small["uitkomst"])
    np.testing.assert_allclose(
        numbers(group_time_att(euros, **SIMULATED, **options)), 100 * first, rtol=1e-9, atol=1e-10
    )  # type: ignore[arg-type]


@pytest.mark.parametrize("aggregate", ["simple", "group", "dynamic", "calendar"])
def test_doubling_units_with_half_the_weight_changes_nothing(small: pd.DataFrame, aggregate: str) -> None:
    halved = small.assign(inwoners=small["inwoners"] / 2, origineel=small["gemeente"])
    doubled = pd.concat([halved, halved.assign(gemeente=halved["gemeente"] + "'")])
    options = {"weights": "inwoners", "covariates": ["ligging"], "aggregate": aggregate}
    once = group_time_att(small, **SIMULATED, **options)  # type: ignore[arg-type]
    twice = group_time_att(doubled, **SIMULATED, **options, cluster="origineel")  # type: ignore[arg-type]
    np.testing.assert_allclose(numbers(twice), numbers(once), rtol=0, atol=1e-11)


def test_an_always_treated_unit_changes_nothing_and_is_told(small: pd.DataFrame) -> None:
    one = small[small["gemeente"] == small["gemeente"].iloc[0]]
    always = one.assign(gemeente="altijd", start=2010.0, uitkomst=99.0)
    result = estimated(group_time_att(pd.concat([small, always]), **SIMULATED, aggregate="dynamic"))
    first = estimated(group_time_att(small, **SIMULATED, aggregate="dynamic"))
    pd.testing.assert_frame_equal(result.tidy(), first.tidy())
    assert first.notes == ()
    assert "1 units are treated from the first period (2010)" in result.notes[0]
    assert result.notes[0] in result._repr_html_()


def test_a_start_after_the_panel_is_never_treated(small: pd.DataFrame) -> None:
    later = small.assign(start=small["start"].fillna(2030))
    np.testing.assert_array_equal(
        numbers(group_time_att(later, **SIMULATED)), numbers(group_time_att(small, **SIMULATED))
    )


# -- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "control", "code"),
    [
        ({}, "never", "no_treated"),
        ({2010: 8}, "never", "no_pre_period"),
        ({2012: 20, 2014: 20}, "never", "no_control"),
        ({2012: 40}, "not_yet", "no_control"),
    ],
)
def test_designs_that_say_nothing_are_refused(
    small: pd.DataFrame, starts: dict[int, int], control: str, code: str
) -> None:
    names = sorted(small["gemeente"].unique())
    years = [year for year, count in starts.items() for _ in range(count)]
    panel = small.assign(start=small["gemeente"].map(dict(zip(names, map(float, years), strict=False))))
    refusal = group_time_att(panel, **SIMULATED, control=control)  # type: ignore[arg-type]
    assert isinstance(refusal, NotEstimated)
    assert refusal.code == code


def test_without_never_treated_the_last_group_has_no_comparison(small: pd.DataFrame) -> None:
    panel = small.assign(start=small["start"].fillna(2015))
    result = estimated(group_time_att(panel, **SIMULATED, control="not_yet"))
    assert isinstance(result.overall, Estimate)
    missing = {key for key, cell in result.cells.items() if isinstance(cell, NotEstimated)}
    assert missing == {(2012, 2015), (2014, 2015), (2015, 2015), (2015, 2014)}
    assert "3 of 7 treated cells" in result.notes[0]
    last = result.att.set_index(["group", "time"]).loc[(2015, 2015)]
    assert last["reason"] == "every other unit is treated by then"
    assert np.isnan(last["estimate"])


def test_a_cell_without_overlap_says_so_and_the_others_stand(small: pd.DataFrame) -> None:
    """The covariate separates the first group from the never-treated; the second group has overlap."""
    ligging = np.where(small["start"] == 2012, 50.0, 0.0) + small["ligging"]
    result = estimated(group_time_att(small.assign(ligging=ligging), **SIMULATED, covariates=["ligging"]))
    codes = {
        group: {getattr(cell, "code", None) for (g, _), cell in result.cells.items() if g == group}
        for group in (2012, 2014)
    }
    assert codes == {2012: {"no_overlap"}, 2014: {None}}
    assert isinstance(result.overall, Estimate)
    alone = small.assign(ligging=ligging)[small["start"].isna() | (small["start"] == 2012)]
    nothing = estimated(group_time_att(alone, **SIMULATED, covariates=["ligging"], aggregate="dynamic"))
    assert isinstance(nothing.overall, NotEstimated)
    assert nothing.overall.code == "no_overlap"
    assert nothing.tidy()["reason"].notna().all()


def test_a_covariate_that_does_not_vary_is_refused_per_cell(small: pd.DataFrame) -> None:
    result = estimated(group_time_att(small.assign(ligging=1.0), **SIMULATED, covariates=["ligging"]))
    assert isinstance(result.overall, NotEstimated)
    assert result.overall.code == "collinear"


def test_fewer_than_five_treated_clusters_have_no_interval() -> None:
    panel = simulate_staggered(40, 6, starts=(2012, 2014), treated=2, seed=5)
    result = estimated(group_time_att(panel, **SIMULATED, aggregate="dynamic"))
    assert isinstance(result.overall, Estimate)
    assert result.overall.std_error is None
    with pytest.raises(EstimationError, match="placebo_in_space"):
        result.overall.interval()
    assert set(result.tidy()["reason"]) == {NO_INTERVAL}
    assert result.tidy()["estimate"].notna().all()


def test_a_group_of_one_has_no_interval_but_counts_in_the_average(small: pd.DataFrame) -> None:
    single = small["gemeente"] == small.loc[small["start"].isna(), "gemeente"].iloc[0]
    result = estimated(group_time_att(small.assign(start=small["start"].mask(single, 2013.0)), **SIMULATED))
    singles = [cell for (group, _), cell in result.cells.items() if group == 2013]
    assert singles
    assert all(isinstance(cell, Estimate) and cell.inference is None for cell in singles)
    assert isinstance(result.overall, Estimate)
    assert result.overall.interval().lower < result.overall.value


def test_clusters_count_not_units(small: pd.DataFrame) -> None:
    """Twelve treated units in four clusters are four."""
    by_start = small.drop_duplicates("gemeente").sort_values("start")["gemeente"]
    cluster = small["gemeente"].map({name: index // 3 for index, name in enumerate(by_start)})
    result = estimated(group_time_att(small.assign(regio=cluster), **SIMULATED, cluster="regio"))
    assert isinstance(result.overall, Estimate)
    assert result.overall.inference is None


def test_an_outcome_that_does_not_vary_has_no_error_to_judge_by(small: pd.DataFrame) -> None:
    result = estimated(group_time_att(small.assign(uitkomst=3.0), **SIMULATED))
    assert isinstance(result.overall, NotEstimated)
    assert result.overall.code == "no_spread"


@pytest.mark.parametrize(
    ("change", "options", "match"),
    [
        (lambda f: f.drop(index=f.index[3]), {}, "ontbreken"),
        (lambda f: f.assign(uitkomst=f["uitkomst"].where(f.index != 4)), {}, "uitkomst"),
        (lambda f: f.assign(status="voorlopig"), {}, "voorlopige"),
        (lambda f: pd.concat([f, f.iloc[:1]]), {}, "dubbel"),
        (lambda f: f.assign(inwoners=f["inwoners"] + f["jaar"]), {"weights": "inwoners"}, "Gewichten"),
        (lambda f: f.assign(regio=f["jaar"]), {"cluster": "regio"}, "regio"),
        (lambda f: f, {"covariates": ["weg"]}, "weg"),
        (lambda f: f, {"control": "later"}, "control='later'"),
        (lambda f: f, {"aggregate": "total"}, "aggregate='total'"),
        (lambda f: f, {"base": "first"}, "base='first'"),
    ],
)
def test_mistakes_are_named(small: pd.DataFrame, change: object, options: dict[str, object], match: str) -> None:
    with pytest.raises(EstimationError, match=match):
        group_time_att(change(small.reset_index(drop=True)), **SIMULATED, **options)  # type: ignore[operator, arg-type]


def test_parquet_gives_what_a_frame_gives(small: pd.DataFrame, tmp_path: Path) -> None:
    small.to_parquet(tmp_path / "panel.parquet")
    from_file = group_time_att(tmp_path / "panel.parquet", **SIMULATED)
    np.testing.assert_array_equal(numbers(from_file), numbers(group_time_att(small, **SIMULATED)))


@pytest.mark.parametrize("aggregate", ["simple", "group", "dynamic", "calendar"])
def test_a_result_can_be_drawn(small: pd.DataFrame, aggregate: str) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    result = estimated(group_time_att(small, **SIMULATED, aggregate=aggregate))  # type: ignore[arg-type]
    drawn = sum(len(line.get_xdata()) for line in result.plot().lines[1:])
    assert drawn == len(result.att if aggregate == "simple" else result.aggregated)


# -- recovery -----------------------------------------------------------------------------------------------------


def test_heterogeneous_effects_are_found_where_two_way_fixed_effects_is_wrong() -> None:
    """Planted: the effect grows by 1 per year and starts at 1; noise is small, so that only bias remains."""
    panel = simulate_staggered(300, 10, starts=(2012, 2015, 2018), treated=80, growth=1.0, noise=0.05, seed=2)
    result = estimated(group_time_att(panel, **SIMULATED, aggregate="dynamic"))
    after = result.aggregated[result.aggregated["event_time"] >= 0]
    np.testing.assert_allclose(after["estimate"], after["event_time"] + 1, atol=0.05)
    simple = estimated(group_time_att(panel, **SIMULATED)).overall
    twfe = did(panel, **SIMULATED)
    assert isinstance(simple, Estimate)
    assert isinstance(twfe, Estimate)
    truth = panel.loc[panel["effect"] > 0, "effect"].mean()
    assert simple.value == pytest.approx(truth, abs=0.05)
    assert twfe.value < truth - 0.5
    assert not twfe.interval().contains(truth)


def test_trends_that_follow_a_covariate_need_the_covariate() -> None:
    panel = simulate_staggered(400, 6, starts=(2013,), treated=120, growth=0.0, noise=0.2, selection=1.0, seed=4)
    without, within = (group_time_att(panel, **SIMULATED, covariates=names) for names in ([], ["ligging"]))
    crude, adjusted = estimated(without).overall, estimated(within).overall
    assert isinstance(crude, Estimate)
    assert isinstance(adjusted, Estimate)
    assert not crude.interval().contains(1.0)
    assert adjusted.interval().contains(1.0)


@pytest.mark.slow
@pytest.mark.parametrize("covariates", [[], ["ligging"]])
def test_intervals_cover_the_planted_effect(covariates: list[str]) -> None:
    """Four hundred draws: 93–97% of the intervals hold the truth, and the bias is below a tenth of the error."""
    draws, hits, misses = 400, 0, []
    for seed in range(draws):
        selection = 0.5 if covariates else 0.0
        panel = simulate_staggered(150, 6, starts=(2012, 2014), treated=30, growth=0.5, selection=selection, seed=seed)
        overall = estimated(group_time_att(panel, **SIMULATED, covariates=covariates)).overall
        assert isinstance(overall, Estimate)
        truth = panel.loc[panel["effect"] > 0, "effect"].mean()
        hits += overall.interval().contains(truth)
        misses.append((overall.value - truth) / (overall.std_error or np.nan))
    assert 0.93 <= hits / draws <= 0.97
    assert abs(np.mean(misses)) < 0.1 + 2 / np.sqrt(draws)
