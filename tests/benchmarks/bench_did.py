"""Difference-in-differences side by side with pyfixest and linearmodels: seconds and peak memory, each in a process.

Run: ``python -m tests.benchmarks.bench_did [--rows 5000000] [--large 100000000]``. Without ``--large`` the run out of
core is skipped. Every route runs in a fresh process; its imports are timed apart and its peak memory is that of the
whole process. Coefficients and standard errors are compared in the same run. Exit code 1 when a demand is not met.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

UNITS, PERIODS, TREATED, LEADS = 342, 120, 60, 50
ROLES = {"outcome": "uitkomst", "unit": "gemeente", "time": "maand", "treated_from": "start"}
CHUNK = 5_000_000
ONE_BLAS = {"OPENBLAS_NUM_THREADS": "1"}
"""The same for every route: waiting BLAS threads on a busy machine are not what is measured."""


def make_rows(path: Path, rows: int, seed: int = 1) -> None:
    """Write person-months: 60 of 342 municipalities start in one of five months, effect 0.02."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(seed)
    start = np.where(np.arange(UNITS) < TREATED, 60.0 + np.arange(UNITS) % 5 * 3, np.nan)
    level, trend = rng.normal(0.3, 0.1, UNITS), rng.normal(0, 0.02, PERIODS)
    shock = rng.normal(0, 0.05, (UNITS, PERIODS))
    writer = None
    for done in range(0, rows, CHUNK):
        size = min(CHUNK, rows - done)
        u, t = rng.integers(0, UNITS, size, dtype=np.int32), rng.integers(0, PERIODS, size, dtype=np.int32)
        effect = 0.02 * (t >= np.nan_to_num(start[u], nan=np.inf))
        y = level[u] + trend[t] + shock[u, t] + effect + rng.normal(0, 0.4, size)
        columns = {"gemeente": u, "maand": t, "start": pa.array(start[u], from_pandas=True), "uitkomst": y}
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=1_000_000)
    if writer:
        writer.close()


def ours_did(path: str) -> Callable[[], dict[str, float]]:
    """Route: `did` on Parquet."""
    from evaluatie.estimation import Estimate, did

    def run() -> dict[str, float]:
        estimate = did(path, **ROLES)
        assert isinstance(estimate, Estimate)
        return {"value": estimate.value, "se": float(estimate.std_error or 0)}

    return run


def ours_event(path: str) -> Callable[[], dict[str, float]]:
    """Route: `event_study` on Parquet with binned ends."""
    from evaluatie.estimation import EventStudy, event_study

    def run() -> dict[str, float]:
        study = event_study(path, **ROLES, window=(-LEADS, LEADS))
        assert isinstance(study, EventStudy)
        table = study.tidy().set_index("event_time")
        return {"value": table["estimate"][5], "se": table["std_error"][5], "coefficients": len(study.estimates)}

    return run


def _frame(path: str) -> Any:
    import pandas as pd

    frame = pd.read_parquet(path)
    frame["d"] = (frame["maand"] >= frame["start"]).astype(float)
    return frame


def pyfixest_did(path: str) -> Callable[[], dict[str, float]]:
    """Route: pyfixest on rows; reading Parquet is part of it."""
    import pyfixest as pf

    def run() -> dict[str, float]:
        fit = pf.feols("uitkomst ~ d | gemeente + maand", _frame(path), vcov={"CRV1": "gemeente"})
        return {"value": float(fit.coef()["d"]), "se": float(fit.se()["d"])}

    return run


def pyfixest_event(path: str) -> Callable[[], dict[str, float]]:
    """Route: pyfixest's event study on rows, with the same binned dummies (never treated: the reference)."""
    import pyfixest as pf

    def run() -> dict[str, float]:
        frame = _frame(path)
        frame["k"] = (frame["maand"] - frame["start"]).clip(-LEADS, LEADS).fillna(-1).astype(int)
        fit = pf.feols("uitkomst ~ i(k, ref=-1) | gemeente + maand", frame, vcov={"CRV1": "gemeente"})
        name = next(name for name in fit.coef().index if name.endswith(("[5]", "[T.5]", "::5")))
        return {"value": float(fit.coef()[name]), "se": float(fit.se()[name]), "coefficients": len(fit.coef())}

    return run


def linearmodels_did(path: str) -> Callable[[], dict[str, float]]:
    """Route: linearmodels' AbsorbingLS on rows (PanelOLS takes one row per unit and period)."""
    import pandas as pd
    from linearmodels.iv.absorbing import AbsorbingLS

    def run() -> dict[str, float]:
        frame = _frame(path)
        effects = frame[["gemeente", "maand"]].astype("category")
        fit = AbsorbingLS(frame["uitkomst"], frame[["d"]], absorb=effects).fit(
            cov_type="clustered", clusters=pd.Series(frame["gemeente"]), debiased=True
        )
        return {"value": float(fit.params["d"]), "se": float(fit.std_errors["d"])}

    return run


