"""Findings: counted, summarised, and small whatever their number; shown as text, JSON and HTML."""

from __future__ import annotations

import datetime as dt
import json
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from evaluatie.cli.controle import check
from evaluatie.registratie.bevindingen import Bevindingen, Ernst, Groep, found_in_file
from evaluatie.registratie.toetsing import check_map, check_register
from tests.registratie.test_lezen import text_of, write
from tests.registratie.voorbeelden import bedorven, goed

MILLION = 1_000_000


@pytest.fixture(scope="module")
def million():
    """Return a register in which every row breaks several rules."""
    frame = pd.concat([goed("uitkeringen")["uitkeringen"].iloc[[0]]] * 2, ignore_index=True)
    frame = frame.loc[np.zeros(MILLION, dtype=int)].reset_index(drop=True)
    frame["regeling"] = pd.Categorical.from_codes(np.zeros(MILLION, dtype=int), ["wwb"])
    frame["persoon_id"] = pd.Series(np.arange(100_000_000, 100_000_000 + MILLION).astype(str), dtype="string")
    return {"uitkeringen": frame.assign(geboortejaar=pd.Series(1850, index=frame.index, dtype="Int64"))}


def test_a_million_violations_are_counted_and_stay_small(million):
    tracemalloc.start()
    found = check_register(million, dt.date(2024, 6, 1))
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) > 3 * MILLION
    assert kept < 10 * 4 * MILLION  # a four-byte row number each
    assert peak < 150 * MILLION
    assert len(found.as_text()) < 10_000
    assert len(found.to_html()) < 30_000
    assert len(json.dumps(found.to_json())) < 30_000


def test_a_million_values_that_cannot_be_read(tmp_path):
    frame = text_of("volumes").iloc[[0] * 200_000].assign(maand="januari", aantal=[f"x{i}" for i in range(200_000)])
    write(tmp_path, "volumes", frame=frame)
    _, found = check_map(tmp_path)
    assert {(g.kolom, g.aantal) for g in found} == {("maand", 200_000), ("aantal", 200_000)}
    assert len(found.as_text()) < 3000


def test_errors_come_first_and_the_same_check_is_one_line():
    warn = found_in_file("b", "x.csv", "iets", "niets", "Doe iets.", ernst=Ernst.WAARSCHUWING)
    rows = np.arange(2, 12, dtype=np.int32)
    groups = [Groep(Ernst.FOUT, "a", "x.csv", "k", f"iets {n}", "niets", "Doe iets.", rows + n) for n in (0, 10)]
    found = Bevindingen([warn, *groups])
    first, second = found.summarise(limit=3)
    assert (first.toets, first.aantal, [v.rij for v in first.voorbeelden]) == ("a", 20, [2, 3, 4])
    assert (second.aantal, second.voorbeelden[0].rij) == (1, None)
    assert (len(found), found.count(Ernst.FOUT), found.ernst) == (21, 20, Ernst.FOUT)
    assert Bevindingen().ernst is None
    assert Ernst.FOUT > Ernst.WAARSCHUWING


def test_the_page_is_self_contained_and_accessible():
    page = check_register(bedorven("uitkeringen", 0, regeling="<b>"), dt.date(2024, 6, 1)).to_html("Titel & meer")
    soup = BeautifulSoup(page, "lxml")
    assert soup.html["lang"] == "nl"
    assert soup.title.string == "Titel & meer"
    assert soup.find_all(["script", "link", "img", "iframe"]) == []
    assert all(table.caption and table.caption.string for table in soup.find_all("table"))
    assert all(cell.get("scope") in ("col", "row") for cell in soup.find_all("th"))
    assert len(soup.find_all("h1")) == 1
    assert "1 fout" in soup.get_text()


def test_the_terminal_table_names_row_column_and_remedy():
    text = check_register(bedorven("uitkeringen", 0, regeling="wwb"), dt.date(2024, 6, 1)).as_text(100)
    assert max(map(len, text.splitlines())) <= 100
    for part in ("FOUT", "uitkeringen", "regeling", "rij 2: 'wwb'", "bijstand, ioaw", "koppeling.yaml"):
        assert part in " ".join(text.split()), part


def run(*args):
    return CliRunner().invoke(check, [str(arg) for arg in args])


def test_the_command_writes_json_and_html_and_leaves_with_5(tmp_path):
    write(tmp_path, frame=text_of("uitkeringen").assign(begin="kapot"))
    result = run(tmp_path, "--json", tmp_path / "uit.json", "--html", tmp_path / "uit.html")
    assert result.exit_code == 5, result.output
    report = json.loads((tmp_path / "uit.json").read_text(encoding="utf-8"))
    assert report["fouten"] == 3
    assert report["bevindingen"][0]["voorbeelden"][0] == {
        "rij": 2,
        "gevonden": "'kapot'",
        "toegestaan": "een bestaande dag als JJJJ-MM-DD of DD-MM-JJJJ",
        "remedie": "Zet de kolom in Excel op de celopmaak Datum, of verbeter de dag.",
    }
    assert "<h1>Controle van" in (tmp_path / "uit.html").read_text(encoding="utf-8")


def test_the_command_leaves_with_0_when_there_are_only_warnings(tmp_path):
    write(tmp_path, frame=text_of("uitkeringen").assign(geboortejaar=["1980", "1980", "1940"]))
    result = run(tmp_path)
    assert result.exit_code == 0, result.output
    assert "1 waarschuwing" in result.output


def test_the_command_prefers_the_imported_tables_over_the_delivery(tmp_path):
    for name in ("aanlevering", "register"):
        (tmp_path / name).mkdir()
        write(tmp_path / name)
        assert f"Gecontroleerd: {tmp_path / name}" in run(tmp_path).output


def test_the_command_refuses_a_file_that_cannot_be_written(tmp_path):
    write(tmp_path)
    result = run(tmp_path, "--json", tmp_path / "weg" / "uit.json")
    assert result.exception.exit_code == 3
