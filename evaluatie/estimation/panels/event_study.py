"""Event study: the effect by period since the start, with leads that test the trend before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source
from evaluatie.estimation.panels.did import (
    FEWEST_CLUSTERS,
    count_comparison,
    estimate_coefficient,
    explain_no_comparison,
    refuse_covariates,
)
from evaluatie.estimation.panels.event_placebo import METHOD as PERMUTED
from evaluatie.estimation.panels.event_placebo import Permutation, permute_event_study
from evaluatie.estimation.panels.event_time import NEVER, event_times
from evaluatie.estimation.panels.joint import JointTest, wald_test
from evaluatie.estimation.panels.moments import Codes, Roles
from evaluatie.estimation.panels.panel_cells import PanelCells, read_cells
from evaluatie.estimation.panels.twfe import Collinear, Fit, fit_cells
from evaluatie.estimation.placebos.placebo import PlaceboInference
from evaluatie.estimation.result import Estimate, NotEstimated, tidy_all

if TYPE_CHECKING:
    from evaluatie.estimation.plot import Axes

Ends = Literal["binned", "dropped"]

_METHOD = "event study (two-way fixed effects)"
_ESTIMAND = "effect by period since the start"
_PRETEST = "all leads are zero"


@dataclass(frozen=True, slots=True)
class EventStudy:
    """Effects by event time: 0 is the first treated period.

    Parameters
    ----------
    estimates : mapping of int to Estimate or NotEstimated
        Per event time, in order, without the reference. With binned ends the first and last hold all before and after.
    reference : int
        Event time all effects are relative to.
    pretest : JointTest or NotEstimated
        Joint test of the leads that have an interval. That it does not reject is no proof of parallel trends
        (Roth 2022): judge it with the size of the leads.
    covariance : pandas.DataFrame or None
        Clustered covariance of the coefficients by event time; None with a permutation.
    outcome : str
        Name of the outcome.
    """

    estimates: Mapping[int, Estimate | NotEstimated]
    reference: int
    pretest: JointTest | NotEstimated
    covariance: pd.DataFrame | None
    outcome: str

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per event time; the reference is zero by construction and has no interval."""
        table = tidy_all({str(k): estimate for k, estimate in self.estimates.items()}, level, name="event_time")
        table["event_time"] = table["event_time"].astype(int)
        base = {"event_time": self.reference, "estimate": 0.0, "unit": self.outcome, "reason": "reference period"}
        table.loc[len(table)] = pd.Series(base).reindex(table.columns)
        return table.sort_values("event_time", ignore_index=True)

    def plot(self, level: float = 0.95, *, ax: Axes | None = None) -> Axes:
        """Draw the effects with their intervals over event time; an open dot has no interval."""
        from evaluatie.estimation.plot import plot_intervals

        table = self.tidy(level)
        return plot_intervals(
            table[table["estimate"].notna()],
            "event_time",
            title="Effect per periode sinds de start",
            x_label=f"Perioden sinds de start ({self.reference} is het vergelijkingspunt)",
            y_label=self.outcome,
            ax=ax,
        )

    def _repr_html_(self) -> str:
        return str(self.tidy().to_html(index=False))


def event_study(
    panel: Source,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated_from: str,
    weights: str | None = None,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    reference: int = -1,
    window: tuple[int, int] | None = None,
    ends: Ends = "binned",
) -> EventStudy | NotEstimated:
    """Estimate leads and lags of the treatment with unit and period fixed effects.

    The model is ``y_it = a_u + b_t + Σ_k d_k · 1[t − start_u = k] + x_i'c + e_it``, without k = `reference`. Solver,
    clusters and small-sample convention are those of `did`. A coefficient has an interval when at least five clusters
    have that event time and at least five comparison clusters exist. With different effects per cohort the
    coefficients of a staggered design mix cohorts and periods (Sun and Abraham 2021).

    With exactly one unit that has a start, a balanced panel, constant weights and no covariates, each coefficient is
    instead ranked among the same coefficient of every other unit, on one scale (as `placebo_in_space`).

    Parameters
    ----------
    panel, outcome, unit, time, treated_from, weights, covariates, cluster
        As in `did`. A start outside the panel counts: its leads or lags are known.
    reference : int
        Event time that is set to zero; it must occur.
    window : tuple of two int, optional
        First and last event time; all that occur when None.
    ends : {"binned", "dropped"}
        What happens outside the window. ``binned``: the first coefficient holds every earlier, the last every later
        period, assuming the effect is constant there (Schmidheiny and Siegloch 2023). ``dropped``: those cells of
        treated units are left out.

    Returns
    -------
    EventStudy or NotEstimated

    Raises
    ------
    EstimationError
        As `did`; for a reference that does not occur, a window that is not one, and periods at unequal distances.
    """
    roles = Roles(outcome, unit, time, treated_from, weights, tuple(covariates), cluster)
    _check_window(window, reference, ends)
    cells, since = _in_window(read_cells(panel, roles).without_singletons(), window, ends)
    refusal = explain_no_comparison(cells, _METHOD, _ESTIMAND)
    if refusal:
        return refusal
    terms = _terms(since, reference)
    fit = fit_cells(cells, (since[:, None] == np.array(terms)).astype(float))
    if isinstance(fit, Collinear):
        refuse_covariates(fit, len(terms), roles.covariates)
        reason = "the leads and lags cannot all be told from unit and period effects: too few never-treated units"
        return NotEstimated(reason, "no_control", _METHOD, _ESTIMAND)
    permutation = permute_event_study(cells, since, reference)
    if permutation:
        return _permuted(permutation, fit, reference, outcome)
    return _clustered(cells, since, terms, fit, reference, outcome)


