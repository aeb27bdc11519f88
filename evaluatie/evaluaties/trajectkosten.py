"""What an extra exit costs, what a month without benefit costs, and what ending trajecten at six months would do."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.estimation.result import LogInference, StudentInference
from evaluatie.evaluaties.personen import fit_duur, in_dutch
from evaluatie.evaluaties.trajecten import VENSTERS, Trajectgegevens

ZES_MAANDEN = 6
"""The longest traject of the rule that trajecten are at most six months (Renkum, Actieplan 2017)."""


@dataclass(frozen=True, slots=True)
class _CostInference:
    """Costs over an effect: the mean cost counts as known, its error is small beside that of the effect."""

    kosten_eur: float
    effect: Estimate

    def bounds(self, level: float) -> tuple[float, float]:
        """Return the costs over the ends of the effect; without end when the effect may be nothing."""
        ends = self.effect.interval(level)
        least = self.kosten_eur / ends.upper if ends.upper > 0 else math.inf
        return least, self.kosten_eur / ends.lower if ends.lower > 0 else math.inf

    def p_value(self, null: float) -> float:
        """Return the p-value of no effect, whatever `null`: infinite costs are the same hypothesis."""
        del null
        return self.effect.p_value


def compute_kosten(gegevens: Trajectgegevens, effect: Estimate | NotEstimated, unit: str) -> Estimate | NotEstimated:
    """Return the euro per unit of effect: the mean cost of a traject over the effect per start.

    Parameters
    ----------
    effect : Estimate or NotEstimated
        Per start; positive is good (extra exits, months with benefit saved).
    unit : str
        What a unit of effect is: "euro per extra uitstroom".
    """
    if isinstance(effect, NotEstimated):
        return effect
    kosten = gegevens.starts[min(gegevens.starts)]["kosten"].dropna()
    if kosten.empty:
        return NotEstimated("de registers geven geen kosten van trajecten", "missing_costs")
    if effect.value <= 0:
        return NotEstimated("het geschatte effect is nul of tegengesteld", "wrong_sign", effect.method)
    mean = float(kosten.mean())
    return Estimate(
        mean / effect.value, None, None, effect.n, effect.method, "cost per effect", unit, _CostInference(mean, effect)
    )


def turn(estimate: Estimate | NotEstimated, sign: int) -> Estimate | NotEstimated:
    """Return an effect with its sign turned when `sign` is −1: months with benefit become months saved."""
    if isinstance(estimate, NotEstimated) or sign > 0 or not isinstance(estimate.inference, StudentInference):
        return estimate
    inference = replace(estimate.inference, value=-estimate.value)
    return replace(estimate, value=-estimate.value, inference=inference)


@dataclass(frozen=True, slots=True)
class Zesmaandenregel:
    """What ending every traject after six months would have changed.

    Parameters
    ----------
    personen, uitstroom : int
        Persons in a traject after its sixth month, and exits to work in those months.
    verhouding : Estimate or NotEstimated
        The hazard in the three months after a traject, over that after the sixth month of one.
    """

    personen: int
    uitstroom: int
    verhouding: Estimate | NotEstimated

    def to_estimate(self) -> Estimate | NotEstimated:
        """Return the extra exits to work, on average.

        ``E · (ratio − 1)`` for E exits, with variance ``(E · ratio · s)² + (ratio − 1)² · E``: the error of the ratio
        (s on the logarithmic scale) and chance in the number of exits (Poisson).
        """
        ratio = self.verhouding
        if isinstance(ratio, NotEstimated):
            return in_dutch(ratio)
        if not self.uitstroom or not isinstance(ratio.inference, LogInference):
            return NotEstimated("niemand stroomde zo uit", "no_events", ratio.method)
        exits, s = self.uitstroom, ratio.inference.std_error
        value = exits * (ratio.value - 1)
        error = math.hypot(exits * ratio.value * s, (ratio.value - 1) * math.sqrt(exits))
        inference = StudentInference(value, error)
        return Estimate(value, error, None, ratio.n, ratio.method, "extra exits to work", "personen", inference)


def apply_zesmaandenregel(gegevens: Trajectgegevens) -> Zesmaandenregel:
    """Compare the months of a traject after the sixth with the months just after a traject.

    The ratio of both hazards is one coefficient: an indicator of either, and one of the months after apart.
    """
    maanden = gegevens.maanden
    late = maanden["in_traject"] & (maanden["sinds_trajectbegin"] >= ZES_MAANDEN)
    after = maanden["na_1_3"] == 1
    split = maanden.assign(
        tijdens=((maanden["tijdens"] == 1) & ~late).astype(float),
        laat_of_na=(late | after).astype(float),
        na_1_3=after.astype(float),
    )
    fit = fit_duur(split, ["tijdens", "laat_of_na", *list(VENSTERS)[1:]])
    ratio = fit if isinstance(fit, NotEstimated) else fit["na_1_3"]
    return Zesmaandenregel(int(maanden.loc[late, "persoon"].nunique()), int(maanden.loc[late, "werk"].sum()), ratio)
