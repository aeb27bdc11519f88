"""Files: the same bytes, nothing lost, nothing overwritten that is not ours."""

from __future__ import annotations

import hashlib
import json

import pandas as pd
import pytest
from click.testing import CliRunner

from evaluatie.cli.voorbeeld import sample
from evaluatie.errors import ChoiceError
from evaluatie.registratie.contract import load_contracten
from evaluatie.registratie.voorbeeld import generate, load_voorbeeldstad, voorbeeldstad, write
from evaluatie.registratie.voorbeeld.schrijven import read_parquet


def hashes(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("csv", [False, True])
def test_the_same_seed_gives_the_same_bytes(tmp_path, csv):
    first, second, other = (generate(200, 24, seed) for seed in (5, 5, 6))
    write(first, tmp_path / "a", csv=csv)
    write(second, tmp_path / "b", csv=csv)
    write(other, tmp_path / "c", csv=csv)
    a, b, c = (hashes(tmp_path / name) for name in "abc")
    assert a == b
    assert all(a[name] != c[name] for name in a)
    assert len(a) == len(load_contracten()) + 2


def test_parquet_comes_back_as_it_was(klein, tmp_path):
    write(klein, tmp_path)
    for tabel, frame in read_parquet(tmp_path).items():
        pd.testing.assert_frame_equal(frame, klein.register[tabel])


def test_csv_is_dutch(klein, tmp_path):
    write(klein, tmp_path, csv=True)
    frame = pd.read_csv(tmp_path / "deeltijdinkomsten.csv", sep=";", decimal=",")
    assert frame["bedrag"].tolist() == klein.register["deeltijdinkomsten"]["bedrag"].tolist()
    assert frame["maand"].str.fullmatch(r"\d{4}-\d{2}").all()
    frame = pd.read_csv(tmp_path / "uitkeringen.csv", sep=";", parse_dates=["begin", "einde"])
    assert (frame["begin"] == klein.register["uitkeringen"]["begin"]).all()


def test_the_folder_says_that_it_is_synthetic(klein, tmp_path):
    write(klein, tmp_path)
    assert "SYNTHETISCH" in (tmp_path / "LEESMIJ.md").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "waarheid.json").read_text(encoding="utf-8")) == json.loads(
        json.dumps(klein.waarheid)
    )


def test_a_folder_that_is_not_empty_is_refused(klein, tmp_path):
    (tmp_path / "uitkeringen.csv").write_text("echt", encoding="utf-8")
    for overschrijf in (False, True):
        with pytest.raises(ChoiceError):
            write(klein, tmp_path, overschrijf=overschrijf)
    assert hashes(tmp_path).keys() == {"uitkeringen.csv"}


def test_an_earlier_sample_is_replaced_and_the_rest_is_left_alone(klein, tmp_path):
    write(klein, tmp_path, csv=True)
    (tmp_path / "notities.txt").write_text("van mij", encoding="utf-8")
    with pytest.raises(ChoiceError, match="--overschrijf"):
        write(klein, tmp_path)
    write(klein, tmp_path, overschrijf=True)
    assert {path.suffix for path in tmp_path.iterdir()} == {".parquet", ".json", ".md", ".txt"}
    assert (tmp_path / "notities.txt").read_text(encoding="utf-8") == "van mij"


@pytest.fixture
def twee_mappen(tmp_path, monkeypatch):
    folders = tmp_path / "data", tmp_path / "tijdelijk"
    monkeypatch.setattr(voorbeeldstad, "_folders", lambda: folders)
    voorbeeldstad._load.cache_clear()
    yield folders
    voorbeeldstad._load.cache_clear()


def test_voorbeeldstad_is_built_once_and_read_again(twee_mappen):
    first = load_voorbeeldstad()
    stored = twee_mappen[0] / "voorbeeldstad"
    before = hashes(stored)
    voorbeeldstad._load.cache_clear()
    again = load_voorbeeldstad()
    assert hashes(stored) == before
    assert [path.name for path in twee_mappen[0].iterdir()] == ["voorbeeldstad"]
    assert not twee_mappen[1].exists()
    for tabel, frame in first.items():
        pd.testing.assert_frame_equal(frame, again[tabel])


def test_the_caller_may_change_voorbeeldstad(twee_mappen):
    frame = load_voorbeeldstad()["volumes"]
    frame["aantal"] = 0
    assert load_voorbeeldstad()["volumes"]["aantal"].sum() > 0


def test_a_damaged_or_old_voorbeeldstad_is_built_again(twee_mappen):
    stored = twee_mappen[0] / "voorbeeldstad"
    load_voorbeeldstad()
    whole = hashes(stored)
    (stored / "volumes.parquet").write_bytes(b"kapot")
    voorbeeldstad._load.cache_clear()
    load_voorbeeldstad()
    assert hashes(stored) == whole
    truth = json.loads((stored / "waarheid.json").read_text(encoding="utf-8"))
    (stored / "waarheid.json").write_text(json.dumps({**truth, "versie": 0}), encoding="utf-8")
    voorbeeldstad._load.cache_clear()
    load_voorbeeldstad()
    assert hashes(stored) == whole


def test_voorbeeldstad_works_where_nothing_can_be_written(twee_mappen):
    for folder in twee_mappen:
        folder.write_text("geen map", encoding="utf-8")
    assert len(load_voorbeeldstad()["uitkeringen"]) > 1500


def test_the_second_folder_is_used_when_the_first_cannot_be_written(twee_mappen):
    twee_mappen[0].write_text("geen map", encoding="utf-8")
    load_voorbeeldstad()
    assert (twee_mappen[1] / "voorbeeldstad" / "waarheid.json").is_file()


def test_the_command_makes_a_municipality(tmp_path):
    arguments = [str(tmp_path / "proef"), "--personen", "80", "--maanden", "14", "--seed", "3", "--zonder-effect"]
    result = CliRunner().invoke(sample, arguments)
    assert result.exit_code == 0, result.output
    assert "SYNTHETISCH" in result.output
    truth = json.loads((tmp_path / "proef" / "waarheid.json").read_text(encoding="utf-8"))
    assert truth["effecten"]["sanctie"]["waarde"] == 1.0
    refused = CliRunner().invoke(sample, arguments)
    assert isinstance(refused.exception, ChoiceError)
    assert CliRunner().invoke(sample, [*arguments, "--csv", "--overschrijf"]).exit_code == 0
