"""Read the amounts a user gives, and report all that cannot be right at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from evaluatie.errors import DataError, Violation
from evaluatie.quantities import Euro

Bedrag = Euro | Fraction | Decimal | int | float | str


@dataclass(frozen=True, slots=True)
class Jaarcijfers:
    """The checked amounts of a calculation.

    Parameters
    ----------
    jaar : int
        Budget year.
    budget, netto_lasten, fouten_en_onzekerheden : Euro
        Lines F, C and D of the official table.
    tekorten : mapping of int to Euro
        Tekort by year, `jaar` included; negative for an overschot.
    """

    jaar: int
    budget: Euro
    netto_lasten: Euro
    fouten_en_onzekerheden: Euro
    tekorten: Mapping[int, Euro]

    @property
    def relevante_lasten(self) -> Euro:
        """Line E."""
        return self.netto_lasten - self.fouten_en_onzekerheden

    @property
    def tekort(self) -> Euro:
        """Line G."""
        return self.tekorten[self.jaar]


def read_cijfers(
    jaar: int,
    budget: Bedrag,
    netto_lasten: Bedrag,
    fouten_en_onzekerheden: Bedrag,
    eerdere_jaren: Mapping[int, tuple[Bedrag, Bedrag]],
) -> Jaarcijfers:
    """Check all amounts (euro) and derive the tekort of every year.

    Raises
    ------
    DataError
        With one `Violation` per amount that is no amount, not positive (budget) or negative.
    """
    problems: list[Violation] = []
    f = _read(f"budget {jaar}", budget, problems, positive=True)
    c = _read(f"netto lasten {jaar}", netto_lasten, problems)
    d = _read(f"fouten en onzekerheden {jaar}", fouten_en_onzekerheden, problems)
    if d > c and not problems:
        remedy = "Geef alleen het deel dat van de netto lasten afgaat."
        problems.append(Violation(f"fouten en onzekerheden {jaar}", "meer dan de netto lasten.", remedy))
    earlier = {year: _read_year(year, jaar, amounts, problems) for year, amounts in eerdere_jaren.items()}
    if problems:
        raise DataError(f"Met deze bedragen is geen vangnetuitkering over {jaar} te berekenen.", violations=problems)
    return Jaarcijfers(jaar, f, c, d, {**earlier, jaar: c - d - f})


def _read_year(year: int, jaar: int, amounts: tuple[Bedrag, Bedrag], problems: list[Violation]) -> Euro:
    if year >= jaar:
        problems.append(Violation(f"eerdere jaren, {year}", f"ligt niet vóór {jaar}.", "Geef alleen eerdere jaren."))
    budget, netto_lasten = amounts
    f = _read(f"budget {year}", budget, problems, positive=True)
    return _read(f"netto lasten {year}", netto_lasten, problems) - f


def _read(where: str, amount: Bedrag, problems: list[Violation], *, positive: bool = False) -> Euro:
    try:
        _check_notation(amount)
        euro = Euro.of(amount)
    except (InvalidOperation, ValueError, OverflowError):
        remedy = "Geef een bedrag in euro's, zonder punten voor duizendtallen: 8088748.00."
        problems.append(Violation(where, f"'{amount}' is geen bedrag.", remedy))
        return Euro(0)
    if positive and euro.cents <= 0:
        problems.append(Violation(where, f"{amount} is niet positief.", "Geef het definitieve budget in euro's."))
    if euro.cents < 0 and not positive:
        problems.append(Violation(where, f"{amount} is negatief.", "Geef een bedrag van nul of meer."))
    return euro


def _check_notation(amount: Bedrag) -> None:
    # "983.253" is Dutch for nearly a million; read as a decimal point it would be less than a thousand.
    if isinstance(amount, str) and len(amount.strip().partition(".")[2]) > 2:
        raise ValueError(amount)
