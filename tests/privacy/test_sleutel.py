"""A key is strong, kept away from the data, and never shown."""

from __future__ import annotations

import os

import pytest

from evaluatie.errors import DataError
from evaluatie.project import project_root
from evaluatie.registratie.sleutel import KEY_FILE_VARIABLE, KEY_VARIABLE, Key, load_key, make_key

STRONG = bytes(range(32)).hex()


@pytest.fixture(autouse=True)
def _no_key(monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv(KEY_FILE_VARIABLE, raising=False)


def test_a_new_key_can_be_read_back_and_is_private(tmp_path):
    path = tmp_path / "sleutel"
    made = make_key(path)
    assert load_key(path) == made
    assert len(made.waarde) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert made.waarschuwingen == ()
    assert make_key(tmp_path / "andere").waarde != made.waarde


def test_a_new_key_never_overwrites(tmp_path):
    path = tmp_path / "sleutel"
    path.write_text("iets")
    with pytest.raises(DataError, match="bestaat al"):
        make_key(path)
    assert path.read_text() == "iets"
    with pytest.raises(DataError, match="kan niet worden geschreven"):
        make_key(tmp_path / "geen" / "map" / "sleutel")


def test_the_environment_holds_a_key_or_names_a_file(tmp_path, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, STRONG)
    assert load_key().waarde == bytes(range(32))
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(tmp_path / "sleutel"))
    with pytest.raises(DataError, match="twee sleutels"):
        load_key()
    monkeypatch.delenv(KEY_VARIABLE)
    assert load_key(make_file(tmp_path)) == load_key()


def make_file(folder):
    make_key(folder / "sleutel")
    return folder / "sleutel"


def test_without_a_key_the_message_says_how_to_get_one():
    with pytest.raises(DataError, match="--nieuwe-sleutel"):
        load_key()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "Te korte"),
        (b"wachtwoord", "Te korte"),
        (b"0123456789abcdef" * 2, "16 bytes"),  # hexadecimal text counts for what it says
        (b"a" * 40, "Te korte"),
        (b"z" * 40, "voorspelbare"),
        (b"00" * 32, "voorspelbare"),
    ],
)
def test_a_weak_key_is_refused(tmp_path, content, problem):
    path = tmp_path / "sleutel"
    path.write_bytes(content)
    with pytest.raises(DataError, match=problem):
        load_key(path)


@pytest.mark.parametrize("content", [STRONG, STRONG.upper(), f"{STRONG}\r\n", f"\ufeff{STRONG}"])
def test_the_notation_of_a_key_does_not_matter(tmp_path, content):
    path = tmp_path / "sleutel"
    path.write_text(content, encoding="utf-8", newline="")
    assert load_key(path).waarde == bytes(range(32))


def test_a_sentence_or_bytes_may_be_a_key(tmp_path):
    path = tmp_path / "sleutel"
    path.write_text("een lange zin die niemand raadt, en die wij bewaren\n")
    assert load_key(path).waarde.endswith(b"bewaren")
    path.write_bytes(bytes(range(200, 240)))
    assert len(load_key(path).waarde) == 40


def test_a_key_beside_the_data_is_refused(tmp_path, monkeypatch):
    inside = tmp_path / "gemeente" / "geheim" / "sleutel"
    inside.parent.mkdir(parents=True)
    inside.write_text(STRONG)
    elsewhere = tmp_path / "wijzer"
    elsewhere.symlink_to(inside)
    for path in (inside, elsewhere, inside.parent / ".." / "geheim" / "sleutel"):
        with pytest.raises(DataError, match="bij de gegevens"):
            load_key(path, forbidden=[tmp_path / "gemeente"])
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(inside))
    with pytest.raises(DataError, match="bij de gegevens"):
        load_key(forbidden=[tmp_path / "gemeente"])
    with pytest.raises(DataError, match="bij de gegevens"):
        make_key(inside.with_name("nieuw"), forbidden=[tmp_path / "gemeente"])
    assert not inside.with_name("nieuw").exists()


def test_a_link_inside_the_folder_is_refused_too(tmp_path):
    (tmp_path / "gemeente").mkdir()
    link = tmp_path / "gemeente" / "sleutel"
    link.symlink_to(make_file(tmp_path))
    with pytest.raises(DataError, match="bij de gegevens"):
        load_key(link, forbidden=[tmp_path / "gemeente"])


def test_a_key_in_the_project_is_refused(tmp_path, monkeypatch):
    with pytest.raises(DataError, match="het project"):
        load_key(project_root() / "sleutel")
    (tmp_path / "project" / "data").mkdir(parents=True)
    monkeypatch.setenv("EVALUATIE_PROJECT", str(tmp_path / "project"))
    with pytest.raises(DataError, match="het project"):
        make_key(tmp_path / "project" / "sleutel")


@pytest.mark.skipif(os.name != "posix", reason="rights of files are read on POSIX only")
def test_a_key_that_others_can_read_is_reported(tmp_path):
    path = make_file(tmp_path)
    path.chmod(0o644)
    assert "chmod 600" in load_key(path).waarschuwingen[0]


def test_a_missing_key_file(tmp_path):
    with pytest.raises(DataError, match="kan niet worden gelezen"):
        load_key(tmp_path / "weg")


def test_a_key_is_never_shown():
    key = Key(bytes(range(32)), "test")
    assert STRONG not in repr(key)
    assert "\\x01" not in repr(key)
    assert key.vingerafdruk not in STRONG
    assert len(key.vingerafdruk) == 8
