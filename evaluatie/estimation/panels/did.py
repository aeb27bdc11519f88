"""Two-way fixed effects difference-in-differences, on persons or on cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source
from evaluatie.estimation.panels.balanced import ESTIMAND, METHOD, Array, Panel, find_obstacle, fit_twfe, to_panel
from evaluatie.estimation.panels.moments import Roles
from evaluatie.estimation.panels.panel_cells import PanelCells, read_cells
from evaluatie.estimation.panels.twfe import Collinear, Fit, fit_cells
from evaluatie.estimation.result import Estimate, NotEstimated, StudentInference

FEWEST_CLUSTERS = 5
"""Below this many treated clusters a clustered standard error rejects a true null far too often."""

__all__ = ["FEWEST_CLUSTERS", "Array", "Panel", "did", "find_obstacle", "fit_twfe", "to_panel"]


def did(
    panel: Source,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated_from: str,
    weights: str | None = None,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
) -> Estimate | NotEstimated:
    """Estimate the effect with unit and period fixed effects.

    The model is ``y_it = a_u + b_t + d · D_ut + x_i'c + e_it`` for person i of unit u in period t, by (weighted) least
    squares, solved exactly. With several starting dates d mixes comparisons, some with units that were treated
    already: see `bacon_weights`.

    The standard error is clustered (Liang and Zeger 1986) with the factor ``G/(G−1) · (N−1)/(N−K)``: G clusters,
    N persons (rows), K the period effects, d and the covariates; unit effects are nested in the clusters and not
    counted. The interval is Student's t with G − 1 degrees of freedom. It is offered from five treated and five
    comparison clusters: treated are those with a unit that goes from untreated to treated, comparison those with a
    unit that is untreated in the last period in which treated and untreated units exist beside each other. Below
    that, use `placebo_in_space`.

    Parameters
    ----------
    panel : pandas.DataFrame or path
        One row per person and period, one row per unit and period, or cells: a source with a column ``n`` holds groups
        of n persons with these means (`make_cells`). A path is Parquet: a file, a folder or a glob. The panel need
        not be balanced. Units and periods with a single person are left out.
    outcome, unit, time, treated_from : str
        Column names; `treated_from` holds the first treated period, missing for never treated. A start after the
        last period is as never treated; units treated from their first period on only help to tell the periods.
    weights : str, optional
        Weight of one person, positive. In cells: the mean weight of its persons, so that a cell weighs n × weight.
        Weights never change N; ``n`` does.
    covariates : sequence of str
        Columns that may differ between persons; in cells with their cross-products, as `make_cells` gives them.
        Without those columns a covariate counts as the same for everyone in the cell.
    cluster : str, optional
        Coarser than the unit, or the unit (the default); each unit lies in one cluster.

    Returns
    -------
    Estimate or NotEstimated
        In the unit of `outcome`; n counts persons. NotEstimated with ``no_treated``, ``no_control``, ``no_pre_period``
        or ``no_spread``.

    Raises
    ------
    EstimationError
        For missing columns or values, provisional figures, weights that are not positive, a start that changes within
        a unit, clusters finer than units, and covariates that follow from the effects or from each other.
    """
    roles = Roles(outcome, unit, time, treated_from, weights, tuple(covariates), cluster)
    cells = read_cells(panel, roles).without_singletons()
    refusal = explain_no_comparison(cells, METHOD, ESTIMAND)
    if refusal:
        return refusal
    fit = fit_cells(cells, cells.treated[:, None].astype(float))
    if isinstance(fit, Collinear):
        refuse_covariates(fit, 1, roles.covariates)
        return NotEstimated("the treatment follows from unit and period effects", "no_control", METHOD, ESTIMAND)
    enough = min(count_switching(cells), count_comparison(cells)) >= FEWEST_CLUSTERS
    return estimate_coefficient(fit, 0, enough, METHOD, ESTIMAND, outcome)


def explain_no_comparison(cells: PanelCells, method: str, estimand: str) -> NotEstimated | None:
    """Return why these cells hold no difference-in-differences, or None."""
    treated = cells.treated
    if len(cells.n) == 0 or len(cells.periods) < 2:
        return NotEstimated("no two periods with more than one person", "no_pre_period", method, estimand)
    if not treated.any():
        return NotEstimated("no unit is treated within the panel", "no_treated", method, estimand)
    if _last_shared_period(cells) is None:
        return NotEstimated("there is no untreated unit to compare with", "no_control", method, estimand)
    if not _switching(cells).any():
        return NotEstimated("the panel starts after the treatment", "no_pre_period", method, estimand)
    return None


def count_switching(cells: PanelCells) -> int:
    """Return the number of clusters with a unit that is seen before and during treatment."""
    return len(np.unique(cells.cluster[_switching(cells)]))


def count_comparison(cells: PanelCells) -> int:
    """Return the number of clusters with an untreated unit in the last period that has treated ones as well."""
    shared = (cells.time == _last_shared_period(cells)) & ~cells.treated
    return len(np.unique(cells.cluster[cells.unit[shared]]))


def refuse_covariates(collinear: Collinear, first: int, covariates: Sequence[str]) -> None:
    """Raise an EstimationError that names the covariates among the collinear columns, which start at `first`."""
    names = [covariates[column - first] for column in collinear.columns if column >= first]
    if names:
        raise EstimationError(
            f"Deze kolommen volgen al uit de eenheid, de periode, de behandeling of elkaar: {', '.join(names)}.",
            "Laat ze weg bij 'covariates'.",
        )


def estimate_coefficient(
    fit: Fit, index: int, interval: bool, method: str, estimand: str, outcome: str
) -> Estimate | NotEstimated:
    """Return one coefficient of a fit, with Student's interval or without any."""
    if fit.flat:
        return NotEstimated("the outcome is the same but for unit and period effects", "no_spread", method, estimand)
    if interval and fit.exact[index]:
        return NotEstimated("the model fits exactly: there is no spread to judge by", "no_spread", method, estimand)
    value, std_error = float(fit.coefficients[index]), float(fit.std_errors[index])
    return Estimate(
        value=value,
        std_error=std_error if interval else None,
        dof=fit.dof if interval else None,
        n=fit.persons,
        method=method,
        estimand=estimand,
        unit=outcome,
        inference=StudentInference(value, std_error, fit.dof) if interval else None,
    )


def _switching(cells: PanelCells) -> np.ndarray:
    """Return which units are seen both untreated and treated."""
    count = len(cells.units)
    return (np.bincount(cells.unit, cells.treated, count) > 0) & (np.bincount(cells.unit, ~cells.treated, count) > 0)


def _last_shared_period(cells: PanelCells) -> int | None:
    """Return the last period with treated and untreated cells, or None."""
    count = len(cells.periods)
    treated, untreated = (np.bincount(cells.time, chosen, count) > 0 for chosen in (cells.treated, ~cells.treated))
    shared = np.flatnonzero(treated & untreated)
    return int(shared[-1]) if len(shared) else None
