"""Check what a user asks of a notebook, all of it, before a kernel starts."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from evaluatie.errors import ChoiceError, NotebookError, Violation
from evaluatie.render.definition import NotebookDefinition, NotebookParameter, read_definition

# A notebook is a file from anywhere; its metadata may only name code of this package.
_CHECK_NAME = re.compile(r"(evaluatie(?:\.[a-z_][a-z0-9_]*)+):([a-z_][a-z0-9_]*)")


def check_parameters(notebook: Path | NotebookDefinition, given: Mapping[str, object]) -> dict[str, object]:
    """Return every parameter of the notebook with its value: what was given, else the default.

    Parameters
    ----------
    notebook : Path or NotebookDefinition
        The notebook, or its definition when it was read before.
    given : mapping of str to object
        Text from the command line or Python values.

    Raises
    ------
    ChoiceError
        With one `Violation` per unknown name, wrong value or (from the domain check of the
        notebook) unknown gemeente or year; lists what is possible.
    """
    definition = notebook if isinstance(notebook, NotebookDefinition) else read_definition(notebook)
    known = definition.parameters
    violations = [_describe_unknown(name, list(known)) for name in given if name not in known]
    values, wrong = _convert(known, given)
    if not wrong:  # the domain check may assume that every value is of its kind
        violations += _check_domain(definition, values, alone=not violations)
    if violations or wrong:
        raise _refuse(definition, [*violations, *wrong])
    return values


def _describe_unknown(name: str, known: list[str]) -> Violation:
    close = get_close_matches(name, known, n=1)
    hint = f"Bedoelt u '{close[0]}'?" if close else ""
    return Violation(f"parameter '{name}'", "bestaat niet in dit notebook.", hint)


def _convert(
    known: Mapping[str, NotebookParameter], given: Mapping[str, object]
) -> tuple[dict[str, object], list[Violation]]:
    values: dict[str, object] = {}
    wrong = []
    for name, parameter in known.items():
        try:
            values[name] = parameter.kind.convert(given[name]) if name in given else parameter.default
        except ValueError:
            problem = f"moet {parameter.kind.dutch} zijn, gevonden: {given[name]!r}."
            wrong.append(Violation(f"parameter '{name}'", problem, ""))
    return values, wrong


def _refuse(definition: NotebookDefinition, violations: list[Violation]) -> ChoiceError:
    possible = "\n".join(f"  {parameter}" for parameter in definition.parameters.values())
    return ChoiceError(
        f"Notebook {definition.name} kan zo niet worden gemaakt.",
        f"Mogelijke parameters:\n{possible}" if possible else "Dit notebook heeft geen parameters.",
        violations,
    )


def _check_domain(definition: NotebookDefinition, values: Mapping[str, object], *, alone: bool) -> list[Violation]:
    """Call the notebook's own check; pass its error on unchanged when nothing else is wrong."""
    if definition.controle is None:
        return []
    try:
        _find_check(definition)(dict(values))
    except ChoiceError as error:
        if alone:
            raise
        return list(error.violations) or [Violation("waarden", error.problem, error.remedy)]
    return []


def _find_check(definition: NotebookDefinition) -> Callable[[dict[str, object]], None]:
    match = _CHECK_NAME.fullmatch(str(definition.controle))
    found: Any = None
    if match:
        try:
            found = getattr(importlib.import_module(match.group(1)), match.group(2), None)
        except ModuleNotFoundError:
            found = None
    if not callable(found):
        raise NotebookError(
            f"De controle '{definition.controle}' van notebook {definition.name} bestaat niet.",
            "Noem in de metadata een functie van dit pakket: 'evaluatie.module:functie'.",
        )
    check: Callable[[dict[str, object]], None] = found
    return check
