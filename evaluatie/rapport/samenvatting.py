"""The first screen: the deficit, what it means, and what worked, was not shown, and is unknown."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import open_released
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties.claims import Draagkracht
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.oordeel import Oordeel
from evaluatie.rapport.gegevens import Verantwoordingsgegevens
from evaluatie.rapport.opmaak import Fragment, bullet_list, key_figures, paragraph
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.wet import describe_regime

_OUTSIDE = ("outside_data", "no_pre_period")


def write_samenvatting(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Write the first screen: what the deficit is and who pays it, three sentences on effects, then the plan."""
    dossier = open_released(gegevens.dossier)
    place = paragraph(
        f"{dossier.gemeente.naam}, begrotingsjaar {gegevens.jaar}, stand op {notatie.date(gegevens.peildatum)}. "
        "Alle cijfers komen uit openbare documenten en CBS-tabellen; achter elk cijfer staat de bron.",
        css="ondertitel",
    )
    sentences = bullet_list(_about_effects(gegevens), css="kernzinnen")
    return place + _about_tekort(gegevens, resultaten) + sentences + paragraph(dossier.samenvatting)


def _about_tekort(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    tekort, naam = open_released(gegevens.tekort), open_released(gegevens.dossier).gemeente.naam
    show = resultaten.show
    if tekort.berekening is None:
        hoogste = describe_regime(gegevens.jaar).maximaal_eigen_risico.aandeel
        text = (
            f"De bronnen geven geen budget en lasten van {naam} over {gegevens.jaar}, dus tekort, eigen risico en "
            "vangnetuitkering zijn niet te berekenen. Het eigen risico kan in dat jaar niet hoger zijn dan "
            f"{notatie.percentage(hoogste, 2)} van het budget, als aan de voorwaarden is voldaan."
        )
        return key_figures([("Tekort", "onbekend", text)])
    kind = ". Dit is een raming, geen jaarrekening" if _is_forecast(gegevens) else ""
    reserve = (
        "Wat het Rijk vergoedt, onder voorbehoud: niet alle voorwaarden zijn te beoordelen."
        if tekort.berekening.voorbehoud
        else "Wat het Rijk vergoedt."
    )
    size = Markup("{} van het budget van {}{}.").format(show("vangnet.tekort_aandeel"), show("vangnet.budget"), kind)
    return key_figures(
        [
            ("Tekort", show("vangnet.tekort"), size),
            ("Eigen risico", show("vangnet.eigen_risico"), f"Wat {naam} zelf betaalt."),
            ("Vangnetuitkering", show("vangnet.vangnetuitkering"), reserve),
        ]
    )


def _is_forecast(gegevens: Verantwoordingsgegevens) -> bool:
    dossier, buig = open_released(gegevens.dossier), open_released(gegevens.tekort).buig
    used = [identifier for identifier in (buig.budget, buig.netto_lasten, buig.tekort) if identifier] if buig else []
    # The deficit may itself be derived from forecasts, so one forecast among the three is enough.
    return any(dossier.cijfer(identifier).status.value == "raming" for identifier in used)


def _about_effects(gegevens: Verantwoordingsgegevens) -> list[Markup]:
    evaluaties = open_released(gegevens.evaluaties)
    by_verdict = {verdict: [e for e in evaluaties if e.oordeel is verdict] for verdict in Oordeel}
    claims = open_released(gegevens.claims)
    untestable = sum(t.draagkracht is Draagkracht.NIET_TOETSBAAR for t in claims)
    worked = " ".join(e.sentence for e in by_verdict[Oordeel.GEVONDEN])
    opposite = " ".join(e.sentence for e in by_verdict[Oordeel.TEGENGESTELD])
    lines = [
        Markup("<strong>Wat werkte.</strong> {}").format(
            worked or "Van geen van de maatregelen is een effect aangetoond."
        ),
        Markup("<strong>Wat niet is aangetoond.</strong> {}").format(
            _tell_unclear(by_verdict[Oordeel.NIET_AANGETOOND], found=bool(worked or opposite))
        ),
        Markup("<strong>Wat onbekend is.</strong> {}{}").format(
            _tell_unknown(by_verdict[Oordeel.NIET_TE_SCHATTEN]),
            f" Van de beweringen met cijfers in de documenten zijn er {untestable} niet te toetsen." if claims else "",
        ),
    ]
    if opposite:
        lines.insert(1, Markup("<strong>Wat averechts uitpakte.</strong> {}").format(opposite))
    return lines


def _tell_unclear(evaluaties: Sequence[Evaluatie], *, found: bool) -> str:
    if not evaluaties:
        return (
            "Elk effect dat te schatten was, is aangetoond."
            if found
            else "Er is geen maatregel waarvan het effect te schatten was."
        )
    names = notatie.join(sorted({e.maatregel for e in evaluaties}))
    count = "één uitkomst" if len(evaluaties) == 1 else f"{len(evaluaties)} uitkomsten"
    sizes = sorted(e.detectable for e in evaluaties if e.detectable is not None)
    seen = ""
    if sizes:
        span = notatie.join_range([notatie.points(size, signed=False) for size in (sizes[0], sizes[-1])])
        seen = f": in een gemeente van deze omvang waren alleen effecten vanaf {span} procentpunt op te merken"
    return f"Een effect van {names} ({count}). Dat is iets anders dan geen effect{seen}."


def _tell_unknown(evaluaties: Sequence[Evaluatie]) -> str:
    if not evaluaties:
        return "Voor maatregelen zonder datum of openbare uitkomst is de eigen registratie nodig."
    names = notatie.join(sorted({e.maatregel for e in evaluaties}))
    outside = all(isinstance(e.estimate, NotEstimated) and e.estimate.code in _OUTSIDE for e in evaluaties)
    reason = ", omdat de gemeentecijfers alleen over 2015 tot en met 2017 gaan" if outside else "; deel D zegt waarom"
    return f"Het effect van {names} is niet te schatten{reason}."
