"""A new folder is valid from the first second, and says what to do next."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from click.testing import CliRunner

from evaluatie.cli.guard import GuardedGroup
from evaluatie.cli.nieuw import new
from evaluatie.dossier import read_dossier
from evaluatie.errors import ChoiceError
from evaluatie.registratie.contract import load_contracten
from evaluatie.registratie.koppeling import read_koppeling
from evaluatie.registratie.lezen import read_map
from evaluatie.registratie.nieuw import describe_progress, make_municipality
from evaluatie.registratie.nieuw.maken import find_code
from evaluatie.registratie.opslag import store
from evaluatie.registratie.sleutel import KEY_FILE_VARIABLE, KEY_VARIABLE, make_key
from tests.privacy.conftest import table


@pytest.fixture(autouse=True)
def _no_key(monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv(KEY_FILE_VARIABLE, raising=False)


@pytest.fixture
def folder(tmp_path):
    make_municipality(tmp_path / "deventer", "Deventer", jaar=2024)
    return tmp_path / "deventer"


def run(*args: str):
    group = GuardedGroup("evaluatie", commands={"new": new})
    return CliRunner().invoke(group, list(args), catch_exceptions=False)


def test_everything_is_there(folder):
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    tables = {f"aanlevering/{tabel}.csv" for tabel in load_contracten()}
    assert names == {".gitignore", "LEESMIJ.md", "dossier.yaml", "aanlevering/koppeling.yaml"} | tables
    assert (folder / ".gitignore").read_text().split() == ["register/", "aanlevering/"]


@pytest.mark.parametrize("naam", ["", "Deventer", "'s-Gravenhage", 'Aa: "b" # c', "Súdwest-Fryslân", "$naam", "null"])
def test_the_dossier_is_valid_whatever_the_name(tmp_path, naam):
    make_municipality(tmp_path, naam)
    assert read_dossier(tmp_path / "dossier.yaml").gemeente.naam == (naam or "Naam van de gemeente")


def test_the_code_is_looked_up():
    assert (find_code("deventer"), find_code("'s-Gravenhage"), find_code("Nergens")) == ("GM0150", "GM0518", "GM0000")
    assert find_code("Groningen").startswith("GM"), "the municipality, not the province"


def test_the_examples_in_the_dossier_are_valid_too(folder):
    """Every example, without its #, is accepted by the contract: it was written to be uncommented."""
    path = folder / "dossier.yaml"
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    uncommented = [re.sub(r"^#(?=  )", "", line) for line in lines]
    filled = re.sub(r": (\[\]|\{\})(?=\n  )", ":", "\n".join(uncommented) + "\n")
    filled = filled.replace("{jaar: 2024, budget: buig_budget, netto_lasten: buig_lasten}", "{jaar: 2024}")
    path.write_text(filled, encoding="utf-8")
    dossier = read_dossier(path)
    assert dossier.maatregelen
    assert dossier.documenten
    assert dossier.klantgroepen
    assert dossier.buig


def test_the_templates_match_the_contracts(folder):
    for tabel, contract in load_contracten().items():
        (header,) = (folder / "aanlevering" / f"{tabel}.csv").read_text(encoding="utf-8").splitlines()
        assert header.split(";") == list(contract.kolommen)


def test_the_templates_are_readable_without_errors(folder):
    register, found = read_map(folder / "aanlevering")
    assert list(register) == list(load_contracten())
    assert found.toetsen == {"geen_rijen"}


def test_the_example_of_the_mapping_is_valid(folder):
    path = folder / "aanlevering" / "koppeling.yaml"
    assert read_koppeling(path.parent) == ({}, [])
    prose, _, example = path.read_text(encoding="utf-8").rpartition("#\n")
    path.write_text(re.sub(r"^# ?", "", example, flags=re.MULTILINE), encoding="utf-8")
    koppeling, mistakes = read_koppeling(path.parent)
    assert mistakes == []
    assert koppeling["uitkeringen"].vast == {"gemeente_code": "GM0150"}
    assert "Haal het # weg" in prose


