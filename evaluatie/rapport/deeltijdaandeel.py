"""How many work part-time beside a uitkering, against the national share, and what is settled with the benefit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import (
    Bedragen,
    Onderdrukt,
    Released,
    Schatting,
    open_released,
    release_counts,
    release_estimates,
    release_public,
    release_sums,
)
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties import deeltijd
from evaluatie.evaluaties.deeltijd import HELE_PERIODE, Deeltijdgegevens
from evaluatie.evaluaties.oordeel import ALPHA
from evaluatie.rapport.bronkeuze import Registerbron
from evaluatie.rapport.figuren import plot_lines
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, paragraph, table
from evaluatie.rapport.resultaten import Resultaat, Resultaten
from evaluatie.rapport.tekenstijl import BLUE, ORANGE, Lijn
from evaluatie.rapport.vrijgave import Vrijgegeven, record_schatting

UITKERING, MET, ZONDER = "met uitkering", "met inkomsten", "zonder inkomsten"
VRIJLATING = {"nee": "zonder_vrijlating", "ja": "met_vrijlating", "onbekend": "vrijlating_onbekend"}
"""Heads of columns by what the register says of vrijlating."""
LANDELIJK = "aandeel.landelijk"


@dataclass(frozen=True, slots=True)
class Aandelen:
    """The share with income from work, by period, beside the national one."""

    bron: Registerbron
    perioden: tuple[str, ...]
    cijfers: Vrijgegeven
    aandelen: Mapping[str, Schatting | NotEstimated]
    resultaten: Resultaten
    jaar_landelijk: str

    @classmethod
    def release(cls, gegevens: Deeltijdgegevens, bron: Registerbron, resultaten: Resultaten) -> Aandelen:
        """Count, release and record."""
        counted = deeltijd.count_personen(gegevens)
        counts = {
            (what, name): number
            for name, (all_, working) in counted.items()
            for what, number in ((UITKERING, all_), (MET, working), (ZONDER, all_ - working))
        }
        sums = [((UITKERING, name), [(MET, name), (ZONDER, name)]) for name in counted]
        released = release_counts(counts, bron.bronnen, sommen=sums, woorden={UITKERING, MET, ZONDER, HELE_PERIODE})
        shares = open_released(release_estimates(*deeltijd.measure_aandeel(gegevens), bron.bronnen))
        for name, share in shares.items():
            sentence = f"Aandeel met inkomsten uit werk in een gemiddelde maand, {name}"
            record_schatting(resultaten, f"aandeel.{name}", share, "procent", sentence, bron.bronnen)
        year = _record_landelijk(resultaten)
        return cls(bron, tuple(counted), Vrijgegeven(released, resultaten), shares, resultaten, year)

    def write(self) -> Fragment:
        """Draw the years, and write table and comparison."""
        return self._plot() + self._table() + paragraph(self._compare())

    @property
    def gekozen(self) -> str:
        """The period that is held against the national share: the same year when it was observed, else the last."""
        return self.jaar_landelijk if self.jaar_landelijk in self.perioden else self.perioden[-1]

    def _table(self) -> Fragment:
        rows: list[list[Cel]] = [
            [
                name,
                self.cijfers.show((UITKERING, name), f"Personen met een uitkering, {name}"),
                self.cijfers.show((MET, name), f"Personen met inkomsten uit werk in enige maand, {name}"),
                self.resultaten.show(f"aandeel.{name}"),
                self.resultaten.show_interval(f"aandeel.{name}"),
            ]
            for name in self.perioden
        ]
        heads = ("met_uitkering", "met_inkomsten", "gemiddelde_maand", "interval")
        kolommen = [Kolom("periode"), *(Kolom(head, "getal") for head in heads)]
        signs = self.cijfers.explain([[str(cel) for cel in row] for row in rows]).partition(". ")[2]
        note = (
            f"Aantallen zijn afgerond op {self.cijfers.aantallen.afgerond_op}; het aandeel per maand is geschat uit "
            f"alle maanden, niet uit deze aantallen. {signs}"
        )
        return table("Mensen met inkomsten uit werk naast de uitkering", kolommen, rows, voetnoot=note)

    def _compare(self) -> Markup:
        share, show = self.aandelen[self.gekozen], self.resultaten.show
        if isinstance(share, NotEstimated):
            return Markup("Er zijn te weinig mensen met inkomsten voor een vergelijking met het landelijke cijfer.")
        name = f"aandeel.{self.gekozen}"
        told = Markup("In {} had in een gemiddelde maand {} inkomsten uit werk (95%-interval {}); landelijk was dat {}")
        when = f"de {HELE_PERIODE}" if self.gekozen == HELE_PERIODE else self.gekozen
        said = told.format(when, show(name), self.resultaten.show_interval(name), show(LANDELIJK))
        return Markup("{} ({}). {} {}").format(said, self.jaar_landelijk, _judge(share), _CAUTION)

    def _plot(self) -> Fragment:
        known = [(int(name), s) for name, s in self.aandelen.items() if name.isdigit() and isinstance(s, Schatting)]
        drawn = [(year, s, s.lower, s.upper) for year, s in known if s.lower is not None and s.upper is not None]
        if not drawn:
            return paragraph("Er zijn geen hele jaren met genoeg mensen om te tekenen.")
        national = self.resultaten.by_id[LANDELIJK].value or 0.0
        own = Lijn(
            self.bron.naam,
            [float(year) for year, *_ in drawn],
            [100 * share.value for _, share, *_ in drawn],
            BLUE,
            marker="o",
            lower=[100 * lower for *_, lower, _ in drawn],
            upper=[100 * upper for *_, upper in drawn],
        )
        there = Lijn("landelijk", [float(self.jaar_landelijk)], [100 * national], ORANGE, marker="s")
        year, last, *_ = next((item for item in drawn if str(item[0]) == self.gekozen), drawn[-1])
        title = (
            f"In {year} had {notatie.percentage(last.value)} inkomsten uit werk naast de uitkering; landelijk was dat "
            f"{notatie.percentage(national, 0)} in {self.jaar_landelijk}"
        )
        ticks = sorted({*own.x, *there.x})
        return plot_lines(
            [own, there],
            titel=title,
            alt=f"{title}. Per jaar een punt met een 95%-interval.",
            y_as="procent in een gemiddelde maand",
            x_as="jaar",
            bron=f"{self.bron.bronnen[0]}; {self.resultaten.by_id[LANDELIJK].sources[0]}",
            ticks=[(x, f"{x:.0f}") for x in ticks],
            synthetisch=self.bron.synthetisch,
        )


_CAUTION = (
    "Het landelijke cijfer telt mensen bij de deelnemers aan een benchmark, over één jaar; hoe onzeker het is, staat "
    "er niet bij. Een hoog of laag aandeel is een beschrijving, geen effect van beleid."
)


def _judge(share: Schatting) -> str:
    if share.p_value is None or share.p_value > ALPHA:
        return "Een verschil met het land is niet aangetoond."
    return f"Dat is {'meer' if share.value > share.null else 'minder'} dan landelijk."


def _record_landelijk(resultaten: Resultaten) -> str:
    """Record the national share with its source; return the year it is about."""
    cijfer, bron = deeltijd.landelijk_aandeel()
    value = open_released(release_public(float(cijfer.waarde), [bron]))
    resultaten.add(Resultaat(LANDELIJK, value, "aandeel", "procent0", cijfer.omschrijving, (bron,)))
    return str(cijfer.periode)


@dataclass(frozen=True, slots=True)
class Opbrengst:
    """What was settled with the benefit, by period and vrijlating."""

    bron: Registerbron
    perioden: Mapping[str, int]
    soorten: tuple[str, ...]
    bedragen: Released[Bedragen]
    resultaten: Resultaten

    @classmethod
    def release(cls, gegevens: Deeltijdgegevens, bron: Registerbron, resultaten: Resultaten) -> Opbrengst:
        """Sum, release and record."""
        perioden = {name: last - first + 1 for name, (first, last) in deeltijd.list_perioden(gegevens).items()}
        rows = deeltijd.list_bedragen(gegevens)
        released = release_sums(rows, "groep", "persoon", "bedrag", bron.bronnen)
        means = open_released(release_estimates(*deeltijd.measure_bedrag(gegevens), bron.bronnen))
        for name, mean in means.items():
            sentence = f"Verrekende inkomsten per maand met inkomsten, vrijlating {name}"
            record_schatting(resultaten, f"bedrag.gemiddeld.{name}", mean, "euro", sentence, bron.bronnen)
        soorten = tuple(name for name in VRIJLATING if name in means)
        made = cls(bron, perioden, soorten, released, resultaten)
        for periode in perioden:
            made._record(periode)
        return made

    def write(self) -> Fragment:
        """Write what was settled, and what an average month with income comes to."""
        show = self.resultaten.show
        rows: list[list[Cel]] = [
            [
                periode,
                *(show(f"bedrag.{soort}.{periode}") for soort in self.soorten),
                self.resultaten.show_range(f"bedrag.per_maand.{periode}"),
            ]
            for periode in self.perioden
        ]
        heads = [*(VRIJLATING[soort] for soort in self.soorten), "minder_uitkering"]
        kolommen = [Kolom("periode"), *(Kolom(head, "getal") for head in heads)]
        bedragen = open_released(self.bedragen)
        note = (
            f"Bedragen zijn afgerond op € {bedragen.afgerond_op}; een som die op te weinig mensen rust, of vooral op "
            "een of twee, wordt niet getoond."
        )
        sums = table("Inkomsten die met de uitkering zijn verrekend", kolommen, rows, voetnoot=note)
        return sums + self._means()

    def _means(self) -> Fragment:
        rows: list[list[Cel]] = [
            [
                _WORDS[soort],
                self.resultaten.show(f"bedrag.gemiddeld.{soort}"),
                self.resultaten.show_interval(f"bedrag.gemiddeld.{soort}"),
            ]
            for soort in self.soorten
        ]
        kolommen = [Kolom("soort_maand"), Kolom("gemiddeld_bedrag", "getal"), Kolom("interval", "getal")]
        return table("Verrekende inkomsten in een maand met inkomsten", kolommen, rows)

    def _record(self, periode: str) -> None:
        """Record the sums of a period, and between which amounts the benefit was lower in a month."""
        waarden = open_released(self.bedragen).waarden
        found: dict[str, int | Onderdrukt] = {
            soort: waarden.get(f"{periode}, vrijlating {soort}", Onderdrukt("klein")) for soort in self.soorten
        }
        rounded = f"afgerond op {open_released(self.bedragen).afgerond_op}"
        for soort, amount in found.items():
            hidden = isinstance(amount, Onderdrukt)
            self.resultaten.add(
                Resultaat(
                    f"bedrag.{soort}.{periode}",
                    None if isinstance(amount, Onderdrukt) else float(amount),
                    "euro",
                    "euro",
                    f"Inkomsten die met de uitkering zijn verrekend, {periode}, {_WORDS[soort]}",
                    self.bedragen.bronnen,
                    treatment="onderdrukt" if hidden else rounded,
                    withheld=str(amount) if hidden else "",
                )
            )
        self.resultaten.add(self._per_month(periode, found, rounded))

    def _per_month(self, periode: str, found: Mapping[str, int | Onderdrukt], rounded: str) -> Resultaat:
        known = [amount for amount in found.values() if not isinstance(amount, Onderdrukt)]
        certain, months = found.get("nee"), self.perioden[periode]
        whole = len(known) == len(found) and bool(known)
        step = open_released(self.bedragen).afgerond_op
        most = float(step * round(sum(known) / months / step)) if whole else None
        least = float(step * round(certain / months / step)) if isinstance(certain, int) else 0.0
        return Resultaat(
            f"bedrag.per_maand.{periode}",
            least if whole else None,
            "euro per maand",
            "euro",
            f"Bedrag per maand waarmee de uitkeringen samen lager waren, ten minste en ten hoogste, {periode}",
            self.bedragen.bronnen,
            value_to=most if most != least else None,
            treatment=rounded if whole else "onderdrukt",
            withheld="" if whole else "niet te tonen",
        )


_WORDS = {"nee": "maand zonder vrijlating", "ja": "maand met vrijlating", "onbekend": "vrijlating niet bekend"}
