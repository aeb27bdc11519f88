"""The readability check is a warning: it names hard texts and refuses none."""

from __future__ import annotations

import pytest

from evaluatie.render.leesbaarheid import count_syllables, measure_page, measure_text

EASY = "De kat zit op de mat. " * 20
HARD = (
    "De verantwoordingsverplichtingen betreffende uitkeringsgerechtigde gemeenteinwoners veroorzaken "
    "uitvoeringsproblematiek waardoor gemeentebestuurders beleidsmaatregelen heroverwegen, herformuleren, "
    "onderbouwen, verantwoorden, evalueren en verantwoordelijkheidsverdelingen organiseren binnen "
    "samenwerkingsverbanden met uitvoeringsorganisaties en alle andere verantwoordelijken. "
) * 8


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("mat", 1), ("bijstand", 2), ("uitkering", 3), ("nieuwe", 2), ("ideeën", 3), ("ooievaar", 3), ("leeuw", 1),
        ("vangnetuitkering", 5), ("sociaal", 3), ("p", 1),
    ],
)  # fmt: skip
def test_syllables_of_dutch_words(word, syllables):
    assert count_syllables(word) == syllables


def test_the_score_is_the_formula_of_douma():
    # 6 words of one syllable per sentence: 206.8 - 0.77 * 100 - 0.93 * 6
    found = measure_text(EASY)
    assert found.score == pytest.approx(206.8 - 77 - 5.58)
    assert (found.woorden, found.zinslengte, found.lange_zinnen, found.is_hard) == (120, 6, (), False)


def test_a_hard_text_is_called_hard_and_its_longest_sentence_is_named():
    found = measure_text(HARD)
    assert found.is_hard
    assert len(found.lange_zinnen) == 8
    assert found.lange_zinnen[0].startswith("De verantwoordingsverplichtingen")


def test_too_little_text_says_nothing():
    assert measure_text("De kat zit op de mat.") is None


def test_tables_code_and_sources_are_not_read_as_sentences():
    page = f"<main><p>{EASY}</p><table><tr><td><p>{HARD}</p></td></tr></table><details><p>{HARD}</p></details></main>"
    assert measure_page(page) == measure_text(EASY)
