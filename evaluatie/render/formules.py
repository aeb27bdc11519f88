"""Formulas of a notebook as MathML: a browser shows and reads them aloud without any script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evaluatie.errors import PageError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from bs4.element import PageElement

_FORMULA = re.compile(r"\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^$\s](?:[^$]*[^$\s])?)\$", re.DOTALL)
_LITERAL = ("code", "pre", "math", "script", "style")


def write_formulas(soup: BeautifulSoup) -> None:
    r"""Replace ``$…$`` and ``$$…$$`` in the text of the cells by MathML.

    Raises
    ------
    PageError
        For a formula that is not LaTeX.
    """
    for text in list(soup.find_all(string=_FORMULA)):
        if any(parent.name in _LITERAL for parent in text.parents) or text.find_parent("div", class_="tekst") is None:
            continue
        pieces: list[PageElement | str] = []
        at = 0
        for match in _FORMULA.finditer(text):
            pieces += [text[at : match.start()], _to_math(match)]
            at = match.end()
        text.replace_with(*(piece for piece in [*pieces, text[at:]] if piece))


def _to_math(match: re.Match[str]) -> Tag:
    from bs4 import BeautifulSoup as Soup
    from latex2mathml.converter import convert

    block = match["block"] is not None
    source = (match["block"] or match["inline"]).strip()
    refusal = PageError(f"Deze formule is niet te lezen: {source}", "Schrijf haar in LaTeX.")
    try:
        markup = convert(source, display="block" if block else "inline")
    except Exception as error:  # the library has no error of its own for every mistake
        raise refusal from error
    math = Soup(markup, "html.parser").find("math")
    if math is None or "\\" in math.get_text():  # a command it does not know stays as it is
        raise refusal
    if not block:
        return math
    # on a phone a long formula scrolls by itself, with a finger and with the keyboard, instead of with the whole page
    region = Soup("", "html.parser").new_tag("span", attrs={"class": "formule", "tabindex": "0", "role": "group"})
    region["aria-label"] = "Formule"
    region.append(math)
    return region
