"""Figures and tables on the caseload, used by the vangnet report and by the notebook on the caseload."""

from __future__ import annotations

import pandas as pd

from evaluatie import notatie
from evaluatie.begrippen import label
from evaluatie.cijfers import index_landelijk_volume, load_landelijk_volume, table_bron
from evaluatie.panel import UITKOMSTEN
from evaluatie.rapport.figuren import BLUE, GREY, ORANGE, Lijn, plot_lines, plot_panels
from evaluatie.rapport.figuurtabellen import table_months
from evaluatie.rapport.gegevens import Bestandsvergelijking
from evaluatie.rapport.opmaak import Fragment, Kolom, table
from evaluatie.rapport.resultaten import Resultaten

_NAMEN = {stroom: label(stroom) for stroom in UITKOMSTEN}
_BRON = "CBS, tabellen 83450NED, 83747NED en 84066NED (personen, 15 jaar tot AOW)"
_BRON_INDEX = f"{_BRON}; 1 januari 2015 geschat; streepjes: 95%-interval"


def plot_index(naam: str, bestand: Bestandsvergelijking, *, groepsnaam: str = "vergelijkbare gemeenten") -> Fragment:
    """Draw the index of persons with bijstand: municipality, nation, group."""
    last, land = bestand.eigen_index.iloc[-1], bestand.land_index["index"].iloc[-1]
    own = last["index"]
    title = (
        f"Het bestand van {naam} stond begin 2018 op {notatie.number(own, 1)}, {_compare(last, land)} "
        f"({notatie.number(land, 1)})"
    )
    lijnen = [
        Lijn(groepsnaam, list(bestand.groep_index["moment"]), list(bestand.groep_index["index"]), GREY, ":", "s"),
        Lijn("Nederland", list(bestand.land_index["moment"]), list(bestand.land_index["index"]), ORANGE, "--", "o"),
        Lijn(
            naam,
            list(bestand.eigen_index["moment"]),
            list(bestand.eigen_index["index"]),
            BLUE,
            "-",
            "o",
            list(bestand.eigen_index["lower"]),
            list(bestand.eigen_index["upper"]),
        ),
    ]
    alt = (
        f"Lijnfiguur, 1 januari 2015 is 100. Op 1 januari 2018 staat {naam} op {notatie.number(own, 1)}, Nederland "
        f"op {notatie.number(land, 1)} en {groepsnaam} op "
        f"{notatie.number(bestand.groep_index['index'].iloc[-1], 1)}."
    )
    ticks = [(float(moment), f"1 jan\n{moment}") for moment in bestand.eigen_index["moment"]]
    return plot_lines(
        lijnen,
        titel=title,
        alt=alt,
        y_as=label("index"),
        bron=_BRON_INDEX,
        reference=100,
        ticks=ticks,
        x_as="stand op",
    )


def plot_landelijk(jaar: int) -> Fragment:
    """Draw the national number of benefits by month from 2015 up to the end of a year."""
    series = index_landelijk_volume()
    window = series[(series.index >= "2014-12") & (series.index <= f"{jaar}-12")]
    moments = [int(period[:4]) + int(period[5:]) / 12 for period in window.index]
    end, top = window.iloc[-1], window.max()
    title = (
        f"Landelijk lag het aantal uitkeringen eind {window.index[-1][:4]} op {notatie.number(end, 1)} (begin 2015 "
        "= 100)"
    )
    alt = (
        f"Lijnfiguur van het aantal bijstandsuitkeringen per maand: hoogste stand {notatie.number(top, 1)} in "
        f"{notatie.month(str(window.idxmax()))}, laatste stand {notatie.number(end, 1)}."
    )
    status = load_landelijk_volume()["status"]
    early = [status[period] != "definitief" for period in window.index]
    lijn = Lijn("Nederland", moments, list(window), ORANGE, "-", voorlopig=early)
    data = table_months(title, list(zip(map(str, window.index), window, early, strict=True)))
    ticks = [(float(year), str(year)) for year in range(2015, int(window.index[-1][:4]) + 2)]
    return plot_lines(
        [lijn],
        titel=title,
        alt=alt,
        y_as=label("index"),
        bron=_cite_landelijk(str(window.index[-1])),
        reference=100,
        ticks=ticks,
        x_as="stand op 1 januari",
        data=data,
    )


