"""From text to the dtypes of a contract: every different value is converted once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from evaluatie.registratie.bevindingen import EXAMPLES, Ernst, Groep, rows_of
from evaluatie.registratie.contract import Kolom, dtype_of
from evaluatie.registratie.echo import show_values
from evaluatie.registratie.getallen import parse_numbers

_EMPTY = pa.array(["", "NULL", "NaN", "NaT", "None", "<NA>"])
_OPEN_END = 9999
_EXCEL_DAY_0 = np.datetime64("1899-12-30", "s")
_TIME = r"(?:[T ]\d{2}:\d{2}.*)?"
_DAYS = (
    rf"(?P<j>\d{{4}})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}}){_TIME}",
    rf"(?P<d>\d{{1,2}})-(?P<m>\d{{1,2}})-(?P<j>\d{{4}}){_TIME}",
    r"(?P<j>(?:19|20|99)\d{2})(?P<m>\d{2})(?P<d>\d{2})",
)
_MONTHS = (r"(?P<j>\d{4})-(?P<m>\d{1,2})", r"(?P<m>\d{1,2})-(?P<j>\d{4})", r"(?P<j>(?:19|20)\d{2})(?P<m>\d{2})")
_ALLOWED = {
    "datum": "een bestaande dag als JJJJ-MM-DD of DD-MM-JJJJ",
    "maand": "een maand als JJJJ-MM",
    "bedrag": "een bedrag in euro, zoals 1234,50",
    "getal": "een getal, zoals 12,5",
    "geheel": "een geheel getal",
}
_REMEDIES = {
    "datum": "Zet de kolom in Excel op de celopmaak Datum, of verbeter de dag.",
    "maand": "Schrijf de maand als JJJJ-MM.",
}
_BOOLEANS = {"true": "ja", "false": "nee", "j": "ja", "n": "nee"}
Values = Any


@dataclass(frozen=True, slots=True)
class Herkomst:
    """Where a column comes from, and how its values may be read."""

    bestand: str
    naam: str
    getypeerd: bool
    excel: bool


@dataclass(frozen=True, slots=True)
class Gecodeerd:
    """A column as its different values and, per row, the number of the value (−1: empty)."""

    uniek: pd.Series[str]
    nummers: npt.NDArray[np.int32]

    def spread(self, wrong: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return per row whether its value is among the wrong ones."""
        return np.append(wrong, False)[self.nummers]


def convert(column: Any, kolom: Kolom, herkomst: Herkomst, codes: Mapping[str, str]) -> tuple[Values, list[Groep]]:
    """Return the values of a column in the dtype of its contract, and what could not be converted.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Text.
    kolom : Kolom
        Contract of the column.
    herkomst : Herkomst
        Where it comes from.
    codes : mapping
        Code in the export → code in the contract.
    """
    if kolom.soort in ("persoon", "tekst"):
        chunks = [_trim(_decode(chunk)) for chunk in column.chunks]
        text = pa.chunked_array(chunks, pa.string())
        return pd.Series(text.to_pandas(types_mapper=lambda _: pd.StringDtype("pyarrow"))), []
    coded = _encode(column)
    if kolom.soort == "code":
        return _to_codes(coded, kolom, codes), []
    if kolom.soort in ("datum", "maand"):
        return _to_days(coded, kolom, herkomst)
    return _to_numbers(coded, kolom, herkomst)


def empty_column(kolom: Kolom, rows: int) -> Values:
    """Return a column without values."""
    return pd.Series([None] * rows if rows else [], dtype=dtype_of(kolom)) if rows < 1 else _missing(kolom, rows)


def _missing(kolom: Kolom, rows: int) -> Values:
    dtype = dtype_of(kolom)
    missing: Any = {"category": None, "float64": np.nan, "datetime64[s]": pd.NaT}.get(dtype, pd.NA)
    return pd.Series(missing, index=pd.RangeIndex(rows), dtype=dtype)


def _decode(chunk: Any) -> Any:
    return chunk.dictionary_decode() if pa.types.is_dictionary(chunk.type) else chunk


def _trim(column: Any) -> Any:
    text = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.is_in(text, _EMPTY), pa.scalar(None, pa.string()), text)


def _encode(column: Any) -> Gecodeerd:
    """Return the different values, without spaces around them; empty ones have no number."""
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    coded = coded.unify_dictionaries().combine_chunks()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.chunk(0) if coded.num_chunks else pa.array([], pa.dictionary(pa.int32(), pa.string()))
    numbers = np.asarray(pc.fill_null(coded.indices, -1))
    used = np.zeros(len(coded.dictionary) + 1, dtype=bool)
    used[numbers] = True  # the dictionary may still hold values of rows that were cut off
    trimmed = pc.if_else(pa.array(used[:-1]), _trim(coded.dictionary), None).dictionary_encode()
    places = np.append(np.asarray(pc.fill_null(trimmed.indices, -1)), -1).astype(np.int32)
    uniek = pd.Series(trimmed.dictionary.to_pandas(types_mapper=lambda _: pd.StringDtype("pyarrow")))
    return Gecodeerd(uniek, places[numbers])


