"""What the numbers behind a claim can bear, against formulas written out here."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, get_args

import pytest
from scipy import stats

from evaluatie.dossier import Dossier, list_dossiers, load_dossier
from evaluatie.dossier import schema as s
from evaluatie.errors import ChoiceError
from evaluatie.estimation import (
    Estimate,
    NotEstimated,
    largest_count_that_differs,
    smallest_total_that_differs,
)
from evaluatie.estimation.result import StudentInference
from evaluatie.evaluaties.claims import _TESTS, Claimtoets, Draagkracht, _judge, evaluate_claim, evaluate_claims
from evaluatie.panel import Gemeentepanel
from evaluatie.quantities import Bron

JudgeClaim = Callable[..., Claimtoets]
Z = 1.959963984540054
SHARE = {"eenheid": "aandeel"}

# CBS 37789ksz, benefits up to AOW age at the end of the month, × 1.000, typed over.
LAND = {"2015-12": 387.0, "2016-08": 395.2, "2017-06": 400.5, "2017-12": 389.5, "2019-09": 353.7}
LAND_2017 = [401.2, 403.3, 404.8, 403.8, 402.0, 400.5, 398.7, 395.3, 392.3, 390.2, 389.7, 389.5]
LAND_2019 = [367.3, 367.0, 366.7, 365.5, 363.5, 361.6, 360.0, 356.6, 353.7, 352.5, 351.9, 352.3]


def wilson(count: float, total: float, z: float = Z) -> tuple[float, float]:
    """Solve (p − k/n)² = z² p (1 − p) / n for p (Wilson 1927)."""
    a, b, c = total + z**2, -(2 * count + z**2), count**2 / total
    root = math.sqrt(b**2 - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def newcombe(k_1: int, n_1: int, k_0: int, n_0: int, z: float = Z) -> tuple[float, float]:
    """Newcombe (1998), method 10: Wilson's limits of both shares, combined as squares."""
    p_1, p_0 = k_1 / n_1, k_0 / n_0
    (l_1, u_1), (l_0, u_0) = wilson(k_1, n_1, z), wilson(k_0, n_0, z)
    difference = p_1 - p_0
    below = math.sqrt((p_1 - l_1) ** 2 + (u_0 - p_0) ** 2)
    above = math.sqrt((u_1 - p_1) ** 2 + (p_0 - l_0) ** 2)
    return difference - below, difference + above


def newcombe_p(k_1: int, n_1: int, k_0: int, n_0: int) -> float:
    """Find the z at which the interval just reaches zero; its two tails are the p-value."""
    low, high = 0.0, 40.0
    for _ in range(200):
        middle = (low + high) / 2
        lower, upper = newcombe(k_1, n_1, k_0, n_0, middle)
        low, high = (middle, high) if lower > 0 or upper < 0 else (low, middle)
    return math.erfc(low / math.sqrt(2))


def rate_ratio_interval(k_1: int, t_1: float, k_0: int, t_0: float) -> tuple[float, float]:
    """Clopper–Pearson for the first count given the total, as a ratio of rates."""
    low, high = stats.beta.ppf(0.025, k_1, k_0 + 1), stats.beta.ppf(0.975, k_1 + 1, k_0)
    return low / (1 - low) * t_0 / t_1, high / (1 - high) * t_0 / t_1


def spread_by_hand(panel: Gemeentepanel, stock: float) -> float:
    """Return the standard deviation of growth minus the national growth, 2016 and 2017, by plain loops."""
    stocks: dict[str, dict[int, float]] = {}
    for code, jaar, bestand in panel.frame[["gemeente", "jaar", "bestand"]].itertuples(index=False):
        stocks.setdefault(code, {})[int(jaar)] = float(bestand)
    land = {jaar: sum(own[jaar] for own in stocks.values()) for jaar in (2015, 2016, 2017)}
    gaps = [
        own[jaar] / own[jaar - 1] - land[jaar] / land[jaar - 1]
        for own in stocks.values()
        if stock / 2 <= own[2015] <= 2 * stock
        for jaar in (2016, 2017)
    ]
    mean = sum(gaps) / len(gaps)
    return math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps))


@pytest.fixture(scope="module")
def real(panel: Gemeentepanel) -> dict[str, dict[str, Claimtoets]]:
    """Every claim of every dossier, tested."""
    return {
        name: {toets.claim.id: toets for toets in evaluate_claims(load_dossier(name), panel)}
        for name in list_dossiers()
    }


def find(real: dict[str, dict[str, Claimtoets]], name: str) -> Claimtoets:
    gemeente, claim = name.split(".")
    return real[gemeente][claim]


