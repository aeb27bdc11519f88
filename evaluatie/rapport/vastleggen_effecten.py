"""Estimates as results: an effect with its interval, and the smallest one that could have been seen."""

from __future__ import annotations

from dataclasses import replace

from evaluatie.disclosure import Grond, Released, open_released
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.quantities import Bron
from evaluatie.rapport.resultaten import LEVEL, Notatie, Resultaat, Resultaten

_NOTATIES: dict[str, tuple[Notatie, Notatie]] = {
    "punten": ("punten", "omvang"),
    "euro": ("euro", "euro"),
    "maanden": ("getal1", "getal1"),
    "aantal": ("getal1", "getal1"),
    "verhouding": ("ratio", "ratio"),
}
"""How an effect on each scale is written, and its smallest detectable size."""


def effect_key(evaluatie: Evaluatie) -> str:
    """Return the id in ``results.json`` of an effect from public figures."""
    return f"effect.{evaluatie.maatregel_id}.{evaluatie.uitkomst.replace(' ', '_')}"


def record_evaluaties(released: Released[tuple[Evaluatie, ...]], resultaten: Resultaten) -> None:
    """Keep every effect of a page, each with the smallest one that could have been seen."""
    treatment = "afgerond" if released.grond is Grond.ONDERDRUKT else ""
    for evaluatie in open_released(released):
        for resultaat in record_effect(evaluatie.id, evaluatie, treatment=treatment):
            resultaten.add(resultaat)


def record_effect(key: str, evaluatie: Evaluatie, *, treatment: str = "") -> list[Resultaat]:
    """Return an evaluatie as results: the effect, and the smallest one that could have been seen.

    `treatment` says what `disclosure` did to it; numbers from own registers are refused without.
    """
    notation, size = _NOTATIES[evaluatie.schaal.naam]
    effect = from_estimate(
        key,
        evaluatie.estimate,
        notation,
        evaluatie.sentence,
        evaluatie.bronnen,
        maatregel=evaluatie.maatregel,
        uitkomst=evaluatie.uitkomst,
        evidence_level=int(evaluatie.bewijskracht),
        verdict=evaluatie.oordeel.value,
        treatment=treatment,
    )
    if evaluatie.detectable is None:
        return [effect]
    seen = Resultaat(
        f"{key}.opspoorbaar",
        evaluatie.detectable,
        "aandeel" if size == "omvang" else effect.unit,
        size,
        "Kleinste effect dat met 80% kans zou zijn opgemerkt",
        evaluatie.bronnen,
        maatregel=evaluatie.maatregel,
        uitkomst=evaluatie.uitkomst,
        method="placebo simulation on the real panel" if evaluatie.placebos is not None else "2,80 standard errors",
        treatment=treatment,
    )
    return [effect, seen]


def from_estimate(
    key: str,
    estimate: Estimate | NotEstimated,
    how: Notatie,
    sentence: str,
    sources: tuple[Bron, ...],
    *,
    maatregel: str = "",
    uitkomst: str = "",
    evidence_level: int | None = None,
    verdict: str = "",
    treatment: str = "",
) -> Resultaat:
    """Return an estimate with its interval at `LEVEL` as a result; what was not estimated has no value."""
    base = Resultaat(
        id=key,
        value=None,
        unit="",
        notatie=how,
        sentence=sentence,
        sources=sources,
        method=estimate.method,
        estimand=estimate.estimand,
        maatregel=maatregel,
        uitkomst=uitkomst,
        evidence_level=evidence_level,
        verdict=verdict,
        treatment=treatment,
    )
    if isinstance(estimate, NotEstimated):
        return base
    interval = estimate.interval(LEVEL)
    return replace(
        base,
        value=estimate.value,
        unit=estimate.unit,
        std_error=estimate.std_error,
        lower=interval.lower,
        upper=interval.upper,
        p_value=estimate.p_value,
        n=estimate.n,
    )
