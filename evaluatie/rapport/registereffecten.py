"""What the maatregelen did to persons, from the municipality's own registers: computed and released once per report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from evaluatie.disclosure import Released, open_released, release_evaluaties
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties import trajecten
from evaluatie.evaluaties.deeltijd import read_deeltijd
from evaluatie.evaluaties.deeltijdopstap import evaluate_opstap
from evaluatie.evaluaties.evaluatie import Evaluatie, adjust_for_multiplicity
from evaluatie.evaluaties.handhaving import evaluate_onderzoek, evaluate_sancties, read_handhaving
from evaluatie.rapport.bronkeuze import Registerbron, open_map
from evaluatie.rapport.opmaak import Fragment
from evaluatie.registratie.opslag import has_stored

VOORVOEGSEL = "register."
"""Before the id of every result of this section: no other section of a report uses it."""
Tabellen = Mapping[str, Sequence[Evaluatie]]


@dataclass(frozen=True, slots=True)
class Registeronderdeel:
    """One kind of maatregel that can be evaluated from registers.

    Parameters
    ----------
    naam : str
        As it stands in a sentence.
    tabellen : tuple of str
        Registers it cannot do without.
    evalueer : callable
        Returns evaluaties by the caption of their table.
    """

    naam: str
    tabellen: tuple[str, ...]
    evalueer: Callable[[Registerbron], Tabellen]

    def list_missing(self, bron: Registerbron) -> list[str]:
        """Return the tables that are not there, or empty."""
        return [name for name in self.tabellen if name not in bron.register or bron.register[name].empty]


def _evaluate_trajecten(bron: Registerbron) -> Tabellen:
    gegevens = trajecten.read_trajecten(bron.register, bron.naam, bron.bronnen)
    return {
        "Trajecten: nu starten tegenover wachten": trajecten.evaluate_starts(gegevens)[0],
        "Trajecten: kans per maand op uitstroom naar werk, verhouding": trajecten.evaluate_vensters(gegevens),
    }


def _evaluate_deeltijd(bron: Registerbron) -> Tabellen:
    opstap = evaluate_opstap(read_deeltijd(bron.register, bron.naam, bron.bronnen))
    return {"Deeltijdwerk: kans per maand op uitstroom naar werk, verhouding": opstap.uren}


def _evaluate_handhaving(bron: Registerbron) -> Tabellen:
    gegevens = read_handhaving(bron.register, bron.naam, bron.bronnen)
    if isinstance(gegevens, NotEstimated):
        return {}
    found = [*evaluate_sancties(gegevens), evaluate_onderzoek(gegevens)]
    return {"Handhaving: kans per maand op uitstroom, verhouding": found}


ONDERDELEN: tuple[Registeronderdeel, ...] = (
    Registeronderdeel("re-integratietrajecten", ("uitkeringen", "trajecten"), _evaluate_trajecten),
    Registeronderdeel("deeltijdwerk", ("uitkeringen", "deeltijdinkomsten"), _evaluate_deeltijd),
    Registeronderdeel("handhaving", ("uitkeringen", "handhaving"), _evaluate_handhaving),
)
"""Everything that is evaluated from registers; a new kind of maatregel is a line here."""


@dataclass(frozen=True, slots=True)
class Registereffecten:
    """Every effect from the registers of one municipality, released.

    Parameters
    ----------
    tabellen : mapping of str to Released
        Evaluaties by the caption of their table.
    ontbreekt : mapping of str to list of str
        Kinds of maatregel that could not be evaluated, with the tables they lack.
    banner : Fragment
        Whose data these are.
    synthetisch : bool
        Whether the persons are invented.
    """

    tabellen: Mapping[str, Released[tuple[Evaluatie, ...]]]
    ontbreekt: Mapping[str, Sequence[str]]
    banner: Fragment
    synthetisch: bool

    @property
    def evaluaties(self) -> tuple[Evaluatie, ...]:
        """All of them, in the order of the page."""
        return tuple(evaluatie for released in self.tabellen.values() for evaluatie in open_released(released))


def gather_registereffecten(
    bron: Registerbron | Path | None, onderdelen: Sequence[Registeronderdeel] = ONDERDELEN
) -> Registereffecten | None:
    """Evaluate every kind of maatregel for which there are registers; None where nothing was imported.

    Parameters
    ----------
    bron : Registerbron, Path or None
        The registers, or the municipality's own folder (`evaluatie.dossier.find_own_map`); None when it has none.
    onderdelen : sequence of Registeronderdeel
        What is evaluated.
    """
    if bron is None or (isinstance(bron, Path) and not has_stored(bron)):
        return None
    opened = open_map(bron) if isinstance(bron, Path) else bron
    missing = {onderdeel.naam: onderdeel.list_missing(opened) for onderdeel in onderdelen}
    tables = {
        caption: found
        for onderdeel in onderdelen
        if not missing[onderdeel.naam]
        for caption, found in onderdeel.evalueer(opened).items()
    }
    absent = {naam: tabellen for naam, tabellen in missing.items() if tabellen}
    return Registereffecten(_release(tables, opened), absent, opened.banner(), opened.synthetisch)


def _release(tables: Tabellen, bron: Registerbron) -> dict[str, Released[tuple[Evaluatie, ...]]]:
    """Correct for the number of questions over all tables together, and release each."""
    flat = [replace(found, id=f"{VOORVOEGSEL}{found.id}") for group in tables.values() for found in group]
    adjusted = iter(adjust_for_multiplicity(flat))
    return {
        caption: release_evaluaties(list(islice(adjusted, len(group))), bron.bronnen)
        for caption, group in tables.items()
    }
