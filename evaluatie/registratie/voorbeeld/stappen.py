"""What can happen to who has a uitkering, month by month, apart from leaving: trajecten, work, handhaving, groups."""

from __future__ import annotations

import numpy as np

from evaluatie.registratie.voorbeeld import model
from evaluatie.registratie.voorbeeld.kalender import Breuken, Getallen
from evaluatie.registratie.voorbeeld.toestand import Wereld

_AANLEG = np.array(model.AANLEG)
_GROEP_OMLAAG = np.array((0.02, 0.012, 0.006, 0.0))
_GROEP_OMHOOG = np.array((0.0, 0.006, 0.004, 0.002))
_GROEP_GRENZEN = (-0.4, 0.7, 1.6)


def classes(wereld: Wereld, t: int) -> tuple[Getallen, Getallen]:
    """Return duration and age class of everybody with a uitkering at the start of month `t`."""
    wie = wereld.actief
    duur = model.duur_klasse(t - wereld.toestand.sinds[wie])
    jaar = wereld.kalender.maand(t).jaar
    return duur, model.leeftijd_klasse(jaar - wereld.bevolking.geboortejaar[wie])


def step_trajecten(wereld: Wereld, t: int, leeftijd: Getallen) -> None:
    """Start trajecten on the first of the month: more often for who would also leave without."""
    wie, now = wereld.actief, wereld.toestand
    free = (t > now.traject_eind[wie] + model.TRAJECT_PAUZE) & (t - now.sinds[wie] >= model.TRAJECT_DUUR_MIN)
    chance = model.TRAJECT_START * _selection(wereld, wie, model.TRAJECT_AANLEG)
    chance *= np.array(model.TRAJECT_GROEP)[now.groep[wie]] * np.array(model.TRAJECT_LEEFTIJD)[leeftijd]
    started = wie[free & (wereld.rng.random(len(wie)) < chance)]
    n = len(started)
    soort = wereld.rng.choice(len(model.SOORT_KANS), n, p=model.SOORT_KANS)
    aanbieder = _choose(wereld.rng, np.array(model.AANBIEDER_KANS)[now.groep[started]])
    length = np.maximum(1, np.array(model.SOORT_MAANDEN)[soort] + wereld.rng.integers(-2, 3, n))
    stopped = wereld.rng.random(n) < model.UITVAL
    length = np.where(stopped, np.maximum(1, (length * wereld.rng.random(n)).astype(np.int64)), length)
    price = np.array(model.SOORT_KOSTEN)[soort] * np.array(model.AANBIEDER_PRIJS)[aanbieder]
    price = np.round(price * wereld.rng.uniform(0.9, 1.1, n), 2)
    now.traject_eind[started] = t + length - 1
    now.traject_soort[started], now.aanbieder[started] = soort, aanbieder
    now.traject_rij[started] = wereld.logboek.add(
        "traject",
        wie=started,
        begin=np.full(n, t),
        eind=t + length - 1,
        soort=soort,
        aanbieder=aanbieder,
        gestopt=stopped,
        prijs=price,
    )


def step_deeltijd(wereld: Wereld, t: int) -> None:
    """Begin and stop part-time work, and record the income of the month."""
    wie, now, rng = wereld.actief, wereld.toestand, wereld.rng
    draw = rng.random(len(wie))
    works = now.deeltijd[wie] > 0
    now.deeltijd[wie[works & (draw < model.DEELTIJD_STOP)]] = 0
    chance = model.DEELTIJD_START * _selection(wereld, wie, model.DEELTIJD_AANLEG)
    begins = wie[~works & (draw < chance)]
    klasse = rng.choice(len(model.UREN_KANS), len(begins), p=model.UREN_KANS)
    now.deeltijd[begins], now.deeltijd_sinds[begins] = klasse + 1, t
    now.uren[begins] = rng.integers(np.array(model.UREN_VAN)[klasse], np.array(model.UREN_TOT)[klasse] + 1)
    wereld.logboek.add("deeltijdbaan", wie=begins, maand=np.full(len(begins), t))
    at_work = wie[now.deeltijd[wie] > 0]
    if t >= 0:
        pay = np.round(now.uren[at_work] * model.UURLOON * rng.uniform(0.95, 1.05, len(at_work)), 2)
        wereld.logboek.add(
            "deeltijd",
            wie=at_work,
            maand=np.full(len(at_work), t),
            bedrag=pay,
            uren=now.uren[at_work],
            vrij=t - now.deeltijd_sinds[at_work] < model.VRIJLATING_MAANDEN,
        )


