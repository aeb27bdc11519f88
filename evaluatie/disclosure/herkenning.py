"""Recognise what points at a person: columns of identifiers, pseudonyms, numbers that may be a BSN, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from evaluatie.errors import DisclosureError
from evaluatie.registratie.elfproef import find_bsn

_COLUMNS = frozenset(
    {"persoon_id", "bsn", "burgerservicenummer", "pseudoniem", "naam_persoon", "huishouden", "persoon", "spel"}
)
_PSEUDONYM = re.compile(r"[0-9a-f]{16}", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"[0-9]{7,}")
_ADDRESS = re.compile(r"\S@\S")
_STANDING_ALONE = re.compile(r"(?<![\w.])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{16}(?!\w)")
_EMBEDDED = re.compile(r"base64,[A-Za-z0-9+/=]+")
LONGEST_LABEL = 80


def has_person_columns(frame: pd.DataFrame) -> bool:
    """Tell whether a table has a column, or an index, that names persons."""
    names = {str(name).casefold() for name in (*frame.columns, *frame.index.names)}
    return bool(_COLUMNS & names)


def refuse_pseudonyms(text: str, where: str) -> None:
    """Refuse a finished page or file in which a pseudonym stands: the last line, behind every release.

    Raises
    ------
    DisclosureError
        Names `where`, never the pseudonym. Longer hexadecimal numbers (hashes), decimals and images are passed over.
    """
    if _STANDING_ALONE.search(_EMBEDDED.sub("", text)):
        raise DisclosureError(
            f"In {where} staat een kenmerk van een persoon; er is niets gepubliceerd.",
            "Toon alleen wat met disclosure is vrijgegeven.",
        )


def refuse_identifiers(texts: Iterable[str]) -> None:
    """Refuse texts that are, or hold, something that points at a person; the text itself is never repeated.

    Raises
    ------
    DisclosureError
        For a pseudonym, a row of seven digits or more, a number that passes the elfproef, an e-mail address, the name
        of a column of persons, or a text longer than a label can be.
    """
    distinct = list(dict.fromkeys(texts))
    if any(not isinstance(text, str) or len(text) > LONGEST_LABEL for text in distinct):
        raise DisclosureError("Een opschrift is geen korte tekst.", "Gebruik namen van groepen.")
    patterns = (_PSEUDONYM, _LONG_NUMBER, _ADDRESS)
    named = any(text.casefold() in _COLUMNS for text in distinct)
    found = named or any(pattern.search(text) for pattern in patterns for text in distinct)
    if found or find_bsn(pd.DataFrame({"opschrift": pd.Series(distinct, dtype="string")})):
        raise DisclosureError(
            "Een opschrift bevat iets dat naar een persoon kan wijzen.", "Gebruik namen van groepen, geen kenmerken."
        )
