"""Counts from own registers: what leaves, what a reader can compute from it, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluatie.disclosure import (
    TOTAAL,
    Aandeel,
    Grond,
    Onderdrukt,
    Released,
    load_drempels,
    open_released,
    refuse_pseudonyms,
    release_counts,
    release_table,
)
from evaluatie.disclosure.drempels import Drempels
from evaluatie.errors import DisclosureError
from evaluatie.estimation import proportion
from evaluatie.quantities import Bron

BRON = [Bron("Eigen registers van de proef")]
LEAST, STEP = load_drempels().kleinste_cel, load_drempels().afronden_op
WORDS = {*"abcdefgh", *(f"k{n}" for n in range(6))}

tables = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(st.one_of(st.integers(0, 14), st.integers(0, 400)), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)
margins = st.sampled_from(["rijen", "kolommen", "beide", "geen"])


def as_frame(cells: list[list[int]]) -> pd.DataFrame:
    return pd.DataFrame(cells, index=list("abcdefgh")[: len(cells)], columns=[f"k{n}" for n in range(len(cells[0]))])


def equations_of(frame: pd.DataFrame, totalen: str) -> list[tuple[tuple, list[tuple]]]:
    rows, columns = list(frame.index), list(frame.columns)
    found = []
    if totalen in ("rijen", "beide"):
        found += [((r, TOTAAL), [(r, c) for c in columns]) for r in rows]
    if totalen in ("kolommen", "beide"):
        found += [((TOTAAL, c), [(r, c) for r in rows]) for c in columns]
    if totalen == "beide":
        found += [((TOTAAL, TOTAAL), [(r, TOTAAL) for r in rows]), ((TOTAAL, TOTAAL), [(TOTAAL, c) for c in columns])]
    return found


def true_counts(frame: pd.DataFrame) -> dict[tuple, int]:
    whole = frame.copy()
    whole[TOTAAL] = whole.sum(axis=1)
    whole.loc[TOTAAL] = whole.sum()
    return {(r, c): int(whole.loc[r, c]) for r in whole.index for c in whole.columns}


@settings(max_examples=100, deadline=None)
@given(tables, margins)
def test_every_published_count_is_large_enough_and_rounded_to_five(cells, totalen):
    frame = as_frame(cells)
    released, truth = open_released(release_table(frame, BRON, totalen=totalen, woorden=WORDS)), true_counts(frame)
    for key, value in released.waarden.items():
        if isinstance(value, Onderdrukt):
            assert (value.reden == "klein") == (truth[key] < LEAST)
        else:
            assert truth[key] >= LEAST
            assert value % STEP == 0
            assert abs(value - truth[key]) <= STEP / 2


@settings(max_examples=100, deadline=None)
@given(tables, margins)
def test_no_total_minus_published_cells_gives_a_count_under_ten(cells, totalen):
    frame = as_frame(cells)
    values, truth = (
        open_released(release_table(frame, BRON, totalen=totalen, woorden=WORDS)).waarden,
        true_counts(frame),
    )
    for whole, parts in equations_of(frame, totalen):
        hidden = [key for key in parts if isinstance(values[key], Onderdrukt)]
        if isinstance(values[whole], Onderdrukt):
            assert hidden, "all parts of an unpublished total were published"
        elif hidden:
            left = values[whole] - sum(values[key] for key in parts if key not in hidden)
            assert left >= LEAST
            assert sum(truth[key] for key in hidden) >= LEAST
            assert len(hidden) > 1


@settings(max_examples=100, deadline=None)
@given(tables, margins)
def test_small_cells_cannot_be_pinned_at_nine(cells, totalen):
    """A reader knows that "<10" is at most nine; with the sum that must leave each of them down to four or lower."""
    frame = as_frame(cells)
    values = open_released(release_table(frame, BRON, totalen=totalen, woorden=WORDS)).waarden
    for whole, parts in equations_of(frame, totalen):
        hidden = [key for key in parts if isinstance(values[key], Onderdrukt)]
        if isinstance(values[whole], Onderdrukt) or not hidden or any(values[k].reden != "klein" for k in hidden):
            continue
        at_least = values[whole] - STEP / 2 - sum(values[key] + STEP / 2 for key in parts if key not in hidden)
        assert at_least - (LEAST - 1) * (len(hidden) - 1) <= 4


def test_two_nines_do_not_show_their_total():
    values = open_released(release_table(as_frame([[9, 9], [40, 50]]), BRON, totalen="rijen", woorden=WORDS)).waarden
    assert [str(values["a", column]) for column in ("k0", "k1", TOTAAL)] == ["<10", "<10", "x"]


@settings(max_examples=100, deadline=None)
@given(tables, margins)
def test_no_suppressed_cell_follows_from_all_sums_together(cells, totalen):
    """By rank: a cell is determined when knowing it would add nothing to the equations."""
    frame = as_frame(cells)
    values = open_released(release_table(frame, BRON, totalen=totalen, woorden=WORDS)).waarden
    hidden = [key for key, value in values.items() if isinstance(value, Onderdrukt)]
    rows = [[(key == whole) - parts.count(key) for key in hidden] for whole, parts in equations_of(frame, totalen)]
    if not hidden or not rows:
        return
    matrix = np.array(rows, dtype=float)
    for place in range(len(hidden)):
        unit = np.eye(len(hidden))[[place]]
        assert np.linalg.matrix_rank(np.vstack([matrix, unit])) > np.linalg.matrix_rank(matrix), hidden[place]


@settings(max_examples=100, deadline=None)
@given(tables)
def test_a_share_is_the_ratio_of_published_counts(cells):
    frame = as_frame(cells)
    released = open_released(release_table(frame, BRON, woorden=WORDS))
    for whole, parts in released.sommen.items():
        for part in parts:
            share = released.aandeel(part, whole)
            if isinstance(share, Aandeel):
                assert (share.teller, share.noemer) == (released[part], released[whole])
                assert share.waarde == released[part] / released[whole] <= 1
                interval = proportion(share.teller, share.noemer, rounding=STEP).interval()
                truth = true_counts(frame)
                assert (
                    interval.lower - 1e-9 <= truth[part] / truth[whole] <= interval.upper + 1e-9
                )  # Wilson ends just below 1
            else:
                assert isinstance(released[part], Onderdrukt) or isinstance(released[whole], Onderdrukt)


flows = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=6)


@settings(max_examples=100, deadline=None)
@given(st.integers(100, 300), flows)
def test_stock_and_flows_do_not_give_away_a_small_flow(start, quarters):
    """The stock before plus who came is the stock after plus who left; who left for work is part of who left."""
    counts, sommen, balansen, stock = {("stand", "2018-K4"): start}, [], [], start
    for number, (came, work, other) in enumerate(quarters):
        now, before = f"{2019 + number}-K1", f"{2018 + number}-K{4 if number == 0 else 1}"
        stock += came - work - other
        counts |= {("in", now): came, ("uit", now): work + other, ("werk", now): work, ("rest", now): other}
        counts["stand", now] = stock
        sommen.append((("uit", now), [("werk", now), ("rest", now)]))
        balansen.append(([("stand", before), ("in", now)], [("stand", now), ("uit", now)]))
    if min(counts.values()) < 0:
        return
    words = {"stand", "in", "uit", "werk", "rest"}
    values = open_released(release_counts(counts, BRON, sommen=sommen, balansen=balansen, woorden=words)).waarden
    for left, right in [*(([w], p) for w, p in sommen), *balansen]:
        hidden = [key for key in (*left, *right) if isinstance(values[key], Onderdrukt)]
        assert len(hidden) != 1, hidden


def test_the_worked_example():
    """a has 4 in k0, so its row needs a second, its column too, and these again: smallest first."""
    released = release_table(as_frame([[4, 30, 50], [20, 40, 60], [33, 71, 90]]), BRON, woorden=WORDS)
    values = open_released(released).waarden
    shown = [[str(values[r, c]) for c in ("k0", "k1", "k2", TOTAAL)] for r in ("a", "b", "c", TOTAAL)]
    assert shown == [
        ["<10", "x", "50", "85"],
        ["x", "x", "60", "120"],
        ["35", "70", "90", "195"],
        ["55", "140", "200", "400"],
    ]
    assert released.grond is Grond.ONDERDRUKT
    assert released.bronnen == tuple(BRON)


def test_a_release_keeps_every_equation_for_an_exact_method():
    released = open_released(release_table(as_frame([[14, 30], [20, 40]]), BRON, woorden=WORDS))
    assert (((TOTAAL, TOTAAL),), (("a", TOTAAL), ("b", TOTAAL))) in released.vergelijkingen
    assert len(released.vergelijkingen) == 2 + 2 + 2


def test_the_footnote_explains_what_is_there_and_no_more():
    small = open_released(release_table(as_frame([[4, 30]]), BRON, totalen="geen", woorden=WORDS)).voetnoot
    assert "<10: minder dan 10 personen (ook nul)" in small
    assert "x:" not in small
    protected = open_released(release_table(as_frame([[4, 30, 50]]), BRON, woorden=WORDS)).voetnoot
    assert "x: weggelaten" in protected
    plain = open_released(release_table(as_frame([[40, 30, 50]]), BRON, woorden=WORDS)).voetnoot
    assert plain == "Aantallen zijn afgerond op 5; percentages zijn daaruit berekend."


def test_a_zero_is_suppressed_like_a_few():
    values = open_released(release_counts({"a": 0, "b": 40}, BRON, woorden=WORDS)).waarden
    assert values["a",] == Onderdrukt("klein")
    assert values["b",] == 40


def test_a_complement_is_protected():
    """98 of 100: the two others could be named by subtraction, so that the 98 is not published either."""
    counts = {"geheel": 100, "deel": 98, "rest": 2}
    words = set(counts)
    released = open_released(release_counts(counts, BRON, sommen=[("geheel", ["deel", "rest"])], woorden=words))
    assert released["geheel"] == 100
    assert released["deel"] == Onderdrukt("bescherming")
    assert released.aandeel("deel", "geheel") == Onderdrukt("bescherming")


def test_a_share_of_what_was_not_declared_a_whole_is_refused():
    released = open_released(release_counts({"geheel": 100, "deel": 98}, BRON))
    with pytest.raises(DisclosureError, match="niet vrijgegeven als deel"):
        released.aandeel("deel", "geheel")


@pytest.mark.parametrize(
    "value",
    [12.0, 12.5, np.nan, None, "12", True, np.bool_(True), -1, pd.NA, [12], np.float64(12), Onderdrukt("klein")],
)
def test_anything_else_than_a_whole_number_is_refused(value):
    with pytest.raises(DisclosureError) as caught:
        release_counts({"a": value}, BRON, woorden=WORDS)
    assert caught.value.exit_code == 7
    frame = pd.DataFrame({"k0": pd.Series([value], dtype=object)}, index=["a"])
    with pytest.raises(DisclosureError):
        release_table(frame, BRON, woorden=WORDS)


BAD_LABELS = [
    "facade1fb88f4d91",
    "FACADE1FB88F4D91",
    "klant 0a1b2c3d4e5f6071 oud",
    "111222333",
    "1112.22.333",
    "klant 123456782",
    "20190101123",
    "j.jansen@gemeente.nl",
    "persoon_id",
    "BSN",
    "a" * 81,
]


@pytest.mark.parametrize("label", BAD_LABELS)
def test_no_label_points_at_a_person(label):
    for attempt in (
        lambda: release_counts({label: 40}, BRON, woorden={label}),
        lambda: release_counts({("a", label): 40}, BRON, woorden={label, "a"}),
        lambda: release_table(pd.DataFrame({"k0": [40]}, index=[label]), BRON, woorden={label}),
        lambda: release_table(pd.DataFrame({label: [40]}, index=["a"]), BRON, woorden={label, "a"}),
    ):
        with pytest.raises(DisclosureError) as caught:
            attempt()
        assert label not in caught.value.message


@given(st.text("0123456789abcdef", min_size=16, max_size=16))
def test_no_pseudonym_passes_as_a_label(label):
    with pytest.raises(DisclosureError):
        release_counts({label: 40}, BRON, woorden={label})


def test_the_name_of_a_group_that_nobody_shares_does_not_leave():
    with pytest.raises(DisclosureError, match="ook haar naam") as caught:
        release_counts({"Jan Jansen": 3, "matchen": 40}, BRON)
    assert "Jansen" not in caught.value.message
    open_released(release_counts({"matchen": 3, "groeien": 40}, BRON, woorden={"matchen"}))


@pytest.mark.parametrize("text", ["facade1fb88f4d91", '<td title="0a1b2c3d4e5f6071">', "x:b0c1d21fb88f4d91,"])
def test_a_finished_page_with_a_pseudonym_is_refused(text):
    with pytest.raises(DisclosureError, match="de pagina") as caught:
        refuse_pseudonyms(text, "de pagina")
    assert text not in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "0.2833333333333333",
        "9f" * 32,
        "base64,facade1fb88f4d91",
        "1234567890123456",
        "abcdefabcdefabcd",
        "facade1fb88f4d9",
    ],
)
def test_hashes_decimals_and_images_are_no_pseudonyms(text):
    refuse_pseudonyms(text, "de pagina")


@pytest.mark.parametrize("label", ["2019", "2019-K4", "2019-12", "2019-12-31"])
def test_a_period_is_a_label_whatever_the_count(label):
    assert open_released(release_counts({("stand", label): 3, ("stand", "2018"): 40}, BRON))["stand", label].reden


def test_a_table_of_persons_is_refused():
    frame = pd.DataFrame({"k0": [40]}, index=pd.Index(["a"], name="persoon_id"))
    with pytest.raises(DisclosureError):
        release_table(frame, BRON, woorden=WORDS)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: release_counts({"a": 40}, []),
        lambda: release_counts({"a": 40}, [Bron(" ")]),
        lambda: release_counts({}, BRON),
        lambda: release_counts({1: 40}, BRON),
        lambda: release_counts({(): 40}, BRON),
        lambda: release_counts({("a", 1): 40}, BRON),
        lambda: release_counts({"a": 40, ("a",): 40}, BRON),
        lambda: release_counts({"a": 40, "b": 20}, BRON, sommen=[("a", ["b"])]),
        lambda: release_counts({"a": 40}, BRON, sommen=[("a", ["b"])]),
        lambda: release_table(as_frame([[40]]), BRON, totalen="alles"),
        lambda: release_table(as_frame([[40]]).rename(index={"a": TOTAAL}), BRON),
        lambda: release_table(as_frame([[40], [50]]).rename(index={"b": "a"}), BRON),
        lambda: release_table([[40]], BRON),
        lambda: release_table(None, BRON),
    ],
)
def test_what_is_not_understood_is_refused(attempt):
    with pytest.raises(DisclosureError):
        attempt()


def test_a_released_count_cannot_be_changed():
    released = open_released(release_counts({"a": 40}, BRON))
    with pytest.raises(TypeError):
        released.waarden["a",] = 3


def test_the_order_of_groups_does_not_matter_when_sizes_differ():
    frame = as_frame([[4, 31, 52], [23, 44, 65], [36, 77, 98]])
    one = open_released(release_table(frame, BRON, woorden=WORDS)).waarden
    two = open_released(release_table(frame.iloc[::-1, ::-1], BRON, woorden=WORDS)).waarden
    assert dict(one) == dict(two)


def test_thresholds_cannot_be_made_laxer_than_their_floor():
    known = load_drempels().model_dump()
    assert Drempels.model_validate(known) == load_drempels()
    for name, value in (("kleinste_cel", 9), ("afronden_op", 4), ("nullen_onthullend", None), ("iets_anders", 1)):
        with pytest.raises(ValueError):
            Drempels.model_validate({**known, name: value})


def test_what_comes_out_is_released():
    assert isinstance(release_counts({"a": 40}, BRON), Released)
    assert load_drempels().round_count(12) == 10
    assert load_drempels().round_count(13) == 15
