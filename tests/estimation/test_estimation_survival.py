"""Kaplan–Meier and cumulative incidence against published tables (Stata, SAS) and statsmodels."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.duration.tests as statsmodels_tests
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from evaluatie.errors import EstimationError
from evaluatie.estimation import DurationCurves, Estimate, NotEstimated, cumulative_incidence, kaplan_meier

STAYED = "still there"
CAUSES = {0: None, 1: "werk", 2: "relatie", 3: "verhuizing"}


def stayed(curves: DurationCurves, month: float, group: object = None) -> Estimate:
    estimate = curves.at(month, group=group)[STAYED]
    assert isinstance(estimate, Estimate)
    return estimate


FIRST_SEX = [
    # group, grade, survival, standard error, 95% interval
    (0, 7, 0.9722, 0.0194, 0.8935, 0.9930),
    (0, 8, 0.9444, 0.0270, 0.8587, 0.9788),
    (0, 9, 0.8333, 0.0439, 0.7252, 0.9017),
    (0, 10, 0.7222, 0.0528, 0.6033, 0.8110),
    (0, 11, 0.5833, 0.0581, 0.4610, 0.6871),
    (0, 12, 0.4722, 0.0588, 0.3538, 0.5817),
    (1, 7, 0.8796, 0.0313, 0.8017, 0.9283),
    (1, 8, 0.8333, 0.0359, 0.7486, 0.8915),
    (1, 9, 0.6852, 0.0447, 0.5885, 0.7637),
    (1, 10, 0.4907, 0.0481, 0.3936, 0.5807),
    (1, 11, 0.3519, 0.0460, 0.2633, 0.4415),
    (1, 12, 0.1852, 0.0374, 0.1186, 0.2635),
]


def test_first_sex_of_singer_and_willett_as_stata_prints_it() -> None:
    """Singer and Willett (2003), table 11.1, by UCLA's Stata ``ltable``: survival, error and interval.

    Four decimals are printed: half a unit of the fourth. Grade 12 is the last one: 34 and 20 boys are censored in it.
    """
    left = {0: (2, 2, 8, 8, 10, 8, 34), 1: (13, 5, 16, 21, 15, 18, 20)}
    frame = pd.DataFrame(
        [
            (group, grade, event, count)
            for group, counts in left.items()
            for grade, event, count in zip((*range(7, 13), 12), (1, 1, 1, 1, 1, 1, 0), counts, strict=True)
        ],
        columns=["pt", "grade", "event", "boys"],
    )
    curves = kaplan_meier(frame, duration="grade", event="event", weights="boys", by="pt")
    for group, grade, survival, std_error, lower, upper in FIRST_SEX:
        estimate = stayed(curves, grade, group)
        interval = estimate.interval()
        found = (estimate.value, estimate.std_error, interval.lower, interval.upper)
        assert found == pytest.approx((survival, std_error, lower, upper), abs=0.51e-4)
    assert {estimate.n for estimate in (stayed(curves, 9, 0), stayed(curves, 9, 1))} == {72, 108}


def test_bone_marrow_transplants_as_sas_prints_them() -> None:
    """SAS/STAT, PROC LIFETEST, example of the BMT data (group ALL): survival and error at 23 times.

    Five digits are printed: half a unit of the last one. The data and SAS's table come with statsmodels
    (``duration/tests/results``).
    """
    folder = Path(statsmodels_tests.__file__).parent / "results"
    data, sas = pd.read_csv(folder / "bmt.csv"), pd.read_csv(folder / "bmt_results.csv")
    table = kaplan_meier(data[data["Group"] == "ALL"], duration="T", event="Status").tidy()
    assert table["month"].tolist() == sas["t"].tolist()
    np.testing.assert_allclose(table["estimate"], sas["s"], atol=0.51e-5)
    np.testing.assert_allclose(table["std_error"], sas["se"], atol=0.51e-5)


def test_four_causes_with_ties_as_statas_stcompet_gives_them() -> None:
    """Stata ``stcompet``, as recorded in statsmodels' ``test_incidence`` to 8 decimals: incidence and standard error.

    R's cmprsk has the same incidence, but Aalen's variance, which differs with ties.
    """
    time = [1, 1, 2, 4, 4, 4, 6, 6, 7, 8, 9, 9, 9, 1, 2, 2, 4, 4]
    cause = [1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    frame = pd.DataFrame({"t": time, "s": [CAUSES[value] for value in cause]})
    curves = cumulative_incidence(frame, duration="t", event="s")
    assert isinstance(curves, DurationCurves)
    expected = {
        "werk": {1: (0.11111111, 0.07407407), 2: (0.17037037, 0.08976251), 9: (0.17037037, 0.08976251)},
        "relatie": {4: (0.20740741, 0.10610391), 9: (0.20740741, 0.10610391)},
        "verhuizing": {6: (0.17777778, 0.11196147), 7: (0.26666667, 0.12787781), 9: (0.26666667, 0.12787781)},
    }
    for name, points in expected.items():
        for month, (value, std_error) in points.items():
            estimate = curves.at(month)[name]
            assert (estimate.value, estimate.std_error) == pytest.approx((value, std_error), abs=0.51e-8)


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    """Whole months, so all ties: 400 spells, three causes, censoring, two groups."""
    rng = np.random.default_rng(5)
    end, censored = rng.geometric(0.05, 400), rng.integers(1, 60, 400)
    cause = np.where(end <= censored, rng.choice([1, 1, 1, 2, 3], 400), 0)
    return pd.DataFrame(
        {
            "duration": np.minimum(end, censored),
            "cause": pd.Series(cause).map(CAUSES),
            "code": cause,
            "group": np.where(rng.random(400) < 0.4, "a", "b"),
        }
    )


ROLES = {"duration": "duration", "event": "cause"}


def test_incidence_is_that_of_statsmodels(register: pd.DataFrame) -> None:
    """Statsmodels CumIncidenceRight (exact with ties); lifelines' Aalen–Johansen is not used: it moves ties apart."""
    theirs = CumIncidenceRight(register["duration"].to_numpy(), register["code"].to_numpy())
    table = cumulative_incidence(register, **ROLES).tidy(months=theirs.times)
    for code in (1, 2, 3):
        ours = table[table["outcome"] == CAUSES[code]]
        np.testing.assert_allclose(ours["estimate"], theirs.cinc[code - 1], rtol=1e-12)
        seen = theirs.cinc[code - 1] > 0
        np.testing.assert_allclose(ours["std_error"].to_numpy(float)[seen], theirs.cinc_se[code - 1][seen], rtol=1e-9)
        assert ours["std_error"].isna().tolist() == (~seen).tolist()


