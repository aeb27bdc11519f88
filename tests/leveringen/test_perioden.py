"""Months become spells: opened, closed, interrupted, corrected and delivered twice."""

from __future__ import annotations

import pandas as pd
import pytest

from evaluatie.errors import DataError
from evaluatie.registratie.contract import empty_table
from evaluatie.registratie.leveringen import (
    load_layout,
    read_levering,
    to_deeltijdinkomsten,
    to_handhaving,
    to_trajecten,
    to_uitkeringen,
)
from evaluatie.registratie.leveringen.vorm import replace_identifiers

from .hulp import ANNA, BRAM, delivery, pseudonym_of, pseudonymise, texts, write_file

START = {"aanvangsdatum": "20150110"}
END = START | {"einddatum": "20150320", "reden_beeindiging": "11"}
BYSTANDER = {"bsn": BRAM, "aanvangsdatum": "20140101"}


def spells(*leveringen):
    """The spells of Anna as (begin, einde, reden), and the findings."""
    frame, meldingen = to_uitkeringen(leveringen, pseudonymise)
    frame = frame[frame["persoon_id"] == pseudonym_of(ANNA)]
    rows = zip(*(frame[naam].astype("string").fillna("") for naam in ("begin", "einde", "reden_einde")), strict=True)
    return list(rows), meldingen


def bus(maand, *records, **kwargs):
    return delivery("bus", maand, *records, BYSTANDER, **kwargs)


def test_a_person_in_the_last_delivery_is_still_on_benefit():
    assert spells(bus("2015-01", START), bus("2015-02", START)) == ([("2015-01-10", "", "")], [])


def test_an_end_is_taken_with_its_reason():
    rows, meldingen = spells(bus("2015-01", START), bus("2015-02", START), bus("2015-03", END), bus("2015-04"))
    assert rows == [("2015-01-10", "2015-03-20", "werk")]
    assert meldingen == []


@pytest.mark.parametrize(
    ("code", "reden"),
    [("13", "zelfstandig"), ("02", "relatie"), ("33", "detentie_buitenland"), ("35", "handhaving"), ("97", "anders")],
)
def test_a_reason_becomes_that_of_the_contract(code, reden):
    rows, _ = spells(bus("2015-03", END | {"reden_beeindiging": code}))
    assert rows == [("2015-01-10", "2015-03-20", reden)]


def test_an_end_without_a_reason_is_told():
    rows, meldingen = spells(bus("2015-03", START | {"einddatum": "20150320"}))
    assert rows == [("2015-01-10", "2015-03-20", "")]
    assert "geen reden" in texts(meldingen, "waarschuwing")


def test_who_disappears_is_closed_at_the_end_of_the_last_month():
    rows, meldingen = spells(bus("2015-01", START), bus("2015-02", START), bus("2015-03"))
    assert rows == [("2015-01-10", "2015-02-28", "anders")]
    assert "bus_201502.csv regel 1: 1 uitkeringen zonder einddatum" in texts(meldingen, "waarschuwing")


def test_who_comes_back_with_a_new_date_starts_a_new_spell():
    again = {"aanvangsdatum": "20150401"}
    rows, meldingen = spells(bus("2015-02", START), bus("2015-03"), bus("2015-04", again), bus("2015-05", again))
    assert rows == [("2015-01-10", "2015-02-28", "anders"), ("2015-04-01", "", "")]
    assert len(meldingen) == 1


def test_who_comes_back_with_the_same_date_never_left():
    rows, meldingen = spells(bus("2015-01", START), bus("2015-02"), bus("2015-03", START))
    assert rows == [("2015-01-10", "", "")]
    assert "tussenliggende maand" in texts(meldingen, "waarschuwing")


def test_a_missing_delivery_is_no_exit():
    rows, meldingen = spells(bus("2015-01", START), bus("2015-02", START), bus("2015-04", START))
    assert rows == [("2015-01-10", "", "")]
    assert [melding.ernst for melding in meldingen] == ["waarschuwing"]
    assert "geen levering gevonden over 2015-03" in meldingen[0].tekst


def test_the_later_delivery_of_a_month_replaces_the_earlier():
    first = bus("2015-03", START, naam="bus_201503.csv")
    second = bus("2015-03", END, naam="bus_201503_2.csv", volgnummer=2)
    for order in ([first, second], [second, first]):
        rows, meldingen = spells(bus("2015-02", START), *order)
        assert rows == [("2015-01-10", "2015-03-20", "werk")]
        assert "bus_201503_2.csv vervangt bus_201503.csv" in texts(meldingen, "opmerking")


