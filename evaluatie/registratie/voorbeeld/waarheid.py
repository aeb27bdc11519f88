"""What was planted, what it means, and how an estimator should count: the content of ``waarheid.json``."""

from __future__ import annotations

from typing import Any

import numpy as np

from evaluatie.registratie.contract import Register
from evaluatie.registratie.voorbeeld import model
from evaluatie.registratie.voorbeeld.effecten import (
    AANBIEDERS,
    NA_VENSTERS,
    ONDERZOEK_MAANDEN,
    SANCTIE_MAANDEN,
    SOORTEN,
    UREN_KLASSEN,
    Effecten,
)
from evaluatie.registratie.voorbeeld.kalender import GEVOELIGHEID, load_landelijk
from evaluatie.registratie.voorbeeld.toestand import Wereld

VERSIE = 2
"""Raised when the generator changes, so that a stored Voorbeeldstad is built again."""

SYNTHETISCH = "SYNTHETISCH: alle personen, bedragen en effecten zijn verzonnen."

_WERK = "hazard ratio per maand op uitstroom naar werk (werk en zelfstandig), oorzaakspecifiek, complementaire log-log"
_POORT = "verhouding van het aandeel meldingen dat aanvraag wordt"
_TIJD = (
    "Een persoon loopt kans op uitstroom vanaf de maand na de maand van begin tot en met de maand van einde. "
    "Duur is het aantal maanden sinds de maand van begin (vanaf 1). Leeftijd is kalenderjaar min geboortejaar. "
    "Wat op de eerste dag van een maand geldt, telt die maand: trajecten en verlagingen beginnen op de eerste, "
    "deeltijdinkomsten gelden de maand waarin zij staan. 'Na' een traject telt vanaf de maand na de laatste "
    "maand ervan, per persoon, ook over een nieuwe uitkering heen; een nieuw traject begint een nieuwe "
    "telling."
)
_SELECTIE = (
    "Trajecten en deeltijdwerk komen vaker voor bij wie ook zonder vertrekt (aanleg), verlagingen minder; "
    "aanleg staat in geen register. Klantgroep (hangt samen met aanleg) en leeftijd bepalen mee wie een "
    "traject krijgt; klantgroep heeft zelf geen effect."
)
_REGISTER = (
    "Het register bevat de uitkeringen die de waargenomen maanden raken, met hun trajecten en klantgroepen (ook van "
    "ervoor); deeltijdinkomsten, handhaving, aanvragen, plaatsingen en volumes vanaf de eerste waargenomen maand. "
    "Bij een paar volgt de partner met reden andere_uitkering wie om werk, onderwijs of AOW vertrekt."
)


def describe_truth(wereld: Wereld, register: Register, personen: int, seed: int) -> dict[str, Any]:
    """Return every planted parameter with its meaning, the sizes and the way of counting."""
    kalender = wereld.kalender
    return {
        "synthetisch": True,
        "let_op": SYNTHETISCH,
        "versie": VERSIE,
        "parameters": {
            "personen": personen,
            "maanden": kalender.maanden,
            "seed": seed,
            "begin": str(kalender.begin),
        },
        "venster": {"eerste_maand": str(kalender.begin), "laatste_maand": str(kalender.maand(kalender.maanden - 1))},
        "effecten": describe_effects(wereld.effecten, str(kalender.maand(wereld.poort_vanaf))),
        "tijd": _TIJD,
        "selectie": _SELECTIE,
        "register": _REGISTER,
        "uitgangspunten": _baseline(wereld.effecten.selectie_aanleg),
        "conjunctuur": _calendar(wereld),
        "omvang": {tabel: len(frame) for tabel, frame in register.items()},
    }


