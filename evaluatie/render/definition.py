"""What a notebook says about itself, read without starting a kernel.

Only the standard library is used here: a batch must be able to refuse a wrong parameter, and later
to skip an unchanged report, before anything heavy is imported.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluatie.errors import ChoiceError, NotebookError, Violation
from evaluatie.render.kinds import KINDS, Kind

PARAMETERS_TAG = "parameters"
_H1 = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class NotebookParameter:
    """One line of the parameters cell: ``jaar: int = 2017  # het verantwoordingsjaar``."""

    name: str
    kind: Kind
    default: object
    uitleg: str

    def __str__(self) -> str:
        return f"{self.name}: {self.kind.dutch}; standaard {self.default!r}. {self.uitleg}".rstrip(" ")


@dataclass(frozen=True, slots=True)
class NotebookDefinition:
    """Title, parameters and domain check of a notebook.

    Parameters
    ----------
    path : Path
        The ``.ipynb`` file.
    titel : str
        From ``metadata.evaluatie.titel``, else the first heading of the notebook, else its name.
    ondertitel : tuple of str
        Names of the parameters whose values complete the title.
    controle : str or None
        ``"evaluatie.module:function"``, called with the parameters before a kernel starts.
    parameters : mapping of str to NotebookParameter
        In the order of the parameters cell.
    """

    path: Path
    titel: str
    ondertitel: tuple[str, ...]
    controle: str | None
    parameters: Mapping[str, NotebookParameter]

    @property
    def name(self) -> str:
        """The name of the notebook without folder and extension."""
        return self.path.stem

    def title(self, values: Mapping[str, object]) -> str:
        """Return the title of a report: "Vangnetverantwoording Renkum 2019"."""
        shown = (self.parameters[name].kind.show(values[name]) for name in self.ondertitel)
        return " ".join([self.titel, *shown])


def read_definition(notebook: Path) -> NotebookDefinition:
    """Read the definition of a notebook.

    Raises
    ------
    ChoiceError
        When there is no such notebook.
    NotebookError
        When the notebook cannot be read or its parameters cell is not usable.
    """
    tree = _read_json(notebook)
    cells = [(cell, "".join(cell.get("source", ""))) for cell in tree["cells"]]
    parameters = _read_parameters(notebook, _find_parameters_cell(cells))
    metadata = tree.get("metadata", {}).get("evaluatie", {})
    ondertitel = tuple(metadata.get("ondertitel", ()))
    _check_subtitle(notebook, ondertitel, parameters)
    titel = metadata.get("titel") or _first_heading(cells) or notebook.stem
    return NotebookDefinition(notebook, titel, ondertitel, metadata.get("controle"), parameters)


def _read_json(notebook: Path) -> dict[str, Any]:
    try:
        tree = json.loads(notebook.read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError):
        raise ChoiceError(f"Het notebook {notebook} bestaat niet.", "Controleer de naam en de map.") from None
    except ValueError:
        tree = None
    if not isinstance(tree, dict) or "cells" not in tree:
        raise NotebookError(f"{notebook} is geen leesbaar notebook.", "Open en bewaar het in JupyterLab (nbformat 4).")
    return tree


def _find_parameters_cell(cells: list[tuple[Any, str]]) -> str:
    tagged = (source for cell, source in cells if PARAMETERS_TAG in cell.get("metadata", {}).get("tags", ()))
    return next(tagged, "")


def _first_heading(cells: list[tuple[Any, str]]) -> str:
    markdown = (source for cell, source in cells if cell.get("cell_type") == "markdown")
    found = (_H1.search(source) for source in markdown)
    return next((match.group(1) for match in found if match), "")


def _check_subtitle(notebook: Path, ondertitel: tuple[str, ...], parameters: Mapping[str, Any]) -> None:
    unknown = [name for name in ondertitel if name not in parameters]
    if unknown:
        raise NotebookError(
            f"De ondertitel van notebook {notebook.stem} noemt geen bestaande parameter: {', '.join(unknown)}.",
            "Verbeter 'ondertitel' in de metadata van het notebook.",
        )


def _read_parameters(notebook: Path, source: str) -> dict[str, NotebookParameter]:
    try:
        assignments = list(_assignments(ast.parse(source)))
        comments = _comments(source)
    except (SyntaxError, tokenize.TokenError) as error:
        violation = Violation("parametercel", f"is geen geldige Python: {error}.", "")
        raise _unusable(notebook, [violation]) from None
    parameters, violations = {}, []
    for node, name, annotation, value in assignments:
        try:
            parameters[name] = _build(name, annotation, value, comments.get(node.end_lineno or 0, ""))
        except ValueError as error:
            violations.append(Violation(f"parametercel, regel {node.lineno}, {name}", f"{error}.", ""))
    if violations:
        raise _unusable(notebook, violations)
    return parameters


def _unusable(notebook: Path, violations: list[Violation]) -> NotebookError:
    return NotebookError(
        f"De parametercel van notebook {notebook.stem} is niet bruikbaar.",
        "Schrijf elke parameter als: naam: soort = waarde  # uitleg. "
        f"Soorten: {', '.join(KINDS)} (date tussen aanhalingstekens).",
        violations,
    )


def _assignments(tree: ast.Module) -> Iterator[tuple[ast.stmt, str, ast.expr | None, ast.expr]]:
    """Yield statement, name, annotation and value of every plain assignment."""
    for node in tree.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
                yield node, name, annotation, value
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield node, name, None, value


def _build(name: str, annotation: ast.expr | None, value: ast.expr, uitleg: str) -> NotebookParameter:
    try:
        default = ast.literal_eval(value)
    except (ValueError, TypeError):
        raise ValueError("de standaardwaarde moet een gewone waarde zijn, geen berekening") from None
    kind = KINDS.get(ast.unparse(annotation).strip("'\"") if annotation else type(default).__name__)
    if kind is None:
        raise ValueError("de soort ontbreekt of wordt niet ondersteund")
    try:
        return NotebookParameter(name, kind, kind.convert(default), uitleg)
    except ValueError:
        raise ValueError(f"de standaardwaarde {default!r} is niet {kind.dutch}") from None


def _comments(source: str) -> dict[int, str]:
    """Return the comment at the end of each line."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ").strip() for token in tokens if token.type == tokenize.COMMENT}
