"""``help(…)`` is enough: every public thing says what it is, what it takes and what it gives."""

from __future__ import annotations

import enum
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest

from evaluatie import checks, estimation, panel, rapport

PACKAGES = (estimation, rapport, panel, checks)
FEW = 2
"""With so few arguments the first line and the names are enough."""


def by_hand(module: ModuleType) -> list[tuple[str, Any]]:
    """Return the functions and classes that a module itself defines."""
    found = vars(module).items()
    return [(name, thing) for name, thing in found if getattr(thing, "__module__", "") == module.__name__]


def public() -> Iterator[tuple[str, Any]]:
    """Yield what a researcher imports: what the packages export, every check, and the comparison of municipalities."""
    for package in PACKAGES:
        for name in package.__all__:
            yield f"{package.__name__}.{name}", getattr(package, name)
    own = [each.name for each in pkgutil.iter_modules(checks.__path__)]
    modules = [importlib.import_module(f"evaluatie.checks.{name}") for name in own]
    names = ("landelijke_vergelijking", "vergelijkingsgroep", "specificaties")
    for module in [*modules, *(importlib.import_module(f"evaluatie.evaluaties.{name}") for name in names)]:
        for name, thing in by_hand(module):
            if not name.startswith("_"):
                yield f"{module.__name__}.{name}", thing


THINGS = {
    name: thing
    for name, thing in public()
    if isinstance(thing, FunctionType) or (inspect.isclass(thing) and not issubclass(thing, enum.Enum))
}
METHODS = {
    f"{name}.{method}": function
    for name, thing in THINGS.items()
    if inspect.isclass(thing)
    for method, function in vars(thing).items()
    if isinstance(function, FunctionType) and not method.startswith("_")
}


def arguments(thing: Any) -> list[str]:
    return [name for name in inspect.signature(thing).parameters if name != "self"]


def section(text: str, title: str) -> str:
    """Return the lines of a section of a NumPy docstring."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^\w[^\n]*\n-+$|\Z)", text, re.MULTILINE | re.DOTALL)
    return found.group(1) if found else ""


def described(text: str) -> set[str]:
    """Return the names that the section Parameters explains: the lines that are not indented."""
    lines = [line for line in section(text, "Parameters").splitlines() if line and not line.startswith(" ")]
    return {name.strip(" *") for line in lines for name in line.split(" : ")[0].split(",")}


def gives_something(thing: Any) -> bool:
    return inspect.signature(thing).return_annotation not in ("None", None)


def test_there_is_something_to_read():
    assert len(THINGS) > 70
    assert len(METHODS) > 70


@pytest.mark.parametrize("name", sorted({*THINGS, *METHODS}))
def test_everything_public_says_what_it_is(name):
    thing = {**THINGS, **METHODS}[name]
    assert (thing.__doc__ or "").strip(), name
    assert not thing.__doc__.startswith(f"{thing.__name__}("), "only the signature that a dataclass writes itself"


@pytest.mark.parametrize("name", sorted(name for name, thing in THINGS.items() if len(arguments(thing)) > FEW))
def test_with_more_than_two_arguments_every_argument_is_explained(name):
    thing = THINGS[name]
    text = inspect.getdoc(thing) or ""
    assert set(arguments(thing)) - described(text) == set()
    if isinstance(thing, FunctionType) and gives_something(thing):
        assert section(text, "Returns"), f"{name} does not say what it returns"


@pytest.mark.parametrize("name", sorted(THINGS))
def test_no_explanation_of_an_argument_that_is_gone(name):
    thing = THINGS[name]
    assert described(inspect.getdoc(thing) or "") - set(arguments(thing)) == set()


def test_the_reader_of_docstrings_sees_what_is_missing():
    text = "Do.\n\nParameters\n----------\na, b : int\n    Two: c, d.\n**rest\n    More.\n\nReturns\n-------\nint"
    assert described(text) == {"a", "b", "rest"}
    assert section(text, "Returns") == "int"
    assert section(text, "Raises") == ""
