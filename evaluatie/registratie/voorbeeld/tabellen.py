"""The log of a simulation as the tables of the contracts, from the first observed month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evaluatie.registratie.contract import Register
from evaluatie.registratie.voorbeeld import model
from evaluatie.registratie.voorbeeld.effecten import AANBIEDERS, SOORTEN
from evaluatie.registratie.voorbeeld.gebeurtenissen import make_aanvragen, make_handhaving, make_plaatsingen
from evaluatie.registratie.voorbeeld.kalender import Getallen, Vlaggen
from evaluatie.registratie.voorbeeld.kolommen import GEMEENTE_CODE, codes_of, dates, labels, make_table
from evaluatie.registratie.voorbeeld.personen import make_pseudonyms
from evaluatie.registratie.voorbeeld.telling import count_volumes, make_financien
from evaluatie.registratie.voorbeeld.toestand import Wereld

_SPELL = ("wie", "begin", "maand", "einde", "oorzaak", "groep")
_TRAJECT = ("wie", "begin", "eind", "soort", "aanbieder", "gestopt", "prijs")
_DAYS = 2**20


@dataclass(frozen=True, slots=True)
class Spells:
    """Uitkeringen sorted by person and begin, with which of them touch the observed months."""

    columns: dict[str, Any]
    kept: Vlaggen

    def kept_at(self, wie: Getallen, dag: Getallen) -> Vlaggen:
        """Return whether the uitkering that a person had on a day is in the register."""
        key = self.columns["wie"] * _DAYS + self.columns["begin"]
        return np.asarray(self.kept[np.searchsorted(key, wie * _DAYS + dag, side="right") - 1])


def make_register(wereld: Wereld, seed: int) -> Register:
    """Return every table of the contracts."""
    names = make_pseudonyms(seed, np.arange(len(wereld.bevolking.partner)))
    spells = _sort_spells(wereld)
    trajecten, kosten = _trajecten(wereld, names, spells)
    volumes = count_volumes(wereld, spells.columns)
    handhaving = make_handhaving(wereld, names)
    return {
        "uitkeringen": _uitkeringen(wereld, names, spells, seed),
        "trajecten": trajecten,
        "deeltijdinkomsten": _deeltijd(wereld, names),
        "handhaving": handhaving,
        "aanvragen": make_aanvragen(wereld, names),
        "plaatsingen": make_plaatsingen(wereld, names),
        "klantgroepen": _klantgroepen(wereld, names, spells),
        "volumes": volumes,
        "financien": make_financien(wereld, volumes, handhaving, kosten),
    }


def _sort_spells(wereld: Wereld) -> Spells:
    spells = wereld.logboek.join("uitkering", _SPELL)
    order = np.lexsort((spells["begin"], spells["wie"]))
    spells = {name: column[order] for name, column in spells.items()}
    return Spells(spells, (spells["oorzaak"] < 0) | (spells["einde"] >= wereld.kalender.eerste_dag))


def _uitkeringen(wereld: Wereld, names: pd.Series, spells: Spells, seed: int) -> pd.DataFrame:
    rows = {name: column[spells.kept] for name, column in spells.columns.items()}
    wie, people = rows["wie"], wereld.bevolking
    return make_table(
        "uitkeringen",
        persoon_id=names.take(wie),
        huishouden=make_pseudonyms(seed, people.huishouden[wie], huishouden=True),
        regeling=codes_of("uitkeringen", "regeling", model.REGELINGEN, people.regeling[wie]),
        leefvorm=codes_of("uitkeringen", "leefvorm", model.LEEFVORMEN, people.leefvorm[wie]),
        begin=dates(rows["begin"]),
        einde=dates(rows["einde"], rows["oorzaak"] >= 0),
        reden_einde=codes_of("uitkeringen", "reden_einde", model.REDENEN, rows["oorzaak"]),
        klantgroep=labels(model.GROEPEN, rows["groep"]),
        geboortejaar=people.geboortejaar[wie],
        geslacht=codes_of("uitkeringen", "geslacht", ("m", "v"), people.geslacht[wie]),
        gemeente_code=[GEMEENTE_CODE] * len(wie),
    )


def _trajecten(wereld: Wereld, names: pd.Series, spells: Spells) -> tuple[pd.DataFrame, pd.Series]:
    """Return the trajecten, and what all of them cost per year of the calendar."""
    rows, kalender = wereld.logboek.join("traject", _TRAJECT), wereld.kalender
    cut = wereld.logboek.join("traject_af", ("rij", "dag", "oorzaak"))
    begin, einde = kalender.first_day(rows["begin"]), kalender.first_day(rows["eind"] + 1) - 1
    einde[cut["rij"]] = cut["dag"]
    reden = np.where(rows["gestopt"], 1, 0)
    reden[cut["rij"]] = np.where(cut["oorzaak"] == model.VERHUIZING, 2, 1)
    ended = einde <= kalender.laatste_dag
    months = _months_between(begin, np.minimum(einde, kalender.laatste_dag))
    kosten = np.round(months * rows["prijs"], 2)
    kept = spells.kept_at(rows["wie"], begin)
    table = make_table(
        "trajecten",
        persoon_id=names.take(rows["wie"][kept]),
        soort_voorziening=codes_of("trajecten", "soort_voorziening", SOORTEN, rows["soort"][kept]),
        aanbieder=labels(AANBIEDERS, rows["aanbieder"][kept]),
        begin=dates(begin[kept]),
        einde=dates(einde[kept], ended[kept]),
        reden_einde=codes_of(
            "trajecten", "reden_einde", ("afgerond", "gestopt", "vertrek"), np.where(ended, reden, -1)[kept]
        ),
        kosten=np.where(ended, kosten, np.nan)[kept],
    )
    jaar = dates(begin).astype("datetime64[Y]").astype(np.int64) + 1970
    return table, pd.Series(kosten).groupby(jaar).sum()


def _months_between(begin: Getallen, einde: Getallen) -> Getallen:
    """Return the number of calendar months that a period touches."""
    months = [days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) for days in (begin, einde)]
    return np.asarray(months[1] - months[0] + 1)


def _deeltijd(wereld: Wereld, names: pd.Series) -> pd.DataFrame:
    rows = wereld.logboek.join("deeltijd", ("wie", "maand", "bedrag", "uren", "vrij"))
    return make_table(
        "deeltijdinkomsten",
        persoon_id=names.take(rows["wie"]),
        maand=dates(wereld.kalender.first_day(rows["maand"])),
        bedrag=rows["bedrag"],
        uren=rows["uren"],
        vrijlating=codes_of("deeltijdinkomsten", "vrijlating", ("nee", "ja"), rows["vrij"].astype(np.int64)),
    )


def _klantgroepen(wereld: Wereld, names: pd.Series, spells: Spells) -> pd.DataFrame:
    rows = wereld.logboek.join("klantgroep", ("wie", "groep", "dag"))
    kept = spells.kept_at(rows["wie"], rows["dag"])
    rows = {name: column[kept] for name, column in rows.items()}
    order = np.lexsort((rows["dag"], rows["wie"]))
    return make_table(
        "klantgroepen",
        persoon_id=names.take(rows["wie"][order]),
        groep=labels(model.GROEPEN, rows["groep"][order]),
        vanaf=dates(rows["dag"][order]),
    )
