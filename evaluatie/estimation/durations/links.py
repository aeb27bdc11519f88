"""The scales on which a share is modelled, and inference that goes through them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluatie.estimation.result import StudentInference

Array = npt.NDArray[np.float64]

_LARGEST = 30.0
"""Beyond this, exp(−η) no longer changes a sum of ones in double precision."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the binomial: ``η = forward(μ)``.

    Parameters
    ----------
    name, ratio : str
        Name, and what the exponent of a coefficient is.
    forward, inverse : callable
        From share to scale and back, on arrays or numbers.
    slope : callable
        ``dμ/dη`` at η.
    leverage : callable
        ``(dμ/dη) / (μ · (1 − μ))`` at η: what a residual count weighs in the score; stable for small shares.
    bend : callable
        Derivative of `leverage`; zero where the link is the natural one.
    """

    name: str
    ratio: str
    forward: Callable[[Any], Any]
    inverse: Callable[[Any], Any]
    slope: Callable[[Any], Any]
    leverage: Callable[[Any], Any]
    bend: Callable[[Any], Any]


def _cloglog(share: Any) -> Any:
    with np.errstate(divide="ignore"):  # 0 and 1 are the ends of the scale
        return np.log(-np.log1p(-np.asarray(share, dtype=float)))


def _logit(share: Any) -> Any:
    share = np.asarray(share, dtype=float)
    with np.errstate(divide="ignore"):
        return np.log(share) - np.log1p(-share)


def _cloglog_inverse(eta: Any) -> Any:
    return -np.expm1(-np.exp(np.minimum(eta, _LARGEST)))


def _cloglog_leverage(eta: Any) -> Any:
    rate = np.exp(np.clip(eta, -_LARGEST, _LARGEST))
    return rate / -np.expm1(-rate)


def _cloglog_bend(eta: Any) -> Any:
    leverage = _cloglog_leverage(eta)
    return leverage * (1 - leverage * np.exp(-np.exp(np.clip(eta, -_LARGEST, _LARGEST))))


def _logistic(eta: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(eta, -700, 700)))


CLOGLOG = Link(
    "cloglog",
    "hazard ratio",
    _cloglog,
    _cloglog_inverse,
    lambda eta: np.exp(np.minimum(eta, _LARGEST) - np.exp(np.minimum(eta, _LARGEST))),
    _cloglog_leverage,
    _cloglog_bend,
)
"""``log(−log(1 − μ))``: proportional hazards in continuous time, whatever the length of the months."""

LOGIT = Link(
    "logit",
    "odds ratio",
    _logit,
    _logistic,
    lambda eta: _logistic(eta) * _logistic(-eta),
    lambda eta: np.ones_like(eta, dtype=float),
    lambda eta: np.zeros_like(eta, dtype=float),
)
"""``log(μ / (1 − μ))``: proportional odds."""

LINKS = {link.name: link for link in (CLOGLOG, LOGIT)}


@dataclass(frozen=True, slots=True)
class ShareInference:
    """Inference on a share that is symmetric on the scale of a link, so that no end leaves 0 … 1.

    Parameters
    ----------
    scaled, std_error : float
        Estimate and standard error on that scale.
    link : Link
        The scale.
    """

    scaled: float
    std_error: float
    link: Link

    def bounds(self, level: float) -> tuple[float, float]:
        """Return the lower and upper end at `level`, as shares."""
        lower, upper = StudentInference(self.scaled, self.std_error).bounds(level)
        return float(self.link.inverse(lower)), float(self.link.inverse(upper))

    def p_value(self, null: float) -> float:
        """Return the two-sided p-value against `null`, a share; 0 and 1 lie infinitely far away."""
        return StudentInference(self.scaled, self.std_error).p_value(float(self.link.forward(null)))


@dataclass(frozen=True, slots=True)
class BoundaryInference:
    """Exact inference on a share of which none of `n` was seen (Clopper–Pearson)."""

    n: float

    def bounds(self, level: float) -> tuple[float, float]:
        """Return zero and the upper end at `level`."""
        return 0.0, 1 - ((1 - level) / 2) ** (1 / self.n)

    def p_value(self, null: float) -> float:
        """Return the two-sided p-value against `null`, a share."""
        return float(min(1.0, 2 * (1 - null) ** self.n))


@dataclass(frozen=True, slots=True)
class Complement:
    """Inference on one minus a share."""

    share: ShareInference | BoundaryInference

    def bounds(self, level: float) -> tuple[float, float]:
        """Return the lower and upper end at `level`."""
        lower, upper = self.share.bounds(level)
        return 1 - upper, 1 - lower

    def p_value(self, null: float) -> float:
        """Return the two-sided p-value against `null`."""
        return self.share.p_value(1 - null)
