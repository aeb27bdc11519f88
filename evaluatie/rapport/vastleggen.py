"""Write every number of a report into one list: the page and ``results.json`` both read from it."""

from __future__ import annotations

from evaluatie.cijfers import table_bron
from evaluatie.disclosure import open_released
from evaluatie.dossier import Cijfer, Dossier, Eenheid
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties.arbeidsmarkt import Verhoudingstoets
from evaluatie.evaluaties.besparing import Besparingstoets
from evaluatie.evaluaties.claims import Claimtoets
from evaluatie.evaluaties.tekort import LandelijkJaar, Tekort, decompose_lasten
from evaluatie.panel import UITKOMSTEN
from evaluatie.rapport.gegevens import Bestandsvergelijking, Verantwoordingsgegevens
from evaluatie.rapport.resultaten import Notatie, Resultaat, Resultaten
from evaluatie.rapport.vastleggen_effecten import effect_key, from_estimate, record_effect, record_evaluaties
from evaluatie.wet import describe_regime, toon_schijven

SHOWN_OVERSPENDING = (0.025, 0.05, 0.075, 0.10, 0.125, 0.15, 0.20, 0.25)

_PROCENT_DETAIL = 1e-9


def record_all(gegevens: Verantwoordingsgegevens) -> Resultaten:
    """Record every number of a report."""
    resultaten = Resultaten()
    dossier = open_released(gegevens.dossier)
    record_cijfers(resultaten, dossier)
    _record_tekort(resultaten, dossier, open_released(gegevens.tekort))
    _record_schijven(resultaten, gegevens.jaar)
    _record_land(resultaten, open_released(gegevens.land))
    _record_ontleding(resultaten, open_released(gegevens.land))
    if gegevens.bestand:
        record_bestand(resultaten, open_released(gegevens.bestand))
    for verhouding in open_released(gegevens.verhoudingen):
        _record_verhouding(resultaten, verhouding)
    for toets in open_released(gegevens.besparingen):
        _record_besparing(resultaten, toets)
    for evaluatie in open_released(gegevens.evaluaties):
        for resultaat in record_effect(effect_key(evaluatie), evaluatie):
            resultaten.add(resultaat)
    if gegevens.registereffecten is not None:
        for released in gegevens.registereffecten.tabellen.values():
            record_evaluaties(released, resultaten)
    for claim in open_released(gegevens.claims):
        _record_claim(resultaten, claim)
    return resultaten


def record_cijfers(resultaten: Resultaten, dossier: Dossier) -> None:
    """Record every number of a dossier as ``cijfer.<id>``."""
    for identifier, cijfer in dossier.cijfers.items():
        resultaten.add(
            Resultaat(
                id=f"cijfer.{identifier}",
                value=float(cijfer.waarde),
                value_to=None if cijfer.waarde_tot is None else float(cijfer.waarde_tot),
                unit=cijfer.eenheid.value,
                notatie=_notation(cijfer),
                sentence=cijfer.omschrijving,
                sources=(dossier.bron(cijfer.bron),),
                verdict=cijfer.status.value,
            )
        )


def record_bestand(resultaten: Resultaten, bestand: Bestandsvergelijking) -> None:
    """Record index and flows as ``bestand.index.<wie>.<moment>`` and ``bestand.<stroom>.<wie>.<jaar>``."""
    series = {
        "eigen": (bestand.eigen_index, bestand.eigen_stromen),
        "land": (bestand.land_index, bestand.land_stromen),
        "groep": (bestand.groep_index, bestand.groep_stromen),
    }
    for who, (index, stromen) in series.items():
        columns = ["moment", "personen", "index", "lower", "upper"]
        for moment, personen, value, lower, upper in index[columns].itertuples(index=False):
            source = (table_bron("bijstand_gemeenten_jaar", f"stand 1 januari {moment}"),)
            label = "Personen met bijstand, 1 januari 2015 = 100"
            resultaten.add(
                Resultaat(
                    f"bestand.index.{who}.{moment}",
                    float(value),
                    "index",
                    "index",
                    label,
                    source,
                    lower=float(lower),
                    upper=float(upper),
                    method="stock of 1 January 2015 estimated; interval covers that and rounding",
                )
            )
            label = "Personen met bijstand"
            resultaten.add(
                Resultaat(f"bestand.personen.{who}.{moment}", float(personen), "personen", "getal", label, source)
            )
        for _, row in stromen.iterrows():
            for stroom in UITKOMSTEN:
                source = (table_bron("bijstand_gemeenten_jaar", f"{int(row['jaar'])}"),)
                key = f"bestand.{stroom}.{who}.{int(row['jaar'])}"
                sentence = "Van elke honderd mensen die in het jaar bijstand kregen"
                resultaten.add(Resultaat(key, float(row[f"{stroom}_aandeel"]), "aandeel", "procent", sentence, source))


