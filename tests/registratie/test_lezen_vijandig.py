"""Hostile files: never a traceback, always a finding that says what to do."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluatie.registratie.bevindingen import Ernst
from evaluatie.registratie.contract import load_contract
from evaluatie.registratie.lezen import read_map
from evaluatie.registratie.toetsing import check_map
from tests.registratie.test_lezen import text_of, write
from tests.registratie.voorbeelden import goed

CSV = text_of("uitkeringen").to_csv(index=False, sep=";").encode()


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("uitkeringen.csv", CSV)
    return buffer.getvalue()


def workbook() -> bytes:
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["persoon_id"])
    book.save(buffer)
    return buffer.getvalue()


def parquet() -> bytes:
    buffer = io.BytesIO()
    goed()["uitkeringen"].to_parquet(buffer)
    return buffer.getvalue()


PROTECTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2048

HOSTILE = {
    "empty.csv": (b"", "een leeg bestand"),
    "bom.csv": (b"\xef\xbb\xbf", "een leeg bestand"),
    "blank.csv": (b"\r\n\r\n  \r\n", "een leeg bestand"),
    "zip.csv": (zipped(), "een zip of een Excel-werkmap"),
    "xlsx.csv": (workbook(), "een zip of een Excel-werkmap"),
    "xls.csv": (PROTECTED, "een oud of beveiligd Office-bestand"),
    "parquet.csv": (parquet(), "een Parquet-bestand"),
    "gzip.csv": (b"\x1f\x8b\x08\x00rest", "een gzip-bestand"),
    "utf16.csv": (CSV.decode().encode("utf-16"), "tekst in UTF-16"),
    "utf16_no_bom.csv": (CSV.decode().encode("utf-16-le"), "geen tekst"),
    "binary.csv": (bytes(range(256)) * 9, "geen tekst"),
    "encoding.csv": (CSV + b"\x81\x8d\xff", "tekens op regel 5"),
    "nameless.csv": (b";;;\n1;2;3;4\n", "geen kop"),
    "protected.xlsx": (PROTECTED, "een werkmap met een wachtwoord"),
    "zip.xlsx": (zipped(), "niet als Excel-werkmap"),
    "truncated.xlsx": (workbook()[:2000], "niet als Excel-werkmap"),
    "csv.xlsx": (CSV, "niet als Excel-werkmap"),
    "csv.parquet": (CSV, "niet als Parquet"),
    "truncated.parquet": (parquet()[:-200], "niet als Parquet"),
    "empty.parquet": (b"", "niet als Parquet"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_table_is_one_clear_error(tmp_path, name):
    content, message = HOSTILE[name]
    (tmp_path / f"uitkeringen.{name.rpartition('.')[2]}").write_bytes(content)
    register, found = check_map(tmp_path)
    assert register == {}
    assert found.toetsen == {"onleesbaar"}
    assert message in found.as_text(500)


def test_a_truncated_text_file_is_an_error_at_its_last_row(tmp_path):
    (tmp_path / "uitkeringen.csv").write_bytes(CSV[:-20])
    register, found = read_map(tmp_path)
    assert len(register["uitkeringen"]) == 3
    assert [(g.rijen.tolist()) for g in found if g.toets == "aantal_velden"] == [[4]]


def test_short_and_long_rows_keep_the_numbers_of_the_others(tmp_path):
    lines = CSV.decode().splitlines()
    lines[1] += ";nog;meer"
    lines.insert(2, "kort;")
    lines[4] = lines[4].replace("2021-05-01", "kapot")
    (tmp_path / "uitkeringen.csv").write_text("\n".join([*lines, "", ";;;"]) + "\n", encoding="utf-8")
    _, found = read_map(tmp_path)
    assert {g.toets: g.rijen.tolist() for g in found if g.kolom in ("", "begin")} == {
        "aantal_velden": [2, 3],
        "waarde": [5],
    }


def test_a_quote_that_is_never_closed_is_an_error(tmp_path):
    lines = CSV.decode().splitlines()
    lines[2] = lines[2].replace("bijstand", '"bijstand', 1)
    (tmp_path / "uitkeringen.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert read_map(tmp_path)[1].count(Ernst.FOUT)
    (tmp_path / "uitkeringen.csv").write_text("\n".join([*lines, "x" * 200_000]), encoding="utf-8")
    assert "aanhalingsteken" in read_map(tmp_path)[1].as_text(500)


def test_a_header_alone_is_a_warning(tmp_path):
    (tmp_path / "uitkeringen.csv").write_bytes(CSV.splitlines(keepends=True)[0])
    register, found = check_map(tmp_path)
    assert len(register["uitkeringen"]) == 0
    told = {"geen_rijen", "niets_gecontroleerd"}
    assert {(g.toets, g.ernst) for g in found} == {(toets, Ernst.WAARSCHUWING) for toets in told}
    assert "Er is niets gecontroleerd" in found.as_text()
    assert "te gebruiken" not in found.as_text()


def test_double_columns_are_an_error(tmp_path):
    header, *rest = CSV.decode().splitlines()
    (tmp_path / "uitkeringen.csv").write_text("\n".join([header.replace("einde", "Begin", 1), *rest]), encoding="utf-8")
    assert "dubbele_kolom" in read_map(tmp_path)[1].toetsen


def test_two_encodings_in_one_file_are_a_warning(tmp_path):
    frame = text_of("uitkeringen").assign(klantgroep="é")
    content = frame.to_csv(index=False, sep=";").encode()
    (tmp_path / "uitkeringen.csv").write_bytes(content + content.splitlines()[1].replace("é".encode(), b"\xe9"))
    assert "tekenset" in read_map(tmp_path)[1].toetsen


def test_swapped_columns_are_found_and_nothing_of_them_is_shown(tmp_path):
    frame = text_of("uitkeringen")
    frame = frame.assign(persoon_id=frame["regeling"], regeling=[f"Jansen-{i}" for i in range(3)], begin="v")
    frame = pd.concat([frame] * 20, ignore_index=True).assign(regeling=[f"Jansen-{i}" for i in range(60)])
    write(tmp_path, frame=frame)
    _, found = check_map(tmp_path)
    assert {("pseudoniem", "persoon_id"), ("code", "regeling"), ("waarde", "begin")} <= {
        (g.toets, g.kolom) for g in found
    }
    assert "Jansen" not in found.as_text() + found.to_html() + str(found.to_json())


def test_a_cell_that_cannot_be_read_is_not_reported_as_empty_too(tmp_path):
    write(tmp_path, frame=text_of("uitkeringen").assign(begin=["2022-01-01", "kapot", ""]))
    _, found = check_map(tmp_path)
    rows = {g.toets: g.rijen.tolist() for g in found if g.kolom == "begin"}
    assert rows == {"waarde": [3], "leeg": [4]}


def test_control_characters_and_markup_do_no_harm(tmp_path):
    frame = text_of("uitkeringen").assign(regeling=["\x1b[31mrood", "<script>", "a\u202eb"])
    write(tmp_path, frame=frame.rename(columns={"geslacht": "<b>\x1b"}))
    _, found = check_map(tmp_path)
    assert "\x1b" not in found.as_text()
    assert "<script>" not in found.to_html()
    assert "<b>" not in found.to_html()


def test_parquet_with_lists_and_wrong_text(tmp_path):
    table = pa.table(
        {
            "maand": pa.array([[1], [2]]),
            "regeling": pa.array(["bijstand", "bijstand"]).dictionary_encode(),
            "aantal": pa.array([1.0, None]),
            "extra": pa.array([b"\xff\xfe", b"a"]),
        }
    )
    pq.write_table(table, tmp_path / "volumes.parquet")
    register, found = check_map(tmp_path)
    assert register == {}
    assert {"soort_kolom", "kolom_ontbreekt"} <= found.toetsen


def test_a_workbook_with_an_empty_sheet(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "volumes"
    book.save(tmp_path / "a.xlsx")
    assert read_map(tmp_path)[1].toetsen == {"onleesbaar"}


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_random_bytes_never_raise(tmp_path, suffix, data):
    (tmp_path / f"uitkeringen{suffix}").write_bytes(data)
    _, found = check_map(tmp_path)
    assert found.count(Ernst.FOUT)
    found.as_text()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(st.text(max_size=12), min_size=11, max_size=11), max_size=4),
    sep=st.sampled_from(";,"),
)
def test_random_text_under_a_good_header_never_raises(tmp_path, rows, sep):
    header = sep.join(load_contract("uitkeringen").kolommen)
    text = "\n".join([header, *(sep.join(row) for row in rows)])
    (tmp_path / "uitkeringen.csv").write_bytes(text.encode("utf-8", "replace"))
    check_map(tmp_path)[1].to_html()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.integers(0, 5000),
    at=st.integers(0, 5000),
    byte=st.integers(0, 255),
    suffix=st.sampled_from(["xlsx", "parquet", "csv"]),
)
def test_damaged_files_never_raise(tmp_path, cut, at, byte, suffix):
    content = bytearray({"xlsx": workbook, "parquet": parquet, "csv": lambda: CSV}[suffix]())
    content[at % len(content)] = byte
    for old in tmp_path.iterdir():
        old.unlink()
    (tmp_path / f"uitkeringen.{suffix}").write_bytes(content[: max(1, len(content) - cut % 50)])
    check_map(tmp_path)[1].as_text()
