"""An estimate in another unit: months into euros, per start into per year, or what is left of a known amount."""

from __future__ import annotations

from dataclasses import dataclass

from evaluatie.estimation.result import Estimate, Inference, NotEstimated


@dataclass(frozen=True, slots=True)
class RescaledInference:
    """``shift + factor × x`` of an estimate x, where both numbers count as known.

    Parameters
    ----------
    inner : Inference
        Of x.
    factor, shift : float
        Factor is not zero; a negative one turns the interval around.
    """

    inner: Inference
    factor: float
    shift: float = 0.0

    def bounds(self, level: float) -> tuple[float, float]:
        """Return both ends at `level`."""
        one, other = (self.shift + self.factor * end for end in self.inner.bounds(level))
        return min(one, other), max(one, other)

    def p_value(self, null: float) -> float:
        """Return the p-value of the hypothesis that the result equals `null`."""
        return self.inner.p_value((null - self.shift) / self.factor)


def rescale(
    estimate: Estimate | NotEstimated, factor: float, *, unit: str, estimand: str = "", shift: float = 0.0
) -> Estimate | NotEstimated:
    """Return ``shift + factor × estimate`` with its interval; "no effect" moves along.

    Parameters
    ----------
    estimate : Estimate or NotEstimated
        What could not be estimated stays so.
    factor, shift : float
        Known numbers; `factor` is not zero.
    unit, estimand : str
        Of the result; without `estimand` that of the estimate.

    Returns
    -------
    Estimate or NotEstimated
    """
    if isinstance(estimate, NotEstimated):
        return estimate
    error = None if estimate.std_error is None else abs(factor) * estimate.std_error
    inference = None if estimate.inference is None else RescaledInference(estimate.inference, factor, shift)
    return Estimate(
        value=shift + factor * estimate.value,
        std_error=error,
        dof=estimate.dof,
        n=estimate.n,
        method=estimate.method,
        estimand=estimand or estimate.estimand,
        unit=unit,
        inference=inference,
        null=shift + factor * estimate.null,
    )
