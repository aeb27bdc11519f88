"""What became of who began part-time work: a stepping stone or a place to stay, and who went into business.

Descriptions, not effects: nobody is compared with anybody. Everyone is followed once, from the first income that is
known to be the first one in that uitkering.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evaluatie.estimation import DurationCurves, NotEstimated, cumulative_incidence
from evaluatie.evaluaties.deeltijd import Deeltijdgegevens
from evaluatie.evaluaties.trajecten import ANDERS, REDENEN
from evaluatie.panel.maanden import number_of
from evaluatie.panel.persoonmaanden import WERK

NAAR_WERK = "naar werk, zonder uitkering"
NAAR_ANDERS = "uitkering gestopt om een andere reden"
BLIJFT, GESTOPT = "uitkering en nog in deeltijd", "uitkering, niet meer in deeltijd"
STANDEN = (NAAR_WERK, NAAR_ANDERS, BLIJFT, GESTOPT)
"""Where somebody is some months after the first income."""
BIJ_UITSTROOM, EERDER, NOOIT = (
    "deeltijdwerk in de maand van uitstroom",
    "alleen eerder in deze uitkering deeltijdwerk",
    "geen deeltijdwerk bekend in deze uitkering",
)
BEDRIJF, LOONDIENST = "naar een eigen bedrijf", "naar werk in dienst"
_BITS = 16


def follow_begin(gegevens: Deeltijdgegevens) -> DurationCurves | NotEstimated:
    """Follow who began part-time work: the share that left for each reason, by months since the first income."""
    begun = _list_begin(gegevens)
    if begun.empty:
        return NotEstimated("nobody began", "no_treated", "Aalen–Johansen")
    until = begun["einde"].fillna(gegevens.maanden["maand"].max()) - begun["maand"] + 1
    reden = begun["reden"].map(lambda value: None if pd.isna(value) else REDENEN.get(str(value), ANDERS))
    return cumulative_incidence(pd.DataFrame({"maanden": until, "reden": reden}), duration="maanden", event="reden")


def count_standen(gegevens: Deeltijdgegevens, horizons: Sequence[int]) -> pd.DataFrame:
    """Count persons by where they are some months after the month of their first income.

    Returns
    -------
    pandas.DataFrame
        Index `STANDEN`, a column per horizon (``na 12 maanden``); only who could be followed so long. Who left and came
        back has a uitkering again. Unrounded: for `disclosure` only.
    """
    begun, maanden = _list_begin(gegevens), gegevens.maanden
    keys = _key(maanden["persoon"], maanden["maand"])
    last = number_of(gegevens.dekking.laatste)
    columns = {}
    for horizon in horizons:
        rows = begun[begun["maand"] + horizon <= last]
        wanted = _key(rows["persoon"], rows["maand"] + horizon)
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        present = keys[place] == wanted
        works = present & (maanden["deeltijd"].to_numpy()[place] == 1)
        left = rows["reden"].isin(WERK).to_numpy()
        stand = np.select([works, present, left], [BLIJFT, GESTOPT, NAAR_WERK], NAAR_ANDERS)
        columns[f"na {horizon} maanden"] = pd.Series(stand).value_counts()
    return pd.DataFrame(columns, index=pd.Index(STANDEN)).fillna(0).astype(int)


def count_ondernemers(gegevens: Deeltijdgegevens) -> pd.DataFrame:
    """Count persons whose last exit was to a business of their own, or to a job, by part-time work before it.

    Returns
    -------
    pandas.DataFrame
        Rows by part-time work, columns `BEDRIJF` and `LOONDIENST`. Unrounded: for `disclosure` only.
    """
    rows = gegevens.maanden[gegevens.maanden["reden"].isin(WERK)].drop_duplicates("persoon", keep="last")
    before = np.select([rows["deeltijd"] == 1, rows["ooit"] == 1], [BIJ_UITSTROOM, EERDER], NOOIT)
    towards = np.where(rows["reden"] == "zelfstandig", BEDRIJF, LOONDIENST)
    counts = pd.crosstab(before, towards)
    table = counts.reindex(index=[BIJ_UITSTROOM, EERDER, NOOIT], columns=[BEDRIJF, LOONDIENST], fill_value=0)
    return table.rename_axis(index=None, columns=None).astype(int)


def _list_begin(gegevens: Deeltijdgegevens) -> pd.DataFrame:
    """Return one row per person: the month of the first income, and month and reason of the exit that followed."""
    maanden = gegevens.maanden
    begun = maanden.loc[maanden["eerste"] == 1, ["persoon", "maand"]].drop_duplicates("persoon")
    exits = maanden.loc[maanden["reden"].notna(), ["persoon", "maand", "reden"]]
    merged = pd.merge_asof(
        begun.sort_values("maand"),
        exits.assign(einde=exits["maand"], reden=exits["reden"].astype(object)).sort_values("maand"),
        on="maand",
        by="persoon",
        direction="forward",
    )
    return merged.sort_values("persoon", ignore_index=True)


def _key(persoon: pd.Series, maand: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray((persoon.to_numpy(dtype=np.int64) << _BITS) + maand.to_numpy(dtype=np.int64))
