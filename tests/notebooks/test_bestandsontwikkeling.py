"""The notebook for a researcher, on another municipality than its default."""

from __future__ import annotations

import json

from bs4 import BeautifulSoup

from evaluatie.project import notebooks_folder
from evaluatie.render import check_parameters, render


def test_any_municipality_renders_with_the_chosen_neighbours(tmp_path):
    notebook = notebooks_folder() / "bestandsontwikkeling.ipynb"
    given = {
        "gemeente": "GM0193",
        "vergelijk_met": "Dalfsen,Deventer",
        "uitkomst": "instroom",
        "ingangsdatum": "2016-07-01",
    }
    rendered = render(notebook, check_parameters(notebook, given), tmp_path)
    soup = BeautifulSoup(rendered.html.read_text(encoding="utf-8"), "lxml")
    text = soup.get_text(" ")
    assert "Zwolle" in text
    assert "Dalfsen en Deventer" in text
    assert len(soup.find_all("img")) == 4
    results = {item["id"]: item for item in json.loads(rendered.results.read_text(encoding="utf-8"))}
    effect = results["effect.instroom.2016-07-01"]
    assert effect["interval"]["lower"] < effect["value"] < effect["interval"]["upper"]
    for element in soup.find_all("data"):
        if element["data-deel"] == "value":
            assert float(element["value"]) == results[element["data-id"]]["value"]
