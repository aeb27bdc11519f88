"""Leaving: competing causes in one month, couples together."""

from __future__ import annotations

import numpy as np

from evaluatie.registratie.voorbeeld import model
from evaluatie.registratie.voorbeeld.kalender import Breuken, Getallen
from evaluatie.registratie.voorbeeld.personen import at_aow
from evaluatie.registratie.voorbeeld.toestand import Wereld, after_onderzoek, in_sanction, work_ratio

_STAYS = -1
_WITH_PARTNER = np.full(model.PARTNER + 1, model.PARTNER)
_WITH_PARTNER[[model.VERHUIZING, model.HANDHAVING]] = model.VERHUIZING, model.HANDHAVING


def step_uitstroom(wereld: Wereld, t: int, duur: Getallen, leeftijd: Getallen) -> None:
    """Draw who leaves in month `t` and why; the rest stay active."""
    wie = wereld.actief
    oorzaak = _draw_cause(wereld.rng, hazard_of(wereld, t, duur, leeftijd))
    oorzaak[at_aow(wereld.bevolking, wie, wereld.kalender, t)] = model.AOW
    oorzaak = _with_partner(wereld, oorzaak)
    leaves = oorzaak != _STAYS
    _record(wereld, t, wie[leaves], oorzaak[leaves])
    wereld.actief = wie[~leaves]


def hazard_of(wereld: Wereld, t: int, duur: Getallen, leeftijd: Getallen) -> Breuken:
    """Return the integrated hazard in month `t` of everybody active, by cause."""
    wie, people, effecten = wereld.actief, wereld.bevolking, wereld.effecten
    hazard = wereld.hazard[model.profile_of(duur, leeftijd, people.leefvorm[wie], people.aanleg[wie])]
    work = work_ratio(wereld, wie, t) * np.exp(-wereld.invloed_of(t))
    hazard[:, model.WERK] *= work
    hazard[:, model.ZELFSTANDIG] *= work
    hazard[:, model.HANDHAVING] *= np.where(after_onderzoek(wereld, wie, t), effecten.onderzoek, 1.0)
    hazard[:, model.ANDERS] *= np.where(in_sanction(wereld, wie, t), effecten.sanctie_anders, 1.0)
    return hazard


def _draw_cause(rng: np.random.Generator, hazard: Breuken) -> Getallen:
    """Return a cause per row, or −1; the chance of leaving is 1 − exp(−sum) and causes share it by their hazards."""
    total = hazard.sum(axis=1)
    oorzaak = np.full(len(hazard), _STAYS)
    leaves = np.flatnonzero(rng.random(len(hazard)) < -np.expm1(-total))
    threshold = rng.random(len(leaves)) * total[leaves]
    oorzaak[leaves] = (np.cumsum(hazard[leaves], axis=1)[:, :-1] < threshold[:, None]).sum(axis=1)
    return oorzaak


def _with_partner(wereld: Wereld, oorzaak: Getallen) -> Getallen:
    """Let the partner of who leaves leave as well, unless the partner leaves for a reason of his own."""
    place = np.full(len(wereld.bevolking.partner), _STAYS)
    place[wereld.actief] = np.arange(len(wereld.actief))
    partner = wereld.bevolking.partner[wereld.actief]
    row = np.flatnonzero((oorzaak != _STAYS) & (partner >= 0))
    other = place[partner[row]]
    row, other = row[other >= 0], other[other >= 0]
    alone = oorzaak[other] == _STAYS
    joined = oorzaak.copy()
    joined[other[alone]] = _WITH_PARTNER[oorzaak[row[alone]]]
    return joined


def _record(wereld: Wereld, t: int, wie: Getallen, oorzaak: Getallen) -> None:
    now, people, log = wereld.toestand, wereld.bevolking, wereld.logboek
    households, of = np.unique(people.huishouden[wie], return_inverse=True)
    dag = wereld.days(t, len(households))[of]
    log_spells(wereld, wie, dag, oorzaak)
    work = wie[oorzaak <= model.ZELFSTANDIG]
    recent = t - now.traject_eind[work] <= 12
    log.add("baan", wie=work, dag=dag[oorzaak <= model.ZELFSTANDIG] + 1, traject=recent)
    running = now.traject_eind[wie] >= t
    log.add("traject_af", rij=now.traject_rij[wie[running]], dag=dag[running], oorzaak=oorzaak[running])
    now.traject_eind[wie[running]] = t
    ended = (oorzaak == model.HANDHAVING) & after_onderzoek(wereld, wie, t)
    log.add("onderzoek_af", rij=now.onderzoek_rij[wie[ended]])
    now.deeltijd[wie] = 0
    head = (people.huishouden[wie] == wie) & ~np.isin(oorzaak, (model.AOW, model.VERHUIZING))
    leave(wereld, t, wie[head], oorzaak[head])


def log_spells(wereld: Wereld, wie: Getallen, dag: Getallen, oorzaak: Getallen) -> None:
    """Record uitkeringen that ended on `dag`, or that still run (cause −1)."""
    now = wereld.toestand
    wereld.logboek.add(
        "uitkering",
        wie=wie,
        begin=now.begin_dag[wie],
        maand=now.sinds[wie],
        einde=dag,
        oorzaak=oorzaak,
        groep=now.groep_begin[wie],
    )


def leave(wereld: Wereld, t: int, wie: Getallen, reden: Getallen) -> None:
    """Remember who may come back within a year."""
    wereld.weg = np.concatenate([wereld.weg, wie])
    wereld.weg_maand = np.concatenate([wereld.weg_maand, np.full(len(wie), t)])
    wereld.weg_reden = np.concatenate([wereld.weg_reden, reden])
