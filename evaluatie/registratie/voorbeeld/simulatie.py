"""The months one after another: from an initial stock to a log of everything that happened."""

from __future__ import annotations

import numpy as np

from evaluatie.registratie.voorbeeld import model
from evaluatie.registratie.voorbeeld.effecten import Effecten
from evaluatie.registratie.voorbeeld.instroom import draw_arrivals, start_stock, step_instroom
from evaluatie.registratie.voorbeeld.kalender import Breuken, Getallen, Kalender, load_landelijk
from evaluatie.registratie.voorbeeld.personen import draw_bevolking
from evaluatie.registratie.voorbeeld.stappen import (
    classes,
    step_deeltijd,
    step_klantgroep,
    step_onderzoek,
    step_sancties,
    step_trajecten,
)
from evaluatie.registratie.voorbeeld.toestand import Toestand, Wereld
from evaluatie.registratie.voorbeeld.uitstroom import log_spells, step_uitstroom

_PERSONS_PER_HOUSEHOLD = 1.16
_RUNNING = -1


def simulate(kalender: Kalender, personen: int, seed: int, effecten: Effecten) -> Wereld:
    """Run a municipality from `model.INLOOP` months before the first observed month to the last one.

    Parameters
    ----------
    kalender : Kalender
        The observed months.
    personen : int
        Persons with a uitkering at the start, roughly.
    seed : int
        Seed of all chance.
    effecten : Effecten
        The planted effects.
    """
    rng = np.random.default_rng(seed)
    bestand = max(1, round(personen / _PERSONS_PER_HOUSEHOLD))
    invloed = national_influence(kalender)
    aankomst = draw_arrivals(rng, bestand, invloed)
    wereld = _make(kalender, rng, effecten, invloed, aankomst, bestand)
    start_stock(wereld, bestand)
    bounds = np.searchsorted(aankomst, np.arange(-model.INLOOP, kalender.maanden + 1))
    for t in range(-model.INLOOP, kalender.maanden):
        step(wereld, t, np.arange(bounds[t + model.INLOOP], bounds[t + model.INLOOP + 1]))
    still = wereld.actief
    log_spells(wereld, still, np.full(len(still), _RUNNING), np.full(len(still), _RUNNING))
    return wereld


def step(wereld: Wereld, t: int, new: Getallen) -> None:
    """Let one month pass: what starts on its first day, who leaves, what is investigated, who comes in."""
    step_klantgroep(wereld, t)
    duur, leeftijd = classes(wereld, t)
    step_trajecten(wereld, t, leeftijd)
    step_deeltijd(wereld, t)
    step_sancties(wereld, t, leeftijd)
    step_uitstroom(wereld, t, duur, leeftijd)
    step_onderzoek(wereld, t)
    step_instroom(wereld, t, new)


def national_influence(kalender: Kalender) -> Breuken:
    """Return the log effect of season and cycle together, from the first month that is simulated."""
    landelijk = load_landelijk()
    months = range(-model.INLOOP, kalender.maanden)
    return np.array([sum(landelijk.effect(kalender.maand(t))) for t in months])


def gate_month(kalender: Kalender, effecten: Effecten) -> int:
    """Return the number of the month from which the gate works; half-way when none was asked for."""
    return kalender.maanden // 2 if effecten.poort_vanaf is None else kalender.count(effecten.poort_vanaf)


def _make(
    kalender: Kalender, rng: np.random.Generator, effecten: Effecten, invloed: Breuken, aankomst: Getallen, bestand: int
) -> Wereld:
    bevolking = draw_bevolking(rng, kalender, aankomst, bestand)
    nobody = np.empty(0, dtype=np.int64)
    return Wereld(
        kalender=kalender,
        bevolking=bevolking,
        toestand=Toestand.fresh(len(bevolking.partner)),
        effecten=effecten,
        rng=rng,
        invloed=invloed,
        poort_vanaf=gate_month(kalender, effecten),
        actief=nobody,
        weg=nobody,
        weg_maand=nobody,
        weg_reden=nobody,
    )
