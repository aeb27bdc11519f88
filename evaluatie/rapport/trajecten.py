"""Re-integratietrajecten on a page: who gets one, what starting one does, what it costs, and what cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from markupsafe import Markup

from evaluatie.disclosure import (
    TOTAAL,
    Released,
    Schatting,
    Steun,
    open_released,
    release_estimates,
    release_evaluaties,
    release_table,
)
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties import trajecten, trajectkosten
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.trajecten import Trajectgegevens
from evaluatie.rapport.bronkeuze import VOORBEELD, Registerbron, check_bron, open_registers
from evaluatie.rapport.effectdelen import plot_vensters, table_evaluaties, write_evaluaties
from evaluatie.rapport.kernzinnen import write_kernzinnen
from evaluatie.rapport.ontvangstbewijs import build_ontvangstbewijs
from evaluatie.rapport.opmaak import Fragment, Kolom, paragraph, table, warning
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.trajectsoorten import Soortentabel, release_soorten
from evaluatie.rapport.uitstroomfiguur import plot_uitstroom
from evaluatie.rapport.vastleggen_effecten import record_evaluaties
from evaluatie.rapport.verantwoording import Afronding
from evaluatie.rapport.vrijgave import Vrijgegeven, record_schatting
from evaluatie.registratie.contract import load_contracten

KENMERKEN = ("klantgroep", "leeftijdklasse", "duurklasse")
MAANDEN = tuple(range(3, 25, 3))
Schattingen = Released[Mapping[str, Schatting | NotEstimated]]
_WOORDEN = ("gestart", "niet gestart", "onbekend")


class Trajecten:
    """What re-integratietrajecten did, section by section as the notebook shows it.

    Parameters
    ----------
    bron : {"voorbeeld", "eigen"}
        Voorbeeldstad, in which everybody is invented, or the folder in ``EVALUATIE_MAP``.
    """

    def __init__(self, bron: str = VOORBEELD) -> None:
        self._parameters = {"bron": bron}
        self._bron = open_registers(bron)
        gegevens = trajecten.read_trajecten(self._bron.register, self._bron.naam, self._bron.bronnen)
        self.resultaten = Resultaten()
        bronnen = self._bron.bronnen
        started, _ = trajecten.evaluate_starts(gegevens)
        self.vensters = release_evaluaties(trajecten.evaluate_vensters(gegevens), bronnen)
        self.starts = release_evaluaties(started, bronnen)
        for released in (self.vensters, self.starts):
            record_evaluaties(released, self.resultaten)
        self._selectie = {kenmerk: self._release_selectie(gegevens, kenmerk) for kenmerk in KENMERKEN}
        self._uitstroom = self._release_uitstroom(gegevens)
        self._per_soort = {by: self._release_per_soort(gegevens, by) for by in ("soort", "aanbieder")}
        self._herinstroom = self._release_herinstroom(gegevens)
        self._soorten: list[Soortentabel] = release_soorten(gegevens, self._bron, self.resultaten)
        self._release_kosten(gegevens, started)
        self._regel = self._release_regel(gegevens)

    def herkomst(self) -> Fragment:
        """Say whose data these are."""
        return self._bron.banner()

    def samenvatting(self) -> Fragment:
        """Say what worked, what was not shown and what could not be estimated."""
        return write_kernzinnen([self.starts, self.vensters])

    def selectie(self) -> Fragment:
        """Show who started a traject: the groups differ, which is why they cannot simply be compared."""
        parts = Fragment(Markup(""))
        for kenmerk, cijfers in self._selectie.items():
            parts += _table_selectie(kenmerk, cijfers)
        return parts

    def uitstroom(self) -> Fragment:
        """Show how people left after the start of a traject, by reason, and whether for work."""
        return plot_uitstroom(
            self._uitstroom, self._bron, na="de start van een traject", sinds="de start", wie="wie startte"
        )

    def per_soort(self) -> Fragment:
        """Show the share that left for work within a year, per kind and per aanbieder; a description."""
        codes = load_contracten()["trajecten"].kolommen["soort_voorziening"].codes
        parts = Fragment(Markup(""))
        for by, names in self._per_soort.items():
            rows = [
                [codes.get(name, name), self.resultaten.show(key), self.resultaten.show_interval(key)]
                for name, key in names.items()
            ]
            kolommen = [Kolom(by), Kolom("uitstroom_naar_werk", "getal"), Kolom("interval", "getal")]
            parts += table(f"Uitstroom naar werk binnen een jaar na de start, per {by}", kolommen, rows)
        return parts

    def herinstroom(self) -> Fragment:
        """Show who came back within a year of leaving for work; a description, not an effect."""
        cijfers = self._herinstroom
        rows = [
            [
                name,
                cijfers.show((name, TOTAAL), f"Personen die naar werk uitstroomden: {name}"),
                cijfers.show((name, "terug"), f"Personen die binnen een jaar terugkwamen: {name}"),
                cijfers.show_share((name, "terug"), (name, TOTAAL), f"Deel dat binnen een jaar terugkwam: {name}"),
                cijfers.show_interval((name, "terug")),
            ]
            for name in (trajecten.NA_TRAJECT, trajecten.ZONDER_TRAJECT)
        ]
        numbers = ("uitstroom_naar_werk", "terug", "aandeel", "interval")
        kolommen = [Kolom("uitgestroomd"), *(Kolom(name, "getal") for name in numbers)]
        note = cijfers.explain([[str(cel) for cel in row] for row in rows])
        return table("Terug binnen een jaar na uitstroom naar werk", kolommen, rows, voetnoot=note)

    def verloop(self) -> Fragment:
        """Show the effect over the months: lock-in during, and what comes after, apart."""
        figure = plot_verloop(self.vensters, self._bron)
        shown = table_evaluaties(self.vensters, self.resultaten, "Kans per maand op uitstroom naar werk, verhouding")
        return figure + shown + write_evaluaties(self.vensters)

    def starten(self) -> Fragment:
        """Show starting now against waiting, over the whole year or two years after."""
        note = "Een verschil in tijd is in maanden; elk ander verschil in procentpunten."
        shown = table_evaluaties(self.starts, self.resultaten, "Nu starten tegenover wachten", voetnoot=note)
        return shown + write_evaluaties(self.starts)

    def soorten(self) -> Fragment:
        """Show the table a buyer needs: kind, aanbieder, effect, cost, evidence."""
        parts = Fragment(Markup(""))
        for shown in self._soorten:
            parts += shown.write()
        return parts

    def kosten(self) -> Fragment:
        """Show what an extra exit and a month without benefit cost."""
        rows = [
            [name, self.resultaten.show(f"kosten.{key}"), self.resultaten.show_interval(f"kosten.{key}")]
            for key, name in (("uitstroom", "per extra uitstroom naar werk"), ("maand", "per maand minder bijstand"))
        ]
        kolommen = [Kolom("kosten"), Kolom("bedrag", "getal"), Kolom("interval", "getal")]
        note = (
            "De gemiddelde kosten van een traject, gedeeld door het geschatte effect. 'Onbegrensd': het effect kan ook "
            "nul zijn, en dan bestaat er geen prijs per effect."
        )
        return table("Wat een traject kost per effect", kolommen, rows, voetnoot=note)

    def zes_maanden(self) -> Fragment:
        """Show what ending trajecten at six months would have changed."""
        found = open_released(self._regel)["zes_maanden"]
        if isinstance(found, NotEstimated):
            return warning(
                "Er zijn te weinig mensen die na de zesde maand van een traject uitstroomden om te schatten wat "
                "stoppen na zes maanden had veranderd."
            )
        shown = self.resultaten.show
        return paragraph(
            Markup(
                "Als trajecten na zes maanden waren gestopt, waren naar schatting {} mensen meer (of minder, bij een "
                "minteken) naar werk uitgestroomd (95%-interval {}). De schatting neemt aan dat de kans na het stoppen "
                "die van vlak na een traject is."
            ).format(shown("zes_maanden"), self.resultaten.show_interval("zes_maanden"))
        )

    def afronding(self) -> Afronding:
        """Show the receipt and hand the results to the renderer."""
        drawn = "Voorbeeldstad komt uit een vaste reeks toevalsgetallen" if self._bron.synthetisch else "geen"
        bewijs = build_ontvangstbewijs(
            "Re-integratietrajecten", self._parameters, toeval=drawn, bestanden=self._bron.bestanden
        )
        return Afronding(self.resultaten, bewijs)

    def _release_selectie(self, gegevens: Trajectgegevens, kenmerk: str) -> Vrijgegeven:
        counts = trajecten.count_selectie(gegevens, kenmerk)
        counts.index = pd.Index([f"{kenmerk} {name}" for name in counts.index])
        fixed = set(counts.index) if kenmerk != "klantgroep" else set()
        released = release_table(counts, self._bron.bronnen, totalen="rijen", woorden={*_WOORDEN, *fixed})
        return Vrijgegeven(released, self.resultaten)

    def _release_per_soort(self, gegevens: Trajectgegevens, by: str) -> dict[str, str]:
        """Release and record the shares; return the id of each kind or aanbieder."""
        found, support = trajecten.list_incidentie_werk(gegevens, by)
        steun = {name: Steun.single(*numbers) for name, numbers in support.items()}
        keys = {}
        for name, estimate in open_released(release_estimates(found, steun, self._bron.bronnen)).items():
            if isinstance(estimate, NotEstimated) and by == "aanbieder":
                continue  # a name that somebody typed leaves only beside a number
            keys[name] = f"uitstroom_werk.{by}.{name}"
            sentence = f"Aandeel dat binnen 12 maanden na de start naar werk uitstroomde: {name}"
            record_schatting(self.resultaten, keys[name], estimate, "procent", sentence, self._bron.bronnen)
        return keys

    def _release_herinstroom(self, gegevens: Trajectgegevens) -> Vrijgegeven:
        counts = trajecten.count_herinstroom(gegevens)
        words = {*counts.index, *counts.columns}
        return Vrijgegeven(release_table(counts, self._bron.bronnen, totalen="rijen", woorden=words), self.resultaten)

    def _release_uitstroom(self, gegevens: Trajectgegevens) -> Schattingen:
        curves = trajecten.follow_trajecten(gegevens)
        estimates, steun = trajecten.list_incidentie(curves, MAANDEN)
        released = release_estimates(estimates, {k: Steun.single(*v) for k, v in steun.items()}, self._bron.bronnen)
        for name, estimate in open_released(released).items():
            reden, maand = name.removeprefix("uitstroom.").rsplit(".", 1)
            sentence = f"Aandeel dat {maand} maanden na de start van een traject is uitgestroomd: {reden}"
            record_schatting(self.resultaten, name, estimate, "procent", sentence, self._bron.bronnen)
        return released

    def _release_kosten(self, gegevens: Trajectgegevens, started: Sequence[Evaluatie]) -> None:
        by_id = {evaluatie.id: evaluatie for evaluatie in started}
        asked = (("uitstroom", "traject.start.werk_12", 1), ("maand", "traject.start.bijstand_24", -1))
        for key, source, sign in asked:
            evaluatie = by_id[source]
            effect = trajectkosten.turn(evaluatie.estimate, sign)
            found = trajectkosten.compute_kosten(gegevens, effect, "euro")
            support = {f"kosten.{key}": evaluatie.steun} if evaluatie.steun else {}
            released = release_estimates({f"kosten.{key}": found}, support, self._bron.bronnen)
            sentence = f"Euro per {'extra uitstroom naar werk' if key == 'uitstroom' else 'maand minder bijstand'}"
            for name, estimate in open_released(released).items():
                record_schatting(self.resultaten, name, estimate, "euro", sentence, self._bron.bronnen)

    def _release_regel(self, gegevens: Trajectgegevens) -> Schattingen:
        rule = trajectkosten.apply_zesmaandenregel(gegevens)
        estimates = {"zes_maanden": rule.to_estimate()}
        steun = {"zes_maanden": Steun.single(rule.personen, rule.uitstroom)}
        released = release_estimates(estimates, steun, self._bron.bronnen)
        found = open_released(released)["zes_maanden"]
        sentence = "Extra uitstroom naar werk als trajecten na zes maanden waren gestopt"
        record_schatting(self.resultaten, "zes_maanden", found, "getal1", sentence, self._bron.bronnen)
        return released


def check_parameters(parameters: Mapping[str, object]) -> None:
    """Refuse an unknown source before a kernel starts."""
    check_bron(parameters)


def plot_verloop(vensters: Released[tuple[Evaluatie, ...]], bron: Registerbron) -> Fragment:
    """Draw the effect over the months since a traject, with the finding as its title."""
    evaluaties = open_released(vensters)
    return plot_vensters(
        vensters,
        titel=_title_vensters(evaluaties),
        bron=str(bron.bronnen[0]),
        synthetisch=bron.synthetisch,
    )


def _title_vensters(evaluaties: Sequence[Evaluatie]) -> str:
    during, *after = [e.estimate.value if isinstance(e.estimate, Estimate) else None for e in evaluaties]
    if during is None:
        return "Voor de maanden in een traject is geen effect te schatten"
    first = "lager" if during < 1 else "hoger"
    known = [value for value in after if value is not None]
    if not known:
        return f"Tijdens een traject is de kans op werk {first}"
    then = "hoger" if min(known) > 1 else "lager" if max(known) < 1 else "wisselend"
    shown = sum(e.oordeel.is_shown for e in evaluaties)
    share = f"aangetoond bij {shown or 'geen'} van de {len(evaluaties)} perioden"
    return f"Tijdens een traject is de geschatte kans op werk {first}, daarna {then}; {share}"


def _table_selectie(kenmerk: str, cijfers: Vrijgegeven) -> Fragment:
    classes = [row for row, column in cijfers.aantallen.waarden if column == TOTAAL]
    rows = [
        [
            name.removeprefix(f"{kenmerk} "),
            cijfers.show((name, "gestart"), f"Personen die een traject startten: {name}"),
            cijfers.show((name, TOTAAL), f"Personen die konden starten: {name}"),
            cijfers.show_share((name, "gestart"), (name, TOTAAL), f"Deel dat een traject startte: {name}"),
            cijfers.show_interval((name, "gestart")),
        ]
        for name in classes
    ]
    kolommen = [
        Kolom(kenmerk),
        Kolom("gestart", "getal"),
        Kolom("kon_starten", "getal"),
        Kolom("aandeel", "getal"),
        Kolom("interval", "getal"),
    ]
    shown = [[str(cel) for cel in row] for row in rows]
    return table(f"Wie een traject startte, naar {kenmerk}", kolommen, rows, voetnoot=cijfers.explain(shown))
