"""The caseload as an index, comparable municipalities, and the statutory comparison of article 15."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties.arbeidsmarkt import compare_with_article_15
from evaluatie.evaluaties.bestand import (
    estimate_start,
    index_bestand,
    index_land,
    list_comparable,
    list_stromen,
    list_stromen_land,
)
from evaluatie.panel import Gemeentepanel

OWN = ["GM0274", "GM0626", "GM0148", "GM0150", "GM1942", "GM0599"]
"""Renkum, Voorschoten, Dalfsen, Deventer, Gooise Meren (merged) and Rotterdam."""


@pytest.mark.parametrize("code", OWN)
def test_the_index_starts_at_one_hundred_and_follows_the_published_counts(panel: Gemeentepanel, code: str) -> None:
    index = index_bestand(panel, [code])
    assert index["moment"].tolist() == [2015, 2016, 2017, 2018]
    assert index["index"].iloc[0] == 100
    assert index["personen"].iloc[1:].tolist() == panel.of(code)["bestand"].tolist()
    assert index["index"].to_numpy() == pytest.approx((100 * index["personen"] / index["personen"].iloc[0]).to_numpy())
    assert (index["lower"] <= index["index"]).all()
    assert (index["index"] <= index["upper"]).all()
    assert index["lower"].iloc[0] == index["upper"].iloc[0] == 100


@pytest.mark.parametrize("code", OWN)
def test_the_interval_of_the_index_contains_what_rounding_can_have_done(panel: Gemeentepanel, code: str) -> None:
    """Monte Carlo: 20.000 true counts per published one, uniform within five; 95% must fit, less 0,5% of luck."""
    index = index_bestand(panel, [code])
    own, rng = panel.of(code), np.random.default_rng(84066)
    start = index["personen"].iloc[0]
    for place in range(3):
        parts = int(own["delen"].iloc[place])
        true = own["bestand"].iloc[place] + rng.uniform(-5, 5, (20_000, parts)).sum(axis=1)
        row = index.iloc[place + 1]
        inside = (row["lower"] <= 100 * true / start) & (100 * true / start <= row["upper"])
        assert inside.mean() >= 0.945


@pytest.mark.parametrize("code", OWN)
def test_the_interval_of_the_index_is_that_of_a_ratio_worked_out_by_hand(panel: Gemeentepanel, code: str) -> None:
    """Relative variances of numerator (rounding to tens: 100/12 per count) and start add up; 1,96 of their root."""
    index, start = index_bestand(panel, [code]), estimate_start(panel).loc[code]
    parts = int(panel.of(code)["delen"].iloc[0])
    for place in (1, 2, 3):
        row = index.iloc[place]
        relative = parts * 100 / 12 / row["personen"] ** 2 + start["variance"] / start["start"] ** 2
        reach = 1.96 * math.sqrt(relative) * row["index"]
        assert (row["lower"], row["upper"]) == pytest.approx((row["index"] - reach, row["index"] + reach), rel=1e-12)


def test_the_start_of_the_index_is_near_the_published_stock(panel: Gemeentepanel) -> None:
    """The stock of 1 January 2015 is not in the tables, so it is inferred: nationally 426.390 by the flows of 2015.

    It has to include who left uncounted: 5.960 in 2016 and 6.500 in 2017 (see the panel), so about 432.600. Half of
    the difference between these two years is the margin.
    """
    assert index_land()["personen"].iloc[0] == pytest.approx(426_390 + (5_960 + 6_500) / 2, abs=270)


def test_several_municipalities_are_summed_before_the_index_is_made(panel: Gemeentepanel) -> None:
    both = index_bestand(panel, ["GM0274", "GM0626"])
    apart = [index_bestand(panel, [code])["personen"] for code in ("GM0274", "GM0626")]
    assert both["personen"].to_numpy() == pytest.approx((apart[0] + apart[1]).to_numpy(), abs=1e-9)
    # Together they are known better, relative to their size, than the smaller one alone.
    width = [index["upper"].iloc[3] - index["lower"].iloc[3] for index in (both, index_bestand(panel, ["GM0626"]))]
    assert width[0] < width[1]


@pytest.mark.parametrize("code", OWN)
def test_comparable_municipalities_are_always_the_same_and_never_the_municipality_itself(
    panel: Gemeentepanel, code: str
) -> None:
    once = list_comparable(panel, code)
    shuffled = Gemeentepanel(panel.frame.sample(frac=1, random_state=3), panel.dropped)
    assert once == list_comparable(shuffled, code)
    assert len(once) == len(set(once)) == 20
    assert code not in once
    assert list_comparable(panel, code, number=5) == once[:5]


def test_comparable_municipalities_are_closer_than_all_others(panel: Gemeentepanel) -> None:
    # Distance by hand: logarithm of inhabitants and of the share with bijstand, each in standard deviations.
    first = panel.frame[panel.frame["jaar"] == 2015]
    points = {
        row["gemeente"]: (math.log(row["inwoners"]), math.log(row["bestand_begin"] / row["inwoners"]))
        for _, row in first.iterrows()
    }
    spread = [np.std([point[axis] for point in points.values()], ddof=1) for axis in (0, 1)]
    own = points["GM0274"]
    distance = {
        code: sum(((point[axis] - own[axis]) / spread[axis]) ** 2 for axis in (0, 1)) for code, point in points.items()
    }
    chosen = set(list_comparable(panel, "GM0274"))
    rest = set(points) - chosen - {"GM0274"}
    assert max(distance[code] for code in chosen) <= min(distance[code] for code in rest)


def test_flows_are_the_published_ones_and_shares_come_from_the_sums(panel: Gemeentepanel) -> None:
    renkum = list_stromen(panel, ["GM0274"])
    assert renkum[["bestand", "instroom", "uitstroom", "uitstroom_naar_werk"]].to_numpy().tolist() == [
        [640, 220, 180, 90],
        [660, 210, 180, 110],
        [650, 180, 180, 90],
    ]  # CBS 83450NED, 83747NED, 84066NED
    both = list_stromen(panel, ["GM0274", "GM0626"]).set_index("jaar").loc[2017]
    # Renkum 650 + 180 and Voorschoten 360 + 80 people; 180 + 100 in.
    assert both["in_bijstand"] == 830 + 440
    assert both["instroom_aandeel"] == pytest.approx(280 / 1270, abs=1e-15)
    land = list_stromen_land().set_index("jaar").loc[2017]
    assert land["instroom_aandeel"] == pytest.approx(116_950 / (456_830 + 118_120), abs=1e-15)


def test_article_15_is_the_ratio_of_ratios_of_published_counts(panel: Gemeentepanel) -> None:
    """Regeling Participatiewet art. 15 lid 5 asks three years before; the tables hold two: an approximation."""
    instroom, uitstroom = compare_with_article_15(panel, "GM0274", 2017)
    assert (instroom.stroom, uitstroom.stroom) == ("instroom", "uitstroom")
    assert instroom.jaren == (2015, 2016)
    for toets, value in (
        (instroom, (180 / ((220 + 210) / 2)) / (116_950 / ((148_250 + 141_730) / 2))),
        (uitstroom, (180 / ((180 + 180) / 2)) / (118_120 / ((125_960 + 119_950) / 2))),
    ):
        assert isinstance(toets.wettelijk, NotEstimated)
        assert toets.wettelijk.code == "missing_years"
        assert isinstance(toets.benadering, Estimate)
        assert toets.benadering.value == pytest.approx(value, rel=1e-12)
        assert toets.benadering.interval().contains(value)


def test_the_rank_of_a_municipality_is_its_share_of_equally_extreme_ones(panel: Gemeentepanel) -> None:
    n = panel.frame["gemeente"].nunique()
    for code in OWN:
        for toets in compare_with_article_15(panel, code, 2017):
            assert toets.rank_p is not None
            assert 1 / n <= toets.rank_p <= 1
            assert isinstance(toets.benadering, Estimate)
    # Noordenveld took in 640 with 620 people in bijstand: nobody of any size did so.
    extreme = compare_with_article_15(panel, panel.code_of("Noordenveld"), 2017)[0]
    assert extreme.rank_p is not None
    assert extreme.rank_p < 0.02


@pytest.mark.parametrize(("code", "jaar"), [("GM0274", 2015), ("GM0274", 2018), ("GM0060", 2017)])
def test_article_15_without_years_before_or_without_the_municipality_is_not_estimated(
    panel: Gemeentepanel, code: str, jaar: int
) -> None:
    for toets in compare_with_article_15(panel, code, jaar):
        assert isinstance(toets.wettelijk, NotEstimated)
        assert isinstance(toets.benadering, NotEstimated)
        assert toets.rank_p is None


def test_article_15_can_be_asked_of_every_municipality(panel: Gemeentepanel) -> None:
    """A flow of zero has no logarithm; that is a reason not to estimate, not to stop."""
    lowest = panel.frame[panel.frame["jaar"] == 2017].nsmallest(3, ["instroom", "uitstroom"])["gemeente"]
    for code in lowest:
        for toets in compare_with_article_15(panel, code, 2017):
            assert isinstance(toets.benadering, Estimate | NotEstimated)
