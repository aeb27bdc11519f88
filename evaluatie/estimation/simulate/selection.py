"""Draw people of whom some get a traject, not by chance, with a known effect: at one moment, or month by month."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

_LEVELS = ("basis", "hbo", "mbo")
_START, _EXIT = -3.4, -3.3
Array = npt.NDArray[np.float64]


def simulate_selection(
    people: int = 2000,
    *,
    effect: float = 2.0,
    curved: Literal["", "outcome", "treatment", "both"] = "",
    hidden: float = 0.0,
    seed: int = 1,
) -> pd.DataFrame:
    """Draw people of whom those with better prospects get a traject more often.

    The truth: everyone's ``uitkomst`` would be exactly `effect` higher with the traject, so the average effect on the
    treated is `effect`. Comparing means is too favourable, because prospects raise both.

    Parameters
    ----------
    people : int
        Number of rows.
    effect : float
        The planted effect.
    curved : {"", "outcome", "treatment", "both"}
        Which of the two models is *not* linear in the columns (it holds the square of age and a product).
    hidden : float
        How strongly something unmeasured (column ``motivatie``) decides about both.
    seed : int
        Seed of the draw.

    Returns
    -------
    pandas.DataFrame
        ``persoon``, ``leeftijd`` (years), ``opleiding``, ``duur`` (years on benefit), ``motivatie``, ``traject`` (0 or
        1) and ``uitkomst``.
    """
    rng = np.random.default_rng(seed)
    age, years = rng.uniform(20, 60, people), rng.gamma(2.0, 1.5, people)
    level = rng.choice(len(_LEVELS), people, p=[0.4, 0.2, 0.4])
    motivation = rng.normal(0, 1, people)
    z, schooling = (age - 40) / 10, np.array([-0.6, 0.8, 0.2])[level]
    line = 0.5 * schooling - 0.4 * z - 0.15 * (years - 3)
    bend = 0.5 * (z**2 - 4 / 3) + 0.3 * z * schooling
    odds = -0.8 + line + (bend if curved in ("treatment", "both") else 0) + hidden * motivation
    treated = rng.uniform(size=people) < _logistic(odds)
    mean = 10 + 2 * line + (2 * bend if curved in ("outcome", "both") else 0) + hidden * motivation
    outcome = mean + effect * treated + rng.normal(0, 2, people)
    return pd.DataFrame(
        {
            "persoon": np.arange(people),
            "leeftijd": age,
            "opleiding": np.array(_LEVELS)[level],
            "duur": years,
            "motivatie": motivation,
            "traject": treated.astype(int),
            "uitkomst": outcome,
        }
    )


def simulate_person_months(
    people: int = 4000, *, log_odds: float = 0.5, months: int = 36, censored: bool = True, seed: int = 1
) -> pd.DataFrame:
    """Draw people on benefit by month, who may start a traject in any month and then leave at another rate.

    The truth: from the month of the start, the log odds of leaving in a month are `log_odds` higher. What starting now
    does to the share that has left h months later, compared with not starting now, is `true_landmark_effect`. With
    ``log_odds=0`` it is zero, whatever the selection.

    Parameters
    ----------
    people : int
        Number of people.
    log_odds : float
        The planted effect.
    months : int
        Months of follow-up at most.
    censored : bool
        Whether the register ends at a month that differs between people, between a third of `months` and `months`.
    seed : int
        Seed of the draw.

    Returns
    -------
    pandas.DataFrame
        One row per person and month on benefit: ``persoon``, ``maand``, ``leeftijd``, ``opleiding``, ``traject`` (1
        from the start on) and ``uitstroom`` (1 in the month of leaving).
    """
    rng = np.random.default_rng(seed)
    age, level = rng.uniform(20, 60, people), rng.choice(len(_LEVELS), people, p=[0.4, 0.2, 0.4])
    end = rng.integers(months // 3, months + 1, people) if censored else np.full(people, months)
    score = _score(age, np.array(_LEVELS)[level])
    present, started, parts = np.arange(people), np.zeros(people, dtype=bool), []
    for month in range(months):
        present = present[end[present] > month]
        started[present] |= rng.uniform(size=len(present)) < _logistic(_START + score[present])
        leaves = rng.uniform(size=len(present)) < _logistic(_EXIT + score[present] + log_odds * started[present])
        columns = {
            "persoon": present,
            "maand": month,
            "leeftijd": age[present],
            "opleiding": np.array(_LEVELS)[level[present]],
        }
        parts.append(
            pd.DataFrame({**columns, "traject": started[present].astype(int), "uitstroom": leaves.astype(int)})
        )
        present = present[~leaves]
    return pd.concat(parts, ignore_index=True).sort_values(["persoon", "maand"], ignore_index=True)


def true_landmark_effect(person_months: pd.DataFrame, horizon: int, *, log_odds: float = 0.5) -> float:
    """Return what starting did to the share that left within `horizon` months, for those who started.

    Exact, person by person, from the rates that `simulate_person_months` used: the chance of having left with a start
    now, minus that without a start now and with later starts at the usual rate.

    Parameters
    ----------
    person_months : pandas.DataFrame
        As drawn by `simulate_person_months`.
    horizon : int
        Months after the start; 0 for the month of the start.
    log_odds : float
        The planted effect.
    """
    starters = person_months[person_months["traject"] == 1].drop_duplicates("persoon")
    score = _score(starters["leeftijd"].to_numpy(), starters["opleiding"].to_numpy())
    start, leave, leave_treated = (_logistic(level + score) for level in (_START, _EXIT, _EXIT + log_odds))
    waiting, treated = np.ones(len(score)), np.zeros(len(score))
    for month in range(horizon + 1):
        begins = waiting * (start if month else 0)
        waiting, treated = (waiting - begins) * (1 - leave), (treated + begins) * (1 - leave_treated)
    return float((waiting + treated - (1 - leave_treated) ** (horizon + 1)).mean())


def _score(age: Array, level: npt.NDArray[np.str_]) -> Array:
    schooling = pd.Series(level).map({"basis": -0.6, "hbo": 0.8, "mbo": 0.2}).to_numpy(float)
    score: Array = 0.7 * schooling - 0.4 * (np.asarray(age, dtype=float) - 40) / 10
    return score


def _logistic(x: Array) -> Array:
    share: Array = 1 / (1 + np.exp(-x))
    return share
