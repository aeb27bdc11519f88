"""Part A: the size of the deficit, own risk, conditions, and whether volume or price is behind it."""

from __future__ import annotations

from fractions import Fraction
from typing import Final, cast

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import open_released
from evaluatie.estimation import Estimate
from evaluatie.evaluaties.tekort import Tekort
from evaluatie.quantities import Euro
from evaluatie.rapport.bestandsdelen import plot_index, plot_landelijk, plot_stromen, table_stromen
from evaluatie.rapport.figuren import plot_brackets
from evaluatie.rapport.gegevens import Verantwoordingsgegevens
from evaluatie.rapport.opmaak import Fragment, Kolom, bullet_list, heading, paragraph, table, warning
from evaluatie.rapport.resultaten import Resultaat, Resultaten
from evaluatie.rapport.vastleggen import SHOWN_OVERSPENDING
from evaluatie.wet import Regime, Vangnetberekening, describe_regime, toon_schijven
from evaluatie.wet.opmaak import format_procent

_GETAL: Final = "getal"
LAST_MUNICIPAL_YEAR = 2017
"""Last year of the municipal tables in ``data/cbs``."""


def write_omvang(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Write A1: how large the deficit is and what it means for own risk and vangnetuitkering."""
    tekort, dossier = open_released(gegevens.tekort), open_released(gegevens.dossier)
    regime = describe_regime(gegevens.jaar)
    parts = heading(3, "Omvang, eigen risico en vangnetuitkering") + paragraph(_describe_regime(regime))
    if tekort.berekening is None:
        parts += _write_missing(tekort)
    else:
        parts += _write_berekening(tekort, resultaten) + _write_voorwaarden(tekort)
    if tekort.buig and tekort.buig.toelichting:
        parts += paragraph(tekort.buig.toelichting)
    return parts + _write_schijven(gegevens, resultaten, regime, dossier.gemeente.naam)


def write_oorzaak(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Write A2: volume and price against the nation, and the causes the documents themselves name."""
    dossier = open_released(gegevens.dossier)
    parts = heading(3, "Oorzaak: aantal uitkeringen en prijs per uitkering")
    parts += paragraph(
        "Een tekort ontstaat doordat er meer uitkeringen zijn dan waar het budget op rekent (volume), of doordat een "
        "uitkering meer kost (prijs)."
    )
    parts += heading(4, "Volume: het bestand vergeleken met Nederland") + _write_volume(gegevens, resultaten)
    parts += heading(4, "Prijs: wat een uitkering kost") + _write_prijs(gegevens, resultaten)
    if open_released(gegevens.verhoudingen):
        parts += _write_article_15(gegevens, resultaten)
    if dossier.oorzaken:
        parts += heading(4, "Oorzaken die de gemeente zelf noemt") + bullet_list(dossier.oorzaken)
    return parts


def _write_volume(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    naam = open_released(gegevens.dossier).gemeente.naam
    if gegevens.bestand is None:
        return warning(
            f"De CBS-tabellen in dit project bevatten {naam} niet: de gemeente is te klein voor een percentage "
            "uit afgeronde "
            "aantallen, bestond in 2017 niet met deze code, of de code in het dossier klopt niet."
        )
    bestand = open_released(gegevens.bestand)
    parts = paragraph(_volume_sentence(naam, resultaten))
    if gegevens.jaar > LAST_MUNICIPAL_YEAR:
        parts += warning(
            f"De gemeentecijfers van CBS in dit project lopen tot en met {LAST_MUNICIPAL_YEAR}. Over "
            f"{gegevens.jaar} is de "
            f"ontwikkeling van het volume in {naam} hier dus niet met dezelfde tabel te volgen. Landelijk is "
            "zij dat wel, "
            "in uitkeringen in plaats van personen."
        )
        parts += plot_landelijk(gegevens.jaar)
    return parts + plot_index(naam, bestand) + table_stromen(naam, bestand, resultaten) + plot_stromen(naam, bestand)


def _describe_regime(regime: Regime) -> Markup:
    onder, boven = format_procent(regime.ondergrens.aandeel), format_procent(regime.bovengrens.aandeel)
    hoogste = format_procent(regime.maximaal_eigen_risico.aandeel)
    return Markup(
        "Over {} draagt een gemeente een tekort tot {} van het budget zelf. Van het deel tussen {} en {} "
        "vergoedt het Rijk de helft, "
        "daarboven alles. Het eigen risico is daarmee hoogstens {} van het budget. Deze regel is {}."
    ).format(regime.jaar, onder, onder, boven, hoogste, _explain(regime.zekerheid.value))


def _explain(zekerheid: str) -> str:
    return {
        "gevonden": "gevonden in een bron over dit jaar",
        "afgeleid": "deels berekend uit gevonden bedragen en percentages",
        "aangenomen": "deels aangenomen, omdat over dit jaar niet elke regel in een bron is gevonden",
    }[zekerheid]


def _write_missing(tekort: Tekort) -> Fragment:
    return warning(
        Markup(
            "<strong>Het tekort over {} is niet te berekenen.</strong> De bronnen bevatten niet alle bedragen. "
            "Nodig zijn nog: {}. Die staan in de SiSa-bijlage en het besluit over het definitieve budget. Hieronder "
            "staat wat elke overschrijding in dit jaar zou betekenen."
        ).format(tekort.jaar, notatie.join(list(tekort.ontbreekt)))
    )


def _write_berekening(tekort: Tekort, resultaten: Resultaten) -> Fragment:
    berekening = tekort.berekening
    assert berekening is not None
    show = resultaten.show
    rows = [
        ["E", "Netto lasten die meetellen", show("vangnet.relevante_lasten")],
        ["F", "Definitief budget", show("vangnet.budget")],
        ["G", "Tekort", show("vangnet.tekort")],
        ["G/F", "Tekort als deel van het budget", show("vangnet.tekort_aandeel")],
    ]
    for number, schijf in enumerate(berekening.schijven, start=1):
        end = f"tot en met {notatie.percentage(schijf.tot)}" if schijf.tot else "en meer"
        label = (
            f"Deel van het tekort boven {notatie.percentage(schijf.van)} {end} van het budget: "
            if schijf.van
            else f"Deel {end} van het budget: "
        )
        amount = Markup("{}{}, daarvan {} vergoed").format(
            label, show(f"vangnet.schijf{number}.bedrag"), notatie.percentage(schijf.vergoeding, 0)
        )
        rows.append([f"H{number}", amount, show(f"vangnet.schijf{number}.uitkering")])
    rows += [
        ["I", "Vangnetuitkering", show("vangnet.vangnetuitkering")],
        ["G−I", "Eigen risico", show("vangnet.eigen_risico")],
        ["max.", "Hoogste eigen risico bij dit budget", show("vangnet.maximaal_eigen_risico")],
    ]
    note = " ".join(["Getoond in hele euro's.", *berekening.opmerkingen])
    caption = f"Berekening van de vangnetuitkering over {tekort.jaar} (regels van het officiële rekenmodel)"
    return table(caption, [Kolom("regel"), Kolom("omschrijving"), Kolom("bedrag", _GETAL)], rows, voetnoot=note)


def _write_voorwaarden(tekort: Tekort) -> Fragment:
    assert tekort.berekening is not None
    rows = [[v.naam, v.oordeel.value, v.toelichting, str(v.bron)] for v in tekort.berekening.voorwaarden]
    kolommen = [Kolom("voorwaarde"), Kolom("oordeel"), Kolom("toelichting"), Kolom("bron")]
    note = (
        "Zolang een voorwaarde niet te beoordelen is, is de berekende uitkering onder voorbehoud."
        if tekort.berekening.voorbehoud
        else ""
    )
    return table(f"Voorwaarden voor de vangnetuitkering over {tekort.jaar}", kolommen, rows, voetnoot=note)


def _write_schijven(gegevens: Verantwoordingsgegevens, resultaten: Resultaten, regime: Regime, naam: str) -> Fragment:
    rows = []
    for aandeel in SHOWN_OVERSPENDING:
        key = f"{aandeel * 1000:04.0f}"
        rows.append(
            [
                notatie.percentage(aandeel),
                resultaten.show(f"schijven.{key}.eigen_risico"),
                resultaten.show(f"schijven.{key}.uitkering"),
            ]
        )
    kolommen = [
        Kolom("overschrijding"),
        Kolom("eigen_risico", _GETAL),
        Kolom("vangnetuitkering", _GETAL),
    ]
    caption = f"Wat een overschrijding in {gegevens.jaar} betekent, in procenten van het budget"
    part = table(caption, kolommen, rows, voetnoot="Als aan alle voorwaarden is voldaan.")
    berekening = open_released(gegevens.tekort).berekening
    place = float(berekening.tekort_aandeel) * 100 if berekening else None
    lines = toon_schijven(gegevens.jaar, [step / 200 for step in range(41)])
    hoogste = format_procent(regime.maximaal_eigen_risico.aandeel)
    return part + plot_brackets(
        [float(line.aandeel) * 100 for line in lines],
        [float(line.eigen_risico) * 100 for line in lines],
        [float(line.uitkering) * 100 for line in lines],
        titel=_title_schijven(naam, berekening) or f"Het eigen risico stopt bij {hoogste} van het budget",
        alt=(
            f"Vlakdiagram: het eigen risico loopt op tot {hoogste} van het budget en blijft daarna gelijk; wat "
            "daarboven komt is vangnetuitkering."
        )
        + (f" {naam} staat op {notatie.number(place, 1)}% overschrijding." if place is not None else ""),
        bron=f"de regel over {regime.jaar}: {regime.bovengrens.bron}",
        plaats=place,
        gemeente=naam,
    )


def _title_schijven(naam: str, berekening: Vangnetberekening | None) -> str:
    """State what the municipality bears itself; empty when there is no deficit to place."""
    if berekening is None or berekening.tekort <= Euro(0):
        return ""
    share = Fraction(berekening.eigen_risico.cents, berekening.budget.cents)
    return (
        f"Bij een overschrijding van {notatie.percentage(berekening.tekort_aandeel)} betaalt {naam} zelf "
        f"{notatie.percentage(share)} van het budget"
    )


def _volume_sentence(naam: str, resultaten: Resultaten) -> Markup:
    own, land = resultaten.by_id["bestand.index.eigen.2018"], resultaten.by_id["bestand.index.land.2018"]
    return Markup(
        "Tussen 1 januari 2015 en 1 januari 2018 is het aantal mensen met bijstand in {} {} in Nederland: het "
        "ging van {} naar {} personen "
        "(index {}; Nederland {}; vergelijkbare gemeenten {}). De stand van 1 januari 2015 is geschat, omdat CBS niet "
        "alle vertrek als uitstroom telt; de index van {} ligt daardoor en door afronding tussen {}."
    ).format(
        naam,
        compare_growth(own, land),
        resultaten.show("bestand.personen.eigen.2015"),
        resultaten.show("bestand.personen.eigen.2018"),
        resultaten.show("bestand.index.eigen.2018"),
        resultaten.show("bestand.index.land.2018"),
        resultaten.show("bestand.index.groep.2018"),
        naam,
        Markup("{} en {}").format(
            resultaten.show("bestand.index.eigen.2018", "lower"), resultaten.show("bestand.index.eigen.2018", "upper")
        ),
    )


def compare_growth(own: Resultaat, land: Resultaat) -> str:
    """Compare two indices in words; a difference within rounding is no difference."""
    value, lower, upper, nation = (cast("float", number) for number in (own.value, own.lower, own.upper, land.value))
    if lower <= nation <= upper:
        return "ongeveer even sterk veranderd als"
    return "sterker gegroeid dan" if value > nation else "minder gegroeid dan"


def _write_prijs(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    land, naam, show = open_released(gegevens.land), open_released(gegevens.dossier).gemeente.naam, resultaten.show
    rows = [
        [
            str(jaar),
            resultaten.show(f"land.uitkeringen.{jaar}"),
            resultaten.show(f"land.prijs.{jaar}"),
            resultaten.show(f"land.tekort_aandeel.{jaar}"),
        ]
        for jaar in land
    ]
    first, last = min(land), max(land)
    kolommen = [
        Kolom("jaar"),
        Kolom("uitkeringen", _GETAL),
        Kolom("netto_lasten", _GETAL, eenheid="euro per jaar"),
        Kolom("tekort", _GETAL),
    ]
    note = "De prijs is ruw: de lasten bevatten ook loonkostensubsidie en Bbz, het aantal uitkeringen niet."
    return paragraph(
        Markup(
            "De netto lasten per jaar van {} staan niet in de bronnen; het aandeel van volume en prijs in het "
            "eigen tekort is daarom niet te berekenen. "
            "Landelijk namen de lasten tussen {} en {} toe met {} miljoen euro: {} miljoen door meer "
            "uitkeringen en {} miljoen door een hogere prijs."
        ).format(
            naam,
            first,
            last,
            show("land.ontleding.totaal"),
            show("land.ontleding.volume"),
            show("land.ontleding.prijs"),
        )
    ) + table("Alle gemeenten samen: uitkeringen, prijs en tekort op het BUIG-budget", kolommen, rows, voetnoot=note)


def _write_article_15(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    toetsen, naam = open_released(gegevens.verhoudingen), open_released(gegevens.dossier).gemeente.naam
    rows = []
    for toets in toetsen:
        key = f"verhouding.{toets.stroom}"
        rank = notatie.p_value(toets.rank_p) if toets.rank_p is not None else "–"
        rows.append(
            [
                toets.stroom,
                resultaten.show(f"{key}.wettelijk"),
                resultaten.show(f"{key}.benadering"),
                resultaten.show_interval(f"{key}.benadering"),
                rank,
            ]
        )
    kolommen = [
        Kolom("stroom"),
        Kolom("wettelijke_verhouding", _GETAL),
        Kolom("verkorte_verhouding", _GETAL),
        Kolom("interval_toeval", _GETAL),
        Kolom("p_gemeenten", _GETAL),
    ]
    known = [toets for toets in toetsen if isinstance(toets.benadering, Estimate)]
    jaren = notatie.join([str(jaar) for jaar in toetsen[0].jaren]) or "geen"
    text = (
        "De regeling over 2014 vergeleek een gemeente met het land: de stroom van het jaar gedeeld door het "
        "gemiddelde van de drie jaren ervoor, lokaal ten opzichte "
        "van landelijk (Regeling Participatiewet art. 15 lid 5; vervallen). De gemeentecijfers beginnen in "
        "2015, dus drie eerdere jaren zijn er niet. "
        f"Hieronder staat dezelfde verhouding met de jaren {jaren}; 1,00 betekent: precies als het land."
    )
    unusual = [toets.stroom for toets in known if toets.rank_p is not None and toets.rank_p <= 0.05]
    verdict = (
        f"De {notatie.join(unusual)} van {naam} week meer af dan bij gemeenten van deze omvang gewoon is."
        if unusual
        else f"De verhoudingen van {naam} zijn gewoon voor een gemeente van deze omvang; uitzonderlijk zijn ze niet."
    )
    return (
        heading(4, "De wettelijke vergelijking met het land")
        + paragraph(text)
        + table(
            "Verhouding van verhoudingen: instroom en uitstroom ten opzichte van het land",
            kolommen,
            rows,
            voetnoot=verdict,
        )
    )
