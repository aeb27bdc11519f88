"""Statistics only: frames with named roles or plain counts in, a frozen result out.

Nothing here knows a Dutch word of the law, a file or a plot. Messages of errors are Dutch, because a
user reads them.
"""

from evaluatie.estimation.att import AttResult, Overlap
from evaluatie.estimation.caseload import RiseSignal, rise_signal
from evaluatie.estimation.did import did
from evaluatie.estimation.duration_curves import DurationCurves
from evaluatie.estimation.hazard import hazard
from evaluatie.estimation.hazard_result import HazardFit
from evaluatie.estimation.landmark import landmark_att
from evaluatie.estimation.landmark_result import LandmarkResult
from evaluatie.estimation.matching import matching_att
from evaluatie.estimation.months import DURING, WINDOWS
from evaluatie.estimation.placebo import PlaceboResult, fit_size_variance, placebo_in_space
from evaluatie.estimation.proportions import (
    difference_in_proportions,
    largest_count_that_differs,
    proportion,
    rate_ratio,
    smallest_total_that_differs,
)
from evaluatie.estimation.ratio import ratio_of_ratios
from evaluatie.estimation.result import Estimate, Interval, NotEstimated
from evaluatie.estimation.spells import person_months
from evaluatie.estimation.survival import cumulative_incidence, kaplan_meier
from evaluatie.estimation.unobserved import EValue, OsterBound, RosenbaumBounds, e_value, oster_bound, rosenbaum_bounds
from evaluatie.estimation.weighting import aipw_att, ipw_att

__all__ = [
    "DURING",
    "WINDOWS",
    "AttResult",
    "DurationCurves",
    "EValue",
    "Estimate",
    "HazardFit",
    "Interval",
    "LandmarkResult",
    "NotEstimated",
    "OsterBound",
    "Overlap",
    "PlaceboResult",
    "RiseSignal",
    "RosenbaumBounds",
    "aipw_att",
    "cumulative_incidence",
    "did",
    "difference_in_proportions",
    "e_value",
    "fit_size_variance",
    "hazard",
    "ipw_att",
    "kaplan_meier",
    "landmark_att",
    "largest_count_that_differs",
    "matching_att",
    "oster_bound",
    "person_months",
    "placebo_in_space",
    "proportion",
    "rate_ratio",
    "ratio_of_ratios",
    "rise_signal",
    "rosenbaum_bounds",
    "smallest_total_that_differs",
]