def _to_codes(coded: Gecodeerd, kolom: Kolom, codes: Mapping[str, str]) -> Values:
    """Return a categorical; codes that the contract does not know stay, for the check of the structure."""
    known = {code.casefold(): code for code in kolom.codes} | {
        source: target for source, target in _BOOLEANS.items() if target in kolom.codes and source not in kolom.codes
    }
    mapped = [codes.get(value, known.get(value.casefold(), value)) for value in coded.uniek]
    names = dict.fromkeys([*kolom.codes, *filter(None, mapped)])
    place = {name: index for index, name in enumerate(names)} | {"": -1}
    numbers = np.array([*(place[name] for name in mapped), -1], dtype=np.int32)[coded.nummers]
    categories = pd.Index(list(names), dtype="str")
    return pd.Series(pd.Categorical.from_codes(numbers, categories=categories))


def _to_days(coded: Gecodeerd, kolom: Kolom, herkomst: Herkomst) -> tuple[Values, list[Groep]]:
    patterns = _DAYS if kolom.soort == "datum" else (*_DAYS, *_MONTHS)
    days = np.full(len(coded.uniek) + 1, np.datetime64("NaT"), dtype="datetime64[s]")
    open_end = np.zeros(len(coded.uniek), dtype=bool)
    for pattern in patterns:
        parts = coded.uniek.str.extract(f"^{pattern}$")
        hit = parts["j"].notna().to_numpy(dtype=bool) & np.isnat(days[:-1])
        if hit.any():
            days[:-1][hit] = _assemble(parts.loc[hit])
            open_end[hit] |= (kolom.leeg & parts.loc[hit, "j"].eq(str(_OPEN_END))).to_numpy(dtype=bool)
    if herkomst.excel:
        _fill_serials(days[:-1], coded.uniek)
    wrong = np.isnat(days[:-1])
    days[:-1][open_end] = np.datetime64("NaT")
    if kolom.soort == "maand":
        days = days.astype("datetime64[M]").astype("datetime64[s]")
    return pd.Series(days[coded.nummers]), _report(coded, wrong & ~open_end, kolom, herkomst)


def _assemble(parts: pd.DataFrame) -> npt.NDArray[np.datetime64]:
    day = parts["d"].str.zfill(2) if "d" in parts else "01"
    iso = parts["j"] + "-" + parts["m"].str.zfill(2) + "-" + day
    return pd.to_datetime(iso, format="%Y-%m-%d", errors="coerce").to_numpy().astype("datetime64[s]")


def _fill_serials(days: npt.NDArray[np.datetime64], uniek: pd.Series[str]) -> None:
    """Read the five-digit numbers that Excel keeps for a day (1927 up to 2173)."""
    serial = uniek.str.fullmatch(r"[1-9]\d{4}").to_numpy(dtype=bool) & np.isnat(days)
    counts = uniek[serial].astype("int64").to_numpy()
    days[serial] = _EXCEL_DAY_0 + counts.astype("timedelta64[D]").astype("timedelta64[s]")


def _to_numbers(coded: Gecodeerd, kolom: Kolom, herkomst: Herkomst) -> tuple[Values, list[Groep]]:
    numbers, ambiguous = parse_numbers(coded.uniek, typed=herkomst.getypeerd)
    wrong = np.isnan(numbers)
    if kolom.soort == "geheel":
        wrong |= ~np.isclose(numbers % 1, 0) | (np.abs(numbers) >= 2**53)
    found = _report(coded, wrong, kolom, herkomst)
    if ambiguous.any():
        found.append(_warn_of_thousands(coded, ambiguous, herkomst))
    spread = np.append(np.where(wrong, np.nan, numbers), np.nan)[coded.nummers]
    if kolom.soort != "geheel":
        return pd.Series(spread), found
    empty = np.isnan(spread)
    whole = np.where(empty, 0, spread).astype(np.int64)
    return pd.Series(pd.arrays.IntegerArray(whole, empty)), found


def _report(coded: Gecodeerd, wrong: npt.NDArray[np.bool_], kolom: Kolom, herkomst: Herkomst) -> list[Groep]:
    if not wrong.any():
        return []
    mask = coded.spread(wrong)
    first = coded.uniek.iloc[coded.nummers[np.flatnonzero(mask)[:EXAMPLES]]]
    shown = show_values(herkomst.naam, kolom, list(first), int(wrong.sum()) if kolom.soort == "code" else 1)
    allowed = _ALLOWED[kolom.soort]
    remedie = _REMEDIES.get(kolom.soort, "Verbeter de waarde, of koppel de juiste kolom in koppeling.yaml.")
    return [
        Groep(
            Ernst.FOUT,
            "waarde",
            herkomst.bestand,
            herkomst.naam,
            "een waarde die niet is te lezen",
            allowed,
            remedie,
            rows_of(mask),
            shown,
        )
    ]


def _warn_of_thousands(coded: Gecodeerd, ambiguous: npt.NDArray[np.bool_], herkomst: Herkomst) -> Groep:
    return Groep(
        Ernst.WAARSCHUWING,
        "duizendtallen",
        herkomst.bestand,
        herkomst.naam,
        "een punt of komma voor drie cijfers; gelezen als scheiding van duizendtallen",
        "een getal zonder scheiding van duizendtallen",
        "Controleer de grootte van de bedragen, of laat de scheiding weg in de export.",
        rows_of(coded.spread(ambiguous)),
    )
