"""From a fitted hazard to estimates: each with its unit, its inference, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.estimation.durations.binomial import BinomialFit, ClusterRows, cluster_covariance, fit_binomial
from evaluatie.estimation.durations.cells import Array, Cells, Codes
from evaluatie.estimation.durations.hazard_design import BASELINE, CLASSES, NUMBER, TREATMENT, Design, Reason, Term
from evaluatie.estimation.durations.hazard_result import HazardFit
from evaluatie.estimation.durations.links import Link, ShareInference
from evaluatie.estimation.result import Estimate, LogInference, NotEstimated

FEWEST_EVENTS = 5
"""Below this many persons who left in a window, its standard error is too small far too often."""

TOO_FEW = (f"fewer than {FEWEST_EVENTS} persons left in or outside these months", "too_small")
COLLINEAR = ("its column is a combination of the other ones", "collinear")
WIDE = ("its standard error exceeds a factor of e^10: the likelihood has no maximum", "separation")
_WIDEST = 10.0


@dataclass(frozen=True, slots=True)
class Model:
    """A design, its fit and the covariance that is reported.

    Parameters
    ----------
    cells : Cells
    design : Design
    fit : BinomialFit
    covariance : array, shape (columns, columns)
    leavers : tuple of arrays (person, cell), or None
        Who left in which cell, when persons are known.
    persons : int or None
        Number of clusters.
    duration : str
        Column of the baseline.
    link : Link
    cause : str
        What counts as leaving.
    """

    cells: Cells
    design: Design
    fit: BinomialFit
    covariance: Array
    leavers: tuple[Codes, Codes] | None
    persons: int | None
    duration: str
    link: Link
    cause: str

    @property
    def method(self) -> str:
        """Estimator and kind of standard errors."""
        errors = "model-based" if self.persons is None else "clustered by person"  # no count: names are published
        return f"{self.link.name} hazard ({errors})"

    def count_who_left(self, where: npt.NDArray[np.bool_]) -> int:
        """Return how many persons left in these cells; exits when persons are not known."""
        if self.leavers is None:
            return int(self.cells.events[where].sum())
        person, cell = self.leavers
        return len(np.unique(person[where[cell]]))


def fit_model(
    cells: Cells, design: Design, rows: ClusterRows | None, duration: str, link: Link, cause: str
) -> Model | NotEstimated:
    """Fit the design on the cells that say something."""
    kept = design.kept
    if not kept.any():
        return NotEstimated("no level has both exits and stays", "separation", f"{link.name} hazard", cause)
    matrix = design.matrix
    events, months = cells.events[kept], cells.months[kept]
    fit = fit_binomial(matrix, events, months, link)
    if fit is None:
        return NotEstimated("the likelihood has no maximum", "separation", f"{link.name} hazard", cause)
    if rows is None:
        return Model(cells, design, fit, fit.covariance, None, None, duration, link, cause)
    covariance = cluster_covariance(matrix, events, months, fit, link, _select(rows, kept))
    left = rows.events > 0
    leavers = rows.person[left], rows.cell[left]
    return Model(cells, design, fit, covariance, leavers, rows.persons, duration, link, cause)


def summarise(model: Model, treatments: tuple[str, ...]) -> HazardFit:
    """Return the ratios, the baseline and the counts of a model."""
    cells, design = model.cells, model.design
    terms: dict[str, Estimate | NotEstimated] = {}
    for name, reason in design.refused.items():
        terms[name] = _refuse(model, reason, name)
    for index, term in enumerate(design.terms):
        if term.kind != BASELINE:
            obstacle = _find_obstacle(model, index, term)
            terms[term.name] = _refuse(model, obstacle, term.name) if obstacle else _ratio(model, index, term)
    baseline = {f"{model.duration}={level}" for level in cells.levels[model.duration]}
    order = [*treatments, *[name for name in terms if name not in treatments and name not in baseline]]
    inside = {name: cells.values(name) > 0 for name in treatments}
    return HazardFit(
        estimates=MappingProxyType({name: terms[name] for name in order}),
        baseline=MappingProxyType(_baseline(model)),
        treatments=treatments,
        counts=pd.DataFrame(
            {
                "months": [cells.months[w].sum() for w in inside.values()],
                "events": [cells.events[w].sum() for w in inside.values()],
            },
            index=list(inside),
            dtype="int64",
        ),
        reference=MappingProxyType(dict(design.reference)),
        persons=model.persons,
        months=int(cells.months.sum()),
        events=int(cells.events.sum()),
        cells=len(cells.events),
        link=model.link.name,
        log_likelihood=model.fit.log_likelihood,
    )


def _find_obstacle(model: Model, index: int, term: Term) -> Reason | None:
    unit = np.zeros(len(model.design.terms))
    unit[index] = 1
    if not model.fit.identifies(unit):
        return COLLINEAR
    inside = (term.column > 0) & model.design.kept
    sides = {TREATMENT: (inside, ~inside & model.design.kept), CLASSES: (inside,), NUMBER: ()}[term.kind]
    if any(model.count_who_left(side) < FEWEST_EVENTS for side in sides):
        return TOO_FEW
    return WIDE if model.fit.covariance[index, index] > _WIDEST**2 else None


def _ratio(model: Model, index: int, term: Term) -> Estimate:
    log_ratio = float(model.fit.coefficients[index]) / term.scale
    std_error = math.sqrt(model.covariance[index, index]) / term.scale
    return Estimate(
        value=math.exp(log_ratio),
        std_error=math.exp(log_ratio) * std_error,
        dof=None,
        n=int(model.cells.months.sum()),
        method=model.method,
        estimand=f"{model.link.ratio} of {model.cause}: {term.name}",
        unit=model.link.ratio,
        inference=LogInference(log_ratio, std_error),
        null=1.0,
    )


def _baseline(model: Model) -> dict[object, Estimate | NotEstimated]:
    """Return the hazard per duration at the average of covariates and calendar, without treatment."""
    terms, name = model.design.terms, model.duration
    weights = model.cells.months[model.design.kept]
    average = np.array(
        [
            np.average(term.column[model.design.kept], weights=weights) if term.kind in (CLASSES, NUMBER) else 0.0
            for term in terms
        ]
    )
    positions = {term.name: index for index, term in enumerate(terms) if term.kind == BASELINE}
    result: dict[object, Estimate | NotEstimated] = {}
    for code, level in enumerate(model.cells.levels[name]):
        key = f"{name}={level}"
        here = (model.cells.codes[name] == code) & model.design.kept
        if key not in positions:
            result[level] = _refuse(model, model.design.refused[key], key)
        elif model.count_who_left(here) < FEWEST_EVENTS:
            result[level] = _refuse(model, TOO_FEW, key)
        else:
            at = average.copy()
            at[positions[key]] = 1
            result[level] = _share(model, at, key, int(model.cells.months[here].sum()))
    return result


def _share(model: Model, at: Array, name: str, months: int) -> Estimate | NotEstimated:
    if not model.fit.identifies(at):
        return _refuse(model, COLLINEAR, name)
    eta, std_error = float(at @ model.fit.coefficients), math.sqrt(float(at @ model.covariance @ at))
    return Estimate(
        value=float(model.link.inverse(eta)),
        std_error=float(model.link.slope(eta)) * std_error,
        dof=None,
        n=months,
        method=model.method,
        estimand=f"share that leaves per month ({model.cause}): {name}",
        unit="share per month",
        inference=ShareInference(eta, std_error, model.link),
    )


def _refuse(model: Model, reason: Reason, name: str) -> NotEstimated:
    return NotEstimated(*reason, model.method, f"{model.link.ratio} of {model.cause}: {name}")


def _select(rows: ClusterRows, kept: npt.NDArray[np.bool_]) -> ClusterRows:
    """Keep the rows of the cells in the design, and number the cells as the design does."""
    if kept.all():
        return rows
    inside = kept[rows.cell]
    renumbered = np.cumsum(kept) - 1
    return ClusterRows(
        rows.person[inside], renumbered[rows.cell[inside]], rows.events[inside], rows.months[inside], rows.persons
    )
