"""Every check fires on a minimal bad register, at the right row, and is silent on a good one."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pytest

from evaluatie.errors import ChoiceError, DataError
from evaluatie.registratie.bevindingen import Ernst
from evaluatie.registratie.bsn import contains_bsn
from evaluatie.registratie.contract import empty_table, load_contract, load_contracten
from evaluatie.registratie.elfproef import passes_elfproef
from evaluatie.registratie.schema import to_pandera
from evaluatie.registratie.toetsing import check_register
from tests.registratie.voorbeelden import ANNA, BEN, CAS, GOED, bedorven, goed, make_table

VANDAAG = dt.date(2024, 6, 1)
FOUT, WAARSCHUWING = Ernst.FOUT, Ernst.WAARSCHUWING
BSN = "111222333"


def check(register):
    return check_register(register, VANDAAG)


def test_a_good_register_gives_no_findings():
    assert check(goed()).summarise() == []


@pytest.mark.parametrize("tabel", load_contracten())
def test_an_empty_table_gives_no_findings(tabel):
    assert len(check({tabel: empty_table(tabel)})) == 0


@pytest.mark.parametrize("tabel", load_contracten())
def test_each_table_of_the_good_register_passes_its_schema_alone(tabel):
    to_pandera(load_contract(tabel)).validate(goed(tabel)[tabel], lazy=True)
    assert check(goed(tabel)).count(FOUT) == 0


BAD = [
    ("leeg", FOUT, "uitkeringen", 1, {"geboortejaar": None}),
    ("leeg", FOUT, "uitkeringen", 1, {"gemeente_code": None}),
    ("code", FOUT, "uitkeringen", 0, {"regeling": "wwb"}),
    ("code", FOUT, "uitkeringen", 2, {"gemeente_code": "274"}),
    ("minimum", FOUT, "uitkeringen", 2, {"geboortejaar": 1857}),
    ("maximum", FOUT, "deeltijdinkomsten", 0, {"uren": 999}),
    ("minimum", FOUT, "deeltijdinkomsten", 0, {"bedrag": -1}),
    ("minimum", FOUT, "handhaving", 0, {"bedrag": -50}),
    ("lengte", FOUT, "uitkeringen", 0, {"klantgroep": "x" * 81}),
    ("bsn", FOUT, "uitkeringen", 0, {"persoon_id": BSN}),
    ("bsn", FOUT, "uitkeringen", 0, {"klantgroep": f"zie {BSN}"}),
    ("bsn", FOUT, "uitkeringen", 0, {"klantgroep": "zie BSN1112.22.333."}),
    ("bsn", FOUT, "handhaving", 0, {"aanleiding": f"tel 0612345678, {BSN}"}),
    ("bsn", FOUT, "uitkeringen", 0, {"regeling": BSN}),
    ("pseudoniem", FOUT, "uitkeringen", 1, {"persoon_id": "Jansen"}),
    ("dubbele_rij", FOUT, "uitkeringen", 1, {"begin": "2022-01-01"}),
    ("einde_voor_begin", FOUT, "uitkeringen", 0, {"einde": "2021-12-31"}),
    ("einde_voor_begin", FOUT, "trajecten", 0, {"einde": "2021-12-31"}),
    ("overlap", FOUT, "uitkeringen", 1, {"begin": "2022-12-31"}),
    ("toekomst", FOUT, "uitkeringen", 1, {"begin": "2024-06-02"}),
    ("toekomst", FOUT, "volumes", 1, {"maand": "2024-07-01"}),
    ("toekomst", WAARSCHUWING, "uitkeringen", 0, {"einde": "2025-01-01", "regeling": "bbz"}),
    ("lang_geleden", FOUT, "handhaving", 0, {"datum": "1923-06-01"}),
    ("leeftijd", WAARSCHUWING, "uitkeringen", 2, {"geboortejaar": 1940}),
    ("leeftijd", WAARSCHUWING, "uitkeringen", 2, {"geboortejaar": 2010}),
    ("geboortejaar_wisselt", WAARSCHUWING, "uitkeringen", 1, {"geboortejaar": 1981}),
    ("reden_zonder_einde", FOUT, "uitkeringen", 1, {"reden_einde": "werk"}),
    ("einde_zonder_reden", WAARSCHUWING, "uitkeringen", 0, {"reden_einde": None}),
    ("einde_zonder_reden", WAARSCHUWING, "trajecten", 0, {"reden_einde": None}),
    ("aanvraag_voor_melding", FOUT, "aanvragen", 0, {"aanvraag": "2021-11-30"}),
    ("besluit_voor_aanvraag", FOUT, "aanvragen", 0, {"besluit": "2021-12-04"}),
    ("besluit_voor_aanvraag", FOUT, "aanvragen", 0, {"aanvraag": None, "besluit": "2021-11-04"}),
    ("toekenning_zonder_besluit", FOUT, "aanvragen", 0, {"besluit": None}),
    ("toekenning_zonder_uitkering", WAARSCHUWING, "aanvragen", 0, {"persoon_id": CAS}),
    ("traject_buiten_uitkering", WAARSCHUWING, "trajecten", 0, {"begin": "2023-01-01", "einde": "2023-02-28"}),
    ("persoon_onbekend", FOUT, "trajecten", 0, {"persoon_id": CAS}),
    ("persoon_onbekend", FOUT, "deeltijdinkomsten", 0, {"persoon_id": CAS}),
    ("persoon_onbekend", FOUT, "handhaving", 0, {"persoon_id": CAS}),
    ("niet_beeindigd", WAARSCHUWING, "handhaving", 0, {"datum": "2023-01-01"}),
]


@pytest.mark.parametrize(("toets", "ernst", "tabel", "rij", "waarden"), BAD)
def test_a_check_fires_at_its_row(toets, ernst, tabel, rij, waarden):
    found = [groep for groep in check(bedorven(tabel, rij, **waarden)) if groep.toets == toets]
    assert [(groep.ernst, groep.bestand, groep.rijen.tolist()) for groep in found] == [(ernst, tabel, [rij + 2])]
    assert all(groep.gevonden and groep.toegestaan and groep.remedie.endswith(".") for groep in found)


def test_the_day_after_the_last_day_is_no_overlap():
    assert "overlap" not in check(bedorven("uitkeringen", 1, begin="2023-01-01")).toetsen


def test_a_period_inside_an_earlier_long_one_overlaps_also_behind_a_short_one():
    rows = [
        GOED["uitkeringen"][0] | {"begin": begin, "einde": einde, "reden_einde": "werk"}
        for begin, einde in (("2020-01-01", "2023-12-31"), ("2020-02-01", "2020-02-03"), ("2021-01-01", "2021-02-01"))
    ]
    found = check({"uitkeringen": make_table("uitkeringen", rows)})
    assert [groep.rijen.tolist() for groep in found if groep.toets == "overlap"] == [[3, 4]]


def test_another_person_or_regeling_does_not_overlap():
    for other in ({"persoon_id": CAS, "huishouden": CAS}, {"regeling": "bbz"}):
        assert "overlap" not in check(bedorven("uitkeringen", 1, begin="2022-12-31", **other)).toetsen


def test_a_traject_touching_the_last_day_is_inside():
    register = bedorven("trajecten", 0, begin="2022-12-31", einde="2023-01-15")
    assert "traject_buiten_uitkering" not in check(register).toetsen


def test_a_few_unknown_persons_are_a_warning_and_most_an_error():
    rows = [GOED["trajecten"][0] | {"persoon_id": who, "begin": day} for who, day in
            ((ANNA, "2022-02-01"), (BEN, "2022-02-01"), (CAS, "2022-02-01"))]  # fmt: skip
    found = check(goed() | {"trajecten": make_table("trajecten", rows)})
    assert [groep.ernst for groep in found if groep.toets == "persoon_onbekend"] == [WAARSCHUWING]


def test_no_message_repeats_personal_data():
    register = bedorven("uitkeringen", 0, persoon_id="Jansen", huishouden=BSN, klantgroep=f"mevr. Pietersen {BSN}")
    found = check(register)
    for text in (found.as_text(), found.to_html(), str(found.to_json())):
        assert not any(word in text for word in ("Jansen", "Pietersen", BSN))


def test_wrong_columns_or_types_stop_only_that_table():
    register = goed()
    register["uitkeringen"] = register["uitkeringen"].drop(columns="begin")
    assert check(register).toetsen == {"kolommen"}
    register = goed()
    register["uitkeringen"]["begin"] = register["uitkeringen"]["begin"].astype(str)
    assert "soort_kolom" in check(register).toetsen


def test_an_unknown_table_is_refused():
    with pytest.raises(ChoiceError, match="personeel"):
        check({"personeel": pd.DataFrame()})


def test_errors_stop_and_warnings_do_not():
    check(bedorven("uitkeringen", 2, geboortejaar=1940)).require()
    with pytest.raises(DataError, match="rij 3"):
        check(bedorven("uitkeringen", 1, geboortejaar=None)).require()


def test_pandera_alone_refuses_what_the_structure_check_refuses():
    for toets, _, tabel, rij, waarden in BAD:
        if toets in ("leeg", "code", "minimum", "maximum", "lengte", "bsn", "pseudoniem", "dubbele_rij"):
            with pytest.raises(pandera.errors.SchemaErrors):
                to_pandera(load_contract(tabel)).validate(bedorven(tabel, rij, **waarden)[tabel], lazy=True)


def test_rows_without_a_whole_key_are_not_double():
    rows = [{"maand": None, "regeling": "bijstand", "aantal": 1}] * 2
    assert check({"volumes": make_table("volumes", rows)}).toetsen == {"leeg"}


def test_the_elfproef_agrees_with_its_definition():
    numbers = np.arange(100_000_000, 100_002_000)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    expected = [sum(w * int(d) for w, d in zip(weights, str(n), strict=True)) % 11 == 0 for n in numbers]
    assert passes_elfproef(numbers).tolist() == expected


def test_a_bsn_is_found_among_other_numbers_and_not_inside_longer_ones():
    texts = pd.Series(
        ["123456789 en 111222333", f"0{BSN}", f"{BSN}0", "tel 0612345678", None, "111 222 333", f"{BSN}abcdef1"],
        dtype="string",
    )
    assert contains_bsn(texts).tolist() == [True, False, False, False, False, True, False]
