"""What a report tells of a municipality's own registers: names and fixed words, never a number."""

from __future__ import annotations

import re

import pytest

from evaluatie.disclosure import open_released, release_words
from evaluatie.errors import DataError
from evaluatie.rapport import Vangnetverantwoording
from evaluatie.registratie.contract import load_contracten
from evaluatie.registratie.nieuw import make_municipality
from evaluatie.registratie.opslag import store
from evaluatie.registratie.overzicht import VOCABULARY, summarise_registers
from evaluatie.registratie.voorbeeld import generate


@pytest.fixture(scope="module")
def register():
    return generate(150, 18, 5).register


def test_without_an_import_every_table_is_missing(tmp_path):
    overzicht = summarise_registers(tmp_path)
    assert overzicht.aanwezig == overzicht.waarschuwingen == ()
    assert overzicht.ontbreekt == tuple(load_contracten())


def test_present_and_missing_tables_are_told_apart(tmp_path, register):
    store({tabel: register[tabel] for tabel in ("trajecten", "uitkeringen")}, tmp_path)
    overzicht = summarise_registers(tmp_path)
    assert overzicht.aanwezig == ("uitkeringen", "trajecten")
    assert ("uitkeringen", "de gegevens zijn synthetisch: er staan verzonnen personen in") in overzicht.waarschuwingen
    assert set(overzicht.ontbreekt) == set(load_contracten()) - {"uitkeringen", "trajecten"}


def test_a_warning_is_told_in_fixed_words_without_numbers(tmp_path, register):
    frame = register["uitkeringen"].copy()
    ended = frame["einde"].notna()
    frame.loc[ended, "reden_einde"] = None
    store({"uitkeringen": frame}, tmp_path)
    overzicht = summarise_registers(tmp_path)
    assert ("uitkeringen", "van een deel van de beëindigingen ontbreekt de reden") in overzicht.waarschuwingen
    assert not any(re.search("[0-9]", said) for _, said in overzicht.waarschuwingen)
    assert open_released(release_words(overzicht, VOCABULARY)) is overzicht


def test_tables_with_errors_stop_the_report(tmp_path, register):
    frame = register["uitkeringen"].copy()
    frame.loc[0, "einde"] = frame.loc[0, "begin"] - frame["begin"].diff().abs().max()
    store({"uitkeringen": frame}, tmp_path)
    with pytest.raises(DataError):
        summarise_registers(tmp_path)


def test_the_report_of_an_own_folder_tells_what_it_has(tmp_path, register, monkeypatch):
    make_municipality(tmp_path / "m", "Zwolle")
    store({"uitkeringen": register["uitkeringen"]}, tmp_path / "m")
    monkeypatch.setenv("EVALUATIE_MAP", str(tmp_path / "m"))
    page = Vangnetverantwoording("Zwolle", 2025, "2025-12-31").grenzen()._repr_html_()
    assert "De eigen registratie" in page
    assert "Ingelezen en gecontroleerd: uitkeringen." in page
    assert "Nog niet ingelezen: trajecten" in page


def test_the_report_of_another_municipality_does_not(tmp_path, register, monkeypatch):
    make_municipality(tmp_path / "m", "Zwolle")
    monkeypatch.setenv("EVALUATIE_MAP", str(tmp_path / "m"))
    page = Vangnetverantwoording("Renkum", 2019, "2019-12-31").grenzen()._repr_html_()
    assert "De eigen registratie" not in page
