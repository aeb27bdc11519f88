"""One door to the question "how wrong would the assumption have to be?"; what is behind it depends on the result."""

from __future__ import annotations

from typing import Any, overload

from evaluatie.errors import EstimationError
from evaluatie.estimation.panels.event_study import EventStudy
from evaluatie.estimation.panels.group_time_result import GroupTimeAtt
from evaluatie.estimation.panels.sensitivity import SensitivityResult, parallel_trends_bounds
from evaluatie.estimation.result import Estimate, NotEstimated
from evaluatie.estimation.selection.att import AttResult
from evaluatie.estimation.selection.unobserved import EValue, e_value


@overload
def sensitivity(result: EventStudy | GroupTimeAtt, **options: Any) -> SensitivityResult | NotEstimated: ...
@overload
def sensitivity(result: AttResult | Estimate, **options: Any) -> EValue: ...
def sensitivity(
    result: EventStudy | GroupTimeAtt | AttResult | Estimate, **options: Any
) -> SensitivityResult | EValue | NotEstimated:
    """Tell how far the assumption behind a result may fail before the result does.

    Parameters
    ----------
    result : EventStudy, GroupTimeAtt, AttResult or Estimate
        A path of effects (with ``base="universal"`` for `group_time_att`) rests on parallel trends; an effect on
        persons rests on there being nothing unmeasured.
    **options
        Passed on: ``restriction``, ``m`` and ``level`` of `parallel_trends_bounds`; ``baseline`` or ``spread`` of
        `e_value`. For an `AttResult` whose outcome is a share the baseline is taken from it.

    Returns
    -------
    SensitivityResult, EValue or NotEstimated
        Bounds on parallel trends (Rambachan and Roth 2023), or the E-value (VanderWeele and Ding 2017); both have the
        breakdown value in one sentence.

    Raises
    ------
    EstimationError
        For anything else; `oster_bound` and `rosenbaum_bounds` need the data and are called by themselves.
    """
    if isinstance(result, EventStudy | GroupTimeAtt):
        return parallel_trends_bounds(result, **options)
    if isinstance(result, AttResult):
        known = {} if {"baseline", "spread"} & options.keys() else {"baseline": result.counterfactual}
        return e_value(result.estimate, **known, **options)
    if isinstance(result, Estimate):
        return e_value(result, **options)
    raise EstimationError(
        f"Van een {type(result).__name__} is niet te zeggen hoe gevoelig zij is.",
        "Geef een EventStudy, GroupTimeAtt, AttResult of Estimate.",
    )
