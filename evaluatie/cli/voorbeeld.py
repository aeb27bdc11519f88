"""The command that makes a synthetic municipality."""

from __future__ import annotations

from pathlib import Path

import click

from evaluatie.cli.dutch import DutchCommand
from evaluatie.cli.types import Aantal, Map


@click.command(cls=DutchCommand, name="sample", short_help="Maak een synthetische gemeente met bekende effecten.")
@click.argument("map", type=Map())
@click.option("--personen", type=Aantal(), metavar="N", default=1500, help="Personen bij het begin (standaard: 1500).")
@click.option("--maanden", type=Aantal(), metavar="M", default=60, help="Aantal maanden (standaard: 60).")
@click.option("--seed", type=Aantal(), metavar="S", default=1, help="Zelfde getal, zelfde gemeente (standaard: 1).")
@click.option("--csv", is_flag=True, help="CSV met puntkomma en decimale komma, in plaats van Parquet.")
@click.option("--overschrijf", is_flag=True, help="Vervang een eerder gemaakte voorbeeldgemeente in deze map.")
@click.option("--zonder-effect", is_flag=True, help="Zet alle effecten op nul; seizoen en conjunctuur blijven.")
def sample(
    map: Path,  # noqa: A002  # the user's word
    personen: int,
    maanden: int,
    seed: int,
    csv: bool,
    overschrijf: bool,
    zonder_effect: bool,
) -> None:
    """Maak in MAP een synthetische gemeente: alle tabellen, en in waarheid.json de effecten die erin zitten.

    Voorbeeld: evaluatie sample proef --personen 5000 --maanden 72 --seed 7
    """
    from evaluatie.registratie.voorbeeld import Effecten, check_target, generate, write

    check_target(map, overschrijf=overschrijf)
    voorbeeld = generate(personen, maanden, seed, Effecten.nul() if zonder_effect else Effecten())
    write(voorbeeld, map, csv=csv, overschrijf=overschrijf)
    click.echo(f"{voorbeeld.waarheid['let_op']}\nGeschreven in {map}:")
    for tabel, rijen in voorbeeld.waarheid["omvang"].items():
        click.echo(f"  {tabel}: {rijen} rijen")
