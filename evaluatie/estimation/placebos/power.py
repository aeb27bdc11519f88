"""What could have been found: the smallest effect on one unit of a panel that its test detects with a given power.

There is no formula, because the inference rests on how other units happened to move; the placebo effects themselves
are the simulation. For two groups of persons there is one: `minimum_detectable_difference`.

References
----------
Bloom (1995), Evaluation Review 19 (the minimum detectable effect); Black, Hollingsworth, Nunes and Simon (2022),
J. Public Economics 213 (power by placebo effects on the real panel).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source, read_columns
from evaluatie.estimation.panels.did import to_panel
from evaluatie.estimation.placebos.placebo import ESTIMAND, method_name, placebo_in_space
from evaluatie.estimation.placebos.placebo_result import PlaceboInference, PlaceboResult
from evaluatie.estimation.placebos.placebo_scale import Statistic
from evaluatie.estimation.placebos.placebo_units import Estimator
from evaluatie.estimation.result import NotEstimated
from evaluatie.estimation.synthetic.contrast import EstimatorName

if TYPE_CHECKING:
    from evaluatie.estimation.plot import Axes

_ENOUGH = 1 + 1e-12
"""The placebo that lands on the critical value itself must count as found."""


@dataclass(frozen=True, slots=True)
class DetectableEffect:
    """The smallest effect, either way, that the test finds with the asked power.

    Parameters
    ----------
    value : float
        In the unit of the outcome, positive.
    power, alpha : float
        Share found, and size of the two-sided test.
    method, unit : str
        What was simulated or computed, and the unit of `value`.
    inference : PlaceboInference or None
        The placebo distribution it was simulated from; None for a formula.
    """

    value: float
    power: float
    alpha: float
    method: str
    unit: str
    inference: PlaceboInference | None = None

    def power_at(self, effect: float) -> float:
        """Return the share of placebo units in which this effect, added to them, is found."""
        if self.inference is None:
            raise EstimationError(
                "Bij een formule hoort geen simulatie.", "Vraag minimum_detectable_difference met een andere power."
            )
        return simulate_power(self.inference, effect, self.alpha)

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row; `level` is accepted for uniformity, a design has no interval."""
        row = {"minimum_detectable_effect": self.value, "power": self.power, "alpha": self.alpha}
        return pd.DataFrame([row | {"method": self.method, "unit": self.unit}])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the power against the size of the effect."""
        from evaluatie.estimation.plot import plot_curves

        effects = np.linspace(0, 1.5 * self.value, 61)
        curve = pd.DataFrame({"effect": effects, "estimate": [self.power_at(effect) for effect in effects]})
        return plot_curves(
            [("kans om te vinden", curve)],
            "effect",
            title="Welk effect zou worden gevonden?",
            x_label=f"effect ({self.unit})",
            y_label="kans",
            ax=ax,
        )

    def _repr_html_(self) -> str:
        return str(self.tidy().to_html(index=False))


def minimum_detectable_effect(
    panel: Source,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated_from: str,
    estimator: Estimator | EstimatorName = "did",
    weights: str | None = None,
    statistic: Statistic = "ferman_pinto",
    power: float = 0.8,
    alpha: float = 0.05,
    horizon: int | None = None,
) -> DetectableEffect | NotEstimated:
    """Simulate on the real panel which effect on one unit would have been found.

    Every untreated unit gets the treatment on paper; an effect is added to its placebo effect and the test of
    `placebo_in_space` is run. The answer is the smallest effect that is found in a share `power` of the units, in the
    direction in which it is harder to find. The outcome of the treated unit after its start is never used.

    Parameters
    ----------
    panel, outcome, unit, time, treated_from, weights, statistic
        As for `placebo_in_space`.
    estimator : {"did", "synthetic_control", "synthetic_did"} or callable
        How the effect will be estimated.
    power, alpha : float
        Share to be found and size of the test, between 0 and 1.
    horizon : int, optional
        Plan ahead: use only the periods before the start, and let the last `horizon` of them play the time after it.
        Needed when the panel ends before the start. Without it the real start and all periods are used, for the
        untreated units only.

    Returns
    -------
    DetectableEffect or NotEstimated
        `few_controls` when ``1 / (controls + 1) > alpha``: then no effect, however large, can be significant.
    """
    check_shares(power=power, alpha=alpha)
    roles: dict[str, Any] = {"unit": unit, "time": time, "treated_from": treated_from, "weights": weights}
    rows = read_columns(panel, [column for column in (outcome, *roles.values()) if column])
    frame = rows if horizon is None else _pretend(rows, outcome, roles, horizon)
    placebo = placebo_in_space(estimator, frame, outcome=outcome, **roles, statistic=statistic)
    if isinstance(placebo, NotEstimated):
        return placebo
    controls = len(placebo.inference.scaled)
    method = f"{method_name(estimator)}, simulated on {controls} placebo units ({statistic})"
    if placebo.inference.resolution > alpha * (1 + 1e-9):
        reason = f"with {controls} controls the smallest possible p-value is 1/{controls + 1}, above alpha"
        return NotEstimated(reason, "few_controls", method, ESTIMAND)
    return _detectable(placebo, power, alpha, method, outcome)


def simulate_power(inference: PlaceboInference, effect: float, alpha: float = 0.05) -> float:
    """Return the share of placebos found when `effect` is added to each, in the harder direction."""
    critical = inference.critical_value(alpha)
    size = abs(effect) / inference.scale * _ENOUGH
    shares = [(np.abs(inference.scaled + sign * size) >= critical).mean() for sign in (-1, 1)]
    return float(min(shares))


def _detectable(placebo: PlaceboResult, power: float, alpha: float, method: str, outcome: str) -> DetectableEffect:
    value = placebo.minimum_detectable_effect(power=power, alpha=alpha)
    return DetectableEffect(value, power, alpha, method, outcome, placebo.inference)


def _pretend(panel: pd.DataFrame, outcome: str, roles: dict[str, Any], horizon: int) -> pd.DataFrame:
    """Keep the periods before the start, and let the last `horizon` of them come after a pretended one."""
    time, treated_from = roles["time"], roles["treated_from"]
    to_panel(panel, outcome=outcome, **roles)  # refuses what is not a panel, in its own words
    start = panel[treated_from].min()
    before = panel if pd.isna(start) else panel[panel[time] < start]
    periods = np.sort(before[time].unique())
    if not 1 <= horizon < len(periods):
        raise EstimationError(
            f"Met {len(periods)} perioden vóór de maatregel kan horizon niet {horizon} zijn.",
            f"Kies 1 tot en met {max(len(periods) - 1, 1)}.",
        )
    pretended = before[treated_from].where(before[treated_from].isna(), periods[-horizon])
    return before.assign(**{treated_from: pretended})


def check_shares(**values: float) -> None:
    """Refuse a power or a size that is not between 0 and 1."""
    for name, value in values.items():
        if not 0 < value < 1:
            raise EstimationError(f"{name} is {value}, en moet tussen 0 en 1 liggen.", "Kies bijvoorbeeld 0.8 of 0.05.")