def test_without_a_number_the_last_of_the_list_counts():
    assert spells(bus("2015-03", END), bus("2015-03", START))[0] == [("2015-01-10", "", "")]
    assert spells(bus("2015-03", START), bus("2015-03", END))[0] == [("2015-01-10", "2015-03-20", "werk")]


def test_a_delivery_that_comes_twice_counts_once():
    rows, meldingen = spells(bus("2015-03", END), bus("2015-03", END, naam="kopie.csv"))
    assert rows == [("2015-01-10", "2015-03-20", "werk")]
    assert [melding.ernst for melding in meldingen] == ["opmerking"]
    assert "is gelijk aan" in meldingen[0].tekst


def test_a_corrected_begin_date_is_one_spell():
    corrected = {"aanvangsdatum": "20150105"}
    rows, meldingen = spells(bus("2015-01", START), bus("2015-02", corrected), bus("2015-03", corrected))
    assert rows == [("2015-01-05", "", "")]
    assert "andere begindatum" in texts(meldingen, "waarschuwing")


def test_an_end_that_is_taken_back_reopens_the_spell():
    rows, meldingen = spells(bus("2015-03", END), bus("2015-04", START))
    assert rows == [("2015-01-10", "", "")]
    assert "daarna verviel" in texts(meldingen, "waarschuwing")


def test_a_later_end_replaces_an_earlier_end():
    rows, _ = spells(bus("2015-03", END), bus("2015-04", END | {"einddatum": "20150301", "reden_beeindiging": "32"}))
    assert rows == [("2015-01-10", "2015-03-01", "verhuizing")]


def test_two_ends_in_one_month_are_told():
    rows, meldingen = spells(bus("2015-03", END, END | {"einddatum": "20150310"}))
    assert rows == [("2015-01-10", "2015-03-20", "werk")]
    assert "twee einddatums" in texts(meldingen, "waarschuwing")


def test_what_cannot_be_a_spell_is_left_out_and_told():
    rows, meldingen = spells(bus("2015-03", {}, START | {"einddatum": "20150109"}))
    assert rows == []
    assert "zonder begindatum" in texts(meldingen, "fout")
    assert "vóór de begindatum" in texts(meldingen, "fout")


def test_another_regeling_is_another_spell():
    ioaw = {"statistiekcode": "02", "aanvangsdatum": "20150201"}
    frame, _ = to_uitkeringen(
        [delivery("bus", "2015-02", START, ioaw, {"statistiekcode": "14", **START})], pseudonymise
    )
    assert sorted(frame["regeling"]) == ["bbz", "bijstand", "ioaw"]


def test_bijzondere_bijstand_is_no_spell():
    frame, meldingen = to_uitkeringen([delivery("bus", "2015-02", {"statistiekcode": "12"})], pseudonymise)
    assert frame.empty
    assert frame.dtypes.to_dict() == empty_table("uitkeringen").dtypes.to_dict()
    assert "bijzondere bijstand" in texts(meldingen, "opmerking")


def test_two_municipalities_do_not_mix():
    other = delivery("bus", "2015-02", START | {"gemeentecode": "0363"})
    other = type(other)("bus", other.maand, "GM0363", other.frame, other.layout, "ander.csv")
    later = bus("2015-03", START)
    frame, meldingen = to_uitkeringen([bus("2015-02", START), later, other], pseudonymise)
    anna = frame[frame["persoon_id"] == pseudonym_of(ANNA)]
    assert sorted(anna["gemeente_code"]) == ["GM0344", "GM0363"]
    assert anna["einde"].isna().all()
    assert meldingen == []


def test_personal_traits_and_the_household_come_along():
    traits = START | {
        "geboortedatum": "19700500",
        "geslacht": "2",
        "leefvorm": "3",
        "registratienummer_uitkering": ANNA,  # some number a benefit by the BSN of its holder
    }
    partner = traits | {"bsn": BRAM, "geslacht": "1"}
    later = [traits | {"leefvorm": "1"}, partner | {"leefvorm": "1"}]
    frame, meldingen = to_uitkeringen(
        [delivery("bus", "2015-01", traits, partner), delivery("bus", "2015-02", *later)], pseudonymise
    )
    anna = frame.set_index("persoon_id").loc[pseudonym_of(ANNA)]
    assert (anna["geboortejaar"], anna["geslacht"], anna["leefvorm"]) == (1970, "v", "paar")
    assert len(set(frame["huishouden"])) == 1
    assert "2 uitkeringen wisselden van leefvorm" in texts(meldingen, "opmerking")
    assert anna["huishouden"] not in (pseudonym_of(ANNA), pseudonym_of(BRAM))


