"""What must hold for every budget and every tekort."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluatie.quantities import Euro
from evaluatie.wet import Vangnetberekening, compute_vangnetuitkering, describe_regime, list_jaren

jaren = st.sampled_from(list_jaren())
budgets = st.integers(min_value=1, max_value=10**11)  # cents: up to a billion euro
cents = st.integers(min_value=0, max_value=10**11)


def _compute(jaar: int, budget: int, netto_lasten: int) -> Vangnetberekening:
    """Compute in cents, with earlier years that overspent so much that the multi-year condition is met."""
    eerdere = {year: (Euro(1), Euro(budget + 1)) for year in describe_regime(jaar).meerjarige_jaren[:-1]}
    return compute_vangnetuitkering(
        jaar=jaar, budget=Euro(budget), netto_lasten=Euro(netto_lasten), eerdere_jaren=eerdere
    )


@given(jaren, budgets, cents)
def test_uitkering_and_own_risk_add_up_to_the_tekort(jaar: int, budget: int, lasten: int) -> None:
    berekening = _compute(jaar, budget, lasten)
    assert berekening.vangnetuitkering + berekening.eigen_risico == max(berekening.tekort, Euro(0))
    assert berekening.vangnetuitkering >= Euro(0)
    assert berekening.eigen_risico >= Euro(0)
    assert sum(schijf.bedrag for schijf in berekening.schijven) * 100 == max(berekening.tekort.cents, 0)


@given(jaren, budgets, cents, cents)
def test_uitkering_never_falls_when_costs_rise(jaar: int, budget: int, lasten: int, extra: int) -> None:
    lower, higher = _compute(jaar, budget, lasten), _compute(jaar, budget, lasten + extra)
    assert lower.vangnetuitkering <= higher.vangnetuitkering
    assert lower.eigen_risico <= higher.eigen_risico


@given(jaren, budgets, cents)
def test_own_risk_never_exceeds_the_maximum_when_conditions_are_met(jaar: int, budget: int, lasten: int) -> None:
    berekening = _compute(jaar, budget, lasten)
    assert berekening.eigen_risico <= berekening.maximaal_eigen_risico


@given(jaren, budgets, st.sampled_from(["ondergrens", "bovengrens"]), st.integers(-3, 3))
def test_no_jump_at_the_brackets(jaar: int, budget: int, grens: str, offset: int) -> None:
    at = int(budget * (1 + getattr(describe_regime(jaar), grens).aandeel)) + max(offset, -budget)
    step = _compute(jaar, budget, at + 1).vangnetuitkering - _compute(jaar, budget, at).vangnetuitkering
    assert Euro(0) <= step <= Euro(1)


@given(jaren, budgets, cents, st.integers(2, 50))
def test_scaling_everything_scales_the_result(jaar: int, budget: int, lasten: int, factor: int) -> None:
    once, many = _compute(jaar, budget, lasten), _compute(jaar, budget * factor, lasten * factor)
    # Half a cent of rounding, multiplied, plus half a cent of its own.
    assert 2 * abs(many.vangnetuitkering.cents - factor * once.vangnetuitkering.cents) <= factor + 1
    assert many.tekort_aandeel == once.tekort_aandeel


@settings(max_examples=50)
@given(jaren, budgets, cents, cents)
def test_a_surplus_before_never_raises_the_uitkering(jaar: int, budget: int, lasten: int, overschot: int) -> None:
    eerdere = {year: (Euro(budget + overschot), Euro(budget)) for year in describe_regime(jaar).meerjarige_jaren[:-1]}
    with_surplus = compute_vangnetuitkering(
        jaar=jaar, budget=Euro(budget), netto_lasten=Euro(lasten), eerdere_jaren=eerdere
    )
    assert with_surplus.vangnetuitkering <= _compute(jaar, budget, lasten).vangnetuitkering
