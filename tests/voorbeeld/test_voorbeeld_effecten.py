"""The planted effects are visible from the register with simple means, and absent when none was planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evaluatie.registratie.voorbeeld import Effecten, generate
from tests.voorbeeld.tabellering import cloglog, influence, person_months

VENSTERS = ["na_1_3", "na_4_6", "na_7_12", "na_13_24"]
DEELTIJD = ["deeltijd_1", "deeltijd_2", "deeltijd_3"]
WAAR = ["duur", "leeftijd", "leefvorm", "aanleg"]
BEHANDELD = ["tijdens", *VENSTERS, *DEELTIJD, "sanctie"]
PLANTED = [0.6, 1.3, 1.3, 1.3, 1.0, 1.2, 1.5, 2.0, 1.8]


@pytest.fixture(scope="module")
def rijen(groot):
    return prepare(groot)


@pytest.fixture(scope="module")
def rijen_nul(groot_nul):
    return prepare(groot_nul)


def prepare(voorbeeld):
    rows = person_months(voorbeeld)
    rows["sanctie"] = rows["sinds_verlaging"].between(0, 2)
    rows["onderzocht"] = rows["sinds_onderzoek"].between(1, 2)
    rows["invloed"] = influence(voorbeeld, rows["maand"]).round(2)  # fewer cells
    for reden in ("handhaving", "anders"):
        rows[reden] = rows["reden"] == reden
    return rows


def deviates(fit: pd.DataFrame, truth: list[float]) -> pd.Series:
    return (fit["log_hr"] - np.log(truth)) / fit["se"]


def test_every_planted_effect_on_work_is_recovered_with_the_true_covariates(rijen):
    z = deviates(cloglog(rijen, "werk", BEHANDELD, WAAR, -rijen["invloed"]), PLANTED)
    assert z.abs().max() < 3, z
    assert (z**2).sum() < stats.chi2.ppf(0.999, len(z)), z


def test_without_planted_effects_the_same_regression_shows_nothing(rijen_nul):
    z = deviates(cloglog(rijen_nul, "werk", BEHANDELD, WAAR, -rijen_nul["invloed"]), [1.0] * len(BEHANDELD))
    assert z.abs().max() < 3, z
    assert (z**2).sum() < stats.chi2.ppf(0.999, len(z)), z


def test_trait_duration_and_calendar_work_as_planted(rijen):
    fit = cloglog(rijen.assign(trait=rijen["aanleg"]), "werk", ["trait", "invloed", *BEHANDELD], WAAR[:-1])
    assert abs(fit.loc["trait", "log_hr"] - 0.6) < 3 * fit.loc["trait", "se"]
    assert abs(fit.loc["invloed", "log_hr"] + 1) < 3 * fit.loc["invloed", "se"]
    assert rijen.groupby("duur")["werk"].mean().is_monotonic_decreasing


def test_who_gets_a_traject_is_selected_on_seen_and_unseen_traits(rijen):
    chance = rijen[rijen["tijdens"]].groupby("aanleg").size() / rijen.groupby("aanleg").size()
    assert chance.is_monotonic_increasing
    share = rijen.groupby("leeftijd")["tijdens"].mean()
    assert share.iloc[0] > 1.5 * share.iloc[-1]


def test_leaving_the_trait_out_flatters_trajecten_and_part_time_work_and_hides_sanctions(groot_sterk):
    rows = prepare(groot_sterk)
    z = deviates(cloglog(rows, "werk", BEHANDELD, WAAR[:-1], -rows["invloed"]), [1.0] * len(BEHANDELD))
    assert (z[["tijdens", "na_7_12", "na_13_24"]] > 3).all(), z
    assert z[DEELTIJD].min() > 1.5, z
    assert z["sanctie"] < -2, z
    z = deviates(cloglog(rows, "werk", BEHANDELD, WAAR, -rows["invloed"]), [1.0] * len(BEHANDELD))
    assert z.abs().max() < 3, z


def test_with_selection_on_registered_traits_only_the_register_is_enough(groot_kenmerken):
    rows = prepare(groot_kenmerken)
    known = [*WAAR[:-1], "klantgroep"]
    fit = cloglog(rows, "werk", BEHANDELD, known, -rows["invloed"])
    assert (np.abs(fit["log_hr"] - np.log(PLANTED)) < 3 * fit["se"] + 0.05).all(), fit


def test_ever_treated_is_wrong_also_with_every_true_covariate(groot):
    """Immortal time: who leaves early never gets a traject, so that a harmless one looks harmful."""
    u = groot.register["uitkeringen"]
    u = u[(u["begin"] >= "2015-01-01") & (u["begin"] < "2017-01-01")]
    ever = u["persoon_id"].isin(set(groot.register["trajecten"]["persoon_id"]))
    months = ((u["einde"] - u["begin"]).dt.days / 30.44).fillna(36).clip(upper=36)
    worked = u["reden_einde"].isin(["werk", "zelfstandig"]) & (months < 36)
    ratio = (worked[ever].sum() / months[ever].sum()) / (worked[~ever].sum() / months[~ever].sum())
    assert ratio < 0.6


def test_onderzoek_raises_exit_by_handhaving_and_sanctions_exit_without_income(rijen, rijen_nul):
    for rows, onderzoek, anders in ((rijen, 6.0, 1.4), (rijen_nul, 1.0, 1.0)):
        alone = rows[rows["leefvorm"] != "paar"]
        z = deviates(cloglog(alone, "handhaving", ["onderzocht"], WAAR[1:3]), [onderzoek])
        assert z.abs().iloc[0] < 3, z
        z = deviates(cloglog(alone, "anders", ["sanctie"], WAAR[1:3]), [anders])
        assert z.abs().iloc[0] < 3, z


def test_part_time_work_and_sanctions_raise_exit_in_a_plain_tabulation(rijen):
    for treatment in (*DEELTIJD[1:], "sanctie"):
        rate = rijen.groupby(treatment)["werk"].mean()
        assert rate[True] > 1.2 * rate[False], treatment


def test_the_gate_lowers_the_share_of_meldingen_that_becomes_an_aanvraag(groot, groot_nul):
    for voorbeeld, factor in ((groot, 0.85), (groot_nul, 1.0)):
        aanvragen = voorbeeld.register["aanvragen"]
        after = aanvragen["melding"] >= "2017-07-01"
        applies = aanvragen["aanvraag"].notna()
        shares = applies[after].mean() / applies[~after].mean()
        spread = np.sqrt(sum((1 - applies[g].mean()) / applies[g].sum() for g in (after, ~after)))
        assert abs(np.log(shares / factor)) < 3 * spread
        granted = (aanvragen["uitkomst"] == "toegekend")[applies]
        assert abs(granted[after].mean() - granted[~after].mean()) < 0.02


def test_who_was_kept_out_partly_returns(groot):
    aanvragen = groot.register["aanvragen"].sort_values("melding")
    gave_up = aanvragen["aanvraag"].isna() & (aanvragen["melding"] < "2019-01-01")
    again = aanvragen.groupby("persoon_id")["melding"].shift(-1) - aanvragen["melding"]
    assert 0.2 < (again[gave_up] <= pd.Timedelta(days=366)).mean() < 0.4


def test_season_and_cycle_are_visible_in_the_meldingen(groot):
    per_month = groot.register["aanvragen"].groupby(groot.register["aanvragen"]["melding"].dt.strftime("%Y-%m")).size()
    calendar = groot.waarheid["conjunctuur"]
    for part in ("seizoen", "conjunctuur"):
        planted = pd.Series(calendar[part]).reindex(per_month.index)
        assert np.corrcoef(planted, np.log(per_month))[0, 1] > 0.4, part
        assert planted.std() > 0.02


def test_the_stock_follows_the_national_series(groot_nul):
    from evaluatie.cijfers.landelijk import load_landelijk_volume

    own = groot_nul.register["volumes"].groupby("maand")["aantal"].sum()
    national = load_landelijk_volume()["uitkeringen"].reindex(own.index.strftime("%Y-%m"))
    changes = np.corrcoef(np.diff(np.log(own.to_numpy())), np.diff(np.log(national.to_numpy())))
    assert changes[0, 1] > 0.6


def test_klantgroepen_move_away_from_work_with_duration(groot):
    groups = groot.register["klantgroepen"]
    last = groups.drop_duplicates("persoon_id", keep="last")["groep"].value_counts(normalize=True)
    first = groups.drop_duplicates("persoon_id")["groep"].value_counts(normalize=True)
    assert last["zorgen"] > first["zorgen"]
    assert last["matchen"] < first["matchen"]


@pytest.mark.slow
def test_an_effect_of_one_kind_stands_out_and_the_others_stay():
    planted = Effecten(traject_na=(1.5, 1.5, 1.5, 1.0), traject_soort={"training": 2.0, "bemiddeling": 0.6})
    voorbeeld = generate(40_000, 60, 8, planted)
    rows = prepare(voorbeeld)
    names = ["training", "bemiddeling", "werkervaring"]
    for name in names:
        rows[f"na_{name}"] = rows["na_jaar"] & (rows["soort"] == name)
    rows["na_ander"] = rows["na_jaar"] & ~rows["soort"].isin(names)
    treatments = ["tijdens", *[f"na_{name}" for name in names], "na_ander", *DEELTIJD, "sanctie"]
    fit = cloglog(rows, "werk", treatments, WAAR, -rows["invloed"])
    z = deviates(fit, [0.6, 3.0, 0.9, 1.5, 1.5, 1.2, 1.5, 2.0, 1.8])
    assert z.abs().max() < 3, z


@pytest.mark.slow
def test_recovery_has_no_bias_over_many_seeds():
    deviations = []
    for seed in range(20):
        voorbeeld = generate(6_000, 48, 100 + seed)
        rows = prepare(voorbeeld)
        deviations.append(deviates(cloglog(rows, "werk", BEHANDELD, WAAR, -rows["invloed"]), PLANTED))
    z = pd.DataFrame(deviations)
    assert (z.mean().abs() < 3.3 / np.sqrt(len(z))).all(), z.mean()
    assert 0.9 < (z.abs() < 1.96).to_numpy().mean() < 0.99
