"""The monitor of klantgroepen: how many, who comes and goes, who moves, which targets are met, and an early warning.

Everything is counted per quarter, at every level of detail: pages for different readers then never show two halves of a
number that is suppressed on one of them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from evaluatie.errors import ChoiceError
from evaluatie.estimation import NotEstimated, RiseSignal, rise_signal
from evaluatie.evaluaties.telling import Sleutel, Telling
from evaluatie.panel import (
    Dekking,
    build_overgangen,
    build_persoonmaanden,
    build_stand,
    find_dekking,
    klassen,
    list_stand,
)
from evaluatie.panel.maanden import maand_of, number_of
from evaluatie.panel.stand import ONBEKEND, UIT_ANDERS, UIT_WERK
from evaluatie.quantities import Maand
from evaluatie.registratie.contract import Register

KWARTALEN = 9
"""Quarters that are counted: the last one, two years back, and those between."""
TERMIJN = 12
"""Months after which a target is judged; the plans name none."""
DREMPEL = 0.05
TOTAAL, OVERIG = "totaal", "overige groepen"
STROMEN = ("instroom", "uitstroom", "uitstroom_werk")
ALLEEN_TRAJECT, ALLEEN_DEELTIJD, BEIDE, GEEN = (
    "alleen traject",
    "alleen deeltijdwerk",
    "traject en deeltijdwerk",
    "geen",
)
ACTIEF = "traject of deeltijdwerk"
ACTIVITEITEN = {
    "traject": (ALLEEN_TRAJECT, BEIDE),
    "deeltijdwerk": (ALLEEN_DEELTIJD, BEIDE),
    ACTIEF: (ALLEEN_TRAJECT, ALLEEN_DEELTIJD, BEIDE),
}
"""What somebody did in the year before, from cells that exclude each other: overlaps would give small counts away."""
OVERGANG, WEG, NIEUW = "overgang", "weg", "nieuw"
LAATSTE = "laatste"
_LEAST = 10
_KWARTAAL = re.compile(r"(\d{4})-K([1-4])")

WOORDEN = frozenset(
    {TOTAAL, OVERIG, ONBEKEND, UIT_WERK, UIT_ANDERS, "stand", *STROMEN, "uitstroom_anders", WEG, OVERGANG, NIEUW}
    | {*klassen.DUUR_BELEID.namen, *klassen.LEEFTIJD.namen, "duur", "leeftijd"}
    | {*ACTIVITEITEN, ALLEEN_TRAJECT, ALLEEN_DEELTIJD, BEIDE, GEEN}
)
"""Labels that do not come from the data."""


@dataclass(frozen=True, slots=True)
class Groepsmonitor:
    """What was counted; unrounded, so not to be shown.

    Parameters
    ----------
    kwartalen : tuple of str
        Quarters, the last one last.
    groepen : tuple of str
        Klantgroepen, sorted; those that never had ten persons are taken together.
    telling : Telling
        Every count: ``(soort, groep, kwartaal)`` for stock and flows, ``("overgang", van, naar)`` from a year before
        to the last quarter, ``("weg", groep)`` for who had no uitkering then, ``("duur"|"leeftijd", groep, klasse)``
        and ``(activiteit, groep)`` for the stock of the last quarter.
    signaal : RiseSignal or NotEstimated
        The early warning over the last twelve months.
    bewegingen : int
        Persons who came or went in those months, on which the signal rests.
    """

    kwartalen: tuple[str, ...]
    groepen: tuple[str, ...]
    telling: Telling
    signaal: RiseSignal | NotEstimated
    bewegingen: int

    @property
    def laatste(self) -> str:
        """The quarter that is reported."""
        return self.kwartalen[-1]

    @property
    def eerder(self) -> str:
        """The quarter a year before it."""
        return self.kwartalen[-1 - TERMIJN // 3]


def monitor_klantgroepen(
    register: Register, kwartaal: str = LAATSTE, drempel: float = DREMPEL
) -> Groepsmonitor | NotEstimated:
    """Count everything the monitor shows.

    Parameters
    ----------
    register : Register
        ``uitkeringen`` has to be there; without ``klantgroepen`` the group at the begin of a uitkering counts.
    kwartaal : str
        ``"laatste"`` or for example ``"2019-K4"``.
    drempel : float
        Relative rise in twelve months at which the early warning rings.

    Raises
    ------
    ChoiceError
        For a quarter outside the observed months.
    """
    dekking = find_dekking(register)
    last = find_kwartaal(dekking, kwartaal)
    chosen = [name_kwartaal(last - 3 * back) for back in reversed(range(KWARTALEN))]
    if last - 3 * (KWARTALEN - 1) < number_of(dekking.eerste):
        return NotEstimated("fewer than nine quarters are observed", "too_small", "monitor", "klantgroepen")
    window = replace(dekking, laatste=maand_of(last))
    stand = _merge_small(build_stand(register, "klantgroep", dekking=window), chosen)
    groepen = tuple(sorted(stand["groep"].unique()))
    telling = Telling()
    _count_series(telling, stand, chosen)
    _count_moves(telling, register, groepen, last)
    stock = list_stand(register, maand_of(last))
    stock["groep"] = stock["klantgroep"].astype(object).where(stock["klantgroep"].isin(groepen), OVERIG)
    for naar in ("duur", "leeftijd"):
        _count_stock(telling, stock, naar, groepen, chosen[-1])
    _count_activities(telling, register, stock, groepen, window)
    total = build_stand(register, dekking=window)
    signaal = rise_signal(
        *(list(total[name]) for name in ("stand", "instroom", "uitstroom")), months=TERMIJN, threshold=drempel
    )
    moved = int(total[["instroom", "uitstroom"]].tail(TERMIJN).to_numpy().sum())
    return Groepsmonitor(tuple(chosen), groepen, telling, signaal, moved)


def find_kwartaal(dekking: Dekking, kwartaal: str) -> int:
    """Return the number of the last month of a quarter that was observed whole; refuse another one."""
    last = number_of(dekking.laatste)
    newest = last - (last + 1) % 3
    if kwartaal == LAATSTE:
        return newest
    wanted = parse_kwartaal(kwartaal)
    if not number_of(dekking.eerste) + 2 <= wanted <= newest:
        raise ChoiceError(
            f"Kwartaal {kwartaal} ligt niet in de gegevens.",
            f"Die lopen van {dekking.eerste} tot en met {dekking.laatste}; het laatste hele kwartaal is "
            f"{name_kwartaal(newest)}.",
        )
    return wanted


def parse_kwartaal(kwartaal: str) -> int:
    """Return the number of the last month of a quarter written as ``2019-K4``."""
    found = _KWARTAAL.fullmatch(kwartaal)
    if found is None:
        raise ChoiceError(f"'{kwartaal}' is geen kwartaal.", "Schrijf het als 2019-K4, of kies 'laatste'.")
    return number_of(Maand(int(found[1]), 3 * int(found[2])))


def name_kwartaal(maand: int) -> str:
    """Return the quarter in which a month falls, as ``2019-K4``."""
    return f"{maand // 12}-K{maand % 12 // 3 + 1}"


def _merge_small(stand: pd.DataFrame, kwartalen: Sequence[str]) -> pd.DataFrame:
    """Keep the quarters; take groups that never have ten persons in them together, drop those nobody was in."""
    frame = stand.assign(kwartaal=stand["maand"].map(name_kwartaal), groep=stand["groep"].astype(object))
    frame = frame[frame["kwartaal"].isin(kwartalen)]
    by_group = frame.groupby("groep")
    empty = by_group[["stand", *STROMEN]].sum().sum(axis=1) == 0
    small = by_group["stand"].max() < _LEAST
    names = {group: (OVERIG if small[group] else group) for group in small.index}
    kept = frame[~frame["groep"].map(empty)]
    kept = kept.assign(groep=kept["groep"].map(names))
    return kept.groupby(["maand", "kwartaal", "groep"], as_index=False)[["stand", *STROMEN]].sum()


def _count_series(telling: Telling, stand: pd.DataFrame, kwartalen: Sequence[str]) -> None:
    flows = stand.groupby(["kwartaal", "groep"])[list(STROMEN)].sum()
    stocks = stand.groupby(["kwartaal", "groep"])["stand"].last()
    groups = sorted(stand["groep"].unique())
    for kwartaal in kwartalen:
        _divide(telling, "stand", kwartaal, {g: stocks[kwartaal, g] for g in groups})
        for soort in STROMEN:
            _divide(telling, soort, kwartaal, {g: flows.loc[(kwartaal, g), soort] for g in groups})
        other = {g: flows.loc[(kwartaal, g), "uitstroom"] - flows.loc[(kwartaal, g), "uitstroom_werk"] for g in groups}
        _divide(telling, "uitstroom_anders", kwartaal, other)
        for g in (*groups, TOTAAL):
            parts = (("uitstroom_werk", g, kwartaal), ("uitstroom_anders", g, kwartaal))
            telling.sommen.append((("uitstroom", g, kwartaal), parts))
    for before, now in itertools.pairwise(kwartalen):
        left = (("stand", TOTAAL, before), ("instroom", TOTAAL, now))
        telling.balansen.append((left, (("stand", TOTAAL, now), ("uitstroom", TOTAAL, now))))


def _divide(telling: Telling, soort: str, kwartaal: str, by_group: Mapping[str, int]) -> None:
    telling.divide((soort, TOTAAL, kwartaal), {(soort, g, kwartaal): int(n) for g, n in by_group.items()})


def _count_moves(telling: Telling, register: Register, groepen: Sequence[str], last: int) -> None:
    """Count the transitions of a year, in the groups that are shown, and who of the last stock was not in the first."""
    matrix = build_overgangen(register, maand_of(last - TERMIJN), maand_of(last))
    names = {name: (name if name in groepen else OVERIG) for name in matrix.index}
    matrix = matrix.rename(index=names, columns=names).groupby(level=0).sum().T.groupby(level=0).sum().T
    counts = {(van, tot): int(n) for van, row in matrix.to_dict("index").items() for tot, n in row.items()}
    for groep in groepen:
        stayed = {(OVERGANG, groep, g): counts.get((groep, g), 0) for g in groepen}
        gone = {(OVERGANG, groep, to): counts.get((groep, to), 0) for to in (UIT_WERK, UIT_ANDERS)}
        telling.divide((WEG, groep), gone)
        telling.voorrang.add((WEG, groep))
        telling.divide(("stand", groep, name_kwartaal(last - TERMIJN)), {**stayed, (WEG, groep): sum(gone.values())})
    for groep in groepen:
        whole = ("stand", groep, name_kwartaal(last))
        came = {(OVERGANG, g, groep): telling.counts[OVERGANG, g, groep] for g in groepen}
        telling.divide(whole, {**came, (OVERGANG, NIEUW, groep): telling.counts[whole] - sum(came.values())})


def _count_stock(telling: Telling, stock: pd.DataFrame, naar: str, groepen: Sequence[str], kwartaal: str) -> None:
    """Count the stock of a quarter by group and class."""
    names = [str(name) for name in stock[naar].cat.categories]
    counts = stock.groupby(["groep", naar], observed=False).size()
    for groep in groepen:
        cells = {(naar, groep, name): int(counts.get((groep, name), 0)) for name in names}
        telling.divide(("stand", groep, kwartaal), cells)
    for name in names:
        telling.divide((naar, TOTAAL, name), {(naar, g, name): telling.counts[naar, g, name] for g in groepen})
    totals = {(naar, TOTAAL, name): telling.counts[naar, TOTAAL, name] for name in names}
    telling.divide(("stand", TOTAAL, kwartaal), totals)


def _count_activities(
    telling: Telling, register: Register, stock: pd.DataFrame, groepen: Sequence[str], window: Dekking
) -> None:
    """Count who of the stock had a traject or part-time work in the twelve months before."""
    last = number_of(window.laatste)
    year = replace(window, eerste=maand_of(last - TERMIJN + 1))
    months = build_persoonmaanden(register, ["persoon", "in_traject", "deeltijd"], dekking=year)
    active = months.groupby("persoon")[["in_traject", "deeltijd"]].any()
    both = active.reindex(stock["persoon"], fill_value=False).set_axis(stock.index)
    in_traject, works = both["in_traject"], both["deeltijd"]
    cells = {
        ALLEEN_TRAJECT: in_traject & ~works,
        ALLEEN_DEELTIJD: works & ~in_traject,
        BEIDE: in_traject & works,
        GEEN: ~in_traject & ~works,
    }
    for groep in groepen:
        own = stock["groep"] == groep
        telling.divide(
            ("stand", groep, name_kwartaal(last)), {(name, groep): int((c & own).sum()) for name, c in cells.items()}
        )
    for name in cells:
        telling.join((name, TOTAAL), [(name, groep) for groep in groepen])
    telling.join(("stand", TOTAAL, name_kwartaal(last)), [(name, TOTAAL) for name in cells])
    telling.voorrang |= {(name, groep) for name in (ACTIEF, GEEN) for groep in (*groepen, TOTAAL)}
    for groep in (*groepen, TOTAAL):
        for whole, parts in ACTIVITEITEN.items():
            telling.join((whole, groep), [(part, groep) for part in parts])
            telling.sommen.append((("stand", groep, name_kwartaal(last)), _complete(whole, groep)))


def _complete(activiteit: str, groep: str) -> tuple[Sleutel, ...]:
    """Return the cells that make a stock together with an activity: so the activity is a part of it."""
    rest = [name for name in (ALLEEN_TRAJECT, ALLEEN_DEELTIJD, BEIDE, GEEN) if name not in ACTIVITEITEN[activiteit]]
    return ((activiteit, groep), *((name, groep) for name in rest))
