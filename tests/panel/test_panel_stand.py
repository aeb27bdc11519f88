"""Stock, flows, transitions and return, against counting from the spells by day."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from evaluatie.errors import ChoiceError
from evaluatie.panel import (
    build_duurzame_uitstroom,
    build_herinstroom,
    build_overgangen,
    build_persoonmaanden,
    build_stand,
    find_dekking,
    list_uitstroom,
)
from evaluatie.panel.maanden import maand_of, number_of
from evaluatie.panel.stand import COUNTS, INDELINGEN, UIT_ANDERS, UIT_WERK
from evaluatie.quantities import Maand
from evaluatie.registratie.voorbeeld import generate, load_voorbeeldstad
from tests.panel.test_panel_persoonmaanden import VENSTER, name, table, uitkering


@pytest.fixture(scope="module")
def stad():
    return load_voorbeeldstad()


def test_the_stock_is_who_has_a_uitkering_on_the_last_day(stad):
    u = stad["uitkeringen"]
    for row in build_stand(stad).itertuples():
        month = maand_of(row.maand)
        end = pd.Timestamp(month.jaar, month.maand, 1) + pd.offsets.MonthEnd(0)
        assert row.stand == u.loc[(u["begin"] <= end) & ~(u["einde"] <= end), "persoon_id"].nunique()


def test_the_flows_are_the_begins_and_ends_of_a_month(stad):
    u, stand = stad["uitkeringen"], build_stand(stad).set_index("maand")
    number = lambda column: u[column].dropna().dt.year * 12 + u[column].dropna().dt.month - 1  # noqa: E731
    begins, ends = number("begin").value_counts(), number("einde").value_counts()
    work = number("einde")[u["reden_einde"].isin(["werk", "zelfstandig"])].value_counts()
    for column, counted in (("instroom", begins), ("uitstroom", ends), ("uitstroom_werk", work)):
        assert (stand[column] == counted.reindex(stand.index, fill_value=0)).all(), column


@pytest.mark.parametrize("naar", INDELINGEN)
def test_every_group_adds_up_in_time_and_all_groups_to_the_total(stad, naar):
    table_, total = build_stand(stad, naar), build_stand(stad).set_index("maand")
    sums = table_.groupby("maand")[["stand", "instroom", "uitstroom", "uitstroom_werk"]].sum()
    pd.testing.assert_frame_equal(sums, total[sums.columns], check_dtype=False)
    for _, rows in table_.groupby("groep", observed=True):
        change = rows["stand"].diff().iloc[1:]
        assert (change == (rows["instroom"] - rows["uitstroom"] + rows["verschuiving"]).iloc[1:]).all()
    assert (table_.groupby("maand")["verschuiving"].sum() == 0).all()


def test_exits_are_those_of_the_person_months_apart_from_who_was_never_at_risk(stad):
    rows, stand, exits = build_persoonmaanden(stad, ["uitstroom", "werk"]), build_stand(stad), list_uitstroom(stad)
    assert len(exits) == stand["uitstroom"].sum()
    assert rows["uitstroom"].sum() == (exits["duur"] >= 1).sum()
    assert set(COUNTS) <= set(stand)


def test_transitions_count_everybody_of_the_first_month_once(stad):
    van, tot = Maand(2018, 6), Maand(2019, 6)
    matrix, stand = build_overgangen(stad, van, tot), build_stand(stad, "klantgroep").set_index(["maand", "groep"])
    for groep in matrix.index:
        assert matrix.loc[groep].sum() == stand.loc[(number_of(van), groep), "stand"]
        assert matrix[groep].sum() <= stand.loc[(number_of(tot), groep), "stand"]


def test_a_transition_by_hand():
    given = [
        uitkering(1, "2018-01-10", klantgroep="a"),
        uitkering(2, "2018-01-10", "2018-09-01", "werk", klantgroep="a"),
        uitkering(3, "2018-01-10", "2018-09-01", "aow", klantgroep="a"),
        uitkering(4, "2018-01-10", "2018-05-01", "werk", klantgroep="b"),
        uitkering(4, "2018-08-10", klantgroep="b"),
        uitkering(5, "2018-08-10", klantgroep="b"),
    ]
    groups = [{"persoon_id": name(1), "groep": "b", "vanaf": "2018-12-31"}]
    register = {"uitkeringen": table("uitkeringen", given), "klantgroepen": table("klantgroepen", groups)}
    # Nobody came after August, so that is where the observed months end without volumes; say how far they go.
    months = pd.to_datetime([f"2018-{m:02d}-01" for m in range(1, 13)])
    register["volumes"] = pd.DataFrame({"maand": months, "regeling": "bijstand", "aantal": 2})
    register["uitkeringen"].loc[len(given)] = table("uitkeringen", [uitkering(6, "2018-12-05")]).iloc[0]
    matrix = build_overgangen(register, Maand(2018, 3), Maand(2018, 12))
    assert matrix.loc["a"].to_dict() == {"a": 0, "b": 1, "onbekend": 0, UIT_WERK: 1, UIT_ANDERS: 1}
    assert matrix.loc["b"].to_dict() == {"a": 0, "b": 1, "onbekend": 0, UIT_WERK: 0, UIT_ANDERS: 0}


@pytest.mark.parametrize(
    ("van", "tot"),
    [
        (Maand(2019, 1), Maand(2019, 1)),
        (Maand(2019, 2), Maand(2019, 1)),
        (Maand(2014, 12), Maand(2019, 1)),
        (Maand(2019, 1), Maand(2020, 1)),
    ],
)
def test_transitions_need_two_observed_months_in_order(stad, van, tot):
    with pytest.raises(ChoiceError):
        build_overgangen(stad, van, tot)


def test_an_unknown_grouping_is_refused(stad):
    with pytest.raises(ChoiceError, match="wijk"):
        build_stand(stad, "wijk")


def returning(reden: str, gone: str, back: str | None) -> dict:
    given = [uitkering(1, "2018-01-10", gone, reden)] + ([uitkering(1, back)] if back else [])
    return {"uitkeringen": table("uitkeringen", given)}


@pytest.mark.parametrize(
    ("back", "months", "returned"),
    [
        ("2018-06-20", 12, True),  # in the month of the exit
        ("2018-12-31", 6, True),  # the sixth month after
        ("2019-01-01", 6, False),
        ("2019-06-30", 12, True),
        ("2019-07-01", 12, False),
        (None, 12, False),
    ],
)
def test_back_within_a_number_of_months(back, months, returned):
    counted = build_herinstroom(returning("werk", "2018-06-05", back), months, dekking=VENSTER)
    assert counted.to_dict("records") == [{"reden": "werk", "uitgestroomd": 1, "terug": int(returned)}]
    lasting = build_duurzame_uitstroom(returning("werk", "2018-06-05", back), [months], dekking=VENSTER)
    assert lasting["duurzaam"].tolist() == [int(not returned)]


def test_an_exit_that_could_not_be_followed_so_long_does_not_count():
    register = returning("werk", "2019-06-05", None)
    assert build_herinstroom(register, 6, dekking=VENSTER)["uitgestroomd"].tolist() == [1]
    assert build_herinstroom(register, 7, dekking=VENSTER).empty


def test_a_horizon_of_no_months_is_refused(stad):
    with pytest.raises(ChoiceError):
        build_herinstroom(stad, 0)


def test_lasting_and_returning_are_everybody_and_nobody_returns_from_aow(stad):
    for months in (6, 12):
        back, lasting = build_herinstroom(stad, months), build_duurzame_uitstroom(stad, [months])
        assert (back["terug"] + lasting["duurzaam"] == back["uitgestroomd"]).all()
    assert build_herinstroom(stad).set_index("reden").loc["aow", "terug"] == 0


def test_return_is_as_planted():
    """Heads come back with a known chance a month, when a melding becomes a uitkering; partners add some noise."""
    voorbeeld = generate(12_000, 60, 21)
    counted = build_herinstroom(voorbeeld.register).set_index("reden")
    truth = voorbeeld.waarheid["uitgangspunten"]
    granted = truth["melding_wordt_aanvraag"] * truth["aanvraag_wordt_toekenning"]
    for reden in ("werk", "anders"):
        chance = truth["terug_per_maand"][reden]
        expected = granted * (1 - (1 - chance) ** 12)
        assert counted.loc[reden, "terug"] / counted.loc[reden, "uitgestroomd"] == pytest.approx(expected, rel=0.25)


def test_the_observed_months_can_be_chosen(stad):
    window = find_dekking(stad)
    year = build_stand(stad, dekking=type(window)(Maand(2016, 1), Maand(2016, 12), {}))
    whole = build_stand(stad).set_index("maand")
    assert len(year) == 12
    assert (year["stand"].to_numpy() == whole.loc[year["maand"], "stand"].to_numpy()).all()
    assert dt.date(2016, 1, 1).year * 12 == year["maand"].iloc[0]
