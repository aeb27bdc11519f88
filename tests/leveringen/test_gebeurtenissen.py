"""Trajecten, part-time income and handhaving in the deliveries."""

from __future__ import annotations

from evaluatie.registratie.leveringen import to_deeltijdinkomsten, to_handhaving, to_trajecten

from .hulp import ANNA, BRAM, delivery, pseudonym_of, pseudonymise, texts

JOB = {"soort_inkomsten": "11", "bedrag_inkomsten_persoon": "412,50", "vrijlating": "2"}


def plain(frame, *columns):
    rows = zip(*(frame[naam].astype("string").fillna("") for naam in columns), strict=True)
    return list(rows)


def test_part_time_income_is_one_row_a_month():
    months = [
        delivery("bus", "2015-01", JOB),
        delivery("bus", "2015-02", JOB, {"soort_inkomsten": "23", "bedrag_inkomsten_persoon": "100"}),
        delivery("bus", "2015-03", JOB, JOB | {"bedrag_inkomsten_persoon": "87,50", "vrijlating": "1"}),
    ]
    frame, meldingen = to_deeltijdinkomsten(months, pseudonymise)
    assert plain(frame, "maand", "bedrag", "vrijlating") == [
        ("2015-01-01", "412.5", "nee"),
        ("2015-02-01", "412.5", "nee"),
        ("2015-03-01", "500.0", "ja"),
    ]
    assert set(frame["persoon_id"]) == {pseudonym_of(ANNA)}
    assert frame["uren"].isna().all()
    assert meldingen == []


def test_income_beside_bbz_or_bijzondere_bijstand_is_left_out():
    frame, _ = to_deeltijdinkomsten(
        [delivery("bus", "2015-01", *(JOB | {"statistiekcode": code} for code in ("03", "11", "14")))], pseudonymise
    )
    assert plain(frame, "bedrag") == [("412.5",)]


def test_income_without_an_amount_is_told():
    records = [JOB | {"bedrag_inkomsten_persoon": ""}, JOB | {"bsn": BRAM, "bedrag_inkomsten_persoon": "-5"}]
    frame, meldingen = to_deeltijdinkomsten([delivery("bus", "2015-01", *records)], pseudonymise)
    assert frame.empty
    assert "2 regels met inkomsten" in texts(meldingen, "fout")


def test_trajecten_open_close_and_vanish():
    coach = {"type_voorziening": "06", "begindatum": "20150105"}
    place = {"type_voorziening": "03", "begindatum": "20150201", "bsn": BRAM}
    months = [
        delivery("srg", "2015-01", coach, {"positie_participatieladder": "3"}),
        delivery("srg", "2015-02", coach | {"einddatum": "20150214", "reden_einde": "2"}, place),
        delivery("srg", "2015-03", {"type_voorziening": "99", "begindatum": "20150301"}),
    ]
    frame, meldingen = to_trajecten(months, pseudonymise)
    frame = frame.sort_values("begin")
    assert plain(frame, "soort_voorziening", "begin", "einde", "reden_einde") == [
        ("jobcoach", "2015-01-05", "2015-02-14", "gestopt"),
        ("participatieplaats", "2015-02-01", "2015-02-28", ""),
        ("overig", "2015-03-01", "", ""),
    ]
    assert "1 regels zonder voorziening" in texts(meldingen, "opmerking")
    assert "1 voorzieningen zonder einddatum" in texts(meldingen, "waarschuwing")


def test_a_verlaging_is_one_event_over_its_months():
    cut = {"reden_vermindering": "01", "begin_vermindering": "20150201", "bedrag_vermindering": "270,00"}
    partner = cut | {"bsn": BRAM, "reden_vermindering": "98"}
    months = [
        delivery("bus", "2015-02", cut, partner),
        delivery("bus", "2015-03", cut, cut | JOB, partner),  # two lines for a second income
        delivery("bus", "2015-04", {}),
    ]
    frame, meldingen = to_handhaving(months, [], pseudonymise)
    assert plain(frame, "soort_gebeurtenis", "datum", "aanleiding", "uitkomst", "bedrag") == [
        ("verlaging", "2015-02-01", "plicht tot arbeidsinschakeling", "aangepast", "540.0")
    ]
    assert "2 regels met een verlaging om de partner" in texts(meldingen, "opmerking")


def test_boeten_and_terugvorderingen_come_from_the_claims():
    def claim(number, ground, date="20150115", amount="1000,00", **more):
        base = {"registratienummer_vordering": number, "ontstaansgrond": ground, "datum_besluit": date}
        return base | {"beginschuld": amount} | more

    months = [
        delivery("bdfs", "2015-01", claim("1", "51"), claim("2", "58", amount="500"), claim("3", "60")),
        delivery(
            "bdfs", "2015-02", claim("1", "51", amount="900"), claim("4", "82", "20120501"), claim("5", "57", bsn="")
        ),
        delivery("bdfs", "2015-03", claim("6", "57", amount="50"), claim("7", "57", ""), claim("8", "57", amount="-1")),
    ]
    frame, meldingen = to_handhaving([], months, pseudonymise)
    assert plain(frame, "soort_gebeurtenis", "datum", "aanleiding", "uitkomst", "bedrag") == [
        ("boete", "2015-01-15", "boete wegens fraude", "", "500.0"),
        ("terugvordering", "2012-05-01", "onverschuldigd, niet verwijtbaar (vóór 2013)", "terug", "1000.0"),
        ("terugvordering", "2015-01-15", "fraude witte inkomsten", "terug", "950.0"),
    ]
    for lost in ("zonder uitkeringsontvanger", "zonder datum van het besluit", "negatieve beginschuld"):
        assert lost in texts(meldingen, "fout")
    assert "1 vorderingen van een andere grond" in texts(meldingen, "opmerking")
    assert "bij een andere opgeteld" in texts(meldingen, "opmerking")
