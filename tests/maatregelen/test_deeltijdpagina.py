"""The page of part-time work: its numbers are those of the class, nothing small leaves, every branch has its words."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from evaluatie.disclosure import SYNTHETIC_PERSON, Onderdrukt, open_released
from evaluatie.dossier import load_dossier
from evaluatie.errors import ChoiceError, DataError
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties.deeltijd import landelijk_aandeel
from evaluatie.project import notebooks_folder
from evaluatie.rapport import Deeltijdwerk
from evaluatie.rapport.deeltijd import _title, _title_vensters, check_parameters, parse_day
from evaluatie.rapport.deeltijdreeks import title_reeks
from evaluatie.registratie.nieuw import make_municipality
from evaluatie.registratie.opslag import store
from evaluatie.registratie.voorbeeld import generate, load_voorbeeldstad, load_waarheid
from evaluatie.render import render

NOTEBOOK = notebooks_folder() / "deeltijdwerk.ipynb"
SECTIONS = (
    *(
        "herkomst",
        "samenvatting",
        "aandeel",
        "opbrengst",
        "uitstroom",
        "opstap",
        "verloop",
        "omgekeerd",
        "vereenvoudigen",
        "ondernemen",
    ),
)


def html(fragment) -> str:
    return fragment._repr_html_()


@pytest.fixture(scope="module")
def pagina() -> Deeltijdwerk:
    return Deeltijdwerk("voorbeeld", "2018-03-01")


def bring(tmp_path, monkeypatch, register, naam: str = "Zwolle") -> None:
    """Store registers in a folder of one's own, under names and a code that count as real."""
    real = {
        key: value.assign(
            **{
                column: value[column].str.replace(SYNTHETIC_PERSON, "abcde0", regex=False)
                for column in ("persoon_id", "huishouden")
                if column in value
            },
            **({"gemeente_code": "GM0193"} if "gemeente_code" in value else {}),
        )
        for key, value in register.items()
    }
    make_municipality(tmp_path / "m", naam)
    store(real, tmp_path / "m")
    monkeypatch.setenv("EVALUATIE_MAP", str(tmp_path / "m"))


def test_the_day_of_the_notebook_is_that_of_the_plan_of_renkum() -> None:
    maatregel = load_dossier("Renkum").maatregel("inkomstenverrekening")
    in_use = next(m for m in maatregel.mijlpalen if m.omschrijving == "Nieuwe werkwijze in gebruik")
    cell = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"][1]
    assert f'"{in_use.datum.isoformat()}"' in "".join(cell["source"])


def test_the_page_shows_what_the_class_computed_and_nothing_small(tmp_path, pagina) -> None:
    made = render(NOTEBOOK, {}, tmp_path)
    page = made.html.read_text(encoding="utf-8")
    results = {item["id"]: item for item in json.loads(made.results.read_text(encoding="utf-8"))}
    for section in SECTIONS:
        getattr(pagina, section)()  # counts are recorded when they are shown
    assert {key: item.value for key, item in pagina.resultaten.by_id.items()} == {
        key: item["value"] for key, item in results.items()
    }
    assert "Synthetische gegevens" in page
    assert not re.search(r"facade[0-9a-f]{10}", page)
    counts = [item for key, item in results.items() if key.startswith("aantal.") and item["value"] is not None]
    assert counts
    assert all(item["value"] >= 10 and item["value"] % 5 == 0 for item in counts)
    sums = [item["value"] for key, item in results.items() if re.match(r"bedrag\.(ja|nee|per_maand)", key)]
    assert sums
    assert all(value % 100 == 0 for value in sums)
    for number, name in ((1, "uren_1"), (2, "uren_2"), (3, "uren_3")):
        planted = load_waarheid()["effecten"][f"deeltijd_{number}"]["waarde"]
        interval = results[f"deeltijd.{name}"]["interval"]
        assert interval["lower"] <= planted <= interval["upper"]


