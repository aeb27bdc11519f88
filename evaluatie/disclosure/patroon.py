"""Which cells to suppress, so that what is published does not give them back.

A cell is suppressed for its own sake when it is small (primary). Published totals and balances can give it back by
subtraction, so further cells are suppressed (secondary) until, in every equation between cells,

1. at least two cells are unknown, or none; and
2. when all unknown cells stand on one side, so that their sum can be computed, that sum holds at least the smallest
   number of persons, both in truth and as computed from the rounded figures;

3. when they are moreover all small, so that a reader knows the most each can be, their sum leaves every one of them at
   least half of that range: two cells under ten that make eighteen are nine and nine;

and until no suppressed cell is determined by all equations together (it would be where its row of the null space of the
equations, restricted to unknown cells, is zero).

This is a simple rule: it suppresses the smallest cell that helps, one at a time, which is safe but not the fewest
cells. What a reader can *bound* with several equations at once (counts are never negative), and what two releases give
away together, it does not look at; the equations are kept with every release so that an exact method can.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import null_space

from evaluatie.disclosure.drempels import Drempels

_ZERO = 1e-9


@dataclass(frozen=True, slots=True)
class Vergelijking:
    """An equation between cells, by their numbers: those on the left add up to the same as those on the right."""

    links: tuple[int, ...]
    rechts: tuple[int, ...]

    @property
    def cellen(self) -> tuple[int, ...]:
        """Every cell in it."""
        return self.links + self.rechts


def choose_suppressed(
    counts: Sequence[int],
    small: Iterable[int],
    vergelijkingen: Sequence[Vergelijking],
    drempels: Drempels,
    rang: Sequence[int],
) -> set[int]:
    """Return every cell to suppress: the small ones, and those that protect them.

    Parameters
    ----------
    counts : sequence of int
        Persons in each cell, unrounded.
    small : iterable of int
        Numbers of the cells that may not be published themselves.
    vergelijkingen : sequence of Vergelijking
        Everything a reader knows about sums of cells.
    drempels : Drempels
        Smallest number of persons, and rounding.
    rang : sequence of int
        Cells of the lowest rank are suppressed first (inner cells before totals); among equals the smallest.
    """
    primary = frozenset(small)
    unknown = set(primary)
    while unknown:
        wanted = _find_weak(counts, unknown, primary, vergelijkingen, drempels)
        if wanted is None:
            return unknown
        left = [cell for cell in wanted if cell not in unknown] or [
            cell for item in vergelijkingen for cell in item.cellen if cell not in unknown
        ]
        if not left:
            return unknown
        unknown.add(min(left, key=lambda cell: (rang[cell], counts[cell], cell)))
    return unknown


def _find_weak(
    counts: Sequence[int],
    unknown: set[int],
    primary: frozenset[int],
    vergelijkingen: Sequence[Vergelijking],
    drempels: Drempels,
) -> tuple[int, ...] | None:
    """Return the cells of an equation that gives something away, or None."""
    for item in vergelijkingen:
        if _gives_away(item, counts, unknown, primary, drempels):
            return item.cellen
    for cell in find_determined(unknown, vergelijkingen):
        return next(item.cellen for item in vergelijkingen if cell in item.cellen)
    return None


def _gives_away(
    item: Vergelijking, counts: Sequence[int], unknown: set[int], primary: frozenset[int], drempels: Drempels
) -> bool:
    left, right = unknown.intersection(item.links), unknown.intersection(item.rechts)
    if not left and not right:
        return False
    if len(left) + len(right) == 1:
        return True
    if left and right:
        return False
    side, other = (item.links, item.rechts) if left else (item.rechts, item.links)
    hidden = left or right
    computed = sum(map(drempels.round_count, (counts[c] for c in other))) - sum(
        drempels.round_count(counts[c]) for c in side if c not in hidden
    )
    truth, most = sum(counts[c] for c in hidden), drempels.kleinste_cel - 1
    crowded = hidden <= primary and truth > most * (len(hidden) - 1) + most // 2
    return crowded or min(computed, truth) < drempels.kleinste_cel


def find_determined(unknown: Iterable[int], vergelijkingen: Sequence[Vergelijking]) -> list[int]:
    """Return the unknown cells that the equations determine exactly."""
    cells = sorted(unknown)
    if not cells or not vergelijkingen:
        return []
    place = {cell: column for column, cell in enumerate(cells)}
    matrix = np.zeros((len(vergelijkingen), len(cells)))
    for row, item in enumerate(vergelijkingen):
        for sign, side in ((1.0, item.links), (-1.0, item.rechts)):
            for cell in side:
                if cell in place:
                    matrix[row, place[cell]] += sign
    free = np.abs(null_space(matrix)).sum(axis=1)
    return [cell for cell, amount in zip(cells, free, strict=True) if amount < _ZERO]
