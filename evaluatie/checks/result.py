"""The outcome of an attempt to falsify an estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import pandas as pd

TREND = "Ontwikkeling vóór de maatregel"
COMPARABLE = "Vergelijkbaarheid van de groepen"
BEFORE = "Uitkomst vóór de start"
INSTRUMENT = "Sterkte van de aanmoediging"
LOTTERY = "Verloop van de loting"
"""Names of the checks on which the level of evidence rests."""


class Verdict(IntEnum):
    """Ordered: the overall verdict is the worst one."""

    PASSED = 0
    CONCERN = 1
    NOT_RUN = 2
    FAILED = 3

    @property
    def dutch(self) -> str:
        """The word a reader sees."""
        return {0: "doorstaan", 1: "let op", 2: "niet uit te voeren", 3: "niet doorstaan"}[self.value]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check.

    Parameters
    ----------
    name : str
        Short Dutch name.
    verdict : Verdict
    statement : str
        One Dutch sentence: what was checked, what came out, what it means.
    table : pandas.DataFrame or None
        The numbers behind the statement.
    """

    name: str
    verdict: Verdict
    statement: str
    table: pd.DataFrame | None = None


def overall(checks: Sequence[CheckResult]) -> Verdict:
    """Return the worst verdict; of no checks at all it is NOT_RUN, never PASSED."""
    return max((check.verdict for check in checks), default=Verdict.NOT_RUN)
