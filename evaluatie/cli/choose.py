"""Which reports a user means, checked against the dossiers and notebooks that exist."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from evaluatie.errors import ChoiceError, Violation
from evaluatie.project import data_folder, notebooks_folder
from evaluatie.render.naming import MAIN_REPORT, slug

if TYPE_CHECKING:
    from evaluatie.dossier import Dossier

Wish = tuple[Path, Mapping[str, object]]


def choose_reports(gemeenten: Sequence[str], jaren: Sequence[int], peildatum: str | None) -> list[Wish]:
    """Return notebook and parameters of every vangnetverantwoording that was asked for.

    Parameters
    ----------
    gemeenten : sequence of str
        Names as typed; all dossiers when empty.
    jaren : sequence of int
        Years; every verantwoordingsjaar of a dossier when empty.
    peildatum : str or None
        Day on which milestones are judged; otherwise the last day of the year accounted for.

    Raises
    ------
    ChoiceError
        With every unknown gemeente and every year without verantwoording.
    """
    folders, violations = _find_dossiers(_take_map(gemeenten))
    notebook = notebooks_folder() / f"{MAIN_REPORT}.ipynb"
    wishes: list[Wish] = []
    for dossier in _load(folders):
        own = sorted(dossier.verantwoordingsjaren)
        naam = dossier.gemeente.naam
        if gemeenten:
            violations += [_unknown_year(naam, jaar, own) for jaar in jaren if jaar not in own]
        chosen = [jaar for jaar in own if not jaren or jaar in jaren]
        wishes += [
            (notebook, {"gemeente": naam, "jaar": jaar, "peildatum": peildatum or f"{jaar}-12-31"}) for jaar in chosen
        ]
    if violations:
        raise ChoiceError("Deze keuze is niet mogelijk.", violations=violations)
    if not wishes:
        raise ChoiceError(f"Geen enkel dossier heeft een verantwoording over {', '.join(map(str, jaren))}.")
    return wishes


def _take_map(gemeenten: Sequence[str]) -> list[str]:
    """Replace a folder with a dossier by the name of its municipality, and make that dossier known.

    The folder travels in the environment, which the kernels inherit: as a parameter its path would stand on the page.
    """
    from evaluatie.dossier import OWN_MAP, read_dossier

    maps = [text for text in gemeenten if (Path(text) / "dossier.yaml").is_file()]
    if len(maps) > 1:
        raise ChoiceError("Geef één map tegelijk.", f"Gevonden: {', '.join(maps)}.")
    if maps:
        os.environ[OWN_MAP] = str(Path(maps[0]).resolve())
    return [read_dossier(Path(text) / "dossier.yaml").gemeente.naam if text in maps else text for text in gemeenten]


def choose_notebook(text: str) -> Path:
    """Return the notebook that is meant: a path, or its place in the notebooks folder, such as ``methode/did``."""
    path = Path(text)
    if path.is_file():
        return path.resolve()
    folder = notebooks_folder()
    found = [notebook for notebook in sorted(folder.rglob("*.ipynb")) if ".ipynb_checkpoints" not in notebook.parts]
    known = {notebook.relative_to(folder).with_suffix("").as_posix(): notebook for notebook in found}
    if (name := path.as_posix().removesuffix(".ipynb")) in known:
        return known[name]
    raise ChoiceError(f"Er is geen notebook '{text}'.", f"Beschikbaar: {', '.join(known) or 'geen enkel'}.")


def _find_dossiers(gemeenten: Sequence[str]) -> tuple[list[str], list[Violation]]:
    """Return the dossier folder of every name, and a violation for every name without one."""
    from evaluatie.dossier import list_dossiers

    known = {slug(folder): folder for folder in list_dossiers()}
    if not known:
        raise ChoiceError("Er zijn nog geen dossiers.", f"Ze horen in {data_folder() / 'dossiers'}.")
    if not gemeenten:
        return list(known.values()), []
    wanted = dict.fromkeys(gemeenten)
    folders = dict.fromkeys(known[slug(naam)] for naam in wanted if slug(naam) in known)
    return list(folders), [_unknown_gemeente(naam, list(known)) for naam in wanted if slug(naam) not in known]


def _load(folders: Sequence[str]) -> list[Dossier]:
    from evaluatie.dossier import load_dossier

    return [load_dossier(folder) for folder in folders]


def _unknown_gemeente(naam: str, known: list[str]) -> Violation:
    if Path(naam).is_dir():
        return Violation(f"map '{naam}'", "er staat geen dossier.yaml in.", "Maak een map met: evaluatie new MAP")
    close = get_close_matches(slug(naam), known, n=1)
    hint = f"Bedoelt u {close[0].capitalize()}? " if close else ""
    possible = ", ".join(name.capitalize() for name in known)
    return Violation(f"gemeente '{naam}'", "er is geen dossier.", f"{hint}Beschikbaar: {possible}.")


def _unknown_year(naam: str, jaar: int, own: Sequence[int]) -> Violation:
    return Violation(f"{naam}, {jaar}", "er is geen verantwoording.", f"Mogelijk: {', '.join(map(str, own))}.")
