"""Card and Krueger (1994), AER 84(4), table 3: fast-food employment in New Jersey and Pennsylvania."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluatie.errors import EstimationError
from evaluatie.estimation import Estimate, did

ROLES = {"outcome": "fte", "time": "wave", "treated_from": "start"}


@pytest.fixture(scope="module")
def wide() -> pd.DataFrame:
    return pd.read_csv(Path(__file__).parent / "gegevens" / "card_krueger_1994.csv")


@pytest.fixture(scope="module")
def long(wide: pd.DataFrame) -> pd.DataFrame:
    """Return one row per restaurant and wave in which its employment is known."""
    waves = wide.rename(columns={"before": 0, "after": 1}).melt(
        ["restaurant", "state"], var_name="wave", value_name="fte"
    )
    start = np.where(waves["state"] == "NJ", 1.0, np.nan)
    return waves.assign(start=start, wave=waves["wave"].astype(int)).dropna(subset="fte")


def test_the_data_are_those_of_the_table(wide: pd.DataFrame) -> None:
    """Rows 1 and 2, columns i and ii: mean (s.e.) of 23.33 (1.35), 20.44 (0.51), 21.17 (0.94), 21.03 (0.52)."""
    table = wide.groupby("state")[["before", "after"]].agg(["mean", "sem"]).round(2)
    assert table.loc["PA"].tolist() == [23.33, 1.35, 21.17, 0.94]
    assert table.loc["NJ"].tolist() == [20.44, 0.51, 21.03, 0.52]


def test_all_available_observations_give_2_76(long: pd.DataFrame) -> None:
    """Row 3, column iii: 2.76 from the four means of all restaurants. Two states are two clusters: no interval.

    The printed means give (21.03 − 20.44) − (21.17 − 23.33) = 2.75, and so do the public data (2.7536): the published
    number is not reached closer than its last digit.
    """
    estimate = did(long, unit="state", **ROLES)
    assert isinstance(estimate, Estimate)
    assert estimate.value == pytest.approx(2.76, abs=0.01)
    assert estimate.value == pytest.approx((21.03 - 20.44) - (21.17 - 23.33), abs=0.01)
    assert estimate.n == 321 + 319 + 77 + 77
    with pytest.raises(EstimationError, match="geen geldig interval"):
        estimate.interval()


def test_balanced_sample_gives_2_75_with_standard_error_1_34(long: pd.DataFrame) -> None:
    """Row 4, column iii: 2.75 (1.34) from the restaurants seen twice; those seen once are singletons to us.

    Printed to two decimals. The published standard error adds the variances of two mean changes with n − 1; ours is
    clustered by restaurant with G/(G−1) · (N−1)/(N−K): 0.1% apart.
    """
    estimate = did(long, unit="restaurant", **ROLES)
    assert isinstance(estimate, Estimate)
    assert (estimate.value, estimate.std_error) == pytest.approx((2.75, 1.34), abs=0.005)
    assert estimate.n == 2 * (309 + 75)
    assert estimate.dof == 309 + 75 - 1
