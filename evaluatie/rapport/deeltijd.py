"""Part-time work beside a uitkering on a page: how much, what it saves, where it leads, and what speaks against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import Released, open_released, release_estimates, release_evaluaties
from evaluatie.errors import ChoiceError
from evaluatie.estimation import Estimate
from evaluatie.evaluaties.deeltijd import AANLOOP, read_deeltijd
from evaluatie.evaluaties.deeltijdopstap import MIDDEN, Opstap, evaluate_opstap
from evaluatie.evaluaties.deeltijdreeks import Deeltijdreeks, evaluate_reeks
from evaluatie.evaluaties.evaluatie import Evaluatie, adjust_for_multiplicity
from evaluatie.evaluaties.oordeel import Oordeel
from evaluatie.rapport.bronkeuze import VOORBEELDSTAD, check_bron, open_registers
from evaluatie.rapport.deeltijdaandeel import Aandelen, Opbrengst
from evaluatie.rapport.deeltijdreeks import Kwartaalreeks
from evaluatie.rapport.deeltijdverloop import Verloop
from evaluatie.rapport.effectdelen import plot_vensters, table_evaluaties, write_evaluaties
from evaluatie.rapport.kernzinnen import write_kernzinnen
from evaluatie.rapport.ontvangstbewijs import build_ontvangstbewijs
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, bullet_list, paragraph, table
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.vastleggen_effecten import record_evaluaties
from evaluatie.rapport.verantwoording import Afronding
from evaluatie.rapport.vrijgave import record_schatting


class Deeltijdwerk:
    """What part-time work beside a uitkering did, section by section as the notebook shows it.

    Parameters
    ----------
    bron : {"voorbeeld", "eigen"}
        Voorbeeldstad, in which everybody is invented, or the folder in ``EVALUATIE_MAP``.
    vereenvoudigd_vanaf : str or datetime.date
        First day on which incomes were settled more simply (ISO text or a date).

    Attributes
    ----------
    uren, vensters, verrekening : Released of tuple of Evaluatie
        The effects: by hours, by months since the first income, and of settling more simply.
    resultaten : Resultaten
        Every number of the page.
    """

    def __init__(self, bron: str, vereenvoudigd_vanaf: str | dt.date) -> None:
        self._parameters = {"bron": bron, "vereenvoudigd_vanaf": str(vereenvoudigd_vanaf)}
        self._ingang = parse_day(vereenvoudigd_vanaf)
        self._bron = open_registers(bron)
        gegevens = read_deeltijd(self._bron.register, self._bron.naam, self._bron.bronnen)
        self.resultaten = Resultaten()
        self._aandelen = Aandelen.release(gegevens, self._bron, self.resultaten)
        self._opbrengst = Opbrengst.release(gegevens, self._bron, self.resultaten)
        self._verloop = Verloop.release(gegevens, self._bron, self.resultaten)
        opstap, reeks = evaluate_opstap(gegevens), evaluate_reeks(gegevens, self._ingang)
        self.uren, self.vensters, self.verrekening = self._release_effecten(opstap, reeks)
        self._met_uren = bool(gegevens.urenklassen)
        self._reeks = Kwartaalreeks.release(reeks, self._bron)
        self._proeven = self._release_proeven(opstap)

    def herkomst(self) -> Fragment:
        """Say whose data these are."""
        return self._bron.banner()

    def samenvatting(self) -> Fragment:
        """Say what worked, what was not shown and what could not be estimated."""
        return write_kernzinnen([self.uren, self.vensters, self.verrekening])

    def aandeel(self) -> Fragment:
        """Show how many have income from work, against the national share."""
        return self._aandelen.write()

    def opbrengst(self) -> Fragment:
        """Show what was settled with the benefit."""
        return self._opbrengst.write()

    def uitstroom(self) -> Fragment:
        """Show what became of who began: left for work, still part-time, or neither."""
        return self._verloop.plot_uitstroom() + self._verloop.write_standen()

    def opstap(self) -> Fragment:
        """Show the hazard of exit to work in months with part-time work, by hours."""
        shown = self._draw(self.uren, _title(open_released(self.uren)[0]))
        if not self._met_uren:
            shown += paragraph(
                "Het register geeft geen uren, zodat zij niet naar uren te splitsen is. Zo levert u ze aan: vul de "
                "kolom uren in de tabel deeltijdinkomsten (BUS kent haar niet)."
            )
        return shown

    def verloop(self) -> Fragment:
        """Show the hazard of exit to work by months since the first income, for who still works and who does not."""
        evaluaties: tuple[Evaluatie, ...] = open_released(self.vensters)
        return self._draw(self.vensters, _title_vensters(evaluaties))

    def omgekeerd(self) -> Fragment:
        """Show how the effect changes without first months, against others, and where it should not be."""
        shown = self.resultaten
        rows: list[list[Cel]] = [
            [words, shown.show(f"tegenproef.{name}"), shown.show_interval(f"tegenproef.{name}")]
            for name, words in self._proeven.items()
        ]
        kolommen = [Kolom("vergelijking_met"), Kolom("verhouding", "getal"), Kolom("interval", "getal")]
        title = "Dezelfde verhouding, met andere maanden, andere mensen of een andere uitkomst"
        return paragraph(self._compare_proeven()) + table(title, kolommen, rows) + self._tell_checks()

    def vereenvoudigen(self) -> Fragment:
        """Show whether more people began part-time work from the day on which incomes were settled more simply."""
        evaluaties: tuple[Evaluatie, ...] = open_released(self.verrekening)
        note = (
            "Sprong: in de eerste hele maand. Verandering per jaar: hoeveel steiler of minder steil de lijn daarna "
            "loopt. Er is geen vergelijkingsreeks; wat in dezelfde maand nog meer veranderde, telt mee. "
            f"{_HOLM}"
        )
        shown = table_evaluaties(self.verrekening, self.resultaten, "Vanaf de ingangsdatum", voetnoot=note)
        return self._announce() + self._reeks.plot(evaluaties) + shown + write_evaluaties(self.verrekening)

    def ondernemen(self) -> Fragment:
        """Show who left for a business of their own, from part-time work or not."""
        return self._verloop.write_ondernemers()

    def afronding(self) -> Afronding:
        """Show the receipt and hand the results to the renderer."""
        drawn = "Voorbeeldstad komt uit een vaste reeks toevalsgetallen" if self._bron.synthetisch else "geen"
        bewijs = build_ontvangstbewijs("Deeltijdwerk", self._parameters, toeval=drawn, bestanden=self._bron.bestanden)
        return Afronding(self.resultaten, bewijs)

    def _release_effecten(self, opstap: Opstap, reeks: Deeltijdreeks) -> list[Released[tuple[Evaluatie, ...]]]:
        """Correct for the number of questions on the whole page, release, and record."""
        families = (opstap.uren, opstap.vensters, [reeks.sprong, reeks.helling])
        adjusted = iter(adjust_for_multiplicity([each for family in families for each in family]))
        released = []
        for family in families:
            effects = release_evaluaties([next(adjusted) for _ in family], self._bron.bronnen)
            record_evaluaties(effects, self.resultaten)
            released.append(effects)
        return released

    def _release_proeven(self, opstap: Opstap) -> dict[str, str]:
        """Release and record the same effect under other comparisons; return their words by name."""
        proeven = {proef.id: proef for proef in opstap.tegenproeven}
        found = release_estimates(
            {name: proef.estimate for name, proef in proeven.items()},
            {name: proef.steun for name, proef in proeven.items()},
            self._bron.bronnen,
        )
        for name, estimate in open_released(found).items():
            sentence = f"Verhouding van de kans op uitstroom, {proeven[name].vergelijking}"
            record_schatting(self.resultaten, f"tegenproef.{name}", estimate, "ratio", sentence, self._bron.bronnen)
        return {name: proef.vergelijking for name, proef in proeven.items()}

    def _draw(self, released: Released[tuple[Evaluatie, ...]], title: str) -> Fragment:
        bron = str(self._bron.bronnen[0])
        figure = plot_vensters(released, titel=title, bron=bron, synthetisch=self._bron.synthetisch)
        title = "Kans per maand op uitstroom naar werk, verhouding"
        shown = table_evaluaties(released, self.resultaten, title, voetnoot=_HOLM)
        return figure + shown + write_evaluaties(released)

    def _compare_proeven(self) -> Cel:
        """Write in one sentence how the effect changes without the first months."""
        names = ("tegenproef.alle", f"tegenproef.zonder_{MIDDEN}", "tegenproef.streng")
        if any(self.resultaten.by_id[name].value is None for name in names):
            return "Er zijn te weinig mensen om de eerste maanden apart te houden."
        shown = [self.resultaten.show(name) for name in names]
        return Markup(
            "Met alle maanden is de verhouding {}; zonder de eerste {} maanden met inkomsten is zij {}. Wie die "
            "maanden weglaat, laat ook mensen weg die misschien toch waren uitgestroomd. Strenger is het om ze te "
            "tellen als maanden zonder deeltijdwerk: dan is de verhouding {}."
        ).format(shown[0], MIDDEN, shown[1], shown[2])

    def _tell_checks(self) -> Fragment:
        """Repeat what both checks found, next to their numbers."""
        first = open_released(self.uren)[0]
        own = first.checks[-2:]
        return (
            bullet_list(f"{check.name} ({check.verdict.dutch}): {check.statement}" for check in own)
            if own
            else (paragraph("Er zijn te weinig mensen voor deze toetsen."))
        )

    def _announce(self) -> Fragment:
        """Say which day is looked at, and of Voorbeeldstad that nothing changed then."""
        day = notatie.date(self._ingang)
        said = (
            f"Gekozen ingangsdatum: {day}. Wie begint, heeft inkomsten na {AANLOOP} maanden zonder; de eerste maanden "
            "van het register tellen daarom niet mee."
        )
        if self._bron.naam == VOORBEELDSTAD:
            said += " Voorbeeldstad voerde niets in: de schatting hoort hier niets te laten zien."
        return paragraph(said)


_HOLM = "Het oordeel is gecorrigeerd voor het aantal uitkomsten op deze pagina (Holm); het interval niet."


def check_parameters(parameters: Mapping[str, object]) -> None:
    """Refuse an unknown source or a day that does not exist before a kernel starts."""
    check_bron(parameters)
    parse_day(parameters["vereenvoudigd_vanaf"])


def parse_day(given: object) -> dt.date:
    """Return a day given as such or as ISO text."""
    if isinstance(given, dt.date):
        return given
    try:
        return dt.date.fromisoformat(str(given))
    except ValueError as error:
        raise ChoiceError(f"'{given}' is geen dag.", "Schrijf hem als 2018-03-01.") from error


def _title(evaluatie: Evaluatie) -> str:
    """Return what was found for part-time work of any hours."""
    if not isinstance(evaluatie.estimate, Estimate):
        return "Of deeltijdwerk een opstap is, is met deze cijfers niet te schatten"
    ratio = notatie.number(evaluatie.estimate.value, 2)
    if evaluatie.oordeel is Oordeel.NIET_AANGETOOND:
        return f"Een verschil in uitstroom naar werk is niet aangetoond (geschat: {ratio} keer zo hoog)"
    return f"In maanden met deeltijdwerk is de kans op uitstroom naar werk naar schatting {ratio} keer zo hoog"


def _title_vensters(evaluaties: Sequence[Evaluatie]) -> str:
    found = [e for e in evaluaties if e.oordeel.is_shown]
    if not any(isinstance(e.estimate, Estimate) for e in evaluaties):
        return "Het verloop na het eerste inkomen is met deze cijfers niet te schatten"
    if not found:
        return "In geen van de perioden na het eerste inkomen is een verschil aangetoond"
    direction = "hogere" if all(e.oordeel is Oordeel.GEVONDEN for e in found) else "andere"
    which = notatie.join([e.venster for e in found])
    return f"In {len(found)} van de {len(evaluaties)} perioden is een {direction} kans op uitstroom aangetoond: {which}"
