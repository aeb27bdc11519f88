"""One test of several coefficients at once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import linalg, stats

from evaluatie.estimation.panels.moments import Array
from evaluatie.estimation.result import NotEstimated

_SINGULAR = 1e-12


@dataclass(frozen=True, slots=True)
class JointTest:
    """Test of the hypothesis that all named coefficients are zero.

    Parameters
    ----------
    statistic, p_value : float
        F, or the sum of squared scaled effects of a permutation.
    df_num, df_denom : int or None
        Degrees of freedom of F; None for a permutation.
    terms : tuple
        Which coefficients.
    method : str
        How it was tested.
    """

    statistic: float
    p_value: float
    df_num: int | None
    df_denom: int | None
    terms: tuple[Hashable, ...]
    method: str

    def tidy(self) -> pd.DataFrame:
        """Return one row: terms, statistic, p_value, df_num, df_denom, method."""
        row = {
            "terms": ", ".join(map(str, self.terms)),
            "statistic": self.statistic,
            "p_value": self.p_value,
            "df_num": self.df_num,
            "df_denom": self.df_denom,
            "method": self.method,
        }
        return pd.DataFrame([row])

    def _repr_html_(self) -> str:
        return str(self.tidy().to_html(index=False))


def wald_test(
    coefficients: Array, covariance: Array, dof: int, terms: tuple[Hashable, ...], estimand: str
) -> JointTest | NotEstimated:
    """Test that all coefficients are zero: F = b'V⁻¹b / q against F(q, dof).

    NotEstimated with ``too_small`` when there are no more clusters than coefficients, or V has no inverse.
    """
    method = "Wald test, clustered covariance, F distribution"
    q = len(coefficients)
    scale = np.sqrt(np.diag(covariance))
    if q >= dof or (scale == 0).any():
        return NotEstimated(f"{q} coefficients cannot be tested with {dof + 1} clusters", "too_small", method, estimand)
    correlation = covariance / scale / scale[:, None]
    if linalg.eigvalsh(correlation)[0] < _SINGULAR:
        return NotEstimated("the coefficients do not vary separately", "too_small", method, estimand)
    z = coefficients / scale
    statistic = float(z @ linalg.solve(correlation, z, assume_a="pos")) / q
    return JointTest(statistic, float(stats.f.sf(statistic, q, dof)), q, dof, terms, method)
