"""Fictief against estimated: tiny registers worked out by hand, every sentence, planted effects, the rendered page."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from evaluatie.dossier import load_dossier
from evaluatie.errors import ChoiceError, DataError
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.estimation.result import StudentInference
from evaluatie.evaluaties import trajecten
from evaluatie.evaluaties.besparing import compute_besparing, list_normbedragen
from evaluatie.evaluaties.besparingseffect import (
    Starteffecten,
    compute_terugverdientijd,
    evaluate_besparing,
    subtract_zonder,
    value_looptijd,
    value_starts,
)
from evaluatie.evaluaties.besparingseffect_buig import find_regels, list_buigjaren, value_in_jaar
from evaluatie.evaluaties.besparingseffect_plaatsingen import Plaatsingen, count_plaatsingen, find_jaren, require_jaren
from evaluatie.evaluaties.besparingseffect_prijs import Maandprijs, price_month
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.oordeel import Ontwerp, Oordeel
from evaluatie.evaluaties.schaal import MAANDEN, PUNTEN
from evaluatie.evaluaties.steun import Steun
from evaluatie.evaluaties.tekort import list_landelijke_jaren
from evaluatie.panel import Dekking
from evaluatie.project import notebooks_folder
from evaluatie.quantities import Bron, Euro, Maand
from evaluatie.rapport import Besparingsvergelijking
from evaluatie.rapport import besparing as pagina
from evaluatie.rapport.besparing_delen import title_vergelijking
from evaluatie.rapport.besparing_fictief import HOOGUIT, TOTAAL, Normen, read_normen, release_fictief
from evaluatie.rapport.besparing_figuur import Bedragbalk, plot_bedragen
from evaluatie.rapport.bronkeuze import Registerbron, open_registers
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.tekenstijl import Tekst
from evaluatie.registratie.voorbeeld import Effecten, generate
from evaluatie.render import check_page, check_parameters, render
from tests.rapport.registerhulp import check_no_persons, check_results, make_own_map, read

BRON = (Bron("proefregister"),)
SECTIES = (
    *("herkomst", "vergelijking", "fictief", "ook_zonder", "toetsen", "starts", "prijs", "looptijden"),
    *("terugverdientijd", "buig"),
)
NORMEN = {("fulltime", 1): 13_000, ("fulltime", 2): 6_500, ("parttime", 1): 3_250, ("parttime", 2): 1_625}


# --- hand-made registers ---------------------------------------------------------------------------------------------


def placements() -> dict[str, pd.DataFrame]:
    rows = [
        ("a", "2018-01-01", "fulltime", "traject"),  # voltijd, eerste halfjaar
        ("b", "2018-06-30", "fulltime", "traject"),  # nog net het eerste halfjaar
        ("a", "2018-07-01", "fulltime", "traject"),  # tweede halfjaar, dezelfde persoon
        ("c", "2018-12-31", "parttime", "traject"),
        ("d", "2018-03-01", "fulltime", "jeugd"),  # een andere maatregel
        ("e", "2018-03-01", "fulltime", None),  # aan geen maatregel toegeschreven
        ("f", "2017-12-31", "fulltime", "traject"),  # een ander jaar
    ]
    frame = pd.DataFrame(rows, columns=["persoon_id", "datum", "dienstverband", "maatregel"])
    return {"plaatsingen": frame.assign(datum=pd.to_datetime(frame["datum"]))}


def test_only_attributed_placements_of_these_years_count_each_in_its_half_year() -> None:
    found = count_plaatsingen(placements(), "traject", [2018])
    assert found is not None
    assert found.aantallen == {("fulltime", 1): 2, ("fulltime", 2): 1, ("parttime", 1): 0, ("parttime", 2): 1}
    assert found.personen[("fulltime", 1)] == 2
    assert count_plaatsingen({}, "traject", [2018]) is None
    # 2 × 13.000 + 1 × 6.500 + 1 × 1.625, with the norm amounts of Voorschoten, bijlage 1
    norms = list_normbedragen(load_dossier("Voorschoten"))
    assert {soort: float(amount) for soort, amount in norms.items()} == NORMEN
    assert compute_besparing(found.aantallen, norms) == Euro.of(34_125)


def test_only_whole_years_that_the_tables_cover_are_compared() -> None:
    known = {"trajecten": Maand(2012, 1), "plaatsingen": Maand(2016, 2)}
    dekking = Dekking(Maand(2015, 1), Maand(2018, 11), known)
    assert find_jaren(dekking, "trajecten") == (2015, 2016, 2017)
    assert find_jaren(dekking, "trajecten", "plaatsingen") == (2017,)
    assert require_jaren(dekking) == (2017,)
    late = replace(dekking, tabellen={"plaatsingen": Maand(2018, 2)})
    assert require_jaren(late) == (2015, 2016, 2017)  # without placements the estimate stands alone
    with pytest.raises(DataError, match="geen heel kalenderjaar"):
        require_jaren(Dekking(Maand(2018, 2), Maand(2019, 11), {}))


def release(counts: list[int], persons: list[int] | None = None, norms: Any = None) -> tuple[Any, Resultaten]:
    sorts = list(NORMEN)
    found = Plaatsingen(dict(zip(sorts, counts, strict=True)), dict(zip(sorts, persons or counts, strict=True)))
    normen = Normen("Voorschoten", NORMEN if norms is None else norms, dict.fromkeys(sorts, Bron("bijlage 1")))
    normen = replace(normen, bedragen={soort: Euro.of(amount) for soort, amount in normen.bedragen.items()})
    resultaten = Resultaten()
    return release_fictief(found, normen, (2018,), BRON, resultaten), resultaten


def test_a_fictieve_besparing_is_computed_from_rounded_counts() -> None:
    # 103 is shown as 105, 12 as 10; 4 and 0 are not shown: at most 9 × 3.250 + 9 × 1.625 is left out
    fictief, resultaten = release([103, 12, 4, 0])
    assert fictief.totaal_eur == 105 * 13_000 + 10 * 6_500
    assert resultaten.by_id[TOTAAL].value == fictief.totaal_eur
    assert resultaten.by_id[HOOGUIT].value == 9 * 3_250 + 9 * 1_625
    assert resultaten.by_id["fictief.parttime.1"].value is None
    html = fictief.write()._repr_html_()
    assert "&lt;10" in html
    assert "scheelt hooguit" in html
    assert not {"103", "12", "1339000"} & set(BeautifulSoup(html, "lxml").get_text(" ").replace(".", "").split())


def test_many_placements_of_a_few_persons_are_not_shown_and_not_bounded() -> None:
    fictief, resultaten = release([20, 40, 20, 20], persons=[3, 40, 20, 20])
    assert resultaten.by_id["fictief.fulltime.1"].value is None
    assert HOOGUIT not in resultaten.by_id  # more than nine placements are hidden
    assert fictief.totaal_eur == 40 * 6_500 + 20 * 3_250 + 20 * 1_625


def test_what_is_missing_for_a_fictieve_besparing_is_said() -> None:
    few, _ = release([4, 0, 9, 3])
    assert few.totaal_eur is None
    assert "te weinig plaatsingen" in few.write()._repr_html_()
    without, _ = release([20, 20, 20, 20], norms={})
    assert "geen normbedragen" in without.write()._repr_html_()
    none = release_fictief(None, read_normen(load_dossier("Voorschoten")), (2018,), BRON, Resultaten())
    assert "De tabel plaatsingen is niet ingelezen" in none.write()._repr_html_()


def test_a_price_comes_from_the_own_amounts_per_uitkering_and_is_turned_into_persons() -> None:
    """Two persons of whom one couple shares a uitkering: 3 persons, 2 uitkeringen, € 24.000 − € 600 in 2018."""
    months = pd.date_range("2018-01-01", periods=12, freq="MS")
    people = [(p, dt.date(2017, 11, 1 + i), None) for i, p in enumerate("abc")]
    people += [("d", dt.date(2017, 11, 1), dt.date(2017, 12, 5)), ("e", dt.date(2018, 12, 3), None)]
    uitkeringen = pd.DataFrame(people, columns=["persoon_id", "begin", "einde"])
    register = {
        "uitkeringen": uitkeringen.assign(
            begin=pd.to_datetime(uitkeringen["begin"]),
            einde=pd.to_datetime(uitkeringen["einde"]),
            reden_einde=pd.Categorical([None] * 5, categories=["werk"]),
            geboortejaar=1980,
        ),
        "volumes": pd.DataFrame({"maand": months, "regeling": "bijstand", "aantal": 2}),
        "financien": pd.DataFrame(
            [(2018, "lasten", 24_000.0), (2018, "baten", 600.0)], columns=["jaar", "post", "bedrag"]
        ),
    }
    dekking = Dekking(Maand(2018, 1), Maand(2018, 12), {})
    own = price_month(register, dekking, [2018], "eigen", BRON)
    assert (own.herkomst, own.jaren, own.bronnen) == ("eigen", (2018,), BRON)
    assert own.per_uitkering_eur == pytest.approx(23_400 / 2)
    # persons at the end of the month: 3 in eleven months, 4 in December; 24 uitkeringen-months over 37 person-months
    assert own.uitkeringen_per_persoon == pytest.approx(24 / 37)
    assert own.per_persoonmaand_eur == pytest.approx(11_700 / 12 * 24 / 37)
    land = price_month(register, dekking, [2018], "landelijk", BRON)
    last = list_landelijke_jaren()[2017]
    assert (land.herkomst, land.jaren, land.bronnen) == ("landelijk", (2017,), last.bronnen)
    assert land.per_uitkering_eur == pytest.approx(last.prijs_eur)
    bare = {"uitkeringen": register["uitkeringen"]}
    fallback = price_month(bare, dekking, [2018], "eigen", BRON)
    assert (fallback.herkomst, fallback.uitkeringen_per_persoon) == ("landelijk", None)
    assert fallback.per_persoonmaand_eur == pytest.approx(last.prijs_eur / 12)
    more = {**register, "volumes": register["volumes"].assign(aantal=9)}
    assert price_month(more, dekking, [2018], "landelijk", BRON).uitkeringen_per_persoon == 1


def financien(**years: tuple[float, float, float, float]) -> dict[str, pd.DataFrame]:
    posts = ("buig_budget", "lasten", "baten", "fouten")
    rows = [(int(y[1:]), post, amount) for y, row in years.items() for post, amount in zip(posts, row, strict=True)]
    return {"financien": pd.DataFrame(rows, columns=["jaar", "post", "bedrag"])}


def test_a_euro_saved_between_the_brackets_is_half_a_euro_gained() -> None:
    # 2018: own risk whole up to 5%, half from 5% to 12,5%; tekort 9% after errors of € 100.000, and 10% in 2016–2017
    year = (10_000_000.0, 11_000_000.0, 0.0, 0.0)
    jaren = list_buigjaren(financien(j2016=year, j2017=year, j2018=(10_000_000.0, 11_200_000.0, 200_000.0, 100_000.0)))
    assert jaren[2018].netto_lasten == Euro.of(11_000_000)
    assert jaren[2018].relevante_lasten == Euro.of(10_900_000)
    effect = value_in_jaar(jaren, 2018, 100_000)
    assert effect.met.tekort == Euro.of(900_000)
    assert effect.voordeel == Euro.of(50_000)
    assert effect.minder_vangnet == Euro.of(50_000)
    assert value_in_jaar(jaren, 2018, -100_000).voordeel == Euro.of(-50_000)
    # a loss larger than everything that was spent cannot be: it is cut off there
    assert value_in_jaar(jaren, 2018, -99e9).zonder.relevante_lasten == Euro(0)


def test_years_without_rules_are_told_apart_and_incomplete_years_are_left_out() -> None:
    year = (10_000_000.0, 11_000_000.0, 0.0, 5.0)
    jaren = list_buigjaren(financien(j2012=year, j2018=year))
    known, refused = find_regels(jaren)
    assert known == (2018,)
    assert "2012" in refused[2012]
    part = financien(j2018=year)
    part["financien"] = part["financien"][part["financien"]["post"] != "baten"]
    assert list_buigjaren(part) == {}
    assert list_buigjaren({}) == {}


# --- from months to euros --------------------------------------------------------------------------------------------

PRIJS = Maandprijs("eigen", (2018,), 12_000, 0.9, 300, BRON)  # € 900 for a month of a person


def make_effecten(months: float, error: float, **changes: Any) -> Starteffecten:
    """Return effects of a start: months with benefit, and three points more exits to work (standard error 1)."""

    def evaluatie(identifier: str, value: float, spread: float, schaal: Any) -> Evaluatie:
        estimate = Estimate(value, spread, None, 500, "AIPW", "effect", "u", StudentInference(value, spread))
        return Evaluatie(
            id=identifier,
            gemeente="Voorbeeldstad",
            maatregel_id="traject",
            maatregel="Een traject",
            uitkomst="tijd met bijstand in 24 maanden",
            populatie="",
            venster="",
            vergelijking="",
            verwachting="daling",
            estimate=estimate,
            checks=(),
            detectable=2.8 * spread,
            aannames=("aanname",),
            bronnen=BRON,
            ontwerp=Ontwerp.VERGELIJKBARE_PERSONEN,
            schaal=schaal,
            steun=Steun(100, 200, 50, 60),
        )

    found = {
        "traject.start.bijstand_24": replace(evaluatie("traject.start.bijstand_24", months, error, MAANDEN), **changes),
        "traject.start.werk_24": evaluatie("traject.start.werk_24", 0.03, 0.01, PUNTEN),
        "traject.start.werk_12": evaluatie("traject.start.werk_12", 0.03, 0.01, PUNTEN),
    }
    zonder = Estimate(0.8, 0.05, None, 500, "AIPW", "deadweight", "share", StudentInference(0.8, 0.05), null=1.0)
    return Starteffecten(found, {12: zonder, 24: zonder})


def test_months_times_starts_times_price() -> None:
    # half a month shorter (± 0,1) × 200 starts × € 900: € 90.000, standard error € 18.000
    found = value_starts(make_effecten(-0.5, 0.1), 200, PRIJS)
    assert isinstance(found.estimate, Estimate)
    assert found.estimate.value == pytest.approx(90_000)
    assert found.estimate.std_error == pytest.approx(18_000)
    assert found.estimate.interval().lower == pytest.approx(90_000 - 1.959964 * 18_000, abs=1)
    assert found.detectable == pytest.approx(2.8 * 18_000)
    assert found.oordeel is Oordeel.GEVONDEN
    assert "lag de besparing op uitkeringen (alle starts samen) €\xa090.000 hoger dan" in found.sentence
    assert any("gemiddeld kost" in said for said in found.aannames)


@pytest.mark.parametrize(
    ("months", "error", "oordeel", "title"),
    [
        (-0.5, 0.1, Oordeel.GEVONDEN, "naar schatting bespaarden trajecten €\xa090.000"),
        (0.5, 0.1, Oordeel.TEGENGESTELD, "naar schatting kostten trajecten juist €\xa090.000 aan uitkeringen"),
        (-0.5, 0.4, Oordeel.NIET_AANGETOOND, "een besparing door trajecten is niet aangetoond"),
    ],
)
def test_every_verdict_has_its_title_and_a_saving_that_was_not_shown_says_what_could_be_seen(
    months: float, error: float, oordeel: Oordeel, title: str
) -> None:
    found = value_starts(make_effecten(months, error), 200, PRIJS)
    assert found.oordeel is oordeel
    assert title_vergelijking(found, 1_000_000) == f"Fictief is €\xa01.000.000 bespaard; {title}"
    assert title_vergelijking(found, None) == title[:1].upper() + title[1:]
    assert ("niet aangetoond" in found.sentence) is (oordeel is Oordeel.NIET_AANGETOOND)
    if oordeel is Oordeel.NIET_AANGETOOND:
        assert "pas een effect van €\xa0201.600 of meer zou" in found.sentence  # 2,8 × 0,4 × 200 × € 900


def test_without_published_starts_nothing_is_estimated() -> None:
    none = value_starts(make_effecten(-0.5, 0.1), 0, PRIJS)
    assert none.oordeel is Oordeel.NIET_TE_SCHATTEN
    assert "niet te schatten" in title_vergelijking(none, 5.0)
    refused = make_effecten(-0.5, 0.1, estimate=NotEstimated("het gaat om te weinig mensen", "too_small"))
    assert value_starts(refused, 200, PRIJS).oordeel is Oordeel.NIET_TE_SCHATTEN


def test_what_is_left_of_a_fictieve_besparing_without_the_deadweight() -> None:
    # 80% (± 5 points) would have left anyway: of € 1.000.000 there is € 200.000 left, standard error € 50.000
    found = subtract_zonder(1_000_000, make_effecten(-0.5, 0.1).zonder[24])
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(200_000)
    assert found.interval().lower == pytest.approx(200_000 - 1.959964 * 50_000, abs=1)
    assert found.null == pytest.approx(0)


def test_a_duration_multiplies_the_extra_exits() -> None:
    # 3 points (± 1) of 200 starts are 6 extra exits; 12 months at € 900
    found = value_looptijd(make_effecten(-0.5, 0.1), 200, PRIJS, 12)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(6 * 12 * 900)
    assert found.std_error == pytest.approx(2 * 12 * 900)


def payback(months: float, error: float, kosten: float | None = 900.0) -> Estimate | NotEstimated:
    gegevens: Any = SimpleNamespace(starts={12: pd.DataFrame({"kosten": [kosten, kosten]})})
    return compute_terugverdientijd(gegevens, make_effecten(months, error), PRIJS)


def test_payback_time_by_hand_and_without_end_when_the_effect_may_be_nothing() -> None:
    # € 900 per start; half a month in 24 is € 450 in 24 months, € 18,75 a month: 48 months
    found = payback(-0.5, 0.1)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(48)
    upper, lower = (0.5 + sign * 1.959964 * 0.1 for sign in (1, -1))
    assert found.interval().lower == pytest.approx(24 / upper, rel=1e-5)
    assert found.interval().upper == pytest.approx(24 / lower, rel=1e-5)
    unsure = payback(-0.5, 0.4)
    assert isinstance(unsure, Estimate)
    assert math.isinf(unsure.interval().upper)
    wrong, costless = payback(0.5, 0.1), payback(-0.5, 0.1, float("nan"))
    assert isinstance(wrong, NotEstimated)
    assert isinstance(costless, NotEstimated)
    assert (wrong.code, costless.code) == ("wrong_sign", "missing_costs")


def test_a_figure_holds_assumptions_estimates_and_what_could_not_be_estimated() -> None:
    balken = [Bedragbalk("a\nb", 100.0), Bedragbalk("c", -50.0, -90.0, 10.0), Bedragbalk("d", None)]
    html = plot_bedragen(balken, Tekst("Titel", "Uitleg", "Bron", True))._repr_html_()
    assert "synthetische gegevens" in html
    assert "niet te schatten" in html
    assert "−€\xa050" in html


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def voorbeeld() -> Besparingsvergelijking:
    return Besparingsvergelijking()


def text(page: Besparingsvergelijking, *names: str) -> str:
    html = "".join(getattr(page, name)()._repr_html_() for name in names or SECTIES)
    return BeautifulSoup(html, "lxml").get_text(" ")


def test_the_page_of_voorbeeldstad_hangs_together(voorbeeld: Besparingsvergelijking) -> None:
    by_id = voorbeeld.resultaten.by_id
    placed = [by_id["fictief.fulltime.1"].value, by_id["fictief.fulltime.2"].value]
    assert by_id["fictief.totaal"].value == sum(value or 0 for value in placed)
    months, starts = by_id["maanden_bespaard"].value, voorbeeld._starts.aantallen["starts", "totaal"]
    assert isinstance(starts, int)
    product = (months or 0) * starts * (by_id["prijs.persoonmaand"].value or 0)
    assert by_id["besparing.geschat"].value == pytest.approx(product, rel=0.02)  # each part was rounded by itself
    left = (by_id["fictief.totaal"].value or 0) * (1 - (by_id["zonder.24"].value or 0))
    assert by_id["fictief.over"].value == pytest.approx(left, abs=0.005 * (by_id["fictief.totaal"].value or 0))
    assert {bron.titel for bron in by_id["norm.fulltime.1"].sources} == {
        "Gemeente Voorschoten, Ingezette maatregelen 2017 (2017)"
    }
    said = text(voorbeeld)
    assert "Eigen prijs van Voorbeeldstad" in said
    assert "Een effect is niet aangetoond" in said
    assert "onbegrensd" in text(voorbeeld, "terugverdientijd")
    assert "Over 2015 en 2016 is dit niet te berekenen" in said


def test_the_middle_year_shows_that_part_of_a_saving_goes_to_the_rijk(voorbeeld: Besparingsvergelijking) -> None:
    """Voorbeeldstad had 6,8% tekort in 2018, between 5% and 12,5%; in 2019 2,9%, all own risk."""
    by_id = voorbeeld.resultaten.by_id
    assert by_id["buig.2018.midden.behouden"].value == 0.5
    assert by_id["buig.2019.midden.behouden"].value == 1
    shared = (by_id["buig.2018.midden.voordeel"].value or 0) + (by_id["buig.2018.midden.minder_vangnet"].value or 0)
    assert shared == pytest.approx(by_id["buig.2018.besparing"].value, rel=0.01)


def open_with(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Besparingsvergelijking:
    """Open the page on Voorbeeldstad with tables left out or replaced."""
    bron = open_registers("voorbeeld")
    register = {name: frame for name, frame in bron.register.items() if changes.get(name, True) is not None}
    register |= {name: frame for name, frame in changes.items() if frame is not None}
    monkeypatch.setattr(pagina, "open_registers", lambda _: replace(bron, register=register))
    return Besparingsvergelijking()


def test_missing_tables_leave_sections_that_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_with(monkeypatch, plaatsingen=None, financien=None, volumes=None)
    said = text(page)
    assert "De tabel plaatsingen is niet ingelezen" in said
    assert "Daarom staat hier die van het land" in said
    assert "een paar telt hier als twee uitkeringen" in said
    assert "Het effect op het BUIG-resultaat is niet te berekenen" in said
    assert "fictief.totaal" not in page.resultaten.by_id
    assert "Divosa" in text(page, "prijs")


def test_without_trajecten_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="trajecten"):
        open_with(monkeypatch, trajecten=None)


def test_a_small_municipality_shows_nothing_of_its_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    bron = open_registers("voorbeeld")
    small = Registerbron("Klein", generate(150, 18, 5).register, bron.dossier, True)
    monkeypatch.setattr(pagina, "open_registers", lambda _: small)
    page = Besparingsvergelijking()
    said = text(page)
    by_id = page.resultaten.by_id
    assert by_id["besparing.geschat"].value is None
    assert by_id["zonder.24"].value is None
    assert not [key for key in by_id if key.startswith("buig.")]
    assert "te weinig plaatsingen" in said
    assert "De terugverdientijd is niet te schatten" in said
    assert "niet te schatten" in page._pagina.geschat.sentence


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"bron": "buren"}, "geen bron"),
        ({"prijs": "laag"}, "geen prijs"),
        ({"begrotingsjaar": "gisteren"}, "geen jaar"),
        ({"looptijden": ["6", "6"]}, "looptijden"),
        ({"looptijden": ["nul"]}, "looptijden"),
        ({"looptijden": ["0"]}, "looptijden"),
        ({"looptijden": []}, "looptijden"),
    ],
)
def test_wrong_parameters_are_refused_before_anything_is_computed(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ChoiceError, match=said):
        Besparingsvergelijking(**given)


def test_a_year_that_cannot_be_computed_is_refused_with_those_that_can() -> None:
    with pytest.raises(ChoiceError, match="2017, 2018, 2019"):
        Besparingsvergelijking(begrotingsjaar="2015")


def test_the_rendered_notebook_equals_what_the_class_computed(voorbeeld: Besparingsvergelijking, tmp_path: Any) -> None:
    notebook = notebooks_folder() / "besparing.ipynb"
    rendered = render(notebook, check_parameters(notebook, {}), tmp_path)
    html = rendered.html.read_text(encoding="utf-8")
    check_page(html)
    results = read(rendered.results)
    check_results(results)
    text(voorbeeld)  # counts are recorded when they are shown
    ours = {record["id"]: record for record in voorbeeld.resultaten.to_json()}
    assert {record["id"]: record for record in results} == ours
    soup = BeautifulSoup(html, "lxml")
    assert "Synthetische gegevens" in soup.find(class_="waarschuwing").get_text()
    for element in soup.find_all("data"):
        if element["data-deel"] == "value":
            assert element.get_text() == ours[element["data-id"]]["text"]


def test_of_own_registers_the_whole_page_holds_treated_numbers_only(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = make_own_map(tmp_path / "m", personen=500)
    monkeypatch.setenv("EVALUATIE_MAP", str(tmp_path / "m"))
    notebook = notebooks_folder() / "besparing.ipynb"
    rendered = render(notebook, check_parameters(notebook, {"bron": "eigen"}), tmp_path / "uit")
    html = rendered.html.read_text(encoding="utf-8")
    check_page(html)
    check_results(read(rendered.results))
    files = [path.read_text(encoding="utf-8") for path in (tmp_path / "uit").rglob("*") if path.is_file()]
    check_no_persons("".join(files), register)
    assert "In het dossier staan geen normbedragen" in html  # a new dossier has none, and nobody else's are used
    assert "Synthetische gegevens." not in html


# --- planted effects -------------------------------------------------------------------------------------------------


def estimate(effecten: Effecten, seed: int, personen: int = 1500) -> Starteffecten:
    register = generate(personen, 60, seed, effecten).register
    return evaluate_besparing(trajecten.read_trajecten(register, "Voorbeeldstad", BRON))


@pytest.mark.slow
def test_a_planted_effect_is_found_and_lies_between_nothing_and_never_starting() -> None:
    """Who waits may start later, so that starting now saves less than starting does against never starting.

    The latter is the difference between the same starters in a world with and in one without the planted effect.
    """
    strong = Effecten(traject_tijdens=1.0, traject_na=(3.0, 3.0, 2.0, 1.5), selectie_aanleg=0.0)
    worlds = [
        trajecten.read_trajecten(generate(6000, 60, 3, effecten).register, "Voorbeeldstad", BRON)
        for effecten in (strong, Effecten.nul(selectie_aanleg=0.0))
    ]
    started = [gegevens.starts[24][gegevens.starts[24]["start"] == 1] for gegevens in worlds]
    never = float(started[1]["bijstand"].mean() - started[0]["bijstand"].mean())
    found = evaluate_besparing(worlds[0])
    saved = found.maanden_bespaard
    assert isinstance(saved, Estimate)
    assert 0 < saved.interval().lower < never
    assert saved.interval().upper < never + 0.3
    assert value_starts(found, 200, PRIJS).oordeel is Oordeel.GEVONDEN
    zonder = found.zonder[24]
    assert isinstance(zonder, Estimate)
    assert float(started[1]["werk"].mean() / started[0]["werk"].mean()) - 0.05 < zonder.value
    assert zonder.interval().upper < 1


@pytest.mark.slow
def test_without_any_effect_nine_in_ten_say_that_it_was_not_shown() -> None:
    verdicts = [value_starts(estimate(Effecten.nul(), seed), 200, PRIJS) for seed in range(20, 40)]
    said = ["niet aangetoond" in found.sentence for found in verdicts]
    assert sum(said) >= 18
