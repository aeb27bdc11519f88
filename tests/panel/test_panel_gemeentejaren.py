"""The panel of municipalities: what CBS published, on the borders of 2017."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluatie.cijfers import load_table
from evaluatie.errors import ChoiceError, EstimationError
from evaluatie.panel import UITKOMSTEN, Gemeentepanel, build_gemeentepanel, build_land, gemeentejaren

COUNTS = ["inwoners", "bestand", "instroom", "uitstroom", "uitstroom_naar_werk"]
YEARS = [2015, 2016, 2017]

MEIERIJSTAD = ("GM0844", "GM0846", "GM0860", "GM1948")


def rows_of(panel: Gemeentepanel, naam: str) -> list[list[int]]:
    return panel.of(panel.code_of(naam))[COUNTS].to_numpy().tolist()


# CBS (StatLine) 83450NED, 83747NED and 84066NED, 15 years to AOW age: inhabitants, persons with bijstand, instroom,
# uitstroom, uitstroom to work, as in gemeenten_bijstand_jaar.csv of the facts. Counts, so no tolerance.
PUBLISHED = {
    "Renkum": [[18460, 640, 220, 180, 90], [18580, 660, 210, 180, 110], [18570, 650, 180, 180, 90]],
    "Voorschoten": [[15140, 350, 110, 80, 50], [15260, 340, 120, 120, 70], [15310, 360, 100, 80, 50]],
    "Dalfsen": [[17510, 250, 110, 90, 50], [17650, 270, 110, 90, 50], [17810, 280, 90, 70, 50]],
    "Deventer": [[65350, 3110, 1080, 760, 390], [65680, 3250, 1010, 790, 400], [66280, 3120, 830, 870, 450]],
}
CODES = {"Renkum": "GM0274", "Voorschoten": "GM0626", "Dalfsen": "GM0148", "Deventer": "GM0150"}

# Sums of the published rows of the predecessors, by hand; 2015, and for Meierijstad also 2016.
MERGED = {
    # Bussum 20290/580/170/140/60 + Muiden 3800/90/20/10/10 + Naarden 10010/210/60/40/20
    ("GM1942", 2015): ([34100, 880, 250, 190, 90], 3),
    # Schijndel 15340/280/110/80/50 + Sint-Oedenrode 11360/130/60/50/30 + Veghel 24980/470/170/120/70
    ("GM1948", 2015): ([51680, 880, 340, 250, 150], 3),
    # Schijndel 15410/280/80/70/50 + Sint-Oedenrode 11390/160/60/40/30 + Veghel 25200/490/160/130/80
    ("GM1948", 2016): ([52000, 930, 300, 240, 160], 3),
    # De Friese Meren, since 1 July 2015 De Fryske Marren under another code
    ("GM1940", 2015): ([31750, 990, 380, 270, 140], 1),
    # Groesbeek, since 1 January 2016 Berg en Dal under another code
    ("GM1945", 2015): ([21820, 780, 270, 200, 90], 1),
    # Edam-Volendam 18760/260/90/70/40 + Zeevang 4010/70/30/20/10
    ("GM0385", 2015): ([22770, 330, 120, 90, 50], 2),
}
GONE = ["GM0381", "GM0424", "GM0425", "GM0844", "GM0846", "GM0860", "GM1921", "GM0241", "GM0478"]


@pytest.fixture(scope="module")
def everybody() -> pd.DataFrame:
    """All municipalities on the borders of 2017, before any is left out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gemeentejaren, "SMALLEST", -1)
        return build_gemeentepanel().frame


@pytest.fixture(scope="module")
def merged() -> pd.DataFrame:
    """The counts on the borders of 2017 before anything is judged: also those of Meierijstad."""
    table = load_table("bijstand_gemeenten_jaar")
    rows = table[table["regio_code"].str.startswith("GM") & (table["leeftijd"] == "15_tot_aow")]
    return gemeentejaren._sum_to_successors(rows, gemeentejaren.successor_codes(YEARS))


@pytest.mark.parametrize("naam", sorted(PUBLISHED))
def test_the_municipalities_of_the_dossiers_have_the_counts_that_cbs_published(panel: Gemeentepanel, naam: str) -> None:
    assert panel.code_of(naam) == CODES[naam]
    assert rows_of(panel, naam) == PUBLISHED[naam]


