"""Compute the vangnetuitkering over one budget year, after the official table (lines A to I).

The amounts are exact fractions until the end; only the final uitkering is rounded, half up, to whole
cents, and the eigen risico is the remainder, so that the two always add up to the tekort. How the
decree rounds was not found; this is a choice, and it is stated with every result.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from evaluatie import notatie
from evaluatie.quantities import Euro
from evaluatie.wet.berekening import Vangnetberekening
from evaluatie.wet.invoer import Bedrag, Jaarcijfers, read_cijfers
from evaluatie.wet.parameters import DatedValue, Regelingnaam
from evaluatie.wet.regime import Regime, describe_regime, load_vangnet
from evaluatie.wet.schijven import split_tekort, sum_uitkering
from evaluatie.wet.voorwaarden import Oordeel, Voorwaarde, judge_drempel, judge_meerjarig, list_bewijs
from evaluatie.wet.zekerheid import find_weakest

AFRONDING = "De afronding van het besluit is niet gevonden; hier is de uitkering afgerond op hele centen."
_GEEN_EERDERE_JAREN: Mapping[int, tuple[Bedrag, Bedrag]] = MappingProxyType({})


def compute_vangnetuitkering(
    *,
    jaar: int,
    budget: Bedrag,
    netto_lasten: Bedrag,
    fouten_en_onzekerheden: Bedrag = 0,
    eerdere_jaren: Mapping[int, tuple[Bedrag, Bedrag]] = _GEEN_EERDERE_JAREN,
    regeling: Regelingnaam = "regulier",
) -> Vangnetberekening:
    """Compute the vangnetuitkering and the eigen risico over one budget year.

    Parameters
    ----------
    jaar : int
        Budget year (the year of the tekort).
    budget : Euro, Decimal, Fraction, int, float or str
        Definitive budget in euro (line F); where art. 7 Besluit Participatiewet was applied, the
        budget that would have been set without it.
    netto_lasten : idem
        Lasten minus baten in euro (line C).
    fouten_en_onzekerheden : idem
        The amount in euro to be deducted (line D): only what exceeds the BADO norm.
    eerdere_jaren : mapping of int to (budget, netto_lasten)
        Earlier years for the multi-year condition, each after deduction of its own line D. Years
        that the condition does not need are ignored.
    regeling : {"regulier", "uitgebreid"}
        Which vangnet; the schedule of the uitgebreide vangnet is not known and therefore refused.

    Raises
    ------
    ChoiceError
        When `jaar` or `regeling` is not a possible choice.
    LawError
        When the rules over that year are not known.
    DataError
        When an amount cannot be right; lists all of them.

    Source: Toetsingscommissie, vangnetuitkering 2024, berekening en uitbetaling (table A to I).
    """
    regime = describe_regime(jaar, regeling)
    cijfers = read_cijfers(jaar, budget, netto_lasten, fouten_en_onzekerheden, eerdere_jaren)
    regels = regime.regels + _find_aftrekregel(regime, cijfers)
    voorwaarden = (
        judge_drempel(regime, cijfers.budget, cijfers.tekort),
        judge_meerjarig(regime, cijfers.budget, cijfers.tekorten),
        *list_bewijs(load_vangnet(), regime.peildatum),
    )
    return _build(regime, cijfers, voorwaarden, regels)


def _find_aftrekregel(regime: Regime, cijfers: Jaarcijfers) -> tuple[DatedValue, ...]:
    # The deduction rule counts towards the certainty only where something is deducted. It was not verified for
    # every year in which the brackets were; then the calculation is refused rather than guessed.
    if cijfers.fouten_en_onzekerheden == Euro(0):
        return ()
    return (load_vangnet().value_on("fouten_en_onzekerheden", regime.peildatum),)


def _build(
    regime: Regime, cijfers: Jaarcijfers, voorwaarden: tuple[Voorwaarde, ...], regels: tuple[DatedValue, ...]
) -> Vangnetberekening:
    schijven = split_tekort(regime, Fraction(cijfers.budget.cents, 100), Fraction(cijfers.tekort.cents, 100))
    oordelen = {voorwaarde.oordeel for voorwaarde in voorwaarden}
    rejected = Oordeel.NIET_VOLDAAN in oordelen
    uitkering = Euro(0) if rejected else sum_uitkering(schijven)
    return Vangnetberekening(
        jaar=regime.jaar,
        budget=cijfers.budget,
        relevante_lasten=cijfers.relevante_lasten,
        tekort=cijfers.tekort,
        tekort_aandeel=Fraction(cijfers.tekort.cents, cijfers.budget.cents),
        schijven=schijven,
        vangnetuitkering=uitkering,
        eigen_risico=max(cijfers.tekort, Euro(0)) - uitkering,
        maximaal_eigen_risico=cijfers.budget.times(regime.maximaal_eigen_risico.aandeel),
        voorwaarden=voorwaarden,
        voorbehoud=not rejected and Oordeel.NIET_TE_BEOORDELEN in oordelen,
        zekerheid=find_weakest(regel.status for regel in regels),
        bronnen=tuple(dict.fromkeys(regel.bron for regel in regels)),
        opmerkingen=(AFRONDING, *_list_caveats(regels)),
    )


def _list_caveats(regels: tuple[DatedValue, ...]) -> list[str]:
    """Return every caveat once, behind the names of the rules that it is about."""
    about: dict[str, list[str]] = {}
    for regel in regels:
        if regel.opmerking:
            about.setdefault(regel.opmerking, []).append(regel.naam)
    return [f"{notatie.join(names).capitalize()}: {_lower_first(caveat)}" for caveat, names in about.items()]


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
