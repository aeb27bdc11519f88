"""The only way out: nothing is published that was not released here, and the gate is closed by default.

Released values rest on public sources (CBS tables that are already disclosure-controlled, documents that a
municipality published), are words of a list that was made without looking at data (which registers there are), rest
on registers in which everybody is invented, or were treated: counts from a municipality's own registers are suppressed
where small and rounded (`release_counts`, `release_table`), estimates need enough persons and outcomes and keep few
digits (`release_estimates`), and sums of money need enough persons of whom none dominates (`release_sums`). Synthetic
registers go through the same treatment as real ones, so that an example looks like the real thing.

The thresholds stand in ``drempels.yaml``. A treatment is part of the type: `Aantallen`, `Aandeel`, `Schatting` and
`Bedragen`.
"""

from evaluatie.disclosure.aantallen import (
    TOTAAL,
    Aandeel,
    Aantal,
    Aantallen,
    Onderdrukt,
    explain,
    release_counts,
    release_table,
)
from evaluatie.disclosure.drempels import Drempels, load_drempels
from evaluatie.disclosure.evaluaties import release_evaluaties
from evaluatie.disclosure.herkenning import refuse_pseudonyms
from evaluatie.disclosure.openbaar import (
    SYNTHETIC_GEMEENTE,
    SYNTHETIC_PERSON,
    cite_register,
    is_own_register,
    is_synthetic,
    release_public,
    release_synthetic,
    release_words,
)
from evaluatie.disclosure.schattingen import (
    Bedragen,
    Schatting,
    release_estimates,
    release_sums,
)
from evaluatie.disclosure.vrijgave import Grond, Released, open_released
from evaluatie.evaluaties.steun import Steun

__all__ = [
    "SYNTHETIC_GEMEENTE",
    "SYNTHETIC_PERSON",
    "TOTAAL",
    "Aandeel",
    "Aantal",
    "Aantallen",
    "Bedragen",
    "Drempels",
    "Grond",
    "Onderdrukt",
    "Released",
    "Schatting",
    "Steun",
    "cite_register",
    "explain",
    "is_own_register",
    "is_synthetic",
    "load_drempels",
    "open_released",
    "refuse_pseudonyms",
    "release_counts",
    "release_estimates",
    "release_evaluaties",
    "release_public",
    "release_sums",
    "release_synthetic",
    "release_table",
    "release_words",
]
