"""What a check found: never one object per row, always one group per mistake with its row numbers."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluatie.errors import SHOWN_VIOLATIONS, DataError, Violation

Rijen = npt.NDArray[np.int32]
FIRST_ROW = 2  # the row of a table with index 0, as the user sees it: the header is row 1
EXAMPLES = 5
NOTHING_CHECKED = "niets_gecontroleerd"
_NO_ROWS: Rijen = np.array([], dtype=np.int32)


class Ernst(IntEnum):
    """How bad a finding is: a `FOUT` stops, a `WAARSCHUWING` is carried into every report."""

    WAARSCHUWING = 1
    FOUT = 2

    @property
    def label(self) -> str:
        """The word a user reads."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Bevinding:
    """One thing that is wrong, at one place.

    Parameters
    ----------
    ernst : Ernst
        How bad it is.
    toets : str
        Name of the check, ``"bsn"``.
    bestand : str
        File or table.
    rij : int or None
        Row as the user sees it (the header is row 1); None for the file as a whole.
    kolom : str
        Column, or nothing for the row as a whole.
    gevonden, toegestaan, remedie : str
        What was found, what is allowed and how to mend it, in Dutch. Never personal data.
    """

    ernst: Ernst
    toets: str
    bestand: str
    rij: int | None
    kolom: str
    gevonden: str
    toegestaan: str
    remedie: str

    @property
    def where(self) -> str:
        """File, row and column in words."""
        rij = "" if self.rij is None else f", rij {self.rij}"
        return f"{self.bestand}{rij}" + (f", kolom {self.kolom}" if self.kolom else "")


@dataclass(frozen=True, slots=True)
class Groep:
    """The same mistake in many rows of one column.

    Parameters
    ----------
    rijen : array of int32
        Rows as the user sees them, ascending; none for a finding about the file as a whole.
    waarden : tuple of str
        What was found in the first rows; `gevonden` stands for the others.
    """

    ernst: Ernst
    toets: str
    bestand: str
    kolom: str
    gevonden: str
    toegestaan: str
    remedie: str
    rijen: Rijen = field(default_factory=_NO_ROWS.copy, compare=False)
    waarden: tuple[str, ...] = ()

    @property
    def aantal(self) -> int:
        """How often it occurs."""
        return max(1, len(self.rijen))

    @property
    def key(self) -> tuple[str, str, str]:
        """By which findings are counted together."""
        return (self.toets, self.bestand, self.kolom)

    def examples(self, limit: int) -> list[Bevinding]:
        """Return the first `limit` findings of this group."""
        rijen: list[int | None] = [int(rij) for rij in self.rijen[:limit]] or [None]
        found = itertools.chain(self.waarden, itertools.repeat(self.gevonden))
        return [self._at(rij, gevonden) for rij, gevonden in zip(rijen, found, strict=False)]

    def _at(self, rij: int | None, gevonden: str) -> Bevinding:
        return Bevinding(self.ernst, self.toets, self.bestand, rij, self.kolom, gevonden, self.toegestaan, self.remedie)


@dataclass(frozen=True, slots=True)
class Samenvatting:
    """How often one check fired in one column, with the first findings."""

    ernst: Ernst
    toets: str
    bestand: str
    kolom: str
    aantal: int
    voorbeelden: tuple[Bevinding, ...]


