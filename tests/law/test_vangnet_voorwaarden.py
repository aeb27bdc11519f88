"""The conditions: multi-year, not assessable, and what they do to the amount."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evaluatie.quantities import Euro
from evaluatie.wet import (
    Oordeel,
    Vangnetberekening,
    Zekerheid,
    compute_vangnetuitkering,
    describe_regime,
    list_jaren,
)
from evaluatie.wet.voorwaarden import judge_meerjarig

MEERJARIG, DREMPEL = "meerjarig tekort", "tekort boven de ondergrens"


def _compute(jaar: int, tekort: int, **eerdere: int) -> Vangnetberekening:
    """Compute with a budget of 1000 in every year; `eerdere` gives the tekort of ``j2016=…``."""
    jaren = {int(key[1:]): (1000, 1000 + value) for key, value in eerdere.items()}
    return compute_vangnetuitkering(jaar=jaar, budget=1000, netto_lasten=1000 + tekort, eerdere_jaren=jaren)


def test_multi_year_met() -> None:
    berekening = _compute(2024, 150, j2022=10, j2023=0)
    assert berekening.voorwaarde(MEERJARIG).oordeel is Oordeel.VOLDAAN
    assert berekening.vangnetuitkering == Euro.of(50)


def test_surplus_years_count_against() -> None:
    berekening = _compute(2024, 150, j2022=-40, j2023=-36)
    conditie = berekening.voorwaarde(MEERJARIG)
    assert conditie.oordeel is Oordeel.NIET_VOLDAAN
    assert "€\N{NO-BREAK SPACE}74, 7,4% van het budget van 2024" in conditie.toelichting
    assert berekening.voorwaarde(DREMPEL).oordeel is Oordeel.VOLDAAN
    assert (berekening.vangnetuitkering, berekening.eigen_risico) == (Euro(0), Euro.of(150))
    assert berekening.uitkering_volgens_schijven == Euro.of(50)
    assert not berekening.voorbehoud


def test_a_cumulative_surplus_is_named_as_such() -> None:
    assert "Het overschot over 2022, 2023 en 2024 samen is €\N{NO-BREAK SPACE}50" in (
        _compute(2024, 150, j2022=-100, j2023=-100).voorwaarde(MEERJARIG).toelichting
    )


def test_cumulative_exactly_on_the_threshold_is_not_enough() -> None:
    on_threshold = _compute(2024, 150, j2022=-75, j2023=0)
    one_above = _compute(2024, 151, j2022=-75, j2023=0)
    assert on_threshold.voorwaarde(MEERJARIG).oordeel is Oordeel.NIET_VOLDAAN
    assert one_above.voorwaarde(MEERJARIG).oordeel is Oordeel.VOLDAAN


def test_tekort_exactly_on_the_threshold_is_not_enough() -> None:
    assert _compute(2024, 75, j2022=75, j2023=75).voorwaarde(DREMPEL).oordeel is Oordeel.NIET_VOLDAAN
    assert _compute(2024, 76, j2022=75, j2023=75).voorwaarde(DREMPEL).oordeel is Oordeel.VOLDAAN


def test_the_sum_is_divided_by_the_budget_of_the_last_year_only() -> None:
    # The sum 60 is 6% of the last budget; over the three budgets together it would be 2%.
    berekening = compute_vangnetuitkering(
        jaar=2018, budget=1000, netto_lasten=1060, eerdere_jaren={2016: (1000, 1000), 2017: (1000, 1000)}
    )
    assert berekening.voorwaarde(MEERJARIG).oordeel is Oordeel.VOLDAAN
    assert "6% van het budget van 2018" in berekening.voorwaarde(MEERJARIG).toelichting


def test_2017_looks_back_one_year_and_ignores_older_ones() -> None:
    assert _compute(2017, 100, j2015=-900, j2016=0).voorwaarde(MEERJARIG).oordeel is Oordeel.VOLDAAN
    assert _compute(2018, 100, j2015=-900, j2016=0, j2017=-60).voorwaarde(MEERJARIG).oordeel is Oordeel.NIET_VOLDAAN


def test_multi_year_threshold_is_5_percent_until_2018_and_7_5_after() -> None:
    assert _compute(2018, 100, j2016=-40, j2017=0).voorwaarde(MEERJARIG).oordeel is Oordeel.VOLDAAN
    assert _compute(2019, 100, j2017=-40, j2018=0).voorwaarde(MEERJARIG).oordeel is Oordeel.NIET_VOLDAAN


def test_missing_years_are_named_and_the_amount_is_under_reserve() -> None:
    berekening = _compute(2024, 150, j2023=0)
    conditie = berekening.voorwaarde(MEERJARIG)
    assert conditie.oordeel is Oordeel.NIET_TE_BEOORDELEN
    assert conditie.toelichting.endswith("netto lasten over 2022.")
    assert _compute(2024, 150).voorwaarde(MEERJARIG).toelichting.endswith("over 2022 en 2023.")
    assert berekening.vangnetuitkering == Euro.of(50)
    assert berekening.voorbehoud


@pytest.mark.parametrize("field", ["meerjarig_aantal_jaren", "meerjarig_drempel"])
def test_multi_year_is_no_firmer_than_its_weakest_rule(field: str) -> None:
    regime = describe_regime(2024)
    weaker = replace(regime, **{field: replace(getattr(regime, field), status=Zekerheid.INFERRED)})
    tekorten = {2022: Euro(1), 2023: Euro(1), 2024: Euro(100)}
    assert judge_meerjarig(regime, Euro(100), tekorten).zekerheid is Zekerheid.FOUND
    assert judge_meerjarig(weaker, Euro(100), tekorten).zekerheid is Zekerheid.INFERRED


@pytest.mark.parametrize("jaar", [2015, 2016])
def test_without_multi_year_condition_it_does_not_apply(jaar: int) -> None:
    conditie = _compute(jaar, 100).voorwaarde(MEERJARIG)
    assert (conditie.oordeel, conditie.zekerheid) == (Oordeel.GELDT_NIET, Zekerheid.INFERRED)


@pytest.mark.parametrize("jaar", list_jaren())
def test_what_figures_cannot_settle_is_not_judged(jaar: int) -> None:
    eerdere = {f"j{year}": 500 for year in (jaar - 1, jaar - 2)}
    berekening = _compute(jaar, 200, **eerdere)
    expected = {"gemeenteraad", "maatregelen", "tijdige aanvraag"}
    expected |= {"externe maatregelen"} if jaar >= 2017 else set()
    expected |= {"geen aanwijzing"} if jaar == 2015 else set()
    open_conditions = [v for v in berekening.voorwaarden if v.oordeel is Oordeel.NIET_TE_BEOORDELEN]
    assert {conditie.naam for conditie in open_conditions} == expected
    assert all("Nodig voor een oordeel: " in conditie.toelichting for conditie in open_conditions)
    assert all(conditie.bron.titel for conditie in berekening.voorwaarden)
    assert berekening.voorbehoud


@pytest.mark.parametrize("jaar", list_jaren())
def test_council_is_informed_until_2016_and_consents_after(jaar: int) -> None:
    toelichting = _compute(jaar, 200).voorwaarde("gemeenteraad").toelichting
    assert ("stemt in" in toelichting) == (jaar >= 2017)
    assert ("getekende deel van het aanvraagformulier" in toelichting) == (jaar >= 2017)
    assert ("informeert" in toelichting) == (jaar <= 2016)


@pytest.mark.parametrize("jaar", list_jaren())
def test_request_is_due_on_15_august_of_the_next_year(jaar: int) -> None:
    assert f"15 augustus {jaar + 1}" in _compute(jaar, 200).voorwaarde("tijdige aanvraag").toelichting


@pytest.mark.parametrize("jaar", range(2017, 2026))
def test_external_measures_name_the_two_years_before(jaar: int) -> None:
    toelichting = _compute(jaar, 200).voorwaarde("externe maatregelen").toelichting
    assert f"als over {jaar - 2} of {jaar - 1} een vangnetuitkering is toegekend" in toelichting


def test_amounts_are_written_the_dutch_way() -> None:
    berekening = compute_vangnetuitkering(jaar=2019, budget=8_088_748, netto_lasten=9_072_001)
    assert berekening.voorwaarde(DREMPEL).toelichting == (
        "Het tekort in 2019 is €\N{NO-BREAK SPACE}983.253, 12,16% van het budget; "
        "nodig is een tekort van meer dan 7,5% (€\N{NO-BREAK SPACE}606.656,10)."
    )