def _record_tekort(resultaten: Resultaten, dossier: Dossier, tekort: Tekort) -> None:
    berekening = tekort.berekening
    if berekening is None or tekort.buig is None:
        return
    place = next(c for c in (tekort.buig.tekort, tekort.buig.netto_lasten, tekort.buig.budget) if c)
    sources = (dossier.bron(dossier.cijfer(place).bron), *berekening.bronnen)
    reserves = (("raming", tekort.raming), ("onder voorbehoud", berekening.voorbehoud))
    verdict = ", ".join(word for word, holds in reserves if holds)
    amounts: dict[str, tuple[float, Notatie, str]] = {
        "budget": (float(berekening.budget), "euro", "Definitief budget (regel F)"),
        "relevante_lasten": (
            float(berekening.relevante_lasten),
            "euro",
            "Netto lasten na aftrek van fouten en onzekerheden (regel E)",
        ),
        "tekort": (float(berekening.tekort), "euro", "Tekort (regel G)"),
        "tekort_aandeel": (float(berekening.tekort_aandeel), "procent2", "Tekort als deel van het budget"),
        "vangnetuitkering": (float(berekening.vangnetuitkering), "euro", "Vangnetuitkering (regel I)"),
        "eigen_risico": (float(berekening.eigen_risico), "euro", "Eigen risico: tekort min vangnetuitkering"),
        "maximaal_eigen_risico": (
            float(berekening.maximaal_eigen_risico),
            "euro",
            "Hoogste eigen risico bij dit budget",
        ),
    }
    for name, (value, how, sentence) in amounts.items():
        unit = "aandeel" if name == "tekort_aandeel" else "euro"
        resultaten.add(
            Resultaat(
                f"vangnet.{name}",
                value,
                unit,
                how,
                sentence,
                sources,
                verdict=verdict,
                method="compute_vangnetuitkering",
            )
        )
    for number, schijf in enumerate(berekening.schijven, start=1):
        resultaten.add(
            Resultaat(
                f"vangnet.schijf{number}.bedrag",
                float(schijf.bedrag),
                "euro",
                "euro",
                f"Deel van het tekort in schijf H{number}",
                sources,
            )
        )
        resultaten.add(
            Resultaat(
                f"vangnet.schijf{number}.uitkering",
                float(schijf.uitkering),
                "euro",
                "euro",
                f"Uitkering over schijf H{number}",
                sources,
            )
        )


def _record_schijven(resultaten: Resultaten, jaar: int) -> None:
    regime = describe_regime(jaar)
    for rij in toon_schijven(jaar, SHOWN_OVERSPENDING):
        key = f"{float(rij.aandeel) * 1000:04.0f}"
        resultaten.add(
            Resultaat(
                f"schijven.{key}.eigen_risico",
                float(rij.eigen_risico),
                "aandeel_van_budget",
                "procent2",
                "Eigen risico bij deze overschrijding",
                regime.bronnen,
                verdict=regime.zekerheid.value,
            )
        )
        resultaten.add(
            Resultaat(
                f"schijven.{key}.uitkering",
                float(rij.uitkering),
                "aandeel_van_budget",
                "procent2",
                "Vangnetuitkering bij deze overschrijding",
                regime.bronnen,
                verdict=regime.zekerheid.value,
            )
        )


def _record_land(resultaten: Resultaten, land: dict[int, LandelijkJaar]) -> None:
    for jaar, item in land.items():
        resultaten.add(
            Resultaat(
                f"land.tekort_aandeel.{jaar}",
                item.tekort_aandeel,
                "aandeel",
                "procent",
                "Tekort van alle gemeenten samen op het BUIG-budget",
                item.bronnen,
            )
        )
        resultaten.add(
            Resultaat(
                f"land.prijs.{jaar}",
                item.prijs_eur,
                "euro_per_uitkering",
                "euro",
                "Landelijke netto lasten per uitkering",
                item.bronnen,
            )
        )
        resultaten.add(
            Resultaat(
                f"land.uitkeringen.{jaar}",
                item.uitkeringen,
                "uitkeringen",
                "getal",
                "Gemiddeld aantal uitkeringen (tot AOW, IOAW en IOAZ)",
                item.bronnen,
            )
        )


