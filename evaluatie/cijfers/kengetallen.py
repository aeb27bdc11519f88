"""Single national figures that are not CBS tables: the BUIG result of all municipalities, the price of a benefit."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

from evaluatie.project import data_folder
from evaluatie.quantities import Bron


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Bron(_Model):
    titel: str
    vindplaats: str = ""
    url: str = ""


class BuigLandelijk(_Model):
    """Budget, expenditure and receipts of all municipalities in one year, million euro."""

    budget: float
    lasten: float
    baten: float

    @property
    def tekort_aandeel(self) -> float:
        """Deficit as a share of the budget."""
        return (self.lasten - self.baten - self.budget) / self.budget


class _BuigReeks(_Model):
    omschrijving: str
    eenheid: Literal["miljoen_euro"]
    bron: _Bron
    status: Literal["gevonden", "afgeleid"]
    jaren: dict[int, BuigLandelijk]


class _Prijs(_Model):
    omschrijving: str
    eenheid: Literal["euro"]
    waarde: int
    status: Literal["gevonden", "afgeleid"]
    bron: _Bron
    opmerking: str


class _Doorstroom(_Model):
    aandeel: float = Field(gt=0, lt=1)
    bron: str
    status: Literal["gevonden", "afgeleid"]


class DoorstroomWw(_Model):
    """Who left the WW and then had bijstand, as a share of everybody who left the WW, by year."""

    omschrijving: str
    eenheid: Literal["aandeel"]
    opmerking: str
    bronnen: dict[str, _Bron]
    jaren: dict[int, _Doorstroom]

    def aandeel(self, jaar: int) -> float | None:
        """Return the national share of a year; None when no source gives it."""
        found = self.jaren.get(jaar)
        return None if found is None else found.aandeel

    def bron(self, jaar: int) -> Bron:
        """Return the source of a year that is there."""
        return Bron(**self.bronnen[self.jaren[jaar].bron].model_dump())


class Kengetallen(_Model):
    """The file ``data/landelijk/kengetallen.yaml``."""

    buig_landelijk: _BuigReeks
    prijs_per_uitkering_2018: _Prijs
    doorstroom_ww: DoorstroomWw

    def buig_bron(self) -> Bron:
        """Return the citation of the national BUIG result."""
        return Bron(**self.buig_landelijk.bron.model_dump())


def load_kengetallen() -> Kengetallen:
    """Return the checked national figures."""
    return _read(kengetallen_path())


def kengetallen_path() -> Path:
    """Return the file, for its hash in a receipt."""
    return data_folder() / "landelijk" / "kengetallen.yaml"


@functools.cache
def _read(path: Path) -> Kengetallen:
    return Kengetallen.model_validate(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
