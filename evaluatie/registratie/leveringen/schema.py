"""The contract of a record layout: fields in order, their kinds, and their codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

Soort = Literal["bus", "srg", "bdfs"]
Veldsoort = Literal["code", "datum", "bedrag", "getal", "tekst", "bsn"]
Zekerheid = Literal["gevonden", "afgeleid", "aangenomen"]
Maandtekst = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]

_ALWAYS = {"statistiekjaar", "statistiekmaand", "statistiekcode", "gemeentecode", "bsn"}
_NEEDED: Mapping[Soort, set[str]] = {
    "bus": _ALWAYS
    | {"registratienummer_uitkering", "leefvorm", "bedrag_vermindering", "geboortedatum", "geslacht"}
    | {"aanvangsdatum", "einddatum", "reden_beeindiging", "reden_vermindering", "begin_vermindering"}
    | {"soort_inkomsten", "bedrag_inkomsten_persoon", "vrijlating"},
    "srg": _ALWAYS | {"type_voorziening", "begindatum", "einddatum", "reden_einde"},
    "bdfs": _ALWAYS | {"registratienummer_vordering", "datum_besluit", "ontstaansgrond", "beginschuld"},
}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bron(_Model):
    """Where the layout was read."""

    titel: str
    vindplaats: str


class Code(_Model):
    """What a code means, and which code of our own contract it becomes (empty: none)."""

    label: str = Field(min_length=1)
    wordt: str = ""
    zekerheid: Zekerheid = "gevonden"
    opmerking: str = ""


def _spell_out(value: object) -> object:
    return {"label": value} if isinstance(value, str) else value


class Veld(_Model):
    """A field: its number and title as printed, our name for it, and what it may hold."""

    nr: str
    naam: str = Field(pattern=r"^[a-z][a-z_]*$")
    titel: str
    soort: Veldsoort
    codes: dict[str, Annotated[Code, BeforeValidator(_spell_out)]] = {}
    verplicht: bool = False
    onvolledig: bool = False
    patroon: str = ""
    aanvullen: int = 0
    zekerheid: Zekerheid = "gevonden"
    opmerking: str = ""

    @field_validator("patroon")
    @classmethod
    def _is_a_pattern(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"'{value}' is geen patroon: {error}") from None
        return value

    @model_validator(mode="after")
    def _codes_fit_the_kind(self) -> Self:
        if (self.soort == "code") != bool(self.codes):
            raise ValueError(f"veld {self.nr} ({self.naam}): codes horen bij de soort 'code', en alleen daarbij")
        if len({len(code) for code in self.codes}) > 1:
            raise ValueError(f"veld {self.nr} ({self.naam}): de codes zijn niet even lang")
        return self

    @property
    def breedte(self) -> int:
        """Length to which a number is filled up with zeros, which spreadsheets like to drop (0: not)."""
        return self.aanvullen or len(next(iter(self.codes), ""))

    def decode(self, values: pd.Series) -> pd.Series:
        """Return what each code becomes in our own contract; missing when it becomes nothing."""
        table = {code: entry.wordt for code, entry in self.codes.items() if entry.wordt}
        return values.map(table).astype("string")

    def encode(self, values: pd.Series) -> pd.Series:
        """Return the first code that becomes each value; missing when there is none."""
        table = {entry.wordt: code for code, entry in reversed(self.codes.items()) if entry.wordt}
        return values.astype("string").map(table).astype("string")


class Layout(_Model):
    """The layout of one kind of delivery from a month on."""

    soort: Soort
    titel: str
    vanaf: Maandtekst
    nagegaan_tot: Maandtekst
    bron: Bron
    opmerking: str = ""
    velden: list[Veld]

    @model_validator(mode="after")
    def _has_the_fields_we_read(self) -> Self:
        double = sorted({naam for naam in self.namen if self.namen.count(naam) > 1})
        if double:
            raise ValueError(f"dubbele veldnamen: {', '.join(double)}")
        if self.namen[:2] != ["statistiekjaar", "statistiekmaand"]:
            raise ValueError("de eerste twee velden zijn statistiekjaar en statistiekmaand")
        missing = sorted(_NEEDED[self.soort] - set(self.namen))
        if missing:
            raise ValueError(f"deze velden ontbreken: {', '.join(missing)}")
        return self

    @property
    def namen(self) -> list[str]:
        """Names of the fields, in the order of the record."""
        return [veld.naam for veld in self.velden]

    def veld(self, naam: str) -> Veld:
        """Return a field by its name."""
        return next(veld for veld in self.velden if veld.naam == naam)
