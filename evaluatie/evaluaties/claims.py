"""Claims that lean on numbers: what can these numbers bear, and what would they have to show?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from scipy import stats

from evaluatie import notatie
from evaluatie.cijfers import national_change, table_bron
from evaluatie.dossier import Claim, Dossier
from evaluatie.dossier import schema as s
from evaluatie.estimation import (
    Estimate,
    NotEstimated,
    difference_in_proportions,
    largest_count_that_differs,
    proportion,
    rate_ratio,
    smallest_total_that_differs,
)
from evaluatie.estimation.result import InvertedInference, StudentInference
from evaluatie.panel import Gemeentepanel
from evaluatie.quantities import Bron

LEVEL = 0.95


class Draagkracht(StrEnum):
    """What a number can bear."""

    DRAAGT = "de cijfers dragen de bewering"
    TOEVAL = "niet van toeval te onderscheiden"
    PAST = "de cijfers passen erbij, maar bewijzen het niet"
    DRAAGT_NIET = "de cijfers dragen de bewering niet"
    BESCHRIJFT = "beschrijving, geen effect"
    KLOPT = "rekenkundig juist"
    KLOPT_NIET = "wijkt rekenkundig af"
    NIET_TOETSBAAR = "niet toetsbaar"


@dataclass(frozen=True, slots=True)
class Claimtoets:
    """A claim, its test, and one Dutch sentence on what follows."""

    claim: Claim
    draagkracht: Draagkracht
    estimate: Estimate | NotEstimated
    sentence: str
    bronnen: tuple[Bron, ...]

    @property
    def bewijskracht(self) -> int:
        """Evidence level: 2 for before and after, 1 for two groups side by side, 0 when nothing is compared."""
        if isinstance(self.estimate, NotEstimated):
            return 0
        if isinstance(self.claim.toets, s.AandelenToets | s.LandelijkToets):
            return 2
        return 1 if isinstance(self.claim.toets, s.AantallenToets | s.ReferentieToets) else 0


@dataclass(frozen=True, slots=True)
class _Answer:
    draagkracht: Draagkracht
    estimate: Estimate | NotEstimated
    sentence: str
    extra: tuple[Bron, ...] = ()


def evaluate_claims(dossier: Dossier, panel: Gemeentepanel) -> list[Claimtoets]:
    """Test every claim of a dossier."""
    return [evaluate_claim(dossier, claim, panel) for claim in dossier.claims]


def evaluate_claim(dossier: Dossier, claim: Claim, panel: Gemeentepanel) -> Claimtoets:
    """Test one claim with the test its numbers allow."""
    test: Callable[..., _Answer] = _TESTS[type(claim.toets)]
    answer = test(_Context(dossier, panel), claim.toets)
    sentence = " ".join(part for part in (answer.sentence, claim.kanttekening) if part)
    return Claimtoets(claim, answer.draagkracht, answer.estimate, sentence, (dossier.bron(claim.bron), *answer.extra))


@dataclass(frozen=True, slots=True)
class _Context:
    dossier: Dossier
    panel: Gemeentepanel

    def value(self, identifier: str) -> float:
        return float(self.dossier.cijfer(identifier).waarde)

    def count(self, identifier: str) -> int:
        return round(self.value(identifier))

    def expected(self, *identifiers: str) -> bool:
        """Whether one of the numbers is a forecast."""
        return any(self.dossier.cijfer(identifier).status is s.Status.RAMING for identifier in identifiers)


def _test_proportion(context: _Context, toets: s.AandeelToets) -> _Answer:
    k, n = context.count(toets.deel.aantal), context.count(toets.deel.totaal)
    estimate = proportion(k, n)
    if isinstance(estimate, NotEstimated):
        return _Answer(Draagkracht.NIET_TOETSBAAR, estimate, "Het totaal is nul.")
    sentence = (
        f"{notatie.number(k)} van {notatie.number(n)} is {_share(estimate, n)}. Wat zonder de maatregel was "
        "gebeurd staat er niet bij; "
        "het is dus een aantal, geen effect."
    )
    return _Answer(Draagkracht.BESCHRIJFT, estimate, sentence)


def _test_two_proportions(context: _Context, toets: s.AandelenToets) -> _Answer:
    k_0, n_0 = context.count(toets.voor.aantal), context.count(toets.voor.totaal)
    k_1, n_1 = context.count(toets.na.aantal), context.count(toets.na.totaal)
    estimate = difference_in_proportions(k_1, n_1, k_0, n_0)
    if isinstance(estimate, NotEstimated):
        return _Answer(Draagkracht.NIET_TOETSBAAR, estimate, "Een van de totalen is nul.")
    interval = estimate.interval(LEVEL)
    differs = not interval.contains(0.0)
    needed = largest_count_that_differs(n_1, k_0, n_0, level=LEVEL) if toets.beweerd == "lager" else None
    forecast = (
        " Een deel van deze cijfers is een verwachting." if context.expected(toets.na.aantal, toets.na.totaal) else ""
    )
    sentence = (
        f"Het aandeel ging van {notatie.percentage(k_0 / n_0)} ({k_0} van {n_0}) naar "
        f"{notatie.percentage(k_1 / n_1)} ({k_1} van {n_1}): "
        f"{notatie.points(estimate.value)} procentpunt (95%-interval {notatie.points(interval.lower)} tot "
        f"{notatie.points(interval.upper)}; {notatie.p_text(estimate.p_value)}). "
        + ("Dat is van toeval te onderscheiden." if differs else "Dat is niet van geen verandering te onderscheiden.")
        + (f" Daarvoor hadden het er hoogstens {needed} mogen zijn." if not differs and needed is not None else "")
        + forecast
    )
    return _Answer(_judge(estimate, toets.beweerd), estimate, sentence)


def _test_against_reference(context: _Context, toets: s.ReferentieToets) -> _Answer:
    share, reference = context.value(toets.aandeel), context.value(toets.referentie)
    needed = smallest_total_that_differs(share, reference, level=LEVEL)
    if toets.totaal is None:
        estimate: Estimate | NotEstimated = NotEstimated(
            "the denominator is not published", "no_denominator", "Wilson", "proportion"
        )
        sentence = (
            f"{notatie.percentage(share, 0)} tegen {notatie.percentage(reference, 0)} landelijk: het aantal "
            "waarover het percentage is "
            f"berekend staat niet in de bron. Vanaf {needed} uitkeringen is zo'n verschil van toeval te onderscheiden."
        )
        return _Answer(Draagkracht.NIET_TOETSBAAR, estimate, sentence)
    total = context.count(toets.totaal)
    estimate = proportion(round(share * total), total)
    assert isinstance(estimate, Estimate)
    differs = not estimate.interval(LEVEL).contains(reference)
    sentence = f"Van {total} is {_share(estimate, total)}; landelijk {notatie.percentage(reference, 0)}."
    return _Answer(Draagkracht.DRAAGT if differs else Draagkracht.TOEVAL, estimate, sentence)


def _test_counts(context: _Context, toets: s.AantallenToets) -> _Answer:
    before, after = context.count(toets.voor), context.count(toets.na)
    estimate = rate_ratio(after, toets.maanden_na, before, toets.maanden_voor)
    if isinstance(estimate, NotEstimated):
        return _Answer(Draagkracht.NIET_TOETSBAAR, estimate, "Een van de aantallen is nul.")
    interval = estimate.interval(LEVEL)
    differs = not interval.contains(1.0)
    sentence = (
        f"{before} in {notatie.number(toets.maanden_voor)} maanden tegen {after} in "
        f"{notatie.number(toets.maanden_na)} maanden: per maand "
        f"{notatie.number(estimate.value, 2)} keer zo veel (95%-interval {notatie.number(interval.lower, 2)} "
        f"tot {notatie.number(interval.upper, 2)}; "
        f"{notatie.p_text(estimate.p_value)}). " + _tell_counts(differs, estimate.value)
    )
    return _Answer(_judge(estimate, toets.beweerd), estimate, sentence)


def _test_against_nation(context: _Context, toets: s.LandelijkToets) -> _Answer:
    """Compare a change of the stock with the nation; the spread is that between municipalities of this size."""
    if context.value(toets.voor) == 0:
        nothing = NotEstimated("the stock before is zero", "too_small", "relative change", "share")
        return _Answer(Draagkracht.NIET_TOETSBAAR, nothing, "Het aantal vooraf is nul.")
    local = context.value(toets.na) / context.value(toets.voor) - 1
    nation = national_change(toets.maand_voor, toets.maand_na, jaargemiddelde=toets.jaargemiddelde).share
    years = _years_between(toets.maand_voor, toets.maand_na)
    spread = _spread_of_stock_change(context.panel, context.value(toets.voor)) * math.sqrt(years)
    estimate = _normal(local - nation, spread)
    interval = estimate.interval(LEVEL)
    differs = not interval.contains(0.0)
    sentence = (
        f"Het aantal veranderde van {notatie.number(context.value(toets.voor))} naar "
        f"{notatie.number(context.value(toets.na))} "
        f"({notatie.points(local)}%); landelijk was dat {notatie.points(nation)}% (CBS). Het verschil van "
        f"{notatie.points(local - nation)} procentpunt "
        f"(95%-interval {notatie.points(interval.lower)} tot {notatie.points(interval.upper)}) "
        + (
            "is groter dan de gewone verschillen tussen gemeenten van deze omvang."
            if differs
            else "valt binnen de gewone verschillen tussen gemeenten van deze omvang."
        )
    )
    bron = (table_bron("uitkeringen_landelijk_maand", _tell_moments(toets)),)
    return _Answer(_judge(estimate, toets.beweerd), estimate, sentence, bron)


def _test_sum(context: _Context, toets: s.OptelsomToets) -> _Answer:
    total, parts = context.value(toets.totaal), sum(context.value(part) for part in toets.delen)
    agrees = math.isclose(parts, total, rel_tol=1e-9, abs_tol=max(1e-9, toets.marge))
    share = context.dossier.cijfer(toets.totaal).eenheid is s.Eenheid.AANDEEL
    write = notatie.percentage if share else _write_amount
    sentence = f"De delen tellen op tot {write(parts)}; gemeld is {write(total)}" + (
        ": dat klopt."
        if agrees and not toets.marge
        else ": dat klopt bij benadering."
        if agrees
        else f", een verschil van {write(parts - total)}."
    )
    return _arithmetic(agrees, parts - total, "sum of the parts minus the reported total", sentence)


def _test_ratio(context: _Context, toets: s.VerhoudingToets) -> _Answer:
    whole = sum(context.value(i) for i in toets.noemer)
    if whole == 0:
        nothing = NotEstimated("the denominator is zero", "too_small", "arithmetic", "ratio")
        return _Answer(Draagkracht.NIET_TOETSBAAR, nothing, "De noemer is nul.")
    ratio = sum(context.value(i) for i in toets.teller) / whole
    reported = context.dossier.cijfer(toets.gemeld)
    agrees = abs(ratio - reported.waarde) <= toets.marge
    decimals = 1 if toets.marge >= 0.005 else 2
    share = reported.eenheid is s.Eenheid.AANDEEL
    computed = notatie.percentage(ratio, decimals) if share else notatie.number(ratio, decimals)
    stated = _as_stated(float(reported.waarde), share=share)
    sentence = f"Uit de cijfers volgt {computed}; gemeld is {stated}" + (
        ": dat klopt." if agrees and decimals == 2 else ": dat klopt bij benadering." if agrees else ": dat verschilt."
    )
    return _arithmetic(agrees, ratio - reported.waarde, "computed ratio minus the reported one", sentence)


def _test_goal(context: _Context, toets: s.DoelToets) -> _Answer:
    result, goal = context.count(toets.resultaat), context.count(toets.doel)
    low = float(stats.chi2.ppf(0.025, 2 * result) / 2) if result else 0.0
    estimate = _exact_count(result, goal)
    reached = result >= goal
    chance = (
        f"Ook als toeval meespeelt (ondergrens {notatie.number(low)}) ligt het boven het doel. " if low > goal else ""
    )
    sentence = (
        f"Het resultaat is {result} tegen een doel van {goal}: het doel is {'gehaald' if reached else 'niet gehaald'}. "
        f"{chance}Of het aantal zonder de maatregel lager was geweest, blijkt er niet uit."
    )
    return _Answer(Draagkracht.BESCHRIJFT, estimate, sentence)


def _test_target(context: _Context, toets: s.StreefcijferToets) -> _Answer:
    target, total = context.dossier.cijfer(toets.streefcijfer), context.count(toets.totaal)
    share = float(target.waarde_tot if target.waarde_tot is not None else target.waarde)
    estimate = proportion(round(share * total), total)
    assert isinstance(estimate, Estimate)
    interval = estimate.interval(LEVEL)
    sentence = (
        f"Er is nog geen resultaat. Met {notatie.number(total)} mensen is een uitkomst van "
        f"{notatie.percentage(share, 0)} straks bekend met een "
        f"marge van {notatie.percentage(interval.lower, 0)} tot {notatie.percentage(interval.upper, 0)}; "
        "kleinere afwijkingen van het streefcijfer kunnen toeval zijn."
    )
    return _Answer(Draagkracht.BESCHRIJFT, estimate, sentence)


def _test_signal(context: _Context, toets: s.SignaalToets) -> _Answer:
    threshold, stock = context.value(toets.drempel), context.value(toets.bestand)
    spread = _spread_of_stock_change(context.panel, stock)
    chance = float(stats.norm.sf(threshold / spread))
    estimate = NotEstimated(
        "a threshold is a rule, not an effect", "rule", "normal spread of yearly changes", "false alarm rate"
    )
    sentence = (
        f"Bij een bestand van {notatie.number(stock)} is {notatie.percentage(threshold, 0)} gelijk aan "
        f"{notatie.number(threshold * stock)} uitkeringen. De jaarlijkse "
        "verandering verschilt tussen gemeenten van deze omvang met een standaardafwijking van "
        f"{notatie.points(spread, signed=False)} procentpunt; "
        f"bij een landelijk stabiel bestand gaat het signaal dus in ongeveer {notatie.percentage(chance, 0)} "
        "van de jaren af zonder dat er meer aan de hand is."
    )
    return _Answer(
        Draagkracht.BESCHRIJFT,
        estimate,
        sentence,
        (table_bron("bijstand_gemeenten_jaar", "alle gemeenten, 2015-2017"),),
    )


def _test_nothing(context: _Context, toets: s.GeenToets) -> _Answer:
    return _Answer(Draagkracht.NIET_TOETSBAAR, NotEstimated(toets.reden, "untestable"), toets.reden)


_TESTS: dict[type, Callable[[_Context, Any], _Answer]] = {
    s.AandeelToets: _test_proportion,
    s.AandelenToets: _test_two_proportions,
    s.ReferentieToets: _test_against_reference,
    s.AantallenToets: _test_counts,
    s.LandelijkToets: _test_against_nation,
    s.OptelsomToets: _test_sum,
    s.VerhoudingToets: _test_ratio,
    s.DoelToets: _test_goal,
    s.StreefcijferToets: _test_target,
    s.SignaalToets: _test_signal,
    s.GeenToets: _test_nothing,
}


def _judge(estimate: Estimate, beweerd: s.Richting) -> Draagkracht:
    """Hold the interval against what was claimed; equality can be compatible with numbers, never proven by them."""
    interval = estimate.interval(LEVEL)
    differs = not interval.contains(estimate.null)
    if beweerd == "gelijk":
        return Draagkracht.DRAAGT_NIET if differs else Draagkracht.PAST
    if estimate.value == estimate.null or (estimate.value > estimate.null) != (beweerd == "hoger"):
        return Draagkracht.DRAAGT_NIET
    return Draagkracht.DRAAGT if differs else Draagkracht.TOEVAL


def _tell_counts(differs: bool, ratio: float) -> str:
    if differs:
        return "Dat is meer dan toeval."
    return (
        "Per maand is dat gelijk."
        if ratio == 1
        else "De aantallen verschillen wel, maar niet meer dan door toeval kan."
    )


def _tell_moments(toets: s.LandelijkToets) -> str:
    if toets.jaargemiddelde:
        return f"gemiddelde van {toets.maand_voor[:4]} en van {toets.maand_na[:4]}"
    return f"{notatie.month(toets.maand_voor)} en {notatie.month(toets.maand_na)}"


def _as_stated(value: float, *, share: bool) -> str:
    """Write a reported number with the digits it has, never more."""
    shown = value * 100 if share else value
    decimals = next((d for d in (0, 1, 2) if abs(round(shown, d) - shown) < 1e-9), 2)
    return notatie.percentage(value, decimals) if share else notatie.number(value, decimals)


def _write_amount(value: float) -> str:
    return notatie.number(value, 0 if float(value).is_integer() else 1)


def _share(estimate: Estimate, n: int) -> str:
    interval, decimals = estimate.interval(LEVEL), notatie.share_decimals(n)
    return (
        f"{notatie.percentage(estimate.value, decimals)} (95%-interval {notatie.percentage(interval.lower, decimals)} "
        f"tot {notatie.percentage(interval.upper, decimals)})"
    )


def _arithmetic(agrees: bool, difference: float, estimand: str, sentence: str) -> _Answer:
    estimate = NotEstimated(
        "arithmetic: nothing to estimate", "arithmetic", "arithmetic", f"{estimand}: {difference:.6g}"
    )
    return _Answer(Draagkracht.KLOPT if agrees else Draagkracht.KLOPT_NIET, estimate, sentence)


def _exact_count(count: int, goal: int) -> Estimate:
    """Return a count as a Poisson mean with Garwood's exact interval; the goal stands for "no difference"."""
    return Estimate(
        float(count),
        math.sqrt(count),
        None,
        count,
        "exact Poisson (Garwood)",
        "expected count",
        "count",
        _Garwood(count),
        float(goal),
    )


