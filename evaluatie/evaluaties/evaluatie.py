"""One evaluated question: what was asked, what came out, what tried to falsify it, what may be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from html import escape
from typing import Literal

import pandas as pd
from statsmodels.stats.multitest import multipletests

from evaluatie import notatie
from evaluatie.checks import CheckResult, Verdict, overall
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.quantities import Bron

ALPHA = 0.05


class Bewijskracht(IntEnum):
    """Maryland Scientific Methods Scale, as used by What Works centres (Farrington et al. 2002)."""

    GEEN = 0
    SAMENHANG = 1
    VOOR_EN_NA = 2
    MET_VERGELIJKINGSGROEP = 3
    VERGELIJKBAAR_GEMAAKT = 4
    GELOOT = 5

    @property
    def dutch(self) -> str:
        """The words a reader sees beside the number."""
        return (
            "geen: niet te schatten",
            "1 van 5: één meting of alleen samenhang",
            "2 van 5: voor- en nameting, zonder toetsbare vergelijkingsgroep",
            "3 van 5: voor- en nameting met vergelijkingsgroep",
            "4 van 5: vergelijkbaar gemaakte groepen",
            "5 van 5: geloot",
        )[self.value]


class Oordeel(StrEnum):
    """What may be said about an effect."""

    GEVONDEN = "effect gevonden"
    TEGENGESTELD = "tegengesteld effect gevonden"
    NIET_AANGETOOND = "niet aangetoond"
    NIET_TE_SCHATTEN = "niet te schatten"


@dataclass(frozen=True, slots=True)
class Evaluatie:
    """A question about one maatregel and everything that bears on the answer.

    Parameters
    ----------
    id : str
        Stable name: gemeente, maatregel and uitkomst.
    gemeente, maatregel, uitkomst : str
        Who, what, and the outcome in words.
    populatie, venster, vergelijking : str
        Whom, when, against whom.
    verwachting : {"daling", "stijging"}
        The direction the maatregel aims at.
    estimate : Estimate or NotEstimated
        In shares; shown in percentage points.
    checks : tuple of CheckResult
        Attempts to falsify.
    detectable : float or None
        The smallest effect, either way, found with 80% probability.
    aannames : tuple of str
        What has to be true for the estimate to be the effect of the maatregel.
    bronnen : tuple of Bron
    p_adjusted : float or None
        p-value after Holm's correction over all evaluaties of one report.
    placebos : pandas.DataFrame or None
        The same effect for every other municipality.
    """

    id: str
    gemeente: str
    maatregel_id: str
    maatregel: str
    uitkomst: str
    populatie: str
    venster: str
    vergelijking: str
    verwachting: Literal["daling", "stijging"]
    estimate: Estimate | NotEstimated
    checks: tuple[CheckResult, ...]
    detectable: float | None
    aannames: tuple[str, ...]
    bronnen: tuple[Bron, ...]
    p_adjusted: float | None = None
    placebos: pd.DataFrame | None = None

    @property
    def robustness(self) -> Verdict:
        """The worst verdict of the checks."""
        return overall(self.checks)

    @property
    def bewijskracht(self) -> Bewijskracht:
        """By rule: a comparison group counts only when the trend before could be tested and held."""
        if isinstance(self.estimate, NotEstimated):
            return Bewijskracht.GEEN
        trend = next((check for check in self.checks if check.name == "Ontwikkeling vóór de maatregel"), None)
        tested = trend is not None and trend.verdict in (Verdict.PASSED, Verdict.CONCERN)
        return Bewijskracht.MET_VERGELIJKINGSGROEP if tested else Bewijskracht.VOOR_EN_NA

    @property
    def oordeel(self) -> Oordeel:
        """An effect is only found when it survives Holm's correction and no check failed."""
        if isinstance(self.estimate, NotEstimated):
            return Oordeel.NIET_TE_SCHATTEN
        p = self.p_adjusted if self.p_adjusted is not None else self.estimate.p_value
        if p > ALPHA or any(check.verdict is Verdict.FAILED for check in self.checks):
            return Oordeel.NIET_AANGETOOND
        wanted = self.estimate.value < 0 if self.verwachting == "daling" else self.estimate.value > 0
        return Oordeel.GEVONDEN if wanted else Oordeel.TEGENGESTELD

    @property
    def sentence(self) -> str:
        """The one plain Dutch sentence that follows."""
        return _write_sentence(self)

    def _repr_html_(self) -> str:
        checks = "".join(
            f"<li>{escape(check.name)}: {check.verdict.dutch}. {escape(check.statement)}</li>" for check in self.checks
        )
        return (
            f"<p><strong>{escape(self.maatregel)}: {escape(self.uitkomst)}</strong> ({self.oordeel})</p>"
            f"<p>{escape(self.sentence)}</p><p>Bewijskracht {self.bewijskracht.dutch}.</p><ul>{checks}</ul>"
        )


