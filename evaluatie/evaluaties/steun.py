"""How many persons and outcomes an estimate rests on: without it, nothing from own registers is published."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Steun:
    """How many persons and outcomes an estimate rests on, among the treated and those they are compared with.

    An estimate without a comparison (a share, a total) gives the same numbers on both sides.
    """

    personen_behandeld: int
    personen_vergeleken: int
    gebeurtenissen_behandeld: int
    gebeurtenissen_vergeleken: int

    @classmethod
    def single(cls, personen: int, gebeurtenissen: int) -> Steun:
        """Return the support of an estimate about one group."""
        return cls(personen, personen, gebeurtenissen, gebeurtenissen)


def count_steun(persoon: npt.NDArray[np.int64], treated: npt.NDArray[np.bool_], event: npt.NDArray[np.bool_]) -> Steun:
    """Count different persons, and different persons with the event, on both sides.

    Parameters
    ----------
    persoon, treated, event : array, shape (rows,)
        A row per person or person-month.
    """
    return Steun(
        *(len(np.unique(persoon[side])) for side in (treated, ~treated)),
        *(len(np.unique(persoon[side & event])) for side in (treated, ~treated)),
    )
