"""The worth of a besparing on the BUIG budget, for the low end, the estimate and the high end of its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import Schatting, Steun, open_released, release_estimates
from evaluatie.errors import ChoiceError
from evaluatie.estimation import Estimate, NotEstimated, rescale
from evaluatie.evaluaties.besparingseffect import Starteffecten
from evaluatie.evaluaties.besparingseffect_buig import Buigjaar, find_regels, list_buigjaren, value_in_jaar
from evaluatie.evaluaties.besparingseffect_prijs import Maandprijs
from evaluatie.evaluaties.vangneteffect import Vangneteffect
from evaluatie.quantities import Bron
from evaluatie.rapport.bronkeuze import Registerbron
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, bullet_list, details, paragraph, table, warning
from evaluatie.rapport.resultaten import Notatie, Resultaten
from evaluatie.rapport.vrijgave import record_schatting
from evaluatie.wet import Oordeel, describe_regime

LAATSTE = "laatste"
_EINDEN = {"laag": "onderkant van het interval", "midden": "schatting", "hoog": "bovenkant van het interval"}
_DELEN: dict[str, tuple[Notatie, str]] = {
    "voordeel": ("euro", "Wat de gemeente zelf overhoudt van de besparing"),
    "minder_vangnet": ("euro", "Minder vangnetuitkering door de besparing"),
    "behouden": ("procent0", "Deel van de besparing dat de gemeente houdt"),
}


@dataclass(frozen=True, slots=True)
class Buigdeel:
    """What the section on the BUIG result is written from.

    Parameters
    ----------
    gekozen : int or None
        The year that is shown with its interval; None when there is none.
    jaren : tuple of int
        Every year that could be computed.
    geweigerd : mapping of int to str
        Years of which the rules are not known, with the reason.
    vangnet : mapping of int to str
        Per year how firm the rules are.
    """

    gekozen: int | None
    jaren: tuple[int, ...]
    geweigerd: Mapping[int, str]
    vangnet: Mapping[int, str]
    resultaten: Resultaten

    def write(self, naam: str) -> Fragment:
        """Write the chosen year for the whole interval, and the other years for the estimate."""
        refused = self._refused()
        if self.gekozen is None:
            return _join(warning(_NOTHING), refused)
        rows = [self._row(self.gekozen, einde, f"{self.gekozen}, {words}") for einde, words in _EINDEN.items()]
        rows += [self._row(j, "midden", f"{j}, schatting") for j in self.jaren if j != self.gekozen]
        kolommen = [
            Kolom("jaar_en_schatting"),
            *(Kolom(n, "getal") for n in ("besparing_eur", "voordeel_eigen", "minder_vangnet", "behouden")),
        ]
        note = (
            "Per jaar: wat de starts van dat jaar in de twee jaren erna bespaarden, alsof het in dat jaar viel. Een "
            "minteken is een verlies. De andere bedragen van het jaar blijven gelijk."
        )
        shown = table("Wat een besparing de gemeente oplevert", kolommen, rows, voetnoot=note)
        return _join(paragraph(self._tekort(naam)) + shown, refused)

    def _refused(self) -> list[Fragment]:
        if not self.geweigerd:
            return []
        years = notatie.join([str(jaar) for jaar in self.geweigerd])
        said = paragraph(f"Over {years} is dit niet te berekenen: niet alle regels van het vangnet zijn dan bekend.")
        return [said + details("Toon wat er niet bekend is", bullet_list(self.geweigerd.values()))]

    def _row(self, jaar: int, einde: str, label: str) -> list[Cel]:
        show, key = self.resultaten.show, f"buig.{jaar}"
        deel = {"laag": "lower", "midden": "value", "hoog": "upper"}[einde]
        saved = show(f"{key}.besparing", deel)  # type: ignore[arg-type]  # one of the parts of a result
        return [label, saved, *(show(f"{key}.{einde}.{part}") for part in _DELEN)]

    def _tekort(self, naam: str) -> Markup:
        assert self.gekozen is not None
        key = f"buig.{self.gekozen}.tekort"
        share = self.resultaten.by_id[key].value
        surplus = " (het minteken: een overschot)" if share is not None and share < 0 else ""
        return Markup("{} had over {} een tekort van {} van het BUIG-budget{}. {}").format(
            naam, self.gekozen, self.resultaten.show(key), surplus, self.vangnet[self.gekozen]
        )


def release_buig(
    bron: Registerbron,
    effecten: Starteffecten,
    prijs: Maandprijs,
    starts: Mapping[int, int],
    keuze: str,
    resultaten: Resultaten,
) -> Buigdeel:
    """Compute what the starts of every year were worth to the municipality, release it and record it.

    Parameters
    ----------
    starts : mapping of int to int
        Published (rounded) starts by year; years of which they are not published are left out.
    keuze : str
        ``"laatste"``, or a year.

    Raises
    ------
    ChoiceError
        For a year that cannot be computed; lists the years that can.
    """
    amounts = list_buigjaren(bron.register)
    known, refused = find_regels(amounts)
    years: list[int] = []
    rules: dict[int, str] = {}
    for jaar in [jaar for jaar in known if starts.get(jaar)]:
        saved = rescale(effecten.maanden_bespaard, starts[jaar] * prijs.per_persoonmaand_eur, unit="euro")
        found = _release_year(jaar, saved, amounts, effecten.tijd.steun, (*bron.bronnen, *prijs.bronnen), resultaten)
        if found is not None:
            years.append(jaar)
            rules[jaar] = _describe_rules(found)
    return Buigdeel(_choose(keuze, years), tuple(years), refused, rules, resultaten)


def _release_year(
    jaar: int,
    saved: Estimate | NotEstimated,
    amounts: Mapping[int, Buigjaar],
    steun: Steun | None,
    bronnen: Sequence[Bron],
    resultaten: Resultaten,
) -> Vangneteffect | None:
    """Record one year; None when the besparing itself may not be shown."""
    key, support = f"buig.{jaar}", {} if steun is None else {"x": steun}
    schatting = open_released(release_estimates({"x": saved}, support, bronnen))["x"]
    if not isinstance(schatting, Schatting) or schatting.lower is None or schatting.upper is None or steun is None:
        return None
    record_schatting(resultaten, f"{key}.besparing", schatting, "euro", f"Besparing door starts van {jaar}", bronnen)
    ends = {"laag": schatting.lower, "midden": schatting.value, "hoog": schatting.upper}
    effects = {einde: value_in_jaar(amounts, jaar, round(amount)) for einde, amount in ends.items()}
    midden, n = effects["midden"], schatting.n
    estimates = {f"{end}.{part}": value for end, found in effects.items() for part, value in _parts(found, n).items()}
    estimates["tekort"] = _known(float(midden.met.tekort_aandeel), "share", n)
    released = release_estimates(estimates, dict.fromkeys(estimates, steun), bronnen)
    sources = tuple(dict.fromkeys((*bronnen, *midden.bronnen)))
    for name, found in open_released(released).items():
        how, said = _DELEN.get(name.partition(".")[2], ("procent", "Tekort als deel van het BUIG-budget"))
        record_schatting(resultaten, f"{key}.{name}", found, how, f"{said}, {jaar}", sources)
    return midden


def _parts(effect: Vangneteffect, n: int) -> dict[str, Estimate | NotEstimated]:
    kept = effect.behouden
    nothing = NotEstimated("er is niets bespaard", "no_spread")
    return {
        "voordeel": _known(float(effect.voordeel), "euro", n),
        "minder_vangnet": _known(float(effect.minder_vangnet), "euro", n),
        "behouden": nothing if kept is None else _known(float(kept), "share", n),
    }


def _known(value: float, unit: str, n: int) -> Estimate:
    return Estimate(value, None, None, n, "value_besparing", "result with and without", unit)


def _choose(keuze: str, jaren: Sequence[int]) -> int | None:
    if not jaren:
        return None
    if keuze == LAATSTE:
        return jaren[-1]
    if keuze not in map(str, jaren):
        possible = ", ".join(map(str, jaren))
        raise ChoiceError(
            f"Over {keuze} is het effect op het BUIG-resultaat niet te berekenen.", f"Mogelijk: {LAATSTE}, {possible}."
        )
    return int(keuze)


def _describe_rules(effect: Vangneteffect) -> str:
    met, regime = effect.met, describe_regime(effect.met.jaar)
    low, high = (notatie.percentage(regel.aandeel, 1) for regel in (regime.ondergrens, regime.bovengrens))
    between, above = (notatie.percentage(r.aandeel, 0) for r in (regime.vergoeding_tussen, regime.vergoeding_boven))
    said = (
        f"Een tekort tot {low} betaalde de gemeente dat jaar zelf. Van het deel tussen {low} en {high} vergoedde het "
        f"Rijk {between}, van het deel daarboven {above}. Deze regels zijn {effect.zekerheid.value}. "
    )
    failed = [item.naam for item in met.voorwaarden if item.oordeel is Oordeel.NIET_VOLDAAN]
    if failed:
        return f"{said}Er was dat jaar geen vangnetuitkering, want niet voldaan is aan: {notatie.join(failed)}."
    return said + ("Of aan alle voorwaarden is voldaan, volgt niet uit cijfers." if met.voorbehoud else "")


def _join(first: Fragment, rest: Sequence[Fragment]) -> Fragment:
    for part in rest:
        first = first + part
    return first


_NOTHING = (
    "Het effect op het BUIG-resultaat is niet te berekenen. Nodig zijn de tabel financien (buig_budget, lasten en "
    "baten van een heel jaar), een jaar waarvan de regels van het vangnet bekend zijn, en genoeg starts in dat jaar."
)