def test_the_readme_names_every_column_and_step(folder):
    text = (folder / "LEESMIJ.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for contract in load_contracten().values() for name in contract.kolommen)
    assert all(f"evaluatie {command} MAP" in text for command in ("check", "import", "report"))
    assert "raadt niet" in text
    tekst = {n for c in load_contracten().values() for n, k in c.kolommen.items() if k.soort == "tekst"}
    (listed,) = re.findall(r"tekstkolommen die wel worden bewaard \(([^)]*)\)", text.replace("\n", " "))
    assert {name.strip() for name in listed.split(",")} == tekst


def test_a_folder_with_something_in_it_is_refused(tmp_path):
    (tmp_path / ".verborgen").write_text("x")
    with pytest.raises(ChoiceError, match="niet leeg"):
        make_municipality(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".verborgen"]
    with pytest.raises(ChoiceError, match="niet leeg"):
        make_municipality(tmp_path / ".verborgen")


def test_a_name_of_two_letters_is_refused(tmp_path):
    with pytest.raises(ChoiceError, match="geen naam"):
        make_municipality(tmp_path / "m", "Ax")
    assert not (tmp_path / "m").exists()


def test_git_sees_only_what_may_be_shared(folder):
    subprocess.run(["git", "-C", str(folder), "init"], check=True, capture_output=True)
    command = ["git", "-C", str(folder), "ls-files", "--others", "--exclude-standard"]
    seen = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert set(seen) == {".gitignore", "LEESMIJ.md", "dossier.yaml"}


# --- how far it has come ---------------------------------------------------------------------------------------------


def done(folder) -> list[bool]:
    return [stap.gedaan for stap in describe_progress(folder)]


def test_the_steps_from_empty_to_imported(folder, tmp_path, monkeypatch):
    assert done(folder) == [False] * 4
    stappen = describe_progress(folder)
    assert [stap.stap for stap in stappen] == ["Dossier", "Aanlevering", "Sleutel", "Inlezen"]
    assert stappen[0].wat_te_doen == "Vul in dossier.yaml nog in: de samenvatting, minstens één maatregel."
    assert stappen[0].status == "ontbreekt"

    path = folder / "aanlevering" / "volumes.csv"
    path.write_text(path.read_text() + "\n;;\n2024-01;bijstand;10\n")
    assert done(folder) == [False, True, False, False]
    assert describe_progress(folder)[1].wat_te_doen == "Gevuld: volumes.csv."

    make_key(tmp_path / "sleutel")
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(tmp_path / "sleutel"))
    assert done(folder) == [False, True, True, False]

    store({"volumes": table("volumes", maand=["2024-01-01"], regeling=["bijstand"], aantal=[10])}, folder)
    monkeypatch.delenv(KEY_FILE_VARIABLE)
    assert done(folder) == [False, True, True, True]

    os.utime(path, (4e9, 4e9))
    assert "opnieuw" in describe_progress(folder)[3].wat_te_doen


def test_a_dossier_with_mistakes_or_without_file(folder, tmp_path):
    path = folder / "dossier.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\ntypefout: 1\n", encoding="utf-8")
    assert "typefout" in describe_progress(folder)[0].wat_te_doen
    assert done(tmp_path / "bestaat-niet") == [False] * 4


def test_a_complete_dossier(folder, monkeypatch):
    from evaluatie.project import data_folder

    text = (data_folder() / "dossiers" / "renkum" / "dossier.yaml").read_bytes()
    (folder / "dossier.yaml").write_bytes(text)
    assert describe_progress(folder)[0].gedaan


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_prints_the_next_steps(tmp_path):
    result = run("new", str(tmp_path / "m"), "--gemeente", "Dalfsen")
    assert result.exit_code == 0
    assert re.search(r"1\. Dossier.*2\. Aanlevering.*3\. Sleutel.*4\. Inlezen.*evaluatie check", result.output, re.S)
    assert read_dossier(tmp_path / "m" / "dossier.yaml").gemeente.code == "GM0148"
    again = run("new", str(tmp_path / "m"))
    assert (again.exit_code, "niet leeg" in again.output) == (3, True)


def test_help_is_dutch():
    result = run("new", "--help")
    assert result.output.startswith("Gebruik: evaluatie new [OPTIES] MAP")
    assert "Toon deze uitleg." in result.output
