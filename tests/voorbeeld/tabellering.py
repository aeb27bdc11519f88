"""Person-months of the package with the treatments that were planted, and simple regressions on cells of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.families.links import CLogLog

from evaluatie.panel import build_persoonmaanden
from evaluatie.registratie.voorbeeld import Voorbeeld

VENSTERS = ((1, 3), (4, 6), (7, 12), (13, 24))


def person_months(voorbeeld: Voorbeeld) -> pd.DataFrame:
    """Every month at risk, with the planted treatments as flags and the trait that no register knows."""
    rows = build_persoonmaanden(voorbeeld.register)
    rows["duur"], rows["leeftijd"] = rows["duurklasse"].cat.codes, rows["leeftijdklasse"].cat.codes
    rows["leefvorm"], rows["reden"] = rows["leefvorm"].astype(str), rows["reden"].astype(object).fillna("")
    rows["tijdens"], rows["soort"] = rows["in_traject"], rows["traject_soort"].astype(object).fillna("")
    for van, tot in VENSTERS:
        rows[f"na_{van}_{tot}"] = rows["sinds_traject"].between(van, tot)
    rows["na_jaar"] = rows["sinds_traject"].between(1, 12)
    for klasse in (1, 2, 3):
        rows[f"deeltijd_{klasse}"] = rows["deeltijd_urenklasse"].cat.codes == klasse
    known = voorbeeld.verborgen.set_index("persoon_id")["aanleg"]
    persons = np.unique(voorbeeld.register["uitkeringen"]["persoon_id"].astype(str))  # numbers follow this order
    rows["aanleg"] = known.loc[persons].to_numpy()[rows["persoon"]]
    return rows


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
