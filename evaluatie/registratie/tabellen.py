"""One table under test: its frame, how messages call it, and the shortest way to a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.registratie.bevindingen import FIRST_ROW, Ernst, Groep

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Uitleg:
    """What a check says: found, allowed, remedy."""

    gevonden: str
    toegestaan: str
    remedie: str
    ernst: Ernst = Ernst.FOUT


@dataclass(frozen=True, slots=True)
class Tabel:
    """A table under test."""

    naam: str
    frame: pd.DataFrame = field(repr=False)
    bestand: str

    def find(self, toets: str, kolom: str, wrong: Mask | npt.NDArray[np.int64], uitleg: Uitleg) -> Iterator[Groep]:
        """Give one finding with all rows that are wrong (a mask, or row numbers from 0), if there are any."""
        places = np.flatnonzero(wrong) if wrong.dtype == np.bool_ else wrong
        if len(places):
            rijen = (places + FIRST_ROW).astype(np.int32)
            yield Groep(
                uitleg.ernst, toets, self.bestand, kolom, uitleg.gevonden, uitleg.toegestaan, uitleg.remedie, rijen
            )

    def whole(self, toets: str, kolom: str, uitleg: Uitleg) -> Groep:
        """Return one finding about the table as a whole."""
        return Groep(uitleg.ernst, toets, self.bestand, kolom, uitleg.gevonden, uitleg.toegestaan, uitleg.remedie)
