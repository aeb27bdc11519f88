"""Read YAML that has to meet a contract: every mistake at once, in Dutch, with its key."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from evaluatie.errors import DataError, Violation

M = TypeVar("M", bound=BaseModel)

_PROBLEMS = {
    "extra_forbidden": "onbekende sleutel",
    "missing": "verplichte sleutel ontbreekt",
    "enum": "waarde niet toegestaan; toegestaan: {expected}",
    "literal_error": "waarde niet toegestaan; toegestaan: {expected}",
    "string_pattern_mismatch": "tekst heeft niet de juiste vorm",
    "value_error": "{error}",
}


def read_contract(model: type[M], text: str, herkomst: str, wat: str) -> M:
    """Parse and check text.

    Parameters
    ----------
    model : type
        The contract.
    text : str
        YAML.
    herkomst : str
        File name, for the error messages.
    wat : str
        What it should be, with its article: ``"een regeling"``.

    Raises
    ------
    DataError
        With one `Violation` per mistake.
    """
    try:
        return model.model_validate(YAML(typ="safe").load(text))
    except YAMLError as error:
        raise DataError(f"{herkomst} is geen leesbare YAML: {error}", "Verbeter de notatie.") from None
    except ValidationError as error:
        violations = [_describe(herkomst, detail) for detail in error.errors()]
        raise DataError(f"{herkomst} voldoet niet aan het contract van {wat}.", violations=violations) from None


def _describe(herkomst: str, detail: Any) -> Violation:
    problem = _PROBLEMS.get(detail["type"], detail["msg"]).format(**detail.get("ctx", {}))
    key = ".".join(map(str, detail["loc"])) or "(het hele bestand)"
    return Violation(f"{herkomst}, {key}", f"{problem}.", "Verbeter deze sleutel.")
