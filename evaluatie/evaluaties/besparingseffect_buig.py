"""What a besparing was worth on the BUIG budget of a year: part of it may go to the Rijk as less vangnetuitkering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evaluatie.errors import LawError
from evaluatie.evaluaties.besparingseffect_prijs import read_financien
from evaluatie.evaluaties.vangneteffect import Vangneteffect, value_besparing
from evaluatie.quantities import Euro
from evaluatie.registratie.contract import Register

_POSTEN = frozenset({"buig_budget", "lasten", "baten"})


@dataclass(frozen=True, slots=True)
class Buigjaar:
    """The amounts of one year as the municipality recorded them.

    Parameters
    ----------
    budget, netto_lasten : Euro
        Definitive budget, and lasten minus baten.
    fouten : Euro
        Fouten en onzekerheden.
    """

    budget: Euro
    netto_lasten: Euro
    fouten: Euro

    @property
    def relevante_lasten(self) -> Euro:
        """Netto lasten after deduction of fouten en onzekerheden."""
        return self.netto_lasten - self.fouten


def list_buigjaren(register: Register) -> dict[int, Buigjaar]:
    """Return the years of which the register has budget, lasten and baten."""
    return {
        jaar: Buigjaar(
            Euro.of(amounts["buig_budget"]),
            Euro.of(amounts["lasten"]) - Euro.of(amounts["baten"]),
            Euro.of(amounts.get("fouten", 0)),
        )
        for jaar, amounts in sorted(read_financien(register).items())
        if amounts.keys() >= _POSTEN
    }


def value_in_jaar(jaren: Mapping[int, Buigjaar], jaar: int, besparing: Euro | float) -> Vangneteffect:
    """Compute what a besparing did to the result of a year, with the other years for the multi-year condition.

    Raises
    ------
    LawError
        When the rules over that year are not known.
    """
    earlier = {other: (found.budget, found.relevante_lasten) for other, found in jaren.items() if other < jaar}
    found = jaren[jaar]
    # The lower end of an interval may be a loss larger than everything that was spent: without it nothing was.
    saved = max(Euro.of(besparing), -found.netto_lasten + found.fouten)
    return value_besparing(
        jaar=jaar,
        budget=found.budget,
        netto_lasten=found.netto_lasten,
        fouten_en_onzekerheden=found.fouten,
        besparing=saved,
        eerdere_jaren=earlier,
    )


def find_regels(jaren: Mapping[int, Buigjaar]) -> tuple[tuple[int, ...], dict[int, str]]:
    """Tell years of which the rules are known apart from years of which they are not, with the reason."""
    known, refused = [], {}
    for jaar in jaren:
        try:
            value_in_jaar(jaren, jaar, 0)
        except LawError as error:
            refused[jaar] = error.problem
        else:
            known.append(jaar)
    return tuple(known), refused