def _record_ontleding(resultaten: Resultaten, land: dict[int, LandelijkJaar]) -> None:
    first, last = land[min(land)], land[max(land)]
    split = decompose_lasten(first.uitkeringen, first.prijs_eur, last.uitkeringen, last.prijs_eur)
    sources = (*first.bronnen, *last.bronnen)
    for name, value in (("totaal", split.totaal), ("volume", split.volume_effect), ("prijs", split.prijs_effect)):
        label = f"Verandering van de landelijke netto lasten {first.jaar}-{last.jaar}: {name}"
        resultaten.add(
            Resultaat(
                f"land.ontleding.{name}",
                value / 1e6,
                "miljoen_euro",
                "getal",
                label,
                sources,
                method="Bennet decomposition",
            )
        )


def _record_verhouding(resultaten: Resultaten, toets: Verhoudingstoets) -> None:
    for name, estimate in (("wettelijk", toets.wettelijk), ("benadering", toets.benadering)):
        sentence = f"Lokale {toets.stroom} ten opzichte van eerdere jaren, gedeeld door dezelfde verhouding landelijk"
        resultaten.add(
            from_estimate(
                f"verhouding.{toets.stroom}.{name}", estimate, "ratio", sentence, toets.bronnen, uitkomst=toets.stroom
            )
        )


def _record_besparing(resultaten: Resultaten, toets: Besparingstoets) -> None:
    key = toets.besparing.gemeld
    sources = (toets.bron,)
    verdict = "te vormen uit de normbedragen" if toets.vormbaar else "niet te vormen uit de normbedragen"
    if toets.per_plaatsing and not toets.vormbaar:
        resultaten.add(
            Resultaat(
                f"besparing.{key}.per_geval",
                float(toets.per_plaatsing),
                "euro",
                "euro",
                "Gemelde besparing per geval",
                sources,
                verdict=verdict,
            )
        )
    if toets.netto_voordeel:
        resultaten.add(
            Resultaat(
                f"besparing.{key}.netto", float(toets.netto_voordeel), "euro", "euro", "Besparing min uitgaven", sources
            )
        )
    if toets.fewest is not None and toets.most is not None:
        resultaten.add(
            Resultaat(
                f"besparing.{key}.plaatsingen",
                float(toets.fewest),
                "plaatsingen",
                "getal",
                "Aantal plaatsingen waaruit het totaal kan bestaan",
                sources,
                value_to=float(toets.most),
                verdict=verdict,
            )
        )


def _record_claim(resultaten: Resultaten, toets: Claimtoets) -> None:
    how: Notatie = (
        "ratio" if _unit(toets.estimate) == "ratio" else "getal1" if _unit(toets.estimate) == "count" else "procent"
    )
    resultaten.add(
        from_estimate(
            f"claim.{toets.claim.id}",
            toets.estimate,
            how,
            toets.sentence,
            toets.bronnen,
            maatregel=toets.claim.maatregel or "",
            evidence_level=toets.bewijskracht,
            verdict=toets.draagkracht.value,
        )
    )


def _unit(estimate: Estimate | NotEstimated) -> str:
    return estimate.unit if isinstance(estimate, Estimate) else ""


def _notation(cijfer: Cijfer) -> Notatie:
    if cijfer.eenheid in (Eenheid.EURO, Eenheid.EURO_PER_JAAR):
        return "euro"
    if cijfer.eenheid is Eenheid.AANDEEL:
        scaled = cijfer.waarde * 100
        return (
            "procent0"
            if abs(scaled - round(scaled)) < _PROCENT_DETAIL
            else "procent"
            if abs(scaled * 10 - round(scaled * 10)) < 1e-6
            else "procent2"
        )
    if float(cijfer.waarde).is_integer():
        return "getal"
    return "getal1" if abs(cijfer.waarde * 10 - round(cijfer.waarde * 10)) < _PROCENT_DETAIL else "getal2"


__all__ = ["SHOWN_OVERSPENDING", "record_all", "record_bestand", "record_cijfers"]
