"""Attempts to falsify a comparison of one municipality with all others."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from evaluatie import notatie
from evaluatie.checks.result import TREND, CheckResult, Verdict
from evaluatie.estimation import Estimate, NotEstimated, PlaceboResult, placebo_in_space
from evaluatie.estimation.panels.did import Panel, fit_twfe

SIZE_FACTOR = 2
"""Comparable municipalities have between half and twice the caseload."""
FEWEST_COMPARABLE = 20


def estimate_gap(
    panel: pd.DataFrame, outcome: str, *, suffix: str = "aandeel", equal: bool = False
) -> PlaceboResult | NotEstimated:
    """Estimate the effect on an outcome of the one municipality with a ``start`` in `panel`.

    Parameters
    ----------
    panel : pandas.DataFrame
        Municipalities by year with ``start``, the first treated year of that municipality.
    outcome, suffix : str
        Together the column: the outcome, and ``"aandeel"`` (own shares) or ``"cbs_aandeel"`` (those of CBS).
    equal : bool
        Let every other municipality count the same; the scale of the effects still depends on size.

    Returns
    -------
    PlaceboResult or NotEstimated
    """
    noise = f"{outcome}_afronding_var" if suffix == "aandeel" else None
    return placebo_in_space(
        _fit_unweighted if equal else "did",
        panel,
        outcome=f"{outcome}_{suffix}",
        unit="gemeente",
        time="jaar",
        treated_from="start",
        weights="gewicht",
        noise=noise,
    )


def _fit_unweighted(panel: Panel) -> float:
    return fit_twfe(replace(panel, weights=np.ones_like(panel.weights)))[0]


def check_pre_trend(panel: pd.DataFrame, outcome: str) -> CheckResult:
    """Pretend the maatregel started one year earlier, on years before it really did (placebo in time)."""
    start = panel["start"].min()
    before = panel[panel["jaar"] < start].copy()
    years = sorted(before["jaar"].unique())
    if len(years) < 2:
        statement = (
            f"Er is maar één jaar vóór de maatregel ({years[0]}): of de gemeente toen al afweek is niet te toetsen."
        )
        return CheckResult(TREND, Verdict.NOT_RUN, statement)
    before["start"] = before["start"].where(before["start"].isna(), years[-1])
    result = estimate_gap(before, outcome)
    assert isinstance(result, PlaceboResult)
    estimate = result.estimate
    verdict = Verdict.PASSED if estimate.p_value > 0.10 else Verdict.FAILED
    interval = estimate.interval()
    statement = (
        f"In {years[-1]}, toen de maatregel er nog niet was, week de ontwikkeling "
        f"{notatie.points(estimate.value)} procentpunt af "
        f"(95%-interval {notatie.points(interval.lower)} tot {notatie.points(interval.upper)}; "
        f"{notatie.p_text(estimate.p_value)}). "
        + (
            "Dat is geen aanwijzing voor een afwijkende trend, maar met één jaar is de toets zwak."
            if verdict is Verdict.PASSED
            else "De gemeente week toen al af: het verschil kan niet aan de maatregel worden toegeschreven."
        )
    )
    return CheckResult(TREND, verdict, statement, estimate.tidy())


def check_comparable(panel: pd.DataFrame, outcome: str, main: Estimate) -> CheckResult:
    """Estimate again against municipalities of comparable size only.

    Parameters
    ----------
    panel : pandas.DataFrame
        Municipalities by year with ``start``, the first treated year of the one municipality that has one.
    outcome : str
        The outcome.
    main : Estimate
        The estimate against all of `panel`.

    Returns
    -------
    CheckResult
    """
    name = "Alleen gemeenten van vergelijkbare omvang"
    size = panel.loc[panel["start"].notna(), "gewicht"].iloc[0]
    near = panel["gewicht"].between(size / SIZE_FACTOR, size * SIZE_FACTOR)
    subset = panel[near | panel["start"].notna()]
    controls = subset["gemeente"].nunique() - 1
    if controls < FEWEST_COMPARABLE:
        statement = f"Er zijn maar {controls} gemeenten van vergelijkbare omvang; dat is te weinig."
        return CheckResult(name, Verdict.NOT_RUN, statement)
    result = estimate_gap(subset, outcome)
    assert isinstance(result, PlaceboResult)
    other = result.estimate
    same = (main.p_value <= 0.05) == (other.p_value <= 0.05) and (other.p_value > 0.05 or main.value * other.value > 0)
    interval = other.interval()
    statement = (
        f"Tegen {controls} gemeenten met half tot twee keer zo veel mensen in de bijstand is het verschil "
        f"{notatie.points(other.value)} procentpunt (95%-interval {notatie.points(interval.lower)} tot "
        f"{notatie.points(interval.upper)}; "
        f"{notatie.p_text(other.p_value)}). De conclusie "
        f"{'blijft gelijk' if same else 'hangt af van de vergelijkingsgroep'}."
    )
    return CheckResult(name, Verdict.PASSED if same else Verdict.FAILED, statement, other.tidy())


def check_leave_one_out(panel: pd.DataFrame, outcome: str, main: Estimate) -> CheckResult:
    """Leave out each other municipality in turn: does one of them carry the result?

    Parameters
    ----------
    panel : pandas.DataFrame
        Municipalities by year with ``start``, the first treated year of the one municipality that has one.
    outcome : str
        The outcome.
    main : Estimate
        The estimate against all of `panel`.

    Returns
    -------
    CheckResult
    """
    column = f"{outcome}_aandeel"
    start = panel["start"].min()
    wide = panel.pivot(index="gemeente", columns="jaar", values=column)
    change = wide.loc[:, wide.columns >= start].mean(axis=1) - wide.loc[:, wide.columns < start].mean(axis=1)
    first = panel.drop_duplicates("gemeente").set_index("gemeente")
    treated = first["start"].notna()
    w, c = first.loc[~treated, "gewicht"], change[~treated]
    without = change[treated].iloc[0] - ((w * c).sum() - w * c) / (w.sum() - w)
    low, high = float(without.min()), float(without.max())
    culprit = first["naam"][(without - main.value).abs().idxmax()]
    stable = low * high > 0 or main.p_value > 0.05
    statement = (
        f"Zonder één van de andere gemeenten ligt het verschil tussen {notatie.points(low)} en "
        f"{notatie.points(high)} procentpunt; "
        f"{culprit} weegt het zwaarst mee."
    )
    table = pd.DataFrame({"lower": [low], "upper": [high], "most_influential": [culprit]})
    return CheckResult("Zonder telkens één gemeente", Verdict.PASSED if stable else Verdict.FAILED, statement, table)


def check_rounding(panel: pd.DataFrame, outcome: str, main: Estimate) -> CheckResult:
    """How far could rounding to tens by CBS have moved the difference, and what do CBS's own shares say?

    Parameters
    ----------
    panel : pandas.DataFrame
        Municipalities by year with ``start``, the first treated year of the one municipality that has one.
    outcome : str
        The outcome.
    main : Estimate
        The estimate against all of `panel`.

    Returns
    -------
    CheckResult
    """
    own = panel[panel["start"].notna()]
    reach = _rounding_reach(own, outcome)
    interval = main.interval()
    half_width = (interval.upper - interval.lower) / 2
    small = reach <= half_width
    statement = (
        "CBS rondt aantallen af op tientallen. Daardoor kan het verschil hoogstens "
        f"{notatie.points(reach, signed=False)} procentpunt "
        f"hoger of lager zijn; het interval (±{notatie.points(half_width, signed=False)}) "
        f"{'omvat dit ruim' if 2 * reach <= half_width else 'omvat dit' if small else 'is kleiner dan dit'}. "
        + _own_shares_statement(panel, outcome)
    )
    table = pd.DataFrame({"largest_shift": [reach], "half_width": [half_width]})
    return CheckResult("Afronding door CBS", Verdict.PASSED if small else Verdict.CONCERN, statement, table)


def check_false_alarms(result: PlaceboResult, size: float) -> CheckResult:
    """Test the test itself: how often does it ring for municipalities of this size without the maatregel?"""
    table = result.false_alarms_by_size()
    row = table[table["largest"] >= size].iloc[0] if (table["largest"] >= size).any() else table.iloc[-1]
    expected, units = 0.05, int(row["units"])
    margin = 1.96 * math.sqrt(expected * (1 - expected) / units)
    calm = row["false_alarms"] <= expected + margin
    statement = (
        f"Van {units} gemeenten van deze omvang zonder deze maatregel zou de toets er "
        f"{notatie.percentage(row['false_alarms'])} ten onrechte als bijzonder aanmerken (bedoeld: 5%)."
    )
    return CheckResult("De toets zelf getoetst", Verdict.PASSED if calm else Verdict.CONCERN, statement, table)


def _rounding_reach(own: pd.DataFrame, outcome: str) -> float:
    """Return the largest shift of the difference when every count of this municipality is off by five."""
    start = own["start"].iloc[0]
    reach = np.zeros(2)
    for post, rows in own.groupby(own["jaar"] >= start):
        off, total, share = 5 * rows["delen"], rows["in_bijstand"], rows[f"{outcome}_aandeel"]
        # Uitstroom is part of its own denominator, and the stock can move against it; the other flows are not.
        shift = off / total if outcome == "uitstroom" else (rows[outcome] + off) / (total - 2 * off) - share
        reach[int(post)] = float(shift.mean())
    return float(reach.sum())


def _own_shares_statement(panel: pd.DataFrame, outcome: str) -> str:
    complete = panel.groupby("gemeente")[f"{outcome}_cbs_aandeel"].transform(lambda column: column.notna().all())
    treated_known = complete[panel["start"].notna()].all()
    if not treated_known:
        return "CBS geeft voor deze gemeente geen eigen percentages."
    result = estimate_gap(panel[complete], outcome, suffix="cbs_aandeel")
    assert isinstance(result, PlaceboResult)
    return (
        "Met de percentages die CBS zelf uit niet-afgeronde aantallen berekende is het verschil "
        f"{notatie.points(result.estimate.value)} procentpunt."
    )
