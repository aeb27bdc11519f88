"""Every number of a report, once: the page shows it from here and ``results.json`` holds it.

Because both come from the same record, the number on the page and the number in the file cannot part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import is_own_register
from evaluatie.errors import DisclosureError, EvaluatieError
from evaluatie.quantities import Bron

LEVEL = 0.95
Deel = Literal["value", "lower", "upper", "p_value", "value_to"]
Notatie = Literal[
    "getal",
    "getal1",
    "getal2",
    "euro",
    "eurocent",
    "procent",
    "procent0",
    "procent2",
    "punten",
    "omvang",
    "index",
    "ratio",
]

_WRITERS = {
    "getal": lambda v: notatie.number(v),
    "getal1": lambda v: notatie.number(v, 1),
    "getal2": lambda v: notatie.number(v, 2),
    "euro": lambda v: notatie.euro(v),
    "eurocent": lambda v: notatie.euro(v, cents=True),
    "procent": lambda v: notatie.percentage(v, 1),
    "procent0": lambda v: notatie.percentage(v, 0),
    "procent2": lambda v: notatie.percentage(v, 2),
    "punten": lambda v: notatie.points(v, 1),
    "omvang": lambda v: notatie.points(v, 1, signed=False),
    "index": lambda v: notatie.number(v, 1),
    "ratio": lambda v: notatie.number(v, 2),
}


@dataclass(frozen=True, slots=True)
class Resultaat:
    """One number or estimate as it stands in ``results.json``.

    Parameters
    ----------
    id : str
        Unique in the report.
    value : float or None
        None when it could not be estimated.
    unit, notatie : str
        Unit of the value, and how it is written.
    sentence : str
        What it means, in plain Dutch.
    sources : tuple of Bron
        Never empty.
    value_to : float or None
        Upper end when the source gives a range.
    treatment : str
        What disclosure control did to it: ``"afgerond op 5"``; empty for public figures.
    withheld : str
        What the page shows instead of a value that was suppressed.
    """

    id: str
    value: float | None
    unit: str
    notatie: Notatie
    sentence: str
    sources: tuple[Bron, ...]
    value_to: float | None = None
    maatregel: str = ""
    uitkomst: str = ""
    estimand: str = ""
    std_error: float | None = None
    lower: float | None = None
    upper: float | None = None
    p_value: float | None = None
    method: str = ""
    n: int | None = None
    evidence_level: int | None = None
    verdict: str = ""
    treatment: str = ""
    withheld: str = ""

    def __post_init__(self) -> None:
        if not self.sources:
            raise EvaluatieError(f"Het cijfer '{self.id}' heeft geen bron.", "Geef de bron op.")
        if self.value is not None and not self.treatment and any(map(is_own_register, self.sources)):
            raise DisclosureError(
                f"Het cijfer '{self.id}' komt uit eigen registers, maar is niet behandeld.",
                "Geef het vrij met disclosure en toon het met rapport.vrijgave.",
            )
        numbers = (self.value, self.value_to, self.std_error, self.lower, self.upper, self.p_value)
        if any(number is not None and math.isnan(number) for number in numbers):
            raise EvaluatieError(
                f"Het cijfer '{self.id}' is geen getal.", "Maak er een NotEstimated met een reden van."
            )

    def text(self, deel: Deel = "value") -> str:
        """Return one of its numbers in Dutch notation."""
        number = {
            "value": self.value,
            "lower": self.lower,
            "upper": self.upper,
            "p_value": self.p_value,
            "value_to": self.value_to,
        }[deel]
        if number is None:
            return (self.withheld or "niet te schatten") if deel == "value" else "–"
        if math.isinf(number):
            return "onbegrensd"
        return notatie.p_value(number) if deel == "p_value" else str(_WRITERS[self.notatie](number))

    def to_json(self) -> dict[str, Any]:
        """Return the record of ``results.json``."""
        has_interval = self.lower is not None and self.upper is not None
        return {
            "id": self.id,
            "maatregel": self.maatregel or None,
            "uitkomst": self.uitkomst or None,
            "estimand": self.estimand or None,
            "value": _finite(self.value),
            "value_to": _finite(self.value_to),
            "unit": self.unit,
            "text": self.text(),
            "std_error": _finite(self.std_error),
            "interval": {"level": LEVEL, "lower": _finite(self.lower), "upper": _finite(self.upper)}
            if has_interval
            else None,
            "p_value": self.p_value,
            "method": self.method or None,
            "n": self.n,
            "evidence_level": self.evidence_level,
            "verdict": self.verdict or None,
            "treatment": self.treatment or None,
            "sentence": self.sentence,
            "sources": [{"titel": b.titel, "vindplaats": b.vindplaats, "url": b.url} for b in self.sources],
        }


@dataclass(slots=True)
class Resultaten:
    """All numbers of one report, by id; adding one twice is an error."""

    by_id: dict[str, Resultaat] = field(default_factory=dict)

    def add(self, resultaat: Resultaat) -> Resultaat:
        """Keep a number and return it."""
        if resultaat.id in self.by_id:
            raise ValueError(f"result '{resultaat.id}' exists already")
        self.by_id[resultaat.id] = resultaat
        return resultaat

    def show(self, identifier: str, deel: Deel = "value") -> Markup:
        """Write a number of the page so that it can be traced to ``results.json``."""
        resultaat = self.by_id[identifier]
        return Markup('<data class="getal" value="{}" data-id="{}" data-deel="{}">{}</data>').format(
            _attribute(resultaat, deel), identifier, deel, resultaat.text(deel)
        )

    def show_range(self, identifier: str) -> Markup:
        """Write a number that may be a range ("400 tot 500")."""
        if self.by_id[identifier].value_to is None:
            return self.show(identifier)
        return Markup("{} tot {}").format(self.show(identifier), self.show(identifier, "value_to"))

    def show_interval(self, identifier: str) -> Markup:
        """Write the interval of an estimate, or a dash."""
        if self.by_id[identifier].lower is None:
            return Markup("–")
        return Markup("{} tot {}").format(self.show(identifier, "lower"), self.show(identifier, "upper"))

    def sources(self) -> list[Bron]:
        """Return every source once, sorted."""
        return sorted({bron for resultaat in self.by_id.values() for bron in resultaat.sources})

    def to_json(self) -> list[dict[str, Any]]:
        """Return all records in the order in which they were added."""
        return [resultaat.to_json() for resultaat in self.by_id.values()]


def _attribute(resultaat: Resultaat, deel: Deel) -> str:
    number = getattr(resultaat, deel)
    return "" if number is None or math.isinf(number) else repr(float(number))


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
