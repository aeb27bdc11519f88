"""Public data that the tests of selection on observables share; both come with a package of the test extra."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import causaldata
import pandas as pd
import statsmodels.treatment

MIXTAPE = ["age", "age2", "age3", "educ", "educ2", "marr", "nodegree", "black", "hisp"]
MIXTAPE += ["re74", "re75", "u74", "u75", "educ_re74"]
"""The specification of the propensity in Cunningham's Mixtape, chapter 5."""


@cache
def read_nsw(*, experimental: bool) -> pd.DataFrame:
    """Dehejia and Wahba's treated (NSW), with the randomised controls or with those of the CPS (16.177 people)."""
    nsw = causaldata.nsw_mixtape.load_pandas().data
    others = nsw[nsw["treat"] == 0] if experimental else causaldata.cps_mixtape.load_pandas().data
    frame = pd.concat([nsw[nsw["treat"] == 1], others], ignore_index=True).drop(columns="data_id").astype(float)
    return frame.assign(
        age2=frame["age"] ** 2,
        age3=frame["age"] ** 3,
        educ2=frame["educ"] ** 2,
        u74=(frame["re74"] == 0).astype(float),
        u75=(frame["re75"] == 0).astype(float),
        educ_re74=frame["educ"] * frame["re74"],
        growth=frame["re78"] - frame["re75"],
    )


@cache
def read_cattaneo() -> pd.DataFrame:
    """Stata's cattaneo2 (4.642 births, 864 of them of a mother who smoked), as statsmodels tests itself with it."""
    folder = Path(statsmodels.treatment.__file__).parent
    return pd.read_csv(folder / "tests" / "results" / "cataneo2.csv")
