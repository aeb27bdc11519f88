"""The first notebook: nothing is orphaned, links where one can click, and the page shows what was computed."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from evaluatie import estimation
from evaluatie.project import notebooks_folder, project_root
from evaluatie.rapport import LandelijkeVergelijking, Paneel, Voorbeeldeffect, rond_af
from evaluatie.rapport.verantwoording import MIME_RESULTATEN
from evaluatie.render import check_page, render
from evaluatie.render.notebooklijst import START, list_notebooks, toon_notebooks

NOTEBOOK = notebooks_folder() / f"{START}.ipynb"


def every_notebook() -> set[str]:
    paths = notebooks_folder().rglob("*.ipynb")
    found = {path.relative_to(notebooks_folder()).as_posix() for path in paths}
    return {name for name in found if ".ipynb_checkpoints" not in name}


def test_every_notebook_has_a_line_somewhere():
    readme = (project_root() / "README.md").read_text(encoding="utf-8")
    listed = {regel.pad for regel in list_notebooks()}
    assert every_notebook() - listed == {f"{START}.ipynb"}
    assert f"{START}.ipynb" in readme


def test_every_line_has_a_title_and_a_sentence_that_says_something():
    regels = list_notebooks()
    assert all(regel.titel and regel.zin.endswith((".", "?", "!")) for regel in regels)
    assert len({regel.zin for regel in regels}) == len(regels)
    assert not [regel.zin for regel in regels if re.search(r"[*`\[\]#$]|synthetisch", regel.zin)]


def test_every_line_of_the_readme_about_a_notebook_is_about_one_that_exists():
    readme = (project_root() / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"notebooks/([\w/-]+\.ipynb)", readme)) | set(re.findall(r"`(methode/\w+)`", readme))
    stems = {name.removesuffix(".ipynb") for name in every_notebook()}
    assert {name.removesuffix(".ipynb") for name in named} <= stems


def test_the_table_of_estimators_names_what_exists_and_every_method_notebook():
    readme = (project_root() / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \| `(methode/\w+)` \|$", readme, re.MULTILINE)
    named = {function for _, functions, _ in rows for function in re.findall(r"`(\w+)`", functions)}
    assert named <= set(estimation.__all__)
    assert {page for _, _, page in rows} == {
        name.removesuffix(".ipynb") for name in every_notebook() if name.startswith("methode/")
    }


def test_the_measures_of_the_readme_are_all_notebooks_beside_it():
    readme = (project_root() / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `notebooks/([\w-]+\.ipynb)`", readme, re.MULTILINE))
    beside = {name for name in every_notebook() if "/" not in name}
    assert beside - named == {f"{START}.ipynb", "vangnetverantwoording.ipynb"}


def test_the_example_of_the_readme_runs():
    readme = (project_root() / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    exec(example, {})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one notebook of every kind, and one that is not finished."""

    def write(name: str, *sources: str) -> None:
        cells = [{"cell_type": "markdown", "metadata": {}, "source": source} for source in sources]
        parameters = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "outputs": [], "source": ""}
        parameters["source"] = (
            'bron: str = "voorbeeld"  # van wie' if "registers" in name else "jaar: int = 2017  # jaar"
        )
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"cells": [*cells, parameters], "metadata": {}}), encoding="utf-8")

    write("a <b>.ipynb", "# Openbaar\n\nEen *zin* met `code` en een [link](ergens.md). Nog een.")
    write("registers.ipynb", "# Met registers", "De gegevens zijn synthetisch. Meer.\n\nWaar gaat het over? Hierover.")
    write("methode/m.ipynb", "# Methode\n\n## Zonder inleiding\n\nDit hoort er niet bij.")
    write(".ipynb_checkpoints/oud.ipynb", "# Oud\n\nZin.")
    write("eigen werk/x.ipynb", "# Eigen\n\nZonder punt")
    (tmp_path / "kapot.ipynb").write_text("{", encoding="utf-8")
    return tmp_path