def estimate_of(toets: Claimtoets) -> Estimate:
    assert isinstance(toets.estimate, Estimate)
    return toets.estimate


# --- Two shares: before and after


def test_41_of_516_to_34_of_449_is_not_distinguishable(real: dict[str, dict[str, Claimtoets]]):
    toets = real["voorschoten"]["ww_instroom_sneller"]
    estimate = estimate_of(toets)
    lower, upper = newcombe(34, 449, 41, 516)
    assert lower < 0 < upper
    assert estimate.value == pytest.approx(34 / 449 - 41 / 516, abs=1e-12)
    assert (estimate.interval().lower, estimate.interval().upper) == pytest.approx((lower, upper), abs=1e-9)
    assert estimate.p_value == pytest.approx(newcombe_p(34, 449, 41, 516), abs=1e-6)
    assert toets.draagkracht is Draagkracht.TOEVAL
    assert toets.bewijskracht == 2
    assert toets.sentence.startswith(
        "Het aandeel ging van 7,9% (41 van 516) naar 7,6% (34 van 449): −0,4 procentpunt (95%-interval −3,8 tot +3,1; "
        "p = 0,83). Dat is niet van geen verandering te onderscheiden. Daarvoor hadden het er hoogstens 21 mogen zijn. "
        "Een deel van deze cijfers is een verwachting. "
    )


def test_21_would_have_been_low_enough_and_22_not():
    assert newcombe(21, 449, 41, 516)[1] < 0
    assert newcombe(22, 449, 41, 516)[1] > 0
    assert largest_count_that_differs(449, 41, 516) == 21


@pytest.mark.parametrize(("k_1", "expected"), [(21, Draagkracht.DRAAGT), (22, Draagkracht.TOEVAL)])
def test_the_verdict_turns_between_21_and_22(judge_claim: JudgeClaim, k_1: int, expected: Draagkracht):
    toets = judge_claim(
        "verschil_in_aandelen",
        {"voor": {"aantal": "a", "totaal": "b"}, "na": {"aantal": "c", "totaal": "d"}, "beweerd": "lager"},
        {"a": 41, "b": 516, "c": k_1, "d": 449},
    )
    assert toets.draagkracht is expected
    assert ("Dat is van toeval te onderscheiden." in toets.sentence) == (expected is Draagkracht.DRAAGT)
    assert ("hoogstens 21" in toets.sentence) == (expected is Draagkracht.TOEVAL)
    assert "verwachting" not in toets.sentence


def two_shares(judge_claim: JudgeClaim, before: tuple[int, int], after: tuple[int, int], beweerd: str) -> Claimtoets:
    return judge_claim(
        "verschil_in_aandelen",
        {"voor": {"aantal": "a", "totaal": "b"}, "na": {"aantal": "c", "totaal": "d"}, "beweerd": beweerd},
        {"a": before[0], "b": before[1], "c": after[0], "d": after[1]},
    )


@pytest.mark.parametrize(
    ("before", "after", "beweerd", "expected"),
    [
        ((50, 100), (20, 100), "lager", Draagkracht.DRAAGT),
        ((50, 100), (20, 100), "hoger", Draagkracht.DRAAGT_NIET),
        ((50, 100), (20, 100), "gelijk", Draagkracht.DRAAGT_NIET),
        ((20, 100), (50, 100), "hoger", Draagkracht.DRAAGT),
        ((20, 100), (50, 100), "lager", Draagkracht.DRAAGT_NIET),
        ((50, 100), (48, 100), "gelijk", Draagkracht.PAST),
        ((50, 100), (48, 100), "lager", Draagkracht.TOEVAL),
        ((50, 100), (48, 100), "hoger", Draagkracht.DRAAGT_NIET),
    ],
)
def test_a_change_is_held_against_what_was_claimed(
    judge_claim: JudgeClaim, before: tuple[int, int], after: tuple[int, int], beweerd: str, expected: Draagkracht
):
    assert two_shares(judge_claim, before, after, beweerd).draagkracht is expected


@pytest.mark.parametrize("beweerd", ["hoger", "gelijk"])
def test_how_low_it_should_have_been_is_only_told_of_a_claimed_fall(judge_claim: JudgeClaim, beweerd: str):
    """Who claims a rise (or no change) is not helped by how low the number should have been."""
    assert "hoogstens" not in two_shares(judge_claim, (10, 100), (12, 100), beweerd).sentence


def test_a_total_of_zero_is_not_testable(judge_claim: JudgeClaim):
    toets = two_shares(judge_claim, (0, 0), (5, 10), "lager")
    assert toets.draagkracht is Draagkracht.NIET_TOETSBAAR
    assert toets.sentence == "Een van de totalen is nul."
    assert toets.bewijskracht == 0


