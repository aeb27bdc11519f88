"""Which notebooks there are, read from the notebooks themselves so that the list cannot go stale."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from evaluatie.errors import EvaluatieError
from evaluatie.project import notebooks_folder
from evaluatie.rapport.omgeving import is_live
from evaluatie.rapport.opmaak import Cel, Fragment, bullet_list, heading, paragraph
from evaluatie.render.definition import read_definition

START = "00_start"
_METHODE = "methode"
_GROEPEN = {
    "openbaar": "Met openbare cijfers en documenten van gemeenten",
    "registers": "Met registers: Voorbeeldstad, of uw eigen map",
    _METHODE: "Zo werken de methoden, op synthetische gegevens",
}
_OP_EEN_PAGINA = (
    "Op deze pagina zijn het geen links: de notebooks staan in het project, niet naast deze pagina. Open ze met "
    "'evaluatie lab'."
)
_SENTENCE = re.compile(r".+?[.?!](?=\s|$)", re.DOTALL)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Notebookregel:
    """One notebook in the list.

    Parameters
    ----------
    pad : str
        Place inside ``notebooks/``, with forward slashes.
    groep : str
        The heading it stands under: by folder, and by whether it asks for registers.
    titel, zin : str
        Its title, and the first sentence that says what it is about.
    """

    pad: str
    groep: str
    titel: str
    zin: str


def list_notebooks(folder: Path | None = None) -> list[Notebookregel]:
    """Return every notebook of a folder and the folders in it, by group and then by title; not the first one.

    Parameters
    ----------
    folder : Path, optional
        ``notebooks/`` of the project when not given.
    """
    root = folder or notebooks_folder()
    paths = [path for path in root.rglob("*.ipynb") if not _is_hidden(path.relative_to(root)) and path.stem != START]
    order = [*_GROEPEN.values()]
    regels = [_describe(root, path) for path in paths]
    return sorted(
        regels,
        key=lambda regel: (
            order.index(regel.groep) if regel.groep in order else len(order),
            regel.groep,
            regel.titel.casefold(),
        ),
    )


def toon_notebooks(folder: Path | None = None, *, links: bool | None = None) -> Fragment:
    """Show every notebook with its title and what it is about.

    Parameters
    ----------
    folder : Path, optional
        ``notebooks/`` of the project when not given.
    links : bool, optional
        Whether a title opens the notebook; by default in JupyterLab, not on a page (`is_live`).

    Returns
    -------
    Fragment
    """
    clickable = is_live() if links is None else links
    parts = Fragment(Markup(""))
    for groep, regels in groupby(list_notebooks(folder), key=lambda regel: regel.groep):
        parts += heading(3, groep) + bullet_list(_line(regel, clickable=clickable) for regel in regels)
    return parts if clickable else parts + paragraph(_OP_EEN_PAGINA, css="uitleg")


def _line(regel: Notebookregel, *, clickable: bool) -> Cel:
    if clickable:
        return Markup('<a href="{}">{}</a>: {}').format(quote(regel.pad), regel.titel, regel.zin)
    return Markup("<strong>{}</strong> (<code>{}</code>): {}").format(regel.titel, regel.pad, regel.zin)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _describe(root: Path, path: Path) -> Notebookregel:
    pad = path.relative_to(root).as_posix()
    try:
        definition = read_definition(path)
    except EvaluatieError as error:  # somebody's unfinished notebook does not take the list away
        return Notebookregel(pad, _group(pad, set()), path.stem, error.problem)
    return Notebookregel(pad, _group(pad, set(definition.parameters)), definition.titel, _first_sentence(path))


def _group(pad: str, parameters: set[str]) -> str:
    folder, _, _ = pad.rpartition("/")
    if folder:
        return _GROEPEN.get(folder, folder)
    return _GROEPEN["registers" if "bron" in parameters else "openbaar"]


def _first_sentence(path: Path) -> str:
    """Return the first sentence of the introduction; one that only says that data are synthetic says nothing here."""
    for paragraph_ in _introduction(path):
        found = _SENTENCE.match(paragraph_)
        sentence = found.group() if found else paragraph_
        if "synthetisch" not in sentence.casefold():
            return sentence
    return ""


def _introduction(path: Path) -> Iterator[str]:
    """Yield the paragraphs of text before the first section, without Markdown."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell.get("cell_type") != "markdown":
            continue
        for block in re.split(r"\n\s*\n", "".join(cell["source"])):
            if block.startswith("## "):
                return
            if not block.startswith("#"):
                yield " ".join(_LINK.sub(r"\1", re.sub(r"[*`]", "", block)).split())
