"""Unit × period cells: persons reduced without losing anything a two-way fixed effects regression uses.

When treatment and both fixed effects are the same for everyone in a cell, least squares on persons depends on the data
only through, per cell: the number of persons, the sum of their weights, the weighted means of outcome and covariates,
and the weighted cross-products of the covariates around those means. The coefficients are the same numbers, not an
approximation, and so are scores summed over clusters of whole cells, hence the clustered standard errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie.errors import EstimationError
from evaluatie.estimation.frame import Source
from evaluatie.estimation.panels.moments import PERSONS, Array, Codes, Moments, Roles, reduce_rows, refuse_change


@dataclass(frozen=True, slots=True)
class PanelCells:
    """Cells in the order of unit and period; a panel need not be balanced.

    Parameters
    ----------
    unit, time : array of int, shape (cells,)
        Positions in `units` and `periods`.
    start : array of int, shape (units,)
        Position of the first treated period; ``len(periods)`` for a unit that is not treated within the panel.
    treated_from : pandas.Series, length units
        The first treated period as given; missing for never treated.
    cluster : array of int, shape (units,)
        Position in `clusters`.
    n, weight, mean, within : array
        As in `Moments`.
    units, periods, clusters : pandas.Index
        Labels, sorted.
    """

    unit: Codes
    time: Codes
    start: Codes
    treated_from: pd.Series
    cluster: Codes
    n: Array
    weight: Array
    mean: Array
    within: Array
    units: pd.Index
    periods: pd.Index
    clusters: pd.Index

    @property
    def treated(self) -> npt.NDArray[np.bool_]:
        """Which cells are treated, shape (cells,)."""
        treated: npt.NDArray[np.bool_] = self.time >= self.start[self.unit]
        return treated

    @property
    def persons(self) -> int:
        """Number of persons in all cells."""
        return int(self.n.sum())

    def keep(self, kept: npt.NDArray[np.bool_]) -> PanelCells:
        """Return the cells that are kept; units, periods and clusters without any cell disappear."""
        units, unit = np.unique(self.unit[kept], return_inverse=True)
        periods, time = np.unique(self.time[kept], return_inverse=True)
        clusters, cluster = np.unique(self.cluster[units], return_inverse=True)
        return replace(
            self,
            unit=unit,
            time=time,
            start=np.searchsorted(periods, self.start[units]),
            treated_from=self.treated_from.iloc[units].reset_index(drop=True),
            cluster=cluster,
            n=self.n[kept],
            weight=self.weight[kept],
            mean=self.mean[kept],
            within=self.within[kept],
            units=self.units[units],
            periods=self.periods[periods],
            clusters=self.clusters[clusters],
        )

    @property
    def singletons(self) -> npt.NDArray[np.bool_]:
        """Which cells are the only person of a unit or of a period, shape (cells,)."""
        in_unit, in_period = np.bincount(self.unit, self.n)[self.unit], np.bincount(self.time, self.n)[self.time]
        lonely: npt.NDArray[np.bool_] = (in_unit == 1) | (in_period == 1)
        return lonely

    def without_singletons(self) -> PanelCells:
        """Drop, until none is left, units and periods with a single person: their own effect explains them entirely.

        They change no coefficient, but would count in N and G (Correia 2015).
        """
        single = self.singletons
        return self.keep(~single).without_singletons() if single.any() else self


def make_cells(
    source: Source,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated_from: str,
    weights: str | None = None,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    threads: int | None = None,
    memory: str = "1GB",
) -> pd.DataFrame:
    """Reduce rows to one row per unit and period that gives `did` and `event_study` the same answer.

    Parameters
    ----------
    source : pandas.DataFrame or path
        One row per person and period, or Parquet files (a file, a folder, a glob) that are read out of core.
    outcome, unit, time, treated_from, weights, cluster : str
        Column names, as in `did`.
    covariates : sequence of str
        Columns that may differ between the persons of a cell.
    threads : int, optional
        Threads that read Parquet; all available when None.
    memory : str
        Memory the reader of Parquet may use.

    Returns
    -------
    pandas.DataFrame
        The columns keep their names, so that the same call works on rows and on cells: unit, period, `treated_from`
        and `cluster`; ``n``, the number of persons; `weights`, the mean weight of a person; outcome and covariates,
        weighted means; and for each covariate a with the outcome or a covariate b ``"a*b"``, the weighted sum of the
        products of their deviations from these means.

    Raises
    ------
    EstimationError
        As `did`.
    """
    roles = Roles(outcome, unit, time, treated_from, weights, tuple(covariates), cluster)
    cells = read_cells(source, roles, threads=threads, memory=memory)
    keys = {unit: cells.units[cells.unit], time: cells.periods[cells.time]}
    keys[treated_from] = pd.Index(cells.treated_from)[cells.unit]
    if cluster:
        keys[cluster] = cells.clusters[cells.cluster[cells.unit]]
    sizes = {PERSONS: cells.n.astype(np.int64), **({weights: cells.weight / cells.n} if weights else {})}
    means = dict(zip(roles.numbers, cells.mean.T, strict=True))
    crosses = {name: cells.within[:, i, j] for name, (i, j) in roles.crosses.items()}
    return pd.DataFrame({**keys, **sizes, **means, **crosses})


def read_cells(source: Source, roles: Roles, *, threads: int | None = None, memory: str = "1GB") -> PanelCells:
    """Read rows or cells and put them in the order of unit and period.

    Raises
    ------
    EstimationError
        For missing columns or values, provisional figures, weights that are not positive, a start that changes
        within a unit, or a unit in several clusters.
    """
    return _arrange(reduce_rows(source, roles, threads=threads, memory=memory), roles)


def _arrange(moments: Moments, roles: Roles) -> PanelCells:
    keys = moments.keys
    _refuse_empty(keys, roles)
    unit, units = _factorize(keys[roles.unit])
    time, periods = _factorize(keys[roles.time])
    first = np.unique(unit, return_index=True)[1]
    starts, labels = keys[roles.treated_from], keys[roles.cluster or roles.unit]
    changed = _changes(starts, first[unit])
    if changed.any():
        refuse_change(roles, units[unit[changed][0]])
    crossed = _changes(labels, first[unit])
    if crossed.any():
        raise EstimationError(
            f"Clusters ('{roles.cluster}') moeten hele eenheden bevatten; hier zijn ze fijner of veranderen ze, "
            f"als eerste bij {units[unit[crossed][0]]}.",
            "Laat 'cluster' weg (dan is het de eenheid) of kies een grovere indeling.",
        )
    cluster, clusters = _factorize(labels.iloc[first])
    treated_from = starts.iloc[first].reset_index(drop=True)
    order = np.lexsort((time, unit))
    return PanelCells(
        unit[order],
        time[order],
        _positions(treated_from, periods, roles),
        treated_from,
        cluster,
        moments.n[order],
        moments.weight[order],
        moments.mean[order],
        moments.within[order],
        units,
        periods,
        clusters,
    )


def _factorize(values: pd.Series) -> tuple[Codes, pd.Index]:
    codes, labels = pd.factorize(values, sort=True)
    return codes.astype(np.int64, copy=False), pd.Index(labels)


def _refuse_empty(keys: pd.DataFrame, roles: Roles) -> None:
    if keys.empty:
        raise EstimationError("Er zijn geen rijen.", "Controleer de bron of de selectie.")
    needed = list(dict.fromkeys([roles.unit, roles.time, roles.cluster or roles.unit]))
    missing = [name for name in needed if keys[name].isna().any()]
    if missing:
        raise EstimationError(f"In kolom {', '.join(missing)} ontbreken waarden.", "Vul ze aan of laat de rijen weg.")


def _changes(values: pd.Series, first: Codes) -> npt.NDArray[np.bool_]:
    """Tell which values differ from the value at `first`; missing in both places is the same."""
    own, expected = values.reset_index(drop=True), values.iloc[first].reset_index(drop=True)
    same: npt.NDArray[np.bool_] = ((own == expected) | (own.isna() & expected.isna())).fillna(False).to_numpy(bool)
    return ~same


def _positions(treated_from: pd.Series, periods: pd.Index, roles: Roles) -> Codes:
    if pd.api.types.infer_dtype(periods).startswith("mixed"):
        raise EstimationError(
            f"Kolom '{roles.time}' bevat verschillende soorten waarden door elkaar.", "Maak er één soort van."
        )
    known = treated_from.notna().to_numpy()
    start = np.full(len(treated_from), len(periods), dtype=np.int64)
    if known.any():
        try:
            start[known] = periods.searchsorted(pd.Index(treated_from[known].infer_objects()))
        except (TypeError, ValueError) as error:
            raise EstimationError(
                f"De start ('{roles.treated_from}') en de periode ('{roles.time}') zijn niet te vergelijken.",
                "Geef ze hetzelfde soort waarde: allebei een getal, een datum of een tekst.",
            ) from error
    return start
