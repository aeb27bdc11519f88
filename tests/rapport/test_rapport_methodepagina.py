"""The tables of the method pages: Dutch heads, and an estimate beside the effect that was built in."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from evaluatie.estimation import NotEstimated, difference_in_proportions
from evaluatie.rapport.methodepagina import KOLOMMEN, compare_with_truth, list_answers, mark_truth, translate

VERSCHIL = difference_in_proportions(71, 400, 119, 400)


@pytest.mark.parametrize("truth", [-0.10, 0.0])
def test_the_answer_is_that_of_the_interval_itself(truth: float):
    frame = compare_with_truth({"geteld": VERSCHIL}, truth)
    interval = VERSCHIL.interval()
    assert [*frame.columns] == [
        *("schatting", "ondergrens 95%", "bovengrens 95%", "ingebouwd effect", "ligt dat in het interval?")
    ]
    inside = interval.contains(truth)
    assert frame.loc["geteld"].tolist() == [VERSCHIL.value, interval.lower, interval.upper, truth, inside]
    assert inside is (truth == -0.10)


def test_each_estimate_has_its_own_truth_and_without_an_interval_there_is_no_answer():
    missing = NotEstimated("nobody was treated", "no_treated")
    frame = compare_with_truth({"wel": VERSCHIL, "niet": missing}, [-0.10, -0.10])
    assert frame["ligt dat in het interval?"].tolist() == [True, None]
    assert math.isnan(frame.loc["niet", "schatting"])


def test_a_frame_with_bounds_only_is_compared_too():
    frame = mark_truth(pd.DataFrame({"conf_low": [1.0], "conf_high": [3.0]}), 3.0)
    assert frame.to_dict("records") == [
        {"ondergrens 95%": 1.0, "bovengrens 95%": 3.0, "ingebouwd effect": 3.0, "ligt dat in het interval?": True}
    ]


def test_columns_are_chosen_named_and_may_name_the_rows():
    frame = pd.DataFrame({"term": ["a"], "estimate": [0.5], "n": pd.Series([3], dtype=object), "vreemd": [1]})
    shown = translate(frame, "n", "estimate", index="term", estimate="hazardratio")
    assert shown.to_dict("index") == {"a": {"waarnemingen": 3, "hazardratio": 0.5}}
    assert shown["waarnemingen"].dtype.kind == "i"
    assert [*translate(frame)] == ["term", "schatting", "waarnemingen", "vreemd"]


def test_no_two_columns_that_stand_together_have_one_name():
    together = [name for name in KOLOMMEN if name.startswith(("fitted", "counterfactual", "conf_", "mean_", "smd_"))]
    assert len({KOLOMMEN[name] for name in together}) == len(together)


def test_answers_keep_their_kind():
    frame = list_answers({"F": 170.7, "sterk?": True, "aantal": 3})
    assert frame["antwoord"].tolist() == [170.7, True, 3]
    assert [*frame.index] == ["F", "sterk?", "aantal"]
