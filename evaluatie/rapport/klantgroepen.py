"""The monitor of klantgroepen as a page: for who does the work, who leads it, and who is accountable for it."""

from __future__ import annotations

from collections.abc import Mapping

from evaluatie import notatie
from evaluatie.disclosure import Released, open_released, release_public
from evaluatie.errors import ChoiceError
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties import klantgroepen as monitor
from evaluatie.evaluaties.klantgroepen import TOTAAL, Groepsmonitor
from evaluatie.evaluaties.streefcijfers import Doel, list_doelen
from evaluatie.rapport import klantgroepdelen as delen
from evaluatie.rapport import klantgroepoordeel as oordeel
from evaluatie.rapport.bronkeuze import VOORBEELD, VOORBEELD_PLAN, check_bron, open_registers
from evaluatie.rapport.klantgroeppagina import Monitorpagina, Schrijver, cite_plan, release_pagina
from evaluatie.rapport.ontvangstbewijs import build_ontvangstbewijs
from evaluatie.rapport.opmaak import Fragment, paragraph
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.verantwoording import Afronding

NIVEAUS = ("bestuur", "management", "uitvoering")
"""From the fewest to the most numbers (Deventer, Beleidskader Inzet op maat, hoofdstuk 5)."""
BESTUUR, MANAGEMENT, UITVOERING = range(3)


class Klantgroepen:
    """The monitor of a municipality, section by section as the notebook shows it.

    Parameters
    ----------
    bron : {"voorbeeld", "eigen"}
        Voorbeeldstad, in which everybody is invented, or the folder in ``EVALUATIE_MAP``.
    niveau : {"bestuur", "management", "uitvoering"}
        How much is shown. Everything is counted and treated in the same way whatever the level.
    kwartaal : str
        ``"laatste"``, or for example ``"2019-K4"``.
    signaal : float
        Relative rise in twelve months at which the early warning rings.
    """

    def __init__(
        self,
        bron: str = VOORBEELD,
        niveau: str = "management",
        kwartaal: str = monitor.LAATSTE,
        signaal: float = monitor.DREMPEL,
    ) -> None:
        self._parameters = {"bron": bron, "niveau": niveau, "kwartaal": kwartaal, "signaal": signaal}
        check_parameters(self._parameters)
        self._bron, self._niveau = open_registers(bron), NIVEAUS.index(niveau)
        self.resultaten = Resultaten()
        counted = monitor.monitor_klantgroepen(self._bron.register, kwartaal, signaal)
        targets = release_public(list_doelen(self._bron.dossier), cite_plan(self._bron.dossier))
        self._pagina = None if isinstance(counted, NotEstimated) else self._release(counted, targets)

    def herkomst(self) -> Fragment:
        """Say whose data these are, and against whose plan they are held."""
        banner = self._bron.banner()
        if self._bron.naam == self._bron.dossier.gemeente.naam:
            return banner
        return banner + paragraph(
            f"De groepen van {self._bron.naam} heten zoals die van {VOORBEELD_PLAN}. De streefcijfers op deze pagina "
            f"komen uit het plan van {VOORBEELD_PLAN}; de aantallen niet."
        )

    def bestand(self) -> Fragment:
        """Show how many persons are in each group, now and a year before."""
        return self._section(BESTUUR, delen.write_bestand)

    def verloop(self) -> Fragment:
        """Show the size of the groups by quarter."""
        return self._section(MANAGEMENT, delen.plot_bestand)

    def stromen(self) -> Fragment:
        """Show who came in and who left, by quarter, and in the last quarter by group."""
        return self._section(MANAGEMENT, delen.write_stromen)

    def overgangen(self) -> Fragment:
        """Show where the people of a year ago are now."""
        return self._section(MANAGEMENT, delen.write_overgangen)

    def doelen(self) -> Fragment:
        """Show the targets of the plan beside what was measured."""
        return self._section(BESTUUR, oordeel.write_doelen)

    def activiteiten(self) -> Fragment:
        """Show who has a traject or part-time work."""
        return self._section(UITVOERING, delen.write_activiteiten)

    def duur_en_leeftijd(self) -> Fragment:
        """Show duration and age of everybody, and at the most detailed level by group."""
        if self._pagina is None or self._niveau < MANAGEMENT:
            return self._section(MANAGEMENT, delen.write_klassen)
        groups = self._pagina.groepen if self._niveau == UITVOERING else ()
        return delen.write_klassen(self._pagina, (*groups, TOTAAL))

    def signaal(self) -> Fragment:
        """Show whether the early warning rings, and how often it would for nothing."""
        return self._section(BESTUUR, oordeel.write_signaal)

    def afronding(self) -> Afronding:
        """Show the receipt and hand the results to the renderer."""
        drawn = "Voorbeeldstad komt uit een vaste reeks toevalsgetallen" if self._bron.synthetisch else "geen"
        return Afronding(
            self.resultaten,
            build_ontvangstbewijs("Klantgroepen", self._parameters, toeval=drawn, bestanden=self._bron.bestanden),
        )

    def _release(self, counted: Groepsmonitor, targets: Released[list[Doel]]) -> Monitorpagina:
        doelen: list[Doel] = open_released(targets)
        return release_pagina(self._bron, counted, doelen, self.resultaten)

    def _section(self, niveau: int, write: Schrijver) -> Fragment:
        if self._pagina is None:
            return paragraph(
                f"De registers beslaan minder dan {monitor.KWARTALEN} hele kwartalen; dit onderdeel blijft daarom leeg."
            )
        if self._niveau < niveau:
            return paragraph(f"Dit onderdeel staat op de pagina voor {notatie.join(list(NIVEAUS[niveau:]))}.")
        return write(self._pagina)


def check_parameters(parameters: Mapping[str, object]) -> None:
    """Refuse an unknown source, level or quarter, and an impossible signal, before a kernel starts."""
    check_bron(parameters)
    if parameters["niveau"] not in NIVEAUS:
        raise ChoiceError(f"'{parameters['niveau']}' is geen niveau.", f"Mogelijk: {', '.join(NIVEAUS)}.")
    if parameters["kwartaal"] != monitor.LAATSTE:
        monitor.parse_kwartaal(str(parameters["kwartaal"]))
    if not 0 < float(str(parameters["signaal"])) < 1:
        raise ChoiceError("Het signaal is een aandeel tussen 0 en 1.", "Kies 0.05 voor een stijging van 5%.")
