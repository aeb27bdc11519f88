"""What the law says on a date: dated parameters with their source, and the vangnetuitkering that follows."""

from evaluatie.wet.berekening import Vangnetberekening
from evaluatie.wet.load import Regeling, list_regelingen, load_regeling, read_regeling
from evaluatie.wet.parameters import DatedValue, Onbekend, Parameter, Regelingnaam
from evaluatie.wet.regime import Regime, describe_regime, list_jaren
from evaluatie.wet.schijven import Overschrijding, Schijf, toon_schijven
from evaluatie.wet.vangnet import compute_vangnetuitkering
from evaluatie.wet.voorwaarden import Oordeel, Voorwaarde
from evaluatie.wet.zekerheid import Zekerheid, find_weakest

__all__ = [
    "DatedValue",
    "Onbekend",
    "Oordeel",
    "Overschrijding",
    "Parameter",
    "Regeling",
    "Regelingnaam",
    "Regime",
    "Schijf",
    "Vangnetberekening",
    "Voorwaarde",
    "Zekerheid",
    "compute_vangnetuitkering",
    "describe_regime",
    "find_weakest",
    "list_jaren",
    "list_regelingen",
    "load_regeling",
    "read_regeling",
    "toon_schijven",
]
