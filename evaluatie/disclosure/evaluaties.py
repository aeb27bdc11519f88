"""Whole evaluaties from own registers: rounded, without the rows behind them, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from evaluatie.disclosure.drempels import load_drempels
from evaluatie.disclosure.openbaar import require_sources
from evaluatie.disclosure.schattingen import Schatting, release_estimate, round_digits
from evaluatie.disclosure.vrijgave import KEY, Grond, Released
from evaluatie.errors import DisclosureError
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.quantities import Bron

TOO_FEW = "het gaat om te weinig mensen of uitkomsten om iets te publiceren"


@dataclass(frozen=True, slots=True)
class _Published:
    """The inference of a released estimate: one interval, already rounded."""

    schatting: Schatting

    def bounds(self, level: float) -> tuple[float, float]:
        """Return the interval that was released; another level was not."""
        lower, upper = self.schatting.lower, self.schatting.upper
        if level != self.schatting.level or lower is None or upper is None:
            raise DisclosureError("Dit interval is niet vrijgegeven.", "Geef het vrij met het gewenste niveau.")
        return lower, upper

    def p_value(self, null: float) -> float:
        """Return the p-value that was released; against another value it was not."""
        if null != self.schatting.null or self.schatting.p_value is None:
            raise DisclosureError("Deze p-waarde is niet vrijgegeven.", "Toets tegen geen verschil.")
        return self.schatting.p_value


def release_evaluaties(
    evaluaties: Sequence[Evaluatie], bronnen: Iterable[Bron], *, level: float = 0.95
) -> Released[tuple[Evaluatie, ...]]:
    """Release evaluaties of persons: their estimate with few digits, and nothing of the rows behind it.

    An evaluatie that rests on too few persons or outcomes comes back as one that says so. The tables of its checks
    and the effects of others are dropped; the statements of the checks stay, they hold rounded summaries of everybody.

    Raises
    ------
    DisclosureError
        When an evaluatie does not say on how many persons and outcomes it rests.
    """
    sources = require_sources(bronnen)
    return Released(tuple(_release(each, level) for each in evaluaties), Grond.ONDERDRUKT, sources, key=KEY)


def _release(evaluatie: Evaluatie, level: float) -> Evaluatie:
    bare = replace(evaluatie, checks=tuple(replace(c, table=None) for c in evaluatie.checks), placebos=None, steun=None)
    if isinstance(evaluatie.estimate, NotEstimated):
        return bare
    if evaluatie.steun is None:
        raise DisclosureError(
            f"Van '{evaluatie.id}' is niet bekend op hoeveel personen en uitkomsten het rust.", "Geef de steun op."
        )
    drempels = load_drempels()
    found = release_estimate(evaluatie.estimate, evaluatie.steun, level, drempels)
    if isinstance(found, NotEstimated):
        return replace(bare, estimate=replace(found, reason=TOO_FEW), checks=(), aannames=(), detectable=None)
    digits = drempels.schatting.cijfers
    return replace(
        bare,
        estimate=_publish(found),
        detectable=None if evaluatie.detectable is None else round_digits(evaluatie.detectable, digits),
        p_adjusted=None if evaluatie.p_adjusted is None else round_digits(evaluatie.p_adjusted, digits),
    )


def _publish(found: Schatting) -> Estimate:
    return Estimate(
        value=found.value,
        std_error=found.std_error,
        dof=None,
        n=found.n,
        method=found.method,
        estimand=found.estimand,
        unit=found.unit,
        inference=_Published(found),
        null=found.null,
    )
