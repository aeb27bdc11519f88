"""The contract of a dossier: what a municipality planned, spent, reached and claimed.

A dossier is one YAML file. Every number in it is a `Cijfer` in one flat list, with its unit, period,
status and the paragraph it was read in; everything else refers to a number by its id. Nothing is
known twice, and nothing is without a source. Unknown keys are errors.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, model_validator

from evaluatie.quantities import Bron

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]
Tekst = Annotated[str, Field(min_length=3)]


def _read_number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("geen getal")
    return value


Getal = Annotated[float, PlainValidator(_read_number)]
"""A finite number; whole numbers stay whole. A word, a truth value, nan and infinity are refused."""


class Model(BaseModel):
    """Base of all parts of a dossier: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Doel(StrEnum):
    """The goal of a maatregel, in the words of the vangnet form."""

    INSTROOMBEPERKEND = "instroombeperkend"
    UITSTROOMBEVORDEREND = "uitstroombevorderend"
    KOSTENBESPAREND = "kostenbesparend"
    RANDVOORWAARDE = "randvoorwaarde"


class Status(StrEnum):
    """How firm a number is."""

    REALISATIE = "realisatie"
    RAMING = "raming"
    BEGROTING = "begroting"
    DOEL = "doel"
    NORM = "norm"
    REGEL = "regel"
    AFGELEID = "afgeleid"


class Eenheid(StrEnum):
    """The unit of a number; shares are shares (0.42), the percentage exists only in a report."""

    EURO = "euro"
    EURO_PER_JAAR = "euro_per_jaar"
    AANDEEL = "aandeel"
    PERSONEN = "personen"
    UITKERINGEN = "uitkeringen"
    PLAATSINGEN = "plaatsingen"
    HUISBEZOEKEN = "huisbezoeken"
    BOETES = "boetes"
    ONDERZOEKEN = "onderzoeken"
    INTAKES = "intakes"
    MELDINGEN = "meldingen"
    BIJEENKOMSTEN = "bijeenkomsten"
    GESPREKKEN = "gesprekken"
    WERKPLEKKEN = "werkplekken"
    KEER = "keer"
    FTE = "fte"
    JAAR = "jaar"
    MAANDEN = "maanden"
    WEKEN = "weken"
    DAGEN_PER_WEEK = "dagen_per_week"


class Document(Model):
    """A source document; `vindplaats` of each number names the paragraph in it."""

    titel: Tekst
    opsteller: Tekst
    jaar: int
    soort: Literal["beleidsdocument", "begrotingsdocument", "pers", "benchmark", "statistiek", "afleiding"]
    url: str = ""


class Vindplaats(Model):
    """A place in a document of this dossier."""

    document: Id
    paragraaf: Annotated[str, Field(min_length=1)]


class Cijfer(Model):
    """One number from a document.

    `waarde_tot` makes it a range ("400 to 500"). `periode` is a year, half-year, month or day.
    `gebied` says for whom the number holds when that is not just this municipality.
    """

    omschrijving: Tekst
    waarde: Getal
    waarde_tot: Getal | None = None
    eenheid: Eenheid
    periode: str
    status: Status
    gebied: str = ""
    bron: Vindplaats
    opmerking: str = ""

    @model_validator(mode="after")
    def _share_is_a_share(self) -> Cijfer:
        for value in (self.waarde, self.waarde_tot):
            if self.eenheid is Eenheid.AANDEEL and value is not None and not -1 <= value <= 2:
                raise ValueError(f"een aandeel staat als breuk (0.42 voor 42%), gevonden: {value}")
        if self.waarde_tot is not None and self.waarde_tot <= self.waarde:
            raise ValueError("waarde_tot moet groter zijn dan waarde")
        return self


class Mijlpaal(Model):
    """A dated promise. `gereed` is filled only when a source shows that it was met."""

    omschrijving: Tekst
    datum: dt.date
    tolerantie_dagen: int = 0
    gereed: dt.date | None = None
    bron: Vindplaats


class Evaluatievraag(Model):
    """Which published outcome the maatregel should have moved, from which day, in which direction."""

    uitkomst: Literal["instroom", "uitstroom", "uitstroom_naar_werk"]
    ingangsdatum: dt.date
    verwachting: Literal["daling", "stijging"]
    toelichting: str = ""


