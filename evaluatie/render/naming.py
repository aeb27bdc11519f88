"""Where a report stands and what its files are called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAIN_REPORT = "vangnetverantwoording"
_ELSEWHERE = "overig"


def slug(text: str) -> str:
    """Return `text` as an ASCII folder name: ``'s-Gravenhage`` becomes ``s-gravenhage``.

    The outcome never contains a separator or a dot, so no parameter can point outside the reports.
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")


def folder_for(parameters: Mapping[str, object]) -> Path:
    """Return the folder of a report inside the reports folder: ``<gemeente>/<jaar>``."""
    parts = (slug(str(parameters[name])) for name in ("gemeente", "jaar") if name in parameters)
    return Path(*[part for part in parts if part] or [_ELSEWHERE])


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """The files of one report.

    The main report owns its folder, so its results have a fixed name that others can rely on; other
    notebooks in the same folder put their own name before it.
    """

    folder: Path
    name: str

    def _own(self, file: str) -> Path:
        return self.folder / (file if self.name == MAIN_REPORT else f"{self.name}.{file}")

    @property
    def html(self) -> Path:
        """The page itself."""
        return self.folder / f"{self.name}.html"

    @property
    def other_forms(self) -> tuple[Path, Path]:
        """The page as PDF and as Word document, when they were asked for."""
        return self.html.with_suffix(".pdf"), self.html.with_suffix(".docx")

    @property
    def results(self) -> Path:
        """The released results, as data."""
        return self._own("results.json")

    @property
    def receipt(self) -> Path:
        """The ontvangstbewijs: what the report was made of."""
        return self._own("ontvangstbewijs.json")

    @property
    def failed_notebook(self) -> Path:
        """The notebook as it stood when it stopped."""
        return self.folder / f"{self.name}.mislukt.ipynb"

    @property
    def failed_note(self) -> Path:
        """The message that goes with `failed_notebook`."""
        return self.folder / f"{self.name}.mislukt.txt"
