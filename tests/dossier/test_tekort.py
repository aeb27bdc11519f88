"""The deficit from a dossier: to the cent where the figures are known, by name where they are not."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluatie.dossier import Dossier, load_dossier
from evaluatie.evaluaties.tekort import assess_tekort, decompose_lasten, list_landelijke_jaren
from evaluatie.quantities import Euro
from evaluatie.wet import Oordeel, Vangnetberekening

MakeDossier = Callable[..., Dossier]
EURO = {"eenheid": "euro", "status": "realisatie"}
amounts = st.floats(min_value=0, max_value=1e9, allow_nan=False)


def with_buig(make_dossier: MakeDossier, *jaren: dict[str, int]) -> Dossier:
    """Make a dossier of BUIG years; every amount becomes a cijfer of its own."""
    cijfers: dict[str, Any] = {}
    buig: list[dict[str, Any]] = []
    for fields in jaren:
        year: dict[str, Any] = {"jaar": fields["jaar"]}
        for name, amount in fields.items():
            if name != "jaar":
                year[name] = f"{name}_{fields['jaar']}"
                cijfers[year[name]] = {"waarde": amount, **EURO}
        buig.append(year)
    return make_dossier(cijfers, buig=buig)


def calculated(dossier: Dossier, jaar: int) -> Vangnetberekening:
    tekort = assess_tekort(dossier, jaar)
    assert tekort.ontbreekt == ()
    assert tekort.berekening is not None
    return tekort.berekening


def test_renkum_2019_to_the_euro():
    berekening = calculated(load_dossier("renkum"), 2019)
    # Own risk: 7,5% of the budget, and half of what lies above it; the deficit stays below 12,5%.
    drempel = Fraction(8_088_748) * Fraction(75, 1000)
    uitkering = (983_253 - drempel) / 2
    assert Fraction(983_253, 8_088_748) < Fraction(125, 1000)
    assert berekening.budget == Euro(8_088_748_00)
    assert berekening.relevante_lasten == Euro((8_088_748 + 983_253) * 100)
    assert berekening.tekort == Euro(983_253_00)
    assert berekening.tekort_aandeel == Fraction(983_253, 8_088_748)
    assert berekening.vangnetuitkering == Euro.of(uitkering) == Euro.of("188298.45")
    assert berekening.eigen_risico == Euro.of("794954.55")
    assert berekening.maximaal_eigen_risico == Euro.of("808874.80")
    # What the Voorjaarsnota itself reports, in whole euros
    assert (round(float(berekening.vangnetuitkering)), round(float(berekening.eigen_risico))) == (188_298, 794_955)


def test_renkum_2019_stays_under_reserve():
    berekening = calculated(load_dossier("renkum"), 2019)
    assert berekening.voorbehoud is True
    assert berekening.voorwaarde("tekort boven de ondergrens").oordeel is Oordeel.VOLDAAN
    meerjarig = berekening.voorwaarde("meerjarig tekort")
    assert meerjarig.oordeel is Oordeel.NIET_TE_BEOORDELEN
    assert "2017 en 2018" in meerjarig.toelichting


@pytest.mark.parametrize(
    ("gemeente", "jaar"), [("renkum", 2017), ("voorschoten", 2017), ("dalfsen", 2017), ("deventer", 2019)]
)
def test_where_the_sources_give_nothing_both_fields_are_named(gemeente: str, jaar: int):
    tekort = assess_tekort(load_dossier(gemeente), jaar)
    assert tekort.berekening is None
    assert tekort.buig is not None
    assert tekort.ontbreekt == (
        f"het definitieve BUIG-budget over {jaar}",
        f"de netto lasten (of het tekort) over {jaar}",
    )


def test_a_year_that_the_dossier_does_not_know():
    tekort = assess_tekort(load_dossier("renkum"), 2018)
    assert (tekort.jaar, tekort.buig, tekort.berekening) == (2018, None, None)
    assert tekort.ontbreekt == ("het definitieve BUIG-budget over 2018", "de netto lasten (of het tekort) over 2018")


def test_only_what_is_missing_is_named_without_lasten(make_dossier: MakeDossier):
    tekort = assess_tekort(with_buig(make_dossier, {"jaar": 2017, "budget": 1_000_000}), 2017)
    assert tekort.ontbreekt == ("de netto lasten (of het tekort) over 2017",)


@pytest.mark.parametrize("field", ["netto_lasten", "tekort"])
def test_only_what_is_missing_is_named_without_budget(make_dossier: MakeDossier, field: str):
    tekort = assess_tekort(with_buig(make_dossier, {"jaar": 2017, field: 100_000}), 2017)
    assert tekort.ontbreekt == ("het definitieve BUIG-budget over 2017",)


def test_a_share_alone_is_no_amount(make_dossier: MakeDossier):
    dossier = make_dossier(
        {"deel": {"waarde": 0.126, "eenheid": "aandeel"}}, buig=[{"jaar": 2016, "tekort_aandeel": "deel"}]
    )
    assert assess_tekort(dossier, 2016).ontbreekt == (
        "het definitieve BUIG-budget over 2016",
        "de netto lasten (of het tekort) over 2016",
    )


@pytest.mark.parametrize("tekort", [120_000, 60_000, 0, -50_000])
def test_netto_lasten_given_or_derived_from_the_tekort(make_dossier: MakeDossier, tekort: int):
    given_ = with_buig(make_dossier, {"jaar": 2017, "budget": 1_000_000, "netto_lasten": 1_000_000 + tekort})
    derived = with_buig(make_dossier, {"jaar": 2017, "budget": 1_000_000, "tekort": tekort})
    assert calculated(given_, 2017) == calculated(derived, 2017)
    assert calculated(given_, 2017).tekort == Euro(tekort * 100)


def test_errors_and_uncertainties_are_deducted(make_dossier: MakeDossier):
    fields = {"jaar": 2017, "budget": 1_000_000, "netto_lasten": 1_120_000, "fouten_en_onzekerheden": 20_000}
    berekening = calculated(with_buig(make_dossier, fields), 2017)
    assert berekening.relevante_lasten == Euro(1_100_000_00)
    assert berekening.tekort == Euro(100_000_00)


# The condition over several years: the sum of three results against the budget of the last of them.
EARLIER = [
    {"jaar": 2017, "budget": 1_000_000, "netto_lasten": 1_050_000},
    {"jaar": 2018, "budget": 1_000_000, "netto_lasten": 900_000},
]
OWN = {"jaar": 2019, "budget": 1_000_000, "netto_lasten": 1_130_000}


def test_earlier_years_of_the_dossier_decide_the_condition_over_several_years(make_dossier: MakeDossier):
    berekening = calculated(with_buig(make_dossier, *EARLIER, OWN), 2019)
    meerjarig = berekening.voorwaarde("meerjarig tekort")
    # 50.000 − 100.000 + 130.000 = 80.000, which is more than 7,5% of 1.000.000
    assert "€ 80.000" in meerjarig.toelichting.replace("\N{NO-BREAK SPACE}", " ")
    assert meerjarig.oordeel is Oordeel.VOLDAAN


def test_later_years_do_not_count(make_dossier: MakeDossier):
    later = {"jaar": 2020, "budget": 1_000_000, "netto_lasten": 5_000_000}
    assert calculated(with_buig(make_dossier, *EARLIER, OWN, later), 2019) == calculated(
        with_buig(make_dossier, *EARLIER, OWN), 2019
    )


def test_errors_and_uncertainties_of_earlier_years_are_deducted_too(make_dossier: MakeDossier):
    """The law asks for each year after deduction of its own line D: 80.000 − 10.000 is too little."""
    earlier = [{**EARLIER[0], "fouten_en_onzekerheden": 10_000}, EARLIER[1]]
    meerjarig = calculated(with_buig(make_dossier, *earlier, OWN), 2019).voorwaarde("meerjarig tekort")
    assert "€ 70.000" in meerjarig.toelichting.replace("\N{NO-BREAK SPACE}", " ")
    assert meerjarig.oordeel is Oordeel.NIET_VOLDAAN


# --- Volume and price


def test_a_split_by_hand():
    # 100 benefits at 10 become 120 at 15: 20 × 12,5 and 5 × 110
    split = decompose_lasten(100, 10, 120, 15)
    assert (split.volume_effect, split.prijs_effect, split.totaal) == (250, 550, 800)
    assert 120 * 15 - 100 * 10 == 800


@given(amounts, amounts, amounts, amounts)
def test_volume_and_price_add_up_to_the_whole_change(v_0: float, p_0: float, v_1: float, p_1: float):
    split = decompose_lasten(v_0, p_0, v_1, p_1)
    size = max(v_0, v_1) * max(p_0, p_1)
    assert split.totaal == pytest.approx(v_1 * p_1 - v_0 * p_0, abs=1e-9 * size + 1e-12)


@given(amounts, amounts, amounts, amounts)
def test_the_split_does_not_depend_on_the_order_of_the_years(v_0: float, p_0: float, v_1: float, p_1: float):
    there, back = decompose_lasten(v_0, p_0, v_1, p_1), decompose_lasten(v_1, p_1, v_0, p_0)
    assert there.volume_effect == pytest.approx(-back.volume_effect)
    assert there.prijs_effect == pytest.approx(-back.prijs_effect)


@given(amounts, amounts, amounts, amounts)
def test_volume_and_price_play_the_same_part(v_0: float, p_0: float, v_1: float, p_1: float):
    one, other = decompose_lasten(v_0, p_0, v_1, p_1), decompose_lasten(p_0, v_0, p_1, v_1)
    assert one.volume_effect == pytest.approx(other.prijs_effect)
    assert one.prijs_effect == pytest.approx(other.volume_effect)


@given(amounts, amounts, amounts)
def test_what_does_not_change_has_no_effect(volume: float, p_0: float, p_1: float):
    assert decompose_lasten(volume, p_0, volume, p_1).volume_effect == 0
    assert decompose_lasten(p_0, volume, p_1, volume).prijs_effect == 0


# --- The nation, with the amounts of Divosa typed over (million euro: budget, lasten, baten)

DIVOSA = {
    2015: (5599.180, 5852.242, 147.927),
    2016: (5630.229, 6105.453, 136.954),
    2017: (5819.060, 6299.763, 133.762),
}


@pytest.mark.parametrize("jaar", DIVOSA)
def test_the_deficit_of_all_municipalities_together(jaar: int):
    land = list_landelijke_jaren()[jaar]
    budget, lasten, baten = DIVOSA[jaar]
    assert land.netto_lasten_eur == pytest.approx((lasten - baten) * 1e6)
    assert land.tekort_aandeel == pytest.approx((lasten - baten) / budget - 1)
    assert land.prijs_eur == pytest.approx(land.netto_lasten_eur / land.uitkeringen)
    assert 12_000 < land.prijs_eur < 16_000
    assert len(land.bronnen) == 2


def test_the_nation_is_known_for_three_years():
    assert list(list_landelijke_jaren()) == [2015, 2016, 2017]
    # CBS 37789ksz, mean of twelve months of 2017: up to AOW age, IOAW and IOAZ (× 1.000)
    tot_aow = [401.2, 403.3, 404.8, 403.8, 402.0, 400.5, 398.7, 395.3, 392.3, 390.2, 389.7, 389.5]
    ioaw = [23.6, 23.9, 24.1, 24.1, 24.1, 24.1, 24.1, 24.1, 23.9, 23.8, 23.8, 23.8]
    ioaz = [1.8, *[1.9] * 10, 1.8]
    expected = 1000 * (sum(tot_aow) + sum(ioaw) + sum(ioaz)) / 12
    assert list_landelijke_jaren()[2017].uitkeringen == pytest.approx(expected)
