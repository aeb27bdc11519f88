"""Attempts to falsify an effect of part-time work: was the exit coming anyway, and does it change what it cannot?

The statements hold no numbers: those rest on smaller groups, and are released on their own.
"""

from __future__ import annotations

from evaluatie.checks.result import TREND, CheckResult, Verdict
from evaluatie.estimation import Estimate, NotEstimated

REVERSE = "Omgekeerde oorzaak"
UNTOUCHED = "Uitkomst die deeltijdwerk niet kan veranderen"
SERIAL = "Samenhang tussen maanden"
CRITICAL = 0.05


def check_reverse(early: Estimate | NotEstimated, later: Estimate | NotEstimated) -> CheckResult:
    """Ask whether exits crowd into the first months with income, as they would when a job was waiting already.

    Parameters
    ----------
    early : Estimate or NotEstimated
        The hazard in the first months with income over that in the later ones.
    later : Estimate or NotEstimated
        The hazard in the later months over that without part-time work, with the first months counted as without.
    """
    if isinstance(early, NotEstimated) or isinstance(later, NotEstimated):
        return CheckResult(REVERSE, Verdict.NOT_RUN, "De eerste maanden zijn niet apart te schatten.")
    if early.value <= 1 or early.p_value > CRITICAL:
        return CheckResult(
            REVERSE,
            Verdict.PASSED,
            "In de eerste maanden met inkomsten stroomt men niet aantoonbaar vaker uit dan in latere maanden met "
            "inkomsten.",
        )
    if later.value > 1 and later.p_value <= CRITICAL:
        return CheckResult(
            REVERSE,
            Verdict.CONCERN,
            "In de eerste maanden met inkomsten stroomt men vaker uit dan later. Een deel van die uitstroom kan al "
            "vaststaan; ook zonder die maanden blijft er een verschil.",
        )
    return CheckResult(
        REVERSE,
        Verdict.FAILED,
        "In de eerste maanden met inkomsten stroomt men vaker uit, en zonder die maanden is er geen aantoonbaar "
        "verschil: de uitstroom kan al hebben vastgestaan.",
    )


def check_untouched(estimate: Estimate | NotEstimated, reasons: str) -> CheckResult:
    """Estimate the effect on exits that part-time work can hardly change: it should be nothing (negative control)."""
    if isinstance(estimate, NotEstimated):
        return CheckResult(UNTOUCHED, Verdict.NOT_RUN, f"Er zijn te weinig mensen uitgestroomd door {reasons}.")
    if estimate.p_value <= CRITICAL:
        statement = f"Ook de uitstroom door {reasons} verschilt: wie in deeltijd werkt, is anders dan de rest."
        return CheckResult(UNTOUCHED, Verdict.FAILED, statement)
    statement = f"De uitstroom door {reasons} verschilt niet aantoonbaar tussen wie wel en niet in deeltijd werkt."
    return CheckResult(UNTOUCHED, Verdict.PASSED, statement)


def check_pretended(level: Estimate | NotEstimated, slope: Estimate | NotEstimated, month: str) -> CheckResult:
    """Pretend that the policy began half-way the months before it: neither level nor slope should change then.

    Parameters
    ----------
    level, slope : Estimate or NotEstimated
        What the same method finds at that pretended start.
    month : str
        That start, in words.

    Returns
    -------
    CheckResult
    """
    if isinstance(level, NotEstimated) or isinstance(slope, NotEstimated):
        return CheckResult(TREND, Verdict.NOT_RUN, "Er zijn te weinig maanden vóór de ingang om dit te toetsen.")
    # Two tests of one thing: Bonferroni.
    if 2 * min(level.p_value, slope.p_value) <= CRITICAL:
        statement = (
            f"Met een verzonnen ingang in {month}, toen er niets veranderde, vindt de methode ook een verandering: de "
            "reeks loopt niet recht genoeg."
        )
        return CheckResult(TREND, Verdict.FAILED, statement)
    statement = f"Met een verzonnen ingang in {month} vindt de methode niets, zoals het hoort."
    return CheckResult(TREND, Verdict.PASSED, statement)


def check_serial(ljung_box_p: float) -> CheckResult:
    """Tell whether months resemble their neighbours more than trend and season explain."""
    if ljung_box_p <= CRITICAL:
        statement = (
            "Maanden lijken meer op hun buren dan de lijn en het seizoen verklaren. Het interval is daarvoor verbreed, "
            "maar kan nog te smal zijn."
        )
        return CheckResult(SERIAL, Verdict.CONCERN, statement)
    statement = "Maanden lijken niet aantoonbaar op hun buren, buiten de lijn en het seizoen om."
    return CheckResult(SERIAL, Verdict.PASSED, statement)
