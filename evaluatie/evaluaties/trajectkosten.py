"""What an extra exit costs, what a month without benefit costs, and what ending trajecten at six months would do."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from evaluatie.estimation import Estimate, Interval, NotEstimated
from evaluatie.evaluaties.personen import fit_duur
from evaluatie.evaluaties.trajecten import VENSTERS, Trajectgegevens

ZES_MAANDEN = 6
"""The longest traject of the rule that trajecten are at most six months (Renkum, Actieplan 2017)."""


@dataclass(frozen=True, slots=True)
class KostenPerEffect:
    """Euro per unit of effect.

    Parameters
    ----------
    kosten_eur : float
        Mean cost of a start.
    effect : Estimate
        Per start: extra exits, or months with benefit saved; positive is good.
    """

    kosten_eur: float
    effect: Estimate

    @property
    def value(self) -> float | None:
        """Euro per unit at the estimate; None when the effect goes the wrong way."""
        return self.kosten_eur / self.effect.value if self.effect.value > 0 else None

    def interval(self, level: float = 0.95) -> Interval:
        """Return the interval: the costs divided by the ends of the effect; without end when it holds zero.

        The mean cost counts as known: its error is small beside that of the effect.
        """
        ends = self.effect.interval(level)
        least = self.kosten_eur / ends.upper if ends.upper > 0 else math.inf
        most = self.kosten_eur / ends.lower if ends.lower > 0 else math.inf
        return Interval(level, least, most)


def compute_kosten(gegevens: Trajectgegevens, effect: Estimate | NotEstimated) -> KostenPerEffect | NotEstimated:
    """Divide the mean cost of a traject by an effect per start; `effect` positive is good."""
    if isinstance(effect, NotEstimated):
        return effect
    kosten = gegevens.trajecten["kosten"].astype(float).dropna()
    if kosten.empty:
        return NotEstimated("de registers geven geen kosten van trajecten", "missing_years")
    return KostenPerEffect(float(kosten.mean()), effect)


@dataclass(frozen=True, slots=True)
class Zesmaandenregel:
    """What ending every traject after six months would have changed.

    Parameters
    ----------
    maanden : int
        Person-months in a traject after its sixth month.
    uitstroom : int
        Exits to work in those months.
    verhouding : Estimate or NotEstimated
        The hazard in the three months after a traject, over that after the sixth month of one.
    """

    maanden: int
    uitstroom: int
    verhouding: Estimate | NotEstimated

    def extra_uitstroom(self, level: float = 0.95) -> tuple[float, Interval] | None:
        """Return the extra exits to work, with interval; None when it cannot be told.

        ``E · (ratio − 1)`` for E exits, with variance ``(E · ratio · s)² + (ratio − 1)² · E``: the error of the ratio
        (s on the logarithmic scale) and chance in the number of exits (Poisson).
        """
        if isinstance(self.verhouding, NotEstimated) or not self.uitstroom:
            return None
        reach = float(stats.norm.ppf(0.5 + level / 2))
        ratio, exits = self.verhouding.value, self.uitstroom
        s = math.log(self.verhouding.interval(level).upper / ratio) / reach
        error = reach * math.hypot(exits * ratio * s, (ratio - 1) * math.sqrt(exits))
        extra = exits * (ratio - 1)
        return extra, Interval(level, extra - error, extra + error)


def apply_zesmaandenregel(gegevens: Trajectgegevens) -> Zesmaandenregel:
    """Compare the months of a traject after the sixth with the months just after a traject.

    The ratio of both hazards is one coefficient: an indicator of either, and one of the months after apart.
    """
    maanden = gegevens.maanden
    late = (maanden["in_traject"]) & (maanden["sinds_trajectbegin"] >= ZES_MAANDEN)
    after = maanden["na_1_3"] == 1
    split = maanden.assign(
        tijdens=((maanden["tijdens"] == 1) & ~late).astype(float),
        laat_of_na=(late | after).astype(float),
        na_1_3=after.astype(float),
    )
    fit = fit_duur(split, ["tijdens", "laat_of_na", *list(VENSTERS)[1:]])
    ratio = fit if isinstance(fit, NotEstimated) else fit["na_1_3"]
    return Zesmaandenregel(int(late.sum()), int(maanden.loc[late, "werk"].sum()), ratio)
