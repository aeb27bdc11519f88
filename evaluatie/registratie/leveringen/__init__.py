"""The monthly deliveries to CBS (BUS, SRG, BDFS) as a way in: from records in a published layout to registers."""

from evaluatie.registratie.leveringen.gebeurtenissen import to_deeltijdinkomsten, to_handhaving
from evaluatie.registratie.leveringen.layout import list_layouts, load_layout, read_layout
from evaluatie.registratie.leveringen.lezen import Levering, read_levering, read_leveringen
from evaluatie.registratie.leveringen.maken import to_deliveries, to_leveringen, write_delivery
from evaluatie.registratie.leveringen.map import FOLDER, read_deliveries_folder
from evaluatie.registratie.leveringen.melding import Melding
from evaluatie.registratie.leveringen.perioden import to_trajecten, to_uitkeringen
from evaluatie.registratie.leveringen.schema import Layout, Soort, Veld
from evaluatie.registratie.leveringen.vorm import Pseudonymise, refuse

__all__ = [
    "FOLDER",
    "Layout",
    "Levering",
    "Melding",
    "Pseudonymise",
    "Soort",
    "Veld",
    "list_layouts",
    "load_layout",
    "read_deliveries_folder",
    "read_layout",
    "read_levering",
    "read_leveringen",
    "refuse",
    "to_deeltijdinkomsten",
    "to_deliveries",
    "to_handhaving",
    "to_leveringen",
    "to_trajecten",
    "to_uitkeringen",
    "write_delivery",
]
