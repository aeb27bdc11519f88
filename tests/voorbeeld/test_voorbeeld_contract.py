"""The generated tables are what the contracts promise, and agree with one another."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from evaluatie.errors import ChoiceError
from evaluatie.quantities import Maand
from evaluatie.registratie.contract import dtype_of, load_contracten
from evaluatie.registratie.elfproef import find_bsn, is_pseudonym
from evaluatie.registratie.voorbeeld import Effecten, generate
from evaluatie.registratie.voorbeeld.kalender import VEILIGE_DAGEN
from evaluatie.registratie.voorbeeld.personen import make_pseudonyms

CONTRACTEN = load_contracten()
DRAWS = [(300, 24, 0), (800, 36, 11), (50, 1, 3), (1, 5, 4), (200, 40, 2**40)]


@pytest.fixture(params=DRAWS, ids=str, scope="module")
def voorbeeld(request):
    return generate(*request.param)


def test_every_table_has_the_columns_and_dtypes_of_its_contract(voorbeeld):
    assert list(voorbeeld.register) == list(CONTRACTEN)
    for tabel, frame in voorbeeld.register.items():
        kolommen = CONTRACTEN[tabel].kolommen
        assert list(frame.columns) == list(kolommen)
        assert {name: str(frame[name].dtype) for name in frame} == {n: dtype_of(k) for n, k in kolommen.items()}
        assert isinstance(frame.index, pd.RangeIndex)


def test_every_value_is_allowed(voorbeeld):
    for tabel, frame in voorbeeld.register.items():
        for name, kolom in CONTRACTEN[tabel].kolommen.items():
            values = frame[name].dropna()
            assert kolom.leeg or len(values) == len(frame), (tabel, name)
            if kolom.codes:
                assert set(values.astype(str)) <= set(kolom.codes)
            if kolom.patroon:
                assert values.astype(str).str.fullmatch(kolom.patroon).all()
            if kolom.minimum is not None:
                assert (values >= kolom.minimum).all()
            if kolom.maximum is not None:
                assert (values <= kolom.maximum).all()
            if kolom.soort == "maand":
                assert (values.dt.day == 1).all()


def test_keys_name_a_row_once(voorbeeld):
    for tabel, frame in voorbeeld.register.items():
        assert not frame.duplicated(CONTRACTEN[tabel].sleutel).any(), tabel


def test_uitkeringen_of_a_person_do_not_overlap(voorbeeld):
    u = voorbeeld.register["uitkeringen"].sort_values(["persoon_id", "begin"])
    assert (u["einde"].isna() | (u["einde"] > u["begin"])).all()
    later = u.groupby("persoon_id")["begin"].shift(-1)
    assert (later.isna() | (later > u["einde"])).all()
    assert (u["einde"].isna() == u["reden_einde"].isna()).all()


def test_trajecten_and_income_lie_inside_an_uitkering(voorbeeld):
    register = voorbeeld.register
    u = register["uitkeringen"][["persoon_id", "begin", "einde"]].assign(
        einde=lambda f: f["einde"].fillna(pd.Timestamp("2100-01-01"))
    )
    events = {
        "trajecten": register["trajecten"][["persoon_id", "begin", "einde"]].rename(
            columns={"begin": "van", "einde": "tot"}
        ),
        "deeltijdinkomsten": register["deeltijdinkomsten"][["persoon_id", "maand"]].rename(columns={"maand": "van"}),
        "klantgroepen": register["klantgroepen"][["persoon_id", "vanaf"]].rename(columns={"vanaf": "van"}),
        "handhaving": register["handhaving"][["persoon_id", "datum"]].rename(columns={"datum": "van"}),
    }
    for tabel, frame in events.items():
        frame = frame.assign(
            tot=frame["tot"].fillna(frame["van"]) if "tot" in frame else frame["van"], rij=range(len(frame))
        )
        joined = frame.merge(u, on="persoon_id")
        inside = joined[(joined["van"] >= joined["begin"]) & (joined["tot"] <= joined["einde"])]
        assert set(inside["rij"]) == set(range(len(frame))), tabel


def test_trajecten_of_a_person_follow_one_another(voorbeeld):
    t = voorbeeld.register["trajecten"].sort_values(["persoon_id", "begin"])
    later = t.groupby("persoon_id")["begin"].shift(-1)
    assert (later.isna() | (later > t["einde"])).all()
    assert (t["einde"].isna() == t["kosten"].isna()).all()


def test_every_event_is_of_a_known_person_and_every_granted_benefit_is_there(voorbeeld):
    register = voorbeeld.register
    known = set(register["uitkeringen"]["persoon_id"])
    for tabel in ("trajecten", "deeltijdinkomsten", "handhaving", "plaatsingen", "klantgroepen"):
        assert set(register[tabel]["persoon_id"]) <= known, tabel
    aanvragen = register["aanvragen"]
    granted = aanvragen[aanvragen["uitkomst"] == "toegekend"].rename(columns={"melding": "begin"})
    found = granted.merge(register["uitkeringen"], on=["persoon_id", "begin"])
    assert len(found) == len(granted)
    assert (aanvragen["aanvraag"].isna() | (aanvragen["aanvraag"] >= aanvragen["melding"])).all()
    assert (aanvragen["besluit"].isna() == aanvragen["aanvraag"].isna()).all()


def test_nothing_lies_after_the_last_month(voorbeeld):
    last = pd.Timestamp(voorbeeld.waarheid["venster"]["laatste_maand"]) + pd.offsets.MonthEnd(0)
    for tabel, frame in voorbeeld.register.items():
        for name, kolom in CONTRACTEN[tabel].kolommen.items():
            if kolom.soort in ("datum", "maand"):
                assert (frame[name].dropna() <= last).all(), (tabel, name)


def test_volumes_are_the_stock_counted_from_the_spells(voorbeeld):
    u = voorbeeld.register["uitkeringen"]
    for maand, rows in voorbeeld.register["volumes"].groupby("maand"):
        end = maand + pd.offsets.MonthEnd(0)
        stock = u[(u["begin"] <= end) & (u["einde"].isna() | (u["einde"] > end))]
        counted = stock.groupby("regeling", observed=False)["huishouden"].nunique()
        assert rows.set_index("regeling")["aantal"].to_dict() == counted.to_dict()


def test_couples_share_an_uitkering(klein):
    u = klein.register["uitkeringen"]
    paar = u[u["leefvorm"] == "paar"].groupby(["huishouden", "begin"])
    assert (paar.size() == 2).all()
    ends = paar["einde"].agg(["first", "last", "count"])
    assert ((ends["first"] == ends["last"]) | ends["first"].isna()).all()
    assert ends["count"].isin([0, 2]).all()
    assert (u[u["leefvorm"] != "paar"].groupby(["huishouden", "begin"]).size() == 1).all()


def test_pseudonyms_are_synthetic_unique_and_no_bsn(voorbeeld):
    names = make_pseudonyms(9, np.arange(200_000))
    households = make_pseudonyms(9, np.arange(200_000), huishouden=True)
    assert pd.concat([names, households]).is_unique
    assert names.str.fullmatch("facade[0-9a-f]{5}f[0-9a-f]{4}").all()
    assert not names.equals(make_pseudonyms(10, np.arange(200_000)))
    for tabel in ("uitkeringen", "aanvragen", "handhaving"):
        frame = voorbeeld.register[tabel]
        assert is_pseudonym(frame["persoon_id"]).all()
        assert find_bsn(frame) == []


def test_dates_of_spells_leave_no_doubt_about_the_end_of_a_month(klein):
    u = klein.register["uitkeringen"]
    assert u["begin"].dt.day.max() <= VEILIGE_DAGEN
    assert u["einde"].dropna().dt.day.max() <= VEILIGE_DAGEN


def test_nobody_stays_beyond_the_aow_age(groot):
    u = groot.register["uitkeringen"]
    assert (2020 - u.loc[u["einde"].isna(), "geboortejaar"]).max() <= 67
    aow = u[u["reden_einde"] == "aow"]
    assert (aow["einde"].dt.year - aow["geboortejaar"]).astype(int).between(64, 67).all()


def test_sizes_are_sensible(groot):
    register = groot.register
    volume = register["volumes"].groupby("maand")["aantal"].sum()
    u = register["uitkeringen"]
    stock = ((u["begin"] < "2015-01-01") & ~(u["einde"] < "2015-01-01")).sum()
    assert 0.9 < stock / 16_000 < 1.15
    assert 0.75 < volume.iloc[-1] / volume.iloc[0] < 1.1
    share = register["deeltijdinkomsten"].groupby("maand").size() / stock
    assert 0.05 < share.mean() < 0.11
    exits = u["reden_einde"].value_counts(normalize=True)
    assert 0.3 < exits["werk"] < 0.55
    assert (exits[["zelfstandig", "relatie", "aow", "verhuizing", "onderwijs", "handhaving", "anders"]] > 0.01).all()
    back = u.sort_values("begin").groupby("persoon_id")["begin"].shift(-1) - u["einde"]
    leavers = u["einde"] < "2019-01-01"
    assert 0.08 < (back[leavers] <= pd.Timedelta(days=366)).mean() < 0.3
    assert set(register["klantgroepen"]["groep"]) == {"matchen", "groeien", "faciliteren", "zorgen"}
    assert sorted(register["financien"]["jaar"].unique()) == [2015, 2016, 2017, 2018, 2019]


def test_the_truth_tells_every_parameter(klein):
    truth = klein.waarheid
    assert truth["synthetisch"] is True
    assert truth["parameters"] == {"personen": 800, "maanden": 36, "seed": 11, "begin": "2015-01"}
    assert truth["effecten"]["traject_tijdens"]["waarde"] == 0.6
    assert truth["effecten"]["poort"]["geldt"] == "meldingen vanaf 2016-07"
    planted = {re.sub(r"_\d.*", "", name) for name in truth["effecten"]}
    assert planted == {name for name in Effecten.__slots__ if name not in ("poort_vanaf", "selectie_aanleg")}
    assert truth["omvang"] == {tabel: len(frame) for tabel, frame in klein.register.items()}


@pytest.mark.parametrize(
    "arguments",
    [(0, 12, 1), (10, 0, 1), (10, 12, -1), (10**8, 60, 1), (10, 12, 1, Effecten(), Maand(2005, 1))],
    ids=str,
)
def test_an_impossible_municipality_is_refused(arguments):
    with pytest.raises(ChoiceError):
        generate(*arguments)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sanctie": 0.0},
        {"poort": 1.5},
        {"traject_soort": {"yoga": 2.0}},
        {"deeltijd": (1.0,)},
        {"onderzoek": np.nan},
        {"selectie_aanleg": -1.0},
    ],
    ids=str,
)
def test_an_impossible_effect_is_refused(wrong):
    with pytest.raises(ChoiceError):
        Effecten(**wrong)


def test_months_beyond_the_national_series_still_work():
    voorbeeld = generate(100, 24, 1, begin=Maand(2027, 1))
    assert set(voorbeeld.waarheid["conjunctuur"]["conjunctuur"].values()) == {0.0}
