"""Tables to estimate from: municipalities by year from published figures, persons by month from own registers."""

from evaluatie.panel.dekking import Dekking, find_dekking
from evaluatie.panel.gemeentejaren import UITKOMSTEN, Gemeentepanel, build_gemeentepanel, build_land
from evaluatie.panel.herinstroom import build_duurzame_uitstroom, build_herinstroom, list_uitstroom
from evaluatie.panel.persoonmaanden import KOLOMMEN, build_persoonmaanden
from evaluatie.panel.stand import build_overgangen, build_stand, list_stand

__all__ = [
    "KOLOMMEN",
    "UITKOMSTEN",
    "Dekking",
    "Gemeentepanel",
    "build_duurzame_uitstroom",
    "build_gemeentepanel",
    "build_herinstroom",
    "build_land",
    "build_overgangen",
    "build_persoonmaanden",
    "build_stand",
    "find_dekking",
    "list_stand",
    "list_uitstroom",
]