# --- One share


@pytest.mark.parametrize(
    ("claim", "k", "n", "text"),
    [
        ("preventiequote", 50, 118, "50 van 118 is 42,4% (95%-interval 33,8% tot 51,4%)."),
        ("geschikt_voor_begeleiding", 80, 336, "80 van 336 is 23,8% (95%-interval 19,6% tot 28,6%)."),
        ("jeugd_aan_het_werk", 15, 25, "15 van 25 is 60% (95%-interval 41% tot 77%)."),
        ("huisbezoeken", 6, 30, "6 van 30 is 20% (95%-interval 10% tot 37%)."),
        ("sociale_recherche", 1, 3, "1 van 3 is 33% (95%-interval 6% tot 79%)."),
    ],
)
def test_shares_of_voorschoten_with_wilson_by_hand(
    real: dict[str, dict[str, Claimtoets]], claim: str, k: int, n: int, text: str
):
    toets = real["voorschoten"][claim]
    interval = estimate_of(toets).interval()
    assert estimate_of(toets).value == k / n
    assert (interval.lower, interval.upper) == pytest.approx(wilson(k, n), abs=1e-9)
    assert toets.sentence.startswith(text)
    assert "het is dus een aantal, geen effect" in toets.sentence
    assert toets.draagkracht is Draagkracht.BESCHRIJFT
    assert toets.bewijskracht == 0  # nothing is compared


def test_a_share_of_nothing_is_not_testable(judge_claim: JudgeClaim):
    toets = judge_claim("aandeel", {"deel": {"aantal": "a", "totaal": "b"}}, {"a": 0, "b": 0})
    assert (toets.draagkracht, toets.sentence) == (Draagkracht.NIET_TOETSBAAR, "Het totaal is nul.")


# --- A share against a reference


def test_16_percent_against_8_needs_45(real: dict[str, dict[str, Claimtoets]]):
    assert wilson(0.16 * 45, 45)[0] > 0.08
    assert wilson(0.16 * 44, 44)[0] < 0.08
    assert smallest_total_that_differs(0.16, 0.08) == 45
    toets = real["renkum"]["deeltijd_boven_landelijk"]
    assert "16% tegen 8% landelijk" in toets.sentence
    assert "Vanaf 45 uitkeringen is zo'n verschil van toeval te onderscheiden." in toets.sentence
    assert toets.draagkracht is Draagkracht.NIET_TOETSBAAR
    assert isinstance(toets.estimate, NotEstimated)
    assert toets.estimate.code == "no_denominator"


@pytest.mark.parametrize(
    ("total", "expected"), [(520, Draagkracht.DRAAGT), (100, Draagkracht.DRAAGT), (25, Draagkracht.TOEVAL)]
)
def test_a_share_with_a_denominator_against_a_reference(judge_claim: JudgeClaim, total: int, expected: Draagkracht):
    toets = judge_claim(
        "aandeel_tegen_referentie",
        {"aandeel": "a", "referentie": "r", "totaal": "n"},
        {"a": {"waarde": 0.16, **SHARE}, "r": {"waarde": 0.08, **SHARE}, "n": total},
    )
    lower, upper = wilson(round(0.16 * total), total)
    assert (expected is Draagkracht.DRAAGT) == (not lower <= 0.08 <= upper)
    assert toets.draagkracht is expected
    assert toets.sentence.startswith(f"Van {total} is 16")
    assert toets.sentence.endswith("landelijk 8%.")


# --- Two counts


@pytest.mark.parametrize(
    ("gemeente", "claim", "k_0", "t_0", "k_1", "t_1", "expected"),
    [
        ("dalfsen", "betaald_werk_2017_tegen_uitstroom_2016", 14, 8, 17, 12, Draagkracht.DRAAGT_NIET),  # fewer a month
        ("dalfsen", "meer_uit_dan_in", 40, 6, 46, 6, Draagkracht.TOEVAL),
        ("deventer", "meer_uit_dan_in", 870, 12, 940, 12, Draagkracht.TOEVAL),
    ],
)
def test_counts_over_periods_of_their_own_length(
    real: dict[str, dict[str, Claimtoets]],
    gemeente: str, claim: str, k_0: int, t_0: int, k_1: int, t_1: int, expected: Draagkracht,
):  # fmt: skip
    toets = real[gemeente][claim]
    interval = estimate_of(toets).interval()
    assert estimate_of(toets).value == pytest.approx((k_1 / t_1) / (k_0 / t_0))
    assert (interval.lower, interval.upper) == pytest.approx(rate_ratio_interval(k_1, t_1, k_0, t_0), rel=1e-9)
    assert interval.contains(1.0)
    assert toets.draagkracht is expected
    assert toets.bewijskracht == 1
    assert toets.sentence.startswith(f"{k_0} in {t_0} maanden tegen {k_1} in {t_1} maanden: per maand ")
    assert "De aantallen verschillen wel, maar niet meer dan door toeval kan." in toets.sentence


