"""In which words the size of an effect is written: points, a ratio, a number, euros."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from evaluatie import notatie
from evaluatie.estimation import Interval


@dataclass(frozen=True, slots=True)
class Schaal:
    """How an effect that is a difference is written.

    Parameters
    ----------
    naam : str
        Name of the scale, by which a report chooses its notation.
    write : callable
        Writes a size without its sign, and without its unit: ``0.041`` is ``4,1``.
    unit : str
        Word after the number ("procentpunt"); empty when `write` includes it.
    more, less : str
        Words for an effect above and below none.
    verb, than : str
        Words around it in a sentence: "lag … dan", "was … als".
    """

    naam: str
    write: Callable[[float], str]
    unit: str = ""
    more: str = "hoger"
    less: str = "lager"
    verb: str = "lag"
    than: str = "dan"

    def difference(self, value: float) -> str:
        """Write an effect with its direction: ``4,1 procentpunt lager``."""
        return f"{self._sized(abs(value))} {self.less if value < 0 else self.more}"

    def interval(self, interval: Interval) -> str:
        """Write both ends with their signs."""
        return f"{self._signed(interval.lower)} tot {self._signed(interval.upper)}"

    def at_least(self, size: float) -> str:
        """Write the smallest effect that could have been seen."""
        return f"een effect van {self._sized(size)} of meer"

    def _sized(self, size: float) -> str:
        return f"{self.write(size)} {self.unit}".strip()

    def _signed(self, value: float) -> str:
        if math.isinf(value):
            return "onbegrensd"
        text = self.write(abs(value))
        if not text.strip("0,.€\N{NO-BREAK SPACE}"):
            return text
        return f"{'+' if value > 0 else chr(0x2212)}{text}"


@dataclass(frozen=True, slots=True)
class Verhouding(Schaal):
    """How an effect that is a ratio is written: 1 is no effect."""

    def difference(self, value: float) -> str:
        """Write a ratio: ``1,30 keer zo hoog``."""
        return f"{self.write(value)} keer zo {self.more}"

    def interval(self, interval: Interval) -> str:
        """Write both ends."""
        return " tot ".join("onbegrensd" if math.isinf(x) else self.write(x) for x in (interval.lower, interval.upper))

    def at_least(self, size: float) -> str:
        """Write the smallest ratio above one that could have been seen, and its mirror below."""
        return f"een verhouding van {self.write(size)} of meer, of {self.write(1 / size)} of minder,"


PUNTEN = Schaal("punten", lambda value: notatie.points(value, signed=False), "procentpunt")
EURO = Schaal("euro", notatie.euro)
MAANDEN = Schaal("maanden", lambda value: notatie.number(value, 1), "maanden", "langer", "korter", "was")
AANTAL = Schaal("aantal", lambda value: notatie.number(value, 1))
VERHOUDING = Verhouding("verhouding", lambda value: notatie.number(value, 2), "", "hoog", "laag", "was", "als")
