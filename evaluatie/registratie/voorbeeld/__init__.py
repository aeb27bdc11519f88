"""A synthetic municipality with planted effects, for everybody to try the suite on and to hold estimators against."""

from evaluatie.registratie.voorbeeld.effecten import Effecten
from evaluatie.registratie.voorbeeld.genereren import Voorbeeld, generate
from evaluatie.registratie.voorbeeld.schrijven import check_target, write
from evaluatie.registratie.voorbeeld.voorbeeldstad import load_voorbeeldstad, load_waarheid

__all__ = ["Effecten", "Voorbeeld", "check_target", "generate", "load_voorbeeldstad", "load_waarheid", "write"]
