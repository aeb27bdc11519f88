"""Statistics only: frames with named roles or plain counts in, a frozen result out.

Nothing here knows a Dutch word of the law, a file or a plot. Messages of errors are Dutch, because a
user reads them.
"""

from evaluatie.estimation.bacon import BaconDecomposition, bacon_weights
from evaluatie.estimation.did import did
from evaluatie.estimation.event_study import EventStudy, event_study
from evaluatie.estimation.joint import JointTest
from evaluatie.estimation.panel_cells import make_cells
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

__all__ = [
    "BaconDecomposition",
    "Estimate",
    "EventStudy",
    "Interval",
    "JointTest",
    "NotEstimated",
    "PlaceboResult",
    "bacon_weights",
    "did",
    "difference_in_proportions",
    "event_study",
    "fit_size_variance",
    "largest_count_that_differs",
    "make_cells",
    "placebo_in_space",
    "proportion",
    "rate_ratio",
    "ratio_of_ratios",
    "smallest_total_that_differs",
]
