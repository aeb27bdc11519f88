"""The embedded CBS tables: read whole or refused with everything that is wrong."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from evaluatie.cijfers import (
    index_landelijk_volume,
    load_landelijk_volume,
    load_table,
    national_change,
    require_estimable,
    table_bron,
    table_path,
)
from evaluatie.cijfers.tables import TABLES
from evaluatie.errors import ChoiceError, DataError, EstimationError
from evaluatie.evaluaties.tekort import list_landelijke_jaren


def edit(path: Path, *cells: tuple[int, str, str]) -> None:
    """Change cells of a table: line number as an editor shows it, column, new text."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    for line, column, text in cells:
        table.loc[line - 2, column] = text
    table.to_csv(path, index=False)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_embedded_table_meets_its_contract(name: str) -> None:
    table = load_table(name)
    assert len(table) > 100
    assert table_path(name).is_file()
    assert not table.duplicated(list(TABLES[name].key)).any()
    assert (table[list(TABLES[name].numbers)].min().dropna() >= 0).all()
    assert table_bron(name, "2017").titel.startswith("CBS")


def test_an_unknown_table_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(ChoiceError, match="Er is geen tabel 'bijstand'") as error:
        load_table("bijstand")
    assert error.value.exit_code == 3
    assert all(name in error.value.remedy for name in TABLES)


def test_a_caller_may_change_the_table_it_got() -> None:
    mine = load_table("herindelingen")
    mine["datum"] = "weg"
    mine.loc[0, "inwoners"] = -1
    assert (load_table("herindelingen")["datum"] != "weg").all()
    assert load_table("herindelingen").loc[0, "inwoners"] == 8668  # CBS 03759ned: Arcen en Velden to Venlo


def test_all_bad_cells_are_reported_at_once_with_line_and_column(broken_project: Path) -> None:
    path = broken_project / "bijstand_gemeenten_jaar.csv"
    edit(
        path,
        (2, "instroom_personen", "veel"),
        (3, "bijstand_personen", "-10"),
        (9, "uitstroom_cbs_aandeel", "0,25"),
        (11, "status", "bijna zeker"),
        (20, "inwoners_personen", ""),  # allowed: CBS gives none
    )
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    pd.concat([table, table.iloc[[5]]]).to_csv(path, index=False)
    with pytest.raises(DataError, match=r"voldoet niet aan het contract \(5 fouten\)") as error:
        load_table("bijstand_gemeenten_jaar")
    assert error.value.exit_code == 5
    found = {(violation.where, violation.problem) for violation in error.value.violations}
    assert found == {
        ("bijstand_gemeenten_jaar.csv, regel 2, kolom instroom_personen", "'veel' is geen getal van 0 of meer."),
        ("bijstand_gemeenten_jaar.csv, regel 3, kolom bijstand_personen", "'-10' is geen getal van 0 of meer."),
        ("bijstand_gemeenten_jaar.csv, regel 9, kolom uitstroom_cbs_aandeel", "'0,25' is geen getal van 0 of meer."),
        ("bijstand_gemeenten_jaar.csv, regel 11, kolom status", "'bijna zeker' is geen status."),
        (f"bijstand_gemeenten_jaar.csv, regel {len(table) + 2}", "deze rij komt dubbel voor."),
    }
    for violation in error.value.violations:
        assert violation.remedy
        assert str(violation) in error.value.message


def test_missing_and_unknown_columns_are_reported_together(broken_project: Path) -> None:
    path = broken_project / "herindelingen.csv"
    pd.read_csv(path, dtype=str).drop(columns=["inwoners", "regio"]).assign(extra="x").to_csv(path, index=False)
    with pytest.raises(DataError) as error:
        load_table("herindelingen")
    problems = [violation.problem for violation in error.value.violations]
    assert problems == ["kolom 'inwoners' ontbreekt.", "kolom 'regio' ontbreekt.", "kolom 'extra' is onbekend."]


def test_a_missing_file_is_named(broken_project: Path) -> None:
    (broken_project / "herindelingen.csv").unlink()
    with pytest.raises(DataError, match=r"herindelingen\.csv ontbreekt"):
        load_table("herindelingen")


