"""Draw published counts: two groups of people, with counts rounded to tens as statistics offices do."""

from __future__ import annotations

import numpy as np
import pandas as pd


def simulate_counts(
    *, total: int = 400, share: float = 0.20, change: float = -0.05, rounding: int = 10, seed: int = 1
) -> pd.DataFrame:
    """Draw the same group before and after a change of its share, as counted and as published.

    Parameters
    ----------
    total : int
        People in each group.
    share, change : float
        True share before, and how much it differs after.
    rounding : int
        Published counts are the nearest multiples of this number.

    Returns
    -------
    pandas.DataFrame
        Two rows (voor, na), columns: groep, aantal, totaal, aantal_afgerond, totaal_afgerond.
    """
    rng = np.random.default_rng(seed)
    counts = rng.binomial(total, [share, share + change])
    frame = pd.DataFrame({"groep": ["voor", "na"], "aantal": counts, "totaal": [total, total]})
    for column in ("aantal", "totaal"):
        frame[f"{column}_afgerond"] = (np.floor(frame[column] / rounding + 0.5) * rounding).astype(int)
    return frame
