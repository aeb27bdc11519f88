"""Statistics only: frames with named roles or plain counts in, a frozen result out.

Nothing here knows a Dutch word of the law, a file or a plot. Messages of errors are Dutch, because a
user reads them.
"""

from evaluatie.estimation.att import AttResult, Overlap
from evaluatie.estimation.caseload import RiseSignal, rise_signal
from evaluatie.estimation.deadweight import deadweight
from evaluatie.estimation.did import did
from evaluatie.estimation.duration_curves import DurationCurves
from evaluatie.estimation.group_time import group_time_att
from evaluatie.estimation.group_time_result import GroupTimeAtt
from evaluatie.estimation.hazard import hazard
from evaluatie.estimation.hazard_result import HazardFit
from evaluatie.estimation.instrument import InstrumentedEffect, iv, wald
from evaluatie.estimation.interrupted_series import InterruptedSeries, interrupted_series
from evaluatie.estimation.landmark import landmark_att
from evaluatie.estimation.landmark_result import LandmarkResult
from evaluatie.estimation.leave_one_out import LeaveOneOut, leave_one_out
from evaluatie.estimation.matching import matching_att
from evaluatie.estimation.months import DURING, WINDOWS
from evaluatie.estimation.placebo import PlaceboResult, UnitFit, fit_size_variance, placebo_in_space
from evaluatie.estimation.placebo_time import PlaceboInTime, placebo_in_time
from evaluatie.estimation.power import DetectableEffect, minimum_detectable_effect
from evaluatie.estimation.power_groups import minimum_detectable_difference
from evaluatie.estimation.proportions import (
    difference_in_proportions,
    largest_count_that_differs,
    proportion,
    rate_ratio,
    smallest_total_that_differs,
)
from evaluatie.estimation.ratio import ratio_of_ratios
from evaluatie.estimation.regression import Regression, logit, ols, poisson
from evaluatie.estimation.rescale import rescale
from evaluatie.estimation.result import Estimate, Interval, NotEstimated
from evaluatie.estimation.sensitivity import SensitivityResult, parallel_trends_bounds
from evaluatie.estimation.spells import person_months
from evaluatie.estimation.survival import cumulative_incidence, kaplan_meier
from evaluatie.estimation.synthetic_control import SyntheticControl, synthetic_control
from evaluatie.estimation.synthetic_did import SyntheticDid, synthetic_did
from evaluatie.estimation.unobserved import EValue, OsterBound, RosenbaumBounds, e_value, oster_bound, rosenbaum_bounds
from evaluatie.estimation.weighting import aipw_att, ipw_att

__all__ = [
    "DURING",
    "WINDOWS",
    "AttResult",
    "DetectableEffect",
    "DurationCurves",
    "EValue",
    "Estimate",
    "GroupTimeAtt",
    "HazardFit",
    "InstrumentedEffect",
    "InterruptedSeries",
    "Interval",
    "LandmarkResult",
    "LeaveOneOut",
    "NotEstimated",
    "OsterBound",
    "Overlap",
    "PlaceboInTime",
    "PlaceboResult",
    "Regression",
    "RiseSignal",
    "RosenbaumBounds",
    "SensitivityResult",
    "SyntheticControl",
    "SyntheticDid",
    "UnitFit",
    "aipw_att",
    "cumulative_incidence",
    "deadweight",
    "did",
    "difference_in_proportions",
    "e_value",
    "fit_size_variance",
    "group_time_att",
    "hazard",
    "interrupted_series",
    "ipw_att",
    "iv",
    "kaplan_meier",
    "landmark_att",
    "largest_count_that_differs",
    "leave_one_out",
    "logit",
    "matching_att",
    "minimum_detectable_difference",
    "minimum_detectable_effect",
    "ols",
    "oster_bound",
    "parallel_trends_bounds",
    "person_months",
    "placebo_in_space",
    "placebo_in_time",
    "poisson",
    "proportion",
    "rate_ratio",
    "ratio_of_ratios",
    "rescale",
    "rise_signal",
    "rosenbaum_bounds",
    "smallest_total_that_differs",
    "synthetic_control",
    "synthetic_did",
    "wald",
]
