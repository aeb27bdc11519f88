"""The vangnet of one budget year: which thresholds, how firm, and a reasoned refusal of other years."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import get_args

from evaluatie.errors import ChoiceError, LawError
from evaluatie.quantities import Bron
from evaluatie.wet.load import Regeling, load_regeling
from evaluatie.wet.parameters import DatedValue, Regelingnaam
from evaluatie.wet.zekerheid import Zekerheid, find_weakest


@dataclass(frozen=True, slots=True)
class Regime:
    """The rules that set the amount of the vangnetuitkering over one budget year.

    Parameters
    ----------
    jaar : int
        Budget year: the year of the tekort, not of the request.
    ondergrens, bovengrens : DatedValue
        Shares of the definitive budget of `jaar` that bound the middle bracket.
    vergoeding_tussen, vergoeding_boven : DatedValue
        Share of the tekort that is compensated inside and above that bracket.
    maximaal_eigen_risico : DatedValue
        Share of the budget; follows from the four above.
    meerjarig_aantal_jaren : DatedValue
        Number of years, `jaar` included, of the multi-year condition; 0 when there is none.
    meerjarig_drempel : DatedValue or None
        Share of the budget of `jaar`; None when there is no such condition.
    """

    jaar: int
    ondergrens: DatedValue
    bovengrens: DatedValue
    vergoeding_tussen: DatedValue
    vergoeding_boven: DatedValue
    maximaal_eigen_risico: DatedValue
    meerjarig_aantal_jaren: DatedValue
    meerjarig_drempel: DatedValue | None

    @property
    def peildatum(self) -> dt.date:
        """The day that stands for the budget year; rules change per calendar year only."""
        return dt.date(self.jaar, 1, 1)

    @property
    def grenzen(self) -> tuple[tuple[Fraction, Fraction | None, Fraction], ...]:
        """The three brackets as ``(van, tot, vergoeding)``, shares; the last has no upper end."""
        onder, boven = self.ondergrens.aandeel, self.bovengrens.aandeel
        return (
            (Fraction(0), onder, Fraction(0)),
            (onder, boven, self.vergoeding_tussen.aandeel),
            (boven, None, self.vergoeding_boven.aandeel),
        )

    @property
    def meerjarige_jaren(self) -> tuple[int, ...]:
        """The years of the multi-year condition, oldest first; empty when there is none."""
        return tuple(range(self.jaar - self.meerjarig_aantal_jaren.aantal + 1, self.jaar + 1))

    @property
    def regels(self) -> tuple[DatedValue, ...]:
        """The rules that the amount rests on."""
        rules = (self.ondergrens, self.bovengrens, self.vergoeding_tussen, self.vergoeding_boven)
        meerjarig = (self.meerjarig_aantal_jaren, self.meerjarig_drempel)
        return rules + tuple(rule for rule in meerjarig if rule is not None)

    @property
    def zekerheid(self) -> Zekerheid:
        """The weakest certainty among the rules."""
        return find_weakest(rule.status for rule in self.regels)

    @property
    def bronnen(self) -> tuple[Bron, ...]:
        """The sources of the rules, each once."""
        return tuple(dict.fromkeys(rule.bron for rule in self.regels))


def load_vangnet() -> Regeling:
    """Return the embedded regeling of the vangnetuitkering."""
    return load_regeling("vangnetuitkering")


def list_jaren() -> tuple[int, ...]:
    """Return the budget years whose regular rules are known."""
    waarden = load_vangnet().parameters["ondergrens"].waarden
    return tuple(range(waarden[0].vanaf.year, waarden[-1].tot.year + 1))


def describe_regime(jaar: int, regeling: Regelingnaam = "regulier") -> Regime:
    """Return the rules over one budget year.

    Parameters
    ----------
    jaar : int
        Budget year.
    regeling : {"regulier", "uitgebreid"}
        Which vangnet; the schedule of the uitgebreide vangnet is not known and therefore refused.

    Raises
    ------
    ChoiceError
        When `jaar` or `regeling` is not a possible choice.
    LawError
        When the rules over that year are not known; the message says why.
    """
    _check_choice(jaar, regeling)
    wet, peildatum = load_vangnet(), dt.date(jaar, 1, 1)
    reden = wet.find_reden(peildatum, regeling)
    if reden is not None:
        raise _refuse(jaar, regeling, reden)
    aantal_jaren = wet.value_on("meerjarig_aantal_jaren", peildatum)
    return Regime(
        jaar=jaar,
        ondergrens=wet.value_on("ondergrens", peildatum),
        bovengrens=wet.value_on("bovengrens", peildatum),
        vergoeding_tussen=wet.value_on("vergoeding_tussen", peildatum),
        vergoeding_boven=wet.value_on("vergoeding_boven", peildatum),
        maximaal_eigen_risico=wet.value_on("maximaal_eigen_risico", peildatum),
        meerjarig_aantal_jaren=aantal_jaren,
        meerjarig_drempel=wet.value_on("meerjarig_drempel", peildatum) if aantal_jaren.aantal else None,
    )


def _check_choice(jaar: int, regeling: str) -> None:
    if regeling not in get_args(Regelingnaam):
        raise ChoiceError(f"Er is geen vangnet '{regeling}'.", f"Kies uit: {', '.join(get_args(Regelingnaam))}.")
    if not dt.MINYEAR <= jaar <= dt.MAXYEAR:
        raise ChoiceError(f"{jaar} is geen jaartal.", "Geef een begrotingsjaar van vier cijfers.")


def _refuse(jaar: int, regeling: Regelingnaam, reden: str) -> LawError:
    onderwerp = "de vangnetuitkering" if regeling == "regulier" else "het uitgebreide vangnet"
    eerste, laatste = list_jaren()[0], list_jaren()[-1]
    return LawError(
        f"De regels van {onderwerp} over {jaar} zijn niet bekend. {reden}",
        f"Nagegaan is het reguliere vangnet over {eerste} tot en met {laatste}; er wordt niets doorgetrokken.",
    )
