"""Fictief against geschat: what a municipality reports to have saved, beside what could be estimated."""

from __future__ import annotations

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import open_released
from evaluatie.estimation import Estimate
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.rapport.figuren import Vergelijking, plot_besparing
from evaluatie.rapport.gegevens import Verantwoordingsgegevens
from evaluatie.rapport.opmaak import Fragment

_WHOLE_PLAN = "Het plan als geheel"
_BRON = "dossier van de gemeente; CBS, tabellen 83450NED, 83747NED en 84066NED; eigen berekening"


def plot_fictief_en_geschat(gegevens: Verantwoordingsgegevens) -> Fragment:
    """Draw each maatregel with a reported saving or an estimated effect; nothing when nothing was reported."""
    gemeld = _sum_gemeld(gegevens)
    if not gemeld:
        return Fragment(Markup(""))
    dossier, evaluaties = open_released(gegevens.dossier), open_released(gegevens.evaluaties)
    names = {item.id: item.naam for item in dossier.maatregelen}
    reported = set(gemeld)
    # `pop`: a maatregel with several outcomes shows its amount once, so that nobody adds it twice
    rows = [
        _row_of(e, gemeld.pop(e.maatregel_id, None), "zie de rij erboven" if e.maatregel_id in reported else "")
        for e in evaluaties
    ]
    rows += [
        Vergelijking(names.get(identifier, _WHOLE_PLAN), amount, reden="geen openbare uitkomst")
        for identifier, amount in gemeld.items()
    ]
    proven = sum(row.gemeld is not None and row.found for row in rows)
    total = sum(row.gemeld is not None for row in rows)
    title = f"Van de {total} onderdelen met een gemelde besparing is bij {proven or 'geen enkel'} een effect aangetoond"
    amount = notatie.euro(sum(row.gemeld or 0 for row in rows))
    alt = (
        f"{title}. Links de gemelde fictieve besparing per maatregel, samen {amount}; dat is een aanname zonder "
        "interval. Rechts het geschatte verschil met een 95%-interval rond de nullijn, of de reden waarom het er niet "
        "is."
    )
    return plot_besparing(rows, titel=title, alt=alt, bron=_BRON)


def _sum_gemeld(gegevens: Verantwoordingsgegevens) -> dict[str, float]:
    """Return the reported amounts by maatregel; the empty name is the plan as a whole."""
    totals: dict[str, float] = {}
    for toets in open_released(gegevens.besparingen):
        name = toets.besparing.maatregel or ""
        totals[name] = totals.get(name, 0.0) + float(toets.gemeld)
    return totals


def _row_of(evaluatie: Evaluatie, gemeld: float | None, elsewhere: str) -> Vergelijking:
    label = f"{evaluatie.maatregel}\n{evaluatie.uitkomst}"
    leeg = elsewhere or "niets gemeld"
    if not isinstance(evaluatie.estimate, Estimate):
        return Vergelijking(label, gemeld, leeg=leeg)
    interval, value = evaluatie.estimate.interval(), evaluatie.estimate.value
    found = evaluatie.oordeel.is_shown
    return Vergelijking(label, gemeld, 100 * value, 100 * interval.lower, 100 * interval.upper, found, leeg=leeg)