def test_a_broken_table_in_one_project_is_not_met_in_another(
    broken_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(broken_project / "bijstand_gemeenten_jaar.csv", (2, "instroom_personen", "veel"))
    with pytest.raises(DataError):
        load_table("bijstand_gemeenten_jaar")
    monkeypatch.delenv("EVALUATIE_PROJECT")
    assert load_table("bijstand_gemeenten_jaar").loc[0, "instroom_personen"] == 150


def test_a_misspelt_year_is_a_bad_cell(broken_project: Path) -> None:
    """One cell with 20I6 would otherwise turn the years of the whole table into text."""
    table = pd.read_csv(broken_project / "bijstand_gemeenten_jaar.csv", dtype=str, keep_default_na=False)
    line = int(table.index[table["periode"] == "2016"][7]) + 2
    edit(broken_project / "bijstand_gemeenten_jaar.csv", (line, "periode", "20I6"))
    with pytest.raises(DataError, match=f"regel {line}, kolom periode"):
        load_table("bijstand_gemeenten_jaar")


def test_provisional_figures_are_refused_for_estimation_and_final_ones_pass_unchanged() -> None:
    table = load_table("uitkeringen_landelijk_maand")
    provisional = table[table["status"].isin(["voorlopig", "nader_voorlopig"])]
    assert len(provisional)  # the last months of 37789ksz
    with pytest.raises(EstimationError, match="Voorlopige CBS-cijfers") as error:
        require_estimable(table)
    assert error.value.exit_code == 9
    assert str(provisional["periode"].iloc[0]) in error.value.problem
    final = table[table["status"].isin(["definitief", "niet_gemarkeerd"])]
    assert require_estimable(final) is final


def test_national_prices_and_deficits_are_the_published_ones() -> None:
    """Prices: facts/vangnet-en-buig.md, € 14.131, € 14.221 and € 14.562 (Divosa over CBS 37789ksz), printed in euros.

    Deficits: the same Divosa table, 1,9%, 6,0% and 6,0% of the budget, printed in tenths of a percent.
    """
    years = list_landelijke_jaren()
    assert sorted(years) == [2015, 2016, 2017]
    for jaar, prijs, tekort in ((2015, 14_131, 0.019), (2016, 14_221, 0.060), (2017, 14_562, 0.060)):
        assert years[jaar].prijs_eur == pytest.approx(prijs, abs=0.5)
        assert years[jaar].tekort_aandeel == pytest.approx(tekort, abs=0.0005)
        assert len(years[jaar].bronnen) == 2


@pytest.mark.parametrize(
    ("maand", "uitkeringen", "gemiddelde"),
    [
        ("2012-12", 330_200, 322_300),
        ("2015-12", 387_000, 382_900),
        ("2017-12", 389_500, 397_600),
        ("2021-12", 346_800, 357_900),
    ],
)
def test_the_national_volume_is_that_of_cbs(maand: str, uitkeringen: int, gemiddelde: int) -> None:
    """CBS 37789ksz up to AOW age, facts/landelijke-cijfers.md 3.1: December exact, the year mean to the hundred."""
    volume = load_landelijk_volume()["uitkeringen"]
    assert volume[maand] == uitkeringen
    change = national_change(maand, maand, jaargemiddelde=True)
    assert change.voor == pytest.approx(gemiddelde, abs=50)
    assert change.share == 0.0


def test_the_national_index_starts_at_one_hundred_and_follows_the_volume() -> None:
    index = index_landelijk_volume()
    assert index["2014-12"] == 100.0
    assert index["2017-12"] == pytest.approx(100 * 389.5 / 376.8, abs=1e-9)  # CBS 37789ksz
    assert national_change("2014-12", "2017-12").share == pytest.approx(389.5 / 376.8 - 1, abs=1e-12)


def test_a_month_outside_the_series_is_refused_with_its_ends() -> None:
    for ask in (lambda: index_landelijk_volume("1997-12"), lambda: national_change("2017-01", "2031-01")):
        with pytest.raises(ChoiceError, match="is niet bekend") as error:
            ask()
        assert "1998-01" in error.value.remedy
