"""A municipality's plan: maatregelen, budgets, goals and claims, each with its source."""

from evaluatie.dossier.load import list_dossiers, load_dossier, read_dossier
from evaluatie.dossier.schema import Cijfer, Claim, Dossier, Eenheid, Klantgroep, Maatregel, Mijlpaal, Status

__all__ = [
    "Cijfer",
    "Claim",
    "Dossier",
    "Eenheid",
    "Klantgroep",
    "Maatregel",
    "Mijlpaal",
    "Status",
    "list_dossiers",
    "load_dossier",
    "read_dossier",
]
