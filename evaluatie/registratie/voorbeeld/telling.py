"""What the municipality counts itself: the stock per month and the money per year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evaluatie.registratie.voorbeeld import model
from evaluatie.registratie.voorbeeld.kalender import Breuken, Getallen
from evaluatie.registratie.voorbeeld.kolommen import codes_of, dates, make_table
from evaluatie.registratie.voorbeeld.toestand import Wereld

_UITKERING_PER_MAAND = 1_190.0
_BATEN = 0.022
_FOUTEN = 0.0008
_BUDGET, _BUDGET_SPREIDING = 0.97, 0.02
_PER_ONDERZOEK, _PER_HUISBEZOEK = 420.0, 180.0
_POSTEN = ("buig_budget", "lasten", "baten", "fouten", "re_integratie", "handhaving")


def count_volumes(wereld: Wereld, spells: dict[str, Any]) -> pd.DataFrame:
    """Return the number of uitkeringen at the end of each month and per regeling; a couple counts once."""
    people, maanden = wereld.bevolking, wereld.kalender.maanden
    head = people.huishouden[spells["wie"]] == spells["wie"]
    regeling = people.regeling[spells["wie"]][head]
    begin = np.maximum(spells["maand"][head], 0)
    ended = spells["oorzaak"][head] >= 0
    einde = np.where(ended, _month_of(wereld, spells["einde"][head]), maanden)
    change = np.zeros((maanden + 1, len(model.REGELINGEN)), dtype=np.int64)
    np.add.at(change, (begin, regeling), 1)
    np.add.at(change, (np.clip(einde, 0, maanden), regeling), -1)
    stock = change.cumsum(axis=0)[:maanden]
    months = np.repeat(np.arange(maanden), len(model.REGELINGEN))
    codes = np.tile(np.arange(len(model.REGELINGEN)), maanden)
    return make_table(
        "volumes",
        maand=dates(wereld.kalender.first_day(months)),
        regeling=codes_of("volumes", "regeling", model.REGELINGEN, codes),
        aantal=stock.ravel(),
    )


def make_financien(wereld: Wereld, volumes: pd.DataFrame, handhaving: pd.DataFrame, kosten: pd.Series) -> pd.DataFrame:
    """Return the amounts of every calendar year that is observed whole; all of them are invented."""
    stock = volumes.groupby("maand")["aantal"].sum()
    jaar = pd.DatetimeIndex(stock.index).year
    months = stock.groupby(jaar).count()
    jaren = months.index[months == 12].to_numpy()
    lasten = _UITKERING_PER_MAAND * stock.groupby(jaar).sum().reindex(jaren).to_numpy(dtype=float)
    budget = lasten * (1 - _BATEN) * wereld.rng.normal(_BUDGET, _BUDGET_SPREIDING, len(jaren))
    traject = kosten.reindex(jaren, fill_value=0.0).to_numpy(dtype=float)
    amounts: Breuken = np.column_stack(
        [budget, lasten, lasten * _BATEN, lasten * _FOUTEN, traject, _count_costs(handhaving, jaren)]
    )
    return make_table(
        "financien",
        jaar=np.repeat(jaren, len(_POSTEN)),
        post=codes_of("financien", "post", _POSTEN, np.tile(np.arange(len(_POSTEN)), len(jaren))),
        bedrag=np.round(amounts.ravel(), 2),
    )


def _count_costs(handhaving: pd.DataFrame, jaren: Getallen) -> Breuken:
    price = {"onderzoek": _PER_ONDERZOEK, "huisbezoek": _PER_HUISBEZOEK}
    cost = handhaving["soort_gebeurtenis"].astype(object).map(price).fillna(0.0).astype(float)
    by_year = cost.groupby(handhaving["datum"].dt.year).sum()
    return by_year.reindex(jaren, fill_value=0.0).to_numpy(dtype=float)


def _month_of(wereld: Wereld, days: Getallen) -> Getallen:
    """Return the number of the month in which a day falls."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    first = np.datetime64(str(wereld.kalender.begin), "M").astype(np.int64)
    return np.asarray(months - first)
