"""What trajecten saved on uitkeringen, as estimated: months with benefit times a price, and what that is worth.

A fictieve besparing counts everybody who was placed. The estimate counts the difference with comparable people who
waited. Between the two lies who would have left anyway: the deadweight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from evaluatie.estimation import AttResult, Estimate, NotEstimated, deadweight, rescale
from evaluatie.evaluaties import trajecten, trajectkosten
from evaluatie.evaluaties.besparing import Soort, compute_besparing
from evaluatie.evaluaties.besparingseffect_prijs import Maandprijs
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.personen import in_dutch, list_known
from evaluatie.evaluaties.schaal import EURO
from evaluatie.evaluaties.trajecten import Trajectgegevens
from evaluatie.quantities import Euro

HORIZON = max(trajecten.HORIZONS)
"""Months after the start over which a besparing is counted."""
TIJD = f"traject.start.bijstand_{HORIZON}"
"""The evaluatie that a besparing rests on: months with benefit."""
GESCHAT = "besparing.geschat"


@dataclass(frozen=True, slots=True)
class Starteffecten:
    """The evaluaties of starting a traject, of which the euros follow.

    Parameters
    ----------
    evaluaties : mapping of str to Evaluatie
        By id, with Holm's correction over them; the same as in the notebook re-integratietrajecten.
    zonder : mapping of int to Estimate or NotEstimated
        Per horizon: exits to work that would have come about without a traject, as a share of those there were.
    """

    evaluaties: Mapping[str, Evaluatie]
    zonder: Mapping[int, Estimate | NotEstimated]

    @property
    def tijd(self) -> Evaluatie:
        """The effect on months with benefit."""
        return self.evaluaties[TIJD]

    @property
    def werk(self) -> Evaluatie:
        """The effect on the share that left for work over the whole time."""
        return self.uitstroom(HORIZON)

    def uitstroom(self, horizon: int) -> Evaluatie:
        """Return the effect on the share that left for work within some months."""
        return self.evaluaties[uitstroom_id(horizon)]

    @property
    def maanden_bespaard(self) -> Estimate | NotEstimated:
        """Months with benefit saved per start; negative when a traject cost months."""
        return trajectkosten.turn(self.tijd.estimate, -1)


def uitstroom_id(horizon: int) -> str:
    """Return the id of the effect on exits to work within some months."""
    return f"traject.start.werk_{horizon}"


def evaluate_besparing(gegevens: Trajectgegevens) -> Starteffecten:
    """Estimate what starting a traject did, and how much of the outcome would have come about anyway."""
    evaluaties, results = trajecten.evaluate_starts(gegevens)
    zonder = {h: _estimate_zonder(gegevens, h, results) for h in trajecten.HORIZONS}
    return Starteffecten({evaluatie.id: evaluatie for evaluatie in evaluaties}, zonder)


def value_starts(effecten: Starteffecten, starts: int, prijs: Maandprijs) -> Evaluatie:
    """Turn the effect on months with benefit into euros saved, over a number of starts.

    Verdict, checks and evidence are those of the effect in months: a number of starts and a price add none.

    Parameters
    ----------
    starts : int
        As it is published (rounded): an amount per start would give an exact one away.
    """
    tijd, factor = effecten.tijd, starts * prijs.per_persoonmaand_eur
    saved = rescale(effecten.maanden_bespaard, factor, unit="euro", estimand="euro saved on uitkeringen")
    return replace(
        tijd,
        id=GESCHAT,
        uitkomst="besparing op uitkeringen (alle starts samen)",
        venster=f"{HORIZON} maanden vanaf elke start",
        verwachting="stijging",
        estimate=saved if factor else NotEstimated("niemand kreeg dit", "no_treated"),
        detectable=None if tijd.detectable is None else tijd.detectable * factor,
        aannames=(*tijd.aannames, *_AANNAMES) if tijd.aannames else (),
        bronnen=tuple(dict.fromkeys((*tijd.bronnen, *prijs.bronnen))),
        schaal=EURO,
        lidwoord="de",
    )


def subtract_zonder(fictief_eur: float, zonder: Estimate | NotEstimated) -> Estimate | NotEstimated:
    """Return what is left of a fictieve besparing without those who would have left anyway."""
    return rescale(
        zonder, -fictief_eur, shift=fictief_eur, unit="euro", estimand="fictieve besparing without the deadweight"
    )


def value_looptijd(effecten: Starteffecten, starts: int, prijs: Maandprijs, maanden: int) -> Estimate | NotEstimated:
    """Return what the extra exits to work are worth when each of them saves so many months of benefit.

    An assumption about the duration of work instead of the months that were seen; lock-in is left out.
    """
    factor = starts * maanden * prijs.per_persoonmaand_eur
    return rescale(effecten.werk.estimate, factor, unit="euro", estimand=f"extra exits times {maanden} months")


def compute_terugverdientijd(
    gegevens: Trajectgegevens, effecten: Starteffecten, prijs: Maandprijs
) -> Estimate | NotEstimated:
    """Return the months until a start has paid for itself: its cost over what it saves per month.

    The saving per month is the mean over `HORIZON` months, and assumed to go on. Without end when the effect may be
    nothing; not estimated when it is nothing or the other way.
    """
    per_maand = trajectkosten.compute_kosten(gegevens, effecten.maanden_bespaard, "euro")
    return rescale(per_maand, HORIZON / prijs.per_persoonmaand_eur, unit="maanden", estimand="months until paid back")


def mean_kosten(gegevens: Trajectgegevens) -> float | None:
    """Return the mean cost of the traject that a start begins with, as far as the register tells."""
    kosten = gegevens.starts[min(gegevens.starts)]["kosten"].dropna()
    return None if kosten.empty else float(kosten.mean())


def compute_fictief(plaatsingen: Mapping[Soort, int], normbedragen: Mapping[Soort, Euro]) -> Euro:
    """Return the fictieve besparing of placements that have a norm amount."""
    known = {soort: count for soort, count in plaatsingen.items() if soort in normbedragen}
    return compute_besparing(known, normbedragen)


def _estimate_zonder(
    gegevens: Trajectgegevens, horizon: int, results: Mapping[str, AttResult]
) -> Estimate | NotEstimated:
    if uitstroom_id(horizon) not in results:
        return NotEstimated("het gaat om te weinig mensen", "too_small")
    rows = gegevens.starts[horizon]
    return in_dutch(deadweight(rows, outcome="werk", treated="start", covariates=list_known(rows), cluster="persoon"))


_AANNAMES: Sequence[str] = (
    "Het effect bij wie lang genoeg te volgen was, geldt ook voor wie later startte.",
    "Een maand zonder uitkering bespaart wat een uitkering gemiddeld kost.",
)
