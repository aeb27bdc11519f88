"""From a dated question to one sentence: which years, which words, how strong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from evaluatie.checks import CheckResult, Verdict, personen
from evaluatie.dossier import list_dossiers, load_dossier
from evaluatie.dossier.schema import Evaluatievraag
from evaluatie.errors import ChoiceError
from evaluatie.estimation import Estimate, NotEstimated, PlaceboResult
from evaluatie.estimation.result import StudentInference
from evaluatie.evaluaties.evaluatie import Evaluatie, adjust_for_multiplicity
from evaluatie.evaluaties.landelijke_vergelijking import (
    Venster,
    choose_venster,
    compare_gemeente,
    evaluate_dossier,
    evaluate_vraag,
)
from evaluatie.evaluaties.oordeel import Bewijskracht, Oordeel
from evaluatie.panel import Gemeentepanel

YEARS = [2015, 2016, 2017]
TREND = "Ontwikkeling vóór de maatregel"


@pytest.mark.parametrize(
    ("day", "before", "skipped", "after"),
    [
        (dt.date(2017, 1, 1), (2015, 2016), (), (2017,)),
        (dt.date(2016, 1, 1), (2015,), (), (2016, 2017)),
        (dt.date(2016, 7, 1), (2015,), (2016,), (2017,)),
        (dt.date(2016, 1, 2), (2015,), (2016,), (2017,)),  # not the whole of 2016
        (dt.date(2016, 12, 31), (2015,), (2016,), (2017,)),
        (dt.date(2017, 12, 1), (2015, 2016), (2017,), ()),
        (dt.date(2020, 7, 1), (2015, 2016, 2017), (), ()),  # after the data
        (dt.date(2018, 1, 1), (2015, 2016, 2017), (), ()),
        (dt.date(2015, 1, 1), (), (), (2015, 2016, 2017)),  # before the data
        (dt.date(2014, 3, 1), (), (), (2015, 2016, 2017)),
        (dt.date(2015, 6, 1), (), (2015,), (2016, 2017)),
    ],
)
def test_the_years_are_split_at_the_day_and_a_year_half_treated_is_skipped(
    day: dt.date, before: tuple[int, ...], skipped: tuple[int, ...], after: tuple[int, ...]
) -> None:
    assert choose_venster(day, YEARS) == Venster(before, skipped, after)


@settings(derandomize=True, deadline=None)
@given(st.dates(dt.date(2012, 1, 1), dt.date(2020, 12, 31)))
def test_every_year_is_before_skipped_or_after_and_no_treated_day_lies_before(day: dt.date) -> None:
    venster = choose_venster(day, YEARS)
    assert [*venster.before, *venster.skipped, *venster.after] == YEARS
    assert all(dt.date(year, 12, 31) < day for year in venster.before)
    assert all(dt.date(year, 1, 1) >= day for year in venster.after)
    assert all(dt.date(year, 1, 1) < day <= dt.date(year, 12, 31) for year in venster.skipped)


def test_a_window_is_written_out() -> None:
    assert Venster((2015, 2016), (), (2017,)).dutch == "2015 en 2016 tegen 2017"
    assert Venster((2015,), (2016,), (2017,)).dutch == "2015 tegen 2017; 2016 valt weg, want toen ging de maatregel in"


def make(
    p: float = 0.01,
    value: float = -0.04,
    *,
    verwachting: Literal["daling", "stijging"] = "daling",
    checks: tuple[CheckResult, ...] = (),
    name: str = "een",
) -> Evaluatie:
    """Make an evaluatie whose estimate has exactly this p-value (normal)."""
    std_error = abs(value) / float(stats.norm.isf(p / 2))
    estimate = Estimate(value, std_error, None, 10, "m", "e", "aandeel", StudentInference(value, std_error))
    return Evaluatie(
        id=name,
        gemeente="Dalfsen",
        maatregel_id="poort",
        maatregel="Strenge <poort>",
        uitkomst="instroom in de bijstand",
        populatie="iedereen",
        venster="2015 tegen 2017",
        vergelijking="374 andere gemeenten",
        verwachting=verwachting,
        estimate=estimate,
        checks=checks,
        detectable=0.0612,
        aannames=(),
        bronnen=(),
    )


def check(verdict: Verdict, name: str = TREND) -> CheckResult:
    return CheckResult(name, verdict, "Een zin.")


HAPPENED = (
    "Na de start lag de instroom in de bijstand in Dalfsen 4,0 procentpunt {} dan bij gelijke ontwikkeling als elders "
    "(95%-interval {} tot {})."
)
UNSEEN = (
    "Dat betekent niet dat er geen effect is: pas een effect van 6,1 procentpunt of meer zou met deze cijfers met 80% "
    "kans zijn opgemerkt."
)
# 4,0 ± 1,96 · 4,0/2,5758 (p = 0,01) is 4,0 ± 3,04; with p = 0,5: 4,0 ± 1,96 · 4,0/0,6745 = 4,0 ± 11,62.
LOWER, HIGHER = HAPPENED.format("lager", "−7,0", "−1,0"), HAPPENED.format("hoger", "+1,0", "+7,0")
UNSURE = HAPPENED.format("lager", "−15,6", "+7,6")


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.CONCERN, Verdict.NOT_RUN])
def test_an_effect_in_the_intended_direction_is_found(verdict: Verdict) -> None:
    evaluatie = make(checks=(check(verdict),))
    assert evaluatie.oordeel is Oordeel.GEVONDEN
    assert evaluatie.sentence == (
        f"{LOWER} Zo'n verschil komt zonder maatregel zelden voor: dit wijst op een effect in de bedoelde richting "
        "(daling)."
    )
    upwards = make(value=0.04, verwachting="stijging")
    assert upwards.oordeel is Oordeel.GEVONDEN
    assert upwards.sentence.startswith(HIGHER)
    assert upwards.sentence.endswith("in de bedoelde richting (stijging).")


@pytest.mark.parametrize(("value", "verwachting"), [(0.04, "daling"), (-0.04, "stijging")])
def test_an_effect_against_the_intention_is_said_to_be_that(
    value: float, verwachting: Literal["daling", "stijging"]
) -> None:
    evaluatie = make(value=value, verwachting=verwachting)
    assert evaluatie.oordeel is Oordeel.TEGENGESTELD
    what = HIGHER if value > 0 else LOWER
    assert evaluatie.sentence == (
        f"{what} Zo'n verschil komt zelden voor, maar het is tegengesteld aan de bedoeling ({verwachting})."
    )


def test_a_difference_that_occurs_elsewhere_too_is_not_shown_and_the_sentence_says_what_could_be_seen() -> None:
    evaluatie = make(p=0.5)
    assert evaluatie.oordeel is Oordeel.NIET_AANGETOOND
    assert evaluatie.sentence == (
        f"{UNSURE} Een effect is niet aangetoond: zulke verschillen komen ook voor bij gemeenten zonder deze "
        f"maatregel. {UNSEEN}"
    )
    assert not replace(evaluatie, detectable=None).sentence.endswith("opgemerkt.")


def test_a_failed_check_overrules_significance_and_is_named() -> None:
    others = (check(Verdict.PASSED, "Iets anders"), check(Verdict.FAILED, "Vergelijkbare gemeenten"))
    evaluatie = make(p=0.001, checks=(check(Verdict.FAILED), *others))
    assert evaluatie.oordeel is Oordeel.NIET_AANGETOOND
    assert (
        "Een effect is niet aangetoond: de schatting doorstaat niet elke toets "
        "(ontwikkeling vóór de maatregel en vergelijkbare gemeenten)." in evaluatie.sentence
    )
    assert evaluatie.sentence.endswith("Dat betekent niet dat er geen effect is."), "more people would not mend it"


def test_what_is_no_aim_is_neither_wanted_nor_opposite() -> None:
    evaluatie = replace(make(p=0.001), verwachting="geen")
    assert evaluatie.oordeel is Oordeel.GEVONDEN
    assert "bedoel" not in evaluatie.sentence
    assert evaluatie.sentence.endswith("Of het gewenst is, zegt dit cijfer niet.")


def test_something_unknown_of_ordinary_strength_is_named_as_the_reason() -> None:
    evaluatie = make(p=0.001, checks=(check(Verdict.FAILED, personen.UNSEEN),))
    assert "iets wat niet in de gegevens staat kan, als het van gewone sterkte is, dit verschil verklaren" in (
        evaluatie.sentence
    )


def test_significant_before_but_not_after_holm_may_be_chance() -> None:
    evaluatie = replace(make(p=0.04), p_adjusted=0.16)
    assert evaluatie.oordeel is Oordeel.NIET_AANGETOOND
    assert (
        "Een effect is niet aangetoond: bij zo veel uitkomsten tegelijk kan een verschil als dit toeval zijn. "
        f"{UNSEEN}" in evaluatie.sentence
    )
    assert replace(evaluatie, p_adjusted=0.05).oordeel is Oordeel.GEVONDEN  # the border itself still counts
    assert replace(evaluatie, p_adjusted=0.0500001).oordeel is Oordeel.NIET_AANGETOOND


def test_what_cannot_be_estimated_says_why_and_nothing_else() -> None:
    evaluatie = replace(make(), estimate=NotEstimated("er is geen vol jaar na de start", "outside_data"))
    assert evaluatie.oordeel is Oordeel.NIET_TE_SCHATTEN
    assert evaluatie.sentence == (
        "Het effect op de instroom in de bijstand is niet te schatten: er is geen vol jaar na de start."
    )
    assert evaluatie.bewijskracht is Bewijskracht.GEEN


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ((check(Verdict.PASSED),), Bewijskracht.MET_VERGELIJKINGSGROEP),
        ((check(Verdict.CONCERN),), Bewijskracht.MET_VERGELIJKINGSGROEP),
        ((check(Verdict.NOT_RUN),), Bewijskracht.VOOR_EN_NA),
        ((check(Verdict.FAILED),), Bewijskracht.VOOR_EN_NA),
        ((check(Verdict.PASSED, "Een andere toets"),), Bewijskracht.VOOR_EN_NA),
        ((), Bewijskracht.VOOR_EN_NA),
    ],
)
def test_a_comparison_group_counts_only_when_the_trend_before_could_be_tested_and_held(
    checks: tuple[CheckResult, ...], expected: Bewijskracht
) -> None:
    assert make(checks=checks).bewijskracht is expected


def test_the_scale_of_evidence_is_that_of_maryland() -> None:
    # Farrington et al. (2002): 1 correlation, 2 before and after, 3 with a comparison group, 4 matched, 5 randomised.
    assert [(step.value, step.dutch[:8]) for step in Bewijskracht] == [
        (0, "geen: ni"),
        (1, "1 van 5:"),
        (2, "2 van 5:"),
        (3, "3 van 5:"),
        (4, "4 van 5:"),
        (5, "5 van 5:"),
    ]
    assert "geloot" in Bewijskracht.GELOOT.dutch
    assert "vergelijkingsgroep" in Bewijskracht.MET_VERGELIJKINGSGROEP.dutch


def test_robustness_is_the_worst_check_and_without_checks_not_run() -> None:
    assert make().robustness is Verdict.NOT_RUN
    assert make(checks=(check(Verdict.PASSED), check(Verdict.CONCERN, "b"))).robustness is Verdict.CONCERN


def test_text_from_a_dossier_cannot_become_html() -> None:
    html = make(checks=(CheckResult("<i>", Verdict.PASSED, "a < b"),))._repr_html_()
    assert "Strenge &lt;poort&gt;" in html
    assert "&lt;i&gt;" in html
    assert "a &lt; b" in html


def holm_by_hand(p: list[float]) -> list[float]:
    """Holm (1979), Scandinavian Journal of Statistics 6, 65-70: k-th smallest of m times m − k + 1, never falling."""
    order = sorted(range(len(p)), key=p.__getitem__)
    adjusted, highest = [0.0] * len(p), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, (len(p) - rank) * p[index])
        adjusted[index] = min(1.0, highest)
    return adjusted


def test_holm_is_that_of_a_worked_example() -> None:
    # 0,01 · 4 = 0,04; 0,02 · 3 = 0,06; 0,03 · 2 = 0,06; 0,04 · 1 = 0,04, but never below the one before: 0,06.
    p = [0.04, 0.01, 0.03, 0.02]
    after = adjust_for_multiplicity([make(p=each, name=str(each)) for each in p])
    assert [e.p_adjusted for e in after] == pytest.approx([0.06, 0.04, 0.06, 0.06], abs=1e-12)
    assert multipletests(p, method="holm")[1].tolist() == pytest.approx(holm_by_hand(p), abs=1e-12)
    assert [e.id for e in after] == [str(each) for each in p]
    assert [e.oordeel for e in after].count(Oordeel.GEVONDEN) == 1


@settings(derandomize=True, deadline=None, max_examples=8)
@given(st.lists(st.floats(1e-6, 0.999), min_size=1, max_size=12))
def test_holm_is_that_of_the_article_for_any_p_values(p: list[float]) -> None:
    """The definition written out; 1e-9 because the p-values pass through the normal distribution and back."""
    after = adjust_for_multiplicity([make(p=each, name=f"e{i}") for i, each in enumerate(p)])
    assert [e.p_adjusted for e in after] == pytest.approx(holm_by_hand(p), abs=1e-9)


def test_what_was_not_estimated_takes_no_part_in_holm() -> None:
    unknown = replace(make(name="b"), estimate=NotEstimated("te klein", "too_small"))
    first, second, third = adjust_for_multiplicity([make(p=0.01, name="a"), unknown, make(p=0.03, name="c")])
    assert first.p_adjusted == pytest.approx(0.02, abs=1e-12)
    assert second.p_adjusted is None
    assert third.p_adjusted == pytest.approx(0.03, abs=1e-12)
    assert adjust_for_multiplicity([unknown]) == [unknown]
    assert adjust_for_multiplicity([]) == []


def test_two_questions_about_one_outcome_of_one_maatregel_keep_their_own_p_value() -> None:
    """A maatregel may be evaluated from two dates; both then carry the same id."""
    first, second = adjust_for_multiplicity([make(p=0.01, name="zelfde"), make(p=0.2, name="zelfde")])
    assert [first.p_adjusted, second.p_adjusted] == pytest.approx([0.02, 0.2], abs=1e-12)


def _vraag(day: dt.date, uitkomst: str = "uitstroom") -> Evaluatievraag:
    return Evaluatievraag.model_validate({"uitkomst": uitkomst, "ingangsdatum": day, "verwachting": "stijging"})


AskDalfsen = Callable[..., Evaluatie]


@pytest.fixture(scope="module")
def ask(panel: Gemeentepanel) -> AskDalfsen:
    """Return a function that puts a question of our own to the dossier of Dalfsen."""
    dossier = load_dossier("Dalfsen")

    def put(day: dt.date, *, code: str = "GM0148", exclude: tuple[str, ...] = ()) -> Evaluatie:
        gemeente = dossier.gemeente.model_copy(update={"code": code})
        moved = dossier.model_copy(update={"gemeente": gemeente})
        return evaluate_vraag(moved, dossier.maatregelen[0], _vraag(day), panel, exclude=exclude)

    return put


def test_a_dated_question_gets_an_estimate_five_checks_and_what_it_rests_on(
    ask: AskDalfsen, panel: Gemeentepanel
) -> None:
    evaluatie = ask(dt.date(2017, 1, 1))
    direct = compare_gemeente(panel, "Dalfsen", "uitstroom", dt.date(2017, 1, 1))
    assert isinstance(direct, PlaceboResult)
    assert evaluatie.estimate == direct.estimate
    assert evaluatie.detectable == direct.minimum_detectable_effect()
    assert len(evaluatie.checks) == 5
    assert evaluatie.checks[0].name == TREND
    others = panel.frame["gemeente"].nunique() - 1
    assert evaluatie.vergelijking.startswith(f"{others} andere gemeenten, gewogen")
    assert evaluatie.venster == "2015 en 2016 tegen 2017"
    assert evaluatie.bronnen
    assert len(evaluatie.aannames) == 3
    assert evaluatie.bewijskracht is Bewijskracht.MET_VERGELIJKINGSGROEP


def test_one_year_before_gives_weaker_evidence(ask: AskDalfsen) -> None:
    assert ask(dt.date(2016, 7, 1)).bewijskracht is Bewijskracht.VOOR_EN_NA


@pytest.mark.parametrize(
    ("day", "code", "reason", "words"),
    [
        (dt.date(2020, 7, 1), "GM0148", "outside_data", "ging in op 1 juli 2020"),
        (dt.date(2017, 12, 1), "GM0148", "outside_data", "geen vol jaar na de start"),
        (dt.date(2015, 1, 1), "GM0148", "no_pre_period", "geen jaar vóór de start"),
        (dt.date(2014, 5, 1), "GM0148", "no_pre_period", "liep al op 1 mei 2014"),
        (dt.date(2017, 1, 1), "GM0060", "too_small", "te klein"),
    ],
)
def test_a_question_the_data_cannot_answer_comes_back_with_the_reason(
    ask: AskDalfsen, day: dt.date, code: str, reason: str, words: str
) -> None:
    evaluatie = ask(day, code=code)
    assert isinstance(evaluatie.estimate, NotEstimated)
    assert evaluatie.estimate.code == reason
    assert words in evaluatie.sentence
    assert evaluatie.oordeel is Oordeel.NIET_TE_SCHATTEN
    assert (evaluatie.checks, evaluatie.detectable, evaluatie.placebos) == ((), None, None)


def test_an_excluded_municipality_serves_nobody_but_is_still_evaluated_itself(ask: AskDalfsen) -> None:
    evaluatie = ask(dt.date(2017, 1, 1), exclude=("GM0599", "GM0148"))
    assert evaluatie.placebos is not None
    units = set(evaluatie.placebos["unit"])
    assert "GM0599" not in units
    assert "GM0148" in units
    assert isinstance(evaluatie.estimate, Estimate)
    everyone = ask(dt.date(2017, 1, 1))
    assert isinstance(everyone.estimate, Estimate)
    assert evaluatie.estimate.value != everyone.estimate.value


@pytest.mark.parametrize("naam", sorted(list_dossiers()))
def test_every_dated_question_of_a_dossier_is_answered_and_corrected_together(panel: Gemeentepanel, naam: str) -> None:
    dossier = load_dossier(naam)
    evaluaties = evaluate_dossier(dossier, panel)
    assert len(evaluaties) == sum(len(maatregel.evaluatie) for maatregel in dossier.maatregelen)
    assert len({evaluatie.id for evaluatie in evaluaties}) == len(evaluaties)
    estimated = [evaluatie for evaluatie in evaluaties if isinstance(evaluatie.estimate, Estimate)]
    raw = [e.estimate.p_value for e in estimated if isinstance(e.estimate, Estimate)]
    assert [e.p_adjusted for e in estimated] == pytest.approx(holm_by_hand(raw), abs=1e-12)
    for evaluatie in evaluaties:
        assert evaluatie.sentence.endswith((".", "!"))
        assert "nan" not in evaluatie.sentence


def test_any_municipality_and_date_can_be_compared_by_name_or_code(panel: Gemeentepanel) -> None:
    by_name = compare_gemeente(panel, "renkum", "instroom", dt.date(2016, 7, 1))
    by_code = compare_gemeente(panel, "GM0274", "instroom", dt.date(2016, 7, 1))
    assert isinstance(by_name, PlaceboResult)
    assert isinstance(by_code, PlaceboResult)
    assert by_name.estimate == by_code.estimate
    for day in (dt.date(2015, 1, 1), dt.date(2018, 1, 1)):
        refused = compare_gemeente(panel, "Renkum", "instroom", day)
        assert isinstance(refused, NotEstimated)
        assert refused.code == "outside_data"
    with pytest.raises(ChoiceError, match="Renkun"):
        compare_gemeente(panel, "Renkun", "instroom", dt.date(2016, 7, 1))


def test_an_effect_planted_in_the_panel_is_found_and_reported_as_found(panel: Gemeentepanel, ask: AskDalfsen) -> None:
    """End to end: 25 points more uitstroom in Dalfsen in 2017, twice what is detectable, has to come out as that."""
    plain = ask(dt.date(2017, 1, 1))
    frame = panel.frame.copy()
    here = (frame["gemeente"] == "GM0148") & (frame["jaar"] == 2017)
    frame.loc[here, "uitstroom_aandeel"] += 0.25
    frame.loc[here, "uitstroom_cbs_aandeel"] += 0.25
    dossier = load_dossier("Dalfsen")
    planted = evaluate_vraag(
        dossier, dossier.maatregelen[0], _vraag(dt.date(2017, 1, 1)), Gemeentepanel(frame, panel.dropped)
    )
    assert isinstance(plain.estimate, Estimate)
    assert isinstance(planted.estimate, Estimate)
    assert planted.estimate.value == pytest.approx(plain.estimate.value + 0.25, abs=1e-12)
    assert plain.oordeel is Oordeel.NIET_AANGETOOND
    assert planted.oordeel is Oordeel.GEVONDEN
    assert planted.robustness in (Verdict.PASSED, Verdict.CONCERN)
    assert np.isfinite(planted.estimate.interval().upper)
