"""The law is never extrapolated: every unknown year is refused, in Dutch, with its reason."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluatie.errors import ChoiceError, LawError
from evaluatie.wet import (
    Parameter,
    compute_vangnetuitkering,
    describe_regime,
    list_jaren,
    load_regeling,
    read_regeling,
    toon_schijven,
)

REFUSALS = [
    (2010, "regulier", "vóór 2014 zijn niet nagegaan"),
    (2013, "regulier", "vóór 2014 zijn niet nagegaan"),
    (2014, "regulier", "incidentele aanvullende uitkering"),
    (2026, "regulier", "verlaging van het eigen risico naar 2,5%"),
    (2030, "regulier", "verlaging van het eigen risico naar 2,5%"),
    (2014, "uitgebreid", "bestaat pas vanaf 2025"),
    (2024, "uitgebreid", "bestaat pas vanaf 2025"),
    (2025, "uitgebreid", "niet welk deel van het tekort wordt vergoed"),
    (2026, "uitgebreid", "verlaging van het eigen risico naar 2,5%"),
]


@pytest.mark.parametrize(("jaar", "regeling", "reden"), REFUSALS)
def test_unknown_years_are_refused_with_their_reason(jaar: int, regeling: str, reden: str) -> None:
    questions = [
        lambda: compute_vangnetuitkering(jaar=jaar, budget=10, netto_lasten=10, regeling=regeling),
        lambda: toon_schijven(jaar, regeling=regeling),
        lambda: describe_regime(jaar, regeling),
    ]
    for ask in questions:
        with pytest.raises(LawError) as caught:
            ask()
        assert caught.value.exit_code == 6
        assert reden in caught.value.problem
        assert f"over {jaar} zijn niet bekend" in caught.value.problem
        assert "2015 tot en met 2025" in caught.value.remedy


def test_every_year_is_either_known_or_refused() -> None:
    for jaar in range(1990, 2060):
        try:
            describe_regime(jaar)
        except LawError:
            assert jaar not in list_jaren()
        else:
            assert jaar in list_jaren()
    assert list_jaren() == tuple(range(2015, 2026))


@pytest.mark.parametrize("jaar", [0, -1, 10_000])
def test_what_is_no_year_is_a_choice_error(jaar: int) -> None:
    with pytest.raises(ChoiceError, match="geen jaartal"):
        describe_regime(jaar)


@pytest.mark.parametrize("sleutel", load_regeling("vangnetuitkering").parameters)
def test_every_parameter_refuses_outside_its_verified_period(sleutel: str) -> None:
    parameter = load_regeling("vangnetuitkering").parameters[sleutel]
    first, last = parameter.waarden[0].vanaf, parameter.waarden[-1].tot
    assert parameter.value_on(first) is parameter.waarden[0]
    assert parameter.value_on(last) is parameter.waarden[-1]
    for day in (first - dt.timedelta(days=1), last + dt.timedelta(days=1)):
        assert not parameter.covers(day)
        with pytest.raises(LawError) as caught:
            parameter.value_on(day)
        assert caught.value.exit_code == 6
        assert f"1 januari {first.year} tot en met 31 december {last.year}" in caught.value.problem
        assert "Voor deze dag is geen bron gelezen" not in caught.value.problem


@pytest.mark.parametrize(
    ("jaar", "reden"), [(2014, "incidentele aanvullende"), (2016, "geen meerjarige eis gevonden"), (2026, "2,5%")]
)
def test_a_parameter_quotes_the_reason_for_that_very_day(jaar: int, reden: str) -> None:
    drempel = load_regeling("vangnetuitkering").parameters["meerjarig_drempel"]
    with pytest.raises(LawError, match=reden):
        drempel.value_on(dt.date(jaar, 6, 1))


def test_a_gap_is_refused_too() -> None:
    full = load_regeling("vangnetuitkering").parameters["ondergrens"]
    holed = Parameter("x", "proef", "proef", full.eenheid, (full.waarden[0], full.waarden[2]))
    assert holed.value_on(dt.date(2017, 3, 1)).bron == full.waarden[2].bron
    with pytest.raises(LawError, match=r"1 juli 2016.*Voor deze dag is geen bron gelezen"):
        holed.value_on(dt.date(2016, 7, 1))


def test_unknown_regeling_lists_the_known_ones() -> None:
    with pytest.raises(ChoiceError, match="iau_2014, vangnetuitkering"):
        load_regeling("bijstand")


def test_the_reason_of_the_other_vangnet_is_never_quoted() -> None:
    text = """
naam: proefregeling
omschrijving: een proef
parameters:
  grens:
    naam: proefgrens
    omschrijving: een grens
    eenheid: aandeel
    waarden:
      - {vanaf: 2015-01-01, tot: 2015-12-31, waarde: 0.05, status: found, bron: {titel: Bron, vindplaats: blz. 1}}
onbekend:
  - {regeling: uitgebreid, reden: reden van het uitgebreide vangnet}
  - {reden: reden van het reguliere vangnet}
"""
    with pytest.raises(LawError, match="reden van het reguliere vangnet"):
        read_regeling(text, "proef.yaml").value_on("grens", dt.date(2016, 1, 1))
