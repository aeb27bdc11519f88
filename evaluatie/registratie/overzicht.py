"""What a report may tell of the registers: which tables there are and what the checks noticed, in fixed words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from evaluatie.registratie.contract import Register, load_contracten
from evaluatie.registratie.opslag import has_stored, load_herkomst, load_stored
from evaluatie.registratie.toetsing import check_register
from evaluatie.registratie.voorbeeld.kolommen import GEMEENTE_CODE

_SAID = {
    "einde_zonder_reden": "van een deel van de beëindigingen ontbreekt de reden",
    "geboortejaar_wisselt": "het geboortejaar van een persoon wisselt",
    "lang_geleden": "een datum ligt erg ver terug",
    "leeftijd": "een leeftijd is niet aannemelijk",
    "niet_beeindigd": "een uitkering is volgens handhaving beëindigd, maar loopt door",
    "overlap": "perioden van één persoon overlappen",
    "persoon_onbekend": "er staan personen in zonder uitkering",
    "sprong": "een aantal springt van maand op maand",
    "stand_cbs": "het aantal personen met bijstand wijkt af van het CBS",
    "stand_volumes": "het aantal uitkeringen wijkt af van de tabel volumes",
    "stroom_sluit_niet": "instroom en uitstroom verklaren het verloop van het aantal uitkeringen niet",
    "toekenning_zonder_uitkering": "bij een toekenning hoort geen uitkering",
    "traject_buiten_uitkering": "een traject valt buiten de uitkering",
    "veel_onbekend": "veel waarden ontbreken of zijn onbekend",
}
_OTHER = "er zijn opvallende waarden"
_READING = ("de aanlevering", "bij het inlezen zijn waarschuwingen gegeven")
_INVENTED = "de gegevens zijn synthetisch: er staan verzonnen personen in"
VOCABULARY = frozenset({*load_contracten(), *_SAID.values(), _OTHER, *_READING, _INVENTED})
"""Everything an overview can hold; no word of it comes from the data."""


@dataclass(frozen=True, slots=True)
class Registeroverzicht:
    """Which tables of a municipality have been read in, and what the checks noticed.

    Parameters
    ----------
    aanwezig, ontbreekt : tuple of str
        Names of tables, in the order of the contracts.
    waarschuwingen : tuple of (str, str)
        Table and what was noticed, once each; no numbers, so that nobody can be singled out.
    """

    aanwezig: tuple[str, ...]
    ontbreekt: tuple[str, ...]
    waarschuwingen: tuple[tuple[str, str], ...]


def summarise_registers(map_: Path) -> Registeroverzicht:
    """Read the stored tables of a municipality, check them, and tell what a report may tell.

    Raises
    ------
    DataError
        When a stored table is damaged or has errors; a report is not made from those.
    """
    if not has_stored(map_):
        return describe_register({})
    overzicht, herkomst = describe_register(load_stored(map_)), load_herkomst(map_)
    if herkomst is None or not herkomst.waarschuwingen:
        return overzicht
    return replace(overzicht, waarschuwingen=(_READING, *overzicht.waarschuwingen))


def describe_register(register: Register) -> Registeroverzicht:
    """Check the tables of a municipality and tell what a report may tell.

    Raises
    ------
    DataError
        When a table has errors.
    """
    found = check_register(register)
    found.require()
    invented = [(tabel, _INVENTED) for tabel, frame in register.items() if _is_invented(frame)]
    noticed = dict.fromkeys([*invented, *((groep.bestand, _SAID.get(groep.toets, _OTHER)) for groep in found)])
    present = tuple(tabel for tabel in load_contracten() if tabel in register)
    absent = tuple(tabel for tabel in load_contracten() if tabel not in register)
    return Registeroverzicht(present, absent, tuple(noticed))


def _is_invented(frame: pd.DataFrame) -> bool:
    return "gemeente_code" in frame and bool((frame["gemeente_code"] == GEMEENTE_CODE).any())
