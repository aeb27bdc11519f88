"""What worked, what was not shown and what could not be estimated: the same sentences above every page of effects."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import Released, open_released
from evaluatie.estimation import Estimate
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.oordeel import Oordeel
from evaluatie.evaluaties.zinnen import write_reserve
from evaluatie.rapport.opmaak import Fragment, bullet_list

FEW = 3
"""So many effects or outcomes are named one by one; more are counted."""


_DEZE_PAGINA = "deze pagina"


def write_kernzinnen(groups: Sequence[Released[tuple[Evaluatie, ...]]]) -> Fragment:
    """Write the sentences above a page of one kind of maatregel."""
    every = [evaluatie for released in groups for evaluatie in open_released(released)]
    unclear = tell_unclear(every, [], _DEZE_PAGINA)
    unknown = tell_not_estimated(every, f"; {_DEZE_PAGINA} zegt waarom")
    return bullet_list(tell_effects(every, unclear, unknown, _DEZE_PAGINA), css="kernzinnen")


def tell_effects(every: Sequence[Evaluatie], unclear: str, unknown: str, elders: str) -> list[Markup]:
    """Tell what worked, what went the other way, what changed besides, what was not shown and what is unknown.

    Parameters
    ----------
    every : sequence of Evaluatie
        All effects, released.
    unclear, unknown : str
        The sentences about what was not shown and about what is not known; an empty one is left out.
    elders : str
        Where the reader finds the rest, as it stands in a sentence ("deel C").
    """
    aimed, beside_aim = [[e for e in every if (e.verwachting == "geen") is beside] for beside in (False, True)]
    told = {
        "Wat werkte": tell_found(aimed, Oordeel.GEVONDEN, elders)
        or "Van geen enkele maatregel is een effect in de bedoelde richting aangetoond.",
        "Wat averechts uitpakte": tell_found(aimed, Oordeel.TEGENGESTELD, elders),
        "Wat ook veranderde": tell_found(beside_aim, Oordeel.GEVONDEN, elders),
        "Wat niet is aangetoond": unclear,
        "Wat onbekend is": unknown,
    }
    return [Markup("<strong>{}.</strong> {}").format(head, text) for head, text in told.items() if text]


def tell_found(evaluaties: Sequence[Evaluatie], oordeel: Oordeel, elders: str) -> str:
    """Tell effects that were shown: each in its own sentence, or per maatregel when there are many."""
    found = _having(evaluaties, oordeel)
    if len(found) <= FEW:
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
    reserves = [text for text in dict.fromkeys(write_reserve(evaluatie) for evaluatie in found) if text]
    return " ".join([*parts, *reserves, f"{elders.capitalize()} noemt ze alle."])


def tell_unclear(every: Sequence[Evaluatie], one_unit: Sequence[Evaluatie], elders: str) -> str:
    """Tell what was not shown, and from which size it would have been.

    Parameters
    ----------
    every : sequence of Evaluatie
        All effects.
    one_unit : sequence of Evaluatie
        Those measured in percentage points of the same people, whose smallest detectable sizes make one range.
    elders : str
        Where the sizes of the others are.
    """
    unclear = _having(every, Oordeel.NIET_AANGETOOND)
    if not unclear:
        if any(evaluatie.oordeel.is_shown for evaluatie in every):
            return "Elk effect dat te schatten was, is aangetoond."
        return "Er is geen maatregel waarvan het effect te schatten was."
    named = [f"{_quote(name)} op {_name_outcomes(group)}" for name, group in _by_maatregel(unclear).items()]
    size = _tell_detectable(_having(one_unit, Oordeel.NIET_AANGETOOND), elders)
    return f"Een effect van {notatie.join(named)}. Dat is iets anders dan geen effect{size}."


def _tell_detectable(unclear: Sequence[Evaluatie], elders: str) -> str:
    sizes = sorted(e.detectable for e in unclear if e.detectable is not None)
    if not sizes:
        return f"; {elders} zegt per uitkomst hoe groot een effect had moeten zijn"
    span = notatie.join_range([notatie.points(size, signed=False) for size in (sizes[0], sizes[-1])])
    each = " (dat verschilt per uitkomst)" if len(sizes) > 1 else ""
    return f": in een gemeente van deze omvang was een effect pas vanaf {span} procentpunt{each} op te merken"


def tell_not_estimated(every: Sequence[Evaluatie], reason: str) -> str:
    """Name the maatregelen of which an effect could not be estimated; nothing when there are none."""
    unknown = _having(every, Oordeel.NIET_TE_SCHATTEN)
    if not unknown:
        return ""
    names = notatie.join([_quote(name) for name in _by_maatregel(unknown)])
    return f"Het effect van {names} is niet te schatten{reason}."


def _having(evaluaties: Sequence[Evaluatie], oordeel: Oordeel) -> list[Evaluatie]:
    return [evaluatie for evaluatie in evaluaties if evaluatie.oordeel is oordeel]


def _by_maatregel(evaluaties: Sequence[Evaluatie]) -> dict[str, list[Evaluatie]]:
    groups: dict[str, list[Evaluatie]] = {}
    for evaluatie in evaluaties:
        groups.setdefault(evaluatie.maatregel, []).append(evaluatie)
    return groups


def _name_outcomes(group: Sequence[Evaluatie]) -> str:
    if len(group) <= FEW:
        return notatie.join(list(dict.fromkeys(evaluatie.uitkomst for evaluatie in group)))
    return f"{len(group)} uitkomsten"


def _quote(name: str) -> str:
    return f"‘{name}’"
