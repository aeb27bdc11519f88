"""The fictieve besparing of a maatregel, from released placements and the norm amounts of a dossier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evaluatie.disclosure import Onderdrukt, load_drempels, release_counts
from evaluatie.dossier import Dossier
from evaluatie.evaluaties.besparing import Soort, list_normbedragen
from evaluatie.evaluaties.besparingseffect import compute_fictief
from evaluatie.evaluaties.besparingseffect_plaatsingen import SOORTEN, Plaatsingen
from evaluatie.quantities import Bron, Euro
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, paragraph, table, warning
from evaluatie.rapport.resultaten import Resultaat, Resultaten
from evaluatie.rapport.vrijgave import ONDERDRUKT, Vrijgegeven

TOTAAL, HOOGUIT = "fictief.totaal", "fictief.niet_getoond"
_KEY = "plaatsingen"
_AFGEROND = "afgerond op 5"
_CONTRACT = {"fulltime": "Voltijd", "parttime": "Deeltijd"}
_HALF = {1: "eerste", 2: "tweede"}


@dataclass(frozen=True, slots=True)
class Normen:
    """Norm amounts with the place each was read."""

    naam: str
    bedragen: Mapping[Soort, Euro]
    bronnen: Mapping[Soort, Bron]


@dataclass(frozen=True, slots=True)
class Fictief:
    """A fictieve besparing, or why there is none.

    Parameters
    ----------
    totaal_eur : float or None
        From the placements that may be shown, as they are shown (rounded): an exact amount would give an exact number
        of placements away.
    reden : str
        Why there is no amount; empty when there is.
    normen : Normen
    plaatsingen : Vrijgegeven or None
    jaren : tuple of int
    """

    totaal_eur: float | None
    reden: str
    normen: Normen
    plaatsingen: Vrijgegeven | None
    jaren: tuple[int, ...]

    @property
    def geplaatst(self) -> int:
        """The placements that are shown, together."""
        values = self.plaatsingen.aantallen.waarden.values() if self.plaatsingen else ()
        return sum(value for value in values if isinstance(value, int))

    def write(self) -> Fragment:
        """Write norm amounts, placements and their product, or what is missing."""
        if self.plaatsingen is None:
            return warning(self.reden)
        rows = [self._row(soort) for soort in SOORTEN]
        kolommen = [Kolom("dienstverband"), *(Kolom(n, "getal") for n in ("normbedrag", "plaatsingen", "fictief"))]
        said = f"Fictieve besparing van plaatsingen, {describe_jaren(self.jaren)}"
        shown = table(said, kolommen, rows, voetnoot=self.plaatsingen.explain([[str(c) for c in row] for row in rows]))
        return shown + (warning(self.reden) if self.reden else paragraph(self._total()))

    def _row(self, soort: Soort) -> list[Cel]:
        assert self.plaatsingen is not None
        resultaten, label = self.plaatsingen.resultaten, describe_soort(soort)
        norm = resultaten.show(_norm_id(soort)) if soort in self.normen.bedragen else Markup("–")
        count = self.plaatsingen.show((_KEY, *_words(soort)), f"Plaatsingen: {label}", "plaatsingen")
        amount = resultaten.show(_amount_id(soort)) if soort in self.normen.bedragen else Markup("–")
        return [label, norm, count, amount]

    def _total(self) -> Markup:
        assert self.plaatsingen is not None
        resultaten = self.plaatsingen.resultaten
        said = Markup("Samen is dat {}. De bedragen zijn berekend uit de afgeronde aantallen.").format(
            resultaten.show(TOTAAL)
        )
        if HOOGUIT not in resultaten.by_id:
            return said
        left_out = Markup(" Wat niet wordt getoond, telt niet mee; dat scheelt hooguit {}.")
        return said + left_out.format(resultaten.show(HOOGUIT))


def read_normen(dossier: Dossier) -> Normen:
    """Return the norm amounts of a dossier, each with its source."""
    sources: dict[Soort, Bron] = {
        (norm.dienstverband, norm.halfjaar): dossier.bron(dossier.cijfer(norm.cijfer).bron)
        for norm in dossier.normbedragen
    }
    return Normen(dossier.gemeente.naam, list_normbedragen(dossier), sources)


def release_fictief(
    plaatsingen: Plaatsingen | None,
    normen: Normen,
    jaren: tuple[int, ...],
    bronnen: Sequence[Bron],
    resultaten: Resultaten,
) -> Fictief:
    """Release the placements, record them with the norm amounts, and compute the fictieve besparing from both."""
    for soort, amount in normen.bedragen.items():
        said = f"Normbedrag per plaatsing: {describe_soort(soort)}"
        resultaten.add(Resultaat(_norm_id(soort), float(amount), "euro", "euro", said, (normen.bronnen[soort],)))
    if plaatsingen is None:
        return Fictief(None, _NO_TABLE, normen, None, jaren)
    words = {_KEY, *(word for soort in SOORTEN for word in _words(soort))}
    counts = {(_KEY, *_words(soort)): _guard(plaatsingen, soort) for soort in SOORTEN}
    released = Vrijgegeven(release_counts(counts, bronnen, woorden=words), resultaten)
    if not normen.bedragen:
        return Fictief(None, _NO_NORMS, normen, released, jaren)
    shown = {soort: count for soort in SOORTEN if isinstance(count := released.aantallen[_KEY, *_words(soort)], int)}
    sources = (*bronnen, *dict.fromkeys(normen.bronnen.values()))
    total = _record_amounts(shown, normen, sources, resultaten)
    if total is not None:
        _record_hidden(plaatsingen, shown, normen, sources, resultaten)
    return Fictief(total, "" if total is not None else _TOO_FEW, normen, released, jaren)


def describe_soort(soort: Soort) -> str:
    """Return contract and half-year in words."""
    return f"{_CONTRACT[soort[0]]}, {_HALF[soort[1]]} halfjaar"


def describe_jaren(jaren: Sequence[int]) -> str:
    """Return a row of years in words."""
    return str(jaren[0]) if len(jaren) == 1 else f"{jaren[0]} tot en met {jaren[-1]}"


def _guard(plaatsingen: Plaatsingen, soort: Soort) -> int:
    """Return the number of placements, or that of the persons when these are so few that nothing may be shown."""
    persons = plaatsingen.personen[soort]
    return persons if load_drempels().is_small(persons) else plaatsingen.aantallen[soort]


def _record_amounts(
    shown: Mapping[Soort, int], normen: Normen, sources: tuple[Bron, ...], resultaten: Resultaten
) -> float | None:
    """Record the amount per sort and the total of what is shown; None when nothing is."""
    for soort in normen.bedragen:
        amount = float(compute_fictief({soort: shown[soort]}, normen.bedragen)) if soort in shown else None
        _add(resultaten, _amount_id(soort), amount, f"Fictieve besparing: {describe_soort(soort)}", sources)
    if not shown.keys() & normen.bedragen.keys():
        return None
    total = float(compute_fictief(shown, normen.bedragen))
    _add(resultaten, TOTAAL, total, "Fictieve besparing van de getoonde plaatsingen samen", sources)
    return total


def _record_hidden(
    plaatsingen: Plaatsingen,
    shown: Mapping[Soort, int],
    normen: Normen,
    sources: tuple[Bron, ...],
    resultaten: Resultaten,
) -> None:
    """Record the most that is left out, when the sign in the table says so: fewer placements than the smallest cell."""
    least = load_drempels().kleinste_cel
    hidden = [soort for soort in normen.bedragen if soort not in shown]
    if hidden and all(plaatsingen.aantallen[soort] < least for soort in hidden):
        most = float(compute_fictief(dict.fromkeys(hidden, least - 1), normen.bedragen))
        _add(resultaten, HOOGUIT, most, "Hooguit de fictieve besparing van plaatsingen die niet getoond zijn", sources)


def _add(resultaten: Resultaten, key: str, amount: float | None, said: str, sources: tuple[Bron, ...]) -> None:
    withheld = "" if amount is not None else str(Onderdrukt("bescherming"))
    treatment = ONDERDRUKT if amount is None else _AFGEROND
    resultaten.add(Resultaat(key, amount, "euro", "euro", said, sources, treatment=treatment, withheld=withheld))


def _words(soort: Soort) -> tuple[str, str]:
    return soort[0], f"halfjaar {soort[1]}"


def _norm_id(soort: Soort) -> str:
    return f"norm.{soort[0]}.{soort[1]}"


def _amount_id(soort: Soort) -> str:
    return f"fictief.{soort[0]}.{soort[1]}"


_NO_TABLE = (
    "De tabel plaatsingen is niet ingelezen, of beslaat geen heel kalenderjaar. Zonder plaatsingen is er geen fictieve "
    "besparing. Lees de tabel in met: evaluatie import MAP."
)
_NO_NORMS = (
    "In het dossier staan geen normbedragen. Zonder normbedragen is er geen fictieve besparing. Zet ze, met hun bron, "
    "in dossier.yaml onder 'normbedragen'."
)
_TOO_FEW = (
    "Het register schrijft te weinig plaatsingen aan deze maatregel toe om er een bedrag van te laten zien. Staat in "
    "de kolom 'maatregel' van de tabel plaatsingen wel de naam die hierboven bij 'maatregel' is gekozen?"
)
