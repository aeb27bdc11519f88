"""The list of reports and the comparison: status, key figures, other forms, and the one script that is allowed."""

from __future__ import annotations

import json
import re

import pytest
from bs4 import BeautifulSoup

from evaluatie.errors import PageError
from evaluatie.rapport.ontvangstbewijs import describe_sources, explain_changes
from evaluatie.render import check_page, write_index
from evaluatie.render.page import hash_script


def effect(value, verdict="niet aangetoond"):
    interval = {"level": 0.95, "lower": value - 0.02, "upper": value + 0.02} if value is not None else None
    return {
        "id": "effect.m.uitstroom",
        "value": value,
        "text": "niet te schatten" if value is None else f"{100 * value:+.1f}".replace(".", ","),
        "interval": interval,
        "maatregel": "Matchteam",
        "uitkomst": "uitstroom",
        "evidence_level": 0 if value is None else 3,
        "verdict": "niet te schatten" if value is None else verdict,
    }


def put(out, gemeente, jaar, results=(), **receipt):
    folder = out / gemeente.lower() / str(jaar)
    folder.mkdir(parents=True)
    (folder / "vangnetverantwoording.html").write_text("<title>x</title>", encoding="utf-8")
    (folder / "results.json").write_text(json.dumps(list(results)), encoding="utf-8")
    known = {"titel": f"Verantwoording {gemeente} {jaar}", "parameters": {"gemeente": gemeente, "jaar": str(jaar)}}
    (folder / "ontvangstbewijs.json").write_text(
        json.dumps({**known, **describe_sources(), **receipt}), encoding="utf-8"
    )
    return folder


def rows_of(out):
    soup = BeautifulSoup(write_index(out).read_text(encoding="utf-8"), "html.parser")
    drop_spoken(soup)
    return [row.get_text(" ", strip=True) for row in soup.select("tbody tr")]


def drop_spoken(soup):
    """Leave what is seen: the words beside a dash are only heard."""
    for spoken in soup.select("td > .alleen-voorlezen"):
        spoken.decompose()


def test_a_report_of_now_is_ready_and_shows_its_key_figures(tmp_path):
    deficit = {"id": "vangnet.tekort", "value": 983253.0, "text": "€ 983.253"}
    put(tmp_path, "Renkum", 2019, [deficit, effect(0.01)])
    assert rows_of(tmp_path) == ["Renkum 2019 Verantwoording Renkum 2019 klaar € 983.253 – – 0 van 1"]


def test_an_amount_carries_its_reserve(tmp_path):
    deficit = {"id": "vangnet.tekort", "value": 983253.0, "text": "€ 983.253", "verdict": "raming, onder voorbehoud"}
    put(tmp_path, "Renkum", 2019, [deficit, effect(0.01)])
    put(tmp_path, "Dalfsen", 2017, [effect(None)])
    rows = rows_of(tmp_path)
    assert rows[1].endswith("€ 983.253 (raming, onder voorbehoud) – – 0 van 1")
    assert rows[0].endswith("– – – –"), "an effect that could not be estimated is not one that was not shown"
    page = BeautifulSoup((tmp_path / "vergelijking.html").read_text(encoding="utf-8"), "html.parser")
    drop_spoken(page)
    assert [row.find_all("td")[-1].get_text() for row in page.find(id="tabel-1").select("tbody tr")] == [
        "",
        "raming, onder voorbehoud",
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"wet": {"vangnetuitkering": "oud"}}, "Wet gewijzigd: vangnetuitkering."),
        ({"code": "oud"}, "Programma gewijzigd."),
        ({"code": "", "programma": "oud"}, "Programma of wet gewijzigd."),
        (
            {"bronbestanden": {"data/cbs/herindelingen.csv": "oud", "mijn/dossier.yaml": "x"}},
            "Gegevens gewijzigd: data/cbs/herindelingen.csv.",
        ),
    ],
)
def test_a_report_is_out_of_date_when_what_it_rests_on_changed(tmp_path, change, reason):
    put(tmp_path, "Renkum", 2019, **change)
    assert rows_of(tmp_path) == [f"Renkum 2019 Verantwoording Renkum 2019 verouderd {reason} – – – –"]
    assert "1 rapport, waarvan 0 mislukt en 1 verouderd." in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_receipt_without_hashes_says_nothing_about_its_age():
    assert explain_changes({}, describe_sources()) == []


