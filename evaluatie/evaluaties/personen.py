"""Evaluaties of persons from own registers: two designs, the same care.

`evaluate_duur` reads an effect off a hazard regression with treatments that come and go; `evaluate_start` compares who
starts now with comparable people who wait.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from evaluatie.checks import CheckResult
from evaluatie.checks.personen import check_before, check_comparable, check_numbers, check_unseen
from evaluatie.estimation import AttResult, Estimate, HazardFit, NotEstimated, aipw_att, hazard
from evaluatie.evaluaties.evaluatie import Evaluatie, Verwachting
from evaluatie.evaluaties.oordeel import Ontwerp
from evaluatie.evaluaties.opmerkbaar import detectable
from evaluatie.evaluaties.schaal import VERHOUDING, Schaal
from evaluatie.evaluaties.steun import Steun, count_steun
from evaluatie.quantities import Bron

KENMERKEN = ("leeftijdklasse", "leefvorm", "geslacht", "klantgroep")
"""What is known of a person and held equal; part-time income is left out, because a traject may work through it."""
DUUR = "duurklasse"

_REASONS = {
    "no_treated": "niemand kreeg dit",
    "no_control": "er is niemand om mee te vergelijken",
    "no_events": "niemand stroomde zo uit",
    "no_spread": "de uitkomst is bij iedereen gelijk",
    "no_overlap": "wie dit kreeg heeft geen vergelijkbare tegenhanger",
    "separation": "de uitkomst is in een van de groepen bij iedereen gelijk",
    "collinear": "dit valt samen met een ander kenmerk",
    "too_small": "het gaat om te weinig mensen",
    "outside_data": "niemand is zo lang gevolgd",
    "no_risk_set": "op een moment was niemand meer te volgen",
}


@dataclass(frozen=True, slots=True)
class Vraag:
    """A question about persons, in words.

    Parameters
    ----------
    id, maatregel_id, maatregel, uitkomst : str
        Name of the evaluatie, and the words of its sentence.
    verwachting : {"daling", "stijging", "geen"}
        The direction the maatregel aims at.
    venster : str
        When the outcome is counted.
    lidwoord : {"de", "het"}
        Article of the outcome.
    kreeg : {"kreeg", "had"}
        Verb that goes with the maatregel.
    """

    id: str
    maatregel_id: str
    maatregel: str
    uitkomst: str
    verwachting: Verwachting
    venster: str = ""
    lidwoord: Literal["de", "het"] = "de"
    kreeg: Literal["kreeg", "had"] = "kreeg"


def fit_duur(maanden: pd.DataFrame, treatments: Sequence[str], *, event: str = "werk") -> HazardFit | NotEstimated:
    """Fit the monthly hazard of an exit on treatments, with known traits, duration and calendar year held equal.

    Parameters
    ----------
    maanden : pandas.DataFrame
        Person-months with `KENMERKEN`, `DUUR`, ``maand``, ``persoon`` and the columns below.
    treatments : sequence of str
        Columns with 0 and 1.
    event : str
        Column with 0 and 1.
    """
    known = [name for name in KENMERKEN if len(maanden[name].unique()) > 1]
    frame = maanden[[*treatments, event, "persoon"]].assign(
        jaar=(maanden["maand"] // 12).astype(str), **{name: as_class(maanden[name]) for name in (DUUR, *known)}
    )
    return hazard(
        frame, event=event, duration=DUUR, treatment=treatments, covariates=known, calendar="jaar", person="persoon"
    )


def evaluate_duur(
    fit: HazardFit | NotEstimated,
    maanden: pd.DataFrame,
    vragen: Mapping[str, Vraag],
    *,
    gemeente: str,
    bronnen: tuple[Bron, ...],
    event: str = "werk",
) -> list[Evaluatie]:
    """Turn terms of a hazard regression into evaluaties; `vragen` by term."""
    return [_evaluate_term(fit, maanden, term, vraag, gemeente, bronnen, event) for term, vraag in vragen.items()]


def _evaluate_term(
    fit: HazardFit | NotEstimated,
    maanden: pd.DataFrame,
    term: str,
    vraag: Vraag,
    gemeente: str,
    bronnen: tuple[Bron, ...],
    event: str,
) -> Evaluatie:
    estimate = fit if isinstance(fit, NotEstimated) else fit[term]
    treated = maanden[term].to_numpy(dtype=bool)
    steun = count_steun(maanden["persoon"].to_numpy(np.int64), treated, maanden[event].to_numpy(dtype=bool))
    checks: tuple[CheckResult, ...] = (
        check_numbers(steun.gebeurtenissen_behandeld, steun.gebeurtenissen_vergeleken),
        check_unseen(estimate, decisive=True),
    )
    return _build(vraag, estimate, checks, Ontwerp.DUURMODEL, VERHOUDING, gemeente, bronnen, steun)


def evaluate_start(
    starts: pd.DataFrame,
    vraag: Vraag,
    *,
    outcome: str,
    schaal: Schaal,
    gemeente: str,
    bronnen: tuple[Bron, ...],
    treated: str = "start",
) -> tuple[Evaluatie, AttResult | None]:
    """Compare who starts now with comparable people who (still) wait, on an outcome some months later.

    Parameters
    ----------
    starts : pandas.DataFrame
        Of `build_starts`; rows without the outcome are left out.
    outcome, treated : str
        Columns.
    schaal : Schaal
        Of the outcome.

    Returns
    -------
    Evaluatie, AttResult or None
        The second for balance, overlap and the outcome without the treatment.
    """
    rows = starts[starts[outcome].notna()].reset_index(drop=True)
    result = compare_starts(rows, outcome, treated)
    is_treated = rows[treated].to_numpy(dtype=bool)
    steun = count_steun(rows["persoon"].to_numpy(np.int64), is_treated, rows[outcome].to_numpy(dtype=float) > 0)
    if isinstance(result, NotEstimated):
        return _build(vraag, result, (), Ontwerp.VERGELIJKBARE_PERSONEN, schaal, gemeente, bronnen, steun), None
    if result.estimate.inference is None:
        small = NotEstimated("too few persons for an interval", "too_small", result.estimate.method)
        return _build(vraag, small, (), Ontwerp.VERGELIJKBARE_PERSONEN, schaal, gemeente, bronnen, steun), None
    earlier = compare_starts(rows, "deeltijd_ervoor", treated)
    share = bool(rows[outcome].isin((0.0, 1.0)).all())
    checks = (
        check_comparable(result),
        check_before(
            earlier if isinstance(earlier, NotEstimated) else earlier.estimate, "maanden met deeltijdwerk (laatste 6)"
        ),
        check_numbers(steun.gebeurtenissen_behandeld, steun.gebeurtenissen_vergeleken),
        check_unseen(
            result.estimate,
            baseline=result.counterfactual if share else None,
            spread=None if share else float(rows[outcome].std()),
        ),
    )
    design = Ontwerp.VERGELIJKBARE_PERSONEN
    return _build(vraag, result.estimate, checks, design, schaal, gemeente, bronnen, steun), result


def compare_starts(rows: pd.DataFrame, outcome: str, treated: str = "start") -> AttResult | NotEstimated:
    """Return the doubly robust effect on who started, clustered by person; one row per person and month."""
    result = aipw_att(rows, outcome=outcome, treated=treated, covariates=list_known(rows), cluster="persoon")
    if isinstance(result, NotEstimated) or result.estimate.inference is not None:
        return result
    return NotEstimated("too few persons for an interval", "too_small", result.estimate.method)


def list_known(starts: pd.DataFrame) -> list[str]:
    """Return what is known of who starts or waits and is held equal; what is the same for everybody is left out."""
    return [name for name in (DUUR, *KENMERKEN, "jaar") if len(starts[name].unique()) > 1]


def as_class(values: pd.Series) -> pd.Series:
    """Return classes as text; what the register does not tell is a class of its own."""
    return values.astype(object).where(values.notna(), "onbekend").astype(str)


def in_dutch(estimate: Estimate | NotEstimated) -> Estimate | NotEstimated:
    """Give a refusal the words of a report; a code without words is an error of ours."""
    return replace(estimate, reason=_REASONS[estimate.code]) if isinstance(estimate, NotEstimated) else estimate


def _build(
    vraag: Vraag,
    estimate: Estimate | NotEstimated,
    checks: tuple[CheckResult, ...],
    ontwerp: Ontwerp,
    schaal: Schaal,
    gemeente: str,
    bronnen: tuple[Bron, ...],
    steun: Steun,
) -> Evaluatie:
    found = isinstance(estimate, Estimate)
    return Evaluatie(
        id=vraag.id,
        gemeente=gemeente,
        maatregel_id=vraag.maatregel_id,
        maatregel=vraag.maatregel,
        uitkomst=vraag.uitkomst,
        populatie="mensen met bijstand volgens de eigen registers",
        venster=vraag.venster,
        vergelijking="mensen met dezelfde bekende kenmerken zonder deze maatregel",
        verwachting=vraag.verwachting,
        estimate=in_dutch(estimate),
        checks=checks if found else (),
        detectable=detectable(estimate) if isinstance(estimate, Estimate) else None,
        aannames=_ASSUMPTIONS[ontwerp] if found else (),
        bronnen=bronnen,
        ontwerp=ontwerp,
        schaal=schaal,
        lidwoord=vraag.lidwoord,
        kreeg=vraag.kreeg,
        steun=steun,
    )


_ASSUMPTIONS = {
    Ontwerp.DUURMODEL: (
        (
            "Wie dit in een maand had of kreeg, had zonder dat dezelfde kans op uitstroom gehad als iemand met "
            "dezelfde bekende kenmerken die even lang in de bijstand zat."
        ),
        "Niemand gedroeg zich anders omdat het nog moest komen.",
    ),
    Ontwerp.VERGELIJKBARE_PERSONEN: (
        (
            "Wie startte en wie wachtte verschilden alleen in wat in de registers staat: duur, leeftijd, leefvorm, "
            "geslacht, klantgroep en jaar. Motivatie en gezondheid staan daar niet in."
        ),
        "Wie wachtte kon later ook starten: dit is het effect van nu starten in plaats van wachten.",
    ),
}
