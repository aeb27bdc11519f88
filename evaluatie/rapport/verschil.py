"""Two versions of a report: which numbers changed, and whether data, law or code can be the reason."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluatie import notatie
from evaluatie.rapport.herkomst import Invoer, find_herkomst
from evaluatie.rapport.ontvangstbewijs import explain_changes, list_changed_files

Record = Mapping[str, Any]

GEGEVENS, WET, PROGRAMMA, KEUZE = "gegevens", "wet", "programma", "gekozen parameters"
_NOISE = 1e-9  # relative: the last bits of a number differ between machines
_PARTS = {
    "value": "waarde",
    "value_to": "bovenkant",
    "lower": "ondergrens",
    "upper": "bovengrens",
    "p_value": "p",
    "verdict": "oordeel",
    "evidence_level": "bewijskracht",
}


@dataclass(frozen=True, slots=True)
class Wijziging:
    """One number that differs; `oud` or `nieuw` is empty when only one report has it."""

    id: str
    oud: str
    nieuw: str
    onderdelen: tuple[str, ...]
    omschrijving: str

    def __str__(self) -> str:
        if not self.oud:
            return f"{self.id}: nieuw, {self.nieuw} ({self.omschrijving})"
        if not self.nieuw:
            return f"{self.id}: vervallen, was {self.oud} ({self.omschrijving})"
        shown = f"{self.oud} → {self.nieuw}" if self.oud != self.nieuw else self.nieuw
        return f"{self.id}: {shown}; anders: {', '.join(self.onderdelen)} ({self.omschrijving})"


@dataclass(frozen=True, slots=True)
class Verschil:
    """What differs between two reports.

    Parameters
    ----------
    wijzigingen : tuple of Wijziging
        In the order of the new report; what is gone comes last.
    gelijk : int
        How many numbers are the same in both.
    oorzaken : tuple of str
        Dutch sentences: what differs in choices, data, law, code and versions.
    soorten : tuple of str
        The kinds of cause among them.
    bestanden : tuple of str
        The files with data that differ.
    gemeente : str
        Whose report it is.
    """

    wijzigingen: tuple[Wijziging, ...]
    gelijk: int
    oorzaken: tuple[str, ...]
    soorten: tuple[str, ...]
    bestanden: tuple[str, ...] = ()
    gemeente: str = ""

    def explain(self, wijziging: Wijziging) -> str:
        """Say which of the causes can have changed this number: only what its function reads, or the program itself."""
        possible = [cause for soort in self.soorten if (cause := self._reaches(soort, wijziging.id))]
        if not possible:
            return "oorzaak niet te herleiden uit de ontvangstbewijzen"
        return f"door {possible[0]}" if len(possible) == 1 else f"mogelijk door {' of '.join(possible)}"

    def _reaches(self, soort: str, identifier: str) -> str:
        """Return a cause as it may be named beside a number; empty when the number does not rest on it."""
        herkomst = find_herkomst(identifier)
        if soort == WET:
            return WET if herkomst is None or Invoer.WET in herkomst.invoer else ""
        if soort != GEGEVENS:
            return soort
        read = [f for f in self.bestanden if herkomst is None or _is_read(f, herkomst.invoer, self.gemeente)]
        return f"{GEGEVENS} ({notatie.join(read)})" if read else ""

    def as_text(self) -> str:
        """Return everything in plain Dutch, a line per number."""
        count = len(self.wijzigingen)
        changed = "geen enkel cijfer is anders" if not count else f"{count} anders, nieuw of vervallen"
        lines = [f"{self.gelijk} cijfers zijn gelijk; {changed}.", ""]
        lines += ["Wat er tussen de twee rapporten is veranderd:"]
        lines += [
            f"  - {oorzaak}" for oorzaak in self.oorzaken or ["Niets: keuze, gegevens, wet en programma zijn gelijk."]
        ]
        if count:
            lines += ["", "Cijfers:", *(f"  - {item}; {self.explain(item)}" for item in self.wijzigingen)]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """Return the same as data."""
        return {
            "gelijk": self.gelijk,
            "oorzaken": list(self.oorzaken),
            "wijzigingen": [
                {
                    "id": item.id,
                    "oud": item.oud or None,
                    "nieuw": item.nieuw or None,
                    "onderdelen": list(item.onderdelen),
                    "omschrijving": item.omschrijving,
                    "verklaring": self.explain(item),
                }
                for item in self.wijzigingen
            ],
        }


def compare_reports(old: Sequence[Record], new: Sequence[Record], old_receipt: Record, new_receipt: Record) -> Verschil:
    """Compare the records of two ``results.json`` and the receipts that belong to them."""
    before, after = ({str(item["id"]): item for item in items} for items in (old, new))
    changes = [_compare(name, before.get(name), item) for name, item in after.items()]
    changes += [_compare(name, item, None) for name, item in before.items() if name not in after]
    found = tuple(change for change in changes if change is not None)
    causes, kinds = _find_causes(old_receipt, new_receipt)
    files = list_changed_files(old_receipt.get("bronbestanden"), new_receipt.get("bronbestanden"))
    gemeente = str((new_receipt.get("parameters") or {}).get("gemeente", ""))
    return Verschil(found, len(changes) - len(found), tuple(causes), tuple(kinds), tuple(files), gemeente)


def _is_read(file: str, invoer: frozenset[Invoer], gemeente: str) -> bool:
    """Say whether what a number rests on includes a file of the receipt."""
    embedded = file.startswith("data/")
    if file.endswith("dossier.yaml"):
        own = not embedded or f"/{gemeente.lower()}/" in file
        return Invoer.DOSSIERS in invoer or (own and Invoer.DOSSIER in invoer)
    if file.startswith("data/cbs/"):
        return Invoer.CBS in invoer
    return Invoer.LANDELIJK in invoer if embedded else Invoer.REGISTERS in invoer


def _compare(name: str, old: Record | None, new: Record | None) -> Wijziging | None:
    known = new or old or {}
    sentence = str(known.get("sentence", ""))
    if old is None or new is None:
        return Wijziging(name, _text(old), _text(new), (), sentence)
    parts = tuple(word for part, word in _PARTS.items() if not _same(_part(old, part), _part(new, part)))
    return Wijziging(name, _text(old), _text(new), parts, sentence) if parts else None


def _text(record: Record | None) -> str:
    return "" if record is None else str(record.get("text") or record.get("value"))


def _part(record: Record, part: str) -> Any:
    return (record.get("interval") or {}).get(part) if part in ("lower", "upper") else record.get(part)


def _same(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=_NOISE, abs_tol=_NOISE)
    return one == other


def _find_causes(old: Record, new: Record) -> tuple[list[str], list[str]]:
    sentences, kinds = [], []
    chosen = _differences(old.get("parameters"), new.get("parameters"))
    if chosen:
        sentences.append(f"Gekozen parameters: {'; '.join(chosen)}.")
        kinds.append(KEUZE)
    for sentence in explain_changes(old, new):
        sentences.append(sentence)
        words = sentence.split(" gewijzigd")[0].lower()
        kinds += [soort for soort in (GEGEVENS, WET, PROGRAMMA) if soort in words]
    versions = _differences(old.get("versies"), new.get("versies"))
    if versions:
        sentences.append(f"Versies: {'; '.join(versions)}.")
        kinds.append("versies van pakketten")
    return sentences, list(dict.fromkeys(kinds))


def _differences(old: object, new: object) -> list[str]:
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return []
    names = sorted({*map(str, old), *map(str, new)})
    return [
        f"{name} {old.get(name, 'onbekend')} → {new.get(name, 'onbekend')}"
        for name in names
        if old.get(name) != new.get(name)
    ]


__all__ = ["Verschil", "Wijziging", "compare_reports"]
