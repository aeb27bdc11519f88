"""Months of deliveries become registers: spells of benefits (BUS) and of re-integration (SRG)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evaluatie.registratie.contract import empty_table
from evaluatie.registratie.leveringen.controle import parse_dates
from evaluatie.registratie.leveringen.kiezen import list_maanden, select_leveringen, stack
from evaluatie.registratie.leveringen.lezen import Levering
from evaluatie.registratie.leveringen.melding import Melding
from evaluatie.registratie.leveringen.samenvoegen import merge_months, tell
from evaluatie.registratie.leveringen.schema import Soort
from evaluatie.registratie.leveringen.vorm import Pseudonymise, refuse, replace_identifiers, to_contract

Uitkomst = tuple[pd.DataFrame, list[Melding]]
"""A table in the form of its contract, and what was found while making it."""


def to_uitkeringen(leveringen: Sequence[Levering], pseudonymise: Pseudonymise = refuse) -> Uitkomst:
    """Return the spells of algemene bijstand, IOAW, IOAZ and BBZ in months of BUS.

    A spell is a person with a statistiekcode and an aanvangsdatum. It ends on the einddatum; without one it is open
    when it stands in the last delivery of the municipality, and is otherwise closed at the end of the last month in
    which it was delivered (reason ``anders``, with a finding). The leefvorm is that of the first month.

    Parameters
    ----------
    leveringen : sequence of Levering
        Months of BUS, in any order.
    pseudonymise : callable
        Replaces BSN and registratienummers; the default refuses.

    Raises
    ------
    DataError
        Without a pseudonymisation, or with a delivery of another kind.
    """
    records, meldingen = gather(leveringen, "bus", "statistiekcode")
    other = records["soort"].isna()
    meldingen += tell("opmerking", records[other], f"{other.sum()} regels bijzondere bijstand zijn geen periode.")
    records = records[~other].rename(columns={"aanvangsdatum": "begin", "einddatum": "einde"})
    if records.empty:
        return empty_table("uitkeringen"), meldingen
    spells, found = merge_months(_with_first_leefvorm(records), list_maanden(leveringen), "uitkeringen")
    found += _tell_leefvorm(spells, records) + _tell_reasonless(spells)
    return _build_uitkeringen(spells, pseudonymise), meldingen + found


def to_trajecten(leveringen: Sequence[Levering], pseudonymise: Pseudonymise = refuse) -> Uitkomst:
    """Return the voorzieningen in months of SRG, one row each; the reason of one that vanishes is empty.

    Parameters
    ----------
    leveringen : sequence of Levering
        Months of SRG, in any order.
    pseudonymise : callable
        Replaces BSN; the default refuses.

    Raises
    ------
    DataError
        Without a pseudonymisation, or with a delivery of another kind.
    """
    records, meldingen = gather(leveringen, "srg", "type_voorziening")
    without = records["soort"].isna()
    meldingen += tell("opmerking", records[without], f"{without.sum()} regels zonder voorziening zijn geen traject.")
    records = records[~without].rename(columns={"begindatum": "begin", "einddatum": "einde"})
    if records.empty:
        return empty_table("trajecten"), meldingen
    spells, found = merge_months(records, list_maanden(leveringen), "voorzieningen")
    columns = {
        "persoon_id": replace_identifiers(spells["bsn"], pseudonymise),
        "soort_voorziening": spells["soort"],
        "begin": spells["begin"],
        "einde": spells["einde"],
        "reden_einde": spells["reden_einde"].mask(spells["verdwenen"] | spells["einde"].isna()),
    }
    return to_contract("trajecten", columns), meldingen + found


def gather(leveringen: Sequence[Levering], soort: Soort, kind: str) -> Uitkomst:
    """Return the records of the deliveries that count, with codes and dates in the form of our contracts.

    Parameters
    ----------
    leveringen : sequence of Levering
        Deliveries of one kind.
    soort : {"bus", "srg", "bdfs"}
        That kind.
    kind : str
        Field that becomes ``soort``.
    """
    chosen, meldingen = select_leveringen(leveringen, soort)
    if not chosen:
        return pd.DataFrame({"soort": [], "bestand": [], "regel": []}), meldingen
    return stack([_translate(levering, kind) for levering in chosen]), meldingen


def _translate(levering: Levering, kind: str) -> Levering:
    """Read dates and codes with the layout of this very delivery: another month may have another one."""
    layout, frame = levering.layout, levering.frame
    columns = {naam: frame[naam] for naam in frame}
    columns["soort"] = layout.veld(kind).decode(frame[kind])
    for veld in layout.velden:
        if veld.soort == "datum":
            columns[veld.naam] = parse_dates(frame[veld.naam], incomplete=veld.onvolledig)
        elif any(entry.wordt for entry in veld.codes.values()):
            columns[veld.naam] = veld.decode(frame[veld.naam])
            columns[f"{veld.naam}_label"] = frame[veld.naam].map({c: e.label for c, e in veld.codes.items()})
    return Levering(levering.soort, levering.maand, levering.gemeente, pd.DataFrame(columns), layout, levering.naam)


def _with_first_leefvorm(records: pd.DataFrame) -> pd.DataFrame:
    key = ["gemeente", "bsn", "soort", "begin"]
    first = records.sort_values(["maandnummer", "regel"]).groupby(key)["leefvorm"].first().rename("eerste_leefvorm")
    return records.merge(first.reset_index(), on=key, how="left")


def _tell_leefvorm(spells: pd.DataFrame, records: pd.DataFrame) -> list[Melding]:
    key = ["gemeente", "bsn", "soort", "begin"]
    kinds = records.groupby(key)["leefvorm"].nunique()
    changed = spells[spells[key].merge(kinds.rename("n").reset_index(), on=key, how="left")["n"].to_numpy() > 1]
    return tell("opmerking", changed, f"{len(changed)} uitkeringen wisselden van leefvorm; de eerste is aangehouden.")


def _tell_reasonless(spells: pd.DataFrame) -> list[Melding]:
    rows = spells[spells["einde"].notna() & ~spells["verdwenen"] & spells["reden_beeindiging"].isna()]
    return tell("waarschuwing", rows, f"{len(rows)} beëindigde uitkeringen hebben geen reden van beëindiging.")


def _build_uitkeringen(spells: pd.DataFrame, pseudonymise: Pseudonymise) -> pd.DataFrame:
    reden = spells["reden_beeindiging"].mask(spells["verdwenen"], "anders").mask(spells["einde"].isna())
    columns = {
        "persoon_id": replace_identifiers(spells["bsn"], pseudonymise),
        # With the municipality: two of them may number alike, and a number that is a BSN becomes another pseudonym.
        "huishouden": replace_identifiers(
            spells["gemeente"] + "/" + spells["registratienummer_uitkering"], pseudonymise
        ),
        "regeling": spells["soort"],
        "leefvorm": spells["eerste_leefvorm"],
        "begin": spells["begin"],
        "einde": spells["einde"],
        "reden_einde": reden,
        "geboortejaar": spells["geboortedatum"].dt.year.astype("Int64"),
        "geslacht": spells["geslacht"],
        "gemeente_code": spells["gemeente"],
    }
    return to_contract("uitkeringen", columns)
