"""Discrete-time hazard of leaving, with treatments that come and go.

References
----------
Prentice and Gloeckler (1978), Biometrics 34 (the cloglog of grouped durations is the proportional hazards model);
Allison (1982), Sociological Methodology 13; Jenkins (1995), Oxford Bulletin 57 (person-months); Abbring and Van den
Berg (2003), Econometrica 71 (treatments that start during the spell); Singer and Willett (2003), ch. 11–12.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.durations.binomial import ClusterRows
from evaluatie.estimation.durations.cells import Array, Cells, to_cells
from evaluatie.estimation.durations.hazard_design import build_design, is_number
from evaluatie.estimation.durations.hazard_estimates import FEWEST_EVENTS, fit_model, summarise
from evaluatie.estimation.durations.hazard_result import HazardFit
from evaluatie.estimation.durations.links import LINKS
from evaluatie.estimation.durations.spells import EXIT
from evaluatie.estimation.frame import Source, read_columns
from evaluatie.estimation.result import NotEstimated

_MOST_LEVELS = 250
"""A baseline with more levels than this is a mistake, and would take gigabytes."""


def hazard(
    data: Source,
    *,
    event: str,
    duration: str,
    treatment: str | Sequence[str] = (),
    covariates: Sequence[str] = (),
    calendar: str | Sequence[str] = (),
    person: str | None = None,
    n: str | None = None,
    cause: object = None,
    bands: Sequence[float] | None = None,
    link: Literal["cloglog", "logit"] = "cloglog",
) -> HazardFit | NotEstimated:
    """Estimate what treatments do to the monthly hazard of leaving.

    The model is ``g(h_it) = α(duration) + γ(calendar) + x_it'β + Σ_w δ_w · D_itw``, with h the probability to leave in
    month t for who is still there, and g the complementary log-log. Then ``exp(δ_w)`` is the ratio of two hazards in
    continuous time, whatever the length of the months; with the logit it is an odds ratio. The rows are counted in
    cells first, which changes nothing and makes millions of rows light.

    Parameters
    ----------
    data : pandas.DataFrame or path
        One row per person and month at risk (see `person_months`), or cells with `n`.
    event : str
        Column with 0 and 1 (or false and true), or the reason of the exit, missing when there was none. With `n`:
        the number of exits.
    duration : str
        Column with the month of the spell, from 1 in the first month at risk. One baseline hazard per value.
    treatment : str or sequence of str
        Columns with 0 and 1: the person-month falls in this window. Windows of one treatment exclude each other, and
        each is compared with the months in none of them.
    covariates : sequence of str
        Numbers enter as they are; texts, categories and truth values as classes, against the first one with exits.
    calendar : str or sequence of str
        Columns that get an effect per value: year, month of the year.
    person : str, optional
        Column that says whose row it is; the standard errors are then clustered by person (sandwich with the
        observed information and the factor ``G / (G − 1)``). Without it they are those of the model, which are too
        small when the spells of one person resemble each other; `HazardFit.errors` says which.
    n : str, optional
        Column with the number of person-months of a cell.
    cause : object or sequence, optional
        The reason(s) of exit that count. Other exits are censored: the person is no longer at risk, and the hazard is
        that of leaving for this cause among those who are still there. It is not the probability of ever leaving for
        it, which also depends on the other causes: see `cumulative_incidence`. A treatment that keeps people from
        leaving for one cause raises the number who leave for another without changing that one's hazard.
    bands : sequence of numbers, optional
        First month of each band of durations that shares one baseline hazard, such as ``(1, 4, 7, 13, 25)``.
    link : {"cloglog", "logit"}

    Returns
    -------
    HazardFit or NotEstimated
        A term that the data cannot tell is a `NotEstimated`: ``no_events`` (nobody left in it), ``separation``
        (only those in it left, or all of them), ``too_small`` (fewer than five persons left), ``no_treated``,
        ``no_control``, ``collinear``. The other terms are estimated with it in the model.

    Raises
    ------
    EstimationError
        For missing values, treatments other than 0 and 1, counts that cannot be, unknown causes and links.

    Notes
    -----
    A hazard ratio is a causal effect only when, given the covariates, who starts a treatment in a month would have
    had the same hazard as who does not start yet, and when people do not act on a treatment that is still to come.
    """
    if link not in LINKS:
        raise EstimationError(f"Onbekende link '{link}'.", f"Kies uit: {', '.join(LINKS)}.")
    treatments, periods = _names(treatment), _names(calendar)
    predictors = [duration, *periods, *covariates, *treatments]
    _check_roles([*predictors, event, *_names(person or ()), *_names(n or ())])
    frame = read_columns(data, [*predictors, event, *_names(person or ())], numeric=_names(n or ()))
    events, months = _outcome(frame, event, n, cause)
    if bands is not None:
        frame[duration] = _to_bands(frame[duration], bands)
    cells = to_cells(frame, predictors, events, months)
    _check_levels(cells, [duration, *periods, *[name for name in covariates if not is_number(cells, name)]])
    _check_treatments(cells, treatments)
    rows = _rows(frame[person], cells, events, months) if person else None
    what = EXIT if cause is None else ", ".join(map(str, _causes(cause)))
    left = len(np.unique(rows.person[events > 0])) if rows else int(events.sum())
    if left < FEWEST_EVENTS:
        return NotEstimated(f"only {left} persons left", "too_small", f"{link} hazard", f"hazard of {what}")
    design = build_design(cells, duration, periods, covariates, treatments)
    model = fit_model(cells, design, rows, duration, LINKS[link], what)
    return model if isinstance(model, NotEstimated) else summarise(model, treatments)


def _names(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _causes(cause: object) -> list[object]:
    return list(cause) if isinstance(cause, list | tuple | set | frozenset) else [cause]


def _check_roles(columns: Sequence[str]) -> None:
    double = sorted({name for name in columns if list(columns).count(name) > 1})
    if double:
        raise EstimationError(f"Kolom met twee rollen: {', '.join(double)}.", "Geef elke kolom één rol.")


def _outcome(frame: pd.DataFrame, event: str, n: str | None, cause: object) -> tuple[Array, Array]:
    """Return exits and person-months per row."""
    given = frame[event]
    if n is not None and cause is not None:
        raise EstimationError("Cellen met aantallen hebben geen reden per rij.", "Tel de uitstroom om die reden.")
    if n is not None:
        return _counts(frame, event, n)
    if cause is not None:
        unknown = [str(value) for value in _causes(cause) if not (given == value).any()]
        if unknown:
            known = ", ".join(sorted(map(str, given.dropna().unique())))
            raise EstimationError(f"Geen uitstroom met reden: {', '.join(unknown)}.", f"Aanwezig: {known}.")
        events = np.asarray(given.isin(_causes(cause)), dtype=float)
    elif pd.api.types.is_bool_dtype(given) or pd.api.types.is_numeric_dtype(given):
        events = np.asarray(given.to_numpy(dtype=float, na_value=np.nan), dtype=float)
        if not np.isin(events, (0, 1)).all():
            raise EstimationError(
                f"Kolom '{event}' bevat iets anders dan 0 en 1.", "Gebruik n bij aantallen, of cause bij redenen."
            )
    else:
        events = np.asarray(given.notna(), dtype=float)
    return events, np.ones(len(frame))


def _counts(frame: pd.DataFrame, event: str, n: str) -> tuple[Array, Array]:
    events = pd.to_numeric(frame[event], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    months = frame[n].to_numpy(dtype=float)
    wrong = ~((events >= 0) & (events <= months) & (months > 0))
    if wrong.any():
        raise EstimationError(
            f"In {int(wrong.sum())} cellen ligt '{event}' niet tussen 0 en '{n}', of is '{n}' niet positief.",
            "Verbeter de aantallen.",
        )
    return events, months


def _to_bands(duration: pd.Series, bands: Sequence[float]) -> pd.Series:
    """Replace each duration by the first month of its band."""
    edges = np.asarray(bands, dtype=float)
    values = pd.to_numeric(duration, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    if len(edges) == 0 or (np.diff(edges) <= 0).any() or (values < edges[0]).any():
        raise EstimationError(
            "De banden van de duur kloppen niet.", "Geef oplopende eerste maanden, vanaf de kortste duur."
        )
    names = np.append(edges, np.nan)
    band = np.where(np.isnan(values), np.nan, names[np.searchsorted(edges, values, side="right") - 1])
    return pd.Series(band, duration.index, name=duration.name).astype("int64" if (edges % 1 == 0).all() else "float64")


def _check_levels(cells: Cells, classes: Sequence[str]) -> None:
    many = [f"{name} ({len(cells.levels[name])})" for name in classes if len(cells.levels[name]) > _MOST_LEVELS]
    if many:
        raise EstimationError(
            f"Te veel verschillende waarden: {', '.join(many)}.", "Gebruik bands voor de duur, of grotere klassen."
        )


def _check_treatments(cells: Cells, treatments: Sequence[str]) -> None:
    wrong = [name for name in treatments if not set(cells.levels[name].tolist()) <= {0, 1}]
    if wrong:
        raise EstimationError(
            f"Iets anders dan 0 en 1 in: {', '.join(wrong)}.", "Maak van een traject een kolom met 0 en 1."
        )


def _rows(person: pd.Series, cells: Cells, events: Array, months: Array) -> ClusterRows:
    codes, persons = pd.factorize(person)
    if (codes < 0).any():
        raise EstimationError(f"In {int((codes < 0).sum())} rijen ontbreekt de persoon.", "Vul de persoon in.")
    return ClusterRows(codes.astype(np.int64, copy=False), cells.cell, events, months, len(persons))
