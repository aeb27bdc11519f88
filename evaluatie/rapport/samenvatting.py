"""The first screen: the deficit, what it means, and what worked, was not shown, and is unknown."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import open_released
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties.claims import Draagkracht
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.oordeel import Oordeel
from evaluatie.rapport.gegevens import Verantwoordingsgegevens
from evaluatie.rapport.opmaak import Fragment, bullet_list, key_figures, paragraph
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.wet import describe_regime
from evaluatie.wet.opmaak import format_procent

_OUTSIDE = ("outside_data", "no_pre_period")
_FEW = 3
"""So many outcomes are named one by one; more are counted."""


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
    aimed, beside_aim = [[e for e in every if (e.verwachting == "geen") is beside] for beside in (False, True)]
    worked, opposite = (_tell_found(aimed, oordeel) for oordeel in (Oordeel.GEVONDEN, Oordeel.TEGENGESTELD))
    beside = _tell_found(beside_aim, Oordeel.GEVONDEN)
    lines = [
        Markup("<strong>Wat werkte.</strong> {}").format(
            worked or "Van geen van de maatregelen is een effect aangetoond."
        ),
        Markup("<strong>Wat niet is aangetoond.</strong> {}").format(
            _tell_unclear(from_figures, from_registers, found=bool(worked or opposite or beside))
        ),
        Markup("<strong>Wat onbekend is.</strong> {}").format(_tell_unknown(gegevens, every)),
    ]
    if beside:
        lines.insert(1, Markup("<strong>Wat ook veranderde.</strong> {}").format(beside))
    if opposite:
        lines.insert(1, Markup("<strong>Wat averechts uitpakte.</strong> {}").format(opposite))
    return lines


def _tell_found(evaluaties: Sequence[Evaluatie], oordeel: Oordeel) -> str:
    """Tell effects that were shown: each in its own sentence, or per maatregel when there are many."""
    found = _having(evaluaties, oordeel)
    if len(found) <= _FEW:
        return " ".join(evaluatie.sentence for evaluatie in found)
    direction = " in de verkeerde richting" if oordeel is Oordeel.TEGENGESTELD else " in de bedoelde richting"
    if found[0].verwachting == "geen":
        direction = ""
    parts = []
    for name, group in _by_maatregel(found).items():
        first, asked = group[0], sum(evaluatie.maatregel == name for evaluatie in evaluaties)
        assert isinstance(first.estimate, Estimate)
        size = f"{first.schaal.difference(first.estimate.value)}, 95%-interval "
        size += f"{first.schaal.interval(first.estimate.interval())}, bewijskracht {int(first.bewijskracht)} van 5"
        such = "namelijk" if len(group) == 1 else "waaronder"
        parts.append(
            f"{name}: een effect{direction} op {len(group)} van de {asked} uitkomsten, {such} {first.uitkomst} "
            f"({size})."
        )
    return " ".join([*parts, "Deel C noemt ze alle."])


def _tell_unclear(from_figures: Sequence[Evaluatie], from_registers: Sequence[Evaluatie], *, found: bool) -> str:
    figures, registers = (_having(group, Oordeel.NIET_AANGETOOND) for group in (from_figures, from_registers))
    if not figures and not registers:
        return (
            "Elk effect dat te schatten was, is aangetoond."
            if found
            else "Er is geen maatregel waarvan het effect te schatten was."
        )
    named = [
        f"{_quote(name)} op {_name_outcomes(group)}" for name, group in _by_maatregel([*figures, *registers]).items()
    ]
    return f"Een effect van {notatie.join(named)}. Dat is iets anders dan geen effect{_tell_detectable(figures)}."


def _tell_detectable(figures: Sequence[Evaluatie]) -> str:
    """Tell the smallest effects that public figures could have shown; effects on persons have several units."""
    sizes = sorted(e.detectable for e in figures if e.detectable is not None)
    if not sizes:
        return "; deel C zegt per uitkomst hoe groot een effect had moeten zijn"
    span = notatie.join_range([notatie.points(size, signed=False) for size in (sizes[0], sizes[-1])])
    each = " (dat verschilt per uitkomst)" if len(sizes) > 1 else ""
    return f": in een gemeente van deze omvang was een effect pas vanaf {span} procentpunt{each} op te merken"


def _tell_unknown(gegevens: Verantwoordingsgegevens, evaluaties: Sequence[Evaluatie]) -> str:
    parts = []
    unknown = _having(evaluaties, Oordeel.NIET_TE_SCHATTEN)
    if unknown:
        names = notatie.join([_quote(name) for name in _by_maatregel(unknown)])
        outside = all(isinstance(e.estimate, NotEstimated) and e.estimate.code in _OUTSIDE for e in unknown)
        reason = (
            ", omdat de gemeentecijfers alleen over 2015 tot en met 2017 gaan" if outside else "; deel D zegt waarom"
        )
        parts.append(f"Het effect van {names} is niet te schatten{reason}.")
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


def _having(evaluaties: Sequence[Evaluatie], oordeel: Oordeel) -> list[Evaluatie]:
    return [evaluatie for evaluatie in evaluaties if evaluatie.oordeel is oordeel]


def _by_maatregel(evaluaties: Sequence[Evaluatie]) -> dict[str, list[Evaluatie]]:
    groups: dict[str, list[Evaluatie]] = {}
    for evaluatie in evaluaties:
        groups.setdefault(evaluatie.maatregel, []).append(evaluatie)
    return groups


def _name_outcomes(group: Sequence[Evaluatie]) -> str:
    if len(group) <= _FEW:
        return notatie.join(list(dict.fromkeys(evaluatie.uitkomst for evaluatie in group)))
    return f"{len(group)} uitkomsten"


def _quote(name: str) -> str:
    return f"‘{name}’"
