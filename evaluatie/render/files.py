"""The one place that writes files: whole or not at all."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from evaluatie.errors import EvaluatieError

_ATTEMPTS = 5
_PAUSE_S = 0.2


def write_atomically(target: Path, text: str) -> Path:
    """Write `text` (UTF-8, ``\\n``) so that a reader sees the old file or the new one, never half."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bouw-", ignore_cleanup_errors=True) as folder:
        source = Path(folder) / target.name
        source.write_text(text, encoding="utf-8", newline="\n")
        move(source, target)
    return target


def move(source: Path, target: Path) -> None:
    """Move a finished file over `target`, which must be on the same disk.

    On Windows a virus scanner or a viewer may hold the old file for a moment: try a few times.
    """
    for attempt in range(_ATTEMPTS):
        try:
            os.replace(source, target)
            return
        except PermissionError:
            if attempt == _ATTEMPTS - 1:
                break
            time.sleep(_PAUSE_S)
    raise EvaluatieError(
        f"{target} kan niet worden vervangen.", "Sluit het bestand in andere programma's en controleer uw rechten."
    )
