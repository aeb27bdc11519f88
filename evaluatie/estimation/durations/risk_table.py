"""Who was at risk when, who left and why: the table behind every survival curve.

Time convention: a spell of duration t left (or was censored) at t, and was at risk at t. When exits and censoring
fall together, the censored were at risk. With delayed entry a spell is at risk at the times after its entry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import EstimationError, Violation
from evaluatie.estimation.durations.links import Array
from evaluatie.estimation.frame import Source, read_columns


@dataclass(frozen=True, slots=True)
class RiskTable:
    """One group, at each distinct time at which a spell ended.

    Parameters
    ----------
    times : array, shape (times,)
        In increasing order; with delayed entry only up to the first time after which nobody is at risk.
    at_risk : array, shape (times,)
        Spells at risk at that time.
    exits : array, shape (times, causes)
    causes : tuple of str
    start : float
        When the first spell came under observation; nobody is known to have left before.
    spells : int
        Number of spells.
    emptied : bool
        All who were at risk at the last time left, and others came in only then: what they did later cannot be
        tied to it, and a share of zero still there would be an accident of the entries.
    """

    times: Array
    at_risk: Array
    exits: Array
    causes: tuple[str, ...]
    start: float
    spells: int
    emptied: bool

    def survival(self) -> Array:
        """Return the share still there after each time (Kaplan–Meier), shape (times,)."""
        return np.asarray(np.cumprod(1 - self.exits.sum(axis=1) / self.at_risk))

    def incidence(self) -> Array:
        """Return the share that has left for each cause (Aalen–Johansen), shape (times, causes)."""
        return np.asarray(np.cumsum(self._before() * self.exits / self.at_risk[:, None], axis=0))

    def variance(self) -> Array:
        """Return the variance of `incidence`, shape (times, causes).

        The delta method on independent multinomials per time: with one cause it is Greenwood's formula, and
        without censoring exactly ``F(1 − F)/n`` (Marubini and Valsecchi 1995, sec. 10.2; Stata's ``stcompet``).
        """
        n, d, f, before = self.at_risk[:, None], self.exits.sum(axis=1)[:, None], self.incidence(), self._before()
        # Where all who are left leave at once the curve is complete: nothing follows that could vary with it.
        a = np.divide(d, n * (n - d), out=np.zeros_like(n), where=n > d)
        b, c = before**2 * self.exits * (n - self.exits) / n**3, before * self.exits / n**2
        # Σ_j a_j (F − F_j)² + b_j − 2 c_j (F − F_j), for every time at once.
        terms = f**2 * np.cumsum(a, axis=0) - 2 * f * np.cumsum(a * f, axis=0) + np.cumsum(a * f**2, axis=0)
        terms += np.cumsum(b, axis=0) - 2 * (f * np.cumsum(c, axis=0) - np.cumsum(c * f, axis=0))
        return np.asarray(np.maximum(terms, 0))

    def _before(self) -> Array:
        return np.append(1.0, self.survival()[:-1])[:, None]


def read_risk_tables(
    frame: Source,
    duration: str,
    event: str,
    entry: str | None,
    weights: str | None,
    by: str | None,
    *,
    causes: bool,
) -> dict[object, RiskTable]:
    """Return the risk table of each group (one, under None, without `by`).

    Raises
    ------
    EstimationError
        For missing columns and values, durations that end before they start, weights that are no whole numbers, and
        an `event` that is neither 0 and 1 nor, with `causes`, a reason.
    """
    numeric = [duration, *([entry] if entry else []), *([weights] if weights else [])]
    data = read_columns(frame, [event, *([by] if by else [])], numeric=numeric)
    end = data[duration].to_numpy()
    start = data[entry].to_numpy() if entry else np.full(len(data), -1.0)
    weight = data[weights].to_numpy() if weights else np.ones(len(data))
    _check(data.index, start if entry else np.zeros(len(data)), start, end, weight)
    codes, names = _read_events(data[event], causes=causes)
    if by is None:
        return {None: _table(start, end, codes, names, weight)}
    groups, labels = pd.factorize(data[by], sort=True)
    if (groups < 0).any():
        raise EstimationError(f"In {int((groups < 0).sum())} rijen ontbreekt '{by}'.", "Vul de groep in.")
    return {
        label: _table(start[groups == code], end[groups == code], codes[groups == code], names, weight[groups == code])
        for code, label in enumerate(labels)
    }


def _check(index: pd.Index, entered: Array, start: Array, end: Array, weight: Array) -> None:
    problems = (
        (end < 0, "een duur onder nul.", "Verbeter de duur."),
        (entered < 0, "een instapmoment onder nul.", "Verbeter het instapmoment."),
        ((end >= 0) & (end <= start), "een duur die niet na het instapmoment ligt.", "Laat deze perioden weg."),
        ((weight < 1) | (weight % 1 != 0), "een gewicht dat geen aantal is.", "Een gewicht telt gelijke perioden."),
    )
    violations = [
        Violation(f"rij {', '.join(map(str, index[bad][:5]))}", f"{int(bad.sum())} perioden hebben {what}", remedy)
        for bad, what, remedy in problems
        if bad.any()
    ]
    if violations or not len(end):
        remedy = "" if violations else "Er is geen enkele periode."
        raise EstimationError("Met deze perioden is geen kromme te maken.", remedy, violations)


def _read_events(event: pd.Series, *, causes: bool) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """Return the number of the cause of each spell, −1 when censored."""
    numeric = pd.api.types.is_bool_dtype(event) or pd.api.types.is_numeric_dtype(event)
    if numeric and not causes:
        values = event.to_numpy(dtype=float, na_value=np.nan)
        if not np.isin(values, (0, 1)).all():
            raise EstimationError(
                f"Kolom '{event.name}' bevat iets anders dan 0 en 1.", "Gebruik 1 voor een uitstroom."
            )
        return values.astype(np.int64) - 1, ("exit",)
    if numeric:
        raise EstimationError(
            f"Kolom '{event.name}' bevat getallen.", "Geef de reden als tekst, en laat hem leeg zonder uitstroom."
        )
    codes, names = pd.factorize(event.astype(object), sort=True)
    if not causes:
        return np.where(codes >= 0, 0, -1), ("exit",)
    return codes.astype(np.int64), tuple(map(str, names))


def _table(start: Array, end: Array, codes: npt.NDArray[np.int64], names: tuple[str, ...], weight: Array) -> RiskTable:
    times, position = np.unique(end, return_inverse=True)
    size = len(times)
    exits = np.zeros((size, len(names)))
    np.add.at(exits, (position[codes >= 0], codes[codes >= 0]), weight[codes >= 0])
    ended = np.cumsum(np.bincount(position, weights=weight, minlength=size))
    before, until = (
        np.cumsum(np.bincount(np.searchsorted(times, start, side=side), weights=weight, minlength=size + 1))[:size]
        for side in ("right", "left")
    )
    at_risk = before - np.append(0, ended[:-1])
    all_left = at_risk == exits.sum(axis=1)
    stop = int(np.flatnonzero(all_left | (until == ended))[0]) if (all_left | (until == ended)).any() else size - 1
    return RiskTable(
        times[: stop + 1],
        at_risk[: stop + 1],
        exits[: stop + 1],
        names,
        max(float(start.min()), 0.0),
        int(weight.sum()),
        bool(all_left[stop] and stop < size - 1),
    )
