"""The smallest difference between two groups of persons that a test finds with a given power.

References
----------
Cohen (1988), Statistical Power Analysis, chapter 2; Fleiss, Levin and Paik (2003), Statistical Methods for Rates and
Proportions, section 4.2; Bloom (1995), Evaluation Review 19 (clusters and covariates).
"""

from __future__ import annotations

import math
from typing import Literal

from scipy import stats
from scipy.optimize import brentq

from evaluatie.errors import EstimationError
from evaluatie.estimation.placebos.power import DetectableEffect, check_shares
from evaluatie.estimation.result import NotEstimated

_METHOD = "difference between two groups"


def minimum_detectable_difference(
    n_treated: int,
    n_control: int,
    *,
    standard_deviation: float | None = None,
    base_rate: float | None = None,
    variance_explained: float = 0.0,
    intraclass_correlation: float = 0.0,
    cluster_size: float = 1.0,
    power: float = 0.8,
    alpha: float = 0.05,
    direction: Literal["up", "down"] = "up",
    outcome: str = "outcome",
) -> DetectableEffect | NotEstimated:
    """Compute which difference between two groups of persons a two-sided test finds.

    For a mean (`standard_deviation`) the power is that of the t-test, from the non-central t with ``n₁ + n₀ − 2``
    degrees of freedom, or ``clusters − 2`` when persons come in clusters. For a share (`base_rate`) it is that of the
    test of two proportions: ``|p₁ − p₀| = z_{1−α/2} √(p̄q̄ (1/n₁ + 1/n₀)) + z_power √(p₁q₁/n₁ + p₀q₀/n₀)``. Clusters
    multiply the variance by ``1 + (m − 1) ρ``, covariates by ``1 − R²``.

    Parameters
    ----------
    n_treated, n_control : int
        Persons in each group, at least two.
    standard_deviation : float
        Of the outcome within a group; give this or `base_rate`.
    base_rate : float
        Share without treatment, between 0 and 1.
    variance_explained : float
        R² of covariates measured beforehand, from 0 up to 1.
    intraclass_correlation, cluster_size : float
        ρ and m: how alike persons of one cluster are, and how many persons a cluster has.
    power, alpha : float
        Chance to find the difference, and size of the test.
    direction : {"up", "down"}
        For a share: whether it is to rise or to fall.
    outcome : str
        Unit of the answer.

    Returns
    -------
    DetectableEffect or NotEstimated
        `too_small` when even a share of one (or zero) would not be found, or fewer than three clusters remain.
    """
    check_shares(power=power, alpha=alpha)
    if power <= alpha:
        raise EstimationError("De power moet groter zijn dan alpha.", "Kies bijvoorbeeld power=0.8 en alpha=0.05.")
    _check_groups(n_treated, n_control, standard_deviation, base_rate)
    _check_design(variance_explained, intraclass_correlation, cluster_size)
    effect = (1 + (cluster_size - 1) * intraclass_correlation) * (1 - variance_explained)
    if standard_deviation is not None:
        people = n_treated + n_control
        dof = people / cluster_size - 2 if intraclass_correlation else people - 2
        if dof < 1:
            return NotEstimated("fewer than three clusters leave nothing to compare", "too_small", _METHOD)
        spread = standard_deviation * math.sqrt(effect * (1 / n_treated + 1 / n_control))
        return DetectableEffect(
            _noncentrality(dof, power, alpha) * spread, power, alpha, f"{_METHOD} (t-test)", outcome
        )
    assert base_rate is not None
    value = _detectable_share(base_rate, n_treated / effect, n_control / effect, power, alpha, direction)
    if value is None:
        return NotEstimated("the groups are too small for any difference in shares", "too_small", _METHOD)
    return DetectableEffect(value, power, alpha, f"{_METHOD} (two proportions)", outcome)


def _noncentrality(dof: float, power: float, alpha: float) -> float:
    """Return how many standard errors the difference must be for the two-sided t-test to have this power."""
    critical = float(stats.t.ppf(1 - alpha / 2, dof))

    def lacking(delta: float) -> float:
        return float(stats.nct.sf(critical, dof, delta) + stats.nct.cdf(-critical, dof, delta)) - power

    largest = critical + float(stats.t.ppf(power, dof)) + 1
    while lacking(largest) < 0:
        largest *= 2
    return float(brentq(lacking, 0.0, largest, xtol=1e-12, rtol=1e-14))


def _detectable_share(
    base: float, treated: float, control: float, power: float, alpha: float, direction: str
) -> float | None:
    z_alpha, z_power = stats.norm.ppf(1 - alpha / 2), stats.norm.ppf(power)
    sign, room = (1, 1 - base) if direction == "up" else (-1, base)

    def excess(difference: float) -> float:
        share = base + sign * difference
        pooled = (treated * share + control * base) / (treated + control)
        under_null = math.sqrt(pooled * (1 - pooled) * (1 / treated + 1 / control))
        under_effect = math.sqrt(share * (1 - share) / treated + base * (1 - base) / control)
        return float(difference - z_alpha * under_null - z_power * under_effect)

    return float(brentq(excess, 0.0, room, xtol=1e-14)) if excess(room) >= 0 else None


def _check_groups(treated: int, control: int, deviation: float | None, rate: float | None) -> None:
    if min(treated, control) < 2:
        raise EstimationError("Elke groep moet ten minste twee personen hebben.", "Vergroot de groepen.")
    if (deviation is None) == (rate is None):
        raise EstimationError("Geef óf standard_deviation óf base_rate.", "Kies base_rate voor een ja/nee-uitkomst.")
    if deviation is not None and not 0 < deviation < math.inf:
        raise EstimationError("De standaardafwijking moet een positief getal zijn.", "Verbeter standard_deviation.")
    if rate is not None and not 0 < rate < 1:
        raise EstimationError("base_rate moet tussen 0 en 1 liggen.", "Geef een aandeel, geen percentage.")


def _check_design(explained: float, correlation: float, size: float) -> None:
    if not 0 <= explained < 1 or not 0 <= correlation <= 1 or not 1 <= size < math.inf:
        raise EstimationError(
            "variance_explained ligt van 0 tot 1, intraclass_correlation van 0 tot en met 1, cluster_size vanaf 1.",
            "Verbeter deze waarden.",
        )
