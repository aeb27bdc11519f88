"""Whatever the file is, the answer is a delivery or a list of what is wrong with it."""

from __future__ import annotations

import gzip
import zipfile

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluatie.errors import ChoiceError, DataError
from evaluatie.registratie.leveringen import load_layout, read_levering, read_leveringen, write_delivery
from evaluatie.registratie.leveringen.lezen import find_volgnummer

from .hulp import ANNA, BRAM, delivery, texts, write_file

GOOD = {"aanvangsdatum": "20150110", "geboortedatum": "19700514", "geslacht": "1", "leefvorm": "1"}


def problems(path, soort="bus") -> str:
    with pytest.raises(DataError) as caught:
        read_levering(path, soort)
    return caught.value.message


def test_a_good_file_is_read_as_it_stands(tmp_path):
    levering = read_levering(write_file(tmp_path, "bus", "2015-01", GOOD, GOOD | {"bsn": BRAM}), "bus")
    assert (levering.soort, levering.maand, levering.gemeente) == ("bus", pd.Period("2015-01", "M"), "GM0344")
    assert levering.frame["bsn"].tolist() == [ANNA, BRAM]
    assert levering.frame.index.tolist() == [1, 2]
    assert levering.frame["aanvangsdatum"].tolist() == ["20150110"] * 2
    assert levering.frame["huisvesting"].isna().all()
    assert levering.meldingen == ()


