"""Person-months counted from the register alone, as `waarheid.json` says, and tabulations of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.families.links import CLogLog

from evaluatie.registratie.voorbeeld import Voorbeeld, model

WERK = ("werk", "zelfstandig")


def month_number(dates: pd.Series) -> pd.Series:
    return dates.dt.year * 12 + dates.dt.month - 1


def person_months(voorbeeld: Voorbeeld) -> pd.DataFrame:
    """Every month at risk of every observed uitkering, with its treatments; the last month carries the exit."""
    register = voorbeeld.register
    window = [month_number(pd.Series(pd.to_datetime([m]))).iloc[0] for m in voorbeeld.waarheid["venster"].values()]
    u = register["uitkeringen"]
    begin, einde = month_number(u["begin"]), month_number(u["einde"])
    first, last = np.maximum(begin + 1, window[0]), einde.fillna(window[1]).astype(int)
    length = np.maximum(last - first + 1, 0).to_numpy()
    row = np.repeat(np.arange(len(u)), length)
    maand = first.to_numpy()[row] + np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    jaar = maand // 12
    known = voorbeeld.verborgen.set_index("persoon_id")
    persons = pd.Index(known.index)
    rows = pd.DataFrame(
        {
            "persoon": persons.get_indexer(u["persoon_id"])[row],
            "maand": maand,
            "duur": model.duur_klasse(maand - begin.to_numpy()[row]),
            "leeftijd": model.leeftijd_klasse(jaar - u["geboortejaar"].to_numpy(dtype=int)[row]),
            "leefvorm": u["leefvorm"].astype(str).to_numpy()[row],
            "reden": np.where(
                maand == einde.fillna(-1).to_numpy()[row], u["reden_einde"].astype(object).to_numpy()[row], ""
            ),
        }
    )
    rows["aanleg"] = known["aanleg"].to_numpy()[rows["persoon"]]
    rows["werk"] = rows["reden"].isin(WERK)
    _add_trajecten(rows, register["trajecten"], persons)
    _add_deeltijd(rows, register["deeltijdinkomsten"], persons)
    _add_klantgroep(rows, register["klantgroepen"], persons)
    for soort in ("verlaging", "onderzoek"):
        rows[f"sinds_{soort}"] = _since(rows, register["handhaving"], soort, persons)
    return rows


def _last_before(rows: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """The newest event of a person up to and including the month."""
    left = rows[["persoon", "maand"]].reset_index().sort_values("maand", kind="stable")
    events = events.sort_values("maand", kind="stable")
    merged = pd.merge_asof(left, events, on="maand", by="persoon")
    return merged.set_index("index").sort_index()


def _add_trajecten(rows: pd.DataFrame, trajecten: pd.DataFrame, persons: pd.Index) -> None:
    begin = month_number(trajecten["begin"])
    events = pd.DataFrame({"persoon": persons.get_indexer(trajecten["persoon_id"]), "maand": begin.astype("int64")})
    events["eind"] = month_number(trajecten["einde"]).fillna(10**6)
    events["soort"] = trajecten["soort_voorziening"].astype(str).to_numpy()
    found = _last_before(rows, events)
    since = rows["maand"] - found["eind"].fillna(-(10**6))
    rows["tijdens"] = since <= 0
    for van, tot in ((1, 3), (4, 6), (7, 12), (13, 24)):
        rows[f"na_{van}_{tot}"] = since.between(van, tot)
    rows["na_jaar"] = since.between(1, 12)
    rows["soort"] = found["soort"].fillna("")


def _add_klantgroep(rows: pd.DataFrame, klantgroepen: pd.DataFrame, persons: pd.Index) -> None:
    events = pd.DataFrame({"persoon": persons.get_indexer(klantgroepen["persoon_id"])})
    events["maand"] = month_number(klantgroepen["vanaf"]).to_numpy("int64")
    events["klantgroep"] = klantgroepen["groep"].astype(object).to_numpy()
    rows["klantgroep"] = _last_before(rows, events)["klantgroep"]


def _add_deeltijd(rows: pd.DataFrame, deeltijd: pd.DataFrame, persons: pd.Index) -> None:
    key = persons.get_indexer(deeltijd["persoon_id"]) * 10**6 + month_number(deeltijd["maand"]).to_numpy()
    uren = pd.Series(deeltijd["uren"].to_numpy(), index=key)
    worked = uren.reindex(rows["persoon"] * 10**6 + rows["maand"]).to_numpy()
    for klasse, (van, tot) in enumerate(((0, 34.65), (34.65, 69.3), (69.3, 400)), start=1):
        rows[f"deeltijd_{klasse}"] = (worked > van) & (worked <= tot)
    rows["deeltijd"] = ~np.isnan(worked)


def _since(rows: pd.DataFrame, handhaving: pd.DataFrame, soort: str, persons: pd.Index) -> pd.Series:
    chosen = handhaving[handhaving["soort_gebeurtenis"] == soort]
    events = pd.DataFrame({"persoon": persons.get_indexer(chosen["persoon_id"])})
    events["maand"] = month_number(chosen["datum"]).to_numpy("int64")
    events["toen"] = events["maand"]
    if soort == "onderzoek":  # it works from the month after
        events["maand"] += 1
    found = _last_before(rows, events)
    return rows["maand"] - found["toen"].fillna(-(10**6))


def influence(voorbeeld: Voorbeeld, maand: pd.Series) -> np.ndarray:
    """The planted log effect of season and cycle in each month."""
    calendar = voorbeeld.waarheid["conjunctuur"]
    total = {m: calendar["seizoen"][m] + calendar["conjunctuur"][m] for m in calendar["seizoen"]}
    by_number = {int(m[:4]) * 12 + int(m[5:]) - 1: value for m, value in total.items()}
    return maand.map(by_number).to_numpy()


def cloglog(
    rows: pd.DataFrame, outcome: str, treatments: list[str], classes: list[str], offset: np.ndarray | None = None
) -> pd.DataFrame:
    """Hazard ratios of treatments given classes: a complementary log-log regression on cells of person-months."""
    frame = rows[[outcome, *treatments, *classes]].copy()
    frame["offset"] = 0.0 if offset is None else offset
    cells = frame.groupby([*treatments, *classes, "offset"], observed=True)[outcome].agg(["sum", "count"]).reset_index()
    dummies = [pd.get_dummies(cells[name], prefix=name, drop_first=True, dtype=float) for name in classes]
    design = sm.add_constant(pd.concat([cells[treatments].astype(float), *dummies], axis=1))
    counts = np.column_stack([cells["sum"], cells["count"] - cells["sum"]])
    fit = sm.GLM(counts, design, family=Binomial(CLogLog()), offset=cells["offset"].to_numpy()).fit()
    return pd.DataFrame({"log_hr": fit.params, "se": fit.bse}).loc[treatments]
