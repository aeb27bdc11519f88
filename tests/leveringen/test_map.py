"""A folder with deliveries, beside tables and queries, becomes the registers of a municipality."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

from evaluatie.cli.controle import check
from evaluatie.cli.guard import GuardedGroup
from evaluatie.cli.invoer import import_
from evaluatie.errors import DataError
from evaluatie.registratie.leveringen import read_deliveries_folder, to_deliveries, write_delivery
from evaluatie.registratie.leveringen.maken import number_persons
from evaluatie.registratie.leveringen.melding import Melding, group_meldingen
from evaluatie.registratie.opslag import load_herkomst, load_stored
from evaluatie.registratie.overzicht import summarise_registers
from evaluatie.registratie.pseudoniem import Key, pseudonymiser
from evaluatie.registratie.sleutel import make_key
from evaluatie.registratie.toetsing import check_register
from evaluatie.registratie.voorbeeld import generate

GEMEENTE = "GM0193"


@pytest.fixture(scope="module")
def register() -> dict[str, pd.DataFrame]:
    made = dict(generate(60, 14, 3).register)
    codes = pd.Series([GEMEENTE] * len(made["uitkeringen"]), dtype="category")
    made["uitkeringen"] = made["uitkeringen"].assign(gemeente_code=codes)
    return made


@pytest.fixture
def delivered(tmp_path, register) -> Path:
    """Return a municipality's folder with BUS, SRG and BDFS of 2015 and the klantgroepen as a table."""
    folder = tmp_path / "m" / "aanlevering" / "leveringen"
    folder.mkdir(parents=True)
    for soort in ("bus", "srg", "bdfs"):
        for maand, frame in to_deliveries(register, pd.period_range("2015-01", "2015-12", freq="M"), soort).items():
            write_delivery(frame, folder / f"{soort}_{maand}_{GEMEENTE}.csv")
    groups = register["klantgroepen"]
    groups = groups.assign(persoon_id=groups["persoon_id"].map(number_persons(register)))
    groups.to_csv(folder.parent / "klantgroepen.csv", sep=";", index=False, date_format="%Y-%m-%d")
    make_key(tmp_path / "sleutel")
    return tmp_path / "m"


def run(map_: Path, *extra: str):
    group = GuardedGroup(commands={"import": import_})
    return CliRunner().invoke(group, ["import", str(map_), "--sleutel", str(map_.parent / "sleutel"), *extra])


def test_deliveries_and_a_table_speak_of_the_same_persons(delivered, register):
    outcome = run(delivered)
    assert outcome.exit_code == 0, outcome.output
    stored = load_stored(delivered)
    assert {"uitkeringen", "klantgroepen"} <= set(stored)
    grouped, granted = (set(stored[tabel]["persoon_id"]) for tabel in ("klantgroepen", "uitkeringen"))
    before = set(register["uitkeringen"].query("begin < '2016-01-01'")["persoon_id"])
    assert len(granted) == len(before)
    assert len(granted & grouped) == len(before & set(register["klantgroepen"]["persoon_id"])) > 0


def test_a_check_does_what_an_import_does_and_stores_nothing(delivered):
    report = delivered.parent / "check.json"
    arguments = ["check", str(delivered), "--json", str(report)]
    outcome = CliRunner().invoke(GuardedGroup(commands={"check": check}), arguments)
    assert outcome.exit_code == 0, outcome.output
    assert not (delivered / "register").exists()
    assert run(delivered).exit_code == 0
    stored = {(groep.toets, groep.aantal) for groep in check_register(load_stored(delivered))}
    assert {"stand_cbs", "persoon_onbekend"} <= {toets for toets, _ in stored}  # the sample is small, and cut off
    told = json.loads(report.read_text(encoding="utf-8"))["bevindingen"]
    assert stored <= {(item["toets"], item["aantal"]) for item in told}
    shutil.rmtree(delivered / "register")
    path = next((delivered / "aanlevering" / "leveringen").glob("bus_2015-03*"))
    path.write_text(path.read_text(encoding="utf-8") + "te;weinig\n", encoding="utf-8")
    outcome = CliRunner().invoke(GuardedGroup(commands={"check": check}), ["check", str(delivered)])
    assert outcome.exit_code == DataError.exit_code
    assert path.name in outcome.output


