"""The share that left since something began, by reason: one figure for every maatregel."""

from __future__ import annotations

from collections.abc import Mapping

from evaluatie import notatie
from evaluatie.disclosure import Released, Schatting, open_released
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties.trajecten import ANDERS, REDENEN
from evaluatie.rapport.bronkeuze import Registerbron
from evaluatie.rapport.figuren_personen import plot_aandelen
from evaluatie.rapport.opmaak import Fragment, paragraph
from evaluatie.rapport.tekenstijl import Tekst


def plot_uitstroom(
    uitstroom: Released[Mapping[str, Schatting | NotEstimated]],
    bron: Registerbron,
    *,
    na: str,
    sinds: str,
    wie: str,
) -> Fragment:
    """Draw released shares of `list_incidentie`, by reason; what was not released has no point.

    Parameters
    ----------
    uitstroom : Released
        By name ``uitstroom.<reden>.<maand>``.
    bron : Registerbron
    na, sinds, wie : str
        Words of the title ("het eerste inkomen"), of the axis ("de start") and of who is followed ("wie startte").
    """
    found = open_released(uitstroom)
    curves = _to_curves(found)
    if not curves:
        return paragraph("Er zijn te weinig mensen uitgestroomd om te laten zien waarheen.")
    work = found.get("uitstroom.werk.12")
    share = notatie.percentage(work.value, 0) if isinstance(work, Schatting) else "een onbekend deel"
    title = f"Een jaar na {na} is {share} uitgestroomd naar werk"
    last = max(months[-1] for _, months, _ in curves)
    alt = f"{title}. Per reden een lijn met het aandeel dat is uitgestroomd, over {notatie.number(last)} maanden."
    tekst = Tekst(title, alt, str(bron.bronnen[0]), bron.synthetisch)
    names = tuple(dict.fromkeys((REDENEN["werk"], ANDERS, *REDENEN.values())))
    return plot_aandelen(curves, tekst, volgorde=names, x_as=f"maanden sinds {sinds}", y_as=f"procent van {wie}")


def _to_curves(found: Mapping[str, Schatting | NotEstimated]) -> list[tuple[str, list[float], list[float]]]:
    curves: dict[str, tuple[list[float], list[float]]] = {}
    for name, estimate in found.items():
        reden, maand = name.removeprefix("uitstroom.").rsplit(".", 1)
        months, shares = curves.setdefault(reden, ([0.0], [0.0]))
        if isinstance(estimate, Schatting):
            months.append(float(maand))
            shares.append(estimate.value)
    return [(reden, *points) for reden, points in curves.items() if len(points[0]) > 1]
