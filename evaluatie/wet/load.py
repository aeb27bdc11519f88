"""Read the dated parameters that are embedded in ``regelingen/``."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

from evaluatie.contract import read_contract
from evaluatie.errors import ChoiceError
from evaluatie.quantities import Bron
from evaluatie.wet.parameters import DatedValue, Onbekend, Parameter, Regelingnaam
from evaluatie.wet.schema import RegelingModel


@dataclass(frozen=True, slots=True)
class Regeling:
    """All dated parameters of one file.

    Parameters
    ----------
    naam, omschrijving : str
        Dutch name and description.
    parameters : mapping of str to Parameter
        By key; read-only.
    onbekend : tuple of Onbekend
        Periods that are refused as a whole, with the reason.
    """

    naam: str
    omschrijving: str
    parameters: Mapping[str, Parameter]
    onbekend: tuple[Onbekend, ...]

    def value_on(self, sleutel: str, peildatum: dt.date) -> DatedValue:
        """Return the value of one parameter on a day (see `Parameter.value_on`)."""
        return self.parameters[sleutel].value_on(peildatum)

    def find_reden(self, peildatum: dt.date, regeling: Regelingnaam) -> str | None:
        """Return why the rules on `peildatum` are unknown; None when they are not refused as a whole."""
        redenen = (entry.reden for entry in self.onbekend if entry.regeling == regeling and entry.covers(peildatum))
        return next(redenen, None)

    @property
    def bronnen(self) -> tuple[Bron, ...]:
        """Every source of this file, once, in the order of the file."""
        waarden = (waarde for parameter in self.parameters.values() for waarde in parameter.waarden)
        return tuple(dict.fromkeys(waarde.bron for waarde in waarden))


def list_regelingen() -> tuple[str, ...]:
    """Return the names of the embedded files, sorted."""
    folder = files(__package__) / "regelingen"
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")))


@functools.cache
def load_regeling(naam: str) -> Regeling:
    """Read one embedded file, for example ``"vangnetuitkering"``.

    Raises
    ------
    ChoiceError
        When there is no such file; lists the ones there are.
    """
    if naam not in list_regelingen():
        raise ChoiceError(f"Er is geen regeling '{naam}'.", f"Beschikbaar: {', '.join(list_regelingen())}.")
    text = (files(__package__) / "regelingen" / f"{naam}.yaml").read_text(encoding="utf-8")
    return read_regeling(text, f"{naam}.yaml")


def read_regeling(text: str, herkomst: str) -> Regeling:
    """Parse and check the text of a regeling.

    Parameters
    ----------
    text : str
        YAML.
    herkomst : str
        File name, for the error messages.

    Raises
    ------
    DataError
        With one `Violation` per mistake.
    """
    return _build(read_contract(RegelingModel, text, herkomst, "een regeling"))


def _build(model: RegelingModel) -> Regeling:
    onbekend = tuple(entry.build() for entry in model.onbekend)
    # Parameters hold the regular rules; the reasons of the uitgebreide vangnet would be the wrong ones to quote.
    regulier = [entry for entry in onbekend if entry.regeling == "regulier"]
    parameters = {sleutel: parameter.build(sleutel, regulier) for sleutel, parameter in model.parameters.items()}
    return Regeling(model.naam, model.omschrijving, MappingProxyType(parameters), onbekend)
