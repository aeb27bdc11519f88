"""From whatever went wrong to one Dutch message and one exit code."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import click
from click import exceptions

from evaluatie.cli.dutch import DutchGroup, explain
from evaluatie.errors import EvaluatieError

_INTERRUPTED = 130
_UNEXPECTED = 1


class GuardedGroup(DutchGroup):
    """The outermost command: no traceback reaches a user who did not ask for one."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and leave with the exit code that `evaluatie.errors` documents."""
        run = partial(super().main, args, prog_name, complete_var, standalone_mode=False, **extra)
        if not standalone_mode:
            return run()
        sys.exit(guard(run))


def guard(action: Callable[[], Any]) -> int:
    """Run `action`; return the exit code and show the message that goes with it."""
    try:
        code = action()
    except EvaluatieError as error:
        click.echo(error.message, err=True)
        return error.exit_code
    except exceptions.NoArgsIsHelpError as error:
        click.echo(error.message, err=True)
        return error.exit_code
    except click.ClickException as error:
        _show_misuse(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Afgebroken.", err=True)
        return _INTERRUPTED
    except Exception as error:
        if is_debugging():
            raise
        _show_unexpected(error)
        return _UNEXPECTED
    return code if isinstance(code, int) else 0


def is_debugging() -> bool:
    """Whether the user asked to see tracebacks."""
    return os.environ.get("EVALUATIE_DEBUG") == "1"


def keep_trace(trace: str) -> str:
    """Write a traceback to a file of its own and return its path."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="evaluatie-fout-", suffix=".txt", delete=False
    ) as file:
        file.write(trace)
    return file.name


def _show_misuse(error: click.ClickException) -> None:
    click.echo(f"Fout: {explain(error)}", err=True)
    ctx = getattr(error, "ctx", None)
    if ctx is not None:
        click.echo(f"Uitleg: {ctx.command_path} --help", err=True)


def _show_unexpected(error: Exception) -> None:
    kept = keep_trace("".join(traceback.format_exception(error)))
    click.echo(
        f"Er ging iets mis dat niet was voorzien ({type(error).__name__}).\n"
        f"De volledige melding staat in {kept}; stuur dat bestand mee als u dit meldt.",
        err=True,
    )