def test_the_national_share_has_its_value_and_source_from_the_dossier(pagina) -> None:
    cijfer, bron = landelijk_aandeel()
    recorded = pagina.resultaten.by_id["aandeel.landelijk"]
    assert (recorded.value, recorded.sources) == (float(cijfer.waarde), (bron,))
    text = html(pagina.aandeel())
    assert "Divosa" in text
    assert "is niet aangetoond" in text


def test_voorbeeldstad_says_that_it_had_no_such_policy(pagina) -> None:
    assert "hoort hier niets te laten zien" in html(pagina.vereenvoudigen())
    assert "geen verandering aangetoond" in html(pagina.vereenvoudigen())
    verdicts = {evaluatie.oordeel.value for evaluatie in open_released(pagina.verrekening)}
    assert verdicts == {"niet aangetoond"}


def test_all_effects_of_the_page_are_corrected_together(pagina) -> None:
    every = [e for released in (pagina.uren, pagina.vensters, pagina.verrekening) for e in open_released(released)]
    smallest = min(every, key=lambda e: e.estimate.p_value)
    assert len(every) == 11
    assert smallest.p_adjusted == pytest.approx(11 * smallest.estimate.p_value, rel=0.01)


def test_own_registers_of_an_ordinary_municipality_give_the_whole_page(tmp_path, monkeypatch) -> None:
    bring(tmp_path, monkeypatch, load_voorbeeldstad())
    own = Deeltijdwerk("eigen", dt.date(2018, 3, 1))
    page = " ".join(html(getattr(own, section)()) for section in SECTIONS)
    assert "Cijfers uit de registers van Zwolle" in page
    assert "Synthetisch" not in page
    assert "Voorbeeldstad" not in page
    assert all(
        item.treatment for item in own.resultaten.by_id.values() if item.value is not None and item.id != NATIONAL
    )


NATIONAL = "aandeel.landelijk"


def test_own_registers_without_hours_say_how_to_bring_them(tmp_path, monkeypatch) -> None:
    register = load_voorbeeldstad()
    bare = register["deeltijdinkomsten"].assign(
        uren=float("nan"), vrijlating=register["deeltijdinkomsten"]["vrijlating"]
    )
    bring(tmp_path, monkeypatch, {key: register[key] for key in ("uitkeringen",)} | {"deeltijdinkomsten": bare})
    own = Deeltijdwerk("eigen", "2018-03-01")
    assert "Het register geeft geen uren" in html(own.opstap())


def test_a_tiny_municipality_shows_no_number_of_its_own(tmp_path, monkeypatch) -> None:
    bring(tmp_path, monkeypatch, generate(30, 36, 3).register)
    own = Deeltijdwerk("eigen", "2016-06-01")
    page = " ".join(html(getattr(own, section)()) for section in SECTIONS)
    shown = {key: item.value for key, item in own.resultaten.by_id.items() if item.value is not None}
    people = {key for key in shown if key.startswith("aantal.")}
    assert set(shown) - people - {NATIONAL} == set(), shown
    assert all(shown[key] >= 10 for key in people)
    for words in (
        *("te weinig mensen met inkomsten", "Er zijn te weinig mensen uitgestroomd", "te klein om te tonen"),
        *("eerste maanden apart te houden", "Er zijn te weinig mensen voor deze toetsen", "de reeks te tekenen"),
    ):
        assert words in page, words


def test_registers_that_can_tell_nothing_are_refused_before_anything_is_drawn(tmp_path, monkeypatch) -> None:
    register = load_voorbeeldstad()
    bring(tmp_path, monkeypatch, {"uitkeringen": register["uitkeringen"]})
    with pytest.raises(DataError, match="er ontbreekt: deeltijdinkomsten"):
        Deeltijdwerk("eigen", "2018-03-01")


def test_a_day_far_from_the_registers_leaves_the_section_with_words() -> None:
    page = html(Deeltijdwerk("voorbeeld", "2030-01-01").vereenvoudigen())
    assert "niet te schatten" in page
    assert "<figure" not in page


