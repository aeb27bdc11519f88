"""The only way out: nothing is published that was not released here, and the gate is closed by default.

Today every released value rests on public sources (CBS tables that are already disclosure-controlled,
documents that a municipality published). Values from a municipality's own registers will get a ground
of their own, with suppression and rounding; until then they cannot be released at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import pandas as pd

from evaluatie.errors import DisclosureError
from evaluatie.quantities import Bron

T = TypeVar("T")

_FORBIDDEN = frozenset({"persoon_id", "bsn", "burgerservicenummer", "pseudoniem", "naam_persoon"})
_KEY = object()


class Grond(StrEnum):
    """Why a value may be published."""

    OPENBAAR = "uit openbare bronnen"


class Released(Generic[T]):
    """A value that may be published, with the ground and the public sources it rests on.

    Only `release_public` makes one.
    """

    __slots__ = ("_bronnen", "_grond", "_value")

    def __init__(self, value: T, grond: Grond, bronnen: tuple[Bron, ...], *, key: object = None) -> None:
        if key is not _KEY:
            raise DisclosureError(
                "Een waarde kan alleen door 'disclosure' worden vrijgegeven.", "Gebruik release_public."
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


__all__ = ["Grond", "Released", "open_released", "release_public"]
