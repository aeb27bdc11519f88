"""Covariance of estimated coefficients: classical, robust to unequal variances, or robust to dependence in clusters.

One place, so that regressions and instruments mean the same by "robust". With bread ``B`` (the inverse of the
information), scores ``s_i`` and K coefficients:

- classical: ``s² · B`` (least squares) or ``B`` (maximum likelihood);
- robust: ``N/(N−K) · B (Σ s_i s_i') B`` (HC1; MacKinnon and White 1985);
- clustered: ``G/(G−1) · (N−1)/(N−K) · B (Σ_g s_g s_g') B`` with ``s_g`` the sum of the scores of cluster g, and
  Student's t with G − 1 degrees of freedom (Liang and Zeger 1986; Cameron and Miller 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.panels.did import FEWEST_CLUSTERS
from evaluatie.estimation.regressions.least_squares import Array

Codes = npt.NDArray[np.int64]
Errors = Literal["robust", "classical"]


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """How the covariance is made.

    Parameters
    ----------
    errors : {"robust", "classical"}
        Used when there are no clusters.
    clusters : array of int, shape (n,), or None
        Number of the cluster of each row, from zero up.
    """

    errors: Errors = "robust"
    clusters: Codes | None = None

    @property
    def label(self) -> str:
        """Name of the covariance, for the method of an estimate."""
        if self.clusters is not None:
            return f"clustered, {self.number} clusters"
        return "robust (HC1)" if self.errors == "robust" else "classical"

    @property
    def number(self) -> int:
        """Number of clusters; zero without."""
        return 0 if self.clusters is None else int(self.clusters.max()) + 1

    def dof(self, residual: float) -> float:
        """Return the degrees of freedom of Student's t: G − 1 with clusters, otherwise `residual`."""
        return residual if self.clusters is None else self.number - 1

    def covariance(self, bread: Array, scores: Array, dispersion: float, parameters: int) -> Array:
        """Return the covariance of the coefficients.

        Parameters
        ----------
        bread : array, shape (k, k)
        scores : array, shape (n, k)
            Contribution of each row to the estimating equation, weights included.
        dispersion : float
            Residual variance, for the classical covariance; one for maximum likelihood.
        parameters : int
            K: all coefficients of the model, also those that are not in `bread`.
        """
        n = len(scores)
        if self.clusters is None and self.errors == "classical":
            return bread * dispersion
        if self.clusters is None:
            summed, factor = scores, n / (n - parameters)
        else:
            summed = np.zeros((self.number, scores.shape[1]))
            np.add.at(summed, self.clusters, scores)
            factor = self.number / (self.number - 1) * (n - 1) / (n - parameters)
        covariance: Array = factor * bread @ (summed.T @ summed) @ bread
        return covariance

    def enough(self, column: Array) -> bool:
        """Tell whether enough clusters speak to the coefficient of `column`.

        A cluster speaks when the column departs there from its most common value: one treated municipality among
        three hundred is one cluster, however many rows it has. A constant is asked for the number of clusters.
        """
        if self.clusters is None:
            return True
        values, inverse, counts = np.unique(column, return_inverse=True, return_counts=True)
        if len(values) == 1:
            return self.number >= FEWEST_CLUSTERS
        departing = inverse != counts.argmax()
        return len(np.unique(self.clusters[departing])) >= FEWEST_CLUSTERS


def error_model(frame: pd.DataFrame, cluster: str | None, errors: Errors) -> ErrorModel:
    """Return the error model of a frame whose column `cluster`, when given, is complete.

    Raises
    ------
    EstimationError
        For an unknown kind, for classical errors with clusters, for missing clusters, and for a single one.
    """
    if errors not in ("robust", "classical"):
        raise EstimationError(f"Standaardfout '{errors}' bestaat niet.", "Kies 'robust' of 'classical'.")
    if cluster is None:
        return ErrorModel(errors)
    if errors == "classical":
        raise EstimationError("Een klassieke standaardfout kent geen clusters.", "Laat cluster of errors weg.")
    if frame[cluster].isna().any():
        raise EstimationError(
            f"Kolom {cluster}: {int(frame[cluster].isna().sum())} waarden ontbreken.", "Geef elke rij een cluster."
        )
    codes = pd.factorize(frame[cluster])[0].astype(np.int64)
    if codes.max() == 0:
        raise EstimationError(f"Kolom {cluster} heeft maar één waarde.", "Voor clusters zijn er minstens twee nodig.")
    return ErrorModel(errors, codes)


def check_weights(frame: pd.DataFrame, weights: str | None) -> Array:
    """Return the weights, or ones; refuse what is not positive."""
    if weights is None:
        return np.ones(len(frame))
    values: Array = frame[weights].to_numpy(float)
    if not (values > 0).all():
        raise EstimationError(
            f"Kolom {weights}: {int((values <= 0).sum())} gewichten zijn nul of negatief.", "Laat die rijen weg."
        )
    return values
