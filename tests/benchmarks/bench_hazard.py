"""Measure the hazard on person-months: seconds and memory, beside the same regression on rows by statsmodels.

Run: PYTHONPATH=. python tests/benchmarks/bench_hazard.py [person-months for the large run]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.genmod.families.links import CLogLog

from evaluatie.estimation import WINDOWS, HazardFit, hazard, person_months
from evaluatie.estimation.simulate.spells import SimulatedSpells, simulate_spells

BANDS = (1, 4, 7, 13, 25, 37)
TREATMENTS = ["during", *WINDOWS]
ROWS_PER_PERSON = 26
SMALL = 250_000


def split(drawn: SimulatedSpells) -> pd.DataFrame:
    """Return the person-months of a drawn register."""
    return person_months(
        drawn.spells,
        drawn.treatments,
        person="person",
        begin="begin",
        end="end",
        event="reason",
        covariates=["age_group"],
        observed=drawn.observed,
    )


def fit(rows: pd.DataFrame) -> HazardFit:
    """Fit the hazard with calendar months, clustered by person."""
    result = hazard(
        rows,
        event="event",
        cause="werk",
        duration="duration",
        bands=BANDS,
        treatment=TREATMENTS,
        covariates=["age_group"],
        calendar="month",
        person="person",
    )
    assert isinstance(result, HazardFit)
    return result


def fit_rows(rows: pd.DataFrame) -> np.ndarray:
    """Fit the same model on the rows with statsmodels."""
    band = np.searchsorted(BANDS, rows["duration"], side="right")
    dummies = [pd.get_dummies(band, dtype=float), pd.get_dummies(rows["month"], dtype=float).iloc[:, 1:]]
    x = np.column_stack([rows[TREATMENTS].astype(float), rows["age_group"] == "oud", *dummies])
    model = sm.GLM((rows["event"] == "werk").to_numpy(float), x, family=sm.families.Binomial(CLogLog()))
    result = model.fit(cov_type="cluster", cov_kwds={"groups": rows["person"].to_numpy()})
    return np.column_stack([result.params, result.bse])[: len(TREATMENTS)]


def measure(name: str, action, argument: object) -> tuple[object, float]:
    """Time one call; write seconds and the peak of memory, return the seconds of the processor."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before, start, busy = _status("VmRSS"), time.perf_counter(), time.process_time()
    result = action(argument)
    elapsed, seconds = time.perf_counter() - start, time.process_time() - busy
    more = _status("VmHWM") - before
    sys.stdout.write(f"{name}: {seconds:.2f} s of processor, {elapsed:.2f} s, {more:.0f} MB more at the peak\n")
    return result, seconds


def main(large: int) -> None:
    """Compare on a small register, then measure a large one."""
    small = split(simulate_spells(SMALL // ROWS_PER_PERSON, seed=1))
    sys.stdout.write(f"{len(small)} person-months\n")
    ours, fast = measure("hazard", fit, small)
    theirs, slow = measure("statsmodels GLM on rows", fit_rows, small)
    logs = ours.tidy(exponentiate=False).head(len(TREATMENTS))
    difference = np.abs(logs[["estimate", "std_error"]].to_numpy(float) - theirs).max()
    sys.stdout.write(f"ratio {slow / fast:.0f}; largest difference {difference:.1e}\n")
    drawn = simulate_spells(large // ROWS_PER_PERSON, seed=2)
    rows, _ = measure("person_months", split, drawn)
    sys.stdout.write(f"{len(rows)} person-months, {rows.memory_usage(deep=False).sum() / 2**20:.0f} MB\n")
    ours, _ = measure("hazard", fit, rows)
    sys.stdout.write(f"{ours.cells} cells\n")


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 12_000_000)
