"""Check the fields of a delivery: each column as a whole, so that a million mistakes stay one sentence."""

from __future__ import annotations

import re

import pandas as pd

from evaluatie.errors import Violation
from evaluatie.registratie.elfproef import is_bsn_number
from evaluatie.registratie.leveringen.melding import shorten
from evaluatie.registratie.leveringen.schema import Layout, Veld

_BEDRAG = re.compile(r"-?\d{1,7}([.,]\d{1,2})?")
_BSN = re.compile(r"\d{9}")
_EXPECTED = {
    "datum": "een datum als JJJJMMDD",
    "bedrag": "een bedrag in euro, ten hoogste 7 cijfers, zonder scheiding van duizendtallen",
    "getal": "een geheel getal",
    "bsn": "9 cijfers",
}
LONGEST_SHOWN = 20


def normalise(layout: Layout, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the fields without what does not matter: dropped zeros, dashes in dates, empty dates."""
    return pd.DataFrame({veld.naam: _normalise_field(veld, frame[veld.naam]) for veld in layout.velden})


def _normalise_field(veld: Veld, values: pd.Series) -> pd.Series:
    if values.isna().all():
        return values
    match veld.soort:
        case "datum":
            compact = values.str.replace(r"^(\d{4})-(\d{2})-(\d{2})$", r"\1\2\3", regex=True)
            return compact.mask(compact == "0" * 8)
        case "bsn":
            return values.mask(values.str.fullmatch(r"\d{8}").fillna(False), values.str.zfill(9))
        case _ if veld.breedte:
            return values.str.lower().mask(values.str.isdigit().fillna(False), values.str.zfill(veld.breedte))
    return values


def check_fields(layout: Layout, frame: pd.DataFrame, naam: str) -> list[Violation]:
    """Return what is wrong with the fields, one violation per field and kind of mistake.

    Parameters
    ----------
    layout : Layout
        What is allowed.
    frame : DataFrame
        Normalised fields; the index holds line numbers.
    naam : str
        Name of the file, for the messages.
    """
    found = [check_field(veld, frame[veld.naam], naam) for veld in layout.velden]
    return [violation for violations in found for violation in violations]


def check_field(veld: Veld, values: pd.Series, naam: str) -> list[Violation]:
    """Return at most one violation for what is missing and one for what is not allowed."""
    where = f"{naam}, veld {veld.nr} ({veld.naam})"
    violations = []
    missing = values[values.isna()]
    if veld.verplicht and len(missing):
        violations.append(Violation(where, f"leeg op {_lines(missing)}.", "Vul dit veld."))
    present = values.dropna()
    if present.empty:
        return violations
    wrong = present[~present.isin(_allowed_values(veld, present))]
    if len(wrong):
        shown = shorten([_show(value) for value in wrong.unique()])
        problem = f"gevonden {shown} op {_lines(wrong)}; toegestaan: {_describe_allowed(veld)}."
        violations.append(Violation(where, problem, _find_remedy(veld)))
    return violations


def _allowed_values(veld: Veld, values: pd.Series) -> list[str]:
    unique = values.drop_duplicates()
    return [str(value) for value in unique[_is_allowed(veld, unique)]]


def _is_allowed(veld: Veld, values: pd.Series) -> pd.Series:
    if veld.soort == "code":
        return values.isin(list(veld.codes))
    if veld.patroon:
        return values.str.fullmatch(veld.patroon).astype(bool)
    match veld.soort:
        case "datum":
            return parse_dates(values, incomplete=veld.onvolledig).notna()
        case "bedrag":
            return values.str.fullmatch(_BEDRAG).astype(bool)
        case "getal":
            return values.str.fullmatch(r"\d{1,9}").astype(bool)
        case "bsn":
            return values.str.fullmatch(_BSN).astype(bool) & (values != "0" * 9)
    return pd.Series(True, index=values.index)


def parse_dates(values: pd.Series, *, incomplete: bool = False) -> pd.Series:
    """Return JJJJMMDD as dates, missing when it is none.

    Parameters
    ----------
    values : Series
        Normalised text.
    incomplete : bool
        Whether an unknown month or day (00) is read as the first.
    """
    text = values.astype("string")
    if text.isna().all():
        return pd.Series(pd.NaT, index=values.index, dtype="datetime64[s]")
    if incomplete:
        text = text.str.replace(r"^(\d{4})0000$", r"\g<1>0101", regex=True)
        text = text.str.replace(r"^(\d{6})00$", r"\g<1>01", regex=True)
    text = text.where(text.str.fullmatch(r"(1[89]|20|9999)\d+").fillna(False) & (text.str.len() == 8))
    return pd.to_datetime(text, format="%Y%m%d", errors="coerce").astype("datetime64[s]")


def parse_amounts(values: pd.Series) -> pd.Series:
    """Return amounts in euro, missing when empty."""
    return values.str.replace(",", ".", regex=False).astype("Float64").astype("float64")


def _show(value: str) -> str:
    """Quote a value, but never one that may be a BSN that slipped into another field."""
    if re.search(r"\d{9}", value) or _may_be_short_bsn(value):
        return "(een nummer dat een BSN kan zijn)"
    return repr(value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…")


def _may_be_short_bsn(value: str) -> bool:
    digits = re.search(r"(?<!\d)\d{8}(?!\d)", value)
    if digits is None:
        return False
    looks_like_date = digits[0][:2] in ("19", "20")
    return not looks_like_date or is_bsn_number(digits[0])


def _lines(values: pd.Series) -> str:
    return f"regel {shorten(list(values.index))}"


def _describe_allowed(veld: Veld) -> str:
    if veld.soort == "code":
        return ", ".join(f"{code} ({entry.label})" for code, entry in sorted(veld.codes.items()))
    return f"{veld.opmerking or 'de vorm ' + veld.patroon}" if veld.patroon else _EXPECTED[veld.soort]


def _find_remedy(veld: Veld) -> str:
    if veld.soort == "code":
        return "Verbeter de code; is de indeling gewijzigd, voeg die dan toe als layout."
    return "Verbeter de waarde, en kijk of de velden in de volgorde van de layout staan."
