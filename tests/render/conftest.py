"""A project of its own for every test, with notebooks that the test writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = """\
gemeente: str = "Renkum"  # de gemeente
jaar: int = 2017  # het verantwoordingsjaar
peildatum: "date" = "2017-12-31"  # de peildatum
"""
TABLE = (
    "<table><caption>Tekort</caption><thead><tr><th scope='col'>Jaar</th></tr></thead>"
    "<tbody><tr><td class='getal'>12,6%</td></tr></tbody></table>"
)
SHOW_TABLE = f'from IPython.display import HTML\nHTML("{TABLE}")'
HAND_OVER = """\
from IPython.display import display
display({"application/vnd.evaluatie.resultaten+json": [{"naam": "é", "waarde": jaar}]}, raw=True)
display({"application/vnd.evaluatie.ontvangstbewijs+json": {"gemeente": gemeente, "jaar": jaar}}, raw=True)
"""

WriteNotebook = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty project that the package takes for its own."""
    for folder in ("data", "notebooks"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("EVALUATIE_PROJECT", str(tmp_path))
    monkeypatch.delenv("EVALUATIE_DEBUG", raising=False)
    return tmp_path


@pytest.fixture
def write_notebook(project: Path) -> WriteNotebook:
    """Return a function that writes a notebook: text starting with '#' is markdown, the rest code."""

    def write(*cells: str, name: str = "proef", parameters: str = PARAMETERS, **evaluatie: Any) -> Path:
        node = new_notebook()
        node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        node.metadata["evaluatie"] = {"titel": "Proef", "ondertitel": ["gemeente", "jaar"], **evaluatie}
        node.cells = [new_markdown_cell("# Een eigen titel\n\nInleiding.")]
        node.cells.append(new_code_cell(parameters, metadata={"tags": ["parameters"]}))
        node.cells += [new_markdown_cell(cell) if cell.startswith("#") else new_code_cell(cell) for cell in cells]
        path = project / "notebooks" / f"{name}.ipynb"
        nbformat.write(node, path)
        return path

    return write
