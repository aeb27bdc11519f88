"""Measure the check of a large register: seconds, and the peak of memory against the data.

Run: PYTHONPATH=. python tests/benchmarks/bench_toetsing.py [rows]
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from evaluatie.registratie.contract import Register, load_contract
from evaluatie.registratie.toetsing import check_map, check_register

DAY = dt.date(2026, 1, 1)


def make_register(rows: int, seed: int = 1) -> Register:
    """Return uitkeringen and trajecten that are right, with two spells per person."""
    rng = np.random.default_rng(seed)
    person = pd.Series([f"{number:016x}" for number in range(rows // 2)], dtype="string").repeat(2)
    first = rng.integers(0, 2000, rows // 2)
    begin = np.stack([first, first + 800], axis=1).ravel()
    einde = begin + rng.integers(30, 700, rows)
    day = np.datetime64("2012-01-01", "s")
    kolommen = load_contract("uitkeringen").kolommen

    def codes(naam: str) -> pd.Categorical:
        names = list(kolommen[naam].codes)
        return pd.Categorical.from_codes(rng.integers(0, len(names), rows), names)

    uitkeringen = pd.DataFrame(
        {
            "persoon_id": person.reset_index(drop=True),
            "huishouden": person.reset_index(drop=True),
            "regeling": pd.Categorical.from_codes(np.zeros(rows, int), ["bijstand"]),
            "leefvorm": codes("leefvorm"),
            "begin": day + begin.astype("timedelta64[D]").astype("timedelta64[s]"),
            "einde": day + einde.astype("timedelta64[D]").astype("timedelta64[s]"),
            "reden_einde": codes("reden_einde"),
            "klantgroep": pd.Series(["groep 1", "groep 2"] * (rows // 2), dtype="string"),
            "geboortejaar": pd.Series(rng.integers(1955, 1990, rows // 2).repeat(2), dtype="Int64"),
            "geslacht": pd.Categorical.from_codes(rng.integers(0, 2, rows), ["m", "v"]),
            "gemeente_code": pd.Categorical.from_codes(np.zeros(rows, int), ["GM9999"]),
        }
    )
    trajecten = pd.DataFrame(
        {
            "persoon_id": uitkeringen["persoon_id"],
            "soort_voorziening": pd.Categorical.from_codes(np.zeros(rows, int), ["training"]),
            "aanbieder": pd.Series(pd.NA, index=range(rows), dtype="string"),
            "begin": uitkeringen["begin"],
            "einde": uitkeringen["einde"],
            "reden_einde": pd.Categorical.from_codes(np.zeros(rows, int), ["afgerond"]),
            "kosten": rng.uniform(0, 5000, rows).round(2),
        }
    )
    return {"uitkeringen": uitkeringen, "trajecten": trajecten}


def measure_check(rows: int) -> str:
    """Check a register in memory."""
    register = make_register(rows)
    check_register(make_register(1000))  # imports are not part of the measurement
    del register["trajecten"]
    data = sum(frame.memory_usage(deep=True).sum() for frame in register.values()) / 2**20
    return f"check of {data:.0f} MB in memory: " + _measure(lambda: check_register(register, DAY), data)


def measure_file(folder: Path) -> str:
    """Read and check a file."""
    check_register(make_register(1000))
    size = (folder / "uitkeringen.csv").stat().st_size / 2**20
    return f"read and check of {size:.0f} MB of text: " + _measure(lambda: check_map(folder, DAY), 0)


def _measure(action: Callable[[], object], data: float) -> str:
    pa.default_memory_pool().release_unused()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
    before, start = _status("VmRSS"), time.perf_counter()
    action()
    seconds = time.perf_counter() - start
    return f"{seconds:.1f} s, memory at its peak {data + _status('VmHWM') - before:.0f} MB (data included)\n"


def main(rows: int) -> None:
    """Measure each in a process of its own."""
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(1, max_tasks_per_child=1) as pool:
        table = make_register(rows)["uitkeringen"]
        table.to_csv(Path(name) / "uitkeringen.csv", index=False, sep=";")
        del table
        sys.stdout.write(pool.submit(measure_check, rows).result())
        sys.stdout.write(pool.submit(measure_file, Path(name)).result())


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
