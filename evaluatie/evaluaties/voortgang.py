"""Plan against reality on a day: money budgeted and spent, and what a half-year was to bring."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from evaluatie.dossier import Cijfer, Dossier, Eenheid, Maatregel, Mijlpaal, Status

_SPENT, _BUDGET = re.compile(r"uitgaven_(\w+)"), "budget_{}"
_TOLERANTIE = "tolerantie_kosten"
_MONEY = (Eenheid.EURO, Eenheid.EURO_PER_JAAR)
_MAANDEN = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Geldregel:
    """A budget with what was spent of it.

    Parameters
    ----------
    onderwerp : str
        What the money was for.
    budget, besteed : str
        Ids of the numbers in the dossier.
    aandeel : float or None
        Spent as a share of the budget; None when the two are not about the same period and area.
    bezwaar : str
        Why they cannot be divided, or what the reader should know.
    """

    onderwerp: str
    budget: str
    besteed: str
    aandeel: float | None
    bezwaar: str


@dataclass(frozen=True, slots=True)
class Halfjaar:
    """A half-year: what was to be ready in it, and which numbers the sources give about it."""

    begin: dt.date
    eind: dt.date
    mijlpalen: tuple[tuple[Maatregel, Mijlpaal], ...]
    cijfers: tuple[str, ...]


def compare_geld(dossier: Dossier, peildatum: dt.date) -> list[Geldregel]:
    """Put budgets beside spending: totals of a year, and maatregelen of which the sources give both.

    Numbers about a period that begins after the peildatum are left out.
    """
    totals = [
        ("Alle maatregelen samen", _BUDGET.format(found[1]), key)
        for key in dossier.financien
        if (found := _SPENT.fullmatch(key)) and _BUDGET.format(found[1]) in dossier.cijfers
    ]
    single = [(m.naam, budget, spent) for m in dossier.maatregelen for budget in m.budget for spent in m.besteed]
    known = [
        item
        for item in (*totals, *single)
        if all(
            _is_money(dossier.cijfer(key)) and begin_of(dossier.cijfer(key).periode) <= peildatum for key in item[1:]
        )
    ]
    return [_compare(dossier, *item) for item in known]


def tolerantie_kosten(dossier: Dossier) -> str | None:
    """Return the id of the deviation in cost that the plan allows, when it names one."""
    return _TOLERANTIE if _TOLERANTIE in dossier.cijfers else None


def describe_halfjaar(dossier: Dossier, peildatum: dt.date) -> Halfjaar:
    """Return the half-year in which the peildatum falls."""
    first = peildatum.month <= 6
    begin = dt.date(peildatum.year, 1 if first else 7, 1)
    eind = dt.date(peildatum.year, 6, 30) if first else dt.date(peildatum.year, 12, 31)
    due = [(m, mijlpaal) for m in dossier.maatregelen for mijlpaal in m.mijlpalen if begin <= mijlpaal.datum <= eind]
    cijfers = [
        key
        for key, cijfer in dossier.cijfers.items()
        if cijfer.status is Status.REALISATIE and begin <= begin_of(cijfer.periode) and end_of(cijfer.periode) <= eind
    ]
    return Halfjaar(begin, eind, tuple(sorted(due, key=lambda item: item[1].datum)), tuple(cijfers))


def begin_of(periode: str) -> dt.date:
    """Return the first day of a period as dossiers write it; the first year named, when it is not clearer than that."""
    return _edges(periode)[0]


def end_of(periode: str) -> dt.date:
    """Return the last day of a period; the end of the last year named, when it is not clearer than that."""
    return _edges(periode)[1]


def _edges(periode: str) -> tuple[dt.date, dt.date]:
    parts = re.findall(r"\d{4}(?:-(?:H[12]|\d{2}(?:-\d{2})?))?(?!\d)", periode)
    if not parts:
        return dt.date.max, dt.date.max
    begin, end = _part(parts[0])[0], _part(parts[-1])[1]
    month = next((number for number, name in enumerate(_MAANDEN, start=1) if name in periode), None)
    if month is not None and len(parts) == 1:
        end = _last_day(begin.year, month - ("tot" in periode and "t/m" not in periode))
    return begin, end


def _part(text: str) -> tuple[dt.date, dt.date]:
    year = int(text[:4])
    if len(text) == 4:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    if "H" in text:
        return (
            (dt.date(year, 1, 1), dt.date(year, 6, 30))
            if text[-1] == "1"
            else (dt.date(year, 7, 1), dt.date(year, 12, 31))
        )
    if len(text) == 7:
        return dt.date(year, int(text[5:]), 1), _last_day(year, int(text[5:]))
    return dt.date.fromisoformat(text), dt.date.fromisoformat(text)


def _last_day(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _compare(dossier: Dossier, onderwerp: str, budget: str, besteed: str) -> Geldregel:
    planned, spent = dossier.cijfer(budget), dossier.cijfer(besteed)
    objection = _objection(planned, spent)
    share = None if objection or planned.waarde == 0 else spent.waarde / planned.waarde
    until = end_of(spent.periode)
    note = "" if until >= end_of(planned.periode) else f"besteed tot en met {_MAANDEN[until.month - 1]} {until.year}"
    return Geldregel(onderwerp, budget, besteed, share, objection or note)


def _objection(planned: Cijfer, spent: Cijfer) -> str:
    if planned.gebied != spent.gebied:
        return "niet hetzelfde gebied"
    if begin_of(planned.periode) != begin_of(spent.periode) or end_of(spent.periode) > end_of(planned.periode):
        return "niet dezelfde periode"
    return ""


def _is_money(cijfer: Cijfer) -> bool:
    return cijfer.eenheid in _MONEY and cijfer.waarde_tot is None
