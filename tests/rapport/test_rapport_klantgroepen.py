"""The monitor of klantgroepen: what it says, at which level, and that nothing leaves untreated."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from evaluatie.disclosure import Onderdrukt, open_released, release_counts
from evaluatie.dossier import load_dossier
from evaluatie.errors import ChoiceError, DisclosureError
from evaluatie.estimation import Interval, NotEstimated, rise_signal
from evaluatie.evaluaties import klantgroepen as monitor
from evaluatie.evaluaties.klantgroepen import monitor_klantgroepen
from evaluatie.evaluaties.streefcijfers import Doel, Doeloordeel, list_doelen
from evaluatie.evaluaties.telling import Telling
from evaluatie.panel import build_stand
from evaluatie.quantities import Bron
from evaluatie.rapport import Klantgroepen
from evaluatie.rapport.bronkeuze import open_registers
from evaluatie.rapport.klantgroepen import NIVEAUS, check_parameters
from evaluatie.rapport.klantgroepoordeel import write_signaal
from evaluatie.rapport.klantgroeppagina import release_pagina
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.registratie.voorbeeld import generate, load_voorbeeldstad
from tests.rapport.registerhulp import check_no_persons, check_results, disguise, make_own_map

SECTIONS = (
    "herkomst",
    "bestand",
    "verloop",
    "signaal",
    "doelen",
    "stromen",
    "overgangen",
    "activiteiten",
    "duur_en_leeftijd",
)
BRON = (Bron("de proef"),)


def write(page: Klantgroepen) -> dict[str, str]:
    return {name: getattr(page, name)()._repr_html_() for name in SECTIONS}


def text(html: str) -> str:
    return " ".join(BeautifulSoup(html, "lxml").get_text(" ").split())


@pytest.fixture(scope="module")
def stad():
    return load_voorbeeldstad()


@pytest.fixture(scope="module")
def counted(stad):
    return monitor_klantgroepen(stad)


def test_stock_and_flows_are_those_of_the_panel(stad, counted):
    table = build_stand(stad, "klantgroep")
    table["kwartaal"] = table["maand"].map(monitor.name_kwartaal)
    for kwartaal in counted.kwartalen:
        rows = table[table["kwartaal"] == kwartaal]
        for groep in counted.groepen:
            own = rows[rows["groep"] == groep]
            assert counted.telling.counts["stand", groep, kwartaal] == own["stand"].iloc[-1]
            for soort in monitor.STROMEN:
                assert counted.telling.counts[soort, groep, kwartaal] == own[soort].sum()
    assert counted.kwartalen[-1] == counted.laatste == "2019-K4"
    assert counted.eerder == "2018-K4"


def test_every_division_of_the_stock_is_complete(counted):
    for whole, parts in counted.telling.sommen:
        assert counted.telling.counts[whole] == sum(counted.telling.counts[part] for part in parts)
    for left, right in counted.telling.balansen:
        assert sum(counted.telling.counts[k] for k in left) == sum(counted.telling.counts[k] for k in right)


def test_a_count_that_is_two_things_is_an_error():
    telling = Telling()
    telling.add(("stand", "a"), 3)
    with pytest.raises(ValueError, match="3 and 4"):
        telling.add(("stand", "a"), 4)


@pytest.mark.parametrize(("personen", "seed"), [(1500, 1), (300, 2), (120, 3), (40, 4)])
def test_nothing_on_a_page_can_be_solved_for(personen, seed):
    """All sums of a page together, also of a small municipality, leave every suppressed count free."""
    telling = monitor_klantgroepen(generate(personen, 40, seed).register).telling
    released = open_released(
        release_counts(
            telling.counts,
            BRON,
            sommen=telling.sommen,
            balansen=telling.balansen,
            woorden=monitor.WOORDEN,
            voorrang=telling.voorrang,
        )
    )
    hidden = [key for key, value in released.waarden.items() if isinstance(value, Onderdrukt)]
    equations = [((whole,), parts) for whole, parts in telling.sommen] + telling.balansen
    matrix = np.array([[left.count(k) - right.count(k) for k in hidden] for left, right in equations], dtype=float)
    rank = np.linalg.matrix_rank(matrix)
    small = [place for place, key in enumerate(hidden) if telling.counts[key] < 10]
    assert small
    for place in small[:: max(1, len(small) // 25)]:
        unit = np.eye(len(hidden))[[place]]
        assert np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank + 1, hidden[place]


def test_small_groups_are_taken_together_and_their_names_stay_inside(stad):
    register = {name: frame.copy() for name, frame in stad.items()}
    groups = register["klantgroepen"]
    someone = groups["persoon_id"].iloc[3]
    groups.loc[groups["persoon_id"] == someone, "groep"] = "Jan Jansen"
    found = monitor_klantgroepen(register)
    assert "Jan Jansen" not in {part for key in found.telling.counts for part in key}


def test_without_groups_everybody_is_in_one(stad):
    register = {name: frame.copy() for name, frame in stad.items() if name != "klantgroepen"}
    register["uitkeringen"]["klantgroep"] = pd.Series(pd.NA, index=register["uitkeringen"].index, dtype="string")
    assert monitor_klantgroepen(register).groepen == ("onbekend",)


def test_an_earlier_quarter_can_be_asked_and_one_outside_is_refused(stad):
    assert monitor_klantgroepen(stad, "2018-K2").laatste == "2018-K2"
    for wrong in ("2014-K4", "2020-K1"):
        with pytest.raises(ChoiceError, match="ligt niet"):
            monitor_klantgroepen(stad, wrong)
    with pytest.raises(ChoiceError, match="geen kwartaal"):
        monitor_klantgroepen(stad, "2019-4")


def test_too_few_quarters_leave_the_page_empty_and_say_so(monkeypatch):
    short = generate(300, 20, 1).register
    assert isinstance(monitor_klantgroepen(short), NotEstimated)
    monkeypatch.setattr("evaluatie.rapport.bronkeuze.load_voorbeeldstad", lambda: short)
    page = Klantgroepen(niveau="uitvoering")
    assert all("blijft daarom leeg" in html for name, html in write(page).items() if name != "herkomst")
    assert not page.resultaten.to_json()


# --- targets


@pytest.mark.parametrize(
    ("target", "upto", "lower", "upper", "expected"),
    [
        (0.5, None, 0.5, 0.6, Doeloordeel.GEHAALD),
        (0.5, None, 0.4, 0.49, Doeloordeel.NIET_GEHAALD),
        (0.5, None, 0.4, 0.5, Doeloordeel.ONBESLIST),
        (0.0, 0.1, 0.0, 0.3, Doeloordeel.BINNEN),
        (0.0, 0.1, 0.11, 0.3, Doeloordeel.HOGER),
    ],
)
def test_a_target_against_an_interval(target, upto, lower, upper, expected):
    doel = Doel("matchen", "Matchen", "uitstroom", target, upto, BRON[0])
    assert doel.judge(Interval(0.95, lower, upper)) is expected


def test_the_targets_of_deventer():
    found = {doel.groep: (doel.uitkomst, doel.aandeel, doel.tot) for doel in list_doelen(load_dossier("Deventer"))}
    assert found == {
        "matchen": ("uitstroom", 0.8, None),
        "groeien": ("uitstroom", 0.5, None),
        "faciliteren": ("participatie", 0.5, None),
        "zorgen": ("uitstroom", 0.0, 0.1),
    }
    assert list_doelen(load_dossier("Renkum")) == []


def test_a_share_on_the_page_is_that_of_the_rounded_counts(counted):
    page = Klantgroepen()
    page.doelen()
    results = page.resultaten.by_id
    for groep in ("matchen", "groeien", "zorgen"):
        gone, people = counted.telling.counts["weg", groep], counted.telling.counts["stand", groep, "2018-K4"]
        found = results[f"aandeel.weg.{groep}"]
        rounded = [5 * ((2 * n + 5) // 10) for n in (gone, people)]
        assert found.value == rounded[0] / rounded[1]
        assert found.lower < gone / people < found.upper


def test_a_plan_without_targets_says_so(monkeypatch):
    monkeypatch.setattr("evaluatie.rapport.bronkeuze.VOORBEELD_PLAN", "Renkum")
    assert "noemt geen streefcijfers" in text(Klantgroepen().doelen()._repr_html_())


# --- early warning


def page_with(counted, extra: float, rate: int = 25):
    """Return a page whose last year brought `extra` persons a month beside equal flows."""
    came = np.array([rate + 2, rate - 2] * 30, dtype=float)
    left = np.array([rate - 2, rate + 2] * 30, dtype=float)
    came[-12:] += extra
    stock = 1000 + np.cumsum(came - left)
    signaal = rise_signal(list(stock), list(came), list(left), months=12)
    source = open_registers("voorbeeld")
    return release_pagina(source, replace(counted, signaal=signaal), [], Resultaten())


@pytest.mark.parametrize(
    ("extra", "said", "unsaid"),
    [
        (10, ["gaat af", "zelden toeval"], ["kan toeval zijn"]),
        (1, ["gaat niet af", "kan toeval zijn"], ["zelden toeval"]),
        (-5, ["gaat niet af"], ["toeval zijn", "zelden toeval"]),
    ],
)
def test_every_sentence_of_the_early_warning(counted, extra, said, unsaid):
    shown = text(write_signaal(page_with(counted, extra))._repr_html_())
    assert all(words in shown for words in said), shown
    assert not any(words in shown for words in unsaid), shown
    assert "ook zonder echte groei" in shown


def test_an_alarm_that_may_be_chance_says_so(counted):
    """With few people a rise of 6% is nothing."""
    shown = text(write_signaal(page_with(counted, 5, rate=150))._repr_html_())
    assert "gaat af" in shown
    assert "kan toeval zijn" in shown


def test_a_series_that_is_too_short_gives_no_judgement(counted):
    source = open_registers("voorbeeld")
    short = replace(counted, signaal=NotEstimated("too short", "no_pre_period"))
    assert "te kort" in text(write_signaal(release_pagina(source, short, [], Resultaten()))._repr_html_())
    few = replace(counted, bewegingen=9)
    assert "te kort of te klein" in text(write_signaal(release_pagina(source, few, [], Resultaten()))._repr_html_())


# --- the page


def test_the_example_says_that_it_is_invented():
    shown = write(Klantgroepen())
    assert "Synthetische gegevens" in shown["herkomst"]
    assert "plan van Deventer; de aantallen niet" in shown["herkomst"]


def test_a_level_shows_no_number_of_a_more_detailed_one():
    shown = {niveau: write(Klantgroepen(niveau=niveau)) for niveau in NIVEAUS}
    assert "Dit onderdeel staat op de pagina voor management en uitvoering" in shown["bestuur"]["stromen"]
    assert "Dit onderdeel staat op de pagina voor uitvoering" in shown["management"]["activiteiten"]
    counts = [sum(html.count("<data") for html in shown[niveau].values()) for niveau in NIVEAUS]
    assert counts == sorted(counts)
    assert counts[0] > 20


def test_a_number_is_the_same_at_every_level():
    seen: dict[str, str] = {}
    for niveau in NIVEAUS:
        page = Klantgroepen(niveau=niveau)
        write(page)
        for record in page.resultaten.to_json():
            assert seen.setdefault(record["id"], record["text"]) == record["text"]


def test_every_number_on_the_page_was_treated_and_stands_in_the_results():
    page = Klantgroepen(niveau="uitvoering")
    html = "".join(write(page).values())
    records = {record["id"]: record for record in page.resultaten.to_json()}
    check_results(list(records.values()))
    for tag in BeautifulSoup(html, "lxml").find_all("data"):
        record = records[tag["data-id"]]
        if tag["data-deel"] == "value":
            assert tag.get_text() == record["text"]
            assert tag["value"] == ("" if record["value"] is None else repr(float(record["value"])))
    untreated = [record for record in records.values() if not record["treatment"]]
    assert all(record["id"].startswith("doel.") for record in untreated)


def test_of_own_registers_only_treated_numbers_are_shown(tmp_path, monkeypatch):
    register = make_own_map(tmp_path / "m")
    monkeypatch.setenv("EVALUATIE_MAP", str(tmp_path / "m"))
    page = Klantgroepen("eigen", "uitvoering")
    html = write(page)
    records = page.resultaten.to_json()
    check_results(records)
    assert any(record["treatment"] == "onderdrukt" for record in records)
    check_no_persons("".join(html.values()) + str(records), register)
    assert "Synthetische" not in html["herkomst"]
    assert "registers van Zwolle" in html["herkomst"]
    figures = " ".join(text(part) for part in re.findall(r"<details.*?</details>", html["verloop"], re.DOTALL))
    assert all(int(n.replace(".", "")) % 5 == 0 for n in re.findall(r"kw \d ([\d.]+)", figures))


def test_own_registers_with_invented_persons_keep_the_banner(tmp_path, monkeypatch):
    from evaluatie.registratie.nieuw import make_municipality
    from evaluatie.registratie.opslag import store

    make_municipality(tmp_path / "m", "Zwolle")
    store(load_voorbeeldstad(), tmp_path / "m")
    monkeypatch.setenv("EVALUATIE_MAP", str(tmp_path / "m"))
    assert "Synthetische gegevens" in Klantgroepen("eigen").herkomst()._repr_html_()


def test_the_page_refuses_counts_that_were_not_released(counted):
    page = page_with(counted, 0)
    with pytest.raises(DisclosureError):
        replace(page.cijfers, counts=counted.telling.counts).show(("stand", "matchen", "2019-K4"), "Personen")


def test_a_disguised_register_is_not_synthetic(stad):
    from evaluatie.disclosure import is_synthetic

    assert is_synthetic(stad)
    assert not is_synthetic(disguise(stad))
    assert not is_synthetic({})


@pytest.mark.parametrize(
    "wrong",
    [{"bron": "alles"}, {"niveau": "directie"}, {"kwartaal": "2019-K5"}, {"signaal": 0.0}, {"signaal": 5.0}],
    ids=str,
)
def test_an_impossible_choice_is_refused(wrong):
    with pytest.raises(ChoiceError):
        check_parameters({"bron": "voorbeeld", "niveau": "bestuur", "kwartaal": "laatste", "signaal": 0.05, **wrong})
