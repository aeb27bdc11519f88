"""The only way out: nothing is published that was not released here, and the gate is closed by default.

Released values rest on public sources (CBS tables that are already disclosure-controlled, documents that a
municipality published), or are words of a list that was made without looking at data (which registers there are), or
rest on registers in which everybody is invented.
Numbers from a municipality's own registers will get a ground of their own, with suppression and rounding; until
then they cannot be released at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import pandas as pd

from evaluatie.errors import DisclosureError
from evaluatie.quantities import Bron
from evaluatie.registratie.voorbeeld.kolommen import GEMEENTE_CODE

T = TypeVar("T")

_FORBIDDEN = frozenset({"persoon_id", "bsn", "burgerservicenummer", "pseudoniem", "naam_persoon"})
_KEY = object()
SYNTHETIC_PERSON, SYNTHETIC_GEMEENTE = "facade", GEMEENTE_CODE
"""How the sample generator marks the persons and the municipality that it invents."""


class Grond(StrEnum):
    """Why a value may be published."""

    OPENBAAR = "uit openbare bronnen"
    VASTE_WOORDEN = "alleen woorden uit een vaste lijst"
    SYNTHETISCH = "uit synthetische gegevens: geen echte personen"


class Released(Generic[T]):
    """A value that may be published, with the ground and the public sources it rests on.

    Only the functions of this module make one.
    """

    __slots__ = ("_bronnen", "_grond", "_value")

    def __init__(self, value: T, grond: Grond, bronnen: tuple[Bron, ...], *, key: object = None) -> None:
        if key is not _KEY:
            raise DisclosureError(
                "Een waarde kan alleen door 'disclosure' worden vrijgegeven.",
                "Gebruik een van de functies release_… van disclosure.",
            )
        self._value, self._grond, self._bronnen = value, grond, bronnen

    @property
    def grond(self) -> Grond:
        """The ground of the release."""
        return self._grond

    @property
    def bronnen(self) -> tuple[Bron, ...]:
        """The sources."""
        return self._bronnen


def release_public(value: T, bronnen: Iterable[Bron]) -> Released[T]:
    """Release a value that was computed from public sources only.

    Raises
    ------
    DisclosureError
        Without a source, with a source without a title, or when the value carries columns of persons.
    """
    sources = tuple(dict.fromkeys(bronnen))
    if not sources or any(not bron.titel.strip() for bron in sources):
        raise DisclosureError("Zonder openbare bron wordt niets vrijgegeven.", "Geef de bron van elk cijfer op.")
    if any(_has_persons(frame) for frame in _find_frames(value)):
        raise DisclosureError("De tabel bevat gegevens van personen.", "Geef alleen aantallen en percentages vrij.")
    return Released(value, Grond.OPENBAAR, sources, key=_KEY)


def release_words(value: T, vocabulary: Collection[str]) -> Released[T]:
    """Release a value that holds nothing but words of a list that was made without looking at data.

    Raises
    ------
    DisclosureError
        When anything in it, at any depth, is a number, a table or a word that is not in the list.
    """
    if any(not isinstance(part, str) or part not in vocabulary for part in _find_leaves(value)):
        raise DisclosureError("Hier staat iets anders dan de vaste woorden.", "Geef alleen namen uit de lijst vrij.")
    return Released(value, Grond.VASTE_WOORDEN, (), key=_KEY)


def release_synthetic(value: T, register: Mapping[str, pd.DataFrame], bron: Bron) -> Released[T]:
    """Release what was computed from a register in which everybody is invented.

    Raises
    ------
    DisclosureError
        When any person or municipality in the register does not carry the mark of a synthetic one.
    """
    tables = [frame for frame in register.values() if "persoon_id" in frame]
    persons = pd.concat([frame["persoon_id"].dropna().astype("str") for frame in tables]) if tables else pd.Series([])
    places = [frame["gemeente_code"].dropna() for frame in register.values() if "gemeente_code" in frame]
    if persons.empty or not places or not persons.str.startswith(SYNTHETIC_PERSON).all():
        raise DisclosureError("Dit zijn geen synthetische gegevens.", "Cijfers over echte personen komen er niet uit.")
    if any((codes != SYNTHETIC_GEMEENTE).any() for codes in places):
        raise DisclosureError("Deze gegevens zijn van een bestaande gemeente.", "Geef ze niet vrij als synthetisch.")
    return Released(value, Grond.SYNTHETISCH, (bron,), key=_KEY)


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


def _has_persons(frame: pd.DataFrame) -> bool:
    names = {str(name).casefold() for name in (*frame.columns, *frame.index.names)}
    return bool(_FORBIDDEN & names)


def open_released(released: Released[T]) -> T:
    """Return the value for publication; anything else than a `Released` is refused."""
    if not isinstance(released, Released):
        raise DisclosureError(
            f"Een {type(released).__name__} is niet vrijgegeven en komt niet in een rapport.",
            "Geef de waarde eerst vrij.",
        )
    return released._value


__all__ = ["Grond", "Released", "open_released", "release_public", "release_synthetic", "release_words"]
