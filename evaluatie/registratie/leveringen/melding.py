"""A finding: something the reader of a delivery must know, without anything that names a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Ernst = Literal["fout", "waarschuwing", "opmerking"]

SHOWN_PLACES = 5


@dataclass(frozen=True, slots=True)
class Melding:
    """One finding.

    Parameters
    ----------
    ernst : {"fout", "waarschuwing", "opmerking"}
        A fout lost a record, a waarschuwing changed or may have changed an outcome, an opmerking did neither.
    waar : str
        File and lines, or the months.
    tekst : str
        What was found and what was done, in Dutch; never a BSN.
    """

    ernst: Ernst
    waar: str
    tekst: str

    def __str__(self) -> str:
        return f"{self.waar}: {self.tekst}"


def shorten(parts: Sequence[object]) -> str:
    """Return the first few parts and how many more there are: ``"3, 7, 9 en nog 12"``."""
    shown = ", ".join(map(str, parts[:SHOWN_PLACES]))
    hidden = len(parts) - SHOWN_PLACES
    return f"{shown} en nog {hidden}" if hidden > 0 else shown


def group_meldingen(meldingen: Iterable[Melding]) -> list[Melding]:
    """Return every finding once, and the same finding at several places as one; in the order of the first."""
    places: dict[tuple[Ernst, str], dict[str, None]] = {}
    for melding in meldingen:
        places.setdefault((melding.ernst, melding.tekst), {})[melding.waar] = None
    return [Melding(ernst, shorten(list(waar)), tekst) for (ernst, tekst), waar in places.items()]
