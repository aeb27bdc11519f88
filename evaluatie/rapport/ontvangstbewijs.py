"""The receipt that closes a report: with it somebody else can make the same page again."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from markupsafe import Markup

from evaluatie import __version__, notatie
from evaluatie.cijfers.kengetallen import kengetallen_path
from evaluatie.cijfers.tables import TABLES, table_path
from evaluatie.dossier import list_dossiers
from evaluatie.project import project_root
from evaluatie.rapport.opmaak import Fragment, Kolom, details, paragraph, table

_PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "pydantic")


def build_ontvangstbewijs(
    titel: str,
    parameters: Mapping[str, object],
    *,
    toeval: str = "geen: alle permutaties zijn volledig doorgerekend",
    bestanden: Iterable[Path] = (),
) -> dict[str, object]:
    """Return parameters, versions and hashes of everything the report was made from.

    `toeval` says what was drawn, `bestanden` are files beside those of the project, such as stored registers.

    Returns
    -------
    dict
        ``titel``, ``parameters``, ``versies``, ``bronbestanden`` and ``wet`` (SHA-256 by file), ``code`` (SHA-256 over
        the source of the package without the law), ``programma`` (law included) and ``toeval``. Nothing in it depends
        on the moment.
    """
    return {
        "titel": titel,
        "parameters": {name: str(value) for name, value in parameters.items()},
        "versies": {
            "evaluatie": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
        },
        **describe_sources(bestanden),
        "toeval": toeval,
    }


def describe_sources(bestanden: Iterable[Path] = ()) -> dict[str, Any]:
    """Return the hashes of data, law and code as they are now; part of every receipt.

    `bestanden` are files beside those of the project, such as stored registers.
    """
    package = Path(__file__).resolve().parents[1]
    sources = sorted(path for suffix in ("*.py", "*.yaml") for path in package.rglob(suffix))
    law = [path for path in sources if path.parent == package / "wet" / "regelingen"]
    return {
        "bronbestanden": {_relative(path): hash_file(path) for path in (*_data_files(), *bestanden)},
        "wet": {path.stem: hash_file(path) for path in law},
        "code": _hash_all([path for path in sources if path not in law], package),
        "programma": _hash_all(sources, package),
    }


def explain_changes(old: Mapping[str, Any], new: Mapping[str, Any], *, shared_only: bool = False) -> list[str]:
    """Return a Dutch sentence for every kind of thing that differs between two receipts: data, law, code.

    Parameters
    ----------
    old, new : mapping
        Receipts, or what `describe_sources` returns. A receipt of before law and code were told apart has only
        ``programma``.
    shared_only : bool
        Leave out files that only one of them has: another folder of the user's own is no change.
    """
    sentences = []
    for key, word in (("bronbestanden", "Gegevens"), ("wet", "Wet")):
        if changed := list_changed_files(old.get(key), new.get(key), shared_only=shared_only):
            sentences.append(f"{word} gewijzigd: {notatie.join(changed)}.")
    if _differ(old.get("code"), new.get("code")):
        sentences.append("Programma gewijzigd.")
    elif not old.get("code") and _differ(old.get("programma"), new.get("programma")):
        sentences.append("Programma of wet gewijzigd.")
    return sentences


def list_changed_files(old: object, new: object, *, shared_only: bool = False) -> list[str]:
    """Return the files of which the hash differs between two receipts."""
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return []
    names = set(old) & set(new) if shared_only else set(old) | set(new)
    return sorted(str(name) for name in names if old.get(name) != new.get(name))


def _differ(old: object, new: object) -> bool:
    return bool(old) and bool(new) and old != new


def write_ontvangstbewijs(bewijs: Mapping[str, object]) -> Fragment:
    """Write the receipt as tables."""
    parts = paragraph(
        "Met dezelfde gegevens, hetzelfde programma en dezelfde parameters ontstaat precies dezelfde pagina."
    )
    for name, caption in (
        ("parameters", "Parameters"),
        ("versies", "Versies"),
        ("bronbestanden", "Bronbestanden (SHA-256)"),
    ):
        content = bewijs[name]
        assert isinstance(content, Mapping)
        write = Markup("<code>{}</code>").format if name == "bronbestanden" else str
        rows = [[str(key), write(str(value))] for key, value in content.items()]
        parts += details(caption, table(caption, [Kolom("onderdeel"), Kolom("waarde")], rows))
    return parts + paragraph(f"Programma (SHA-256): {bewijs['programma']}. Toeval: {bewijs['toeval']}.", css="uitleg")


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file as it is now."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _data_files() -> list[Path]:
    return sorted([*(table_path(name) for name in TABLES), kengetallen_path(), *list_dossiers().values()])


def _relative(path: Path) -> str:
    root = project_root()
    # A user's own map is named by its last part only: its place on a disk is nobody's business.
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else f"{path.parent.name}/{path.name}"


def _hash_all(paths: Iterable[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(bytes.fromhex(hash_file(path)))
    return digest.hexdigest()