def test_survival_is_that_of_statsmodels_also_with_delayed_entry(register: pd.DataFrame) -> None:
    entry = register["duration"].clip(upper=4) - np.arange(400) % 4 - 1
    frame = register.assign(entry=entry.clip(lower=0), out=register["cause"].notna())
    for more in ({}, {"entry": "entry"}):
        start = {name: frame[column].to_numpy() for name, column in more.items()}
        theirs = SurvfuncRight(frame["duration"].to_numpy(), frame["out"].to_numpy(), **start)
        table = kaplan_meier(frame, duration="duration", event="out", **more).tidy()
        inside = theirs.surv_prob > 0
        assert table["at_risk"].tolist() == theirs.n_risk.tolist()
        np.testing.assert_allclose(table["estimate"].to_numpy(float)[inside], theirs.surv_prob[inside], rtol=1e-9)
        np.testing.assert_allclose(table["std_error"].to_numpy(float)[inside], theirs.surv_prob_se[inside], rtol=1e-9)


def test_without_censoring_the_error_is_that_of_a_share(register: pd.DataFrame) -> None:
    frame = register.assign(cause=register["cause"].fillna("relatie"))
    curves = cumulative_incidence(frame, **ROLES)
    for month in (1, 5, 12, 40):
        for name, estimate in curves.at(month).items():
            share = ((frame["cause"] == name) & (frame["duration"] <= month)).mean()
            assert estimate.value == pytest.approx(share, abs=1e-12)
            if share:
                assert estimate.std_error == pytest.approx(math.sqrt(share * (1 - share) / 400), abs=1e-12)


def test_the_causes_add_up_to_who_left(register: pd.DataFrame) -> None:
    all_causes, total = cumulative_incidence(register, **ROLES), kaplan_meier(register, **ROLES)
    for month in (1, 6, 24, 50):
        left = sum(estimate.value for estimate in all_causes.at(month).values())
        assert left == pytest.approx(1 - stayed(total, month).value, abs=1e-12)


def test_one_cause_is_kaplan_meier_turned_around(register: pd.DataFrame) -> None:
    frame = register.assign(cause=register["cause"].where(register["cause"].isna(), "weg"))
    one, total = cumulative_incidence(frame, **ROLES), kaplan_meier(frame, **ROLES)
    for month in (3, 12, 36):
        left, stay = one.at(month)["weg"], stayed(total, month)
        assert left.std_error == pytest.approx(stay.std_error, rel=1e-9)
        assert left.interval().lower == pytest.approx(1 - stay.interval().upper, abs=1e-9)
        assert left.p_value == stay.p_value == 0


