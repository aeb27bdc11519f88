"""The commands. Everything heavy is imported inside them, so that ``--help`` answers at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evaluatie.cli.controle import check
from evaluatie.cli.dutch import Misuse
from evaluatie.cli.formaten import formaat_option
from evaluatie.cli.guard import GuardedGroup, is_debugging, keep_trace
from evaluatie.cli.invoer import import_
from evaluatie.cli.nieuw import new
from evaluatie.cli.types import Aantal, Jaar, Map, Toekenning
from evaluatie.cli.verschil import diff
from evaluatie.cli.voorbeeld import sample

if TYPE_CHECKING:
    from evaluatie.cli.choose import Wish
    from evaluatie.render import Outcome

_OUT_HELP = "Map voor de rapporten (standaard: reports in het project)."
_JOBS_HELP = "Aantal rapporten dat tegelijk wordt gemaakt (standaard: 1)."
_SOME_FAILED = 4
_SHOWN = 120


@click.group(cls=GuardedGroup, name="evaluatie", no_args_is_help=True)
def main() -> None:
    """Evalueer wat bijstandsmaatregelen van een gemeente deden, en maak er een rapport van."""  # noqa: D401


@main.command(short_help="Maak de vangnetverantwoording van een of meer gemeenten.")
@click.argument("gemeenten", metavar="[GEMEENTE]...", nargs=-1)
@click.option("--jaar", "jaren", type=Jaar(), metavar="JAAR", multiple=True, help="Alleen dit jaar; mag vaker.")
@click.option("--peildatum", metavar="DATUM", help="Wat toen bekend was, als JJJJ-MM-DD.")
@click.option("--out", type=Map(), metavar="MAP", help=_OUT_HELP)
@click.option("--jobs", type=Aantal(), metavar="AANTAL", default=1, help=_JOBS_HELP)
@formaat_option
@click.pass_context
def report(
    ctx: click.Context,
    gemeenten: tuple[str, ...],
    jaren: tuple[int, ...],
    peildatum: str | None,
    out: Path | None,
    jobs: int,
    formaten: tuple[str, ...],
) -> None:
    """Maak de vangnetverantwoording van een of meer gemeenten.

    Zonder GEMEENTE: van alle gemeenten met een dossier, over al hun verantwoordingsjaren. GEMEENTE mag ook een map met
    een eigen dossier zijn (zie: evaluatie new).
    """
    from evaluatie.cli.choose import choose_reports

    outcomes = _make(choose_reports(gemeenten, jaren, peildatum), out, jobs, formaten)
    if any(outcome.failed for outcome in outcomes):
        ctx.exit(_SOME_FAILED)


@main.command(short_help="Maak een rapport van één notebook.")
@click.argument("notebook")
@click.option("-p", "parameters", type=Toekenning(), metavar="NAAM=WAARDE", multiple=True, help="Zet een parameter.")
@click.option("--out", type=Map(), metavar="MAP", help=_OUT_HELP)
@formaat_option
@click.pass_context
def render(
    ctx: click.Context,
    notebook: str,
    parameters: tuple[tuple[str, str], ...],
    out: Path | None,
    formaten: tuple[str, ...],
) -> None:
    """Maak een rapport van één notebook: een naam uit notebooks/ of een pad.

    Voorbeeld: evaluatie render vangnetverantwoording -p gemeente=Renkum -p jaar=2017
    """
    from evaluatie.cli.choose import choose_notebook

    names = [name for name, _ in parameters]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Misuse(f"Deze parameter staat er vaker dan één keer: {', '.join(twice)}.", ctx)
    outcome = _make([(choose_notebook(notebook), dict(parameters))], out, 1, formaten)[0]
    if outcome.failed:
        ctx.exit(outcome.exit_code)


@main.command(short_help="Open de notebooks in JupyterLab.")
@click.pass_context
def lab(ctx: click.Context) -> None:
    """Open de notebooks in JupyterLab, om zelf te rekenen en te veranderen."""
    import importlib.util
    import subprocess
    import sys

    from evaluatie.errors import EvaluatieError
    from evaluatie.project import explain_install, notebooks_folder

    folder = notebooks_folder()
    _complete_own_map()
    if importlib.util.find_spec("jupyterlab") is None:
        raise EvaluatieError("JupyterLab is niet geïnstalleerd.", explain_install("lab"))
    ctx.exit(subprocess.call([sys.executable, "-m", "jupyterlab", str(folder)]))  # noqa: S603  # a fixed command


def _make(wishes: Sequence[Wish], out: Path | None, workers: int, formaten: Sequence[str]) -> list[Outcome]:
    """Check everything, make everything, renew the list of reports, and say what failed."""
    from evaluatie.cli.formaten import require_formats, write_formats
    from evaluatie.cli.progress import show_progress
    from evaluatie.project import project_root
    from evaluatie.render import plan_jobs, render_all, write_index

    require_formats(formaten)
    _complete_own_map()
    jobs = plan_jobs(wishes)
    folder = (out or project_root() / "reports").resolve()
    with show_progress(len(jobs)) as progress:
        outcomes = render_all(jobs, folder, progress, workers=workers)
    for file in write_formats(outcomes, formaten):
        click.echo(f"Gemaakt: {file}")
    for outcome in outcomes:
        _show_failure(outcome)
        _show_hard_text(outcome)
    click.echo(f"Overzicht: {write_index(folder)}")
    return outcomes


def _complete_own_map() -> None:
    """Make the path of the user's own folder whole: a kernel works in another folder than the user."""
    import os

    from evaluatie.dossier import OWN_MAP, own_map

    own = own_map()
    if own is not None:
        os.environ[OWN_MAP] = str(own.resolve())


def _show_hard_text(outcome: Outcome) -> None:
    """Warn, no more than that, when a report reads harder than normal."""
    from evaluatie import notatie
    from evaluatie.render.leesbaarheid import NORMAL

    found = outcome.rendered.leesbaarheid if outcome.rendered is not None else None
    if found is None or not found.is_hard:
        return
    score, normal = notatie.number(found.score, 1), notatie.number(NORMAL)
    longest = f" Langste zin: '{found.lange_zinnen[0][:_SHOWN]} …'." if found.lange_zinnen else ""
    click.echo(
        f"Let op: {outcome.job} leest moeilijker dan normaal (Flesch-Douma {score}, normaal is vanaf {normal})."
        f"{longest}",
        err=True,
    )


def _show_failure(outcome: Outcome) -> None:
    if not outcome.failed:
        return
    click.echo(f"\n{outcome.job}\n{outcome.error}", err=True)
    if outcome.trace and is_debugging():
        click.echo(outcome.trace, err=True)
    elif outcome.trace:
        click.echo(f"De volledige melding staat in {keep_trace(outcome.trace)}.", err=True)


for command in (check, diff, import_, new, sample):
    main.add_command(command)
