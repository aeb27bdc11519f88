"""`evaluatie import`, from delivered files to the store, with the real reader."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from evaluatie.cli.guard import GuardedGroup
from evaluatie.cli.invoer import import_
from evaluatie.registratie.bevindingen import Bevindingen, Ernst, found_in_file
from evaluatie.registratie.nieuw import describe_progress, make_municipality
from evaluatie.registratie.opslag import load_herkomst, load_stored
from evaluatie.registratie.sleutel import KEY_FILE_VARIABLE, KEY_VARIABLE, make_key
from evaluatie.registratie.toetsing import check_register
from tests.privacy.conftest import BSN, BSN_8

HEAD = "persoon_id;soort_voorziening;aanbieder;begin;einde;reden_einde;kosten"


@pytest.fixture(autouse=True)
def _no_key(monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv(KEY_FILE_VARIABLE, raising=False)


@pytest.fixture(autouse=True)
def checks(request, monkeypatch):
    """Stand in for the checks of the content, which have tests of their own."""
    fake = SimpleNamespace(check_register=lambda register: Bevindingen())
    if "real_checks" not in request.fixturenames:
        monkeypatch.setattr("evaluatie.registratie.toetsing.check_register", lambda r: fake.check_register(r))
    return fake


@pytest.fixture
def real_checks():
    """Keep the real checks."""


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "m" / "aanlevering").mkdir(parents=True)
    deliver(tmp_path / "m", f"{BSN};training;Werk BV;2017-01-01;;;12,50", f"0{BSN_8};scholing;;2017-01-01;;;")
    return tmp_path / "m"


@pytest.fixture
def sleutel(tmp_path) -> str:
    make_key(tmp_path / "sleutel")
    return str(tmp_path / "sleutel")


def deliver(folder: Path, *rows: str, head: str = HEAD) -> None:
    text = "\n".join([head, *rows]) + "\n"
    (folder / "aanlevering" / "trajecten.csv").write_text(text, encoding="utf-8")


def run(*args: str):
    group = GuardedGroup("evaluatie", commands={"import": import_})
    return CliRunner().invoke(group, ["import", *map(str, args)], catch_exceptions=False)


def stored_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted((folder / "register").glob("*")))


def test_the_first_time_with_a_new_key(folder, tmp_path):
    result = run(folder, "--nieuwe-sleutel", tmp_path / "sleutel")
    assert result.exit_code == 0, result.output
    assert "Bewaard: trajecten (2 rijen)" in result.output
    assert (tmp_path / "sleutel").stat().st_mode & 0o777 == 0o600
    frame = load_stored(folder)["trajecten"]
    assert frame.persoon_id.str.fullmatch("[0-9a-f]{16}").all()
    assert (frame.kosten[0], frame.aanbieder[0]) == (12.5, "Werk BV")
    assert BSN.encode() not in stored_bytes(folder)
    assert (tmp_path / "sleutel").read_text().strip().encode() not in stored_bytes(folder)


def test_a_later_delivery_in_another_notation_has_the_same_persons(folder, sleutel):
    assert run(folder, "--sleutel", sleutel).exit_code == 0
    first = load_stored(folder)["trajecten"].persoon_id
    deliver(folder, f"{BSN_8};training;;2018-01-01;;;", "1234.56.782;training;;2018-01-01;;;")
    assert run(folder, "--sleutel", sleutel).exit_code == 0
    assert load_stored(folder)["trajecten"].persoon_id.tolist() == first.tolist()[::-1]


def test_columns_that_nobody_asked_for_are_dropped_and_named(folder, sleutel):
    rows = [f"{BSN};training;;2017-01-01;;;;Jansen;Dorpsstraat 1"]
    deliver(folder, *rows, head=f"{HEAD};achternaam;adres")
    result = run(folder, "--sleutel", sleutel)
    assert "trajecten.csv: achternaam; trajecten.csv: adres" in result.output
    assert b"Jansen" not in stored_bytes(folder)
    assert b"Dorpsstraat" not in stored_bytes(folder)


def test_errors_stop_and_leave_what_was_stored(folder, sleutel, checks):
    run(folder, "--sleutel", sleutel)
    before = stored_bytes(folder)
    deliver(folder, f"{BSN};training;;gisteren;;;")
    assert run(folder, "--sleutel", sleutel).exit_code == 5
    deliver(folder, f"{BSN};training;;2018-01-01;;;")
    mistake = found_in_file("overlap", "trajecten.csv", "x", "y", "Verbeter het.")
    checks.check_register = lambda register: Bevindingen([mistake])
    result = run(folder, "--sleutel", sleutel)
    assert (result.exit_code, "Verbeter het." in result.output) == (5, True)
    assert stored_bytes(folder) == before
    assert [path.name for path in folder.iterdir() if path.name.startswith(".register")] == []


def test_the_checks_see_pseudonyms_and_warnings_do_not_stop(folder, sleutel, checks):
    warning = found_in_file("volume", "trajecten.csv", "x", "y", "z", ernst=Ernst.WAARSCHUWING)
    seen = []
    checks.check_register = lambda register: seen.append(register["trajecten"].persoon_id[0]) or Bevindingen([warning])
    result = run(folder, "--sleutel", sleutel)
    assert (result.exit_code, "1 waarschuwing;" in result.output) == (0, True)
    assert BSN not in seen


@pytest.mark.parametrize("aanbieder", [f"Werk {BSN}", "123.456.782"])
def test_a_bsn_in_a_text_column_stops(folder, sleutel, aanbieder):
    deliver(folder, f"{BSN};training;{aanbieder};2017-01-01;;;")
    result = run(folder, "--sleutel", sleutel)
    assert (result.exit_code, BSN in result.output) == (5, False)
    assert "trajecten, aanbieder" in result.output
    assert not (folder / "register").exists()


def test_without_key_or_with_a_key_beside_the_data(folder, tmp_path):
    result = run(folder)
    assert (result.exit_code, "--nieuwe-sleutel" in result.output) == (5, True)
    inside = run(folder, "--nieuwe-sleutel", folder / "sleutel")
    assert (inside.exit_code, "bij de gegevens" in inside.output) == (5, True)
    both = run(folder, "--nieuwe-sleutel", tmp_path / "a", "--sleutel", tmp_path / "b")
    assert (both.exit_code, "niet allebei" in both.output) == (2, True)
    a_folder = run(folder, "--sleutel", tmp_path)
    assert (a_folder.exit_code, "is een map" in a_folder.output) == (2, True)
    assert not (folder / "register").exists()


def test_pseudonyms_that_are_there_already(folder, sleutel):
    deliver(folder, "0123456789abcdef;training;;2017-01-01;;;")
    assert run(folder, "--al-versleuteld").exit_code == 0
    assert load_stored(folder)["trajecten"].persoon_id.tolist() == ["0123456789abcdef"]
    assert load_herkomst(folder).sleutel == ""
    result = run(folder, "--sleutel", sleutel)
    assert "opnieuw versleuteld" in result.output
    assert load_stored(folder)["trajecten"].persoon_id.tolist() != ["0123456789abcdef"]


def test_another_key_or_an_open_key_is_reported(folder, sleutel, tmp_path):
    run(folder, "--sleutel", sleutel)
    (tmp_path / "sleutel").chmod(0o644)
    assert "chmod 600" in run(folder, "--sleutel", sleutel).output
    assert "andere sleutel dan de vorige keer" in run(folder, "--nieuwe-sleutel", tmp_path / "ander").output


def test_empty_templates_are_passed_over(folder, sleutel):
    (folder / "aanlevering" / "volumes.csv").write_text("maand;regeling;aantal\n")
    run(folder, "--sleutel", sleutel)
    assert list(load_stored(folder)) == ["trajecten"]
    deliver(folder)
    assert run(folder, "--sleutel", sleutel).exit_code == 5


def test_a_work_tree_is_refused_before_anything_is_read(folder, sleutel, git):
    git(folder, "init")
    result = run(folder, "--sleutel", sleutel)
    assert (result.exit_code, ".gitignore" in result.output) == (7, True)
    (folder / ".gitignore").write_text("register/\n")
    result = run(folder, "--sleutel", sleutel)
    assert (result.exit_code, "aanlevering niet over" in result.output) == (0, True)


def test_a_folder_that_does_not_exist_is_not_made(tmp_path, sleutel):
    assert run(tmp_path / "weg", "--sleutel", sleutel).exit_code == 5
    assert not (tmp_path / "weg").exists()


def test_from_a_new_folder_to_an_imported_one(tmp_path, sleutel, real_checks):
    folder = tmp_path / "deventer"
    make_municipality(folder, "Deventer")
    with (folder / "aanlevering" / "uitkeringen.csv").open("a", encoding="utf-8") as file:
        file.write(f"{BSN};H1;bijstand;paar;2017-01-01;2017-12-31;werk;Dicht bij werk;1970;v;GM0150\n")
        file.write(f"{BSN_8};H1;bijstand;paar;2017-01-01;;;Zorg;1971;m;GM0150\n")
    result = run(folder, "--sleutel", sleutel)
    assert result.exit_code == 0, result.output
    frame = load_stored(folder)["uitkeringen"]
    assert frame.huishouden.nunique() == 1
    assert frame.persoon_id.nunique() == 2
    assert [stap.gedaan for stap in describe_progress(folder)] == [False, True, True, True]
    assert check_register(load_stored(folder)).count(Ernst.FOUT) == 0


def test_help_is_dutch():
    result = run("--help")
    assert result.output.startswith("Gebruik: evaluatie import [OPTIES] MAP")
    assert "niet geraden" in result.output
