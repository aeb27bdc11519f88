"""The layouts hold what the published regulation says, and say where it says nothing."""

from __future__ import annotations

import pytest

from evaluatie.errors import ChoiceError, DataError
from evaluatie.registratie.contract import load_contract
from evaluatie.registratie.leveringen import list_layouts, load_layout, read_layout

PRINTED = {
    ("bus", "statistiekcode"): "01 02 03 11 12 14",
    ("bus", "nadere_classificatie_bbz"): "1 2 3 5",
    ("bus", "leefvorm"): "1 2 3 4",
    ("bus", "cluster_bijzondere_bijstand"): "a b c d e f g h i j k l m",
    ("bus", "huisvesting"): "1 2 3 4 5 6",
    ("bus", "ontheffing"): "2 4 5 6",
    ("bus", "reden_beeindiging_ontheffing"): "1 2 3 4 5",
    ("bus", "reden_vermindering"): "01 03 05 06 07 08 98",
    ("bus", "soort_inkomsten"): "11 18 23 24 31 98",
    ("bus", "vrijlating"): "1 2",
    ("bus", "reden_beeindiging"): "01 02 03 04 05 06 07 11 13 14 15 17 18 19 31 32 33 34 35 97 98",
    ("srg", "statistiekcode"): "10",
    ("srg", "type_voorziening"): "01 02 03 04 05 06 07 08 99",
    ("srg", "reden_einde"): "1 2 3",
    ("bdfs", "statistiekcode"): "06",
    ("bdfs", "aard_uitkering"): "01 02 03 11 12 13 14 15 16",
    ("bdfs", "ontstaansgrond"): "21 34 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 81 82 83 84 85",
    ("bdfs", "reden_correctie"): "01 02 03 09 99",
    ("bdfs", "status"): "51 52 53 54 99",
    ("bdfs", "hoogte_boete"): "1 2 3",
    ("bdfs", "soort_sanctie"): "1 2 3 4",
}
BECOMES = {
    "werk": "11",
    "zelfstandig": "13",
    "relatie": "02",
    "aow": "03",
    "overlijden": "04",
    "onderwijs": "01 06",
    "andere_uitkering": "14 15 17 18 19",
    "verhuizing": "32",
    "detentie_buitenland": "05 07 33",
    "handhaving": "31 34 35",
    "anders": "97 98",
}


@pytest.mark.parametrize(("soort", "count"), [("bus", 34), ("srg", 19), ("bdfs", 28)])
def test_the_fields_stand_in_the_printed_order(soort, count):
    layout, _ = load_layout(soort, 2015)
    numbers = [veld.nr for veld in layout.velden]
    assert len(numbers) == count
    assert [int(nr.rstrip("ab")) for nr in numbers] == sorted(int(nr.rstrip("ab")) for nr in numbers)


@pytest.mark.parametrize(("soort", "naam"), PRINTED)
def test_the_codes_are_the_printed_ones(soort, naam):
    layout, _ = load_layout(soort, 2015)
    assert " ".join(sorted(layout.veld(naam).codes)) == PRINTED[soort, naam]


def test_the_reasons_of_ending_become_those_of_the_contract():
    layout, _ = load_layout("bus", 2015)
    found: dict[str, list[str]] = {}
    for code, entry in layout.veld("reden_beeindiging").codes.items():
        found.setdefault(entry.wordt, []).append(code)
    assert {value: " ".join(sorted(codes)) for value, codes in found.items()} == BECOMES


