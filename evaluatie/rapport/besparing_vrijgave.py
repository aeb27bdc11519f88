"""Everything the page on besparing shows of persons, released and recorded at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluatie.disclosure import (
    TOTAAL,
    Released,
    Schatting,
    Steun,
    open_released,
    release_counts,
    release_estimates,
    release_evaluaties,
)
from evaluatie.estimation import Estimate, NotEstimated, rescale
from evaluatie.evaluaties import besparingseffect as effect
from evaluatie.evaluaties.besparingseffect import Starteffecten, uitstroom_id
from evaluatie.evaluaties.besparingseffect_prijs import EIGEN, Maandprijs
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.trajecten import HORIZONS, Trajectgegevens
from evaluatie.quantities import Bron
from evaluatie.rapport.resultaten import Notatie, Resultaten
from evaluatie.rapport.vastleggen_effecten import record_evaluaties
from evaluatie.rapport.vrijgave import Vrijgegeven, record_schatting

STARTS = "starts"
OVER, NETTO, NETTO_FICTIEF = "fictief.over", "netto.geschat", "netto.fictief"
MAANDEN, TERUG, KOSTEN, KOSTEN_START = "maanden_bespaard", "terugverdientijd", "kosten.starts", "kosten.start"
Getal = Estimate | NotEstimated


@dataclass(frozen=True, slots=True)
class Besparingspagina:
    """What the sections are written from; all of it was released.

    Parameters
    ----------
    besparing : Released tuple of Evaluatie
        The besparing in euro.
    basis : Released tuple of Evaluatie
        The effects it rests on: months with benefit, then work within 24 and within 12 months.
    getallen : Released mapping of str to Schatting or NotEstimated
        Every other estimate, by the id under which it stands in the results.
    prijs_eigen : bool
        Whether the price is the municipality's own.
    prijs_jaren : tuple of int
    prijs_bronnen : tuple of Bron
    per_persoon : bool
        Whether the number of uitkeringen per person is known.
    """

    jaren: tuple[int, ...]
    besparing: Released[tuple[Evaluatie, ...]]
    basis: Released[tuple[Evaluatie, ...]]
    getallen: Released[Mapping[str, Schatting | NotEstimated]]
    prijs_eigen: bool
    prijs_jaren: tuple[int, ...]
    prijs_bronnen: tuple[Bron, ...]
    per_persoon: bool
    resultaten: Resultaten

    @property
    def geschat(self) -> Evaluatie:
        """The besparing in euro."""
        return open_released(self.besparing)[0]

    def uitstroom(self, horizon: int) -> Evaluatie:
        """Return the effect on exits to work within some months."""
        return next(e for e in open_released(self.basis) if e.id == uitstroom_id(horizon))

    def getal(self, key: str) -> Schatting | NotEstimated | None:
        """Return an estimate by its id; None when it was not made."""
        return open_released(self.getallen).get(key)


def release_starts(
    counts: Mapping[int, int], bronnen: Sequence[Bron], resultaten: Resultaten
) -> tuple[Vrijgegeven, int]:
    """Release the starts per year and together; return them, and the total to multiply by (0 when not published)."""
    keys: dict[tuple[str, str], int] = {(STARTS, str(jaar)): count for jaar, count in counts.items()}
    total = (STARTS, TOTAAL)
    released = release_counts(
        {**keys, total: sum(counts.values())}, bronnen, sommen=[(total, list(keys))], woorden={STARTS, TOTAAL}
    )
    starts = released_count(Vrijgegeven(released, resultaten), TOTAAL)
    return Vrijgegeven(released, resultaten), starts


def released_count(starts: Vrijgegeven, jaar: int | str) -> int:
    """Return the published starts of a year; 0 when they are not published."""
    count = starts.aantallen[STARTS, str(jaar)]
    return count if isinstance(count, int) else 0


def release_besparing(
    gegevens: Trajectgegevens,
    effecten: Starteffecten,
    prijs: Maandprijs,
    starts: int,
    *,
    jaren: tuple[int, ...],
    looptijden: Sequence[int],
    fictief: float | None,
    plaatsingen: int,
    bronnen: tuple[Bron, ...],
    resultaten: Resultaten,
) -> Besparingspagina:
    """Compute every number of the page from published counts, release it and record it.

    Parameters
    ----------
    starts : int
        Published (rounded) number of starts.
    fictief : float or None
        The fictieve besparing in euro.
    plaatsingen : int
        Published (rounded) number of placements; 0 when there are none.
    """
    geschat = effect.value_starts(effecten, starts, prijs)
    besparing = release_evaluaties([geschat], bronnen)
    asked = [effecten.tijd, *(effecten.uitstroom(horizon) for horizon in sorted(HORIZONS, reverse=True))]
    basis = release_evaluaties(asked, bronnen)
    for evaluaties in (besparing, basis):
        record_evaluaties(evaluaties, resultaten)
    found = _Getallen(effecten, prijs)
    found.add_prijs()
    found.add_zonder(fictief)
    for maanden in looptijden:
        found.add_looptijd(maanden, starts, plaatsingen)
    found.add_kosten(gegevens, geschat, starts, fictief)
    released = release_estimates(found.estimates, found.steun, bronnen)
    for key, schatting in open_released(released).items():
        how, said = _describe(key)
        sources = tuple(dict.fromkeys((*bronnen, *prijs.bronnen))) if key not in _NO_PRICE else bronnen
        record_schatting(resultaten, key, schatting, how, said, sources)
    return Besparingspagina(
        jaren=jaren,
        besparing=besparing,
        basis=basis,
        getallen=released,
        prijs_eigen=prijs.herkomst == EIGEN,
        prijs_jaren=prijs.jaren,
        prijs_bronnen=prijs.bronnen,
        per_persoon=prijs.uitkeringen_per_persoon is not None,
        resultaten=resultaten,
    )


class _Getallen:
    """Estimates with their support, gathered for one release."""

    def __init__(self, effecten: Starteffecten, prijs: Maandprijs) -> None:
        self.effecten, self.prijs = effecten, prijs
        self.estimates: dict[str, Getal] = {}
        self.steun: dict[str, Steun] = {}

    def add(self, key: str, estimate: Getal, like: Evaluatie) -> None:
        """Keep an estimate that rests on the same people as an evaluatie."""
        self._keep(key, estimate, like.steun)

    def add_prijs(self) -> None:
        """Keep the parts of the price of a month."""
        prijs = self.prijs
        parts = {
            "prijs.uitkering": prijs.per_uitkering_eur,
            "prijs.uitkeringen_per_persoon": prijs.uitkeringen_per_persoon,
            "prijs.persoonmaand": prijs.per_persoonmaand_eur,
        }
        for key, value in parts.items():
            if value is not None:
                self._known(key, value, prijs.personen, "mean")

    def add_zonder(self, fictief: float | None) -> None:
        """Keep the deadweight, and what it leaves of the fictieve besparing."""
        self.add(MAANDEN, self.effecten.maanden_bespaard, self.effecten.tijd)
        for horizon, zonder in self.effecten.zonder.items():
            self.add(f"zonder.{horizon}", zonder, self.effecten.uitstroom(horizon))
        if fictief is not None:
            over = effect.subtract_zonder(fictief, self.effecten.zonder[effect.HORIZON])
            self.add(OVER, over, self.effecten.werk)

    def add_looptijd(self, maanden: int, starts: int, plaatsingen: int) -> None:
        """Keep a duration: for the extra exits to work, and for every placement as if all of them were extra."""
        estimate = effect.value_looptijd(self.effecten, starts, self.prijs, maanden)
        self.add(f"looptijd.{maanden}", estimate, self.effecten.werk)
        if plaatsingen:
            value = plaatsingen * maanden * self.prijs.per_persoonmaand_eur
            self._known(f"looptijd_fictief.{maanden}", value, self.prijs.personen, "placements times months")

    def add_kosten(self, gegevens: Trajectgegevens, geschat: Evaluatie, starts: int, fictief: float | None) -> None:
        """Keep what the starts cost, what is left of a besparing after that, and how long it takes to earn it back."""
        self.add(TERUG, effect.compute_terugverdientijd(gegevens, self.effecten, self.prijs), self.effecten.tijd)
        mean = effect.mean_kosten(gegevens)
        if mean is None or not starts:
            return
        persons = int(gegevens.starts[min(HORIZONS)].dropna(subset=["kosten"])["persoon"].nunique())
        self._known(KOSTEN_START, mean, persons, "mean cost of a start")
        self._known(KOSTEN, mean * starts, persons, "cost of all starts")
        self.add(NETTO, rescale(geschat.estimate, 1.0, shift=-mean * starts, unit="euro"), geschat)
        if fictief is not None:
            self._known(NETTO_FICTIEF, fictief - mean * starts, persons, "fictieve besparing minus cost")

    def _known(self, key: str, value: float, persons: int, what: str) -> None:
        """Keep a number of everybody in the registers: it has no interval."""
        estimate = Estimate(value, None, None, persons, "mean of the registers", what, "euro")
        self._keep(key, estimate, Steun.single(persons, persons))

    def _keep(self, key: str, estimate: Getal, steun: Steun | None) -> None:
        self.estimates[key] = estimate
        if steun is not None:
            self.steun[key] = steun


def _describe(key: str) -> tuple[Notatie, str]:
    kind, _, rest = key.partition(".")
    if kind == "zonder":
        said = f"Deel van de uitstroom naar werk binnen {rest} maanden dat er zonder traject ook was geweest"
        return "procent0", said
    if kind == "looptijd":
        return "euro", f"Extra uitstroom naar werk, als die {rest} maanden uitkering scheelt"
    if kind == "looptijd_fictief":
        return "euro", f"Alle plaatsingen, als elk {rest} maanden uitkering scheelt en niemand anders was uitgestroomd"
    return _WORDS[key]


_NO_PRICE = (MAANDEN, "zonder.12", "zonder.24", KOSTEN, KOSTEN_START)
_WORDS: dict[str, tuple[Notatie, str]] = {
    "prijs.uitkering": ("euro", "Netto lasten van een uitkering per jaar"),
    "prijs.uitkeringen_per_persoon": ("getal2", "Uitkeringen per persoon: een paar heeft er samen één"),
    "prijs.persoonmaand": ("euro", "Netto lasten van een maand bijstand van één persoon"),
    MAANDEN: ("getal2", f"Maanden met bijstand die een start scheelt, in {effect.HORIZON} maanden"),
    OVER: ("euro", "Fictieve besparing zonder wie ook zonder traject was uitgestroomd"),
    KOSTEN: ("euro", "Kosten van alle starts samen"),
    KOSTEN_START: ("euro", "Gemiddelde kosten van het traject waarmee een start begint"),
    NETTO: ("euro", "Geschatte besparing min de kosten van de starts"),
    NETTO_FICTIEF: ("euro", "Fictieve besparing min de kosten van de starts"),
    TERUG: ("getal", "Maanden tot een start zich heeft terugverdiend"),
}
