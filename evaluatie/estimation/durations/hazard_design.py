"""The columns of a discrete-time hazard regression, and the parts of it that the data cannot tell.

A level in which nobody leaves (or everybody) has its coefficient at minus (plus) infinity. Its person-months are
then fitted perfectly and say nothing about the other coefficients: leaving them out is the maximum likelihood, not an
approximation. Taking a level out can empty another one, so this is repeated until nothing changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluatie.estimation.durations.cells import Array, Cells

BASELINE, CLASSES, NUMBER, TREATMENT = "baseline", "classes", "number", "treatment"

NO_EVENTS = ("nobody left in these months", "no_events")
ALL_LEFT = ("everybody left in these months", "separation")
ONLY_HERE = ("all who left did so in these months", "separation")
NO_TREATED = ("no person-month falls in it", "no_treated")
NO_CONTROL = ("no person-month falls outside it", "no_control")

Mask = npt.NDArray[np.bool_]
Reason = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Term:
    """One column of the design.

    Parameters
    ----------
    name : str
        How the result calls it.
    kind : {"baseline", "classes", "number", "treatment"}
    column : array, shape (cells,)
        Its values; a number is centred and divided by its range.
    scale : float
        What a number was divided by.
    """

    name: str
    kind: str
    column: Array
    scale: float = 1.0


@dataclass(slots=True)
class Design:
    """Terms of the cells that remain, and why the other terms have none.

    Parameters
    ----------
    terms : list of Term
    kept : array of bool, shape (cells,)
        Cells that say something.
    refused : dict of str to (reason, code)
    reference : dict of str to str
        The level that each set of classes is compared with.
    """

    kept: Mask
    terms: list[Term] = field(default_factory=list)
    refused: dict[str, Reason] = field(default_factory=dict)
    reference: dict[str, str] = field(default_factory=dict)

    @property
    def matrix(self) -> Array:
        """All columns beside each other, for the cells that remain."""
        return np.column_stack([term.column[self.kept] for term in self.terms])


def build_design(
    cells: Cells, duration: str, calendar: Sequence[str], covariates: Sequence[str], treatments: Sequence[str]
) -> Design:
    """Return the columns: a dummy per duration, per calendar period but one, the covariates and the treatments.

    A covariate of numbers is one column; anything else is a set of classes, compared with its first level that has
    exits.
    """
    numbers = [name for name in covariates if is_number(cells, name)]
    classes = [*calendar, *[name for name in covariates if name not in numbers]]
    design = Design(np.ones(len(cells.events), dtype=bool))
    _drop_levels_without_information(cells, design, duration, classes, treatments)
    for level in _remaining(cells, design, duration):
        design.terms.append(Term(f"{duration}={_text(cells, duration, level)}", BASELINE, _is(cells, duration, level)))
    for name in classes:
        first, *others = [*_remaining(cells, design, name)] or [0]
        design.reference[name] = _text(cells, name, first)
        design.terms += [
            Term(f"{name}={_text(cells, name, level)}", CLASSES, _is(cells, name, level)) for level in others
        ]
    design.terms += [_number(cells, design, name) for name in numbers]
    for name in treatments:
        if name not in design.refused:
            design.terms.append(Term(name, TREATMENT, cells.values(name)))
    return design


def is_number(cells: Cells, name: str) -> bool:
    """Tell whether a covariate is a number; texts, categories, dates and truth values are classes."""
    return cells.levels[name].dtype.kind in "iuf"


def _drop_levels_without_information(
    cells: Cells, design: Design, duration: str, classes: Sequence[str], treatments: Sequence[str]
) -> None:
    changed = True
    while changed and design.kept.any():
        before = design.kept.sum()
        for name in (duration, *classes):
            _drop_levels(cells, design, name)
        for name in treatments:
            _drop_treatment(cells, design, name)
        changed = design.kept.sum() < before


def _drop_levels(cells: Cells, design: Design, name: str) -> None:
    events, months = _counts(cells, design, name)
    for level in np.flatnonzero((months > 0) & ((events == 0) | (events == months))):
        design.refused[f"{name}={_text(cells, name, level)}"] = ALL_LEFT if events[level] else NO_EVENTS
        design.kept &= cells.codes[name] != level


def _drop_treatment(cells: Cells, design: Design, name: str) -> None:
    if name in design.refused:
        return
    inside, kept = cells.values(name) > 0, design.kept
    reason = _treatment_obstacle(cells, inside & kept, ~inside & kept)
    if reason is None:
        return
    design.refused[name] = reason
    if reason in (NO_EVENTS, ALL_LEFT):
        design.kept = kept & ~inside
    elif reason == ONLY_HERE:
        design.kept = kept & inside


def _treatment_obstacle(cells: Cells, inside: Mask, outside: Mask) -> Reason | None:
    if not inside.any():
        return NO_TREATED
    if not outside.any():
        return NO_CONTROL
    left = cells.events[inside].sum()
    if left in (0, cells.months[inside].sum()):
        return ALL_LEFT if left else NO_EVENTS
    return None if cells.events[outside].sum() else ONLY_HERE


def _counts(cells: Cells, design: Design, name: str) -> tuple[Array, Array]:
    size, codes = len(cells.levels[name]), cells.codes[name][design.kept]
    events, months = (
        np.asarray(np.bincount(codes, weights=counts[design.kept], minlength=size), dtype=float)
        for counts in (cells.events, cells.months)
    )
    return events, months


def _remaining(cells: Cells, design: Design, name: str) -> npt.NDArray[np.int64]:
    return np.unique(cells.codes[name][design.kept])


def _is(cells: Cells, name: str, level: int | np.integer[Any]) -> Array:
    return np.asarray(cells.codes[name] == level, dtype=float)


def _text(cells: Cells, name: str, level: int | np.integer[Any]) -> str:
    return str(cells.levels[name][level])


def _number(cells: Cells, design: Design, name: str) -> Term:
    values, months = cells.values(name), np.where(design.kept, cells.months, 0)
    spread = float(np.ptp(values[design.kept])) or 1.0
    return Term(name, NUMBER, (values - np.average(values, weights=months)) / spread, spread)
