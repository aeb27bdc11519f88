"""Re-integratietrajecten: who gets one, what starting one does, and how that changes over the months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from evaluatie.errors import DataError
from evaluatie.estimation import (
    AttResult,
    DurationCurves,
    Estimate,
    HazardFit,
    NotEstimated,
    cumulative_incidence,
)
from evaluatie.evaluaties.evaluatie import Evaluatie, adjust_for_multiplicity
from evaluatie.evaluaties.personen import Vraag, evaluate_duur, evaluate_start, fit_duur, in_dutch
from evaluatie.evaluaties.schaal import MAANDEN, PUNTEN
from evaluatie.panel import Dekking, build_persoonmaanden, find_dekking, list_uitstroom
from evaluatie.panel.herinstroom import HERINSTROOM_MAANDEN
from evaluatie.panel.persoonmaanden import WERK
from evaluatie.panel.starts import KOLOMMEN, build_starts
from evaluatie.quantities import Bron
from evaluatie.registratie.contract import Register

MAATREGEL, MAATREGEL_ID = "Een traject", "re_integratietraject"
VENSTERS = {
    "tijdens": ("tijdens het traject", (0, 0)),
    "na_1_3": ("1 tot en met 3 maanden na het traject", (1, 3)),
    "na_4_6": ("4 tot en met 6 maanden na het traject", (4, 6)),
    "na_7_12": ("7 tot en met 12 maanden na het traject", (7, 12)),
    "na_13_24": ("13 tot en met 24 maanden na het traject", (13, 24)),
}
"""Windows by their column: words, and months since the end of the traject (0: during)."""
HORIZONS = (12, 24)
REDENEN = {"werk": "werk", "zelfstandig": "werk", "relatie": "relatie", "verhuizing": "verhuizing", "aow": "AOW"}
"""Ways out that are shown apart; every other reason is `ANDERS`."""
ANDERS, OVERIGE = "andere reden", "overige aanbieders"
NA_TRAJECT, ZONDER_TRAJECT = "tijdens of na een traject", "zonder traject"
FEWEST_NAMED = 10
"""An aanbieder with fewer persons than this is not named."""


NO_WORK = NotEstimated("nobody left for work", "no_events")


@dataclass(frozen=True, slots=True)
class Trajectgegevens:
    """The registers as person-months, and as starts with what followed.

    Parameters
    ----------
    gemeente : str
    maanden : pandas.DataFrame
        Person-months with a column of 0 and 1 per window of `VENSTERS`.
    starts : mapping of int to pandas.DataFrame
        Per horizon (months): the rows of `build_starts`.
    trajecten : pandas.DataFrame
        The register of that name.
    uitstroom : pandas.DataFrame
        Every exit (`list_uitstroom`).
    dekking : Dekking
    bronnen : tuple of Bron
    """

    gemeente: str
    maanden: pd.DataFrame
    starts: dict[int, pd.DataFrame]
    trajecten: pd.DataFrame
    uitstroom: pd.DataFrame
    dekking: Dekking
    bronnen: tuple[Bron, ...]


def read_trajecten(register: Register, gemeente: str, bronnen: tuple[Bron, ...]) -> Trajectgegevens:
    """Turn the registers of a municipality into what the evaluation of trajecten needs.

    Raises
    ------
    DataError
        Without a table ``trajecten`` or ``uitkeringen``.
    """
    missing = [name for name in ("uitkeringen", "trajecten") if name not in register or register[name].empty]
    if missing:
        raise DataError(
            f"Voor trajecten zijn de tabellen uitkeringen en trajecten nodig; er ontbreekt: {', '.join(missing)}.",
            "Lees ze in met: evaluatie import MAP",
        )
    dekking = find_dekking(register)
    maanden = build_persoonmaanden(register, [*KOLOMMEN, "duur", "reden"], dekking=dekking)
    since = maanden["sinds_traject"]
    windows = {name: since.between(*months).astype(float) for name, (_, months) in VENSTERS.items()}
    maanden = maanden.assign(traject_aanbieder=_join_small(maanden))
    starts = {horizon: build_starts(maanden, dekking.laatste, horizon=horizon) for horizon in HORIZONS}
    exits = list_uitstroom(register, dekking=dekking)
    return Trajectgegevens(gemeente, maanden.assign(**windows), starts, register["trajecten"], exits, dekking, bronnen)


def fit_vensters(gegevens: Trajectgegevens) -> HazardFit | NotEstimated:
    """Fit the hazard of exit to work with a ratio per window of a traject."""
    return fit_duur(gegevens.maanden, list(VENSTERS))


def evaluate_vensters(gegevens: Trajectgegevens) -> list[Evaluatie]:
    """Evaluate every window: lock-in during a traject, and what comes after, apart."""
    vragen = {
        name: Vraag(
            f"traject.{name}", MAATREGEL_ID, MAATREGEL, f"uitstroom naar werk {words}", "stijging", venster=words
        )
        for name, (words, _) in VENSTERS.items()
    }
    found = evaluate_duur(
        fit_vensters(gegevens), gegevens.maanden, vragen, gemeente=gegevens.gemeente, bronnen=gegevens.bronnen
    )
    return adjust_for_multiplicity(found)


def evaluate_starts(gegevens: Trajectgegevens) -> tuple[list[Evaluatie], dict[str, AttResult]]:
    """Evaluate starting now against waiting: work, duurzaam work, and months with benefit.

    Returns
    -------
    list of Evaluatie
        With Holm's correction over them.
    dict of str to AttResult
        By id of the evaluatie: balance, overlap and the outcome without the traject.
    """
    worked = "aandeel dat binnen {} maanden naar werk"
    asked = [
        ("werk", 12, f"{worked.format(12)} uitstroomde", "stijging", PUNTEN, "het"),
        ("duurzaam", 12, f"{worked.format(12)} ging en zes maanden wegbleef", "stijging", PUNTEN, "het"),
        ("duurzaam_jaar", 12, f"{worked.format(12)} ging en een jaar wegbleef", "stijging", PUNTEN, "het"),
        ("werk", 24, f"{worked.format(24)} uitstroomde", "stijging", PUNTEN, "het"),
        ("bijstand", 24, "tijd met bijstand in 24 maanden", "daling", MAANDEN, "de"),
    ]
    evaluaties, results = [], {}
    for outcome, horizon, words, wanted, schaal, article in asked:
        vraag = Vraag(
            f"traject.start.{outcome}_{horizon}",
            MAATREGEL_ID,
            MAATREGEL,
            words,
            wanted,  # type: ignore[arg-type]  # one of both words
            f"{horizon} maanden vanaf de start",
            article,  # type: ignore[arg-type]
        )
        evaluatie, result = evaluate_start(
            gegevens.starts[horizon],
            vraag,
            outcome=outcome,
            schaal=schaal,
            gemeente=gegevens.gemeente,
            bronnen=gegevens.bronnen,
        )
        evaluaties.append(evaluatie)
        if result is not None:
            results[vraag.id] = result
    return adjust_for_multiplicity(evaluaties), results


def count_selectie(gegevens: Trajectgegevens, kenmerk: str) -> pd.DataFrame:
    """Count who started a traject and who could have, per class of a trait: persons, not months.

    Returns
    -------
    pandas.DataFrame
        Index the classes, columns ``gestart`` and ``niet gestart``: different persons who started in that class, and
        those who never started while in it. Unrounded: for `disclosure` only.
    """
    rows = gegevens.starts[min(HORIZONS)]
    started = rows.groupby(["persoon", kenmerk])["start"].max().reset_index()
    counts = started.groupby([kenmerk, "start"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=[1.0, 0.0], fill_value=0)
    counts.columns = pd.Index(["gestart", "niet gestart"])
    classes = gegevens.maanden[kenmerk]
    known = list(map(str, classes.cat.categories)) if isinstance(classes.dtype, pd.CategoricalDtype) else []
    ordered = [name for name in known if name in counts.index]
    return counts.rename_axis(None).loc[[*ordered, *counts.index.difference(ordered)]]


def count_herinstroom(gegevens: Trajectgegevens) -> pd.DataFrame:
    """Count who came back within a year of leaving for work: a description, of persons and their first such exit.

    Returns
    -------
    pandas.DataFrame
        Rows `NA_TRAJECT` (left during a traject or within two years after it) and `ZONDER_TRAJECT`; columns ``terug``
        and ``niet terug``. Only exits that could be followed for a year. Unrounded: for `disclosure` only.
    """
    exits = gegevens.uitstroom
    chosen = exits[exits["reden"].isin(WERK) & (exits["gevolgd"] >= HERINSTROOM_MAANDEN)]
    known = gegevens.maanden[["persoon", "maand", "sinds_traject"]]
    rows = chosen.merge(known, on=["persoon", "maand"]).sort_values("maand").drop_duplicates("persoon")
    after = rows["sinds_traject"].between(0, 24).map({True: NA_TRAJECT, False: ZONDER_TRAJECT})
    back = rows["terug_na"].between(0, HERINSTROOM_MAANDEN).map({True: "terug", False: "niet terug"})
    counts = pd.crosstab(after, back)
    return counts.reindex(index=[NA_TRAJECT, ZONDER_TRAJECT], columns=["terug", "niet terug"], fill_value=0)


def follow_trajecten(gegevens: Trajectgegevens, by: str = "") -> DurationCurves | NotEstimated:
    """Follow who started a traject: the share that left for each reason, by months since the start.

    Parameters
    ----------
    by : {"", "soort", "aanbieder"}
        One curve each.
    """
    rows = _since_start(gegevens)
    return cumulative_incidence(rows, duration="maanden", event="reden", by=by or None)


def list_incidentie(
    curves: DurationCurves | NotEstimated, maanden: Sequence[int]
) -> tuple[dict[str, Estimate | NotEstimated], dict[str, tuple[int, int]]]:
    """Return the share that left per reason and month, and the persons and exits behind each.

    Names are ``uitstroom.<reden>.<maand>``. Every start counts as a person: who starts twice is followed twice.
    """
    if isinstance(curves, NotEstimated):
        return {"uitstroom.werk.12": in_dutch(curves)}, {}
    estimates: dict[str, Estimate | NotEstimated] = {}
    support = {}
    for maand in maanden:
        for reden, estimate in curves.at(maand).items():
            name = f"uitstroom.{reden}.{maand}"
            estimates[name] = in_dutch(estimate)
            exits = round(estimate.value * estimate.n) if isinstance(estimate, Estimate) else 0
            support[name] = (estimate.n if isinstance(estimate, Estimate) else 0, exits)
    return estimates, support


def list_incidentie_werk(
    gegevens: Trajectgegevens, by: str, maand: int = 12
) -> tuple[dict[str, Estimate | NotEstimated], dict[str, tuple[int, int]]]:
    """Return the share that left for work per kind or aanbieder, and the starts and exits behind each.

    Names are the kinds or aanbieders. A description: who gets which kind differs, and so do their chances.
    """
    curves = follow_trajecten(gegevens, by)
    if isinstance(curves, NotEstimated):
        return {}, {}
    found = {str(group): curves.at(maand, group=group).get("werk", NO_WORK) for group in curves.tables}
    support = {
        name: (estimate.n, round(estimate.value * estimate.n)) if isinstance(estimate, Estimate) else (0, 0)
        for name, estimate in found.items()
    }
    return {name: in_dutch(estimate) for name, estimate in found.items()}, support


def _since_start(gegevens: Trajectgegevens) -> pd.DataFrame:
    """Return one row per start: months until the exit or the last observed month, and the reason."""
    maanden = gegevens.maanden
    ends = maanden[maanden["reden"].notna()][["persoon", "maand", "reden"]].assign(einde=lambda frame: frame["maand"])
    started = maanden[maanden["sinds_trajectbegin"] == 0].reset_index(drop=True)
    merged = pd.merge_asof(
        started.sort_values("maand")[["persoon", "maand", "traject_soort", "traject_aanbieder"]],
        ends.sort_values("maand"),
        on="maand",
        by="persoon",
        direction="forward",
    )
    last = maanden["maand"].max()
    return pd.DataFrame(
        {
            "maanden": merged["einde"].fillna(last) - merged["maand"] + 1,
            "reden": merged["reden"].astype(object).map(_group_reden),
            "soort": merged["traject_soort"].astype(str),
            "aanbieder": merged["traject_aanbieder"],
        }
    )


def _group_reden(reden: object) -> str | None:
    return None if pd.isna(reden) else REDENEN.get(str(reden), ANDERS)  # type: ignore[call-overload]


def _join_small(maanden: pd.DataFrame) -> pd.Series:
    """Return the aanbieder of the newest traject, with those of few persons under one name."""
    named = maanden["traject_aanbieder"].astype(object)
    started = maanden[maanden["sinds_trajectbegin"] == 0]
    persons = started.groupby(named[started.index])["persoon"].nunique()
    small = set(persons.index[persons < FEWEST_NAMED])
    return named.where(~named.isin(small), OVERIGE).where(named.notna(), "onbekend").astype(str)