def test_a_delivery_never_shows_its_records(tmp_path):
    assert ANNA not in repr(read_levering(write_file(tmp_path, "bus", "2015-01", GOOD), "bus"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_does_not_matter(tmp_path, encoding):
    path = write_file(tmp_path, "bus", "2015-01", GOOD | {"berichtgevercode": "Súdwest"})
    path.write_bytes(path.read_text(encoding="utf-8").replace("\n", "\r\n").encode(encoding))
    assert read_levering(path, "bus").frame["berichtgevercode"].tolist() == ["Súdwest"]


def test_a_line_of_names_is_optional(tmp_path):
    levering = delivery("bus", "2015-01", GOOD)
    write_delivery(levering.frame, tmp_path / "bus_2015-01.csv")
    again = read_levering(tmp_path / "bus_2015-01.csv", "bus")
    assert again.frame.fillna("").to_numpy().tolist() == levering.frame.fillna("").to_numpy().tolist()
    assert again.frame.index.tolist() == [2]


def test_swapped_columns_are_told(tmp_path):
    path = write_file(tmp_path, "bus", "2015-01", GOOD)
    namen = load_layout("bus", 2015)[0].namen
    namen[2], namen[3] = namen[3], namen[2]
    path.write_text(";".join(namen) + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert "niet in de volgorde van de layout, vanaf kolom 3, 4" in problems(path)


def test_what_a_spreadsheet_drops_is_put_back(tmp_path):
    path = write_file(
        tmp_path, "bus", "2015-01", GOOD | {"statistiekcode": "1", "gemeentecode": "344", "statistiekmaand": "1"}
    )
    levering = read_levering(path, "bus")
    assert levering.gemeente == "GM0344"
    assert levering.frame["statistiekcode"].tolist() == ["01"]
    short = "10000008"  # a BSN of which the leading zero was dropped
    path = write_file(tmp_path, "bus", "2015-01", GOOD | {"bsn": short})
    assert read_levering(path, "bus").frame["bsn"].tolist() == ["0" + short]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("statistiekcode", "13", "gevonden '13' op regel 1; toegestaan: 01 (algemene bijstand), 02 (IOAW)"),
        ("geslacht", "M", "gevonden 'm' op regel 1; toegestaan: 1 (man), 2 (vrouw)"),
        ("aanvangsdatum", "20150230", "gevonden '20150230' op regel 1; toegestaan: een datum als JJJJMMDD"),
        ("aanvangsdatum", "42014", "gevonden '42014'"),
        ("aanvangsdatum", "20150000", "gevonden '20150000'"),
        ("bedrag_inkomsten_persoon", "1.200,00", "gevonden '1.200,00'"),
        ("bedrag_inkomsten_persoon", "veel", "gevonden 'veel'"),
        ("aantal_kostendelers", "2,5", "een geheel getal"),
        ("bsn", "", "leeg op regel 1"),
        ("bsn", "ANNA", "toegestaan: 9 cijfers"),
        ("bsn", "000000000", "toegestaan: 9 cijfers"),
        ("gemeentecode", "GM34", "toegestaan: CBS-code, 4 cijfers"),
        ("registratienummer_uitkering", "1234567890abcdef", "ten hoogste 15 tekens"),
        ("statistiekmaand", "13", "gevonden '13'"),
        ("statistiekjaar", "", "leeg op regel 1"),
    ],
)
def test_every_kind_of_field_is_checked(tmp_path, field, value, told):
    path = write_file(tmp_path, "bus", "2015-01", GOOD | {field: value}, GOOD | {"bsn": BRAM})
    message = problems(path)
    assert told in message
    assert f"({field})" in message


def test_an_unknown_day_of_birth_is_no_mistake(tmp_path):
    path = write_file(tmp_path, "bus", "2015-01", GOOD | {"geboortedatum": "19700000"})
    assert read_levering(path, "bus").frame["geboortedatum"].tolist() == ["19700000"]


def test_all_mistakes_are_told_at_once(tmp_path):
    path = write_file(tmp_path, "bus", "2015-01", GOOD | {"geslacht": "3", "leefvorm": "9"}, GOOD | {"bsn": "1"})
    path.write_text(path.read_text(encoding="utf-8") + "2015;01;te kort\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_levering(path, "bus")
    assert len(caught.value.violations) == 4
    assert "34 velden verwacht, gevonden 3, op regel 3" in caught.value.message


def test_a_file_holds_one_month_and_one_municipality(tmp_path):
    rows = [GOOD, GOOD | {"bsn": BRAM}, GOOD | {"statistiekmaand": "02"}, GOOD | {"gemeentecode": "0363"}]
    message = problems(write_file(tmp_path, "bus", "2015-01", *rows))
    assert "naast 2015-01 ook een andere maand, op regel 3" in message
    assert "meer dan één gemeente, op regel 4" in message


def test_a_million_mistakes_are_summarised(tmp_path):
    path = write_file(tmp_path, "bus", "2015-01", *([GOOD | {"geslacht": "9"}] * 20_000))
    with pytest.raises(DataError) as caught:
        read_levering(path, "bus")
    assert len(caught.value.violations) == 1
    assert "en nog 19995" in caught.value.message


@pytest.mark.parametrize(
    "field", ["geslacht", "aanvangsdatum", "bedrag_inkomsten_persoon", "registratienummer_uitkering"]
)
def test_a_bsn_in_another_field_is_not_repeated(tmp_path, field):
    value = ANNA if field != "registratienummer_uitkering" else ANNA + "1234567"
    assert ANNA not in problems(write_file(tmp_path, "bus", "2015-01", GOOD | {field: value}))


def test_a_short_bsn_in_another_field_is_not_repeated(tmp_path):
    assert "10000008" not in problems(write_file(tmp_path, "bus", "2015-01", GOOD | {"geslacht": "10000008"}))


def test_double_records_are_dropped_with_a_note(tmp_path):
    levering = read_levering(write_file(tmp_path, "bus", "2015-01", GOOD, GOOD), "bus")
    assert len(levering.frame) == 1
    assert "bus_2015-01.csv, regel 2" in texts(levering.meldingen, "opmerking")


def test_a_number_that_fails_the_elfproef_is_a_warning(tmp_path):
    levering = read_levering(write_file(tmp_path, "bus", "2015-01", GOOD | {"bsn": "123456789"}), "bus")
    assert "elfproef" in texts(levering.meldingen, "waarschuwing")
    assert "123456789" not in str(levering.meldingen)


def test_a_later_year_carries_the_warning_about_its_layout(tmp_path):
    levering = read_levering(write_file(tmp_path, "bus", "2019-01", GOOD), "bus")
    assert "nagegaan tot en met 2015-12" in texts(levering.meldingen, "waarschuwing")


def test_an_earlier_year_is_refused(tmp_path):
    with pytest.raises(ChoiceError, match="2013-05 is niet bekend"):
        read_levering(write_file(tmp_path, "bus", "2013-05", GOOD), "bus")


def test_the_mistakes_of_several_files_are_told_together(tmp_path):
    bad = [write_file(tmp_path, "bus", f"2015-0{n}", GOOD | {"geslacht": "3"}) for n in (1, 2)]
    with pytest.raises(DataError) as caught:
        read_leveringen([*bad, tmp_path / "bus_2015-03.csv"], "bus")
    assert "bus_2015-01.csv" in caught.value.message
    assert "bus_2015-02.csv" in caught.value.message
    assert "bus_2015-03.csv bestaat niet" in caught.value.message


def test_hostile_files_are_refused_in_words(tmp_path):
    good = write_file(tmp_path, "bus", "2015-01", GOOD)
    hostile = {
        "empty.csv": b"",
        "blank.csv": b"\n;;;\n\n",
        "gzip.csv": gzip.compress(good.read_bytes()),
        "binary.csv": bytes(range(256)),
        "fixed.csv": b"2015010344" + b" " * 200,
        "comma.csv": good.read_bytes().replace(b";", b","),
        "truncated.csv": good.read_bytes()[:60],
        "quote.csv": good.read_bytes() + b'2015;01;"' + b"x" * 200_000,
        "headless.csv": b"statistiekjaar;statistiekmaand\n",
    }
    for naam, content in hostile.items():
        (tmp_path / naam).write_bytes(content)
        assert naam in problems(tmp_path / naam), naam
    with zipfile.ZipFile(tmp_path / "zip.csv", "w") as archive:
        archive.write(good)
    assert "ingepakt" in problems(tmp_path / "zip.csv")
    assert "niet te openen" in problems(tmp_path)


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=200), where=st.integers(0, 150))
def test_no_bytes_give_a_traceback(tmp_path_factory, content, where):
    folder = tmp_path_factory.mktemp("bytes")
    path = write_file(folder, "bus", "2015-01", GOOD)
    good = path.read_bytes()
    path.write_bytes(good + good[:where] + content + good[where:])
    try:
        read_levering(path, "bus")
    except DataError as error:
        assert error.message  # noqa: PT017


@pytest.mark.parametrize(
    ("stem", "number"),
    [
        ("bus_201501", 0),
        ("bus_2015-01", 0),
        ("BUS_0344_201501", 0),
        ("BUS_0344_201501_2", 2),
        ("bus 2015-01 v3", 3),
        ("bus_201501_20150214", 20150214),
        ("bus_2015_01_01", 1),
        ("levering", 0),
    ],
)
def test_the_number_of_a_delivery_stands_in_its_name(stem, number):
    assert find_volgnummer(stem, pd.Period("2015-01", "M"), "0344") == number
