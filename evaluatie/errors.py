"""Every deliberate error of the suite: what is wrong, how to mend it, which exit code.

A user never sees a traceback for a mistake of her own. Code that detects a mistake collects *all*
violations and raises one `EvaluatieError`; the command line prints it and exits with its code.

| exit code | class | meaning |
|---|---|---|
| 2 | (click) | the command itself was mistyped |
| 3 | `ChoiceError` | unknown gemeente, year or parameter |
| 4 | `NotebookError` | a notebook stopped before its last cell |
| 5 | `DataError` | a dossier or table does not meet its contract |
| 6 | `LawError` | the law is not known for that year |
| 7 | `DisclosureError` | something unreleased would have been published |
| 8 | `PageError` | a rendered page would not be accessible or self-contained |
| 9 | `EstimationError` | the input does not allow any estimation |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN_VIOLATIONS = 50


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with the input.

    Parameters
    ----------
    where : str
        File, row, column or field, as precise as known: ``"dossier.yaml, regel 12, maatregelen.0.doel"``.
    problem : str
        What was found and what is allowed, in Dutch.
    remedy : str
        What the user can do about it, in Dutch.
    """

    where: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.problem} {self.remedy}".strip()


class EvaluatieError(Exception):
    """Base of every deliberate error; shown to the user without a traceback.

    Parameters
    ----------
    problem : str
        One Dutch sentence: what is wrong.
    remedy : str
        One Dutch sentence: what to do.
    violations : iterable of Violation
        All separate violations, when there are several.
    """

    exit_code: int = 1

    def __init__(self, problem: str, remedy: str = "", violations: Iterable[Violation] = ()) -> None:
        self.problem = problem
        self.remedy = remedy
        self.violations = tuple(violations)
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The whole Dutch message: problem, violations (at most 50, the rest counted), remedy."""
        lines = [self.problem]
        lines += [f"  - {violation}" for violation in self.violations[:SHOWN_VIOLATIONS]]
        hidden = len(self.violations) - SHOWN_VIOLATIONS
        if hidden > 0:
            lines.append(f"  … en nog {hidden} andere.")
        if self.remedy:
            lines.append(self.remedy)
        return "\n".join(lines)


class ChoiceError(EvaluatieError):
    """Unknown gemeente, year, notebook or parameter."""

    exit_code = 3


class NotebookError(EvaluatieError):
    """A notebook stopped before its last cell."""

    exit_code = 4


class DataError(EvaluatieError):
    """A dossier or table does not meet its contract."""

    exit_code = 5


class LawError(EvaluatieError):
    """The law is not known, or not verified, for what was asked."""

    exit_code = 6


class DisclosureError(EvaluatieError):
    """Something that was not released would have been published."""

    exit_code = 7


class PageError(EvaluatieError):
    """A rendered page would not be accessible or self-contained."""

    exit_code = 8


class EstimationError(EvaluatieError):
    """The input does not allow any estimation (wrong columns, provisional figures)."""

    exit_code = 9
