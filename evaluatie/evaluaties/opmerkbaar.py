"""The smallest effect that an estimate with a standard error could have shown."""

from __future__ import annotations

import math

from scipy import stats

from evaluatie.estimation import Estimate
from evaluatie.estimation.result import LogInference, StudentInference

POWER, ALPHA = 0.8, 0.05


def detectable(estimate: Estimate) -> float | None:
    """Return the smallest effect found with 80% probability at 5%: a size, or for a ratio a factor above one.

    ``(t(1 − α/2) + t(power)) × standard error`` with the degrees of freedom of the estimate (Bloom 1995, Evaluation
    Review 19), on the logarithmic scale for a ratio. None when the inference does not go through a standard error.
    """
    inference = estimate.inference
    if not isinstance(inference, StudentInference | LogInference):
        return None
    reach = float(stats.t.ppf(1 - ALPHA / 2, inference.dof) + stats.t.ppf(POWER, inference.dof)) * inference.std_error
    return math.exp(reach) if isinstance(inference, LogInference) else reach
