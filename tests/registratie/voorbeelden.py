"""Small registers for the tests: a good one, and ways to spoil it."""

from __future__ import annotations

import pandas as pd

from evaluatie.registratie.contract import Register, dtype_of, load_contract

ANNA, BEN, CAS = "00000000000000a1", "00000000000000b2", "00000000000000c3"

GOED: dict[str, list[dict[str, object]]] = {
    "uitkeringen": [
        {"persoon_id": ANNA, "huishouden": ANNA, "regeling": "bijstand", "leefvorm": "alleenstaande",
         "begin": "2022-01-01", "einde": "2022-12-31", "reden_einde": "werk", "klantgroep": "groep 1",
         "geboortejaar": 1980, "geslacht": "v", "gemeente_code": "GM9999"},
        {"persoon_id": ANNA, "huishouden": ANNA, "regeling": "bijstand", "leefvorm": "alleenstaande",
         "begin": "2023-03-01", "geboortejaar": 1980, "geslacht": "v", "gemeente_code": "GM9999"},
        {"persoon_id": BEN, "huishouden": BEN, "regeling": "ioaw", "leefvorm": "paar", "begin": "2021-05-01",
         "einde": "2023-06-30", "reden_einde": "aow", "geboortejaar": 1957, "geslacht": "m", "gemeente_code": "GM9999"},
    ],
    "trajecten": [
        {"persoon_id": ANNA, "soort_voorziening": "training", "aanbieder": "Werkbedrijf", "begin": "2022-02-01",
         "einde": "2022-05-01", "reden_einde": "afgerond", "kosten": 1250.5},
    ],
    "deeltijdinkomsten": [
        {"persoon_id": ANNA, "maand": "2022-06-01", "bedrag": 310.25, "uren": 20, "vrijlating": "ja"},
    ],
    "handhaving": [
        {"persoon_id": BEN, "soort_gebeurtenis": "onderzoek", "datum": "2023-06-01", "uitkomst": "beeindigd"},
    ],
    "aanvragen": [
        {"persoon_id": ANNA, "melding": "2021-12-01", "aanvraag": "2021-12-05", "besluit": "2021-12-20",
         "uitkomst": "toegekend", "herkomst": "ww"},
    ],
    "plaatsingen": [{"persoon_id": ANNA, "datum": "2023-01-01", "dienstverband": "fulltime", "maatregel": "team_werk"}],
    "klantgroepen": [{"persoon_id": ANNA, "groep": "groep 1", "vanaf": "2022-01-01"}],
    "volumes": [
        {"maand": "2022-11-01", "regeling": "bijstand", "aantal": 1},
        {"maand": "2022-12-01", "regeling": "bijstand", "aantal": 0},
    ],
    "financien": [{"jaar": 2022, "post": "buig_budget", "bedrag": 1220000.0}],
}  # fmt: skip


def make_table(tabel: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return rows in the dtypes of the contract."""
    kolommen = load_contract(tabel).kolommen
    return pd.DataFrame(
        {
            naam: pd.Series([row.get(naam) for row in rows], dtype=object).pipe(_cast, dtype_of(kolom))
            for naam, kolom in kolommen.items()
        }
    )


def _cast(values: pd.Series, dtype: str) -> pd.Series:
    if dtype == "category":
        return values.astype("string").astype("category").pipe(_plain_categories)
    return pd.to_datetime(values).astype(dtype) if dtype.startswith("datetime") else values.astype(dtype)


def _plain_categories(values: pd.Series) -> pd.Series:
    return values.cat.set_categories(pd.Index([str(name) for name in values.cat.categories], dtype="str"))


def goed(*tabellen: str) -> Register:
    """Return a register without mistakes."""
    return {naam: make_table(naam, rows) for naam, rows in GOED.items() if not tabellen or naam in tabellen}


def bedorven(tabel: str, rij: int, **waarden: object) -> Register:
    """Return the good register with other values in one row."""
    register = goed()
    rows = [dict(row) for row in GOED[tabel]]
    rows[rij].update(waarden)
    register[tabel] = make_table(tabel, rows)
    return register