@pytest.mark.parametrize(("code", "jaar"), sorted(MERGED))
def test_merged_municipalities_are_the_sum_of_their_parts(merged: pd.DataFrame, code: str, jaar: int) -> None:
    row = merged[(merged["gemeente"] == code) & (merged["jaar"] == jaar)]
    counts, parts = MERGED[code, jaar]
    assert row[COUNTS].iloc[0].tolist() == counts
    assert row["delen"].iloc[0] == parts
    has_own_shares = row[[f"{outcome}_cbs_aandeel" for outcome in UITKOMSTEN]].notna().all(axis=None)
    assert has_own_shares == (parts == 1)  # CBS published no share for what did not exist yet


@pytest.mark.parametrize(("code", "jaar"), [("GM1942", 2015), ("GM1940", 2015), ("GM1945", 2015), ("GM0385", 2015)])
def test_the_panel_holds_the_merged_counts(panel: Gemeentepanel, code: str, jaar: int) -> None:
    row = panel.frame[(panel.frame["gemeente"] == code) & (panel.frame["jaar"] == jaar)]
    assert row[COUNTS].iloc[0].tolist() == MERGED[code, jaar][0]


def test_a_municipality_of_which_cbs_gives_no_flows_is_left_out_and_named(panel: Gemeentepanel) -> None:
    # CBS 84066NED: Meierijstad, new in 2017, has 0 in, 0 out, 120 to work and no percentages.
    assert "Meierijstad" in panel.dropped
    with pytest.raises(ChoiceError):
        panel.code_of("Meierijstad")


def test_no_municipality_that_was_merged_or_renamed_is_left(everybody: pd.DataFrame) -> None:
    assert set(everybody["gemeente"]).isdisjoint(GONE)
    names = everybody.set_index("gemeente")["naam"]
    assert set(names["GM1940"]) == {"De Fryske Marren"}
    assert set(names["GM1945"]) == {"Berg en Dal"}
    assert set(names["GM1942"]) == {"Gooise Meren"}


def test_every_municipality_has_each_year_once(panel: Gemeentepanel) -> None:
    assert panel.years == YEARS
    years = panel.frame.groupby("gemeente")["jaar"].agg(list)
    assert all(each == YEARS for each in years)
    assert not panel.frame[[*COUNTS, "gewicht", *(f"{o}_aandeel" for o in UITKOMSTEN)]].isna().any(axis=None)


def test_merging_and_summing_loses_nobody(everybody: pd.DataFrame) -> None:
    table = load_table("bijstand_gemeenten_jaar")
    rows = table[table["regio_code"].str.startswith("GM") & (table["leeftijd"] == "15_tot_aow")]
    columns = [f"{count}_personen".replace("bestand", "bijstand") for count in COUNTS]
    published = rows.groupby("periode")[columns].sum()
    kept = everybody[everybody["gemeente"] != "GM1948"].groupby("jaar")[COUNTS].sum()
    meierijstad = rows[rows["regio_code"].isin(["GM0844", "GM0846", "GM0860", "GM1948"])]
    published -= meierijstad.groupby("periode")[columns].sum()  # its flows of 2017 are not published: see below
    assert kept.to_numpy().tolist() == published.to_numpy().tolist()


@pytest.mark.parametrize("count", ["inwoners", "bestand"])
def test_municipalities_add_up_to_the_nation_within_rounding(everybody: pd.DataFrame, count: str) -> None:
    """At most five per published municipality, of which there were 393 in 2015 (flows do not add up: people move).

    Meierijstad and its predecessors are left out, because CBS gives no flows over 2017.
    """
    land = build_land().set_index("jaar")[count]
    table = load_table("bijstand_gemeenten_jaar")
    left_out = table[table["regio_code"].isin(MEIERIJSTAD) & (table["leeftijd"] == "15_tot_aow")]
    column = {"inwoners": "inwoners_personen", "bestand": "bijstand_personen"}[count]
    expected = land - left_out.groupby("periode")[column].sum()
    assert ((everybody.groupby("jaar")[count].sum() - expected).abs() <= 5 * 393).all()


def test_the_nation_is_the_row_that_cbs_published() -> None:
    """CBS 83450NED, 83747NED, 84066NED, region NL01 (facts/landelijke-cijfers.md, 3.2)."""
    land = build_land().set_index("jaar")
    assert land["bestand"].tolist() == [448680, 464500, 456830]
    assert land["instroom"].tolist() == [148250, 141730, 116950]
    assert land["uitstroom"].tolist() == [125960, 119950, 118120]
    assert land["uitstroom_naar_werk"].tolist() == [59780, 60120, 60890]