def test_title_sentence_and_group_come_from_the_notebook_itself(folder):
    found = {regel.pad: regel for regel in list_notebooks(folder)}
    assert set(found) == {"a <b>.ipynb", "registers.ipynb", "methode/m.ipynb", "eigen werk/x.ipynb", "kapot.ipynb"}
    assert found["a <b>.ipynb"].zin == "Een zin met code en een link."
    assert found["registers.ipynb"].zin == "Waar gaat het over?"
    assert "registers" in found["registers.ipynb"].groep
    assert found["methode/m.ipynb"].zin == ""
    assert found["eigen werk/x.ipynb"].groep == "eigen werk"
    assert found["eigen werk/x.ipynb"].zin == "Zonder punt"
    assert "geen leesbaar notebook" in found["kapot.ipynb"].zin


def test_there_are_links_where_one_can_click_and_names_on_a_page(folder, monkeypatch):
    links = BeautifulSoup(toon_notebooks(folder, links=True)._repr_html_(), "lxml").find_all("a")
    assert {link["href"] for link in links} >= {"a%20%3Cb%3E.ipynb", "methode/m.ipynb"}
    page = BeautifulSoup(toon_notebooks(folder, links=False)._repr_html_(), "lxml")
    assert not page.find_all("a")
    assert "geen links" in page.get_text()
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setenv("JPY_SESSION_NAME", "00_start.ipynb")
    assert all(f'href="{name}"' in toon_notebooks()._repr_html_() for name in every_notebook() - {f"{START}.ipynb"})


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """The page, made as from a notebook that a server opened: the surroundings of a reader must not reach it."""
    choice = {"gemeente": "Zwolle", "uitkomst": "instroom", "ingangsdatum": "2016-01-01"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JPY_SESSION_NAME", "00_start.ipynb")
        made = render(NOTEBOOK, choice, tmp_path_factory.mktemp("start"))
    results = {item["id"]: item for item in json.loads(made.results.read_text(encoding="utf-8"))}
    return choice, BeautifulSoup(made.html.read_text(encoding="utf-8"), "lxml"), results


def test_the_page_lists_every_notebook_and_has_no_empty_place(rendered):
    choice, page, _ = rendered
    check_page(str(page))
    text = page.get_text(" ")
    assert all(name in text for name in every_notebook() - {f"{START}.ipynb"})
    assert LandelijkeVergelijking(**choice).evaluatie.sentence in text
    assert "Op een pagina niet: dit is één stand van de knoppen" in text
    assert len(page.find_all("img")) == 3


def test_every_number_of_the_page_is_the_one_that_was_computed(rendered):
    choice, page, results = rendered
    computed = [LandelijkeVergelijking(**choice), Paneel(**choice), Voorbeeldeffect()]
    bundle = rond_af("Begin hier", computed)._repr_mimebundle_()
    assert {item["id"]: item for item in bundle[MIME_RESULTATEN]} == results
    shown = page.find_all("data")
    assert len(shown) > 20
    for element in shown:
        result, part = results[element["data-id"]], element["data-deel"]
        expected = result["interval"][part] if part in ("lower", "upper") else result[part]
        assert float(element["value"]) == expected


def test_voorbeeldstad_stands_beside_what_was_planted():
    shown = Voorbeeldeffect()
    planted = [shown.resultaten.by_id[f"ingebouwd.{name}"].value for name in ("tijdens", "na_1_3", "na_13_24")]
    assert planted == [0.6, 1.3, 1.0]
    inside = [
        e.estimate.interval().contains(shown.resultaten.by_id[f"ingebouwd.{e.id.removeprefix('traject.')}"].value)
        for e in shown.evaluaties
    ]
    html = BeautifulSoup(shown.verloop()._repr_html_(), "lxml")
    assert f"Bij {sum(inside)} van de {len(inside)} perioden" in html.get_text()
    assert "synthetische gegevens" in html.find("figure").get_text()
    assert "verzonnen" in shown.herkomst()._repr_html_()
    assert all(e.sentence in html.get_text() for e in shown.evaluaties)


def test_the_path_of_an_own_folder_is_whole_before_a_kernel_starts(tmp_path, monkeypatch):
    from evaluatie.cli.commands import _complete_own_map

    (tmp_path / "zwolle").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVALUATIE_MAP", "zwolle")
    _complete_own_map()
    assert os.environ["EVALUATIE_MAP"] == str((tmp_path / "zwolle").resolve())
