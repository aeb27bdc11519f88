"""Statistics only: frames with named roles or plain counts in, a frozen result out.

Nothing here knows a Dutch word of the law, a file or a plot. Messages of errors are Dutch, because a
user reads them.
"""

from evaluatie.estimation.counts.caseload import RiseSignal, rise_signal
from evaluatie.estimation.counts.power_groups import minimum_detectable_difference
from evaluatie.estimation.counts.proportions import (
    difference_in_proportions,
    largest_count_that_differs,
    proportion,
    rate_ratio,
    smallest_total_that_differs,
)
from evaluatie.estimation.counts.ratio import ratio_of_ratios
from evaluatie.estimation.durations.duration_curves import DurationCurves
from evaluatie.estimation.durations.hazard import hazard
from evaluatie.estimation.durations.hazard_result import HazardFit
from evaluatie.estimation.durations.months import DURING, WINDOWS
from evaluatie.estimation.durations.spells import person_months
from evaluatie.estimation.durations.survival import cumulative_incidence, kaplan_meier
from evaluatie.estimation.panels.bacon import BaconDecomposition, bacon_weights
from evaluatie.estimation.panels.did import did
from evaluatie.estimation.panels.event_study import EventStudy, event_study
from evaluatie.estimation.panels.group_time import group_time_att
from evaluatie.estimation.panels.group_time_result import GroupTimeAtt
from evaluatie.estimation.panels.joint import JointTest
from evaluatie.estimation.panels.panel_cells import make_cells
from evaluatie.estimation.panels.sensitivity import SensitivityResult, parallel_trends_bounds
from evaluatie.estimation.placebos.leave_one_out import LeaveOneOut, leave_one_out
from evaluatie.estimation.placebos.placebo import PlaceboResult, UnitFit, fit_size_variance, placebo_in_space
from evaluatie.estimation.placebos.placebo_time import PlaceboInTime, placebo_in_time
from evaluatie.estimation.placebos.power import DetectableEffect, minimum_detectable_effect
from evaluatie.estimation.regressions.instrument import InstrumentedEffect, iv, wald
from evaluatie.estimation.regressions.regression import Regression, logit, ols, poisson
from evaluatie.estimation.rescale import rescale
from evaluatie.estimation.result import Estimate, Interval, NotEstimated
from evaluatie.estimation.selection.att import AttResult, Overlap
from evaluatie.estimation.selection.deadweight import deadweight
from evaluatie.estimation.selection.landmark import landmark_att
from evaluatie.estimation.selection.landmark_result import LandmarkResult
from evaluatie.estimation.selection.matching import matching_att
from evaluatie.estimation.selection.unobserved import (
    EValue,
    OsterBound,
    RosenbaumBounds,
    e_value,
    oster_bound,
    rosenbaum_bounds,
)
from evaluatie.estimation.selection.weighting import aipw_att, ipw_att
from evaluatie.estimation.sensitivity import sensitivity
from evaluatie.estimation.series.interrupted_series import InterruptedSeries, interrupted_series
from evaluatie.estimation.synthetic.synthetic_control import SyntheticControl, synthetic_control
from evaluatie.estimation.synthetic.synthetic_did import SyntheticDid, synthetic_did

__all__ = [
    "DURING",
    "WINDOWS",
    "AttResult",
    "BaconDecomposition",
    "DetectableEffect",
    "DurationCurves",
    "EValue",
    "Estimate",
    "EventStudy",
    "GroupTimeAtt",
    "HazardFit",
    "InstrumentedEffect",
    "InterruptedSeries",
    "Interval",
    "JointTest",
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
    "bacon_weights",
    "cumulative_incidence",
    "deadweight",
    "did",
    "difference_in_proportions",
    "e_value",
    "event_study",
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
    "make_cells",
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
    "sensitivity",
    "smallest_total_that_differs",
    "synthetic_control",
    "synthetic_did",
    "wald",
]
