"""How firm a rule is, as an ordered scale."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Zekerheid(StrEnum):
    """How firm a rule is; ordered, the weaker is the smaller.

    FOUND was read in the cited source for that very year, DERIVED is arithmetic on found values,
    INFERRED was not stated for that year but taken from neighbouring years.
    """

    FOUND = "gevonden"
    DERIVED = "afgeleid"
    INFERRED = "aangenomen"

    @property
    def rank(self) -> int:
        """Return 0 for the weakest, 2 for the firmest."""
        return (Zekerheid.INFERRED, Zekerheid.DERIVED, Zekerheid.FOUND).index(self)

    # All four are spelled out: `str` defines them too, and alphabetical order is not an order of firmness.
    def __lt__(self, other: str) -> bool:
        return self.rank < Zekerheid(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Zekerheid(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Zekerheid(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Zekerheid(other).rank


def find_weakest(statussen: Iterable[Zekerheid]) -> Zekerheid:
    """Return the weakest certainty: a conclusion is no firmer than its weakest rule.

    Raises
    ------
    ValueError
        When there are none: a conclusion without any rule has no certainty.
    """
    return min(statussen)
