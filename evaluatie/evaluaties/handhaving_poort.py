"""The gate: meldingen, aanvragen and toekenningen, who comes back, and the search period of young people.

The unit is a person, so that a count can be protected and an interval makes sense: everybody counts once a year, with
the first melding of that year. Meldingen of the last months are left out, because they may still become an aanvraag
or get a decision.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluatie.estimation import Estimate, NotEstimated, difference_in_proportions
from evaluatie.evaluaties.steun import Steun
from evaluatie.evaluaties.telling import Sleutel, Telling
from evaluatie.registratie.contract import Register

MELDING, AANVRAAG, GEEN_AANVRAAG = "melding", "aanvraag", "geen aanvraag"
TOEGEKEND, NIET_TOEGEKEND = "toegekend", "niet toegekend"
STAPPEN = (GEEN_AANVRAAG, NIET_TOEGEKEND, TOEGEKEND)
"""How far a melding came, in order; not granted also holds what was withdrawn or not decided on."""
RIJPING = 3
"""Months that a melding gets to become an aanvraag with a decision: four weeks to search, eight to decide."""
TERUGKEER = 12
"""Months over which a return counts, as CBS counts herinstromers (85615NED)."""
FEWEST_DAYS = 7
"""The first month counts when its first melding lies in this many days: registration may have begun half-way."""

VOOR, NA, ALLE = "voor de verandering", "na de verandering", "hele periode"
TERUG_TOEGEKEND, TERUG_NIET, WEG = "terug en toegekend", "terug en niet toegekend", "niet terug"
TERUG, AFGEVALLEN = "terug", "afgevallen"
JONG, OUDER, JONG_GRENS = "jonger dan 27 jaar", "27 jaar of ouder", 27
"""The search period is for people under 27 (Participatiewet art. 41 lid 4)."""
DAGEN = ("minder dan 2 weken", "2 tot 4 weken", "4 weken of langer")
_DAG_GRENZEN = (14, 28)
WOORDEN = frozenset(
    {MELDING, AANVRAAG, *STAPPEN, VOOR, NA, ALLE, TERUG_TOEGEKEND, TERUG_NIET, WEG, TERUG, AFGEVALLEN, JONG, OUDER}
    | {*DAGEN, "totaal"}
)


@dataclass(frozen=True, slots=True)
class Meldingen:
    """The register of meldingen, ready to count.

    Parameters
    ----------
    rijen : pandas.DataFrame
        Sorted by day: ``persoon``, ``melding`` (day), ``maand`` (number), ``stap`` (place in `STAPPEN`) and ``dagen``
        between melding and aanvraag (missing without one).
    eerste, laatste : int
        First and last month that count.
    einde : pandas.Timestamp
        Day of the newest melding.
    """

    rijen: pd.DataFrame
    eerste: int
    laatste: int
    einde: pd.Timestamp

    @property
    def rijpe(self) -> pd.DataFrame:
        """The meldingen of the months that count."""
        return self.rijen[self.rijen["maand"].between(self.eerste, self.laatste)]


def read_meldingen(register: Register) -> Meldingen | NotEstimated:
    """Read the register of aanvragen; refuse when it is not there or too short."""
    if "aanvragen" not in register or register["aanvragen"].empty:
        return NotEstimated("de tabel aanvragen is niet ingelezen", "outside_data")
    given = register["aanvragen"].sort_values(["melding", "persoon_id"], kind="stable")
    granted = (given["uitkomst"] == TOEGEKEND).to_numpy(dtype=bool)
    applied = given["aanvraag"].notna().to_numpy() | granted
    days = (given["aanvraag"] - given["melding"]).dt.days
    melding = given["melding"].to_numpy()
    month = given["melding"].dt.year * 12 + given["melding"].dt.month - 1
    rows = pd.DataFrame(
        {
            "persoon": given["persoon_id"].astype(object).to_numpy(),
            "melding": melding,
            "maand": month.to_numpy(dtype=np.int64),
            "stap": np.where(granted, 2, np.where(applied, 1, 0)),
            "dagen": days.to_numpy(dtype=float, na_value=np.nan),
        }
    )
    first, last = int(rows["maand"].iloc[0]), int(rows["maand"].iloc[-1]) - RIJPING
    late = pd.Timestamp(rows["melding"].iloc[0]).day > FEWEST_DAYS
    if first + late > last:
        return NotEstimated("de tabel aanvragen beslaat te weinig maanden", "outside_data")
    return Meldingen(rows, first + int(late), last, pd.Timestamp(rows["melding"].iloc[-1]))


def count_poort(meldingen: Meldingen) -> Telling:
    """Count how far people came: keys ``(step, year)``, and per quarter without the decision."""
    rows = meldingen.rijpe
    rows = rows.assign(jaar=rows["maand"] // 12).drop_duplicates(["persoon", "jaar"])
    telling = Telling()
    for jaar, of_year in rows.groupby("jaar"):
        quarters = []
        for kwartaal, of_quarter in of_year.groupby(of_year["maand"] % 12 // 3 + 1):
            quarters.append(f"{jaar}-K{kwartaal}")
            _divide_melding(telling, quarters[-1], of_quarter)
        for step in (AANVRAAG, GEEN_AANVRAAG, MELDING):
            telling.join((step, str(jaar)), [(step, quarter) for quarter in quarters])
        telling.join((MELDING, str(jaar)), [(AANVRAAG, str(jaar)), (GEEN_AANVRAAG, str(jaar))])
        decided = {(step, str(jaar)): int((of_year["stap"] == place).sum()) for place, step in enumerate(STAPPEN)}
        del decided[GEEN_AANVRAAG, str(jaar)]
        telling.divide((AANVRAAG, str(jaar)), decided)
    telling.voorrang |= {key for key in telling.counts if key[0] in (MELDING, AANVRAAG)}
    return telling


def _divide_melding(telling: Telling, period: str, rows: pd.DataFrame) -> None:
    applied = int((rows["stap"] > 0).sum())
    parts = {(AANVRAAG, period): applied, (GEEN_AANVRAAG, period): len(rows) - applied}
    telling.divide((MELDING, period), parts)


@dataclass(frozen=True, slots=True)
class Terugkeer:
    """Who fell away at the gate and came back within a year; unrounded, for `disclosure` only.

    Parameters
    ----------
    telling : Telling
        Keys ``(step, period, what)`` with a step of `STAPPEN`; the whole is `AFGEVALLEN`, its parts `TERUG` and `WEG`,
        and `TERUG` is divided by whether a uitkering followed.
    perioden : tuple of str
        Before and after the change of the gate, or `ALLE` when there is no such day in the register.
    verschil : Estimate or NotEstimated
        Share that came back after the change less that before, of who did not apply.
    steun : Steun
        Of the difference.
    """

    telling: Telling
    perioden: tuple[str, ...]
    verschil: Estimate | NotEstimated
    steun: Steun


def count_terugkeer(meldingen: Meldingen, vanaf: dt.date) -> Terugkeer:
    """Count who did not apply or was turned away, and how many of them came back within twelve months.

    Only meldingen count that could be followed so long, with the months a decision on the return takes. Everybody
    counts once per step and period, with the first such melding in it.
    """
    rows = follow_terugkeer(meldingen)
    after = rows["melding"] >= pd.Timestamp(vanaf)
    split = bool(after.any() and not after.all())
    rows = rows.assign(periode=np.where(after, NA, VOOR) if split else ALLE)
    perioden = (VOOR, NA) if split else (ALLE,)
    rows = rows.drop_duplicates(["persoon", "stap", "periode"])
    telling = Telling()
    for place, step in enumerate(STAPPEN[:2]):
        for periode in perioden:
            found = rows[(rows["stap"] == place) & (rows["periode"] == periode)]["terug"]
            every = {(step, periode, w): int((found == w).sum()) for w in (TERUG_TOEGEKEND, TERUG_NIET, WEG)}
            telling.divide((step, periode, AFGEVALLEN), every)
            telling.join((step, periode, TERUG), list(every)[:2])
            telling.join((step, periode, AFGEVALLEN), [(step, periode, TERUG), (step, periode, WEG)])
    return Terugkeer(telling, perioden, *_compare_terugkeer(telling, split))


def follow_terugkeer(meldingen: Meldingen) -> pd.DataFrame:
    """Return the meldingen that led to nothing and could be followed, with ``terug``: what came within a year."""
    every = meldingen.rijen
    until = meldingen.einde - pd.DateOffset(months=TERUGKEER + RIJPING)
    fell = every[(every["stap"] < 2) & (every["maand"] >= meldingen.eerste) & (every["melding"] <= until)]
    again, granted = (_next_day(fell, rows) for rows in (every, every[every["stap"] == 2]))
    limit = fell["melding"] + pd.DateOffset(months=TERUGKEER)
    back = np.where(
        (granted <= limit).to_numpy(),
        TERUG_TOEGEKEND,
        np.where((again <= limit).to_numpy(), TERUG_NIET, WEG),
    )
    return fell.assign(terug=back)


def _next_day(rows: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """Return for each row the day of the same person's next event after it."""
    found = pd.merge_asof(
        rows[["persoon", "melding"]],
        events[["persoon", "melding"]].assign(volgende=events["melding"]),
        on="melding",
        by="persoon",
        direction="forward",
        allow_exact_matches=False,
    )
    return found["volgende"].set_axis(rows.index)


