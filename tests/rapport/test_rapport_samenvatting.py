"""The first screen, in every situation a municipality can be in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from evaluatie.checks import CheckResult, Verdict
from evaluatie.disclosure import open_released, release_public
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.oordeel import Oordeel
from evaluatie.quantities import Bron
from evaluatie.rapport import Vangnetverantwoording
from evaluatie.rapport.samenvatting import write_samenvatting

MakeEvaluatie = Callable[..., Evaluatie]
CBS = [Bron("CBS")]
NBSP = "\N{NO-BREAK SPACE}"
HEADS = ["Wat werkte.", "Wat niet is aangetoond.", "Wat onbekend is."]


def summarise(report: Vangnetverantwoording, **parts: Any) -> dict[str, str]:
    """Return the items of the summary by their first words, with some parts of the data replaced."""
    released = {name: release_public(value, CBS) for name, value in parts.items()}
    fragment = write_samenvatting(replace(report.gegevens, **released), report.resultaten)
    soup = BeautifulSoup(fragment._repr_html_(), "lxml")
    items = soup.find_all("li")
    found = {item.strong.get_text(): item.get_text().replace(NBSP, " ") for item in items}
    assert len(found) == len(items)
    figures = {name.get_text(): name.find_next("dd").get_text().replace(NBSP, " ") for name in soup.find_all("dt")}
    return figures | {head: text.removeprefix(head).strip() for head, text in found.items()}


def test_the_summary_opens_with_place_year_day_and_plan(renkum: Vangnetverantwoording):
    soup = BeautifulSoup(renkum.samenvatting()._repr_html_(), "lxml")
    first, second = soup.find_all("p")[:2]
    assert first.get_text().startswith("Renkum, begrotingsjaar 2019, stand op 31 december 2019.")
    assert second.get_text() == open_released(renkum.gegevens.dossier).samenvatting
    assert [item.strong.get_text() for item in soup.find_all("li")] == HEADS


def test_a_calculated_deficit_and_who_pays_it(renkum: Vangnetverantwoording):
    items = summarise(renkum)
    assert [items[name] for name in ("Tekort", "Eigen risico", "Vangnetuitkering")] == [
        "€ 983.253 12,16% van het budget van € 8.088.748. Dit is een raming, geen jaarrekening.",
        "€ 794.955 Wat Renkum zelf betaalt, als de vangnetuitkering wordt toegekend.",
        "€ 188.298 Wat het Rijk vergoedt, onder voorbehoud: niet alle voorwaarden zijn te beoordelen.",
    ]


def test_a_deficit_from_the_annual_accounts_is_no_forecast(renkum: Vangnetverantwoording):
    text = summarise(renkum, tekort=replace(open_released(renkum.gegevens.tekort), raming=False))["Tekort"]
    assert text == "€ 983.253 12,16% van het budget van € 8.088.748."


def test_an_uitkering_without_reserve(renkum: Vangnetverantwoording):
    tekort = open_released(renkum.gegevens.tekort)
    assert tekort.berekening is not None
    sure = replace(tekort, berekening=replace(tekort.berekening, voorbehoud=False))
    assert summarise(renkum, tekort=sure)["Vangnetuitkering"] == "€ 188.298 Wat het Rijk vergoedt."


def test_a_missing_budget(voorschoten: Vangnetverantwoording):
    items = summarise(voorschoten)
    assert items["Tekort"] == (
        "onbekend De bronnen geven geen budget en lasten van Voorschoten over 2017, dus tekort, eigen risico en "
        "vangnetuitkering zijn niet te berekenen. Het eigen risico kan in dat jaar niet hoger zijn dan 8,75% van het "
        "budget, als aan de voorwaarden is voldaan."
    )
    assert "Eigen risico" not in items


def test_no_maatregel_with_a_date(renkum: Vangnetverantwoording):
    without = open_released(renkum.gegevens.dossier).model_copy(update={"maatregelen": []})
    items = summarise(renkum, evaluaties=[], claims=[], dossier=without)
    assert items["Wat werkte."] == "Van geen enkele maatregel is een effect in de bedoelde richting aangetoond."
    assert items["Wat niet is aangetoond."].startswith("Er is geen maatregel waarvan het effect te schatten was")
    assert items["Wat onbekend is."] == (
        "Voor maatregelen zonder datum of openbare uitkomst is de eigen registratie nodig."
    )


def test_an_effect_that_was_found(renkum: Vangnetverantwoording, make_evaluatie: MakeEvaluatie):
    found = make_evaluatie(0.08)
    assert found.oordeel is Oordeel.GEVONDEN
    items = summarise(renkum, evaluaties=[found])
    assert items["Wat werkte."] == found.sentence
    assert "8,0 procentpunt hoger" in items["Wat werkte."]
    assert "dit wijst op een effect in de bedoelde richting (stijging)" in items["Wat werkte."]
    assert not items["Wat niet is aangetoond."].endswith("te schatten was."), "one could be estimated: it was found"


def test_two_effects_that_were_found(renkum: Vangnetverantwoording, make_evaluatie: MakeEvaluatie):
    one = make_evaluatie(0.08)
    other = make_evaluatie(-0.09, id="b", uitkomst="instroom in de bijstand", verwachting="daling")
    assert summarise(renkum, evaluaties=[one, other])["Wat werkte."] == f"{one.sentence} {other.sentence}"


def test_an_effect_against_the_intention_did_not_work(renkum: Vangnetverantwoording, make_evaluatie: MakeEvaluatie):
    """A council that reads "Wat werkte" must not find there what made things worse."""
    opposite = make_evaluatie(-0.08)
    assert opposite.oordeel is Oordeel.TEGENGESTELD
    items = summarise(renkum, evaluaties=[opposite])
    assert items["Wat werkte."] == "Van geen enkele maatregel is een effect in de bedoelde richting aangetoond."
    assert items["Wat averechts uitpakte."] == opposite.sentence
    assert "tegengesteld aan de bedoeling" in opposite.sentence


def test_an_effect_that_was_not_shown(renkum: Vangnetverantwoording, make_evaluatie: MakeEvaluatie):
    items = summarise(renkum, evaluaties=[make_evaluatie(0.005)])
    assert items["Wat werkte."] == "Van geen enkele maatregel is een effect in de bedoelde richting aangetoond."
    assert items["Wat niet is aangetoond."] == (
        "Een effect van ‘Matchteam’ op uitstroom naar werk. Dat is iets anders dan geen effect: in een gemeente van "
        "deze omvang was een effect pas vanaf 5,0 procentpunt op te merken."
    )


def test_several_effects_that_were_not_shown(renkum: Vangnetverantwoording, make_evaluatie: MakeEvaluatie):
    evaluaties = [
        make_evaluatie(0.005, detectable=0.095),
        make_evaluatie(0.001, id="b", detectable=0.062),
        make_evaluatie(0.002, id="c", maatregel="Aanpak", detectable=0.07),
    ]
    text = summarise(renkum, evaluaties=evaluaties)["Wat niet is aangetoond."]
    assert text.startswith("Een effect van ‘Matchteam’ op uitstroom naar werk en ‘Aanpak’ op uitstroom naar werk.")
    assert text.endswith("vanaf 6,2 tot 9,5 procentpunt (dat verschilt per uitkomst) op te merken.")


def test_an_effect_that_fails_a_check_was_not_shown(renkum: Vangnetverantwoording, make_evaluatie: MakeEvaluatie):
    failed = make_evaluatie(0.08, checks=(CheckResult("Weglaten", Verdict.FAILED, "Zonder één gemeente is er niets."),))
    items = summarise(renkum, evaluaties=[failed])
    assert items["Wat werkte."] == "Van geen enkele maatregel is een effect in de bedoelde richting aangetoond."
    assert "Een effect van ‘Matchteam’ op uitstroom naar werk" in items["Wat niet is aangetoond."]


def test_an_effect_that_does_not_survive_holm_was_not_shown(
    renkum: Vangnetverantwoording, make_evaluatie: MakeEvaluatie
):
    items = summarise(renkum, evaluaties=[make_evaluatie(0.021, p_adjusted=0.11)])
    assert items["Wat werkte."] == "Van geen enkele maatregel is een effect in de bedoelde richting aangetoond."


def test_an_effect_without_a_known_smallest_effect(renkum: Vangnetverantwoording, make_evaluatie: MakeEvaluatie):
    """`detectable` may be None; the summary must still be written."""
    text = summarise(renkum, evaluaties=[make_evaluatie(0.005, detectable=None)])["Wat niet is aangetoond."]
    assert text.startswith("Een effect van ‘Matchteam’ op uitstroom naar werk.")


def test_an_effect_outside_the_figures(renkum: Vangnetverantwoording, make_evaluatie: MakeEvaluatie):
    text = summarise(renkum, evaluaties=[make_evaluatie(None)])["Wat onbekend is."]
    assert text.startswith(
        "Het effect van ‘Matchteam’ is niet te schatten, omdat de gemeentecijfers alleen over 2015 tot en met 2017 "
        "gaan."
    )


def test_a_municipality_that_is_too_small_is_not_told_that_years_are_missing(
    renkum: Vangnetverantwoording, make_evaluatie: MakeEvaluatie
):
    reason = "de gemeente is te klein voor een percentage uit afgeronde aantallen"
    small = make_evaluatie(None, estimate=NotEstimated(reason, "too_small"))
    text = summarise(renkum, evaluaties=[small])["Wat onbekend is."]
    assert "niet te schatten" in text
    assert "omdat de gemeentecijfers alleen over 2015 tot en met 2017 gaan" not in text


@pytest.mark.parametrize(("name", "expected"), [("renkum", 4), ("voorschoten", 8)])
def test_claims_that_cannot_be_tested_are_counted(name: str, expected: int, request: pytest.FixtureRequest):
    report: Vangnetverantwoording = request.getfixturevalue(name)
    untestable = [c for c in open_released(report.gegevens.dossier).claims if c.toets.soort == "niet_toetsbaar"]
    # 16% against 8% in Renkum has no denominator: not testable either.
    assert len(untestable) + (name == "renkum") == expected
    assert f"zijn er {expected} niet te toetsen." in summarise(report)["Wat onbekend is."]


def test_names_in_the_summary_are_escaped(renkum: Vangnetverantwoording, make_evaluatie: MakeEvaluatie):
    evil = release_public([make_evaluatie(0.005, maatregel="<b>Matchteam</b>")], CBS)
    text = write_samenvatting(replace(renkum.gegevens, evaluaties=evil), renkum.resultaten)._repr_html_()
    assert "<b>" not in text
    assert "&lt;b&gt;Matchteam&lt;/b&gt;" in text