@pytest.mark.parametrize(
    ("after", "beweerd", "expected"),
    [
        (100, "hoger", Draagkracht.DRAAGT),
        (100, "lager", Draagkracht.DRAAGT_NIET),
        (20, "lager", Draagkracht.DRAAGT),
        (52, "gelijk", Draagkracht.PAST),
        (52, "hoger", Draagkracht.TOEVAL),
        (52, "lager", Draagkracht.DRAAGT_NIET),
        (100, "gelijk", Draagkracht.DRAAGT_NIET),
    ],
)
def test_counts_are_held_against_what_was_claimed(
    judge_claim: JudgeClaim, after: int, beweerd: str, expected: Draagkracht
):
    fields = {"voor": "a", "na": "b", "maanden_voor": 12, "maanden_na": 12, "beweerd": beweerd}
    toets = judge_claim("aantallen", fields, {"a": 50, "b": after})
    assert toets.draagkracht is expected
    assert ("Dat is meer dan toeval." in toets.sentence) == (after in (20, 100))


@pytest.mark.parametrize("beweerd", ["lager", "hoger"])
def test_half_the_time_is_not_half_the_rate(judge_claim: JudgeClaim, beweerd: str):
    """500 in a year and 250 in half a year are the same: not lower, not higher, and not "verschillen wel"."""
    fields = {"voor": "a", "na": "b", "maanden_voor": 12, "maanden_na": 6, "beweerd": beweerd}
    toets = judge_claim("aantallen", fields, {"a": 500, "b": 250})
    assert estimate_of(toets).value == 1.0
    assert toets.draagkracht is Draagkracht.DRAAGT_NIET
    assert "verschillen wel" not in toets.sentence


def test_a_very_small_p_value_reads_well(judge_claim: JudgeClaim):
    fields = {"voor": "a", "na": "b", "maanden_voor": 12, "maanden_na": 12, "beweerd": "hoger"}
    sentence = judge_claim("aantallen", fields, {"a": 50, "b": 500}).sentence
    assert "0,001" in sentence
    assert "= <" not in sentence


@pytest.mark.parametrize(("before", "after"), [(0, 5), (5, 0)])
def test_a_count_of_zero_is_not_testable(judge_claim: JudgeClaim, before: int, after: int):
    fields = {"voor": "a", "na": "b", "maanden_voor": 12, "maanden_na": 12, "beweerd": "lager"}
    toets = judge_claim("aantallen", fields, {"a": before, "b": after})
    assert (toets.draagkracht, toets.sentence) == (Draagkracht.NIET_TOETSBAAR, "Een van de aantallen is nul.")


# --- Against the nation

