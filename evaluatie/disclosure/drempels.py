"""The thresholds of disclosure control, read from ``drempels.yaml``."""

from __future__ import annotations

import functools
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Schattingsdrempels(_Model):
    """Fewest persons and outcomes on both sides of a comparison, and significant digits."""

    minste_personen: int = Field(ge=10)
    minste_gebeurtenissen: int = Field(ge=10)
    cijfers: int = Field(ge=2, le=4)


class Bedragdrempels(_Model):
    """The dominance rule of sums of money, and their rounding in euro."""

    grootste: int = Field(ge=1)
    aandeel: float = Field(gt=0, le=0.9)
    afronden_op: int = Field(ge=100)


class Drempels(_Model):
    """Every threshold; the bounds of the fields are the laxest values that are accepted."""

    kleinste_cel: int = Field(ge=10)
    nullen_onthullend: bool
    afronden_op: int = Field(ge=5)
    schatting: Schattingsdrempels
    bedrag: Bedragdrempels

    def is_small(self, count: int) -> bool:
        """Tell whether a cell with so many persons may not be published."""
        return count < self.kleinste_cel and (count > 0 or self.nullen_onthullend)

    def round_count(self, count: int) -> int:
        """Round to the nearest multiple; halves go up."""
        return (2 * count + self.afronden_op) // (2 * self.afronden_op) * self.afronden_op


@functools.cache
def load_drempels() -> Drempels:
    """Return the thresholds of the package."""
    text = files("evaluatie.disclosure").joinpath("drempels.yaml").read_text(encoding="utf-8")
    return Drempels.model_validate(YAML(typ="safe").load(text))