def test_one_minus_kaplan_meier_of_a_cause_is_too_high(register: pd.DataFrame) -> None:
    alone = kaplan_meier(register.assign(cause=register["cause"].where(register["cause"] == "werk")), **ROLES)
    real = cumulative_incidence(register, **ROLES).at(36)["werk"]
    assert 1 - stayed(alone, 36).value > real.value + 2 * real.std_error


def test_a_weight_counts_equal_spells(register: pd.DataFrame) -> None:
    counted = register.groupby(["duration", "cause", "group"], dropna=False).size().rename("n").reset_index()
    for curve in (kaplan_meier, cumulative_incidence):
        left, right = (
            curve(frame, **ROLES, by="group", **more).tidy()
            for frame, more in ((register, {}), (counted, {"weights": "n"}))
        )
        pd.testing.assert_frame_equal(left, right)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_order_does_not_matter_and_the_frame_stays(register: pd.DataFrame, seed: int) -> None:
    shuffled = register.sample(frac=1, random_state=seed)
    before = shuffled.copy()
    left, right = (cumulative_incidence(frame, **ROLES, by="group").tidy() for frame in (register, shuffled))
    pd.testing.assert_frame_equal(left, right)
    pd.testing.assert_frame_equal(shuffled, before)


def test_a_stretch_of_a_spell_with_its_entry_changes_nothing(register: pd.DataFrame) -> None:
    """Cut each spell that lasts longer at month 7: at risk up to 7, then from 7."""
    frame = register.assign(entry=0)
    long = frame["duration"] > 7
    parts = [frame[~long], frame[long].assign(duration=7, cause=None), frame[long].assign(entry=7)]
    whole = cumulative_incidence(register, **ROLES).tidy().drop(columns=["n", "at_risk"])
    cut = cumulative_incidence(pd.concat(parts), **ROLES, entry="entry").tidy().drop(columns=["n", "at_risk"])
    pd.testing.assert_frame_equal(whole, cut)


def test_the_restricted_mean_is_the_area_and_without_censoring_the_mean(register: pd.DataFrame) -> None:
    curves = kaplan_meier(register, **ROLES)
    mean = curves.restricted_mean(24)
    # Whole months: the share that is there during month m is the one after month m − 1.
    area = sum(stayed(curves, month).value if month else 1.0 for month in range(24))
    assert isinstance(mean, Estimate)
    assert mean.value == pytest.approx(area, abs=1e-9)
    complete = register.assign(cause="weg")
    mean = kaplan_meier(complete, **ROLES).restricted_mean(24)
    cut = complete["duration"].clip(upper=24)
    assert mean.value == pytest.approx(cut.mean(), abs=1e-9)
    assert mean.std_error == pytest.approx(cut.std(ddof=0) / 20, rel=1e-9)


def test_the_difference_between_groups(register: pd.DataFrame) -> None:
    curves = cumulative_incidence(register, **ROLES, by="group")
    one, other = (curves.at(12, group=group)["werk"] for group in "ab")
    difference = curves.difference(12, "werk", group="a", reference="b")
    assert difference.value == one.value - other.value
    assert difference.std_error == math.hypot(one.std_error, other.std_error)
    assert difference.null == 0
    turned = curves.difference(12, "werk", group="b", reference="a")
    assert turned.p_value == pytest.approx(difference.p_value)


# What no curve can tell.


