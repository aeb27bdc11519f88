"""What may be typed as an option or argument. Click's own types would refuse in English."""

from __future__ import annotations

import re
from pathlib import Path

import click

FORMATEN = ("pdf", "docx")

_INTEGER = re.compile(r"[0-9]{1,9}")


class Jaar(click.ParamType[int]):
    """A calendar year."""

    name = "jaar"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Turn text into a year."""
        if not re.fullmatch(r"[0-9]{4}", str(value)):
            self.fail(f"'{value}' is geen jaartal van vier cijfers.", param, ctx)
        return int(value)


class Aantal(click.ParamType[int]):
    """A whole number from one."""

    name = "aantal"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Turn text into a number."""
        if not _INTEGER.fullmatch(str(value)) or int(value) < 1:
            self.fail(f"'{value}' is geen geheel getal vanaf 1.", param, ctx)
        return int(value)


class Map(click.ParamType[Path]):
    """A folder, which need not exist yet."""

    name = "map"

    def convert(self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Turn text into a folder."""
        folder = Path(value)
        if folder.exists() and not folder.is_dir():
            self.fail(f"'{value}' is een bestand, geen map.", param, ctx)
        return folder.resolve()


class Formaat(click.ParamType[str]):
    """Another form of a report."""

    name = "formaat"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Turn text into a form; upper case and a leading dot do not matter."""
        name = value.lower().lstrip(".")
        if name not in FORMATEN:
            self.fail(f"'{value}' is geen formaat; mogelijk: {', '.join(FORMATEN)}.", param, ctx)
        return name


class Toekenning(click.ParamType[tuple[str, str]]):
    """A parameter with its value: ``naam=waarde``."""

    name = "naam=waarde"

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Split text at the first ``=``."""
        if isinstance(value, tuple):
            return value
        name, equals, text = value.partition("=")
        if not equals or not name.strip():
            self.fail(f"'{value}' heeft niet de vorm naam=waarde.", param, ctx)
        return name.strip(), text
