"""The command ``evaluatie check``: everything that is wrong with the data of a municipality."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from evaluatie.cli.dutch import DutchCommand
from evaluatie.cli.types import Map

if TYPE_CHECKING:
    from evaluatie.registratie.bevindingen import Bevindingen

_JSON_HELP = "Schrijf alle bevindingen ook als JSON naar dit bestand."
_HTML_HELP = "Schrijf alle bevindingen ook als webpagina naar dit bestand."


@click.command(cls=DutchCommand, name="check", short_help="Controleer de gegevens van een gemeente.")
@click.argument("map_", metavar="MAP", type=Map())
@click.option("--json", "json_file", metavar="BESTAND", help=_JSON_HELP)
@click.option("--html", "html_file", metavar="BESTAND", help=_HTML_HELP)
@click.pass_context
def check(ctx: click.Context, map_: Path, json_file: str | None, html_file: str | None) -> None:
    """Controleer de gegevens in een map: opbouw, logica en aannemelijkheid.

    In een map die met 'evaluatie new' is gemaakt, zijn dat de ingelezen tabellen, of anders de aanlevering; dan staat
    er ook bij welke stappen nog ontbreken.

    Toont alles wat verbeterd moet worden. Met fouten is de exitcode 5; met alleen waarschuwingen 0.
    """  # noqa: D401
    import json
    import shutil

    from evaluatie.cli.aanlevering import has_deliveries
    from evaluatie.errors import DataError
    from evaluatie.registratie.bevindingen import Ernst
    from evaluatie.registratie.opslag import DELIVERY
    from evaluatie.registratie.toetsing import check_map

    _show_steps(map_)
    folder = _choose_folder(map_)
    delivered = folder == map_ / DELIVERY
    if delivered and has_deliveries(map_):
        bevindingen = _check_deliveries(folder)
    else:
        _, bevindingen = check_map(folder, versleuteld=not delivered)
    click.echo(f"Gecontroleerd: {folder}\n")
    if delivered:
        click.echo(f"Nog niet versleuteld; dat gebeurt bij het inlezen, met: evaluatie import {map_}\n")
    click.echo(bevindingen.as_text(width=shutil.get_terminal_size((110, 24)).columns))
    if json_file:
        write_file(Path(json_file), json.dumps(bevindingen.to_json(), ensure_ascii=False, indent=2) + "\n")
    if html_file:
        write_file(Path(html_file), bevindingen.to_html(f"Controle van {map_.name}"))
    if bevindingen.ernst is Ernst.FOUT:
        ctx.exit(DataError.exit_code)


def _choose_folder(map_: Path) -> Path:
    """Return where the tables of a municipality stand: imported, delivered, or in the folder itself."""
    from evaluatie.registratie.opslag import DELIVERY, FOLDER

    known = (map_ / FOLDER, map_ / DELIVERY)
    return next((folder for folder in known if folder.is_dir()), map_)


def _check_deliveries(folder: Path) -> Bevindingen:
    """Do what an import does, with a key that is thrown away, and store nothing."""
    import secrets

    from evaluatie.cli.aanlevering import reader
    from evaluatie.registratie.opslag import drop_unasked
    from evaluatie.registratie.pseudoniem import Key, pseudonymise_register
    from evaluatie.registratie.toetsing import check_register

    key = Key(secrets.token_bytes(32), "alleen voor deze controle")
    register, found = reader(lambda: key)(folder)
    register, _ = pseudonymise_register(drop_unasked(register)[0], lambda: key, already=True)
    return found + check_register(register)


def _show_steps(map_: Path) -> None:
    from evaluatie.registratie.nieuw import describe_progress
    from evaluatie.registratie.nieuw.maken import DOSSIER

    if (map_ / DOSSIER).is_file():
        for stap in describe_progress(map_):
            click.echo(str(stap))
        click.echo()


def write_file(path: Path, text: str) -> None:
    """Write a file that the user named, or say in Dutch why not."""
    from evaluatie.errors import ChoiceError

    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        raise ChoiceError(
            f"Het bestand {path} kan niet worden geschreven.", "Kies een bestaande map waarin u mag schrijven."
        ) from None