def _check_window(window: tuple[int, int] | None, reference: int, ends: Ends) -> None:
    if ends not in get_args(Ends):
        raise EstimationError(f"'ends' kan niet {ends!r} zijn.", "Kies 'binned' of 'dropped'.")
    if window and not window[0] <= reference <= window[1]:
        raise EstimationError(
            f"Het vergelijkingspunt {reference} ligt niet tussen {window[0]} en {window[1]}.",
            "Kies 'window' rond 'reference', zoals window=(-5, 5).",
        )


def _in_window(cells: PanelCells, window: tuple[int, int] | None, ends: Ends) -> tuple[PanelCells, Codes]:
    since = event_times(cells)
    if window is None:
        return cells, since
    if ends == "dropped":
        kept = (since == NEVER) | ((since >= window[0]) & (since <= window[1]))
        while not kept.all():
            cells, since = cells.keep(kept), since[kept]
            kept = ~cells.singletons
        return cells, since
    return cells, np.where(since == NEVER, NEVER, np.clip(since, *window))


def _terms(since: Codes, reference: int) -> list[int]:
    found = [int(k) for k in np.unique(since) if k != NEVER]
    if reference not in found:
        raise EstimationError(
            f"Geen enkele eenheid heeft een waarneming op {reference} perioden van de start.",
            f"Kies als 'reference' een van: {', '.join(map(str, found))}.",
        )
    return [k for k in found if k != reference]


def _clustered(cells: PanelCells, since: Codes, terms: list[int], fit: Fit, reference: int, outcome: str) -> EventStudy:
    enough = count_comparison(cells) >= FEWEST_CLUSTERS
    cluster = cells.cluster[cells.unit]
    offered = [enough and len(np.unique(cluster[since == k])) >= FEWEST_CLUSTERS for k in terms]
    estimates = {
        k: estimate_coefficient(fit, index, offered[index], _METHOD, f"effect at event time {k}", outcome)
        for index, k in enumerate(terms)
    }
    tested = [i for i, k in enumerate(terms) if k < 0 and _has_interval(estimates[k])]
    covariance = pd.DataFrame(fit.covariance[: len(terms), : len(terms)], terms, terms)
    pretest = _find_no_leads(terms, tested) or wald_test(
        fit.coefficients[tested],
        fit.covariance[np.ix_(tested, tested)],
        fit.dof,
        tuple(terms[i] for i in tested),
        _PRETEST,
    )
    return EventStudy(estimates, reference, pretest, covariance, outcome)


def _permuted(permutation: Permutation, fit: Fit, reference: int, outcome: str) -> EventStudy:
    estimates: dict[int, Estimate | NotEstimated] = {}
    for k, rank in zip(permutation.terms, permutation.inference, strict=True):
        if isinstance(rank, PlaceboInference):
            method = f"{PERMUTED} ({len(rank.scaled)} controls)"
            estimates[k] = Estimate(
                rank.value, rank.scale, None, fit.persons, method, f"effect at event time {k}", outcome, rank
            )
        else:
            estimates[k] = rank
    leads = [k for k in permutation.terms if k < 0]
    pretest = _find_no_leads(leads, leads) or permutation.joint(leads, _PRETEST)
    return EventStudy(estimates, reference, pretest, None, outcome)


def _find_no_leads(terms: list[int], tested: list[int]) -> NotEstimated | None:
    if not any(k < 0 for k in terms):
        return NotEstimated("there is no lead besides the reference", "no_pre_period", "joint test", _PRETEST)
    if not tested:
        return NotEstimated("no lead is seen in five clusters", "too_small", "joint test", _PRETEST)
    return None


def _has_interval(estimate: Estimate | NotEstimated) -> bool:
    return isinstance(estimate, Estimate) and estimate.inference is not None
