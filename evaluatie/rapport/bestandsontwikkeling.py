"""The caseload of one municipality against the nation and other municipalities, for a researcher."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from typing import cast

import pandas as pd

from evaluatie import notatie
from evaluatie.cijfers import load_table, table_bron
from evaluatie.disclosure import Released, open_released, release_public
from evaluatie.dossier import list_dossiers, load_dossier
from evaluatie.errors import ChoiceError, EvaluatieError, Violation
from evaluatie.estimation import NotEstimated, PlaceboResult
from evaluatie.evaluaties.landelijke_vergelijking import UITKOMST_WOORDEN, Uitkomst, compare_gemeente
from evaluatie.evaluaties.oordeel import ALPHA
from evaluatie.panel import UITKOMSTEN, Gemeentepanel, build_gemeentepanel
from evaluatie.rapport.bestandsdelen import plot_index, plot_landelijk, plot_stromen, table_stromen
from evaluatie.rapport.figuren import plot_placebos
from evaluatie.rapport.gegevens import Bestandsvergelijking, compare_bestand
from evaluatie.rapport.ontvangstbewijs import build_ontvangstbewijs
from evaluatie.rapport.opmaak import Fragment, Kolom, paragraph, table, warning
from evaluatie.rapport.resultaten import LEVEL, Resultaten
from evaluatie.rapport.vastleggen import record_bestand
from evaluatie.rapport.vastleggen_effecten import from_estimate
from evaluatie.rapport.verantwoording import Afronding


class Bestandsontwikkeling:
    """Caseload and flows of a municipality beside the nation and a group of municipalities.

    Parameters
    ----------
    gemeente : str
        Any municipality of 2017, by name or CBS code.
    vergelijk_met : sequence of str
        Names of municipalities to stand beside it; empty: those of its dossier, else the twenty most similar.

    Attributes
    ----------
    bestand : Bestandsvergelijking
        The frames behind every figure.
    """

    def __init__(self, gemeente: str, vergelijk_met: Sequence[str] = ()) -> None:
        self._panel: Gemeentepanel = build_gemeentepanel()
        self.code = self._panel.code_of(gemeente)
        self.naam = str(self._panel.names[self.code])
        group = list(vergelijk_met) or _dossier_group(self.code)
        self.groepsnaam = "gekozen gemeenten" if group else "vergelijkbare gemeenten"
        comparison = compare_bestand(self._panel, self.code, [self._panel.code_of(name) for name in group] or None)
        self._released: Released[Bestandsvergelijking] = release_public(
            comparison, [table_bron("bijstand_gemeenten_jaar")]
        )
        self.resultaten = Resultaten()
        record_bestand(self.resultaten, comparison)

    @property
    def bestand(self) -> Bestandsvergelijking:
        """The frames behind the figures."""
        return open_released(self._released)

    def index(self) -> Fragment:
        """Show the caseload as an index."""
        return plot_index(self.naam, self.bestand, groepsnaam=self.groepsnaam)

    def landelijk(self, tot_en_met: int = 2019) -> Fragment:
        """Show the national number of benefits by month."""
        return plot_landelijk(tot_en_met)

    def stromen(self) -> Fragment:
        """Show instroom, uitstroom and uitstroom naar werk."""
        figure = plot_stromen(self.naam, self.bestand, groepsnaam=self.groepsnaam)
        return figure + table_stromen(self.naam, self.bestand, self.resultaten, groepsnaam=self.groepsnaam.capitalize())

    def lange_termijn(self) -> Fragment:
        """Show the change between 2015 and 2021 in another CBS publication, which is not to be chained to this one."""
        rows = _change_2015_2021(self.code, self.naam)
        if rows is None:
            return warning(
                f"{self.naam} bestond niet in 2015 én 2021 met dezelfde code; een vergelijking is dan niet zuiver."
            )
        kolommen = [
            Kolom("gebied"),
            Kolom("jaar", "getal", "2015"),
            Kolom("jaar", "getal", "2021"),
            Kolom("verandering", "getal"),
        ]
        note = (
            "Personen met bijstand volgens Kerncijfers wijken en buurten: een andere telling dan de jaarcijfers "
            "hierboven."
        )
        return table(f"Personen met bijstand in 2015 en 2021: {self.naam} en Nederland", kolommen, rows, voetnoot=note)

    def vergelijk(self, uitkomst: str, ingangsdatum: str | dt.date) -> Fragment:
        """Compare the municipality with all others around a date: difference, interval and placebo figure."""
        day = ingangsdatum if isinstance(ingangsdatum, dt.date) else dt.date.fromisoformat(ingangsdatum)
        result = compare_gemeente(self._panel, self.code, known_outcome(uitkomst), day)
        if isinstance(result, NotEstimated):
            return warning(f"Niet te schatten: {result.reason}.")
        return self._show(result, uitkomst, day)

    def afronding(self, **parameters: object) -> Afronding:
        """Show the receipt and hand the results to the renderer."""
        return Afronding(self.resultaten, build_ontvangstbewijs(f"Bestandsontwikkeling {self.naam}", parameters))

    def _show(self, result: PlaceboResult, uitkomst: str, day: dt.date) -> Fragment:
        estimate, interval = result.estimate, result.estimate.interval(LEVEL)
        seen = result.minimum_detectable_effect()
        direction = "lager" if estimate.value < 0 else "hoger"
        sentence = (
            f"Sinds {notatie.date(day)} ligt de {UITKOMST_WOORDEN[uitkomst]} in {self.naam} "
            f"{notatie.points(abs(estimate.value), signed=False)} procentpunt {direction} dan bij gelijke "
            "ontwikkeling als "
            f"elders (95%-interval {notatie.points(interval.lower)} tot {notatie.points(interval.upper)}; "
            f"{notatie.p_text(estimate.p_value)}; op te merken vanaf {notatie.points(seen, signed=False)} "
            f"procentpunt).{'' if estimate.p_value <= ALPHA else _NOT_SHOWN}"
        )
        source = (table_bron("bijstand_gemeenten_jaar", "2015-2017"),)
        key = f"effect.{uitkomst}.{day.isoformat()}"
        self.resultaten.add(from_estimate(key, estimate, "punten", sentence, source, uitkomst=uitkomst))
        frame = result.placebos
        own = frame[frame["treated"]].iloc[0]
        others = list(100 * frame.loc[~frame["treated"], "scaled"] * own["scale"])
        further = sum(abs(value) >= abs(100 * own["effect"]) for value in others)
        title = f"{further} van de {len(others)} andere gemeenten weken minstens zo ver af als {self.naam}"
        figure = plot_placebos(
            others,
            100 * float(own["effect"]),
            titel=title,
            alt=f"Staafdiagram. {title}.",
            gemeente=self.naam,
            x_as="verschil, procentpunt, omgerekend naar de omvang van de gemeente",
            bron=str(table_bron("bijstand_gemeenten_jaar")),
        )
        return paragraph(sentence) + figure


def check_parameters(parameters: Mapping[str, object]) -> None:
    """Refuse unknown municipalities, outcomes and dates before any kernel starts, all at once."""
    panel, violations = build_gemeentepanel(), []
    group = parameters.get("vergelijk_met") or []
    for name in [parameters["gemeente"], *(group if isinstance(group, list) else [group])]:
        try:
            panel.code_of(str(name))
        except ChoiceError as error:
            violations.append(Violation("gemeente", error.problem, error.remedy))
    try:
        known_outcome(str(parameters["uitkomst"]))
    except EvaluatieError as error:
        violations.append(Violation("uitkomst", error.problem, error.remedy))
    if violations:
        raise ChoiceError("De keuze kan niet.", violations=violations)


def known_outcome(uitkomst: str) -> Uitkomst:
    """Return an outcome the panel has; refuse any other."""
    if uitkomst not in UITKOMSTEN:
        raise ChoiceError(f"'{uitkomst}' is geen uitkomst.", f"Mogelijk: {', '.join(UITKOMSTEN)}.")
    return cast("Uitkomst", uitkomst)


def _dossier_group(code: str) -> list[str]:
    for name in list_dossiers():
        dossier = load_dossier(name)
        if dossier.gemeente.code == code and dossier.vergelijkingsgroep:
            return list(dossier.vergelijkingsgroep.gemeenten)
    return []


@functools.cache
def _long_table() -> pd.DataFrame:
    table_ = load_table("uitkeringen_kerncijfers_jaar")
    return table_.pivot(index="regio_code", columns="periode", values="bijstand_personen")


def _change_2015_2021(code: str, naam: str) -> list[list[str]] | None:
    wide = _long_table()
    if code not in wide.index or wide.loc[code].isna().any():
        return None
    rows = {naam: wide.loc[code], "Nederland, som van gemeenten": wide.sum()}
    counts = {label: (row[2015].item(), row[2021].item()) for label, row in rows.items()}
    return [
        [label, notatie.number(a), notatie.number(b), notatie.percentage(b / a - 1)] for label, (a, b) in counts.items()
    ]


_NOT_SHOWN = " Een verschil met elders is niet aangetoond."
