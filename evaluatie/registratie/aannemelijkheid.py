"""Plausibility: figures that may be right, but ask for an explanation. All are warnings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluatie import notatie
from evaluatie.registratie.bevindingen import Ernst, Groep
from evaluatie.registratie.contract import Kolom, load_contract
from evaluatie.registratie.perioden import OPEN, days_of
from evaluatie.registratie.schema import number_values
from evaluatie.registratie.tabellen import Tabel, Uitleg

VOLUME_MARGIN = 0.05
CBS_MARGIN = 0.10
CBS_ROUNDING = 10
FLOW_MARGIN = 0.02
SMALLEST_DIFFERENCE = 5
STEP = 0.20
SMALLEST_STOCK = 100
EMPTY_SHARE = 0.05
FEWEST_ROWS = 20
_CBS_TABLE = "bijstand_gemeenten_jaar"
_CBS_AGE = "15_tot_aow"
_UNKNOWN_CODES = {"geslacht": "x"}
_ONLY_WHEN = {"reden_einde": "einde", "uitkomst": "besluit", "besluit": "aanvraag"}
_WITH_UITKOMST = ("onderzoek", "huisbezoek")  # of a verlaging or boete the amount is the outcome
_NEVER = {"einde", "aanvraag", "besluit"}
_SHARED_SOORTEN = {"code", "persoon"}

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Standen:
    """Begin and end of uitkeringen as sorted days, to count how many there are on any day."""

    begin: Counts
    einde: Counts

    def on(self, days: Counts) -> Counts:
        """Return how many run at the end of each day that is not their last."""
        started = np.searchsorted(self.begin, days, side="right")
        ended = np.searchsorted(self.einde, days, side="right")
        return np.asarray(started - ended, dtype=np.int64)


def check_aannemelijkheid(tabellen: Mapping[str, Tabel]) -> Iterator[Groep]:
    """Give what asks for an explanation."""
    for tabel in tabellen.values():
        yield from _check_empty(tabel)
    if "volumes" in tabellen:
        yield from _check_steps(tabellen["volumes"])
    if "uitkeringen" not in tabellen or tabellen["uitkeringen"].frame.empty:
        return
    uitkeringen = tabellen["uitkeringen"]
    if "volumes" in tabellen:
        yield from _check_volumes(tabellen["volumes"], uitkeringen.frame)
    yield from _check_cbs(uitkeringen)


def count_uitkeringen(frame: pd.DataFrame) -> Standen:
    """Count uitkeringen: the partners of a household with the same begin share one.

    An uitkering counts up to and including its last day; the stock of a month is that after its last day.
    """
    usable = frame["begin"].notna().to_numpy()
    household = frame["huishouden"].where(frame["huishouden"].notna(), frame["persoon_id"])
    numbers, _ = number_values(household)
    begin, einde = days_of(frame["begin"]), days_of(frame["einde"])
    doubled = pd.Series((numbers.astype(np.int64) << 20) + begin + 200_000).duplicated().to_numpy()
    return _sort(begin, einde, usable & ~doubled & (einde >= begin))


def count_personen(frame: pd.DataFrame) -> Standen:
    """Count persons with an uitkering."""
    begin, einde = days_of(frame["begin"]), days_of(frame["einde"])
    return _sort(begin, einde, frame["begin"].notna().to_numpy() & (einde >= begin))


def _sort(begin: Counts, einde: Counts, usable: npt.NDArray[np.bool_]) -> Standen:
    return Standen(np.sort(begin[usable]), np.sort(einde[usable & (einde < OPEN)]))


def _month_ends(months: pd.Series[pd.Timestamp]) -> Counts:
    last = (months.to_numpy().astype("datetime64[M]") + 1).astype("datetime64[D]") - 1
    return np.asarray(last.astype(np.int64))


def _check_empty(tabel: Tabel) -> Iterator[Groep]:
    if len(tabel.frame) < FEWEST_ROWS:
        return
    for naam, kolom in load_contract(tabel.naam).kolommen.items():
        if kolom.leeg and kolom.soort in _SHARED_SOORTEN and naam not in _NEVER:
            yield from _check_empty_column(tabel, naam, kolom)


def _check_empty_column(tabel: Tabel, naam: str, kolom: Kolom) -> Iterator[Groep]:
    values = tabel.frame[naam]
    empty = values.isna().to_numpy(dtype=bool)
    if naam in _UNKNOWN_CODES:
        empty = empty | values.eq(_UNKNOWN_CODES[naam]).to_numpy(dtype=bool)
    condition = _ONLY_WHEN.get(naam)
    if condition in tabel.frame:
        empty = empty[tabel.frame[condition].notna().to_numpy()]
    elif (tabel.naam, naam) == ("handhaving", "uitkomst"):
        empty = empty[tabel.frame["soort_gebeurtenis"].isin(_WITH_UITKOMST).to_numpy()]
    share = float(empty.mean()) if len(empty) else 0.0
    if share > EMPTY_SHARE:
        yield tabel.whole(
            "veel_onbekend",
            naam,
            _warn(
                f"{notatie.percentage(share)} leeg of onbekend",
                f"hooguit {notatie.percentage(EMPTY_SHARE, 0)} leeg of onbekend",
                f"Vul '{kolom.omschrijving.lower()}' aan, of koppel de kolom en haar codes in koppeling.yaml.",
            ),
        )


def _check_steps(tabel: Tabel) -> Iterator[Groep]:
    """Check the change of the volumes from one month to the next."""
    for _, rows in _by_regeling(tabel.frame):
        counts = rows["aantal"].to_numpy(dtype=float)
        consecutive = np.diff(rows["maand"].to_numpy().astype("datetime64[M]")).astype(int) == 1
        step = np.abs(np.diff(counts)) > STEP * counts[:-1]
        wrong = rows.index.to_numpy()[1:][consecutive & step & (counts[:-1] >= SMALLEST_STOCK)]
        uitleg = _warn(
            "een sprong van de ene maand op de andere",
            f"hooguit {notatie.percentage(STEP, 0)} verschil met de maand ervoor",
            "Controleer de aantallen, of leg de oorzaak vast in het dossier.",
        )
        yield from tabel.find("sprong", "aantal", np.sort(wrong), uitleg)


def _check_volumes(tabel: Tabel, uitkeringen: pd.DataFrame) -> Iterator[Groep]:
    """Check the stock of the register against the volumes, at the ends of years and from month to month."""
    for regeling, rows in _by_regeling(tabel.frame):
        standen = count_uitkeringen(uitkeringen.loc[uitkeringen["regeling"].eq(regeling)])
        own = rows["aantal"].to_numpy(dtype=float)
        register = standen.on(_month_ends(rows["maand"])).astype(float)
        places = rows.index.to_numpy()
        december = rows["maand"].dt.month.eq(12).to_numpy()
        apart = december & (np.abs(register - own) > np.maximum(SMALLEST_DIFFERENCE, VOLUME_MARGIN * own))
        yield from tabel.find("stand_volumes", "aantal", places[apart], _explain_stock(apart, own, register))
        consecutive = np.diff(rows["maand"].to_numpy().astype("datetime64[M]")).astype(int) == 1
        gap = np.abs(np.diff(own) - np.diff(register)) > np.maximum(SMALLEST_DIFFERENCE, FLOW_MARGIN * own[:-1])
        yield from tabel.find("stroom_sluit_niet", "aantal", np.sort(places[1:][consecutive & gap]), _FLOW)


_FLOW = Uitleg(
    "een verandering die niet gelijk is aan instroom min uitstroom in uitkeringen",
    f"een verschil van hooguit {SMALLEST_DIFFERENCE} uitkeringen of {notatie.percentage(FLOW_MARGIN, 0)} van de stand",
    "Controleer of alle begin- en einddagen van die maand in uitkeringen staan.",
    Ernst.WAARSCHUWING,
)


def _explain_stock(
    apart: npt.NDArray[np.bool_], own: npt.NDArray[np.float64], register: npt.NDArray[np.float64]
) -> Uitleg:
    worst = int(np.argmax(np.where(apart, np.abs(register - own), -1)))
    return _warn(
        "een stand die afwijkt van het register uitkeringen (grootste verschil: "
        f"{notatie.number(own[worst])} tegen {notatie.number(register[worst])})",
        f"een verschil van hooguit {notatie.percentage(VOLUME_MARGIN, 0)} aan het eind van het jaar",
        "Controleer of beide dezelfde regelingen en huishoudens tellen.",
    )


def _by_regeling(volumes: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    usable = volumes.loc[volumes["maand"].notna() & volumes["aantal"].notna()].sort_values("maand")
    for regeling, rows in usable.groupby("regeling", observed=True):
        if len(rows):
            yield str(regeling), rows


def _check_cbs(tabel: Tabel) -> Iterator[Groep]:
    """Check persons with bijstand at the end of each year that CBS knows."""
    from evaluatie.cijfers import load_table

    table = load_table(_CBS_TABLE)
    table = table.loc[table["leeftijd"].eq(_CBS_AGE)]
    cbs = dict(zip(zip(table["regio_code"], table["periode"], strict=True), table["bijstand_personen"], strict=True))
    frame = tabel.frame.loc[tabel.frame["regeling"].eq("bijstand"), ["gemeente_code", "begin", "einde"]]
    years = _covered_years(tabel.frame)
    for gemeente, rows in frame.groupby("gemeente_code", observed=True):
        standen = count_personen(rows)
        for jaar in years:
            if (gemeente, jaar) in cbs:
                yield from _compare_cbs(tabel, str(gemeente), jaar, standen, float(cbs[gemeente, jaar]))


def _covered_years(frame: pd.DataFrame) -> list[int]:
    """Return the years whose last day the register covers: after the first begin and up to the last event."""
    begin, einde = frame["begin"].dropna(), frame["einde"].dropna()
    if begin.empty:
        return []
    last = max(begin.max(), einde.max()) if len(einde) else begin.max()
    return [jaar for jaar in range(begin.min().year, last.year + 1) if last >= pd.Timestamp(jaar, 12, 1)]


def _compare_cbs(tabel: Tabel, gemeente: str, jaar: int, standen: Standen, cbs: float) -> Iterator[Groep]:
    day = np.array([(dt.date(jaar, 12, 31) - dt.date(1970, 1, 1)).days], dtype=np.int64)
    own = int(standen.on(day)[0])
    if abs(own - cbs) > CBS_MARGIN * cbs + CBS_ROUNDING:
        yield tabel.whole(
            "stand_cbs",
            "",
            _warn(
                f"{notatie.number(own)} personen met bijstand eind {jaar} in {gemeente}; CBS: {notatie.number(cbs)}",
                f"een verschil van hooguit {notatie.percentage(CBS_MARGIN, 0)} en {CBS_ROUNDING} personen",
                "Controleer of alle uitkeringen erin staan en of beide partners van een paar een rij hebben.",
            ),
        )


def _warn(gevonden: str, toegestaan: str, remedie: str) -> Uitleg:
    return Uitleg(gevonden, toegestaan, remedie, Ernst.WAARSCHUWING)
