"""How strong would something unmeasured have to be to explain an effect away?

None of these shows that nothing was missed; each says how much would have to have been missed. The E-value is about
two shares, `oster_bound` about a regression, `rosenbaum_bounds` about matched pairs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.result import Estimate
from evaluatie.estimation.selection.oster import OsterBound, oster_bound
from evaluatie.estimation.selection.rosenbaum import RosenbaumBounds, rosenbaum_bounds


@dataclass(frozen=True, slots=True)
class EValue:
    """The strength of an unmeasured confounder that could explain an effect away.

    Parameters
    ----------
    ratio : float
        Risk ratio of the effect, as given or converted.
    lower, upper : float or None
        Ends of its interval.
    point : float
        E-value of the estimate: a confounder with a risk ratio of at least this size with *both* treatment and
        outcome, beside the covariates, could make the effect nothing; a weaker one could not.
    limit : float or None
        The same for the end of the interval nearest to no effect; 1 when the interval holds no effect.
    """

    ratio: float
    lower: float | None
    upper: float | None
    point: float
    limit: float | None

    @property
    def statement(self) -> str:
        """The breakdown value in one sentence."""
        end = "" if self.limit is None else f"; {self.limit:.2f} would be enough to make the interval hold no effect"
        return (
            f"An unmeasured cause that makes both treatment and outcome {self.point:.2f} times as likely, "
            f"beside the covariates, could explain the effect away{end}."
        )

    def tidy(self) -> pd.DataFrame:
        """Return one row: ``ratio``, ``conf_low``, ``conf_high``, ``e_value``, ``e_value_limit``."""
        values = (self.ratio, self.lower, self.upper, self.point, self.limit)
        names = ("ratio", "conf_low", "conf_high", "e_value", "e_value_limit")
        return pd.DataFrame([dict(zip(names, values, strict=True))])

    def _repr_html_(self) -> str:
        return f"<p>{self.statement}</p>{self.tidy().to_html(index=False)}"


def e_value(
    effect: float | Estimate,
    lower: float | None = None,
    upper: float | None = None,
    *,
    baseline: float | None = None,
    spread: float | None = None,
    level: float = 0.95,
) -> EValue:
    """Return the E-value of a risk ratio, a difference in shares or a difference in means.

    ``RR + √(RR · (RR − 1))``, with the reciprocal of a ratio below one.

    Parameters
    ----------
    effect : float or Estimate
        A risk ratio (also a rate ratio, or an odds or hazard ratio of something rare), with its interval in `lower`
        and `upper`; or an `Estimate` of a ratio, or of a difference together with one of the following.
    lower, upper : float, optional
        Ends of the interval of a ratio given as a number.
    baseline : float, optional
        Share with the outcome among the treated had they not been treated (`AttResult.counterfactual`). A difference
        becomes ``(baseline + difference) / baseline``, with the baseline taken as known.
    spread : float, optional
        Standard deviation of a continuous outcome. A difference becomes ``exp(0,91 · difference / spread)`` and its
        ends ``exp(0,91 · d ± 1,78 · standard error / spread)``, an approximation (VanderWeele and Ding 2017, table 2).
    level : float
        Of the interval of an `Estimate`.

    Returns
    -------
    EValue
        Of the effect itself, and of the end of its interval nearest to no effect.

    Raises
    ------
    EstimationError
        For ratios that are not positive, an estimate outside its interval, a difference without baseline or spread, or
        shares outside 0 to 1.

    References
    ----------
    Ding and VanderWeele (2016), Epidemiology 27; VanderWeele and Ding (2017), Annals of Internal Medicine 167.
    """
    if isinstance(effect, Estimate):
        ratio, low, high = _as_ratio(effect, baseline, spread, level)
    else:
        ratio, low, high = float(effect), lower, upper
    given = [value for value in (low, ratio, high) if value is not None]
    if min(given) <= 0 or given != sorted(given):
        raise EstimationError("Een risicoverhouding is positief en ligt in haar interval.", "Controleer de getallen.")
    limit = None
    near = low if ratio >= 1 else high
    if near is not None:
        limit = 1.0 if (near - 1) * (ratio - 1) <= 0 else _e_value(near)
    return EValue(ratio, low, high, _e_value(ratio), limit)


def _e_value(ratio: float) -> float:
    above = max(ratio, 1 / ratio)
    return above + math.sqrt(above * (above - 1))


def _as_ratio(
    effect: Estimate, baseline: float | None, spread: float | None, level: float
) -> tuple[float, float | None, float | None]:
    interval = effect.interval(level) if effect.inference else None
    ends = (interval.lower, interval.upper) if interval else (None, None)
    if effect.null == 1:
        return (effect.value, *ends)
    if (baseline is None) == (spread is None):
        raise EstimationError(
            "Van een verschil is een verhouding nodig.",
            "Geef baseline (een aandeel) óf spread (een standaardafwijking).",
        )
    if spread is not None:
        return _from_standardised(effect, spread)
    shares = [None if value is None else float(baseline or 0) + value for value in (effect.value, *ends)]
    if not 0 < float(baseline or 0) < 1 or not 0 < float(shares[0] or 0) <= 1:
        raise EstimationError("Met dit verschil valt een aandeel buiten 0 tot 1.", "Controleer baseline.")
    # An end of the interval can pass 0 or 1, a share cannot; at 0 the ratio would be 0, so it stops just above.
    low, high = (None if share is None else min(max(share, 1e-12), 1.0) / float(baseline or 1) for share in shares[1:])
    return float(shares[0] or 0) / float(baseline or 1), low, high


def _from_standardised(effect: Estimate, spread: float) -> tuple[float, float | None, float | None]:
    if spread <= 0:
        raise EstimationError("Een standaardafwijking is positief.", "Controleer spread.")
    centre = 0.91 * effect.value / spread
    if effect.std_error is None:
        return math.exp(centre), None, None
    reach = 1.78 * effect.std_error / spread
    return math.exp(centre), math.exp(centre - reach), math.exp(centre + reach)


__all__ = ["EValue", "OsterBound", "RosenbaumBounds", "e_value", "oster_bound", "rosenbaum_bounds"]
