"""The conditions for a vangnetuitkering: judged where figures suffice, otherwise the evidence that is needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from evaluatie import notatie
from evaluatie.quantities import Bron, Euro
from evaluatie.wet.load import Regeling
from evaluatie.wet.opmaak import format_euro, format_procent
from evaluatie.wet.parameters import DatedValue
from evaluatie.wet.regime import Regime
from evaluatie.wet.zekerheid import Zekerheid, find_weakest

# Conditions that figures cannot settle: key of the parameter, name, and the evidence that would settle it.
# That of the council depends on its role.
_BEWIJS = (
    ("raad", "gemeenteraad", ""),
    ("maatregelen", "maatregelen", "per maatregel wat er is gedaan, en wanneer"),
    (
        "externe_maatregelen",
        "externe maatregelen",
        "of in die jaren een vangnetuitkering is toegekend, en zo ja de externe bron, het inzicht en de maatregel",
    ),
    ("indieningsdatum", "tijdige aanvraag", "de ontvangstbevestiging van de Toetsingscommissie"),
    ("weigeringsgrond", "geen aanwijzing", "de bevestiging dat er geen aanwijzing is gegeven"),
)
# The role of the council on a day: the rule as a sentence, and its evidence.
_RAAD = {
    "informeren": (
        "Het college informeert de gemeenteraad; instemming is niet nodig.",
        "het stuk waarmee het college de raad heeft geïnformeerd",
    ),
    "instemming": (
        "De gemeenteraad stemt in met de verklaring van het college.",
        "het door de raad getekende deel van het aanvraagformulier",
    ),
}


class Oordeel(StrEnum):
    """The judgement on one condition."""

    VOLDAAN = "voldaan"
    NIET_VOLDAAN = "niet voldaan"
    NIET_TE_BEOORDELEN = "niet te beoordelen"
    GELDT_NIET = "geldt niet"


@dataclass(frozen=True, slots=True)
class Voorwaarde:
    """One condition and its judgement.

    Parameters
    ----------
    naam : str
        Dutch name, unique within a calculation.
    oordeel : Oordeel
        The judgement.
    toelichting : str
        Dutch: the figures it follows from, or the evidence that is missing.
    bron : Bron
        Where the rule was read.
    zekerheid : Zekerheid
        How firm the rule is.
    """

    naam: str
    oordeel: Oordeel
    toelichting: str
    bron: Bron
    zekerheid: Zekerheid


def judge_drempel(regime: Regime, budget: Euro, tekort: Euro) -> Voorwaarde:
    """Judge whether the tekort exceeds the lower threshold."""
    grens = regime.ondergrens
    toelichting = (
        f"{_describe_saldo(f'in {regime.jaar}', tekort)}, {_describe_share(budget, tekort)}; "
        f"nodig is een tekort van meer dan {_describe_drempel(budget, grens.aandeel)}."
    )
    oordeel = _exceeds(budget, tekort, grens.aandeel)
    return Voorwaarde("tekort boven de ondergrens", oordeel, toelichting, grens.bron, grens.status)


def judge_meerjarig(regime: Regime, budget: Euro, tekorten: Mapping[int, Euro]) -> Voorwaarde:
    """Judge the multi-year condition: the sum of the results against the budget of the last year only.

    Parameters
    ----------
    regime : Regime
        The rules of the budget year.
    budget : Euro
        Definitive budget of that year.
    tekorten : mapping of int to Euro
        Tekort by year, that year included; an overschot is negative and counts against.
    """
    naam, jaren = "meerjarig tekort", regime.meerjarige_jaren
    aantal, drempel = regime.meerjarig_aantal_jaren, regime.meerjarig_drempel
    if drempel is None:
        toelichting = f"Over {regime.jaar} is gerekend zonder meerjarige eis. {aantal.opmerking}".strip()
        return Voorwaarde(naam, Oordeel.GELDT_NIET, toelichting, aantal.bron, aantal.status)
    zekerheid = find_weakest([aantal.status, drempel.status])
    missing = tuple(jaar for jaar in jaren if jaar not in tekorten)
    if missing:
        toelichting = f"Nodig voor een oordeel: het budget en de netto lasten over {_join(missing)}."
        return Voorwaarde(naam, Oordeel.NIET_TE_BEOORDELEN, toelichting, drempel.bron, zekerheid)
    som = Euro(sum(tekorten[jaar].cents for jaar in jaren))
    toelichting = (
        f"{_describe_saldo(f'over {_join(jaren)} samen', som)}, "
        f"{_describe_share(budget, som)} van {regime.jaar}; "
        f"nodig is een tekort van meer dan {_describe_drempel(budget, drempel.aandeel)}."
    )
    return Voorwaarde(naam, _exceeds(budget, som, drempel.aandeel), toelichting, drempel.bron, zekerheid)


def list_bewijs(wet: Regeling, peildatum: dt.date) -> tuple[Voorwaarde, ...]:
    """List the conditions of that day that no figure can settle, with the rule and the evidence needed."""
    voorwaarden = []
    for sleutel, naam, bewijs in _BEWIJS:
        if not wet.parameters[sleutel].covers(peildatum):
            continue
        regel = wet.value_on(sleutel, peildatum)
        zin, nodig = _RAAD[regel.tekst] if sleutel == "raad" else (_formulate(sleutel, regel), bewijs)
        toelichting = f"{zin} Nodig voor een oordeel: {nodig}."
        voorwaarden.append(Voorwaarde(naam, Oordeel.NIET_TE_BEOORDELEN, toelichting, regel.bron, regel.status))
    return tuple(voorwaarden)


def _formulate(sleutel: str, regel: DatedValue) -> str:
    return f"De aanvraag is uiterlijk op {regel.tekst} ontvangen." if sleutel == "indieningsdatum" else regel.tekst


def _exceeds(budget: Euro, tekort: Euro, drempel: Fraction) -> Oordeel:
    # In cents and exact: a tekort on the threshold to the cent does not exceed it.
    return Oordeel.VOLDAAN if tekort.cents > drempel * budget.cents else Oordeel.NIET_VOLDAAN


def _join(jaren: tuple[int, ...]) -> str:
    return notatie.join([str(jaar) for jaar in jaren])


def _describe_saldo(periode: str, tekort: Euro) -> str:
    soort = "overschot" if tekort.cents < 0 else "tekort"
    return f"Het {soort} {periode} is {format_euro(Euro(abs(tekort.cents)))}"


def _describe_share(budget: Euro, tekort: Euro) -> str:
    return f"{format_procent(Fraction(abs(tekort.cents), budget.cents))} van het budget"


def _describe_drempel(budget: Euro, drempel: Fraction) -> str:
    return f"{format_procent(drempel)} ({format_euro(budget.times(drempel))})"