def adjust_for_multiplicity(evaluaties: Sequence[Evaluatie]) -> list[Evaluatie]:
    """Give every estimated evaluatie its p-value after Holm's correction over all of them."""
    raw = [(index, e.estimate.p_value) for index, e in enumerate(evaluaties) if isinstance(e.estimate, Estimate)]
    if not raw:
        return list(evaluaties)
    corrected = multipletests([p for _, p in raw], ALPHA, method="holm")[1]
    adjusted = {index: float(p) for (index, _), p in zip(raw, corrected, strict=True)}
    return [replace(e, p_adjusted=adjusted[i]) if i in adjusted else e for i, e in enumerate(evaluaties)]


def _write_sentence(evaluatie: Evaluatie) -> str:
    """Write what may be said about the effect, and no more."""
    if isinstance(evaluatie.estimate, NotEstimated):
        return f"Het effect op de {evaluatie.uitkomst} is niet te schatten: {evaluatie.estimate.reason}."
    parts = [_what_happened(evaluatie, evaluatie.estimate), _what_it_means(evaluatie)]
    if evaluatie.oordeel is Oordeel.NIET_AANGETOOND:
        parts.append(_what_could_be_seen(evaluatie))
    return " ".join(part for part in parts if part)


def _what_happened(evaluatie: Evaluatie, estimate: Estimate) -> str:
    interval = estimate.interval()
    direction = "lager" if estimate.value < 0 else "hoger"
    return (
        f"Na de start lag de {evaluatie.uitkomst} in {evaluatie.gemeente} "
        f"{notatie.points(abs(estimate.value), signed=False)} procentpunt {direction} dan bij gelijke "
        "ontwikkeling als elders "
        f"(95%-interval {notatie.points(interval.lower)} tot {notatie.points(interval.upper)})."
    )


def _what_it_means(evaluatie: Evaluatie) -> str:
    if evaluatie.oordeel is Oordeel.GEVONDEN:
        return (
            "Zo'n verschil komt zonder maatregel zelden voor: dit wijst op een effect in de bedoelde richting "
            f"({evaluatie.verwachting})."
        )
    if evaluatie.oordeel is Oordeel.TEGENGESTELD:
        return f"Zo'n verschil komt zelden voor, maar het is tegengesteld aan de bedoeling ({evaluatie.verwachting})."
    failed = [check.name.lower() for check in evaluatie.checks if check.verdict is Verdict.FAILED]
    if failed:
        return f"Een effect is niet aangetoond: de schatting doorstaat niet elke toets ({notatie.join(failed)})."
    if isinstance(evaluatie.estimate, Estimate) and evaluatie.estimate.p_value <= ALPHA:
        return "Een effect is niet aangetoond: bij zo veel uitkomsten tegelijk kan een verschil als dit toeval zijn."
    return "Een effect is niet aangetoond: zulke verschillen komen ook voor bij gemeenten zonder deze maatregel."


def _what_could_be_seen(evaluatie: Evaluatie) -> str:
    if evaluatie.detectable is None:
        return ""
    return (
        "Dat betekent niet dat er geen effect is: pas een effect van "
        f"{notatie.points(evaluatie.detectable, signed=False)} "
        "procentpunt of meer zou met deze cijfers met 80% kans zijn opgemerkt."
    )
