"""The page of handhaving: nothing unreleased on it, every branch of its sections, results as they were computed."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from evaluatie.disclosure import load_drempels
from evaluatie.dossier import load_dossier
from evaluatie.errors import ChoiceError, DataError
from evaluatie.evaluaties.oordeel import Oordeel
from evaluatie.project import notebooks_folder
from evaluatie.rapport import Handhaving
from evaluatie.rapport import handhaving as pagina
from evaluatie.rapport.bronkeuze import SYNTHETISCH, Registerbron
from evaluatie.rapport.handhaving_poort import describe_verschil, title_breuk
from evaluatie.registratie.contract import Register
from evaluatie.registratie.nieuw import make_municipality
from evaluatie.registratie.opslag import store
from evaluatie.registratie.voorbeeld import Effecten, generate
from evaluatie.render import check_parameters, render

SECTIES = [
    *("herkomst", "samenvatting", "poort", "terugkeer", "verandering", "zoektermijn", "onderzoeken", "kosten"),
    *("effecten", "keerzijde", "bedragen"),
]
POORT = SECTIES[2:6]
PERSONEN = SECTIES[6:]


def write(handhaving: Handhaving) -> dict[str, str]:
    return {name: getattr(handhaving, name)()._repr_html_() for name in SECTIES}


def make_real(register: Register) -> Register:
    """Return the same registers without the marks of invention."""
    real = {}
    for tabel, frame in register.items():
        columns = [name for name in ("persoon_id", "huishouden") if name in frame]
        changed: dict[str, Any] = {
            name: frame[name].str.replace("facade", "b0c1d2", n=1).astype("string") for name in columns
        }
        if "gemeente_code" in frame:
            changed["gemeente_code"] = pd.Categorical(["GM0193"] * len(frame))
        real[tabel] = frame.assign(**changed)
    return real


@pytest.fixture(scope="module")
def voorbeeld() -> Handhaving:
    return Handhaving()


@pytest.fixture
def open_with(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that makes the page of given registers."""

    def make(register: Register, vanaf: str = "2017-07-01") -> Handhaving:
        bron = Registerbron("Zwolle", register, load_dossier("Deventer"), False)
        monkeypatch.setattr(pagina, "open_registers", lambda _: bron)
        return Handhaving(poort_vanaf=vanaf)

    return make


def test_voorbeeldstad_finds_what_was_planted(voorbeeld: Handhaving) -> None:
    results = voorbeeld.resultaten.by_id
    share, work = results["poort.aandeel"], results["verlaging.werk"]
    assert share.lower is not None
    assert share.upper is not None
    assert share.lower < 0.75 * (0.85 - 1) < share.upper
    assert work.lower is not None
    assert work.upper is not None
    assert work.lower < 1.8 < work.upper
    assert share.verdict == work.verdict == "effect gevonden"
    assert share.evidence_level == work.evidence_level == 2


def test_every_section_is_written(voorbeeld: Handhaving) -> None:
    sections = write(voorbeeld)
    assert SYNTHETISCH in sections["herkomst"]
    assert "Preventiequote" in sections["poort"]
    assert "2019 (t/m september)" in sections["poort"]
    assert "(synthetische gegevens)" in sections["verandering"]
    assert "is een stand, geen instroom" in sections["verandering"]
    assert "een gemiddelde" in sections["kosten"].casefold()
    assert "geen zoektermijn ingebouwd" in sections["zoektermijn"]


def test_average_costs_are_of_released_numbers(voorbeeld: Handhaving) -> None:
    """2017: 75.800 euro (three digits of 75.780), 150 persons investigated, 60 of them with a consequence."""
    write(voorbeeld)
    results = voorbeeld.resultaten.by_id
    assert results["kosten.handhaving.uitgaven.2017"].value == 75_800
    assert results["aantal.onderzoek.2017.uitkomst_bekend"].value == 150
    assert results["kosten.handhaving.per_onderzocht.2017"].value == 510  # 505, in two digits
    assert results["kosten.handhaving.per_gevolg.2017"].value == 1300  # 1263


def test_the_rendered_page_shows_what_the_class_computed(tmp_path: Path, voorbeeld: Handhaving) -> None:
    notebook = notebooks_folder() / "handhaving.ipynb"
    rendered = render(notebook, check_parameters(notebook, {}), tmp_path)
    write(voorbeeld)
    assert json.loads(rendered.results.read_text(encoding="utf-8")) == json.loads(
        json.dumps(voorbeeld.resultaten.to_json())
    )
    soup = BeautifulSoup(rendered.html.read_text(encoding="utf-8"), "lxml")
    values = {record.id: record.value for record in voorbeeld.resultaten.by_id.values()}
    shown = [element for element in soup.find_all("data") if element["data-deel"] == "value" and element["value"]]
    assert len(shown) > 100
    assert all(float(str(element["value"])) == values[str(element["data-id"])] for element in shown)


def check_treated(handhaving: Handhaving, register: Register) -> None:
    """No number of few persons, no pseudonym, and no name that somebody typed for few."""
    text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", " ".join(write(handhaving).values()))
    least, step = load_drempels().kleinste_cel, load_drempels().afronden_op
    for record in handhaving.resultaten.to_json():
        if record["unit"] == "personen":
            assert record["value"] is None or (record["value"] >= least and record["value"] % step == 0), record
        if record["treatment"] == "onderdrukt":
            assert record["value"] is None, record
    assert "b0c1d2" not in text
    known = set(register["aanvragen"]["persoon_id"]) if "aanvragen" in register else set()
    assert not known & set(re.findall(r"[0-9a-f]{16}", text))


