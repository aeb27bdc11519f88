"""Measure group-time effects on a panel the size of the country: seconds, beside diff-diff.

342 units, 120 months, ten groups that start at different moments. Ratios, because the machine differs.

Run: PYTHONPATH=. python tests/benchmarks/bench_group_time.py
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

from evaluatie.estimation import group_time_att, parallel_trends_bounds
from evaluatie.estimation.simulate.staggered import FIRST_YEAR, simulate_staggered

UNITS, PERIODS, GROUPS, TREATED, REPEATS = 342, 120, 10, 15, 3
ROLES = {"outcome": "uitkomst", "unit": "gemeente", "time": "jaar", "treated_from": "start"}


def main() -> None:
    """Print seconds and ratios, without and with a covariate, and the sensitivity of one event study."""
    starts = [FIRST_YEAR + 24 + 8 * index for index in range(GROUPS)]
    panel = simulate_staggered(UNITS, PERIODS, starts=starts, treated=TREATED)
    for covariates in ([], ["ligging"]):
        ours = _seconds(
            lambda chosen=covariates: group_time_att(panel, **ROLES, covariates=chosen, aggregate="dynamic")
        )
        theirs = _seconds(lambda chosen=covariates: _diff_diff(panel, chosen))
        name = "one covariate" if covariates else "no covariates"
        sys.stdout.write(f"{name}: {ours:.2f} s; diff-diff {theirs:.2f} s; ratio {theirs / ours:.1f}\n")
    rng = np.random.default_rng(1)
    root = rng.normal(size=(36, 36))
    sigma, betas = root @ root.T / 36 + np.eye(36), rng.normal(size=36) + 5 * (np.arange(36) > 23)
    for restriction in ("relative_magnitude", "smoothness"):
        seconds = _seconds(
            lambda name=restriction: parallel_trends_bounds(betas, sigma, pre=24, post=12, restriction=name)
        )
        sys.stdout.write(f"sensitivity, {restriction}, 24 periods before and 12 after: {seconds:.2f} s\n")


def _diff_diff(panel: pd.DataFrame, covariates: list[str]) -> object:
    from diff_diff import CallawaySantAnna

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = panel.assign(start=panel["start"].fillna(0))
        return CallawaySantAnna(pscore_trim=1e-9).fit(
            frame, "uitkomst", "gemeente", "jaar", "start", covariates=covariates or None, aggregate="event_study"
        )


def _seconds(action: Callable[[], object]) -> float:
    """Return the shortest of a few runs, after one that is not counted."""
    action()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()
