"""A synthetic municipality as files: the same bytes for the same parameters, and never over real registers."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from evaluatie.errors import ChoiceError, DataError
from evaluatie.registratie.contract import Register, load_contract, load_contracten
from evaluatie.registratie.voorbeeld.genereren import Voorbeeld
from evaluatie.registratie.voorbeeld.kolommen import restore_table
from evaluatie.registratie.voorbeeld.waarheid import SYNTHETISCH

WAARHEID = "waarheid.json"
LEESMIJ = "LEESMIJ.md"


def write(
    voorbeeld: Voorbeeld,
    map: Path,  # noqa: A002  # the user's word
    *,
    csv: bool = False,
    overschrijf: bool = False,
) -> Path:
    """Write one file per table, ``waarheid.json`` and ``LEESMIJ.md``.

    Parameters
    ----------
    voorbeeld : Voorbeeld
        What `generate` returned.
    map : Path
        Folder; made when it does not exist.
    csv : bool
        CSV (semicolon, decimal comma, UTF-8) instead of Parquet.
    overschrijf : bool
        Replace an earlier synthetic municipality. Anything else in the folder is never touched.

    Raises
    ------
    ChoiceError
        When the folder is not empty, and (with `overschrijf`) does not hold a synthetic municipality.
    DataError
        When the folder cannot be written.
    """
    check_target(map, overschrijf=overschrijf)
    try:
        _write_all(voorbeeld, map, csv=csv)
    except OSError as error:
        raise DataError(
            f"De map {map} kan niet worden geschreven ({error.strerror}).", "Kies een andere map."
        ) from None
    return map


def check_target(map: Path, *, overschrijf: bool) -> None:  # noqa: A002
    """Refuse a folder in which something would be lost."""
    if not map.exists():
        return
    if not map.is_dir():
        raise ChoiceError(f"{map} is een bestand, geen map.", "Kies een map.")
    if not any(map.iterdir()):
        return
    if not overschrijf:
        raise ChoiceError(f"De map {map} is niet leeg.", "Kies een lege map, of gebruik --overschrijf.")
    if read_truth(map) is None:
        raise ChoiceError(
            f"In {map} staat geen voorbeeldgemeente; andere gegevens worden nooit overschreven.", "Kies een lege map."
        )


def read_truth(map: Path) -> dict[str, Any] | None:  # noqa: A002
    """Return ``waarheid.json`` of a synthetic municipality; None when the folder holds none."""
    try:
        truth = json.loads((map / WAARHEID).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return truth if isinstance(truth, dict) and truth.get("synthetisch") is True else None


def read_parquet(map: Path) -> Register:  # noqa: A002
    """Return the tables that `write` wrote as Parquet, with the dtypes of their contracts."""
    return {tabel: restore_table(tabel, pd.read_parquet(map / f"{tabel}.parquet")) for tabel in load_contracten()}


def _write_all(voorbeeld: Voorbeeld, folder: Path, *, csv: bool) -> None:
    """Write everything beside its place first; the truth goes last, so that a folder with it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".nieuw-", dir=folder))
    try:
        for tabel, frame in voorbeeld.register.items():
            (_write_csv if csv else _write_parquet)(new, tabel, frame)
        (new / LEESMIJ).write_text(_readme(voorbeeld), encoding="utf-8", newline="\n")
        truth = json.dumps(voorbeeld.waarheid, ensure_ascii=False, indent=2) + "\n"
        (new / WAARHEID).write_text(truth, encoding="utf-8", newline="\n")
        for tabel in voorbeeld.register:
            (folder / f"{tabel}.{'parquet' if csv else 'csv'}").unlink(missing_ok=True)
        for path in sorted(new.iterdir(), key=lambda path: (path.name == WAARHEID, path.name)):
            path.replace(folder / path.name)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write_parquet(folder: Path, tabel: str, frame: pd.DataFrame) -> None:
    frame.to_parquet(folder / f"{tabel}.parquet", engine="pyarrow", index=False, compression="zstd")


def _write_csv(folder: Path, tabel: str, frame: pd.DataFrame) -> None:
    columns = load_contract(tabel).kolommen
    shown = frame.copy()
    for name, kolom in columns.items():
        if kolom.soort in ("datum", "maand"):
            shown[name] = frame[name].dt.strftime("%Y-%m-%d" if kolom.soort == "datum" else "%Y-%m")
        elif kolom.soort == "bedrag":
            shown[name] = frame[name].map("{:.2f}".format, na_action="ignore").str.replace(".", ",")
        elif kolom.soort == "getal":
            shown[name] = frame[name].map("{:g}".format, na_action="ignore").str.replace(".", ",")
    path = folder / f"{tabel}.csv"
    shown.to_csv(path, sep=";", index=False, encoding="utf-8", lineterminator="\n")


def _readme(voorbeeld: Voorbeeld) -> str:
    parameters = voorbeeld.waarheid["parameters"]
    venster = voorbeeld.waarheid["venster"]
    made = " ".join(f"--{name} {parameters[name]}" for name in ("personen", "maanden", "seed"))
    rows = [f"| {name} | {load_contract(name).omschrijving} | {len(t)} |" for name, t in voorbeeld.register.items()]
    return "\n".join(
        [
            "# SYNTHETISCHE GEGEVENS",
            "",
            f"{SYNTHETISCH} Er is geen gemeente met deze gegevens; de gemeentecode is GM9999.",
            "",
            f"Gemaakt door `evaluatie sample` met {made}.",
            "",
            f"Waargenomen: {venster['eerste_maand']} tot en met {venster['laatste_maand']}.",
            "",
            f"In `{WAARHEID}` staat welke effecten erin zijn gelegd, wat ze betekenen en hoe er wordt geteld.",
            "",
            "| tabel | inhoud | rijen |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )
