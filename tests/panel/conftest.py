"""The real panel, built once, and a copy of the project that a test may break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evaluatie.panel import Gemeentepanel, build_gemeentepanel
from evaluatie.project import data_folder


@pytest.fixture(scope="session")
def panel() -> Gemeentepanel:
    """Return the panel of all municipalities; no test changes it."""
    return build_gemeentepanel()


@pytest.fixture
def broken_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a copy of the CBS tables that the package takes for its own.

    Every test has its own folder, and tables are cached by folder, so a broken table is never met elsewhere.
    Change the files before the first table is read.
    """
    shutil.copytree(data_folder(), tmp_path / "data")
    monkeypatch.setenv("EVALUATIE_PROJECT", str(tmp_path))
    return tmp_path / "data" / "cbs"
