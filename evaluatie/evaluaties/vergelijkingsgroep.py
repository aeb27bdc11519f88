"""With whom a municipality is compared: groups that follow from figures of before the start, never from the outcome."""

from __future__ import annotations

from enum import StrEnum

import pandas as pd

from evaluatie.checks.landelijke_vergelijking import SIZE_FACTOR
from evaluatie.errors import ChoiceError

NEAREST = 100
"""Size of the group with the most similar level before."""


class Vergelijkingsgroep(StrEnum):
    """With whom a municipality is compared, chosen by rule and never by outcome.

    Groups with the same level before invite regression to the mean (Daw and Hatfield 2018, Health Services Research
    53): they stand beside the main comparison, they never replace it.
    """

    ALLE = "alle andere gemeenten"
    OMVANG = "half tot twee keer zo groot"
    NIVEAU = "honderd met hetzelfde niveau vooraf"
    BEIDE = "even groot en hetzelfde niveau vooraf"

    @property
    def by_size(self) -> bool:
        """Whether only municipalities of comparable size are in it."""
        return self in (Vergelijkingsgroep.OMVANG, Vergelijkingsgroep.BEIDE)

    @property
    def by_level(self) -> bool:
        """Whether only municipalities with the same level before are in it."""
        return self in (Vergelijkingsgroep.NIVEAU, Vergelijkingsgroep.BEIDE)


def known_groep(groep: str) -> Vergelijkingsgroep:
    """Return a group by its short name ("omvang") or its description; refuse any other.

    Raises
    ------
    ChoiceError
        Lists the groups.
    """
    for each in Vergelijkingsgroep:
        if groep.casefold() in (each.name.casefold(), each.value.casefold()):
            return each
    possible = ", ".join(f"{each.name.lower()} ({each.value})" for each in Vergelijkingsgroep)
    raise ChoiceError(f"'{groep}' is geen vergelijkingsgroep.", f"Mogelijk: {possible}.")


def select_groep(rows: pd.DataFrame, groep: Vergelijkingsgroep, uitkomst: str) -> pd.DataFrame:
    """Keep the treated municipality and those of a group; only figures from before the start decide.

    Parameters
    ----------
    rows : pandas.DataFrame
        Municipalities by year with ``start``, the first treated year of the one municipality that has one.
    groep : Vergelijkingsgroep
    uitkomst : str
        The outcome whose level before must be alike, for a group by level.

    Returns
    -------
    pandas.DataFrame
        The rows that remain.
    """
    treated = rows["start"].notna()
    keep = pd.Series(data=True, index=rows.index)
    if groep.by_size:
        size = rows.loc[treated, "gewicht"].iloc[0]
        keep &= rows["gewicht"].between(size / SIZE_FACTOR, size * SIZE_FACTOR)
    if groep.by_level:
        keep &= rows["gemeente"].isin(_nearest(rows, uitkomst))
    return rows[keep | treated]


def _nearest(rows: pd.DataFrame, uitkomst: str) -> list[str]:
    start = rows["start"].min()
    before = rows[rows["jaar"] < start].groupby("gemeente")[f"{uitkomst}_aandeel"].mean()
    own = rows.loc[rows["start"].notna(), "gemeente"].iloc[0]
    distance = (before.drop(own) - before[own]).abs()
    return [str(code) for code in distance.sort_index().sort_values(kind="stable").index[:NEAREST]]
