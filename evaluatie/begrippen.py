"""The glossary: one file with every term a reader meets, in the words she meets it in."""

from __future__ import annotations

import functools
from importlib.resources import files

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML


class Begrip(BaseModel):
    """A term: its label, its explanation, and the words for it inside a sentence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    uitleg: str
    woord: str = ""
    lijst: bool = False


def label(begrip: str) -> str:
    """Return the label of a term; a term that is used but not defined is a KeyError."""
    return load_begrippen()[begrip].label


def word(begrip: str) -> str:
    """Return a term as it stands inside a sentence."""
    found = load_begrippen()[begrip]
    return found.woord or found.label.lower()


@functools.cache
def load_begrippen() -> dict[str, Begrip]:
    """Return every term by its key."""
    text = files("evaluatie").joinpath("begrippen.yaml").read_text(encoding="utf-8")
    return {key: Begrip.model_validate(value) for key, value in YAML(typ="safe").load(text).items()}
