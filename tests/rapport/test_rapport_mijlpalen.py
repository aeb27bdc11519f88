"""Milestones on a day: a date that has passed is no proof; and what the tables of part B say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from evaluatie import notatie
from evaluatie.disclosure import open_released
from evaluatie.dossier.schema import Mijlpaal, Vindplaats
from evaluatie.rapport import Vangnetverantwoording
from evaluatie.rapport.deel_b import NIET_AANGETOOND, judge_mijlpaal, write_mijlpalen

WriteSections = Callable[[Vangnetverantwoording], dict[str, str]]
DUE = dt.date(2020, 7, 1)


def mijlpaal(*, gereed: dt.date | None = None, tolerantie: int = 0) -> Mijlpaal:
    return Mijlpaal(
        omschrijving="Productenboek klaar",
        datum=DUE,
        tolerantie_dagen=tolerantie,
        gereed=gereed,
        bron=Vindplaats(document="plan", paragraaf="§4"),
    )


def day(offset: int) -> dt.date:
    return DUE + dt.timedelta(days=offset)


@pytest.mark.parametrize(
    ("offset", "tolerantie", "expected"),
    [
        (-1, 0, "nog niet verstreken"),
        (-1, 14, "nog niet verstreken"),
        (0, 14, "verstreken, binnen de tolerantie van 14 dagen"),
        (14, 14, "verstreken, binnen de tolerantie van 14 dagen"),
        (15, 14, NIET_AANGETOOND),
        (0, 0, NIET_AANGETOOND),
        (1, 0, NIET_AANGETOOND),
        (1000, 14, NIET_AANGETOOND),
    ],
)
def test_a_milestone_without_proof(offset: int, tolerantie: int, expected: str):
    assert judge_mijlpaal(mijlpaal(tolerantie=tolerantie), day(offset)) == expected


@pytest.mark.parametrize(
    ("gereed", "tolerantie", "expected"),
    [
        (-30, 0, "gereed"),
        (0, 0, "gereed"),
        (14, 14, "gereed"),
        (15, 14, "gereed, 15 dagen te laat"),
        (2, 0, "gereed, 2 dagen te laat"),
        (1, 0, "gereed, 1 dag te laat"),
    ],
)
def test_a_milestone_with_proof(gereed: int, tolerantie: int, expected: str):
    assert judge_mijlpaal(mijlpaal(gereed=day(gereed), tolerantie=tolerantie), day(100)) == expected


def test_what_was_done_after_the_peildatum_is_not_known_on_it():
    late = mijlpaal(gereed=day(20))
    assert judge_mijlpaal(late, day(-1)) == "nog niet verstreken"
    assert judge_mijlpaal(late, day(10)) == NIET_AANGETOOND
    assert judge_mijlpaal(late, day(20)) == "gereed, 20 dagen te laat"


def test_what_was_done_early_is_ready_before_its_date():
    assert judge_mijlpaal(mijlpaal(gereed=day(-10)), day(-5)) == "gereed"


def test_words_for_an_unproven_milestone():
    assert NIET_AANGETOOND == "verstreken, gereed niet aangetoond"


@pytest.mark.parametrize(
    ("peildatum", "passed"),
    [
        (dt.date(2017, 8, 31), 0),
        (dt.date(2017, 9, 1), 1),  # staffing
        (dt.date(2017, 11, 30), 4),  # and plan, staff and study
        (dt.date(2017, 12, 1), 8),  # and training programme, work instruction, UWV, direct plan
        (dt.date(2018, 7, 1), 16),
        (dt.date(2019, 12, 31), 17),
    ],
)
def test_renkum_on_several_days(renkum: Vangnetverantwoording, peildatum: dt.date, passed: int):
    text = write_mijlpalen(replace(renkum.gegevens, peildatum=peildatum))._repr_html_()
    rows = [row.find_all(["th", "td"]) for row in BeautifulSoup(text, "lxml").select("tbody tr")]
    standings = [cells[3].get_text() for cells in rows]
    assert standings == [NIET_AANGETOOND] * passed + ["nog niet verstreken"] * (17 - passed)
    assert f"Van de 17 mijlpalen was de datum van {passed} op {notatie.date(peildatum)} verstreken." in text
    assert "Van geen enkele daarvan laten de bronnen zien dat ze gereed waren." in text


def test_a_report_without_milestones_says_so(voorschoten: Vangnetverantwoording):
    assert "De bronnen noemen geen gedateerde mijlpalen." in write_mijlpalen(voorschoten.gegevens)._repr_html_()


def table_after(html: str, caption: str) -> list[list[str]]:
    """Return the cells of the table whose caption starts with these words."""
    soup = BeautifulSoup(html, "lxml")
    (found,) = [table for table in soup.find_all("table") if table.caption.get_text().startswith(caption)]
    rows = [row.find_all(["th", "td"]) for row in found.select("tbody tr")]
    return [[" ".join(cell.get_text(" ").split()) for cell in row] for row in rows]


def test_every_maatregel_has_a_row(voorschoten: Vangnetverantwoording, renkum: Vangnetverantwoording):
    for report in (voorschoten, renkum):
        rows = table_after(report.maatregelen()._repr_html_(), "Getroffen maatregelen")
        names = [maatregel.naam for maatregel in open_released(report.gegevens.dossier).maatregelen]
        assert [row[0].startswith(name) for row, name in zip(rows, names, strict=True)] == [True] * len(names)


def test_a_maatregel_tells_when_it_ends(voorschoten: Vangnetverantwoording):
    """The budget of 2017 still holds 70.000 for 'Werken is meedoen', which had ended by then."""
    rows = table_after(voorschoten.maatregelen()._repr_html_(), "Getroffen maatregelen")
    (row,) = [row for row in rows if row[0].startswith("Werken is meedoen")]
    assert "70.000" in " ".join(row)
    assert "einde: uiterlijk 2017" in row[1]


def test_an_external_maatregel_is_marked(voorschoten: Vangnetverantwoording):
    rows = table_after(voorschoten.maatregelen()._repr_html_(), "Getroffen maatregelen")
    marked = [row[0].split(" (externe maatregel)")[0].strip() for row in rows if "(externe maatregel)" in row[0]]
    assert marked == [
        "Onderzoek urenuitbreiding deeltijdbanen",
        "Toolbox met instrumenten voor werkgevers",
        "Onderzoek effectiviteit re-integratietrajecten",
        "Werkprocessen leanen",
    ]


def test_every_reported_besparing_stands_beside_the_effects(voorschoten: Vangnetverantwoording):
    text = " ".join(" ".join(row) for row in table_after(voorschoten.effecten()._repr_html_(), "Fictieve besparing en"))
    amounts = ["268.125", "448.500", "243.750", "150.000", "90.000", "15.000"]
    assert [amount for amount in amounts if f"€ {amount}" not in text] == []


def test_every_reported_besparing_is_recomputed_in_the_report(voorschoten: Vangnetverantwoording):
    rows = table_after(voorschoten.besparingen()._repr_html_(), "Gemelde fictieve besparing, nagerekend")
    assert len(rows) == 6
    by_name = {row[0]: " ".join(row[1:]) for row in rows}
    assert "€ 149.196 (als gemeld)" in by_name["Extra plaatsingen 2015"]
    assert "€ 249.168 (als gemeld)" in by_name["Extra plaatsingen 2016"]
    assert "€ 132.245 (als gemeld)" in by_name["Extra plaatsingen 2017, eerste halfjaar"]
    assert "met 60 plaatsingen op 139 manieren" in by_name["Extra plaatsingen 2016"]
    assert "Nee. Per geval is het € 10.000" in by_name["Jongeren in de Lift 2016"]


def test_every_variant_of_a_contradiction_is_shown():
    report = Vangnetverantwoording("Deventer", 2019, "2020-12-31")
    html = report.voortgang()._repr_html_()
    rows = {row[0]: row[1] for row in table_after(html, "Tegenstrijdige cijfers")}
    assert re.findall(r"\b(?:[78]00)\b", rows["Aantal klanten in de groep Groeien"]) == ["800", "800", "700"]
    assert re.findall(r"\b8[57][05]\b", rows["Aantal klanten in de groep Faciliteren"]) == ["850", "875", "850"]
    assert re.findall(r"\b(?:875|900)\b", rows["Aantal klanten in de groep Zorgen"]) == ["875", "900", "875", "900"]
    groups = table_after(html, "Klantgroepen zoals")
    assert [row[0] for row in groups] == ["Matchen", "Groeien", "Faciliteren", "Zorgen"]
    assert "uitstroom 80%" in groups[0][3]
    assert "participatie 50%" in groups[2][3]
    assert "uitstroom 0% tot 10%" in groups[3][3]


@pytest.mark.parametrize("gemeente", ["renkum", "voorschoten"])
def test_no_machine_notation_reaches_the_reader(
    gemeente: str, request: pytest.FixtureRequest, write_sections: WriteSections
):
    for name, html in write_sections(request.getfixturevalue(gemeente)).items():
        text = BeautifulSoup(html, "lxml").get_text(" ")
        assert re.findall(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{4}-H[12]\b|\b20\d\d-(?:0[1-9]|1[0-2])\b(?!-)", text) == [], name
        assert re.findall(r"\b(?:None|nan|inf|True|False)\b|_per_jaar|€ ?-", text) == [], name


@pytest.mark.parametrize(
    ("passed", "unproven", "title"),
    [
        (0, 0, "Nog geen mijlpaal was verstreken"),
        (1, 1, "Van de enige verstreken mijlpaal is niet aangetoond dat zij gereed is"),
        (1, 0, "Van de enige verstreken mijlpaal is aangetoond dat zij gereed is"),
        (3, 3, "Van geen van de 3 verstreken mijlpalen is aangetoond dat ze gereed zijn"),
        (3, 1, "Van 1 van de 3 verstreken mijlpalen is niet aangetoond dat ze gereed zijn"),
    ],
)
def test_the_title_of_the_timeline_counts_in_good_dutch(passed, unproven, title):
    from evaluatie.rapport.deel_b import _title_mijlpalen

    assert _title_mijlpalen(passed, unproven) == title
