"""The fictieve besparing: what a total can be made of, by hand and by trying everything."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluatie.dossier import Dossier, load_dossier
from evaluatie.evaluaties.besparing import (
    Besparingstoets,
    Samenstelling,
    Soort,
    check_besparingen,
    compute_besparing,
    find_samenstellingen,
    list_normbedragen,
)
from evaluatie.quantities import Euro

MakeDossier = Callable[..., Dossier]
FULL_1, FULL_2, PART_1, PART_2 = ("fulltime", 1), ("fulltime", 2), ("parttime", 1), ("parttime", 2)
SOORTEN: tuple[Soort, ...] = (FULL_1, FULL_2, PART_1, PART_2)
# Bijlage 1 of the document, typed over.
BIJLAGE_1 = {FULL_1: Euro(13_000_00), FULL_2: Euro(6_500_00), PART_1: Euro(3_250_00), PART_2: Euro(1_625_00)}
TOTALEN = {2015: 268_125, 2016: 448_500, 2017: 243_750}
UITGAVEN = {2015: 118_929, 2016: 199_332, 2017: 111_505}
NETTO = {2015: 149_196, 2016: 249_168, 2017: 132_245}
UNIT = 1_625

small_norms = st.fixed_dictionaries({soort: st.integers(1, 9).map(Euro) for soort in SOORTEN})
half_years = st.sampled_from([[1], [2], [1, 2]])


@pytest.fixture(scope="module")
def voorschoten() -> Dossier:
    return load_dossier("voorschoten")


@pytest.fixture(scope="module")
def toetsen(voorschoten: Dossier) -> dict[str, Besparingstoets]:
    return {toets.besparing.gemeld: toets for toets in check_besparingen(voorschoten)}


def brute_force(
    total: int, norms: Mapping[Soort, int], halfjaren: list[int], placements: int | None = None
) -> set[tuple[tuple[Soort, int], ...]]:
    """Try every number of every kind."""
    usable = [soort for soort in SOORTEN if soort in norms and soort[1] in halfjaren]
    ranges = (range(total // norms[soort] + 1) for soort in usable)
    return {
        tuple(sorted(zip(usable, counts, strict=True)))
        for counts in itertools.product(*ranges)
        if sum(norms[s] * c for s, c in zip(usable, counts, strict=True)) == total and placements in (None, sum(counts))
    }


def as_set(ways: Iterator[Samenstelling]) -> set[tuple[tuple[Soort, int], ...]]:
    found = [tuple(sorted(way.aantallen)) for way in ways]
    assert len(found) == len(set(found)), "a way was given twice"
    return set(found)


def check_one(make_dossier: MakeDossier, norms: Mapping[Soort, float], **besparing: Any) -> Besparingstoets:
    """Check one reported besparing of a small dossier."""
    euro = {"eenheid": "euro", "status": "afgeleid"}
    cijfers: dict[str, Any] = {f"norm_{s[0]}_{s[1]}": {"waarde": value, **euro} for s, value in norms.items()}
    fields: dict[str, Any] = {"omschrijving": "Proef"}
    for name, value in besparing.items():
        if name == "halfjaren":
            fields[name] = value
            continue
        cijfers[name] = {"waarde": value, **euro} if name != "plaatsingen" else value
        fields[name] = name
    dossier = make_dossier(
        cijfers,
        normbedragen=[{"dienstverband": s[0], "halfjaar": s[1], "cijfer": f"norm_{s[0]}_{s[1]}"} for s in norms],
        besparingen=[fields],
    )
    (toets,) = check_besparingen(dossier)
    return toets


def test_a_besparing_by_hand():
    # 3 × 13.000 + 2 × 6.500 + 4 × 3.250 + 5 × 1.625 = 39.000 + 13.000 + 13.000 + 8.125
    plaatsingen = {FULL_1: 3, FULL_2: 2, PART_1: 4, PART_2: 5}
    assert compute_besparing(plaatsingen, BIJLAGE_1) == Euro(73_125_00)
    assert compute_besparing({}, BIJLAGE_1) == Euro(0)
    assert compute_besparing({PART_2: 1}, BIJLAGE_1) == Euro(1_625_00)


def test_a_placement_without_norm_amount_cannot_be_valued():
    with pytest.raises(KeyError):
        compute_besparing({PART_2: 1}, {FULL_1: Euro(13_000_00)})


def test_the_norm_amounts_come_from_the_dossier(voorschoten: Dossier):
    assert list_normbedragen(voorschoten) == BIJLAGE_1


@given(st.fixed_dictionaries({soort: st.integers(0, 30) for soort in SOORTEN}), small_norms)
def test_every_way_adds_up_to_what_it_was_made_of(counts: dict[Soort, int], norms: dict[Soort, Euro]):
    total = compute_besparing(counts, norms)
    assert total.cents == sum(counts[soort] * norms[soort].cents for soort in SOORTEN)
    for way in itertools.islice(find_samenstellingen(total, norms, [1, 2]), 50):
        assert compute_besparing(dict(way.aantallen), norms) == total


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 30), small_norms, half_years, st.none() | st.integers(0, 12))
def test_the_ways_are_those_of_trying_everything(
    total: int, norms: dict[Soort, Euro], halfjaren: list[int], placements: int | None
):
    expected = brute_force(total, {soort: euro.cents for soort, euro in norms.items()}, halfjaren, placements)
    assert as_set(find_samenstellingen(Euro(total), norms, halfjaren, placements)) == expected


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 30), st.lists(st.integers(1, 9), min_size=4, max_size=4), half_years)
def test_fewest_and_most_placements_are_those_of_trying_everything(
    make_dossier: MakeDossier, total: int, amounts: list[int], halfjaren: list[int]
):
    norms = dict(zip(SOORTEN, amounts, strict=True))
    numbers = [sum(c for _, c in way) for way in brute_force(total, norms, halfjaren)]
    toets = check_one(make_dossier, norms, gemeld=total, halfjaren=halfjaren)
    assert (toets.fewest, toets.most) == (min(numbers, default=None), max(numbers, default=None))
    assert toets.vormbaar == bool(numbers)
    assert toets.wegen == min(len(numbers), 1000)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 120), half_years)
def test_fewest_and_most_with_the_real_norm_amounts(make_dossier: MakeDossier, units: int, halfjaren: list[int]):
    norms = {soort: euro.cents // 100 for soort, euro in BIJLAGE_1.items()}
    values = sorted({norms[soort] // UNIT for soort in SOORTEN if soort[1] in halfjaren})
    numbers = set()
    top, *rest = reversed(values)
    for first in range(units // top + 1):
        spans = [range(units // value + 1) for value in rest[:-1]]
        for middle in itertools.product(*spans):
            left = units - first * top - sum(c * v for c, v in zip(middle, rest[:-1], strict=True))
            if left >= 0 and left % rest[-1] == 0:
                numbers.add(first + sum(middle) + left // rest[-1])
    toets = check_one(make_dossier, norms, gemeld=units * UNIT, halfjaren=halfjaren)
    assert (toets.fewest, toets.most) == (min(numbers, default=None), max(numbers, default=None))


@pytest.mark.parametrize("jaar", TOTALEN)
def test_voorschoten_to_the_euro(toetsen: dict[str, Besparingstoets], jaar: int):
    toets = toetsen[f"besparing_{jaar}"]
    assert TOTALEN[jaar] - UITGAVEN[jaar] == NETTO[jaar]
    assert toets.gemeld == Euro(TOTALEN[jaar] * 100)
    assert toets.netto_voordeel == Euro(NETTO[jaar] * 100)
    assert toets.netto_klopt is True
    assert toets.vormbaar is True


@pytest.mark.parametrize(("jaar", "units"), [(2015, 165), (2016, 276), (2017, 150)])
def test_every_total_of_voorschoten_is_a_multiple_of_the_smallest_norm_amount(jaar: int, units: int):
    assert TOTALEN[jaar] == units * UNIT


def test_2015_cannot_be_formed_with_fifteen_placements():
    # Fifteen at the highest amount are 195.000; the reported total is 268.125.
    assert TOTALEN[2015] > 15 * 13_000
    assert list(find_samenstellingen(Euro(268_125_00), BIJLAGE_1, [1, 2], 15)) == []
    assert next(find_samenstellingen(Euro(268_125_00), BIJLAGE_1, [1, 2], 22)).plaatsingen == 22
    assert list(find_samenstellingen(Euro(268_125_00), BIJLAGE_1, [1, 2], 21)) == []


def test_2016_can_be_formed_with_sixty_placements(toetsen: dict[str, Besparingstoets]):
    # 8a + 4b + 2c + d = 276 and a + b + c + d = 60
    expected = [
        (a, b, c, 60 - a - b - c)
        for a in range(35)
        for b in range(61 - a)
        for c in range(61 - a - b)
        if 8 * a + 4 * b + 2 * c + (60 - a - b - c) == 276
    ]
    toets = toetsen["besparing_2016"]
    assert toets.plaatsingen == 60
    assert toets.wegen == len(expected) == 139
    assert toets.voorbeeld is not None
    assert toets.voorbeeld.plaatsingen == 60
    assert compute_besparing(dict(toets.voorbeeld.aantallen), BIJLAGE_1) == Euro(448_500_00)
    assert toets.per_plaatsing == Euro(7_475_00)


def test_2017_can_be_formed_with_norm_amounts_of_the_first_half_only(toetsen: dict[str, Besparingstoets]):
    # 8a + 2c = 150: a from 0 to 18
    expected = [(a, (150 - 8 * a) // 2) for a in range(19) if (150 - 8 * a) % 2 == 0]
    toets = toetsen["besparing_2017"]
    assert toets.wegen == len(expected) == 19
    assert (toets.fewest, toets.most) == (18 + 3, 75)
    assert toets.voorbeeld is not None
    assert {soort[1] for soort, _ in toets.voorbeeld.aantallen} == {1}
    ways = as_set(find_samenstellingen(Euro(243_750_00), BIJLAGE_1, [1]))
    assert ways == {((FULL_1, a), (PART_1, c)) for a, c in expected}


@pytest.mark.parametrize(
    ("jaar", "fewest", "most"),
    [
        (2015, 20 + 1 + 1, 165),  # 165 = 20 × 8 + 4 + 1
        (2016, 34 + 1, 276),  # 276 = 34 × 8 + 4
    ],
)
def test_fewest_and_most_of_voorschoten(toetsen: dict[str, Besparingstoets], jaar: int, fewest: int, most: int):
    toets = toetsen[f"besparing_{jaar}"]
    assert (toets.fewest, toets.most) == (fewest, most)


@pytest.mark.parametrize(
    ("gemeld", "bedrag", "aantal", "per_geval"),
    [
        ("jeugd_besparing", 150_000, 15, 10_000),
        ("handhaving_besparing", 90_000, 6, 15_000),
        ("recherche_besparing", 15_000, 1, 15_000),
    ],
)
def test_amounts_that_no_norm_amount_can_form(
    toetsen: dict[str, Besparingstoets], gemeld: str, bedrag: int, aantal: int, per_geval: int
):
    assert bedrag % UNIT != 0
    toets = toetsen[gemeld]
    assert (toets.gemeld, toets.plaatsingen) == (Euro(bedrag * 100), aantal)
    assert toets.per_plaatsing == Euro(per_geval * 100)
    assert (toets.vormbaar, toets.voorbeeld, toets.wegen, toets.fewest, toets.most) == (False, None, 0, None, None)
    assert list(find_samenstellingen(toets.gemeld, BIJLAGE_1, [1, 2])) == []
    assert (toets.netto_voordeel, toets.netto_klopt) == (None, None)


def test_every_reported_besparing_is_checked(toetsen: dict[str, Besparingstoets]):
    assert set(toetsen) == {
        "besparing_2015", "besparing_2016", "besparing_2017",
        "jeugd_besparing", "handhaving_besparing", "recherche_besparing",
    }  # fmt: skip


def test_a_check_cites_the_place_of_the_reported_total(toetsen: dict[str, Besparingstoets]):
    assert toetsen["jeugd_besparing"].bron.vindplaats == "§2.2"
    assert toetsen["besparing_2015"].bron.vindplaats == "§2"


def test_ways_are_counted_up_to_a_thousand(toetsen: dict[str, Besparingstoets]):
    assert len(list(itertools.islice(find_samenstellingen(Euro(268_125_00), BIJLAGE_1, [1, 2]), 1500))) == 1500
    assert toetsen["besparing_2015"].wegen == 1000


@pytest.mark.parametrize(("netto", "klopt"), [(700, True), (701, False), (699, False), (-700, False)])
def test_a_netto_voordeel_is_recomputed(make_dossier: MakeDossier, netto: int, klopt: bool):
    toets = check_one(make_dossier, {FULL_1: 100}, gemeld=1000, uitgaven=300, netto_voordeel=netto)
    assert toets.netto_voordeel == Euro(700_00)
    assert toets.netto_klopt is klopt


def test_a_netto_voordeel_of_nothing_is_still_recomputed(make_dossier: MakeDossier):
    toets = check_one(make_dossier, {FULL_1: 100}, gemeld=1000, uitgaven=1000, netto_voordeel=0)
    assert (toets.netto_voordeel, toets.netto_klopt) == (Euro(0), True)


def test_a_negative_netto_voordeel(make_dossier: MakeDossier):
    toets = check_one(make_dossier, {FULL_1: 100}, gemeld=1000, uitgaven=1300, netto_voordeel=-300)
    assert (toets.netto_voordeel, toets.netto_klopt) == (Euro(-300_00), True)


def test_without_norm_amounts_nothing_can_be_formed(make_dossier: MakeDossier):
    toets = check_one(make_dossier, {}, gemeld=1000)
    assert (toets.vormbaar, toets.fewest, toets.most) == (False, None, None)


@pytest.mark.parametrize(("gemeld", "plaatsingen"), [(1.01, 2), (0.05, 2), (1000, 3), (2000, 3), (150_000, 15)])
def test_an_amount_per_case_is_rounded_half_up(make_dossier: MakeDossier, gemeld: float, plaatsingen: int):
    """Like every other amount."""
    toets = check_one(make_dossier, {FULL_1: 100}, gemeld=gemeld, plaatsingen=plaatsingen)
    assert toets.per_plaatsing == Euro.of(gemeld).times(Fraction(1, plaatsingen))