ROUTES = {route.__name__: route for route in (ours_did, ours_event, pyfixest_did, pyfixest_event, linearmodels_did)}


def measure(route: str, path: Path) -> dict[str, float]:
    """Run a route in a fresh process: import, first run, second run (warm), peak memory."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_did", "--route", route, "--path", str(path)]
    output = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **ONE_BLAS})
    if output.returncode:
        raise RuntimeError(f"{route}: {output.stderr[-2000:]}")
    result: dict[str, float] = json.loads(output.stdout.splitlines()[-1])
    return result


def _run_route(route: str, path: str) -> None:
    begin = time.perf_counter()
    run = ROUTES[route](path)
    imported = time.perf_counter()
    result = run()
    first = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    warm, cpu = first - imported, time.process_time()
    if route == "pyfixest_event":  # once is long enough
        cpu = 0.0
    else:
        run()
        warm = time.perf_counter() - first
    cpu = time.process_time() - cpu
    times = {"import": imported - begin, "first": first - imported, "warm": warm, "cpu": cpu, "memory": peak}
    sys.stdout.write(json.dumps({**result, **times}) + "\n")


def _import_seconds(module: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    return time.perf_counter() - begin


def _demand(text: str, met: bool) -> bool:
    sys.stdout.write(f"{'ok  ' if met else 'FAIL'} {text}\n")
    return met


def compare(rows: int, folder: Path) -> bool:
    """Measure all routes on the same file, print them and the demands."""
    path = folder / "rows.parquet"
    make_rows(path, rows)
    sys.stdout.write(f"{rows:,} person-months, {UNITS} municipalities x {PERIODS} months\n")
    sys.stdout.write(
        f"{'route':18}{'import':>8}{'first':>8}{'warm':>8}{'cpu':>8}{'MB':>8}  coefficient    std. error\n"
    )
    measured = {}
    for route in ROUTES:
        r = measured[route] = measure(route, path)
        numbers = "".join(f"{r[key]:8.2f}" for key in ("import", "first", "warm", "cpu"))
        sys.stdout.write(f"{route:18}{numbers}{r['memory']:8.0f}  {r['value']:.10f}  {r['se']:.10f}\n")
        sys.stdout.flush()
    own, peer, lm = (measured[f"{name}_did"] for name in ("ours", "pyfixest", "linearmodels"))
    own_event, peer_event = measured["ours_event"], measured["pyfixest_event"]
    statsmodels = min(_import_seconds("statsmodels.api") for _ in range(2))
    fresh = own["import"] + own["first"]
    speed, memory = peer["warm"] / own["warm"], peer["memory"] / own["memory"]
    event = peer_event["warm"] / own_event["warm"]
    work, event_work = peer["cpu"] / own["cpu"], peer_event["cpu"] / own_event["cpu"]
    sys.stdout.write(f"in processor time: DiD {work:.0f} times less, event study {event_work:.0f} times less\n")
    return all(
        [
            _demand(f"DiD {speed:.0f} times faster than pyfixest, both warm (demand 10)", speed >= 10),
            _demand(f"DiD {peer['first'] / own['first']:.0f} times faster, first run", peer["first"] > own["first"]),
            _demand(f"memory of pyfixest {memory:.1f} times ours (demand 5)", memory >= 5),
            _demand(f"{lm['warm'] / own['warm']:.0f} times faster than linearmodels", lm["warm"] > own["warm"]),
            _demand(f"event study {event:.0f} times faster than pyfixest on rows (demand 50)", event >= 50),
            _demand(
                f"import and first result {fresh:.1f} s, import of statsmodels {statsmodels:.1f} s + 1",
                fresh <= statsmodels + 1,
            ),
            _demand("coefficients equal to 1e-7", max(abs(own["value"] - r["value"]) for r in (peer, lm)) < 1e-7),
            _demand("standard error equal to pyfixest's to 1e-6", abs(own["se"] / peer["se"] - 1) < 1e-6),
            _demand("event coefficient equal to 1e-6", abs(own_event["value"] - peer_event["value"]) < 1e-6),
        ]
    )


def out_of_core(rows: int, folder: Path) -> bool:
    """Measure `did` on a file that is larger than the memory it may use."""
    path = folder / "large.parquet"
    make_rows(path, rows)
    r = measure("ours_did", path)
    size = path.stat().st_size / 2**20
    sys.stdout.write(f"{rows:,} rows, {size:,.0f} MB of Parquet: {r['first']:.1f} s, {r['memory']:.0f} MB\n")
    return _demand("memory below the size of the file", r["memory"] < size)


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--large", type=int, default=0)
    parser.add_argument("--route", choices=ROUTES)
    parser.add_argument("--path")
    given = parser.parse_args()
    if given.route:
        _run_route(given.route, given.path)
        return 0
    with tempfile.TemporaryDirectory() as name:
        met = compare(given.rows, Path(name)) if given.rows else True
        met = (out_of_core(given.large, Path(name)) if given.large else True) and met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
