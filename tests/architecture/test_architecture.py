"""The documents that describe the tree may not drift from it."""

from __future__ import annotations

import re
import tomllib

import pytest

from evaluatie.begrippen import label, load_begrippen
from evaluatie.project import project_root

ROOT = project_root()


def test_the_architecture_names_every_part_of_the_package():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    parts = {
        path.stem for path in (ROOT / "evaluatie").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    described = set(re.findall(r"[a-z_]+", text.split("## How a report")[0]))
    assert parts - {"__init__", "__main__", "__pycache__"} <= described


def test_the_layers_cover_every_part_of_the_package():
    """A new module that no layer names would escape the rule."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(c for c in config["tool"]["importlinter"]["contracts"] if c["type"] == "layers")["layers"]
    named = {name.strip().removeprefix("evaluatie.") for layer in layers for name in layer.split("|")}
    parts = {
        path.stem for path in (ROOT / "evaluatie").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert parts - {"__init__"} == named


def test_the_table_of_files_names_every_cbs_table():
    text = (ROOT / "data" / "cbs" / "README.md").read_text(encoding="utf-8")
    assert {path.name for path in (ROOT / "data" / "cbs").glob("*.csv")} == set(re.findall(r"`(\w+\.csv)`", text))


def test_the_exit_codes_of_the_readme_are_those_of_the_errors():
    from evaluatie import errors

    codes = {
        cls.exit_code
        for cls in vars(errors).values()
        if isinstance(cls, type) and issubclass(cls, errors.EvaluatieError)
    } - {1}
    table = re.findall(r"^\| ([\d, ]+) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    documented = {int(code) for row in table for code in row.split(",")}
    assert codes <= documented


def test_every_pinned_version_is_a_version_and_no_address():
    lines = [
        line
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert len(lines) > 50
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.\-]+==[A-Za-z0-9_.+!]+", line)] == []


def test_a_term_that_is_not_in_the_glossary_is_an_error():
    with pytest.raises(KeyError):
        label("een_term_die_niemand_uitlegde")
    assert all(term.label and term.uitleg for term in load_begrippen().values())
