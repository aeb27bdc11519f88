"""A municipality's plan: maatregelen, budgets, goals and claims, each with its source."""

from evaluatie.dossier.load import OWN_MAP, find_own_map, list_dossiers, load_dossier, own_map, read_dossier
from evaluatie.dossier.schema import Cijfer, Claim, Dossier, Eenheid, Klantgroep, Maatregel, Mijlpaal, Status

__all__ = [
    "OWN_MAP",
    "Cijfer",
    "Claim",
    "Dossier",
    "Eenheid",
    "Klantgroep",
    "Maatregel",
    "Mijlpaal",
    "Status",
    "find_own_map",
    "list_dossiers",
    "load_dossier",
    "own_map",
    "read_dossier",
]
