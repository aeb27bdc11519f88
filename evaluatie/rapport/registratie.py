"""The registers of a municipality: which there are, what the checks say; numbers only of invented persons."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import Released, open_released, release_synthetic, release_words
from evaluatie.evaluaties.poort import Poortvergelijking, compare_poort
from evaluatie.quantities import Bron
from evaluatie.rapport.bronkeuze import EIGEN, SYNTHETISCH, VOORBEELD, check_bron, require_map
from evaluatie.rapport.figuren import BLUE, Lijn, plot_lines
from evaluatie.rapport.figuurtabellen import table_months
from evaluatie.rapport.ontvangstbewijs import build_ontvangstbewijs
from evaluatie.rapport.opmaak import Fragment, Kolom, bullet_list, paragraph, table, warning
from evaluatie.rapport.resultaten import LEVEL, Notatie, Resultaat, Resultaten
from evaluatie.rapport.verantwoording import Afronding
from evaluatie.registratie.contract import Register, load_contracten
from evaluatie.registratie.overzicht import VOCABULARY, Registeroverzicht, describe_register, summarise_registers
from evaluatie.registratie.voorbeeld import load_voorbeeldstad, load_waarheid

check_parameters = check_bron
_BRON = Bron("Voorbeeldstad, synthetische gegevens")
_ELSEWHERE = (
    "Deze pagina toont van eigen registers geen aantallen; die staan, afgerond en onderdrukt waar nodig, in de andere "
    "notebooks, zoals klantgroepen."
)


class Registratie:
    """The registers of Voorbeeldstad, or those of the user's own folder.

    Parameters
    ----------
    bron : {"voorbeeld", "eigen"}
        Voorbeeldstad, in which everybody is invented, or the folder in ``EVALUATIE_MAP``. Of the user's own registers
        only names of tables and checks are shown here; numbers stand in the pages that treat them.
    """

    def __init__(self, bron: str = VOORBEELD) -> None:
        check_parameters({"bron": bron})
        self._bron = bron
        self.resultaten = Resultaten()
        self._volumes: Released[pd.Series[float]] | None = None
        self._poort: Released[Poortvergelijking] | None = None
        self._overzicht: Released[Registeroverzicht]
        if bron == EIGEN:
            self._overzicht = release_words(summarise_registers(require_map()), VOCABULARY)
        else:
            self._open_example(load_voorbeeldstad())

    def herkomst(self) -> Fragment:
        """Show whose data these are; of invented ones a banner that stands out in print too."""
        if self._bron == VOORBEELD:
            return warning(SYNTHETISCH)
        return paragraph("Van de eigen registers toont deze pagina alleen namen van tabellen en controles.")

    def tabellen(self) -> Fragment:
        """Show which tables there are."""
        overzicht = open_released(self._overzicht)
        contracten = load_contracten()
        rows = [
            [tabel, "ja" if tabel in overzicht.aanwezig else "nee", contracten[tabel].omschrijving]
            for tabel in contracten
        ]
        kolommen = [Kolom("tabel"), Kolom("ingelezen"), Kolom("omschrijving", "breed")]
        return table("Tabellen die een gemeente kan inbrengen", kolommen, rows)

    def controles(self) -> Fragment:
        """Show what the checks noticed."""
        overzicht = open_released(self._overzicht)
        if not overzicht.aanwezig:
            return paragraph("Er is nog geen tabel ingelezen, dus er is niets gecontroleerd.")
        if not (noticed := overzicht.waarschuwingen):
            return paragraph("De controles vonden geen fouten en niets opvallends.")
        return bullet_list(f"Let op bij {tabel}: {said}." for tabel, said in noticed)

    def verloop(self) -> Fragment:
        """Show the number of benefits by month."""
        if self._volumes is None:
            return _withheld()
        stock = open_released(self._volumes)
        first, last = stock.index[0], stock.index[-1]
        moments = [month.year + (month.month - 1) / 12 for month in stock.index]
        change = f"van {notatie.number(stock.iloc[0])} naar {notatie.number(stock.iloc[-1])}"
        title = f"Voorbeeldstad (verzonnen): het aantal uitkeringen ging {change}"
        return plot_lines(
            [Lijn("Voorbeeldstad", moments, list(stock), BLUE)],
            titel=title,
            alt=f"Lijnfiguur van het aantal uitkeringen per maand, {change} tussen {first:%Y} en {last:%Y}.",
            y_as="uitkeringen, eind van de maand",
            x_as="jaar",
            bron=str(_BRON),
            ticks=[(float(year), str(year)) for year in range(first.year, last.year + 2)],
            synthetisch=True,
            data=table_months(title, [(f"{month:%Y-%m}", value, False) for month, value in stock.items()], 0),
        )

    def poort(self) -> Fragment:
        """Show what became of meldingen before and from the month in which the gate changed."""
        if self._poort is None:
            return _withheld()
        poort = open_released(self._poort)
        show = self.resultaten.show
        names = {"voor": f"voor {notatie.date(poort.vanaf)}", "na": "daarna"}
        rows = [
            [name, *(show(f"poort.{what}.{when}") for what in ("meldingen", "aanvragen", "aandeel"))]
            for when, name in names.items()
        ]
        kolommen = [
            Kolom("periode"),
            Kolom("meldingen", "getal"),
            Kolom("aanvragen", "getal"),
            Kolom("aandeel", "getal"),
        ]
        told = Markup(
            "Het aandeel daarna is {} keer dat van ervoor (95%-interval {} tot {}; alleen toeval). Ingebouwd is {}."
        ).format(
            show("poort.verhouding"),
            show("poort.verhouding", "lower"),
            show("poort.verhouding", "upper"),
            show("poort.ingebouwd"),
        )
        return table("Meldingen die een aanvraag werden", kolommen, rows) + paragraph(told)

    def afronding(self) -> Afronding:
        """Show the receipt and hand the results to the renderer."""
        drawn = "Voorbeeldstad komt uit een vaste reeks toevalsgetallen" if self._bron == VOORBEELD else "geen"
        return Afronding(self.resultaten, build_ontvangstbewijs("Registratie", {"bron": self._bron}, toeval=drawn))

    def _open_example(self, register: Register) -> None:
        planted = load_waarheid()["effecten"]["poort"]
        stock = register["volumes"].groupby("maand")["aantal"].sum().astype("float64")
        poort = compare_poort(register["aanvragen"], dt.date.fromisoformat(f"{planted['vanaf']}-01"), LEVEL)
        self._overzicht = release_words(describe_register(register), VOCABULARY)
        self._volumes = release_synthetic(stock, register, _BRON)
        if poort is not None:
            self._poort = release_synthetic(poort, register, _BRON)
            self._record(poort, float(planted["waarde"]))

    def _record(self, poort: Poortvergelijking, planted: float) -> None:
        sentence = "Aandeel meldingen dat een aanvraag werd, na gedeeld door voor"
        counted = Resultaat(
            "poort.verhouding",
            poort.verhouding,
            "verhouding",
            "ratio",
            sentence,
            (_BRON,),
            lower=poort.interval.lower,
            upper=poort.interval.upper,
            n=sum(poort.meldingen),
            method="ratio of two shares, score interval",
        )
        self.resultaten.add(counted)
        for when, meldingen, aanvragen in zip(("voor", "na"), poort.meldingen, poort.aanvragen, strict=True):
            self._count(f"poort.meldingen.{when}", meldingen, "personen", "getal", "Meldingen")
            self._count(f"poort.aanvragen.{when}", aanvragen, "personen", "getal", "Meldingen die een aanvraag werden")
            share = aanvragen / meldingen
            self._count(f"poort.aandeel.{when}", share, "aandeel", "procent", "Aandeel dat een aanvraag werd")
        self._count("poort.ingebouwd", planted, "verhouding", "ratio", f"{sentence}, zoals ingebouwd")

    def _count(self, key: str, value: float, unit: str, how: Notatie, sentence: str) -> None:
        self.resultaten.add(Resultaat(key, value, unit, how, sentence, (_BRON,)))


def _withheld() -> Fragment:
    return paragraph(_ELSEWHERE)
