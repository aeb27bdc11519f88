"""What may be said: sentences, tables, figures and the receipt, from released results only."""

from evaluatie.rapport.bestandsontwikkeling import Bestandsontwikkeling
from evaluatie.rapport.handhaving import Handhaving
from evaluatie.rapport.klantgroepen import Klantgroepen
from evaluatie.rapport.landelijke_vergelijking import LandelijkeVergelijking
from evaluatie.rapport.registratie import Registratie
from evaluatie.rapport.trajecten import Trajecten
from evaluatie.rapport.verantwoording import Vangnetverantwoording

__all__ = [
    "Bestandsontwikkeling",
    "Handhaving",
    "Klantgroepen",
    "LandelijkeVergelijking",
    "Registratie",
    "Trajecten",
    "Vangnetverantwoording",
]
