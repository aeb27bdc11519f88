"""The nearest weighted average: a true optimum, and always the same one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from evaluatie.estimation.synthetic.simplex import nearest_average

Array = npt.NDArray[np.float64]

repeat = settings(derandomize=True, deadline=None, max_examples=60)
shapes = st.tuples(st.integers(1, 12), st.integers(2, 40), st.integers(0, 10_000))


def draw(coordinates: int, points: int, seed: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    cloud = rng.normal(10, 2, coordinates)[:, None] + rng.normal(size=(coordinates, points))
    return cloud, cloud.mean(axis=1) + rng.uniform(0, 3) * rng.normal(size=coordinates)


@repeat
@given(shapes)
def test_the_solution_meets_the_conditions_of_an_optimum(shape: tuple[int, int, int]) -> None:
    """Karush–Kuhn–Tucker: with gradient g = 2 P'(Pw − b), every g_j ≥ g·w, with equality where w_j > 0.

    For a convex problem these are sufficient. 1e-8 relative to the size of the problem is the precision of solving
    least squares in double precision.
    """
    points, target = draw(*shape)
    weights, _ = nearest_average(points, target)
    gradient = points.T @ (points @ weights - target)
    slack = gradient - gradient @ weights
    scale = np.abs(points - target[:, None]).max() ** 2 * len(target)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    assert slack.min() >= -1e-8 * scale
    assert np.abs(slack[weights > 1e-7]).max() <= 1e-8 * scale


@repeat
@given(shapes)
def test_the_order_of_the_points_does_not_matter(shape: tuple[int, int, int]) -> None:
    points, target = draw(*shape)
    order = np.random.default_rng(1).permutation(points.shape[1])
    weights, unique = nearest_average(points, target)
    shuffled, same = nearest_average(points[:, order], target)
    assert shuffled == pytest.approx(weights[order], abs=1e-8)
    assert unique == same


@repeat
@given(shapes)
def test_dropping_a_point_without_weight_changes_nothing(shape: tuple[int, int, int]) -> None:
    """The predictor-weighted version in pysyncon fails this; here the solution is unique (1e-8 is arithmetic)."""
    points, target = draw(*shape)
    weights, _ = nearest_average(points, target)
    idle = weights < 1e-12
    kept = ~idle
    if not idle.any() or kept.sum() < 1:
        return
    kept[np.flatnonzero(idle)[1:]] = True  # drop one of them
    again, _ = nearest_average(points[:, kept], target)
    assert again == pytest.approx(weights[kept], abs=1e-8)


@pytest.mark.parametrize(("coordinates", "points"), [(2, 8), (3, 12), (5, 30)])
def test_inside_the_hull_the_weights_are_the_most_equal_ones_that_fit(coordinates: int, points: int) -> None:
    """Against a general optimiser: smallest norm among all weights that fit exactly (1e-6 is its own precision)."""
    cloud, _ = draw(coordinates, points, 5)
    target = cloud @ np.random.default_rng(2).dirichlet(np.ones(points))
    weights, unique = nearest_average(cloud, target)
    assert not unique
    assert cloud @ weights == pytest.approx(target, abs=1e-10)
    fits = {"type": "eq", "fun": lambda w: np.append(cloud @ w - target, w.sum() - 1)}
    theirs = minimize(
        lambda w: w @ w,
        np.full(points, 1 / points),
        jac=lambda w: 2 * w,
        bounds=[(0, 1)] * points,
        constraints=[fits],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    assert theirs.success
    assert weights == pytest.approx(theirs.x, abs=1e-6)


def test_weights_of_three_points_on_a_line_are_those_worked_out_by_hand() -> None:
    """Points 0, 1, 4 and target 2: w₂ + 4 w₃ = 2 with Σw = 1 leaves w = (a, 2 − 4a/3 …): one free number.

    From w₁ + w₂ + w₃ = 1 and w₂ + 4 w₃ = 2: w₂ = (2 − 4 w₁)/3 and w₃ = (1 + w₁)/3. The norm has its minimum where
    w₁ − 4/3 · (2 − 4 w₁)/3 + 1/3 · (1 + w₁)/3 = 0, so (9 + 16 + 1) w₁ = 8 − 1 and w₁ = 7/26.
    """
    weights, unique = nearest_average(np.array([[0.0, 1.0, 4.0]]), np.array([2.0]))
    assert weights == pytest.approx([7 / 26, (2 - 28 / 26) / 3, (1 + 7 / 26) / 3], abs=1e-12)
    assert not unique
    outside, one = nearest_average(np.array([[0.0, 1.0, 4.0]]), np.array([9.0]))
    assert outside == pytest.approx([0, 0, 1], abs=1e-12)
    assert one


def test_equal_points_share_their_weight_and_an_exact_copy_gets_all_of_it() -> None:
    corner = np.array([[0.0, 3.0, 0.0, 3.0], [0.0, 0.0, 3.0, 3.0]])
    same, unique = nearest_average(np.repeat(corner[:, :1], 3, axis=1), np.array([1.0, 1.0]))
    assert same == pytest.approx([1 / 3] * 3, abs=1e-12)
    assert not unique
    on_target, _ = nearest_average(np.zeros((2, 4)), np.zeros(2))
    assert on_target == pytest.approx([1 / 4] * 4, abs=1e-12)
    copy, _ = nearest_average(corner, corner[:, 3])
    assert copy == pytest.approx([0, 0, 0, 1], abs=1e-10)
