"""How long and how much memory twelve million person-months take.

Run with ``python -m tests.benchmarks.bench_persoonmaanden [persons] [months]``; registers are generated first.
"""

from __future__ import annotations

import resource
import sys
import time

from evaluatie.panel import build_herinstroom, build_persoonmaanden, build_stand
from evaluatie.registratie.voorbeeld import generate

ESTIMATOR = ("persoon", "maand", "duurklasse", "leeftijdklasse", "in_traject", "werk")


def measure(what, make) -> None:
    start = time.perf_counter()
    made = make()
    seconds, peak = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    size = made.memory_usage(deep=True).sum() / 1024**3
    sys.stdout.write(f"{what}: {len(made)} rows, {seconds:.1f} s, {size:.2f} GB; peak of the process {peak:.2f} GB\n")


def main() -> None:
    personen, maanden = (int(x) for x in (sys.argv[1:] or (200_000, 60)))
    register = generate(personen, maanden, 1).register
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    sys.stdout.write(f"registers of {len(register['uitkeringen'])} uitkeringen; peak so far {peak:.2f} GB\n")
    measure("six columns", lambda: build_persoonmaanden(register, ESTIMATOR))
    measure("all columns", lambda: build_persoonmaanden(register))
    measure("stand by klantgroep", lambda: build_stand(register, "klantgroep"))
    measure("herinstroom", lambda: build_herinstroom(register))


if __name__ == "__main__":
    main()
