"""The sheet: every colour of text can be read on every ground it stands on, in light, in dark and on paper."""

from __future__ import annotations

import re

import pytest

from evaluatie.render.page import TEMPLATES

CSS = (TEMPLATES / "stijl.css").read_text(encoding="utf-8")
BLOCKS = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
TEXT, LARGE = 4.5, 3.0
ON_GROUND = ("tekst", "tekst-zacht", "accent", "link", "goed", "let-op", "fout")
CODE = ("code-woord", "code-tekst", "code-getal", "code-noot")


def colours(block):
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))


LIGHT = colours(BLOCKS[0])
SCHEMES = {"licht": LIGHT, "donker": {**LIGHT, **colours(BLOCKS[1])}, "druk": {**LIGHT, **colours(BLOCKS[2])}}


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)  # the well-known lightest grey that passes


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ON_GROUND)
def test_text_can_be_read_on_page_and_on_panels(scheme, name):
    found = SCHEMES[scheme]
    for ground in ("achtergrond", "vlak"):
        assert contrast(found[name], found[ground]) >= TEXT, (name, ground)


@pytest.mark.parametrize("scheme", ["licht", "donker"])
def test_code_header_and_focus_can_be_seen(scheme):
    found = SCHEMES[scheme]
    assert all(contrast(found[name], found["vlak"]) >= TEXT for name in CODE)
    assert contrast(found["op-balk"], found["balk"]) >= TEXT
    assert contrast(found["focus"], found["achtergrond"]) >= LARGE
    assert contrast(found["lijn-sterk"], found["achtergrond"]) >= LARGE


def test_who_wants_no_motion_gets_none():
    block = CSS.split("@media (prefers-reduced-motion: reduce) {")[1].split("\n}")[0]
    assert "scroll-behavior: auto" in block
    assert "animation: none" in block
