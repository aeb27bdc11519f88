"""What a released value is: made only inside `disclosure`, opened only for publication."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

from evaluatie.errors import DisclosureError
from evaluatie.quantities import Bron

T = TypeVar("T")

KEY = object()
"""What only the modules of `disclosure` hand over; `evaluatie.disclosure` does not export it."""


class Grond(StrEnum):
    """Why a value may be published."""

    OPENBAAR = "uit openbare bronnen"
    VASTE_WOORDEN = "alleen woorden uit een vaste lijst"
    SYNTHETISCH = "uit synthetische gegevens: geen echte personen"
    ONDERDRUKT = "uit eigen registers: kleine aantallen onderdrukt, aantallen afgerond op 5"


class Released(Generic[T]):
    """A value that may be published, with the ground and the sources it rests on.

    Only the functions of `disclosure` make one.
    """

    __slots__ = ("_bronnen", "_grond", "_value")

    def __init__(self, value: T, grond: Grond, bronnen: tuple[Bron, ...], *, key: object = None) -> None:
        if key is not KEY:
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


def open_released(released: Released[T]) -> T:
    """Return the value for publication; anything else than a `Released` is refused."""
    if not isinstance(released, Released):
        raise DisclosureError(
            f"Een {type(released).__name__} is niet vrijgegeven en komt niet in een rapport.",
            "Geef de waarde eerst vrij.",
        )
    return released._value
