"""Every way in: text, Parquet, workbook; separators, encodings, notations and the koppeling."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from evaluatie.registratie.bevindingen import Ernst
from evaluatie.registratie.contract import dtype_of, load_contract
from evaluatie.registratie.lezen import read_map
from tests.registratie.voorbeelden import ANNA, GOED, goed


def text_of(tabel: str) -> pd.DataFrame:
    """Return the rows of the good register as text, the way an export has them."""
    kolommen = list(load_contract(tabel).kolommen)
    return pd.DataFrame(
        [["" if row.get(naam) is None else str(row[naam]) for naam in kolommen] for row in GOED[tabel]],
        columns=kolommen,
        dtype=str,
    )


def write(folder, tabel="uitkeringen", *, sep=";", encoding="utf-8", suffix=".csv", frame=None, newline="\n"):
    frame = text_of(tabel) if frame is None else frame
    text = frame.to_csv(index=False, sep=sep, lineterminator=newline)
    (folder / f"{tabel}{suffix}").write_bytes(text.encode(encoding))


def read_one(folder, tabel="uitkeringen"):
    register, found = read_map(folder)
    assert list(register) == [tabel]
    check_dtypes(tabel, register[tabel])
    return register[tabel], found


def check_dtypes(tabel, frame):
    kolommen = load_contract(tabel).kolommen
    assert frame.dtypes.astype(str).to_dict() == {n: dtype_of(k) for n, k in kolommen.items()}
    assert frame.index.equals(pd.RangeIndex(len(frame)))


def same(left, right):
    as_text = [frame.astype(dict.fromkeys(frame.select_dtypes("category"), "string")) for frame in (left, right)]
    assert_frame_equal(*as_text)


@pytest.mark.parametrize("sep", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_text_in_every_form(tmp_path, sep, encoding, newline):
    frame = text_of("uitkeringen").assign(klantgroep=["Zoë, met spatie", "één; twee", ""])
    write(tmp_path, sep=sep, encoding=encoding, frame=frame, newline=newline)
    table, found = read_one(tmp_path)
    assert len(found) == 0
    same(table.assign(klantgroep=""), goed()["uitkeringen"].assign(klantgroep=""))
    assert table["klantgroep"].tolist()[:2] == ["Zoë, met spatie", "één; twee"]
    assert table["klantgroep"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize("tabel", GOED)
def test_every_table_comes_back_from_text_and_parquet(tmp_path, tabel):
    write(tmp_path, tabel)
    table, found = read_one(tmp_path, tabel)
    assert len(found) == 0
    same(table, goed()[tabel])
    (tmp_path / f"{tabel}.csv").unlink()
    goed()[tabel].to_parquet(tmp_path / f"{tabel}.parquet")
    table, found = read_one(tmp_path, tabel)
    assert len(found) == 0
    same(table, goed()[tabel])


def test_a_workbook_with_typed_cells_serial_days_and_text(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Uitkeringen"
    columns = list(load_contract("uitkeringen").kolommen)
    book.active.append(columns)
    for row, begin in zip(GOED["uitkeringen"], (dt.date(2022, 1, 1), 44986, "01-05-2021"), strict=True):
        book.active.append([begin if naam == "begin" else row.get(naam) for naam in columns])
    book.active.append([None] * len(columns))
    sheet = book.create_sheet("volumes")
    sheet.append(["maand", "regeling", "aantal"])
    sheet.append([dt.datetime(2022, 11, 1), "bijstand", 1])
    sheet.append(["2022-12", "bijstand", 0])
    book.create_sheet("toelichting").append(["vrij"])
    book.save(tmp_path / "gemeente.xlsx")
    register, found = read_map(tmp_path)
    assert found.toetsen == {"niet_gebruikt"}
    same(register["uitkeringen"], goed()["uitkeringen"])
    same(register["volumes"], goed()["volumes"])


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["1.234,50", "12,5", "1234", "-3"], [1234.5, 12.5, 1234, -3]),
        (["1234.50", "12.5", "1234", "1e3"], [1234.5, 12.5, 1234, 1000]),
        (["1,234.50", "12.50", "1,000,000.00"], [1234.5, 12.5, 1_000_000]),
        (["€ 1.234,50", "−5,00", " 7 "], [1234.5, -5, 7]),
        (["0,123", "4,5"], [0.123, 4.5]),
    ],
)
def test_numbers_in_the_notation_of_their_column(tmp_path, texts, numbers):
    frame = pd.DataFrame({"jaar": range(2011, 2011 + len(texts)), "post": "lasten", "bedrag": texts})
    write(tmp_path, "financien", frame=frame.astype(str))
    table, found = read_one(tmp_path, "financien")
    assert len(found) == 0
    assert table["bedrag"].tolist() == numbers


def test_a_number_that_can_be_read_in_two_ways_is_read_as_thousands_with_a_warning(tmp_path):
    frame = pd.DataFrame({"jaar": ["2011", "2012"], "post": "lasten", "bedrag": ["1.234", "10"]})
    write(tmp_path, "financien", frame=frame)
    table, found = read_one(tmp_path, "financien")
    assert table["bedrag"].tolist() == [1234, 10]
    assert [(g.toets, g.ernst, g.rijen.tolist()) for g in found] == [("duizendtallen", Ernst.WAARSCHUWING, [2])]
    frame.assign(jaar=[2011, 2012], bedrag=[1.234, 10]).to_parquet(tmp_path / "financien.parquet")
    (tmp_path / "financien.csv").unlink()
    assert read_one(tmp_path, "financien")[0]["bedrag"].tolist() == [1.234, 10]


@pytest.mark.parametrize("day", ["2022-01-01", "01-01-2022", "1-1-2022", "20220101", "2022-01-01 00:00:00",
                                 "2022-01-01T00:00:00", " 2022-01-01 "])  # fmt: skip
def test_days_in_every_notation(tmp_path, day):
    write(tmp_path, frame=text_of("uitkeringen").assign(begin=[day, "2023-03-01", "01-05-2021"]))
    table, found = read_one(tmp_path)
    assert len(found) == 0
    same(table, goed()["uitkeringen"])


def test_an_open_end_of_9999_is_empty(tmp_path):
    write(tmp_path, frame=text_of("uitkeringen").assign(einde=["2022-12-31", "9999-12-31", "30-06-2023"]))
    table, found = read_one(tmp_path)
    assert len(found) == 0
    assert table["einde"].isna().tolist() == [False, True, False]


def test_every_value_that_cannot_be_read_is_found_with_its_row(tmp_path):
    frame = text_of("uitkeringen").assign(
        begin=["31-02-2022", "44986", "01/05/2021"], geboortejaar=["1980", "acht", "1957.5"]
    )
    write(tmp_path, frame=frame)
    table, found = read_one(tmp_path)
    assert {(g.toets, g.kolom): g.rijen.tolist() for g in found} == {
        ("waarde", "begin"): [2, 3, 4],
        ("waarde", "geboortejaar"): [3, 4],
    }
    assert table["begin"].isna().all()
    assert [b.gevonden for g in found if g.kolom == "begin" for b in g.examples(3)] == [
        "'31-02-2022'",
        "'44986'",
        "'01/05/2021'",
    ]


def test_codes_in_capitals_and_unknown_ones(tmp_path):
    write(tmp_path, frame=text_of("uitkeringen").assign(regeling=["Bijstand", "BIJSTAND", "wwb"]))
    table, found = read_one(tmp_path)
    assert len(found) == 0
    assert table["regeling"].tolist() == ["bijstand", "bijstand", "wwb"]


def test_an_optional_column_may_be_missing_and_a_required_one_not(tmp_path):
    write(tmp_path, frame=text_of("uitkeringen").drop(columns=["huishouden", "einde", "reden_einde", "klantgroep"]))
    table, found = read_one(tmp_path)
    assert len(found) == 0
    assert table[["huishouden", "einde", "reden_einde", "klantgroep"]].isna().all(axis=None)
    write(tmp_path, frame=text_of("uitkeringen").rename(columns={"begin": "beginn", "geslacht": "Naam"}))
    register, found = read_map(tmp_path)
    assert register == {}
    assert {(g.toets, g.kolom) for g in found} == {
        ("kolom_ontbreekt", "begin"), ("kolom_onbekend", "beginn"), ("kolom_onbekend", "Naam")
    }  # fmt: skip
    assert "Misschien is het 'beginn'" in found.as_text(500)


KOPPELING = """
uitkeringen:
  bestand: Export 2024.csv
  kolommen:
    persoon_id: CLIENTNR
    begin: DATUM INGANG
  codes:
    regeling: {01: bijstand, "02": ioaw}
    geslacht: {1: m, 2: v, 9: }
  vast:
    gemeente_code: GM9999
    leefvorm: anders