@pytest.mark.parametrize(
    ("soort", "naam", "tabel", "kolom"),
    [
        ("bus", "statistiekcode", "uitkeringen", "regeling"),
        ("bus", "leefvorm", "uitkeringen", "leefvorm"),
        ("bus", "geslacht", "uitkeringen", "geslacht"),
        ("bus", "reden_beeindiging", "uitkeringen", "reden_einde"),
        ("bus", "vrijlating", "deeltijdinkomsten", "vrijlating"),
        ("srg", "type_voorziening", "trajecten", "soort_voorziening"),
        ("srg", "reden_einde", "trajecten", "reden_einde"),
        ("bdfs", "ontstaansgrond", "handhaving", "soort_gebeurtenis"),
    ],
)
def test_what_a_code_becomes_is_a_code_of_the_contract(soort, naam, tabel, kolom):
    becomes = {entry.wordt for entry in load_layout(soort, 2015)[0].veld(naam).codes.values()} - {""}
    assert becomes
    assert becomes <= set(load_contract(tabel).kolommen[kolom].codes)


@pytest.mark.parametrize(
    ("soort", "naam", "code"),
    [
        ("bus", "uitvoering_tegenprestatie", "2"),
        ("srg", "reden_einde", "1"),
        ("bdfs", "status", "99"),
        ("bdfs", "ontstaansgrond", "81"),
        ("bus", "cluster_bijzondere_bijstand", "a"),
    ],
)
def test_a_code_that_was_not_printed_says_so(soort, naam, code):
    entry = load_layout(soort, 2015)[0].veld(naam).codes[code]
    assert entry.zekerheid != "gevonden"
    assert entry.opmerking


def test_every_doubt_is_explained():
    for layout in list_layouts():
        for veld in layout.velden:
            for part in (veld, *veld.codes.values()):
                assert part.zekerheid == "gevonden" or part.opmerking, (layout.soort, veld.naam)


def test_a_month_before_the_oldest_layout_is_refused():
    with pytest.raises(ChoiceError, match="2014-12 is niet bekend; de oudste geldt vanaf 2015-01"):
        load_layout("bus", 2014, 12)


def test_a_later_month_is_read_with_a_warning():
    assert load_layout("bus", 2015, 12)[1] == ()
    [melding] = load_layout("bus", 2016, 1)[1]
    assert melding.ernst == "waarschuwing"
    assert "vanaf 2015-01" in melding.tekst


def test_an_unknown_kind_is_refused():
    with pytest.raises(ChoiceError, match="bus, srg, bdfs"):
        load_layout("sris", 2015)


def test_a_layout_is_added_by_adding_a_file(tmp_path):
    text = _text_of("srg")
    (tmp_path / "srg_2015.yaml").write_text(text, encoding="utf-8")
    newer = text.replace("vanaf: 2015-01", "vanaf: 2019-04").replace("nagegaan_tot: 2015-12", "nagegaan_tot: 2020-12")
    (tmp_path / "srg_2019.yaml").write_text(newer, encoding="utf-8")
    assert load_layout("srg", 2019, 3, folder=tmp_path)[0].vanaf == "2015-01"
    layout, meldingen = load_layout("srg", 2019, 4, folder=tmp_path)
    assert layout.vanaf == "2019-04"
    assert meldingen == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("naam: loonwaarde", "naam: bsn", "dubbele veldnamen: bsn"),
        ("naam: begindatum,", "naam: startdatum,", "deze velden ontbreken: begindatum"),
        ("soort: srg", "soort: srg\nkleur: rood", "onbekende sleutel"),
        ("'2': {label: voortijdig", "'02': {label: voortijdig", "niet even lang"),
        (r"patroon: '\d{4}'", "patroon: '('", "is geen patroon"),
        ("velden:", "velden: [", "geen leesbare YAML"),
    ],
)
def test_a_mistake_in_a_layout_is_told(old, new, told):
    text = _text_of("srg")
    assert old in text
    with pytest.raises(DataError, match=told.replace("(", r"\(")):
        read_layout(text.replace(old, new), "srg_x.yaml")


def _text_of(soort: str) -> str:
    from importlib.resources import files

    folder = files("evaluatie.registratie.leveringen") / "layouts"
    return (folder / f"{soort}_2015.yaml").read_text(encoding="utf-8")
