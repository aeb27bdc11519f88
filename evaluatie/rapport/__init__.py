"""What may be said: sentences, tables, figures and the receipt, from released results only."""

from evaluatie.rapport.besparing import Besparingsvergelijking
from evaluatie.rapport.bestandsontwikkeling import Bestandsontwikkeling
from evaluatie.rapport.deeltijd import Deeltijdwerk
from evaluatie.rapport.handhaving import Handhaving
from evaluatie.rapport.instroom_ww import Instroom
from evaluatie.rapport.klantgroepen import Klantgroepen
from evaluatie.rapport.landelijke_vergelijking import LandelijkeVergelijking
from evaluatie.rapport.paneel import Paneel
from evaluatie.rapport.registratie import Registratie
from evaluatie.rapport.start import Voorbeeldeffect, rond_af
from evaluatie.rapport.trajecten import Trajecten
from evaluatie.rapport.verantwoording import Vangnetverantwoording
from evaluatie.rapport.voortgang import Voortgang

__all__ = [
    "Besparingsvergelijking",
    "Bestandsontwikkeling",
    "Deeltijdwerk",
    "Handhaving",
    "Instroom",
    "Klantgroepen",
    "LandelijkeVergelijking",
    "Paneel",
    "Registratie",
    "Trajecten",
    "Vangnetverantwoording",
    "Voorbeeldeffect",
    "Voortgang",
    "rond_af",
]
