"""The fictieve besparing: placements times a norm amount, and whether a reported total can be one at all.

A norm amount says what a benefit would have cost if the placement had not happened. It is an
assumption, not an effect: part of these people would have left the bijstand anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaluatie.dossier import Dossier
from evaluatie.dossier.schema import Besparing
from evaluatie.quantities import Bron, Euro

Soort = tuple[str, int]
"""Contract ("fulltime" or "parttime") and half-year of outflow (1 or 2)."""


@dataclass(frozen=True, slots=True)
class Samenstelling:
    """Numbers of placements by contract and half-year that form a total."""

    aantallen: tuple[tuple[Soort, int], ...]

    @property
    def plaatsingen(self) -> int:
        """The number of placements."""
        return sum(count for _, count in self.aantallen)


@dataclass(frozen=True, slots=True)
class Besparingstoets:
    """A reported fictieve besparing held against the norm amounts.

    Parameters
    ----------
    vormbaar : bool
        Whether the total can be formed from the norm amounts of these half-years (and, when known, with
        this number of placements).
    voorbeeld : Samenstelling or None
        One way to form it; there are usually many, so the total does not tell who was placed.
    wegen : int
        In how many ways, counted up to a thousand.
    fewest, most : int or None
        Smallest and largest number of placements that form the total.
    per_plaatsing : Euro or None
        Reported total per placement, when their number is known.
    netto_voordeel : Euro or None
        Reported total minus expenditure.
    netto_klopt : bool or None
        Whether the reported netto voordeel equals that.
    """

    besparing: Besparing
    gemeld: Euro
    vormbaar: bool
    voorbeeld: Samenstelling | None
    wegen: int
    fewest: int | None
    most: int | None
    plaatsingen: int | None
    per_plaatsing: Euro | None
    netto_voordeel: Euro | None
    netto_klopt: bool | None
    bron: Bron


def compute_besparing(plaatsingen: Mapping[Soort, int], normbedragen: Mapping[Soort, Euro]) -> Euro:
    """Return the fictieve besparing of placements: number times norm amount, summed.

    Parameters
    ----------
    plaatsingen : mapping
        Number of placements by ``(dienstverband, halfjaar)``.
    normbedragen : mapping
        Euro per placement, same keys.
    """
    return sum((normbedragen[soort].times(count) for soort, count in plaatsingen.items()), Euro(0))


def list_normbedragen(dossier: Dossier) -> dict[Soort, Euro]:
    """Return the norm amounts of a dossier by contract and half-year."""
    return {
        (norm.dienstverband, norm.halfjaar): Euro.of(dossier.cijfer(norm.cijfer).waarde)
        for norm in dossier.normbedragen
    }


def find_samenstellingen(
    totaal: Euro, normbedragen: Mapping[Soort, Euro], halfjaren: Sequence[int], plaatsingen: int | None = None
) -> Iterator[Samenstelling]:
    """Yield every way to form a total from the norm amounts of these half-years.

    With `plaatsingen` only the ways with that many placements.
    """
    usable = sorted((amount, soort) for soort, amount in normbedragen.items() if soort[1] in halfjaren)
    for counts in _ways(totaal.cents, [amount.cents for amount, _ in reversed(usable)], plaatsingen):
        yield Samenstelling(tuple(zip([soort for _, soort in reversed(usable)], counts, strict=True)))


def check_besparingen(dossier: Dossier) -> list[Besparingstoets]:
    """Hold every reported besparing of a dossier against its norm amounts."""
    norms = list_normbedragen(dossier)
    return [_check(dossier, besparing, norms) for besparing in dossier.besparingen]


def _check(dossier: Dossier, besparing: Besparing, norms: Mapping[Soort, Euro]) -> Besparingstoets:
    gemeld = Euro.of(dossier.cijfer(besparing.gemeld).waarde)
    known = int(dossier.cijfer(besparing.plaatsingen).waarde) if besparing.plaatsingen else None
    fitting = _first(find_samenstellingen(gemeld, norms, besparing.halfjaren, known), 1000)
    numbers = _placements(gemeld, norms, besparing.halfjaren)
    uitgaven, netto = _read_euro(dossier, besparing.uitgaven), _read_euro(dossier, besparing.netto_voordeel)
    computed = gemeld - uitgaven if uitgaven else None
    return Besparingstoets(
        besparing=besparing,
        gemeld=gemeld,
        vormbaar=bool(fitting),
        voorbeeld=fitting[len(fitting) // 2] if fitting else None,
        wegen=len(fitting),
        fewest=min(numbers, default=None),
        most=max(numbers, default=None),
        plaatsingen=known,
        per_plaatsing=gemeld.times(Fraction(1, known)) if known else None,
        netto_voordeel=computed,
        netto_klopt=computed == netto if computed and netto else None,
        bron=dossier.bron(dossier.cijfer(besparing.gemeld).bron),
    )


def _read_euro(dossier: Dossier, identifier: str | None) -> Euro | None:
    return Euro.of(dossier.cijfer(identifier).waarde) if identifier else None


def _first(ways: Iterator[Samenstelling], limit: int) -> list[Samenstelling]:
    return [way for way, _ in zip(ways, range(limit), strict=False)]


def _placements(total: Euro, norms: Mapping[Soort, Euro], halfjaren: Sequence[int]) -> set[int]:
    """Return every number of placements that can form the total."""
    coins = sorted({amount.cents for soort, amount in norms.items() if soort[1] in halfjaren})
    if not coins or any(coin % coins[0] for coin in coins) or total.cents % coins[0]:
        return {way.plaatsingen for way in _first(find_samenstellingen(total, norms, halfjaren), 100_000)}
    units, values = total.cents // coins[0], [coin // coins[0] for coin in coins]
    reachable: list[set[int]] = [{0}] + [set() for _ in range(units)]
    for amount in range(1, units + 1):
        for value in values:
            if value <= amount:
                reachable[amount] |= {count + 1 for count in reachable[amount - value]}
    return reachable[units]


def _ways(total: int, amounts: Sequence[int], placements: int | None) -> Iterator[tuple[int, ...]]:
    if not amounts:
        return
    if len(amounts) == 1:
        count, rest = divmod(total, amounts[0])
        if rest == 0 and placements in (None, count):
            yield (count,)
        return
    for count in range(total // amounts[0], -1, -1):
        if placements is not None and count > placements:
            continue
        left = None if placements is None else placements - count
        for tail in _ways(total - count * amounts[0], amounts[1:], left):
            yield (count, *tail)
