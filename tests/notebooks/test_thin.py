"""Notebooks are thin and stored without outputs."""

from __future__ import annotations

import ast
import json

import pytest

from evaluatie.project import notebooks_folder

NOTEBOOKS = sorted(notebooks_folder().rglob("*.ipynb"))
LONGEST_CELL = 6


def code_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def source(cell):
    return "".join(cell["source"])


def test_there_are_notebooks():
    assert {path.stem for path in NOTEBOOKS} >= {
        "vangnetverantwoording",
        "bestandsontwikkeling",
        "registratie",
        "klantgroepen",
        "instroom_ww",
        "voortgang",
    }


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs(path):
    assert not [cell for cell in code_cells(path) if cell.get("outputs") or cell.get("execution_count")]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_calls_and_no_logic(path):
    for cell in code_cells(path):
        tree = ast.parse(source(cell))
        logic = (
            ast.For,
            ast.While,
            ast.If,
            ast.FunctionDef,
            ast.ClassDef,
            ast.With,
            ast.Try,
            ast.Lambda,
            ast.comprehension,
        )
        assert not [node for node in ast.walk(tree) if isinstance(node, logic)], source(cell)
        assert len(source(cell).splitlines()) <= LONGEST_CELL, source(cell)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_imports_only_the_package(path):
    for cell in code_cells(path):
        for node in ast.walk(ast.parse(source(cell))):
            if isinstance(node, ast.Import):
                pytest.fail(f"{path.name}: {ast.unparse(node)}")
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").startswith("evaluatie"), ast.unparse(node)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_parameter_is_typed_and_explained(path):
    parameters = [cell for cell in code_cells(path) if "parameters" in cell["metadata"].get("tags", [])]
    assert len(parameters) == 1
    for line in source(parameters[0]).splitlines():
        assert ":" in line.split("=")[0], line
        assert "  # " in line, line
