"""The command ``evaluatie``. Only click and the standard library are imported until a command runs."""

from evaluatie.cli.commands import main

__all__ = ["main"]
