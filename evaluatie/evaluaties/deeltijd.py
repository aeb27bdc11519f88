"""Part-time work beside a uitkering: who does it, what is settled with the benefit, and what the registers can tell.

What the registers do not tell is kept apart. Before the first month of the table ``deeltijdinkomsten`` nothing is
known, so that the first income somebody has in the table need not be the first one: who already had a uitkering then
has to be seen without income for `AANLOOP` months before an income counts as the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.dossier import Cijfer, load_dossier
from evaluatie.errors import DataError
from evaluatie.estimation import Estimate, NotEstimated, ols
from evaluatie.evaluaties.personen import DUUR, KENMERKEN
from evaluatie.evaluaties.steun import Steun
from evaluatie.panel import Dekking, build_persoonmaanden, find_dekking
from evaluatie.panel.klassen import UREN
from evaluatie.panel.maanden import maand_of, months_of, number_of
from evaluatie.quantities import Bron
from evaluatie.registratie.contract import Register

AANLOOP = 6
"""Months without income after which an income counts as a new beginning, also for who had a uitkering before."""
URENKLASSEN = {f"uren_{number}": name for number, name in enumerate(UREN.namen, start=1)}
"""Hours classes by their column."""
ONBEKENDE_UREN = "uren_onbekend"
VENSTERS = {
    "maand_1_3": ("maand 1 tot en met 3", (0, 2)),
    "maand_4_6": ("maand 4 tot en met 6", (3, 5)),
    "maand_7_12": ("maand 7 tot en met 12", (6, 11)),
    "maand_13_24": ("maand 13 tot en met 24", (12, 23)),
    "maand_25": ("maand 25 en later", (24, 2**14)),
}
"""Windows by their column: words, and months since the first income (0: the month of it)."""
PRIL = (1, 2, 3)
"""First months of an unbroken run of income that are set apart, to see whether an exit was coming anyway."""
CONTROLE = ("verhuizing", "relatie")
"""Reasons of an exit that part-time work can hardly change."""
HELE_PERIODE = "hele periode"
_KOLOMMEN = (
    *("persoon", "maand", "duur", DUUR, *KENMERKEN, "werk", "reden", "in_traject"),
    *("deeltijd", "deeltijd_urenklasse", "deeltijd_bedrag", "sinds_deeltijd"),
)
_LANDELIJK = ("Renkum", "deeltijd_aandeel_landelijk")
"""The dossier in which the national share stands with its source, and its name there."""
_FEWEST_CLUSTERS = 5
_MAANDEN = 12


Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Deeltijdgegevens:
    """The registers as person-months with what is known of part-time work.

    Parameters
    ----------
    gemeente : str
    maanden : pandas.DataFrame
        Person-months in the months that the table of incomes covers, with columns of 0 and 1: ``deeltijd`` (income
        this month), the hours classes, the windows of `VENSTERS`, ``verleden_onbekend``, ``ooit`` (income this month or
        earlier in this uitkering), ``pril_1`` … (first months of a run of income), ``later_1`` … (the months after
        those) and ``controle`` (exits for `CONTROLE`).
    inkomsten : pandas.DataFrame
        One row per income in those months: ``persoon`` (number), ``jaar``, ``bedrag``, ``vrijlating``.
    dekking : Dekking
        Months that both tables cover.
    bronnen : tuple of Bron
    """

    gemeente: str
    maanden: pd.DataFrame
    inkomsten: pd.DataFrame
    dekking: Dekking
    bronnen: tuple[Bron, ...]

    @property
    def urenklassen(self) -> dict[str, str]:
        """The hours classes in which somebody worked; empty when the register gives no hours."""
        return {name: words for name, words in URENKLASSEN.items() if (self.maanden[name] == 1).any()}


def read_deeltijd(register: Register, gemeente: str, bronnen: tuple[Bron, ...]) -> Deeltijdgegevens:
    """Turn the registers of a municipality into what the evaluation of part-time work needs.

    Raises
    ------
    DataError
        Without a table ``uitkeringen`` or ``deeltijdinkomsten``, or when they have no month in common.
    """
    missing = [name for name in ("uitkeringen", "deeltijdinkomsten") if name not in register or register[name].empty]
    if missing:
        raise DataError(
            "Voor deeltijdwerk zijn de tabellen uitkeringen en deeltijdinkomsten nodig; "
            f"er ontbreekt: {', '.join(missing)}.",
            "Lees ze in met: evaluatie import MAP",
        )
    dekking = _common_months(register)
    maanden = build_persoonmaanden(register, _KOLOMMEN, dekking=dekking)
    return Deeltijdgegevens(
        gemeente, _mark(maanden, number_of(dekking.eerste)), _list_inkomsten(register, dekking), dekking, bronnen
    )


def list_perioden(gegevens: Deeltijdgegevens) -> dict[str, tuple[int, int]]:
    """Return the whole calendar years by name, as first and last month; without any, all months together."""
    first, last = number_of(gegevens.dekking.eerste), number_of(gegevens.dekking.laatste)
    years = range(-(-first // _MAANDEN), (last + 1) // _MAANDEN)
    known = {str(year): (year * _MAANDEN, year * _MAANDEN + _MAANDEN - 1) for year in years}
    return known or {HELE_PERIODE: (first, last)}


def count_personen(gegevens: Deeltijdgegevens) -> dict[str, tuple[int, int]]:
    """Count persons with a uitkering in each period, and those of them who had income from work in some month."""
    counts = {}
    for name, rows in _by_period(gegevens).items():
        counts[name] = (int(rows["persoon"].nunique()), int(rows.loc[rows["deeltijd"] == 1, "persoon"].nunique()))
    return counts


def measure_aandeel(gegevens: Deeltijdgegevens) -> tuple[dict[str, Estimate | NotEstimated], dict[str, Steun]]:
    """Return the share with income from work in an average month of each period, clustered by person.

    "No effect" is the national share, so that the p-value is of no difference from it; its own error is not known.
    """
    national = float(landelijk_aandeel()[0].waarde)
    found: dict[str, Estimate | NotEstimated] = {}
    for name, rows in _by_period(gegevens).items():
        share = average(rows, "deeltijd", "share with income from work", "aandeel")
        found[name] = replace(share, null=national) if isinstance(share, Estimate) else share
    return found, {name: Steun.single(*counts) for name, counts in count_personen(gegevens).items()}


def measure_bedrag(gegevens: Deeltijdgegevens) -> tuple[dict[str, Estimate | NotEstimated], dict[str, Steun]]:
    """Return the mean income that is settled in a month with income: ``ja``, ``nee`` and ``onbekend`` by vrijlating."""
    found, support = {}, {}
    for vrijlating, rows in gegevens.inkomsten.groupby("vrijlating"):
        name, persons = str(vrijlating), int(rows["persoon"].nunique())
        found[name] = average(rows, "bedrag", "mean income settled per month with income", "euro")
        support[name] = Steun.single(persons, persons)
    return found, support


def average(rows: pd.DataFrame, column: str, estimand: str, unit: str) -> Estimate | NotEstimated:
    """Return the mean over rows, with errors clustered by ``persoon``."""
    if rows["persoon"].nunique() < _FEWEST_CLUSTERS:
        return NotEstimated("het gaat om te weinig mensen", "too_small", "mean", estimand)
    if rows[column].nunique() < 2:
        return NotEstimated("de uitkomst is bij iedereen gelijk", "no_spread", "mean", estimand)
    fit = ols(rows.assign(waarde=rows[column].astype(float)), formula="waarde ~ 1", cluster="persoon")
    return replace(fit["Intercept"], estimand=estimand, unit=unit, method="mean, errors clustered by person")


def list_bedragen(gegevens: Deeltijdgegevens) -> pd.DataFrame:
    """Return incomes with ``groep`` (year and vrijlating), for `release_sums`; of whole years when there are any."""
    perioden = list_perioden(gegevens)
    rows = gegevens.inkomsten
    jaar = rows["jaar"] if HELE_PERIODE not in perioden else pd.Series(HELE_PERIODE, index=rows.index)
    kept = rows.assign(groep=jaar + ", vrijlating " + rows["vrijlating"])[jaar.isin(perioden)]
    return kept[["groep", "persoon", "bedrag"]]


def landelijk_aandeel() -> tuple[Cijfer, Bron]:
    """Return the national share of persons with bijstand with income from work, and where it was read."""
    gemeente, name = _LANDELIJK
    dossier = load_dossier(gemeente)
    cijfer = dossier.cijfer(name)
    return cijfer, dossier.bron(cijfer.bron)


def _common_months(register: Register) -> Dekking:
    dekking = find_dekking(register)
    months = months_of(register["deeltijdinkomsten"]["maand"])
    first = max(number_of(dekking.eerste), int(months.min()))
    last = min(number_of(dekking.laatste), int(months.max()))
    if first > last:
        raise DataError(
            "De deeltijdinkomsten vallen buiten de maanden waarover uitkeringen bekend zijn.",
            "Lever beide tabellen over dezelfde maanden aan.",
        )
    return replace(dekking, eerste=maand_of(first), laatste=maand_of(last))


def _mark(maanden: pd.DataFrame, first: int) -> pd.DataFrame:
    """Add what follows from the income of a month, and from the first one in this uitkering."""
    works = maanden["deeltijd"].to_numpy(dtype=bool)
    since = maanden["sinds_deeltijd"].to_numpy(dtype=np.int64)
    month = maanden["maand"].to_numpy(dtype=np.int64)
    seen_from_begin = month - maanden["duur"].to_numpy(dtype=np.int64) >= first
    beginning = np.where(since >= 0, month - since, month)
    known = seen_from_begin | (beginning >= first + AANLOOP)
    hours = maanden["deeltijd_urenklasse"]
    marks = {name: works & (hours == words).to_numpy() for name, words in URENKLASSEN.items()}
    marks[ONBEKENDE_UREN] = works & hours.isna().to_numpy()
    marks |= {name: known & (since >= low) & (since <= high) for name, (_, (low, high)) in VENSTERS.items()}
    running = _months_running(maanden, works, seen_from_begin | (month > first))
    marks |= {f"pril_{number}": works & (running < number) for number in PRIL}
    marks |= {f"later_{number}": works & (running >= number) for number in PRIL}
    marks |= {"verleden_onbekend": ~known, "ooit": since >= 0, "deeltijd": works, "werk": maanden["werk"].to_numpy()}
    marks |= {"eerste": known & (since == 0), "controle": maanden["reden"].isin(CONTROLE).to_numpy()}
    marks["in_traject"] = maanden["in_traject"].to_numpy()
    return maanden.assign(**{name: mark.astype(float) for name, mark in marks.items()})


def _months_running(maanden: pd.DataFrame, works: Flags, seen: Flags) -> Numbers:
    """Return for months with income how many of them came before without a gap; many when the first is not `seen`.

    Every run counts, not only the first one of a uitkering: the wages of a new job may also follow earlier work.
    """
    person, month = maanden["persoon"].to_numpy(dtype=np.int64), maanden["maand"].to_numpy(dtype=np.int64)
    follows = np.append(False, works[:-1] & (person[1:] == person[:-1]) & (month[1:] == month[:-1] + 1))
    begins = np.maximum.accumulate(np.where(works & ~follows, np.arange(len(works)), 0))
    return np.where(seen[begins], month - month[begins], np.iinfo(np.int64).max)


def _list_inkomsten(register: Register, dekking: Dekking) -> pd.DataFrame:
    table = register["deeltijdinkomsten"]
    months = months_of(table["maand"])
    kept = (months >= number_of(dekking.eerste)) & (months <= number_of(dekking.laatste))
    given = table["vrijlating"].astype(object)
    return pd.DataFrame(
        {
            "persoon": pd.factorize(table["persoon_id"])[0],
            "jaar": (months // _MAANDEN).astype(str),
            "bedrag": table["bedrag"].to_numpy(dtype=float),
            "vrijlating": given.where(given.notna(), "onbekend").astype(str).to_numpy(),
        }
    )[kept]


def _by_period(gegevens: Deeltijdgegevens) -> dict[str, pd.DataFrame]:
    maanden = gegevens.maanden
    return {name: maanden[maanden["maand"].between(*ends)] for name, ends in list_perioden(gegevens).items()}
