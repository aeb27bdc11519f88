"""Rows, cells and Parquet give one answer: that of least squares on the persons, by libraries that see the persons."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
import statsmodels.formula.api as smf
from linearmodels.panel import PanelOLS
from pyfixest.demeaners import MapDemeaner

from evaluatie.estimation import Estimate, did, make_cells
from evaluatie.estimation.simulate.panel import simulate_panel, simulate_persons

ROLES = {"outcome": "uitkomst", "unit": "gemeente", "time": "periode", "treated_from": "start"}
CALLS = {
    "plain": {},
    "weighted": {"weights": "gewicht"},
    "covariates": {"covariates": ["leeftijd", "kinderen"]},
    "weighted, covariates, coarse clusters": {
        "weights": "gewicht",
        "covariates": ["leeftijd", "kinderen"],
        "cluster": "regio",
    },
}


@pytest.fixture(scope="module")
def persons() -> pd.DataFrame:
    """Return about 5.000 persons in 70 municipalities and 9 periods; cells are missing, one start is staggered."""
    panel = simulate_panel(units=70, periods=9, starts=(4, 7), treated=(18, 12), seed=3)
    rows = simulate_persons(panel, persons=8, seed=5)
    rng = np.random.default_rng(8)
    rows = rows.assign(kinderen=rng.poisson(1 + 0.02 * rows["leeftijd"]).astype(float))
    gaps = rows["gemeente"].isin(["g003", "g040", "g066"]) & rows["periode"].isin([2, 3, 8])
    return rows[~gaps].sample(frac=1, random_state=1).reset_index(drop=True)


@pytest.fixture(scope="module", params=CALLS, ids=str)
def call(request: pytest.FixtureRequest) -> dict[str, object]:
    return CALLS[request.param]


pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword:Warning")  # pyfixest on pandas 3


def estimate(source: pd.DataFrame | Path | str, **call: object) -> Estimate:
    result = did(source, **ROLES, **call)
    assert isinstance(result, Estimate)
    return result


def with_treatment(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(behandeld=(rows["periode"] >= rows["start"]).astype(float))


def test_cells_and_parquet_equal_rows(persons: pd.DataFrame, call: dict[str, object], tmp_path: Path) -> None:
    """Equal to 1e-10, relative, in coefficient and standard error; cells also after a trip through a file."""
    rows = estimate(persons, **call)
    for part in range(3):
        persons.iloc[part::3].to_parquet(tmp_path / f"deel{part}.parquet")
    make_cells(persons, **ROLES, **call).to_parquet(tmp_path / "cellen.pq")
    for source in (
        make_cells(persons, **ROLES, **call),
        tmp_path,
        str(tmp_path / "deel*.parquet"),
        tmp_path / "cellen.pq",
        make_cells(tmp_path, **ROLES, **call, threads=1, memory="200MB").sample(frac=1, random_state=2),
    ):
        other = estimate(source, **call)
        assert other.value == pytest.approx(rows.value, rel=1e-10)
        assert other.std_error == pytest.approx(rows.std_error, rel=1e-10)
        assert (other.n, other.dof) == (rows.n, rows.dof)


def test_equal_to_pyfixest_on_the_persons(persons: pd.DataFrame, call: dict[str, object]) -> None:
    """Pyfixest's default convention is ours: K counts period effects and coefficients, not the nested unit effects.

    Pyfixest demeans by iteration; at its default tolerance (1e-6) it would only agree to about seven digits.
    """
    covariates = "".join(f" + {name}" for name in call.get("covariates", []))
    theirs = pf.feols(
        f"uitkomst ~ behandeld{covariates} | gemeente + periode",
        with_treatment(persons),
        weights=call.get("weights"),
        vcov={"CRV1": str(call.get("cluster", "gemeente"))},
        demeaner=MapDemeaner(fixef_tol=1e-12),
        fixef_rm="singleton",
    )
    ours = estimate(persons, **call)
    assert ours.value == pytest.approx(theirs.coef()["behandeld"], abs=1e-10)
    assert ours.std_error == pytest.approx(theirs.se()["behandeld"], rel=1e-8)
    interval, (low, high) = ours.interval(), theirs.confint().loc["behandeld"]
    assert (interval.lower, interval.upper) == pytest.approx((low, high), abs=1e-8)


def test_equal_to_statsmodels_with_dummies_on_the_persons(persons: pd.DataFrame, call: dict[str, object]) -> None:
    """Statsmodels counts the unit dummies in K; the factor (N − K theirs)/(N − K ours) brings it to our convention."""
    frame = with_treatment(persons)
    covariates = list(call.get("covariates", []))
    formula = " + ".join(["uitkomst ~ behandeld", *covariates, "C(gemeente)", "C(periode)"])
    groups = frame[call.get("cluster", "gemeente")].astype("category").cat.codes
    weights = frame["gewicht"] if "weights" in call else np.ones(len(frame))
    theirs = smf.wls(formula, frame, weights=weights).fit(cov_type="cluster", cov_kwds={"groups": groups})
    ours = estimate(persons, **call)
    k_theirs, k_ours = theirs.df_model + 1, 9 + 1 + len(covariates)
    factor = np.sqrt((len(frame) - k_theirs) / (len(frame) - k_ours))
    assert ours.value == pytest.approx(theirs.params["behandeld"], abs=1e-10)
    assert ours.std_error == pytest.approx(theirs.bse["behandeld"] * factor, rel=1e-8)


def test_unbalanced_panel_equals_linearmodels() -> None:
    """PanelOLS with entity and time effects, clustered by entity, on a weighted panel with holes.

    Its factor is N/(N − K) with all effects in K (50), ours G/(G−1) · (N−1)/(N−K) with the unit effects left out (11).
    """
    panel = simulate_panel(units=40, periods=10, starts=(4, 6), treated=(8, 9), seed=2)
    panel = panel.drop(index=[3, 17, 42, 43, 44, 200, 399]).reset_index(drop=True)
    indexed = panel.set_index(["gemeente", "periode"])
    theirs = PanelOLS(
        indexed["uitkomst"],
        indexed[["behandeld"]],
        entity_effects=True,
        time_effects=True,
        weights=indexed["personen"],
    ).fit(cov_type="clustered", cluster_entity=True)
    ours = estimate(panel, weights="personen")
    assert ours.value == pytest.approx(theirs.params["behandeld"], abs=1e-10)
    n = len(panel)
    assert (ours.n, theirs.df_model) == (n, 50)
    factor = 40 / 39 * (n - 1) / (n - 11) * (n - 50) / n
    assert ours.std_error == pytest.approx(theirs.std_errors["behandeld"] * np.sqrt(factor), rel=1e-8)


def test_n_counts_persons_and_weights_do_not(persons: pd.DataFrame) -> None:
    """Two equal rows are one row with n = 2 (N as well); two rows of half the weight are one row (but not N)."""
    cells = make_cells(persons, **ROLES)
    doubled = pd.concat([persons, persons])
    assert estimate(doubled).n == 2 * len(persons)
    assert estimate(cells.assign(n=2 * cells["n"])).std_error == pytest.approx(estimate(doubled).std_error, rel=1e-12)
    halved = estimate(doubled.assign(w=0.5), weights="w")
    assert halved.value == pytest.approx(estimate(persons).value, rel=1e-12)
    factor = np.sqrt((2 * len(persons) - 1) / (len(persons) - 1) * (len(persons) - 10) / (2 * len(persons) - 10))
    assert halved.std_error == pytest.approx(estimate(persons).std_error * factor, rel=1e-12)


def test_a_large_common_level_costs_no_digits(persons: pd.DataFrame, tmp_path: Path) -> None:
    """Seconds since 1970 as a covariate: a sum of squares minus the square of a sum would keep three digits."""
    shifted = persons.assign(tijd=1.7e9 + persons["leeftijd"], uitkomst=persons["uitkomst"] + 1000)
    shifted.to_parquet(tmp_path / "rijen.parquet")
    expected = estimate(persons, covariates=["leeftijd"])
    for source in (shifted, tmp_path, make_cells(shifted, **ROLES, covariates=["tijd"])):
        other = estimate(source, covariates=["tijd"])
        assert other.value == pytest.approx(expected.value, abs=1e-10)
        assert other.std_error == pytest.approx(expected.std_error, rel=1e-8)