def spells(*rows: tuple[float, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["duration", "cause"]).astype({"cause": object})


def test_nobody_left() -> None:
    frame = spells((5, None), (7, None), (9, None))
    result = cumulative_incidence(frame, **ROLES)
    assert isinstance(result, NotEstimated)
    assert result.code == "no_events"
    curves = kaplan_meier(frame, **ROLES)
    estimate = stayed(curves, 6)
    # Two are followed through month 6: Clopper–Pearson for 2 of 2 is [0.1581, 1] (0.025^(1/2)).
    assert (estimate.value, estimate.std_error) == (1.0, None)
    assert (estimate.interval().lower, estimate.interval().upper) == pytest.approx((0.025**0.5, 1.0))
    assert curves.restricted_mean(5).code == "no_events"
    assert curves.at(10)[STAYED].code == "outside_data"
    assert curves.tidy().empty
    reasons = curves.tidy(months=[6, 10])["reason"]
    assert reasons.isna().tolist() == [True, False]
    assert reasons[1] == "nobody is followed beyond month 9"


def test_one_person() -> None:
    left = kaplan_meier(spells((5, "werk")), **ROLES)
    assert stayed(left, 4).interval().lower == pytest.approx(0.025)
    assert left.at(5)[STAYED].code == left.at(99)[STAYED].code == "too_small"
    assert cumulative_incidence(spells((5, "werk")), **ROLES).at(5)["werk"].code == "too_small"


def test_after_the_last_exit_the_shares_per_cause_stay() -> None:
    curves = cumulative_incidence(spells((1, "werk"), (2, "relatie"), (2, "werk"), (3, "werk")), **ROLES)
    assert curves.at(99)["werk"].value == pytest.approx(0.75)
    assert curves.at(99)["relatie"].value == pytest.approx(0.25)


def test_an_empty_risk_set_ends_the_curve() -> None:
    """The only one at risk leaves at 2 before others come in at 3: a share of zero there would be an accident."""
    frame = pd.DataFrame({"duration": [2, 9, 9], "cause": ["werk", "werk", None], "entry": [0, 3, 3]})
    curves = cumulative_incidence(frame, **ROLES, entry="entry")
    assert curves.at(1)["werk"].value == 0
    assert {curves.at(month)["werk"].code for month in (2, 5, 9)} == {"no_risk_set"}
    gap = kaplan_meier(frame.assign(cause=[None, "werk", None]), **ROLES, entry="entry")
    assert gap.at(5)[STAYED].code == "outside_data"


def test_before_the_first_entry_nothing_is_known() -> None:
    frame = pd.DataFrame({"duration": [8, 9, 9], "cause": ["werk", "werk", None], "entry": [6, 6, 7]})
    curves = kaplan_meier(frame, **ROLES, entry="entry")
    assert curves.at(5)[STAYED].code == "outside_data"
    assert stayed(curves, 8).value == pytest.approx(2 / 3)


def test_a_group_in_which_nobody_left_yet_has_no_difference() -> None:
    frame = pd.concat([spells((1, "werk"), (5, None)).assign(g="a"), spells((5, None), (5, None)).assign(g="b")])
    curves = kaplan_meier(frame, **ROLES, by="g")
    assert curves.difference(3, group="a", reference="b").code == "no_events"
    assert curves.difference(9, group="a", reference="b").code == "outside_data"


@pytest.mark.parametrize(
    ("change", "more", "message"),
    [
        ({"duration": [1, np.nan]}, {}, "1 waarden ontbreken"),
        ({"duration": [1, -1]}, {}, "een duur onder nul"),
        ({"entry": [0, 5]}, {"entry": "entry"}, "niet na het instapmoment"),
        ({"entry": [-2, 0]}, {"entry": "entry"}, "instapmoment onder nul"),
        ({"w": [1, 0.5]}, {"weights": "w"}, "gewicht dat geen aantal is"),
        ({"g": ["a", None]}, {"by": "g"}, "In 1 rijen ontbreekt 'g'"),
        ({"cause": [1, 2]}, {}, "bevat getallen|iets anders dan 0 en 1"),
        ({}, {"by": "weg"}, "Kolom ontbreekt: weg"),
    ],
)
@pytest.mark.parametrize("curve", [kaplan_meier, cumulative_incidence])
def test_refusals(curve, change: dict[str, list[object]], more: dict[str, str], message: str) -> None:
    frame = pd.DataFrame({"duration": [3, 4], "cause": ["werk", None]} | change)
    with pytest.raises(EstimationError, match=message):
        curve(frame, **ROLES, **more)


def test_no_spells_at_all_are_refused() -> None:
    with pytest.raises(EstimationError, match="geen kromme"):
        kaplan_meier(spells(), **ROLES)


def test_questions_that_make_no_sense_are_refused(register: pd.DataFrame) -> None:
    curves = cumulative_incidence(register, **ROLES, by="group")
    for question, message in (
        (lambda: curves.at(3), "Onbekende groep 'None'"),
        (lambda: curves.at(-1, group="a"), "Maand -1 bestaat niet"),
        (lambda: curves.at(math.nan, group="a"), "Maand nan bestaat niet"),
        (lambda: curves.difference(3, "aow", group="a", reference="b"), "Onbekende uitkomst 'aow'"),
        (lambda: curves.plot("aow"), "Onbekende uitkomst 'aow'"),
    ):
        with pytest.raises(EstimationError, match=message):
            question()


def test_pictures_and_tables(register: pd.DataFrame) -> None:
    curves = cumulative_incidence(register, **ROLES, by="group")
    assert len(curves.plot("werk").lines) == 2
    assert len(curves.plot().lines) == 6
    table = curves.tidy(0.9, months=[12, 24])
    assert len(table) == 2 * 2 * 3
    assert table["conf_level"].unique().tolist() == [0.9]
    assert "Aalen" in curves._repr_html_()
    line = kaplan_meier(register, **ROLES).plot().lines[0]
    assert (line.get_xdata()[0], line.get_ydata()[0]) == (0, 1)