def test_other_forms_are_linked_where_they_stand(tmp_path):
    folder = put(tmp_path, "Renkum", 2019)
    (folder / "vangnetverantwoording.pdf").write_bytes(b"%PDF")
    soup = BeautifulSoup(write_index(tmp_path).read_text(encoding="utf-8"), "html.parser")
    link = soup.find("a", href="renkum/2019/vangnetverantwoording.pdf")
    assert link.get_text() == "PDF van Verantwoording Renkum 2019"


def test_two_municipalities_are_compared_and_one_is_not(tmp_path):
    put(tmp_path, "Renkum", 2017, [effect(0.05, "effect gevonden")])
    put(tmp_path, "Renkum", 2019, [effect(0.01)])
    write_index(tmp_path)
    assert not (tmp_path / "vergelijking.html").exists()
    put(tmp_path, "Dalfsen", 2017, [effect(None)])
    index = write_index(tmp_path).read_text(encoding="utf-8")
    assert 'href="vergelijking.html"' in index
    page = BeautifulSoup((tmp_path / "vergelijking.html").read_text(encoding="utf-8"), "html.parser")
    check_page(str(page), local_links=True)
    assert page.figcaption.get_text() == "Figuur 1. Bij geen van de 1 geschatte uitkomsten is een effect aangetoond"
    drop_spoken(page)
    rows = [row.get_text(" ", strip=True) for row in page.find(id="tabel-2").select("tbody tr")]
    assert rows[0] == "Dalfsen 2017 Matchteam uitstroom niet te schatten – – – niet te schatten"
    assert len(rows) == 3
    assert rows_of(tmp_path)[1].endswith("1 van 1")


def test_the_effects_of_other_notebooks_are_not_counted_or_compared(tmp_path):
    """Their effects have no maatregel of the plan: a row would read 'None'."""
    put(tmp_path, "Renkum", 2019, [effect(0.01)])
    other = put(tmp_path, "Dalfsen", 2017, [effect(0.02)])
    loose = [{**effect(0.4), "maatregel": None, "uitkomst": None, "evidence_level": None, "verdict": None}]
    (other / "re-integratietrajecten.html").write_text("<title>Trajecten</title>", encoding="utf-8")
    (other / "re-integratietrajecten.results.json").write_text(json.dumps(loose), encoding="utf-8")
    assert rows_of(tmp_path) == [
        "Dalfsen 2017 Trajecten klaar – – – –",
        "Dalfsen 2017 Verantwoording Dalfsen 2017 klaar – – – 0 van 1",
        "Renkum 2019 Verantwoording Renkum 2019 klaar – – – 0 van 1",
    ]
    page = BeautifulSoup((tmp_path / "vergelijking.html").read_text(encoding="utf-8"), "html.parser")
    assert "None" not in page.get_text()
    assert len(page.find(id="tabel-2").select("tbody tr")) == 2


def test_the_list_may_run_exactly_its_own_script(tmp_path):
    put(tmp_path, "Renkum", 2019)
    page = write_index(tmp_path).read_text(encoding="utf-8")
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)[1]
    assert f"script-src '{hash_script(script)}'" in page
    check_page(page, local_links=True, script=script)
    for changed in (page.replace(script, script + " "), page.replace("<script>", '<script src="https://example.org">')):
        with pytest.raises(PageError, match="script"):
            check_page(changed, local_links=True, script=script)
    with pytest.raises(PageError, match="script"):
        check_page(page, local_links=True)
