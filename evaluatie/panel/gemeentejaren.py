"""Municipalities by year, on one set of borders, with rates and the noise that rounding put in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluatie.cijfers import load_table, require_estimable
from evaluatie.errors import ChoiceError

LEEFTIJD = "15_tot_aow"
UITKOMSTEN = ("instroom", "uitstroom", "uitstroom_naar_werk")
ROUNDING = 10
"""CBS rounds these counts to tens."""
SMALLEST = 100
"""Below this many persons in a year, rounding alone moves a rate by more than four points either way."""

_COUNTS = [
    "inwoners_personen",
    "bijstand_personen",
    "instroom_personen",
    "uitstroom_personen",
    "uitstroom_naar_werk_personen",
]


@dataclass(frozen=True, slots=True)
class Gemeentepanel:
    """A balanced panel of municipalities.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per municipality and year: ``gemeente`` (code), ``naam``, ``jaar``, ``inwoners``,
        ``bestand`` (persons at the end of the year), ``bestand_begin`` (end − instroom + uitstroom; too low by
        who left without being counted), ``in_bijstand`` (end + uitstroom: who had bijstand in the year), the
        three flows in persons, their shares of ``in_bijstand`` (``…_aandeel``), CBS's own shares
        (``…_cbs_aandeel``), the variance that rounding gives each share (``…_afronding_var``), and
        ``gewicht`` (``in_bijstand`` of the first year).
    dropped : tuple of str
        Names of municipalities left out: too small to have a rate, or a count that CBS does not give.
    """

    frame: pd.DataFrame
    dropped: tuple[str, ...]

    @property
    def years(self) -> list[int]:
        """The years, ascending."""
        return sorted(int(year) for year in self.frame["jaar"].unique())

    @property
    def names(self) -> pd.Series:
        """Names by code."""
        return self.frame.drop_duplicates("gemeente").set_index("gemeente")["naam"]

    def code_of(self, name: str) -> str:
        """Return the code of a municipality by name or code; refuses an unknown one with suggestions."""
        names = self.names
        if name in names.index:
            return name
        match = names[names.str.casefold() == name.casefold()]
        if len(match) != 1:
            raise ChoiceError(f"Gemeente '{name}' staat niet in de CBS-cijfers 2015-2017.", _suggest(name, names))
        return str(match.index[0])

    def of(self, code: str) -> pd.DataFrame:
        """Return the rows of one municipality, by year."""
        return self.frame[self.frame["gemeente"] == code].sort_values("jaar").reset_index(drop=True)


def build_gemeentepanel() -> Gemeentepanel:
    """Build the panel 2015–2017 of all municipalities, on the borders of 2017.

    Merged municipalities are summed to their successor. Municipalities with fewer than `SMALLEST`
    persons in any year, or without a count, are left out and named. Source: CBS 83450NED, 83747NED, 84066NED, 03759ned.
    """
    table = require_estimable(load_table("bijstand_gemeenten_jaar"))
    rows = table[table["regio_code"].str.startswith("GM") & (table["leeftijd"] == LEEFTIJD)]
    merged = _sum_to_successors(_blank_unknown(rows), successor_codes(list(range(2015, 2018))))
    frame = _add_rates(merged)
    unusable = frame.loc[~(frame["in_bijstand"] >= SMALLEST) | frame[list(UITKOMSTEN)].isna().any(axis=1), "gemeente"]
    out = frame["gemeente"].isin(unusable)
    dropped = sorted(frame.loc[out, "naam"].unique())
    kept = frame[~out]
    return Gemeentepanel(kept.sort_values(["gemeente", "jaar"]).reset_index(drop=True), tuple(dropped))


def build_land() -> pd.DataFrame:
    """Return the national row of each year with the same columns as the panel."""
    table = load_table("bijstand_gemeenten_jaar")
    rows = table[(table["regio_code"] == "NL01") & (table["leeftijd"] == LEEFTIJD)].copy()
    return _add_rates(_rename(rows.assign(delen=1))).sort_values("jaar").reset_index(drop=True)


def successor_codes(years: Sequence[int]) -> dict[str, str]:
    """Map each code that ended after the first and up to the last year to its successor.

    A municipality that was split goes to the successor that took most inhabitants.
    """
    events = load_table("herindelingen")
    year = events["datum"].str[:4].astype(int)
    within = events[(year >= years[0]) & (year <= years[-1]) & (events["regio_code"] != events["andere_code"])]
    ended = within[(within["gebeurtenis"] == "Opgeheven") & (within["richting"] == "overgegaan naar")]
    largest = ended.sort_values("inwoners").drop_duplicates("regio_code", keep="last")
    renamed = within[within["gebeurtenis"] == "Naamswijziging"]
    links = pd.concat([largest, renamed])
    return dict(zip(links["regio_code"], links["andere_code"], strict=True))


def _blank_unknown(rows: pd.DataFrame) -> pd.DataFrame:
    """Make impossible flows missing: CBS gives Meierijstad 0 in, 0 out and 120 to work in its first year, 2017."""
    impossible = rows["uitstroom_naar_werk_personen"] > rows["uitstroom_personen"] + ROUNDING
    flows = [f"{outcome}_personen" for outcome in UITKOMSTEN]
    return rows.assign(**{flow: rows[flow].mask(impossible) for flow in flows})


def _sum_to_successors(rows: pd.DataFrame, successors: dict[str, str]) -> pd.DataFrame:
    code = rows["regio_code"]
    for _ in range(len(successors)):
        following = code.replace(successors)
        if following.equals(code):
            break
        code = following
    last = rows.sort_values("periode").drop_duplicates("regio_code", keep="last").set_index("regio_code")["regio"]
    shares = [f"{outcome}_cbs_aandeel" for outcome in UITKOMSTEN]
    grouped = rows.assign(regio_code=code).groupby(["regio_code", "periode"], as_index=False)
    summed = grouped[_COUNTS].sum().assign(delen=grouped.size()["size"])
    unknown = rows[_COUNTS].isna().groupby([code, rows["periode"]]).any().to_numpy()
    summed[_COUNTS] = summed[_COUNTS].mask(unknown)
    own = grouped[shares].first()
    own.loc[summed["delen"] > 1, shares] = np.nan  # CBS published no share for a municipality that did not exist yet
    summed[shares] = own[shares]
    return _rename(summed.assign(regio=summed["regio_code"].map(last)))


def _rename(rows: pd.DataFrame) -> pd.DataFrame:
    names = {"regio_code": "gemeente", "regio": "naam", "periode": "jaar", "bijstand_personen": "bestand"}
    names |= {f"{word}_personen": word for word in ("inwoners", *UITKOMSTEN)}
    kept = [*names, "delen", *(f"{outcome}_cbs_aandeel" for outcome in UITKOMSTEN)]
    tidy = rows[kept].rename(columns=names)
    tidy["naam"] = tidy["naam"].str.replace(r" \((gemeente|PV|O\.|ZH\.|Z\.)\)$", "", regex=True)
    return tidy


def _add_rates(rows: pd.DataFrame) -> pd.DataFrame:
    frame = rows.copy()
    frame["bestand_begin"] = frame["bestand"] - frame["instroom"] + frame["uitstroom"]
    frame["in_bijstand"] = frame["bestand"] + frame["uitstroom"]
    total = frame["in_bijstand"].where(frame["in_bijstand"] > 0)
    noise = frame["delen"] * ROUNDING**2 / 12
    for outcome in UITKOMSTEN:
        share = frame[outcome] / total
        frame[f"{outcome}_aandeel"] = share
        # d(flow/total): the uitstroom is part of its own denominator, the other flows are not.
        own = (1 - share) ** 2 if outcome == "uitstroom" else 1 + share**2
        frame[f"{outcome}_afronding_var"] = noise * (own + share**2) / total**2
    first = frame.sort_values("jaar").groupby("gemeente")["in_bijstand"].transform("first")
    return frame.assign(gewicht=first)


def _suggest(name: str, names: pd.Series) -> str:
    import difflib

    namesakes = [each for each in names if each.casefold().startswith(f"{name.casefold()} (")]
    close = namesakes or difflib.get_close_matches(name, list(names), n=3, cutoff=0.6)
    hint = f"Bedoelt u {' of '.join(close)}? " if close else ""
    return hint + "Gebruik de naam van de gemeente in 2017, of haar CBS-code (GM0274)."
