"""The sentences above a page of one kind of maatregel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from bs4 import BeautifulSoup

from evaluatie.disclosure import open_released, release_public
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.oordeel import Ontwerp, Oordeel
from evaluatie.quantities import Bron
from evaluatie.rapport import Deeltijdwerk, Handhaving, Trajecten
from evaluatie.rapport.kernzinnen import write_kernzinnen

MakeEvaluatie = Callable[..., Evaluatie]
RESERVE = "Wat niet in de gegevens staat, zoals motivatie of ander beleid, kan het verschil ook verklaren."


def read(*evaluaties: Evaluatie) -> dict[str, str]:
    """Return the sentences by their first words."""
    return split(write_kernzinnen([release_public(tuple(evaluaties), [Bron("CBS")])])._repr_html_())


def split(html: str) -> dict[str, str]:
    items = BeautifulSoup(html, "lxml").find_all("li")
    return {item.strong.get_text(): item.get_text().removeprefix(item.strong.get_text()).strip() for item in items}


def test_each_verdict_has_its_own_sentence(make_evaluatie: MakeEvaluatie) -> None:
    found, opposite = make_evaluatie(0.08), make_evaluatie(-0.08, id="b")
    beside, unclear = make_evaluatie(0.08, id="c", verwachting="geen"), make_evaluatie(0.001, id="d", maatregel="Loket")
    unknown = make_evaluatie(None, id="e", maatregel="Folder", estimate=NotEstimated("te weinig mensen", "too_small"))
    assert read(found, opposite, beside, unclear, unknown) == {
        "Wat werkte.": found.sentence,
        "Wat averechts uitpakte.": opposite.sentence,
        "Wat ook veranderde.": beside.sentence,
        "Wat niet is aangetoond.": "Een effect van ‘Loket’ op uitstroom naar werk. Dat is iets anders dan geen effect; "
        "deze pagina zegt per uitkomst hoe groot een effect had moeten zijn.",
        "Wat onbekend is.": "Het effect van ‘Folder’ is niet te schatten; deze pagina zegt waarom.",
    }


def test_what_is_not_there_is_not_said(make_evaluatie: MakeEvaluatie) -> None:
    assert read(make_evaluatie(0.08)).keys() == {"Wat werkte.", "Wat niet is aangetoond."}
    assert read()["Wat niet is aangetoond."] == "Er is geen maatregel waarvan het effect te schatten was."


@pytest.mark.parametrize(("ontwerp", "said"), [(Ontwerp.DUURMODEL, 1), (Ontwerp.VERSCHIL_IN_VERSCHILLEN, 0)])
def test_many_findings_of_a_weak_design_are_counted_with_their_reserve(
    make_evaluatie: MakeEvaluatie, ontwerp: Ontwerp, said: int
) -> None:
    """More than three are told together; the reserve of each sentence must not be lost, nor said four times."""
    many = [make_evaluatie(0.08, id=name, ontwerp=ontwerp) for name in "abcd"]
    text = read(*many)["Wat werkte."]
    assert text.startswith("Matchteam: een effect in de bedoelde richting op 4 van de 4 uitkomsten")
    assert text.count(RESERVE) == said


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (Trajecten, ("starts", "vensters")),
        (lambda: Deeltijdwerk("voorbeeld", "2018-03-01"), ("uren", "vensters", "verrekening")),
    ],
)
def test_a_page_opens_with_what_its_sections_found(make: Callable[[], object], names: Sequence[str]) -> None:
    page = make()
    found = [evaluatie for name in names for evaluatie in open_released(getattr(page, name))]
    sentences = split(page.samenvatting()._repr_html_())  # type: ignore[attr-defined]
    for oordeel, head in (
        (Oordeel.TEGENGESTELD, "Wat averechts uitpakte."),
        (Oordeel.NIET_TE_SCHATTEN, "Wat onbekend is."),
    ):
        assert (head in sentences) is any(e.oordeel is oordeel for e in found)
    shown = [e for e in found if e.oordeel is Oordeel.GEVONDEN]
    assert ("geen enkele maatregel" in sentences["Wat werkte."]) is not bool(shown)
    for evaluatie in shown[:3]:
        assert evaluatie.maatregel in sentences["Wat werkte."] or evaluatie.sentence in sentences["Wat werkte."]


def test_handhaving_opens_with_the_gate_and_with_persons() -> None:
    sentences = " ".join(split(Handhaving().samenvatting()._repr_html_()).values())
    assert "meldingen dat een aanvraag werd" in sentences
    assert "verlaging" in sentences