class Maatregel(Model):
    """A policy measure as the vangnet form asks for it (part B)."""

    id: Id
    naam: Tekst
    doelen: list[Doel] = Field(min_length=1)
    omschrijving: Tekst
    start: str = ""
    einde: str = ""
    extern: bool = False
    budget: list[Id] = []
    besteed: list[Id] = []
    gepland: list[Id] = []
    bereikt: list[Id] = []
    mijlpalen: list[Mijlpaal] = []
    evaluatie: list[Evaluatievraag] = []
    bron: Vindplaats


class Streefcijfer(Model):
    """A target for a klantgroep."""

    uitkomst: Literal["uitstroom", "participatie"]
    cijfer: Id


class Klantgroep(Model):
    """A group of clients; `aantallen` may hold several numbers when the document contradicts itself."""

    id: Id
    naam: Tekst
    kenmerk: Tekst
    aantallen: list[Id] = []
    streefcijfers: list[Streefcijfer] = []
    budget: list[Id] = []
    bron: Vindplaats


class BuigJaar(Model):
    """The result on the BUIG budget in one year, as far as the sources give it."""

    jaar: int
    budget: Id | None = None
    netto_lasten: Id | None = None
    tekort: Id | None = None
    tekort_aandeel: Id | None = None
    fouten_en_onzekerheden: Id | None = None
    gemeld_eigen_risico: Id | None = None
    gemelde_uitkering: Id | None = None
    toelichting: str = ""


class Normbedrag(Model):
    """The norm amount for one placement by contract and half-year of outflow."""

    dienstverband: Literal["fulltime", "parttime"]
    halfjaar: Literal[1, 2]
    cijfer: Id


class Besparing(Model):
    """A reported fictieve besparing, to be recomputed from the norm amounts."""

    omschrijving: Tekst
    maatregel: Id | None = None
    gemeld: Id
    halfjaren: list[Literal[1, 2]] = [1, 2]
    plaatsingen: Id | None = None
    uitgaven: Id | None = None
    netto_voordeel: Id | None = None


class Tegenstrijdigheid(Model):
    """Numbers on the same thing that differ within the sources; all are kept and shown."""

    onderwerp: Tekst
    cijfers: list[Id] = Field(min_length=2)
    toelichting: Tekst


class Breuk(Model):
    """`aantal` out of `totaal`."""

    aantal: Id
    totaal: Id


Richting = Literal["hoger", "lager", "gelijk"]
"""What a claim says of "after" against "before", or of the municipality against the nation."""


class AandeelToets(Model):
    """A proportion: k out of n, with an interval."""

    soort: Literal["aandeel"]
    deel: Breuk


class AandelenToets(Model):
    """Two proportions compared: before and after."""

    soort: Literal["verschil_in_aandelen"]
    voor: Breuk
    na: Breuk
    beweerd: Richting


class ReferentieToets(Model):
    """A share without a published denominator against a reference share."""

    soort: Literal["aandeel_tegen_referentie"]
    aandeel: Id
    referentie: Id
    totaal: Id | None = None


class AantallenToets(Model):
    """Two counts over periods of possibly different length."""

    soort: Literal["aantallen"]
    voor: Id
    na: Id
    maanden_voor: float
    maanden_na: float
    beweerd: Richting


class LandelijkToets(Model):
    """The change of a stock between two months against the national change (benefits, CBS 37789ksz).

    With `jaargemiddelde` the months' years are compared as yearly means.
    """

    soort: Literal["tegen_landelijk"]
    voor: Id
    na: Id
    maand_voor: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    maand_na: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    jaargemiddelde: bool = False
    beweerd: Richting


class OptelsomToets(Model):
    """Parts that should add up to a total; `marge` only where the source itself says "about"."""

    soort: Literal["optelsom"]
    delen: list[Id] = Field(min_length=2)
    totaal: Id
    marge: float = Field(default=0, ge=0)


class VerhoudingToets(Model):
    """A stated ratio or share that should follow from two numbers (arithmetic, no inference).

    `marge` is how far the reported number may lie off: half of its last digit, or more for "ongeveer".
    """

    soort: Literal["verhouding"]
    teller: list[Id] = Field(min_length=1)
    noemer: list[Id] = Field(min_length=1)
    gemeld: Id
    marge: float = Field(gt=0)


class DoelToets(Model):
    """A count against the goal that was set for it."""

    soort: Literal["doel"]
    resultaat: Id
    doel: Id


class StreefcijferToets(Model):
    """A target share for a group of a given size: how precisely can reaching it be established?"""

    soort: Literal["streefcijfer"]
    streefcijfer: Id
    totaal: Id


class SignaalToets(Model):
    """An early-warning threshold on a stock: how often would chance alone trigger it in a year?"""

    soort: Literal["signaal"]
    drempel: Id
    bestand: Id


