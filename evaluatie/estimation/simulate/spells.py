"""Spells on benefit with treatments that hold people back while they last and help afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

AFTER_MONTHS = 12
"""The effect after a treatment lasts this long; from the next month on there is none."""

_OTHER = {"relatie": 0.006, "verhuizing": 0.004}
"""Monthly hazards of the exits that no treatment touches."""
_YOUNG = {"jong": 0.25, "oud": -0.25}
"""Log effect of the age group on the hazard of leaving for work."""

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SimulatedSpells:
    """What a register would hold, and nothing else.

    Parameters
    ----------
    spells : pandas.DataFrame
        ``person``, ``begin`` and ``end`` (month numbers; end missing when still running), ``reason``, ``age_group``,
        ``months`` (followed, the month of the begin and the last one included) and ``ever_treated`` (whether a
        treatment ran in the spell, which is only known afterwards).
    treatments : pandas.DataFrame
        ``person``, ``begin``, ``end``.
    observed : (int, int)
        First and last month.
    """

    spells: pd.DataFrame
    treatments: pd.DataFrame
    observed: tuple[int, int]


def simulate_spells(
    persons: int,
    *,
    seed: int,
    during: float = 0.6,
    after: float = 1.3,
    months: int = 60,
    base: float = 0.04,
    start: float = 0.04,
    returning: float = 0.02,
    spread: float = 0.0,
) -> SimulatedSpells:
    """Draw spells month by month.

    The hazard of leaving for work in a month is ``1 − exp(−λ)`` with ``λ = base · exp(−0.02 · duration) · age · season
    · trait``, times `during` while a treatment runs and times `after` in the twelve months that follow; these two are
    the hazard ratios that the complementary log-log recovers. Young people leave sooner and are treated more. Exits
    to a relation or another place compete, at a constant hazard. Who left may come back.

    Parameters
    ----------
    persons : int
        Number of persons; their first spell begins in one of the first 24 months.
    seed : int
        Same seed, same data.
    during, after : float
        Planted hazard ratios.
    months : int
        Length of the observation.
    base : float
        Monthly hazard of leaving for work at the start.
    start : float
        Monthly probability that a treatment of 3 to 8 months starts, for who has none and had none in the last six
        months; half as much again for the young.
    returning : float
        Monthly probability to come back.
    spread : float
        Standard deviation of the log of a personal factor that no register knows; it ties a person's spells together.
    """
    rng = np.random.default_rng(seed)
    state = _State(
        young=rng.random(persons) < 0.5,
        factor=np.exp(spread * rng.standard_normal(persons)),
        begin=rng.integers(0, 24, persons),
        treated_from=np.full(persons, -999),
        treated_to=np.full(persons, -999),
        present=np.zeros(persons, dtype=bool),
    )
    for month in range(months):
        _come_in(state, month, rng, returning)
        _start_treatments(state, month, rng, start)
        _leave(state, month, _hazard_of_work(state, month, during, after, base), rng)
    return _to_register(state, months)


@dataclass(slots=True)
class _State:
    young: npt.NDArray[np.bool_]
    factor: npt.NDArray[np.float64]
    begin: Numbers
    treated_from: Numbers
    treated_to: Numbers
    present: npt.NDArray[np.bool_]
    spells: list[pd.DataFrame] = field(default_factory=list)
    treatments: list[pd.DataFrame] = field(default_factory=list)


def _come_in(state: _State, month: int, rng: np.random.Generator, returning: float) -> None:
    back = (state.begin < month) & ~state.present & (rng.random(len(state.begin)) < returning)
    state.begin = np.where(back, month, state.begin)
    state.present |= state.begin == month


def _start_treatments(state: _State, month: int, rng: np.random.Generator, start: float) -> None:
    chance = start * np.where(state.young, 1.5, 1.0)
    new = state.present & (state.treated_to < month - 6) & (rng.random(len(chance)) < chance)
    state.treated_from = np.where(new, month, state.treated_from)
    state.treated_to = np.where(new, month + rng.integers(2, 8, len(chance)), state.treated_to)
    who = np.flatnonzero(new)
    state.treatments.append(pd.DataFrame({"person": who, "begin": month, "end": state.treated_to[who]}))


def _hazard_of_work(state: _State, month: int, during: float, after: float, base: float) -> npt.NDArray[np.float64]:
    since = month - state.treated_to
    effect = np.select([since <= 0, since <= AFTER_MONTHS], [during, after], 1.0)
    age = np.exp(np.where(state.young, _YOUNG["jong"], _YOUNG["oud"]))
    season = np.exp(0.2 * np.sin(2 * np.pi * month / 12))
    return np.asarray(base * np.exp(-0.02 * (month - state.begin + 1)) * age * season * effect * state.factor)


def _leave(state: _State, month: int, work: npt.NDArray[np.float64], rng: np.random.Generator) -> None:
    """Let the causes compete in continuous time within the month."""
    rates = np.column_stack([work, *[np.full(len(work), rate) for rate in _OTHER.values()]])
    leaving = state.present & (rng.random(len(work)) < -np.expm1(-rates.sum(axis=1)))
    who = np.flatnonzero(leaving)
    shares = np.cumsum(rates[who], axis=1) / rates[who].sum(axis=1, keepdims=True)
    cause = (rng.random(len(who))[:, None] > shares).sum(axis=1)
    state.spells.append(_record(state, who, month, np.array(["werk", *_OTHER], dtype=object)[cause]))
    state.present[who] = False
    state.treated_to[who] = np.minimum(state.treated_to[who], month)  # a treatment ends with the spell


def _record(state: _State, who: Numbers, month: int, reason: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "person": who,
            "begin": state.begin[who],
            "end": float(month),
            "reason": reason,
            "age_group": np.where(state.young[who], "jong", "oud"),
            "months": month - state.begin[who] + 1,
            "ever_treated": state.treated_to[who] >= state.begin[who],
        }
    )


def _to_register(state: _State, months: int) -> SimulatedSpells:
    running = _record(state, np.flatnonzero(state.present), months - 1, None).assign(end=np.nan)
    spells = pd.concat([*[part for part in state.spells if len(part)], running], ignore_index=True)
    treatments = pd.concat([part for part in state.treatments if len(part)], ignore_index=True)
    ends = spells[["person", "begin", "end"]].rename(columns={"begin": "spell", "end": "left"})
    joined = treatments.merge(ends, on="person")
    joined = joined[(joined["spell"] <= joined["begin"]) & ~(joined["left"] < joined["begin"])]
    joined["end"] = joined[["end", "left"]].min(axis=1).astype("int64")
    order = spells.sort_values(["person", "begin"], ignore_index=True)
    return SimulatedSpells(order, joined[["person", "begin", "end"]].reset_index(drop=True), (0, months - 1))
