"""The change of the gate at a date: did the share that applies, and the inflow, break from their own past?

Which national series fits an inflow
------------------------------------
A monthly national number of toekenningen is not among the figures of this package (CBS has instromers per quarter,
85615NED). What is there is the national number of uitkeringen: a stock. Two ways to use it were tried on Voorbeeldstad
without any effect (14 draws, break in 2017-07, true log ratio 0): the inflow by itself gives −0.08 on average, divided
by the stock −0.03, and divided by an inflow implied from the stock (its change plus a constant outflow) +0.17, because
monthly changes of the stock are mostly season and noise. So the stock is used, and only for what it can do: take away
the slow movement of how many people need bijstand. It reacts later and less than an inflow, is no comparison group, and
therefore does not raise the level of evidence: the design stays an interrupted series. The share that applies has no
national counterpart and stands by itself.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evaluatie.checks import CheckResult
from evaluatie.checks.personen import check_numbers
from evaluatie.checks.reeksen import ANTICIPATION, REFERENCE, SEASON, check_other_model, check_placebo_date
from evaluatie.cijfers import load_landelijk_volume, table_bron
from evaluatie.cijfers.tables import ESTIMABLE
from evaluatie.estimation import Estimate, InterruptedSeries, NotEstimated, interrupted_series
from evaluatie.estimation.result import StudentInference
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.handhaving_poort import Meldingen
from evaluatie.evaluaties.oordeel import Ontwerp
from evaluatie.evaluaties.opmerkbaar import detectable
from evaluatie.evaluaties.schaal import PUNTEN, VERHOUDING, Schaal
from evaluatie.evaluaties.steun import Steun, count_steun
from evaluatie.panel.maanden import maand_of
from evaluatie.quantities import Bron

HALFJAAR = 6
"""The effect is read half a year after the start: the mean over the first thirteen months, since the path is a line."""
VOORUIT = 3
"""Months before the start in which people may have acted on it."""
_SEASON = 24
"""Months before the start that a season needs in the check on an earlier day."""

_REASONS = {
    "no_pre_period": "de registers beginnen pas na de verandering",
    "outside_data": "de registers eindigen vóór de verandering",
    "too_small": "nodig zijn 8 maanden ervoor en erna, 24 samen, en in elke maand een uitkomst",
    "no_spread": "de reeks verandert niet",
}


@dataclass(frozen=True, slots=True)
class Reeks:
    """A monthly series to break.

    Parameters
    ----------
    naam, uitkomst : str
        Name in the id of the evaluatie, and the words of the sentence.
    kolom : str
        Column of `build_reeks`.
    stap : int
        From which step of a melding on it counts, for the support.
    schaal : Schaal
    reference : str or None
        Column the outcome is set off against.
    """

    naam: str
    uitkomst: str
    kolom: str
    stap: int
    schaal: Schaal
    reference: str | None = None


AANDEEL = Reeks("aandeel", "aandeel meldingen dat een aanvraag werd", "aandeel", 1, PUNTEN)
INSTROOM = Reeks(
    "instroom",
    "instroom per maand ten opzichte van het landelijke aantal uitkeringen",
    "toegekend",
    2,
    VERHOUDING,
    "landelijk",
)


@dataclass(frozen=True, slots=True)
class Poortverandering:
    """What broke at the gate.

    Parameters
    ----------
    evaluaties : list of Evaluatie
        The share that applies, and the inflow; not yet corrected for their number.
    lijnen : dict of str to Estimate
        The fitted share by quarter (``model.2017-K3``) and, from the start, without the break (``zonder.2017-K3``).
    steun : Steun
        Of the lines.
    tot : str
        Last month of the inflow: national figures are final up to there, or own ones end. Empty without a reference.
    """

    evaluaties: list[Evaluatie]
    lijnen: dict[str, Estimate]
    steun: Steun
    tot: str


def build_reeks(meldingen: Meldingen) -> pd.DataFrame:
    """Return one row per month: ``maand``, ``aandeel`` that applied, ``toegekend`` and ``landelijk``.

    Toekenningen count in the month of their melding, on which the gate acts. National figures that are not final are
    missing.
    """
    rows = meldingen.rijpe
    months = pd.RangeIndex(meldingen.eerste, meldingen.laatste + 1)
    groups = rows.groupby("maand")["stap"]
    counts = pd.DataFrame(
        {"meldingen": groups.size(), "aanvragen": (rows["stap"] > 0).groupby(rows["maand"]).sum(),
         "toegekend": (rows["stap"] == 2).groupby(rows["maand"]).sum()}
    ).reindex(months, fill_value=0)  # fmt: skip
    names = [str(maand_of(number)) for number in months]
    national = load_landelijk_volume()
    final = national.loc[national["status"].isin(ESTIMABLE), "uitkeringen"]
    return pd.DataFrame(
        {
            "maand": names,
            "aandeel": (counts["aanvragen"] / counts["meldingen"].where(counts["meldingen"] > 0)).to_numpy(),
            "toegekend": counts["toegekend"].to_numpy(dtype=float),
            "landelijk": final.reindex(names).to_numpy(dtype=float),
        }
    )


def evaluate_poort(
    meldingen: Meldingen, vanaf: dt.date, *, gemeente: str, bronnen: tuple[Bron, ...]
) -> Poortverandering:
    """Evaluate the change of the gate on a day, for the share that applies and for the inflow."""
    frame = build_reeks(meldingen)
    first, skip = first_month(vanaf)
    share = _evaluate(AANDEEL, frame, meldingen, first, skip, gemeente, bronnen)
    known = frame[frame["landelijk"].notna().cummin()]
    inflow = _evaluate(INSTROOM, known, meldingen, first, skip, gemeente, (*bronnen, table_bron(_TABEL)))
    main = fit_reeks(AANDEEL, frame, first, skip)
    lines = list_lijnen(main) if isinstance(main, InterruptedSeries) else {}
    return Poortverandering(
        [share, inflow],
        lines,
        _count_steun(AANDEEL, meldingen, first),
        str(known["maand"].iloc[-1]) if len(known) else "",
    )


def first_month(vanaf: dt.date) -> tuple[str, int]:
    """Return the first whole month with the new gate, and how many months before it were mixed (0 or 1)."""
    number = vanaf.year * 12 + vanaf.month - 1
    mixed = int(vanaf.day > 1)
    return str(maand_of(number + mixed)), mixed


def fit_reeks(
    reeks: Reeks, frame: pd.DataFrame, first: str, skip: int, **changes: Any
) -> InterruptedSeries | NotEstimated:
    """Fit the break of a series; a month without outcome makes it impossible."""
    if len(frame) == 0 or frame[reeks.kolom].isna().any():
        return NotEstimated("a month without outcome", "too_small")
    options: dict[str, Any] = {
        "reference": reeks.reference,
        "scale": "ratio" if reeks.schaal is VERHOUDING else "difference",
        "skip": skip,
        **changes,
    }
    return interrupted_series(frame, outcome=reeks.kolom, time="maand", from_=first, **options)


def list_lijnen(series: InterruptedSeries) -> dict[str, Estimate]:
    """Return the fitted path, and from the start the path without the break, as means over quarters."""
    position = series.series.position
    without = series.design.copy()
    without[:, 2:4] = 0.0
    lines = {}
    for quarter in np.unique(position // 3):
        months = position // 3 == quarter
        name = f"{quarter // 4}-K{quarter % 4 + 1}"
        lines[f"model.{name}"] = _mean_line(series, series.design[months])
        if position[months][0] >= series.series.start:
            lines[f"zonder.{name}"] = _mean_line(series, without[months])
    return lines


def _mean_line(series: InterruptedSeries, rows: np.ndarray[Any, Any]) -> Estimate:
    value, error, dof = series.fit.inference(rows.mean(axis=0))
    about = (len(series.series.y), series.level.method, "mean of a quarter", "share")
    return Estimate(value, error, dof, *about, StudentInference(value, error, dof))


_TABEL = "uitkeringen_landelijk_maand"


def _evaluate(
    reeks: Reeks,
    frame: pd.DataFrame,
    meldingen: Meldingen,
    first: str,
    skip: int,
    gemeente: str,
    bronnen: tuple[Bron, ...],
) -> Evaluatie:
    estimate = _effect(fit_reeks(reeks, frame, first, skip))
    steun = _count_steun(reeks, meldingen, first)
    found = isinstance(estimate, Estimate)
    return Evaluatie(
        id=f"poort.{reeks.naam}",
        gemeente=gemeente,
        maatregel_id="poort",
        maatregel="De verandering aan de poort",
        uitkomst=reeks.uitkomst,
        populatie="mensen die zich meldden voor bijstand",
        venster="een halfjaar na de start",
        vergelijking="de eigen reeks ervoor" + (", naast het landelijke aantal uitkeringen" if reeks.reference else ""),
        verwachting="geen",  # fewer aanvragen are no aim in themselves: they may be people with a right to bijstand
        estimate=estimate,
        checks=_check(reeks, frame, first, skip, estimate, steun) if isinstance(estimate, Estimate) else (),
        detectable=detectable(estimate) if isinstance(estimate, Estimate) else None,
        aannames=_ASSUMPTIONS if found else (),
        bronnen=bronnen,
        ontwerp=Ontwerp.REEKS,
        schaal=reeks.schaal,
        lidwoord="het" if reeks is AANDEEL else "de",
        steun=steun,
    )


def _effect(series: InterruptedSeries | NotEstimated) -> Estimate | NotEstimated:
    """Return the effect half a year after the start, or the reason in the words of a report."""
    found = series.effect_at(HALFJAAR) if isinstance(series, InterruptedSeries) else series
    if isinstance(found, Estimate):
        return found
    return NotEstimated(_REASONS[found.code], found.code, found.method, found.estimand)


def _check(
    reeks: Reeks, frame: pd.DataFrame, first: str, skip: int, main: Estimate, steun: Steun
) -> tuple[CheckResult, ...]:
    def again(**changes: Any) -> Estimate | NotEstimated:
        return _effect(fit_reeks(reeks, frame, first, changes.pop("skip", skip), **changes))

    def write(estimate: Estimate) -> str:
        interval = reeks.schaal.interval(estimate.interval())
        return f"{reeks.schaal.difference(estimate.value)} (95%-interval {interval})"

    before = frame[frame["maand"] < str(maand_of(_number(first) - skip))]
    middle = str(before["maand"].iloc[len(before) // 2])
    placebo = _effect(fit_reeks(reeks, before, middle, 0, seasonal=len(before) >= _SEASON))
    away = f"Zonder de {VOORUIT} maanden vóór de start"
    checks = (
        check_placebo_date(placebo, middle, write),
        check_other_model(SEASON, "Zonder seizoen in het model", main, again(seasonal=False), write),
        check_other_model(ANTICIPATION, away, main, again(skip=skip + VOORUIT), write),
        check_numbers(steun.gebeurtenissen_behandeld, steun.gebeurtenissen_vergeleken),
    )
    if reeks.reference is None:
        return checks
    alone = again(reference=None)
    return (*checks, check_other_model(REFERENCE, "Zonder het landelijke aantal uitkeringen", main, alone, write))


def _count_steun(reeks: Reeks, meldingen: Meldingen, first: str) -> Steun:
    rows = meldingen.rijpe
    persons = pd.factorize(rows["persoon"])[0].astype(np.int64)
    after = (rows["maand"] >= _number(first)).to_numpy()
    return count_steun(persons, after, (rows["stap"] >= reeks.stap).to_numpy())


def _number(maand: str) -> int:
    return int(maand[:4]) * 12 + int(maand[5:]) - 1


_ASSUMPTIONS = (
    "Zonder de verandering was de reeks doorgegaan op haar eigen lijn, met hetzelfde seizoen.",
    "In dezelfde maanden veranderde er niets anders dat de reeks raakt: geen andere wet, economie of registratie.",
    "Een melding wordt voor en na de verandering op dezelfde manier vastgelegd.",
)
