"""What a month with benefit costs: from the municipality's own amounts, or from those of all municipalities together.

An amount is known per uitkering, an effect is in months of persons. A couple shares one uitkering, so a price per
uitkering is multiplied by the number of uitkeringen per person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from evaluatie.evaluaties.tekort import list_landelijke_jaren
from evaluatie.panel import Dekking, build_stand
from evaluatie.panel.maanden import months_of
from evaluatie.quantities import Bron
from evaluatie.registratie.contract import Register

EIGEN, LANDELIJK = "eigen", "landelijk"
PRIJZEN = (EIGEN, LANDELIJK)
MAANDEN_PER_JAAR = 12


@dataclass(frozen=True, slots=True)
class Maandprijs:
    """The net cost of a month with benefit.

    Parameters
    ----------
    herkomst : {"eigen", "landelijk"}
    jaren : tuple of int
        Years it is the mean of.
    per_uitkering_eur : float
        Net cost of one uitkering in a year (lasten minus baten).
    uitkeringen_per_persoon : float or None
        From the table volumes and the persons in the register; None without that table.
    personen : int
        Mean number of persons behind `uitkeringen_per_persoon` or behind the whole caseload; for `disclosure`.
    bronnen : tuple of Bron
    """

    herkomst: str
    jaren: tuple[int, ...]
    per_uitkering_eur: float
    uitkeringen_per_persoon: float | None
    personen: int
    bronnen: tuple[Bron, ...]

    @property
    def per_persoonmaand_eur(self) -> float:
        """Net cost of one month of one person; without volumes a couple counts as two uitkeringen."""
        return self.per_uitkering_eur / MAANDEN_PER_JAAR * (self.uitkeringen_per_persoon or 1.0)


def price_month(
    register: Register, dekking: Dekking, jaren: Sequence[int], keuze: str, bronnen: tuple[Bron, ...]
) -> Maandprijs:
    """Return the price of a month with benefit over some years.

    Parameters
    ----------
    jaren : sequence of int
        Calendar years that are compared.
    keuze : {"eigen", "landelijk"}
        ``"eigen"`` falls back on the nation when the register has no amounts or volumes of these years: see `herkomst`.
    bronnen : tuple of Bron
        How a number from these registers is cited.
    """
    persons, ratio = _count_personen(register, dekking, jaren)
    own = _own_price(register, jaren) if keuze == EIGEN else None
    if own is not None:
        return Maandprijs(EIGEN, own[0], own[1], ratio, persons, bronnen)
    land = list_landelijke_jaren()
    known = tuple(jaar for jaar in jaren if jaar in land) or (max(land),)
    cost = sum(land[jaar].netto_lasten_eur for jaar in known) / sum(land[jaar].uitkeringen for jaar in known)
    sources = tuple(dict.fromkeys(bron for jaar in known for bron in land[jaar].bronnen))
    return Maandprijs(LANDELIJK, known, cost, ratio, persons, sources)


def read_financien(register: Register) -> dict[int, dict[str, float]]:
    """Return the amounts of the register by year and post; empty without that table."""
    if "financien" not in register:
        return {}
    rows = register["financien"].dropna(subset=["jaar", "bedrag"])
    amounts: dict[int, dict[str, float]] = {}
    for jaar, post, bedrag in zip(rows["jaar"], rows["post"].astype(str), rows["bedrag"], strict=True):
        amounts.setdefault(int(jaar), {})[post] = float(bedrag)
    return amounts


def _own_price(register: Register, jaren: Sequence[int]) -> tuple[tuple[int, ...], float] | None:
    """Return the years with lasten, baten and twelve months of volumes, and the net cost per uitkering in them."""
    volumes, amounts = _volumes(register), read_financien(register)
    by_year = volumes.groupby(volumes.index // MAANDEN_PER_JAAR)
    means = by_year.mean()[by_year.count() == MAANDEN_PER_JAAR].to_dict()
    known = tuple(j for j in jaren if j in means and {"lasten", "baten"} <= amounts.get(j, {}).keys())
    stock = sum(means[jaar] for jaar in known)
    if not stock:
        return None
    return known, sum(amounts[jaar]["lasten"] - amounts[jaar]["baten"] for jaar in known) / stock


def _count_personen(register: Register, dekking: Dekking, jaren: Sequence[int]) -> tuple[int, float | None]:
    """Return the mean number of persons with a uitkering, and the uitkeringen per person where volumes tell."""
    stand = build_stand(register, dekking=dekking).set_index("maand")["stand"].astype(float)
    stand = stand[(stand.index // MAANDEN_PER_JAAR).isin(jaren)]
    volumes = _volumes(register)
    both = stand.index.intersection(volumes.index)
    persons = round(float(stand.mean())) if len(stand) else 0
    if not len(both) or not stand[both].sum():
        return persons, None
    # Above one a part of the persons is missing from the register: then nothing is known of couples.
    return persons, min(float(volumes[both].sum() / stand[both].sum()), 1.0)


def _volumes(register: Register) -> pd.Series:
    """Return the reported number of uitkeringen by number of the month."""
    volumes = register.get("volumes")
    if volumes is None or volumes.empty:
        return pd.Series(dtype=float)
    reported = volumes.groupby("maand")["aantal"].sum()
    return pd.Series(reported.to_numpy(dtype=float), index=months_of(reported.index.to_series()).astype(int))
