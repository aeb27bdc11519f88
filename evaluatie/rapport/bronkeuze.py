"""Whose registers a page is about: Voorbeeldstad, in which everybody is invented, or the user's own folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evaluatie.disclosure import SYNTHETIC_GEMEENTE, cite_register, is_synthetic
from evaluatie.dossier import OWN_MAP, Dossier, load_dossier, own_map, read_dossier
from evaluatie.errors import ChoiceError
from evaluatie.quantities import Bron
from evaluatie.rapport.opmaak import Fragment, paragraph, warning
from evaluatie.registratie.contract import Register
from evaluatie.registratie.opslag import list_files, load_stored
from evaluatie.registratie.voorbeeld import load_voorbeeldstad

VOORBEELD, EIGEN = "voorbeeld", "eigen"
VOORBEELDSTAD = "Voorbeeldstad"
VOORBEELD_PLAN = "Deventer"
"""Whose plan Voorbeeldstad is held against: its klantgroepen have the same names."""
SYNTHETISCH = "Synthetische gegevens. Voorbeeldstad bestaat niet: alle personen en effecten zijn verzonnen."


@dataclass(frozen=True, slots=True)
class Registerbron:
    """The registers of a page, with the plan that belongs to them.

    Parameters
    ----------
    naam : str
        Name of the municipality.
    register : Register
        Its tables; never to be shown.
    dossier : Dossier
        The plan of the municipality; for Voorbeeldstad that of `VOORBEELD_PLAN`.
    synthetisch : bool
        Whether everybody in the registers is invented.
    bestanden : tuple of Path
        Files of the tables, for their hashes in the receipt; empty for Voorbeeldstad.
    """

    naam: str
    register: Register = field(repr=False)
    dossier: Dossier = field(repr=False)
    synthetisch: bool
    bestanden: tuple[Path, ...] = ()

    @property
    def bronnen(self) -> tuple[Bron, ...]:
        """How a number from these registers is cited."""
        return (cite_register(self.naam, synthetisch=self.synthetisch),)

    def banner(self) -> Fragment:
        """Say whose data these are; of invented ones in a way that stands out in print too."""
        if self.naam == VOORBEELDSTAD:
            return warning(SYNTHETISCH)
        if self.synthetisch:
            return warning(f"Synthetische gegevens. In de registers van {self.naam} staan verzonnen personen.")
        return paragraph(
            f"Cijfers uit de registers van {self.naam}. Kleine aantallen zijn onderdrukt en aantallen zijn afgerond; "
            "gegevens van personen komen niet op deze pagina."
        )


def open_registers(bron: str) -> Registerbron:
    """Return the registers of Voorbeeldstad or of the user's own folder.

    Raises
    ------
    ChoiceError
        For an unknown source, or when no folder was given.
    DataError
        When nothing was imported into the folder yet.
    """
    check_bron({"bron": bron})
    if bron == VOORBEELD:
        return Registerbron(VOORBEELDSTAD, load_voorbeeldstad(), load_dossier(VOORBEELD_PLAN), True)
    return open_map(require_map())


def open_map(map_: Path) -> Registerbron:
    """Return the registers of a folder with the dossier beside them.

    Raises
    ------
    DataError
        When nothing was imported into the folder yet, or its dossier does not meet the contract.
    """
    dossier, register = read_dossier(map_ / "dossier.yaml"), load_stored(map_)
    invented = is_synthetic(register) or _is_invented(register)
    return Registerbron(dossier.gemeente.naam, register, dossier, invented, list_files(map_))


def _is_invented(register: Register) -> bool:
    """Tell whether the registers are those of the invented municipality.

    An import with a key replaces the pseudonyms that mark invented persons; the code of their municipality stays.
    """
    codes = set(register["uitkeringen"]["gemeente_code"].dropna()) if "uitkeringen" in register else set()
    return codes == {SYNTHETIC_GEMEENTE}


def check_bron(parameters: Mapping[str, object]) -> None:
    """Refuse an unknown source, or the user's own when no folder was given, before a kernel starts."""
    bron = parameters["bron"]
    if bron not in (VOORBEELD, EIGEN):
        raise ChoiceError(f"'{bron}' is geen bron.", f"Mogelijk: {VOORBEELD}, {EIGEN}.")
    if bron == EIGEN:
        require_map()


def require_map() -> Path:
    """Return the user's own folder; refuse when none was given."""
    map_ = own_map()
    if map_ is None:
        raise ChoiceError("Er is geen eigen map gekozen.", f"Zet het pad van uw map in {OWN_MAP}.")
    return map_
