"""Coming in: melding, aanvraag, toekenning, and the gate between the first two."""

from __future__ import annotations

import numpy as np

from evaluatie.registratie.voorbeeld import model
from evaluatie.registratie.voorbeeld.kalender import Breuken, Getallen, Vlaggen
from evaluatie.registratie.voorbeeld.personen import at_aow
from evaluatie.registratie.voorbeeld.stappen import assign_klantgroep
from evaluatie.registratie.voorbeeld.toestand import Wereld
from evaluatie.registratie.voorbeeld.uitstroom import leave

AFGEHAAKT = len(model.REDENEN)
_TERUG = np.array([*(model.TERUG.get(reden, 0.0) for reden in model.REDENEN), model.TERUG_AFGEHAAKT])


def draw_arrivals(rng: np.random.Generator, households: int, invloed: Breuken) -> Getallen:
    """Return the month of arrival of every household: the initial stock, then new meldingen around their level."""
    level = households * model.NIEUWE_TOEKENNINGEN / (model.MELDING_AANVRAAG * model.AANVRAAG_TOEKENNING)
    counts = rng.poisson(level * np.exp(invloed))
    months = np.arange(len(invloed)) - model.INLOOP
    return np.concatenate([np.full(households, -model.INLOOP - 1), np.repeat(months, counts)])


def start_stock(wereld: Wereld, bestand: int) -> None:
    """Give the initial stock a uitkering that began up to fifteen years ago, not before the age of 18."""
    people, rng = wereld.bevolking, wereld.rng
    heads = np.arange(bestand)
    wie = _with_partners(wereld, heads)
    t = -model.INLOOP - 1
    now = wereld.kalender.begin.jaar * 12 + wereld.kalender.begin.maand - 1 + t
    duur = np.minimum(rng.exponential(50, len(people.partner)).astype(np.int64), 180)
    adult = np.maximum(now - people.geboren - 18 * 12, 0)
    duur = np.minimum(duur, adult)
    partner = people.partner[: len(duur)]
    duur = np.where(partner >= 0, np.minimum(duur, duur[partner]), duur)
    wereld.toestand.sinds[wie] = t - duur[wie]
    _begin(wereld, wie, wereld.toestand.sinds[wie], t)


def step_instroom(wereld: Wereld, t: int, new: Getallen) -> None:
    """Take the meldingen of month `t`: new households, and who left or gave up within a year."""
    back = _return(wereld, t)
    heads = np.concatenate([new, back])
    rng, n = wereld.rng, len(heads)
    poort = wereld.effecten.poort if t >= wereld.poort_vanaf else 1.0
    applies = rng.random(n) < model.MELDING_AANVRAAG * poort
    granted = applies & (rng.random(n) < model.AANVRAAG_TOEKENNING)
    dag = wereld.days(t, n)
    _log_aanvragen(wereld, t, heads, dag, applies, granted)
    leave(wereld, t, heads[~granted], np.full(int((~granted).sum()), AFGEHAAKT))
    wie = _with_partners(wereld, heads[granted])
    day_of = np.zeros(len(wereld.bevolking.partner), dtype=np.int64)
    day_of[heads[granted]] = dag[granted]
    wereld.toestand.sinds[wie] = t
    _begin(wereld, wie, np.full(len(wie), t), t, day_of[wereld.bevolking.huishouden[wie]])


def _begin(wereld: Wereld, wie: Getallen, since: Getallen, t: int, dag: Getallen | None = None) -> None:
    if dag is None:
        by_household = wereld.days(0, len(wereld.bevolking.partner)) - wereld.kalender.eerste_dag
        dag = wereld.kalender.first_day(since) + by_household[wereld.bevolking.huishouden[wie]]
    wereld.toestand.begin_dag[wie] = dag
    assign_klantgroep(wereld, wie, t)
    wereld.actief = np.concatenate([wereld.actief, wie])


def _return(wereld: Wereld, t: int) -> Getallen:
    """Return the heads of households that come back in month `t`, and forget who stays away longer than a year."""
    since = t - wereld.weg_maand
    draw = wereld.rng.random(len(wereld.weg))
    back = (since >= 1) & (draw < _TERUG[wereld.weg_reden])
    back &= ~_too_old(wereld, wereld.weg, t)
    returned = wereld.weg[back]
    keep = ~back & (since < model.TERUG_MAANDEN)
    wereld.weg, wereld.weg_maand = wereld.weg[keep], wereld.weg_maand[keep]
    wereld.weg_reden = wereld.weg_reden[keep]
    return returned


def _too_old(wereld: Wereld, heads: Getallen, t: int) -> Vlaggen:
    partner = wereld.bevolking.partner[heads]
    other = at_aow(wereld.bevolking, np.where(partner >= 0, partner, heads), wereld.kalender, t + 1)
    return np.asarray(at_aow(wereld.bevolking, heads, wereld.kalender, t + 1) | other)


def _with_partners(wereld: Wereld, heads: Getallen) -> Getallen:
    partner = wereld.bevolking.partner[heads]
    return np.concatenate([heads, partner[partner >= 0]])


def _log_aanvragen(wereld: Wereld, t: int, heads: Getallen, dag: Getallen, applies: Vlaggen, granted: Vlaggen) -> None:
    rng, n = wereld.rng, len(heads)
    aanvraag = dag + rng.integers(0, 29, n)
    wereld.logboek.add(
        "aanvraag",
        wie=heads,
        maand=np.full(n, t),
        dag=dag,
        aanvraag=aanvraag,
        besluit=aanvraag + rng.integers(7, 50, n),
        vraagt=applies,
        krijgt=granted,
        afwijzing=rng.choice(3, n, p=(0.5, 0.2, 0.3)),
        herkomst=rng.choice(4, n, p=(0.25, 0.3, 0.2, 0.25)),
    )