def test_files_and_months_in_any_order_give_the_same(tmp_path):
    records = {"2015-01": START, "2015-02": START, "2015-03": END}
    paths = [write_file(tmp_path, "bus", maand, fields, BYSTANDER) for maand, fields in records.items()]
    leveringen = [read_levering(path, "bus") for path in paths]
    forward, _ = to_uitkeringen(leveringen, pseudonymise)
    backward, _ = to_uitkeringen(leveringen[::-1], pseudonymise)
    pd.testing.assert_frame_equal(forward, backward)
    assert len(forward) == 2


def test_without_a_key_there_is_no_register():
    with pytest.raises(DataError, match="geen sleutel") as caught:
        to_uitkeringen([bus("2015-01", START)])
    assert ANNA not in caught.value.message


@pytest.mark.parametrize(
    "broken", [lambda v: v, lambda v: v.str.zfill(16) + "x", lambda v: v.head(1), lambda v: v.mask(v != "")]
)
def test_a_pseudonymisation_that_does_not_work_is_refused(broken):
    with pytest.raises(DataError, match="geen geldige kenmerken"):
        replace_identifiers(pd.Series([ANNA, BRAM], dtype="string"), broken)


def test_no_bsn_survives_in_a_table_or_a_finding():
    full = END | {"registratienummer_uitkering": ANNA, "soort_inkomsten": "11", "bedrag_inkomsten_persoon": "100"}
    full |= {"reden_vermindering": "01", "begin_vermindering": "20150301"}
    leveringen = [bus("2015-02", START), bus("2015-03", full, {}), bus("2015-05", full | {"einddatum": ""})]
    vordering = {"ontstaansgrond": "58", "datum_besluit": "20150303", "beginschuld": "10"}
    traject = {"type_voorziening": "06", "begindatum": "20150303"}
    outcomes = [
        to_uitkeringen(leveringen, pseudonymise),
        to_deeltijdinkomsten(leveringen, pseudonymise),
        to_handhaving(leveringen, [delivery("bdfs", "2015-03", vordering)], pseudonymise),
        to_trajecten([delivery("srg", "2015-03", traject), delivery("srg", "2015-04")], pseudonymise),
    ]
    for frame, meldingen in outcomes:
        assert len(frame)
        assert ANNA not in frame.to_csv() + str(meldingen)


def test_deliveries_of_another_kind_are_refused():
    with pytest.raises(DataError, match="Geen levering SRG"):
        to_trajecten([bus("2015-01", START)], pseudonymise)


def test_no_deliveries_give_an_empty_table():
    for frame, tabel in (
        (to_uitkeringen([], pseudonymise)[0], "uitkeringen"),
        (to_trajecten([], pseudonymise)[0], "trajecten"),
        (to_deeltijdinkomsten([], pseudonymise)[0], "deeltijdinkomsten"),
        (to_handhaving([], [], pseudonymise)[0], "handhaving"),
    ):
        pd.testing.assert_frame_equal(frame, empty_table(tabel))


def test_each_delivery_is_read_with_its_own_layout():
    """A code that changed its meaning in a later layout keeps the old one in the old months."""
    layout, _ = load_layout("bus", 2015)
    data = layout.model_dump()
    veld = next(veld for veld in data["velden"] if veld["naam"] == "reden_beeindiging")
    veld["codes"]["11"]["wordt"] = "anders"
    newer = type(layout).model_validate(data)
    old, new = bus("2015-03", END), bus("2015-04", {"bsn": "900000028", **END, "einddatum": "20150402"})
    new = type(new)("bus", new.maand, new.gemeente, new.frame, newer, new.naam)
    frame, _ = to_uitkeringen([old, new], pseudonymise)
    reasons = frame.set_index("persoon_id")["reden_einde"]
    assert reasons[pseudonym_of(ANNA)] == "werk"
    assert reasons[pseudonym_of("900000028")] == "anders"