klantgroepen:
"""


def test_the_koppeling_renames_recodes_and_fills(tmp_path):
    frame = text_of("uitkeringen").drop(columns=["gemeente_code", "leefvorm"])
    frame = frame.rename(columns={"persoon_id": "CLIENTNR", "begin": "DATUM INGANG"})
    frame = frame.assign(regeling=["01", "01", "02"], geslacht=["2", "2", "9"])
    write(tmp_path, frame=frame)
    (tmp_path / "uitkeringen.csv").rename(tmp_path / "Export 2024.csv")
    (tmp_path / "koppeling.yaml").write_text(KOPPELING, encoding="utf-8")
    table, found = read_one(tmp_path)
    assert len(found) == 0
    expected = goed()["uitkeringen"].assign(leefvorm="anders")
    same(table.drop(columns="geslacht"), expected.drop(columns="geslacht").astype({"leefvorm": "category"}))
    assert table["geslacht"].astype("string").fillna("").tolist() == ["v", "v", ""]


def test_one_export_may_serve_two_tables(tmp_path):
    (tmp_path / "alles.csv").write_text(f"nr;groep;dag\n{ANNA};groep 1;2022-01-01\n", encoding="utf-8")
    (tmp_path / "koppeling.yaml").write_text(
        "klantgroepen: {bestand: alles.csv, kolommen: {persoon_id: nr, vanaf: dag}}\n"
        "plaatsingen: {bestand: alles.csv, kolommen: {persoon_id: nr, datum: dag}, vast: {dienstverband: parttime}}\n",
        encoding="utf-8",
    )
    register, found = read_map(tmp_path)
    assert list(register) == ["plaatsingen", "klantgroepen"]
    assert found.count(Ernst.FOUT) == 0


def test_all_mistakes_in_the_koppeling_at_once_with_their_lines(tmp_path):
    write(tmp_path)
    (tmp_path / "koppeling.yaml").write_text(
        "uitkering:\n  bestand: a.csv\nuitkeringen:\n  bestand: ../geheim.csv\n  kolommen: {naam: NAAM}\n"
        "  codes:\n    regeling: {'1': wwb}\n    begin: {a: b}\n  vast: {geslacht: man}\n",
        encoding="utf-8",
    )
    register, found = read_map(tmp_path)
    assert register == {}
    assert found.toetsen == {"koppeling"}
    starts = [groep.gevonden.split(",")[0] for groep in found]
    assert starts == ["regel 1", "regel 4", "regel 5", "regel 9", "regel 7", "regel 8"]


@pytest.mark.parametrize(
    "text",
    ["a: [", "- lijst\n", "uitkeringen: tekst\n", "uitkeringen: {soort: x}\n", "uitkeringen: {codes: {regeling: x}}\n",
     "? [a]\n: b\n", "uitkeringen: {vast: [1]}\n", "a: &x [*x]\n", "\t", "uitkeringen: {}\nuitkeringen: {}\n"],
)  # fmt: skip
def test_a_broken_koppeling_is_a_finding(tmp_path, text):
    write(tmp_path)
    (tmp_path / "koppeling.yaml").write_text(text, encoding="utf-8")
    register, found = read_map(tmp_path)
    assert register == {}
    assert found.toetsen == {"koppeling"}


def test_a_koppeling_to_a_file_that_is_not_there(tmp_path):
    write(tmp_path, "volumes")
    (tmp_path / "koppeling.yaml").write_text("trajecten: {bestand: weg.csv}\n", encoding="utf-8")
    assert read_map(tmp_path)[1].toetsen == {"koppeling"}


def test_a_table_twice_and_a_file_without_table(tmp_path):
    write(tmp_path)
    goed()["uitkeringen"].to_parquet(tmp_path / "uitkeringen.parquet")
    write(tmp_path, "volumes")
    (tmp_path / "volumes.csv").rename(tmp_path / "volume.csv")
    register, found = read_map(tmp_path)
    assert list(register) == ["uitkeringen"]
    assert {(g.toets, g.ernst) for g in found} == {
        ("dubbele_tabel", Ernst.FOUT),
        ("niet_gebruikt", Ernst.WAARSCHUWING),
    }
    assert "'volumes'" in found.as_text(500)


@pytest.mark.parametrize("name", ["", "bestaat_niet"])
def test_an_empty_or_absent_folder_is_an_error(tmp_path, name):
    register, found = read_map(tmp_path / name)
    assert register == {}
    assert found.toetsen == {"map"}