def _cite_landelijk(last: str) -> str:
    """Cite the national series; provisional months are marked."""
    status = load_landelijk_volume()["status"][:last]
    provisional = [notatie.month(str(period)) for period in status.index[status != "definitief"]]
    mark = f"; voorlopig: {notatie.join(provisional)}" if provisional else ""
    return f"CBS, tabel 37789ksz (uitkeringen tot AOW{mark})"


def plot_stromen(naam: str, bestand: Bestandsvergelijking, *, groepsnaam: str = "vergelijkbare gemeenten") -> Fragment:
    """Draw the three flows as shares, one panel each."""
    series = [
        (groepsnaam, bestand.groep_stromen, GREY, ":", "s"),
        ("Nederland", bestand.land_stromen, ORANGE, "--", "o"),
        (naam, bestand.eigen_stromen, BLUE, "-", "o"),
    ]
    panelen = [
        (
            _NAMEN[stroom],
            [
                Lijn(reeks, list(rows["jaar"]), list(100 * rows[f"{stroom}_aandeel"]), kleur, stijl, marker)
                for reeks, rows, kleur, stijl, marker in series
            ],
        )
        for stroom in UITKOMSTEN
    ]
    first, last = (100 * bestand.eigen_stromen["instroom_aandeel"].iloc[i] for i in (0, -1))
    years = bestand.eigen_stromen["jaar"]
    title = (
        f"De instroom in {naam} ging van {notatie.number(first)} naar {notatie.number(last)} per honderd mensen met "
        "bijstand"
    )
    alt = (
        f"Drie lijnfiguren, {years.iloc[0]}–{years.iloc[-1]}: instroom, uitstroom en uitstroom naar werk van "
        f"{naam}, Nederland en {groepsnaam}, per honderd mensen die in het jaar bijstand kregen. De cijfers staan "
        "in de tabel."
    )
    ticks = [(float(jaar), str(jaar)) for jaar in years]
    return plot_panels(panelen, titel=title, alt=alt, y_as=label("per_honderd"), bron=_BRON, ticks=ticks)


def table_stromen(
    naam: str, bestand: Bestandsvergelijking, resultaten: Resultaten, *, groepsnaam: str = "Vergelijkbare gemeenten"
) -> Fragment:
    """Make the table of flows."""
    rows = []
    for who, reeks, stromen in (
        ("eigen", naam, bestand.eigen_stromen),
        ("land", "Nederland", bestand.land_stromen),
        ("groep", groepsnaam, bestand.groep_stromen),
    ):
        for stroom in UITKOMSTEN:
            shares = [resultaten.show(f"bestand.{stroom}.{who}.{int(jaar)}") for jaar in stromen["jaar"]]
            rows.append([f"{reeks}: {_NAMEN[stroom].lower()}", *shares])
    kolommen = [Kolom("stroom"), *(Kolom("jaar", "getal", str(jaar)) for jaar in bestand.eigen_stromen["jaar"])]
    note = (
        f"Van elke honderd mensen die in het jaar bijstand kregen. {groepsnaam}: {notatie.join(list(bestand.groep))}. "
        f"Bron: {table_bron('bijstand_gemeenten_jaar')}."
    )
    return table(f"Instroom en uitstroom in {naam}, Nederland en andere gemeenten", kolommen, rows, voetnoot=note)


def _compare(own: pd.Series, land: float) -> str:
    if own["lower"] <= land <= own["upper"]:
        return "ongeveer als het land"
    return "hoger dan het land" if own["index"] > land else "lager dan het land"