def test_rates_are_flows_over_everybody_who_had_bijstand(panel: Gemeentepanel) -> None:
    # Dalfsen 2017: 280 at the end and 70 out make 350; 90 in, 70 out, 50 to work.
    dalfsen = panel.of("GM0148").set_index("jaar").loc[2017]
    assert dalfsen["in_bijstand"] == 350
    assert dalfsen["bestand_begin"] == 280 - 90 + 70
    assert [dalfsen[f"{o}_aandeel"] for o in UITKOMSTEN] == pytest.approx([90 / 350, 70 / 350, 50 / 350], abs=1e-15)
    for frame in (panel.frame, build_land()):
        total = frame["bestand"] + frame["uitstroom"]
        for outcome in UITKOMSTEN:
            assert frame[f"{outcome}_aandeel"].to_numpy() == pytest.approx(
                (frame[outcome] / total).to_numpy(), abs=1e-15
            )


def test_rates_agree_with_the_percentages_cbs_computed_from_unrounded_counts(panel: Gemeentepanel) -> None:
    """CBS prints its own shares in steps of half a point and does not say over whom.

    That they are meant for the same people shows in large municipalities, where rounding is nothing: there the
    middle half lies within one point. A share of the stock at the end instead would be five points off.
    """
    large = panel.frame[panel.frame["in_bijstand"] > 3000]
    for outcome in UITKOMSTEN:
        difference = large[f"{outcome}_aandeel"] - large[f"{outcome}_cbs_aandeel"]
        assert difference.abs().quantile(0.5) < 0.01
        wrong = large[outcome] / large["bestand"] - large[f"{outcome}_cbs_aandeel"]
        assert wrong.abs().quantile(0.5) > 0.01


def test_the_weight_is_the_number_of_people_in_the_first_year(panel: Gemeentepanel) -> None:
    first = panel.frame[panel.frame["jaar"] == 2015].set_index("gemeente")["in_bijstand"]
    assert (panel.frame["gewicht"] == panel.frame["gemeente"].map(first)).all()


@pytest.mark.parametrize(
    ("code", "jaar"), [("GM0148", 2015), ("GM0274", 2017), ("GM0150", 2016), ("GM1942", 2015), ("GM0599", 2017)]
)
def test_the_variance_of_rounding_is_that_of_drawing_the_true_counts(
    panel: Gemeentepanel, code: str, jaar: int
) -> None:
    """Monte Carlo: every published count of every part is off by a uniform draw between −5 and 5.

    200.000 draws give a variance to 0,3% (standard error √(0,8/200.000), uniform sums); first-order propagation
    leaves (10/in_bijstand)², 0,1% for Dalfsen. Two percent is more than four standard errors of both.
    """
    row = panel.frame[(panel.frame["gemeente"] == code) & (panel.frame["jaar"] == jaar)].iloc[0]
    rng = np.random.default_rng(83450)

    def draw(column: str) -> np.ndarray:
        return row[column] + rng.uniform(-5, 5, (200_000, row["delen"])).sum(axis=1)

    end, out = draw("bestand"), draw("uitstroom")
    for outcome in UITKOMSTEN:
        share = (out if outcome == "uitstroom" else draw(outcome)) / (end + out)
        assert row[f"{outcome}_afronding_var"] == pytest.approx(share.var(), rel=0.02)


def test_municipalities_that_are_too_small_are_left_out_and_named(
    panel: Gemeentepanel, everybody: pd.DataFrame
) -> None:
    smallest = everybody.groupby("gemeente")["in_bijstand"].min()
    names = everybody.drop_duplicates("gemeente").set_index("gemeente")["naam"]
    too_small = set(names[smallest.index[smallest < 100]])
    # CBS 83450NED: 10 to 40 people on the Wadden islands, none in Rozendaal, 90 in Zoeterwoude's smaller years.
    assert {"Vlieland", "Schiermonnikoog", "Ameland", "Terschelling", "Rozendaal", "Zoeterwoude"} <= too_small
    assert too_small <= set(panel.dropped)
    assert list(panel.dropped) == sorted(panel.dropped)
    assert panel.frame["in_bijstand"].min() >= 100
    assert set(panel.frame["naam"]).isdisjoint(panel.dropped)
    kept_or_named = set(panel.frame["naam"]) | set(panel.dropped)
    assert kept_or_named == set(names) | {"Meierijstad"}


