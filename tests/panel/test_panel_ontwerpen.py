"""Every design, scale and verdict: how strong the evidence is, and which words may be used."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from evaluatie.checks import BEFORE, COMPARABLE, INSTRUMENT, LOTTERY, TREND, CheckResult, Verdict
from evaluatie.errors import EstimationError
from evaluatie.estimation import Estimate, Interval, NotEstimated
from evaluatie.estimation.result import LogInference, StudentInference
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.oordeel import Bewijskracht, Ontwerp, Oordeel, rate_design
from evaluatie.evaluaties.schaal import AANTAL, EURO, MAANDEN, PUNTEN, VERHOUDING, Schaal

UNSEEN = "Dat betekent niet dat er geen effect is: pas "
RESERVE = "Wat niet in de gegevens staat, zoals motivatie of ander beleid, kan het verschil ook verklaren."


def make(estimate: Estimate | NotEstimated, **changes: Any) -> Evaluatie:
    fields: dict[str, Any] = {
        "id": "x",
        "gemeente": "Voorbeeldstad",
        "maatregel_id": "training",
        "maatregel": "Een training",
        "uitkomst": "uitstroom naar werk",
        "populatie": "",
        "venster": "",
        "vergelijking": "",
        "verwachting": "stijging",
        "estimate": estimate,
        "checks": (),
        "detectable": None,
        "aannames": (),
        "bronnen": (),
    }
    return Evaluatie(**{**fields, **changes})


def difference(value: float, std_error: float) -> Estimate:
    return Estimate(value, std_error, None, 10, "m", "e", "u", StudentInference(value, std_error))


def ratio(value: float, std_error: float) -> Estimate:
    inference = LogInference(math.log(value), std_error)
    return Estimate(value, value * std_error, None, 10, "m", "e", "ratio", inference, null=1.0)


NEEDED = {
    Ontwerp.LOTING: ((LOTTERY,), 5, 3),
    Ontwerp.INSTRUMENT: ((INSTRUMENT,), 4, 2),
    Ontwerp.VERSCHIL_IN_VERSCHILLEN: ((TREND,), 3, 2),
    Ontwerp.SYNTHETISCHE_CONTROLE: ((TREND,), 3, 2),
    Ontwerp.REEKS_MET_VERGELIJKING: ((TREND,), 3, 2),
    Ontwerp.VERGELIJKBARE_PERSONEN: ((COMPARABLE, BEFORE), 3, 2),
    Ontwerp.REEKS: ((), 2, 2),
    Ontwerp.DUURMODEL: ((), 2, 2),
    Ontwerp.SAMENHANG: ((), 1, 1),
}


@pytest.mark.parametrize("ontwerp", list(Ontwerp))
@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_design_reaches_its_level_only_when_the_check_it_needs_was_run_and_held(
    ontwerp: Ontwerp, verdict: Verdict
) -> None:
    needed, level, otherwise = NEEDED[ontwerp]
    held = verdict in (Verdict.PASSED, Verdict.CONCERN)
    for place in range(len(needed)):  # each of them in turn, the others having held
        checks = [CheckResult(n, verdict if i == place else Verdict.PASSED, "") for i, n in enumerate(needed)]
        assert rate_design(ontwerp, checks) == (level if held else otherwise)
    assert rate_design(ontwerp, []) == otherwise
    assert rate_design(ontwerp, [CheckResult("Iets anders", Verdict.PASSED, "")]) == otherwise


def test_no_design_but_a_lottery_reaches_five() -> None:
    everything = [CheckResult(name, Verdict.PASSED, "") for name in (TREND, COMPARABLE, BEFORE, INSTRUMENT, LOTTERY)]
    reached = {ontwerp: rate_design(ontwerp, everything) for ontwerp in Ontwerp}
    assert [o for o, level in reached.items() if level is Bewijskracht.GELOOT] == [Ontwerp.LOTING]


@pytest.mark.parametrize("ontwerp", list(Ontwerp))
@pytest.mark.parametrize(
    ("estimate", "oordeel"),
    [
        (difference(0.04, 0.01), Oordeel.GEVONDEN),
        (difference(-0.04, 0.01), Oordeel.TEGENGESTELD),
        (difference(0.01, 0.01), Oordeel.NIET_AANGETOOND),
        (NotEstimated("er zijn te weinig personen", "too_small"), Oordeel.NIET_TE_SCHATTEN),
    ],
)
def test_every_branch_of_every_design_has_a_sentence_that_says_no_more_than_its_verdict(
    ontwerp: Ontwerp, estimate: Estimate | NotEstimated, oordeel: Oordeel
) -> None:
    evaluatie = make(estimate, ontwerp=ontwerp, detectable=0.03)
    sentence = evaluatie.sentence
    assert evaluatie.oordeel is oordeel
    assert "{" not in sentence
    assert sentence.endswith(".")
    assert ("wijst op een effect" in sentence) is (oordeel is Oordeel.GEVONDEN)
    assert ("tegengesteld aan de bedoeling" in sentence) is (oordeel is Oordeel.TEGENGESTELD)
    assert ("niet aangetoond" in sentence) is (oordeel is Oordeel.NIET_AANGETOOND)
    assert (UNSEEN in sentence) is (oordeel is Oordeel.NIET_AANGETOOND)
    assert ("niet te schatten" in sentence) is (oordeel is Oordeel.NIET_TE_SCHATTEN)
    assert ("95%-interval" in sentence) is (oordeel is not Oordeel.NIET_TE_SCHATTEN)
    weak = ontwerp in (Ontwerp.DUURMODEL, Ontwerp.REEKS, Ontwerp.SAMENHANG)
    shown = oordeel in (Oordeel.GEVONDEN, Oordeel.TEGENGESTELD)
    assert (RESERVE in sentence) is (weak and shown)
    assert "geen effect" not in sentence.replace("niet dat er geen effect is", "")


def test_a_hazard_ratio_is_held_against_one_and_written_as_a_ratio() -> None:
    # 1,30 · exp(±1,96 · 0,1) is 1,07 to 1,58.
    found = make(ratio(1.3, 0.1), ontwerp=Ontwerp.DUURMODEL, schaal=VERHOUDING)
    assert found.oordeel is Oordeel.GEVONDEN
    assert found.sentence.startswith(
        "Bij wie een training kreeg was de uitstroom naar werk 1,30 keer zo hoog als bij mensen met dezelfde bekende "
        "kenmerken die dat niet kregen (95%-interval 1,07 tot 1,58)."
    )
    lower = make(ratio(0.6, 0.1), ontwerp=Ontwerp.DUURMODEL, schaal=VERHOUDING)
    assert lower.oordeel is Oordeel.TEGENGESTELD
    unsure = make(ratio(1.05, 0.1), ontwerp=Ontwerp.DUURMODEL, schaal=VERHOUDING, detectable=1.32)
    assert "pas een verhouding van 1,32 of meer, of 0,76 of minder, zou" in unsure.sentence


@pytest.mark.parametrize(
    ("schaal", "value", "written", "ends", "least"),
    [
        (PUNTEN, -0.041, "4,1 procentpunt lager", "−5,1 tot +0,2", "een effect van 4,1 procentpunt of meer"),
        (EURO, 1250.0, "€\xa01.250 hoger", "", ""),
        (MAANDEN, -2.04, "2,0 maanden korter", "", ""),
        (AANTAL, 3.0, "3,0 hoger", "", ""),
    ],
)
def test_the_size_of_an_effect_is_written_with_its_direction(
    schaal: Schaal, value: float, written: str, ends: str, least: str
) -> None:
    assert schaal.difference(value) == written
    if ends:
        assert schaal.interval(Interval(0.95, -0.051, 0.002)) == ends
        assert schaal.at_least(abs(value)) == least


def test_an_interval_without_end_says_so_and_zero_has_no_sign() -> None:
    assert PUNTEN.interval(Interval(0.95, -math.inf, 0.0)) == "onbegrensd tot 0,0"
    assert VERHOUDING.interval(Interval(0.95, 0.5, math.inf)) == "0,50 tot onbegrensd"
    assert EURO.interval(Interval(0.95, -0.3, 12.0)) == "€\xa00 tot +€\xa012"


def test_an_estimate_without_an_interval_is_refused_as_a_result() -> None:
    bare = replace(difference(0.04, 0.01), inference=None)
    with pytest.raises(EstimationError, match="geen interval"):
        make(bare)


def test_an_outcome_keeps_its_own_article() -> None:
    evaluatie = make(difference(0.04, 0.01), uitkomst="aandeel met werk", lidwoord="het")
    assert " lag het aandeel met werk " in evaluatie.sentence


def test_what_is_not_given_is_had() -> None:
    estimate = ratio(1.5, 0.1)
    worked = make(estimate, maatregel="Deeltijdwerk", kreeg="had", ontwerp=Ontwerp.DUURMODEL, schaal=VERHOUDING)
    assert worked.sentence.startswith("Bij wie deeltijdwerk had was de uitstroom naar werk 1,50 keer zo hoog")
    assert "die dat niet hadden" in worked.sentence
