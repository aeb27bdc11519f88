"""Click in plain Dutch: help, usage and every mistake in a command line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

import click
from click import exceptions

_HEADINGS = {"Options": "Opties", "Commands": "Opdrachten", "Positional arguments": "Argumenten"}


class Misuse(click.UsageError):
    """A mistake in the command line; the message is Dutch already."""


class DutchFormatter(click.HelpFormatter):
    """Writes the fixed words of a help text in Dutch."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that shows how to type the command."""
        super().write_usage(prog, args, prefix or "Gebruik: ")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        super().write_heading(_HEADINGS.get(heading, heading))


class DutchContext(click.Context):
    """The context of every command here."""

    formatter_class = DutchFormatter


class _Dutch(click.Command):
    """What a command and a group have in common."""

    context_class = DutchContext

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", "[OPTIES]")
        super().__init__(*args, **kwargs)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return ``--help`` with a Dutch explanation."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Toon deze uitleg."
        return option

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; every mistake knows of which command it is."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click leaves it out of a badly used option
            raise


class DutchCommand(_Dutch):
    """A command whose help and mistakes are Dutch."""

    allow_extra_args = True  # click's own refusal is an English sentence without attributes

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments and refuse what is left over."""
        rest = super().parse_args(ctx, args)
        if rest:
            raise Misuse(f"Dit hoort niet bij deze opdracht: {' '.join(rest)}.", ctx)
        return rest


class DutchGroup(_Dutch, click.Group):
    """A group whose help and mistakes are Dutch."""

    command_class = DutchCommand

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("subcommand_metavar", "OPDRACHT [ARGUMENTEN]...")
        super().__init__(*args, **kwargs)


@singledispatch
def explain(error: click.ClickException) -> str:
    """Return the Dutch message of a mistake in the command line, from the attributes of click's error.

    Click's own English text is never shown, also not for an error that a later version adds.
    """
    return "De opdracht is niet goed getypt."


@explain.register
def _(error: Misuse) -> str:
    return error.message


@explain.register
def _(error: exceptions.NoSuchCommand) -> str:
    return f"De opdracht '{error.command_name}' bestaat niet.{_suggest(error.possibilities)}"


@explain.register
def _(error: exceptions.NoSuchOption) -> str:
    return f"De optie {error.option_name} bestaat niet.{_suggest(error.possibilities)}"


@explain.register
def _(error: exceptions.BadOptionUsage) -> str:
    options = error.ctx.command.params if error.ctx else []
    option = next((param for param in options if error.option_name in param.opts), None)
    takes_none = option is None or (isinstance(option, click.Option) and option.is_flag)
    need = "neemt geen waarde" if takes_none else "heeft een waarde nodig"
    return f"De optie {error.option_name} {need}."


@explain.register
def _(error: exceptions.MissingParameter) -> str:
    what = "De optie" if isinstance(error.param, click.Option) else "Het argument"
    return f"{what} {_name_of(error.param)} ontbreekt."


@explain.register
def _(error: exceptions.BadParameter) -> str:
    # the message comes from one of our own types (evaluatie.cli.types)
    return f"{_name_of(error.param)}: {error.message}"


@explain.register
def _(error: exceptions.FileError) -> str:
    return f"Het bestand {error.ui_filename} kan niet worden geopend."


def _suggest(possibilities: Sequence[str] | None) -> str:
    return f" Bedoelt u {' of '.join(possibilities)}?" if possibilities else ""


def _name_of(param: click.Parameter | None) -> str:
    if param is None:
        return "waarde"
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name
