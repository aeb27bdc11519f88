"""What the tests of the deliveries share: records, files and pseudonyms that can be undone."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from evaluatie.registratie.leveringen import Levering, Melding, load_layout, to_leveringen

ANNA, BRAM = "900000004", "900000016"  # invented; both pass the elfproef


def pseudonymise(values: pd.Series) -> pd.Series:
    return values.map(pseudonym_of)


def pseudonym_of(value: str) -> str:
    return hashlib.blake2b(value.encode(), key=b"test", digest_size=8).hexdigest()


def months(first: str, last: str) -> list[pd.Period]:
    return list(pd.period_range(first, last, freq="M"))


def record(soort: str, maand: str, **fields: str) -> dict[str, str]:
    jaar, mm = maand.split("-")
    fixed = {"bus": "01", "srg": "10", "bdfs": "06"}[soort]
    base = {"statistiekjaar": jaar, "statistiekmaand": mm, "gemeentecode": "0344", "statistiekcode": fixed, "bsn": ANNA}
    if soort == "bdfs":
        base["registratienummer_vordering"] = "V1"
    return base | fields


def delivery(soort: str, maand: str, *records: dict[str, str], volgnummer: int = 0, naam: str = "") -> Levering:
    layout, _ = load_layout(soort, 2015)
    rows = [record(soort, maand, **fields) for fields in records]
    frame = pd.DataFrame(rows, columns=layout.namen, dtype="string")
    frame = frame.mask(frame == "")  # as the reader does
    frame.index = pd.RangeIndex(1, len(rows) + 1, name="regel")
    [levering] = to_leveringen({pd.Period(maand, "M"): frame}, soort, "GM0344")
    return Levering(soort, levering.maand, "GM0344", frame, layout, naam or levering.naam, volgnummer)


def write_file(folder: Path, soort: str, maand: str, *records: dict[str, str], naam: str = "") -> Path:
    layout, _ = load_layout(soort, 2015)
    rows = [record(soort, maand, **fields) for fields in records]
    lines = [";".join(row.get(field, "") for field in layout.namen) for row in rows]
    path = folder / (naam or f"{soort}_{maand}.csv")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def texts(meldingen: list[Melding], ernst: str) -> str:
    return " | ".join(str(melding) for melding in meldingen if melding.ernst == ernst)