NATION = [
    (
        "dalfsen", "groei_als_in_het_land", 195, 241, LAND["2016-08"] / LAND["2015-12"] - 1, 8 / 12,
        Draagkracht.DRAAGT_NIET, "van 195 naar 241 (+23,6%); landelijk was dat +2,1% (CBS)",
    ),
    (
        "dalfsen", "daling_tot_eind_2017", 241, 236, LAND["2017-12"] / LAND["2016-08"] - 1, 16 / 12,
        Draagkracht.TOEVAL, "van 241 naar 236 (−2,1%); landelijk was dat −1,4% (CBS)",
    ),
    (
        "renkum", "daling_tegen_landelijk", 520, 468, LAND["2019-09"] / LAND["2017-06"] - 1, 27 / 12,
        Draagkracht.DRAAGT_NIET, "van 520 naar 468 (−10,0%); landelijk was dat −11,7% (CBS)",
    ),
    (
        "deventer", "daling_als_in_het_land", 2945, 2675, sum(LAND_2019) / sum(LAND_2017) - 1, 2,
        Draagkracht.PAST, "van 2.945 naar 2.675 (−9,2%); landelijk was dat −9,5% (CBS)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("gemeente", "claim", "before", "after", "nation", "years", "expected", "text"), NATION, ids=lambda v: str(v)
)
def test_a_stock_against_the_nation(
    real: dict[str, dict[str, Claimtoets]], panel: Gemeentepanel,
    gemeente: str, claim: str, before: int, after: int, nation: float, years: float, expected: Draagkracht, text: str,
):  # fmt: skip
    toets = real[gemeente][claim]
    estimate, gap = estimate_of(toets), after / before - 1 - nation
    spread = spread_by_hand(panel, before) * math.sqrt(years)
    assert estimate.value == pytest.approx(gap, abs=1e-9)
    assert estimate.interval().lower == pytest.approx(gap - Z * spread, abs=1e-9)
    assert estimate.interval().upper == pytest.approx(gap + Z * spread, abs=1e-9)
    assert toets.draagkracht is expected
    assert text in toets.sentence
    assert toets.bewijskracht == 2
    inside = "valt binnen de gewone verschillen tussen gemeenten van deze omvang"
    assert (inside in toets.sentence) == (abs(gap) <= Z * spread)
    assert [bron.titel for bron in toets.bronnen[1:]] == ["CBS (StatLine), tabel 37789ksz"]


def test_the_source_says_what_was_compared(real: dict[str, dict[str, Claimtoets]]):
    """Deventer compares means over whole years, Renkum two months."""
    renkum, deventer = real["renkum"]["daling_tegen_landelijk"], real["deventer"]["daling_als_in_het_land"]
    assert renkum.bronnen[1].vindplaats != ""
    assert "gemiddelde" not in renkum.bronnen[1].vindplaats
    assert "gemiddelde" in deventer.bronnen[1].vindplaats


def test_the_national_changes_that_the_documents_are_held_against():
    assert LAND["2019-09"] / LAND["2017-06"] - 1 == pytest.approx(-0.117, abs=0.0005)
    assert sum(LAND_2019) / sum(LAND_2017) - 1 == pytest.approx(-0.095, abs=0.0005)


def test_only_the_growth_of_dalfsen_is_unusual(real: dict[str, dict[str, Claimtoets]]):
    found = {
        toets.claim.id
        for toetsen in real.values()
        for toets in toetsen.values()
        if toets.claim.toets.soort == "tegen_landelijk" and "is groter dan de gewone verschillen" in toets.sentence
    }
    assert found == {"groei_als_in_het_land"}


def test_a_stock_of_nothing_is_not_testable(judge_claim: JudgeClaim):
    fields = {"voor": "a", "na": "b", "maand_voor": "2016-01", "maand_na": "2017-01", "beweerd": "lager"}
    assert judge_claim("tegen_landelijk", fields, {"a": 0, "b": 9}).draagkracht is Draagkracht.NIET_TOETSBAAR


def test_a_month_outside_the_series_is_refused(judge_claim: JudgeClaim):
    fields = {"voor": "a", "na": "b", "maand_voor": "1990-01", "maand_na": "2017-01", "beweerd": "lager"}
    with pytest.raises(ChoiceError, match="Het landelijk volume van 1990-01 is niet bekend"):
        judge_claim("tegen_landelijk", fields, {"a": 100, "b": 90})


# --- Arithmetic: sums and ratios


KLOPT, KLOPT_NIET = Draagkracht.KLOPT, Draagkracht.KLOPT_NIET


@pytest.mark.parametrize(
    ("claim", "expected", "parts", "reported"),
    [
        ("voorschoten.budget_telt_op", KLOPT, "1.220.000", "1.220.000: dat klopt."),
        ("voorschoten.bijdragen_tellen_op", KLOPT, "1.220.000", "1.220.000: dat klopt."),
        ("deventer.implementatie_260000", KLOPT, "260.000", "260.000: dat klopt."),
        ("deventer.optelsom_groepen_nota", KLOPT_NIET, "2.825", "2.675, een verschil van 150."),
        ("deventer.optelsom_groepen_tekst", KLOPT_NIET, "2.875", "2.675, een verschil van 200."),
        ("deventer.optelsom_groepen_tabel", KLOPT_NIET, "2.725", "2.675, een verschil van 50."),
        ("deventer.participatiebudget_2020", KLOPT_NIET, "21.836.000", "22.000.000, een verschil van −164.000."),
        ("dalfsen.stijging_46", KLOPT, "241", "241: dat klopt."),
    ],
)
def test_sums_of_the_documents(
    real: dict[str, dict[str, Claimtoets]], claim: str, expected: Draagkracht, parts: str, reported: str
):
    toets = find(real, claim)
    assert toets.draagkracht is expected
    assert toets.sentence.startswith(f"De delen tellen op tot {parts}; gemeld is {reported}")


@pytest.mark.parametrize(
    ("claim", "expected", "computed", "reported"),
    [
        ("voorschoten.meer_dan_dubbele", KLOPT, "2,2", "2: dat klopt bij benadering."),
        ("renkum.tekort_2019_aandeel", KLOPT, "12,16%", "12,2%: dat klopt."),
        ("renkum.eigen_risico_structureel", KLOPT, "7,99%", "7,99%: dat klopt."),
        ("renkum.tekort_2019_eerder", KLOPT_NIET, "8,48%", "7,6%: dat verschilt."),
        ("dalfsen.statushouders_30_procent", KLOPT, "29,0%", "30%: dat klopt bij benadering."),
        ("dalfsen.een_derde_bemiddelbaar", KLOPT_NIET, "38,1%", "33%: dat verschilt."),
    ],
)
def test_ratios_of_the_documents(
    real: dict[str, dict[str, Claimtoets]], claim: str, expected: Draagkracht, computed: str, reported: str
):
    toets = find(real, claim)
    assert toets.draagkracht is expected
    assert toets.sentence.startswith(f"Uit de cijfers volgt {computed}; gemeld is {reported}")
    assert isinstance(toets.estimate, NotEstimated)
    assert toets.estimate.code == "arithmetic"


def test_the_arithmetic_once_more_by_hand():
    assert 50 + 70 + 120 + 320 + 450 + 70 + 70 + 70 == 225 + 770 + 225 == 1220
    assert 65 + 65 + 25 + 35 + 35 + 10 + 25 == 260
    assert round((268_125 + 448_500 + 243_750) / (118_929 + 199_332 + 111_505), 4) == 2.2346
    assert round(983_253 / 8_088_748, 5) == 0.12156
    assert round(709_001 / 8_363_000, 5) == 0.08478


@pytest.mark.parametrize(
    ("parts", "total", "expected", "text"),
    [
        ((10, 20), 30, Draagkracht.KLOPT, ": dat klopt."),
        ((10, 20), 31, Draagkracht.KLOPT_NIET, ", een verschil van −1."),
        ((10, 20), 29, Draagkracht.KLOPT_NIET, ", een verschil van 1."),
    ],
)
def test_a_sum(judge_claim: JudgeClaim, parts: tuple[int, int], total: int, expected: Draagkracht, text: str):
    toets = judge_claim("optelsom", {"delen": ["a", "b"], "totaal": "t"}, {"a": parts[0], "b": parts[1], "t": total})
    assert toets.draagkracht is expected
    assert toets.sentence == f"De delen tellen op tot 30; gemeld is {total}{text}"


def test_a_sum_of_shares_is_not_judged_in_whole_numbers(judge_claim: JudgeClaim):
    """30% and 30% are not 100%."""
    cijfers = {"a": {"waarde": 0.3, **SHARE}, "b": {"waarde": 0.3, **SHARE}, "t": {"waarde": 1.0, **SHARE}}
    toets = judge_claim("optelsom", {"delen": ["a", "b"], "totaal": "t"}, cijfers)
    assert toets.draagkracht is Draagkracht.KLOPT_NIET


def test_a_sum_of_fte_is_not_judged_in_whole_numbers(judge_claim: JudgeClaim):
    """1 and 1,5 fte are not 2,9 fte."""
    cijfers = {name: {"waarde": value, "eenheid": "fte"} for name, value in (("a", 1), ("b", 1.5), ("t", 2.9))}
    toets = judge_claim("optelsom", {"delen": ["a", "b"], "totaal": "t"}, cijfers)
    assert toets.draagkracht is Draagkracht.KLOPT_NIET


@pytest.mark.parametrize(
    ("marge", "reported", "expected"),
    [
        (0.0625, 0.3125, Draagkracht.KLOPT),
        (0.0624, 0.3125, Draagkracht.KLOPT_NIET),
        (0.0625, 0.1875, Draagkracht.KLOPT),
        (0.0624, 0.1875, Draagkracht.KLOPT_NIET),
        (0.001, 0.25, Draagkracht.KLOPT),
    ],
)
def test_a_ratio_within_and_beyond_its_margin(
    judge_claim: JudgeClaim, marge: float, reported: float, expected: Draagkracht
):
    fields = {"teller": ["a", "b"], "noemer": ["c", "d"], "gemeld": "g", "marge": marge}
    cijfers = {"a": 1, "b": 2, "c": 5, "d": 7, "g": {"waarde": reported, **SHARE}}
    toets = judge_claim("verhouding", fields, cijfers)  # (1 + 2) / (5 + 7)
    assert toets.draagkracht is expected
    assert toets.sentence.startswith("Uit de cijfers volgt 25,0")
    agrees = toets.sentence.endswith(("dat klopt.", "dat klopt bij benadering."))
    assert agrees == (expected is Draagkracht.KLOPT)
    assert agrees != toets.sentence.endswith("dat verschilt.")


def test_a_ratio_over_nothing_is_not_testable(judge_claim: JudgeClaim):
    fields = {"teller": ["a"], "noemer": ["b"], "gemeld": "g", "marge": 0.1}
    toets = judge_claim("verhouding", fields, {"a": 1, "b": 0, "g": {"waarde": 0.5, **SHARE}})
    assert toets.draagkracht is Draagkracht.NIET_TOETSBAAR


# --- Goals, targets, early warning


@pytest.mark.parametrize(
    ("claim", "result", "goal", "words"),
    [
        ("doel_plaatsingen", 60, 15, "gehaald. Ook als toeval meespeelt (ondergrens 46) ligt het boven het doel."),
        ("doel_gesprekken", 336, 450, "niet gehaald. Of het aantal"),
    ],
)
def test_a_goal_with_the_exact_interval_of_a_count(
    real: dict[str, dict[str, Claimtoets]], claim: str, result: int, goal: int, words: str
):
    toets = real["voorschoten"][claim]
    interval = estimate_of(toets).interval()
    # Garwood: the means under which a count this high, or this low, has a chance of 2,5%.
    assert stats.poisson.sf(result - 1, interval.lower) == pytest.approx(0.025, abs=1e-9)
    assert stats.poisson.cdf(result, interval.upper) == pytest.approx(0.025, abs=1e-9)
    assert estimate_of(toets).null == goal
    assert toets.sentence.startswith(f"Het resultaat is {result} tegen een doel van {goal}: het doel is {words}")
    assert "Of het aantal zonder de maatregel lager was geweest, blijkt er niet uit." in toets.sentence
    assert toets.draagkracht is Draagkracht.BESCHRIJFT


@pytest.mark.parametrize(("result", "reached"), [(15, True), (14, False), (0, False)])
def test_a_goal_on_the_edge(judge_claim: JudgeClaim, result: int, reached: bool):
    toets = judge_claim("doel", {"resultaat": "a", "doel": "b"}, {"a": result, "b": 15})
    assert f"het doel is {'gehaald' if reached else 'niet gehaald'}." in toets.sentence
    assert "ondergrens" not in toets.sentence
    assert (estimate_of(toets).interval().lower == 0.0) == (result == 0)


@pytest.mark.parametrize(
    ("claim", "share", "n", "marge"),
    [
        ("streef_matchen", 0.8, 300, "75% tot 84%"),
        ("streef_groeien", 0.5, 800, "47% tot 53%"),
        ("streef_faciliteren", 0.5, 850, "47% tot 53%"),
        ("streef_zorgen", 0.1, 875, "8% tot 12%"),
    ],
)
def test_how_precisely_a_target_can_be_established(
    real: dict[str, dict[str, Claimtoets]], claim: str, share: float, n: int, marge: str
):
    toets = real["deventer"][claim]
    interval = estimate_of(toets).interval()
    assert (interval.lower, interval.upper) == pytest.approx(wilson(round(share * n), n), abs=1e-9)
    assert toets.sentence.startswith(
        f"Er is nog geen resultaat. Met {n} mensen is een uitkomst van {100 * share:.0f}% straks bekend met een marge "
        f"van {marge};"
    )
    assert toets.draagkracht is Draagkracht.BESCHRIJFT


def test_how_often_the_early_warning_goes_off_by_itself(real: dict[str, dict[str, Claimtoets]], panel: Gemeentepanel):
    toets = real["deventer"]["vroege_waarschuwing"]
    spread = spread_by_hand(panel, 2675)
    chance = math.erfc(0.05 / spread / math.sqrt(2)) / 2
    assert toets.sentence.startswith("Bij een bestand van 2.675 is 5% gelijk aan 134 uitkeringen.")  # 133,75
    assert f"{100 * spread:.1f} procentpunt".replace(".", ",") in toets.sentence
    assert f"in ongeveer {100 * chance:.0f}% van de jaren" in toets.sentence
    assert toets.draagkracht is Draagkracht.BESCHRIJFT
    assert [bron.titel for bron in toets.bronnen[1:]] == ["CBS (StatLine), tabellen 83450NED, 83747NED en 84066NED"]


# --- Not testable, and what holds for all


def test_what_cannot_be_tested_keeps_its_reason(judge_claim: JudgeClaim):
    toets = judge_claim("niet_toetsbaar", {"reden": "Het totaal ontbreekt."}, {}, kanttekening="Vraag het de gemeente.")
    assert toets.sentence == "Het totaal ontbreekt. Vraag het de gemeente."
    assert toets.draagkracht is Draagkracht.NIET_TOETSBAAR
    assert toets.estimate == NotEstimated("Het totaal ontbreekt.", "untestable")
    assert toets.bewijskracht == 0
    assert toets.bronnen == (Bron("Gemeente Proefdorp, Plan (2017)", "§1"),)


def fake(value: float, spread: float, null: float = 0.0) -> Estimate:
    return Estimate(value, spread, None, 1, "", "", "share", StudentInference(value, spread), null)


@pytest.mark.parametrize(
    ("value", "null", "beweerd", "expected"),
    [
        (3.0, 0.0, "hoger", Draagkracht.DRAAGT),
        (3.0, 0.0, "lager", Draagkracht.DRAAGT_NIET),
        (3.0, 0.0, "gelijk", Draagkracht.DRAAGT_NIET),
        (-3.0, 0.0, "hoger", Draagkracht.DRAAGT_NIET),
        (-3.0, 0.0, "lager", Draagkracht.DRAAGT),
        (-3.0, 0.0, "gelijk", Draagkracht.DRAAGT_NIET),
        (1.0, 0.0, "hoger", Draagkracht.TOEVAL),
        (1.0, 0.0, "lager", Draagkracht.DRAAGT_NIET),
        (-1.0, 0.0, "lager", Draagkracht.TOEVAL),
        (-1.0, 0.0, "hoger", Draagkracht.DRAAGT_NIET),
        (1.0, 0.0, "gelijk", Draagkracht.PAST),
        (0.0, 0.0, "gelijk", Draagkracht.PAST),
        (4.0, 1.0, "hoger", Draagkracht.DRAAGT),
        (2.0, 1.0, "hoger", Draagkracht.TOEVAL),
        (-2.0, 1.0, "lager", Draagkracht.DRAAGT),
    ],
)
def test_direction_and_distance_decide_together(value: float, null: float, beweerd: Any, expected: Draagkracht):
    assert _judge(fake(value, 1.0, null), beweerd) is expected


def test_no_difference_bears_no_direction():
    assert _judge(fake(0.0, 1.0), "lager") is _judge(fake(0.0, 1.0), "hoger") is Draagkracht.DRAAGT_NIET


@pytest.mark.parametrize("value", [-3.0, -1.0, 1.0, 3.0])
def test_the_opposite_claim_on_the_opposite_number_gets_the_same_verdict(value: float):
    assert _judge(fake(value, 1.0), "hoger") is _judge(fake(-value, 1.0), "lager")


def test_a_claim_of_equality_is_never_proven():
    outcomes = {_judge(fake(value / 10, 1.0), "gelijk") for value in range(-50, 51)}
    assert outcomes == {Draagkracht.PAST, Draagkracht.DRAAGT_NIET}


def test_every_kind_of_test_is_carried_out(real: dict[str, dict[str, Claimtoets]]):
    kinds = set(get_args(get_args(s.Toets)[0]))
    assert set(_TESTS) == kinds
    assert {type(toets.claim.toets) for toetsen in real.values() for toets in toetsen.values()} == kinds


def test_every_sentence_is_a_sentence(real: dict[str, dict[str, Claimtoets]]):
    toetsen = [toets for group in real.values() for toets in group.values()]
    assert len(toetsen) > 50
    for toets in toetsen:
        assert toets.sentence.endswith("."), toets.claim.id
        assert toets.sentence[0].isupper() or toets.sentence[0].isdigit(), toets.claim.id
        assert "nan" not in toets.sentence.split(), toets.claim.id
        assert toets.bronnen[0].vindplaats == toets.claim.bron.paragraaf, toets.claim.id
        if toets.claim.kanttekening:
            assert toets.sentence.endswith(toets.claim.kanttekening), toets.claim.id


def test_no_claim_is_found_to_be_carried_that_is_only_described(real: dict[str, dict[str, Claimtoets]]):
    counted: dict[Draagkracht, set[str]] = {}
    for group in real.values():
        for toets in group.values():
            counted.setdefault(toets.draagkracht, set()).add(toets.claim.toets.soort)
    assert Draagkracht.DRAAGT not in counted  # no document bears its claim of an effect
    assert counted[Draagkracht.BESCHRIJFT] == {"aandeel", "doel", "streefcijfer", "signaal"}
    assert counted[Draagkracht.KLOPT] | counted[Draagkracht.KLOPT_NIET] == {"optelsom", "verhouding"}


def test_a_claim_can_be_tested_alone(panel: Gemeentepanel, real: Mapping[str, Mapping[str, Claimtoets]]):
    dossier: Dossier = load_dossier("renkum")
    claim = next(claim for claim in dossier.claims if claim.id == "daling_tegen_landelijk")
    assert evaluate_claim(dossier, claim, panel).sentence == real["renkum"]["daling_tegen_landelijk"].sentence
