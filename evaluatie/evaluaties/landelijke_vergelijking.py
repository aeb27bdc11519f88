"""One municipality that changed its policy at a date, against all others, on published yearly figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from evaluatie import notatie
from evaluatie.begrippen import word
from evaluatie.checks import TREND, CheckResult, Verdict
from evaluatie.checks.landelijke_vergelijking import (
    FEWEST_COMPARABLE,
    check_comparable,
    check_false_alarms,
    check_leave_one_out,
    check_pre_trend,
    check_rounding,
    estimate_gap,
)
from evaluatie.cijfers import table_bron
from evaluatie.dossier import Dossier
from evaluatie.dossier.schema import Evaluatievraag, Maatregel
from evaluatie.errors import ChoiceError
from evaluatie.estimation import NotEstimated, PlaceboResult
from evaluatie.evaluaties.evaluatie import Evaluatie, adjust_for_multiplicity
from evaluatie.evaluaties.vergelijkingsgroep import Vergelijkingsgroep, select_groep
from evaluatie.panel import UITKOMSTEN, Gemeentepanel
from evaluatie.quantities import Bron

Uitkomst = Literal["instroom", "uitstroom", "uitstroom_naar_werk"]
UITKOMST_WOORDEN = {uitkomst: word(uitkomst) for uitkomst in UITKOMSTEN}
_REASONS = {
    "no_treated": "de gemeente komt niet voor in de CBS-cijfers",
    "no_control": "er zijn te weinig andere gemeenten om mee te vergelijken",
    "no_pre_period": "er is geen jaar vóór de start om mee te vergelijken",
    "no_spread": "de andere gemeenten verschillen niet van elkaar",
}
_CHOSEN_BY_LEVEL = CheckResult(
    TREND,
    Verdict.NOT_RUN,
    "De vergelijkingsgroep is gekozen op haar niveau in de jaren vóór de start. Dan zegt de ontwikkeling in die jaren "
    "niets, en daarna bewegen zulke gemeenten vanzelf weer uiteen.",
)
POPULATIE = "mensen van 15 jaar tot de AOW-leeftijd die in het jaar bijstand kregen"


@dataclass(frozen=True, slots=True)
class Venster:
    """The years of a comparison.

    Parameters
    ----------
    before, skipped, after : tuple of int
        Years before the start, the year in which it fell (partly treated), and full years after it.
    """

    before: tuple[int, ...]
    skipped: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def dutch(self) -> str:
        """The window in words."""
        text = f"{_years(self.before)} tegen {_years(self.after)}"
        return f"{text}; {_years(self.skipped)} valt weg, want toen ging de maatregel in" if self.skipped else text


def choose_venster(ingangsdatum: dt.date, years: list[int]) -> Venster:
    """Split the years at the date; the year in which a maatregel starts after 1 January is skipped."""
    first_full = ingangsdatum.year if (ingangsdatum.month, ingangsdatum.day) == (1, 1) else ingangsdatum.year + 1
    before = tuple(year for year in years if year < ingangsdatum.year)
    skipped = tuple(year for year in years if ingangsdatum.year <= year < first_full)
    return Venster(before, skipped, tuple(year for year in years if year >= first_full))


def evaluate_dossier(dossier: Dossier, panel: Gemeentepanel, *, exclude: Iterable[str] = ()) -> list[Evaluatie]:
    """Evaluate every dated question of a dossier, with Holm's correction over all of them.

    Parameters
    ----------
    dossier : Dossier
        The plan of a municipality.
    panel : Gemeentepanel
        All municipalities by year.
    exclude : iterable of str
        Codes that may not serve as comparison: municipalities known to have changed policy themselves.

    Returns
    -------
    list of Evaluatie
    """
    questions = [(maatregel, vraag) for maatregel in dossier.maatregelen for vraag in maatregel.evaluatie]
    return adjust_for_multiplicity(
        [evaluate_vraag(dossier, m, vraag, panel, exclude=exclude) for m, vraag in questions]
    )


def evaluate_vraag(
    dossier: Dossier, maatregel: Maatregel, vraag: Evaluatievraag, panel: Gemeentepanel, *, exclude: Iterable[str] = ()
) -> Evaluatie:
    """Evaluate one question of a dossier; what cannot be estimated comes back with the reason.

    Parameters
    ----------
    dossier : Dossier
        The plan of a municipality.
    maatregel : Maatregel
        The maatregel in it that the question is about.
    vraag : Evaluatievraag
        The question: outcome, date, and the direction that is aimed at.
    panel : Gemeentepanel
        All municipalities by year.
    exclude : iterable of str
        Codes that may not serve as comparison.

    Returns
    -------
    Evaluatie
    """
    return evaluate_gemeente(
        panel,
        dossier.gemeente.code,
        vraag.uitkomst,
        vraag.ingangsdatum,
        naam=dossier.gemeente.naam,
        maatregel=maatregel.naam,
        maatregel_id=maatregel.id,
        verwachting=vraag.verwachting,
        bronnen=(dossier.bron(maatregel.bron),),
        exclude=exclude,
    )


def evaluate_gemeente(
    panel: Gemeentepanel,
    gemeente: str,
    uitkomst: Uitkomst,
    ingangsdatum: dt.date | str,
    *,
    groep: Vergelijkingsgroep = Vergelijkingsgroep.ALLE,
    naam: str = "",
    maatregel: str = "Het beleid",
    maatregel_id: str = "beleid",
    verwachting: Literal["daling", "stijging"] | None = None,
    bronnen: tuple[Bron, ...] = (),
    exclude: Iterable[str] = (),
) -> Evaluatie:
    """Evaluate what a municipality's policy did from a date on, against all others.

    Parameters
    ----------
    panel : Gemeentepanel
        All municipalities by year.
    gemeente : str
        Name or CBS code; a code that is not in the panel gives an evaluatie that says so.
    uitkomst : {"instroom", "uitstroom", "uitstroom_naar_werk"}
    ingangsdatum : datetime.date or str
        First day of the policy; text as ``"2017-01-01"``.
    groep : Vergelijkingsgroep
        With whom to compare. A group that was chosen by its level before cannot be tested on that level: its evidence
        is one step lower.
    naam, maatregel, maatregel_id : str
        Words for the sentence; the name of the panel when `naam` is empty.
    verwachting : {"daling", "stijging"}, optional
        The direction the policy aims at; by default less instroom and more uitstroom.
    bronnen : tuple of Bron
        Where the policy is described.
    exclude : iterable of str
        Codes that may not serve as comparison.

    Returns
    -------
    Evaluatie
        What could not be estimated comes back with the reason.
    """
    code = gemeente if gemeente.startswith("GM") else panel.code_of(gemeente)
    day = to_day(ingangsdatum)
    venster = choose_venster(day, panel.years)
    rows = select_window(panel, code, venster, exclude)
    refused = _refuse(panel, code, day, venster)
    rows = rows if refused else select_groep(rows, groep, uitkomst)
    result = refused or _estimate(rows, uitkomst, groep)
    found = result if isinstance(result, PlaceboResult) else None
    called = naam or str(panel.names[code])
    return Evaluatie(
        id=f"{called.lower()}.{maatregel_id}.{uitkomst}",
        gemeente=called,
        maatregel_id=maatregel_id,
        maatregel=maatregel,
        uitkomst=UITKOMST_WOORDEN[uitkomst],
        populatie=POPULATIE,
        venster=venster.dutch if found else "",
        vergelijking=_describe_controls(rows, groep) if found else "",
        verwachting=verwachting or ("daling" if uitkomst == "instroom" else "stijging"),
        estimate=result.estimate if isinstance(result, PlaceboResult) else result,
        checks=_run_checks(rows, uitkomst, found, groep) if found else (),
        detectable=found.minimum_detectable_effect() if found else None,
        aannames=_assumptions(called, venster) if found else (),
        bronnen=(*bronnen, table_bron("bijstand_gemeenten_jaar", f"{called} en alle gemeenten, 2015-2017")),
        placebos=found.placebos if found else None,
    )


def compare_gemeente(
    panel: Gemeentepanel,
    gemeente: str,
    uitkomst: Uitkomst,
    ingangsdatum: dt.date | str,
    *,
    groep: Vergelijkingsgroep = Vergelijkingsgroep.ALLE,
) -> PlaceboResult | NotEstimated:
    """Compare any municipality and date with others; the researcher's short way in, without checks.

    Parameters
    ----------
    panel : Gemeentepanel
        All municipalities by year.
    gemeente : str
        Name or CBS code.
    uitkomst : {"instroom", "uitstroom", "uitstroom_naar_werk"}
    ingangsdatum : datetime.date or str
        First day of the policy; text as ``"2017-01-01"``.
    groep : Vergelijkingsgroep
        With whom to compare.

    Returns
    -------
    PlaceboResult or NotEstimated
        The estimate beside the same effect for every other municipality, or why there is none.
    """
    venster = choose_venster(to_day(ingangsdatum), panel.years)
    if not venster.before or not venster.after:
        return NotEstimated("er is geen jaar voor of geen vol jaar na de ingangsdatum", "outside_data")
    rows = select_groep(select_window(panel, panel.code_of(gemeente), venster), groep, uitkomst)
    return _estimate(rows, uitkomst, groep)


def select_window(panel: Gemeentepanel, code: str, venster: Venster, exclude: Iterable[str] = ()) -> pd.DataFrame:
    """Return the rows of the years before and after, with ``start`` (the first treated year) for one municipality.

    Parameters
    ----------
    panel : Gemeentepanel
        All municipalities by year.
    code : str
        CBS code of that municipality.
    venster : Venster
        The years.
    exclude : iterable of str
        Codes that are left out.

    Returns
    -------
    pandas.DataFrame
        As ``panel.frame``, with ``start``.
    """
    used = [*venster.before, *venster.after]
    frame = panel.frame
    rows = frame[frame["jaar"].isin(used) & (~frame["gemeente"].isin(set(exclude)) | (frame["gemeente"] == code))]
    start = venster.after[0] if venster.after else np.nan
    return rows.assign(start=np.where(rows["gemeente"] == code, start, np.nan))


def to_day(ingangsdatum: dt.date | str) -> dt.date:
    """Return a date that may have been given as text; refuse text that is no date."""
    if isinstance(ingangsdatum, dt.date):
        return ingangsdatum
    try:
        return dt.date.fromisoformat(ingangsdatum)
    except ValueError:
        raise ChoiceError(f"'{ingangsdatum}' is geen datum.", "Schrijf een datum als 2017-01-01.") from None


def _refuse(panel: Gemeentepanel, code: str, ingangsdatum: dt.date, venster: Venster) -> NotEstimated | None:
    started = notatie.date(ingangsdatum)
    span = f"{panel.years[0]} tot en met {panel.years[-1]}"
    if code not in set(panel.frame["gemeente"]):
        return NotEstimated("de gemeente is te klein voor een percentage uit afgeronde aantallen", "too_small")
    if not venster.after:
        return NotEstimated(
            f"de maatregel ging in op {started} en de gemeentecijfers van CBS in dit project lopen van {span}; "
            "er is dus geen vol jaar na de start",
            "outside_data",
        )
    if not venster.before:
        return NotEstimated(
            f"de maatregel liep al op {started} en de gemeentecijfers van CBS in dit project lopen van {span}; "
            "er is dus geen jaar vóór de start om mee te vergelijken",
            "no_pre_period",
        )
    return None


def _estimate(rows: pd.DataFrame, uitkomst: str, groep: Vergelijkingsgroep) -> PlaceboResult | NotEstimated:
    """Estimate against a group; a few municipalities cannot show how rare a difference is."""
    others = rows["gemeente"].nunique() - 1
    if groep is not Vergelijkingsgroep.ALLE and others < FEWEST_COMPARABLE:
        return NotEstimated(f"er zijn in deze groep maar {others} gemeenten om mee te vergelijken", "no_control")
    return _in_dutch(estimate_gap(rows, uitkomst))


def _in_dutch(result: PlaceboResult | NotEstimated) -> PlaceboResult | NotEstimated:
    """Give a refusal of the estimator the words of a report; a code without words is an error of ours."""
    return replace(result, reason=_REASONS[result.code]) if isinstance(result, NotEstimated) else result


def _run_checks(
    rows: pd.DataFrame, uitkomst: str, result: PlaceboResult, groep: Vergelijkingsgroep
) -> tuple[CheckResult, ...]:
    size = float(result.placebos.loc[result.placebos["treated"], "weight"].iloc[0])
    # Within a group of the same size, comparing with the same size again could not fail.
    by_size = () if groep.by_size else (check_comparable(rows, uitkomst, result.estimate),)
    return (
        _CHOSEN_BY_LEVEL if groep.by_level else check_pre_trend(rows, uitkomst),
        *by_size,
        check_leave_one_out(rows, uitkomst, result.estimate),
        check_rounding(rows, uitkomst, result.estimate),
        check_false_alarms(result, size),
    )


def _describe_controls(rows: pd.DataFrame, groep: Vergelijkingsgroep) -> str:
    controls, first = rows["gemeente"].nunique() - 1, int(rows["jaar"].min())
    which = "" if groep is Vergelijkingsgroep.ALLE else f" ({groep})"
    return f"{controls} andere gemeenten{which}, gewogen naar het aantal mensen met bijstand in {first}"


def _assumptions(gemeente: str, venster: Venster) -> tuple[str, ...]:
    return (
        f"Zonder de maatregel had {gemeente} zich ontwikkeld als de andere gemeenten samen.",
        "Andere gemeenten voerden ook beleid; het verschil is dus ten opzichte van wat elders gebruikelijk was.",
        (
            f"In {_years(venster.after)} veranderde in {gemeente} niets anders dat op de uitkomst werkte; wat tegelijk "
            "begon, zoals de komst van statushouders of een andere maatregel, is niet te scheiden."
        ),
    )


def _years(years: tuple[int, ...]) -> str:
    return notatie.join([str(year) for year in years])
