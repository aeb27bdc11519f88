"""Sanctions and investigations: planted effects recovered, absent ones not shown, counts by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluatie.checks import Verdict
from evaluatie.checks.sancties import AFTER, OWN_MONTH, UNAFFECTED, check_after, check_own_month, check_unaffected
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.estimation.result import LogInference
from evaluatie.evaluaties.evaluatie import Evaluatie, adjust_for_multiplicity
from evaluatie.evaluaties.handhaving import (
    Handhavingsgegevens,
    evaluate_onderzoek,
    evaluate_sancties,
    read_handhaving,
)
from evaluatie.evaluaties.handhaving_telling import (
    ANDERE,
    BEKEND,
    GEEN_GEVOLG,
    GEVOLG,
    GEVOLGD,
    HUISBEZOEK,
    NA_VERLAGING,
    ONBEKEND,
    ONDERZOEK,
    OVERIG,
    TERUG,
    UITGESTROOMD,
    ZONDER,
    Uitgaven,
    count_keerzijde,
    count_maatregelen,
    count_onderzoeken,
    list_bedragen,
    list_uitgaven,
)
from evaluatie.evaluaties.oordeel import Bewijskracht, Oordeel
from evaluatie.panel import Dekking
from evaluatie.quantities import Bron, Maand
from evaluatie.registratie.contract import Register
from evaluatie.registratie.voorbeeld import Effecten, generate

BRON = (Bron("proef"),)


def read(register: Register) -> Handhavingsgegevens:
    found = read_handhaving(register, "Voorbeeldstad", BRON)
    assert isinstance(found, Handhavingsgegevens)
    return found


def evaluate(register: Register) -> dict[str, Evaluatie]:
    gegevens = read(register)
    found = adjust_for_multiplicity([*evaluate_sancties(gegevens), evaluate_onderzoek(gegevens)])
    return {evaluatie.id: evaluatie for evaluatie in found}


@pytest.fixture(scope="module")
def groot() -> dict[str, Evaluatie]:
    """Selection on registered traits only: then the registers are enough."""
    return evaluate(generate(12_000, 60, 5, Effecten(selectie_aanleg=0.0)).register)


@pytest.mark.parametrize(
    ("name", "planted"), [("verlaging.werk", 1.8), ("verlaging.anders", 1.4), ("onderzoek.handhaving", 6.0)]
)
def test_planted_effects_are_recovered(groot: dict[str, Evaluatie], name: str, planted: float) -> None:
    estimate = groot[name].estimate
    assert isinstance(estimate, Estimate)
    assert estimate.interval().contains(planted)
    assert groot[name].bewijskracht is Bewijskracht.VOOR_EN_NA


def test_a_side_effect_that_something_unknown_could_explain_is_not_called_shown(groot: dict[str, Evaluatie]) -> None:
    assert groot["verlaging.werk"].oordeel is Oordeel.GEVONDEN
    side = groot["verlaging.anders"]
    assert isinstance(side.estimate, Estimate)
    assert side.estimate.interval().lower > 1  # against what was meant, and not by chance
    assert side.oordeel is Oordeel.NIET_AANGETOOND
    assert "iets wat niet in de gegevens staat" in side.sentence
    assert "motivatie of ander beleid" in groot["verlaging.werk"].sentence


def test_checks_of_a_verlaging_are_run(groot: dict[str, Evaluatie]) -> None:
    verdicts = {check.name: check.verdict for check in groot["verlaging.werk"].checks}
    assert {OWN_MONTH, AFTER, UNAFFECTED} <= set(verdicts)
    assert verdicts[OWN_MONTH] is Verdict.PASSED
    assert verdicts[UNAFFECTED] is Verdict.PASSED


def test_couples_are_left_out_of_the_onderzoek() -> None:
    register = generate(1500, 48, 4).register
    gegevens = read(register)
    found = evaluate_onderzoek(gegevens)
    alone = gegevens.maanden[(gegevens.maanden["leefvorm"] != "paar").to_numpy(dtype=bool)]
    assert found.steun is not None
    assert found.steun.personen_behandeld == alone.loc[alone["onderzocht"] == 1, "persoon"].nunique()
    everybody = {**register, "uitkeringen": register["uitkeringen"].assign(leefvorm="paar")}
    assert evaluate_onderzoek(read(everybody)).oordeel is Oordeel.NIET_TE_SCHATTEN


@pytest.mark.slow
def test_selection_on_what_no_register_knows_hides_part_of_a_sanction() -> None:
    """Who finds work less easily gets a verlaging more often; the page says that this cannot be reckoned away."""
    found = [evaluate(generate(12_000, 60, 40 + seed).register)["verlaging.werk"].estimate for seed in range(3)]
    mean = np.mean([np.log(estimate.value) for estimate in found if isinstance(estimate, Estimate)])
    assert np.log(1.4) < mean < np.log(1.8)


@pytest.mark.slow
def test_without_effects_at_least_nine_of_ten_draws_say_so() -> None:
    said = [
        found.oordeel in (Oordeel.NIET_AANGETOOND, Oordeel.NIET_TE_SCHATTEN)
        for seed in range(10)
        for found in evaluate(generate(1500, 60, 900 + seed, Effecten.nul()).register).values()
    ]
    assert np.mean(said) >= 0.9


def test_without_an_effect_the_sentence_says_so() -> None:
    for found in evaluate(generate(3000, 60, 6, Effecten.nul()).register).values():
        assert found.oordeel is Oordeel.NIET_AANGETOOND
        assert "niet aangetoond" in found.sentence


@pytest.mark.parametrize(
    ("missing", "word"), [(["handhaving"], "handhaving"), (["uitkeringen", "handhaving"], "uitkeringen")]
)
def test_what_is_missing_is_named(missing: list[str], word: str) -> None:
    register = {name: frame for name, frame in generate(100, 24, 1).register.items() if name not in missing}
    found = read_handhaving(register, "Voorbeeldstad", BRON)
    assert isinstance(found, NotEstimated)
    assert word in found.reason


def test_without_a_single_verlaging_there_is_nothing_to_estimate() -> None:
    register = generate(400, 36, 2).register
    events = register["handhaving"]
    register = {**register, "handhaving": events[(events["soort_gebeurtenis"] != "verlaging").to_numpy()]}
    for found in evaluate_sancties(read(register)):
        assert found.oordeel is Oordeel.NIET_TE_SCHATTEN
        assert not found.checks


def test_months_before_handhaving_was_registered_do_not_count() -> None:
    """What happened before the first row is unknown, not absent."""
    register = generate(400, 36, 2).register
    late = register["handhaving"][(register["handhaving"]["datum"] >= "2016-03-15").to_numpy()]
    gegevens = read({**register, "handhaving": late})
    assert gegevens.maanden["maand"].min() == 2016 * 12 + 2


Gebeurtenis = tuple[str, str, str, str | None, str | None, float | None]


def make_handhaving(rijen: list[Gebeurtenis]) -> pd.DataFrame:
    """Return a register of persoon, soort, datum, aanleiding, uitkomst and bedrag."""
    names = ["persoon_id", "soort_gebeurtenis", "datum", "aanleiding", "uitkomst", "bedrag"]
    frame = pd.DataFrame(rijen, columns=names)
    frame["datum"] = pd.to_datetime(frame["datum"]).astype("datetime64[s]")
    for name in ("soort_gebeurtenis", "uitkomst"):
        frame[name] = frame[name].astype("category")
    return frame.astype({"persoon_id": "string", "aanleiding": "string", "bedrag": "float64"})


RIJEN: list[Gebeurtenis] = [
    ("a", "onderzoek", "2018-01-01", "Tip", "geen", None),
    ("a", "onderzoek", "2018-05-01", "Tip", "terug", None),  # the same person and year: counts once, with this
    ("a", "onderzoek", "2019-05-01", None, "aangepast", None),
    ("b", "onderzoek", "2018-05-01", "Signaal", "geen", None),
    ("c", "onderzoek", "2018-05-01", "Signaal", None, None),  # no outcome recorded
    ("b", "huisbezoek", "2018-05-02", "Signaal", "beeindigd", None),
    ("a", "terugvordering", "2018-06-01", None, None, 500.0),
    ("a", "terugvordering", "2018-07-01", None, None, 250.0),
    ("b", "boete", "2019-07-01", None, None, None),
]


def test_investigated_persons_by_hand() -> None:
    counts = count_onderzoeken(make_handhaving(RIJEN)).counts
    assert counts[ONDERZOEK, "2018", BEKEND] == 2  # a and b; of c no outcome is known
    assert counts[ONDERZOEK, "2018", GEVOLG] == 1
    assert counts[ONDERZOEK, "2018", GEEN_GEVOLG] == 1
    assert counts[ONDERZOEK, "2019", BEKEND] == 1
    assert counts[HUISBEZOEK, "2018", GEVOLG] == 1
    assert counts[HUISBEZOEK, "2019", BEKEND] == 0
    # Fewer than ten persons each, so no aanleiding is named, not even "unknown".
    assert counts["aanleiding", OVERIG, BEKEND] == 2
    assert ("aanleiding", ONBEKEND, BEKEND) not in counts
    assert {name: counts["zwaarste gevolg", name] for name in ("geen", "terug", "aangepast", "beeindigd")} == {
        "geen": 1,
        "terug": 1,
        "aangepast": 0,
        "beeindigd": 0,
    }


def test_an_aanleiding_of_ten_persons_is_named() -> None:
    rows: list[Gebeurtenis] = [(f"p{n}", "onderzoek", "2018-01-01", "Tip", "geen", None) for n in range(10)]
    assert count_onderzoeken(make_handhaving(rows)).counts["aanleiding", "Tip", BEKEND] == 10
    assert ("aanleiding", "Tip", BEKEND) not in count_onderzoeken(make_handhaving(rows[:9])).counts


def test_sanctions_and_amounts_by_hand() -> None:
    events = make_handhaving(RIJEN)
    counts = count_maatregelen(events).counts
    assert counts["terugvordering", "2018"] == 1
    assert counts["terugvordering", "2019"] == 0
    assert counts["boete", "2019"] == 1
    assert list_bedragen(events, "terugvordering")["bedrag"].sum() == 750
    assert list_bedragen(events, "boete").empty  # no amount recorded: nothing, not zero


def test_only_events_without_an_outcome() -> None:
    counts = count_onderzoeken(make_handhaving([("a", "waarschuwing", "2018-01-01", None, None, None)])).counts
    assert not any(counts.values())


def make_gegevens(rijen: list[tuple[int, int, str, int, int, float]]) -> Handhavingsgegevens:
    names = ["persoon", "maand", "reden", "terug_na", "gevolgd", "sanctie"]
    exits = pd.DataFrame(rijen, columns=names)
    dekking = Dekking(Maand(2015, 1), Maand(2019, 12), {})
    return Handhavingsgegevens("Voorbeeldstad", pd.DataFrame(), exits, pd.DataFrame(), dekking, BRON)


def test_the_other_side_by_hand() -> None:
    """Person 1 leaves twice after a verlaging: the first exit counts, and the first one that could be followed."""
    counts = count_keerzijde(
        make_gegevens(
            [
                (1, 10, "anders", 12, 40, 1.0),  # no income known, back in the twelfth month
                (1, 30, "werk", -1, 20, 1.0),
                (2, 10, "handhaving", 13, 40, 1.0),  # no income known, back too late
                (3, 45, "werk", -1, 5, 1.0),  # could not be followed for a year
                (4, 10, "werk", 0, 40, 0.0),  # back in the month itself
            ]
        )
    ).counts
    assert (counts[NA_VERLAGING, UITGESTROOMD], counts[NA_VERLAGING, ZONDER]) == (3, 2)
    assert (counts[NA_VERLAGING, GEVOLGD], counts[NA_VERLAGING, TERUG]) == (2, 1)
    assert (counts[ANDERE, UITGESTROOMD], counts[ANDERE, ZONDER], counts[ANDERE, TERUG]) == (1, 0, 1)


def test_an_exit_in_the_window_of_a_verlaging_is_after_one() -> None:
    """Every exit of the panel has the flag of its own last month."""
    gegevens = read(generate(800, 48, 4).register)
    last = gegevens.maanden[gegevens.maanden["uitstroom"]]
    assert len(gegevens.uitstroom) == len(last)
    assert gegevens.uitstroom["sanctie"].sum() == last["sinds_verlaging"].between(0, 2).sum()


def test_spending_only_of_years_that_are_wholly_registered() -> None:
    financien = pd.DataFrame(
        {
            "jaar": pd.array([2015, 2016, 2017, 2016], dtype="Int64"),
            "post": pd.Categorical(["handhaving", "handhaving", "handhaving", "lasten"]),
            "bedrag": [100.0, 200.0, 300.0, 400.0],
        }
    )
    dekking = Dekking(Maand(2015, 1), Maand(2017, 6), {"handhaving": Maand(2015, 2)})
    assert list_uitgaven({"financien": financien}, dekking) == [Uitgaven(2016, 200.0)]
    assert list_uitgaven({}, dekking) == []


def ratio(value: float, error: float) -> Estimate:
    inference = LogInference(float(np.log(value)), error)
    return Estimate(value, value * error, None, 100, "proef", "ratio", "ratio", inference, null=1.0)


NIETS = NotEstimated("te weinig", "too_small")


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (check_own_month(ratio(1.8, 0.1), ratio(1.7, 0.1)), Verdict.PASSED),
        (check_own_month(ratio(1.8, 0.1), ratio(1.4, 0.3)), Verdict.CONCERN),
        (check_own_month(ratio(1.8, 0.1), ratio(1.0, 0.1)), Verdict.FAILED),
        (check_own_month(ratio(1.8, 0.1), ratio(0.6, 0.1)), Verdict.FAILED),
        (check_own_month(ratio(1.8, 0.1), NIETS), Verdict.NOT_RUN),
        (check_after(ratio(0.8, 0.05)), Verdict.CONCERN),
        (check_after(ratio(0.95, 0.1)), Verdict.PASSED),
        (check_after(NIETS), Verdict.NOT_RUN),
        (check_unaffected(ratio(1.5, 0.1)), Verdict.FAILED),
        (check_unaffected(ratio(1.1, 0.2)), Verdict.PASSED),
        (check_unaffected(NIETS), Verdict.NOT_RUN),
    ],
)
def test_every_verdict(found: Any, verdict: Verdict) -> None:
    assert found.verdict is verdict
    assert found.statement.endswith(".")
