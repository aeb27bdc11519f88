"""The embedded tables of published figures: their contract, and the one way to read them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pandas as pd

from evaluatie.errors import ChoiceError, DataError, EstimationError, Violation
from evaluatie.project import data_folder
from evaluatie.quantities import Bron


class Publicatiestatus(StrEnum):
    """How firm CBS calls a figure; ``niet_gemarkeerd``: the source carries no such mark."""

    DEFINITIEF = "definitief"
    NADER_VOORLOPIG = "nader_voorlopig"
    VOORLOPIG = "voorlopig"
    NIET_GEMARKEERD = "niet_gemarkeerd"


ESTIMABLE = frozenset({Publicatiestatus.DEFINITIEF, Publicatiestatus.NIET_GEMARKEERD})


@dataclass(frozen=True, slots=True)
class TableSpec:
    """Contract of one CSV file in ``data/cbs``.

    Parameters
    ----------
    file : str
        File name.
    titel : str
        What the table holds, for a citation.
    key : tuple of str
        Columns that together name a row once.
    numbers : tuple of str
        Columns with non-negative numbers, empty where CBS gives none; their unit is their suffix.
    texts : tuple of str
        The other columns.
    periode : str
        Pattern of the column ``periode``, when there is one: a year, or a month.
    """

    file: str
    titel: str
    key: tuple[str, ...]
    numbers: tuple[str, ...]
    texts: tuple[str, ...] = ("tabel", "regio_code", "status")
    periode: str = r"\d{4}"


_MONTH = r"\d{4}-(0[1-9]|1[0-2])"

TABLES = {
    "uitkeringen_landelijk_maand": TableSpec(
        "uitkeringen_landelijk_maand.csv",
        "CBS (StatLine), tabel 37789ksz",
        ("periode",),
        ("uitkeringen_tot_aow_x1000", "uitkeringen_vanaf_aow_x1000", "ioaw_x1000", "ioaz_x1000", "ww_x1000"),
        periode=_MONTH,
    ),
    "werkloosheid_landelijk_maand": TableSpec(
        "werkloosheid_landelijk_maand.csv",
        "CBS (StatLine), tabel 80590ned",
        ("periode",),
        (
            "werkloos_x1000",
            "werkloos_seizoengecorrigeerd_x1000",
            "werkloosheid_aandeel",
            "werkloosheid_seizoengecorrigeerd_aandeel",
        ),
        periode=_MONTH,
    ),
    "bijstand_gemeenten_jaar": TableSpec(
        "bijstand_gemeenten_jaar.csv",
        "CBS (StatLine), tabellen 83450NED, 83747NED en 84066NED",
        ("regio_code", "periode", "leeftijd"),
        (
            "inwoners_personen",
            "bijstand_personen",
            "instroom_personen",
            "uitstroom_personen",
            "uitstroom_naar_werk_personen",
            "voorziening_personen",
            "werk_na_voorziening_personen",
            "bijstand_en_voorziening_personen",
            "instroom_cbs_aandeel",
            "uitstroom_cbs_aandeel",
            "uitstroom_naar_werk_cbs_aandeel",
        ),
        ("tabel", "regio_code", "regio", "leeftijd", "status"),
    ),
    "uitkeringen_kerncijfers_jaar": TableSpec(
        "uitkeringen_kerncijfers_jaar.csv",
        "CBS, Kerncijfers wijken en buurten 2015 en 2021",
        ("regio_code", "periode"),
        ("inwoners_personen", "bijstand_personen", "ww_personen", "ao_personen", "aow_personen"),
        ("tabel", "regio_code", "regio", "status"),
    ),
    "herindelingen": TableSpec(
        "herindelingen.csv",
        "CBS (StatLine), tabel 03759ned",
        ("datum", "gebeurtenis", "richting", "regio_code", "andere_code"),
        ("hectare", "woningen", "inwoners"),
        ("datum", "gebeurtenis", "richting", "regio_code", "regio", "andere_code", "andere_regio", "tabel"),
    ),
}


def load_table(name: str) -> pd.DataFrame:
    """Return a checked table; the caller owns the frame and may change it.

    Raises
    ------
    ChoiceError
        For an unknown table.
    DataError
        With every cell that does not meet the contract: file, row, column, value, remedy.
    """
    if name not in TABLES:
        raise ChoiceError(f"Er is geen tabel '{name}'.", f"Beschikbaar: {', '.join(sorted(TABLES))}.")
    return _read(name, data_folder()).copy()


def table_path(name: str) -> Path:
    """Return the file of a table, for its hash in a receipt."""
    return data_folder() / "cbs" / TABLES[name].file


def table_bron(name: str, vindplaats: str = "") -> Bron:
    """Return the citation of a table."""
    return Bron(TABLES[name].titel, vindplaats)


def require_estimable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` unchanged when no row is provisional.

    CBS's first figures for May–July 2021 were 1,1–1,7% too high: an effect is never estimated on them.

    Raises
    ------
    EstimationError
        When a provisional figure is among the rows.
    """
    provisional = frame.loc[~frame["status"].isin(ESTIMABLE)]
    if len(provisional):
        periods = ", ".join(sorted(provisional["periode"].astype(str).unique())[:6])
        raise EstimationError(
            f"Voorlopige CBS-cijfers worden niet gebruikt om een effect te schatten (periode: {periods}).",
            "Kies een venster met definitieve cijfers.",
        )
    return frame


