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

from evaluatie.estimation.did import Array

PRE_SPARSIFY = 100
MAX_ITERATIONS = 10_000


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

    def objective(self, weights: Array, image: Array) -> Array:
        """Return the objective of each problem, shape (problems,)."""
        ridge = self.ridge * np.einsum("pj,pj->p", weights, weights)
        value: Array = np.einsum("pj,pj->p", weights, image - 2 * self.cross) + self.constant + ridge
        return value


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
    result, weights = start.copy(), start.copy()
    running = np.arange(len(start))
    image = problems.images(weights)
    previous = np.full(len(start), np.inf)
    for step in range(max_iterations):
        weights, image = _step(problems, weights, image)
        value = problems.objective(weights, image)
        going = (previous - value > problems.tolerance) | (step < 1)
        previous = value
        if not going.all():
            result[running[~going]] = weights[~going]
            running, weights, image, previous = running[going], weights[going], image[going], previous[going]
            problems = problems.take(going)
        if not len(running):
            break
    result[running] = weights
    return result


def _step(problems: Quadratics, weights: Array, image: Array) -> tuple[Array, Array]:
    """Move each problem towards the corner with the steepest descent, as far as its objective falls."""
    each = np.arange(len(weights))
    slope = image - problems.cross + problems.ridge[:, None] * weights
    corner = np.where(problems.allowed, slope, np.inf).argmin(axis=1)
    rows = problems.rows(corner)
    gain = np.einsum("pj,pj->p", slope, weights) - slope[each, corner]
    at_corner = weights[each, corner]
    bend = rows[each, corner] - 2 * image[each, corner] + np.einsum("pj,pj->p", weights, image)
    bend = bend + problems.ridge * (1 - 2 * at_corner + np.einsum("pj,pj->p", weights, weights))
    # Already in the corner: no direction is left, and 0/0 must not become a step.
    length = np.clip(np.divide(gain, bend, out=np.zeros_like(gain), where=bend > 0), 0.0, 1.0)
    moved = weights * (1 - length)[:, None]
    moved[each, corner] += length
    return moved, image * (1 - length)[:, None] + rows * length[:, None]
