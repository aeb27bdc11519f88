"""Monthly records become spells: one row for each person, kind and begin date."""

from __future__ import annotations

import pandas as pd

from evaluatie.registratie.leveringen.kiezen import Maanden
from evaluatie.registratie.leveringen.melding import Ernst, Melding, shorten

_WHO = ["gemeente", "bsn", "soort"]
_SPELL = [*_WHO, "begin"]


def merge_months(records: pd.DataFrame, maanden: Maanden, wat: str) -> tuple[pd.DataFrame, list[Melding]]:
    """Return one row a spell: the last delivered state, its end, and the first and last month it was delivered.

    Parameters
    ----------
    records : DataFrame
        ``gemeente, bsn, soort, begin, einde, maandnummer, bestand, regel`` and whatever else is to be kept.
    maanden : dict
        Delivered months of every municipality.
    wat : str
        What a spell is called in the findings, plural: ``"uitkeringen"``.

    Returns
    -------
    spells : DataFrame
        The last record of each spell, with ``eerste`` and ``laatste`` month and ``verdwenen`` (closed by us).
    meldingen : list of Melding
        What was lost, changed or assumed.
    """
    records, meldingen = _drop_unusable(records, wat)
    # Within a month the record with the latest end counts, whatever the order of the file.
    order = ["maandnummer", "einde", "regel"]
    records = records.sort_values(order, kind="stable", na_position="first", ignore_index=True)
    meldingen += _tell_conflicts(records, wat)
    months = records.groupby(_SPELL)["maandnummer"]
    records = records.assign(eerste=months.transform("min"), laatste=months.transform("max"))
    spells = records.drop_duplicates(_SPELL, keep="last")
    meldingen += _tell_gaps(records, spells, maanden, wat) + _tell_revoked(records, spells, wat)
    spells, moved = _drop_moved_begins(_close_vanished(spells, maanden), wat)
    vanished = spells[spells["verdwenen"]]
    tekst = (
        f"{len(vanished)} {wat} zonder einddatum komen in een latere levering niet meer voor; "
        "afgesloten op de laatste dag van de laatste maand waarin zij geleverd zijn."
    )
    return spells, meldingen + moved + tell("waarschuwing", vanished, tekst)


def tell(ernst: Ernst, rows: pd.DataFrame, tekst: str) -> list[Melding]:
    """Return a finding with the places of the rows; none when there are no rows."""
    if rows.empty:
        return []
    first = rows.head(50)
    places = [f"{bestand} regel {regel}" for bestand, regel in zip(first["bestand"], first["regel"], strict=True)]
    places += [""] * (len(rows) - len(places))
    return [Melding(ernst, shorten(places), tekst)]


def end_of_month(ordinals: pd.Series) -> pd.Series:
    """Return the last day of months by their ordinals (months since January 1970)."""
    return first_of_month(ordinals + 1) - pd.Timedelta(days=1)


def first_of_month(ordinals: pd.Series) -> pd.Series:
    """Return the first day of months by their ordinals (months since January 1970)."""
    days = ordinals.astype("int64").to_numpy().astype("datetime64[M]").astype("datetime64[s]")
    return pd.Series(days, index=ordinals.index)


def _drop_unusable(records: pd.DataFrame, wat: str) -> tuple[pd.DataFrame, list[Melding]]:
    nameless = records["begin"].isna()
    reversed_ = records["einde"] < records["begin"]
    meldingen = tell(
        "fout", records[nameless], f"{nameless.sum()} regels van {wat} zonder begindatum zijn overgeslagen."
    ) + tell(
        "fout",
        records[reversed_],
        f"{reversed_.sum()} regels van {wat} met een einddatum vóór de begindatum zijn overgeslagen.",
    )
    return records[~nameless & ~reversed_], meldingen


def _tell_conflicts(records: pd.DataFrame, wat: str) -> list[Melding]:
    by_month = records.groupby([*_SPELL, "maandnummer"])["einde"]
    conflict = records[(by_month.transform("nunique") > 1)].drop_duplicates([*_SPELL, "maandnummer"])
    return tell(
        "waarschuwing", conflict, f"{len(conflict)} {wat} hebben in één maand twee einddatums; de laatste telt."
    )


def _tell_gaps(records: pd.DataFrame, spells: pd.DataFrame, maanden: Maanden, wat: str) -> list[Melding]:
    rank = {(gemeente, month): place for gemeente, found in maanden.items() for place, month in enumerate(found)}

    def place(column: str) -> pd.Series:
        keys = zip(spells["gemeente"], spells[column], strict=True)
        return pd.Series([rank[key] for key in keys], index=spells.index, dtype="int64")

    expected = place("laatste") - place("eerste") + 1
    seen = spells[_SPELL].merge(records.groupby(_SPELL)["maandnummer"].nunique().rename("n").reset_index(), on=_SPELL)
    holes = spells[(expected.to_numpy() > seen["n"].to_numpy())]
    tekst = f"{len(holes)} {wat} ontbreken in een tussenliggende maand en komen daarna terug met dezelfde begindatum; "
    tekst += "gelezen als doorlopend."
    return tell("waarschuwing", holes, tekst)


def _tell_revoked(records: pd.DataFrame, spells: pd.DataFrame, wat: str) -> list[Melding]:
    ended = records[records["einde"].notna()].drop_duplicates(_SPELL)[_SPELL]
    revoked = spells[spells["einde"].isna()].merge(ended, on=_SPELL)
    tekst = (
        f"{len(revoked)} {wat} hadden in een eerdere levering een einddatum die daarna verviel; gelezen als doorlopend."
    )
    return tell("waarschuwing", revoked, tekst)


def _close_vanished(spells: pd.DataFrame, maanden: Maanden) -> pd.DataFrame:
    final = spells["gemeente"].map({gemeente: found[-1] for gemeente, found in maanden.items()})
    vanished = spells["einde"].isna() & (spells["laatste"] < final)
    end = end_of_month(spells["laatste"])
    end = end.where(end >= spells["begin"], spells["begin"])
    return spells.assign(verdwenen=vanished, einde=spells["einde"].mask(vanished, end))


def _drop_moved_begins(spells: pd.DataFrame, wat: str) -> tuple[pd.DataFrame, list[Melding]]:
    """Drop a vanished spell that goes on under a begin date that lies within it: the date was corrected."""
    ordered = spells.sort_values(["eerste", "begin"], kind="stable")
    following = ordered.groupby(_WHO)[["begin", "eerste"]].shift(-1)
    moved = ordered["verdwenen"] & (following["eerste"] > ordered["laatste"]) & (following["begin"] <= ordered["einde"])
    tekst = f"{moved.sum()} {wat} kregen in een latere levering een andere begindatum; de latere telt."
    return ordered[~moved], tell("waarschuwing", ordered[moved], tekst)