def _compare_terugkeer(telling: Telling, split: bool) -> tuple[Estimate | NotEstimated, Steun]:
    if not split:
        missing = NotEstimated("de dag van de verandering ligt niet in het register", "outside_data")
        return missing, Steun.single(0, 0)
    back = [telling.counts[GEEN_AANVRAAG, periode, TERUG] for periode in (NA, VOOR)]
    whole = [telling.counts[GEEN_AANVRAAG, periode, AFGEVALLEN] for periode in (NA, VOOR)]
    steun = Steun(whole[0], whole[1], back[0], back[1])
    return difference_in_proportions(back[0], whole[0], back[1], whole[1]), steun


def count_zoektermijn(meldingen: Meldingen, register: Register) -> Telling | NotEstimated:
    """Count the days between melding and aanvraag by age, for who applied and has, or had, a uitkering.

    Meldingen hold no year of birth; it stands with uitkeringen only. Who turned 27 in the year of the melding is left
    out: the register does not tell on which side of the line that person was.
    """
    if "uitkeringen" not in register or register["uitkeringen"].empty:
        return NotEstimated("zonder de tabel uitkeringen is de leeftijd niet bekend", "outside_data")
    known = register["uitkeringen"].drop_duplicates("persoon_id")
    born = pd.Series(known["geboortejaar"].to_numpy(dtype=np.int64), index=known["persoon_id"].astype(object))
    rows = meldingen.rijpe
    rows = rows[rows["dagen"] >= 0].drop_duplicates("persoon")
    age = rows["maand"] // 12 - rows["persoon"].map(born)
    weeks = np.searchsorted(_DAG_GRENZEN, rows["dagen"], side="right")
    telling = Telling()
    for name, group in ((JONG, age < JONG_GRENS), (OUDER, age > JONG_GRENS)):
        parts: dict[Sleutel, int] = {
            (name, label): int((weeks[group.to_numpy()] == place).sum()) for place, label in enumerate(DAGEN)
        }
        telling.divide((name, "totaal"), parts)
    return telling
