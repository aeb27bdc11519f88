"""Part C from own registers: a folder made with the commands, released, recorded once, or how to bring registers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
from evaluatie.evaluaties.oordeel import Oordeel
from evaluatie.quantities import Bron
from evaluatie.rapport import Vangnetverantwoording
from evaluatie.rapport.bronkeuze import Registerbron, open_registers
from evaluatie.rapport.deel_c_registers import write_registereffecten
from evaluatie.rapport.methoden import describe_methode
from evaluatie.rapport.registereffecten import (
    ONDERDELEN,
    VOORVOEGSEL,
    Registeronderdeel,
    gather_registereffecten,
)
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.samenvatting import write_samenvatting
from evaluatie.rapport.vastleggen_effecten import record_evaluaties
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


def write_section(
    bron: Registerbron | Path | None, resultaten: Resultaten, onderdelen: Sequence[Registeronderdeel] = ONDERDELEN
) -> str:
    """Gather, record and write, as a report does."""
    effecten = gather_registereffecten(bron, onderdelen)
    for released in effecten.tabellen.values() if effecten else ():
        record_evaluaties(released, resultaten)
    return write_registereffecten(effecten, resultaten)._repr_html_()


def test_a_report_of_the_own_folder_holds_the_effects_released_and_traceable(own: Path) -> None:
    report = Vangnetverantwoording("Zwolle", 2025, "2025-12-31")
    page = report.registers()._repr_html_()
    added = {key: found for key, found in report.resultaten.by_id.items() if key.startswith(VOORVOEGSEL)}
    effects = [key for key in added if not key.endswith(".opspoorbaar")]
    assert sum(key.startswith("register.traject.") for key in effects) == TRAJECTEN
    soup = BeautifulSoup(page, "lxml")
    for element in soup.find_all("data"):
        if element["data-deel"] == "value":
            assert element.get_text() == added[element["data-id"]].text()
    for key in effects:
        assert added[key].sentence in text(page)
        assert not any(sign.isdigit() for sign in added[key].method), "a count in a name would leave untreated"
        assert not added[key].method or describe_methode(added[key].method) != added[key].method
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


def test_the_first_screen_and_part_c_tell_the_same(own: Path) -> None:
    """What the registers show may not be missing from the summary, and invented persons are named first."""
    report = Vangnetverantwoording("Zwolle", 2025, "2025-12-31")
    first = text(report.samenvatting()._repr_html_())
    assert report.gegevens.registereffecten is not None
    found = [e for e in report.gegevens.registereffecten.evaluaties if e.oordeel is Oordeel.GEVONDEN]
    aimed = [e for e in found if e.verwachting != "geen"]
    missed = [e for e in report.gegevens.registereffecten.evaluaties if e.oordeel is Oordeel.NIET_AANGETOOND]
    assert missed
    assert ("Van geen enkele maatregel is een effect in de bedoelde richting aangetoond" in first) is not bool(aimed)
    assert all(f"‘{e.maatregel}’" in first for e in missed)
    assert first.split()[:4] == ["Let", "op:", "Synthetische", "gegevens."]
    assert "en uit de registers van de gemeente zelf" in first
    limits = text(report.grenzen()._repr_html_())
    assert "nog geen effecten geschat" not in limits


def test_many_effects_are_told_per_maatregel_with_size_and_evidence(own: Path) -> None:
    many = Registeronderdeel(
        "deeltijdwerk",
        ("deeltijdinkomsten",),
        lambda _: {"Alle": [fake(f"deeltijd.{n}", 0.10 if n else 0.001, 0.02) for n in range(6)]},
    )
    report = Vangnetverantwoording("Zwolle", 2025, "2025-12-31")
    effecten = gather_registereffecten(own, [many])
    first = text(
        write_samenvatting(replace(report.gegevens, registereffecten=effecten), report.resultaten)._repr_html_()
    )
    said = " ".join(first.replace("\N{NO-BREAK SPACE}", " ").split())
    assert "Deeltijdwerk: een effect in de bedoelde richting op 5 van de 6 uitkomsten, waaronder" in said
    assert "(10,0 procentpunt hoger, 95%-interval +6,1 tot +13,9, bewijskracht" in said


def test_another_municipality_is_told_how_to_bring_registers(own: Path) -> None:
    resultaten = Resultaten()
    assert find_own_map("Renkum") is None
    said = text(write_section(find_own_map("Renkum"), resultaten))
    assert "geen eigen registers ingelezen" in said
    assert all(word in said for word in ("evaluatie new", "evaluatie check", "evaluatie import", "EVALUATIE_MAP"))
    assert not resultaten.by_id


def test_a_folder_without_import_says_the_same(tmp_path: Path) -> None:
    make_municipality(tmp_path / "m", "Zwolle")
    assert "geen eigen registers ingelezen" in write_section(tmp_path / "m", Resultaten())


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    make_municipality(tmp_path / "m", "Zwolle")
    store({"uitkeringen": generate(150, 18, 5).register["uitkeringen"]}, tmp_path / "m")
    resultaten = Resultaten()
    said = text(write_section(tmp_path / "m", resultaten))
    assert "Van re-integratietrajecten is nog niets te schatten: de tabel trajecten ontbreekt" in said
    assert not resultaten.by_id


def test_persons_who_count_as_real_leave_no_trace(tmp_path: Path) -> None:
    register = disguise(generate(400, 48, 7).register)
    make_municipality(tmp_path / "m", "Zwolle")
    store(register, tmp_path / "m")
    resultaten = Resultaten()
    page = write_section(tmp_path / "m", resultaten)
    check_no_persons(page + str(resultaten.to_json()), register)
    assert "Cijfers uit de registers van Zwolle" in page


def test_too_few_persons_are_not_published_but_named_as_such() -> None:
    bron = open_registers("voorbeeld")
    small = Registerbron("Klein", generate(150, 18, 5).register, bron.dossier, True)
    resultaten = Resultaten()
    page = text(write_section(small, resultaten))
    assert len(resultaten.by_id) >= TRAJECTEN
    assert all(found.value is None for found in resultaten.by_id.values())
    assert "te weinig mensen" in page


def test_another_kind_of_maatregel_joins_by_one_line_and_one_correction() -> None:
    resultaten = Resultaten()
    unknown = Registeronderdeel("iets nieuws", ("bestaat_niet", "ook_niet"), evaluate)
    page = text(write_section(open_registers("voorbeeld"), resultaten, [FAKE, unknown]))
    assert "Eerste" in page
    assert "Tweede" in page
    assert "Van iets nieuws is nog niets te schatten: de tabellen bestaat_niet en ook_niet ontbreken" in page
    assert list(resultaten.by_id) == ["register.deeltijd.a", "register.deeltijd.b"]
    assert {found.verdict for found in resultaten.by_id.values()} == {"niet aangetoond"}
