"""The one place that writes files: whole or not at all."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from evaluatie.errors import EvaluatieError

_ATTEMPTS = 5
_PAUSE_S = 0.2
_REMEDY = "Sluit het bestand in andere programma's en controleer uw rechten."


def write_atomically(target: Path, content: str | bytes) -> Path:
    """Write bytes, or text (UTF-8, Unix line ends), so that a reader sees the old file or the new one, never half."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bouw-", ignore_cleanup_errors=True) as folder:
        source = Path(folder) / target.name
        source.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        move(source, target)
    return target


def move(source: Path, target: Path) -> None:
    """Move a finished file over `target`, which must be on the same disk.

    On Windows a virus scanner or a viewer may hold the old file for a moment: try a few times.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            source.replace(target)
        except PermissionError:
            if attempt == _ATTEMPTS:
                raise EvaluatieError(f"{target} kan niet worden vervangen.", _REMEDY) from None
            time.sleep(_PAUSE_S)
        else:
            return
