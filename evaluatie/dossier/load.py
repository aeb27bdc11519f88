"""Read a dossier and report everything that is wrong with it at once, with line numbers."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from evaluatie.dossier.schema import Dossier, find_references
from evaluatie.errors import ChoiceError, DataError, Violation
from evaluatie.project import data_folder

_REMEDIES = {
    "extra_forbidden": "Verwijder deze sleutel of verbeter de naam.",
    "missing": "Vul deze sleutel in.",
    "enum": "Kies een van de toegestane waarden.",
    "literal_error": "Kies een van de toegestane waarden.",
    "string_pattern_mismatch": "Gebruik alleen kleine letters, cijfers en _ (gemeentecode: GM en vier cijfers).",
    "union_tag_invalid": "Kies een van de toegestane soorten.",
}
_PROBLEMS = {
    "extra_forbidden": "onbekende sleutel",
    "missing": "verplichte sleutel ontbreekt",
    "int_parsing": "geen geheel getal",
    "int_type": "geen geheel getal",
    "float_parsing": "geen getal",
    "float_type": "geen getal",
    "date_from_datetime_parsing": "geen datum (JJJJ-MM-DD)",
    "date_parsing": "geen datum (JJJJ-MM-DD)",
    "date_type": "geen datum (JJJJ-MM-DD)",
    "date_from_datetime_inexact": "geen datum (JJJJ-MM-DD)",
    "string_type": "geen tekst",
    "string_too_short": "te korte tekst",
    "too_short": "te weinig onderdelen",
    "list_type": "geen lijst",
    "dict_type": "geen groep van sleutels",
    "model_type": "geen groep van sleutels",
    "enum": "waarde niet toegestaan; toegestaan: {expected}",
    "literal_error": "waarde niet toegestaan; toegestaan: {expected}",
    "string_pattern_mismatch": "tekst heeft niet de juiste vorm",
    "union_tag_invalid": "soort onbekend; toegestaan: {expected_tags}",
    "union_tag_not_found": "de sleutel 'soort' ontbreekt",
    "value_error": "{error}",
}
_ARTICLE = {"cijfer": "het", "document": "het", "maatregel": "de"}
LONGEST_ECHO = 200
OWN_MAP = "EVALUATIE_MAP"
_FILE = "dossier.yaml"


def list_dossiers() -> dict[str, Path]:
    """Return the name and file of every dossier: the embedded ones and the user's own map, sorted by name.

    The environment variable ``EVALUATIE_MAP`` names a folder with a dossier of the user's own; it goes before
    an embedded one of the same name. (A parameter of the notebook would put its path on the page.)
    """
    found = {path.parent.name: path for path in sorted((data_folder() / "dossiers").glob("*/dossier.yaml"))}
    own = own_map()
    if own:
        found[read_dossier(own / _FILE).gemeente.naam.lower()] = own / _FILE
    return dict(sorted(found.items()))


def own_map() -> Path | None:
    """Return the folder with the user's own dossier and registers, when one was given."""
    configured = os.environ.get(OWN_MAP)
    return Path(configured) if configured else None


def find_own_map(gemeente: str) -> Path | None:
    """Return the user's own folder when it is that of this municipality."""
    own = own_map()
    return own if own and list_dossiers().get(gemeente.lower()) == own / _FILE else None


def load_dossier(gemeente: str) -> Dossier:
    """Read the dossier of a municipality by its (case-insensitive) name.

    Raises
    ------
    ChoiceError
        When there is no dossier of that name; lists the ones there are.
    DataError
        When the dossier does not meet its contract.
    """
    known = list_dossiers()
    if gemeente.lower() not in known:
        names = ", ".join(name.capitalize() for name in known)
        raise ChoiceError(f"Er is geen dossier van gemeente '{gemeente}'.", f"Beschikbaar: {names}.")
    return read_dossier(known[gemeente.lower()])


def read_dossier(path: Path) -> Dossier:
    """Read and check one dossier file.

    Raises
    ------
    DataError
        With one `Violation` per mistake: file, line, key, what was found, what to do.
    """
    tree = _parse(path)
    try:
        dossier = Dossier.model_validate(tree)
    except ValidationError as error:
        raise _report(path, [_describe(path, tree, detail) for detail in error.errors()]) from None
    dangling = _check_references(path, tree, dossier)
    if dangling:
        raise _report(path, dangling)
    return dossier


