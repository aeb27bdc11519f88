"""The amounts: the official table in every regime, published cases, and the conditions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from evaluatie.errors import ChoiceError, DataError, LawError
from evaluatie.quantities import Euro
from evaluatie.wet import Oordeel, Vangnetberekening, Zekerheid, compute_vangnetuitkering, list_jaren, toon_schijven

BUDGET = 10_000_000
# Written out by hand from the table of rules, independent of the file the package reads.
GRENZEN = {
    2015: ("0.05", "0.10"),
    2016: ("0.05", "0.10"),
    2017: ("0.05", "0.125"),
    2018: ("0.05", "0.125"),
    2019: ("0.075", "0.125"),
    2020: ("0.075", "0.125"),
    2021: ("0.075", "0.125"),
    2022: ("0.075", "0.125"),
    2023: ("0.075", "0.125"),
    2024: ("0.075", "0.125"),
    2025: ("0.075", "0.125"),
}
MAXIMUM = {2015: "0.075", 2016: "0.075", 2017: "0.0875", 2018: "0.0875"} | dict.fromkeys(range(2019, 2026), "0.10")
MEERJARIG = {2015: (), 2016: (), 2017: (2016,), 2018: (2016, 2017)} | {j: (j - 2, j - 1) for j in range(2019, 2026)}
# Tekort in % of a budget of 10 million; uitkering in euro for 5-10, 5-12.5 and 7.5-12.5.
VECTOREN = [
    ("4.0", 0, 0, 0),
    ("5.0", 0, 0, 0),
    ("6.0", 50_000, 50_000, 0),
    ("7.5", 125_000, 125_000, 0),
    ("8.0", 150_000, 150_000, 25_000),
    ("10.0", 250_000, 250_000, 125_000),
    ("12.5", 500_000, 375_000, 250_000),
    ("15.0", 750_000, 625_000, 500_000),
    ("20.0", 1_250_000, 1_125_000, 1_000_000),
]
REGIMES = [(2015, 2016), (2017, 2018), tuple(range(2019, 2026))]


def _compute(jaar: int, tekort: Decimal | int, budget: Decimal | int = BUDGET) -> Vangnetberekening:
    """Compute with earlier years that overspent by half, so that only the table decides."""
    eerdere = dict.fromkeys(MEERJARIG[jaar], (budget, budget * 3 / 2))
    return compute_vangnetuitkering(jaar=jaar, budget=budget, netto_lasten=budget + tekort, eerdere_jaren=eerdere)


def _by_hand(jaar: int, tekort: Decimal) -> Decimal:
    lower, upper = (Decimal(grens) * BUDGET for grens in GRENZEN[jaar])
    if tekort <= lower:
        return Decimal(0)
    if tekort <= upper:
        return (tekort - lower) / 2
    return (upper - lower) / 2 + tekort - upper


def test_every_known_year_is_tested() -> None:
    assert list_jaren() == tuple(GRENZEN)


@pytest.mark.parametrize("jaar", GRENZEN)
def test_the_statutory_table_from_0_to_30_percent(jaar: int) -> None:
    for permille in range(301):
        tekort = Decimal(permille) * BUDGET / 1000
        berekening = _compute(jaar, tekort)
        assert berekening.vangnetuitkering.amount == _by_hand(jaar, tekort), permille
        assert berekening.eigen_risico.amount == tekort - _by_hand(jaar, tekort), permille


@pytest.mark.parametrize("jaar", GRENZEN)
@pytest.mark.parametrize("vector", VECTOREN, ids=lambda vector: vector[0])
def test_published_vectors(jaar: int, vector: tuple[str, int, int, int]) -> None:
    procent, *bedragen = vector
    expected = next(bedrag for bedrag, jaren in zip(bedragen, REGIMES, strict=True) if jaar in jaren)
    assert _compute(jaar, Decimal(procent) * BUDGET / 100).vangnetuitkering == Euro.of(expected)


@pytest.mark.parametrize("jaar", GRENZEN)
def test_maximal_own_risk_by_regime(jaar: int) -> None:
    share = Decimal(MAXIMUM[jaar])
    berekening = _compute(jaar, BUDGET)
    assert berekening.maximaal_eigen_risico == Euro.of(BUDGET * share)
    assert berekening.eigen_risico == berekening.maximaal_eigen_risico


def test_renkum_2019_to_the_euro() -> None:
    berekening = _compute(2019, 983_253, 8_088_748)
    assert berekening.vangnetuitkering == Euro.of("188298.45")
    assert berekening.eigen_risico == Euro.of("794954.55")
    assert (round(berekening.vangnetuitkering.amount), round(berekening.eigen_risico.amount)) == (188_298, 794_955)
    assert berekening.tekort_aandeel == Fraction(983_253, 8_088_748)


def test_renkum_2019_with_the_earlier_budget() -> None:
    berekening = _compute(2019, 709_001, 8_363_000)
    assert (round(berekening.vangnetuitkering.amount), round(berekening.eigen_risico.amount)) == (40_888, 668_113)
    assert round(float(berekening.eigen_risico) / 8_363_000, 4) == 0.0799


def test_schijven_are_lines_h1_to_h3() -> None:
    h1, h2, h3 = _compute(2024, 2_000_000).schijven
    assert (h1.van, h1.tot, h1.bedrag, h1.vergoeding, h1.uitkering) == (0, Fraction(3, 40), 750_000, 0, 0)
    assert (h2.van, h2.tot, h2.bedrag, h2.uitkering) == (Fraction(3, 40), Fraction(1, 8), 500_000, 250_000)
    assert (h3.van, h3.tot, h3.bedrag, h3.uitkering) == (Fraction(1, 8), None, 750_000, 750_000)


def test_fouten_en_onzekerheden_lower_the_tekort() -> None:
    eerdere = {2022: (100, 200), 2023: (100, 200)}
    berekening = compute_vangnetuitkering(
        jaar=2024, budget=1000, netto_lasten=1200, fouten_en_onzekerheden="50.00", eerdere_jaren=eerdere
    )
    assert (berekening.relevante_lasten, berekening.tekort) == (Euro.of(1150), Euro.of(150))
    assert berekening.vangnetuitkering == Euro.of(50)


def test_deduction_rule_counts_towards_the_certainty_only_when_used() -> None:
    amounts = {"jaar": 2017, "budget": 1000, "netto_lasten": 1100, "eerdere_jaren": {2016: (1000, 1100)}}
    without = compute_vangnetuitkering(**amounts).bronnen
    with_deduction = compute_vangnetuitkering(**amounts, fouten_en_onzekerheden=1).bronnen
    assert [bron.titel for bron in with_deduction if bron not in without] == [
        "Besluit Participatiewet, wijziging Stb. 2016, 355"
    ]


def test_deduction_is_refused_where_the_rule_was_not_verified() -> None:
    with pytest.raises(LawError, match="fouten en onzekerheden over 2015 en 2016"):
        compute_vangnetuitkering(jaar=2016, budget=1000, netto_lasten=1100, fouten_en_onzekerheden=1)


def test_amounts_may_come_in_every_form() -> None:
    forms = [(1000, 1100), ("1000.00", "1100"), (1000.0, 1100.0), (Decimal(1000), Decimal(1100))]
    forms += [(Euro.of(1000), Euro.of(1100)), (Fraction(1000), Fraction(1100))]
    assert len({compute_vangnetuitkering(jaar=2016, budget=f, netto_lasten=c) for f, c in forms}) == 1


def test_half_a_cent_is_rounded_up_and_the_remainder_is_own_risk() -> None:
    # Threshold 5% of 100.00 is 5.00; tekort 5.01 gives half a cent.
    berekening = _compute(2016, Decimal("5.01"), 100)
    assert berekening.vangnetuitkering == Euro(1)
    assert berekening.eigen_risico == Euro(500)
    assert any("afgerond" in opmerking for opmerking in berekening.opmerkingen)


@pytest.mark.parametrize("lasten", [900, 1000])
def test_without_tekort_nothing_is_paid_and_nothing_is_borne(lasten: int) -> None:
    berekening = compute_vangnetuitkering(jaar=2024, budget=1000, netto_lasten=lasten)
    assert berekening.tekort == Euro.of(lasten - 1000)
    assert (berekening.vangnetuitkering, berekening.eigen_risico) == (Euro(0), Euro(0))
    assert berekening.voorwaarde("tekort boven de ondergrens").oordeel is Oordeel.NIET_VOLDAAN
    assert not berekening.voorbehoud


def test_toon_schijven_without_euro_figures() -> None:
    table = toon_schijven(2017)
    assert [regel.aandeel for regel in table] == [Fraction(n, 100) for n in range(31)]
    assert (table[8].eigen_risico, table[8].uitkering) == (Fraction(65, 1000), Fraction(15, 1000))
    assert {regel.eigen_risico for regel in table[13:]} == {Fraction(875, 10_000)}


@pytest.mark.parametrize("jaar", GRENZEN)
def test_toon_schijven_agrees_with_the_calculation(jaar: int) -> None:
    for regel in toon_schijven(jaar):
        berekening = _compute(jaar, BUDGET * regel.aandeel.numerator // regel.aandeel.denominator)
        assert Fraction(berekening.vangnetuitkering.cents, BUDGET * 100) == regel.uitkering
        assert Fraction(berekening.eigen_risico.cents, BUDGET * 100) == regel.eigen_risico


def test_toon_schijven_of_an_overschot_and_of_other_number_types() -> None:
    surplus, *same = toon_schijven(2019, [-0.1, 0.12, "0.12", Decimal("0.12"), Fraction(3, 25)])
    assert (surplus.aandeel, surplus.eigen_risico, surplus.uitkering) == (Fraction(-1, 10), 0, 0)
    assert len(set(same)) == 1
    assert same[0].eigen_risico == Fraction("0.0975")


def test_toon_schijven_refuses_percentages_and_text() -> None:
    with pytest.raises(DataError) as caught:
        toon_schijven(2019, [12, "veel", 0.1])
    assert [violation.where for violation in caught.value.violations] == ["aandelen.0", "aandelen.1"]


def test_certainty_and_sources_of_a_result() -> None:
    assert _compute(2024, 2_000_000).zekerheid is Zekerheid.FOUND
    assert _compute(2017, 2_000_000).zekerheid is Zekerheid.DERIVED
    assert _compute(2022, 2_000_000).zekerheid is Zekerheid.INFERRED
    titels = {bron.titel for bron in _compute(2024, 2_000_000).bronnen}
    assert titels == {"Toetsingscommissie vangnet Participatiewet, vangnetuitkering 2024"}


def test_all_wrong_amounts_are_reported_at_once() -> None:
    with pytest.raises(DataError) as caught:
        compute_vangnetuitkering(
            jaar=2019,
            budget=0,
            netto_lasten=-1,
            fouten_en_onzekerheden=float("nan"),
            eerdere_jaren={2018: ("8.088.748", 10), 2020: (10, 10)},
        )
    assert [violation.where for violation in caught.value.violations] == [
        "budget 2019",
        "netto lasten 2019",
        "fouten en onzekerheden 2019",
        "budget 2018",
        "eerdere jaren, 2020",
    ]
    assert caught.value.exit_code == 5
    assert "geen bedrag" in caught.value.message


@pytest.mark.parametrize("bedrag", ["983.253", "1.000", "8,5", "", float("inf"), None])
def test_ambiguous_notation_is_refused(bedrag: object) -> None:
    with pytest.raises(DataError, match="geen bedrag"):
        compute_vangnetuitkering(jaar=2019, budget=bedrag, netto_lasten=1)  # type: ignore[arg-type]


def test_more_deducted_than_spent_is_refused() -> None:
    with pytest.raises(DataError, match="meer dan de netto lasten"):
        compute_vangnetuitkering(jaar=2024, budget=10, netto_lasten=10, fouten_en_onzekerheden=11)


def test_unknown_vangnet_is_a_choice_error() -> None:
    with pytest.raises(ChoiceError, match="regulier, uitgebreid"):
        compute_vangnetuitkering(jaar=2024, budget=10, netto_lasten=10, regeling="ruim")  # type: ignore[arg-type]