def test_a_warning_on_a_delivery_reaches_the_report(delivered):
    path = next((delivered / "aanlevering" / "leveringen").glob("bus_2015-03*"))
    frame = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
    frame.loc[0, "bsn"] = "900000001"  # does not pass the elfproef
    write_delivery(frame, path)
    outcome = run(delivered)
    assert outcome.exit_code == 0, outcome.output
    assert "voldoet niet aan de elfproef" in outcome.output
    assert load_herkomst(delivered).waarschuwingen > 0
    noticed = summarise_registers(delivered).waarschuwingen
    assert ("de aanlevering", "bij het inlezen zijn waarschuwingen gegeven") in noticed


def test_no_number_of_a_person_is_stored(delivered, register):
    assert run(delivered).exit_code == 0
    numbers = set(number_persons(register).values())
    for frame in load_stored(delivered).values():
        texts = {str(value) for name in frame for value in frame[name].dropna().unique()}
        assert not numbers & texts


def test_the_same_table_from_two_places_is_refused(delivered, register):
    register["uitkeringen"].to_csv(delivered / "aanlevering" / "uitkeringen.csv", sep=";", index=False)
    outcome = run(delivered)
    assert outcome.exit_code == DataError.exit_code
    assert "tabel uitkeringen" in outcome.output
    assert not (delivered / "register").exists()


def test_a_delivery_with_a_wrong_code_stores_nothing(delivered):
    path = next((delivered / "aanlevering" / "leveringen").glob("bus_2015-03*"))
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[-1] + ";extra"]) + "\n", encoding="utf-8")
    outcome = run(delivered)
    assert outcome.exit_code == DataError.exit_code
    assert path.name in outcome.output
    assert not (delivered / "register").exists()


def test_a_query_brings_a_table(delivered, register):
    groups = pd.read_csv(delivered / "aanlevering" / "klantgroepen.csv", sep=";", dtype=str)
    (delivered / "aanlevering" / "klantgroepen.csv").unlink()
    database = delivered.parent / "eigen.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.register("frame", groups.astype(object))
        connection.execute("create table kg as select * from frame")
    query = "select persoon_id, groep, cast(vanaf as date) as vanaf from kg"
    (delivered / "aanlevering" / "klantgroepen.sql").write_text(query, encoding="utf-8")
    outcome = run(delivered, "--database", f"duckdb:///{database}")
    assert outcome.exit_code == 0, outcome.output
    assert len(load_stored(delivered)["klantgroepen"]) == len(groups)


def test_months_without_records_are_named_once(delivered):
    folder = delivered / "aanlevering" / "leveringen"
    whole = pd.read_csv(next(folder.glob("bus_2015-01*")), sep=";", dtype=str)
    for place in (1, 2):
        write_delivery(whole.head(0), folder / f"srg_2014-0{place}_{GEMEENTE}.csv")
    _, meldingen = read_deliveries_folder(folder, pseudonymiser(Key(bytes(range(32)), "de test")))
    empty = [melding for melding in meldingen if "bevat geen regels" in melding.tekst]
    assert len(empty) == 1
    assert f"srg_2014-01_{GEMEENTE}.csv" in empty[0].waar


def test_the_same_finding_at_many_places_is_one():
    many = [Melding("waarschuwing", f"maand {place}", "telt niet.") for place in range(7)]
    other = Melding("opmerking", "maand 1", "telt niet.")
    grouped = group_meldingen([*many, many[0], other])
    assert [str(melding) for melding in grouped] == [
        "maand 0, maand 1, maand 2, maand 3, maand 4 en nog 2: telt niet.",
        "maand 1: telt niet.",
    ]