@dataclass(frozen=True, slots=True)
class _Garwood(InvertedInference):
    count: int

    def bounds(self, level: float) -> tuple[float, float]:
        tail = (1 - level) / 2
        low = float(stats.chi2.ppf(tail, 2 * self.count) / 2) if self.count else 0.0
        return low, float(stats.chi2.isf(tail, 2 * self.count + 2) / 2)


def _normal(value: float, spread: float) -> Estimate:
    method = "normal, spread between municipalities of this size"
    return Estimate(
        value,
        spread,
        None,
        1,
        method,
        "relative change minus national change",
        "share",
        StudentInference(value, spread),
    )


def _spread_of_stock_change(panel: Gemeentepanel, stock: float) -> float:
    """Return the standard deviation of yearly changes of the stock around the nation's, at this size.

    Municipalities with half to twice this stock, 2015–2017. Over several years it is taken to grow with
    the square root of time, as for independent yearly shocks.
    """
    wide = panel.frame.pivot(index="gemeente", columns="jaar", values="bestand")
    change = wide.pct_change(axis=1).iloc[:, 1:]
    nation = wide.sum().pct_change().iloc[1:]
    similar = wide.iloc[:, 0].between(stock / 2, stock * 2)
    return float(np.nanstd((change - nation)[similar].to_numpy()))


def _years_between(first: str, last: str) -> float:
    months = (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:])
    return max(months / 12, 1 / 12)
