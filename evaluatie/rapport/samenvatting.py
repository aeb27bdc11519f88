"""The first screen: the deficit, what it means, and what worked, was not shown, and is unknown."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import open_released
from evaluatie.estimation import Estimate
from evaluatie.evaluaties.claims import Draagkracht
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.rapport.gegevens import Verantwoordingsgegevens
from evaluatie.rapport.kernzinnen import tell_effects, tell_not_estimated, tell_unclear
from evaluatie.rapport.opmaak import Fragment, bullet_list, key_figures, paragraph
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.wet import describe_regime
from evaluatie.wet.opmaak import format_procent

_OUTSIDE = ("outside_data", "no_pre_period")
_DEEL_C = "deel C"


def write_samenvatting(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Write the first screen: what the deficit is and who pays it, three sentences on effects, then the plan."""
    dossier = open_released(gegevens.dossier)
    place = paragraph(
        f"{dossier.gemeente.naam}, begrotingsjaar {gegevens.jaar}, stand op {notatie.date(gegevens.peildatum)}. "
        f"Alle cijfers komen uit {_name_sources(gegevens)}; achter elk cijfer staat de bron.",
        css="ondertitel",
    )
    sentences = bullet_list(_about_effects(gegevens), css="kernzinnen")
    return _warn(gegevens) + place + _about_tekort(gegevens, resultaten) + sentences + paragraph(dossier.samenvatting)


def _warn(gegevens: Verantwoordingsgegevens) -> Fragment:
    """Say before anything else that persons are invented, when they are."""
    effecten = gegevens.registereffecten
    return effecten.banner if effecten and effecten.synthetisch else Fragment(Markup(""))


def _name_sources(gegevens: Verantwoordingsgegevens) -> str:
    public = "openbare documenten en CBS-tabellen"
    own = "de registers van de gemeente zelf"
    return f"{public}, en uit {own}" if gegevens.registereffecten else public


def _about_tekort(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    tekort, naam = open_released(gegevens.tekort), open_released(gegevens.dossier).gemeente.naam
    show = resultaten.show
    if tekort.berekening is None:
        hoogste = describe_regime(gegevens.jaar).maximaal_eigen_risico.aandeel
        text = (
            f"De bronnen geven geen budget en lasten van {naam} over {gegevens.jaar}, dus tekort, eigen risico en "
            "vangnetuitkering zijn niet te berekenen. Het eigen risico kan in dat jaar niet hoger zijn dan "
            f"{format_procent(hoogste)} van het budget, als aan de voorwaarden is voldaan."
        )
        return key_figures([("Tekort", "onbekend", text)])
    kind = ". Dit is een raming, geen jaarrekening" if tekort.raming else ""
    reserve = (
        "Wat het Rijk vergoedt, onder voorbehoud: niet alle voorwaarden zijn te beoordelen."
        if tekort.berekening.voorbehoud
        else "Wat het Rijk vergoedt."
    )
    size = Markup("{} van het budget van {}{}.").format(show("vangnet.tekort_aandeel"), show("vangnet.budget"), kind)
    granted = ", als de vangnetuitkering wordt toegekend" if tekort.berekening.voorbehoud else ""
    borne = f"Wat {naam} zelf betaalt{granted}."
    return key_figures(
        [
            ("Tekort", show("vangnet.tekort"), size),
            ("Eigen risico", show("vangnet.eigen_risico"), borne),
            ("Vangnetuitkering", show("vangnet.vangnetuitkering"), reserve),
        ]
    )


def _about_effects(gegevens: Verantwoordingsgegevens) -> list[Markup]:
    from_figures = open_released(gegevens.evaluaties)
    from_registers = gegevens.registereffecten.evaluaties if gegevens.registereffecten else ()
    every = [*from_figures, *from_registers]
    return tell_effects(every, tell_unclear(every, from_figures, _DEEL_C), _tell_unknown(gegevens, every), _DEEL_C)


def _tell_unknown(gegevens: Verantwoordingsgegevens, evaluaties: Sequence[Evaluatie]) -> str:
    outside = all(isinstance(e.estimate, Estimate) or e.estimate.code in _OUTSIDE for e in evaluaties)
    reason = ", omdat de gemeentecijfers alleen over 2015 tot en met 2017 gaan" if outside else "; deel D zegt waarom"
    told = tell_not_estimated(evaluaties, reason)
    parts = [told] if told else []
    asked = {evaluatie.maatregel_id for evaluatie in open_released(gegevens.evaluaties)}
    others = sum(maatregel.id not in asked for maatregel in open_released(gegevens.dossier).maatregelen)
    if others:
        count = "één maatregel" if others == 1 else f"{others} {'andere ' if asked else ''}maatregelen"
        parts.append(f"Van {count} staat geen uitkomst in openbare cijfers.")
    claims = open_released(gegevens.claims)
    if claims:
        untestable = sum(toets.draagkracht is Draagkracht.NIET_TOETSBAAR for toets in claims)
        parts.append(
            f"Van de {len(claims)} beweringen met cijfers in de documenten zijn er {untestable} niet te toetsen."
        )
    if parts:
        return " ".join(parts)
    if gegevens.registereffecten:
        return "Deel D zegt wat met deze gegevens niet kon worden vastgesteld."
    return "Voor maatregelen zonder datum of openbare uitkomst is de eigen registratie nodig."
