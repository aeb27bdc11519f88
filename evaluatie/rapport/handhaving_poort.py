"""The gate on a page: how many come through, who comes back, how long people search, and what changed at a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import (
    Released,
    Schatting,
    Steun,
    open_released,
    release_counts,
    release_estimates,
)
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties import handhaving_poort as poort
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.handhaving_poort import AANVRAAG, AFGEVALLEN, GEEN_AANVRAAG, MELDING, TERUG, TOEGEKEND
from evaluatie.evaluaties.handhaving_reeks import Poortverandering, first_month
from evaluatie.evaluaties.oordeel import Oordeel
from evaluatie.evaluaties.telling import Telling
from evaluatie.panel.maanden import maand_of
from evaluatie.quantities import Maand
from evaluatie.rapport.bronkeuze import Registerbron
from evaluatie.rapport.effectdelen import table_evaluaties, write_evaluaties
from evaluatie.rapport.handhaving_figuren import Kwartaalpunt, plot_breuk
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, paragraph, table
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.tekenstijl import Tekst
from evaluatie.rapport.vrijgave import Vrijgegeven, record_schatting

Schattingen = Released[Mapping[str, Schatting | NotEstimated]]
_VERSCHIL = "poort.terugkeer.verschil"


@dataclass(frozen=True, slots=True)
class Poortdeel:
    """Everything about the gate, released; made by `release_poort`."""

    bron: Registerbron
    resultaten: Resultaten
    vanaf: dt.date
    stappen: Vrijgegeven
    jaren: tuple[tuple[str, str], ...]
    terugkeer: Vrijgegeven
    perioden: tuple[str, ...]
    verschil: Schattingen
    zoektermijn: Vrijgegeven | None
    lijnen: Schattingen
    tot: str
    evaluaties: Released[tuple[Evaluatie, ...]]

    def write_stappen(self) -> Fragment:
        """Write meldingen, aanvragen and toekenningen by year, with the preventiequote."""
        c = self.stappen
        rows: list[list[Cel]] = []
        for jaar, shown in self.jaren:
            counts = [
                c.show((step, jaar), f"{words} in {jaar}")
                for step, words in ((MELDING, "Meldingen"), (AANVRAAG, "Aanvragen"), (TOEGEKEND, "Toekenningen"))
            ]
            quote = c.show_share((GEEN_AANVRAAG, jaar), (MELDING, jaar), f"Preventiequote in {jaar}")
            granted = c.show_share((TOEGEKEND, jaar), (AANVRAAG, jaar), f"Deel van de aanvragen toegekend in {jaar}")
            rows.append([shown, *counts, quote, c.show_interval((GEEN_AANVRAAG, jaar)), granted])
        names = ("meldingen", "aanvragen", "poort_toegekend", "preventiequote", "interval", "poort_toegekend_deel")
        note = (
            "Ieder telt één keer per jaar, met de eerste melding van dat jaar. Meldingen van de laatste "
            f"{poort.RIJPING} maanden van het register tellen niet mee: daar kan nog een aanvraag of besluit op "
            f"volgen. {c.explain(rows)}"
        )
        heads = [Kolom("jaar"), *(Kolom(name, "getal") for name in names)]
        return table("Van melding naar uitkering, per jaar", heads, rows, voetnoot=note)

    def write_zoektermijn(self) -> Fragment:
        """Write the days between melding and aanvraag by age."""
        c = self.zoektermijn
        if c is None:
            return paragraph(
                "De leeftijd staat alleen in de tabel uitkeringen, en die is niet ingelezen. Dit onderdeel blijft leeg."
            )
        rows: list[list[Cel]] = []
        for age in (poort.JONG, poort.OUDER):
            shares = [
                c.show_share((age, label), (age, "totaal"), f"Aanvraag {label} na de melding, {age}")
                for label in poort.DAGEN
            ]
            total = c.show((age, "totaal"), f"Mensen met een aanvraag en een uitkering, {age}")
            rows.append([age.capitalize(), total, *shares, c.show_interval((age, poort.DAGEN[-1]))])
        heads = [Kolom("leeftijdklasse"), Kolom("poort_aanvragers", "getal")]
        heads += [Kolom("poort_dagen", "getal", label) for label in poort.DAGEN]
        heads.append(Kolom("interval", "getal", f"interval bij {poort.DAGEN[-1]}"))
        note = (
            "Wie in het jaar van de melding 27 werd telt niet mee: aan welke kant van de grens is niet bekend. Ieder "
            f"telt één keer, met de eerste aanvraag. {c.explain(rows)}"
        )
        shown = table("Tijd tussen melding en aanvraag", heads, rows, voetnoot=note)
        if not self.bron.synthetisch:
            return shown
        return shown + paragraph(
            "In deze synthetische gegevens is geen zoektermijn ingebouwd: de groepen lijken op elkaar."
        )

    def write_terugkeer(self) -> Fragment:
        """Write who came back within a year after falling away at the gate."""
        rows = [self._row_terugkeer(step, periode) for step in poort.STAPPEN[:2] for periode in self.perioden]
        names = ("poort_afgevallen", "poort_terug", "aandeel", "interval", "poort_alsnog")
        heads = [Kolom("poort_stap"), Kolom("periode"), *(Kolom(name, "getal") for name in names)]
        note = (
            f"Alleen meldingen die {poort.TERUGKEER} maanden te volgen waren, en daarna {poort.RIJPING} maanden voor "
            "het besluit. Ieder telt één keer per regel. "
            f"{self.terugkeer.explain([list(map(str, row)) for row in rows])}"
        )
        shown = table(f"Terug aan de poort binnen {poort.TERUGKEER} maanden", heads, rows, voetnoot=note)
        return shown + self._write_verschil()

    def write_verandering(self) -> Fragment:
        """Draw and write what broke at the date."""
        share, inflow = open_released(self.evaluaties)
        day = notatie.date(self.vanaf)
        chosen = paragraph(
            f"De dag waarop het beleid aan de poort veranderde, is een keuze bij dit notebook: {day}. Alleen als het "
            "beleid toen echt veranderde, zeggen de cijfers hieronder iets over beleid."
        )
        table_ = table_evaluaties(
            self.evaluaties,
            self.resultaten,
            f"Een halfjaar na {day}, vergeleken met de eigen reeks ervoor",
            voetnoot="Het aandeel is in procentpunten; de instroom is een verhouding, waarbij 1 geen verschil is.",
        )
        return chosen + self._plot(share) + table_ + write_evaluaties(self.evaluaties) + self._write_land(inflow)

    def _row_terugkeer(self, step: str, periode: str) -> list[Cel]:
        c, said = self.terugkeer, f"{step}, {periode}"
        whole, back = (step, periode, AFGEVALLEN), (step, periode, TERUG)
        return [
            step.capitalize(),
            periode.capitalize(),
            c.show(whole, f"Mensen die afvielen: {said}"),
            c.show(back, f"Mensen die binnen een jaar terugkwamen: {said}"),
            c.show_share(back, whole, f"Deel dat binnen een jaar terugkwam: {said}"),
            c.show_interval(back),
            c.show_share((step, periode, poort.TERUG_TOEGEKEND), whole, f"Deel dat alsnog een uitkering kreeg: {said}"),
        ]

    def _write_verschil(self) -> Fragment:
        found = open_released(self.verschil)[_VERSCHIL]
        if not isinstance(found, Schatting) or found.lower is None or found.upper is None:
            return paragraph("Of na de verandering meer mensen terugkwamen, is met deze cijfers niet te zeggen.")
        show = self.resultaten.show
        return paragraph(
            Markup(
                "Het deel dat terugkwam van wie geen aanvraag deed, na de verandering min ervoor: {} procentpunt "
                "(95%-interval {}). {} Dit is een beschrijving: ook de economie en wie zich meldt, veranderden."
            ).format(
                show(_VERSCHIL), self.resultaten.show_interval(_VERSCHIL), describe_verschil(found.lower, found.upper)
            )
        )

    def _write_land(self, inflow: Evaluatie) -> Fragment:
        if not isinstance(inflow.estimate, Estimate):
            return paragraph("De instroom is niet naast het land te zetten; de reden staat hierboven.")
        return paragraph(
            "Het landelijke aantal uitkeringen is een stand, geen instroom: het beweegt later en minder. Een "
            "landelijke instroom per maand kent dit pakket niet. De vergelijking haalt alleen de langzame ontwikkeling "
            "in het land eruit, en telt daarom niet als vergelijkingsgroep voor de bewijskracht. Voorlopige cijfers "
            f"van CBS doen niet mee; de reeks loopt tot en met {notatie.month(self.tot)}. Toekenningen tellen in de "
            "maand van de melding."
        )

    def _plot(self, share: Evaluatie) -> Fragment:
        if not isinstance(share.estimate, Estimate):
            return paragraph("Voor een figuur zijn er te weinig meldingen of maanden.")
        lines = open_released(self.lijnen)
        punten = [self._point(quarter, lines) for quarter in self._quarters]
        first, _ = first_month(self.vanaf)
        start = f"{first[:4]}-K{(int(first[5:]) + 2) // 3}"
        place = next((x for x, punt in enumerate(punten) if punt.kwartaal >= start), len(punten))
        title = title_breuk(share.oordeel, share.estimate.value, self.vanaf)
        alt = (
            f"{title}. Punten per kwartaal met een 95%-interval, de geschatte lijn voor en na, en na de verandering de "
            "lijn die zonder verandering verwacht werd, met haar interval."
        )
        tekst = Tekst(title, alt, str(self.bron.bronnen[0]), self.bron.synthetisch)
        return plot_breuk(punten, float(place), tekst)

    @property
    def _quarters(self) -> Sequence[str]:
        return [period for step, period in self.stappen.aantallen.waarden if step == MELDING and "K" in period]

    def _point(self, quarter: str, lines: Mapping[str, Schatting | NotEstimated]) -> Kwartaalpunt:
        share = self.stappen.aantallen.aandeel((AANVRAAG, quarter), (MELDING, quarter))
        interval = self.stappen.interval(share)
        seen = (share.waarde, interval.lower, interval.upper) if interval and hasattr(share, "waarde") else None
        model, without = lines.get(f"model.{quarter}"), lines.get(f"zonder.{quarter}")
        known = isinstance(without, Schatting) and without.lower is not None and without.upper is not None
        return Kwartaalpunt(
            quarter,
            seen,
            model.value if isinstance(model, Schatting) else None,
            (without.value, without.lower, without.upper) if known else None,  # type: ignore[union-attr,arg-type]
        )


def release_poort(
    bron: Registerbron,
    meldingen: poort.Meldingen,
    vanaf: dt.date,
    verandering: Poortverandering,
    evaluaties: Released[tuple[Evaluatie, ...]],
    resultaten: Resultaten,
) -> Poortdeel:
    """Count, release and record everything about the gate."""
    terugkeer = poort.count_terugkeer(meldingen, vanaf)
    searched = poort.count_zoektermijn(meldingen, bron.register)
    verschil = release_estimates({_VERSCHIL: terugkeer.verschil}, {_VERSCHIL: terugkeer.steun}, bron.bronnen)
    sentence = "Verschil in terugkeer binnen een jaar van wie geen aanvraag deed, na min voor de verandering"
    record_schatting(resultaten, _VERSCHIL, open_released(verschil)[_VERSCHIL], "punten", sentence, bron.bronnen)
    support: dict[str, Steun] = dict.fromkeys(verandering.lijnen, verandering.steun)
    return Poortdeel(
        bron=bron,
        resultaten=resultaten,
        vanaf=vanaf,
        stappen=_release(poort.count_poort(meldingen), bron, resultaten),
        jaren=name_years(
            sorted(set(meldingen.rijpe["maand"] // 12)), maand_of(meldingen.eerste), maand_of(meldingen.laatste)
        ),
        terugkeer=_release(terugkeer.telling, bron, resultaten),
        perioden=terugkeer.perioden,
        verschil=verschil,
        zoektermijn=None if isinstance(searched, NotEstimated) else _release(searched, bron, resultaten),
        lijnen=release_estimates(verandering.lijnen, support, bron.bronnen),
        tot=verandering.tot,
        evaluaties=evaluaties,
    )


def _release(telling: Telling, bron: Registerbron, resultaten: Resultaten) -> Vrijgegeven:
    released = release_counts(
        telling.counts, bron.bronnen, sommen=telling.sommen, woorden=poort.WOORDEN, voorrang=telling.voorrang
    )
    return Vrijgegeven(released, resultaten)


def name_years(jaren: Iterable[int], first: Maand, last: Maand) -> tuple[tuple[str, str], ...]:
    """Return every year with what a reader is told of it: a part of a year says which part."""
    names = []
    for jaar in jaren:
        parts = []
        if jaar == first.jaar and first.maand > 1:
            parts.append(f"vanaf {notatie.month(str(first)).split()[0]}")
        if jaar == last.jaar and last.maand < 12:
            parts.append(f"t/m {notatie.month(str(last)).split()[0]}")
        names.append((str(jaar), f"{jaar} ({' '.join(parts)})" if parts else str(jaar)))
    return tuple(names)


def title_breuk(oordeel: Oordeel, value: float, vanaf: dt.date) -> str:
    """Return what the figure of the gate shows, and no more than was found."""
    day = notatie.date(vanaf)
    if oordeel is Oordeel.NIET_AANGETOOND:
        return f"Een breuk in het aandeel aanvragen op {day} is niet aangetoond"
    more = "minder" if value < 0 else "meer"
    size = notatie.points(abs(value), signed=False)
    return f"Na {day} werd {size} procentpunt {more} van de meldingen een aanvraag dan verwacht"


def describe_verschil(lower: float, upper: float) -> str:
    """Say whether more people came back, by the interval of the difference."""
    if lower <= 0 <= upper:
        return "Een verschil in terugkeer tussen ervoor en erna is niet aangetoond."
    return f"Na de verandering kwam een {'groter' if lower > 0 else 'kleiner'} deel terug."