class Bevindingen:
    """All findings of a check, grouped; also with millions of them it stays small."""

    def __init__(self, groepen: Iterable[Groep] = ()) -> None:
        self._groepen: list[Groep] = list(groepen)

    def __len__(self) -> int:
        return sum(groep.aantal for groep in self._groepen)

    def __iter__(self) -> Iterator[Groep]:
        return iter(self._groepen)

    def __add__(self, other: Bevindingen) -> Bevindingen:
        return Bevindingen([*self, *other])

    def add(self, groep: Groep) -> None:
        """Take in a group."""
        self._groepen.append(groep)

    def extend(self, groepen: Iterable[Groep]) -> None:
        """Take in groups."""
        self._groepen.extend(groepen)

    def count(self, ernst: Ernst) -> int:
        """Return how many findings are this bad."""
        return sum(groep.aantal for groep in self._groepen if groep.ernst is ernst)

    @property
    def toetsen(self) -> set[str]:
        """The names of the checks that fired."""
        return {groep.toets for groep in self._groepen}

    @property
    def ernst(self) -> Ernst | None:
        """The worst of all findings; None when there are none."""
        return max((groep.ernst for groep in self._groepen), default=None)

    def without_rows(self, toets: str, known: Bevindingen) -> Bevindingen:
        """Return these findings without those of `toets` in cells that `known` already reports."""
        return Bevindingen(
            rest for groep in self if (rest := groep if groep.toets != toets else _drop_rows(groep, known)) is not None
        )

    def summarise(self, limit: int = EXAMPLES) -> list[Samenvatting]:
        """Return one summary per check, file and column, errors first, with at most `limit` examples each."""
        by_key: dict[tuple[str, str, str], list[Groep]] = {}
        for groep in self._groepen:
            by_key.setdefault(groep.key, []).append(groep)
        rows = [_summarise(groepen, limit) for groepen in by_key.values()]
        return sorted(rows, key=lambda row: -row.ernst)

    def require(self) -> None:
        """Stop when there is an error.

        Raises
        ------
        DataError
            With the first errors of every check.
        """
        fouten = self.count(Ernst.FOUT)
        if not fouten:
            return
        violations = [
            Violation(found.where, f"{found.gevonden}; toegestaan: {found.toegestaan}.", found.remedie)
            for row in self.summarise()
            if row.ernst is Ernst.FOUT
            for found in row.voorbeelden
        ]
        count = "1 fout" if fouten == 1 else f"{fouten} fouten"
        raise DataError(
            f"De gegevens voldoen niet aan het contract ({count}).",
            "Toon alles met: evaluatie check MAP",
            violations[:SHOWN_VIOLATIONS],
        )

    def to_json(self, limit: int = EXAMPLES) -> dict[str, Any]:
        """Return counts and summaries as plain values for `json.dump`."""
        return {
            "fouten": self.count(Ernst.FOUT),
            "waarschuwingen": self.count(Ernst.WAARSCHUWING),
            "bevindingen": [_as_json(row) for row in self.summarise(limit)],
        }

    def to_html(self, titel: str = "Controle van de gegevens", limit: int = EXAMPLES) -> str:
        """Return one self-contained, accessible page."""
        from evaluatie.registratie.weergave import write_html

        return write_html(self, titel, limit)

    def as_text(self, width: int = 110, limit: int = EXAMPLES) -> str:
        """Return a table for a terminal."""
        from evaluatie.registratie.weergave import write_text

        return write_text(self, width, limit)


def found_in_file(
    toets: str,
    bestand: str,
    gevonden: str,
    toegestaan: str,
    remedie: str,
    *,
    kolom: str = "",
    ernst: Ernst = Ernst.FOUT,
) -> Groep:
    """Return a finding about a file or column as a whole."""
    return Groep(ernst, toets, bestand, kolom, gevonden, toegestaan, remedie)


def rows_of(mask: npt.NDArray[np.bool_]) -> Rijen:
    """Return the rows, as the user sees them, where `mask` holds."""
    return (np.flatnonzero(mask) + FIRST_ROW).astype(np.int32)


def _drop_rows(groep: Groep, known: Bevindingen) -> Groep | None:
    same = [other.rijen for other in known if (other.bestand, other.kolom) == (groep.bestand, groep.kolom)]
    if not same:
        return groep
    keep = ~np.isin(groep.rijen, np.concatenate(same))
    return replace(groep, rijen=groep.rijen[keep], waarden=()) if keep.any() else None


def _summarise(groepen: Sequence[Groep], limit: int) -> Samenvatting:
    worst = max(groepen, key=lambda groep: groep.ernst)
    examples = [found for groep in groepen for found in groep.examples(limit)]
    aantal = sum(groep.aantal for groep in groepen)
    return Samenvatting(worst.ernst, *worst.key, aantal, tuple(examples[:limit]))


def _as_json(row: Samenvatting) -> dict[str, Any]:
    return {
        "ernst": row.ernst.label,
        "toets": row.toets,
        "bestand": row.bestand,
        "kolom": row.kolom,
        "aantal": row.aantal,
        "voorbeelden": [
            {"rij": v.rij, "gevonden": v.gevonden, "toegestaan": v.toegestaan, "remedie": v.remedie}
            for v in row.voorbeelden
        ],
    }
