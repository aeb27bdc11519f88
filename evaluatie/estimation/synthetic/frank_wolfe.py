"""Frank–Wolfe on the simplex for many quadratic problems at once, with the stopping rule of R's synthdid.

The published synthetic difference-in-differences is what this algorithm returns when it stops, not the exact optimum
(on Proposition 99 the two differ by 0,0016 packs). It is therefore followed step by step. All placebo problems share
their data, so that one pass over a matrix serves all of them: 342 problems cost about ten times one.

References
----------
Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), AER 111(12), algorithm 1; R package synthdid 0.0.9.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from evaluatie.estimation.panels.did import Array

PRE_SPARSIFY = 100
MAX_ITERATIONS = 10_000
_FAR = 1e300


@dataclass(frozen=True, slots=True)
class Quadratics:
    """Problems ``min w'Gw − 2 c'w + k + η w'w`` over w ≥ 0, Σw = 1, of one size.

    Parameters
    ----------
    gram : array, shape (points, points) or (problems, points, points)
        G: inner products of the points; shared by all problems or one each.
    cross : array, shape (problems, points)
        c: inner products with the target of each problem.
    constant : array, shape (problems,)
        k: squared length of the target.
    ridge : array, shape (problems,)
        η.
    allowed : array of bool, shape (problems, points)
        Which points may get weight.
    tolerance : array, shape (problems,)
        A problem stops after a step that lowers its objective by no more than this.
    """

    gram: Array
    cross: Array
    constant: Array
    ridge: Array
    allowed: npt.NDArray[np.bool_]
    tolerance: Array

    def take(self, kept: npt.NDArray[np.bool_]) -> Quadratics:
        """Return the problems that are `kept`."""
        gram = self.gram if self.gram.ndim == 2 else self.gram[kept]
        rest = {name: getattr(self, name)[kept] for name in ("cross", "constant", "ridge", "allowed", "tolerance")}
        return replace(self, gram=gram, **rest)

    def images(self, weights: Array) -> Array:
        """Return Gw for each problem, shape (problems, points)."""
        image: Array = weights @ self.gram if self.gram.ndim == 2 else np.einsum("pj,pjk->pk", weights, self.gram)
        return image

    def rows(self, corner: npt.NDArray[np.int64]) -> Array:
        """Return one row of G for each problem, shape (problems, points)."""
        rows: Array = self.gram[corner] if self.gram.ndim == 2 else self.gram[np.arange(len(corner)), corner]
        return rows


@dataclass(slots=True)
class _Position:
    """Where every problem stands: its weights w, the slope ``(G + η)w − c``, and the three parts of its objective.

    The parts follow from those of the step before, so that a step costs one pass over the weights and no product.
    """

    problems: Quadratics
    weights: Array
    slope: Array
    bent: Array
    crossed: Array

    @classmethod
    def at(cls, problems: Quadratics, weights: Array) -> _Position:
        """Compute everything from the weights."""
        # A point as far the wrong way as this never has the steepest slope, whatever is added to it.
        closed = replace(problems, cross=np.where(problems.allowed, problems.cross, -_FAR))
        pulled = problems.images(weights) + problems.ridge[:, None] * weights
        bent, crossed = (weights * pulled).sum(axis=1), (weights * closed.cross).sum(axis=1)
        return cls(closed, weights, pulled - closed.cross, bent, crossed)

    def take(self, kept: npt.NDArray[np.bool_]) -> _Position:
        """Return the problems that are `kept`."""
        parts = (self.weights[kept], self.slope[kept], self.bent[kept], self.crossed[kept])
        return _Position(self.problems.take(kept), *parts)

    def objective(self) -> Array:
        """Return ``w'(G + η)w − 2 c'w + k`` of each problem."""
        value: Array = self.bent - 2 * self.crossed + self.problems.constant
        return value

    def step(self) -> None:
        """Move each problem towards the corner with the steepest descent, as far as its objective falls."""
        each, ridge = np.arange(len(self.weights)), self.problems.ridge
        corner = self.slope.argmin(axis=1)
        rows, goal = self.problems.rows(corner), self.problems.cross[each, corner]
        steepest = self.slope[each, corner]
        own = rows[each, corner] + ridge
        bend = own - 2 * (steepest + goal) + self.bent
        # Already in the corner: no direction is left, and 0/0 must not become a step.
        gain = self.bent - self.crossed - steepest
        length = np.clip(np.divide(gain, bend, out=np.zeros_like(gain), where=bend > 0), 0.0, 1.0)
        stay = 1 - length
        self.bent = stay**2 * self.bent + 2 * stay * length * (steepest + goal) + length**2 * own
        self.crossed = stay * self.crossed + length * goal
        self.weights *= stay[:, None]
        self.weights[each, corner] += length
        self.slope *= stay[:, None]
        self.slope += length[:, None] * (rows - self.problems.cross)
        self.slope[each, corner] += length * ridge


def solve_sparsified(problems: Quadratics) -> Array:
    """Solve as synthdid does: a hundred steps from equal weights, drop the small ones, go on from there.

    Returns
    -------
    array, shape (problems, points)
        Weights, at most 10.000 steps after the pruning.
    """
    equal = problems.allowed / problems.allowed.sum(axis=1, keepdims=True)
    return descend(problems, sparsify(descend(problems, equal, PRE_SPARSIFY)), MAX_ITERATIONS)


def sparsify(weights: Array) -> Array:
    """Drop weights of at most a quarter of the largest, per row, and let the rest add to one again."""
    kept = np.where(weights <= weights.max(axis=1, keepdims=True) / 4, 0.0, weights)
    pruned: Array = kept / kept.sum(axis=1, keepdims=True)
    return pruned


def descend(problems: Quadratics, start: Array, max_iterations: int) -> Array:
    """Take Frank–Wolfe steps with exact line search until each problem meets its stopping rule (never before two)."""
    result, running = start.copy(), np.arange(len(start))
    position = _Position.at(problems, start.copy())
    previous = np.full(len(start), np.inf)
    for step in range(max_iterations):
        position.step()
        value = position.objective()
        going = (previous - value > position.problems.tolerance) | (step < 1)
        previous = value
        if not going.all():
            result[running[~going]] = position.weights[~going]
            running, previous, position = running[going], previous[going], position.take(going)
        if not len(running):
            break
    result[running] = position.weights
    return result
