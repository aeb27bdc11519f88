"""How long people stay, and why they leave: Kaplan–Meier and cumulative incidence, exact with ties.

References
----------
Kaplan and Meier (1958), JASA 53; Aalen and Johansen (1978), Scandinavian Journal of Statistics 5; Greenwood (1926);
Marubini and Valsecchi (1995), Analysing Survival Data, ch. 10; Kalbfleisch and Prentice (2002), sec. 1.4 (interval).
"""

from __future__ import annotations

from types import MappingProxyType

from evaluatie.estimation.durations.duration_curves import DurationCurves
from evaluatie.estimation.durations.risk_table import read_risk_tables
from evaluatie.estimation.frame import Source
from evaluatie.estimation.result import NotEstimated

_ESTIMAND = "share that left, per cause"


def kaplan_meier(
    frame: Source,
    *,
    duration: str,
    event: str,
    entry: str | None = None,
    weights: str | None = None,
    by: str | None = None,
) -> DurationCurves:
    """Estimate the share still there after each number of months.

    Parameters
    ----------
    frame : pandas.DataFrame or path
        One row per spell.
    duration : str
        Months until the exit, or until the last month in which the spell was followed.
    event : str
        Column with 1 for an exit and 0 for a censored spell, or with the reason of the exit, missing when censored.
    entry : str, optional
        Months that had passed when the spell came under observation (left truncation): it is at risk after that.
    weights : str, optional
        Number of equal spells that the row stands for.
    by : str, optional
        One curve per value of this column.

    Returns
    -------
    DurationCurves
        Greenwood's variance; intervals symmetric on the scale ``log(−log(share))``. Spells count as independent.

    Raises
    ------
    EstimationError
        For missing values, durations that do not come after the entry, and weights that are no number of spells.
    """
    tables = read_risk_tables(frame, duration, event, entry, weights, by, causes=False)
    return DurationCurves(MappingProxyType(tables), False, "Kaplan–Meier (Greenwood)")


def cumulative_incidence(
    frame: Source,
    *,
    duration: str,
    event: str,
    entry: str | None = None,
    weights: str | None = None,
    by: str | None = None,
) -> DurationCurves | NotEstimated:
    """Estimate the share that has left for each cause after each number of months.

    With several ways out, one minus Kaplan–Meier with the other causes censored answers what would happen in a
    world without those other causes, and is too high in this one. The cumulative incidence is the share that really
    leaves for a cause; over all causes it adds up to one minus the share still there.

    Parameters
    ----------
    frame : pandas.DataFrame or path
        One row per spell.
    duration : str
        Months until the exit, or until the last month in which the spell was followed.
    event : str
        Column with the cause of the exit as text, missing when the spell was censored.
    entry, weights, by : str, optional
        As in `kaplan_meier`.

    Returns
    -------
    DurationCurves or NotEstimated
        ``no_events`` when no spell ended in an exit.

    Raises
    ------
    EstimationError
        As `kaplan_meier`; and for causes that are numbers, where 0 could mean two things.
    """
    tables = read_risk_tables(frame, duration, event, entry, weights, by, causes=True)
    if not any(table.causes for table in tables.values()):
        return NotEstimated("no spell ended in an exit", "no_events", "Aalen–Johansen", _ESTIMAND)
    return DurationCurves(MappingProxyType(tables), True, "Aalen–Johansen (delta method)")
