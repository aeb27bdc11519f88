"""A wrong parameter is refused before a kernel starts, with everything that is wrong at once."""

from __future__ import annotations

import datetime as dt
import sys
from types import ModuleType

import pytest

from evaluatie.errors import ChoiceError, NotebookError
from evaluatie.render import check_parameters, folder_for, read_definition, slug
from evaluatie.render.kinds import KINDS

ALL_KINDS = """\
import math  # is not a parameter
code: str = "0363"  # gemeentecode
jaar: int = 2017
drempel: float = 0.05
kort: bool = False
peildatum: "date" = "2017-12-31"  # wat toen bekend was
gemeenten: list[str] = ["Renkum"]
zonder_soort = 3
"""


def test_the_cell_is_read_with_kind_default_and_explanation(write_notebook):
    definition = read_definition(write_notebook(parameters=ALL_KINDS, ondertitel=[]))
    assert {name: parameter.kind.name for name, parameter in definition.parameters.items()} == {
        "code": "str",
        "jaar": "int",
        "drempel": "float",
        "kort": "bool",
        "peildatum": "date",
        "gemeenten": "list[str]",
        "zonder_soort": "int",
    }
    assert definition.parameters["peildatum"].uitleg == "wat toen bekend was"
    assert definition.parameters["code"].default == "0363"


def test_text_from_the_command_line_becomes_typed_values(write_notebook):
    given = {
        "code": "0014",
        "jaar": "2018",
        "drempel": "0,1",
        "kort": "Ja",
        "peildatum": "2018-07-01",
        "gemeenten": "Renkum, 's-Gravenhage",
    }
    assert check_parameters(write_notebook(parameters=ALL_KINDS, ondertitel=[]), given) == {
        "code": "0014",
        "jaar": 2018,
        "drempel": 0.1,
        "kort": True,
        "peildatum": "2018-07-01",
        "gemeenten": ["Renkum", "'s-Gravenhage"],
        "zonder_soort": 3,
    }


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("str", 363),
        ("int", "2_017"),
        ("int", "2017.0"),
        ("int", True),
        ("int", 2017.0),
        ("float", "nan"),
        ("float", "1.220.000"),
        ("float", float("inf")),
        ("bool", "misschien"),
        ("bool", 1),
        ("date", "2018-02-30"),
        ("date", "20180701"),
        ("date", 2018),
        ("list[str]", [1]),
    ],
)
def test_a_value_of_another_kind_is_refused(kind, value):
    with pytest.raises(ValueError):
        KINDS[kind].convert(value)


def test_a_date_object_is_a_date():
    assert KINDS["date"].convert(dt.date(2018, 7, 1)) == "2018-07-01"


def test_everything_that_is_wrong_is_told_at_once(write_notebook):
    notebook = write_notebook(parameters=ALL_KINDS, ondertitel=[])
    given = {"jaar": "vorig", "peildatum": "2018-02-30", "gemente": "Renkum", "x; import os": "1"}
    with pytest.raises(ChoiceError) as caught:
        check_parameters(notebook, given)
    message = caught.value.message
    assert caught.value.exit_code == 3
    assert len(caught.value.violations) == 4
    assert "'gemente': bestaat niet in dit notebook. Bedoelt u 'gemeenten'?" in message
    assert "'x; import os': bestaat niet" in message
    assert "'jaar': moet een geheel getal zijn, gevonden: 'vorig'" in message
    assert "'peildatum': moet een datum (JJJJ-MM-DD) zijn" in message
    assert "  peildatum: een datum (JJJJ-MM-DD); standaard '2017-12-31'. wat toen bekend was" in message


def test_a_notebook_without_parameters_takes_none(write_notebook):
    with pytest.raises(ChoiceError, match="heeft geen parameters"):
        check_parameters(write_notebook(parameters="", ondertitel=[]), {"jaar": "2017"})


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("jaar: int = 'x'", "is niet een geheel getal"),
        ("jaar: int = 2000 + 17", "geen berekening"),
        ("jaar: Decimal = 1", "niet ondersteund"),
        ("jaar: int = ", "geen geldige Python"),
    ],
)
def test_a_faulty_parameters_cell_is_the_notebooks_own_fault(write_notebook, cell, problem):
    with pytest.raises(NotebookError, match=problem):
        read_definition(write_notebook(parameters=cell, ondertitel=[]))


def test_a_missing_or_unreadable_notebook(tmp_path):
    with pytest.raises(ChoiceError, match="bestaat niet"):
        read_definition(tmp_path / "geen.ipynb")
    (tmp_path / "stuk.ipynb").write_text("{")
    with pytest.raises(NotebookError, match="geen leesbaar notebook"):
        read_definition(tmp_path / "stuk.ipynb")


def test_the_title_shows_the_values_in_dutch(write_notebook):
    cell = 'gemeente: str = "Renkum"\npeildatum: "date" = "2018-07-01"'
    definition = read_definition(write_notebook(parameters=cell, ondertitel=["gemeente", "peildatum"]))
    assert definition.title(check_parameters(definition, {})) == "Proef Renkum 1 juli 2018"


def test_a_subtitle_must_be_a_parameter(write_notebook):
    with pytest.raises(NotebookError, match="wijk"):
        read_definition(write_notebook(ondertitel=["wijk"]))


@pytest.fixture
def domain_check(monkeypatch):
    """Return a module of the package that knows one gemeente."""
    module = ModuleType("evaluatie.proefcontrole")

    def check(parameters):
        if parameters["gemeente"] != "Renkum":
            raise ChoiceError(f"Geen gegevens van {parameters['gemeente']}.", "Kies Renkum.")

    module.check = check
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return "evaluatie.proefcontrole:check"


def test_the_domain_check_of_the_notebook_is_called(write_notebook, domain_check):
    notebook = write_notebook(controle=domain_check)
    assert check_parameters(notebook, {})["gemeente"] == "Renkum"
    with pytest.raises(ChoiceError, match=r"Geen gegevens van Ede\.\nKies Renkum\."):
        check_parameters(notebook, {"gemeente": "Ede"})


def test_the_domain_check_adds_to_what_was_wrong_already(write_notebook, domain_check):
    with pytest.raises(ChoiceError) as caught:
        check_parameters(write_notebook(controle=domain_check), {"gemeente": "Ede", "onbekend": "1"})
    assert "onbekend" in caught.value.message
    assert "Geen gegevens van Ede" in caught.value.message


@pytest.mark.parametrize("name", ["os:system", "evaluatie.nergens:check", "evaluatie.errors:niets", "evaluatie"])
def test_a_domain_check_is_a_function_of_this_package(write_notebook, name):
    with pytest.raises(NotebookError, match="bestaat niet"):
        check_parameters(write_notebook(controle=name), {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [("'s-Gravenhage", "s-gravenhage"), ("Súdwest-Fryslân", "sudwest-fryslan"), ("../../etc", "etc")],
)
def test_folder_names_are_ascii_and_stay_inside(text, expected):
    assert slug(text) == expected


def test_a_report_stands_under_its_gemeente_and_year():
    assert folder_for({"gemeente": "Den Haag", "jaar": 2017}).as_posix() == "den-haag/2017"
    assert folder_for({"drempel": 1}).as_posix() == "overig"
