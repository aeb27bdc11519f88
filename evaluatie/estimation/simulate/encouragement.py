"""Draw an invitation that some follow: compliers, always-takers and never-takers, with a known effect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evaluatie.errors import EstimationError


def simulate_encouragement(
    *,
    people: int = 2000,
    compliers: float = 0.30,
    always: float = 0.15,
    effect: float = -2.0,
    selection: float = 3.0,
    seed: int = 1,
) -> pd.DataFrame:
    """Draw people on bijstand, half of whom are invited by lot to a traject.

    A share `compliers` takes part when invited and otherwise not, a share `always` takes part anyway, the others never.
    Taking part changes the months on bijstand by `effect` for compliers and by twice that for always-takers; the
    motivated, who take part anyway, would have had `selection` months less without it. So comparing participants with
    others exaggerates, and the instrument finds `effect`.

    Parameters
    ----------
    people : int
    compliers, always : float
        Shares, together at most one.
    effect : float
        The planted effect on compliers, in months.
    selection : float
        How many months fewer always-takers would have needed anyway.

    Returns
    -------
    pandas.DataFrame
        Columns: uitgenodigd and traject (0 or 1), leeftijd, maanden, wijk (of 40, for clusters).
    """
    if not (min(compliers, always) >= 0 and compliers + always <= 1):
        raise EstimationError("Deze aandelen kunnen niet.", "Samen zijn ze hoogstens 1.")
    rng = np.random.default_rng(seed)
    kind = rng.choice(3, people, p=[compliers, always, 1 - compliers - always])
    complier, always_taker = kind == 0, kind == 1
    invited = rng.permutation(np.arange(people) % 2)
    takes_part = (always_taker | (complier & (invited == 1))).astype(int)
    age = rng.integers(20, 65, people)
    wijk = rng.integers(0, 40, people)
    months = (
        12
        + 0.1 * (age - 40)
        - selection * always_taker
        + takes_part * effect * np.where(always_taker, 2, 1)
        + rng.normal(0, 0.5, 40)[wijk]
        + rng.normal(0, 3, people)
    )
    return pd.DataFrame(
        {"uitgenodigd": invited, "traject": takes_part, "leeftijd": age, "maanden": months, "wijk": wijk}
    )
