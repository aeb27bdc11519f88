"""The notebooks on registers, rendered: on Voorbeeldstad, and on a folder that counts as real."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup

from evaluatie.project import notebooks_folder
from evaluatie.render import check_page, check_parameters, render
from tests.rapport.registerhulp import check_no_persons, check_results, make_own_map

EXAMPLES = [("klantgroepen", {"niveau": "uitvoering"}), ("instroom_ww", {"beeindigd": "2019:2500"})]


def make(name, given, out):
    notebook = notebooks_folder() / f"{name}.ipynb"
    rendered = render(notebook, check_parameters(notebook, given), out)
    html = rendered.html.read_text(encoding="utf-8")
    return html, json.loads(rendered.results.read_text(encoding="utf-8")), rendered


@pytest.mark.parametrize(("name", "given"), EXAMPLES)
def test_the_example_renders_to_an_approved_page_with_a_banner(name, given, tmp_path):
    html, results, rendered = make(name, given, tmp_path)
    check_page(html)
    check_results(results)
    soup = BeautifulSoup(html, "lxml")
    assert "Synthetische gegevens" in soup.find(class_="waarschuwing").get_text()
    by_id = {record["id"]: record for record in results}
    for element in soup.find_all("data"):
        if element["data-deel"] == "value":
            assert element.get_text() == by_id[element["data-id"]]["text"]
    assert json.loads(rendered.receipt.read_text(encoding="utf-8"))["toeval"].startswith("Voorbeeldstad")


@pytest.mark.parametrize(("name", "given"), EXAMPLES)
def test_of_own_registers_the_whole_page_holds_treated_numbers_only(name, given, tmp_path, monkeypatch):
    register = make_own_map(tmp_path / "m")
    monkeypatch.setenv("EVALUATIE_MAP", str(tmp_path / "m"))
    html, results, rendered = make(name, {**given, "bron": "eigen"}, tmp_path / "uit")
    check_page(html)
    check_results(results)
    files = [path.read_text(encoding="utf-8") for path in (tmp_path / "uit").rglob("*") if path.is_file()]
    check_no_persons("".join(files), register)
    assert "Synthetische gegevens." not in html
    receipt = json.loads(rendered.receipt.read_text(encoding="utf-8"))
    assert len(receipt["bronbestanden"]["register/uitkeringen.parquet"]) == 64
