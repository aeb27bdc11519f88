"""The page on who comes from the WW: from meldingen to toekenningen, beside the national figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.cijfers import table_bron
from evaluatie.cijfers.kengetallen import load_kengetallen
from evaluatie.disclosure import Onderdrukt, Schatting, Steun, open_released, release_counts, release_estimates
from evaluatie.estimation import NotEstimated, proportion
from evaluatie.evaluaties.instroom_ww import (
    AANVRAAG,
    MELDING,
    TOEGEKEND,
    TOTAAL,
    WOORDEN,
    WW,
    InstroomWw,
    count_instroom_ww,
    parse_beeindigd,
)
from evaluatie.quantities import Bron
from evaluatie.rapport.bronkeuze import VOORBEELD, check_bron, open_registers
from evaluatie.rapport.ontvangstbewijs import build_ontvangstbewijs
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, paragraph, table
from evaluatie.rapport.resultaten import LEVEL, Resultaat, Resultaten
from evaluatie.rapport.verantwoording import Afronding
from evaluatie.rapport.vrijgave import Vrijgegeven, record_schatting

_OPGAVE = Bron("Beëindigde WW-uitkeringen, zoals opgegeven in de parameters")


class Instroom:
    """Who comes from the WW, section by section as the notebook shows it.

    Parameters
    ----------
    bron : {"voorbeeld", "eigen"}
        Voorbeeldstad, in which everybody is invented, or the folder in ``EVALUATIE_MAP``.
    beeindigd : sequence of str
        Ended WW benefits of inhabitants by year, from UWV, written as ``2019:1450``. Registers of a municipality do not
        hold them; without them there is no rate to compare with the national one.
    """

    def __init__(self, bron: str = VOORBEELD, beeindigd: Sequence[str] = ()) -> None:
        self._parameters = {"bron": bron, "beeindigd": list(beeindigd)}
        check_parameters(self._parameters)
        self._bron, self._beeindigd = open_registers(bron), parse_beeindigd(list(beeindigd))
        self.resultaten = Resultaten()
        counted = count_instroom_ww(self._bron.register)
        self._cijfers: Vrijgegeven | None = None
        if isinstance(counted, InstroomWw):
            self._release(counted)

    def herkomst(self) -> Fragment:
        """Say whose data these are."""
        return self._bron.banner()

    def doorstroom(self) -> Fragment:
        """Show meldingen, aanvragen and toekenningen from the WW by year, and their part of all toekenningen."""
        c = self._cijfers
        if c is None:
            return _missing()
        rows: list[list[Cel]] = []
        for jaar in map(str, self._jaren):
            steps = [c.show((step, WW, jaar), f"{step.capitalize()} vanuit de WW, {jaar}") for step in _STAPPEN]
            said = f"Deel van de toekenningen dat vanuit de WW komt, {jaar}"
            share = c.show_share((TOEGEKEND, WW, jaar), (TOEGEKEND, TOTAAL, jaar), said)
            rows.append([jaar, *steps, share, c.show_interval((TOEGEKEND, WW, jaar))])
        names = ("meldingen", "aanvragen", "toekenningen", "toekenningen_aandeel", "interval")
        note = f"Ieder telt één keer per jaar, met de herkomst van de eerste melding. {c.explain(rows)}"
        heads = [Kolom("jaar"), *(Kolom(name, "getal") for name in names)]
        return table("Mensen die vanuit de WW kwamen", heads, rows, voetnoot=note)

    def landelijk(self) -> Fragment:
        """Show whether the inflow from the WW moved as the national number of WW benefits did."""
        if self._cijfers is None:
            return _missing()
        found = open_released(self._verhouding)["verhouding"]
        sources = (*self._verhouding.bronnen, _CBS)
        sentence = "Toekenningen vanuit de WW, laatste jaar gedeeld door eerste, ten opzichte van de WW in het land"
        record_schatting(self.resultaten, "ww.verhouding", found, "ratio", sentence, sources)
        if not isinstance(found, Schatting):
            return paragraph("Er zijn te weinig jaren of te weinig mensen om met het land te vergelijken.")
        return paragraph(_describe_ratio(found, self._jaren, self.resultaten)) + paragraph(_NO_CAUSE, css="uitleg")

    def kans(self) -> Fragment:
        """Show the national chance of bijstand after the WW, and the own one where ended benefits were given."""
        national = load_kengetallen().doorstroom_ww
        years = sorted({*national.jaren} & {*self._jaren}) if self._cijfers else []
        if not years:
            return paragraph("Van deze jaren is geen landelijk percentage bekend.")
        rows = [self._kans_row(jaar) for jaar in years]
        cited = notatie.join([str(bron) for bron in dict.fromkeys(national.bron(jaar) for jaar in years)])
        note = (
            "Beëindigde WW-uitkeringen staan niet in de registers van een gemeente, maar zijn bij UWV bekend. Zonder "
            "dat aantal is geen eigen percentage te berekenen. Het eigen percentage telt toekenningen op meldingen van "
            "dat jaar; UWV volgt wie de WW verliet. "
            f"{national.opmerking} Bron landelijk: {cited}."
        )
        heads = [Kolom("jaar"), *(Kolom(n, "getal") for n in ("doorstroom_land", "doorstroom_eigen", "interval"))]
        caption = "Kans op bijstand na de WW: land en gemeente"
        return table(caption, [*heads, Kolom("wat_cijfers_zeggen")], rows, voetnoot=note)

    def afronding(self) -> Afronding:
        """Show the receipt and hand the results to the renderer."""
        drawn = "Voorbeeldstad komt uit een vaste reeks toevalsgetallen" if self._bron.synthetisch else "geen"
        bewijs = build_ontvangstbewijs(
            "Instroom vanuit de WW", self._parameters, toeval=drawn, bestanden=self._bron.bestanden
        )
        return Afronding(self.resultaten, bewijs)

    def _release(self, counted: InstroomWw) -> None:
        telling, self._jaren = counted.telling, counted.jaren
        counts = release_counts(telling.counts, self._bron.bronnen, sommen=telling.sommen, woorden=WOORDEN)
        self._cijfers = Vrijgegeven(counts, self.resultaten)
        ends = [telling.counts[TOEGEKEND, WW, str(jaar)] for jaar in (counted.jaren[0], counted.jaren[-1])]
        support = Steun(ends[1], ends[0], ends[1], ends[0])
        self._verhouding = release_estimates(
            {"verhouding": counted.verhouding}, {"verhouding": support}, self._bron.bronnen
        )

    def _kans_row(self, jaar: int) -> list[Cel]:
        national = load_kengetallen().doorstroom_ww
        share = national.jaren[jaar].aandeel
        said = f"Deel dat na de WW bijstand kreeg, Nederland, {jaar}"
        self.resultaten.add(Resultaat(f"ww.land.{jaar}", share, "aandeel", "procent", said, (national.bron(jaar),)))
        land = self.resultaten.show(f"ww.land.{jaar}")
        assert self._cijfers is not None
        granted = self._cijfers.aantallen[TOEGEKEND, WW, str(jaar)]
        ended = self._beeindigd.get(jaar)
        if isinstance(granted, Onderdrukt) or ended is None or granted > ended:
            return [str(jaar), land, "", "", "niet te vergelijken"]
        own = proportion(granted, ended, rounding=self._cijfers.aantallen.afgerond_op)
        if isinstance(own, NotEstimated):
            return [str(jaar), land, "", "", "niet te vergelijken"]
        interval, key = own.interval(LEVEL), f"ww.eigen.{jaar}"
        said = f"Toekenningen vanuit de WW, gedeeld door beëindigde WW-uitkeringen, {jaar}"
        self.resultaten.add(
            Resultaat(
                key, own.value, "aandeel", "procent", said, (*self._bron.bronnen, _OPGAVE), lower=interval.lower,
                upper=interval.upper, n=ended, method=own.method, treatment="afgerond op 5",
            )
        )  # fmt: skip
        verdict = "hoger" if interval.lower > share else "lager" if interval.upper < share else "niet te onderscheiden"
        return [str(jaar), land, self.resultaten.show(key), self.resultaten.show_interval(key), verdict]


_STAPPEN = (MELDING, AANVRAAG, TOEGEKEND)
_CBS = table_bron("uitkeringen_landelijk_maand")
_NO_CAUSE = (
    "Dit zegt niet waardoor. Wie een WW-uitkering heeft, krijgt pas na het einde daarvan bijstand; de instroom kan "
    "dus later bewegen dan het aantal WW-uitkeringen. Het interval rekent alleen met toeval in de aantallen."
)


def _describe_ratio(found: Schatting, jaren: Sequence[int], resultaten: Resultaten) -> Markup:
    """Say whether the inflow moved otherwise than the nation, and no more than the interval bears."""
    if found.lower is not None and found.lower > 1:
        verdict = "De instroom vanuit de WW steeg meer, of daalde minder, dan het aantal WW-uitkeringen in het land."
    elif found.upper is not None and found.upper < 1:
        verdict = "De instroom vanuit de WW daalde meer, of steeg minder, dan het aantal WW-uitkeringen in het land."
    else:
        verdict = "Een verschil met de ontwikkeling van de WW in het land is niet aangetoond."
    show = resultaten.show
    numbers = Markup(
        "Tussen {} en {} werd de instroom vanuit de WW, naast het aantal WW-uitkeringen in het land, {} keer zo groot "
        "(95%-interval {} tot {}; 1 is gelijk aan het land). "
    ).format(jaren[0], jaren[-1], *(show("ww.verhouding", deel) for deel in ("value", "lower", "upper")))
    return numbers + Markup("<strong>{}</strong>").format(verdict)


def check_parameters(parameters: Mapping[str, object]) -> None:
    """Refuse an unknown source and unreadable numbers before a kernel starts."""
    check_bron(parameters)
    given = parameters.get("beeindigd") or []
    parse_beeindigd([str(item) for item in given] if isinstance(given, list) else [str(given)])


def _missing() -> Fragment:
    return paragraph("De tabel aanvragen is niet ingelezen, of beslaat geen heel jaar; dit onderdeel blijft leeg.")
