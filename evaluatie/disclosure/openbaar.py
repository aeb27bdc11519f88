"""Release what holds no real person: public figures, words of a fixed list, invented persons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TypeVar

import pandas as pd

from evaluatie.disclosure.herkenning import has_person_columns
from evaluatie.disclosure.vrijgave import KEY, Grond, Released
from evaluatie.errors import DisclosureError
from evaluatie.quantities import Bron
from evaluatie.registratie.voorbeeld.kolommen import GEMEENTE_CODE

T = TypeVar("T")

EIGEN_REGISTERS = "eigen registers"

SYNTHETIC_PERSON, SYNTHETIC_GEMEENTE = "facade", GEMEENTE_CODE
"""How the sample generator marks the persons and the municipality that it invents."""


def release_public(value: T, bronnen: Iterable[Bron]) -> Released[T]:
    """Release a value that was computed from public sources only.

    Raises
    ------
    DisclosureError
        Without a source, with a source without a title, or when the value carries columns of persons.
    """
    sources = require_sources(bronnen)
    if any(has_person_columns(frame) for frame in _find_frames(value)):
        raise DisclosureError("De tabel bevat gegevens van personen.", "Geef alleen aantallen en percentages vrij.")
    return Released(value, Grond.OPENBAAR, sources, key=KEY)


def release_words(value: T, vocabulary: Collection[str]) -> Released[T]:
    """Release a value that holds nothing but words of a list that was made without looking at data.

    Raises
    ------
    DisclosureError
        When anything in it, at any depth, is a number, a table or a word that is not in the list.
    """
    if any(not isinstance(part, str) or part not in vocabulary for part in _find_leaves(value)):
        raise DisclosureError("Hier staat iets anders dan de vaste woorden.", "Geef alleen namen uit de lijst vrij.")
    return Released(value, Grond.VASTE_WOORDEN, (), key=KEY)


def release_synthetic(value: T, register: Mapping[str, pd.DataFrame], bron: Bron) -> Released[T]:
    """Release what was computed from a register in which everybody is invented.

    Raises
    ------
    DisclosureError
        When any person or municipality in the register does not carry the mark of a synthetic one.
    """
    if not _invented_persons(register):
        raise DisclosureError("Dit zijn geen synthetische gegevens.", "Cijfers over echte personen komen er niet uit.")
    if not _invented_place(register):
        raise DisclosureError("Deze gegevens zijn van een bestaande gemeente.", "Geef ze niet vrij als synthetisch.")
    return Released(value, Grond.SYNTHETISCH, (bron,), key=KEY)


def is_synthetic(register: Mapping[str, pd.DataFrame]) -> bool:
    """Tell whether everybody in a register, and its municipality, is invented."""
    return _invented_persons(register) and _invented_place(register)


def cite_register(naam: str, *, synthetisch: bool) -> Bron:
    """Return how a number from the registers of a municipality is cited."""
    return Bron(f"{naam}, {'synthetische gegevens' if synthetisch else EIGEN_REGISTERS}")


def is_own_register(bron: Bron) -> bool:
    """Tell whether a source is the registers of a real municipality."""
    return bron.titel.endswith(EIGEN_REGISTERS)


def require_sources(bronnen: Iterable[Bron]) -> tuple[Bron, ...]:
    """Return every source once; refuse none at all, or one without a title."""
    sources = tuple(dict.fromkeys(bronnen))
    if not sources or any(not bron.titel.strip() for bron in sources):
        raise DisclosureError("Zonder openbare bron wordt niets vrijgegeven.", "Geef de bron van elk cijfer op.")
    return sources


def _invented_persons(register: Mapping[str, pd.DataFrame]) -> bool:
    tables = [frame for frame in register.values() if "persoon_id" in frame]
    places = [frame for frame in register.values() if "gemeente_code" in frame]
    persons = pd.concat([frame["persoon_id"].dropna().astype("str") for frame in tables]) if tables else pd.Series([])
    return not persons.empty and bool(places) and bool(persons.str.startswith(SYNTHETIC_PERSON).all())


def _invented_place(register: Mapping[str, pd.DataFrame]) -> bool:
    places = [frame["gemeente_code"].dropna() for frame in register.values() if "gemeente_code" in frame]
    return not any((codes != SYNTHETIC_GEMEENTE).any() for codes in places)


def _find_leaves(value: object) -> Iterator[object]:
    """Yield everything in a record or sequence that is not itself one; the rest counts as a leaf."""
    if is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            yield from _find_leaves(getattr(value, part.name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _find_leaves(item)
    else:
        yield value


def _find_frames(value: object) -> Iterator[pd.DataFrame]:
    """Yield every table inside a value: records, mappings and sequences are searched too."""
    if isinstance(value, pd.DataFrame):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            yield from _find_frames(getattr(value, part.name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _find_frames(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _find_frames(item)
