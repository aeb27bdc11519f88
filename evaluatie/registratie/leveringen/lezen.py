"""Read a delivery of one month and one municipality: text with ``;`` between the fields, in the order of the layout.

The published layouts name the fields and their codes, but not their widths: the form with fixed positions cannot be
read without the guideline of CBS. A line with the names of the fields is optional.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from evaluatie.errors import DataError, Violation
from evaluatie.registratie.elfproef import passes_elfproef
from evaluatie.registratie.leveringen.controle import check_fields, normalise
from evaluatie.registratie.leveringen.layout import load_layout
from evaluatie.registratie.leveringen.melding import Melding, shorten
from evaluatie.registratie.leveringen.regels import Regels, read_lines
from evaluatie.registratie.leveringen.schema import Layout, Soort

_JAAR, _MAAND = re.compile(r"(19|20)\d{2}"), re.compile(r"0?[1-9]|1[0-2]")


@dataclass(frozen=True, slots=True, eq=False)
class Levering:
    """A delivery as it was read.

    Parameters
    ----------
    soort : {"bus", "srg", "bdfs"}
        Kind of delivery.
    maand : Period
        Statistics month.
    gemeente : str
        Code with GM: ``"GM0344"``.
    frame : DataFrame
        Fields as text, by line number; holds BSN and is therefore never shown.
    layout : Layout
        Layout with which it was read.
    naam : str
        Name of the file.
    volgnummer : int
        Number or date of the delivery within its month; the highest counts.
    meldingen : tuple of Melding
        What was found while reading.
    """

    soort: Soort
    maand: pd.Period
    gemeente: str
    frame: pd.DataFrame = field(repr=False)
    layout: Layout = field(repr=False)
    naam: str = ""
    volgnummer: int = 0
    meldingen: tuple[Melding, ...] = ()


def read_leveringen(paths: Iterable[Path], soort: Soort) -> list[Levering]:
    """Read several deliveries of one kind; collects the violations of all files.

    Raises
    ------
    DataError
        With the violations of every file that cannot be used.
    """
    leveringen, violations = [], []
    for path in paths:
        try:
            leveringen.append(read_levering(path, soort))
        except DataError as error:
            violations += list(error.violations) or [Violation(path.name, error.problem, error.remedy)]
    if violations:
        raise DataError(f"De leveringen {soort.upper()} zijn niet te gebruiken.", violations=violations)
    return leveringen


def read_levering(path: Path, soort: Soort) -> Levering:
    """Read and check one delivery.

    Parameters
    ----------
    path : Path
        Text file. A number or date in its name, other than the month and the municipality, orders deliveries of the
        same month: ``bus_201501_2.csv`` replaces ``bus_201501.csv``.
    soort : {"bus", "srg", "bdfs"}
        Kind of delivery.

    Raises
    ------
    DataError
        With every violation, those of one field taken together.
    ChoiceError
        When no layout is known for the month.
    """
    regels = read_lines(path)
    maand = _find_month(regels, path.name)
    layout, meldingen = load_layout(soort, maand.year, maand.month)
    regels, violations = regels.take_header(layout.namen)
    frame, wrong_length = regels.to_frame(layout.namen)
    frame = normalise(layout, frame)
    violations += wrong_length + check_fields(layout, frame, path.name) + _check_one_of_each(frame, maand, path.name)
    if violations:
        raise DataError(f"De levering {path.name} is niet te gebruiken.", violations=violations)
    gemeente = str(frame["gemeentecode"].iloc[0])
    frame, found = _drop_double_records(frame, path.name)
    found += _warn_for_numbers(frame, layout, path.name)
    volgnummer = find_volgnummer(path.stem, maand, gemeente)
    return Levering(soort, maand, f"GM{gemeente}", frame, layout, path.name, volgnummer, (*meldingen, *found))


def find_volgnummer(stem: str, maand: pd.Period, gemeente: str) -> int:
    """Return the number or date of the delivery in the name of its file (0 when there is none)."""
    numbers = re.findall(r"\d+", stem)
    together, apart = [f"{maand:%Y%m}"], [f"{maand:%Y}", f"{maand:%m}"]
    for known in (*(together if together[0] in numbers else apart), gemeente):
        if known in numbers:
            numbers.remove(known)
    return int(numbers[-1][:18]) if numbers else 0


def _find_month(regels: Regels, naam: str) -> pd.Period:
    pairs = Counter(
        (int(row[0]), int(row[1]))
        for row in regels.rows
        if len(row) > 1 and _JAAR.fullmatch(row[0].strip()) and _MAAND.fullmatch(row[1].strip())
    )
    if not pairs:
        raise DataError(
            f"In {naam} staat geen regel die begint met een jaar en een maand, gescheiden door een puntkomma.",
            "Lever tekst met ; tussen de velden; een bestand met vaste posities is niet te lezen.",
        )
    (jaar, maand), _ = pairs.most_common(1)[0]
    return pd.Period(year=jaar, month=maand, freq="M")


def _check_one_of_each(frame: pd.DataFrame, maand: pd.Period, naam: str) -> list[Violation]:
    violations = []
    months = frame["statistiekjaar"] + "-" + frame["statistiekmaand"].str.zfill(2)
    other = months[(months != str(maand)).fillna(False)]
    if len(other):
        problem = f"naast {maand} ook een andere maand, op regel {shorten(list(other.index))}."
        violations.append(Violation(f"{naam}, veld 1 en 2", problem, "Lever één maand per bestand."))
    gemeenten = frame["gemeentecode"].dropna()
    other = gemeenten[gemeenten != gemeenten.mode().iloc[0]] if len(gemeenten) else gemeenten
    if len(other):
        problem = f"meer dan één gemeente, op regel {shorten(list(other.index))}."
        violations.append(Violation(f"{naam}, veld gemeentecode", problem, "Lever één gemeente per bestand."))
    return violations


def _drop_double_records(frame: pd.DataFrame, naam: str) -> tuple[pd.DataFrame, list[Melding]]:
    double = frame.duplicated()
    if not double.any():
        return frame, []
    waar = f"{naam}, regel {shorten(list(frame.index[double]))}"
    return frame[~double], [Melding("opmerking", waar, "gelijk aan een eerdere regel en daarom overgeslagen.")]


def _warn_for_numbers(frame: pd.DataFrame, layout: Layout, naam: str) -> list[Melding]:
    meldingen = []
    for veld in (veld for veld in layout.velden if veld.soort == "bsn"):
        present = frame[veld.naam].dropna()
        wrong = present[~passes_elfproef(present.astype("int64"))]
        if len(wrong):
            waar = f"{naam}, veld {veld.nr} ({veld.naam}), regel {shorten(list(wrong.index))}"
            meldingen.append(Melding("waarschuwing", waar, "het nummer voldoet niet aan de elfproef."))
    return meldingen
