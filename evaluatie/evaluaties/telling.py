"""Counts of persons with everything that is known of their sums, so that they can be released together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Sleutel = tuple[str, ...]


@dataclass(slots=True)
class Telling:
    """Unrounded counts of one page; not to be shown, only to be released.

    Everything of one page is kept in one of these: whether a count may be shown depends on all others.

    Parameters
    ----------
    counts : dict
        Persons by key.
    sommen : list of (whole, parts)
        Parts that add up to a whole; a whole may be divided in several ways.
    balansen : list of (left, right)
        Counts that add up to the same.
    voorrang : set
        Counts that matter most when others have to be suppressed to protect a small one.
    """

    counts: dict[Sleutel, int] = field(default_factory=dict)
    sommen: list[tuple[Sleutel, tuple[Sleutel, ...]]] = field(default_factory=list)
    balansen: list[tuple[tuple[Sleutel, ...], tuple[Sleutel, ...]]] = field(default_factory=list)
    voorrang: set[Sleutel] = field(default_factory=set)

    def add(self, key: Sleutel, count: int) -> Sleutel:
        """Keep a count; the same key with another count is an error of the program."""
        if self.counts.setdefault(key, int(count)) != count:
            raise ValueError(f"count {key} is {self.counts[key]} and {count}")
        return key

    def divide(self, whole: Sleutel, parts: Mapping[Any, int]) -> None:
        """Keep the parts of a whole, and the whole as their sum."""
        self.add(whole, sum(map(int, parts.values())))
        for key, count in parts.items():
            self.add(key, count)
        self.sommen.append((whole, tuple(parts)))

    def join(self, whole: Sleutel, parts: Sequence[Sleutel]) -> None:
        """Keep the sum of counts that are there already, as their whole."""
        self.divide(whole, {key: self.counts[key] for key in parts})
