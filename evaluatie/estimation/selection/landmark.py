"""Does starting now help, compared with waiting? Treated at month t against everyone not yet treated at t, for every t.

Comparing people who ever had a treatment with people who never had one is wrong in duration data: who left in month 2
could not start in month 3, so the treated are by construction people who stayed (immortal time). At a landmark both
groups are the people still there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source
from evaluatie.estimation.result import Estimate, NotEstimated, StudentInference
from evaluatie.estimation.selection.covariates import Array, Design
from evaluatie.estimation.selection.followup import FollowUp, read_follow_up
from evaluatie.estimation.selection.landmark_result import LandmarkResult
from evaluatie.estimation.selection.propensity import FEWEST_TREATED, Propensity, Sample, fit_propensity
from evaluatie.estimation.selection.weighting import solve_aipw, standard_error

_METHOD = "landmark AIPW (treated now against not yet treated)"
_ESTIMAND = "average effect on the treated of starting now instead of later or never"


def landmark_att(
    person_months: Source,
    *,
    person: str,
    month: str,
    treated: str,
    covariates: Sequence[str],
    horizons: Sequence[int],
    exit: str | None = None,  # noqa: A002 - what it is
    outcome: str | None = None,
    at_risk: str | None = None,
    landmarks: Sequence[int] | None = None,
) -> LandmarkResult | NotEstimated:
    """Estimate what starting a treatment in month t does, compared with not (yet) starting, over all t.

    At every landmark t: everyone at risk who was not treated before; treated are those who start in t. Within t the
    doubly robust estimator of `aipw_att`; over t the mean, weighted with the number treated. A person is in several
    landmarks, so standard errors are clustered by person, with Student's t. The untreated may start later: the effect
    is that of starting now instead of waiting, and is smaller than that of treatment against none.

    *Censoring.* Who is not followed until the horizon counts for nothing there, and the others of the same group and
    landmark take over the weight: one over the share still followed, by Kaplan–Meier per group (events), or the share
    with a value at the horizon (values). This is right when being followed does not depend on the outcome within a
    group, such as the end of the register. The standard errors take these weights, and the numbers treated per
    landmark, as known.

    Parameters
    ----------
    person_months : pandas.DataFrame or path
        One row per person and month.
    person, month : str
        Columns; `month` counts months since the start of the benefit, whole numbers.
    treated : str
        0 or 1 per row; the first month with a 1 is the start. What comes after does not matter.
    covariates : sequence of str
        Columns whose value in the row of the landmark is known before the treatment could start in it.
    horizons : sequence of int
        Months after the landmark, 0 for the month itself. Landmarks are used when *all* horizons can be estimated, so
        that the curve is about the same people everywhere.
    exit : str, optional
        0 or 1: the benefit ended in this month. The outcome is then whether it ended in month ``t … t + h``. Months of
        a person follow each other without gaps, and the last one holds the exit or is where follow-up ends.
    outcome : str, optional
        Instead of `exit`: a number; the outcome is its value in the row of month ``t + h``.
    at_risk : str, optional
        0 or 1: only rows with a 1 can be in a landmark. With `outcome`, for rows after the benefit ended.
    landmarks : sequence of int, optional
        Months to use; all months by default.

    Returns
    -------
    LandmarkResult or NotEstimated
        Not estimated when no landmark can be used; months with fewer than ten starters are left out and named.

    Raises
    ------
    EstimationError
        For columns that are missing or hold missing values, double or missing months, indicators that are not 0 or 1,
        horizons that are not whole months from 0, and when not exactly one of `exit` and `outcome` is given.

    References
    ----------
    Sianesi (2004), REStat 86; Van Houwelingen (2007), Scandinavian J. Statistics 34 (landmarks);
    Robins and Finkelstein (2000), Biometrics 56 (weights for censoring).
    """
    if (exit is None) == (outcome is None):
        raise EstimationError("Geef óf exit, óf outcome.", "exit: een 0/1 voor einde uitkering; outcome: een getal.")
    wanted = _check_horizons(horizons)
    follow = read_follow_up(
        person_months,
        person=person,
        month=month,
        treated=treated,
        covariates=covariates,
        outcome=exit or outcome or "",
        event=exit is not None,
        at_risk=at_risk,
    )
    chosen = sorted(set(follow.landmarks()) & set(landmarks) if landmarks is not None else follow.landmarks())
    tried = [_estimate_landmark(follow, t, wanted) for t in chosen]
    used = [result for result in tried if isinstance(result, _Landmark)]
    failed = [(t, result) for t, result in zip(chosen, tried, strict=True) if isinstance(result, NotEstimated)]
    if not used:
        reason, code = (failed[0][1].reason, failed[0][1].code) if len(failed) == 1 else ("", "too_small")
        reason = reason or f"none of {len(failed)} landmarks has {FEWEST_TREATED} starters who can be compared"
        return NotEstimated(reason, code if failed else "no_treated", _METHOD, _ESTIMAND)
    return _pool(follow, used, failed, wanted, exit or outcome or "")


@dataclass(frozen=True, slots=True, eq=False)
class _Landmark:
    """One landmark: its rows, its logit, and per horizon the effect, the influences and the share observed."""

    month: int
    rows: np.ndarray
    fitted: Propensity
    effects: tuple[float, ...]
    influences: tuple[Array, ...]
    observed: tuple[float, ...]

    @property
    def treated(self) -> int:
        return int(self.fitted.sample.d.sum())


def _estimate_landmark(follow: FollowUp, t: int, horizons: Sequence[int]) -> _Landmark | NotEstimated:
    rows = np.flatnonzero(follow.eligible & (follow.month == t))
    starts = follow.starts[rows]
    design = Design(follow.design.matrix[rows], follow.design.names).keep(np.ones(len(rows), dtype=bool))
    sample = Sample(
        np.arange(len(rows), dtype=float),
        starts,
        np.ones(len(rows)),
        design,
        follow.person[rows],
        pd.RangeIndex(len(rows)),
        design.dropped,
    )
    fitted = fit_propensity(sample, _METHOD)
    if isinstance(fitted, NotEstimated):
        return fitted
    rows = rows[fitted.sample.index.to_numpy()]
    d = fitted.sample.d
    values, influences, observed = [], [], []
    for h in horizons:
        y, v = follow.outcome_at(rows, d, h)
        if min((v[d] > 0).sum(), (v[~d] > 0).sum() - fitted.x.shape[1]) < FEWEST_TREATED:
            return NotEstimated(f"too few are followed for {h} months", "too_small", _METHOD, _ESTIMAND)
        solved = solve_aipw(fitted, y, v)
        values.append(solved.value)
        influences.append(solved.influence)
        observed.append(float((v > 0).mean()))
    return _Landmark(t, rows, fitted, tuple(values), tuple(influences), tuple(observed))


def _pool(
    follow: FollowUp,
    used: Sequence[_Landmark],
    failed: Sequence[tuple[int, NotEstimated]],
    horizons: Sequence[int],
    unit: str,
) -> LandmarkResult:
    """Weight the landmarks with their numbers treated; the influences of one person are added up over landmarks."""
    share = np.array([landmark.treated for landmark in used]) / sum(landmark.treated for landmark in used)
    people = np.unique(np.concatenate([follow.person[landmark.rows] for landmark in used]), return_inverse=True)[1]
    estimates, table = {}, []
    for place, h in enumerate(horizons):
        value = float(sum(part * landmark.effects[place] for part, landmark in zip(share, used, strict=True)))
        influence = np.concatenate(
            [part * landmark.influences[place] for part, landmark in zip(share, used, strict=True)]
        )
        std_error, dof = standard_error(influence, people), float(people.max())
        inference = StudentInference(value, std_error, dof)
        estimates[h] = Estimate(value, std_error, dof, len(people), _METHOD, _ESTIMAND, unit, inference=inference)
        table += [_landmark_row(landmark, place, h) for landmark in used]
    reasons = [
        {
            "landmark": t,
            "treated": int((follow.starts & follow.eligible & (follow.month == t)).sum()),
            "reason": why.reason,
        }
        for t, why in failed
    ]
    return LandmarkResult(
        estimates,
        pd.DataFrame(table).sort_values(["landmark", "horizon"], ignore_index=True),
        pd.DataFrame(reasons, columns=["landmark", "treated", "reason"]).astype({"treated": int}),
        pd.concat([_landmark_frame(follow, landmark) for landmark in used], ignore_index=True),
        tuple(f"month {landmark.month}: {note}" for landmark in used for note in landmark.fitted.sample.notes),
    )


def _landmark_row(landmark: _Landmark, place: int, h: int) -> dict[str, float]:
    return {
        "landmark": landmark.month,
        "horizon": h,
        "estimate": landmark.effects[place],
        "std_error": math.sqrt(float((landmark.influences[place] ** 2).sum())),
        "treated": landmark.treated,
        "untreated": len(landmark.rows) - landmark.treated,
        "observed": landmark.observed[place],
    }


def _landmark_frame(follow: FollowUp, landmark: _Landmark) -> pd.DataFrame:
    """Return the rows of a landmark; the untreated of every month count for as many as were treated in it."""
    fitted = landmark.fitted
    omega = fitted.odds * landmark.treated / fitted.odds.sum()
    rows = pd.DataFrame(follow.design.matrix[landmark.rows], columns=list(follow.design.names))
    rows["landmark"], rows["treated"], rows["propensity"] = landmark.month, fitted.sample.d, fitted.p
    rows["comparison"] = np.where(fitted.sample.d, 1.0, omega)
    return rows


def _check_horizons(horizons: Sequence[int]) -> tuple[int, ...]:
    wanted = tuple(sorted(set(horizons)))
    if not wanted or any(h < 0 or h != int(h) for h in wanted):
        raise EstimationError("Horizonnen moeten hele maanden vanaf 0 zijn.", "Geef bijvoorbeeld horizons=[3, 6, 12].")
    return tuple(int(h) for h in wanted)
