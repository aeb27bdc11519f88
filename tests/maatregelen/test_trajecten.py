"""Trajecten: what was planted comes back, nothing is found where nothing was planted, and nothing small is shown."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from evaluatie.errors import DataError
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.estimation.result import LogInference, StudentInference
from evaluatie.evaluaties import trajecten as t
from evaluatie.evaluaties import trajectkosten as kosten
from evaluatie.evaluaties.oordeel import Bewijskracht, Oordeel
from evaluatie.evaluaties.trajectsoorten import FEWEST_EXITS, Onderscheid, compare_soorten
from evaluatie.project import notebooks_folder
from evaluatie.quantities import Bron
from evaluatie.rapport import Trajecten
from evaluatie.registratie.voorbeeld import Effecten, generate, load_voorbeeldstad
from evaluatie.render import render

BRON = (Bron("Voorbeeldstad, synthetische gegevens"),)
PLANTED = dict(zip(t.VENSTERS, (0.6, 1.3, 1.3, 1.3, 1.0), strict=True))


@pytest.fixture(scope="module")
def gegevens() -> t.Trajectgegevens:
    return t.read_trajecten(load_voorbeeldstad(), "Voorbeeldstad", BRON)


@pytest.fixture(scope="module")
def vensters(gegevens):
    return {evaluatie.id.removeprefix("traject."): evaluatie for evaluatie in t.evaluate_vensters(gegevens)}


@pytest.fixture(scope="module")
def starts(gegevens):
    found, results = t.evaluate_starts(gegevens)
    return {evaluatie.id.removeprefix("traject.start."): evaluatie for evaluatie in found}, results


def test_lock_in_and_after_effect_are_recovered_within_their_intervals(vensters) -> None:
    for name, planted in PLANTED.items():
        assert vensters[name].estimate.interval().contains(planted), name
    assert vensters["tijdens"].estimate.value < 1 < vensters["na_1_3"].estimate.value
    assert all(evaluatie.bewijskracht is Bewijskracht.VOOR_EN_NA for evaluatie in vensters.values())


def test_the_effect_on_persons_is_that_of_the_generator_with_selection_on_registered_traits_only() -> None:
    """Recovery on a larger draw in which the registers hold all that decides: within 3 standard errors plus 0,05."""
    register = generate(8_000, 60, 12, Effecten(selectie_aanleg=0.0)).register
    fit = t.fit_vensters(t.read_trajecten(register, "X", BRON))
    assert not isinstance(fit, NotEstimated)
    for name, planted in PLANTED.items():
        inference = fit[name].inference
        assert isinstance(inference, LogInference)
        assert abs(inference.log_value - math.log(planted)) < 3 * inference.std_error + 0.05, name


def test_starting_now_is_compared_with_waiting_on_every_outcome(starts) -> None:
    evaluaties, results = starts
    assert set(evaluaties) == {"werk_12", "duurzaam_12", "duurzaam_jaar_12", "werk_24", "bijstand_24"}
    for name, evaluatie in evaluaties.items():
        assert isinstance(evaluatie.estimate, Estimate)
        assert evaluatie.bewijskracht is Bewijskracht.MET_VERGELIJKINGSGROEP, name
        assert evaluatie.p_adjusted >= evaluatie.estimate.p_value
        assert (evaluatie.oordeel is Oordeel.NIET_AANGETOOND) == ("niet aangetoond" in evaluatie.sentence)
    assert results["traject.start.werk_12"].overlap().share_outside < 0.05
    # Lasting exits are exits, and everyone who left within a year left within two.
    assert (
        evaluaties["duurzaam_12"].steun.gebeurtenissen_behandeld <= evaluaties["werk_12"].steun.gebeurtenissen_behandeld
    )


@pytest.mark.slow
def test_without_planted_effects_at_least_nine_in_ten_sentences_say_not_shown() -> None:
    sentences = []
    for seed in range(12):
        register = generate(1_500, 60, 300 + seed, Effecten.nul()).register
        gegevens = t.read_trajecten(register, "X", BRON)
        sentences += [e.sentence for e in (*t.evaluate_vensters(gegevens), *t.evaluate_starts(gegevens)[0])]
    shown = np.mean(["niet aangetoond" in sentence for sentence in sentences])
    assert len(sentences) == 12 * 10
    assert shown >= 0.9, shown


def test_without_planted_effects_one_draw_finds_nothing() -> None:
    register = generate(1_500, 60, 41, Effecten.nul()).register
    gegevens = t.read_trajecten(register, "X", BRON)
    found = [*t.evaluate_vensters(gegevens), *t.evaluate_starts(gegevens)[0]]
    assert {evaluatie.oordeel for evaluatie in found} == {Oordeel.NIET_AANGETOOND}


def test_kinds_and_aanbieders_are_corrected_for_the_number_of_comparisons(gegevens) -> None:
    rows = compare_soorten(gegevens, ("soort",))
    assert [row.soort for row in rows] == sorted(row.soort for row in rows)
    for row in rows:
        if isinstance(row.effect, NotEstimated):
            assert row.onderscheid is Onderscheid.ONBEKEND
        else:
            assert row.p_adjusted >= row.effect.p_value
            assert row.steun.gebeurtenissen_behandeld >= FEWEST_EXITS
    assert sum(row.gestart for row in rows) >= gegevens.starts[12].query("start == 1")["persoon"].nunique()
    both = compare_soorten(gegevens, ("soort", "aanbieder"))
    assert any(row.onderscheid is Onderscheid.ONBEKEND for row in both)


def test_an_effect_that_is_shown_gets_a_direction(gegevens) -> None:
    row = next(row for row in compare_soorten(gegevens, ("soort",)) if isinstance(row.effect, Estimate))
    effect = replace(row.effect, value=-0.1)
    assert replace(row, effect=effect, p_adjusted=0.01).onderscheid is Onderscheid.MINDER
    assert replace(row, p_adjusted=0.01, effect=replace(effect, value=0.1)).onderscheid is Onderscheid.BETER
    assert replace(row, p_adjusted=0.2).onderscheid is Onderscheid.NIET


def make(value: float, std_error: float) -> Estimate:
    return Estimate(value, std_error, None, 100, "m", "e", "u", StudentInference(value, std_error))


def test_costs_per_effect_are_those_worked_out_by_hand(gegevens) -> None:
    # Mean cost over an effect of 0,10 ± 1,96 · 0,025: 0,051 to 0,149.
    mean = gegevens.starts[12]["kosten"].mean()
    found = kosten.compute_kosten(gegevens, make(0.10, 0.025), "euro")
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(mean / 0.10)
    interval = found.interval()
    assert interval.lower == pytest.approx(mean / (0.10 + 1.959964 * 0.025), rel=1e-6)
    assert interval.upper == pytest.approx(mean / (0.10 - 1.959964 * 0.025), rel=1e-6)


def test_an_effect_that_may_be_nothing_has_no_highest_price(gegevens) -> None:
    unsure = kosten.compute_kosten(gegevens, make(0.02, 0.025), "euro")
    assert isinstance(unsure, Estimate)
    assert math.isinf(unsure.interval().upper)
    assert unsure.p_value > 0.05
    wrong = kosten.compute_kosten(gegevens, make(-0.02, 0.025), "euro")
    assert isinstance(wrong, NotEstimated)
    assert wrong.code == "wrong_sign"
    turned = kosten.turn(make(-0.5, 0.1), -1)
    assert isinstance(turned, Estimate)
    assert turned.interval().contains(0.5)
    assert not turned.interval().contains(-0.5)


def test_the_six_months_rule_is_one_coefficient_of_the_hazard(gegevens) -> None:
    """The ratio of two windows in one go is the ratio of both ratios in a fit with the late months apart."""
    rule = kosten.apply_zesmaandenregel(gegevens)
    maanden = gegevens.maanden
    late = maanden["in_traject"] & (maanden["sinds_trajectbegin"] >= kosten.ZES_MAANDEN)
    assert rule.uitstroom == int(maanden.loc[late, "werk"].sum())
    apart = maanden.assign(tijdens=((maanden["tijdens"] == 1) & ~late).astype(float), laat=late.astype(float))
    from evaluatie.evaluaties.personen import fit_duur

    fit = fit_duur(apart, ["tijdens", "laat", *list(t.VENSTERS)[1:]])
    assert isinstance(rule.verhouding, Estimate)
    assert rule.verhouding.value == pytest.approx(fit["na_1_3"].value / fit["laat"].value, rel=1e-6)


def test_extra_exits_of_the_six_months_rule_are_those_worked_out_by_hand() -> None:
    # 20 exits, ratio 1,5 with s = 0,2 on the logarithmic scale: 10 extra, variance (20·1,5·0,2)² + 0,5²·20 = 36 + 5.
    ratio = Estimate(1.5, 0.3, None, 100, "m", "e", "ratio", LogInference(math.log(1.5), 0.2), null=1.0)
    extra = kosten.Zesmaandenregel(40, 20, ratio).to_estimate()
    assert isinstance(extra, Estimate)
    assert extra.value == pytest.approx(10)
    assert extra.std_error == pytest.approx(math.sqrt(41))
    assert isinstance(kosten.Zesmaandenregel(40, 0, ratio).to_estimate(), NotEstimated)


def test_a_municipality_without_trajecten_is_told_what_is_missing() -> None:
    register = {name: table for name, table in load_voorbeeldstad().items() if name != "trajecten"}
    with pytest.raises(DataError, match="er ontbreekt: trajecten"):
        t.read_trajecten(register, "X", BRON)


def test_the_page_shows_what_the_class_computed_and_nothing_small(tmp_path) -> None:
    made = render(notebooks_folder() / "re-integratietrajecten.ipynb", {}, tmp_path)
    page = made.html.read_text(encoding="utf-8")
    results = {item["id"]: item for item in json.loads(made.results.read_text(encoding="utf-8"))}
    trajecten = Trajecten()
    assert {key: item.value for key, item in trajecten.resultaten.by_id.items()}.keys() <= results.keys()
    assert "Synthetische gegevens" in page
    counts = [item for key, item in results.items() if key.startswith("aantal.") and item["value"] is not None]
    assert counts
    assert all(item["value"] >= 10 and item["value"] % 5 == 0 for item in counts)
    assert not re.search(r"facade[0-9a-f]{10}", page)
    for name, planted in PLANTED.items():
        interval = results[f"traject.{name}"]["interval"]
        assert interval["lower"] <= planted <= interval["upper"]


def test_a_small_combination_takes_its_kind_and_its_aanbieder_with_it(gegevens) -> None:
    from evaluatie.rapport.trajectsoorten import _keep_large

    rows = compare_soorten(gegevens, ("soort", "aanbieder"))
    first = rows[0]
    shrunk = [replace(first, gestart=7), *rows[1:]]
    kept = _keep_large(shrunk, ("soort", "aanbieder"))
    assert kept
    assert all(row.soort != first.soort and row.aanbieder != first.aanbieder for row in kept)
    named = compare_soorten(gegevens, ("aanbieder",))
    assert _keep_large([replace(named[0], gestart=7), *named[1:]], ("aanbieder",)) == named[1:]


def test_a_klantgroep_is_compared_with_its_own_who_wait(gegevens) -> None:
    rows = {row.klantgroep: row for row in compare_soorten(gegevens, ("klantgroep",))}
    starts = gegevens.starts[12]
    for name, row in rows.items():
        waiting = starts[(starts["klantgroep"] == name) & (starts["start"] == 0)]
        assert row.steun.personen_vergeleken == waiting["persoon"].nunique()
    assert {"groeien", "matchen"} <= set(rows)


def test_who_came_back_is_counted_once_per_person(gegevens) -> None:
    counts = t.count_herinstroom(gegevens)
    exits = gegevens.uitstroom
    chosen = exits[exits["reden"].isin(["werk", "zelfstandig"]) & (exits["gevolgd"] >= 12)]
    assert counts.to_numpy().sum() <= chosen["persoon"].nunique()
    assert list(counts.columns) == ["terug", "niet terug"]
    assert counts.loc[t.ZONDER_TRAJECT].sum() > counts.loc[t.NA_TRAJECT].sum() > 10


def test_the_share_that_left_for_work_per_kind_is_that_of_the_starts_followed(gegevens) -> None:
    """Without censoring within the year the cumulative incidence is a plain share: counted from starts of before it."""
    found, support = t.list_incidentie_werk(gegevens, "soort")
    assert set(found) == set(support)
    for name, estimate in found.items():
        assert isinstance(estimate, Estimate)
        rows = gegevens.maanden[
            (gegevens.maanden["sinds_trajectbegin"] == 0) & (gegevens.maanden["traject_soort"] == name)
        ]
        assert estimate.n == len(rows) == support[name][0]
        assert 0 < estimate.value < 0.5
        assert estimate.interval().contains(estimate.value)
