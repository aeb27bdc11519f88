"""What changed in the number who begin part-time work from the month in which incomes were settled more simply.

A person begins in a month with income after `AANLOOP` months without, so that the first months of the table are not
full of people who had begun before it. The number is counted per 1.000 persons who could begin: with fewer people on
bijstand, fewer begin.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from evaluatie import notatie
from evaluatie.checks import CheckResult
from evaluatie.checks.deeltijd import check_pretended, check_serial
from evaluatie.checks.personen import check_numbers
from evaluatie.estimation import Estimate, InterruptedSeries, NotEstimated, interrupted_series
from evaluatie.estimation.result import LogInference, StudentInference
from evaluatie.evaluaties.deeltijd import AANLOOP, Deeltijdgegevens
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.oordeel import Ontwerp
from evaluatie.evaluaties.opmerkbaar import detectable
from evaluatie.evaluaties.schaal import AANTAL, VERHOUDING
from evaluatie.evaluaties.steun import Steun
from evaluatie.panel.maanden import maand_of, number_of
from evaluatie.quantities import Maand

MAATREGEL, MAATREGEL_ID = "Eenvoudiger verrekenen van inkomsten", "inkomstenverrekening"
PER = 1000
SPRONG, HELLING = "sprong", "helling"
_WHAT = f"aantal beginners met deeltijdwerk per maand (per {notatie.number(PER)} mensen die konden beginnen)"
UITKOMSTEN: dict[str, tuple[Literal["de", "het"], str]] = {
    SPRONG: ("het", _WHAT),
    HELLING: ("de", f"verandering per jaar in het {_WHAT}"),
}
REFERENTIE = "referentie"
_YEAR = 12
_REASONS = {
    "no_pre_period": "de ingangsdatum valt vóór de eerste maand van de reeks",
    "outside_data": "de ingangsdatum valt na de laatste maand van de reeks",
    "too_small": "er zijn te weinig maanden vóór of na de ingangsdatum",
    "no_spread": "in elke maand begonnen er evenveel mensen",
    "zero_month": "in sommige maanden begon niemand, zodat er geen verhouding is",
}
_ASSUMPTIONS = (
    "Zonder de verandering was de reeks verder gegaan zoals ervoor: dezelfde lijn, hetzelfde seizoen.",
    "In dezelfde maand veranderde niets anders dat telt, zoals de arbeidsmarkt of de registratie zelf.",
)
_WITH_REFERENCE = "Wat overal speelt, werkte in de vergelijkingsreeks even sterk door."


@dataclass(frozen=True, slots=True)
class Deeltijdreeks:
    """The series of beginners, and what changed in it.

    Parameters
    ----------
    vanaf : Maand
        First whole month with the policy.
    maanden : pandas.DataFrame
        Per month: ``maand`` (number), ``begonnen`` (persons), ``konden`` (persons who could begin) and ``per_duizend``.
    reeks : InterruptedSeries or NotEstimated
    sprong, helling : Evaluatie
        The change in level in that first month, and of the slope, per year.
    """

    vanaf: Maand
    maanden: pd.DataFrame
    reeks: InterruptedSeries | NotEstimated
    sprong: Evaluatie
    helling: Evaluatie

    def expect(self, first: int, last: int) -> Estimate | NotEstimated:
        """Return the mean of the path without the policy from one month (number) to another, both included."""
        if isinstance(self.reeks, NotEstimated) or self.reeks.scale != "difference":
            return NotEstimated("er is geen reeks in aantallen", "no_path")
        position = self.reeks.series.position
        contrast = self.reeks.design[(position >= first) & (position <= last)].mean(axis=0)
        contrast[2:4] = 0.0
        value, std_error, dof = self.reeks.fit.inference(contrast)
        method, what = self.reeks.level.method, "path without the policy"
        inference = StudentInference(value, std_error, dof)
        return Estimate(value, std_error, dof, len(position), method, what, f"per {PER}", inference)


def first_whole_month(day: dt.date) -> Maand:
    """Return the first calendar month that lies wholly after the start of the policy."""
    return maand_of(number_of(Maand(day.year, day.month)) + (day.day > 1))


def count_begin(gegevens: Deeltijdgegevens) -> pd.DataFrame:
    """Count who began part-time work in each month, and who could.

    Returns
    -------
    pandas.DataFrame
        As `Deeltijdreeks.maanden`, from the month in which the table of incomes had run for `AANLOOP` months.
    """
    first, end = number_of(gegevens.dekking.eerste) + AANLOOP, number_of(gegevens.dekking.laatste)
    by_month = _list_could(gegevens).groupby("maand")["deeltijd"].agg(["sum", "size"])
    every = by_month.reindex(range(first, end + 1), fill_value=0)
    counts = every.set_axis(["begonnen", "konden"], axis=1).astype(int).rename_axis("maand").reset_index()
    return counts.assign(per_duizend=PER * counts["begonnen"] / counts["konden"].clip(lower=1))


def _list_could(gegevens: Deeltijdgegevens) -> pd.DataFrame:
    """Return the person-months after `AANLOOP` months without income; in those with income somebody begins."""
    rows = gegevens.maanden[["persoon", "maand", "deeltijd"]]
    income = rows["maand"].where(rows["deeltijd"] == 1)
    newest = income.groupby(rows["persoon"]).ffill().groupby(rows["persoon"]).shift()
    long_ago = newest.isna() | (rows["maand"] - newest > AANLOOP)
    return rows[long_ago & (rows["maand"] >= number_of(gegevens.dekking.eerste) + AANLOOP)]


def evaluate_reeks(
    gegevens: Deeltijdgegevens, ingang: dt.date, *, referentie: pd.Series[float] | None = None
) -> Deeltijdreeks:
    """Evaluate a policy from a date on the number who begin part-time work.

    Parameters
    ----------
    ingang : datetime.date
        First day of the policy.
    referentie : pandas.Series, optional
        The same number where the policy did not apply, index months as text ("2018-03"). Effects are then ratios, and
        months without it are left out.
    """
    counts, vanaf = count_begin(gegevens), first_whole_month(ingang)
    frame = counts.assign(tijd=[str(maand_of(number)) for number in counts["maand"]])
    if referentie is not None:
        frame = frame.assign(**{REFERENTIE: frame["tijd"].map(referentie)}).dropna(subset=[REFERENTIE])
    fitted = _fit(frame, str(vanaf))
    pretended = _pretend(frame, number_of(vanaf))
    started = _beginners(gegevens, number_of(vanaf))
    parts = {
        name: _build(gegevens, name, _choose(fitted, name), fitted, pretended, started, vanaf) for name in UITKOMSTEN
    }
    return Deeltijdreeks(vanaf, counts, fitted, parts[SPRONG], parts[HELLING])


def _fit(frame: pd.DataFrame, vanaf: str) -> InterruptedSeries | NotEstimated:
    reference = REFERENTIE if REFERENTIE in frame else None
    if frame.empty:
        return NotEstimated("there are no months", "too_small", "interrupted series")
    if reference and (frame[["per_duizend", reference]] <= 0).any(axis=None):
        return NotEstimated("nobody began in some month", "zero_month", "interrupted series")
    return interrupted_series(frame, outcome="per_duizend", time="tijd", from_=vanaf, reference=reference)


def _pretend(frame: pd.DataFrame, start: int) -> tuple[InterruptedSeries | NotEstimated, str]:
    """Fit a start half-way the months before the real one, on those months only."""
    before = frame[frame["maand"] < start]
    if before.empty:
        return NotEstimated("there are no months before", "no_pre_period"), ""
    halfway = str(before["tijd"].iloc[len(before) // 2])
    return _fit(before, halfway), notatie.month(halfway)


def _choose(fitted: InterruptedSeries | NotEstimated, name: str) -> Estimate | NotEstimated:
    """Return the change in level, or of the slope per year; a refusal in Dutch."""
    if isinstance(fitted, NotEstimated):
        return replace(fitted, reason=_REASONS[fitted.code])
    return fitted.level if name == SPRONG else _per_year(fitted.slope)


def _per_year(slope: Estimate) -> Estimate:
    """Return twelve times a change per month, or on the scale of ratios its twelfth power."""
    what = "change in slope per year"
    if isinstance(slope.inference, LogInference):
        inference = replace(
            slope.inference,
            log_value=_YEAR * slope.inference.log_value,
            std_error=_YEAR * slope.inference.std_error,
        )
        value = slope.value**_YEAR
        return replace(slope, value=value, std_error=value * inference.std_error, inference=inference, estimand=what)
    assert isinstance(slope.inference, StudentInference)
    value, error = _YEAR * slope.value, _YEAR * slope.inference.std_error
    straight = StudentInference(value, error, slope.inference.dof)
    return replace(slope, value=value, std_error=error, inference=straight, estimand=what)


def _beginners(gegevens: Deeltijdgegevens, start: int) -> Steun:
    """Count persons who began after and before the start."""
    could = _list_could(gegevens)
    begun = could[could["deeltijd"] == 1]
    after, before = (int(begun.loc[side, "persoon"].nunique()) for side in _sides(begun["maand"], start))
    return Steun(after, before, after, before)


def _sides(maand: pd.Series[int], start: int) -> tuple[pd.Series[bool], pd.Series[bool]]:
    return maand >= start, maand < start


def _build(
    gegevens: Deeltijdgegevens,
    name: str,
    estimate: Estimate | NotEstimated,
    fitted: InterruptedSeries | NotEstimated,
    pretended: tuple[InterruptedSeries | NotEstimated, str],
    steun: Steun,
    vanaf: Maand,
) -> Evaluatie:
    lidwoord, uitkomst = UITKOMSTEN[name]
    compared = isinstance(fitted, InterruptedSeries) and fitted.reference is not None
    found = isinstance(estimate, Estimate)
    return Evaluatie(
        id=f"verrekening.{name}",
        gemeente=gegevens.gemeente,
        maatregel_id=MAATREGEL_ID,
        maatregel=MAATREGEL,
        uitkomst=uitkomst,
        populatie=f"mensen met bijstand die {AANLOOP} maanden geen inkomsten uit werk hadden",
        venster=f"vanaf {notatie.month(str(vanaf))}",
        vergelijking="de reeks vóór de ingang" + (" en een vergelijkingsreeks" if compared else ""),
        verwachting="stijging",
        estimate=estimate,
        checks=_checks(fitted, pretended, steun) if isinstance(fitted, InterruptedSeries) else (),
        detectable=detectable(estimate) if isinstance(estimate, Estimate) else None,
        aannames=(*_ASSUMPTIONS, *((_WITH_REFERENCE,) if compared else ())) if found else (),
        bronnen=gegevens.bronnen,
        ontwerp=Ontwerp.REEKS_MET_VERGELIJKING if compared else Ontwerp.REEKS,
        schaal=VERHOUDING if compared else AANTAL,
        lidwoord=lidwoord,
        steun=steun,
    )


def _checks(
    fitted: InterruptedSeries, pretended: tuple[InterruptedSeries | NotEstimated, str], steun: Steun
) -> tuple[CheckResult, ...]:
    """Return the checks, which are the same for level and slope: both come from one line."""
    fake, month = pretended
    level, slope = (fake, fake) if isinstance(fake, NotEstimated) else (fake.level, fake.slope)
    return (
        check_pretended(level, slope, month),
        check_serial(float(fitted.diagnostics()["ljung_box_p"].iloc[0])),
        check_numbers(steun.gebeurtenissen_behandeld, steun.gebeurtenissen_vergeleken),
    )
