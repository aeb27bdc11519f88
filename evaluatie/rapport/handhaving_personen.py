"""Investigations, sanctions and what follows them, on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluatie import notatie
from evaluatie.disclosure import (
    Aantallen,
    Bedragen,
    Onderdrukt,
    Released,
    Schatting,
    Steun,
    open_released,
    release_counts,
    release_estimates,
    release_sums,
)
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties import handhaving_telling as telling
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.handhaving import Handhavingsgegevens
from evaluatie.evaluaties.handhaving_telling import ANDERE, BEKEND, GEVOLG, NA_VERLAGING, ONDERZOEK
from evaluatie.evaluaties.oordeel import Oordeel
from evaluatie.evaluaties.telling import Telling
from evaluatie.panel.herinstroom import HERINSTROOM_MAANDEN
from evaluatie.rapport.bronkeuze import Registerbron
from evaluatie.rapport.effectdelen import make_bar, table_evaluaties, write_evaluaties
from evaluatie.rapport.figuren_personen import plot_verhoudingen
from evaluatie.rapport.handhaving_poort import name_years
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, paragraph, table
from evaluatie.rapport.resultaten import Resultaat, Resultaten
from evaluatie.rapport.tekenstijl import Tekst
from evaluatie.rapport.vrijgave import ONDERDRUKT, Vrijgegeven, record_schatting

_GEVOLGEN = {
    "geen": "geen gevolg",
    "aangepast": "uitkering aangepast",
    "terug": "terug te betalen",
    "beeindigd": "uitkering beëindigd",
}
_BALKEN = {
    "verlaging.werk": "verlaging:\nuitstroom naar werk",
    "verlaging.anders": "verlaging: uitstroom\nzonder bekend inkomen",
    "onderzoek.handhaving": "onderzoek: uitstroom,\ngeen inlichtingen",
}


@dataclass(frozen=True, slots=True)
class Personendeel:
    """Everything about investigations and sanctions, released; made by `release_personen`."""

    bron: Registerbron
    resultaten: Resultaten
    jaren: tuple[tuple[str, str], ...]
    onderzoeken: Vrijgegeven
    maatregelen: Vrijgegeven
    keerzijde: Vrijgegeven
    bedragen: Mapping[str, Released[Bedragen]]
    kosten: tuple[str, ...]
    evaluaties: Released[tuple[Evaluatie, ...]]

    def write_onderzoeken(self) -> Fragment:
        """Write who was investigated or visited, and in how many cases something followed."""
        rows = [
            self._row_gevolg((soort, jaar), shown, soort) for soort in telling.SOORTEN for jaar, shown in self.jaren
        ]
        heads = [Kolom("handhaving_soort"), Kolom("jaar"), *_HEADS]
        note = f"Ieder telt één keer per jaar, met het zwaarste gevolg. {_UNKNOWN} {self._explain(rows)}"
        by_year = table("Onderzoeken en huisbezoeken met een gevolg", heads, rows, voetnoot=note)
        if _HEAVIEST not in self.onderzoeken.aantallen.waarden:
            return by_year + paragraph("Er zijn geen onderzoeken met een vastgelegde uitkomst.")
        return by_year + self._write_aanleidingen() + self._write_gevolgen()

    def write_kosten(self) -> Fragment:
        """Write what was spent per person investigated: an average."""
        if not self.kosten:
            return paragraph(
                "De kosten per onderzoek zijn niet te berekenen. Nodig zijn de uitgaven aan handhaving (tabel "
                "financien, post handhaving) van een jaar waarin alle onderzoeken zijn vastgelegd."
            )
        show = self.resultaten.show
        parts = ("uitgaven", "per_onderzocht", "per_gevolg")
        rows = [[jaar, *(show(f"kosten.handhaving.{part}.{jaar}") for part in parts)] for jaar in self.kosten]
        heads = [Kolom("jaar"), *(Kolom(f"handhaving_{part}", "getal") for part in parts)]
        note = (
            "Een gemiddelde, geen effect: alle uitgaven aan handhaving, ook die aan de poort en aan verlagingen, "
            "gedeeld door het afgeronde aantal mensen. Uitgaven zijn afgerond op drie cijfers, gemiddelden op twee: "
            "door het afronden van de aantallen kunnen zij hoger of lager zijn, vooral als het om weinig mensen gaat."
        )
        return table("Uitgaven aan handhaving per onderzocht persoon", heads, rows, voetnoot=note)

    def write_effecten(self) -> Fragment:
        """Draw and write what a verlaging and an onderzoek did to who left."""
        evaluaties = open_released(self.evaluaties)
        title = _title(evaluaties)
        alt = f"{title}. Per uitkomst een verhouding met 95%-interval, rond de lijn van geen effect bij 1."
        tekst = Tekst(title, alt, str(self.bron.bronnen[0]), self.bron.synthetisch)
        figure = plot_verhoudingen([make_bar(each, _BALKEN[each.id]) for each in evaluaties], tekst)
        caption = "Kans per maand om uit te stromen, vergeleken met mensen zonder, verhouding"
        note = "Het onderzoek is berekend zonder samenwonende partners: zij delen één uitkering en stromen samen uit."
        shown = table_evaluaties(self.evaluaties, self.resultaten, caption, voetnoot=note)
        return figure + shown + write_evaluaties(self.evaluaties)

    def write_keerzijde(self) -> Fragment:
        """Write exits without known income and returns, after a verlaging and otherwise."""
        c = self.keerzijde
        rows: list[list[Cel]] = []
        for group in (NA_VERLAGING, ANDERE):
            out, followed = (group, telling.UITGESTROOMD), (group, telling.GEVOLGD)
            without, back = (group, telling.ZONDER), (group, telling.TERUG)
            rows.append(
                [
                    group.capitalize(),
                    c.show(out, f"Mensen die uitstroomden, {group}"),
                    c.show_share(without, out, f"Deel dat uitstroomde zonder bekend inkomen, {group}"),
                    c.show_interval(without),
                    c.show(followed, f"Mensen die een jaar te volgen waren, {group}"),
                    c.show_share(back, followed, f"Deel dat binnen een jaar terugkwam, {group}"),
                    c.show_interval(back),
                ]
            )
        names = [*("handhaving_uitgestroomd", "handhaving_zonder_inkomen", "interval")]
        names += ["handhaving_gevolgd", "handhaving_terug", "interval"]
        heads = [Kolom("handhaving_groep"), *(Kolom(name, "getal") for name in names)]
        note = (
            "Na een verlaging: in de maand van de verlaging of de twee erna. Zonder bekend inkomen: een andere "
            f"oorzaak, of geen inlichtingen gegeven. Terug: opnieuw een uitkering binnen {HERINSTROOM_MAANDEN} "
            f"maanden. {self._explain(rows, c)}"
        )
        return table("Hoe mensen uitstroomden, en of zij terugkwamen", heads, rows, voetnoot=note)

    def write_bedragen(self) -> Fragment:
        """Write warnings, verlagingen, boetes and terugvorderingen: persons, and sums of money."""
        rows = [[shown, *self._cells_bedragen(jaar)] for jaar, shown in self.jaren]
        heads = [Kolom("jaar")]
        for soort in telling.MAATREGELEN:
            heads.append(Kolom(f"handhaving_{soort}", "getal"))
            heads += [Kolom("handhaving_bedrag", "getal")] if soort in telling.MET_BEDRAG else []
        note = (
            "Mensen tellen één keer per jaar en soort. Bedragen zijn wat is opgelegd of gevorderd, afgerond op € 100; "
            "wat daarvan is betaald staat niet in deze registers. Een bedrag van te weinig mensen, of waarin enkele "
            f"mensen overheersen, wordt niet getoond. {self._explain(rows, self.maatregelen)}"
        )
        return table("Waarschuwingen, verlagingen, boetes en terugvorderingen", heads, rows, voetnoot=note)

    def _row_gevolg(self, key: tuple[str, str], name: str, first: str = "") -> list[Cel]:
        c, said = self.onderzoeken, " ".join(key)
        whole, part = (*key, BEKEND), (*key, GEVOLG)
        row: list[Cel] = [
            name,
            c.show(whole, f"Mensen met een uitkomst: {said}"),
            c.show(part, f"Mensen met een gevolg: {said}"),
            c.show_share(part, whole, f"Deel met een gevolg: {said}"),
            c.show_interval(part),
        ]
        return [first.capitalize(), *row] if first else row

    def _write_aanleidingen(self) -> Fragment:
        names = [key[1] for key in self.onderzoeken.aantallen.waarden if key[0] == "aanleiding" and key[2] == BEKEND]
        rows = [self._row_gevolg(("aanleiding", name), name) for name in names]
        note = f"Wie om meer dan één aanleiding is onderzocht, telt bij elk. {_UNKNOWN} {self._explain(rows)}"
        return table("Onderzoeken naar aanleiding", [Kolom("handhaving_aanleiding"), *_HEADS], rows, voetnoot=note)

    def _write_gevolgen(self) -> Fragment:
        c = self.onderzoeken
        rows: list[list[Cel]] = []
        for name, words in _GEVOLGEN.items():
            key = ("zwaarste gevolg", name)
            share = c.show_share(key, _HEAVIEST, f"Deel van de onderzochte mensen: {words}")
            rows.append([words.capitalize(), c.show(key, f"Onderzochte mensen: {words}"), share, c.show_interval(key)])
        heads = [Kolom("handhaving_gevolg"), *(Kolom(n, "getal") for n in ("handhaving_mensen", "aandeel", "interval"))]
        note = f"Ieder telt één keer over alle jaren, met het zwaarste gevolg. {self._explain(rows)}"
        return table("Zwaarste gevolg van een onderzoek", heads, rows, voetnoot=note)

    def _cells_bedragen(self, jaar: str) -> list[Cel]:
        cells: list[Cel] = []
        for soort in telling.MAATREGELEN:
            cells.append(self.maatregelen.show((soort, jaar), f"Mensen met een {soort} in {jaar}"))
            if soort in telling.MET_BEDRAG:
                cells.append(self.resultaten.show(f"bedrag.{soort}.{jaar}"))
        return cells

    def _explain(self, rows: Sequence[Sequence[Cel]], cijfers: Vrijgegeven | None = None) -> str:
        return (cijfers or self.onderzoeken).explain([[str(cel) for cel in row] for row in rows])


_NOT_SHOWN = "niet getoond"
"""In place of a sum of money: few persons is only one of the reasons to withhold it."""
_COUNT_DIGITS = 2
_HEAVIEST = ("zwaarste gevolg", "personen")
_UNKNOWN = "Zonder vastgelegde uitkomst telt iemand niet mee."
_HEADS = [Kolom(name, "getal") for name in ("handhaving_mensen", "handhaving_met_gevolg", "aandeel", "interval")]


def release_personen(
    bron: Registerbron,
    gegevens: Handhavingsgegevens,
    evaluaties: Released[tuple[Evaluatie, ...]],
    resultaten: Resultaten,
) -> Personendeel:
    """Count, release and record everything about investigations and sanctions."""
    events = gegevens.gebeurtenissen
    jaren = telling.list_jaren(events)
    onderzoeken = _release(telling.count_onderzoeken(events), bron, resultaten)
    bedragen = {
        soort: release_sums(rows, "jaar", "persoon", "bedrag", bron.bronnen)
        for soort in telling.MET_BEDRAG
        if len(rows := telling.list_bedragen(events, soort))
    }
    _record_bedragen(bedragen, jaren, bron, resultaten)
    return Personendeel(
        bron=bron,
        resultaten=resultaten,
        jaren=name_years(jaren, gegevens.dekking.tabellen["handhaving"], gegevens.dekking.laatste),
        onderzoeken=onderzoeken,
        maatregelen=_release(telling.count_maatregelen(events), bron, resultaten),
        keerzijde=_release(telling.count_keerzijde(gegevens), bron, resultaten),
        bedragen=bedragen,
        kosten=_record_kosten(bron, gegevens, onderzoeken.aantallen, resultaten),
        evaluaties=evaluaties,
    )


def _release(counted: Telling, bron: Registerbron, resultaten: Resultaten) -> Vrijgegeven:
    released = release_counts(counted.counts, bron.bronnen, sommen=counted.sommen, woorden=telling.WOORDEN)
    return Vrijgegeven(released, resultaten)


def _record_bedragen(
    bedragen: Mapping[str, Released[Bedragen]], jaren: Sequence[int], bron: Registerbron, resultaten: Resultaten
) -> None:
    for soort in telling.MET_BEDRAG:
        known = open_released(bedragen[soort]).waarden if soort in bedragen else {}
        for jaar in jaren:
            amount = known.get(str(jaar), Onderdrukt("klein"))
            sentence = f"Som van de bedragen: {soort} in {jaar}"
            resultaten.add(_amount(f"bedrag.{soort}.{jaar}", amount, sentence, bron))


def _amount(key: str, amount: int | Onderdrukt, sentence: str, bron: Registerbron) -> Resultaat:
    hidden = isinstance(amount, Onderdrukt)
    return Resultaat(
        key,
        None if isinstance(amount, Onderdrukt) else float(amount),
        "euro",
        "euro",
        sentence,
        bron.bronnen,
        treatment=ONDERDRUKT if hidden else "afgerond op 100",
        withheld=_NOT_SHOWN if hidden else "",
    )


def _record_kosten(
    bron: Registerbron, gegevens: Handhavingsgegevens, aantallen: Aantallen, resultaten: Resultaten
) -> tuple[str, ...]:
    """Record spending per person investigated, from released spending over released counts; return the years."""
    shown = []
    for uitgave in telling.list_uitgaven(bron.register, gegevens.dekking):
        jaar = str(uitgave.jaar)
        counts = [aantallen.waarden.get((ONDERZOEK, jaar, what)) for what in (BEKEND, GEVOLG)]
        known = [count for count in counts if isinstance(count, int) and count > 0]
        if len(known) < len(counts):
            continue
        key = f"kosten.handhaving.uitgaven.{jaar}"
        spent = Estimate(uitgave.bedrag, None, None, known[0], "financien", "spending on handhaving", "euro")
        released = release_estimates({key: spent}, {key: Steun.single(known[0], known[0])}, bron.bronnen)
        found = open_released(released)[key]
        if not isinstance(found, Schatting):
            continue
        record_schatting(resultaten, key, found, "euro", f"Uitgaven aan handhaving in {jaar}", bron.bronnen)
        for part, count in zip(("per_onderzocht", "per_gevolg"), known, strict=True):
            words = "onderzocht persoon" if part == "per_onderzocht" else "onderzocht persoon met een gevolg"
            sentence = f"Uitgaven aan handhaving per {words} in {jaar}: een gemiddelde, geen effect"
            name = f"kosten.handhaving.{part}.{jaar}"
            mean = _round(found.value / count)
            resultaten.add(Resultaat(name, mean, "euro", "euro", sentence, bron.bronnen, treatment="afgerond"))
        shown.append(jaar)
    return tuple(shown)


def _round(value: float) -> float:
    """Round to the digits that a quotient of rounded counts deserves."""
    return float(f"{value:.{_COUNT_DIGITS}g}")


def _title(evaluaties: Sequence[Evaluatie]) -> str:
    work = next(each for each in evaluaties if each.id == "verlaging.werk")
    if isinstance(work.estimate, NotEstimated):
        return "Wat een verlaging doet met uitstroom naar werk, is niet te schatten"
    if work.oordeel is Oordeel.NIET_AANGETOOND:
        return "Een effect van een verlaging op uitstroom naar werk is niet aangetoond"
    size = notatie.number(work.estimate.value, 1)
    return f"Rond een verlaging is de uitstroom naar werk {size} keer zo hoog als bij anderen met dezelfde kenmerken"
