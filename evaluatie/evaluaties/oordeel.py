"""What may be said of an effect, and how strong its design is: by rule, from the design and the checks it must pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from evaluatie.checks import BEFORE, COMPARABLE, INSTRUMENT, LOTTERY, TREND, CheckResult, Verdict

ALPHA = 0.05
"""A difference with a p-value above this is not called an effect."""


class Oordeel(StrEnum):
    """What may be said about an effect."""

    GEVONDEN = "effect gevonden"
    TEGENGESTELD = "tegengesteld effect gevonden"
    NIET_AANGETOOND = "niet aangetoond"
    NIET_TE_SCHATTEN = "niet te schatten"

    @property
    def is_shown(self) -> bool:
        """Whether an effect was found, wanted or opposite."""
        return self in (Oordeel.GEVONDEN, Oordeel.TEGENGESTELD)


class Bewijskracht(IntEnum):
    """Maryland Scientific Methods Scale, as used by What Works centres (Farrington et al. 2002)."""

    GEEN = 0
    SAMENHANG = 1
    VOOR_EN_NA = 2
    MET_VERGELIJKINGSGROEP = 3
    VERGELIJKBAAR_GEMAAKT = 4
    GELOOT = 5

    @property
    def dutch(self) -> str:
        """The words a reader sees beside the number."""
        return (
            "geen: niet te schatten",
            "1 van 5: één meting of alleen samenhang",
            "2 van 5: voor- en nameting of bekende kenmerken, zonder toetsbare vergelijkingsgroep",
            "3 van 5: voor- en nameting met vergelijkingsgroep",
            "4 van 5: vergelijkbaar gemaakte groepen",
            "5 van 5: geloot",
        )[self.value]


class Ontwerp(StrEnum):
    """How an effect was estimated."""

    LOTING = "loting"
    INSTRUMENT = "aanmoediging die als loting werkt"
    VERSCHIL_IN_VERSCHILLEN = "verschil-in-verschillen"
    SYNTHETISCHE_CONTROLE = "synthetische vergelijking"
    REEKS_MET_VERGELIJKING = "onderbroken reeks met vergelijking"
    REEKS = "onderbroken reeks"
    VERGELIJKBARE_PERSONEN = "vergelijkbare personen"
    DUURMODEL = "duurmodel met bekende kenmerken"
    SAMENHANG = "samenhang"


@dataclass(frozen=True, slots=True)
class _Rule:
    """The level a design reaches when every check it `needs` was run and held, and otherwise."""

    level: Bewijskracht
    needs: tuple[str, ...]
    otherwise: Bewijskracht


_TWO, _THREE = Bewijskracht.VOOR_EN_NA, Bewijskracht.MET_VERGELIJKINGSGROEP
_RULES = {
    Ontwerp.LOTING: _Rule(Bewijskracht.GELOOT, (LOTTERY,), _THREE),
    Ontwerp.INSTRUMENT: _Rule(Bewijskracht.VERGELIJKBAAR_GEMAAKT, (INSTRUMENT,), _TWO),
    Ontwerp.VERSCHIL_IN_VERSCHILLEN: _Rule(_THREE, (TREND,), _TWO),
    Ontwerp.SYNTHETISCHE_CONTROLE: _Rule(_THREE, (TREND,), _TWO),
    Ontwerp.REEKS_MET_VERGELIJKING: _Rule(_THREE, (TREND,), _TWO),
    Ontwerp.REEKS: _Rule(_TWO, (), _TWO),
    Ontwerp.VERGELIJKBARE_PERSONEN: _Rule(_THREE, (COMPARABLE, BEFORE), _TWO),
    # Controls for what is known of a person, not for what is not: no check can tell.
    Ontwerp.DUURMODEL: _Rule(_TWO, (), _TWO),
    Ontwerp.SAMENHANG: _Rule(Bewijskracht.SAMENHANG, (), Bewijskracht.SAMENHANG),
}


def rate_design(ontwerp: Ontwerp, checks: Sequence[CheckResult]) -> Bewijskracht:
    """Return the level of a design; a check that was not run counts as one that did not hold."""
    rule = _RULES[ontwerp]
    held = {check.name for check in checks if check.verdict in (Verdict.PASSED, Verdict.CONCERN)}
    return rule.level if held.issuperset(rule.needs) else rule.otherwise
