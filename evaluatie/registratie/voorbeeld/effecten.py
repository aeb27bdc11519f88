"""The effects that are planted in a synthetic municipality, and what each of them means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from evaluatie.errors import ChoiceError
from evaluatie.quantities import Maand

NA_VENSTERS = ((1, 3), (4, 6), (7, 12), (13, 24))
"""Months after the last month of a traject, both ends included."""

UREN_KLASSEN = ("minder dan 8 uur per week", "8 tot 16 uur per week", "16 uur per week of meer")
SANCTIE_MAANDEN = 3
ONDERZOEK_MAANDEN = 2

SOORTEN = ("training", "werkervaring", "bemiddeling", "scholing", "jobcoach")
AANBIEDERS = ("Bureau Noord", "Bureau Zuid", "Werkbedrijf", "Eigen consulent")

_LARGEST_POORT = 1 / 0.75


@dataclass(frozen=True, slots=True)
class Effecten:
    """Planted effects; 1 is no effect. The ratios are hazard ratios per calendar month.

    Parameters
    ----------
    traject_tijdens : float
        Exit to work during a traject (lock-in).
    traject_na : tuple of float
        Exit to work in months 1–3, 4–6, 7–12 and 13–24 after a traject.
    traject_soort, traject_aanbieder : mapping of str to float
        Extra factor on `traject_na` for a kind or aanbieder; what is not named has factor 1.
    deeltijd : tuple of float
        Exit to work in a month with part-time work, by hours class (`UREN_KLASSEN`).
    sanctie : float
        Exit to work in the month of a verlaging and the two after it.
    sanctie_anders : float
        Exit for ``anders`` (without known income) in those months.
    onderzoek : float
        Exit by handhaving in the two months after the month of an onderzoek.
    poort : float
        Factor on the share of meldingen that becomes an aanvraag.
    poort_vanaf : Maand or None
        First month of the gatekeeping policy; half-way the period when None.
    selectie_aanleg : float
        How strongly the unobserved trait decides who gets a traject, part-time work or a verlaging. With 0 they
        depend on registered traits only: age, duration and klantgroep.
    """

    traject_tijdens: float = 0.6
    traject_na: tuple[float, float, float, float] = (1.3, 1.3, 1.3, 1.0)
    traject_soort: Mapping[str, float] = field(default_factory=dict)
    traject_aanbieder: Mapping[str, float] = field(default_factory=dict)
    deeltijd: tuple[float, float, float] = (1.2, 1.5, 2.0)
    sanctie: float = 1.8
    sanctie_anders: float = 1.4
    onderzoek: float = 6.0
    poort: float = 0.85
    poort_vanaf: Maand | None = None
    selectie_aanleg: float = 1.0

    def __post_init__(self) -> None:
        _refuse_unknown("soort traject", self.traject_soort, SOORTEN)
        _refuse_unknown("aanbieder", self.traject_aanbieder, AANBIEDERS)
        if len(self.traject_na) != len(NA_VENSTERS) or len(self.deeltijd) != len(UREN_KLASSEN):
            raise ChoiceError("Een reeks effecten heeft niet de juiste lengte.", "Geef vier vensters en drie klassen.")
        if not all(math.isfinite(value) and value > 0 for value in self._ratios()):
            raise ChoiceError("Een effect is een verhouding groter dan 0.", "Zet 1 voor 'geen effect'.")
        if not (math.isfinite(self.selectie_aanleg) and self.selectie_aanleg >= 0):
            raise ChoiceError("De selectie op aanleg is 0 of meer.", "Zet 0 voor alleen selectie op kenmerken.")
        if self.poort > _LARGEST_POORT:
            raise ChoiceError(
                "De poort kan niet meer dan alle meldingen aanvraag laten worden.", "Kies ten hoogste 1,3."
            )

    @classmethod
    def nul(cls, *, selectie_aanleg: float = 1.0) -> Effecten:
        """Return no effect at all: every ratio is 1. Season, cycle and selection stay."""
        none = (1.0, 1.0, 1.0)
        return cls(1.0, (1.0, *none), {}, {}, none, 1.0, 1.0, 1.0, 1.0, selectie_aanleg=selectie_aanleg)

    def _ratios(self) -> list[float]:
        single = [self.traject_tijdens, self.sanctie, self.sanctie_anders, self.onderzoek, self.poort]
        named = [*self.traject_soort.values(), *self.traject_aanbieder.values()]
        return [*single, *self.traject_na, *self.deeltijd, *named]


def _refuse_unknown(what: str, given: Mapping[str, float], known: tuple[str, ...]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ChoiceError(f"Onbekend(e) {what}: {', '.join(unknown)}.", f"Bekend zijn: {', '.join(known)}.")
