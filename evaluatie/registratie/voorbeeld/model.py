"""The world without effects: baseline hazards, selection, inflow. Every number is invented, none an estimate."""

from __future__ import annotations

import itertools

import numpy as np

from evaluatie.registratie.voorbeeld.kalender import Breuken, Getallen

INLOOP = 36
"""Months simulated before the first observed one, so that trajecten and groups are under way."""

DUUR_GRENZEN = (1, 4, 7, 13, 25, 61)
LEEFTIJD_GRENZEN = (0, 27, 45, 55)
LEEFVORMEN = ("alleenstaande", "alleenstaande_ouder", "paar")
AANLEG = (-1.6, -0.8, 0.0, 0.8, 1.6)
AANLEG_KANS = (0.1, 0.2, 0.4, 0.2, 0.1)
GROEPEN = ("matchen", "groeien", "faciliteren", "zorgen")
REGELINGEN = ("bijstand", "ioaw", "ioaz", "bbz")

OORZAKEN = ("werk", "zelfstandig", "relatie", "verhuizing", "onderwijs", "handhaving", "anders")
"""Competing causes in the order of the columns of `hazard_table`; AOW comes on top, at its age."""
WERK, ZELFSTANDIG, RELATIE, VERHUIZING, ONDERWIJS, HANDHAVING, ANDERS = range(len(OORZAKEN))
AOW = len(OORZAKEN)
PARTNER = AOW + 1
REDENEN = (*OORZAKEN, "aow", "andere_uitkering")
"""Reasons in the register; the partner of who leaves for work gets ``andere_uitkering``."""

BASIS = {"werk": 0.034, "zelfstandig": 0.002, "relatie": 0.0022, "verhuizing": 0.003}
BASIS |= {"onderwijs": 0.004, "handhaving": 0.0015, "anders": 0.006}
LOG_DUUR = (0.0, -0.1, -0.3, -0.7, -1.2, -1.6)
LOG_LEEFTIJD = {
    "werk": (0.25, 0.0, -0.35, -0.9),
    "relatie": (0.3, 0.0, -0.5, -1.0),
    "verhuizing": (0.5, 0.0, -0.4, -0.8),
    "onderwijs": (0.0, -2.5, -5.0, -6.0),
}
LOG_LEEFVORM = {"werk": (0.0, -0.25, 0.05), "relatie": (0.0, 0.1, -9.0), "anders": (0.0, 0.0, -0.5)}
LOG_AANLEG = 0.6
"""Effect of one unit of the unobserved trait on the log hazard of exit to work."""

MELDING_AANVRAAG = 0.75
AANVRAAG_TOEKENNING = 0.8
NIEUWE_TOEKENNINGEN = 0.0222
"""Households per month that come in for the first time, as a share of the initial stock; others come back."""
TERUG_MAANDEN = 12
TERUG = {"werk": 0.022, "zelfstandig": 0.02, "relatie": 0.01, "onderwijs": 0.008, "handhaving": 0.035, "anders": 0.025}
TERUG_AFGEHAAKT = 0.03
"""Monthly chance of a new melding, by why one left; the last one for who was not granted a benefit."""

TRAJECT_START = 0.02
TRAJECT_DUUR_MIN = 3
TRAJECT_PAUZE = 6
TRAJECT_AANLEG = 0.3
TRAJECT_GROEP = (1.3, 1.6, 0.6, 0.2)
TRAJECT_LEEFTIJD = (1.3, 1.1, 0.9, 0.5)
SOORT_KANS = (0.3, 0.25, 0.25, 0.12, 0.08)
SOORT_MAANDEN = (5, 6, 4, 9, 8)
SOORT_KOSTEN = (450.0, 300.0, 350.0, 420.0, 550.0)
"""Euro per month, before the aanbieder's own level."""
AANBIEDER_KANS = ((0.4, 0.3, 0.2, 0.1), (0.3, 0.3, 0.25, 0.15), (0.1, 0.2, 0.5, 0.2), (0.05, 0.15, 0.6, 0.2))
"""By klantgroep: who sends whom where is selection as well."""
AANBIEDER_PRIJS = (1.2, 1.0, 0.9, 0.7)
UITVAL = 0.15

DEELTIJD_START = 0.011
DEELTIJD_AANLEG = 0.3
DEELTIJD_STOP = 0.1
UREN_KANS = (0.35, 0.4, 0.25)
UREN_VAN = (9, 35, 70)
UREN_TOT = (34, 69, 104)
"""Hours per month by class: 8 and 16 hours a week are 34,7 and 69,3 hours a month."""
UURLOON = 11.5
VRIJLATING_MAANDEN = 6

SANCTIE_KANS = 0.006
SANCTIE_AANLEG = -0.2
SANCTIE_LEEFTIJD = (1.8, 1.2, 0.8, 0.4)
ONDERZOEK_KANS = 0.008
ONDERZOEK_AANLEG = 0.2
HUISBEZOEK = 0.4

_AOW_MAANDEN = {2012: 780, 2013: 781, 2014: 782, 2015: 783, 2016: 786, 2017: 789, 2018: 792, 2019: 796}
_AOW_MAANDEN |= {2020: 796, 2021: 796, 2022: 799, 2023: 802, 2024: 804, 2028: 807}


def aow_months(jaar: int) -> int:
    """Return the AOW age in a calendar year, in months (AOW art. 7a)."""
    known = [value for year, value in _AOW_MAANDEN.items() if year <= jaar]
    return known[-1] if known else 780


def duur_klasse(duur: Getallen) -> Getallen:
    """Return the class of a duration in months since the month in which the uitkering began (from 1)."""
    return np.searchsorted(DUUR_GRENZEN, duur, side="right").astype(np.int64) - 1


def leeftijd_klasse(leeftijd: Getallen) -> Getallen:
    """Return the class of an age: calendar year minus year of birth."""
    return np.searchsorted(LEEFTIJD_GRENZEN, leeftijd, side="right").astype(np.int64) - 1


def profile_of(duur: Getallen, leeftijd: Getallen, leefvorm: Getallen, aanleg: Getallen) -> Getallen:
    """Return the row of `hazard_table` of persons with these classes."""
    by_leeftijd = duur * len(LEEFTIJD_GRENZEN) + leeftijd
    return (by_leeftijd * len(LEEFVORMEN) + leefvorm) * len(AANLEG) + aanleg


def hazard_table() -> Breuken:
    """Return the integrated hazard per month of every profile (rows) and cause (columns)."""
    sizes = (len(DUUR_GRENZEN), len(LEEFTIJD_GRENZEN), len(LEEFVORMEN), len(AANLEG))
    profiles = itertools.product(*(range(size) for size in sizes))
    logs: Breuken = np.array([[_log_hazard(oorzaak, *profile) for oorzaak in OORZAKEN] for profile in profiles])
    return np.asarray(np.exp(logs))


def _log_hazard(oorzaak: str, duur: int, leeftijd: int, leefvorm: int, aanleg: int) -> float:
    work = oorzaak in ("werk", "zelfstandig")
    shape = "werk" if work else oorzaak
    value = float(np.log(BASIS[oorzaak])) + LOG_LEEFTIJD.get(shape, (0.0,) * 4)[leeftijd]
    value += LOG_LEEFVORM.get(shape, (0.0,) * 3)[leefvorm]
    if work:
        value += LOG_DUUR[duur] + LOG_AANLEG * AANLEG[aanleg]
    return value
