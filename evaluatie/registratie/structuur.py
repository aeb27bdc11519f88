"""Structure: columns, types, keys, codes and ranges of one table, through pandera."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pandas as pd
import pandera.pandas as pandera
from pandera.errors import SchemaError, SchemaErrors

from evaluatie.registratie.bevindingen import EXAMPLES, Ernst, Groep, found_in_file, rows_of
from evaluatie.registratie.contract import LONGEST_TEXT, Contract, Kolom, dtype_of, load_contract
from evaluatie.registratie.echo import HIDDEN, clean, show_values
from evaluatie.registratie.schema import KEY_CHECK, Mask, find_repeated, list_tests, to_pandera

_NEVER_SHOWN = {"bsn", "pseudoniem", "lengte", "leeg"}
_FOUND = {
    "leeg": "niets ingevuld",
    "bsn": "een getal dat een BSN kan zijn (negen cijfers die aan de elfproef voldoen)",
    "pseudoniem": "een kenmerk dat geen pseudoniem is",
    "lengte": "een te lange tekst",
}
_REMEDIES = {
    "leeg": "Vul de waarde in, of laat de rij weg.",
    "bsn": "Vervang BSN's door pseudoniemen met: evaluatie import.",
    "pseudoniem": "Vervang BSN's en namen door pseudoniemen met: evaluatie import.",
    "lengte": "Kort de tekst in; lange toelichtingen horen niet in een register.",
    "code": "Koppel de code in koppeling.yaml onder codes, of verbeter haar.",
    "minimum": "Verbeter de waarde, of controleer of de kolommen zijn verwisseld.",
    "maximum": "Verbeter de waarde, of controleer of de kolommen zijn verwisseld.",
}


def check_structuur(tabel: str, frame: pd.DataFrame, bestand: str) -> list[Groep]:
    """Return everything in a table that its contract does not allow."""
    contract = load_contract(tabel)
    wrong = list(_check_columns(contract, frame, bestand))
    if wrong:
        return wrong
    try:
        _schema(tabel).validate(frame, lazy=True)
    except SchemaErrors as errors:
        return [_describe(contract, frame, bestand, error) for error in errors.schema_errors]
    return []


@functools.cache
def _schema(tabel: str) -> pandera.DataFrameSchema:
    return to_pandera(load_contract(tabel))


def _check_columns(contract: Contract, frame: pd.DataFrame, bestand: str) -> Iterator[Groep]:
    wanted, there = list(contract.kolommen), [str(name) for name in frame.columns]
    if wanted != there:
        missing = ", ".join(name for name in wanted if name not in there) or "geen"
        extra = ", ".join(clean(name) for name in there if name not in wanted) or "geen"
        found = f"andere kolommen (ontbrekend: {missing}; onbekend: {extra})"
        yield found_in_file("kolommen", bestand, found, ", ".join(wanted), "Lees de tabel opnieuw in.")
        return
    for naam, kolom in contract.kolommen.items():
        dtype = str(frame[naam].dtype)
        if dtype != dtype_of(kolom):
            yield found_in_file(
                "soort_kolom", bestand, f"de soort {dtype}", dtype_of(kolom), "Lees de tabel opnieuw in.", kolom=naam
            )


def _describe(contract: Contract, frame: pd.DataFrame, bestand: str, error: SchemaError) -> Groep:
    toets = getattr(error.check, "name", None) or str(error.check)
    if toets == KEY_CHECK:
        return _describe_key(contract, frame, bestand)
    naam = str(error.schema.name)
    kolom = contract.kolommen.get(naam)
    if kolom is None or toets not in list_tests(kolom):
        return found_in_file("structuur", bestand, toets, "wat het contract vraagt", "Lees de tabel opnieuw in.")
    mask = ~error.check_output.to_numpy(dtype=bool)
    return Groep(
        Ernst.FOUT,
        toets,
        bestand,
        naam,
        _FOUND.get(toets, HIDDEN),
        _allowed(toets, kolom),
        _REMEDIES[toets],
        rows_of(mask),
        () if toets in _NEVER_SHOWN else _show(naam, kolom, frame[naam], mask),
    )


def _describe_key(contract: Contract, frame: pd.DataFrame, bestand: str) -> Groep:
    return Groep(
        Ernst.FOUT,
        KEY_CHECK,
        bestand,
        ", ".join(contract.sleutel),
        "een rij die er al staat",
        "elke combinatie van deze kolommen één keer",
        "Verwijder de dubbele rij, of voeg de rijen samen.",
        rows_of(find_repeated(frame, contract.sleutel)),
    )


def _show(naam: str, kolom: Kolom, values: pd.Series[str], mask: Mask) -> tuple[str, ...]:
    wrong = values[mask]
    first = [str(value) for value in wrong.iloc[:EXAMPLES].tolist()]
    return show_values(naam, kolom, first, int(wrong.nunique()) if kolom.soort == "code" else 1)


def _allowed(toets: str, kolom: Kolom) -> str:
    eenheid = f" {kolom.eenheid}" if kolom.eenheid else ""
    return {
        "leeg": "een waarde in elke rij",
        "bsn": "geen BSN, in geen enkele kolom",
        "pseudoniem": "16 tekens uit 0-9 en a-f",
        "lengte": f"hooguit {LONGEST_TEXT} tekens",
        "code": ", ".join(kolom.codes) or f"de vorm {kolom.patroon}",
        "minimum": f"{kolom.minimum or 0:g}{eenheid} of meer",
        "maximum": f"{kolom.maximum or 0:g}{eenheid} of minder",
    }[toets]