def test_a_municipality_is_found_by_name_or_code_in_any_case(panel: Gemeentepanel) -> None:
    for name in ("Renkum", "renkum", "RENKUM", "GM0274"):
        assert panel.code_of(name) == "GM0274"
    # Suffixes by which CBS tells a municipality from a province or a namesake abroad are not needed.
    assert panel.code_of("Utrecht") == "GM0344"
    assert panel.code_of("'s-Gravenhage") == "GM0518"
    assert panel.code_of("Hengelo") == "GM0164"


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("Bergen", ["Bergen (L.)", "Bergen (NH.)"]),  # two municipalities: neither is guessed
        ("laren", ["Laren (NH.)"]),
        ("Beek", ["Beek (L.)"]),
        ("Renkun", ["Renkum"]),
        ("Voorschooten", ["Voorschoten"]),
        ("Groesbeek", []),  # renamed in 2016: the message says which year counts
    ],
)
def test_an_unknown_or_ambiguous_name_is_refused_with_suggestions(
    panel: Gemeentepanel, typed: str, suggested: list[str]
) -> None:
    with pytest.raises(ChoiceError, match=f"Gemeente '{typed}' staat niet") as error:
        panel.code_of(typed)
    assert error.value.exit_code == 3
    assert all(name in error.value.remedy for name in suggested)
    assert ("Bedoelt u" in error.value.remedy) or not suggested
    assert "CBS-code" in error.value.remedy
    assert "2017" in error.value.remedy


def test_nonsense_gets_no_suggestion(panel: Gemeentepanel) -> None:
    with pytest.raises(ChoiceError) as error:
        panel.code_of("Xqzwjk")
    assert "Bedoelt u" not in error.value.message


@pytest.mark.parametrize("status", ["voorlopig", "nader_voorlopig"])
def test_a_panel_is_never_built_on_provisional_figures(broken_project: Path, status: str) -> None:
    path = broken_project / "bijstand_gemeenten_jaar.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    one = (table["regio_code"] == "GM0274") & (table["periode"] == "2016")
    table.loc[one, "status"] = status
    table.to_csv(path, index=False)
    with pytest.raises(EstimationError, match=r"Voorlopige CBS-cijfers .*periode: 2016") as error:
        build_gemeentepanel()
    assert error.value.exit_code == 9
    assert "definitieve cijfers" in error.value.remedy


def test_a_count_that_cbs_does_not_give_is_not_counted_as_zero(broken_project: Path) -> None:
    """The contract of the table: empty where CBS gives none. Absence and zero are not the same number."""
    path = broken_project / "bijstand_gemeenten_jaar.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table.loc[(table["regio_code"] == "GM0274") & (table["periode"] == "2016"), "instroom_personen"] = ""
    table.to_csv(path, index=False)
    frame = build_gemeentepanel().frame
    renkum = frame[(frame["gemeente"] == "GM0274") & (frame["jaar"] == 2016)]
    assert renkum.empty or renkum["instroom"].isna().all(), renkum["instroom"].tolist()


def test_nobody_leaves_for_work_without_leaving(panel: Gemeentepanel) -> None:
    """CBS 84066NED gives Meierijstad 0 in, 0 out and 120 out to work in 2017, and no percentages: no count, not zero.

    A difference of one rounding step is possible; more is not.
    """
    frame = panel.frame
    impossible = frame[frame["uitstroom_naar_werk"] > frame["uitstroom"] + 10]
    assert impossible[["naam", "jaar", *COUNTS]].to_numpy().tolist() == []


def test_the_flows_alone_do_not_give_the_stock_of_1_january() -> None:
    """Why `bestand_begin` may not be used as a stock: nationally it misses who reaches AOW age without a count.

    CBS publishes 448.680 at the end of 2015 and 464.500 of 2016. From 15 years without upper age (496.600 and
    513.980) end, instroom and uitstroom do close exactly, which is how the cause is known.
    """
    land = build_land().set_index("jaar")
    assert [int(land.loc[y - 1, "bestand"] - land.loc[y, "bestand_begin"]) for y in (2016, 2017)] == [5960, 6500]
    table = load_table("bijstand_gemeenten_jaar")
    older = table[(table["regio_code"] == "NL01") & (table["leeftijd"] == "vanaf_15")].set_index("periode")
    begin = older["bijstand_personen"] - older["instroom_personen"] + older["uitstroom_personen"]
    assert begin[[2016, 2017]].tolist() == older["bijstand_personen"][[2015, 2016]].tolist()
