"""The receipt: everything a report was made from, and nothing of the moment it was made."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from evaluatie.project import project_root
from evaluatie.rapport import Vangnetverantwoording, ontvangstbewijs
from evaluatie.rapport.ontvangstbewijs import build_ontvangstbewijs, hash_file, write_ontvangstbewijs

PARAMETERS = {"gemeente": "Renkum", "jaar": 2019, "peildatum": "2019-12-31"}
DATA = {".csv", ".yaml"}


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data folder that the package takes for its own."""
    shutil.copytree(project_root() / "data", tmp_path / "data")
    monkeypatch.setenv("EVALUATIE_PROJECT", str(tmp_path))
    return tmp_path


def test_every_data_file_stands_in_the_receipt_with_its_sha_256():
    root = project_root()
    files = [path for path in (root / "data").rglob("*") if path.suffix in DATA]
    expected = {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert len(expected) == 10
    assert build_ontvangstbewijs("Titel", PARAMETERS)["bronbestanden"] == expected


def test_the_receipt_does_not_depend_on_the_moment(copied: Path, monkeypatch: pytest.MonkeyPatch):
    first = build_ontvangstbewijs("Titel", PARAMETERS)
    for path in (copied / "data").rglob("*"):
        os.utime(path, (0, 0))
    monkeypatch.setattr(time, "time", lambda: 4_000_000_000.0)
    second = build_ontvangstbewijs("Titel", PARAMETERS)
    assert json.dumps(first) == json.dumps(second)
    assert str(copied) not in json.dumps(first)
    without_day = {key: value for key, value in first.items() if key != "parameters"}
    assert re.findall(r"\d{4}-\d{2}-\d{2}|\d{2}:\d{2}", json.dumps(without_day)) == []


def test_the_receipt_does_not_depend_on_the_folder(copied: Path):
    here = build_ontvangstbewijs("Titel", PARAMETERS)
    assert here["bronbestanden"].keys() == {  # type: ignore[attr-defined]
        path.relative_to(copied).as_posix() for path in (copied / "data").rglob("*") if path.suffix in DATA
    }


@pytest.mark.parametrize("name", ["data/dossiers/renkum/dossier.yaml", "data/cbs/herindelingen.csv"])
def test_one_changed_byte_changes_one_hash(copied: Path, name: str):
    before = build_ontvangstbewijs("Titel", PARAMETERS)["bronbestanden"]
    with (copied / name).open("ab") as file:
        file.write(b"\n")
    after = build_ontvangstbewijs("Titel", PARAMETERS)["bronbestanden"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert {key for key in before if before[key] != after[key]} == {name}


def test_a_file_that_changed_in_the_same_session_has_another_hash(tmp_path: Path):
    """Who edits a dossier with a notebook open must not get the hash of the dossier of before."""
    path = tmp_path / "dossier.yaml"
    path.write_bytes(b"oud")
    assert hash_file(path) == hashlib.sha256(b"oud").hexdigest()
    path.write_bytes(b"nieuwer")
    assert hash_file(path) == hashlib.sha256(b"nieuwer").hexdigest()


def test_the_programme_hash_covers_names_and_contents(tmp_path: Path):
    (tmp_path / "a.py").write_bytes(b"1")
    (tmp_path / "b.py").write_bytes(b"2")
    files = [tmp_path / "a.py", tmp_path / "b.py"]
    first = ontvangstbewijs._hash_all(files, tmp_path)
    assert ontvangstbewijs._hash_all(files, tmp_path) == first
    assert ontvangstbewijs._hash_all(files[:1], tmp_path) != first
    (tmp_path / "c.py").write_bytes(b"2")
    assert ontvangstbewijs._hash_all([files[0], tmp_path / "c.py"], tmp_path) != first
    (tmp_path / "b.py").write_bytes(b"3")
    assert ontvangstbewijs._hash_all(files, tmp_path) != first


def test_the_law_is_part_of_the_programme():
    package = Path(ontvangstbewijs.__file__).resolve().parents[1]
    assert list(package.rglob("wet/regelingen/*.yaml"))
    hashed = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ontvangstbewijs, "_hash_all", lambda paths, root: hashed.extend(paths) or "x")
        build_ontvangstbewijs("Titel", PARAMETERS)
    names = {path.relative_to(package).as_posix() for path in hashed}
    assert {"wet/regelingen/vangnetuitkering.yaml", "wet/vangnet.py", "rapport/samenvatting.py", "notatie.py"} <= names
    files = [path for path in package.rglob("*") if path.suffix in {".py", ".yaml"}]
    assert names == {path.relative_to(package).as_posix() for path in files}


def test_parameters_and_versions_are_text():
    bewijs = build_ontvangstbewijs("Titel", PARAMETERS)
    assert bewijs["titel"] == "Titel"
    assert bewijs["parameters"] == {"gemeente": "Renkum", "jaar": "2019", "peildatum": "2019-12-31"}
    assert isinstance(bewijs["versies"], dict)
    assert set(bewijs["versies"]) == {
        "evaluatie", "python", "numpy", "pandas", "scipy", "statsmodels", "matplotlib", "pydantic",
    }  # fmt: skip
    assert all(re.match(r"\d+\.\d+", version) for version in bewijs["versies"].values())
    assert re.fullmatch(r"[0-9a-f]{64}", str(bewijs["programma"]))
    assert bewijs["toeval"] == "geen: alle permutaties zijn volledig doorgerekend"


def test_the_page_shows_every_hash():
    bewijs = build_ontvangstbewijs("Titel", {**PARAMETERS, "opmerking": "<script>"})
    html = write_ontvangstbewijs(bewijs)._repr_html_()
    text = BeautifulSoup(html, "lxml").get_text(" ")
    assert "<script" not in html
    assert isinstance(bewijs["bronbestanden"], dict)
    for name, digest in bewijs["bronbestanden"].items():
        assert name in text
        assert digest in text
    assert f"Programma (SHA-256): {bewijs['programma']}." in text


def test_a_report_ends_with_its_receipt_and_its_numbers(renkum: Vangnetverantwoording):
    bundle = renkum.afronding()._repr_mimebundle_()
    assert set(bundle) == {
        "text/html",
        "application/vnd.evaluatie.resultaten+json",
        "application/vnd.evaluatie.ontvangstbewijs+json",
    }
    receipt = bundle["application/vnd.evaluatie.ontvangstbewijs+json"]
    assert isinstance(receipt, dict)
    assert receipt["titel"] == "Vangnetverantwoording Renkum 2019"
    assert receipt["parameters"] == {"gemeente": "Renkum", "jaar": "2019", "peildatum": "2019-12-31"}
    assert bundle["application/vnd.evaluatie.resultaten+json"] == renkum.resultaten.to_json()
