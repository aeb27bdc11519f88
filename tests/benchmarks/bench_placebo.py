"""Measure an exhaustive placebo: every municipality treated on paper, with diff-diff beside it on a few.

Run: PYTHONPATH=. python tests/benchmarks/bench_placebo.py [units] [months] [subset]
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

from evaluatie.estimation import placebo_in_space
from evaluatie.estimation.panels.did import to_panel
from evaluatie.estimation.simulate.factors import simulate_factor_panel
from evaluatie.estimation.synthetic.contrast import every_unit, fit_targets

ROLES = {"outcome": "y", "unit": "unit", "time": "period", "treated_from": "treated_from"}
SHARE_AFTER = 0.2


def measure(action: Callable[[], object]) -> float:
    """Return the seconds one run takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main(units: int, months: int, subset: int) -> None:
    """Print seconds per estimator for all units, and per fit beside diff-diff."""
    after = int(months * SHARE_AFTER)
    frame = simulate_factor_panel(units=units, before=months - after, after=after, persistence=0.8, seed=1)
    placebo_in_space("did", frame, **ROLES, statistic="effect")  # imports are not part of the measurement
    ours = {}
    for name in ("did", "synthetic_control", "synthetic_did"):
        seconds = measure(lambda name=name: placebo_in_space(name, frame, **ROLES, statistic="effect"))  # type: ignore[misc]
        ours[name] = seconds / units
        write(f"{name:18} {units} units x {months} months: {seconds:7.2f} s, {1000 * seconds / units:7.2f} ms a fit")
    theirs, difference = measure_diff_diff(frame, subset)
    write(
        f"diff-diff SDID     {subset} units: {1000 * theirs:7.2f} ms a fit (point estimate), furthest {difference:.1e}"
    )
    write(f"ours / diff-diff per synthetic DiD: {ours['synthetic_did'] / theirs:.2f}")


def measure_diff_diff(frame: pd.DataFrame, subset: int) -> tuple[float, float]:
    """Return seconds per point estimate of diff-diff's weights, and the largest difference of the effects."""
    from diff_diff.utils import compute_sdid_unit_weights, compute_time_weights

    panel = to_panel(frame, **ROLES)
    start = int(panel.first_treated[panel.treated][0])
    fits, _ = fit_targets("synthetic_did", panel, every_unit(panel))
    units, seconds, differences = np.flatnonzero(~panel.treated)[:subset], 0.0, []
    for unit in units:
        donors = np.delete(panel.y, [unit, int(np.flatnonzero(panel.treated)[0])], axis=0)
        own, columns = panel.y[unit], donors.shape[1]
        began = time.perf_counter()
        sigma = float(np.diff(donors[:, :start], axis=1).std(ddof=1))
        stop = {"min_decrease": 1e-5 * sigma}
        zeta = (columns - start) ** 0.25 * sigma
        omega = compute_sdid_unit_weights(donors[:, :start].T, own[:start], zeta_omega=zeta, **stop)
        times = compute_time_weights(donors[:, :start].T, donors[:, start:].T, zeta_lambda=1e-6 * sigma, **stop)
        gap = own - omega @ donors
        seconds += time.perf_counter() - began
        differences.append(abs(gap[start:].mean() - times @ gap[:start] - fits.effect[unit]))
    return seconds / len(units), max(differences)


def write(line: str) -> None:
    """Write a line of the report."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    given = [int(argument) for argument in sys.argv[1:]]
    main(*(given + [342, 120, 20][len(given) :]))
