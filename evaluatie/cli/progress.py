"""Show what is being rendered: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

import click

if TYPE_CHECKING:
    from evaluatie.render import Outcome, Step


class Shown(Protocol):
    """Something that follows a batch."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def __call__(self, step: Step) -> None:
        """Take in one step."""


class Lines:
    """One line per report that is ready."""

    def __enter__(self) -> Self:
        """Start without any output."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing to clean up."""

    def __call__(self, step: Step) -> None:
        """Write a line when a report is ready."""
        if step.outcome is not None:
            click.echo(describe(step.outcome))


class Bar:
    """A bar with the report and the cell it is at."""

    def __init__(self, total: int) -> None:
        from tqdm import tqdm

        layout = "{desc} {bar} {n_fmt} van {total_fmt} [{elapsed}]"
        self._bar: Any = tqdm(total=total, desc="Rapporten", bar_format=layout, file=sys.stderr, leave=False)

    def __enter__(self) -> Self:
        """Show the empty bar."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the bar, also after Ctrl-C."""
        self._bar.close()

    def __call__(self, step: Step) -> None:
        """Move the bar, or name the cell that is running."""
        if step.outcome is None:
            self._bar.set_description_str(f"{step.job} (cel {step.cell} van {step.cells})")
        else:
            self._bar.write(describe(step.outcome), file=sys.stdout)
            self._bar.update()


def show_progress(total: int) -> Shown:
    """Return a bar when someone is watching, else lines."""
    return Bar(total) if sys.stderr.isatty() else Lines()


def describe(outcome: Outcome) -> str:
    """Return one line: what became of a report."""
    return f"Mislukt: {outcome.job}" if outcome.rendered is None else f"Klaar: {outcome.job}"