class GeenToets(Model):
    """A numeric claim that no published figure can bear out or contradict."""

    soort: Literal["niet_toetsbaar"]
    cijfers: list[Id] = []
    reden: Tekst


Toets = Annotated[
    AandeelToets
    | AandelenToets
    | ReferentieToets
    | AantallenToets
    | LandelijkToets
    | OptelsomToets
    | VerhoudingToets
    | DoelToets
    | StreefcijferToets
    | SignaalToets
    | GeenToets,
    Field(discriminator="soort"),
]


class Claim(Model):
    """A claim that leans on numbers, in our own words, with the test that fits it."""

    id: Id
    bewering: Tekst
    maatregel: Id | None = None
    toets: Toets
    kanttekening: str = ""
    bron: Vindplaats


class Vergelijkingsgroep(Model):
    """Municipalities to stand beside this one, and why these."""

    gemeenten: list[str] = Field(min_length=1)
    reden: Tekst


class Gemeente(Model):
    """Name and CBS code (``GM0626``)."""

    naam: Tekst
    code: Annotated[str, Field(pattern=r"^GM\d{4}$")]


class Dossier(Model):
    """Everything the sources say about one municipality."""

    gemeente: Gemeente
    verantwoordingsjaren: list[int] = Field(min_length=1)
    samenvatting: Tekst
    oorzaken: list[Tekst] = []
    documenten: dict[Id, Document]
    cijfers: dict[Id, Cijfer]
    maatregelen: list[Maatregel]
    klantgroepen: list[Klantgroep] = []
    volumes: list[Id] = []
    financien: list[Id] = []
    buig: list[BuigJaar] = []
    normbedragen: list[Normbedrag] = []
    besparingen: list[Besparing] = []
    tegenstrijdigheden: list[Tegenstrijdigheid] = []
    claims: list[Claim] = []
    vergelijkingsgroep: Vergelijkingsgroep | None = None

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Dossier:
        for name, parts in (("maatregel", self.maatregelen), ("claim", self.claims), ("klantgroep", self.klantgroepen)):
            ids = [part.id for part in parts]
            twice = sorted({identifier for identifier in ids if ids.count(identifier) > 1})
            if twice:
                raise ValueError(f"deze id van een {name} komt vaker voor: {', '.join(twice)}")
        return self

    def cijfer(self, identifier: str) -> Cijfer:
        """Return the number with this id."""
        return self.cijfers[identifier]

    def bron(self, vindplaats: Vindplaats) -> Bron:
        """Return the citation of a place in a document."""
        document = self.documenten[vindplaats.document]
        titel = f"{document.opsteller}, {document.titel} ({document.jaar})"
        return Bron(titel=titel, vindplaats=vindplaats.paragraaf, url=document.url)

    def maatregel(self, identifier: str) -> Maatregel:
        """Return the maatregel with this id."""
        return next(maatregel for maatregel in self.maatregelen if maatregel.id == identifier)


_CIJFER_FIELDS = frozenset(
    {
        "aandeel",
        "aantal",
        "aantallen",
        "bereikt",
        "bestand",
        "besteed",
        "budget",
        "cijfer",
        "cijfers",
        "delen",
        "doel",
        "drempel",
        "financien",
        "fouten_en_onzekerheden",
        "gemeld",
        "gemeld_eigen_risico",
        "gemelde_uitkering",
        "gepland",
        "na",
        "netto_lasten",
        "netto_voordeel",
        "noemer",
        "plaatsingen",
        "referentie",
        "resultaat",
        "streefcijfer",
        "tekort",
        "tekort_aandeel",
        "teller",
        "totaal",
        "uitgaven",
        "volumes",
        "voor",
    }
)


def find_references(
    model: BaseModel, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield ``(path, kind, id)`` of every reference in a dossier; kind is cijfer, maatregel or document."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if name == "cijfers" and isinstance(model, Dossier):
            for identifier, cijfer in value.items():
                yield from find_references(cijfer, (*path, name, identifier))
            continue
        for index, item in enumerate(value) if isinstance(value, list) else [(None, value)]:
            here = (*path, name) if index is None else (*path, name, index)
            if isinstance(item, BaseModel):
                yield from find_references(item, here)
            elif isinstance(item, str):
                if isinstance(model, Vindplaats) and name == "document":
                    yield here, "document", item
                elif name == "maatregel":
                    yield here, "maatregel", item
                elif name in _CIJFER_FIELDS:
                    yield here, "cijfer", item
