"""Any municipality and date against all others: the verdict, and how much of it hangs on choices."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

from evaluatie import notatie
from evaluatie.cijfers import table_bron
from evaluatie.disclosure import Released, open_released, release_public
from evaluatie.errors import ChoiceError, EvaluatieError, Violation
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.landelijke_vergelijking import choose_venster, evaluate_gemeente, select_window, to_day
from evaluatie.evaluaties.samenstelling import Samenstelling, evaluate_samenstelling
from evaluatie.evaluaties.specificaties import Specificatiecurve, build_specificatiecurve
from evaluatie.evaluaties.vergelijkingsgroep import Vergelijkingsgroep, known_groep, select_groep
from evaluatie.panel import Gemeentepanel, build_gemeentepanel
from evaluatie.rapport.bestandsontwikkeling import known_outcome
from evaluatie.rapport.figuren import plot_lines
from evaluatie.rapport.figuren_vergelijking import plot_placebokaart, plot_specificaties
from evaluatie.rapport.ontvangstbewijs import build_ontvangstbewijs
from evaluatie.rapport.opmaak import Fragment, Kolom, bullet_list, paragraph, table, warning
from evaluatie.rapport.resultaten import Resultaat, Resultaten
from evaluatie.rapport.tekenstijl import BLUE, GREY, Lijn, Tekst
from evaluatie.rapport.vastleggen_effecten import record_effect
from evaluatie.rapport.verantwoording import Afronding

_BRON = table_bron("bijstand_gemeenten_jaar", "2015-2017")
_KEUZES = ("groep", "weging", "telling")
_CRITICAL = 0.05


class LandelijkeVergelijking:
    """What happened in a municipality after a date, against all other municipalities.

    Parameters
    ----------
    gemeente : str
        Any municipality of 2017, by name or CBS code.
    uitkomst : {"instroom", "uitstroom", "uitstroom_naar_werk"}
    ingangsdatum : str or datetime.date
        First day of the policy (ISO text or a date).
    groep : str
        With whom to compare: ``"alle"``, ``"omvang"``, ``"niveau"`` or ``"beide"``; see `Vergelijkingsgroep`.

    Attributes
    ----------
    evaluatie : Evaluatie
        The estimate, its checks and its sentence.
    specificaties : Specificatiecurve or NotEstimated
        The same effect under every combination of choices; ``.frame`` holds the numbers.
    mengsel : Samenstelling
        The comparison with a mix of other municipalities (synthetic control).
    placebos : pandas.DataFrame or None
        The same effect for every other municipality.
    """

    def __init__(self, gemeente: str, uitkomst: str, ingangsdatum: str | dt.date, groep: str = "alle") -> None:
        self._day = to_day(ingangsdatum)
        self._uitkomst = known_outcome(uitkomst)
        self._groep = known_groep(groep)
        self._panel: Gemeentepanel = build_gemeentepanel()
        self._code = self._panel.code_of(gemeente)
        found = evaluate_gemeente(self._panel, self._code, self._uitkomst, self._day, groep=self._groep)
        self._released: Released[Evaluatie] = release_public(found, [_BRON])
        self.resultaten = Resultaten()
        self._record("effect", found)

    @property
    def evaluatie(self) -> Evaluatie:
        """The estimate with its checks."""
        return open_released(self._released)

    @functools.cached_property
    def specificaties(self) -> Specificatiecurve | NotEstimated:
        """The specification curve, against every group; made when first asked for."""
        curve = build_specificatiecurve(self._panel, self._code, self._uitkomst, self._day)
        return open_released(release_public(curve, [_BRON]))

    @functools.cached_property
    def mengsel(self) -> Samenstelling:
        """The comparison with a mix of other municipalities; made when first asked for."""
        found = evaluate_samenstelling(self._panel, self._code, self._uitkomst, self._day)
        return open_released(release_public(found, [_BRON]))

    @property
    def placebos(self) -> pd.DataFrame | None:
        """One row per municipality: its effect, size and scale."""
        return self.evaluatie.placebos

    def oordeel(self) -> Fragment:
        """Show the sentence, the level of evidence, the checks and the assumptions."""
        e = self.evaluatie
        estimated = not isinstance(e.estimate, NotEstimated)
        said = (paragraph if estimated else warning)(e.sentence) + paragraph(f"Bewijskracht {e.bewijskracht.dutch}.")
        return said + self.vergeleken() + self.toetsen() if estimated else said

    def vergeleken(self) -> Fragment:
        """Say with whom, and which years."""
        return paragraph(f"Vergeleken met {self.evaluatie.vergelijking}; {self.evaluatie.venster}.")

    def toetsen(self) -> Fragment:
        """Show the attempts to falsify, and the assumptions."""
        e = self.evaluatie
        rows = [[check.name, check.verdict.dutch, check.statement] for check in e.checks]
        kolommen = [Kolom("toets"), Kolom("uitkomst"), Kolom("toelichting", "breed")]
        assumed = paragraph("Dit geldt als het volgende waar is:") + bullet_list(e.aannames)
        return table("Pogingen om de uitkomst te weerleggen", kolommen, rows) + assumed

    def verloop(self) -> Fragment:
        """Show the outcome of the municipality and of the others by year."""
        own, others = self._series()
        years = [int(year) for year in own.index]
        naam = self.evaluatie.gemeente
        moved = [notatie.points(series.iloc[-1] - series.iloc[0]) for series in (own, others)]
        title = (
            f"Van {years[0]} naar {years[-1]} veranderde de {self.evaluatie.uitkomst} in {naam} {moved[0]} "
            f"procentpunt, bij {self._anderen} {moved[1]}"
        )
        lines = [
            Lijn(naam, years, list(100 * own), BLUE, marker="o"),
            Lijn(self._anderen, years, list(100 * others), GREY, "--", "s"),
        ]
        return plot_lines(
            lines,
            titel=title,
            alt=f"Lijnfiguur. {title}.",
            y_as="per 100 mensen met bijstand in het jaar",
            x_as="jaar",
            bron=str(_BRON),
            ticks=[(float(year), str(year)) for year in years],
        )

    def placebokaart(self) -> Fragment:
        """Show every other municipality as if it had taken the maatregel, by size."""
        e = self.evaluatie
        if e.placebos is None or not isinstance(e.estimate, Estimate):
            return warning("Zonder schatting zijn er geen andere gemeenten om haar naast te leggen.")
        frame = e.placebos
        scaled = frame.loc[~frame["treated"], "scaled"].abs().sort_values()
        critical = float(scaled.iloc[-max(1, int(_CRITICAL * (len(scaled) + 1)))])
        outside = int((scaled >= critical).sum())
        own = abs(float(frame.loc[frame["treated"], "scaled"].iloc[0]))
        where = "buiten" if own > critical else "binnen"
        title = f"{e.gemeente} ligt {where} het gebied waarin 95% van de {self._anderen} ligt"
        alt = (
            f"Puntenwolk van {len(scaled)} gemeenten naar omvang. {title}; {outside} van deze gemeenten liggen op of "
            "voorbij de rand. Kleine gemeenten wijken vaker ver af dan grote."
        )
        return plot_placebokaart(frame, e.gemeente, critical, Tekst(title, alt, str(_BRON)))

    def keuzes(self) -> Fragment:
        """Show the effect under every combination of comparison group, weighting and counting."""
        curve = self.specificaties
        if isinstance(curve, NotEstimated):
            return warning(f"Niet te schatten: {curve.reason}.")
        self._record_keuzes(curve)
        number = len(curve.frame)
        found = f"{curve.excluding_zero} van de {number}" if curve.excluding_zero else f"geen van de {number}"
        title = f"Bij {found} keuzes sluit het interval nul uit"
        low, high = (notatie.points(curve.frame["estimate"].iloc[end]) for end in (0, -1))
        alike = round(curve.same_sign * number)
        text = (
            f"Hetzelfde verschil, met elke combinatie van vergelijkingsgroep, weging en telling: van {low} tot {high} "
            f"procentpunt; {alike} van de {number} hebben het teken van de hoofdschatting (oranje). "
            "Groepen met hetzelfde niveau vooraf trekken naar het gemiddelde; zij staan er ter vergelijking."
        )
        left_out = paragraph("Niet te schatten:") + bullet_list(curve.left_out) if curve.left_out else None
        figure = plot_specificaties(curve.frame, _KEUZES, Tekst(title, f"Intervallen per keuze. {title}.", str(_BRON)))
        return paragraph(text) + figure + (left_out or Fragment(Markup("")))

    def samenstelling(self) -> Fragment:
        """Show the comparison with a mix of municipalities, where the series before is long enough."""
        found = self.mengsel
        self._record("effect.samenstelling", found.evaluatie)
        if found.mengsel is None:
            return paragraph(found.evaluatie.sentence)
        path, e = found.mengsel.path, found.evaluatie
        lines = [
            Lijn(e.gemeente, list(path["time"]), list(100 * path["treated"]), BLUE, marker="o"),
            Lijn("mengsel", list(path["time"]), list(100 * path["synthetic"]), GREY, "--", "s"),
        ]
        title = f"{e.gemeente} en een mengsel van {len(found.gewichten)} gemeenten: {e.oordeel}"
        figure = plot_lines(
            lines,
            titel=title,
            alt=f"Lijnfiguur. {e.sentence}",
            y_as="per 100 mensen met bijstand in het jaar",
            x_as="jaar",
            bron=str(_BRON),
            ticks=[(float(year), str(year)) for year in path["time"]],
        )
        names = self._panel.names
        weights = found.gewichten.head(10)
        rows = [[str(names[str(code)]), notatie.percentage(weight)] for code, weight in weights.items()]
        largest = table("De zwaarste gemeenten in het mengsel", [Kolom("gebied"), Kolom("aandeel", "getal")], rows)
        checks = bullet_list(f"{check.name}: {check.statement}" for check in e.checks)
        return paragraph(e.sentence) + figure + largest + checks

    def afronding(self, **parameters: object) -> Afronding:
        """Show the receipt and hand the results to the renderer."""
        title = f"Landelijke vergelijking {self.evaluatie.gemeente}"
        return Afronding(self.resultaten, build_ontvangstbewijs(title, parameters))

    @property
    def _anderen(self) -> str:
        return "andere gemeenten" if self._groep is Vergelijkingsgroep.ALLE else "vergeleken gemeenten"

    def _series(self) -> tuple[pd.Series, pd.Series]:
        venster = choose_venster(self._day, self._panel.years)
        rows = select_window(self._panel, self._code, venster) if venster.after else self._panel.frame
        if venster.before and venster.after:
            rows = select_groep(rows, self._groep, self._uitkomst)
        treated = rows["gemeente"] == self._code
        column = f"{self._uitkomst}_aandeel"
        own = rows[treated].set_index("jaar")[column].sort_index()
        others = rows[~treated].assign(product=lambda frame: frame[column] * frame["gewicht"]).groupby("jaar")
        return own, others["product"].sum() / others["gewicht"].sum()

    def _record(self, key: str, evaluatie: Evaluatie) -> None:
        """Keep an effect; a section may be shown twice."""
        for resultaat in record_effect(key, evaluatie):
            if resultaat.id not in self.resultaten.by_id:
                self.resultaten.add(resultaat)

    def _record_keuzes(self, curve: Specificatiecurve) -> None:
        if "keuzes" in self.resultaten.by_id:
            return
        low, high = curve.frame["estimate"].iloc[0], curve.frame["estimate"].iloc[-1]
        sentence = "Kleinste en grootste verschil over alle keuzes"
        spread = Resultaat("keuzes", float(low), "aandeel", "punten", sentence, (_BRON,), value_to=float(high))
        self.resultaten.add(spread)


def check_parameters(parameters: Mapping[str, object]) -> None:
    """Refuse an unknown municipality or outcome before any kernel starts, both at once."""
    violations = []
    for name, check in (("gemeente", build_gemeentepanel().code_of), ("uitkomst", known_outcome)):
        try:
            check(str(parameters[name]))
        except EvaluatieError as error:
            violations.append(Violation(name, error.problem, error.remedy))
    if violations:
        raise ChoiceError("De keuze kan niet.", violations=violations)
