"""``evaluatie new``: a folder for a new municipality."""

from __future__ import annotations

from pathlib import Path

import click

from evaluatie.cli.dutch import DutchCommand
from evaluatie.cli.types import Map

_NAME_HELP = "Naam van de gemeente; de CBS-code wordt erbij gezocht."


@click.command("new", cls=DutchCommand, short_help="Maak een map voor een nieuwe gemeente.")
@click.argument("map_", metavar="MAP", type=Map())
@click.option("--gemeente", metavar="NAAM", default="", help=_NAME_HELP)
def new(map_: Path, gemeente: str) -> None:
    """Maak een map voor een nieuwe gemeente: dossier, lege tabellen, koppeling en uitleg.

    Een map waar al iets in staat, wordt geweigerd.
    """
    from evaluatie.registratie.nieuw import describe_progress, make_municipality

    make_municipality(map_, gemeente)
    click.echo(f"Klaar: {map_}\nLees eerst {map_ / 'LEESMIJ.md'}. Daarna:")
    for nummer, stap in enumerate(describe_progress(map_), start=1):
        click.echo(f"{nummer}. {stap.stap}: {stap.wat_te_doen}")
    click.echo(f"Wat er nog ontbreekt, ziet u steeds met: evaluatie check {map_}")
