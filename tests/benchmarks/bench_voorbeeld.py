"""How long a synthetic municipality takes. Usage: ``python -m tests.benchmarks.bench_voorbeeld``."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from evaluatie.registratie.voorbeeld import generate, write
from evaluatie.registratie.voorbeeld.model import INLOOP

SIZES = ((1_500, 60), (16_700, 60), (100_000, 60), (100_000, 120))


def write_line(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Print seconds to generate and to write, by size."""
    generate(100, 12, 1)  # imports and tables
    write_line("personen maanden persoonmaanden genereren schrijven geheugen")
    for personen, maanden in SIZES:
        start = time.perf_counter()
        voorbeeld = generate(personen, maanden, 1)
        made = time.perf_counter() - start
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            write(voorbeeld, Path(folder))
            written = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        write_line(f"{personen:8} {maanden:7} {personen * maanden:14,} {made:8.2f}s {written:8.2f}s {peak:6.0f} MB")
    write_line(f"Elke gemeente loopt {INLOOP} maanden in; die zijn niet meegeteld.")


if __name__ == "__main__":
    main()
