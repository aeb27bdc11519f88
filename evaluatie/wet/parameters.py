"""Dated parameters of the law: a value holds from a day to a day, with its source and its certainty.

The law is never extrapolated. A parameter refuses every day for which no value was verified, and
says why that day is unknown. Certainty travels with the value, so that a report can state how firm
the rule behind an amount is.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from evaluatie import notatie
from evaluatie.errors import LawError
from evaluatie.quantities import Bron
from evaluatie.wet.opmaak import format_procent
from evaluatie.wet.zekerheid import Zekerheid

Waarde = Fraction | int | str | dt.date
Regelingnaam = Literal["regulier", "uitgebreid"]


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value of a parameter and the period for which it was verified.

    Parameters
    ----------
    value : Fraction, int, str or date
        Shares as exact fractions (``3/40`` for 7,5%), numbers of years as int, rules as text.
    status : Zekerheid
        How firm the value is.
    bron : Bron
        Where it was read, or from what it was inferred.
    vanaf, tot : date
        First and last day (inclusive).
    opmerking : str
        Caveat in Dutch; never empty unless the value was found.
    naam : str
        Name of the parameter in Dutch.
    """

    value: Waarde
    status: Zekerheid
    bron: Bron
    vanaf: dt.date
    tot: dt.date
    opmerking: str = ""
    naam: str = ""

    @property
    def aandeel(self) -> Fraction:
        """The value as an exact share."""
        if not isinstance(self.value, Fraction):
            raise TypeError(f"not a share: {self.value!r}")
        return self.value

    @property
    def aantal(self) -> int:
        """The value as a number of years."""
        if not isinstance(self.value, int):
            raise TypeError(f"not a number: {self.value!r}")
        return self.value

    @property
    def tekst(self) -> str:
        """The value as Dutch text: a share as a percentage, a date written out."""
        if isinstance(self.value, Fraction):
            return format_procent(self.value)
        return notatie.date(self.value) if isinstance(self.value, dt.date) else str(self.value)


@dataclass(frozen=True, slots=True)
class Onbekend:
    """A period for which the rules are deliberately not given, and why.

    ``None`` for `vanaf` or `tot` leaves that side open.
    """

    vanaf: dt.date | None
    tot: dt.date | None
    regeling: Regelingnaam
    reden: str

    def covers(self, peildatum: dt.date) -> bool:
        """Tell whether `peildatum` falls in this period."""
        return (self.vanaf is None or self.vanaf <= peildatum) and (self.tot is None or peildatum <= self.tot)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One rule of the law through time.

    Parameters
    ----------
    sleutel, naam, omschrijving, eenheid : str
        Key in the file; Dutch name, description and unit.
    waarden : tuple of DatedValue
        Sorted, without gaps or overlap when loaded from a file.
    onbekend : tuple of Onbekend
        Why other periods are unknown; the first that covers a day is quoted.
    """

    sleutel: str
    naam: str
    omschrijving: str
    eenheid: str
    waarden: tuple[DatedValue, ...]
    onbekend: tuple[Onbekend, ...] = ()

    def covers(self, peildatum: dt.date) -> bool:
        """Tell whether a value was verified for `peildatum`."""
        return any(waarde.vanaf <= peildatum <= waarde.tot for waarde in self.waarden)

    def value_on(self, peildatum: dt.date) -> DatedValue:
        """Return the value that holds on `peildatum`.

        Raises
        ------
        LawError
            When no value was verified for that day; names the verified period and the reason.
        """
        for waarde in self.waarden:
            if waarde.vanaf <= peildatum <= waarde.tot:
                return waarde
        raise self._refuse(peildatum)

    def _refuse(self, peildatum: dt.date) -> LawError:
        first, last = notatie.date(self.waarden[0].vanaf), notatie.date(self.waarden[-1].tot)
        redenen = [entry.reden for entry in self.onbekend if entry.covers(peildatum)]
        reden = redenen[0] if redenen else "Voor deze dag is geen bron gelezen."
        return LawError(
            f"'{self.naam}' is niet bekend op {notatie.date(peildatum)}: "
            f"nagegaan van {first} tot en met {last}. {reden}",
            "Kies een datum in die periode, of voeg de waarde met haar bron toe aan de regeling.",
        )
