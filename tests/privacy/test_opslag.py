"""What is stored is pseudonymised, of the contract, out of git's sight, and whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from evaluatie.errors import DataError, DisclosureError
from evaluatie.registratie import opslag
from evaluatie.registratie.opslag import (
    drop_unasked,
    is_delivery_tracked,
    load_herkomst,
    load_stored,
    refuse_tracked,
    store,
)
from tests.privacy.conftest import BSN, table


def content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def assert_same(one, other) -> None:
    assert list(one) == list(other)
    for tabel in one:
        pd.testing.assert_frame_equal(one[tabel], other[tabel], check_categorical=False)


def test_a_register_comes_back_as_it_was(register, tmp_path):
    store(register, tmp_path / "m", sleutel="abcd1234")
    stored = load_stored(tmp_path / "m")
    assert_same(stored, register)
    assert {str(d) for d in stored["uitkeringen"].dtypes} == {"string", "category", "datetime64[s]", "Int64"}
    assert load_herkomst(tmp_path / "m").rijen == {"uitkeringen": 3, "financien": 2}
    store(stored, tmp_path / "again")
    pd.testing.assert_frame_equal(load_stored(tmp_path / "again")["uitkeringen"], stored["uitkeringen"])


def test_an_empty_table_comes_back_with_its_types(tmp_path):
    store({"handhaving": table("handhaving", persoon_id=[])}, tmp_path / "m")
    frame = load_stored(tmp_path / "m")["handhaving"]
    assert (len(frame), str(frame.datum.dtype), str(frame.bedrag.dtype)) == (0, "datetime64[s]", "float64")


def test_nothing_of_the_source_comes_along(register, tmp_path):
    """No extra column, index, attribute or unused category: Parquet would keep them all."""
    frame = register["uitkeringen"].assign(bsn=BSN, naam="Jansen").set_index(pd.Index([BSN] * 3, name="bsn_index"))
    frame.attrs["bron"] = BSN
    frame["regeling"] = frame["regeling"].cat.add_categories([BSN])
    store({"uitkeringen": frame}, tmp_path / "m")
    kept = content(tmp_path / "m")
    assert BSN.encode() not in kept
    assert b"Jansen" not in kept
    assert b"bsn_index" not in kept
    assert_same(load_stored(tmp_path / "m"), {"uitkeringen": register["uitkeringen"]})


@pytest.mark.parametrize(
    ("kolom", "value", "problem"),
    [
        ("persoon_id", BSN, "1 waarden zijn niet versleuteld"),
        ("huishouden", "Jansen", "1 waarden zijn niet versleuteld"),
        ("persoon_id", f"0000000{BSN}", "niet versleuteld"),
        ("klantgroep", f"cliënt {BSN}", "BSN kan zijn"),
        ("klantgroep", "123.456.782", "BSN kan zijn"),
        ("geboortejaar", int(BSN), "BSN kan zijn"),
        ("leefvorm", BSN, "BSN kan zijn"),
    ],
)
def test_no_bsn_survives(register, tmp_path, kolom, value, problem):
    store(register, tmp_path / "m")
    before = content(tmp_path / "m")
    frame = register["uitkeringen"]
    frame[kolom] = pd.Series([value, *frame[kolom].tolist()[1:]], dtype=object).astype(
        {"geboortejaar": "Int64", "leefvorm": "category"}.get(kolom, "string")
    )
    with pytest.raises(DataError, match=problem) as error:
        store(register, tmp_path / "m")
    assert f"uitkeringen, {kolom}" in error.value.message
    assert BSN not in error.value.message
    assert content(tmp_path / "m") == before


def test_a_table_that_misses_columns_or_has_wrong_values_is_refused(register, tmp_path):
    with pytest.raises(DataError, match="mist kolommen: begin"):
        store({"uitkeringen": register["uitkeringen"].drop(columns="begin")}, tmp_path / "m")
    with pytest.raises(DataError, match="kolom 'begin'"):
        store({"uitkeringen": register["uitkeringen"].assign(begin="gisteren")}, tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_dropped_columns_are_named(register):
    kept, dropped = drop_unasked({"uitkeringen": register["uitkeringen"].assign(naam="x", straat="y")})
    assert dropped == {"uitkeringen": ["naam", "straat"]}
    assert drop_unasked({"volumes": pd.DataFrame({BSN: [1]})})[1] == {"volumes": ["…"]}
    assert list(kept["uitkeringen"].columns) == list(register["uitkeringen"].columns)


# --- whole or not at all ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("x"), KeyboardInterrupt()])
def test_a_failure_halfway_leaves_the_old_register(register, tmp_path, monkeypatch, error):
    store(register, tmp_path)
    before, files = content(tmp_path), sorted(tmp_path.rglob("*"))
    write, calls = pd.DataFrame.to_parquet, []

    def fail_second(self, *args, **options):
        calls.append(1)
        if len(calls) == 2:
            raise error
        return write(self, *args, **options)

    monkeypatch.setattr(pd.DataFrame, "to_parquet", fail_second)
    with pytest.raises(DataError if isinstance(error, OSError) else type(error)):
        store(register, tmp_path)
    assert content(tmp_path) == before
    assert sorted(tmp_path.rglob("*")) == files


def test_a_failure_of_the_swap_puts_the_old_register_back(register, tmp_path, monkeypatch):
    store(register, tmp_path)
    before, rename = content(tmp_path), Path.rename

    def fail_new(self, target):
        if self.name.startswith(".register-nieuw-"):
            raise OSError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_new)
    with pytest.raises(DataError, match="wat er stond, is gebleven"):
        store(register, tmp_path)
    assert content(tmp_path) == before


def test_a_crash_between_the_two_renames_is_repaired(register, tmp_path):
    store(register, tmp_path)
    (tmp_path / "register").rename(tmp_path / ".register-oud-1234")
    assert_same(load_stored(tmp_path), register)
    store(register, tmp_path / "m")
    shutil.copytree(tmp_path / "register", tmp_path / ".register-oud-5678")
    load_stored(tmp_path)
    assert not (tmp_path / ".register-oud-5678").exists()


def test_a_table_that_is_no_longer_delivered_is_gone(register, tmp_path):
    store(register, tmp_path)
    store({"financien": register["financien"]}, tmp_path)
    assert list(load_stored(tmp_path)) == ["financien"]


def test_nothing_stored_or_damaged(register, tmp_path):
    with pytest.raises(DataError, match="evaluatie import"):
        load_stored(tmp_path)
    assert load_herkomst(tmp_path) is None
    store(register, tmp_path)
    (tmp_path / "register" / "financien.parquet").write_bytes(b"PAR1 nee")
    with pytest.raises(DataError, match="beschadigd"):
        load_stored(tmp_path)


# --- git -------------------------------------------------------------------------------------------------------------


def test_a_new_folder_brings_its_own_gitignore(register, tmp_path, git):
    git(tmp_path, "init")
    store(register, tmp_path / "nieuw")
    assert (tmp_path / "nieuw" / ".gitignore").read_text().split() == ["register/", "aanlevering/"]
    git(tmp_path, "add", "--all")
    shutil.rmtree(tmp_path / "nieuw")
    git(tmp_path, "checkout", ".")
    assert [path.name for path in (tmp_path / "nieuw").iterdir()] == [".gitignore"]


def test_a_work_tree_that_does_not_ignore_is_refused(register, tmp_path, git):
    (tmp_path / "m").mkdir()
    git(tmp_path, "init")
    with pytest.raises(DisclosureError, match=r"register/.*\.gitignore"):
        store(register, tmp_path / "m")
    assert list((tmp_path / "m").iterdir()) == []
    assert is_delivery_tracked(tmp_path / "m")
    (tmp_path / ".gitignore").write_text("register/\naanlevering/\n")
    store(register, tmp_path / "m")
    assert not is_delivery_tracked(tmp_path / "m")


def test_a_file_that_git_tracks_already_is_refused_though_ignored(register, tmp_path, git):
    store(register, tmp_path / "m")
    git(tmp_path, "init")
    git(tmp_path, "add", "--force", "m/register/financien.parquet")
    with pytest.raises(DisclosureError, match="git rm --cached"):
        store(register, tmp_path / "m")


def test_an_exception_in_gitignore_is_seen(register, tmp_path, git):
    git(tmp_path, "init")
    (tmp_path / ".gitignore").write_text("register/*\n!register/financien.parquet\n")
    with pytest.raises(DisclosureError, match=r"financien\.parquet"):
        store(register, tmp_path)


def test_a_linked_work_tree_counts(register, tmp_path, git):
    main = tmp_path / "main"
    main.mkdir()
    git(main, "init")
    git(main, "commit", "--allow-empty", "--message", "x")
    git(main, "worktree", "add", str(tmp_path / "linked"))
    with pytest.raises(DisclosureError):
        store(register, tmp_path / "linked")


def test_a_symbolic_link_into_a_work_tree_counts(register, tmp_path, git):
    (tmp_path / "repo" / "m").mkdir(parents=True)
    git(tmp_path / "repo", "init")
    (tmp_path / "elders").symlink_to(tmp_path / "repo" / "m")
    with pytest.raises(DisclosureError):
        store(register, tmp_path / "elders")


def test_the_environment_cannot_point_git_elsewhere(register, tmp_path, git, monkeypatch):
    (tmp_path / "m").mkdir()
    git(tmp_path, "init")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nergens"))
    with pytest.raises(DisclosureError, match=r"zou .* volgen"):
        store(register, tmp_path / "m")


def test_without_git_a_work_tree_is_refused_even_when_it_ignores(register, tmp_path, git, monkeypatch):
    git(tmp_path, "init")
    (tmp_path / ".gitignore").write_text("register/\n")
    monkeypatch.setattr(opslag.shutil, "which", lambda _: None)
    with pytest.raises(DisclosureError, match="niet is vast te stellen"):
        refuse_tracked(tmp_path)
    assert is_delivery_tracked(tmp_path)


def test_a_broken_work_tree_is_refused(tmp_path):
    (tmp_path / ".git").mkdir()
    with pytest.raises(DisclosureError, match="niet is vast te stellen"):
        refuse_tracked(tmp_path)


def test_outside_git_nothing_is_asked(register, tmp_path, monkeypatch):
    monkeypatch.setattr(opslag.shutil, "which", lambda _: None)
    store(register, tmp_path)
