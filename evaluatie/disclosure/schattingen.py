"""Estimates and sums of money from own registers: enough persons behind them, and no more digits than they deserve."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from evaluatie.disclosure.aantallen import Onderdrukt
from evaluatie.disclosure.drempels import Drempels, load_drempels
from evaluatie.disclosure.herkenning import refuse_identifiers
from evaluatie.disclosure.openbaar import require_sources
from evaluatie.disclosure.patroon import Vergelijking, choose_suppressed
from evaluatie.disclosure.vrijgave import KEY, Grond, Released
from evaluatie.errors import DisclosureError
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties.steun import Steun
from evaluatie.quantities import Bron

TOO_FEW = NotEstimated("too few persons or outcomes to publish", "disclosure")
_WITHOUT_NUMBERS = "it could not be estimated from these figures"


@dataclass(frozen=True, slots=True)
class Schatting:
    """A released estimate: its numbers have few significant digits, `n` is rounded like every count.

    `std_error`, the interval and `p_value` are None where the estimate has no valid inference.
    """

    value: float
    std_error: float | None
    lower: float | None
    upper: float | None
    level: float
    p_value: float | None
    n: int
    method: str
    estimand: str
    unit: str
    null: float


def release_estimates(
    estimates: Mapping[str, Estimate | NotEstimated],
    steun: Mapping[str, Steun],
    bronnen: Iterable[Bron],
    *,
    level: float = 0.95,
) -> Released[Mapping[str, Schatting | NotEstimated]]:
    """Release estimates from own registers; those that rest on too few become `TOO_FEW`.

    Parameters
    ----------
    estimates : mapping of str to Estimate or NotEstimated
        By name.
    steun : mapping of str to Steun
        The support of every `Estimate`.
    level : float
        Of the intervals.

    Raises
    ------
    DisclosureError
        For anything that is no estimate, an estimate of which the support is not given, a name that points at a person.
    """
    sources, drempels = require_sources(bronnen), load_drempels()
    refuse_identifiers(estimates)
    released = {name: _release(name, found, steun, level, drempels) for name, found in estimates.items()}
    return Released(MappingProxyType(released), Grond.ONDERDRUKT, sources, key=KEY)


def suffices(steun: Steun, drempels: Drempels) -> bool:
    """Tell whether there are enough persons and outcomes on both sides."""
    people, events = drempels.schatting.minste_personen, drempels.schatting.minste_gebeurtenissen
    return (
        min(steun.personen_behandeld, steun.personen_vergeleken) >= people
        and min(steun.gebeurtenissen_behandeld, steun.gebeurtenissen_vergeleken) >= events
    )


def _release(
    name: str, found: object, steun: Mapping[str, Steun], level: float, drempels: Drempels
) -> Schatting | NotEstimated:
    if isinstance(found, NotEstimated):
        return replace(found, reason=_WITHOUT_NUMBERS) if re.search(r"\d", found.reason) else found
    support = steun.get(name)
    if not isinstance(found, Estimate) or not isinstance(support, Steun):
        raise DisclosureError(
            f"Van '{name}' is niet bekend op hoeveel personen en gebeurtenissen het rust.",
            "Geef een schatting, met haar Steun.",
        )
    return release_estimate(found, support, level, drempels)


def release_estimate(found: Estimate, steun: Steun, level: float, drempels: Drempels) -> Schatting | NotEstimated:
    """Return an estimate with few digits, or `TOO_FEW`; only for the modules of `disclosure`."""
    if not suffices(steun, drempels):
        return replace(TOO_FEW, method=found.method, estimand=found.estimand)
    digits = drempels.schatting.cijfers
    interval = found.interval(level) if found.inference else None
    return Schatting(
        value=round_digits(found.value, digits),
        std_error=None if found.std_error is None else round_digits(found.std_error, digits),
        lower=None if interval is None else round_digits(interval.lower, digits),
        upper=None if interval is None else round_digits(interval.upper, digits),
        level=level,
        p_value=None if interval is None else round_digits(found.p_value, digits),
        n=drempels.round_count(found.n),
        method=found.method,
        estimand=found.estimand,
        unit=found.unit,
        null=found.null,
    )


def round_digits(value: float, digits: int) -> float:
    """Round to a number of significant digits; infinity stays."""
    if not math.isfinite(value) or value == 0:
        if math.isnan(value):
            raise DisclosureError("Een schatting is geen getal.", "Maak er een NotEstimated met een reden van.")
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


@dataclass(frozen=True, slots=True)
class Bedragen:
    """Released sums of money in euro, rounded, or `Onderdrukt`; `totaal` is None when it was not asked."""

    waarden: Mapping[str, int | Onderdrukt]
    totaal: int | Onderdrukt | None
    afgerond_op: int


def release_sums(
    rows: pd.DataFrame, groep: str, persoon: str, bedrag: str, bronnen: Iterable[Bron], *, totaal: bool = False
) -> Released[Bedragen]:
    """Release sums of money per group; small groups, and groups in which a few persons dominate, are suppressed.

    Parameters
    ----------
    rows : pandas.DataFrame
        Amounts of persons; several rows of a person in a group are added first.
    groep, persoon, bedrag : str
        Names of its columns: group, number of the person, and euro (no negative amounts).
    totaal : bool
        Publish the sum over groups too; it is protected against subtraction like every total.

    Raises
    ------
    DisclosureError
        For missing or negative amounts, or a label that points at a person.

    References
    ----------
    The (n,k) dominance rule: Hundepool et al. (2012), Statistical Disclosure Control, §4.2.
    """
    sources, drempels = require_sources(bronnen), load_drempels()
    amounts = rows[bedrag].to_numpy(dtype=float, na_value=np.nan)
    if not np.isfinite(amounts).all() or (amounts < 0).any() or rows[[groep, persoon]].isna().any().any():
        raise DisclosureError("Een bedrag, groep of persoon ontbreekt of is negatief.", "Lever volledige bedragen aan.")
    each = pd.Series(amounts).groupby([rows[groep].astype(str).to_numpy(), rows[persoon].to_numpy()]).sum()
    groups = {str(name): part.to_numpy() for name, part in each.groupby(level=0)}
    refuse_identifiers(groups)
    counts = [len(part) for part in groups.values()]
    small = {place for place, part in enumerate(groups.values()) if is_dominated(part, drempels)}
    equations, rang = [], [0] * len(counts)
    if totaal:
        everybody = each.groupby(level=1).sum().to_numpy()
        equations = [Vergelijking((len(counts),), tuple(range(len(counts))))]
        small |= {len(counts)} if is_dominated(everybody, drempels) else set()
        counts, rang = [*counts, sum(counts)], [*rang, 1]
    hidden = choose_suppressed(counts, small, equations, drempels, rang)
    sums = [*(part.sum() for part in groups.values()), each.sum()]
    shown = [_show_amount(place, sums[place], small, hidden, drempels) for place in range(len(counts))]
    values = MappingProxyType(dict(zip(groups, shown, strict=False)))
    result = Bedragen(values, shown[-1] if totaal else None, drempels.bedrag.afronden_op)
    return Released(result, Grond.ONDERDRUKT, sources, key=KEY)


def is_dominated(amounts: np.ndarray[tuple[int], np.dtype[np.float64]], drempels: Drempels) -> bool:
    """Tell whether a sum has too few contributors, or the largest ones make up too much of it."""
    paying = np.sort(amounts[amounts > 0])[::-1]
    if len(paying) < drempels.kleinste_cel:
        return True
    return bool(paying[: drempels.bedrag.grootste].sum() >= drempels.bedrag.aandeel * paying.sum())


def _show_amount(place: int, amount: float, small: set[int], hidden: set[int], drempels: Drempels) -> int | Onderdrukt:
    if place in hidden:
        return Onderdrukt("klein" if place in small else "bescherming")
    step = drempels.bedrag.afronden_op
    return math.floor(amount / step + 0.5) * step
