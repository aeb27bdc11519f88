"""The vangnetverantwoording of one municipality and year, section by section as the notebook shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from evaluatie.dossier import find_own_map, list_dossiers, load_dossier
from evaluatie.errors import ChoiceError
from evaluatie.rapport import deel_a, deel_b, deel_c, deel_d
from evaluatie.rapport.deel_c_registers import write_registereffecten
from evaluatie.rapport.gegevens import Verantwoordingsgegevens, gather_gegevens
from evaluatie.rapport.herkomst import write_herkomst
from evaluatie.rapport.ontvangstbewijs import build_ontvangstbewijs, write_ontvangstbewijs
from evaluatie.rapport.opmaak import Fragment
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.samenvatting import write_samenvatting
from evaluatie.rapport.vastleggen import record_all
from evaluatie.registratie.opslag import has_stored, list_files
from evaluatie.wet import describe_regime

MIME_RESULTATEN = "application/vnd.evaluatie.resultaten+json"
MIME_ONTVANGSTBEWIJS = "application/vnd.evaluatie.ontvangstbewijs+json"


class Vangnetverantwoording:
    """Every section of the report; each shows itself in a notebook.

    Parameters
    ----------
    gemeente : str
        Name of a municipality with a dossier.
    jaar : int
        Budget year that is accounted for.
    peildatum : str or datetime.date
        Day on which milestones are judged (ISO text or a date).
    """

    def __init__(self, gemeente: str, jaar: int, peildatum: str | dt.date) -> None:
        check_parameters({"gemeente": gemeente, "jaar": jaar})
        day = peildatum if isinstance(peildatum, dt.date) else dt.date.fromisoformat(peildatum)
        self.gegevens: Verantwoordingsgegevens = gather_gegevens(gemeente, jaar, day)
        self.resultaten: Resultaten = record_all(self.gegevens)
        self._parameters = {"gemeente": gemeente, "jaar": jaar, "peildatum": day.isoformat()}
        self._registers = find_own_map(gemeente)

    def samenvatting(self) -> Fragment:
        """Show the first screen."""
        return write_samenvatting(self.gegevens, self.resultaten)

    def omvang(self) -> Fragment:
        """Show part A: the size of the deficit, own risk, conditions."""
        return deel_a.write_omvang(self.gegevens, self.resultaten)

    def oorzaak(self) -> Fragment:
        """Show part A: volume and price against the nation."""
        return deel_a.write_oorzaak(self.gegevens, self.resultaten)

    def maatregelen(self) -> Fragment:
        """Show part B: the table of maatregelen."""
        return deel_b.write_maatregelen(self.gegevens, self.resultaten)

    def voortgang(self) -> Fragment:
        """Show part B: milestones, klantgroepen and contradictions."""
        return (
            deel_b.write_mijlpalen(self.gegevens)
            + deel_b.write_klantgroepen(self.gegevens, self.resultaten)
            + deel_b.write_tegenstrijdigheden(self.gegevens, self.resultaten)
        )

    def besparingen(self) -> Fragment:
        """Show part C: the fictieve besparing."""
        return deel_c.write_besparingen(self.gegevens, self.resultaten)

    def effecten(self) -> Fragment:
        """Show part C: estimated effects."""
        return deel_c.write_effecten(self.gegevens, self.resultaten)

    def registers(self) -> Fragment:
        """Show part C: effects on persons from the municipality's own registers, or how to bring these."""
        return write_registereffecten(self.gegevens.registereffecten, self.resultaten)

    def beweringen(self) -> Fragment:
        """Show part C: what the claims can bear."""
        return deel_c.write_claims(self.gegevens, self.resultaten)

    def grenzen(self) -> Fragment:
        """Show part D: what could not be established."""
        return deel_d.write_grenzen(self.gegevens)

    def cijfers(self) -> Fragment:
        """Show every number of the dossier."""
        return deel_d.write_cijfers(self.gegevens, self.resultaten)

    def herkomst(self) -> Fragment:
        """Show of every number where it stands, which function made it, and from which source."""
        return write_herkomst(self.resultaten)

    def bronnen(self) -> Fragment:
        """Show the sources."""
        return deel_d.write_bronnen(self.gegevens, self.resultaten)

    def begrippen(self) -> Fragment:
        """Show the glossary."""
        return deel_d.write_begrippen()

    def afronding(self) -> Afronding:
        """Show the receipt and hand the results to the renderer."""
        title = f"Vangnetverantwoording {self._parameters['gemeente']} {self._parameters['jaar']}"
        stored = self._registers is not None and has_stored(self._registers)
        files = list_files(self._registers) if self._registers and stored else ()
        return Afronding(self.resultaten, build_ontvangstbewijs(title, self._parameters, bestanden=files))


class Afronding:
    """The receipt as a page shows it, with the results and the receipt as data for the renderer."""

    def __init__(self, resultaten: Resultaten, bewijs: Mapping[str, Any]) -> None:
        self._resultaten, self._bewijs = resultaten, bewijs

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        return {
            "text/html": write_ontvangstbewijs(self._bewijs)._repr_html_(),
            MIME_RESULTATEN: self._resultaten.to_json(),
            MIME_ONTVANGSTBEWIJS: dict(self._bewijs),
        }


def check_parameters(parameters: Mapping[str, object]) -> None:
    """Refuse an unknown municipality, or a year that is not in its dossier or not in the law, before a kernel starts.

    Raises
    ------
    ChoiceError
        Lists the municipalities, or the years of the municipality.
    LawError
        When the rules over that year are not known.
    """
    dossier = load_dossier(str(parameters["gemeente"]))
    years, jaar = dossier.verantwoordingsjaren, parameters["jaar"]
    if jaar not in years:
        raise ChoiceError(
            f"Het dossier van {dossier.gemeente.naam} gaat niet over {jaar}.",
            f"Mogelijk: {', '.join(map(str, years))}.",
        )
    describe_regime(int(str(jaar)))


def list_verantwoordingen() -> list[tuple[str, int]]:
    """Return every municipality and year that can be reported."""
    dossiers = [load_dossier(name) for name in list_dossiers()]
    return [(dossier.gemeente.naam, jaar) for dossier in dossiers for jaar in dossier.verantwoordingsjaren]
