"""The pieces of HTML: everything that comes in is escaped, tables are whole."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from markupsafe import Markup

from evaluatie.dossier import Dossier, load_dossier
from evaluatie.rapport import Vangnetverantwoording
from evaluatie.rapport.opmaak import (
    Fragment,
    Kolom,
    bullet_list,
    details,
    drop_empty_columns,
    heading,
    paragraph,
    stack,
    table,
    warning,
)

EVIL = "<script>alert(1)</script>"
SAFE = "&lt;script&gt;alert(1)&lt;/script&gt;"
# Fields of a dossier that hold free text.
TEXT = {
    "omschrijving", "naam", "samenvatting", "toelichting", "kanttekening", "bewering", "reden", "opmerking", "kenmerk",
    "onderwerp", "paragraaf", "titel", "opsteller", "periode", "gebied", "start", "einde", "oorzaken", "url",
}  # fmt: skip
KOLOMMEN = [
    Kolom("maatregel", tekst="Naam"),
    Kolom("toelichting", "breed", "Uitleg"),
    Kolom("waarde", "getal", "Bedrag"),
]

WriteSections = Callable[[Vangnetverantwoording], dict[str, str]]


def html(fragment: Fragment) -> str:
    return fragment._repr_html_()


@pytest.mark.parametrize(
    "fragment",
    [
        paragraph(EVIL),
        heading(3, EVIL),
        bullet_list([EVIL]),
        bullet_list([EVIL], ordered=True),
        warning(EVIL),
        details(EVIL, paragraph("x")),
        details("x", paragraph(EVIL)),
        table(EVIL, KOLOMMEN, [["a", "b", "c"]]),
        table("x", KOLOMMEN, [[EVIL, "b", "c"]]),
        table("x", KOLOMMEN, [["a", EVIL, "c"]]),
        table("x", KOLOMMEN, [["a", "b", "c"]], voetnoot=EVIL),
        table("x", [Kolom("maatregel", tekst=EVIL)], [["a"]]),
        paragraph("x", css='"><script>alert(1)</script>'),
    ],
)
def test_text_is_escaped(fragment: Fragment):
    assert "<script" not in html(fragment)
    assert SAFE in html(fragment)


def test_markup_is_left_as_it_is():
    assert html(paragraph(Markup("<em>{}</em>").format("a & b"))) == "<p><em>a &amp; b</em></p>"
    assert html(paragraph("a", css="uitleg")) == '<p class="uitleg">a</p>'
    assert html(heading(2, "Tekort")) == "<h2>Tekort</h2>"
    assert html(bullet_list(["a", "b"])) == "<ul><li>a</li><li>b</li></ul>"
    assert html(bullet_list(["a"], ordered=True)) == "<ol><li>a</li></ol>"


def test_pieces_are_put_one_below_the_other():
    assert html(paragraph("a") + paragraph("b")) == "<p>a</p>\n<p>b</p>"


def test_a_quote_in_a_caption_does_not_leave_its_attribute():
    soup = BeautifulSoup(html(table('Wat "werkt"', KOLOMMEN, [["a", "b", "c"]])), "lxml")
    assert soup.find("div")["aria-label"] == 'Tabel: Wat "werkt"'
    assert soup.find("caption").get_text() == 'Wat "werkt"'


def test_a_table_has_caption_headings_and_a_head_in_every_row():
    rows = [["a", "b", "1"], ["c", "d", "2"]]
    soup = BeautifulSoup(html(table("Bijschrift", KOLOMMEN, rows, voetnoot="Noot")), "lxml")
    assert [th.get_text() for th in soup.select("thead th[scope=col]")] == ["Naam", "Uitleg", "Bedrag"]
    assert [th.get_text() for th in soup.select("tbody th[scope=row]")] == ["a", "c"]
    assert [td.get_text() for td in soup.select("tbody td")] == ["b", "1", "d", "2"]
    assert [td["class"] for td in soup.select("tbody td")] == [["breed"], ["getal"]] * 2
    assert soup.select_one("p.noot").get_text() == "Noot"


@pytest.mark.parametrize("row", [["a", "b"], ["a", "b", "c", "d"], []])
def test_a_row_has_as_many_cells_as_there_are_columns(row: list[str]):
    with pytest.raises(ValueError, match=f"row has {len(row)} cells for 3 columns"):
        table("Bijschrift", KOLOMMEN, [["a", "b", "c"], row])


def test_a_heading_comes_from_the_glossary_or_is_a_value():
    assert Kolom("maatregel", tekst="2017").titel == "2017"
    assert Kolom("maatregel").titel == "Maatregel"
    with pytest.raises(KeyError):
        _ = Kolom("bestaat_niet").titel


def test_columns_without_any_entry_are_dropped_and_named():
    rows = [["a", "", "1"], ["b", "", ""], ["c", Markup(""), ""]]
    kolommen, kept, dropped = drop_empty_columns(KOLOMMEN, rows)
    assert [kolom.titel for kolom in kolommen] == ["Naam", "Bedrag"]
    assert kept == [["a", "1"], ["b", ""], ["c", ""]]
    assert dropped == ["Uitleg"]


def test_nothing_is_dropped_when_every_column_has_an_entry():
    rows = [["a", "", "1"], ["", "b", ""]]
    kolommen, kept, dropped = drop_empty_columns(KOLOMMEN, rows)
    assert (kolommen, kept, dropped) == (KOLOMMEN, rows, [])


def test_a_zero_is_an_entry():
    assert drop_empty_columns(KOLOMMEN, [["a", "0", ""]])[2] == ["Bedrag"]


# --- A dossier is written by others: whatever stands in it arrives as text


def poison(part: Any, key: str = "") -> Any:
    """Put a script in every free text of a dossier."""
    if isinstance(part, dict):
        return {name: poison(value, name) for name, value in part.items()}
    if isinstance(part, list):
        return [poison(value, key) for value in part]
    if key == "url":
        return f"javascript:{EVIL}"
    return f"{part}{EVIL}" if isinstance(part, str) and key in TEXT else part


REPORTS = [("Renkum", 2019), ("Voorschoten", 2017), ("Deventer", 2019)]


@pytest.fixture(scope="module", params=REPORTS, ids=lambda report: report[0])
def poisoned(request: pytest.FixtureRequest, write_sections: WriteSections) -> dict[str, str]:
    """Every section of a report on a dossier that is full of scripts."""
    gemeente, jaar = request.param
    evil = Dossier.model_validate(poison(load_dossier(gemeente).model_dump(mode="json")))

    def load(name: str) -> Dossier:
        return evil if name.lower() == gemeente.lower() else load_dossier(name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evaluatie.rapport.gegevens.load_dossier", load)
        patch.setattr("evaluatie.rapport.verantwoording.load_dossier", load)
        return write_sections(Vangnetverantwoording(gemeente, jaar, dt.date(2020, 12, 31)))


def test_a_script_in_a_dossier_arrives_as_text_in_every_section(poisoned: dict[str, str]):
    assert [name for name, text in poisoned.items() if "<script" in text.lower()] == []
    reached = {name for name, text in poisoned.items() if SAFE in text}
    assert {"samenvatting", "oorzaak", "maatregelen", "voortgang", "effecten"} <= reached
    assert {"beweringen", "grenzen", "cijfers", "bronnen"} <= reached


def test_a_script_does_not_leave_an_attribute(poisoned: dict[str, str]):
    for name, text in poisoned.items():
        soup = BeautifulSoup(text, "lxml")
        assert soup.find("script") is None, name
        assert [tag.name for tag in soup.find_all(True) if any(key.startswith("on") for key in tag.attrs)] == [], name


def test_only_a_web_address_becomes_a_link(poisoned: dict[str, str], renkum: Vangnetverantwoording):
    assert 'href="javascript:' not in poisoned["bronnen"]
    links = re.findall(r'href="([^"]+)"', html(renkum.bronnen()))
    assert links
    assert all(link.startswith("https://") for link in links)


def test_several_entries_of_one_cell_are_a_list_and_one_is_not():
    assert stack([]) == ""
    assert stack(["a < b"]) == "a &lt; b"
    soup = BeautifulSoup(stack(["een", Markup("<b>twee</b>")]), "html.parser")
    assert [item.get_text() for item in soup.find_all("li")] == ["een", "twee"]
