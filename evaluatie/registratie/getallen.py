"""Read numbers with a decimal comma or point; the column decides, not the single value."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

_DUTCH = r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?"
_POINT = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_ENGLISH = r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d+(?:\.\d+)?"
_THOUSANDS = r"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+"
_ORNAMENT = "[ €\N{NO-BREAK SPACE}]"


def parse_numbers(texts: pd.Series[str], *, typed: bool) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the numbers (NaN where there is none) and which of them could be read in two ways.

    The notation that fits most values of the column is that of the column: ``1.234,50``, ``1234.50`` or
    ``1,234.50``. Where two fit equally well, a point or comma before three digits separates thousands.

    Parameters
    ----------
    texts : Series of str
        The different values, none empty.
    typed : bool
        Whether they were numbers in the file already, so that a point is decimal.
    """
    cleaned = texts.str.replace(_ORNAMENT, "", regex=True).str.replace("\N{MINUS SIGN}", "-", regex=False)
    notations = [_POINT] if typed else [_DUTCH, _POINT, _ENGLISH]
    fits = [cleaned.str.fullmatch(notation).to_numpy(dtype=bool) for notation in notations]
    if typed:  # text in a typed file is still text
        notations, fits = _with_text(cleaned, notations, fits)
    best = int(np.argmax([fit.sum() for fit in fits]))
    thousands = cleaned.str.fullmatch(_THOUSANDS).to_numpy(dtype=bool) & fits[best]
    ambiguous = thousands if not typed and _undecided(fits, best) else np.zeros(len(texts), dtype=bool)
    comma = notations[best] == _DUTCH
    if ambiguous.any():
        plain = cleaned.str.replace(r"[.,]", "", regex=True)
        cleaned = cleaned.mask(pd.Series(ambiguous, index=cleaned.index), plain)
    plain = cleaned.str.replace("." if comma else ",", "", regex=False).str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(plain.where(fits[best]), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan), ambiguous


def _with_text(
    cleaned: pd.Series[str], notations: list[str], fits: list[npt.NDArray[np.bool_]]
) -> tuple[list[str], list[npt.NDArray[np.bool_]]]:
    return [*notations, _DUTCH], [*fits, cleaned.str.fullmatch(_DUTCH).to_numpy(dtype=bool)]


def _undecided(fits: list[npt.NDArray[np.bool_]], best: int) -> bool:
    """Whether another notation fits the column just as well."""
    return any(fit.sum() == fits[best].sum() for index, fit in enumerate(fits) if index != best)
