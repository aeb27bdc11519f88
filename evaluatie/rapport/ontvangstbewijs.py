"""The receipt that closes a report: with it somebody else can make the same page again."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from evaluatie import __version__
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
        ``titel``, ``parameters``, ``versies``, ``bronbestanden`` (SHA-256 by file), ``programma`` (SHA-256
        over the source of the package, law included) and ``toeval``. Nothing in it depends on the moment.
    """
    package = Path(__file__).resolve().parents[1]
    sources = sorted(path for suffix in ("*.py", "*.yaml") for path in package.rglob(suffix))
    return {
        "titel": titel,
        "parameters": {name: str(value) for name, value in parameters.items()},
        "versies": {
            "evaluatie": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
        },
        "bronbestanden": {_relative(path): hash_file(path) for path in (*_data_files(), *bestanden)},
        "programma": _hash_all(sources, package),
        "toeval": toeval,
    }


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
        rows = [[str(key), str(value)] for key, value in content.items()]
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
