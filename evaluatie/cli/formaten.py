"""The other forms of a report: PDF and Word, made from the finished page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evaluatie.cli.types import FORMATEN, Formaat

if TYPE_CHECKING:
    from evaluatie.render import Outcome

_HELP = f"Maak ook een ander formaat: {' of '.join(FORMATEN)}; mag vaker."

formaat_option: Callable[[Callable[..., None]], Callable[..., None]] = click.option(
    "--formaat", "formaten", type=Formaat(), metavar="FORMAAT", multiple=True, help=_HELP
)


def require_formats(formaten: Sequence[str]) -> None:
    """Refuse before anything is rendered when what a form needs is not installed.

    Raises
    ------
    EvaluatieError
        Says what is missing and how to install it.
    """
    if "pdf" in formaten:
        from evaluatie.render.pdf import find_chromium

        find_chromium()
    if "docx" in formaten:
        from evaluatie.render.word import require_word

        require_word()


def write_formats(outcomes: Sequence[Outcome], formaten: Sequence[str]) -> list[Path]:
    """Write the other forms of every report that was made."""
    pages = [outcome.rendered.html for outcome in outcomes if outcome.rendered is not None]
    written: list[Path] = []
    if "pdf" in formaten and pages:
        from evaluatie.render.pdf import write_pdfs

        written += write_pdfs(pages)
    if "docx" in formaten:
        from evaluatie.render.word import write_word

        written += [write_word(page) for page in pages]
    return written
