"""What every person is in at the start of a month, and the log of all that happened."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evaluatie.registratie.voorbeeld import model
from evaluatie.registratie.voorbeeld.effecten import (
    AANBIEDERS,
    NA_VENSTERS,
    ONDERZOEK_MAANDEN,
    SANCTIE_MAANDEN,
    SOORTEN,
    Effecten,
)
from evaluatie.registratie.voorbeeld.kalender import VEILIGE_DAGEN, Breuken, Getallen, Kalender, Vlaggen
from evaluatie.registratie.voorbeeld.personen import Bevolking

NOOIT = -100_000
"""A month that lies before everything."""

LAATSTE_VENSTER = NA_VENSTERS[-1][1]


class Logboek:
    """Rows of events, appended in blocks of columns and joined once at the end."""

    def __init__(self) -> None:
        self._blocks: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._rows: dict[str, int] = defaultdict(int)

    def add(self, event: str, /, **columns: Any) -> Getallen:
        """Append a block of equally long columns; return the numbers of its rows."""
        length = len(next(iter(columns.values())))
        start = self._rows[event]
        self._blocks[event].append(columns)
        self._rows[event] = start + length
        return np.arange(start, start + length)

    def join(self, soort: str, names: tuple[str, ...]) -> dict[str, Any]:
        """Return whole columns of an event."""
        blocks = self._blocks[soort]
        if not blocks:
            return {name: np.empty(0, dtype=np.int64) for name in names}
        return {name: np.concatenate([block[name] for block in blocks]) for name in names}


@dataclass(slots=True)
class Toestand:
    """One value per person; months are numbers of `Kalender`.

    Parameters
    ----------
    sinds : numpy.ndarray
        Month in which the running uitkering began.
    begin_dag : numpy.ndarray
        Day on which it began, as days since 1970.
    traject_eind : numpy.ndarray
        Last month of the newest traject; who is in one has not passed it.
    deeltijd : numpy.ndarray
        Hours class from 1, or 0 without part-time work; `uren` are hours per month.
    sanctie, onderzoek : numpy.ndarray
        Month of the newest verlaging and onderzoek.
    """

    sinds: Getallen
    begin_dag: Getallen
    groep: Getallen
    groep_begin: Getallen
    traject_eind: Getallen
    traject_rij: Getallen
    traject_soort: Getallen
    aanbieder: Getallen
    deeltijd: Getallen
    deeltijd_sinds: Getallen
    uren: Getallen
    sanctie: Getallen
    onderzoek: Getallen
    onderzoek_rij: Getallen

    @classmethod
    def fresh(cls, personen: int) -> Toestand:
        """Return the state in which nothing has happened yet."""
        never = {"sinds", "traject_eind", "deeltijd_sinds", "sanctie", "onderzoek"}
        return cls(**{name: np.full(personen, NOOIT if name in never else 0) for name in cls.__slots__})


@dataclass(slots=True)
class Wereld:
    """Everything the steps of a month share.

    Parameters
    ----------
    actief : numpy.ndarray
        Who had a uitkering at the start of the month.
    effect_traject : numpy.ndarray
        Hazard ratio by kind, aanbieder and months since the end (0: during).
    invloed : numpy.ndarray
        Log effect of season and cycle per month, from `eerste`; minus for exit, plus for inflow.
    """

    kalender: Kalender
    bevolking: Bevolking
    toestand: Toestand
    effecten: Effecten
    rng: np.random.Generator
    invloed: Breuken
    poort_vanaf: int
    actief: Getallen
    weg: Getallen
    weg_maand: Getallen
    weg_reden: Getallen
    hazard: Breuken = field(default_factory=model.hazard_table)
    effect_traject: Breuken = field(default_factory=lambda: np.ones((1, 1, 1)))
    logboek: Logboek = field(default_factory=Logboek)

    def __post_init__(self) -> None:
        self.effect_traject = tabulate_traject(self.effecten)

    def invloed_of(self, t: int) -> float:
        """Return the log effect of season and cycle in month `t`."""
        return float(self.invloed[t + model.INLOOP])

    def days(self, t: Getallen | int, n: int) -> Getallen:
        """Draw a day in month(s) `t` for `n` rows, as days since 1970."""
        months = np.broadcast_to(np.asarray(t, dtype=np.int64), (n,))
        return self.kalender.first_day(months) + self.rng.integers(0, VEILIGE_DAGEN, n)


def tabulate_traject(effecten: Effecten) -> Breuken:
    """Return the hazard ratio by kind, aanbieder and months since the last month of a traject (0: during)."""
    window = np.ones(LAATSTE_VENSTER + 2)
    window[0] = effecten.traject_tijdens
    after = np.zeros_like(window)
    for (first, last), ratio in zip(NA_VENSTERS, effecten.traject_na, strict=True):
        window[first : last + 1] = ratio
        after[first : last + 1] = 1.0
    soort = np.array([effecten.traject_soort.get(name, 1.0) for name in SOORTEN])
    aanbieder = np.array([effecten.traject_aanbieder.get(name, 1.0) for name in AANBIEDERS])
    own = soort[:, None, None] * aanbieder[None, :, None]
    return np.asarray(window * np.where(after > 0, own, 1.0))


def work_ratio(wereld: Wereld, wie: Getallen, t: int) -> Breuken:
    """Return the product of all planted ratios on exit to work of `wie` in month `t`."""
    now, effecten = wereld.toestand, wereld.effecten
    since = np.clip(t - now.traject_eind[wie], 0, LAATSTE_VENSTER + 1)
    ratio = wereld.effect_traject[now.traject_soort[wie], now.aanbieder[wie], since]
    ratio = ratio * np.array((1.0, *effecten.deeltijd))[now.deeltijd[wie]]
    return np.asarray(np.where(in_sanction(wereld, wie, t), effecten.sanctie, 1.0) * ratio)


def in_sanction(wereld: Wereld, wie: Getallen, t: int) -> Vlaggen:
    """Return who is in the window of a verlaging."""
    return np.asarray(t - wereld.toestand.sanctie[wie] < SANCTIE_MAANDEN)


def after_onderzoek(wereld: Wereld, wie: Getallen, t: int) -> Vlaggen:
    """Return who had an onderzoek in one of the months just before."""
    return np.asarray(t - wereld.toestand.onderzoek[wie] <= ONDERZOEK_MAANDEN)
