"""The letters travel with the page, and every character a page uses is among them."""

from __future__ import annotations

import base64
import io
import re

from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from evaluatie.project import notebooks_folder
from evaluatie.render.lettertype import CHARACTERS, font_faces, make_subset
from evaluatie.render.page import TEMPLATES, build_page


def fonts() -> list[TTFont]:
    encoded = re.findall(r"data:font/woff;base64,([A-Za-z0-9+/=]+)", font_faces())
    return [TTFont(io.BytesIO(base64.b64decode(each))) for each in encoded]


def test_both_weights_are_in_the_page_and_nothing_is_fetched() -> None:
    page = build_page("Titel", "<p>Tekst</p>")
    assert page.count("@font-face") == 2
    assert "url(http" not in page
    assert "font-src data:" in page
    assert len(font_faces()) < 80_000


def test_the_stored_letters_hold_every_character_of_the_list() -> None:
    regular, bold = (set(font.getBestCmap()) for font in fonts())
    assert regular == bold
    made = set(TTFont(io.BytesIO(make_subset("DejaVuSans"))).getBestCmap())
    assert regular == made
    assert made <= set(CHARACTERS)


def test_the_text_of_every_notebook_and_template_can_be_written() -> None:
    import json

    known = set(fonts()[0].getBestCmap())
    texts = [path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.j2")]
    for path in notebooks_folder().rglob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    used = {character for text in texts for character in BeautifulSoup(text, "html.parser").get_text()}
    missing = {character for character in used if ord(character) not in known and character.isprintable()}
    assert missing == set(), missing
