"""Read a folder with registers: text files, Parquet or a workbook, whatever state they are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from evaluatie.registratie.bevindingen import Bevindingen, Ernst, Groep, found_in_file
from evaluatie.registratie.contract import Contract, Register, load_contract, load_contracten
from evaluatie.registratie.echo import clean
from evaluatie.registratie.gebonden import list_sheets, read_parquet, read_sheet, sheet_label
from evaluatie.registratie.koppeling import Koppeling, Tabelkoppeling, read_koppeling
from evaluatie.registratie.omzetten import Herkomst, convert, empty_column
from evaluatie.registratie.ruw import Ruw
from evaluatie.registratie.tekstbestand import read_tekst

_TEXT, _PARQUET, _WORKBOOK = (".csv", ".txt"), (".parquet",), (".xlsx", ".xlsm")
_SUFFIXES = (*_TEXT, *_PARQUET, *_WORKBOOK)
_IGNORED = ("leesmij", "readme")


@dataclass(frozen=True, slots=True)
class Vindplaats:
    """Where a table stands: a file, and for a workbook the sheet."""

    path: Path
    blad: str = ""

    @property
    def label(self) -> str:
        """How messages call it."""
        return sheet_label(self.path, self.blad) if self.blad else self.path.name


def read_map(map_: Path) -> tuple[Register, Bevindingen]:
    """Return every table in a folder, as its contract wants it, and everything that could not be read.

    Damaged input never raises: a table that cannot be read is absent and a finding says why.

    Parameters
    ----------
    map_ : Path
        Folder with ``<tabel>.csv``, ``<tabel>.parquet`` or one workbook, and perhaps ``koppeling.yaml``.
    """
    register, bevindingen, _ = read_map_with_names(map_)
    return register, bevindingen


def read_map_with_names(map_: Path) -> tuple[Register, Bevindingen, dict[str, str]]:
    """Return what `read_map` does, and the file of every table, for the messages of `check_register`."""
    koppeling, mistakes = read_koppeling(map_)
    bevindingen = Bevindingen(mistakes)
    if mistakes:
        return {}, bevindingen, {}
    places = find_tables(map_, koppeling, bevindingen)
    register: Register = {}
    for tabel in [name for name in load_contracten() if name in places]:
        table = _read_table(tabel, places[tabel], koppeling.get(tabel, Tabelkoppeling()), bevindingen)
        if table is not None:
            register[tabel] = table
    return register, bevindingen, {tabel: places[tabel].label for tabel in places}


def find_tables(map_: Path, koppeling: Koppeling, bevindingen: Bevindingen) -> dict[str, Vindplaats]:
    """Return where every table stands; report double, unknown and missing ones."""
    if not map_.is_dir():
        bevindingen.add(_in_map(map_, "geen map met deze naam", "een bestaande map", "Controleer de naam."))
        return {}
    files = sorted(path for path in map_.iterdir() if path.is_file() and _is_data(path))
    candidates = [place for path in files for place in _places_in(path, koppeling, bevindingen)]
    places: dict[str, Vindplaats] = {}
    for tabel, place in _named_places(candidates, koppeling, bevindingen):
        if tabel in places:
            bevindingen.add(_twice(tabel, places[tabel], place))
        else:
            places[tabel] = place
    _report_not_found(map_, koppeling, places, bevindingen)
    if not places and not bevindingen.count(Ernst.FOUT):
        names = ", ".join(f"{tabel}.csv" for tabel in load_contracten())
        bevindingen.add(_in_map(map_, "geen enkele tabel", f"een of meer van {names}", "Zet de bestanden in de map."))
    return places


def _is_data(path: Path) -> bool:
    hidden = path.name.startswith((".", "~$"))
    return not hidden and path.suffix.lower() in _SUFFIXES and not path.stem.lower().startswith(_IGNORED)


def _places_in(path: Path, koppeling: Koppeling, bevindingen: Bevindingen) -> list[Vindplaats]:
    if path.suffix.lower() not in _WORKBOOK:
        return [Vindplaats(path)]
    return [Vindplaats(path, blad) for blad in list_sheets(path, bevindingen)]


def _named_places(
    candidates: Iterable[Vindplaats], koppeling: Koppeling, bevindingen: Bevindingen
) -> Iterable[tuple[str, Vindplaats]]:
    """Give table and place; one export may serve several tables."""
    for place in candidates:
        tabellen = [tabel for tabel in load_contracten() if _is_table(tabel, place, koppeling)]
        yield from ((tabel, place) for tabel in tabellen)
        if not tabellen:
            bevindingen.add(_unused(place))


def _is_table(tabel: str, place: Vindplaats, koppeling: Koppeling) -> bool:
    deel = koppeling.get(tabel, Tabelkoppeling())
    if deel.bestand and deel.bestand.casefold() != place.path.name.casefold():
        return False
    if place.blad:
        return place.blad.strip().casefold() == (deel.blad or tabel).casefold()
    return bool(deel.bestand) or place.path.stem.casefold() == tabel


def _report_not_found(
    map_: Path, koppeling: Koppeling, places: Mapping[str, Vindplaats], bevindingen: Bevindingen
) -> None:
    for tabel, deel in koppeling.items():
        if tabel not in places and (deel.bestand or deel.blad) and not (map_ / deel.bestand).is_file():
            wanted = clean(deel.bestand or deel.blad)
            bevindingen.add(
                found_in_file(
                    "koppeling",
                    "koppeling.yaml",
                    f"{tabel}: '{wanted}' staat niet in de map",
                    "een bestand (of blad) dat bestaat",
                    "Verbeter de naam in koppeling.yaml.",
                )
            )


def _read_table(tabel: str, place: Vindplaats, deel: Tabelkoppeling, bevindingen: Bevindingen) -> pd.DataFrame | None:
    try:
        ruw = _read_raw(place, bevindingen)
    except OSError:
        bevindingen.add(
            found_in_file(
                "onleesbaar", place.label, "een bestand dat niet opengaat", "leesrechten", "Sluit het in Excel."
            )
        )
        return None
    return None if ruw is None else _normalise(load_contract(tabel), ruw, deel, bevindingen)


def _read_raw(place: Vindplaats, bevindingen: Bevindingen) -> Ruw | None:
    if place.blad:
        return read_sheet(place.path, place.blad, bevindingen)
    if place.path.suffix.lower() in _PARQUET:
        return read_parquet(place.path, bevindingen)
    return read_tekst(place.path, bevindingen)


def _normalise(contract: Contract, ruw: Ruw, deel: Tabelkoppeling, bevindingen: Bevindingen) -> pd.DataFrame | None:
    """Return the table with the columns of its contract; None when a required one is missing."""
    sources = _match_columns(contract, ruw, deel)
    _report_columns(contract, ruw, deel, sources, bevindingen)
    if any(name not in sources and name not in deel.vast for name in contract.verplicht):
        return None
    columns: dict[str, Any] = {}
    uses = Counter(sources.values())
    for naam, kolom in contract.kolommen.items():
        if naam not in sources and naam not in deel.vast:
            columns[naam] = empty_column(kolom, ruw.rijen)
            continue
        column = ruw.kolommen[sources[naam]] if naam in sources else _constant(deel.vast[naam], ruw.rijen)
        herkomst = Herkomst(ruw.bestand, naam, ruw.getypeerd, ruw.excel)
        columns[naam], found = convert(column, kolom, herkomst, deel.codes.get(naam, {}))
        bevindingen.extend(found)
        uses.subtract([sources.get(naam, "")])
        if naam in sources and not uses[sources[naam]]:
            del ruw.kolommen[sources[naam]], column  # the text of a large file need not stay
            pa.default_memory_pool().release_unused()
    return pd.DataFrame(columns, copy=False)


def _match_columns(contract: Contract, ruw: Ruw, deel: Tabelkoppeling) -> dict[str, str]:
    """Return the name in the file of every column of the contract that is there."""
    there = {name.casefold(): name for name in ruw.kolommen}
    wanted = {naam: deel.kolommen.get(naam, naam).strip().casefold() for naam in contract.kolommen}
    return {naam: there[name] for naam, name in wanted.items() if name in there and naam not in deel.vast}


def _constant(value: str, rows: int) -> Any:
    return pa.chunked_array([pa.repeat(pa.scalar(value, pa.string()), rows)])


def _report_columns(
    contract: Contract, ruw: Ruw, deel: Tabelkoppeling, sources: Mapping[str, str], bevindingen: Bevindingen
) -> None:
    used = set(sources.values())
    extra = [name for name in ruw.kolommen if name not in used]
    for naam, kolom in contract.kolommen.items():
        mapped = naam in deel.kolommen
        if naam not in sources and naam not in deel.vast and (mapped or not kolom.leeg):
            bevindingen.add(_missing_column(ruw.bestand, naam, deel.kolommen.get(naam, naam), extra))
    bevindingen.extend(_extra_column(ruw.bestand, name) for name in extra)


def _missing_column(bestand: str, naam: str, wanted: str, extra: list[str]) -> Groep:
    close = get_close_matches(wanted, extra, n=1)
    hint = f" Misschien is het '{clean(close[0])}'." if close else ""
    return found_in_file(
        "kolom_ontbreekt",
        bestand,
        f"geen kolom '{clean(wanted)}'",
        "deze kolom is verplicht",
        f"Voeg de kolom toe, of noem haar in koppeling.yaml onder kolommen.{hint}",
        kolom=naam,
    )


def _extra_column(bestand: str, name: str) -> Groep:
    return found_in_file(
        "kolom_onbekend",
        bestand,
        "een kolom die geen contract vraagt; zij is niet gelezen",
        "alleen de kolommen uit docs/datawoordenboek.md",
        "Laat de kolom weg, of koppel haar in koppeling.yaml.",
        kolom=clean(name),
        ernst=Ernst.WAARSCHUWING,
    )


def _unused(place: Vindplaats) -> Groep:
    name = place.blad or place.path.stem
    close = get_close_matches(name.lower(), load_contracten(), n=1)
    hint = f" Misschien bedoelt u '{close[0]}'." if close else ""
    return found_in_file(
        "niet_gebruikt",
        place.label,
        "een bestand of blad dat bij geen tabel hoort",
        f"een van: {', '.join(load_contracten())}",
        f"Hernoem het, of koppel het in koppeling.yaml.{hint}",
        ernst=Ernst.WAARSCHUWING,
    )


def _twice(tabel: str, first: Vindplaats, second: Vindplaats) -> Groep:
    return found_in_file(
        "dubbele_tabel",
        second.label,
        f"de tabel {tabel} staat ook in {first.label}; die is gelezen",
        "elke tabel één keer",
        "Verwijder een van beide.",
    )


def _in_map(map_: Path, found: str, allowed: str, remedie: str) -> Groep:
    return found_in_file("map", map_.name or str(map_), found, allowed, remedie)
