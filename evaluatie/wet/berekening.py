"""The outcome of a vangnet calculation, with everything it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from evaluatie.quantities import Bron, Euro
from evaluatie.wet.schijven import Schijf, sum_uitkering
from evaluatie.wet.voorwaarden import Voorwaarde
from evaluatie.wet.zekerheid import Zekerheid


@dataclass(frozen=True, slots=True)
class Vangnetberekening:
    """The vangnetuitkering over one budget year, with everything it rests on.

    Parameters
    ----------
    jaar : int
        Budget year.
    budget : Euro
        Definitive budget (line F).
    relevante_lasten : Euro
        Netto lasten minus fouten en onzekerheden (line E).
    tekort : Euro
        Line G; negative for an overschot.
    tekort_aandeel : Fraction
        `tekort` as an exact share of `budget`.
    schijven : tuple of Schijf
        Lines H1, H2 and H3 in euro, also when a condition is not met.
    vangnetuitkering : Euro
        Line I when no condition is 'niet voldaan', otherwise 0.
    eigen_risico : Euro
        What remains of the tekort; 0 without tekort.
    maximaal_eigen_risico : Euro
        The most a gemeente bears when it meets every condition.
    voorwaarden : tuple of Voorwaarde
        Every condition with its judgement.
    voorbehoud : bool
        True when the uitkering still depends on a condition that could not be judged.
    zekerheid : Zekerheid
        The weakest certainty among the rules the amount rests on.
    bronnen : tuple of Bron
        The sources of those rules.
    opmerkingen : tuple of str
        Caveats in Dutch, the rounding first.
    """

    jaar: int
    budget: Euro
    relevante_lasten: Euro
    tekort: Euro
    tekort_aandeel: Fraction
    schijven: tuple[Schijf, ...]
    vangnetuitkering: Euro
    eigen_risico: Euro
    maximaal_eigen_risico: Euro
    voorwaarden: tuple[Voorwaarde, ...]
    voorbehoud: bool
    zekerheid: Zekerheid
    bronnen: tuple[Bron, ...]
    opmerkingen: tuple[str, ...]

    @property
    def uitkering_volgens_schijven(self) -> Euro:
        """H1 + H2 + H3 in whole cents, whether or not the conditions are met."""
        return sum_uitkering(self.schijven)

    def voorwaarde(self, naam: str) -> Voorwaarde:
        """Return the condition with this name; KeyError when it does not exist that year."""
        return {voorwaarde.naam: voorwaarde for voorwaarde in self.voorwaarden}[naam]
