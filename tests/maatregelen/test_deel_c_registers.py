"""Part C from own registers: a folder made with the commands, released, recorded once, or how to bring registers."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner, Result

from evaluatie.cli import main
from evaluatie.disclosure import Steun
from evaluatie.dossier import find_own_map
from evaluatie.estimation import Estimate
from evaluatie.estimation.result import StudentInference
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.quantities import Bron
from evaluatie.rapport import Vangnetverantwoording
from evaluatie.rapport.bronkeuze import Registerbron, open_registers
from evaluatie.rapport.deel_c_registers import VOORVOEGSEL, Registeronderdeel, write_registereffecten
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.registratie.nieuw import make_municipality
from evaluatie.registratie.opslag import store
from evaluatie.registratie.sleutel import KEY_FILE_VARIABLE, KEY_VARIABLE, make_key
from evaluatie.registratie.voorbeeld import generate
from tests.rapport.registerhulp import check_no_persons, disguise

TRAJECTEN = 5 + 5
"""Outcomes of starting, and windows of a traject; other kinds of maatregel come beside them."""


def run(*args: object) -> Result:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a municipality makes it: new, tables delivered as CSV, imported."""
    root = tmp_path_factory.mktemp("eigen")
    make_key(root / "sleutel")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(KEY_VARIABLE, raising=False)
        patch.setenv(KEY_FILE_VARIABLE, str(root / "sleutel"))
        run("new", root / "m", "--gemeente", "Zwolle")
        run("sample", root / "voorbeeld", "--personen", "600", "--maanden", "48", "--csv")
        for table in (root / "voorbeeld").glob("*.csv"):
            (root / "m" / "aanlevering" / table.name).write_bytes(table.read_bytes())
        run("import", root / "m")
    return root / "m"


@pytest.fixture
def own(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVALUATIE_MAP", str(made))
    return made


def text(html: str) -> str:
    return BeautifulSoup(html, "lxml").get_text(" ")


def test_a_report_of_the_own_folder_holds_the_effects_released_and_traceable(own: Path) -> None:
    report = Vangnetverantwoording("Zwolle", 2025, "2025-12-31")
    before = set(report.resultaten.by_id)
    page = write_registereffecten(find_own_map("Zwolle"), report.resultaten)._repr_html_()
    added = {key: found for key, found in report.resultaten.by_id.items() if key not in before}
    effects = [key for key in added if not key.endswith(".opspoorbaar")]
    assert sum(key.startswith("register.traject.") for key in effects) == TRAJECTEN
    assert all(key.startswith(VOORVOEGSEL) for key in added)
    assert not [key for key in before if key.startswith(VOORVOEGSEL)]
    soup = BeautifulSoup(page, "lxml")
    for element in soup.find_all("data"):
        if element["data-deel"] == "value":
            assert element.get_text() == added[element["data-id"]].text()
    for key in effects:
        assert added[key].sentence in text(page)
        assert added[key].n is None or added[key].n % 5 == 0
    assert "verzonnen personen" in page  # invented persons are marked, also in the folder of a real municipality
    assert "Effecten uit de eigen registers" in page


def fake(identifier: str, value: float, error: float) -> Evaluatie:
    estimate = Estimate(value, error, None, 200, "m", "e", "share", StudentInference(value, error))
    words = dict.fromkeys(("uitkomst", "populatie", "venster", "vergelijking"), "aandeel met werk")
    return Evaluatie(
        id=identifier,
        gemeente="Zwolle",
        maatregel_id="deeltijd",
        maatregel="Deeltijdwerk",
        verwachting="stijging",
        estimate=estimate,
        checks=(),
        detectable=None,
        aannames=(),
        bronnen=(Bron("proef"),),
        steun=Steun(100, 100, 50, 50),
        **words,
    )


def evaluate(_: Registerbron) -> dict[str, list[Evaluatie]]:
    # p = 0,0455 (two standard errors) by itself; 0,091 after Holm over both
    return {"Eerste": [fake("deeltijd.a", 0.04, 0.02)], "Tweede": [fake("deeltijd.b", 0.04, 0.02)]}


FAKE = Registeronderdeel("deeltijdwerk", ("deeltijdinkomsten",), evaluate)


def test_writing_the_section_again_adds_nothing(own: Path) -> None:
    resultaten = Resultaten()
    first = write_registereffecten(own, resultaten, [FAKE])._repr_html_()
    recorded = resultaten.to_json()
    assert write_registereffecten(own, resultaten, [FAKE])._repr_html_() == first
    assert resultaten.to_json() == recorded


def test_another_municipality_is_told_how_to_bring_registers(own: Path) -> None:
    resultaten = Resultaten()
    assert find_own_map("Renkum") is None
    said = text(write_registereffecten(find_own_map("Renkum"), resultaten)._repr_html_())
    assert "geen eigen registers ingelezen" in said
    assert all(word in said for word in ("evaluatie new", "evaluatie check", "evaluatie import", "EVALUATIE_MAP"))
    assert not resultaten.by_id


def test_a_folder_without_import_says_the_same(tmp_path: Path) -> None:
    make_municipality(tmp_path / "m", "Zwolle")
    assert "geen eigen registers ingelezen" in write_registereffecten(tmp_path / "m", Resultaten())._repr_html_()


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    make_municipality(tmp_path / "m", "Zwolle")
    store({"uitkeringen": generate(150, 18, 5).register["uitkeringen"]}, tmp_path / "m")
    resultaten = Resultaten()
    said = text(write_registereffecten(tmp_path / "m", resultaten)._repr_html_())
    assert "Van re-integratietrajecten is nog niets te schatten: de tabel trajecten ontbreekt" in said
    assert not resultaten.by_id


def test_persons_who_count_as_real_leave_no_trace(tmp_path: Path) -> None:
    register = disguise(generate(400, 48, 7).register)
    make_municipality(tmp_path / "m", "Zwolle")
    store(register, tmp_path / "m")
    resultaten = Resultaten()
    page = write_registereffecten(tmp_path / "m", resultaten)._repr_html_()
    check_no_persons(page + str(resultaten.to_json()), register)
    assert "Cijfers uit de registers van Zwolle" in page


def test_too_few_persons_are_not_published_but_named_as_such() -> None:
    bron = open_registers("voorbeeld")
    small = Registerbron("Klein", generate(150, 18, 5).register, bron.dossier, True)
    resultaten = Resultaten()
    page = text(write_registereffecten(small, resultaten)._repr_html_())
    assert len(resultaten.by_id) >= TRAJECTEN
    assert all(found.value is None for found in resultaten.by_id.values())
    assert "te weinig mensen" in page


def test_another_kind_of_maatregel_joins_by_one_line_and_one_correction() -> None:
    resultaten = Resultaten()
    unknown = Registeronderdeel("iets nieuws", ("bestaat_niet", "ook_niet"), evaluate)
    page = text(write_registereffecten(open_registers("voorbeeld"), resultaten, [FAKE, unknown])._repr_html_())
    assert "Eerste" in page
    assert "Tweede" in page
    assert "Van iets nieuws is nog niets te schatten: de tabellen bestaat_niet en ook_niet ontbreken" in page
    assert list(resultaten.by_id) == ["register.deeltijd.a", "register.deeltijd.b"]
    assert {found.verdict for found in resultaten.by_id.values()} == {"niet aangetoond"}
