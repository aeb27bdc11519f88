"""How much an effect depends on choices that could have been made otherwise: the specification curve.

References
----------
Simonsohn, Simmons and Nelson (2020), Specification curve analysis, Nature Human Behaviour 4.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from evaluatie.checks.landelijke_vergelijking import FEWEST_COMPARABLE, estimate_gap
from evaluatie.estimation import NotEstimated, PlaceboResult
from evaluatie.evaluaties.landelijke_vergelijking import Uitkomst, choose_venster, select_window
from evaluatie.evaluaties.vergelijkingsgroep import Vergelijkingsgroep, select_groep
from evaluatie.panel import Gemeentepanel


class Weging(StrEnum):
    """How other municipalities count."""

    OMVANG = "naar aantal mensen met bijstand"
    GELIJK = "elke gemeente even zwaar"


class Telling(StrEnum):
    """Which shares are compared."""

    EIGEN = "uit afgeronde aantallen"
    CBS = "percentages van CBS zelf"


@dataclass(frozen=True, slots=True)
class Specificatiecurve:
    """The same effect under every combination of choices.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per specification that could be estimated, smallest effect first: ``groep``, ``weging``,
        ``telling``, ``gemeenten`` (that were compared with), ``estimate``, ``conf_low``, ``conf_high``, ``p_value``,
        ``main``.
    left_out : tuple of str
        Specifications that could not be estimated, with the reason.
    """

    frame: pd.DataFrame
    left_out: tuple[str, ...]

    @property
    def same_sign(self) -> float:
        """Share of the specifications with the sign of the main one."""
        main = self.frame.loc[self.frame["main"], "estimate"].iloc[0]
        return float((self.frame["estimate"] * main > 0).mean())

    @property
    def excluding_zero(self) -> int:
        """Number of specifications whose 95% interval excludes zero."""
        return int(((self.frame["conf_low"] > 0) | (self.frame["conf_high"] < 0)).sum())


def build_specificatiecurve(
    panel: Gemeentepanel, gemeente: str, uitkomst: Uitkomst, ingangsdatum: dt.date
) -> Specificatiecurve | NotEstimated:
    """Estimate the effect against every group, with every weighting and from both countings.

    Parameters
    ----------
    panel : Gemeentepanel
    gemeente : str
        Name or CBS code.
    uitkomst : {"instroom", "uitstroom", "uitstroom_naar_werk"}
    ingangsdatum : datetime.date
        First day of the policy.

    Returns
    -------
    Specificatiecurve or NotEstimated
    """
    venster = choose_venster(ingangsdatum, panel.years)
    if not venster.before or not venster.after:
        return NotEstimated("er is geen jaar voor of geen vol jaar na de ingangsdatum", "outside_data")
    rows = select_window(panel, panel.code_of(gemeente), venster)
    estimated, left_out = [], []
    for groep in Vergelijkingsgroep:
        for weging in Weging:
            for telling in Telling:
                found = _estimate(rows, uitkomst, groep, weging, telling)
                if isinstance(found, dict):
                    estimated.append(found)
                else:
                    left_out.append(f"{groep}, {weging}, {telling}: {found}")
    frame = pd.DataFrame(estimated).sort_values("estimate", ignore_index=True)
    return Specificatiecurve(frame, tuple(left_out))


def _estimate(
    rows: pd.DataFrame, uitkomst: Uitkomst, groep: Vergelijkingsgroep, weging: Weging, telling: Telling
) -> dict[str, object] | str:
    chosen = select_groep(rows, groep, uitkomst)
    suffix = "aandeel" if telling is Telling.EIGEN else "cbs_aandeel"
    known = chosen.groupby("gemeente")[f"{uitkomst}_{suffix}"].transform(lambda column: column.notna().all())
    if not known[chosen["start"].notna()].all():
        return "CBS geeft voor deze gemeente geen eigen percentages"
    chosen = chosen[known]
    others = chosen["gemeente"].nunique() - 1
    if others < FEWEST_COMPARABLE:
        return f"maar {others} gemeenten"
    result = estimate_gap(chosen, uitkomst, suffix=suffix, equal=weging is Weging.GELIJK)
    if not isinstance(result, PlaceboResult):
        return "de andere gemeenten verschillen niet van elkaar"
    row = result.estimate.tidy().iloc[0]
    return {
        "groep": groep.value,
        "weging": weging.value,
        "telling": telling.value,
        "gemeenten": others,
        **{name: row[name] for name in ("estimate", "conf_low", "conf_high", "p_value")},
        "main": (groep, weging, telling) == (Vergelijkingsgroep.ALLE, Weging.OMVANG, Telling.EIGEN),
    }
