"""``evaluatie diff``: which numbers changed between two versions of a report, and why."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from evaluatie.cli import main

RECEIPT = {
    "parameters": {"gemeente": "Renkum", "jaar": "2019"},
    "bronbestanden": {"data/dossiers/renkum/dossier.yaml": "a", "data/cbs/x.csv": "b"},
    "wet": {"vangnetuitkering": "c"},
    "code": "d",
    "programma": "e",
    "versies": {"numpy": "2.4.6"},
}
UNEXPLAINED = "oorzaak niet te herleiden uit de ontvangstbewijzen"
DEFICIT = {"id": "vangnet.tekort", "value": 983253.0, "text": "€ 983.253", "sentence": "Tekort (regel G)"}
EFFECT = {
    "id": "effect.m.uitstroom",
    "value": 0.01,
    "text": "+1,0",
    "interval": {"level": 0.95, "lower": -0.05, "upper": 0.07},
    "p_value": 0.7,
    "verdict": "niet aangetoond",
    "sentence": "Na de start lag de uitstroom hoger.",
}


@pytest.fixture
def compare(tmp_path):
    """Write two reports and return exit code, output and JSON of the comparison."""

    def run(new, receipt=RECEIPT, old=(DEFICIT, EFFECT), old_receipt=RECEIPT):
        for name, results, bewijs in (("oud", old, old_receipt), ("nieuw", new, receipt)):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "results.json").write_text(json.dumps(list(results)), encoding="utf-8")
            (tmp_path / name / "ontvangstbewijs.json").write_text(json.dumps(bewijs), encoding="utf-8")
        target = tmp_path / "verschil.json"
        args = ["diff", str(tmp_path / "oud"), str(tmp_path / "nieuw"), "--json", str(target)]
        outcome = CliRunner().invoke(main, args)
        return outcome.exit_code, outcome.stdout, json.loads(target.read_text(encoding="utf-8"))

    return run


def test_two_equal_reports(compare):
    code, text, data = compare([DEFICIT, EFFECT])
    assert code == 0
    assert text.startswith("2 cijfers zijn gelijk; geen enkel cijfer is anders.")
    assert "Niets: keuze, gegevens, wet en programma zijn gelijk." in text
    assert data == {"gelijk": 2, "oorzaken": [], "wijzigingen": []}


def test_a_number_that_changed_because_the_dossier_did(compare):
    changed = {**RECEIPT, "bronbestanden": {**RECEIPT["bronbestanden"], "data/dossiers/renkum/dossier.yaml": "anders"}}
    code, text, data = compare([{**DEFICIT, "value": 990000.0, "text": "€ 990.000"}, EFFECT], changed)
    assert code == 10
    assert "Gegevens gewijzigd: data/dossiers/renkum/dossier.yaml." in text
    assert "vangnet.tekort: € 983.253 → € 990.000; anders: waarde (Tekort (regel G)); door gegevens" in text
    assert data["wijzigingen"][0]["verklaring"] == "door gegevens (data/dossiers/renkum/dossier.yaml)"


@pytest.mark.parametrize(
    ("identifier", "changed", "expected"),
    [
        ("cijfer.budget", "data/dossiers/renkum/dossier.yaml", "door gegevens (data/dossiers/renkum/dossier.yaml)"),
        ("cijfer.budget", "data/dossiers/dalfsen/dossier.yaml", UNEXPLAINED),
        ("cijfer.budget", "data/cbs/x.csv", UNEXPLAINED),
        (
            "effect.m.uitstroom",
            "data/dossiers/dalfsen/dossier.yaml",
            "door gegevens (data/dossiers/dalfsen/dossier.yaml)",
        ),
        ("bestand.index.eigen.2018", "data/cbs/x.csv", "door gegevens (data/cbs/x.csv)"),
        ("land.prijs.2015", "data/landelijk/k.yaml", "door gegevens (data/landelijk/k.yaml)"),
        ("vangnet.tekort", "data/landelijk/k.yaml", UNEXPLAINED),
        ("register.traject.tijdens", "register/uitkeringen.parquet", "door gegevens (register/uitkeringen.parquet)"),
        ("cijfer.budget", "zwolle/dossier.yaml", "door gegevens (zwolle/dossier.yaml)"),
        ("iets.onbekends", "data/cbs/x.csv", "door gegevens (data/cbs/x.csv)"),
    ],
)
def test_a_number_is_explained_only_by_what_it_rests_on(compare, identifier, changed, expected):
    receipt = {**RECEIPT, "bronbestanden": {**RECEIPT["bronbestanden"], changed: "anders"}}
    old = {**DEFICIT, "id": identifier}
    _, _, data = compare([{**old, "value": 1.0, "text": "1"}], receipt, old=[old])
    assert data["wijzigingen"][0]["verklaring"] == expected


def test_the_law_explains_amounts_of_the_vangnet_but_no_effect(compare):
    lawful = {**RECEIPT, "wet": {"vangnetuitkering": "anders"}, "programma": "anders"}
    moved = {**EFFECT, "interval": {"level": 0.95, "lower": -0.06, "upper": 0.07}, "verdict": "effect gevonden"}
    code, text, data = compare([{**DEFICIT, "value": 1.0, "text": "€ 1"}, moved], lawful)
    assert code == 10
    assert "Wet gewijzigd: vangnetuitkering." in text
    why = {item["id"]: (item["onderdelen"], item["verklaring"]) for item in data["wijzigingen"]}
    assert why == {
        "vangnet.tekort": (["waarde"], "door wet"),
        "effect.m.uitstroom": (["ondergrens", "oordeel"], "oorzaak niet te herleiden uit de ontvangstbewijzen"),
    }


def test_several_causes_are_only_possible_causes(compare):
    both = {
        **RECEIPT,
        "code": "anders",
        "versies": {"numpy": "2.5.0"},
        "parameters": {"gemeente": "Renkum", "jaar": "2018"},
    }
    _, text, data = compare([{**DEFICIT, "value": 1.0, "text": "€ 1"}, EFFECT], both)
    assert "Gekozen parameters: jaar 2019 → 2018." in text
    assert "Versies: numpy 2.4.6 → 2.5.0." in text
    assert data["wijzigingen"][0]["verklaring"] == (
        "mogelijk door gekozen parameters of programma of versies van pakketten"
    )


def test_new_and_lost_numbers(compare):
    extra = {**DEFICIT, "id": "vangnet.budget", "text": "€ 8"}
    code, text, data = compare([EFFECT, extra])
    assert code == 10
    assert "vangnet.budget: nieuw, € 8 (Tekort (regel G))" in text
    assert "vangnet.tekort: vervallen, was € 983.253 (Tekort (regel G))" in text
    assert [(item["oud"], item["nieuw"]) for item in data["wijzigingen"]] == [(None, "€ 8"), ("€ 983.253", None)]


def test_the_last_bits_of_a_number_are_no_change(compare):
    assert compare([{**DEFICIT, "value": 983253.0 * (1 + 1e-12)}, EFFECT])[0] == 0


def test_a_receipt_of_before_law_and_code_were_told_apart(compare):
    old = {name: value for name, value in RECEIPT.items() if name not in ("wet", "code")} | {"programma": "oud"}
    _, text, data = compare([{**DEFICIT, "value": 1.0, "text": "€ 1"}, EFFECT], old_receipt=old)
    assert "Programma of wet gewijzigd." in text
    assert data["wijzigingen"][0]["verklaring"] == "mogelijk door wet of programma"


def test_a_path_may_be_the_report_itself(tmp_path):
    (tmp_path / "results.json").write_text(json.dumps([DEFICIT]), encoding="utf-8")
    (tmp_path / "stromen.results.json").write_text(json.dumps([EFFECT]), encoding="utf-8")
    for name in ("vangnetverantwoording.html", "results.json"):
        outcome = CliRunner().invoke(main, ["diff", str(tmp_path), str(tmp_path / name)])
        assert outcome.exit_code == 0, outcome.output
    outcome = CliRunner().invoke(main, ["diff", str(tmp_path), str(tmp_path / "stromen.html")])
    assert outcome.exit_code == 10


def test_what_is_not_a_report_is_refused(tmp_path):
    outcome = CliRunner().invoke(main, ["diff", str(tmp_path), str(tmp_path)])
    assert (outcome.exit_code, "staat geen results.json" in outcome.stderr) == (3, True)
    (tmp_path / "results.json").write_text("[1]", encoding="utf-8")
    outcome = CliRunner().invoke(main, ["diff", str(tmp_path), str(tmp_path)])
    assert (outcome.exit_code, "bevat geen uitkomsten van een rapport" in outcome.stderr) == (5, True)
