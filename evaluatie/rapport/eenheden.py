"""Words for units, as a reader expects them behind a number."""

from __future__ import annotations

from evaluatie.dossier import Cijfer, Eenheid

_WORDS = {
    Eenheid.EURO: "",
    Eenheid.EURO_PER_JAAR: " per jaar",
    Eenheid.AANDEEL: "",
    Eenheid.FTE: " fte",
    Eenheid.KEER: " keer",
    Eenheid.DAGEN_PER_WEEK: " dagen per week",
    Eenheid.JAAR: " jaar",
}


_SINGULAR = {
    Eenheid.PERSONEN: " persoon",
    Eenheid.UITKERINGEN: " uitkering",
    Eenheid.PLAATSINGEN: " plaatsing",
    Eenheid.HUISBEZOEKEN: " huisbezoek",
    Eenheid.BOETES: " boete",
    Eenheid.ONDERZOEKEN: " onderzoek",
    Eenheid.INTAKES: " intake",
    Eenheid.MELDINGEN: " melding",
    Eenheid.BIJEENKOMSTEN: " bijeenkomst",
    Eenheid.GESPREKKEN: " gesprek",
    Eenheid.WERKPLEKKEN: " werkplek",
    Eenheid.MAANDEN: " maand",
    Eenheid.WEKEN: " week",
    Eenheid.DAGEN_PER_WEEK: " dag per week",
}


def describe_eenheid(cijfer: Cijfer) -> str:
    """Return the unit of a number with a leading space; empty where the notation already shows it."""
    if cijfer.waarde == 1 and cijfer.waarde_tot is None and cijfer.eenheid in _SINGULAR:
        return _SINGULAR[cijfer.eenheid]
    return _WORDS.get(cijfer.eenheid, f" {cijfer.eenheid.value}")
