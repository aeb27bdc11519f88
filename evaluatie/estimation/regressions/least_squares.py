"""Weighted least squares to as many digits as the data allow, and which columns it cannot tell apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular

Array = npt.NDArray[np.float64]

_LEFT = 1e-12


def solve_least_squares(x: Array, y: Array, w: Array | None = None) -> tuple[Array, Array]:
    """Return the coefficients of `y` on `x` and the bread ``(X'WX)⁻¹``.

    By QR of columns scaled to length one: forming ``X'X`` would cost half of the digits (NIST StRD: Longley, Filip,
    Wampler).

    Parameters
    ----------
    x : array, shape (n, k)
        Of full rank.
    y : array, shape (n,) or (n, m)
    w : array, shape (n,), optional
        Weights.

    Returns
    -------
    coefficients : array, shape (k,) or (k, m)
    bread : array, shape (k, k)
    """
    root = np.ones((len(x), 1)) if w is None else np.sqrt(w)[:, None]
    scaled, length = _scale(root * x)
    q, r = np.linalg.qr(scaled)
    right = q.T @ (root * y.reshape(len(y), -1))
    coefficients = solve_triangular(r, right).reshape(-1, *y.shape[1:]) / length.reshape(-1, *[1] * (y.ndim - 1))
    inverse = solve_triangular(r, np.eye(len(length))) / length[:, None]
    return coefficients, inverse @ inverse.T


def dependent_columns(x: Array, names: tuple[str, ...]) -> list[str]:
    """Return the names of the columns that follow exactly from the columns before them.

    A column counts as dependent when less than 1e-12 of its length is left after the columns before it are swept out.
    """
    left = np.abs(np.diag(np.linalg.qr(_scale(x)[0], mode="r")))
    return [name for name, size in zip(names, left, strict=True) if size < _LEFT]


def _scale(x: Array) -> tuple[Array, Array]:
    length = np.linalg.norm(x, axis=0)
    length = np.where(length > 0, length, 1.0)
    return x / length, length
