"""What handhaving did and brought in: persons investigated, with and without a consequence, sanctions and amounts.

Everybody counts once per year and kind of event: then a count is a number of persons, which can be protected, and an
interval does not take two visits to one person for two independent ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluatie.evaluaties.handhaving import SANCTIE, ZONDER_INKOMEN, Handhavingsgegevens
from evaluatie.evaluaties.telling import Telling
from evaluatie.panel import Dekking
from evaluatie.panel.herinstroom import HERINSTROOM_MAANDEN
from evaluatie.quantities import Maand
from evaluatie.registratie.contract import Register

GEVOLG, GEEN_GEVOLG, BEKEND = "met gevolg", "zonder gevolg", "uitkomst bekend"
ONDERZOEK, HUISBEZOEK = "onderzoek", "huisbezoek"
SOORTEN = (ONDERZOEK, HUISBEZOEK)
MAATREGELEN = ("waarschuwing", "verlaging", "boete", "terugvordering")
MET_BEDRAG = ("verlaging", "boete", "terugvordering")
GEVOLGEN = ("geen", "aangepast", "terug", "beeindigd")
"""Consequences in order of weight; a person counts with the heaviest."""
OVERIG, ONBEKEND = "overige aanleidingen", "aanleiding onbekend"
FEWEST_NAMED = 10
"""An aanleiding of fewer persons is not named."""
NA_VERLAGING, ANDERE = "na een verlaging", "andere uitstroom"
ZONDER, MET = "zonder bekend inkomen", "andere reden"
TERUG, WEG, GEVOLGD, UITGESTROOMD = "terug", "niet terug", "gevolgd", "uitgestroomd"
WOORDEN = frozenset(
    {GEVOLG, GEEN_GEVOLG, BEKEND, *SOORTEN, *MAATREGELEN, *GEVOLGEN, OVERIG, ONBEKEND, NA_VERLAGING, ANDERE}
    | {ZONDER, MET, TERUG, WEG, GEVOLGD, UITGESTROOMD, "personen", "aanleiding", "zwaarste gevolg"}
)


def count_onderzoeken(gebeurtenissen: pd.DataFrame) -> Telling:
    """Count who was investigated or visited: ``(soort, what, year)``, by aanleiding and by heaviest consequence.

    Events without a recorded outcome are left out; a person counts with the heaviest consequence of the year.
    """
    telling = Telling()
    known = _read(gebeurtenissen)
    known = known[known["gevolg"] >= 0]
    for soort in SOORTEN:
        for jaar in list_jaren(gebeurtenissen):
            _divide(telling, known[(known["soort"] == soort) & (known["jaar"] == jaar)], (soort, str(jaar)))
    rows = known[known["soort"] == ONDERZOEK]
    if rows.empty:
        return telling
    for aanleiding, group in rows.assign(aanleiding=_join_small(rows)).groupby("aanleiding"):
        _divide(telling, group, ("aanleiding", str(aanleiding)))
    heaviest = rows.groupby("persoon")["gevolg"].max()
    parts = {("zwaarste gevolg", name): int((heaviest == place).sum()) for place, name in enumerate(GEVOLGEN)}
    telling.divide(("zwaarste gevolg", "personen"), parts)
    return telling


def count_maatregelen(gebeurtenissen: pd.DataFrame) -> Telling:
    """Count who got a warning, verlaging, boete or terugvordering: ``(soort, year)``."""
    rows = _read(gebeurtenissen)
    telling = Telling()
    for soort in MAATREGELEN:
        for jaar in list_jaren(gebeurtenissen):
            chosen = rows[(rows["soort"] == soort) & (rows["jaar"] == jaar)]
            telling.add((soort, str(jaar)), chosen["persoon"].nunique())
    return telling


def list_jaren(gebeurtenissen: pd.DataFrame) -> range:
    """Return the years with anything registered: a year in which nothing of one kind happened is counted too."""
    years = gebeurtenissen["datum"].dt.year
    return range(int(years.min()), int(years.max()) + 1)


def list_bedragen(gebeurtenissen: pd.DataFrame, soort: str) -> pd.DataFrame:
    """Return the recorded amounts of one kind: ``jaar``, ``persoon`` and ``bedrag`` in euro."""
    rows = _read(gebeurtenissen)
    chosen = rows[(rows["soort"] == soort) & rows["bedrag"].notna()]
    return chosen.assign(jaar=chosen["jaar"].astype(str))[["jaar", "persoon", "bedrag"]]


def count_keerzijde(gegevens: Handhavingsgegevens) -> Telling:
    """Count exits after a verlaging and other ones: without known income, and back within a year.

    Keys ``(group, what)``. Everybody counts once per group, with the first exit in it.
    """
    telling = Telling()
    for name, flag in ((NA_VERLAGING, 1.0), (ANDERE, 0.0)):
        rows = gegevens.uitstroom[gegevens.uitstroom[SANCTIE] == flag].sort_values("maand", kind="stable")
        first = rows.drop_duplicates("persoon")
        without = int(first["reden"].isin(ZONDER_INKOMEN).sum())
        telling.divide((name, UITGESTROOMD), {(name, ZONDER): without, (name, MET): len(first) - without})
        followed = rows[rows["gevolgd"] >= HERINSTROOM_MAANDEN].drop_duplicates("persoon")
        back = int(followed["terug_na"].between(0, HERINSTROOM_MAANDEN).sum())
        telling.divide((name, GEVOLGD), {(name, TERUG): back, (name, WEG): len(followed) - back})
    return telling


@dataclass(frozen=True, slots=True)
class Uitgaven:
    """What the municipality spent on handhaving in a year, in euro: no figure about persons."""

    jaar: int
    bedrag: float


def list_uitgaven(register: Register, dekking: Dekking) -> list[Uitgaven]:
    """Return the spending on handhaving of the years in which all of handhaving was registered."""
    if "financien" not in register or "handhaving" not in dekking.tabellen:
        return []
    rows = register["financien"]
    rows = rows[(rows["post"] == "handhaving").to_numpy(dtype=bool) & rows["bedrag"].notna()]
    first, last = dekking.tabellen["handhaving"], dekking.laatste
    whole = [jaar for jaar in map(int, rows["jaar"]) if Maand(jaar, 1) >= first and Maand(jaar, 12) <= last]
    spent = rows.set_index("jaar")["bedrag"]
    return [Uitgaven(jaar, float(spent[jaar])) for jaar in sorted(whole)]


def _read(gebeurtenissen: pd.DataFrame) -> pd.DataFrame:
    outcome = pd.Categorical(gebeurtenissen["uitkomst"].astype(object), categories=list(GEVOLGEN))
    return pd.DataFrame(
        {
            "persoon": gebeurtenissen["persoon_id"].astype(object).to_numpy(),
            "soort": gebeurtenissen["soort_gebeurtenis"].astype(object).to_numpy(),
            "jaar": gebeurtenissen["datum"].dt.year.to_numpy(),
            "aanleiding": gebeurtenissen["aanleiding"].astype(object).to_numpy(),
            "gevolg": outcome.codes.astype(np.int64),
            "bedrag": gebeurtenissen["bedrag"].to_numpy(dtype=float, na_value=np.nan),
        }
    )


def _divide(telling: Telling, rows: pd.DataFrame, key: tuple[str, str]) -> None:
    """Count persons with and without a consequence; the whole is `BEKEND`."""
    heaviest = rows.groupby("persoon")["gevolg"].max()
    found = int((heaviest > 0).sum())
    parts = {(*key, GEVOLG): found, (*key, GEEN_GEVOLG): len(heaviest) - found}
    telling.divide((*key, BEKEND), parts)


def _join_small(rows: pd.DataFrame) -> pd.Series:
    named = rows["aanleiding"].where(rows["aanleiding"].notna(), ONBEKEND)
    persons = rows.groupby(named)["persoon"].nunique()
    small = set(persons.index[persons < FEWEST_NAMED])
    return named.where(~named.isin(small), OVERIG).astype(str)