@functools.cache
def _read(name: str, folder: Path) -> pd.DataFrame:
    spec = TABLES[name]
    path = folder / "cbs" / spec.file
    if not path.is_file():
        raise DataError(f"Het bestand {path} ontbreekt.", "Haal het project opnieuw op.")
    raw = pd.read_csv(path, dtype=str, keep_default_na=False)
    violations = _check_columns(spec, raw) or _check_cells(spec, raw)
    if violations:
        raise DataError(f"{path} voldoet niet aan het contract ({len(violations)} fouten).", violations=violations)
    return _convert(spec, raw)


def _check_columns(spec: TableSpec, raw: pd.DataFrame) -> list[Violation]:
    expected = {*spec.key, *spec.numbers, *spec.texts}
    missing = [
        Violation(spec.file, f"kolom '{c}' ontbreekt.", "Voeg de kolom toe.") for c in sorted(expected - set(raw))
    ]
    extra = [Violation(spec.file, f"kolom '{c}' is onbekend.", "Verwijder de kolom.") for c in raw if c not in expected]
    return missing + extra


def _check_cells(spec: TableSpec, raw: pd.DataFrame) -> list[Violation]:
    violations = []
    for column in spec.numbers:
        values = pd.to_numeric(raw[column], errors="coerce")
        for row in raw.index[(raw[column] != "") & ~(values >= 0)]:
            where = f"{spec.file}, regel {row + 2}, kolom {column}"
            violations.append(
                Violation(where, f"'{raw[column][row]!s}' is geen getal van 0 of meer.", "Verbeter het getal.")
            )
    if "periode" in raw:
        violations += [
            Violation(
                f"{spec.file}, regel {row + 2}, kolom periode",
                f"'{raw['periode'][row]!s}' is geen periode van deze tabel.",
                "Verbeter de periode.",
            )
            for row in raw.index[~raw["periode"].str.fullmatch(spec.periode)]
        ]
    if "status" in raw:
        for row in raw.index[~raw["status"].isin(set(Publicatiestatus))]:
            where = f"{spec.file}, regel {row + 2}, kolom status"
            violations.append(
                Violation(
                    where, f"'{raw['status'][row]!s}' is geen status.", f"Kies uit: {', '.join(Publicatiestatus)}."
                )
            )
    violations += [
        Violation(f"{spec.file}, regel {row + 2}", "deze rij komt dubbel voor.", "Verwijder een van beide.")
        for row in raw.index[raw.duplicated(list(spec.key))]
    ]
    return violations


def _convert(spec: TableSpec, raw: pd.DataFrame) -> pd.DataFrame:
    converted = raw.copy()
    for column in spec.numbers:
        converted[column] = pd.to_numeric(raw[column].replace("", None))
    if "periode" in raw and spec.periode != _MONTH:
        converted["periode"] = raw["periode"].astype(int)
    return converted
