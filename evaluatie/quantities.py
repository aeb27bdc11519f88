"""Quantities that may not be mixed up, and where a number comes from."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


@functools.total_ordering
@dataclass(frozen=True, slots=True)
class Euro:
    """An amount in whole cents; arithmetic is exact.

    Parameters
    ----------
    cents : int
        The amount in eurocents, negative for a surplus or a refund.
    """

    cents: int

    @classmethod
    def of(cls, amount: Euro | Decimal | Fraction | float | str) -> Euro:
        """Make a `Euro` of an amount in euro, rounded half up (away from zero) to whole cents.

        A float is read by its shortest decimal form, so ``Euro.of(0.1)`` is ten cents.
        """
        if isinstance(amount, Euro):
            return amount
        if isinstance(amount, Fraction):
            return cls(_round_half_up(amount * 100))
        return cls(int((Decimal(str(amount)) * 100).to_integral_value(ROUND_HALF_UP)))

    @property
    def amount(self) -> Decimal:
        """The amount in euro, exact."""
        return Decimal(self.cents) / 100

    def times(self, factor: Fraction | int) -> Euro:
        """Multiply by an exact factor; the result is rounded half up to whole cents."""
        return Euro(_round_half_up(self.cents * Fraction(factor)))

    def __add__(self, other: Euro) -> Euro:
        return Euro(self.cents + other.cents)

    def __sub__(self, other: Euro) -> Euro:
        return Euro(self.cents - other.cents)

    def __neg__(self) -> Euro:
        return Euro(-self.cents)

    def __lt__(self, other: Euro) -> bool:
        return self.cents < other.cents

    def __float__(self) -> float:
        return self.cents / 100


def _round_half_up(value: Fraction) -> int:
    rounded = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return rounded if value >= 0 else -rounded


@dataclass(frozen=True, slots=True, order=True)
class Maand:
    """A calendar month."""

    jaar: int
    maand: int

    def __post_init__(self) -> None:
        if not 1 <= self.maand <= 12:
            raise ValueError(f"maand must be 1..12, got {self.maand}")

    @classmethod
    def parse(cls, text: str) -> Maand:
        """Read ``"2017-06"``."""
        jaar, maand = text.split("-")
        return cls(int(jaar), int(maand))

    def __str__(self) -> str:
        return f"{self.jaar:04d}-{self.maand:02d}"


@dataclass(frozen=True, slots=True, order=True)
class Bron:
    """Where a number was read.

    Parameters
    ----------
    titel : str
        Document, CBS table or article of law, as a reader would cite it.
    vindplaats : str
        Paragraph, period or region inside it; empty when the whole.
    url : str
        Public address, when there is one.
    """

    titel: str
    vindplaats: str = ""
    url: str = ""

    def __str__(self) -> str:
        return f"{self.titel}, {self.vindplaats}" if self.vindplaats else self.titel
