"""The command ``evaluatie diff``: what changed between two versions of a report, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from evaluatie.cli.dutch import DutchCommand

ANDERS = 10
"""Exit code when the numbers differ; 0 when they are the same."""
_JSON_HELP = "Schrijf de verschillen ook als JSON naar dit bestand."


@click.command(cls=DutchCommand, name="diff", short_help="Vergelijk twee versies van een rapport.")
@click.argument("oud")
@click.argument("nieuw")
@click.option("--json", "json_file", metavar="BESTAND", help=_JSON_HELP)
@click.pass_context
def diff(ctx: click.Context, oud: str, nieuw: str, json_file: str | None) -> None:
    """Vergelijk twee versies van een rapport: welke cijfers zijn anders, en komt dat door gegevens, wet of programma?

    OUD en NIEUW zijn mappen met een results.json, of een bestand uit zo'n map (het rapport of de results.json zelf).

    De exitcode is 0 als alle cijfers gelijk zijn, en 10 als er verschillen zijn.
    """
    import json

    from evaluatie.cli.controle import write_file
    from evaluatie.rapport.verschil import compare_reports

    (old, old_receipt), (new, new_receipt) = _read(Path(oud)), _read(Path(nieuw))
    verschil = compare_reports(old, new, old_receipt, new_receipt)
    click.echo(verschil.as_text())
    if json_file:
        write_file(Path(json_file), json.dumps(verschil.to_json(), ensure_ascii=False, indent=2) + "\n")
    if verschil.wijzigingen:
        ctx.exit(ANDERS)


def _read(path: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return results and receipt of the report that a path points at; a report without a receipt has an empty one.

    Raises
    ------
    ChoiceError
        When there is no ``results.json``.
    DataError
        When it does not hold results.
    """
    from evaluatie.errors import ChoiceError, DataError
    from evaluatie.render.index import read_json

    results = _find_results(path)
    if not results.is_file():
        raise ChoiceError(
            f"Bij '{path}' staat geen results.json.", "Geef de map van een rapport, zoals reports/renkum/2019."
        )
    records = read_json(results, list)
    if not records or not all(isinstance(item, dict) and "id" in item for item in records):
        raise DataError(f"{results} bevat geen uitkomsten van een rapport.", "Maak het rapport opnieuw.")
    receipt = results.with_name(results.name.replace("results.json", "ontvangstbewijs.json"))
    return records, read_json(receipt, dict)


def _find_results(path: Path) -> Path:
    from evaluatie.render.naming import ReportFiles

    if path.is_dir():
        return path / "results.json"
    return path if path.name.endswith("results.json") else ReportFiles(path.parent, path.stem).results
