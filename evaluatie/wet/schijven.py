"""The brackets of the official table (part H), exact and without any rounding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from evaluatie.errors import DataError, Violation
from evaluatie.quantities import Euro
from evaluatie.wet.parameters import Regelingnaam
from evaluatie.wet.regime import Regime, describe_regime

NUL_TOT_DERTIG_PROCENT = tuple(Fraction(procent, 100) for procent in range(31))


@dataclass(frozen=True, slots=True)
class Schijf:
    """One line of part H (H1, H2 or H3).

    Parameters
    ----------
    van, tot : Fraction
        Shares of the budget; `van` is exclusive, `tot` inclusive, and None when there is no end.
    bedrag : Fraction
        The part of the tekort in this bracket, in the unit of the budget, exact. In euro it may hold
        parts of cents; show it with ``Euro.of(bedrag)``.
    vergoeding : Fraction
        Share of `bedrag` that is compensated.
    """

    van: Fraction
    tot: Fraction | None
    bedrag: Fraction
    vergoeding: Fraction

    @property
    def uitkering(self) -> Fraction:
        """The compensation for this bracket, exact."""
        return self.bedrag * self.vergoeding


@dataclass(frozen=True, slots=True)
class Overschrijding:
    """What an overspending costs, all as exact shares of the budget.

    Parameters
    ----------
    aandeel : Fraction
        Tekort as a share of the budget; negative for an overschot.
    eigen_risico : Fraction
        What the gemeente bears; 0 without tekort.
    uitkering : Fraction
        The vangnetuitkering when every condition is met.
    """

    aandeel: Fraction
    eigen_risico: Fraction
    uitkering: Fraction


def split_tekort(regime: Regime, budget: Fraction, tekort: Fraction) -> tuple[Schijf, ...]:
    """Divide a tekort over the three brackets.

    Parameters
    ----------
    regime : Regime
        The rules of the budget year.
    budget, tekort : Fraction
        In the same unit (euro, or 1 and a share); a negative tekort fills no bracket.
    """
    schijven = []
    for van, tot, vergoeding in regime.grenzen:
        top = tekort if tot is None else min(tekort, tot * budget)
        schijven.append(Schijf(van, tot, max(Fraction(0), top - van * budget), vergoeding))
    return tuple(schijven)


def sum_uitkering(schijven: Iterable[Schijf]) -> Euro:
    """Add up the brackets (in euro) and round once, half up, to whole cents."""
    return Euro.of(sum((schijf.uitkering for schijf in schijven), Fraction(0)))


def toon_schijven(
    jaar: int,
    aandelen: Iterable[Fraction | Decimal | float | int | str] = NUL_TOT_DERTIG_PROCENT,
    regeling: Regelingnaam = "regulier",
) -> tuple[Overschrijding, ...]:
    """Show what overspendings cost when the euro figures of a gemeente are missing.

    Parameters
    ----------
    jaar : int
        Budget year.
    aandelen : iterable of shares
        Tekort as shares of the budget (``0.12`` for 12%); a float is read by its shortest decimal form.
    regeling : {"regulier", "uitgebreid"}
        Which vangnet.

    Returns
    -------
    tuple of Overschrijding
        In the order of `aandelen`, assuming that every condition is met.

    Raises
    ------
    LawError
        When the rules over `jaar` are not known.
    DataError
        When a share is not a number, or above 1 (a percentage by mistake).
    """
    regime = describe_regime(jaar, regeling)
    return tuple(_show(regime, aandeel) for aandeel in _read_aandelen(aandelen))


def _show(regime: Regime, aandeel: Fraction) -> Overschrijding:
    uitkering = sum((schijf.uitkering for schijf in split_tekort(regime, Fraction(1), aandeel)), Fraction(0))
    return Overschrijding(aandeel, max(aandeel, Fraction(0)) - uitkering, uitkering)


def _read_aandelen(aandelen: Iterable[Fraction | Decimal | float | int | str]) -> list[Fraction]:
    shares: list[Fraction] = []
    violations: list[Violation] = []
    for index, value in enumerate(aandelen):
        try:
            share = value if isinstance(value, Fraction) else Fraction(Decimal(str(value)))
        except (InvalidOperation, ValueError, OverflowError):
            violations.append(Violation(f"aandelen.{index}", f"'{value}' is geen getal.", "Geef een breuk als 0.12."))
            continue
        if share > 1:
            violations.append(Violation(f"aandelen.{index}", f"{value} is meer dan 1.", "Schrijf 12% als 0.12."))
        shares.append(share)
    if violations:
        raise DataError("De aandelen van de overschrijding kloppen niet.", violations=violations)
    return shares
