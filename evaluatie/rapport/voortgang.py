"""Plan against reality on a peildatum: milestones, money, and the half-yearly report, from the embedded documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import Released, open_released, release_public
from evaluatie.dossier import Dossier, load_dossier
from evaluatie.errors import ChoiceError
from evaluatie.evaluaties.voortgang import Geldregel, compare_geld, describe_halfjaar, tolerantie_kosten
from evaluatie.quantities import Bron
from evaluatie.rapport import deel_b
from evaluatie.rapport.ontvangstbewijs import build_ontvangstbewijs
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, heading, paragraph, table
from evaluatie.rapport.resultaten import Resultaat, Resultaten
from evaluatie.rapport.vastleggen import record_cijfers
from evaluatie.rapport.verantwoording import Afronding


@dataclass(frozen=True, slots=True)
class _Gegevens:
    """What the shared sections need: the plan, and the day on which it is judged."""

    dossier: Released[Dossier]
    peildatum: dt.date


class Voortgang:
    """The progress of a municipality's plan, section by section as the notebook shows it.

    Parameters
    ----------
    gemeente : str
        Name of a municipality with a dossier, also the user's own.
    peildatum : str or datetime.date
        Day on which is judged.
    """

    def __init__(self, gemeente: str, peildatum: str | dt.date) -> None:
        check_parameters({"gemeente": gemeente, "peildatum": peildatum})
        day = peildatum if isinstance(peildatum, dt.date) else dt.date.fromisoformat(peildatum)
        dossier = load_dossier(gemeente)
        documents = [Bron(f"{d.opsteller}, {d.titel} ({d.jaar})", "", d.url) for d in dossier.documenten.values()]
        self._gegevens = _Gegevens(release_public(dossier, documents), day)
        self._parameters = {"gemeente": gemeente, "peildatum": day.isoformat()}
        self.resultaten = Resultaten()
        record_cijfers(self.resultaten, dossier)

    def mijlpalen(self) -> Fragment:
        """Show every milestone with its status on the peildatum."""
        return deel_b.write_mijlpalen(self._gegevens)

    def maatregelen(self) -> Fragment:
        """Show the maatregelen with what was planned and reached."""
        return deel_b.write_maatregelen(self._gegevens, self.resultaten)

    def geld(self) -> Fragment:
        """Show budgets beside spending."""
        dossier = open_released(self._gegevens.dossier)
        lines = compare_geld(dossier, self._gegevens.peildatum)
        allowed = paragraph(_explain_tolerantie(dossier, self.resultaten))
        if not lines:
            return paragraph("De bronnen noemen tot de peildatum geen uitgaven naast een budget.") + allowed
        rows = [self._geld_row(dossier, line) for line in lines]
        heads = [Kolom("onderwerp", "breed"), Kolom("periode"), *(Kolom(n, "getal") for n in ("budget", "besteed"))]
        heads += [Kolom("besteed_aandeel", "getal"), Kolom("opmerking", "breed")]
        return table("Begroot en besteed", heads, rows) + allowed

    def halfjaar(self) -> Fragment:
        """Show the half-yearly report: what was due, and which results the sources give."""
        dossier, day = open_released(self._gegevens.dossier), self._gegevens.peildatum
        half = describe_halfjaar(dossier, day)
        title = heading(3, f"{notatie.date(half.begin)} tot en met {notatie.date(half.eind)}")
        due: list[list[Cel]] = [
            [m.omschrijving, maatregel.naam, notatie.date(m.datum), deel_b.judge_mijlpaal(m, day)]
            for maatregel, m in half.mijlpalen
        ]
        heads = [Kolom("mijlpaal", "breed"), Kolom("maatregel", "breed"), Kolom("datum"), Kolom("stand")]
        first = table("Wat in dit halfjaar klaar moest zijn", heads, due) if due else paragraph(_NOTHING_DUE)
        if not half.cijfers:
            return title + first + paragraph("De bronnen noemen geen uitkomsten die alleen over dit halfjaar gaan.")
        rows: list[list[Cel]] = [[deel_b.write_cijfer(dossier, key, self.resultaten)] for key in half.cijfers]
        return title + first + table("Uitkomsten over dit halfjaar", [Kolom("bereikt", "breed")], rows)

    def afronding(self) -> Afronding:
        """Show the receipt and hand the results to the renderer."""
        title = f"Voortgang {self._parameters['gemeente']}"
        return Afronding(self.resultaten, build_ontvangstbewijs(title, self._parameters, toeval="geen"))

    def _geld_row(self, dossier: Dossier, line: Geldregel) -> list[Cel]:
        spent = dossier.cijfer(line.besteed)
        shown = [self.resultaten.show(f"cijfer.{key}") for key in (line.budget, line.besteed)]
        share: Cel = "–"
        if line.aandeel is not None:
            key = f"voortgang.{line.besteed}"
            sources = tuple(dossier.bron(dossier.cijfer(item).bron) for item in (line.budget, line.besteed))
            said = f"Besteed deel van het budget: {line.onderwerp}, {notatie.period(spent.periode)}"
            self.resultaten.add(Resultaat(key, line.aandeel, "aandeel", "procent0", said, sources))
            share = self.resultaten.show(key)
        return [line.onderwerp, notatie.period(spent.periode), *shown, share, line.bezwaar]


_NOTHING_DUE = "De bronnen noemen geen mijlpalen met een datum in dit halfjaar."


def _explain_tolerantie(dossier: Dossier, resultaten: Resultaten) -> Cel:
    key = tolerantie_kosten(dossier)
    if key is None:
        return "Het plan noemt geen toegestane afwijking van het budget."
    return Markup("Afspraak: {}.").format(deel_b.write_cijfer(dossier, key, resultaten))


def check_parameters(parameters: Mapping[str, object]) -> None:
    """Refuse an unknown municipality or an impossible day before a kernel starts."""
    load_dossier(str(parameters["gemeente"]))
    day = parameters["peildatum"]
    if isinstance(day, dt.date):
        return
    try:
        dt.date.fromisoformat(str(day))
    except ValueError:
        raise ChoiceError(f"'{day}' is geen dag.", "Schrijf de peildatum als 2017-12-31.") from None
