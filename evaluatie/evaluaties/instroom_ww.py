"""Who comes from the WW: meldingen by origin, and how their number moves beside the national number of WW benefits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluatie.cijfers import mean_ww_per_year
from evaluatie.errors import ChoiceError
from evaluatie.estimation import Estimate, NotEstimated, ratio_of_ratios
from evaluatie.evaluaties.telling import Telling
from evaluatie.panel import find_dekking
from evaluatie.registratie.contract import Register

WW, ANDERS, TOTAAL = "ww", "andere herkomst", "totaal"
HERKOMSTEN = (WW, ANDERS)
MELDING, AANVRAAG = "melding", "aanvraag"
TOEGEKEND, NIET_TOEGEKEND, GEEN_AANVRAAG = "toegekend", "niet toegekend", "geen aanvraag"
WOORDEN = frozenset({*HERKOMSTEN, TOTAAL, MELDING, AANVRAAG, TOEGEKEND, NIET_TOEGEKEND, GEEN_AANVRAAG})


@dataclass(frozen=True, slots=True)
class InstroomWw:
    """What was counted; unrounded, so not to be shown.

    Parameters
    ----------
    jaren : tuple of int
        Whole calendar years with meldingen.
    telling : Telling
        Persons by ``(stap, herkomst, jaar)``: who came to the desk in a year (once a year, with the origin of the first
        melding), who applied, who was granted.
    verhouding : Estimate or NotEstimated
        Granted from the WW in the last year against the first, over the same of the national number of WW benefits.
    """

    jaren: tuple[int, ...]
    telling: Telling
    verhouding: Estimate | NotEstimated


def count_instroom_ww(register: Register) -> InstroomWw | NotEstimated:
    """Count meldingen, aanvragen and toekenningen by year, from the WW and from elsewhere."""
    if "aanvragen" not in register or register["aanvragen"].empty:
        return NotEstimated("the table aanvragen is not there", "outside_data")
    persons = list_melders(register["aanvragen"])
    dekking = find_dekking(register)
    first, last = (int(persons["jaar"].min()), int(persons["jaar"].max()))
    whole = range(max(first, dekking.eerste.jaar + (dekking.eerste.maand > 1)), last + 1)
    jaren = tuple(jaar for jaar in whole if jaar < dekking.laatste.jaar or dekking.laatste.maand == 12)
    if not jaren:
        return NotEstimated("no whole year is observed", "outside_data")
    telling = Telling()
    for jaar in jaren:
        _count_year(telling, persons[persons["jaar"] == jaar], str(jaar))
    return InstroomWw(jaren, telling, _compare(telling, jaren))


def list_melders(aanvragen: pd.DataFrame) -> pd.DataFrame:
    """Return one row per person and year with a melding: ``jaar``, ``herkomst`` and how far it came (``stap``)."""
    ordered = aanvragen.sort_values("melding", kind="stable")
    applied, granted = ordered["aanvraag"].notna(), (ordered["uitkomst"] == TOEGEKEND).fillna(False)
    frame = pd.DataFrame(
        {
            "persoon": ordered["persoon_id"].to_numpy(),
            "jaar": ordered["melding"].dt.year.to_numpy(),
            "herkomst": np.where((ordered["herkomst"] == WW).fillna(False), WW, ANDERS),
            "stap": np.select([granted, applied], [2, 1], 0),
        }
    )
    return frame.groupby(["persoon", "jaar"], sort=False, as_index=False).agg(
        herkomst=("herkomst", "first"), stap=("stap", "max")
    )


def parse_beeindigd(given: list[str]) -> dict[int, int]:
    """Read numbers of ended WW benefits by year, written as ``2019:1450``.

    Raises
    ------
    ChoiceError
        For anything else.
    """
    found: dict[int, int] = {}
    for item in given:
        jaar, _, aantal = item.partition(":")
        if not (jaar.strip().isdigit() and aantal.strip().isdigit() and int(aantal) > 0):
            raise ChoiceError(f"'{item}' is geen jaar met een aantal.", "Schrijf het als 2019:1450.")
        found[int(jaar)] = int(aantal)
    return found


def _count_year(telling: Telling, persons: pd.DataFrame, jaar: str) -> None:
    for herkomst in HERKOMSTEN:
        steps = persons.loc[persons["herkomst"] == herkomst, "stap"]
        counts = {
            name: int((steps == step).sum()) for step, name in enumerate((GEEN_AANVRAAG, NIET_TOEGEKEND, TOEGEKEND))
        }
        applied: Mapping[tuple[str, str, str], int] = {
            (name, herkomst, jaar): counts[name] for name in (TOEGEKEND, NIET_TOEGEKEND)
        }
        telling.divide((AANVRAAG, herkomst, jaar), applied)
        parts = {
            (AANVRAAG, herkomst, jaar): sum(applied.values()),
            (GEEN_AANVRAAG, herkomst, jaar): counts[GEEN_AANVRAAG],
        }
        telling.divide((MELDING, herkomst, jaar), parts)
    for name in (MELDING, AANVRAAG, TOEGEKEND, NIET_TOEGEKEND, GEEN_AANVRAAG):
        telling.join((name, TOTAAL, jaar), [(name, herkomst, jaar) for herkomst in HERKOMSTEN])
    telling.join((AANVRAAG, TOTAAL, jaar), [(name, TOTAAL, jaar) for name in (TOEGEKEND, NIET_TOEGEKEND)])
    telling.join((MELDING, TOTAAL, jaar), [(name, TOTAAL, jaar) for name in (AANVRAAG, GEEN_AANVRAAG)])


def _compare(telling: Telling, jaren: tuple[int, ...]) -> Estimate | NotEstimated:
    """Compare the last year with the first, against the national number of WW benefits."""
    national = mean_ww_per_year()
    known = [jaar for jaar in jaren if jaar in national.index]
    if len(known) < 2:
        return NotEstimated("fewer than two years with a national figure", "missing_years")
    own = {jaar: telling.counts[TOEGEKEND, WW, str(jaar)] for jaar in (known[0], known[-1])}
    return ratio_of_ratios(
        own[known[-1]],
        [own[known[0]]],
        float(national[known[-1]]),
        [float(national[known[0]])],
        years_required=1,
    )
