"""One evaluated question: what was asked, what came out, what tried to falsify it, what may be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

import pandas as pd
from statsmodels.stats.multitest import multipletests

from evaluatie.checks import CheckResult, Verdict, overall
from evaluatie.errors import EstimationError
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties.oordeel import ALPHA, Bewijskracht, Ontwerp, Oordeel, rate_design
from evaluatie.evaluaties.schaal import PUNTEN, Schaal
from evaluatie.evaluaties.steun import Steun
from evaluatie.evaluaties.zinnen import write_sentence
from evaluatie.quantities import Bron

Verwachting = Literal["daling", "stijging", "geen"]


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
    verwachting : {"daling", "stijging", "geen"}
        The direction the maatregel aims at; "geen" for what happens beside its aim.
    estimate : Estimate or NotEstimated
        On the scale of `schaal`: a difference of shares is shown in percentage points.
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
    ontwerp : Ontwerp
        How the effect was estimated; the level of evidence and the words follow from it.
    schaal : Schaal
        How its size is written.
    lidwoord : {"de", "het"}
        Article of `uitkomst`.
    steun : Steun or None
        Persons and outcomes behind an estimate from own registers; without it such an estimate is never published.

    kreeg : {"kreeg", "had"}
        Verb that goes with the maatregel: a traject is given, part-time work is not.

    Raises
    ------
    EstimationError
        For an estimate without a valid interval: that is not a result.
    """

    id: str
    gemeente: str
    maatregel_id: str
    maatregel: str
    uitkomst: str
    populatie: str
    venster: str
    vergelijking: str
    verwachting: Verwachting
    estimate: Estimate | NotEstimated
    checks: tuple[CheckResult, ...]
    detectable: float | None
    aannames: tuple[str, ...]
    bronnen: tuple[Bron, ...]
    p_adjusted: float | None = None
    placebos: pd.DataFrame | None = None
    ontwerp: Ontwerp = Ontwerp.VERSCHIL_IN_VERSCHILLEN
    schaal: Schaal = PUNTEN
    lidwoord: Literal["de", "het"] = "de"
    steun: Steun | None = None
    kreeg: Literal["kreeg", "had"] = "kreeg"

    def __post_init__(self) -> None:
        if isinstance(self.estimate, Estimate) and self.estimate.inference is None:
            raise EstimationError(
                f"Het effect op {self.uitkomst_met_lidwoord} heeft geen interval en is dus geen uitkomst.",
                "Geef een NotEstimated met de reden.",
            )

    @property
    def uitkomst_met_lidwoord(self) -> str:
        """The outcome as it stands in a sentence."""
        return f"{self.lidwoord} {self.uitkomst}"

    @property
    def robustness(self) -> Verdict:
        """The worst verdict of the checks."""
        return overall(self.checks)

    @property
    def bewijskracht(self) -> Bewijskracht:
        """By rule from the design and from the checks that it needs."""
        if isinstance(self.estimate, NotEstimated):
            return Bewijskracht.GEEN
        return rate_design(self.ontwerp, self.checks)

    @property
    def oordeel(self) -> Oordeel:
        """An effect is only found when it survives Holm's correction and no check failed."""
        if isinstance(self.estimate, NotEstimated):
            return Oordeel.NIET_TE_SCHATTEN
        p = self.p_adjusted if self.p_adjusted is not None else self.estimate.p_value
        if p > ALPHA or any(check.verdict is Verdict.FAILED for check in self.checks):
            return Oordeel.NIET_AANGETOOND
        if self.verwachting == "geen":
            return Oordeel.GEVONDEN
        distance = self.estimate.value - self.estimate.null
        wanted = distance < 0 if self.verwachting == "daling" else distance > 0
        return Oordeel.GEVONDEN if wanted else Oordeel.TEGENGESTELD

    @property
    def sentence(self) -> str:
        """The one plain Dutch sentence that follows."""
        return write_sentence(self)

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
