"""Targets that a plan sets for its klantgroepen, and whether a measured share meets them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evaluatie.dossier import Dossier
from evaluatie.estimation import Interval
from evaluatie.quantities import Bron


class Doeloordeel(StrEnum):
    """What may be said of a target, given the interval of what was measured."""

    GEHAALD = "gehaald"
    NIET_GEHAALD = "niet gehaald"
    ONBESLIST = "niet te zeggen"
    BINNEN = "past bij het streefcijfer"
    HOGER = "hoger dan het streefcijfer"


@dataclass(frozen=True, slots=True)
class Doel:
    """A target of a plan for one klantgroep.

    Parameters
    ----------
    groep, naam : str
        Id and name of the group in the plan.
    uitkomst : str
        ``uitstroom`` or ``participatie``.
    aandeel : float
        The share that is aimed at, or the lower end of a range.
    tot : float or None
        Upper end of a range.
    bron : Bron
        Where the plan says so.
    """

    groep: str
    naam: str
    uitkomst: str
    aandeel: float
    tot: float | None
    bron: Bron

    def concerns(self, groep: str) -> bool:
        """Tell whether a group of the registers is this one, by id or name."""
        return groep.casefold() in (self.groep.casefold(), self.naam.casefold())

    def judge(self, interval: Interval) -> Doeloordeel:
        """Compare the interval of a measured share with the target; a range is only judged at its upper end."""
        if self.tot is not None:
            return Doeloordeel.HOGER if interval.lower > self.tot else Doeloordeel.BINNEN
        if interval.lower >= self.aandeel:
            return Doeloordeel.GEHAALD
        return Doeloordeel.NIET_GEHAALD if interval.upper < self.aandeel else Doeloordeel.ONBESLIST


def list_doelen(dossier: Dossier) -> list[Doel]:
    """Return the targets that a dossier sets for its klantgroepen."""
    return [
        Doel(
            groep.id,
            groep.naam,
            streef.uitkomst,
            float(cijfer.waarde),
            None if cijfer.waarde_tot is None else float(cijfer.waarde_tot),
            dossier.bron(cijfer.bron),
        )
        for groep in dossier.klantgroepen
        for streef in groep.streefcijfers
        for cijfer in [dossier.cijfer(streef.cijfer)]
    ]
