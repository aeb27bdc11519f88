"""Attempts to falsify the effect of a sanction: the order within a month, and exits it cannot have changed."""

from __future__ import annotations

from evaluatie import notatie
from evaluatie.checks.result import CheckResult, Verdict
from evaluatie.estimation import Estimate, NotEstimated

OWN_MONTH = "Volgorde binnen de maand"
AFTER = "De maanden erna"
UNAFFECTED = "Uitstroom die niet kan veranderen"
FEWEST_EXITS = 10
"""With fewer persons who left, nothing is said of them."""


def check_own_month(main: Estimate, apart: Estimate | NotEstimated) -> CheckResult:
    """Leave the month of the verlaging out: there, the exit may have come first."""
    if isinstance(apart, NotEstimated):
        statement = "Er zijn te weinig mensen om de maand van de verlaging zelf apart te zetten."
        return CheckResult(OWN_MONTH, Verdict.NOT_RUN, statement)
    same_side = (main.value > 1) == (apart.value > 1)
    held = same_side and (main.p_value > 0.05 or apart.p_value <= 0.05)
    contained = apart.interval().contains(main.value)
    verdict = Verdict.PASSED if held else Verdict.CONCERN if contained else Verdict.FAILED
    means = {
        Verdict.PASSED: "Dat is hetzelfde beeld.",
        Verdict.CONCERN: "Dat is minder zeker, maar past bij dezelfde grootte.",
        Verdict.FAILED: "Het verschil hangt aan de maand zelf: iemand kan al weg zijn geweest.",
    }[verdict]
    statement = f"In de twee maanden na die van de verlaging is de verhouding {_ratio(apart)}. {means}"
    return CheckResult(OWN_MONTH, verdict, statement)


def check_after(estimate: Estimate | NotEstimated) -> CheckResult:
    """Look at the months after the window: a difference that stays may be of the persons, not of the verlaging."""
    if isinstance(estimate, NotEstimated):
        statement = "Er zijn te weinig mensen die 3 tot en met 12 maanden erna weggingen."
        return CheckResult(AFTER, Verdict.NOT_RUN, statement)
    differs = estimate.p_value <= 0.05
    statement = f"3 tot en met 12 maanden na de verlaging is de verhouding {_ratio(estimate)}. " + (
        "Er blijft dus een verschil: de verlaging werkt door, of wie haar kreeg verschilt in iets dat niet in de "
        "registers staat."
        if differs
        else "Er blijft geen aangetoond verschil tussen wie een verlaging kreeg en wie niet."
    )
    return CheckResult(AFTER, Verdict.CONCERN if differs else Verdict.PASSED, statement)


def check_unaffected(estimate: Estimate | NotEstimated) -> CheckResult:
    """Estimate the same on exits for a relation, a move, AOW or death: there should be no difference."""
    if isinstance(estimate, NotEstimated):
        statement = "Er zijn te weinig mensen die dan om een relatie, verhuizing, AOW of overlijden uitstroomden."
        return CheckResult(UNAFFECTED, Verdict.NOT_RUN, statement)
    differs = estimate.p_value <= 0.05
    statement = (
        f"Op uitstroom door een relatie, verhuizing, AOW of overlijden is de verhouding {_ratio(estimate)}. "
        + (
            "Dat hoort 1 te zijn: wie een verlaging kreeg verschilde ook in iets anders."
            if differs
            else "Daar is geen verschil aangetoond, zoals het hoort."
        )
    )
    return CheckResult(UNAFFECTED, Verdict.FAILED if differs else Verdict.PASSED, statement)


def _ratio(estimate: Estimate) -> str:
    interval = estimate.interval()
    ends = " tot ".join(notatie.number(end, 2) for end in (interval.lower, interval.upper))
    return f"{notatie.number(estimate.value, 2)} (95%-interval {ends})"
