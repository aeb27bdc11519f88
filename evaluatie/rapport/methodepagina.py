"""Tables of the method pages: an estimate beside the effect that was built in, and columns in Dutch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.estimation.result import tidy_all

KOLOMMEN = {
    "age_group": "leeftijd",
    "at_risk": "mensen die nog konden vertrekken",
    "autocorrelation": "autocorrelatie van de residuen",
    "conf_high": "bovengrens 95%",
    "conf_low": "ondergrens 95%",
    "counterfactual": "zonder maatregel",
    "counterfactual_high": "zonder maatregel, bovengrens",
    "counterfactual_low": "zonder maatregel, ondergrens",
    "difference": "verschil",
    "duration": "duur",
    "end": "einde",
    "estimate": "schatting",
    "event": "uitstroom",
    "events": "uitstroom naar werk",
    "ever_treated": "ooit traject",
    "false_alarms": "deel vals alarm",
    "fitted": "met maatregel",
    "fitted_high": "met maatregel, bovengrens",
    "fitted_low": "met maatregel, ondergrens",
    "gap": "verschil",
    "group": "groep",
    "horizon": "maanden erna",
    "lags": "maanden Newey–West",
    "landmark": "maand van de start",
    "largest": "grootste omvang",
    "ljung_box_p": "p-waarde van Ljung–Box",
    "mean_comparison": "na weging",
    "mean_treated": "gemiddelde behandeld",
    "mean_untreated": "gemiddelde onbehandeld",
    "month": "maand",
    "months": "maanden",
    "n": "waarnemingen",
    "observed": "deel met bekende uitkomst",
    "outcome": "reden",
    "period": "periode",
    "person": "persoon",
    "points_after": "maanden erna",
    "points_before": "maanden ervoor",
    "reason": "reden",
    "size": "omvang",
    "smallest": "kleinste omvang",
    "smd_after": "verschil na weging (sd)",
    "smd_before": "verschil vóór weging (sd)",
    "spell": "uitkering",
    "std_error": "standaardfout",
    "synthetic": "synthetische gemeente",
    "treated": "behandeld",
    "treated_from": "behandeld vanaf",
    "unit": "gemeente",
    "units": "aantal gemeenten",
    "untreated": "nog niet behandeld",
    "variance_ratio_after": "verhouding varianties na",
    "variance_ratio_before": "verhouding varianties vóór",
    "working_rho": "autocorrelatie van de fouten",
    "y": "uitkomst",
}
"""Dutch heads of the columns of `evaluatie.estimation`, which are English as in the field."""
_INGEBOUWD, _ERIN = "ingebouwd effect", "ligt dat in het interval?"
_GRENZEN = ("conf_low", "conf_high")


def compare_with_truth(
    estimates: Mapping[str, Estimate | NotEstimated], truth: float | Sequence[float]
) -> pd.DataFrame:
    """Put each estimate and its 95% interval beside the effect that was built into the data.

    Parameters
    ----------
    estimates : mapping of str to Estimate or NotEstimated
        By the name of their row.
    truth : float or sequence of float
        In the unit of the estimates: one for all, or one for each.
    """
    return mark_truth(tidy_all(estimates).set_index("term").rename_axis(None), truth)


def mark_truth(frame: pd.DataFrame, truth: float | Sequence[float]) -> pd.DataFrame:
    """Do as `compare_with_truth` for a frame with ``conf_low`` and ``conf_high``, and ``estimate`` when it has one."""
    low, high = (frame[name].astype(float) for name in _GRENZEN)
    shown = translate(frame, *(name for name in ("estimate", *_GRENZEN) if name in frame)).assign(**{_INGEBOUWD: truth})
    inside = (low <= shown[_INGEBOUWD]) & (shown[_INGEBOUWD] <= high)
    return shown.assign(**{_ERIN: inside.astype(object).where(low.notna() & high.notna(), None)})


def translate(frame: pd.DataFrame, *columns: str, index: str = "", **heads: str) -> pd.DataFrame:
    """Return columns of a frame under Dutch heads.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `evaluatie.estimation` returns it.
    *columns : str
        Which, in this order; all of them when none is given.
    index : str, optional
        Column whose values name the rows.
    **heads : str
        Heads that differ from `KOLOMMEN`, by column.
    """
    rows = frame.set_index(index).rename_axis(None) if index else frame
    chosen = rows[[*columns]] if columns else rows
    return chosen.infer_objects().rename(columns=KOLOMMEN | heads)


def list_answers(answers: Mapping[str, object]) -> pd.DataFrame:
    """Return questions with their answers below each other."""
    return pd.DataFrame({"antwoord": [*answers.values()]}, index=[*answers], dtype=object)
