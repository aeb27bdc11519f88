"""Person-months, counted again one by one from the words of the convention."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluatie.disclosure import SYNTHETIC_PERSON
from evaluatie.errors import ChoiceError, DataError
from evaluatie.panel import KOLOMMEN, Dekking, build_persoonmaanden, find_dekking, klassen
from evaluatie.panel.maanden import maand_of, number_of
from evaluatie.quantities import Maand
from evaluatie.registratie.contract import dtype_of, load_contract
from evaluatie.registratie.voorbeeld import generate, load_voorbeeldstad, load_waarheid, model
from evaluatie.registratie.voorbeeld.effecten import UREN_KLASSEN

VENSTER = Dekking(Maand(2018, 1), Maand(2019, 12), {})


def table(tabel: str, rows: list[dict]) -> pd.DataFrame:
    """Return a table of the contract; what is not given is missing."""
    kolommen = load_contract(tabel).kolommen
    columns = {}
    for name, kolom in kolommen.items():
        values = [row.get(name) for row in rows]
        if kolom.soort in ("datum", "maand"):
            columns[name] = pd.Series(pd.to_datetime(pd.Series(values, dtype=object))).astype("datetime64[s]")
        elif kolom.codes:
            columns[name] = pd.Series(pd.Categorical(values, categories=list(kolom.codes)))
        else:
            columns[name] = pd.Series(values, dtype=object).astype(dtype_of(kolom))
    return pd.DataFrame(columns)


def name(number: int) -> str:
    return f"facade{number:05x}f0000"


def uitkering(number: int, begin: str, einde: str | None = None, reden: str | None = None, **more) -> dict:
    given = {"persoon_id": name(number), "begin": begin, "einde": einde, "reden_einde": reden, "geboortejaar": 1980}
    return {**given, "regeling": "bijstand", "leefvorm": "alleenstaande", "gemeente_code": "GM9999", **more}


def months(frame: pd.DataFrame, persoon: int = 0) -> list[str]:
    return [str(maand_of(m)) for m in frame.loc[frame["persoon"] == persoon, "maand"]]


def test_a_month_at_risk_follows_the_begin_and_the_last_one_carries_the_exit():
    register = {"uitkeringen": table("uitkeringen", [uitkering(1, "2018-03-15", "2018-06-20", "werk")])}
    rows = build_persoonmaanden(register, dekking=VENSTER)
    assert months(rows) == ["2018-04", "2018-05", "2018-06"]
    assert list(rows["duur"]) == [1, 2, 3]
    assert list(rows["uitstroom"]) == list(rows["werk"]) == [False, False, True]
    assert list(rows["reden"].astype(object).fillna("")) == ["", "", "werk"]
    assert list(rows["leeftijd"]) == [38, 38, 38]


def test_only_observed_months_count_and_an_end_after_them_is_no_exit():
    register = {
        "uitkeringen": table(
            "uitkeringen", [uitkering(1, "2010-01-01", "2020-02-01", "aow"), uitkering(2, "2009-05-01")]
        )
    }
    rows = build_persoonmaanden(register, dekking=VENSTER)
    assert len(rows) == 48
    assert not rows["uitstroom"].any()
    assert rows["duur"].iloc[0] == 96


def test_who_comes_and_goes_in_one_month_is_never_at_risk():
    register = {"uitkeringen": table("uitkeringen", [uitkering(1, "2018-03-02", "2018-03-20", "werk")])}
    assert build_persoonmaanden(register, dekking=VENSTER).empty


def test_an_end_without_a_reason_is_an_exit_for_an_unknown_reason():
    register = {"uitkeringen": table("uitkeringen", [uitkering(1, "2018-03-02", "2018-05-20")])}
    rows = build_persoonmaanden(register, dekking=VENSTER)
    assert list(rows["reden"].astype(object).fillna("")) == ["", "onbekend"]
    assert list(rows["werk"]) == [False, False]


def test_a_change_of_regeling_without_a_day_between_is_no_exit():
    given = [
        uitkering(1, "2018-01-10", "2018-06-14", "andere_uitkering"),
        uitkering(1, "2018-06-15", "2018-09-30", "aow", regeling="ioaw"),
    ]
    rows = build_persoonmaanden({"uitkeringen": table("uitkeringen", given)}, dekking=VENSTER)
    assert list(rows["duur"]) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert list(rows["uitstroom"]) == [False] * 7 + [True]
    assert list(rows["regeling"]) == ["bijstand"] * 4 + ["ioaw"] * 4
    assert rows["reden"].iloc[-1] == "aow"


def test_one_day_between_makes_it_an_exit_and_a_return():
    given = [uitkering(1, "2018-01-10", "2018-06-14", "werk"), uitkering(1, "2018-06-16", "2018-08-30", "werk")]
    rows = build_persoonmaanden({"uitkeringen": table("uitkeringen", given)}, dekking=VENSTER)
    assert months(rows) == [f"2018-{m:02d}" for m in range(2, 9)]
    assert rows["uitstroom"].sum() == 2
    assert list(rows["duur"]) == [1, 2, 3, 4, 5, 1, 2]


def test_an_uitkering_inside_another_adds_no_row():
    given = [uitkering(1, "2018-01-10", "2018-12-14", "werk"), uitkering(1, "2018-03-01", "2018-05-01", "anders")]
    rows = build_persoonmaanden({"uitkeringen": table("uitkeringen", given)}, dekking=VENSTER)
    assert len(rows) == 11
    assert rows["uitstroom"].sum() == 1
    assert rows["reden"].iloc[-1] == "werk"


def test_a_longer_traject_still_runs_after_a_shorter_newer_one():
    given = [
        {"persoon_id": name(1), "soort_voorziening": "jobcoach", "begin": "2018-02-10", "einde": "2018-07-05"},
        {"persoon_id": name(1), "soort_voorziening": "training", "begin": "2018-03-01", "einde": "2018-04-30"},
    ]
    register = {
        "uitkeringen": table("uitkeringen", [uitkering(1, "2018-01-10")]),
        "trajecten": table("trajecten", given),
    }
    rows = build_persoonmaanden(register, dekking=VENSTER).head(9)
    assert list(rows["in_traject"]) == [True] * 6 + [False] * 3
    assert list(rows["sinds_traject"]) == [0, 0, 0, 0, 0, 0, 1, 2, 3]
    assert list(rows["traject_soort"]) == ["jobcoach", *["training"] * 8]
    assert list(rows["sinds_trajectbegin"]) == [0, 0, 1, 2, 3, 4, 5, 6, 7]


def test_a_klantgroep_counts_from_the_first_day_on_which_it_holds():
    given = [
        {"persoon_id": name(1), "groep": "groeien", "vanaf": "2018-04-01"},
        {"persoon_id": name(1), "groep": "zorgen", "vanaf": "2018-06-02"},
    ]
    register = {
        "uitkeringen": table("uitkeringen", [uitkering(1, "2018-01-10", klantgroep="matchen")]),
        "klantgroepen": table("klantgroepen", given),
    }
    rows = build_persoonmaanden(register, dekking=VENSTER).head(6)
    assert list(rows["klantgroep"]) == ["matchen", "matchen", "groeien", "groeien", "groeien", "zorgen"]


def test_months_since_the_first_income_begin_again_with_a_new_uitkering():
    given = [
        uitkering(1, "2018-01-10", "2018-05-14", "werk"),
        uitkering(1, "2018-08-16", "2018-11-30", "werk"),
    ]
    income = [
        {"persoon_id": name(1), "maand": f"2018-{m:02d}-01", "bedrag": 300.0, "uren": hours}
        for m, hours in ((3, 20), (5, 40), (10, 80), (11, None))
    ]
    register = {"uitkeringen": table("uitkeringen", given), "deeltijdinkomsten": table("deeltijdinkomsten", income)}
    rows = build_persoonmaanden(register, dekking=VENSTER)
    assert list(rows["sinds_deeltijd"]) == [-1, 0, 1, 2, -1, 0, 1]
    assert list(rows["deeltijd"]) == [False, True, False, True, False, True, True]
    assert list(rows["deeltijd_urenklasse"].cat.codes) == [0, 1, 0, 2, 0, 3, -1]
    assert list(rows["deeltijd_bedrag"]) == [0, 300, 0, 300, 0, 300, 300]


def test_without_a_table_its_columns_say_never():
    rows = build_persoonmaanden(
        {"uitkeringen": table("uitkeringen", [uitkering(1, "2018-03-15", "2018-06-20", "werk")])}, dekking=VENSTER
    )
    for column in ("sinds_traject", "sinds_trajectbegin", "sinds_deeltijd", "sinds_verlaging", "sinds_onderzoek"):
        assert (rows[column] == -1).all(), column
    assert not rows["in_traject"].any()
    assert not rows["deeltijd"].any()
    assert rows[["klantgroep", "traject_soort", "traject_aanbieder"]].isna().all().all()


def test_only_the_columns_asked_for_and_no_other():
    register = load_voorbeeldstad()
    everything = build_persoonmaanden(register)
    assert list(everything) == list(KOLOMMEN)
    some = build_persoonmaanden(register, ["werk", "maand", "klantgroep"])
    pd.testing.assert_frame_equal(some, everything[["werk", "maand", "klantgroep"]])
    assert len(everything) == everything[["persoon", "maand"]].drop_duplicates().shape[0]


def test_no_pseudonym_is_in_the_rows():
    rows = build_persoonmaanden(load_voorbeeldstad())
    categories = [str(name) for column in rows.select_dtypes("category") for name in rows[column].cat.categories]
    assert categories
    assert not any(SYNTHETIC_PERSON in name for name in categories)
    assert not rows.select_dtypes(["object", "string"]).columns.size


def test_the_registers_are_not_changed():
    register = load_voorbeeldstad()
    before = {tabel: frame.copy() for tabel, frame in register.items()}
    build_persoonmaanden(register)
    for tabel, frame in before.items():
        pd.testing.assert_frame_equal(register[tabel], frame)


def test_the_order_of_the_rows_of_a_register_does_not_matter():
    register = load_voorbeeldstad()
    shuffled = {tabel: frame.sample(frac=1, random_state=2, ignore_index=True) for tabel, frame in register.items()}
    pd.testing.assert_frame_equal(
        build_persoonmaanden(shuffled), build_persoonmaanden(register), check_categorical=False
    )


def test_an_unknown_column_is_refused_with_a_list():
    with pytest.raises(ChoiceError, match="inkomen") as caught:
        build_persoonmaanden(load_voorbeeldstad(), ["inkomen"])
    assert "klantgroep" in caught.value.remedy


@pytest.mark.parametrize("register", [{}, {"uitkeringen": table("uitkeringen", [])}], ids=["no table", "no rows"])
def test_without_uitkeringen_there_is_nothing_to_count(register):
    with pytest.raises(DataError, match="uitkeringen"):
        build_persoonmaanden(register)


def test_the_observed_months_of_a_generated_municipality_are_found():
    for arguments in ((400, 30, 3), (30, 12, 1)):
        voorbeeld = generate(*arguments)
        found = find_dekking(voorbeeld.register)
        assert {str(found.eerste), str(found.laatste)} == set(voorbeeld.waarheid["venster"].values())
    register = generate(2000, 24, 8).register
    del register["volumes"]
    found = find_dekking(register)
    assert (str(found.eerste), str(found.laatste)) == ("2015-01", "2016-12")


def test_months_in_which_only_those_who_stayed_are_known_are_not_observed():
    register = load_voorbeeldstad()
    u = register["uitkeringen"]
    register["uitkeringen"] = u[u["einde"].isna() | (u["einde"] >= "2016-01-01")].reset_index(drop=True)
    assert Maand(2015, 6) <= find_dekking(register).eerste <= Maand(2016, 1)
    del register["volumes"]
    assert find_dekking(register).eerste == Maand(2016, 1)


def test_the_classes_are_those_in_which_effects_were_planted():
    truth = load_waarheid()["uitgangspunten"]
    assert list(klassen.DUUR.grenzen) == list(truth["duur_klassen_vanaf"])
    assert list(klassen.LEEFTIJD.grenzen) == list(truth["leeftijd_klassen_vanaf"])
    assert klassen.UREN.namen == UREN_KLASSEN
    hours = np.arange(1, 105)
    planted = np.select([hours <= model.UREN_TOT[0], hours <= model.UREN_TOT[1]], [0, 1], 2)
    assert (klassen.UREN.codes(hours) == planted).all()


# --- the same, counted one person and month at a time ---------------------------------------------------------------

DAYS = st.integers(0, 900).map(lambda n: dt.date(2017, 6, 1) + dt.timedelta(days=n))


@st.composite
def registers(draw):
    spells, trajecten, groups, lowered = [], [], [], []
    for person in range(draw(st.integers(1, 4))):
        for _ in range(draw(st.integers(1, 4))):
            begin = draw(DAYS)
            length = draw(st.none() | st.integers(0, 400))
            einde = None if length is None else str(begin + dt.timedelta(days=length))
            spells.append(uitkering(person, str(begin), einde, None if einde is None else "werk"))
        for _ in range(draw(st.integers(0, 3))):
            begin = draw(DAYS)
            einde = draw(st.none() | st.integers(0, 300))
            trajecten.append(
                {
                    "persoon_id": name(person),
                    "soort_voorziening": "training",
                    "begin": str(begin),
                    "einde": None if einde is None else str(begin + dt.timedelta(days=einde)),
                }
            )
            groups.append({"persoon_id": name(person), "groep": draw(st.sampled_from("abc")), "vanaf": str(draw(DAYS))})
            lowered.append({"persoon_id": name(person), "soort_gebeurtenis": "verlaging", "datum": str(draw(DAYS))})
    return {
        "uitkeringen": table("uitkeringen", spells),
        "trajecten": table("trajecten", trajecten),
        "klantgroepen": table("klantgroepen", groups).drop_duplicates(["persoon_id", "vanaf"], ignore_index=True),
        "handhaving": table("handhaving", lowered),
    }


def number(day) -> int:
    return number_of(Maand(day.year, day.month))


def slow_rows(register) -> list[tuple]:
    """Count by days, one by one: a person has a uitkering in a stretch of days without a hole."""
    rows = []
    far = dt.date(2100, 1, 1)
    for persoon, frame in register["uitkeringen"].groupby("persoon_id"):
        covered = sorted(
            (b.date(), far if pd.isna(e) else e.date()) for b, e in zip(frame["begin"], frame["einde"], strict=True)
        )
        stretches: list[list[dt.date]] = []
        for begin, einde in covered:
            if stretches and (begin - stretches[-1][1]).days <= 1:
                stretches[-1][1] = max(stretches[-1][1], einde)
            else:
                stretches.append([begin, einde])
        for begin, einde in stretches:
            for maand in range(max(number(begin) + 1, number(dt.date(2018, 1, 1))), number(dt.date(2019, 12, 1)) + 1):
                if maand > number(einde):
                    break
                rows.append(
                    (
                        persoon,
                        maand,
                        maand - number(begin),
                        maand == number(einde),
                        *slow_events(register, persoon, maand),
                    )
                )
    return rows


def slow_events(register, persoon, maand):
    first_day = pd.Timestamp(maand // 12, maand % 12 + 1, 1)
    own = {tabel: frame[frame["persoon_id"] == persoon] for tabel, frame in register.items()}
    begun = [
        (number(b), 10**6 if pd.isna(e) else number(e))
        for b, e in zip(own["trajecten"]["begin"], own["trajecten"]["einde"], strict=True)
        if number(b) <= maand
    ]
    since = max(0, maand - max(e for _, e in begun)) if begun else -1
    held = own["klantgroepen"][own["klantgroepen"]["vanaf"] <= first_day].sort_values("vanaf")
    group = held["groep"].iloc[-1] if len(held) else None
    lowered = [number(d) for d in own["handhaving"]["datum"] if number(d) <= maand]
    return since, group, maand - max(lowered) if lowered else -1


@settings(max_examples=50, deadline=None)
@given(registers())
def test_every_row_is_what_counting_by_hand_gives(register):
    rows = build_persoonmaanden(register, dekking=VENSTER)
    persons = np.unique(register["uitkeringen"]["persoon_id"].astype(str))
    found = [
        (
            persons[r.persoon],
            r.maand,
            r.duur,
            r.uitstroom,
            r.sinds_traject,
            None if pd.isna(r.klantgroep) else r.klantgroep,
            r.sinds_verlaging,
        )
        for r in rows.itertuples()
    ]
    assert found == slow_rows(register)
