"""The way back, for tests and examples: registers become months of deliveries with invented BSN.

What a layout does not carry does not come along: klantgroep, uren, kosten, aanbieder, geslacht ``x``, the kinds of
voorziening that SRG 2015 does not know, onderzoeken and huisbezoeken. Of several verlagingen of a person in one month
the first is carried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from evaluatie.errors import ChoiceError
from evaluatie.registratie.contract import Register, empty_table
from evaluatie.registratie.leveringen.layout import load_layout
from evaluatie.registratie.leveringen.lezen import Levering
from evaluatie.registratie.leveringen.schema import Layout, Soort

_FIRST_NUMBER = 900_000_000
_CODES: dict[Soort, str] = {"bus": "", "srg": "10", "bdfs": "06"}


def to_deliveries(
    register: Register, maanden: Iterable[pd.Period], soort: Soort = "bus"
) -> dict[pd.Period, pd.DataFrame]:
    """Return the records of every month, in the fields of the layout, as text.

    Parameters
    ----------
    register : dict of DataFrame
        Tables in the form of their contracts, of one municipality; ``uitkeringen`` is needed.
    maanden : iterable of Period
        Months to deliver. An end after a month is not yet known in that month.
    soort : {"bus", "srg", "bdfs"}
        Kind of delivery.

    Raises
    ------
    ChoiceError
        When the register holds several municipalities, or a month precedes the oldest layout.
    """
    gemeente = _find_gemeente(register)
    build: Callable[[Register, pd.Period, Layout], pd.DataFrame] = {"bus": _bus, "srg": _srg, "bdfs": _bdfs}[soort]
    numbers = number_persons(register)
    deliveries = {}
    for maand in maanden:
        layout, _ = load_layout(soort, maand.year, maand.month)
        rows = build(register, maand, layout)
        rows["bsn"] = rows.pop("persoon_id").map(numbers)
        fixed = {"statistiekjaar": f"{maand.year}", "statistiekmaand": f"{maand.month:02d}", "gemeentecode": gemeente}
        rows = rows.assign(**fixed, **({"statistiekcode": _CODES[soort]} if _CODES[soort] else {}))
        rows = rows.reindex(columns=layout.namen).astype("string")
        deliveries[maand] = rows.set_axis(pd.RangeIndex(1, len(rows) + 1, name="regel"))
    return deliveries


def to_leveringen(deliveries: dict[pd.Period, pd.DataFrame], soort: Soort, gemeente: str) -> list[Levering]:
    """Return deliveries as if they had been read from files.

    Parameters
    ----------
    deliveries : dict of DataFrame
        From `to_deliveries`.
    soort : {"bus", "srg", "bdfs"}
        Kind of delivery.
    gemeente : str
        Code with GM.
    """
    return [
        Levering(
            soort, maand, gemeente, frame, load_layout(soort, maand.year, maand.month)[0], f"{soort}_{maand:%Y%m}.csv"
        )
        for maand, frame in deliveries.items()
    ]


def write_delivery(frame: pd.DataFrame, path: Path) -> None:
    """Write the records of one month as text with ``;``, with a line of names."""
    frame.to_csv(path, sep=";", index=False, encoding="utf-8")


def number_persons(register: Register) -> dict[str, str]:
    """Return an invented BSN (9…, by the elfproef) for every persoon_id in a register, in alphabetical order."""
    tables = [table["persoon_id"] for table in register.values() if "persoon_id" in table]
    ids = sorted({str(value) for values in tables for value in values.dropna().unique()})
    return dict(zip(ids, invent_bsn(len(ids)), strict=True))


def invent_bsn(count: int) -> list[str]:
    """Return different numbers of nine digits that pass the elfproef."""
    # At least nine of every hundred numbers pass, so twelve candidates for each are enough from a hundred on.
    candidates = np.arange(_FIRST_NUMBER, _FIRST_NUMBER + 12 * count + 100)
    weights = np.array([9, 8, 7, 6, 5, 4, 3, 2, -1])
    digits = candidates[:, None] // 10 ** np.arange(8, -1, -1) % 10
    return [str(number) for number in candidates[digits @ weights % 11 == 0][:count]]


def _find_gemeente(register: Register) -> str:
    codes = sorted({str(code) for code in register["uitkeringen"]["gemeente_code"].dropna().unique()})
    if len(codes) > 1:
        raise ChoiceError(f"Het register bevat meer dan één gemeente: {', '.join(codes)}.", "Lever per gemeente.")
    return codes[0].removeprefix("GM") if codes else "0000"


def _bus(register: Register, maand: pd.Period, layout: Layout) -> pd.DataFrame:
    uitkeringen = register["uitkeringen"]
    households = {name: str(place) for place, name in enumerate(sorted(uitkeringen["huishouden"].dropna().unique()), 1)}
    rows = _running(uitkeringen, maand)
    known = _is_known(rows["einde"], maand)
    frame = pd.DataFrame(
        {
            "persoon_id": rows["persoon_id"],
            "statistiekcode": layout.veld("statistiekcode").encode(rows["regeling"]),
            "registratienummer_uitkering": rows["huishouden"].map(households),
            "leefvorm": layout.veld("leefvorm").encode(rows["leefvorm"]),
            "geboortedatum": rows["geboortejaar"].astype("string") + "0000",
            "geslacht": layout.veld("geslacht").encode(rows["geslacht"]),
            "aanvangsdatum": _date(rows["begin"]),
            "einddatum": _date(rows["einde"].where(known)),
            "reden_beeindiging": layout.veld("reden_beeindiging").encode(rows["reden_einde"]).where(known),
        }
    )
    frame = frame.merge(_incomes(register, maand, layout), on="persoon_id", how="left")
    return frame.merge(_verlagingen(register, maand, layout), on="persoon_id", how="left")


def _incomes(register: Register, maand: pd.Period, layout: Layout) -> pd.DataFrame:
    table = register.get("deeltijdinkomsten", empty_table("deeltijdinkomsten"))
    rows = table[table["maand"].dt.to_period("M") == maand]
    return pd.DataFrame(
        {
            "persoon_id": rows["persoon_id"],
            "soort_inkomsten": layout.veld("soort_inkomsten").encode(pd.Series("deeltijd", index=rows.index)),
            "bedrag_inkomsten_persoon": _amount(rows["bedrag"]),
            "vrijlating": layout.veld("vrijlating").encode(rows["vrijlating"]),
        }
    )


def _verlagingen(register: Register, maand: pd.Period, layout: Layout) -> pd.DataFrame:
    table = register.get("handhaving", empty_table("handhaving"))
    rows = table[(table["soort_gebeurtenis"] == "verlaging") & (table["datum"].dt.to_period("M") == maand)]
    rows = rows.sort_values("datum").drop_duplicates("persoon_id")
    codes = {entry.label: code for code, entry in layout.veld("reden_vermindering").codes.items() if not entry.wordt}
    return pd.DataFrame(
        {
            "persoon_id": rows["persoon_id"],
            "reden_vermindering": rows["aanleiding"].map(codes).astype("string").fillna(next(iter(codes.values()))),
            "begin_vermindering": _date(rows["datum"]),
            "bedrag_vermindering": _amount(rows["bedrag"]),
        }
    )


def _srg(register: Register, maand: pd.Period, layout: Layout) -> pd.DataFrame:
    rows = _running(register.get("trajecten", empty_table("trajecten")), maand)
    known = _is_known(rows["einde"], maand)
    frame = pd.DataFrame(
        {
            "persoon_id": rows["persoon_id"],
            "type_voorziening": layout.veld("type_voorziening").encode(rows["soort_voorziening"]),
            "begindatum": _date(rows["begin"]),
            "einddatum": _date(rows["einde"].where(known)),
            "reden_einde": layout.veld("reden_einde").encode(rows["reden_einde"]).where(known),
        }
    )
    return frame[frame["type_voorziening"].notna()]


def _bdfs(register: Register, maand: pd.Period, layout: Layout) -> pd.DataFrame:
    table = register.get("handhaving", empty_table("handhaving"))
    grond = layout.veld("ontstaansgrond")
    rows = table[table["soort_gebeurtenis"].isin(["boete", "terugvordering"])].reset_index(drop=True)
    rows = rows[rows["datum"] <= maand.end_time]
    labels = {entry.label: code for code, entry in grond.codes.items()}
    by_label = rows["aanleiding"].map(labels).astype("string")
    return pd.DataFrame(
        {
            "persoon_id": rows["persoon_id"],
            "registratienummer_vordering": rows.index.astype(str),
            "datum_besluit": _date(rows["datum"]),
            "ontstaansgrond": by_label.fillna(grond.encode(rows["soort_gebeurtenis"])),
            "beginschuld": _amount(rows["bedrag"]),
        }
    )


def _running(table: pd.DataFrame, maand: pd.Period) -> pd.DataFrame:
    running = (table["begin"] <= maand.end_time) & (table["einde"].isna() | (table["einde"] >= maand.start_time))
    return table[running]


def _is_known(einde: pd.Series, maand: pd.Period) -> pd.Series:
    return einde.notna() & (einde <= maand.end_time)


def _date(values: pd.Series) -> pd.Series:
    texts: pd.Series = values.dt.strftime("%Y%m%d")
    return texts.astype("string")


def _amount(values: pd.Series) -> pd.Series:
    texts = [None if pd.isna(value) else f"{value:.2f}".replace(".", ",") for value in values]
    return pd.Series(texts, index=values.index, dtype="string")
