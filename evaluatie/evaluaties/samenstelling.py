"""One municipality against a mix of others that moved as it did before: synthetic control, if the series allows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evaluatie import notatie
from evaluatie.checks import TREND, CheckResult, Verdict
from evaluatie.cijfers import table_bron
from evaluatie.estimation import (
    Estimate,
    NotEstimated,
    PlaceboInTime,
    PlaceboResult,
    SyntheticControl,
    placebo_in_time,
    synthetic_control,
)
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.landelijke_vergelijking import (
    POPULATIE,
    UITKOMST_WOORDEN,
    Uitkomst,
    choose_venster,
    select_window,
)
from evaluatie.evaluaties.oordeel import Ontwerp
from evaluatie.panel import Gemeentepanel

FEWEST_BEFORE = 8
"""Periods before the start below which any municipality can be copied by some mix of hundreds of others."""
_ROLES: dict[str, Any] = {"unit": "gemeente", "time": "jaar", "treated_from": "start", "weights": "gewicht"}


@dataclass(frozen=True, slots=True)
class Samenstelling:
    """The evaluatie, and the mix it rests on (None when it could not be made)."""

    evaluatie: Evaluatie
    mengsel: SyntheticControl | None

    @property
    def gewichten(self) -> pd.Series:
        """Weights of the municipalities in the mix, largest first; empty without one."""
        if self.mengsel is None:
            return pd.Series(dtype=float)
        weights = self.mengsel.weights
        return weights[weights > 0].sort_values(ascending=False)


def evaluate_samenstelling(
    panel: Gemeentepanel, gemeente: str, uitkomst: Uitkomst, ingangsdatum: dt.date
) -> Samenstelling:
    """Evaluate a municipality's policy against a mix of others.

    Parameters
    ----------
    panel : Gemeentepanel
    gemeente : str
        Name or CBS code.
    uitkomst : {"instroom", "uitstroom", "uitstroom_naar_werk"}
    ingangsdatum : datetime.date
        First day of the policy.
    """
    code, venster = panel.code_of(gemeente), choose_venster(ingangsdatum, panel.years)
    rows = select_window(panel, code, venster)
    outcome = f"{uitkomst}_aandeel"
    mix: SyntheticControl | NotEstimated
    if not venster.after:
        mix = NotEstimated("er is geen vol jaar na de start", "outside_data")
    elif len(venster.before) < FEWEST_BEFORE:
        mix = NotEstimated(_too_short(len(venster.before)), "few_pre_periods")
    else:
        mix = synthetic_control(rows, outcome=outcome, **_ROLES)
    found = mix if isinstance(mix, SyntheticControl) and isinstance(mix.placebo, PlaceboResult) else None
    evaluatie = Evaluatie(
        id=f"{code.lower()}.samenstelling.{uitkomst}",
        gemeente=str(panel.names[code]),
        maatregel_id="samenstelling",
        maatregel="Het beleid",
        uitkomst=UITKOMST_WOORDEN[uitkomst],
        populatie=POPULATIE,
        venster=venster.dutch if found else "",
        vergelijking="een mengsel van andere gemeenten" if found else "",
        verwachting="daling" if uitkomst == "instroom" else "stijging",
        estimate=_estimate(mix),
        checks=_checks(rows, outcome, mix) if isinstance(mix, SyntheticControl) and found else (),
        detectable=found.placebo.minimum_detectable_effect()
        if found and isinstance(found.placebo, PlaceboResult)
        else None,
        aannames=_ASSUMPTIONS if found else (),
        bronnen=(table_bron("bijstand_gemeenten_jaar"),),
        ontwerp=Ontwerp.SYNTHETISCHE_CONTROLE,
    )
    return Samenstelling(evaluatie, found)


def _estimate(mix: SyntheticControl | NotEstimated) -> Estimate | NotEstimated:
    if isinstance(mix, NotEstimated):
        return mix
    if isinstance(mix.placebo, NotEstimated):
        return NotEstimated("het mengsel past vooraf zo goed dat toeval niet te schatten is", mix.placebo.code)
    return mix.estimate


def _checks(rows: pd.DataFrame, outcome: str, mix: SyntheticControl) -> tuple[CheckResult, ...]:
    earlier = placebo_in_time("synthetic_control", rows, outcome=outcome, **_ROLES)
    estimates = list(earlier.estimates.values()) if isinstance(earlier, PlaceboInTime) else []
    tested = [estimate for estimate in estimates if isinstance(estimate, Estimate)]
    fit = CheckResult(
        "Passing vooraf",
        Verdict.CONCERN if mix.outside or not mix.unique else Verdict.PASSED,
        f"Vóór de start week het mengsel gemiddeld {notatie.points(mix.pre_rmspe, signed=False)} procentpunt af. "
        + " ".join(mix.remarks),
    )
    if not tested:
        return (CheckResult(TREND, Verdict.NOT_RUN, "Een eerdere start is met deze jaren niet na te bootsen."), fit)
    worst = min(tested, key=lambda estimate: estimate.p_value)
    verdict = Verdict.FAILED if worst.p_value <= 0.10 else Verdict.PASSED
    statement = (
        f"Met een verzonnen eerdere start was het verschil {notatie.points(worst.value)} procentpunt "
        f"({notatie.p_text(worst.p_value)})."
    )
    return (CheckResult(TREND, verdict, statement), fit)


def _too_short(years: int) -> str:
    return (
        f"er {'is maar één jaar' if years == 1 else f'zijn maar {years} jaren'} vóór de start, en dan past er altijd "
        f"wel een mengsel van honderden gemeenten; nodig zijn er minstens {FEWEST_BEFORE}"
    )


_ASSUMPTIONS = (
    "Het mengsel dat vooraf hetzelfde verloop had, had dat zonder het beleid ook daarna gehad.",
    "De gemeenten in het mengsel veranderden niet door het beleid en voerden niet zelf zoiets in.",
)
