"""The embedded files: their values, statuses and sources, and the contract they are held to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from evaluatie.errors import DataError
from evaluatie.wet import Zekerheid, describe_regime, find_weakest, list_regelingen, load_regeling, read_regeling

FOUND, DERIVED, INFERRED = Zekerheid.FOUND, Zekerheid.DERIVED, Zekerheid.INFERRED
# By year, copied by hand from the facts: ondergrens, bovengrens, vergoeding ertussen, aantal jaren, drempel.
STATUS = {
    2015: (INFERRED, INFERRED, INFERRED, INFERRED, None),
    2016: (FOUND, FOUND, FOUND, INFERRED, None),
    2017: (FOUND, FOUND, DERIVED, FOUND, FOUND),
    2018: (FOUND, INFERRED, INFERRED, FOUND, FOUND),
    2019: (FOUND, FOUND, FOUND, INFERRED, INFERRED),
    2020: (INFERRED,) * 5,
    2021: (FOUND,) * 5,
    2022: (INFERRED,) * 5,
    2023: (FOUND,) * 5,
    2024: (FOUND,) * 5,
    2025: (FOUND, INFERRED, INFERRED, FOUND, FOUND),
}
GELDIG = """
naam: proefregeling
omschrijving: een proef
parameters:
  grens:
    naam: proefgrens
    omschrijving: een grens
    eenheid: aandeel
    waarden:
      - {vanaf: 2015-01-01, tot: 2015-12-31, waarde: 0.05, status: found, bron: {titel: Bron, vindplaats: blz. 1}}
      - {vanaf: 2016-01-01, tot: 2016-12-31, waarde: 0.1, status: found, bron: {titel: Bron, vindplaats: blz. 2}}
