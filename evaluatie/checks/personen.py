"""Attempts to falsify a comparison of persons: are they alike, was there a difference before, what could be missing?"""

from __future__ import annotations

from evaluatie import notatie
from evaluatie.checks.result import BEFORE, COMPARABLE, CheckResult, Verdict
from evaluatie.errors import EstimationError
from evaluatie.estimation import AttResult, Estimate, NotEstimated, e_value

UNSEEN = "Iets wat niet in de gegevens staat"
NUMBERS = "Aantallen"
BALANCED, UNBALANCED = 0.1, 0.25
"""Largest standardised difference that still counts as alike (Austin 2011), and as different (Rubin 2001)."""
FEW_EVENTS = 30
WEAK = 1.5
"""An E-value below this: something unknown of ordinary strength would be enough."""


def check_comparable(result: AttResult) -> CheckResult:
    """Hold the known traits of both groups beside each other, after weighting, and look whether they overlap."""
    balance, overlap = result.balance(), result.overlap()
    before, after = (float(balance[column].abs().max()) for column in ("smd_before", "smd_after"))
    outside = overlap.share_outside
    if after <= BALANCED and outside <= 0.05:
        verdict = Verdict.PASSED
    else:
        verdict = Verdict.CONCERN if after <= UNBALANCED and outside <= 0.2 else Verdict.FAILED
    statement = (
        f"Het grootste verschil in een bekend kenmerk is na weging {notatie.number(after, 2)} standaardafwijking "
        f"(ervoor {notatie.number(before, 2)}). {notatie.percentage(1 - outside, 0)} van wie startte heeft een "
        "vergelijkbare tegenhanger."
    )
    return CheckResult(COMPARABLE, verdict, statement)


def check_before(estimate: Estimate | NotEstimated, uitkomst: str) -> CheckResult:
    """Estimate the effect on something that the start cannot have changed: it should be nothing."""
    if isinstance(estimate, NotEstimated):
        return CheckResult(BEFORE, Verdict.NOT_RUN, f"Een verschil vooraf in {uitkomst} is niet te schatten.")
    interval = estimate.interval()
    differs = estimate.p_value <= 0.05
    statement = (
        f"Vóór de start was het verschil in {uitkomst} {_signed(estimate.value)} "
        f"(95%-interval {_signed(interval.lower)} tot {_signed(interval.upper)}). "
        + (
            "De groepen verschilden toen al: er ontbreekt iets in de vergelijking."
            if differs
            else "Er is geen aanwijzing dat de groepen toen al verschilden."
        )
    )
    return CheckResult(BEFORE, Verdict.FAILED if differs else Verdict.PASSED, statement)


def check_unseen(
    estimate: Estimate | NotEstimated,
    *,
    baseline: float | None = None,
    spread: float | None = None,
    decisive: bool = False,
) -> CheckResult:
    """Tell how strong an unmeasured trait would have to be to explain the effect away (E-value).

    Parameters
    ----------
    estimate : Estimate or NotEstimated
        The effect.
    baseline, spread : float, optional
        Those of `evaluatie.estimation.e_value`.
    decisive : bool
        Whether a difference that something unknown of ordinary strength could explain counts as not shown: for designs
        in which nothing else guards against that.

    Returns
    -------
    CheckResult
    """
    if isinstance(estimate, NotEstimated) or estimate.p_value > 0.05:
        return CheckResult(UNSEEN, Verdict.NOT_RUN, "Zonder aangetoond verschil valt er niets weg te verklaren.")
    try:
        found = e_value(estimate, baseline=baseline, spread=spread)
    except EstimationError:
        return CheckResult(UNSEEN, Verdict.NOT_RUN, "Voor deze uitkomst is dit niet uit te rekenen.")
    limit = found.limit or 1.0
    statement = (
        f"Een onbekend kenmerk dat zowel de start als de uitkomst {notatie.number(found.point, 2)} keer zo "
        f"waarschijnlijk maakt, zou het hele verschil verklaren; met {notatie.number(limit, 2)} keer is het al niet "
        f"meer aangetoond. Onder {notatie.number(WEAK, 1)} keer geldt dat als gewone sterkte."
    )
    weak = Verdict.FAILED if decisive else Verdict.CONCERN
    return CheckResult(UNSEEN, weak if limit < WEAK else Verdict.PASSED, statement)


def check_numbers(treated: int, compared: int) -> CheckResult:
    """Warn when an effect rests on few outcomes; `treated` and `compared` count persons with the outcome."""
    few = min(treated, compared) < FEW_EVENTS
    statement = (
        f"Een van beide groepen heeft minder dan {FEW_EVENTS} mensen met deze uitkomst: één mens meer telt al mee."
        if few
        else f"Beide groepen hebben minstens {FEW_EVENTS} mensen met deze uitkomst."
    )
    return CheckResult(NUMBERS, Verdict.CONCERN if few else Verdict.PASSED, statement)


def _signed(value: float) -> str:
    text = notatie.number(value, 2)
    return f"+{text}" if value > 0 and text.strip("0,") else text
