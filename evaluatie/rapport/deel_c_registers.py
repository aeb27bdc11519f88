"""Part C, from the municipality's own registers: what its maatregelen did to persons, or how to bring the registers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import Released, open_released, release_evaluaties
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties import trajecten
from evaluatie.evaluaties.deeltijd import read_deeltijd
from evaluatie.evaluaties.deeltijdopstap import evaluate_opstap
from evaluatie.evaluaties.evaluatie import Evaluatie, adjust_for_multiplicity
from evaluatie.evaluaties.handhaving import evaluate_onderzoek, evaluate_sancties, read_handhaving
from evaluatie.rapport.bronkeuze import Registerbron, open_map
from evaluatie.rapport.effectdelen import record_evaluaties, table_evaluaties, write_evaluaties
from evaluatie.rapport.opmaak import Fragment, bullet_list, heading, paragraph
from evaluatie.rapport.resultaten import Resultaten
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


def write_registereffecten(
    bron: Registerbron | Path | None,
    resultaten: Resultaten,
    onderdelen: Sequence[Registeronderdeel] = ONDERDELEN,
) -> Fragment:
    """Write the effects that follow from the registers of a municipality, released and recorded.

    Parameters
    ----------
    bron : Registerbron, Path or None
        The registers, or the municipality's own folder (`evaluatie.dossier.find_own_map`); None when it has none.
    resultaten : Resultaten
        Of the report; every id starts with `VOORVOEGSEL`. Writing the section again adds nothing.
    onderdelen : sequence of Registeronderdeel
        What is evaluated.
    """
    title = heading(3, "Effecten uit de eigen registers")
    if bron is None or (isinstance(bron, Path) and not has_stored(bron)):
        return title + paragraph(_NO_REGISTERS) + bullet_list(_HOW, ordered=True)
    opened = open_map(bron) if isinstance(bron, Path) else bron
    missing = {onderdeel.naam: onderdeel.list_missing(opened) for onderdeel in onderdelen}
    tables = {
        caption: found
        for onderdeel in onderdelen
        if not missing[onderdeel.naam]
        for caption, found in onderdeel.evalueer(opened).items()
    }
    parts = title + opened.banner()
    if tables:
        parts += paragraph(_LEAD)
    for caption, released in _release(tables, opened).items():
        _record(released, resultaten)
        parts += table_evaluaties(released, resultaten, caption) + write_evaluaties(released)
    absent = [_describe_missing(naam, tabellen) for naam, tabellen in missing.items() if tabellen]
    return parts + bullet_list(absent) if absent else parts


def _release(tables: Tabellen, bron: Registerbron) -> dict[str, Released[tuple[Evaluatie, ...]]]:
    """Correct for the number of questions over all tables together, and release each."""
    flat = [replace(found, id=f"{VOORVOEGSEL}{found.id}") for group in tables.values() for found in group]
    adjusted = iter(adjust_for_multiplicity(flat))
    return {
        caption: release_evaluaties(list(islice(adjusted, len(group))), bron.bronnen)
        for caption, group in tables.items()
    }


def _record(released: Released[tuple[Evaluatie, ...]], resultaten: Resultaten) -> None:
    """Keep every effect; a section that is written twice (a cell that is run again) records once."""
    if not any(evaluatie.id in resultaten.by_id for evaluatie in open_released(released)):
        record_evaluaties(released, resultaten)


def _describe_missing(naam: str, tabellen: Sequence[str]) -> Markup:
    word, verb = ("tabel", "ontbreekt") if len(tabellen) == 1 else ("tabellen", "ontbreken")
    return Markup("Van {} is nog niets te schatten: de {} {} {}. Lees in met: {}.").format(
        naam, word, notatie.join(list(tabellen)), verb, Markup("<code>evaluatie import MAP</code>")
    )


_NO_REGISTERS = (
    "Van deze gemeente zijn geen eigen registers ingelezen. Wat een maatregel bij mensen deed, zoals een traject, is "
    "daarom niet te schatten. Zo kan het wel:"
)
_HOW = (
    Markup("Maak een map met een leeg dossier en lege tabellen: <code>evaluatie new MAP --gemeente NAAM</code>."),
    "Vul de tabellen in de map aanlevering, zoals LEESMIJ.md in die map uitlegt; uitkeringen en trajecten eerst.",
    Markup("Controleer en lees in: <code>evaluatie check MAP</code> en daarna <code>evaluatie import MAP</code>."),
    Markup("Zet het pad van de map in <code>EVALUATIE_MAP</code> en maak het rapport opnieuw."),
)
_LEAD = (
    "Deze schattingen komen uit de registers van de gemeente zelf. Mensen die een maatregel kregen zijn vergeleken met "
    "mensen met dezelfde bekende kenmerken die haar (nog) niet kregen. De grens voor een effect is strenger gemaakt "
    "voor het aantal vragen in dit onderdeel samen (correctie van Holm). Effecten zijn in procentpunten, in maanden of "
    "als verhouding."
)
