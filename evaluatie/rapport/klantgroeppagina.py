"""All that the monitor of klantgroepen shows, released at once: one count may be shown or not because of another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evaluatie.disclosure import Released, Schatting, Steun, release_counts, release_estimates
from evaluatie.dossier import Dossier
from evaluatie.estimation import Estimate, NotEstimated, RiseSignal
from evaluatie.evaluaties.klantgroepen import TOTAAL, WOORDEN, Groepsmonitor
from evaluatie.evaluaties.streefcijfers import Doel
from evaluatie.quantities import Bron
from evaluatie.rapport.bronkeuze import Registerbron
from evaluatie.rapport.opmaak import Fragment
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.vrijgave import Vrijgegeven

SIGNALEN = ("groei", "kans", "vals_alarm")


@dataclass(frozen=True, slots=True)
class Monitorpagina:
    """Everything the sections of one page are written from; all of it was released."""

    naam: str
    kwartalen: tuple[str, ...]
    groepen: tuple[str, ...]
    laatste: str
    eerder: str
    cijfers: Vrijgegeven
    doelen: Sequence[Doel]
    signaal: Released[Mapping[str, Schatting | NotEstimated]]
    drempel: float
    synthetisch: bool = False


Schrijver = Callable[[Monitorpagina], Fragment]


def release_pagina(
    bron: Registerbron, counted: Groepsmonitor, doelen: Sequence[Doel], resultaten: Resultaten
) -> Monitorpagina:
    """Release the counts and the early warning of a page."""
    telling = counted.telling
    counts = release_counts(
        telling.counts,
        bron.bronnen,
        sommen=telling.sommen,
        balansen=telling.balansen,
        woorden=WOORDEN,
        voorrang=telling.voorrang,
    )
    signaal = counted.signaal
    return Monitorpagina(
        naam=bron.naam,
        kwartalen=counted.kwartalen,
        groepen=counted.groepen,
        laatste=counted.laatste,
        eerder=counted.eerder,
        cijfers=Vrijgegeven(counts, resultaten),
        doelen=doelen,
        signaal=_release_signaal(signaal, counted, bron.bronnen),
        drempel=signaal.threshold if isinstance(signaal, RiseSignal) else 0.0,
        synthetisch=bron.synthetisch,
    )


def cite_plan(dossier: Dossier) -> list[Bron]:
    """Return the documents of a dossier."""
    return [Bron(f"Dossier van {dossier.gemeente.naam}")]


def _release_signaal(
    signaal: RiseSignal | NotEstimated, counted: Groepsmonitor, bronnen: Sequence[Bron]
) -> Released[Mapping[str, Schatting | NotEstimated]]:
    if isinstance(signaal, NotEstimated):
        return release_estimates(dict.fromkeys(SIGNALEN, signaal), {}, bronnen)
    n, method = signaal.growth.n, signaal.growth.method
    chances = [
        Estimate(value, None, None, n, method, what, "share")
        for value, what in ((signaal.chance, "chance of such a rise"), (signaal.false_alarm, "chance of an alarm"))
    ]
    people = counted.telling.counts["stand", TOTAAL, counted.eerder]
    support = Steun.single(people, counted.bewegingen)
    found = dict(zip(SIGNALEN, (signaal.growth, *chances), strict=True))
    return release_estimates(found, dict.fromkeys(SIGNALEN, support), bronnen)
