"""Every number once: what the page shows is what the file holds."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, get_args

import pytest
from bs4 import BeautifulSoup

from evaluatie.disclosure import cite_register
from evaluatie.errors import DisclosureError, EvaluatieError
from evaluatie.quantities import Bron
from evaluatie.rapport import Vangnetverantwoording
from evaluatie.rapport.resultaten import _WRITERS, LEVEL, Deel, Notatie, Resultaat, Resultaten

CBS, PLAN = Bron("CBS"), Bron("Plan", "§1", "https://x.nl")
NBSP, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"
WriteSections = Callable[[Vangnetverantwoording], dict[str, str]]


def make(identifier: str = "effect", value: float | None = -0.051, **changes: Any) -> Resultaat:
    fields: dict[str, Any] = {
        "unit": "share",
        "notatie": "punten",
        "sentence": "Een zin.",
        "sources": (CBS,),
        **changes,
    }
    return Resultaat(identifier, value, **fields)


@pytest.mark.parametrize("field", ["value", "value_to", "std_error", "lower", "upper", "p_value"])
def test_nan_is_refused(field: str):
    with pytest.raises(EvaluatieError) as caught:
        make(**{field: math.nan})
    assert caught.value.message == ("Het cijfer 'effect' is geen getal.\nMaak er een NotEstimated met een reden van.")


def test_a_number_without_a_source_is_refused():
    with pytest.raises(EvaluatieError) as caught:
        make(sources=())
    assert caught.value.message == "Het cijfer 'effect' heeft geen bron.\nGeef de bron op."


def test_a_number_from_own_registers_needs_a_treatment():
    source = cite_register("Zwolle", synthetisch=False)
    with pytest.raises(DisclosureError, match="niet behandeld"):
        make(sources=(CBS, source))
    make(sources=(source,), treatment="afgerond op 5")
    make(value=None, sources=(source,), withheld="<10")
    make(sources=(cite_register("Voorbeeldstad", synthetisch=True),))


def test_what_was_suppressed_shows_its_sign():
    shown = make(value=None, withheld="<10", treatment="onderdrukt")
    assert shown.text() == "<10"
    assert (shown.to_json()["text"], shown.to_json()["treatment"]) == ("<10", "onderdrukt")


def test_an_id_can_be_used_once():
    resultaten = Resultaten()
    first = resultaten.add(make())
    with pytest.raises(ValueError, match="result 'effect' exists already"):
        resultaten.add(make(value=0.9))
    assert resultaten.by_id == {"effect": first}


@pytest.mark.parametrize(
    ("notatie", "value", "text"),
    [
        ("getal", 1234.5, "1.235"),
        ("getal1", 1234.54, "1.234,5"),
        ("getal2", 0.125, "0,13"),
        ("euro", 188_298.45, f"€{NBSP}188.298"),
        ("eurocent", 188_298.45, f"€{NBSP}188.298,45"),
        ("procent", 0.126, "12,6%"),
        ("procent0", 0.42, "42%"),
        ("procent2", 0.0875, "8,75%"),
        ("punten", -0.051, f"{MINUS}5,1"),
        ("punten", 0.051, "+5,1"),
        ("omvang", 0.051, "5,1"),
        ("index", 101.25, "101,3"),
        ("ratio", 1.145, "1,15"),
    ],
)
def test_every_notation(notatie: Any, value: float, text: str):
    assert make(value=value, notatie=notatie).text() == text


def test_every_notation_that_exists_has_a_writer():
    assert set(get_args(Notatie)) == set(_WRITERS)


@pytest.mark.parametrize(
    ("result", "deel", "text"),
    [
        (make(value=None), "value", "niet te schatten"),
        (make(), "lower", "–"),
        (make(), "p_value", "–"),
        (make(lower=-math.inf, upper=0.1), "lower", "onbegrensd"),
        (make(p_value=0.0002), "p_value", f"<{NBSP}0,001"),
        (make(p_value=0.83), "p_value", "0,83"),
        (make(value=400, value_to=500, notatie="euro"), "value_to", f"€{NBSP}500"),
    ],
)
def test_what_is_missing_or_unbounded_is_written_in_words(result: Resultaat, deel: Any, text: str):
    assert result.text(deel) == text


def test_what_is_shown_is_what_is_stored():
    resultaten = Resultaten()
    resultaten.add(make(lower=-0.1, upper=0.2, p_value=0.04, std_error=0.03, n=300, method="proef", evidence_level=3))
    (record,) = resultaten.to_json()
    delen: list[Deel] = ["value", "lower", "upper", "p_value"]
    shown = {deel: BeautifulSoup(resultaten.show("effect", deel), "lxml").data for deel in delen}
    assert {deel: float(tag["value"]) for deel, tag in shown.items()} == {
        "value": record["value"],
        "lower": record["interval"]["lower"],
        "upper": record["interval"]["upper"],
        "p_value": record["p_value"],
    }
    assert shown["value"].get_text() == record["text"] == f"{MINUS}5,1"
    assert {tag["data-id"] for tag in shown.values()} == {record["id"]}
    assert record["interval"]["level"] == LEVEL == 0.95
    assert (record["n"], record["method"], record["evidence_level"]) == (300, "proef", 3)
    assert record["sources"] == [{"titel": "CBS", "vindplaats": "", "url": ""}]


def test_an_interval_and_a_range_in_words():
    resultaten = Resultaten()
    resultaten.add(make(lower=-0.1, upper=0.2))
    resultaten.add(make("zonder"))
    resultaten.add(make("prijs", 400, value_to=500, notatie="euro"))
    assert BeautifulSoup(resultaten.show_interval("effect"), "lxml").get_text() == f"{MINUS}10,0 tot +20,0"
    assert resultaten.show_interval("zonder") == "–"
    assert BeautifulSoup(resultaten.show_range("prijs"), "lxml").get_text() == f"€{NBSP}400 tot €{NBSP}500"
    assert resultaten.show_range("effect") == resultaten.show("effect")


def test_a_record_without_an_estimate_has_no_interval():
    record = make(value=None).to_json()
    assert (record["value"], record["interval"], record["text"]) == (None, None, "niet te schatten")


@pytest.mark.parametrize(
    "changes", [{"lower": -math.inf, "upper": math.inf}, {"value": math.inf}, {"std_error": math.inf}]
)
def test_a_record_is_valid_json(changes: dict[str, Any]):
    """Infinity does not exist in JSON."""
    json.dumps(make(**changes).to_json(), allow_nan=False)


def test_sources_are_listed_once_and_sorted():
    resultaten = Resultaten()
    resultaten.add(make("a", sources=(PLAN, CBS)))
    resultaten.add(make("b", sources=(CBS,)))
    assert resultaten.sources() == [CBS, PLAN]


def test_records_keep_their_order():
    resultaten = Resultaten()
    for name in ("z", "a", "m"):
        resultaten.add(make(name))
    assert [record["id"] for record in resultaten.to_json()] == ["z", "a", "m"]


def test_an_unknown_id_cannot_be_shown():
    with pytest.raises(KeyError):
        Resultaten().show("bestaat_niet")


@pytest.mark.parametrize("name", ["renkum", "voorschoten"])
def test_every_number_of_a_real_report_stands_in_the_file(
    name: str, request: pytest.FixtureRequest, write_sections: WriteSections
):
    report: Vangnetverantwoording = request.getfixturevalue(name)
    records = {record["id"]: record for record in report.resultaten.to_json()}
    tags = BeautifulSoup("".join(write_sections(report).values()), "lxml").find_all("data")
    assert len(tags) > 100
    for tag in tags:
        record, deel = records[tag["data-id"]], tag["data-deel"]
        stored = record["interval"][deel] if deel in ("lower", "upper") else record[deel]
        assert tag["value"] == ("" if stored is None else repr(float(stored))), tag
        if deel == "value":
            assert tag.get_text() == record["text"], tag
    assert all(record["sources"] for record in records.values())
    json.dumps(list(records.values()), allow_nan=False)


def test_the_deficit_of_renkum_in_the_file(renkum: Vangnetverantwoording):
    records = {record["id"]: record for record in renkum.resultaten.to_json()}
    assert records["vangnet.tekort"]["value"] == 983_253.0
    assert records["vangnet.vangnetuitkering"]["text"] == f"€{NBSP}188.298"
    assert records["vangnet.eigen_risico"]["text"] == f"€{NBSP}794.955"
    assert records["vangnet.tekort_aandeel"]["text"] == "12,16%"
    assert records["vangnet.schijf1.bedrag"]["value"] + records["vangnet.schijf2.bedrag"]["value"] == 983_253.0
    assert records["cijfer.eigen_risico_2019"]["text"] == f"€{NBSP}794.955"


def test_every_number_of_a_dossier_is_in_the_file(voorschoten: Vangnetverantwoording):
    records = {record["id"]: record for record in voorschoten.resultaten.to_json()}
    texts = {
        "budget_totaal": f"€{NBSP}1.220.000",
        "besparing_2015": f"€{NBSP}268.125",
        "norm_parttime_h2": f"€{NBSP}1.625",
        "preventiequote": "42%",
        "ww_instroom_verandering": f"{MINUS}17%",
        "ww_bijeenkomsten_fte": "0,1",
        "boetes_bedrag": f"€{NBSP}5.465",
        "handhaving_gesproken": "336",
    }
    assert {name: records[f"cijfer.{name}"]["text"] for name in texts} == texts
    assert records["cijfer.prijs_uitkering_verschil"]["value_to"] == 500.0
    assert records["besparing.besparing_2017.netto"]["value"] == 132_245.0
    assert records["besparing.besparing_2016.plaatsingen"]["value_to"] == 276.0
