"""Attempts to falsify a break in a series: a day on which nothing began, other choices of the model."""

from __future__ import annotations

from collections.abc import Callable

from evaluatie import notatie
from evaluatie.checks.result import TREND, CheckResult, Verdict
from evaluatie.estimation import Estimate, NotEstimated

SEASON = "Seizoen"
ANTICIPATION = "Vooruitlopen op de maatregel"
REFERENCE = "Landelijke ontwikkeling"
_DIFFERS, _FOUND = 0.10, 0.05

Write = Callable[[Estimate], str]
"""Writes an effect with its interval, on the scale of the outcome."""


def check_placebo_date(placebo: Estimate | NotEstimated, maand: str, write: Write) -> CheckResult:
    """Pretend the maatregel began half-way the time before: then there should be no break.

    Parameters
    ----------
    placebo : Estimate or NotEstimated
        The same effect at that month, on months before the real start only.
    maand : str
        "2016-04".
    write : Write

    Returns
    -------
    CheckResult
    """
    if isinstance(placebo, NotEstimated):
        statement = "Er zijn te weinig maanden vóór de maatregel om te toetsen of de reeks toen al brak."
        return CheckResult(TREND, Verdict.NOT_RUN, statement)
    calm = placebo.p_value > _DIFFERS
    statement = (
        f"In {notatie.month(maand)}, toen de maatregel er nog niet was, is het verschil op dezelfde manier berekend: "
        f"{write(placebo)}. "
        + (
            "Dat is geen aanwijzing dat de reeks toen al brak; met zo weinig maanden is de toets zwak."
            if calm
            else "De reeks brak toen ook: een breuk zegt hier weinig over de maatregel."
        )
    )
    return CheckResult(TREND, Verdict.PASSED if calm else Verdict.FAILED, statement)


def check_other_model(
    name: str, changed: str, main: Estimate, other: Estimate | NotEstimated, write: Write
) -> CheckResult:
    """Estimate again with one choice changed: does the conclusion hang on it?

    It fails when an effect disappears or turns, and what was found first lies outside the other interval or on the
    other side of nothing. An effect of the same size that is only less sure is a reason for care.

    Parameters
    ----------
    name : str
        Name of the check.
    changed : str
        What is different, at the begin of a sentence: "Zonder seizoen".
    main, other : Estimate or NotEstimated
    write : Write

    Returns
    -------
    CheckResult
    """
    if isinstance(other, NotEstimated):
        return CheckResult(name, Verdict.NOT_RUN, f"{changed} is het verschil niet te schatten.")
    verdict = _compare(main, other)
    means = {
        Verdict.PASSED: "De conclusie blijft gelijk.",
        Verdict.CONCERN: "De conclusie is dan minder zeker of anders.",
        Verdict.FAILED: "De conclusie hangt af van deze keuze.",
    }[verdict]
    return CheckResult(name, verdict, f"{changed} is het verschil: {write(other)}. {means}")


def _compare(main: Estimate, other: Estimate) -> Verdict:
    found, again = main.p_value <= _FOUND, other.p_value <= _FOUND
    same_side = (main.value > main.null) == (other.value > other.null)
    if found == again and (same_side or not found):
        return Verdict.PASSED
    if not found or (same_side and other.interval().contains(main.value)):
        return Verdict.CONCERN
    return Verdict.FAILED
