"""Read a formula and its columns; refuse in Dutch what does not parse, does not exist or cannot be told apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError, Violation
from evaluatie.estimation.frame import Source, read_columns
from evaluatie.estimation.regressions.least_squares import Array, dependent_columns

_FUNCTIONS = ("log", "log1p", "exp", "sqrt", "abs", "minimum", "maximum")
"""Functions of numpy that a formula may use, with or without ``np.`` in front, beside those of patsy (C, I, Q …)."""


@dataclass(frozen=True, slots=True)
class Design:
    """A formula turned into numbers.

    Parameters
    ----------
    y : array, shape (n,)
    x : array, shape (n, k)
    terms : tuple of str
        Names of the columns of `x`.
    outcome : str
        Left-hand side of the formula.
    frame : pandas.DataFrame
        The columns that were read, also those the caller asked for beside the formula.
    """

    y: Array
    x: Array
    terms: tuple[str, ...]
    outcome: str
    frame: pd.DataFrame


def build_design(source: Source, formula: str, *, beside: tuple[str, ...], numeric: tuple[str, ...]) -> Design:
    """Return outcome and regressors of `formula`.

    Parameters
    ----------
    source : pandas.DataFrame or path
        Rows; never changed.
    formula : str
        In the language of R and patsy: ``"y ~ x + C(jaar)"``.
    beside, numeric : tuple of str
        Columns needed beside the formula (a cluster), and those of them that must be numbers (weights).

    Raises
    ------
    EstimationError
        When the formula does not parse or uses an unknown column or function; for missing or infinite values, before
        or after a function; for an outcome without variation; for regressors that follow from others; and for fewer
        rows than coefficients.
    """
    from patsy import ModelDesc

    try:
        description = ModelDesc.from_formula(formula)
    except Exception as error:  # patsy lets errors of its tokenizer through, of any class
        raise EstimationError(f"De formule '{formula}' is niet te lezen.", _EXAMPLE) from error
    if len(description.lhs_termlist) != 1:
        raise EstimationError(f"De formule '{formula}' heeft niet precies één uitkomst links van '~'.", _EXAMPLE)
    names = list(dict.fromkeys(_names_in(description, formula)))
    frame = _read_complete(source, [*names, *beside], numeric)
    design = _evaluate(description, formula, frame)
    _refuse_what_cannot_be_fitted(design)
    return design


_EXAMPLE = "Schrijf bijvoorbeeld: uitkomst ~ leeftijd + C(jaar)."


def _names_in(description: Any, formula: str) -> Iterator[str]:
    """Yield the columns a formula uses; refuse code that is neither a column nor a known function."""
    from patsy import builtins

    for term in [*description.lhs_termlist, *description.rhs_termlist]:
        for factor in term.factors:
            tree = ast.parse(factor.code, mode="eval")
            called = {id(node.func): node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    yield from _check_call(node, (*builtins.__all__, *_FUNCTIONS), formula)
                elif isinstance(node, ast.Name) and id(node) not in called and node.id not in ("np", *builtins.__all__):
                    yield node.id
                elif isinstance(node, ast.Attribute) and id(node) not in called:
                    raise EstimationError(f"De formule '{formula}' gebruikt '{ast.unparse(node)}'.", _EXAMPLE)


def _check_call(node: ast.Call, known: tuple[str, ...], formula: str) -> Iterator[str]:
    name = ast.unparse(node.func)
    if name not in known and name not in {f"np.{function}" for function in _FUNCTIONS}:
        raise EstimationError(
            f"De formule '{formula}' gebruikt de onbekende functie '{name}'.",
            f"Toegestaan zijn onder andere C, I, Q, {', '.join(_FUNCTIONS)}.",
        )
    if name == "Q" and node.args and isinstance(node.args[0], ast.Constant):
        yield str(node.args[0].value)


def _read_complete(source: Source, columns: list[str], numeric: tuple[str, ...]) -> pd.DataFrame:
    """Read columns without a missing value; whole numbers stay whole, so that ``C(jaar)`` names its years."""
    frame = read_columns(source, columns, numeric=numeric)
    if frame.empty:
        raise EstimationError("Er zijn geen rijen om mee te schatten.", "Controleer de selectie.")
    flags = [name for name in frame.columns if pd.api.types.is_bool_dtype(frame[name]) and not frame[name].isna().any()]
    frame = frame.astype(dict.fromkeys(flags, "int64"))
    read_columns(frame, [], numeric=[name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])])
    missing = [
        Violation(f"kolom {name}", f"{int(frame[name].isna().sum())} waarden ontbreken.", "")
        for name in frame.columns
        if frame[name].isna().any()
    ]
    if missing:
        raise EstimationError(
            "Met deze gegevens kan niet worden geschat.", "Vul de waarden aan of laat de rijen weg.", missing
        )
    return frame


def _evaluate(description: Any, formula: str, frame: pd.DataFrame) -> Design:
    from patsy import EvalEnvironment, NAAction, dmatrices

    functions = {name: getattr(np, name) for name in _FUNCTIONS}
    try:
        with np.errstate(all="ignore"):
            # Infinite values are let through here: they are refused below, by name of the term.
            y, x = dmatrices(
                description, frame, EvalEnvironment([{**functions, "np": np}]), NAAction(NA_types=[]), "dataframe"
            )
    except Exception as error:  # whatever a function of the formula raises
        raise EstimationError(
            f"De formule '{formula}' is niet uit te rekenen: {str(error).splitlines()[0]}.", _EXAMPLE
        ) from error
    if y.shape[1] != 1:
        raise EstimationError(
            f"De uitkomst '{description.lhs_termlist[0].name()}' is geen getal.", "Maak er een getal van, zoals 0 en 1."
        )
    return Design(y.iloc[:, 0].to_numpy(float), x.to_numpy(float), tuple(x.columns), str(y.columns[0]), frame)


def _refuse_what_cannot_be_fitted(design: Design) -> None:
    broken = [
        name
        for name, column in zip((design.outcome, *design.terms), (design.y, *design.x.T), strict=True)
        if not np.isfinite(column).all()
    ]
    if broken:
        raise EstimationError(
            f"Na de bewerking in de formule zijn waarden oneindig of onbekend: {', '.join(broken)}.",
            "Een logaritme van nul of minder bestaat niet; kies een andere vorm of laat de rijen weg.",
        )
    if np.ptp(design.y) == 0:
        raise EstimationError(
            f"De uitkomst '{design.outcome}' heeft in alle rijen dezelfde waarde.", "Er valt niets te verklaren."
        )
    n, k = design.x.shape
    if n <= k:
        raise EstimationError(f"{n} rijen is te weinig voor {k} coëfficiënten.", "Gebruik meer rijen of minder termen.")
    dependent = dependent_columns(design.x, design.terms)
    if dependent:
        raise EstimationError(
            f"Deze termen volgen precies uit de andere termen: {', '.join(dependent)}.", "Laat ze uit de formule weg."
        )
