"""From a few numbers to the registers of a municipality and the truth behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from evaluatie.errors import ChoiceError
from evaluatie.quantities import Maand
from evaluatie.registratie.contract import Register
from evaluatie.registratie.voorbeeld import model
from evaluatie.registratie.voorbeeld.effecten import Effecten
from evaluatie.registratie.voorbeeld.kalender import Kalender
from evaluatie.registratie.voorbeeld.personen import make_pseudonyms
from evaluatie.registratie.voorbeeld.simulatie import simulate
from evaluatie.registratie.voorbeeld.tabellen import make_register
from evaluatie.registratie.voorbeeld.toestand import Wereld
from evaluatie.registratie.voorbeeld.waarheid import describe_truth

STANDAARD = Effecten()
BEGIN = Maand(2015, 1)

_EERSTE_JAAR, _LAATSTE_JAAR = 2010, 2040
_MOST_PERSON_MONTHS = 200_000_000


@dataclass(frozen=True, slots=True)
class Voorbeeld:
    """A synthetic municipality.

    Parameters
    ----------
    register : Register
        Every table of the contracts.
    waarheid : dict
        Every planted parameter with its meaning, for ``waarheid.json``.
    verborgen : pandas.DataFrame
        What no register knows: ``persoon_id``, ``aanleg`` (the unobserved trait) and ``geboren``; never written.
    """

    register: Register
    waarheid: dict[str, Any]
    verborgen: pd.DataFrame = field(repr=False)


def generate(personen: int, maanden: int, seed: int, effecten: Effecten = STANDAARD, begin: Maand = BEGIN) -> Voorbeeld:
    """Return a synthetic municipality; the same arguments give the same one.

    Parameters
    ----------
    personen : int
        Persons with a uitkering in the first month, roughly.
    maanden : int
        Number of observed months.
    seed : int
        Any whole number from 0.
    effecten : Effecten
        The planted effects; ``Effecten.nul()`` plants none.
    begin : Maand
        First observed month.

    Raises
    ------
    ChoiceError
        For sizes or months that are not possible.
    """
    kalender = Kalender(begin, maanden)
    _check(personen, kalender, seed)
    wereld = simulate(kalender, personen, seed, effecten)
    register = make_register(wereld, seed)
    return Voorbeeld(register, describe_truth(wereld, register, personen, seed), _hidden(wereld, seed))


def _hidden(wereld: Wereld, seed: int) -> pd.DataFrame:
    people = wereld.bevolking
    geboren = (people.geboren - 1970 * 12).astype("datetime64[M]").astype("datetime64[s]")
    names = make_pseudonyms(seed, np.arange(len(people.partner)))
    return pd.DataFrame({"persoon_id": names, "aanleg": np.array(model.AANLEG)[people.aanleg], "geboren": geboren})


def _check(personen: int, kalender: Kalender, seed: int) -> None:
    if personen < 1 or kalender.maanden < 1 or seed < 0:
        raise ChoiceError("Een voorbeeldgemeente heeft minstens 1 persoon en 1 maand; de seed is 0 of meer.")
    if personen * kalender.maanden > _MOST_PERSON_MONTHS:
        raise ChoiceError(
            "Deze voorbeeldgemeente is te groot.",
            f"Kies personen × maanden ten hoogste {_MOST_PERSON_MONTHS // 1_000_000} miljoen.",
        )
    if kalender.begin.jaar < _EERSTE_JAAR or kalender.maand(kalender.maanden - 1).jaar > _LAATSTE_JAAR:
        raise ChoiceError(
            f"De maanden liggen niet binnen {_EERSTE_JAAR}–{_LAATSTE_JAAR}.", "Kies een ander begin of minder maanden."
        )
