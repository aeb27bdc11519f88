"""Run everything that has to hold: style, layers, types, tests, and every notebook.

Usage: ``python -m tests.run`` from the project folder (this is what ``make test`` does).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# A file stays on one worker, since its tests share what they rendered or simulated.
WORKERS = ["--numprocesses=auto", "--maxprocesses=4", "--dist=loadfile"]
STEPS = (
    ("stijl (ruff)", ["ruff", "check", "evaluatie", "tests"]),
    ("lagen (import-linter)", ["importlinter.cli"]),
    ("typen (mypy)", ["mypy"]),
    ("toetsen (pytest)", ["pytest", *WORKERS]),
    ("notebooks (nbval)", ["pytest", *WORKERS, "--nbval-lax", "-p", "no:cacheprovider", "notebooks"]),
)


def main() -> int:
    """Run every step, also after a failure; return 0 only when all of them passed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1"}
    failed = []
    for name, command in STEPS:
        print(f"== {name}", flush=True)  # noqa: T201 - this is a command
        if subprocess.run(_executable(command), cwd=ROOT, env=environment, check=False).returncode:
            failed.append(name)
    print("Mislukt: " + ", ".join(failed) if failed else "Alles geslaagd.", flush=True)  # noqa: T201
    return 1 if failed else 0


def _executable(command: list[str]) -> list[str]:
    if command[0] == "importlinter.cli":
        return [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    return [sys.executable, "-m", *command]


if __name__ == "__main__":
    sys.exit(main())
