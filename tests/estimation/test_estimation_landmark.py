"""Treated now against not yet treated: what it equals, what it refuses, and that it has no immortal time."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluatie.errors import EstimationError
from evaluatie.estimation import AttResult, LandmarkResult, NotEstimated, aipw_att, landmark_att
from evaluatie.estimation.simulate.selection import simulate_person_months, true_landmark_effect

ROLES = {"person": "persoon", "month": "maand", "treated": "traject", "covariates": ["leeftijd", "opleiding"]}
EXIT = {**ROLES, "exit": "uitstroom"}
Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture(scope="module")
def months() -> pd.DataFrame:
    return simulate_person_months(1500, seed=2)


def _fit(frame: pd.DataFrame | str, **options: object) -> LandmarkResult:
    result = landmark_att(frame, **{**EXIT, "horizons": [6], **options})
    assert isinstance(result, LandmarkResult), result
    return result


def _at(frame: pd.DataFrame, t: int, h: int) -> pd.DataFrame:
    """One landmark by hand: who is there at t and untreated before; whether she left by t + h."""
    people = frame.groupby("persoon").agg(start=("traject", lambda flags: (flags == 0).sum()), laatste=("maand", "max"))
    left = frame[frame["uitstroom"] == 1].set_index("persoon")["maand"]
    people["weg"] = left.reindex(people.index)
    rows = frame[frame["maand"] == t].join(people, on="persoon")
    rows = rows[rows["start"] >= t]
    return rows.assign(y=(rows["weg"] <= t + h).astype(float), d=(rows["start"] == t).astype(int))


def test_one_landmark_without_censoring_is_aipw(months: pd.DataFrame) -> None:
    frame = simulate_person_months(1500, censored=False, seed=2)
    by_hand = aipw_att(_at(frame, 3, 6), outcome="y", treated="d", covariates=ROLES["covariates"])
    assert isinstance(by_hand, AttResult)
    result = _fit(frame, landmarks=[3])
    assert result.estimate.value == pytest.approx(by_hand.estimate.value, rel=1e-9)
    row = result.by_landmark.iloc[0]
    assert row["std_error"] == pytest.approx(by_hand.estimate.std_error, rel=1e-9)
    people = int(row["treated"] + row["untreated"])
    factor = math.sqrt(people / (people - 1))
    assert result.estimate.std_error == pytest.approx(by_hand.estimate.std_error * factor, rel=1e-9)
    assert (row["observed"], result.estimate.n, result.estimate.dof) == (1.0, people, people - 1)


def test_the_pool_is_the_mean_over_starters_and_a_person_counts_once() -> None:
    frame = simulate_person_months(1500, censored=False, seed=2)
    result = _fit(frame, horizons=[0, 6], landmarks=[2, 3, 4])
    table = result.by_landmark[result.by_landmark["horizon"] == 6]
    assert result.estimate.value == pytest.approx(np.average(table["estimate"], weights=table["treated"]))
    alone = math.sqrt(
        np.average(table["std_error"] ** 2, weights=table["treated"] ** 2) * (table["treated"] ** 2).sum()
    )
    # Persons who return in the next landmark as untreated make the pooled error differ from that of separate samples.
    assert result.estimate.std_error != pytest.approx(alone / table["treated"].sum(), rel=1e-3)
    assert result.estimate.dof == _people(frame, [2, 3, 4]) - 1
    assert list(result.curve()["horizon"]) == [0, 6]


def _people(frame: pd.DataFrame, landmarks: list[int]) -> int:
    return pd.concat([_at(frame, t, 0)["persoon"] for t in landmarks]).nunique()


def test_weights_for_censoring_by_pencil() -> None:
    """Twenty treated and twenty untreated start together. By group: one of four leaves in month 0, one of four is last
    seen in month 0, the rest stay. After month 0 three of four are still there and a third of these is lost, so those
    who stay weigh 1,5, and those who left 1: left by month 2 = 5·1 / (5·1 + 10·1,5) = 0,25, as before censoring.
    """
    rows = []
    for person in range(40):
        kind = person % 4
        last = 0 if kind in (0, 1) else 4
        start = 0 if person < 20 else 99
        rows += [(person, m, int(m >= start), int(kind == 0 and m == 0), person % 3) for m in range(last + 1)]
    frame = pd.DataFrame(rows, columns=["persoon", "maand", "traject", "uitstroom", "x"])
    result = _fit(frame, covariates=[], horizons=[0, 2])
    assert result.by_landmark["observed"].tolist() == [1.0, 0.75]
    assert [estimate.value for estimate in result.estimates.values()] == pytest.approx([0, 0], abs=1e-12)
    # When five more untreated leave in month 0 and none is lost: 10 of 20 against 25 per cent.
    changed = frame.assign(
        uitstroom=np.where((frame["persoon"] >= 20) & (frame["persoon"] % 4 == 1), 1, frame["uitstroom"])
    )
    assert _fit(changed, covariates=[], horizons=[2]).estimate.value == pytest.approx(0.25 - 0.5)


def test_a_value_later_is_read_from_the_row_of_that_month(months: pd.DataFrame) -> None:
    """The event as a value: rows after leaving, not at risk, hold 1 from leaving on."""
    frame = simulate_person_months(1500, censored=False, seed=2)
    grid = pd.MultiIndex.from_product([range(1500), range(36)], names=["persoon", "maand"])
    full = frame.set_index(["persoon", "maand"]).reindex(grid)
    present = full["uitstroom"].notna()
    full = full.groupby("persoon").ffill().reset_index()
    full = full.assign(aanwezig=present.to_numpy().astype(int), weg=full.groupby("persoon")["uitstroom"].cummax())
    options = {"landmarks": range(6), "horizons": [0, 6]}
    value = landmark_att(full, **ROLES, outcome="weg", at_risk="aanwezig", **options)
    event = _fit(frame, **options)
    assert isinstance(value, LandmarkResult)
    pd.testing.assert_frame_equal(value.tidy().drop(columns="unit"), event.tidy().drop(columns="unit"))
    # A value that is missing for a random half counts double for the other half, by group.
    kept = full[(full["maand"] < 6) | (full["persoon"] % 2 == 0)]
    half = landmark_att(kept, **ROLES, outcome="weg", at_risk="aanwezig", landmarks=[0], horizons=[8])
    assert isinstance(half, LandmarkResult)
    assert half.by_landmark["observed"].iloc[0] == pytest.approx(0.5)


def test_ever_against_never_has_immortal_time_and_the_landmark_has_not() -> None:
    """Nothing happens by starting (log odds 0). Starters stayed long enough to start, so they seem to leave later."""
    frame = simulate_person_months(6000, log_odds=0.0, censored=False, seed=12)
    people = frame.groupby("persoon").agg(ooit=("traject", "max"), weg=("uitstroom", "max"), duur=("maand", "max"))
    left = (people["weg"] == 1) & (people["duur"] <= 12)
    naive = left[people["ooit"] == 1].mean() - left[people["ooit"] == 0].mean()
    assert naive < -0.2
    estimate = _fit(frame, horizons=[12], landmarks=range(18)).estimate
    assert estimate.interval().contains(0.0)
    assert abs(estimate.value) < 0.03


def test_a_planted_effect_is_found() -> None:
    frame = simulate_person_months(4000, log_odds=0.8, seed=3)
    result = _fit(frame, horizons=[0, 6, 12], landmarks=range(15))
    for horizon, estimate in result.estimates.items():
        assert estimate.interval(0.99).contains(true_landmark_effect(frame, horizon, log_odds=0.8))
    assert result.estimate.interval().lower > 0
    assert result.balance()["smd_after"].abs().max() < 0.02 < 0.2 < result.balance()["smd_before"].abs().max()
    assert result.overlap().share_outside < 0.02
    assert 0.8 < result.share_covered <= 1


def test_labels_order_and_what_happens_after_the_start_change_nothing(months: pd.DataFrame, tmp_path: Path) -> None:
    result = _fit(months, horizons=[0, 6], landmarks=range(6))
    changed = months.sample(frac=1, random_state=3).assign(
        persoon=lambda frame: "p" + (frame["persoon"] * 7919 % 100_003).astype(str),
        leeftijd=lambda f: f["leeftijd"] * 12,
    )
    first = months[months["traject"] == 1].groupby("persoon")["maand"].transform("min")
    stopped = changed.assign(
        traject=(first == months["maand"].reindex(first.index)).astype(int).reindex(changed.index, fill_value=0)
    )
    before = stopped.copy()
    again = _fit(stopped, horizons=[0, 6], landmarks=range(6))
    assert result.tidy().drop(columns="unit").to_numpy()[:, 1:8].astype(float) == pytest.approx(
        again.tidy().drop(columns="unit").to_numpy()[:, 1:8].astype(float), rel=1e-6
    )
    pd.testing.assert_frame_equal(stopped, before)
    months.to_parquet(tmp_path / "maanden.parquet")
    pd.testing.assert_frame_equal(_fit(str(tmp_path), horizons=[0, 6], landmarks=range(6)).tidy(), result.tidy())


def test_landmarks_that_cannot_be_used_are_named_and_counted(months: pd.DataFrame) -> None:
    result = _fit(months, horizons=[2, 6])
    assert not result.left_out.empty
    assert (result.left_out["treated"] > 0).all()
    assert set(result.left_out["landmark"]).isdisjoint(result.by_landmark["landmark"])
    starters = int((months.groupby("persoon")["traject"].max() == 1).sum())
    used = int(result.rows["treated"].sum())
    assert used + result.left_out["treated"].sum() == starters
    assert result.share_covered == pytest.approx(used / starters)
    assert result.left_out["reason"].str.len().min() > 0


def test_covariates_that_are_constant_in_one_month_are_left_out_there_only(months: pd.DataFrame) -> None:
    frame = months.assign(nieuw=np.where(months["maand"] == 2, 0.0, months["persoon"] % 2))
    result = _fit(frame, covariates=[*ROLES["covariates"], "nieuw"], landmarks=[1, 2])
    assert result.notes == ("month 2: nieuw is constant",)
    assert "nieuw" in set(result.balance()["covariate"])


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda f: f.assign(traject=0), "no_treated", "none of 0"),
        (lambda f: f.head(0), "no_treated", "none of 0"),
        (lambda f: f[f["persoon"] < 60], "too_small", "landmarks has 10 starters"),
        (lambda f: f.assign(traject=1), "no_control", "nobody untreated"),
    ],
)
def test_what_no_landmark_can_tell_is_not_estimated(
    months: pd.DataFrame, change: Change, code: str, words: str
) -> None:
    result = landmark_att(change(months), **EXIT, horizons=[3])
    assert isinstance(result, NotEstimated)
    assert result.code == code
    assert words in result.reason


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.assign(maand=f["maand"] + 0.5), "geen hele maanden vanaf 0"),
        (lambda f: f.assign(maand=f["maand"] - 1), "geen hele maanden vanaf 0"),
        (lambda f: pd.concat([f, f.head(2)]), "2 maanden komen bij een persoon dubbel voor"),
        (lambda f: f[f["maand"] != 3], "ontbreken er maanden"),
        (lambda f: f.assign(uitstroom=(f["maand"] == 1).astype(int)), "maanden ná het einde"),
        (lambda f: f.assign(uitstroom=2), "heeft de waarde 2"),
        (lambda f: f.assign(traject=0.5), "heeft de waarde 0.5"),
        (lambda f: f.assign(persoon=f["persoon"].where(f["persoon"] > 3)), "kolom persoon"),
        (lambda f: f.drop(columns="leeftijd"), "Kolom ontbreekt: leeftijd"),
    ],
)
def test_broken_months_are_refused_with_what_is_wrong(months: pd.DataFrame, change: Change, message: str) -> None:
    with pytest.raises(EstimationError, match=message) as error:
        landmark_att(change(months), **EXIT, horizons=[3])
    assert error.value.remedy


def test_horizons_and_outcomes_that_cannot_be_are_refused(months: pd.DataFrame) -> None:
    for options, message in (
        ({"horizons": []}, "hele maanden vanaf 0"),
        ({"horizons": [-1]}, "hele maanden vanaf 0"),
        ({"horizons": [1.5]}, "hele maanden vanaf 0"),
        ({"horizons": [3], "outcome": "leeftijd"}, "óf exit, óf outcome"),
        ({"horizons": [3], "exit": None}, "óf exit, óf outcome"),
    ):
        with pytest.raises(EstimationError, match=message):
            landmark_att(months, **{**EXIT, **options})


def test_the_result_shows_itself(months: pd.DataFrame) -> None:
    result = _fit(months, horizons=[0, 6], landmarks=range(6))
    axes = result.plot()
    assert axes.get_xlabel() == "maanden na de start"
    assert "uitstroom" in axes.get_ylabel()
    assert result._repr_html_().count("<tr") == 3
    assert result.estimate is result.estimates[6]
