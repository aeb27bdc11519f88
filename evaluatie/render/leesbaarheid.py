"""How hard a page reads: an indication, and never a reason to refuse a report.

The score is Flesch-Douma: 206.8 - 0.77 x syllables per hundred words - 0.93 x words per sentence, with Douma's own
norms (60 to 70 normal, 45 to 60 rather hard), as printed in Onze Taal 46 (1977):
https://dbnl.org/tekst/_taa014197701_01/_taa014197701_01_0089.php

A score is no language level: B1 also asks for known words and a clear order. Long sentences are named, because those
can be mended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import Tag

NORMAL = 60.0
"""Below this score a text is harder than normal, by Douma's norms."""
LONG_SENTENCE = 25
"""Words; a longer sentence is worth cutting."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+(?=[A-ZÀ-Þ(])|\n")
# combinations of vowels that are one sound; every other vowel is a syllable of its own
_VOWELS = re.compile(r"aai|oei|ooi|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ij|ei|ou|au|[aeiouyáéíóúàèëïöüê]", re.IGNORECASE)
_SKIP = "table, pre, code, details, nav, figure, sup, .noot, .bron, .bronverwijzing, .terug, ol.bronnen, [popover]"


@dataclass(frozen=True, slots=True)
class Leesbaarheid:
    """How hard the running text of a page reads."""

    score: float
    woorden: int
    zinslengte: float
    lange_zinnen: tuple[str, ...]

    @property
    def is_hard(self) -> bool:
        """Whether the text reads harder than normal."""
        return self.score < NORMAL


def measure_page(html: str) -> Leesbaarheid | None:
    """Measure the paragraphs and lists of a page; None when there is too little text to say anything.

    Tables, figures, code and the list of sources do not count: they are not read as sentences.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "lxml")
    main = soup.main or soup
    for skipped in main.select(_SKIP):
        skipped.decompose()
    return measure_text("\n".join(_read(block) for block in main.select("p, li, dd")))


def _read(block: Tag) -> str:
    return " ".join(block.get_text().split())


def measure_text(text: str) -> Leesbaarheid | None:
    """Measure a text of at least a hundred words."""
    sentences = [words for part in _SENTENCE.split(text) if (words := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if len(words) < 100:
        return None
    per_hundred = 100 * sum(map(count_syllables, words)) / len(words)
    length = len(words) / len(sentences)
    long = [part.strip() for part in _SENTENCE.split(text) if len(_WORD.findall(part)) > LONG_SENTENCE]
    longest_first = sorted(long, key=lambda part: -len(_WORD.findall(part)))
    return Leesbaarheid(206.8 - 0.77 * per_hundred - 0.93 * length, len(words), length, tuple(longest_first))


def count_syllables(word: str) -> int:
    """Count the syllables of a Dutch word by its vowels; a word has at least one."""
    return max(1, len(_VOWELS.findall(word)))
