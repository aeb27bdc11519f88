"""What a saving is worth to the municipality: between the brackets of the vangnet a euro saved is not a euro gained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from evaluatie.quantities import Bron, Euro
from evaluatie.wet import Vangnetberekening, Zekerheid, compute_vangnetuitkering
from evaluatie.wet.invoer import Bedrag

_NO_EARLIER_YEARS: Mapping[int, tuple[Bedrag, Bedrag]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Vangneteffect:
    """A saving, and the result of the municipality with and without it.

    Parameters
    ----------
    besparing : Euro
        What was saved on uitkeringen; negative when the maatregel cost uitkeringen.
    met, zonder : Vangnetberekening
        As the year was, and as it would have been.
    """

    besparing: Euro
    met: Vangnetberekening
    zonder: Vangnetberekening

    @property
    def voordeel(self) -> Euro:
        """What the municipality itself gained: own result with, minus own result without."""
        return _result(self.met) - _result(self.zonder)

    @property
    def minder_vangnet(self) -> Euro:
        """The vangnetuitkering that the saving cost; the Rijk gains that part."""
        return self.zonder.vangnetuitkering - self.met.vangnetuitkering

    @property
    def behouden(self) -> Fraction | None:
        """Share of the saving that the municipality keeps; None when nothing was saved."""
        return Fraction(self.voordeel.cents, self.besparing.cents) if self.besparing.cents else None

    @property
    def zekerheid(self) -> Zekerheid:
        """The certainty of the rules used."""
        return self.met.zekerheid

    @property
    def bronnen(self) -> tuple[Bron, ...]:
        """The law it rests on."""
        return tuple(dict.fromkeys((*self.met.bronnen, *self.zonder.bronnen)))


def value_besparing(
    *,
    jaar: int,
    budget: Bedrag,
    netto_lasten: Bedrag,
    besparing: Bedrag,
    fouten_en_onzekerheden: Bedrag = 0,
    eerdere_jaren: Mapping[int, tuple[Bedrag, Bedrag]] = _NO_EARLIER_YEARS,
) -> Vangneteffect:
    """Compute what a saving did to the result of the municipality.

    Parameters
    ----------
    jaar : int
        Budget year.
    budget, netto_lasten : amount in euro
        As they were, with the maatregel; a surplus stays with the municipality.
    besparing : amount in euro
        What the netto lasten would have been higher without the maatregel; may be negative.
    fouten_en_onzekerheden : amount in euro
        Line D, the same with and without.
    eerdere_jaren : mapping of int to (budget, netto_lasten)
        For the multi-year condition of the vangnet.

    Raises
    ------
    LawError
        When the rules over that year are not known.
    """
    saved, lasten = Euro.of(besparing), Euro.of(netto_lasten)
    met, zonder = (
        compute_vangnetuitkering(
            jaar=jaar,
            budget=budget,
            netto_lasten=amount,
            fouten_en_onzekerheden=fouten_en_onzekerheden,
            eerdere_jaren=eerdere_jaren,
        )
        for amount in (lasten, lasten + saved)
    )
    return Vangneteffect(saved, met, zonder)


def _result(berekening: Vangnetberekening) -> Euro:
    """Return budget minus netto lasten plus vangnetuitkering."""
    return berekening.vangnetuitkering - berekening.tekort
