"""What `import evaluatie.estimation` may load: a notebook should not wait for libraries it does not use."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "statsmodels.formula.api",
    "statsmodels.genmod",
    "statsmodels.tsa",
    "patsy",
    "formulaic",
    "linearmodels",
    "pyfixest",
    "diff_diff",
    "duckdb",
    "matplotlib",
    "pyarrow.dataset",
)
_CALL = """
import pandas as pd
from evaluatie.estimation import ols
ols(pd.DataFrame({"y": [1.0, 3, 2, 5], "x": [0, 1, 2, 3]}), formula="y ~ x")
"""


def _loaded(code: str) -> set[str]:
    """Return the modules a fresh interpreter holds after running `code`."""
    script = f"{code}\nimport sys; sys.stdout.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def after_import() -> set[str]:
    return _loaded("import evaluatie.estimation")


@pytest.mark.parametrize("module", HEAVY)
def test_importing_estimation_does_not_load(module: str, after_import: set[str]) -> None:
    assert "evaluatie.estimation.regressions.regression" in after_import
    assert module not in after_import


def test_a_regression_loads_the_formula_language_and_only_that() -> None:
    loaded = _loaded(_CALL)
    assert "patsy" in loaded
    assert not loaded & {"statsmodels.formula.api", "matplotlib", "duckdb"}
