"""Where the project's own folders are."""

from __future__ import annotations

import os
from pathlib import Path

from evaluatie.errors import DataError

_ENVIRONMENT = "EVALUATIE_PROJECT"


def project_root() -> Path:
    """Return the folder that holds ``data/`` and ``notebooks/``.

    The environment variable ``EVALUATIE_PROJECT`` wins; otherwise it is the checkout this package
    was installed from (``pip install -e .``).
    """
    configured = os.environ.get(_ENVIRONMENT)
    root = Path(configured) if configured else Path(__file__).resolve().parents[1]
    if not (root / "data").is_dir():
        raise DataError(
            f"De map met gegevens is niet gevonden: {root / 'data'}.",
            f"Installeer het project met 'pip install -e .' of zet {_ENVIRONMENT} op de projectmap.",
        )
    return root


def explain_install(extra: str) -> str:
    """Say how to install what an optional part needs: the package is in no registry, so from its own folder."""
    return f"Installeer het in de projectmap met: pip install -c constraints.txt -e '.[{extra}]'."


def data_folder() -> Path:
    """Return ``data/``: embedded facts, never written to by the package."""
    return project_root() / "data"


def notebooks_folder() -> Path:
    """Return ``notebooks/``."""
    return project_root() / "notebooks"
