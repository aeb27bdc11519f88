"""Every estimator has a method page: the sections a reader needs, and tests that exist."""

from __future__ import annotations

import inspect
import json
import re

import pytest

from evaluatie import estimation
from evaluatie.project import notebooks_folder, project_root

PAGES = sorted((notebooks_folder() / "methode").glob("*.ipynb"))
SECTIONS = [
    "Wat wordt geschat",
    "De vergelijking",
    "Aannames",
    "Onzekerheid",
    "Voorbeeld met een ingebouwd effect",
    "Bijzondere gevallen",
    "Bronnen en toetsen",
]


def prose(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def everything(path):
    return "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_method_page_has_every_section_in_order(path):
    headings = re.findall(r"^## (.+)$", prose(path), re.MULTILINE)
    assert headings == SECTIONS


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_method_page_says_at_once_that_its_data_are_synthetic(path):
    assert "synthetisch" in prose(path).split("## ")[0].lower()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_tests_that_a_method_page_names_exist(path):
    named = re.findall(r"tests/[\w/]+\.py", prose(path))
    assert named
    assert [name for name in named if not (project_root() / name).is_file()] == []


def test_every_estimator_has_a_method_page():
    """A public function that no page explains is one that nobody can check."""
    explained = "\n".join(everything(path) for path in PAGES)
    estimators = [name for name in estimation.__all__ if inspect.isfunction(getattr(estimation, name))]
    assert len(estimators) > 25
    assert [name for name in estimators if not re.search(rf"\b{name}\b", explained)] == []


def test_every_estimator_says_what_it_takes_and_gives():
    """NumPy docstrings: ``help(…)`` has to be enough to use a function."""
    for name in estimation.__all__:
        thing = getattr(estimation, name)
        if not (inspect.isfunction(thing) or inspect.isclass(thing)):
            continue  # a constant: its meaning stands beside it in the module
        text = inspect.getdoc(thing) or ""
        assert text, name
        if inspect.isfunction(thing) and len(inspect.signature(thing).parameters) > 2:
            assert "Parameters\n" in text, name
