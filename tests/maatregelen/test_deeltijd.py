"""Part-time work: counts by hand, what was planted comes back, reverse causality is seen, a policy is found or not."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evaluatie.checks import BEFORE, TREND, Verdict
from evaluatie.checks.deeltijd import REVERSE, SERIAL, UNTOUCHED, check_pretended, check_reverse, check_serial
from evaluatie.errors import DataError
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.estimation.result import LogInference, StudentInference
from evaluatie.evaluaties import deeltijd as d
from evaluatie.evaluaties import deeltijdreeks as reeks
from evaluatie.evaluaties import deeltijdverloop as verloop
from evaluatie.evaluaties.deeltijdopstap import AANNAME, evaluate_opstap
from evaluatie.evaluaties.evaluatie import adjust_for_multiplicity
from evaluatie.evaluaties.oordeel import Bewijskracht, Ontwerp, Oordeel
from evaluatie.panel.maanden import number_of
from evaluatie.quantities import Bron, Maand
from evaluatie.registratie.voorbeeld import Effecten, generate, load_voorbeeldstad, load_waarheid
from tests.panel.test_panel_persoonmaanden import name, table, uitkering

BRON = (Bron("Voorbeeldstad, synthetische gegevens"),)
DAY = dt.date(2018, 3, 1)


def read(register) -> d.Deeltijdgegevens:
    return d.read_deeltijd(register, "Voorbeeldstad", BRON)


def incomes(persoon: int, *months: str, **more) -> list[dict]:
    given = {"persoon_id": name(persoon), "bedrag": 100.0, "uren": 20.0, "vrijlating": "nee"}
    return [{**given, "maand": f"{month}-01", **more} for month in months]


@pytest.fixture(scope="module")
def gegevens() -> d.Deeltijdgegevens:
    return read(load_voorbeeldstad())


@pytest.fixture(scope="module")
def opstap(gegevens):
    return evaluate_opstap(gegevens)


# by hand -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hand() -> d.Deeltijdgegevens:
    """Incomes are known from January 2018 (person 9) to December 2019.

    0  since 2016; income January and February 2018: running when the table began, so no first income is known.
    1  since 2016; income July 2018 to June 2019: six months without before, so July 2018 is the first.
    2  since March 2018; income April 2018; leaves for work in June 2018.
    3  since March 2018; income May 2018 and May 2019: the second comes after more than six months without.
    9  since 2016; income January 2018 and December 2019, so that the table covers both ends.
    """
    spells = [
        uitkering(0, "2016-01-01"),
        uitkering(1, "2016-01-01"),
        uitkering(2, "2018-03-05", "2018-06-20", "zelfstandig"),
        uitkering(3, "2018-03-05"),
        uitkering(9, "2016-01-01"),
        uitkering(8, "2019-12-05"),  # someone who came in, so that December 2019 is observed; at risk only later
    ]
    long = [str(month) for month in pd.period_range("2018-07", "2019-06", freq="M")]
    rows = [
        *incomes(0, "2018-01", "2018-02"),
        *incomes(1, *long, uren=40.0, vrijlating="ja"),
        *incomes(2, "2018-04", uren=80.0),
        *incomes(3, "2018-05", "2019-05", uren=None, vrijlating=None),
        *incomes(9, "2018-01", "2019-12"),
    ]
    volumes = [
        {"maand": f"{month}-01", "regeling": "bijstand", "aantal": 1}
        for month in pd.period_range("2017-06", "2019-12", freq="M")
    ]
    register = {
        "uitkeringen": table("uitkeringen", spells),
        "deeltijdinkomsten": table("deeltijdinkomsten", rows),
        "volumes": table("volumes", volumes),
    }
    return read(register)


def of(gegevens: d.Deeltijdgegevens, month: str) -> pd.DataFrame:
    return gegevens.maanden[gegevens.maanden["maand"] == number_of(Maand.parse(month))].set_index("persoon")


def test_only_months_that_both_tables_cover_are_counted(hand) -> None:
    assert (str(hand.dekking.eerste), str(hand.dekking.laatste)) == ("2018-01", "2019-12")
    assert list(d.list_perioden(hand)) == ["2018", "2019"]


def test_a_first_income_is_only_first_when_the_months_before_are_known(hand) -> None:
    first = hand.maanden[hand.maanden["eerste"] == 1]
    assert sorted(first["maand"]) == [number_of(Maand.parse(m)) for m in ("2018-04", "2018-05", "2018-07")]
    # Who had a uitkering before the table is unknown for six months, and as long as an income came in them.
    unknown = hand.maanden.groupby("persoon")["verleden_onbekend"].sum()
    assert sorted(unknown) == [0, 0, 6, 24, 24]


def test_months_fall_in_the_hours_class_and_window_of_their_income(hand) -> None:
    july = of(hand, "2018-07")
    assert july["uren_2"].sum() == 1  # 40 hours a month are 9 a week
    assert july["maand_1_3"].sum() == 2  # person 1 begins; person 3 is in her third month since May, without income
    assert of(hand, "2018-05")["uren_onbekend"].sum() == 1
    assert of(hand, "2018-04")["uren_3"].sum() == 1
    assert of(hand, "2019-05")[["maand_7_12", "maand_13_24", "pril_1", "deeltijd"]].sum().tolist() == [1, 1, 1, 2]
    # First months of a run: July and August of person 1; of 0 and 9 the months before January 2018 are not known.
    early = hand.maanden.groupby("persoon")[["pril_1", "pril_2", "later_2"]].sum().astype(int)
    assert sorted(map(tuple, early.to_numpy())) == [(0, 0, 2), (1, 1, 0), (1, 1, 1), (1, 2, 10), (2, 2, 0)]


def test_shares_and_counts_of_a_year_are_those_worked_out_by_hand(hand) -> None:
    # 2018: persons 0, 1 and 9 for 12 months, 2 for April to June (3), 3 for April to December (9): 48 months.
    # With income: 0 two, 1 six, 2 one, 3 one, 9 one: 11. Everybody had income in some month.
    assert d.count_personen(hand)["2018"] == (5, 5)
    share = d.measure_aandeel(hand)[0]["2018"]
    assert isinstance(share, Estimate)
    assert share.value == pytest.approx(11 / 48)
    assert share.null == d.landelijk_aandeel()[0].waarde == 0.08
    # Residual sums per person: 0: 2 − 12·s, 1: 6 − 12·s, 2: 1 − 3·s, 3: 1 − 9·s, 9: 1 − 12·s, with s = 11/48.
    sums = np.array([2 - 12 * share.value, 6 - 12 * share.value, 1 - 3 * share.value, 1 - 9 * share.value])
    total = (sums**2).sum() + (1 - 12 * share.value) ** 2
    assert share.std_error == pytest.approx(math.sqrt(total * 5 / 4) / 48)


def test_amounts_are_kept_apart_by_what_is_known_of_vrijlating(hand) -> None:
    sums = d.list_bedragen(hand).groupby("groep")["bedrag"].sum().to_dict()
    assert sums == {
        "2018, vrijlating nee": 400.0,  # persons 0 (two), 2 and 9
        "2018, vrijlating ja": 600.0,
        "2018, vrijlating onbekend": 100.0,
        "2019, vrijlating nee": 100.0,
        "2019, vrijlating ja": 600.0,
        "2019, vrijlating onbekend": 100.0,
    }


def test_who_begins_and_who_could_are_those_worked_out_by_hand(hand) -> None:
    counts = reeks.count_begin(hand).set_index("maand")
    assert counts.index[0] == number_of(Maand.parse("2018-07"))
    begun = counts[counts["begonnen"] > 0]["begonnen"]
    # Persons 1 (July 2018), 3 again (May 2019: last income a year before) and 9 (December 2019).
    assert begun.to_dict() == {number_of(Maand.parse(m)): 1 for m in ("2018-07", "2019-05", "2019-12")}
    # July 2018: 0 had income in February (5 months before), 3 in May, 9 in January (6 months before): only 1 could.
    assert counts["konden"].iloc[0] == 1
    # December 2019: 0, 1 (last in June: 6 months before, so not), 3 (May: 7 before) and 9.
    assert counts["konden"].iloc[-1] == 3
    assert counts["per_duizend"].iloc[-1] == pytest.approx(1000 / 3)


def test_where_beginners_are_later_is_worked_out_by_hand(hand) -> None:
    # Twelve months on: person 1 (July 2019) without work, 2 left for a business, 3 (May 2019) at work. After 24: none.
    table_ = verloop.count_standen(hand, (12, 24))
    assert table_["na 12 maanden"].to_dict() == {
        verloop.NAAR_WERK: 1,
        verloop.NAAR_ANDERS: 0,
        verloop.BLIJFT: 1,
        verloop.GESTOPT: 1,
    }
    assert table_["na 24 maanden"].sum() == 0
    exits = verloop.count_ondernemers(hand)
    assert exits.loc[verloop.EERDER, verloop.BEDRIJF] == 1
    assert exits.to_numpy().sum() == 1


def test_curves_follow_everyone_once_from_the_first_income(hand) -> None:
    # Person 2 leaves in the third month (April, May, June); 1 and 3 stay: one of three.
    curves = verloop.follow_begin(hand)
    assert not isinstance(curves, NotEstimated)
    assert curves.at(3)["werk"].value == pytest.approx(1 / 3)
    assert curves.at(2)["werk"].value == 0


# estimation ----------------------------------------------------------------------------------------------------------


def test_what_was_planted_lies_within_the_intervals_of_voorbeeldstad(opstap) -> None:
    planted = [load_waarheid()["effecten"][f"deeltijd_{number}"]["waarde"] for number in (1, 2, 3)]
    assert planted == [1.2, 1.5, 2.0]
    together, *by_hours = opstap.uren
    for evaluatie, truth in zip(by_hours, planted, strict=True):
        assert evaluatie.estimate.interval().contains(truth), evaluatie.id
        assert evaluatie.bewijskracht is Bewijskracht.VOOR_EN_NA
        assert evaluatie.aannames[-1] == AANNAME
        assert {check.name for check in evaluatie.checks} >= {REVERSE, UNTOUCHED}
    assert together.oordeel is Oordeel.GEVONDEN
    assert by_hours[0].estimate.value < by_hours[2].estimate.value


def test_with_selection_on_registered_traits_only_the_truth_is_recovered_on_a_larger_draw() -> None:
    """Within 3 standard errors plus 0,05: who is likely to leave goes first, which pulls a ratio towards 1."""
    found = evaluate_opstap(read(generate(6_000, 60, 23, Effecten(selectie_aanleg=0.0)).register))
    for evaluatie, truth in zip(found.uren[1:], (1.2, 1.5, 2.0), strict=True):
        inference = evaluatie.estimate.inference
        assert isinstance(inference, LogInference)
        assert abs(inference.log_value - math.log(truth)) < 3 * inference.std_error + 0.05, evaluatie.id
    proeven = {proef.id: proef.estimate for proef in found.tegenproeven}
    assert abs(proeven["controle"].statistic) < 3
    assert abs(proeven["pril_2"].statistic) < 3


def judge(register) -> list:
    gegevens = read(register)
    found, series = evaluate_opstap(gegevens), reeks.evaluate_reeks(gegevens, DAY)
    return adjust_for_multiplicity([*found.uren, *found.vensters, series.sprong, series.helling])


def test_without_planted_effects_one_draw_finds_nothing() -> None:
    verdicts = judge(generate(1_500, 60, 41, Effecten.nul()).register)
    assert len(verdicts) == 11
    assert {evaluatie.oordeel for evaluatie in verdicts} == {Oordeel.NIET_AANGETOOND}


@pytest.mark.slow
def test_without_planted_effects_at_least_nine_in_ten_sentences_say_not_shown() -> None:
    sentences = [
        e.sentence for seed in range(12) for e in judge(generate(1_500, 60, 300 + seed, Effecten.nul()).register)
    ]
    assert len(sentences) == 12 * 11
    assert np.mean(["niet aangetoond" in sentence for sentence in sentences]) >= 0.9


def test_the_first_row_of_the_counter_tests_is_the_effect_itself(opstap) -> None:
    first = opstap.tegenproeven[0]
    assert (first.estimate, first.steun) == (opstap.uren[0].estimate, opstap.uren[0].steun)
    assert [proef.id for proef in opstap.tegenproeven] == [
        *("alle", "zonder_1", "zonder_2", "zonder_3", "streng", "pril_2", "binnen", "controle")
    ]
    assert opstap.tegenproeven[1].steun.gebeurtenissen_behandeld < first.steun.gebeurtenissen_behandeld


def with_wages_of_the_new_job(register, share: float) -> dict:
    """Record the first wages of a new job as part-time income in the month of exit: reverse causality."""
    spells = register["uitkeringen"]
    left = spells[spells["reden_einde"] == "werk"].sample(frac=share, random_state=1)
    more = pd.DataFrame({"persoon_id": left["persoon_id"], "maand": left["einde"].to_numpy().astype("datetime64[M]")})
    more = more.assign(maand=more["maand"].astype("datetime64[s]"), bedrag=400.0, uren=40.0, vrijlating="nee")
    table_ = register["deeltijdinkomsten"]
    more = more[more["maand"] >= table_["maand"].min()]
    more["vrijlating"] = pd.Categorical(more["vrijlating"], categories=table_["vrijlating"].cat.categories)
    both = pd.concat([table_, more]).drop_duplicates(["persoon_id", "maand"])
    return {**register, "deeltijdinkomsten": both.astype(table_.dtypes.to_dict()).reset_index(drop=True)}


def test_wages_of_a_job_that_was_coming_anyway_are_seen_and_taken_out() -> None:
    register = generate(1_500, 60, 43, Effecten.nul(selectie_aanleg=0.0)).register
    clean = {proef.id: proef.estimate for proef in evaluate_opstap(read(register)).tegenproeven}
    found = evaluate_opstap(read(with_wages_of_the_new_job(register, 0.1)))
    proeven = {proef.id: proef.estimate for proef in found.tegenproeven}
    # There is no effect, but the ratio is far above 1. With the first months given back it is what it was.
    assert clean["alle"].interval().contains(1.0)
    assert proeven["alle"].interval().lower > 1.8
    assert abs(math.log(proeven["streng"].value / clean["streng"].value)) < 0.03
    # Leaving the first months out takes a tenth of the exits from those without part-time work.
    assert proeven["zonder_2"].value == pytest.approx(clean["zonder_2"].value / 0.9, rel=0.05)
    check = next(check for check in found.uren[0].checks if check.name == REVERSE)
    assert check.verdict is Verdict.FAILED
    assert {evaluatie.oordeel for evaluatie in found.uren} == {Oordeel.NIET_AANGETOOND}
    assert "omgekeerde oorzaak" in found.uren[0].sentence


def test_registers_without_hours_give_one_effect_for_all_hours() -> None:
    register = load_voorbeeldstad()
    bare = register["deeltijdinkomsten"].assign(uren=np.nan)
    found = evaluate_opstap(read({**register, "deeltijdinkomsten": bare}))
    assert [evaluatie.id for evaluatie in found.uren] == ["deeltijd.deeltijd"]


def test_registers_without_trajecten_are_enough() -> None:
    register = {
        key: value for key, value in load_voorbeeldstad().items() if key in ("uitkeringen", "deeltijdinkomsten")
    }
    assert isinstance(evaluate_opstap(read(register)).uren[0].estimate, Estimate)


# the policy ----------------------------------------------------------------------------------------------------------


def thin_before(register, share: float) -> dict:
    """Take away the incomes of a share of persons as far as they begin before the policy: afterwards more begin."""
    table_ = register["deeltijdinkomsten"]
    first = table_.groupby("persoon_id")["maand"].transform("min") < pd.Timestamp(DAY)
    persons = table_["persoon_id"].drop_duplicates().sample(frac=share, random_state=2)
    return {
        **register,
        "deeltijdinkomsten": table_[~(first & table_["persoon_id"].isin(persons))].reset_index(drop=True),
    }


def test_a_policy_that_doubles_the_beginners_is_found() -> None:
    gegevens = read(thin_before(generate(6_000, 72, 5).register, 0.6))
    found = reeks.evaluate_reeks(gegevens, DAY)
    assert found.sprong.oordeel is Oordeel.GEVONDEN
    assert found.sprong.ontwerp is Ontwerp.REEKS
    assert "hoger dan de reeks ervoor deed verwachten" in found.sprong.sentence
    before = found.maanden[found.maanden["maand"] < number_of(found.vanaf)]["per_duizend"].mean()
    after = found.maanden[found.maanden["maand"] >= number_of(found.vanaf)]["per_duizend"].mean()
    # The generator is steady: the jump is the difference of the means, within its interval.
    assert found.sprong.estimate.interval().contains(after - before)


def test_in_voorbeeldstad_the_policy_of_another_shows_nothing(gegevens) -> None:
    found = reeks.evaluate_reeks(gegevens, DAY)
    assert {found.sprong.oordeel, found.helling.oordeel} == {Oordeel.NIET_AANGETOOND}
    assert "80% kans" in found.sprong.sentence
    assert {check.name for check in found.sprong.checks} >= {TREND, SERIAL}


def test_the_slope_is_per_year_and_the_path_is_that_without_the_policy(gegevens) -> None:
    found = reeks.evaluate_reeks(gegevens, DAY)
    assert found.helling.estimate.value == pytest.approx(12 * found.reeks.slope.value)
    assert found.helling.estimate.p_value == pytest.approx(found.reeks.slope.p_value)
    paths = found.reeks.paths().dropna()
    month = number_of(found.vanaf) + 2
    expected = found.expect(month, month)
    row = paths.iloc[2]
    assert expected.value == pytest.approx(row["counterfactual"])
    assert expected.interval().lower == pytest.approx(row["counterfactual_low"])


def test_beside_a_reference_effects_are_ratios(gegevens) -> None:
    plain = reeks.evaluate_reeks(gegevens, DAY)
    index = [str(month) for month in pd.period_range("2015-07", "2019-12", freq="M")]
    other = pd.Series(np.random.default_rng(3).uniform(9, 11, len(index)), index=index)
    found = reeks.evaluate_reeks(gegevens, DAY, referentie=other)
    assert found.sprong.ontwerp is Ontwerp.REEKS_MET_VERGELIJKING
    assert found.sprong.bewijskracht is Bewijskracht.MET_VERGELIJKINGSGROEP
    assert found.sprong.schaal.naam == "verhouding"
    assert found.helling.estimate.value == pytest.approx(found.reeks.slope.value**12)
    assert len(found.sprong.aannames) == len(plain.sprong.aannames) + 1
    assert isinstance(found.expect(0, 1), NotEstimated)
    empty = reeks.evaluate_reeks(gegevens, DAY, referentie=other * 0)
    assert "geen verhouding" in empty.sprong.sentence


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (dt.date(2010, 1, 1), "vóór de eerste maand"),
        (dt.date(2024, 1, 1), "na de laatste maand"),
        (dt.date(2019, 10, 1), "te weinig maanden"),
    ],
)
def test_a_day_without_months_around_it_says_so(gegevens, day, said) -> None:
    found = reeks.evaluate_reeks(gegevens, day)
    assert said in found.sprong.sentence
    assert said in found.helling.sentence
    assert found.sprong.oordeel is Oordeel.NIET_TE_SCHATTEN


@pytest.mark.parametrize(
    ("day", "month"), [("2018-03-01", "2018-03"), ("2018-03-02", "2018-04"), ("2018-12-31", "2019-01")]
)
def test_a_policy_counts_from_its_first_whole_month(day, month) -> None:
    assert str(reeks.first_whole_month(dt.date.fromisoformat(day))) == month


# checks and refusals -------------------------------------------------------------------------------------------------


def ratio(value: float, std_error: float = 0.1) -> Estimate:
    inference = LogInference(math.log(value), std_error)
    return Estimate(value, value * std_error, None, 100, "m", "e", "ratio", inference, null=1.0)


NONE = NotEstimated("x", "too_small")


@pytest.mark.parametrize(
    ("early", "later", "verdict"),
    [
        (ratio(1.05), ratio(1.5), Verdict.PASSED),
        (ratio(0.5), ratio(1.0), Verdict.PASSED),
        (ratio(2.0), ratio(1.5), Verdict.CONCERN),
        (ratio(2.0), ratio(1.05), Verdict.FAILED),
        (ratio(2.0), ratio(0.5), Verdict.FAILED),
        (NONE, ratio(1.5), Verdict.NOT_RUN),
        (ratio(2.0), NONE, Verdict.NOT_RUN),
    ],
)
def test_reverse_causality_has_four_verdicts(early, later, verdict) -> None:
    assert check_reverse(early, later).verdict is verdict


def change(value: float) -> Estimate:
    return Estimate(value, 1.0, None, 60, "m", "e", "u", StudentInference(value, 1.0))


def test_a_pretended_start_and_its_neighbours_have_their_verdicts() -> None:
    assert check_pretended(change(0.5), change(0.2), "mei 2016").verdict is Verdict.PASSED
    assert check_pretended(change(2.0), change(0.2), "mei 2016").verdict is Verdict.PASSED  # two tests: p doubles
    assert check_pretended(change(0.1), change(3.0), "mei 2016").verdict is Verdict.FAILED
    assert check_pretended(NONE, NONE, "").verdict is Verdict.NOT_RUN
    assert check_serial(0.01).verdict is Verdict.CONCERN
    assert check_serial(0.5).verdict is Verdict.PASSED
    assert BEFORE not in {REVERSE, UNTOUCHED, SERIAL, TREND}


@pytest.mark.parametrize("missing", ["uitkeringen", "deeltijdinkomsten"])
def test_a_missing_table_is_named(missing) -> None:
    register = {key: value for key, value in load_voorbeeldstad().items() if key != missing}
    with pytest.raises(DataError, match=f"er ontbreekt: {missing}"):
        read(register)


def test_tables_without_a_common_month_are_refused() -> None:
    register = load_voorbeeldstad()
    late = register["deeltijdinkomsten"].assign(maand=pd.Timestamp("2030-01-01"))
    with pytest.raises(DataError, match="vallen buiten de maanden"):
        read({**register, "deeltijdinkomsten": late.drop_duplicates("persoon_id")})


def test_less_than_a_year_is_one_period(gegevens) -> None:
    short = replace(gegevens, dekking=replace(gegevens.dekking, eerste=Maand(2015, 3), laatste=Maand(2015, 10)))
    assert list(d.list_perioden(short)) == [d.HELE_PERIODE]
    assert set(d.list_bedragen(short)["groep"]) == {"hele periode, vrijlating ja", "hele periode, vrijlating nee"}


def test_a_mean_of_few_or_equal_persons_is_refused() -> None:
    rows = pd.DataFrame({"persoon": [1, 2, 3, 4], "bedrag": [1.0, 2.0, 3.0, 4.0]})
    assert d.average(rows, "bedrag", "e", "u").code == "too_small"
    rows = pd.DataFrame({"persoon": range(6), "bedrag": 1.0})
    assert d.average(rows, "bedrag", "e", "u").code == "no_spread"
