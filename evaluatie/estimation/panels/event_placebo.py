"""Inference for the event study of one treated unit: the same leads and lags for every other unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluatie.estimation.panels.event_time import NEVER
from evaluatie.estimation.panels.joint import JointTest
from evaluatie.estimation.panels.moments import Array, Codes
from evaluatie.estimation.panels.panel_cells import PanelCells
from evaluatie.estimation.placebos.placebo import PlaceboInference, fit_size_variance
from evaluatie.estimation.result import NotEstimated

METHOD = "event study, placebo in space"
_SAME = 1e-9
_FEWEST_CONTROLS = 2


@dataclass(frozen=True, slots=True)
class Permutation:
    """Leads and lags of the treated unit among those of all others.

    Parameters
    ----------
    terms : tuple of int
        Event times.
    inference : tuple of PlaceboInference or NotEstimated
        One per term.
    """

    terms: tuple[int, ...]
    inference: tuple[PlaceboInference | NotEstimated, ...]

    def joint(self, terms: list[int], estimand: str) -> JointTest | NotEstimated:
        """Rank the sum of squared scaled effects of these terms among the same sum of every placebo."""
        found = [rank for term, rank in zip(self.terms, self.inference, strict=True) if term in terms]
        known = [rank for rank in found if isinstance(rank, PlaceboInference)]
        if not known or len(known) < len(found):
            return NotEstimated("the placebo effects show no spread", "no_spread", METHOD, estimand)
        own = sum((rank.value / rank.scale) ** 2 for rank in known)
        placebos = np.sum([rank.scaled**2 for rank in known], axis=0)
        p_value = float((1 + (placebos >= own * (1 - _SAME)).sum()) / (len(placebos) + 1))
        method = f"{METHOD}: sum of squared scaled leads, {len(placebos)} controls"
        return JointTest(float(own), p_value, None, None, tuple(terms), method)


def permute_event_study(cells: PanelCells, since: Codes, reference: int) -> Permutation | None:
    """Give every untreated unit the start of the treated one, and rank; None when this design does not allow it.

    In a balanced panel with one treated unit and weights that stay the same over time, the coefficient of event time
    k is exactly ``mean(c_t, t in k) − mean(c_t, t in reference)`` with c the distance to the weighted mean of the
    untreated units. A placebo is compared with the other untreated units, never with the treated one. The effects are
    brought to one scale per event time by ``variance = a + b / size`` (Ferman and Pinto 2019).

    Parameters
    ----------
    since : array of int, shape (cells,)
        Event time of each cell after windowing; `NEVER` for cells without one.
    """
    weight = _constant_weights(cells)
    started = np.flatnonzero(cells.treated_from.notna().to_numpy())
    if weight is None or len(started) != 1 or len(weight) - 1 < _FEWEST_CONTROLS or cells.mean.shape[1] > 1:
        return None
    treated = int(started[0])
    control = np.arange(len(weight)) != treated
    y = cells.mean[:, 0].reshape(len(weight), -1)
    effects, terms = _contrasts(y, weight, control, since[cells.unit == treated], reference)
    flat = np.abs(effects[control]).max(axis=0) <= 1e-12 * np.abs(y).max()
    ranks = tuple(
        NotEstimated("the placebo effects show no spread to judge by", "no_spread", METHOD, "effect")
        if flat[k]
        else _rank(effects[:, k], weight, control, treated)
        for k in range(len(terms))
    )
    return Permutation(terms, ranks)


def _constant_weights(cells: PanelCells) -> Array | None:
    """Return the weight of each unit, or None when the panel is not balanced or weights change over time."""
    units, periods = len(cells.units), len(cells.periods)
    if len(cells.unit) != units * periods or len(cells.clusters) != units:
        return None
    weight = cells.weight.reshape(units, periods)
    constant = np.abs(weight - weight[:, :1]).max() <= _SAME * weight.min()
    return weight[:, 0] if constant else None


def _contrasts(
    y: Array, weight: Array, control: npt.NDArray[np.bool_], labels: Codes, reference: int
) -> tuple[Array, tuple[int, ...]]:
    """Return the leads and lags of every unit, shape (units, terms)."""
    w = (weight * control)[:, None]
    total = w.sum()
    distance = (y - (w * y).sum(0) / total) * (total / (total - w))
    base = distance[:, labels == reference].mean(axis=1)
    terms = tuple(int(k) for k in np.unique(labels) if k not in (reference, NEVER))
    return np.column_stack([distance[:, labels == k].mean(axis=1) - base for k in terms]), terms


def _rank(effects: Array, weight: Array, control: npt.NDArray[np.bool_], treated: int) -> PlaceboInference:
    fitted = fit_size_variance(effects[control], weight[control])
    design = np.column_stack([np.ones(int(control.sum())), 1 / weight[control]])
    a, b = np.maximum(np.linalg.lstsq(design, fitted, rcond=None)[0], 0)  # `fitted` lies on this line
    scale = np.sqrt(a + b / weight)
    return PlaceboInference(float(effects[treated]), float(scale[treated]), effects[control] / scale[control])
