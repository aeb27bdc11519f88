"""What became of who began part-time work, and who left for a business: descriptions on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evaluatie.disclosure import (
    TOTAAL,
    Onderdrukt,
    Released,
    Schatting,
    Steun,
    open_released,
    release_estimates,
    release_table,
)
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties import deeltijdverloop as verloop
from evaluatie.evaluaties.deeltijd import Deeltijdgegevens
from evaluatie.evaluaties.trajecten import list_incidentie
from evaluatie.rapport.bronkeuze import Registerbron
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, paragraph, table
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.uitstroomfiguur import plot_uitstroom
from evaluatie.rapport.vrijgave import Vrijgegeven, record_schatting

MAANDEN = tuple(range(3, 25, 3))
HORIZONS = (12, 24)
_NA = tuple(f"na {horizon} maanden" for horizon in HORIZONS)


@dataclass(frozen=True, slots=True)
class Verloop:
    """Who left after a first income, where everybody was after one and two years, and exits to a business."""

    bron: Registerbron
    uitstroom: Released[Mapping[str, Schatting | NotEstimated]]
    standen: Vrijgegeven
    ondernemers: Vrijgegeven

    @classmethod
    def release(cls, gegevens: Deeltijdgegevens, bron: Registerbron, resultaten: Resultaten) -> Verloop:
        """Count, release and record."""
        estimates, support = list_incidentie(verloop.follow_begin(gegevens), MAANDEN)
        steun = {name: Steun.single(*counts) for name, counts in support.items()}
        left = release_estimates(estimates, steun, bron.bronnen)
        for name, estimate in open_released(left).items():
            reden, maand = name.removeprefix("uitstroom.").rsplit(".", 1)
            sentence = f"Aandeel dat {maand} maanden na het eerste inkomen is uitgestroomd: {reden}"
            record_schatting(resultaten, name, estimate, "procent", sentence, bron.bronnen)
        standen, to_work = verloop.count_standen(gegevens, HORIZONS), verloop.count_ondernemers(gegevens)
        return cls(
            bron,
            left,
            Vrijgegeven(
                release_table(standen, bron.bronnen, totalen="kolommen", woorden={*verloop.STANDEN, *_NA}), resultaten
            ),
            Vrijgegeven(release_table(to_work, bron.bronnen, woorden={*to_work.index, *to_work.columns}), resultaten),
        )

    def plot_uitstroom(self) -> Fragment:
        """Draw the share that left since the first income, by reason."""
        begin = "het eerste inkomen"
        return plot_uitstroom(self.uitstroom, self.bron, na=begin, sinds=begin, wie="wie begon")

    def write_standen(self) -> Fragment:
        """Write where who began was after one and two years: a stepping stone, or a place to stay."""
        c = self.standen
        rows: list[list[Cel]] = []
        for stand in (*verloop.STANDEN, TOTAAL):
            row: list[Cel] = [stand]
            for na in _NA:
                row.append(c.show((stand, na), f"Personen {na} na het eerste inkomen: {stand}"))
                row += self._share(stand, na)
            rows.append(row)
        heads = [
            kolom
            for na in _NA
            for kolom in (Kolom("personen_na", "getal", na), Kolom("aandeel", "getal"), Kolom("interval", "getal"))
        ]
        note = f"Alleen wie zo lang te volgen was. {c.explain([[str(cel) for cel in row] for row in rows])}"
        return table(
            "Opstap of blijfplek: waar is wie begon met deeltijdwerk?", [Kolom("stand_na"), *heads], rows, voetnoot=note
        )

    def write_ondernemers(self) -> Fragment:
        """Write who left for a business of their own, from part-time work or not."""
        c = self.ondernemers
        columns = (verloop.BEDRIJF, verloop.LOONDIENST, TOTAAL)
        names = (verloop.BIJ_UITSTROOM, verloop.EERDER, verloop.NOOIT, TOTAAL)
        rows: list[list[Cel]] = [
            [name, *(c.show((name, column), f"Uitstroom {column}: {name}") for column in columns)] for name in names
        ]
        kolommen = [Kolom("deeltijd_vooraf"), *(Kolom("uitstroom_personen", "getal", column) for column in columns)]
        note = c.explain([[str(cel) for cel in row] for row in rows])
        return table("Uitstroom naar werk, naar deeltijdwerk vooraf", kolommen, rows, voetnoot=note) + self._told()

    def _told(self) -> Fragment:
        found = self.ondernemers.aantallen[verloop.BIJ_UITSTROOM, verloop.BEDRIJF]
        if isinstance(found, Onderdrukt):
            return paragraph(
                "Het aantal mensen dat vanuit deeltijdwerk een eigen bedrijf begon, is te klein om te tonen."
            )
        return paragraph("Dit is een beschrijving: het zegt niet of deeltijdwerk tot een eigen bedrijf leidde.")

    def _share(self, stand: str, na: str) -> list[Cel]:
        if stand == TOTAAL:
            return ["", ""]
        sentence = f"Aandeel {na} na het eerste inkomen: {stand}"
        return [self.standen.show_share((stand, na), (TOTAAL, na), sentence), self.standen.show_interval((stand, na))]
