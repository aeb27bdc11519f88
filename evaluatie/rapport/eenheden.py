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


def describe_eenheid(cijfer: Cijfer) -> str:
    """Return the unit of a number with a leading space; empty where the notation already shows it."""
    return _WORDS.get(cijfer.eenheid, f" {cijfer.eenheid.value}")
