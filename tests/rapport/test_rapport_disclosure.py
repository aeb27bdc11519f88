"""The gate is closed by default: no value without a release, no release without a source or of persons."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import pytest

from evaluatie.disclosure import Grond, Released, open_released, release_public, release_words
from evaluatie.errors import DisclosureError
from evaluatie.quantities import Bron
from evaluatie.rapport import Vangnetverantwoording
from evaluatie.rapport.samenvatting import write_samenvatting

CBS = Bron("CBS (StatLine), tabel 37789ksz")
PERSONEN = ["persoon_id", "bsn", "burgerservicenummer", "pseudoniem", "naam_persoon"]


@dataclass(frozen=True)
class Holder:
    frame: pd.DataFrame


def people(column: str) -> pd.DataFrame:
    return pd.DataFrame({column: [1, 2], "maanden": [3, 4]})


def test_a_release_gives_the_value_back_with_ground_and_sources():
    value = {"instroom": 41}
    released = release_public(value, [CBS, Bron("Plan", "§1"), CBS])
    assert open_released(released) is value
    assert released.bronnen == (CBS, Bron("Plan", "§1"))
    assert released.grond is Grond.OPENBAAR
    assert released.grond.value == "uit openbare bronnen"


@pytest.mark.parametrize("key", [None, object(), "sleutel"])
def test_a_released_value_cannot_be_made_by_hand(key: object):
    with pytest.raises(DisclosureError) as caught:
        Released(41, Grond.OPENBAAR, (CBS,), key=key)
    assert caught.value.exit_code == 7
    assert caught.value.message == (
        "Een waarde kan alleen door 'disclosure' worden vrijgegeven.\n"
        "Gebruik een van de functies release_… van disclosure."
    )


@pytest.mark.parametrize("raw", [41, "41", None, {"waarde": 41}, pd.DataFrame({"a": [1]}), (41,)])
def test_a_raw_value_is_refused(raw: object):
    with pytest.raises(DisclosureError) as caught:
        open_released(raw)  # type: ignore[arg-type]
    assert caught.value.exit_code == 7
    assert caught.value.problem == f"Een {type(raw).__name__} is niet vrijgegeven en komt niet in een rapport."
    assert caught.value.remedy == "Geef de waarde eerst vrij."


def test_something_that_only_looks_released_is_refused():
    class Lookalike:
        _value, bronnen, grond = 41, (CBS,), Grond.OPENBAAR

    with pytest.raises(DisclosureError):
        open_released(Lookalike())  # type: ignore[arg-type]


@pytest.mark.parametrize("bronnen", [[], [Bron("")], [Bron("  ")], [CBS, Bron("", "§1", "https://x.nl")]])
def test_without_a_source_nothing_is_released(bronnen: list[Bron]):
    with pytest.raises(DisclosureError) as caught:
        release_public(41, bronnen)
    assert caught.value.message == ("Zonder openbare bron wordt niets vrijgegeven.\nGeef de bron van elk cijfer op.")


@pytest.mark.parametrize("column", [*PERSONEN, "BSN", "Persoon_ID"])
def test_a_table_of_persons_is_refused(column: str):
    with pytest.raises(DisclosureError) as caught:
        release_public(people(column), [CBS])
    assert caught.value.message == ("De tabel bevat gegevens van personen.\nGeef alleen aantallen en percentages vrij.")


def test_persons_in_the_index_are_persons_too():
    with pytest.raises(DisclosureError):
        release_public(people("bsn").set_index("bsn"), [CBS])


@pytest.mark.parametrize(
    "value",
    [Holder(people("bsn")), {"tabel": people("bsn")}, [people("bsn")]],
    ids=["dataclass", "mapping", "list"],
)
def test_persons_inside_a_larger_value_are_refused_too(value: object):
    """Reports release whole records of tables (Bestandsvergelijking), not tables."""
    with pytest.raises(DisclosureError):
        release_public(value, [CBS])


def test_a_table_of_counts_is_released():
    frame = pd.DataFrame({"gemeente": ["GM0274"], "bijstand_personen": [640]})
    assert open_released(release_public(frame, [CBS])) is frame


def test_a_report_refuses_what_was_not_released(renkum: Vangnetverantwoording):
    gegevens = replace(renkum.gegevens, claims=[])  # type: ignore[arg-type]
    with pytest.raises(DisclosureError, match="Een list is niet vrijgegeven"):
        write_samenvatting(gegevens, renkum.resultaten)


def test_every_part_of_a_report_was_released(renkum: Vangnetverantwoording):
    parts = ["dossier", "tekort", "land", "bestand", "verhoudingen", "evaluaties", "claims", "besparingen"]
    for name in parts:
        part = getattr(renkum.gegevens, name)
        assert isinstance(part, Released), name
        assert all(bron.titel.strip() for bron in part.bronnen), name


@dataclass(frozen=True)
class Overzicht:
    tabellen: tuple[str, ...]
    gezien: tuple[tuple[str, object], ...] = ()


WORDS = {"uitkeringen", "trajecten", "er ontbreekt iets"}


def test_words_of_a_fixed_list_can_be_released_without_a_source():
    value = Overzicht(("uitkeringen",), (("trajecten", "er ontbreekt iets"),))
    released = release_words(value, WORDS)
    assert open_released(released) is value
    assert released.grond is Grond.VASTE_WOORDEN


@pytest.mark.parametrize(
    "value",
    [
        Overzicht(("uitkeringen", "Jansen")),
        Overzicht(("uitkeringen",), (("trajecten", 3),)),
        Overzicht(("uitkeringen",), (("trajecten", pd.DataFrame({"aantal": [3]})),)),
        Overzicht(("uitkeringen",), (("trajecten", {"uitkeringen": "trajecten"}),)),
        Overzicht(("uitkeringen",), (("trajecten", None),)),
        3.5,
    ],
)
def test_anything_else_than_those_words_is_refused(value):
    with pytest.raises(DisclosureError) as caught:
        release_words(value, WORDS)
    assert caught.value.exit_code == 7
