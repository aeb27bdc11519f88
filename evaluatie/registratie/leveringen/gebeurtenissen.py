"""What deliveries tell besides spells: part-time income and verlagingen (BUS), boeten and terugvorderingen (BDFS)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evaluatie.registratie.contract import LONGEST_TEXT, empty_table
from evaluatie.registratie.leveringen.controle import parse_amounts
from evaluatie.registratie.leveringen.lezen import Levering
from evaluatie.registratie.leveringen.melding import Melding
from evaluatie.registratie.leveringen.perioden import Uitkomst, gather
from evaluatie.registratie.leveringen.samenvoegen import first_of_month, tell
from evaluatie.registratie.leveringen.vorm import Pseudonymise, refuse, replace_identifiers, to_contract

_EVENT = ["bsn", "soort", "datum"]


def to_deeltijdinkomsten(leveringen: Sequence[Levering], pseudonymise: Pseudonymise = refuse) -> Uitkomst:
    """Return the income from part-time work beside algemene bijstand, IOAW or IOAZ, one row a person and month.

    Several incomes of a person in a month are added up; hours are not in BUS.

    Parameters
    ----------
    leveringen : sequence of Levering
        Months of BUS, in any order.
    pseudonymise : callable
        Replaces BSN; the default refuses.

    Raises
    ------
    DataError
        Without a pseudonymisation, or with a delivery of another kind.
    """
    records, meldingen = gather(leveringen, "bus", "statistiekcode")
    if records.empty:
        return empty_table("deeltijdinkomsten"), meldingen
    records = records[(records["soort_inkomsten"] == "deeltijd") & records["soort"].isin(["bijstand", "ioaw", "ioaz"])]
    records = records.assign(bedrag=parse_amounts(records["bedrag_inkomsten_persoon"]))
    records, found = _drop_amountless(records)
    if records.empty:
        return empty_table("deeltijdinkomsten"), meldingen + found
    by_month = records.groupby(["bsn", "maandnummer"])
    incomes = by_month["bedrag"].sum().round(2).reset_index()
    # 'ja' before 'nee': one income of which part is left free is enough
    incomes["vrijlating"] = by_month["vrijlating"].min().to_numpy()
    columns = {
        "persoon_id": replace_identifiers(incomes["bsn"].astype("string"), pseudonymise),
        "maand": first_of_month(incomes["maandnummer"]),
        "bedrag": incomes["bedrag"],
        "vrijlating": incomes["vrijlating"],
    }
    return to_contract("deeltijdinkomsten", columns), meldingen + found


def to_handhaving(bus: Sequence[Levering], bdfs: Sequence[Levering], pseudonymise: Pseudonymise = refuse) -> Uitkomst:
    """Return verlagingen (BUS), boeten and terugvorderingen (BDFS), one row a person, kind and date.

    A verlaging dates from its begin and amounts to the sum over the delivered months; one because of the partner is
    left to the partner. A boete or terugvordering dates from the besluit and amounts to the beginschuld; loans,
    verhaal and interest are not handhaving.

    Parameters
    ----------
    bus, bdfs : sequence of Levering
        Months of deliveries, in any order; either may be empty.
    pseudonymise : callable
        Replaces BSN; the default refuses.

    Raises
    ------
    DataError
        Without a pseudonymisation, or with a delivery of another kind.
    """
    verlagingen, of_bus = _find_verlagingen(bus)
    vorderingen, of_bdfs = _find_vorderingen(bdfs)
    events = pd.concat([verlagingen, vorderingen], ignore_index=True)
    if events.empty:
        return empty_table("handhaving"), of_bus + of_bdfs
    columns = {
        "persoon_id": replace_identifiers(events["bsn"].astype("string"), pseudonymise),
        "soort_gebeurtenis": events["soort"],
        "datum": events["datum"],
        "aanleiding": events["aanleiding"].astype("string").str.slice(0, LONGEST_TEXT),
        "uitkomst": events["soort"].map({"verlaging": "aangepast", "terugvordering": "terug"}),
        "bedrag": events["bedrag"],
    }
    return to_contract("handhaving", columns), of_bus + of_bdfs


def _find_verlagingen(leveringen: Sequence[Levering]) -> Uitkomst:
    records, meldingen = gather(leveringen, "bus", "statistiekcode")
    if records.empty:
        return _no_events(), meldingen
    records = records[records["reden_vermindering_label"].notna()]
    partner = (records["reden_vermindering"] == "partner").fillna(False)
    meldingen += tell(
        "opmerking", records[partner], f"{partner.sum()} regels met een verlaging om de partner overgeslagen."
    )
    records = records[~partner].assign(
        soort="verlaging",
        datum=lambda frame: frame["begin_vermindering"],
        aanleiding=lambda frame: frame["reden_vermindering_label"],
        bedrag=lambda frame: parse_amounts(frame["bedrag_vermindering"]).abs(),
    )
    records, found = _drop_undated(records, "verlagingen zonder begindatum")
    # The amount is of the uitkering and stands on each of its lines: once a month, added over the months.
    by_month = records.groupby([*_EVENT, "maandnummer"], as_index=False).agg(
        aanleiding=("aanleiding", "first"), bedrag=("bedrag", "max")
    )
    return _add_up(by_month), meldingen + found


def _find_vorderingen(leveringen: Sequence[Levering]) -> Uitkomst:
    records, meldingen = gather(leveringen, "bdfs", "ontstaansgrond")
    if records.empty:
        return _no_events(), meldingen
    records = records.sort_values(["maandnummer", "regel"], kind="stable")
    records = records.drop_duplicates(["gemeente", "registratienummer_vordering"], keep="last")
    other = records["soort"].isna()
    meldingen += tell(
        "opmerking", records[other], f"{other.sum()} vorderingen van een andere grond zijn geen handhaving."
    )
    records = records[~other]
    nameless = records["bsn"].isna()
    meldingen += tell(
        "fout", records[nameless], f"{nameless.sum()} vorderingen zonder uitkeringsontvanger overgeslagen."
    )
    records = records[~nameless].assign(
        datum=lambda frame: frame["datum_besluit"],
        aanleiding=lambda frame: frame["ontstaansgrond_label"],
        bedrag=lambda frame: parse_amounts(frame["beginschuld"]),
    )
    negative = records["bedrag"] < 0
    meldingen += tell(
        "fout", records[negative], f"{negative.sum()} vorderingen met een negatieve beginschuld overgeslagen."
    )
    records, found = _drop_undated(records[~negative], "vorderingen zonder datum van het besluit")
    double = records[records.duplicated(_EVENT)]
    tekst = f"{len(double)} vorderingen van dezelfde persoon, soort en dag zijn bij een andere opgeteld."
    return _add_up(records), meldingen + found + tell("opmerking", double, tekst)


def _add_up(records: pd.DataFrame) -> pd.DataFrame:
    if records.empty:
        return _no_events()
    by_event = records.groupby(_EVENT)
    events = by_event["aanleiding"].first().reset_index()
    events["bedrag"] = by_event["bedrag"].sum(min_count=1).round(2).to_numpy()
    return events


def _no_events() -> pd.DataFrame:
    return pd.DataFrame(columns=[*_EVENT, "aanleiding", "bedrag"])


def _drop_undated(records: pd.DataFrame, wat: str) -> tuple[pd.DataFrame, list[Melding]]:
    undated = records["datum"].isna()
    return records[~undated], tell("fout", records[undated], f"{undated.sum()} {wat} zijn overgeslagen.")


def _drop_amountless(records: pd.DataFrame) -> tuple[pd.DataFrame, list[Melding]]:
    wrong = records["bedrag"].isna() | (records["bedrag"] < 0)
    tekst = f"{wrong.sum()} regels met inkomsten uit arbeid zonder bedrag, of met een negatief bedrag, overgeslagen."
    return records[~wrong], tell("fout", records[wrong], tekst)