"""
MISTAKES = [
    ("naam: proefgrens", "naam: proefgrens\n    kleur: rood", "onbekende sleutel"),
    ("naam: proefregeling", "naam: proefregeling\nversie: 2", "onbekende sleutel"),
    ("blz. 1}", "blz. 1, auteur: ik}", "onbekende sleutel"),
    ("bron: {titel: Bron, vindplaats: blz. 1}", "opmerking: geen bron", "verplichte sleutel ontbreekt"),
    ("titel: Bron, vindplaats: blz. 1", "titel: Bron", "verplichte sleutel ontbreekt"),
    ("0.05, status: found", "0.05", "verplichte sleutel ontbreekt"),
    ("0.05, status: found", "0.05, status: zeker", "waarde niet toegestaan"),
    ("0.05, status: found", "0.05, status: inferred", "opmerking nodig"),
    ("2016-01-01", "2015-12-31", "overlapt"),
    ("2016-01-01", "2016-01-02", "gat tussen"),
    ("2015-01-01, tot: 2015-12-31", "2017-01-01, tot: 2017-12-31", "niet op volgorde"),
    ("tot: 2016-12-31", "tot: 2015-12-31", "voordat hij begint"),
    ("eenheid: aandeel", "eenheid: procent", "waarde niet toegestaan"),
    ("waarde: 0.05", "waarde: 7.5", "past niet bij de eenheid"),
    ("waarde: 0.05", "waarde: veel", "past niet bij de eenheid"),
    ("waarde: 0.05", "waarde: true", "grens.waarden.0.waarde"),
    ("eenheid: aandeel", "eenheid: datum", "past niet bij de eenheid"),
    ("eenheid: aandeel", "eenheid: tekst", "past niet bij de eenheid"),
    ("eenheid: aandeel", "eenheid: jaren", "past niet bij de eenheid"),
    ("  grens:", "  Grens 1:", "parameters.Grens 1"),
    ("naam: proefgrens", "naam: proefgrens\n    naam: dubbel", "geen leesbare YAML"),
    ("parameters:", "onbekend: [{regeling: ander, reden: een reden}]\nparameters:", "waarde niet toegestaan"),
]


def test_the_valid_example_is_read_exactly() -> None:
    grens = read_regeling(GELDIG, "proef.yaml").parameters["grens"]
    assert grens.value_on(dt.date(2015, 12, 31)).aandeel == Fraction(1, 20)
    assert grens.value_on(dt.date(2016, 1, 1)).aandeel == Fraction(1, 10)


@pytest.mark.parametrize(("right", "wrong", "problem"), MISTAKES)
def test_a_broken_contract_is_rejected(right: str, wrong: str, problem: str) -> None:
    assert right in GELDIG
    with pytest.raises(DataError) as caught:
        read_regeling(GELDIG.replace(right, wrong, 1), "proef.yaml")
    assert problem in caught.value.message
    assert "proef.yaml" in caught.value.message
    assert caught.value.exit_code == 5


def test_all_mistakes_are_reported_at_once() -> None:
    text = GELDIG.replace("status: found", "status: zeker").replace("naam: proefregeling", "titel: proef")
    with pytest.raises(DataError) as caught:
        read_regeling(text, "proef.yaml")
    assert len(caught.value.violations) == 4


@pytest.mark.parametrize("naam", list_regelingen())
def test_every_value_has_a_source_and_a_status(naam: str) -> None:
    parameters = load_regeling(naam).parameters.values()
    waarden = [waarde for parameter in parameters for waarde in parameter.waarden]
    assert len(waarden) >= 3
    for waarde in waarden:
        assert isinstance(waarde.status, Zekerheid)
        assert len(waarde.bron.titel) > 10
        assert waarde.bron.vindplaats
        assert waarde.bron.url == "" or waarde.bron.url.startswith("https://")
        assert (waarde.vanaf.month, waarde.vanaf.day, waarde.tot.month, waarde.tot.day) == (1, 1, 12, 31)
        assert waarde.status is FOUND or waarde.opmerking


@pytest.mark.parametrize("jaar", STATUS)
def test_statuses_follow_the_facts(jaar: int) -> None:
    regime = describe_regime(jaar)
    drempel = regime.meerjarig_drempel
    found = (regime.ondergrens, regime.bovengrens, regime.vergoeding_tussen, regime.meerjarig_aantal_jaren)
    assert tuple(waarde.status for waarde in found) == STATUS[jaar][:4]
    assert (drempel and drempel.status) == STATUS[jaar][4]
    statuses = [status for status in (*STATUS[jaar], regime.vergoeding_boven.status) if status]
    assert regime.zekerheid is min(statuses, key=[INFERRED, DERIVED, FOUND].index)


@pytest.mark.parametrize(
    "field",
    [
        "ondergrens",
        "bovengrens",
        "vergoeding_tussen",
        "vergoeding_boven",
        "meerjarig_aantal_jaren",
        "meerjarig_drempel",
    ],
)
def test_a_regime_is_no_firmer_than_any_of_its_rules(field: str) -> None:
    regime = describe_regime(2024)
    weaker = replace(regime, **{field: replace(getattr(regime, field), status=DERIVED)})
    assert (regime.zekerheid, weaker.zekerheid) == (FOUND, DERIVED)


@pytest.mark.parametrize("jaar", STATUS)
def test_maximal_own_risk_follows_from_the_brackets(jaar: int) -> None:
    regime = describe_regime(jaar)
    onder, boven = regime.ondergrens.aandeel, regime.bovengrens.aandeel
    assert regime.maximaal_eigen_risico.aandeel == onder + (boven - onder) * (1 - regime.vergoeding_tussen.aandeel)
    assert regime.vergoeding_boven.aandeel == 1


def test_the_15_august_date_lies_in_the_year_after() -> None:
    for waarde in load_regeling("vangnetuitkering").parameters["indieningsdatum"].waarden:
        assert waarde.value == dt.date(waarde.vanaf.year + 1, 8, 15)
        assert waarde.vanaf.year == waarde.tot.year


def test_iau_2014_is_kept_as_text_for_2014_only() -> None:
    iau = load_regeling("iau_2014")
    peildatum = dt.date(2014, 7, 1)
    assert "hoger dan" in iau.value_on("instroom", peildatum).tekst
    assert "lager dan" in iau.value_on("uitstroom", peildatum).tekst
    assert iau.value_on("instroom", peildatum).bron.vindplaats == "art. 15 lid 5"
    assert iau.value_on("drempel", peildatum).tekst == "10%"


def test_certainty_is_ordered_by_firmness() -> None:
    assert INFERRED < DERIVED < FOUND
    assert FOUND > DERIVED > INFERRED
    assert INFERRED <= DERIVED <= DERIVED <= FOUND
    assert FOUND >= DERIVED >= DERIVED >= INFERRED
    assert not FOUND <= DERIVED
    assert not INFERRED >= DERIVED
    assert sorted([FOUND, INFERRED, DERIVED]) == [INFERRED, DERIVED, FOUND]
    assert find_weakest([FOUND, DERIVED]) is DERIVED
    assert (str(FOUND), str(DERIVED), str(INFERRED)) == ("gevonden", "afgeleid", "aangenomen")
    with pytest.raises(ValueError):
        find_weakest([])


def test_a_value_is_read_only_in_its_own_type() -> None:
    regime = describe_regime(2018)
    assert regime.meerjarig_aantal_jaren.aantal == 3
    assert regime.meerjarige_jaren == (2016, 2017, 2018)
    with pytest.raises(TypeError):
        _ = regime.meerjarig_aantal_jaren.aandeel
    with pytest.raises(TypeError):
        _ = regime.ondergrens.aantal


def test_the_shared_regeling_cannot_be_changed() -> None:
    regeling = load_regeling("vangnetuitkering")
    with pytest.raises(TypeError):
        regeling.parameters["ondergrens"] = None  # type: ignore[index]
    assert load_regeling("vangnetuitkering") is regeling
    assert len(regeling.bronnen) == len(set(regeling.bronnen)) > 10
