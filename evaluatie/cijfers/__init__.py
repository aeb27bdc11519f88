"""Published figures (CBS): versioned tables with a status per row, never constants in code."""

from evaluatie.cijfers.landelijk import (
    index_landelijk_volume,
    load_landelijk_volume,
    mean_ww_per_year,
    national_change,
)
from evaluatie.cijfers.tables import Publicatiestatus, load_table, require_estimable, table_bron, table_path

__all__ = [
    "Publicatiestatus",
    "index_landelijk_volume",
    "load_landelijk_volume",
    "load_table",
    "mean_ww_per_year",
    "national_change",
    "require_estimable",
    "table_bron",
    "table_path",
]