def test_own_registers_of_a_small_municipality(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register = make_real(generate(200, 60, 5).register)
    events = register["handhaving"]
    events.loc[events.index[0], "aanleiding"] = "Buurvrouw Jansen"
    make_municipality(tmp_path / "zwolle", "Zwolle")
    store(register, tmp_path / "zwolle")
    monkeypatch.setenv("EVALUATIE_MAP", str(tmp_path / "zwolle"))
    handhaving = Handhaving("eigen")
    sections = write(handhaving)
    assert "Zwolle" in sections["herkomst"]
    assert "synthetisch" not in " ".join(sections.values()).casefold()
    assert "Jansen" not in " ".join(sections.values())
    assert "&lt;10" in sections["bedragen"]
    check_treated(handhaving, register)


def test_a_middling_municipality_too(open_with: Any) -> None:
    register = make_real(generate(700, 48, 8).register)
    check_treated(open_with(register), register)


@pytest.mark.parametrize(
    ("missing", "empty", "full"), [("aanvragen", POORT, PERSONEN), ("handhaving", PERSONEN, POORT)]
)
def test_a_missing_table_leaves_its_sections_empty(
    open_with: Any, missing: str, empty: list[str], full: list[str]
) -> None:
    register = {name: frame for name, frame in generate(500, 48, 5).register.items() if name != missing}
    sections = write(open_with(register))
    assert all("blijft leeg" in sections[name] and missing in sections[name] for name in empty)
    assert not [name for name in full if "blijft leeg" in sections[name]]


def test_without_both_there_is_no_page(open_with: Any) -> None:
    with pytest.raises(DataError, match="ontbreekt alles"):
        open_with({"uitkeringen": generate(50, 24, 5).register["uitkeringen"]})


def test_with_meldingen_only(open_with: Any) -> None:
    """Without uitkeringen no age is known, and the rest of the gate is."""
    sections = write(open_with({"aanvragen": generate(500, 60, 5).register["aanvragen"]}))
    assert "blijft leeg" in sections["zoektermijn"]
    assert "Preventiequote" in sections["poort"]
    assert "uitkeringen" in sections["effecten"]


def test_without_spending_there_are_no_costs(open_with: Any) -> None:
    register = {name: frame for name, frame in generate(500, 48, 5).register.items() if name != "financien"}
    assert "niet te berekenen" in write(open_with(register))["kosten"]


def test_a_day_outside_the_registers(open_with: Any) -> None:
    sections = write(open_with(generate(500, 48, 5).register, "2030-01-01"))
    assert "niet te schatten" in sections["verandering"]
    assert "Hele periode" in sections["terugkeer"]
    assert "is met deze cijfers niet te zeggen" in sections["terugkeer"]


@pytest.mark.parametrize("given", [{"bron": "elders"}, {"poort_vanaf": "juli"}, {"poort_vanaf": "2017-02-30"}])
def test_wrong_parameters_are_refused_before_anything_is_read(given: dict[str, str]) -> None:
    with pytest.raises(ChoiceError):
        pagina.check_parameters({"bron": "voorbeeld", "poort_vanaf": "2017-07-01", **given})
    with pytest.raises(ChoiceError):
        Handhaving(**given)


def test_without_effects_the_titles_say_so(open_with: Any) -> None:
    sections = write(open_with(generate(1500, 60, 6, Effecten.nul()).register))
    assert "is niet aangetoond" in sections["verandering"]
    assert "Een effect van een verlaging op uitstroom naar werk is niet aangetoond" in sections["effecten"]


def test_without_verlagingen_and_outcomes(open_with: Any) -> None:
    register = generate(500, 48, 5).register
    events = register["handhaving"]
    events = events[(events["soort_gebeurtenis"] != "verlaging").to_numpy()].assign(uitkomst=None)
    sections = write(open_with({**register, "handhaving": events}))
    assert "Wat een verlaging doet met uitstroom naar werk, is niet te schatten" in sections["effecten"]
    assert "geen onderzoeken met een vastgelegde uitkomst" in sections["onderzoeken"]


@pytest.mark.parametrize(
    ("oordeel", "value", "words"),
    [
        (Oordeel.GEVONDEN, -0.1, "10,0 procentpunt minder van de meldingen"),
        (Oordeel.TEGENGESTELD, 0.1, "10,0 procentpunt meer van de meldingen"),
        (Oordeel.NIET_AANGETOOND, -0.1, "niet aangetoond"),
    ],
)
def test_the_title_says_no_more_than_was_found(oordeel: Oordeel, value: float, words: str) -> None:
    assert words in title_breuk(oordeel, value, dt.date(2017, 7, 1))


@pytest.mark.parametrize(
    ("ends", "words"), [((0.01, 0.1), "groter"), ((-0.1, -0.01), "kleiner"), ((-0.1, 0.1), "niet aangetoond")]
)
def test_a_difference_in_returns(ends: tuple[float, float], words: str) -> None:
    assert words in describe_verschil(*ends)
