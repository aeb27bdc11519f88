"""Matching, against Stata's printed output and against the papers' formulas written out row by row."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from evaluatie.errors import EstimationError
from evaluatie.estimation import AttResult, NotEstimated, matching_att
from evaluatie.estimation.simulate.selection import simulate_selection
from tests.estimation.golden_selection import read_cattaneo

ROLES = {"outcome": "uitkomst", "treated": "traject", "covariates": ["leeftijd", "duur"]}
SMOKING = {
    "outcome": "bweight",
    "treated": "mbsmoke_",
    "covariates": ["mmarried_", "mage", "fage", "medu", "prenatal1_"],
}


def _fit(frame: pd.DataFrame, **options: object) -> AttResult:
    result = matching_att(frame, **{**ROLES, **options})
    assert isinstance(result, AttResult), result
    return result


def test_bias_corrected_matching_is_that_of_stata() -> None:
    """Stata 18, cattaneo2: −238,5204 (AI robust standard error 30,41661).

    ``teffects nnmatch (bweight mmarried mage fage medu prenatal1) (mbsmoke), ematch(mmarried prenatal1) biasadj(mage
    fage medu) atet``, printed in Mendez (2026), "Treatment effects in Stata", stata_matching/analysis.log. Tolerance:
    half of the last printed digit. Matches with up to 16 ties, an exact cell and a correction, so it tests them all.
    """
    result = _fit(read_cattaneo(), **SMOKING, exact=["mmarried_", "prenatal1_"], adjust=["mage", "fage", "medu"])
    assert result.estimate.value == pytest.approx(-238.5204, abs=5e-5)
    assert result.estimate.std_error == pytest.approx(30.41661, abs=5e-6)


def test_matching_on_the_propensity_is_that_of_stata() -> None:
    """Stata 18, the same log: ``teffects psmatch (bweight) (mbsmoke mmarried mage fage medu prenatal1), atet``.

    −224,5927. Its standard error (30,55147) also holds the terms of Abadie and Imbens (2016), which ours leaves out and
    says so; here they differ by one per cent.
    """
    result = _fit(read_cattaneo(), **SMOKING, metric="propensity", adjust=[])
    assert result.estimate.value == pytest.approx(-224.5927, abs=5e-5)
    assert result.estimate.std_error == pytest.approx(30.55147, rel=0.02)


@pytest.mark.parametrize("neighbours", [1, 3])
@pytest.mark.parametrize("metric", ["mahalanobis", "propensity"])
@pytest.mark.parametrize("adjust", [None, []])
def test_equal_to_the_formulas_written_out(neighbours: int, metric: str, adjust: list[str] | None) -> None:
    """Abadie and Imbens (2006), equations 2–4 and theorem 7, and (2011), with loops; rounded ages give ties."""
    frame = simulate_selection(90, seed=8)
    frame = frame.assign(leeftijd=frame["leeftijd"].round(-1), duur=frame["duur"].round())
    result = _fit(frame, neighbours=neighbours, metric=metric, adjust=adjust)
    y, d = frame["uitkomst"].to_numpy(), frame["traject"].to_numpy() == 1
    x = frame[ROLES["covariates"]].to_numpy()
    if metric == "propensity":
        p = result.propensity.to_numpy()
        gaps = np.abs(p[:, None] - p[None, :])
    else:
        inverse = np.linalg.inv(np.cov(x, rowvar=False))
        gaps = np.array([[math.sqrt(max((a - b) @ inverse @ (a - b), 0)) for b in x] for a in x])

    def nearest(i: int, pool: np.ndarray, number: int) -> list[int]:
        others = [j for j in pool if j != i]
        radius = sorted(gaps[i, j] for j in others)[number - 1]
        return [j for j in others if gaps[i, j] <= radius + 1e-9]

    ours, theirs = np.flatnonzero(d), np.flatnonzero(~d)
    used, squared = np.zeros(len(y)), np.zeros(len(y))
    sets = {i: nearest(i, theirs, neighbours) for i in ours}
    for chosen in sets.values():
        for j in chosen:
            used[j] += 1 / len(chosen)
            squared[j] += 1 / len(chosen) ** 2
    line = np.zeros(len(y))
    if adjust is None:
        z, root = np.column_stack([np.ones(len(y)), x]), np.sqrt(used)
        line = z @ np.linalg.lstsq(z * root[:, None], y * root, rcond=None)[0]
    effects = np.array([y[i] - np.mean([y[j] + line[i] - line[j] for j in sets[i]]) for i in ours])
    noise = {j: np.var(y[[j, *nearest(j, theirs, 2)]], ddof=1) for j in theirs}
    variance = ((effects - effects.mean()) ** 2).sum() + sum((used[j] ** 2 - squared[j]) * noise[j] for j in theirs)
    assert result.estimate.value == pytest.approx(effects.mean(), rel=1e-10)
    assert result.estimate.std_error == pytest.approx(math.sqrt(variance) / len(ours), rel=1e-9)
    assert result.comparison[~d] == pytest.approx(used[~d])
    assert result.counterfactual == pytest.approx(y[d].mean() - effects.mean())
    assert result.pairs is not None
    assert (result.pairs["treated"] - result.pairs["comparison"]).to_numpy() == pytest.approx(effects)


def test_one_to_one_by_pencil() -> None:
    """Ages 20 … 29 are treated; each has a twin of the same age, ages 50 … 54 have nobody. The effect is always 3."""
    ages = np.arange(20.0, 30)
    frame = pd.DataFrame({"leeftijd": np.r_[ages, ages, 50, 51, 52, 53, 54], "traject": [1] * 10 + [0] * 15})
    frame["uitkomst"] = frame["leeftijd"] * 2 + 3 * frame["traject"]
    frame = pd.concat([frame, frame.head(1).assign(traject=0, uitkomst=43.0)], ignore_index=True)
    raw = _fit(frame, covariates=["leeftijd"], adjust=[])
    # Age 20 has two twins, with 40 and 43: their mean 41,5 makes that effect 1,5 instead of 3.
    assert raw.estimate.value == pytest.approx((9 * 3 + 1.5) / 10)
    assert raw.overlap().effective_untreated == pytest.approx(10**2 / (9 + 2 * 0.25))
    balance = raw.balance().iloc[0]
    assert (balance["mean_treated"], balance["mean_comparison"]) == pytest.approx((24.5, 24.5))


def test_the_correction_removes_what_distance_leaves() -> None:
    frame = simulate_selection(300, seed=4)
    exact = frame.assign(uitkomst=2 * frame["leeftijd"] + frame["duur"] + 5 * frame["traject"])
    assert _fit(exact).estimate.value == pytest.approx(5, abs=1e-8)
    assert abs(_fit(exact, adjust=[]).estimate.value - 5) > 0.01


def test_exact_cells_match_within_and_refuse_when_empty() -> None:
    frame = simulate_selection(300, seed=4)
    roles = {**ROLES, "covariates": ["leeftijd", "duur", "opleiding"]}
    result = _fit(frame, **roles, exact=["opleiding"], adjust=[])
    balance = result.balance().set_index("covariate").loc[["opleiding=hbo", "opleiding=mbo"]]
    assert balance["smd_after"].abs().max() == pytest.approx(0, abs=1e-12)
    frame["wijk"] = np.where(frame["traject"] == 1, frame["persoon"] % 9, frame["persoon"] % 8).astype(float)
    refused = matching_att(frame, **{**ROLES, "covariates": ["leeftijd", "wijk"]}, exact=["wijk"])
    assert isinstance(refused, NotEstimated)
    assert refused.code == "no_overlap"
    assert "no untreated equal on wijk" in refused.reason


def test_without_covariates_everyone_is_as_near() -> None:
    frame = simulate_selection(100, seed=4)
    estimate = _fit(frame, covariates=[]).estimate
    means = frame.groupby("traject")["uitkomst"].mean()
    assert estimate.value == pytest.approx(means[1] - means[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"neighbours": 0}, "aantal buren van 0"),
        ({"metric": "euclidisch"}, "Afstand 'euclidisch' bestaat niet"),
        ({"exact": ["opleiding"]}, "Geen covariaat: opleiding"),
        ({"adjust": ["wijk"]}, "Geen covariaat: wijk"),
    ],
)
def test_choices_that_do_not_exist_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(EstimationError, match=message):
        _fit(simulate_selection(60, seed=4), **options)
