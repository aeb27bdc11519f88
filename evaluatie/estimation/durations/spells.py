"""From spells and treatments to person-months: one row per month in which somebody could have left.

The time convention of everything that follows:

- Time runs in whole months. A date counts as its calendar month.
- A spell that begins in month b and ends in month e is at risk in the months b + delay, …, e, ends included. The
  first of these has duration 1. With ``delay=0`` that is the month of the begin itself.
- An exit stands on the row of its own month, the last one. A spell without an exit is censored at the end of its
  last row: it was at risk in that month and did not leave.
- A spell that was already running when observation started keeps its true duration, but only has rows from then on
  (delayed entry, left truncation). Who left before observation started is in no row.
- A treatment is ``during`` from the month it begins up to and including the month it ends. It belongs to the person,
  not to the spell: who comes back within the window is still in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import EstimationError, Violation
from evaluatie.estimation.durations.months import (
    DURING,
    LATEST,
    WINDOWS,
    Months,
    Window,
    check_windows,
    is_date,
    months_since,
    to_months,
)
from evaluatie.estimation.frame import Source, read_columns

EXIT = "exit"
"""The reason of every exit when the spells name none."""


def person_months(
    spells: Source,
    treatments: Source | None = None,
    *,
    person: str,
    begin: str,
    end: str,
    event: str | None = None,
    entry: str | None = None,
    covariates: Sequence[str] = (),
    treatment_begin: str = "begin",
    treatment_end: str = "end",
    windows: Mapping[str, Window] = WINDOWS,
    observed: tuple[object, object] | None = None,
    delay: int = 0,
) -> pd.DataFrame:
    """Split spells into the months at risk, each with the window of treatment it falls in.

    Parameters
    ----------
    spells : pandas.DataFrame or path
        One row per spell; a person may have several, one after the other.
    treatments : pandas.DataFrame or path, optional
        One row per treatment, with the column `person` and its first and last month; a missing end is not over yet.
    person, begin, end : str
        Columns of `spells`: who, the month of the begin, the last month observed (missing: still running when
        observation ends). Months are dates, or whole numbers.
    event : str, optional
        Column with the reason of the exit; missing is no exit, and the spell is censored at its end. Without it
        every end is an exit, called ``"exit"``.
    entry : str, optional
        Column with the first month in which the spell was observed, for delayed entry.
    covariates : sequence of str
        Columns of `spells` to repeat on each month.
    treatment_begin, treatment_end : str
        Columns of `treatments`.
    windows : mapping of str to (first, last)
        Months after the end of a treatment; a last month of None has no end. ``during`` is always there when
        `treatments` is given. A month in no window is what the windows are compared with: not yet treated, never
        treated, or treated longer ago than the last window.
    observed : (first, last), optional
        First and last month of the observation, for all spells; needed when an end is missing.
    delay : int
        Months between the month of the begin and the first month at risk; 0 when one can leave in the month of the
        begin.

    Returns
    -------
    pandas.DataFrame
        `person`, `covariates`, ``spell`` (row number in `spells`), ``month`` (number), ``duration`` (from 1),
        ``event`` (the reason, on the last row of a spell that ended, otherwise missing), and a boolean column per
        window. With dates also ``year`` and ``month_of_year``.

    Raises
    ------
    EstimationError
        For missing or impossible months, spells of one person that overlap or that have no month at risk, and
        windows that overlap.

    Notes
    -----
    When several treatments reach into one month, a running one wins; otherwise the one that ended last counts.
    A person costs 8 bytes per row as a number and many more as text.
    """
    check_windows(windows, [person, *covariates])
    columns = [person, *covariates]
    frame = read_columns(spells, [*columns, begin, end, *([event] if event else []), *([entry] if entry else [])])
    at_risk = _months_at_risk(frame, begin, end, event, entry, observed, delay)
    codes, persons = _number_persons(frame[person])
    _refuse_overlap(codes, at_risk, frame[person])
    spell, month = _repeat(at_risk)
    rows = frame[list(dict.fromkeys(columns))].iloc[spell].reset_index(drop=True)
    rows["spell"], rows["month"] = spell, month
    if is_date(frame[begin]):
        rows["year"], rows["month_of_year"] = month // 12, month % 12 + 1
    rows["duration"] = month - at_risk.origin[spell]
    rows["event"] = _place_events(at_risk, spell, month)
    if treatments is None:
        return rows
    intervals = read_columns(treatments, [person, treatment_begin, treatment_end])
    since = _since_treatment(intervals, persons, codes[spell], month)
    return rows.assign(**{DURING: since <= 0}, **{name: _inside(since, window) for name, window in windows.items()})


@dataclass(frozen=True, slots=True)
class _AtRisk:
    """First and last month at risk of each spell, the month before duration 1, and the reason of exit or None."""

    origin: Months
    first: Months
    last: Months
    reason: pd.Series


def _months_at_risk(
    frame: pd.DataFrame,
    begin: str,
    end: str,
    event: str | None,
    entry: str | None,
    observed: tuple[object, object] | None,
    delay: int,
) -> _AtRisk:
    known = frame[end].notna().to_numpy()
    reason = frame[event].astype(object) if event else pd.Series(EXIT, frame.index, dtype=object).where(known, None)
    b, e = to_months(frame[begin], begin), to_months(frame[end], end, missing=LATEST)
    window = to_months(pd.Series(list(observed)), "observed") if observed else np.array([-LATEST, LATEST])
    first = np.maximum(b + delay, window[0])
    if entry:
        first = np.maximum(first, to_months(frame[entry], entry))
    last = np.minimum(e, window[1])
    _check_spells(frame.index, b, e, last, reason.notna().to_numpy() & ~known, delay)
    return _AtRisk(b + delay - 1, first, last, reason.where((e <= window[1]) & reason.notna().to_numpy(), None))


def _check_spells(
    index: pd.Index, b: Months, e: Months, last: Months, without_month: npt.NDArray[np.bool_], delay: int
) -> None:
    problems = (
        (e < b, "perioden einden vóór hun begin.", "Verbeter de maanden."),
        ((e >= b) & (e < b + delay), f"perioden hebben met delay={delay} geen enkele maand.", "Gebruik delay=0."),
        (without_month, "perioden hebben een reden van uitstroom zonder maand.", "Vul de maand in."),
        (
            (last == LATEST) & ~without_month,
            "perioden lopen nog, en het einde van de waarneming is onbekend.",
            "Geef observed=(eerste, laatste).",
        ),
    )
    violations = [
        Violation(f"rij {', '.join(map(str, index[bad][:5]))}", f"{int(bad.sum())} {what}", remedy)
        for bad, what, remedy in problems
        if bad.any()
    ]
    if violations:
        raise EstimationError("Deze perioden hebben geen bruikbare maanden.", "", violations)


def _number_persons(person: pd.Series) -> tuple[Months, pd.Index]:
    codes, persons = pd.factorize(person)
    if (codes < 0).any():
        raise EstimationError(f"Bij {int((codes < 0).sum())} perioden ontbreekt de persoon.", "Vul de persoon in.")
    return codes.astype(np.int64), pd.Index(persons)


def _refuse_overlap(codes: Months, at_risk: _AtRisk, person: pd.Series) -> None:
    """Refuse two spells of a person at once; leaving and coming back in one month is possible."""
    kept = np.flatnonzero(at_risk.last >= at_risk.first)
    order = kept[np.lexsort((at_risk.last[kept], at_risk.first[kept], codes[kept]))]
    same = codes[order][1:] == codes[order][:-1]
    overlap = same & (at_risk.first[order][1:] < at_risk.last[order][:-1])
    if overlap.any():
        raise EstimationError(
            f"{int(overlap.sum())} perioden overlappen een andere van dezelfde persoon, als eerste bij "
            f"{person.iloc[order[1:][overlap][0]]}.",
            "Voeg ze samen of houd er één over.",
        )


def _repeat(at_risk: _AtRisk) -> tuple[Months, Months]:
    """Return for each row its spell (position) and its month."""
    length = np.maximum(at_risk.last - at_risk.first + 1, 0)
    if not length.sum():
        raise EstimationError("Geen enkele periode heeft een maand in de waarneming.", "Controleer observed en entry.")
    spell = np.repeat(np.arange(len(length)), length)
    start = np.cumsum(length) - length
    return spell, np.arange(len(spell)) + np.repeat(at_risk.first - start, length)


def _place_events(at_risk: _AtRisk, spell: Months, month: Months) -> pd.Categorical:
    codes, reasons = pd.factorize(at_risk.reason, sort=True)
    return pd.Categorical.from_codes(np.where(month == at_risk.last[spell], codes[spell], -1), reasons)


def _since_treatment(intervals: pd.DataFrame, persons: pd.Index, person: Months, month: Months) -> Months:
    who, begin, end = (intervals.iloc[:, column] for column in range(3))
    first, last = to_months(begin, str(begin.name)), to_months(end, str(end.name), missing=LATEST)
    if (last < first).any():
        raise EstimationError(f"{int((last < first).sum())} trajecten einden vóór hun begin.", "Verbeter de maanden.")
    treated = persons.get_indexer(pd.Index(who)).astype(np.int64)
    kept = treated >= 0
    if len(intervals) and not kept.any():
        raise EstimationError(
            "Geen enkel traject hoort bij een persoon met een periode.", "Gebruik in beide tabellen hetzelfde nummer."
        )
    return months_since(treated[kept], first[kept], last[kept], person, month)


def _inside(since: Months, window: Window) -> npt.NDArray[np.bool_]:
    first, last = window
    inside: npt.NDArray[np.bool_] = (since >= first) & (since <= (LATEST if last is None else last))
    return inside
