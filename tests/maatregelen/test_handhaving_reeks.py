"""The break at the gate: recovered, absent without one, and refused where it cannot be known."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluatie.checks import TREND, Verdict
from evaluatie.checks.reeksen import REFERENCE, check_other_model, check_placebo_date
from evaluatie.cijfers import load_landelijk_volume
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.estimation.result import StudentInference
from evaluatie.evaluaties.handhaving_poort import Meldingen, read_meldingen
from evaluatie.evaluaties.handhaving_reeks import (
    AANDEEL,
    build_reeks,
    evaluate_poort,
    first_month,
    fit_reeks,
)
from evaluatie.evaluaties.oordeel import Bewijskracht, Oordeel
from evaluatie.quantities import Bron
from evaluatie.registratie.voorbeeld import Effecten, Voorbeeld, generate

START = dt.date(2017, 7, 1)
BRON = (Bron("proef"),)


def meldingen_of(voorbeeld: Voorbeeld) -> Meldingen:
    found = read_meldingen(voorbeeld.register)
    assert isinstance(found, Meldingen)
    return found


@pytest.fixture(scope="module")
def groot() -> Meldingen:
    return meldingen_of(generate(8000, 60, 5))


@pytest.fixture(scope="module")
def nul() -> Meldingen:
    return meldingen_of(generate(8000, 60, 6, Effecten.nul()))


def evaluate(meldingen: Meldingen, vanaf: dt.date = START) -> Any:
    return evaluate_poort(meldingen, vanaf, gemeente="Voorbeeldstad", bronnen=BRON)


def test_the_planted_break_is_recovered(groot: Meldingen) -> None:
    """Planted: 0.85 times a share of 0.75, so 11.25 points less; and 0.85 times the inflow, before who comes back."""
    share, inflow = evaluate(groot).evaluaties
    assert share.estimate.interval().contains(0.75 * (0.85 - 1))
    assert share.oordeel is Oordeel.GEVONDEN
    assert share.bewijskracht is Bewijskracht.VOOR_EN_NA
    assert inflow.estimate.interval().contains(0.85)
    assert REFERENCE in {check.name for check in inflow.checks}
    assert TREND in {check.name for check in share.checks}


def test_without_a_change_nothing_is_shown(nul: Meldingen) -> None:
    for found in evaluate(nul).evaluaties:
        assert found.oordeel is Oordeel.NIET_AANGETOOND
        assert "niet aangetoond" in found.sentence
        assert "80% kans" in found.sentence


@pytest.mark.slow
def test_without_a_change_at_least_nine_of_ten_draws_say_so() -> None:
    said = [
        found.oordeel is Oordeel.NIET_AANGETOOND
        for seed in range(20)
        for found in evaluate(meldingen_of(generate(1500, 60, 700 + seed, Effecten.nul()))).evaluaties
    ]
    assert np.mean(said) >= 0.9


@pytest.mark.parametrize(
    ("vanaf", "words"),
    [
        (dt.date(2010, 1, 1), "beginnen pas na"),
        (dt.date(2030, 1, 1), "eindigen vóór"),
        (dt.date(2015, 6, 1), "nodig zijn 8 maanden"),
    ],
)
def test_a_day_that_does_not_fit_is_refused(nul: Meldingen, vanaf: dt.date, words: str) -> None:
    found = evaluate(nul, vanaf)
    for evaluatie in found.evaluaties:
        assert evaluatie.oordeel is Oordeel.NIET_TE_SCHATTEN
        assert words in evaluatie.sentence
    assert not found.lijnen


def test_a_month_without_meldingen_is_refused(nul: Meldingen) -> None:
    rows = nul.rijen[nul.rijen["maand"] != 2016 * 12 + 3]
    found = evaluate(Meldingen(rows, nul.eerste, nul.laatste, nul.einde)).evaluaties
    assert all(isinstance(each.estimate, NotEstimated) for each in found)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2017-07-01", ("2017-07", 0)), ("2017-07-02", ("2017-08", 1)), ("2017-12-31", ("2018-01", 1))],
)
def test_a_month_that_was_mixed_counts_for_neither_side(day: str, expected: tuple[str, int]) -> None:
    assert first_month(dt.date.fromisoformat(day)) == expected


def test_the_series_by_hand() -> None:
    """January: two meldingen, one aanvraag, granted. February: nothing. March: one, nothing."""
    rows = pd.DataFrame(
        {
            "persoon": list("abc"),
            "melding": pd.to_datetime(["2018-01-01", "2018-01-02", "2018-03-01"]),
            "maand": [24216, 24216, 24218],
            "stap": [2, 0, 0],
            "dagen": [1.0, np.nan, np.nan],
        }
    )
    frame = build_reeks(Meldingen(rows, 24216, 24218, pd.Timestamp("2018-06-01")))
    assert list(frame["maand"]) == ["2018-01", "2018-02", "2018-03"]
    assert frame["aandeel"].tolist() == pytest.approx([0.5, np.nan, 0.0], nan_ok=True)
    assert frame["toegekend"].tolist() == [1, 0, 0]
    assert frame["landelijk"].iloc[0] == load_landelijk_volume().loc["2018-01", "uitkeringen"]


def test_provisional_national_figures_are_left_out(monkeypatch: pytest.MonkeyPatch, groot: Meldingen) -> None:
    """With final figures up to December 2018 the inflow ends there; the share, which has no reference, does not."""
    early = load_landelijk_volume()
    early.loc[early.index > "2018-12", "status"] = "voorlopig"
    monkeypatch.setattr("evaluatie.evaluaties.handhaving_reeks.load_landelijk_volume", lambda: early)
    found = evaluate(groot)
    assert found.tot == "2018-12"
    assert [each.estimate.n for each in found.evaluaties] == [57, 48]
    early["status"] = "voorlopig"
    found = evaluate(groot)
    assert isinstance(found.evaluaties[1].estimate, NotEstimated)
    assert found.tot == ""


def test_the_lines_are_those_of_the_series(groot: Meldingen) -> None:
    series = fit_reeks(AANDEEL, build_reeks(groot), "2017-07", 0)
    assert not isinstance(series, NotEstimated)
    paths = series.paths()
    lines = evaluate(groot).lijnen
    quarter = paths[paths["time"].isin(["2017-07", "2017-08", "2017-09"])]
    assert lines["model.2017-K3"].value == pytest.approx(quarter["fitted"].mean())
    assert lines["zonder.2017-K3"].value == pytest.approx(quarter["counterfactual"].mean())
    assert "zonder.2017-K2" not in lines


def effect(value: float, error: float) -> Estimate:
    return Estimate(value, error, None, 60, "proef", "verschil", "share", StudentInference(value, error))


@pytest.mark.parametrize(
    ("main", "other", "verdict"),
    [
        (effect(-0.1, 0.02), effect(-0.11, 0.02), Verdict.PASSED),
        (effect(-0.1, 0.02), effect(-0.1, 0.06), Verdict.CONCERN),
        (effect(-0.1, 0.02), effect(-0.01, 0.02), Verdict.FAILED),
        (effect(-0.1, 0.02), effect(0.1, 0.02), Verdict.FAILED),
        (effect(-0.01, 0.02), effect(0.01, 0.02), Verdict.PASSED),
        (effect(-0.01, 0.02), effect(0.1, 0.02), Verdict.CONCERN),
        (effect(-0.01, 0.02), NotEstimated("te kort", "too_small"), Verdict.NOT_RUN),
    ],
)
def test_another_model(main: Estimate, other: Estimate | NotEstimated, verdict: Verdict) -> None:
    assert check_other_model("Seizoen", "Zonder seizoen", main, other, lambda e: str(e.value)).verdict is verdict


@pytest.mark.parametrize(
    ("placebo", "verdict"),
    [
        (effect(-0.1, 0.02), Verdict.FAILED),
        (effect(-0.01, 0.02), Verdict.PASSED),
        (NotEstimated("te kort", "too_small"), Verdict.NOT_RUN),
    ],
)
def test_an_earlier_day(placebo: Estimate | NotEstimated, verdict: Verdict) -> None:
    assert check_placebo_date(placebo, "2016-04", lambda e: str(e.value)).verdict is verdict
