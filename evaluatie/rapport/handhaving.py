"""Handhaving on a page: the gate, investigations, sanctions, and the other side of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from evaluatie.disclosure import release_evaluaties
from evaluatie.errors import ChoiceError, DataError
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties.evaluatie import Evaluatie, adjust_for_multiplicity
from evaluatie.evaluaties.handhaving import (
    Handhavingsgegevens,
    evaluate_onderzoek,
    evaluate_sancties,
    read_handhaving,
)
from evaluatie.evaluaties.handhaving_poort import Meldingen, read_meldingen
from evaluatie.evaluaties.handhaving_reeks import Poortverandering, evaluate_poort
from evaluatie.rapport.bronkeuze import VOORBEELD, Registerbron, check_bron, open_registers
from evaluatie.rapport.handhaving_personen import Personendeel, release_personen
from evaluatie.rapport.handhaving_poort import Poortdeel, release_poort
from evaluatie.rapport.kernzinnen import write_kernzinnen
from evaluatie.rapport.ontvangstbewijs import build_ontvangstbewijs
from evaluatie.rapport.opmaak import Fragment, paragraph
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.vastleggen_effecten import record_evaluaties
from evaluatie.rapport.verantwoording import Afronding

POORT_VANAF = "2017-07-01"
"""When the gate of Voorbeeldstad changes."""


class Handhaving:
    """What handhaving did at the gate and after it, section by section as the notebook shows it.

    Parameters
    ----------
    bron : {"voorbeeld", "eigen"}
        Voorbeeldstad, in which everybody is invented, or the folder in ``EVALUATIE_MAP``.
    poort_vanaf : date or str
        First day of the changed policy at the gate; "2017-07-01".

    Raises
    ------
    DataError
        When neither meldingen nor handhaving were imported.
    """

    def __init__(self, bron: str = VOORBEELD, poort_vanaf: dt.date | str = POORT_VANAF) -> None:
        self._parameters = {"bron": bron, "poort_vanaf": str(poort_vanaf)}
        check_parameters(self._parameters)
        vanaf = dt.date.fromisoformat(str(poort_vanaf))
        self._bron = open_registers(bron)
        meldingen = read_meldingen(self._bron.register)
        gegevens = read_handhaving(self._bron.register, self._bron.naam, self._bron.bronnen)
        self._ontbreekt = {
            name: found.reason
            for name, found in (("poort", meldingen), ("personen", gegevens))
            if isinstance(found, NotEstimated)
        }
        if len(self._ontbreekt) == 2:
            raise DataError(
                f"Voor dit notebook ontbreekt alles: {'; '.join(self._ontbreekt.values())}.",
                "Lees de tabellen in met: evaluatie import MAP",
            )
        self.resultaten = Resultaten()
        self._poort, self._personen = self._release(meldingen, gegevens, vanaf)

    def herkomst(self) -> Fragment:
        """Say whose data these are."""
        return self._bron.banner()

    def samenvatting(self) -> Fragment:
        """Say what worked, what was not shown and what could not be estimated."""
        return write_kernzinnen([part.evaluaties for part in (self._poort, self._personen) if part])

    def poort(self) -> Fragment:
        """Show meldingen, aanvragen and toekenningen by year, with the preventiequote."""
        return self._gate(Poortdeel.write_stappen)

    def verandering(self) -> Fragment:
        """Show what broke at the gate on the day its policy changed."""
        return self._gate(Poortdeel.write_verandering)

    def terugkeer(self) -> Fragment:
        """Show who fell away at the gate and came back within a year."""
        return self._gate(Poortdeel.write_terugkeer)

    def zoektermijn(self) -> Fragment:
        """Show the time between melding and aanvraag by age."""
        return self._gate(Poortdeel.write_zoektermijn)

    def onderzoeken(self) -> Fragment:
        """Show who was investigated or visited, and how often something followed."""
        return self._persons(Personendeel.write_onderzoeken)

    def kosten(self) -> Fragment:
        """Show the average spending per person investigated."""
        return self._persons(Personendeel.write_kosten)

    def effecten(self) -> Fragment:
        """Show what a verlaging and an onderzoek did to who left."""
        return self._persons(Personendeel.write_effecten)

    def keerzijde(self) -> Fragment:
        """Show exits without known income and returns after a verlaging."""
        return self._persons(Personendeel.write_keerzijde)

    def bedragen(self) -> Fragment:
        """Show warnings, verlagingen, boetes and terugvorderingen."""
        return self._persons(Personendeel.write_bedragen)

    def afronding(self) -> Afronding:
        """Show the receipt and hand the results to the renderer."""
        drawn = "Voorbeeldstad komt uit een vaste reeks toevalsgetallen" if self._bron.synthetisch else "geen"
        return Afronding(self.resultaten, build_ontvangstbewijs("Handhaving", self._parameters, toeval=drawn))

    def _release(
        self, meldingen: Meldingen | NotEstimated, gegevens: Handhavingsgegevens | NotEstimated, vanaf: dt.date
    ) -> tuple[Poortdeel | None, Personendeel | None]:
        """Evaluate everything, correct for the number of questions together, and release each part."""
        bron, bronnen = self._bron, self._bron.bronnen
        gate, persons = _evaluate(bron, meldingen, gegevens, vanaf)
        found = adjust_for_multiplicity([*(gate.evaluaties if gate else []), *persons])
        split = len(found) - len(persons)
        of_gate, of_persons = (release_evaluaties(part, bronnen) for part in (found[:split], found[split:]))
        for each in (of_gate, of_persons):
            record_evaluaties(each, self.resultaten)
        poort = personen = None
        if gate and not isinstance(meldingen, NotEstimated):
            poort = release_poort(bron, meldingen, vanaf, gate, of_gate, self.resultaten)
        if not isinstance(gegevens, NotEstimated):
            personen = release_personen(bron, gegevens, of_persons, self.resultaten)
        return poort, personen

    def _gate(self, write: Callable[[Poortdeel], Fragment]) -> Fragment:
        return write(self._poort) if self._poort else _missing(self._ontbreekt["poort"], "meldingen (aanvragen)")

    def _persons(self, write: Callable[[Personendeel], Fragment]) -> Fragment:
        return write(self._personen) if self._personen else _missing(self._ontbreekt["personen"], "handhaving")


def check_parameters(parameters: Mapping[str, object]) -> None:
    """Refuse an unknown source or a day that does not exist before a kernel starts."""
    check_bron(parameters)
    given = str(parameters["poort_vanaf"])
    try:
        dt.date.fromisoformat(given)
    except ValueError as error:
        raise ChoiceError(f"'{given}' is geen dag.", "Schrijf poort_vanaf als 2017-07-01.") from error


def _evaluate(
    bron: Registerbron,
    meldingen: Meldingen | NotEstimated,
    gegevens: Handhavingsgegevens | NotEstimated,
    vanaf: dt.date,
) -> tuple[Poortverandering | None, list[Evaluatie]]:
    gate, persons = None, []
    if not isinstance(meldingen, NotEstimated):
        gate = evaluate_poort(meldingen, vanaf, gemeente=bron.naam, bronnen=bron.bronnen)
    if not isinstance(gegevens, NotEstimated):
        persons = [*evaluate_sancties(gegevens), evaluate_onderzoek(gegevens)]
    return gate, persons


def _missing(reason: str, tabel: str) -> Fragment:
    return paragraph(
        f"Dit onderdeel blijft leeg: {reason}. Zet de tabel {tabel} in de map aanlevering en lees haar in met: "
        "evaluatie import MAP."
    )
