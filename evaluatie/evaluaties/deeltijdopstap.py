"""Is part-time work a stepping stone? The hazard of exit to work by hours and by months, and what speaks against it.

Who has left cannot begin any more, so that "did the chance to leave rise before part-time work began?" cannot be asked:
it is zero by construction. What can be asked is whether exits crowd into the very first months with income, and what
is left of the effect without them. Leaving those months out also takes their exits from people who would have left
without part-time work, which makes the ratio of the later months too high when the exit was coming anyway. Counting
them as months without part-time work ("streng") gives those exits back: right when there is no effect, and a little
too low when there is one. The check rests on that one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from evaluatie.checks import CheckResult
from evaluatie.checks.deeltijd import check_reverse, check_untouched
from evaluatie.estimation import Estimate, HazardFit, NotEstimated
from evaluatie.evaluaties.deeltijd import ONBEKENDE_UREN, PRIL, VENSTERS, Deeltijdgegevens
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.personen import Vraag, evaluate_duur, fit_duur, in_dutch
from evaluatie.evaluaties.steun import Steun, count_steun

MAATREGEL, MAATREGEL_ID = "Deeltijdwerk", "deeltijdwerk"
MIDDEN = PRIL[1]
"""First months that the check of reverse causality sets apart."""
AANNAME = "Wie begon met deeltijdwerk, had niet al een baan op zicht waarmee de uitkering toch zou stoppen."
_FEWEST_CONTROLS = 10
"""With fewer persons in the negative control it is not run: it could not show anything."""
_NUISANCE = ("in_traject",)


@dataclass(frozen=True, slots=True)
class Tegenproef:
    """The same effect, with something else held apart or compared.

    Parameters
    ----------
    id, vergelijking : str
        Name, and what is compared with what, in words.
    estimate : Estimate or NotEstimated
        A ratio of hazards.
    steun : Steun
    """

    id: str
    vergelijking: str
    estimate: Estimate | NotEstimated
    steun: Steun


@dataclass(frozen=True, slots=True)
class Opstap:
    """Everything that bears on the question.

    Parameters
    ----------
    uren : list of Evaluatie
        Part-time work of any hours first, then by hours class.
    vensters : list of Evaluatie
        By months since the first income, whether or not somebody still works.
    tegenproeven : list of Tegenproef
        The first is the effect itself.
    """

    uren: list[Evaluatie]
    vensters: list[Evaluatie]
    tegenproeven: list[Tegenproef]


def evaluate_opstap(gegevens: Deeltijdgegevens) -> Opstap:
    """Evaluate part-time work by hours and over the months, with every check."""
    proeven = _test_against(gegevens)
    by_id = {proef.id: proef.estimate for proef in proeven}
    checks = (
        check_reverse(by_id[f"pril_{MIDDEN}"], by_id["streng"]),
        check_untouched(by_id["controle"], "verhuizing of een relatie"),
    )
    uren = [*_evaluate(gegevens, ["deeltijd"], _vragen_uren({"deeltijd": "alle uren samen"}))]
    if gegevens.urenklassen:
        terms = [*gegevens.urenklassen, *_when_any(gegevens, [ONBEKENDE_UREN])]
        uren += _evaluate(gegevens, terms, _vragen_uren(gegevens.urenklassen))
    vensters = _evaluate(gegevens, [*VENSTERS, *_when_any(gegevens, ["verleden_onbekend"])], _vragen_vensters())
    return Opstap(_add(uren, checks), _add(vensters, checks), proeven)


def _evaluate(gegevens: Deeltijdgegevens, terms: Sequence[str], vragen: dict[str, Vraag]) -> list[Evaluatie]:
    fit = _fit(gegevens, terms)
    return evaluate_duur(fit, gegevens.maanden, vragen, gemeente=gegevens.gemeente, bronnen=gegevens.bronnen)


def _fit(gegevens: Deeltijdgegevens, terms: Sequence[str], event: str = "werk") -> HazardFit | NotEstimated:
    """Fit the hazard on these terms; a running traject is held equal."""
    return fit_duur(gegevens.maanden, [*terms, *_when_any(gegevens, _NUISANCE)], event=event)


def _when_any(gegevens: Deeltijdgegevens, terms: Sequence[str]) -> list[str]:
    return [name for name in terms if (gegevens.maanden[name] == 1).any()]


def _vragen_uren(klassen: dict[str, str]) -> dict[str, Vraag]:
    return {
        name: Vraag(
            f"deeltijd.{name}",
            MAATREGEL_ID,
            MAATREGEL,
            f"uitstroom naar werk in maanden met deeltijdwerk ({words})",
            "stijging",
            venster=words,
            kreeg="had",
        )
        for name, words in klassen.items()
    }


def _vragen_vensters() -> dict[str, Vraag]:
    return {
        name: Vraag(
            f"deeltijd.{name}",
            MAATREGEL_ID,
            MAATREGEL,
            f"uitstroom naar werk in {words} vanaf het eerste inkomen",
            "stijging",
            venster=words,
            kreeg="had",
        )
        for name, (words, _) in VENSTERS.items()
    }


def _add(evaluaties: Sequence[Evaluatie], checks: tuple[CheckResult, ...]) -> list[Evaluatie]:
    """Add the checks and the assumption of this maatregel to what was estimated."""
    return [
        replace(each, checks=(*each.checks, *checks), aannames=(*each.aannames, AANNAME))
        if isinstance(each.estimate, Estimate)
        else each
        for each in evaluaties
    ]


def _test_against(gegevens: Deeltijdgegevens) -> list[Tegenproef]:
    """Estimate the effect again without first months, against earlier workers, and on what it cannot change."""
    rows = gegevens.maanden
    works = rows["deeltijd"] == 1
    proeven = [_prove(gegevens, "alle", "alle maanden met deeltijdwerk", ["deeltijd"], works, rows)]
    for number in PRIL:
        words = (
            "zonder de eerste maand met inkomsten"
            if number == 1
            else f"zonder de eerste {number} maanden met inkomsten"
        )
        early = f"pril_{number}"
        later = rows[f"later_{number}"] == 1
        proeven.append(_prove(gegevens, f"zonder_{number}", words, ["deeltijd", early], later, rows))
    words = f"de eerste {MIDDEN} maanden geteld als maanden zonder deeltijdwerk"
    later = rows[f"later_{MIDDEN}"] == 1
    proeven.append(_prove(gegevens, "streng", words, [f"later_{MIDDEN}"], later, rows))
    early = f"pril_{MIDDEN}"
    words = f"de eerste {MIDDEN} maanden met inkomsten tegenover latere maanden met inkomsten"
    proeven.append(_prove(gegevens, early, words, [early, "deeltijd"], rows[early] == 1, rows[works]))
    words = "tegenover wie eerder in deze uitkering in deeltijd werkte, en nu niet"
    proeven.append(_prove(gegevens, "binnen", words, ["deeltijd", "ooit"], works, rows[rows["ooit"] == 1]))
    return [*proeven, _prove_control(gegevens)]


def _prove(
    gegevens: Deeltijdgegevens, name: str, words: str, terms: Sequence[str], treated: pd.Series, rows: pd.DataFrame
) -> Tegenproef:
    """Return the ratio of the first term; its support is counted over `rows`."""
    fit = _fit(gegevens, terms)
    return Tegenproef(name, words, _term(fit, terms[0]), _support(rows, treated, "werk"))


def _prove_control(gegevens: Deeltijdgegevens) -> Tegenproef:
    rows = gegevens.maanden
    steun = _support(rows, rows["deeltijd"] == 1, "controle")
    found: Estimate | NotEstimated = NotEstimated("het gaat om te weinig mensen", "too_small", "cloglog hazard")
    if min(steun.gebeurtenissen_behandeld, steun.gebeurtenissen_vergeleken) >= _FEWEST_CONTROLS:
        found = _term(_fit(gegevens, ["deeltijd"], "controle"), "deeltijd")
    return Tegenproef("controle", "alle maanden, op uitstroom door verhuizing of een relatie", found, steun)


def _term(fit: HazardFit | NotEstimated, term: str) -> Estimate | NotEstimated:
    return in_dutch(fit if isinstance(fit, NotEstimated) else fit[term])


def _support(rows: pd.DataFrame, treated: pd.Series, event: str) -> Steun:
    side = treated.loc[rows.index].to_numpy(dtype=bool)
    return count_steun(rows["persoon"].to_numpy(np.int64), side, rows[event].to_numpy(dtype=bool))