def _parse(path: Path) -> Any:
    try:
        return YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"Het dossier {path} bestaat niet.", "Controleer de map en de bestandsnaam.") from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is geen tekst in UTF-8.", "Sla het bestand op als UTF-8.") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unreadable(path, mark.line + 1 if mark else 1, _translate(error.problem or "")) from None
    except ReaderError as error:
        line = path.read_text(encoding="utf-8").count("\n", 0, error.position) + 1
        raise _unreadable(path, line, "er staat een teken dat niet mag (een stuurteken)") from None
    except ValueError:
        raise _report(path, _find_impossible_dates(path)) from None


def _unreadable(path: Path, line: int, problem: str) -> DataError:
    where, remedy = f"{path.name}, regel {line}", "Verbeter de notatie op deze regel."
    return _report(path, [Violation(where, f"de YAML is niet te lezen: {problem}.", remedy)])


def _translate(problem: str) -> str:
    if "duplicate key" in problem:
        return "een sleutel staat er dubbel"
    if "\\t" in problem or "\t" in problem:
        return "er staat een tab; gebruik spaties"
    return "inspringing, aanhalingstekens of dubbele punten kloppen niet"


def _find_impossible_dates(path: Path) -> list[Violation]:
    """Name the lines with a date that does not exist: the YAML reader refuses those without saying where."""
    remedy = "Gebruik een bestaande datum als JJJJ-MM-DD."
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        for text in re.findall(r"\b\d{4}-\d{1,2}-\d{1,2}\b", line):
            try:
                dt.date.fromisoformat(text)
            except ValueError:
                found.append(Violation(f"{path.name}, regel {number}", f"'{text}' is geen datum.", remedy))
    return found or [Violation(path.name, "een waarde is niet te lezen.", "Controleer datums en getallen.")]


def _report(path: Path, violations: Sequence[Violation]) -> DataError:
    count = "1 fout" if len(violations) == 1 else f"{len(violations)} fouten"
    return DataError(f"Het dossier {path} voldoet niet aan het contract ({count}).", violations=violations)


def _describe(path: Path, tree: Any, detail: Any) -> Violation:
    # Pydantic puts the name of the chosen union member in the path; it is not a key of the file.
    location = [part for before, part in zip(("", *detail["loc"]), detail["loc"], strict=False) if before != "toets"]
    kind, context = detail["type"], detail.get("ctx", {})
    problem = _PROBLEMS.get(kind, "waarde niet toegestaan").format(**context).replace(" or ", " of ")
    if kind not in ("missing", "extra_forbidden"):
        problem = f"{problem} (gevonden: {_shorten(detail['input'])})"
    key = ".".join(map(str, location)) or "(het hele bestand)"
    return Violation(
        f"{path.name}, regel {_line_of(tree, location)}, {key}",
        f"{problem}.",
        _REMEDIES.get(kind, "Verbeter de waarde."),
    )


def _shorten(found: Any) -> str:
    text = repr(found)
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]} …"


def _line_of(tree: Any, location: Sequence[Any]) -> int:
    """Return the line (from 1) of the deepest part of `location` that exists in the file."""
    node, line = tree, 1
    for part in location:
        positions = getattr(node, "lc", None)
        if positions is None or positions.data is None:
            break
        try:
            line = positions.data[part][0] + 1
            node = node[part]
        except (KeyError, IndexError, TypeError):
            break
    return int(line)


def _check_references(path: Path, tree: Any, dossier: Dossier) -> list[Violation]:
    known = {
        "cijfer": set(dossier.cijfers),
        "document": set(dossier.documenten),
        "maatregel": {maatregel.id for maatregel in dossier.maatregelen},
    }
    return [
        Violation(
            f"{path.name}, regel {_line_of(tree, location)}, {'.'.join(map(str, location))}",
            f"verwijst naar {kind} '{identifier}', maar dat bestaat niet.",
            f"Voeg {_ARTICLE[kind]} {kind} toe of verbeter de verwijzing.",
        )
        for location, kind, identifier in find_references(dossier)
        if identifier not in known[kind]
    ]
