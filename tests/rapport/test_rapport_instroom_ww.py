"""The page on who comes from the WW."""

from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from evaluatie.cijfers import load_table, mean_ww_per_year
from evaluatie.cijfers.kengetallen import load_kengetallen
from evaluatie.disclosure import Schatting
from evaluatie.errors import ChoiceError
from evaluatie.estimation import Estimate, NotEstimated
from evaluatie.evaluaties.instroom_ww import count_instroom_ww, list_melders, parse_beeindigd
from evaluatie.quantities import Bron
from evaluatie.rapport import Instroom
from evaluatie.rapport.instroom_ww import _describe_ratio, check_parameters
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.vrijgave import record_schatting
from evaluatie.registratie.voorbeeld import load_voorbeeldstad
from tests.rapport.registerhulp import check_no_persons, check_results, make_own_map

SECTIONS = ("herkomst", "doorstroom", "landelijk", "kans")


def text(html: str) -> str:
    return " ".join(BeautifulSoup(html, "lxml").get_text(" ").split())


def write(page: Instroom) -> dict[str, str]:
    return {name: getattr(page, name)()._repr_html_() for name in SECTIONS}


def aanvragen(rows: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["persoon_id", "melding", "aanvraag", "uitkomst", "herkomst"])
    return frame.assign(melding=pd.to_datetime(frame["melding"]), aanvraag=pd.to_datetime(frame["aanvraag"]))


def test_somebody_counts_once_a_year_with_the_first_origin_and_the_furthest_step():
    rows = [
        ("a", "2018-03-01", None, None, "ww"),
        ("a", "2018-06-01", "2018-06-10", "toegekend", "werk"),
        ("a", "2019-02-01", "2019-02-10", "afgewezen", "werk"),
        ("b", "2018-05-01", "2018-05-10", None, "ww"),
        ("c", "2018-05-01", None, None, None),
    ]
    found = list_melders(aanvragen(rows)).sort_values(["persoon", "jaar"])
    assert found.to_dict("list") == {
        "persoon": ["a", "a", "b", "c"],
        "jaar": [2018, 2019, 2018, 2018],
        "herkomst": ["ww", "andere herkomst", "ww", "andere herkomst"],
        "stap": [2, 1, 1, 0],
    }


def test_the_counts_are_those_of_the_register():
    register = load_voorbeeldstad()
    counted, table = count_instroom_ww(register), register["aanvragen"]
    assert counted.jaren == (2015, 2016, 2017, 2018, 2019)
    for jaar in counted.jaren:
        own = table[table["melding"].dt.year == jaar]
        assert counted.telling.counts["melding", "totaal", str(jaar)] == own["persoon_id"].nunique()
        granted = own.loc[own["uitkomst"] == "toegekend", "persoon_id"].nunique()
        assert counted.telling.counts["toegekend", "totaal", str(jaar)] == granted
    for whole, parts in counted.telling.sommen:
        assert counted.telling.counts[whole] == sum(counted.telling.counts[part] for part in parts)


def test_the_ratio_is_own_change_over_national_change():
    counted = count_instroom_ww(load_voorbeeldstad())
    assert isinstance(counted.verhouding, Estimate)
    first, last = (counted.telling.counts["toegekend", "ww", str(jaar)] for jaar in (2015, 2019))
    ww = load_table("uitkeringen_landelijk_maand").assign(jaar=lambda f: f["periode"].str[:4].astype(int))
    mean = ww.groupby("jaar")["ww_x1000"].mean()
    assert counted.verhouding.value == pytest.approx((last / first) / (mean[2019] / mean[2015]), rel=1e-12)
    assert mean_ww_per_year()[2019] == pytest.approx(1000 * mean[2019])
    assert 2026 not in mean_ww_per_year().index, "a year with missing months has no mean"


def test_only_whole_years_count():
    register = load_voorbeeldstad()
    for tabel, column in (("aanvragen", "melding"), ("volumes", "maand")):
        frame = register[tabel]
        register[tabel] = frame[frame[column] < "2019-07-01"].reset_index(drop=True)
    assert count_instroom_ww(register).jaren == (2015, 2016, 2017, 2018)