@pytest.mark.parametrize("given", ["2018-13-01", "maart", ""])
def test_a_day_that_does_not_exist_is_refused(given) -> None:
    with pytest.raises(ChoiceError, match="geen dag"):
        check_parameters({"bron": "voorbeeld", "vereenvoudigd_vanaf": given})
    assert parse_day("2018-03-01") == parse_day(dt.date(2018, 3, 1))


def test_titles_say_no_more_than_was_found(pagina) -> None:
    together, *_ = open_released(pagina.uren)
    assert "naar schatting 1,60 keer zo hoog" in _title(together)
    assert "niet aangetoond" in _title(replace(together, p_adjusted=0.5))
    gone = replace(together, estimate=NotEstimated("x", "too_small"))
    assert "niet te schatten" in _title(gone)
    windows = open_released(pagina.vensters)
    assert _title_vensters(windows).startswith("In 1 van de 5 perioden is een hogere kans")
    assert "geen van de perioden" in _title_vensters([replace(w, p_adjusted=0.5) for w in windows])
    against = [replace(w, p_adjusted=0.001, verwachting="daling") for w in windows]
    assert "een andere kans" in _title_vensters(against)
    assert "niet te schatten" in _title_vensters([replace(w, estimate=gone.estimate) for w in windows])


def test_the_series_has_a_title_for_every_verdict(pagina) -> None:
    level, slope = open_released(pagina.verrekening)
    sure = {"p_adjusted": 0.001, "checks": ()}
    up, down = replace(level, verwachting="daling", **sure), replace(level, verwachting="stijging", **sure)
    gone = replace(level, estimate=NotEstimated("x", "too_small"))
    assert "meer mensen" in title_reeks([up, slope], "maart 2018")
    assert "minder mensen" in title_reeks([down, slope], "maart 2018")
    assert "tegengestelde richting" in title_reeks([up, down], "maart 2018")
    assert "niet te schatten" in title_reeks([gone, gone], "maart 2018")
    assert "geen verandering aangetoond" in title_reeks([level, slope], "maart 2018")


def test_a_suppressed_sum_hides_the_range_that_would_need_it(pagina) -> None:
    made = pagina._opbrengst._per_month("2019", {"nee": 1200, "ja": Onderdrukt("klein")}, "afgerond op 100")
    assert (made.value, made.value_to, made.withheld) == (None, None, "niet te tonen")
    # 1.200 euro in twelve months is 100 a month; with 2.400 more at most 300.
    made = pagina._opbrengst._per_month("2019", {"nee": 1200, "ja": 2400}, "afgerond op 100")
    assert (made.value, made.value_to) == (100.0, 300.0)
    # Without any month that surely counts, the least is nothing.
    made = pagina._opbrengst._per_month("2019", {"ja": 2400}, "afgerond op 100")
    assert (made.value, made.value_to) == (0.0, 200.0)


def test_a_share_above_or_below_the_national_one_is_called_so(pagina) -> None:
    from evaluatie.rapport.deeltijdaandeel import _judge

    share = pagina._aandelen.aandelen["2017"]
    assert "niet aangetoond" in _judge(share)
    assert "minder dan landelijk" in _judge(replace(share, p_value=0.01))
    assert "meer dan landelijk" in _judge(replace(share, p_value=0.01, value=0.2))


def test_less_than_a_year_of_registers_has_no_figure_of_years(tmp_path, monkeypatch) -> None:
    register = load_voorbeeldstad()
    rows = register["deeltijdinkomsten"]
    short = rows[(rows["maand"] >= pd.Timestamp("2018-03-01")) & (rows["maand"] < pd.Timestamp("2018-11-01"))]
    bring(tmp_path, monkeypatch, {**register, "deeltijdinkomsten": short.reset_index(drop=True)})
    page = html(Deeltijdwerk("eigen", "2018-06-01").aandeel())
    assert "geen hele jaren" in page
    assert "In de hele periode had" in page