def step_sancties(wereld: Wereld, t: int, leeftijd: Getallen) -> None:
    """Lower benefits from the first of the month; half of them after a warning in the month before."""
    wie, now, rng = wereld.actief, wereld.toestand, wereld.rng
    chance = model.SANCTIE_KANS * _selection(wereld, wie, model.SANCTIE_AANLEG)
    chance *= np.array(model.SANCTIE_LEEFTIJD)[leeftijd]
    free = (t - now.sanctie[wie] >= 3) & (t - now.sinds[wie] >= 2)
    lowered = wie[free & (rng.random(len(wie)) < chance)]
    now.sanctie[lowered] = t
    n = len(lowered)
    warned = lowered[rng.random(n) < 0.5]
    amount = np.round(rng.choice((0.2, 0.3, 1.0), n, p=(0.5, 0.4, 0.1)) * rng.uniform(850, 1000, n), 2)
    first = wereld.kalender.first_day(np.full(n, t))
    wereld.logboek.add("verlaging", wie=lowered, dag=first, aanleiding=rng.integers(0, 3, n), bedrag=amount)
    days = wereld.days(t - 1, len(warned))
    wereld.logboek.add("waarschuwing", wie=warned, dag=days, aanleiding=rng.integers(0, 3, len(warned)))


def step_onderzoek(wereld: Wereld, t: int) -> None:
    """Investigate some of those who stay; what comes of it is known when the next months have passed."""
    wie, now, rng = wereld.actief, wereld.toestand, wereld.rng
    chance = model.ONDERZOEK_KANS * _selection(wereld, wie, model.ONDERZOEK_AANLEG)
    chance *= np.where(now.deeltijd[wie] > 0, 1.5, 1.0)
    found = wie[(t - now.onderzoek[wie] >= 6) & (rng.random(len(wie)) < chance)]
    n = len(found)
    now.onderzoek[found] = t
    now.onderzoek_rij[found] = wereld.logboek.add(
        "onderzoek",
        wie=found,
        dag=wereld.days(t, n),
        aanleiding=rng.integers(0, 3, n),
        huisbezoek=rng.random(n) < model.HUISBEZOEK,
        uitkomst=rng.choice(3, n, p=(0.65, 0.15, 0.2)),
        vordering=np.round(rng.lognormal(6.9, 0.8, n), 2),
        boete=rng.random(n) < 0.5,
    )


def step_klantgroep(wereld: Wereld, t: int) -> None:
    """Move persons between klantgroepen on the first of the month: away from work as time passes, seldom back."""
    wie, now = wereld.actief, wereld.toestand
    lang = t - now.sinds[wie] > 12
    draw, groep = wereld.rng.random(len(wie)), now.groep[wie]
    omlaag = draw < _GROEP_OMLAAG[groep] * np.where(lang, 1.0, 0.3)
    omhoog = draw > 1 - _GROEP_OMHOOG[groep]
    new = groep + omlaag - omhoog
    moved = new != groep
    now.groep[wie[moved]] = new[moved]
    first = wereld.kalender.first_day(np.full(int(moved.sum()), t))
    wereld.logboek.add("klantgroep", wie=wie[moved], groep=new[moved], dag=first)


def assign_klantgroep(wereld: Wereld, wie: Getallen, t: int) -> None:
    """Put who comes in into a klantgroep: by age, by the trait that only the consulent sees, and by chance."""
    leeftijd = model.leeftijd_klasse(wereld.kalender.maand(t).jaar - wereld.bevolking.geboortejaar[wie])
    score: Breuken = 0.5 * leeftijd - 0.5 * _AANLEG[wereld.bevolking.aanleg[wie]] - 0.4
    score = score + wereld.rng.normal(0, 0.7, len(wie))
    now = wereld.toestand
    now.groep[wie] = np.searchsorted(_GROEP_GRENZEN, score)
    now.groep_begin[wie] = now.groep[wie]
    wereld.logboek.add("klantgroep", wie=wie, groep=now.groep[wie], dag=now.begin_dag[wie])


def _selection(wereld: Wereld, wie: Getallen, strength: float) -> Breuken:
    """Return the factor by which the unobserved trait changes a chance."""
    by_class = np.exp(strength * wereld.effecten.selectie_aanleg * _AANLEG)
    return np.asarray(by_class[wereld.bevolking.aanleg[wie]])


def _choose(rng: np.random.Generator, chances: Breuken) -> Getallen:
    """Draw a column for every row of chances."""
    return np.asarray((rng.random((len(chances), 1)) > np.cumsum(chances, axis=1)[:, :-1]).sum(axis=1))