def test_without_aanvragen_the_page_says_so(monkeypatch):
    register = load_voorbeeldstad()
    del register["aanvragen"]
    assert isinstance(count_instroom_ww(register), NotEstimated)
    monkeypatch.setattr("evaluatie.rapport.bronkeuze.load_voorbeeldstad", lambda: register)
    shown = write(Instroom())
    assert "niet ingelezen" in shown["doorstroom"]
    assert "niet ingelezen" in shown["landelijk"]
    assert "geen landelijk percentage" in shown["kans"]


def test_every_number_was_treated_and_the_national_ones_are_public():
    page = Instroom(beeindigd=["2018:1450", "2019:2500"])
    shown, records = write(page), page.resultaten.to_json()
    check_results(records)
    public = [record for record in records if not record["treatment"]]
    assert {record["id"] for record in public} == {f"ww.land.{jaar}" for jaar in (2015, 2017, 2018, 2019)}
    assert all(record["sources"][0]["url"].startswith("https://") for record in public)
    assert "Synthetische gegevens" in shown["herkomst"]


@pytest.mark.parametrize(("ended", "verdict"), [(1000, "hoger"), (2000, "niet te onderscheiden"), (9000, "lager")])
def test_the_own_share_beside_the_national_one(ended, verdict):
    page = Instroom(beeindigd=[f"2019:{ended}"])
    rows = BeautifulSoup(page.kans()._repr_html_(), "lxml").select("tbody tr")
    last = [cell.get_text() for cell in rows[-1].find_all(["th", "td"])]
    assert last[0] == "2019"
    assert last[1] == "3,9%"
    assert last[-1] == verdict
    granted = page.resultaten.by_id["ww.eigen.2019"]
    assert granted.value * ended % 5 == pytest.approx(0, abs=1e-9)
    assert [row.find_all(["th", "td"])[-1].get_text() for row in rows[:-1]] == ["niet te vergelijken"] * 3


@pytest.mark.parametrize(
    ("lower", "upper", "said"),
    [
        (1.1, 1.5, "steeg meer, of daalde minder, dan"),
        (0.5, 0.9, "daalde meer, of steeg minder, dan"),
        (0.8, 1.2, "niet aangetoond"),
    ],
)
def test_every_sentence_about_the_ratio(lower, upper, said):
    found = Schatting(1.0, 0.1, lower, upper, 0.95, 0.5, 100, "m", "e", "ratio", 1.0)
    results = Resultaten()
    record_schatting(results, "ww.verhouding", found, "ratio", "zin", (Bron("proef"),))
    assert said in _describe_ratio(found, (2015, 2019), results)


def test_the_national_shares_are_those_of_the_sources():
    """UWV Magazine, November 2021 (2015, 2018–2020) and Divosa, 28 May 2019 (2017), read there."""
    national = load_kengetallen().doorstroom_ww
    assert {jaar: national.aandeel(jaar) for jaar in range(2014, 2022)} == {
        2014: None, 2015: 0.058, 2016: None, 2017: 0.046, 2018: 0.037, 2019: 0.039, 2020: 0.053, 2021: None,
    }  # fmt: skip
    assert "Divosa" in national.bron(2017).titel


def test_of_own_registers_only_treated_numbers_are_shown(tmp_path, monkeypatch):
    register = make_own_map(tmp_path / "m", personen=150)
    monkeypatch.setenv("EVALUATIE_MAP", str(tmp_path / "m"))
    page = Instroom("eigen", ["2018:300"])
    shown, records = write(page), page.resultaten.to_json()
    check_results(records)
    assert any(record["treatment"] == "onderdrukt" for record in records)
    check_no_persons("".join(shown.values()) + str(records), register)


def test_ended_benefits_are_read_or_refused():
    assert parse_beeindigd(["2019:1450", " 2018 : 20"]) == {2019: 1450, 2018: 20}
    for wrong in ("2019", "2019:", "2019:-5", "2019:0", "x:5", "2019:1.450"):
        with pytest.raises(ChoiceError, match="geen jaar met een aantal"):
            check_parameters({"bron": "voorbeeld", "beeindigd": [wrong]})
    with pytest.raises(ChoiceError):
        check_parameters({"bron": "elders", "beeindigd": []})
