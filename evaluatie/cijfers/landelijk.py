"""The national trend: benefits and persons, which are different units, never in one series."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from evaluatie.cijfers.tables import load_table
from evaluatie.errors import ChoiceError


def load_landelijk_volume() -> pd.DataFrame:
    """Return the national number of bijstandsuitkeringen up to AOW age at the end of each month.

    Returns
    -------
    pandas.DataFrame
        Index ``periode`` ("2017-06"); columns ``uitkeringen`` (number, to hundreds) and ``status``.
        Source: CBS 37789ksz.
    """
    table = load_table("uitkeringen_landelijk_maand").set_index("periode")
    uitkeringen = (table["uitkeringen_tot_aow_x1000"] * 1000).round().astype(int)
    return pd.DataFrame({"uitkeringen": uitkeringen, "status": table["status"]})


def mean_uitkeringen_per_year() -> pd.Series:
    """Return the national yearly mean of the month-end number of uitkeringen up to AOW age, IOAW and IOAZ.

    These are the benefits that the BUIG budget pays; years with a missing month are left out.
    """
    table = load_table("uitkeringen_landelijk_maand")
    total = 1000 * table[["uitkeringen_tot_aow_x1000", "ioaw_x1000", "ioaz_x1000"]].sum(axis=1, skipna=False)
    by_year = total.groupby(table["periode"].str[:4].astype(int))
    complete = by_year.mean()[by_year.count() == 12]
    return pd.Series(complete, name="uitkeringen")


def mean_ww_per_year() -> pd.Series:
    """Return the national yearly mean of the month-end number of WW benefits; years with a missing month are left out.

    Source: CBS 37789ksz.
    """
    table = load_table("uitkeringen_landelijk_maand")
    by_year = (1000 * table["ww_x1000"]).groupby(table["periode"].str[:4].astype(int))
    return pd.Series(by_year.mean()[by_year.count() == 12], name="ww")


def index_landelijk_volume(base: str = "2014-12") -> pd.Series:
    """Return the national volume as an index, end of `base` = 100 (so that 1-1-2015 = 100)."""
    volume = load_landelijk_volume()["uitkeringen"]
    index = 100 * volume / volume.loc[_known(volume, base)]
    return pd.Series(index, name="index")


@dataclass(frozen=True, slots=True)
class LandelijkeVerandering:
    """National change of the number of benefits between two moments; `share` is relative."""

    voor: float
    na: float

    @property
    def share(self) -> float:
        """Relative change: ``na / voor − 1``."""
        return self.na / self.voor - 1


def national_change(maand_voor: str, maand_na: str, *, jaargemiddelde: bool = False) -> LandelijkeVerandering:
    """Return the national change between two months, or between the means of their years."""
    volume = load_landelijk_volume()["uitkeringen"]
    if not jaargemiddelde:
        return LandelijkeVerandering(float(volume[_known(volume, maand_voor)]), float(volume[_known(volume, maand_na)]))
    yearly = volume.groupby(volume.index.str[:4]).mean()
    return LandelijkeVerandering(float(yearly[maand_voor[:4]]), float(yearly[maand_na[:4]]))


def _known(volume: pd.Series, maand: str) -> str:
    if maand not in volume.index:
        raise ChoiceError(
            f"Het landelijk volume van {maand} is niet bekend.",
            f"De reeks loopt van {volume.index[0]} tot en met {volume.index[-1]}.",
        )
    return maand
