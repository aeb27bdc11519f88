"""The contract of a file in ``regelingen/``: an unknown key, a gap or an overlap is an error."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr, model_validator

from evaluatie.quantities import Bron
from evaluatie.wet.parameters import DatedValue, Onbekend, Parameter, Regelingnaam, Waarde
from evaluatie.wet.zekerheid import Zekerheid

Tekst = Annotated[str, Field(min_length=3)]
Sleutel = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Ruw = dt.date | StrictInt | StrictFloat | StrictStr


class Eenheid(StrEnum):
    """The closed list of units; `aandeel` is a share of the amount in a bracket."""

    AANDEEL_VAN_BUDGET = "aandeel_van_budget"
    AANDEEL = "aandeel"
    JAREN = "jaren"
    TEKST = "tekst"
    DATUM = "datum"


class Model(BaseModel):
    """Base of all parts of a regeling: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class BronModel(Model):
    """A citation."""

    titel: Tekst
    vindplaats: Tekst
    url: str = ""


class Periode(Model):
    """One value from a day to a day (inclusive); what was not found must say what it rests on."""

    vanaf: dt.date
    tot: dt.date
    waarde: Ruw
    status: Literal["found", "derived", "inferred"]
    bron: BronModel
    opmerking: str = ""

    @model_validator(mode="after")
    def _check(self) -> Periode:
        if self.tot < self.vanaf:
            raise ValueError(f"eindigt ({self.tot}) voordat hij begint ({self.vanaf})")
        if self.status != "found" and not self.opmerking:
            raise ValueError("een afgeleide of aangenomen waarde heeft een opmerking nodig: waarop berust zij?")
        return self


class OnbekendModel(Model):
    """A period that is refused, with the reason a user will read."""

    vanaf: dt.date | None = None
    tot: dt.date | None = None
    regeling: Regelingnaam = "regulier"
    reden: Tekst

    def build(self) -> Onbekend:
        """Return the domain object."""
        return Onbekend(self.vanaf, self.tot, self.regeling, self.reden)


class ParameterModel(Model):
    """One parameter: its values are sorted and join without gap or overlap."""

    naam: Tekst
    omschrijving: Tekst
    eenheid: Eenheid
    waarden: list[Periode] = Field(min_length=1)
    onbekend: list[OnbekendModel] = []

    @model_validator(mode="after")
    def _check(self) -> ParameterModel:
        for periode in self.waarden:
            _convert(periode.waarde, self.eenheid)
        _check_chain(self.waarden)
        return self

    def build(self, sleutel: str, onbekend: Sequence[Onbekend]) -> Parameter:
        """Return the domain object; reasons of its own come before those of the whole regeling."""
        redenen = (*(entry.build() for entry in self.onbekend), *onbekend)
        waarden = tuple(_build_value(periode, self.eenheid, self.naam) for periode in self.waarden)
        return Parameter(sleutel, self.naam, self.omschrijving, self.eenheid.value, waarden, redenen)


class RegelingModel(Model):
    """A whole file."""

    naam: Tekst
    omschrijving: Tekst
    parameters: dict[Sleutel, ParameterModel] = Field(min_length=1)
    onbekend: list[OnbekendModel] = []


def _check_chain(perioden: Sequence[Periode]) -> None:
    for earlier, later in pairwise(perioden):
        expected = earlier.tot + dt.timedelta(days=1)
        if later.vanaf < expected:
            raise ValueError(f"de periode vanaf {later.vanaf} overlapt de vorige of staat niet op volgorde")
        if later.vanaf > expected:
            raise ValueError(f"er zit een gat tussen {earlier.tot} en {later.vanaf}")


def _convert(ruw: Ruw, eenheid: Eenheid) -> Waarde:
    """Return the value in the type of its unit; a decimal in the file becomes an exact fraction."""
    if eenheid in (Eenheid.AANDEEL_VAN_BUDGET, Eenheid.AANDEEL) and isinstance(ruw, int | float) and 0 <= ruw <= 1:
        return Fraction(str(ruw))
    if eenheid is Eenheid.JAREN and isinstance(ruw, int) and 0 <= ruw <= 10:
        return ruw
    if eenheid is Eenheid.TEKST and isinstance(ruw, str) and ruw.strip():
        return ruw.strip()
    if eenheid is Eenheid.DATUM and isinstance(ruw, dt.date):
        return ruw
    raise ValueError(f"de waarde {ruw!r} past niet bij de eenheid {eenheid.value}")


def _build_value(periode: Periode, eenheid: Eenheid, naam: str) -> DatedValue:
    bron = Bron(periode.bron.titel, periode.bron.vindplaats, periode.bron.url)
    return DatedValue(
        value=_convert(periode.waarde, eenheid),
        status=Zekerheid[periode.status.upper()],
        bron=bron,
        vanaf=periode.vanaf,
        tot=periode.tot,
        opmerking=periode.opmerking,
        naam=naam,
    )
