"""Estimates and sums of money from own registers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluatie.disclosure import Onderdrukt, Schatting, Steun, open_released, release_estimates, release_sums
from evaluatie.disclosure.drempels import load_drempels
from evaluatie.disclosure.schattingen import is_dominated, round_digits
from evaluatie.errors import DisclosureError
from evaluatie.estimation import Estimate, NotEstimated, proportion
from evaluatie.estimation.result import StudentInference
from evaluatie.quantities import Bron

BRON = [Bron("Eigen registers van de proef")]


def estimate(value: float = 0.123456, spread: float = 0.0123456, n: int = 1234, *, inference: bool = True) -> Estimate:
    how = StudentInference(value, spread) if inference else None
    return Estimate(value, spread, None, n, "proef", "verschil", "share", how)


def test_an_estimate_on_enough_persons_leaves_with_few_digits():
    released = open_released(release_estimates({"effect": estimate()}, {"effect": Steun(50, 500, 12, 40)}, BRON))
    found = released["effect"]
    assert isinstance(found, Schatting)
    assert (found.value, found.std_error, found.n) == (0.123, 0.0123, 1235)
    assert found.lower == pytest.approx(0.123456 - 1.959964 * 0.0123456, rel=5e-3)
    assert found.level == 0.95


@pytest.mark.parametrize(
    "support", [(9, 500, 12, 40), (50, 9, 12, 40), (50, 500, 9, 40), (50, 500, 12, 9), (0, 0, 0, 0)]
)
def test_an_estimate_on_too_few_is_not_released(support):
    found = open_released(release_estimates({"effect": estimate()}, {"effect": Steun(*support)}, BRON))["effect"]
    assert isinstance(found, NotEstimated)
    assert found.code == "disclosure"
    assert (found.method, found.estimand) == ("proef", "verschil")


def test_exactly_ten_is_enough():
    found = open_released(release_estimates({"effect": estimate()}, {"effect": Steun.single(10, 10)}, BRON))
    assert isinstance(found["effect"], Schatting)


def test_an_estimate_without_inference_keeps_none():
    found = open_released(release_estimates({"e": estimate(inference=False)}, {"e": Steun.single(99, 99)}, BRON))["e"]
    assert (found.lower, found.upper, found.p_value) == (None, None, None)


def test_a_share_does_not_betray_its_counts():
    """7 of 23 is 0,30434…; with three digits a hundred pairs of counts are possible."""
    found = open_released(release_estimates({"e": proportion(70, 230)}, {"e": Steun.single(230, 70)}, BRON))["e"]
    assert found.value == 0.304
    assert found.n == 230


@pytest.mark.parametrize(
    ("found", "support"),
    [
        (0.12, {"effect": Steun.single(50, 50)}),
        (estimate(), {}),
        (estimate(), {"effect": (50, 50, 50, 50)}),
        (estimate(), {"ander": Steun.single(50, 50)}),
        (None, {"effect": Steun.single(50, 50)}),
    ],
)
def test_without_an_estimate_and_its_support_nothing_leaves(found, support):
    with pytest.raises(DisclosureError):
        release_estimates({"effect": found}, support, BRON)


def test_a_name_that_points_at_a_person_is_refused():
    with pytest.raises(DisclosureError):
        release_estimates({"facade1fb88f4d91": estimate()}, {}, BRON)
    with pytest.raises(DisclosureError):
        release_estimates({"effect": estimate()}, {"effect": Steun.single(50, 50)}, [])


def test_a_reason_with_numbers_in_it_loses_them():
    given = NotEstimated("only 3 treated persons", "too_small", "proef", "verschil")
    found = open_released(release_estimates({"e": given}, {}, BRON))["e"]
    assert "3" not in found.reason
    assert found.code == "too_small"
    plain = NotEstimated("no variation in the treatment", "no_spread")
    assert open_released(release_estimates({"e": plain}, {}, BRON))["e"] == plain


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_rounding_keeps_three_digits(value):
    rounded = round_digits(value, 3)
    assert rounded == pytest.approx(value, rel=5.01e-3, abs=0)
    assert f"{rounded:.2e}" == f"{float(f'{value:.2e}'):.2e}" or abs(rounded - value) <= 0.0051 * abs(value)


def test_infinity_stays_and_no_number_is_refused():
    assert round_digits(math.inf, 3) == math.inf
    assert round_digits(0.0, 3) == 0.0
    with pytest.raises(DisclosureError):
        round_digits(math.nan, 3)


# --- sums of money ----------------------------------------------------------------------------------------------------


def amounts(**groups: list[float]) -> pd.DataFrame:
    rows = [(name, f"{name}{number}", value) for name, values in groups.items() for number, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["groep", "wie", "euro"])


def released(rows: pd.DataFrame, **options):
    return open_released(release_sums(rows, "groep", "wie", "euro", BRON, **options))


def test_a_sum_of_enough_persons_is_rounded_to_hundreds():
    assert released(amounts(training=[1234.56] * 12)).waarden == {"training": 14_800}


def test_a_sum_of_few_persons_is_suppressed():
    assert released(amounts(a=[100.0] * 9, b=[100.0] * 30)).waarden["a"] == Onderdrukt("klein")


def test_persons_without_an_amount_do_not_hide_the_others():
    assert released(amounts(a=[100.0] * 9 + [0.0] * 20)).waarden["a"] == Onderdrukt("klein")


def test_a_sum_in_which_two_persons_dominate_is_suppressed():
    drempels = load_drempels()
    assert is_dominated(np.array([100.0] * 10 + [3000.0, 2700.0]), drempels)  # 5700 of 6700 is 85,07%
    assert not is_dominated(np.array([100.0] * 10 + [3000.0, 2600.0]), drempels)  # 5600 of 6600 is 84,8%
    assert released(amounts(a=[100.0] * 10 + [3000.0, 2700.0])).waarden["a"] == Onderdrukt("klein")


def test_rows_of_one_person_are_one_contribution():
    rows = amounts(a=[100.0] * 12)
    rows["wie"] = "steeds dezelfde"
    assert released(rows).waarden["a"] == Onderdrukt("klein")


def test_a_total_does_not_give_a_suppressed_sum_back():
    found = released(amounts(a=[100.0] * 5, b=[100.0] * 30, c=[100.0] * 50), totaal=True)
    assert [str(found.waarden[name]) for name in "abc"] == ["<10", "x", "5000"]
    assert found.totaal == 8500


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.floats(0, 5000), min_size=1, max_size=25), min_size=1))
def test_never_is_one_group_alone_missing_beside_a_total(groups):
    found = released(amounts(**groups), totaal=True)
    hidden = [value for value in (*found.waarden.values(), found.totaal) if isinstance(value, Onderdrukt)]
    assert len(hidden) != 1
    for name, value in found.waarden.items():
        if not isinstance(value, Onderdrukt):
            assert value % 100 == 0
            assert len([x for x in groups[name] if x > 0]) >= 10


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -1.0])
def test_an_amount_that_is_no_amount_is_refused(wrong):
    with pytest.raises(DisclosureError):
        released(amounts(a=[100.0] * 20 + [wrong]))


def test_a_group_that_points_at_a_person_is_refused():
    with pytest.raises(DisclosureError):
        released(amounts(a=[100.0] * 20).assign(groep="facade1fb88f4d91"))