def describe_effects(effecten: Effecten, poort_vanaf: str) -> dict[str, Any]:
    """Return every planted effect: value, estimand and when it holds."""
    after = {
        f"traject_na_{van}_{tot}": _entry(ratio, _WERK, f"maand {van} tot en met {tot} na een traject")
        for (van, tot), ratio in zip(NA_VENSTERS, effecten.traject_na, strict=True)
    }
    part = {
        f"deeltijd_{number}": _entry(ratio, _WERK, f"maanden met deeltijdinkomsten, {klasse}")
        for number, (klasse, ratio) in enumerate(zip(UREN_KLASSEN, effecten.deeltijd, strict=True), start=1)
    }
    extra = "factor op de hazard ratios na een traject"
    sanction = f"de maand van een verlaging en de {SANCTIE_MAANDEN - 1} erna"
    handhaving, anders = (_WERK.replace("werk (werk en zelfstandig)", reason) for reason in ("handhaving", "anders"))
    return {
        "traject_tijdens": _entry(effecten.traject_tijdens, _WERK, "maanden in een traject (lock-in)"),
        **after,
        "traject_soort": _entry({s: effecten.traject_soort.get(s, 1.0) for s in SOORTEN}, extra, "per soort"),
        "traject_aanbieder": _entry(
            {a: effecten.traject_aanbieder.get(a, 1.0) for a in AANBIEDERS}, extra, "per aanbieder"
        ),
        **part,
        "sanctie": _entry(effecten.sanctie, _WERK, sanction),
        "sanctie_anders": _entry(effecten.sanctie_anders, anders, sanction),
        "onderzoek": _entry(effecten.onderzoek, handhaving, f"de {ONDERZOEK_MAANDEN} maanden na een onderzoek"),
        "poort": {
            **_entry(effecten.poort, _POORT, f"meldingen vanaf {poort_vanaf}"),
            "vanaf": poort_vanaf,
        },
    }


def _entry(value: Any, estimand: str, when: str) -> dict[str, Any]:
    return {"waarde": value, "estimand": estimand, "geldt": when}


def _baseline(selectie: float) -> dict[str, Any]:
    """Return the world without effects, from the constants of `model`."""
    return {
        "basis_per_maand": model.BASIS,
        "duur_klassen_vanaf": model.DUUR_GRENZEN,
        "log_duur": model.LOG_DUUR,
        "leeftijd_klassen_vanaf": model.LEEFTIJD_GRENZEN,
        "log_leeftijd": model.LOG_LEEFTIJD,
        "leefvormen": model.LEEFVORMEN,
        "log_leefvorm": model.LOG_LEEFVORM,
        "aanleg_punten": model.AANLEG,
        "aanleg_kansen_instroom": model.AANLEG_KANS,
        "log_aanleg": model.LOG_AANLEG,
        "selectie_traject": {
            "per_maand": model.TRAJECT_START,
            "log_aanleg": selectie * model.TRAJECT_AANLEG,
            "factor_klantgroep": dict(zip(model.GROEPEN, model.TRAJECT_GROEP, strict=True)),
            "factor_leeftijd": model.TRAJECT_LEEFTIJD,
        },
        "selectie_deeltijd": {"per_maand": model.DEELTIJD_START, "log_aanleg": selectie * model.DEELTIJD_AANLEG},
        "selectie_sanctie": {
            "per_maand": model.SANCTIE_KANS,
            "log_aanleg": selectie * model.SANCTIE_AANLEG,
            "factor_leeftijd": model.SANCTIE_LEEFTIJD,
        },
        "selectie_onderzoek": {"per_maand": model.ONDERZOEK_KANS, "log_aanleg": selectie * model.ONDERZOEK_AANLEG},
        "melding_wordt_aanvraag": model.MELDING_AANVRAAG,
        "aanvraag_wordt_toekenning": model.AANVRAAG_TOEKENNING,
        "terug_per_maand": {**model.TERUG, "niet_toegekend": model.TERUG_AFGEHAAKT},
        "terug_binnen_maanden": model.TERUG_MAANDEN,
    }


def _calendar(wereld: Wereld) -> dict[str, Any]:
    """Return the log effect of season and cycle on meldingen; on exit to work it is the opposite."""
    landelijk, kalender = load_landelijk(), wereld.kalender
    months = [kalender.maand(t) for t in range(kalender.maanden)]
    effects = np.array([landelijk.effect(maand) for maand in months])
    names = [str(maand) for maand in months]
    return {
        "bron": "CBS (StatLine), tabel 37789ksz: verandering per maand, alleen definitieve cijfers",
        "gevoeligheid": GEVOELIGHEID,
        "betekenis": "log-effect op nieuwe meldingen; het omgekeerde op uitstroom naar werk",
        "seizoen": dict(zip(names, np.round(effects[:, 0], 10).tolist(), strict=True)),
        "conjunctuur": dict(zip(names, np.round(effects[:, 1], 10).tolist(), strict=True)),
    }
