"""The glossary on demand: a term opens its own explanation, without a script and without leaving the place.

The browser does it (the popover attribute). Only the first time that a term stands on the page it becomes a button, so
that a reader with a keyboard does not meet it fifty times; the whole list stands at the end of the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from evaluatie.begrippen import Begrip, load_begrippen

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from bs4.element import NavigableString


def explain_terms(soup: BeautifulSoup) -> None:
    """Turn the first place of every listed term into a button, and put the explanations at the end."""
    terms = {key: term for key, term in load_begrippen().items() if term.lijst}
    # not in the names of the key figures: a screen reader passes over a name that is nothing but a button
    heads = [tag for tag in soup.select("th[scope=col]") if tag.find_parent("details") is None]
    prose = soup.select("div.tekst p")
    used = [key for key, term in terms.items() if _mark(soup, heads, prose, key, term)]
    for key in used:
        soup.append(_explanation(soup, key, terms[key]))


def _mark(soup: BeautifulSoup, heads: Sequence[Tag], prose: Sequence[Tag], key: str, term: Begrip) -> bool:
    """Mark a term in the heading of a figure or column that is the term, else in running text that holds it."""
    longest_first = sorted({term.label, term.woord} - {""}, key=lambda word: (-len(word), word))
    words = "|".join(map(re.escape, longest_first))
    for tags, pattern in ((heads, rf"^({words})$"), (prose, rf"(?i)\b({words})\b")):
        for text in _texts(tags):
            match = re.search(pattern, text)
            if match is not None:
                _replace(soup, text, match, key)
                return True
    return False


def _texts(tags: Sequence[Tag]) -> Iterator[NavigableString]:
    return (text for tag in tags for text in tag.find_all(string=True, recursive=False))


def _replace(soup: BeautifulSoup, text: NavigableString, match: re.Match[str], key: str) -> None:
    button: Tag = soup.new_tag("button", attrs={"type": "button", "class": "begrip", "popovertarget": f"uitleg-{key}"})
    button.string = match.group()
    before, after = text[: match.start()], text[match.end() :]
    text.replace_with(*(part for part in (before, button, after) if part))


def _explanation(soup: BeautifulSoup, key: str, term: Begrip) -> Tag:
    holder: Tag = soup.new_tag("div", attrs={"popover": "", "id": f"uitleg-{key}", "class": "begripsuitleg"})
    name = soup.new_tag("strong")
    name.string = term.label
    holder.extend([name, f": {term.uitleg}"])
    return holder
