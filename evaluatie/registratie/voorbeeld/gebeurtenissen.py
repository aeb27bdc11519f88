"""Tables of events with a date: handhaving, aanvragen, plaatsingen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evaluatie.registratie.voorbeeld.kalender import Getallen, Vlaggen
from evaluatie.registratie.voorbeeld.kolommen import codes_of, dates, labels, make_table
from evaluatie.registratie.voorbeeld.toestand import Wereld

_GEBEURTENIS = ("onderzoek", "huisbezoek", "waarschuwing", "verlaging", "boete", "terugvordering")
_UITKOMST = ("geen", "aangepast", "terug", "beeindigd")
_TERUG, _BEEINDIGD = 2, 3
_AANLEIDING_ONDERZOEK = ("Signaal Inlichtingenbureau", "Tip", "Themacontrole")
_AANLEIDING_MAATREGEL = ("Niet verschenen op afspraak", "Onvoldoende sollicitaties", "Werk niet aanvaard")
_AANLEIDINGEN = _AANLEIDING_ONDERZOEK + _AANLEIDING_MAATREGEL
_BESLUIT = ("toegekend", "afgewezen", "ingetrokken", "buiten_behandeling")
_HERKOMST = ("ww", "werk", "relatie", "anders")
_TRAJECT = ("re_integratietraject",)


def make_handhaving(wereld: Wereld, names: pd.Series) -> pd.DataFrame:
    """Return what was investigated, warned, lowered, fined and claimed back."""
    rows = wereld.logboek.join(
        "onderzoek", ("wie", "dag", "aanleiding", "huisbezoek", "uitkomst", "vordering", "boete")
    )
    uitkomst = rows["uitkomst"].astype(np.int64)
    uitkomst[wereld.logboek.join("onderzoek_af", ("rij",))["rij"]] = _BEEINDIGD
    terug = uitkomst == _TERUG
    everyone = np.ones(len(terug), dtype=bool)
    fined = terug & rows["boete"].astype(bool)
    claim = rows["vordering"].astype(np.float64)
    fine = np.round(claim / 2, 2)
    blocks = [
        _block(rows, everyone, 0, uitkomst, None),
        _block(rows, rows["huisbezoek"].astype(bool), 1, uitkomst, None),
        _block(rows, fined, 4, None, fine),
        _block(rows, terug, 5, None, claim),
        *_measures(wereld),
    ]
    return _handhaving(wereld, names, {key: np.concatenate([block[key] for block in blocks]) for key in blocks[0]})


def _measures(wereld: Wereld) -> list[dict[str, Any]]:
    warned = wereld.logboek.join("waarschuwing", ("wie", "dag", "aanleiding"))
    lowered = wereld.logboek.join("verlaging", ("wie", "dag", "aanleiding", "bedrag"))
    for rows in (warned, lowered):
        rows["aanleiding"] = rows["aanleiding"] + len(_AANLEIDING_ONDERZOEK)
    every = [np.ones(len(rows["wie"]), dtype=bool) for rows in (warned, lowered)]
    return [_block(warned, every[0], 2, None, None), _block(lowered, every[1], 3, None, lowered["bedrag"])]


def _block(rows: dict[str, Any], mask: Vlaggen, soort: int, uitkomst: Getallen | None, bedrag: Any) -> dict[str, Any]:
    n = int(mask.sum())
    return {
        "wie": rows["wie"][mask],
        "dag": rows["dag"][mask],
        "soort": np.full(n, soort),
        "aanleiding": rows["aanleiding"][mask],
        "uitkomst": np.full(n, -1) if uitkomst is None else uitkomst[mask],
        "bedrag": np.full(n, np.nan) if bedrag is None else bedrag[mask].astype(np.float64),
    }


def _handhaving(wereld: Wereld, names: pd.Series, rows: dict[str, Any]) -> pd.DataFrame:
    observed = rows["dag"] >= wereld.kalender.eerste_dag
    rows = {key: column[observed] for key, column in rows.items()}
    order = np.lexsort((rows["soort"], rows["wie"], rows["dag"]))
    rows = {key: column[order] for key, column in rows.items()}
    return make_table(
        "handhaving",
        persoon_id=names.take(rows["wie"]),
        soort_gebeurtenis=codes_of("handhaving", "soort_gebeurtenis", _GEBEURTENIS, rows["soort"]),
        datum=dates(rows["dag"]),
        aanleiding=labels(_AANLEIDINGEN, rows["aanleiding"]),
        uitkomst=codes_of("handhaving", "uitkomst", _UITKOMST, rows["uitkomst"]),
        bedrag=rows["bedrag"],
    )


def make_aanvragen(wereld: Wereld, names: pd.Series) -> pd.DataFrame:
    """Return every melding and what came of it; nothing is dated after the last observed day."""
    rows = wereld.logboek.join(
        "aanvraag", ("wie", "maand", "dag", "aanvraag", "besluit", "vraagt", "krijgt", "afwijzing", "herkomst")
    )
    observed = rows["maand"] >= 0
    rows = {name: column[observed] for name, column in rows.items()}
    applies, last = rows["vraagt"].astype(bool), wereld.kalender.laatste_dag
    uitkomst = np.where(rows["krijgt"].astype(bool), 0, rows["afwijzing"] + 1)
    return make_table(
        "aanvragen",
        persoon_id=names.take(rows["wie"]),
        melding=dates(rows["dag"]),
        aanvraag=dates(np.minimum(rows["aanvraag"], last), applies),
        besluit=dates(np.minimum(rows["besluit"], last), applies),
        uitkomst=codes_of("aanvragen", "uitkomst", _BESLUIT, np.where(applies, uitkomst, -1)),
        herkomst=codes_of("aanvragen", "herkomst", _HERKOMST, rows["herkomst"]),
    )


def make_plaatsingen(wereld: Wereld, names: pd.Series) -> pd.DataFrame:
    """Return full jobs from the day after the uitkering, and part-time jobs beside it."""
    full = wereld.logboek.join("baan", ("wie", "dag", "traject"))
    part = wereld.logboek.join("deeltijdbaan", ("wie", "maand"))
    wie = np.concatenate([full["wie"], part["wie"]])
    dag = np.concatenate([full["dag"], wereld.kalender.first_day(part["maand"])])
    soort = np.repeat([0, 1], [len(full["wie"]), len(part["wie"])])
    maatregel = np.concatenate([np.where(full["traject"], 0, -1), np.full(len(part["wie"]), -1)])
    order = np.lexsort((wie, dag))
    order = order[dag[order] > wereld.kalender.eerste_dag - (soort[order] == 1)]
    return make_table(
        "plaatsingen",
        persoon_id=names.take(wie[order]),
        datum=dates(dag[order]),
        dienstverband=codes_of("plaatsingen", "dienstverband", ("fulltime", "parttime"), soort[order]),
        maatregel=labels(_TRAJECT, maatregel[order]),
    )
