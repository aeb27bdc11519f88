"""People by month: when each starts a treatment, how long she is followed, and her outcome so many months later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source
from evaluatie.estimation.selection.covariates import Array, Design, Flags, read_covariates
from evaluatie.estimation.selection.propensity import as_flags

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class FollowUp:
    """Person-months as arrays, sorted by person and month; all of shape (rows,).

    Parameters
    ----------
    person, month : array of int
        Number of the person; months since the start.
    eligible : array of bool
        At risk, and not treated before this month.
    starts : array of bool
        The treatment starts in this month.
    value : array
        The outcome of this month, or 1 in the month of the event.
    last : array of int
        Last month in which the person is followed.
    ends : array of bool
        Whether the person has the event, in her last month (events only).
    design : Design
        Covariates of all rows.
    event : bool
        Whether the outcome is an event.
    """

    person: Integers
    month: Integers
    eligible: Flags
    starts: Flags
    value: Array
    last: Integers
    ends: Flags
    design: Design
    event: bool

    def landmarks(self) -> list[int]:
        """Return the months in which someone starts."""
        return [int(month) for month in np.unique(self.month[self.starts & self.eligible])]

    def outcome_at(self, rows: Integers, treated: Flags, horizon: int) -> tuple[Array, Array]:
        """Return the outcome `horizon` months after each row, and the weight that makes up for who is not followed."""
        if self.event:
            return self._event_by(rows, treated, horizon)
        return self._value_at(rows, treated, horizon)

    def _value_at(self, rows: Integers, treated: Flags, horizon: int) -> tuple[Array, Array]:
        keys = self.person * (self.month.max() + 2 + horizon) + self.month
        wanted = keys[rows] + horizon
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        seen = keys[place] == wanted
        shares = np.where(treated, seen[treated].mean(), seen[~treated].mean())
        return np.where(seen, self.value[place], 0.0), np.where(seen, 1 / np.maximum(shares, 1e-300), 0.0)

    def _event_by(self, rows: Integers, treated: Flags, horizon: int) -> tuple[Array, Array]:
        months = self.last[rows] - self.month[rows]
        event = self.ends[rows] & (months <= horizon)
        seen = event | (months >= horizon)
        followed = np.where(
            treated[:, None],
            *(_share_followed(months[side], self.ends[rows][side], horizon)[None, :] for side in (treated, ~treated)),
        )
        share = np.take_along_axis(followed, np.minimum(months, horizon)[:, None], axis=1)[:, 0]
        return event.astype(float), np.where(seen, 1 / np.where(seen, share, 1.0), 0.0)


def read_follow_up(
    source: Source,
    *,
    person: str,
    month: str,
    treated: str,
    covariates: Sequence[str],
    outcome: str,
    event: bool,
    at_risk: str | None = None,
) -> FollowUp:
    """Read person-months; see `landmark_att` for the columns.

    Raises
    ------
    EstimationError
        For columns that are missing or hold missing values, double months, gaps or months after the event (events
        only), months that are not whole, and indicators that are not 0 or 1.
    """
    numeric = [month, treated, outcome, *([at_risk] if at_risk else [])]
    frame, design = read_covariates(source, covariates, numeric=numeric, other=[person])
    codes = np.asarray(frame[person].astype("category").cat.codes, dtype=np.int64)
    months = frame[month].to_numpy()
    if len(frame) and ((months != np.floor(months)) | (months < 0)).any():
        raise EstimationError(
            f"Kolom '{month}' heeft geen hele maanden vanaf 0.", "Tel maanden vanaf de start, 0, 1, 2, …"
        )
    order = np.lexsort((months, codes))
    codes, whole = codes[order], np.asarray(months[order], dtype=np.int64)
    treatment, risk = as_flags(frame[treated], treated)[order], np.ones(len(frame), dtype=bool)
    if at_risk:
        risk = as_flags(frame[at_risk], at_risk)[order]
    value = (as_flags(frame[outcome], outcome).astype(float) if event else frame[outcome].to_numpy())[order]
    new = np.r_[True, codes[1:] != codes[:-1]][: len(codes)]
    _check_months(codes, whole, new, value if event else None)
    first = _first_month(codes, whole, treatment)
    last = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(last, codes, whole)
    ends = np.bincount(codes, weights=value > 0, minlength=len(last)) > 0
    design = Design(design.matrix[order], design.names)
    eligible = risk & (whole <= first[codes])
    return FollowUp(
        codes, whole, eligible, treatment & (whole == first[codes]), value, last[codes], ends[codes], design, event
    )


def _first_month(codes: Integers, months: Integers, treatment: Flags) -> Integers:
    """Return per person the first month of treatment, or a month that never comes."""
    first = np.full(int(codes.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, codes[treatment], months[treatment])
    return first


def _share_followed(months: Integers, ends: Flags, horizon: int) -> Array:
    """Estimate the share of a group still followed so many months on, by Kaplan–Meier with censoring as the event.

    Who is last seen in month j without the event is not followed in month j + 1; an event in j comes first.

    Returns
    -------
    array, shape (horizon + 1,)
        For 0 … horizon months; 1 in month 0.
    """
    share = np.ones(horizon + 1)
    for j in range(1, horizon + 1):
        there = (months >= j) | ((months == j - 1) & ~ends)
        lost = (months == j - 1) & ~ends
        share[j] = share[j - 1] * (1 - lost.sum() / there.sum()) if there.any() else share[j - 1]
    return share


def _check_months(codes: Integers, months: Integers, new: Flags, event: Array | None) -> None:
    step = np.diff(months, prepend=0)
    if (~new & (step == 0)).any():
        raise EstimationError(
            f"{int((~new & (step == 0)).sum())} maanden komen bij een persoon dubbel voor.",
            "Houd één rij per persoon en maand over.",
        )
    if event is None:
        return
    if (~new & (step != 1)).any():
        raise EstimationError(
            f"{int((~new & (step != 1)).sum())} keer ontbreken er maanden tussen twee rijen van een persoon.",
            "Vul de maanden aan, of begin na een onderbreking een nieuwe persoon.",
        )
    if (~new[1:] & (event[:-1] > 0)).any():
        raise EstimationError("Er zijn maanden ná het einde van de uitkering.", "Laat die rijen weg.")
