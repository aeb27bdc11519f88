"""The one plain Dutch sentence that follows from an evaluatie, built from parts; no branch says more than is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluatie import notatie
from evaluatie.checks import Verdict
from evaluatie.checks.personen import UNSEEN
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties.oordeel import ALPHA, Ontwerp, Oordeel

if TYPE_CHECKING:
    from evaluatie.evaluaties.evaluatie import Evaluatie

_FOUND = {
    Ontwerp.VERSCHIL_IN_VERSCHILLEN: (
        "Na de start {lag} {uitkomst} in {gemeente} {verschil} {dan} bij gelijke ontwikkeling als elders"
    ),
    Ontwerp.SYNTHETISCHE_CONTROLE: (
        "Na de start {lag} {uitkomst} in {gemeente} {verschil} {dan} in een samenstelling van andere gemeenten die "
        "ervoor hetzelfde verloop hadden"
    ),
    Ontwerp.REEKS: "Na de start {lag} {uitkomst} in {gemeente} {verschil} {dan} de reeks ervoor deed verwachten",
    Ontwerp.REEKS_MET_VERGELIJKING: (
        "Na de start {lag} {uitkomst} in {gemeente} {verschil} {dan} de eigen reeks ervoor en de ontwikkeling elders "
        "samen deden verwachten"
    ),
    Ontwerp.VERGELIJKBARE_PERSONEN: (
        "Bij wie {maatregel} {kreeg} {lag} {uitkomst} {verschil} {dan} bij vergelijkbare mensen die dat (nog) "
        "niet {kregen}"
    ),
    Ontwerp.DUURMODEL: (
        "Bij wie {maatregel} {kreeg} {lag} {uitkomst} {verschil} {dan} bij mensen met dezelfde bekende kenmerken "
        "die dat niet {kregen}"
    ),
    Ontwerp.INSTRUMENT: ("Bij wie {maatregel} {kreeg} door de aanmoediging {lag} {uitkomst} {verschil} {dan} zonder"),
    Ontwerp.LOTING: "Bij wie door loting {maatregel} {kreeg} {lag} {uitkomst} {verschil} {dan} bij de anderen",
    Ontwerp.SAMENHANG: "Bij wie {maatregel} {kreeg} {lag} {uitkomst} {verschil} {dan} bij anderen",
}
_PLURAL = {"kreeg": "kregen", "had": "hadden"}
_AMONG_MUNICIPALITIES = (Ontwerp.VERSCHIL_IN_VERSCHILLEN, Ontwerp.SYNTHETISCHE_CONTROLE)
_WEAK = (Ontwerp.DUURMODEL, Ontwerp.REEKS, Ontwerp.SAMENHANG)
"""Designs without a comparison group that a check could falsify: a finding is said with that reserve."""


def write_sentence(evaluatie: Evaluatie) -> str:
    """Write what may be said about the effect, and no more."""
    if isinstance(evaluatie.estimate, NotEstimated):
        return f"Het effect op {evaluatie.uitkomst_met_lidwoord} is niet te schatten: {evaluatie.estimate.reason}."
    shown = evaluatie.oordeel.is_shown
    parts = (
        _what_happened(evaluatie, evaluatie.estimate),
        _what_it_means(evaluatie, evaluatie.estimate),
        write_reserve(evaluatie) if shown else _what_could_be_seen(evaluatie),
    )
    return " ".join(part for part in parts if part)


def _what_happened(evaluatie: Evaluatie, estimate: Estimate) -> str:
    said = _FOUND[evaluatie.ontwerp].format(
        uitkomst=evaluatie.uitkomst_met_lidwoord,
        gemeente=evaluatie.gemeente,
        maatregel=evaluatie.maatregel[:1].lower() + evaluatie.maatregel[1:],
        verschil=evaluatie.schaal.difference(estimate.value),
        kreeg=evaluatie.kreeg,
        kregen=_PLURAL[evaluatie.kreeg],
        lag=evaluatie.schaal.verb,
        dan=evaluatie.schaal.than,
    )
    return f"{said} (95%-interval {evaluatie.schaal.interval(estimate.interval())})."


def _what_it_means(evaluatie: Evaluatie, estimate: Estimate) -> str:
    among = evaluatie.ontwerp in _AMONG_MUNICIPALITIES
    if evaluatie.oordeel is Oordeel.GEVONDEN:
        rare = "komt zonder maatregel zelden voor" if among else "ontstaat zelden door toeval"
        if evaluatie.verwachting == "geen":
            return f"Zo'n verschil {rare}. Of het gewenst is, zegt dit cijfer niet."
        return f"Zo'n verschil {rare}: dit wijst op een effect in de bedoelde richting ({evaluatie.verwachting})."
    if evaluatie.oordeel is Oordeel.TEGENGESTELD:
        rare = "komt zelden voor" if among else "ontstaat zelden door toeval"
        return f"Zo'n verschil {rare}, maar het is tegengesteld aan de bedoeling ({evaluatie.verwachting})."
    return f"Een effect is niet aangetoond: {_why_not_shown(evaluatie, estimate, among=among)}."


def _why_not_shown(evaluatie: Evaluatie, estimate: Estimate, *, among: bool) -> str:
    failed = _failed(evaluatie)
    if failed == [UNSEEN]:
        return "iets wat niet in de gegevens staat kan, als het van gewone sterkte is, dit verschil verklaren"
    if failed:
        return f"de schatting doorstaat niet elke toets ({notatie.join([name.lower() for name in failed])})"
    if estimate.p_value <= ALPHA:
        return "bij zo veel uitkomsten tegelijk kan een verschil als dit toeval zijn"
    if among:
        return "zulke verschillen komen ook voor bij gemeenten zonder deze maatregel"
    return "een verschil als dit kan ook toeval zijn"


def _failed(evaluatie: Evaluatie) -> list[str]:
    return [check.name for check in evaluatie.checks if check.verdict is Verdict.FAILED]


def write_reserve(evaluatie: Evaluatie) -> str:
    """Write the reserve that a finding of a weak design is said with; nothing for another design."""
    if evaluatie.ontwerp not in _WEAK:
        return ""
    return "Wat niet in de gegevens staat, zoals motivatie of ander beleid, kan het verschil ook verklaren."


def _what_could_be_seen(evaluatie: Evaluatie) -> str:
    if evaluatie.detectable is None:
        return ""
    if _failed(evaluatie):  # then it is not the number of persons that stands in the way
        return "Dat betekent niet dat er geen effect is."
    return (
        f"Dat betekent niet dat er geen effect is: pas {evaluatie.schaal.at_least(evaluatie.detectable)} "
        "zou met deze cijfers met 80% kans zijn opgemerkt."
    )
