"""Logic: what cannot be true together, within a table and between tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from evaluatie.registratie.bevindingen import Ernst, Groep
from evaluatie.registratie.contract import load_contract
from evaluatie.registratie.perioden import OPEN, Days, Mask, Personen, combine, days_of, list_personen, sort_perioden
from evaluatie.registratie.tabellen import Tabel, Uitleg

_WARN = Ernst.WAARSCHUWING
YOUNGEST, OLDEST = 15, 75
EARLIEST = dt.date(1950, 1, 1)
END_WITHIN_DAYS = 92
UNRELATED_SHARE = 0.5
_PERSONS_IN = ("trajecten", "deeltijdinkomsten", "handhaving", "plaatsingen", "klantgroepen")
_PLANNED = {"einde"}

_EINDE_VOOR_BEGIN = Uitleg(
    "een einde vóór het begin", "einde op of na begin", "Verbeter een van beide dagen; misschien zijn ze verwisseld."
)
_TOEKOMST = Uitleg(
    "een dag in de toekomst", "een dag tot en met vandaag", "Verbeter de dag, of geef de dag van de uitdraai op."
)
_GEPLAND = Uitleg(
    "een einde in de toekomst", "een einde tot en met vandaag", "Laat het einde leeg zolang het loopt.", _WARN
)
_LANG_GELEDEN = Uitleg(
    f"een dag vóór {EARLIEST.year}", f"een dag vanaf {EARLIEST.year}", "Verbeter de dag; vul onbekende dagen niet op."
)
_REDEN_ZONDER_EINDE = Uitleg(
    "een reden van einde zonder einde", "een reden alleen bij een einde", "Vul het einde in of haal de reden weg."
)
_EINDE_ZONDER_REDEN = Uitleg("een einde zonder reden", "een reden bij elk einde", "Vul de reden in.", _WARN)
_OVERLAP = Uitleg(
    "een periode die begint terwijl een eerdere van dezelfde persoon en regeling nog loopt",
    "perioden die elkaar niet overlappen; het einde is de laatste dag",
    "Voeg de perioden samen of verbeter begin en einde.",
)
_LEEFTIJD = Uitleg(
    "een geboortejaar dat niet past bij het begin",
    f"{YOUNGEST} tot en met {OLDEST} jaar bij het begin",
    "Controleer het geboortejaar.",
    _WARN,
)
_WISSELT = Uitleg(
    "een ander geboortejaar dan in een eerdere rij van dezelfde persoon",
    "één geboortejaar per persoon",
    "Controleer het geboortejaar en of het kenmerk bij één persoon hoort.",
    _WARN,
)
_BUITEN = Uitleg(
    "een traject dat geen dag samenvalt met een uitkering van deze persoon",
    "een traject tijdens een uitkering",
    "Controleer begin en einde van het traject en van de uitkering.",
    _WARN,
)
_NIET_BEEINDIGD = Uitleg(
    "uitkomst 'beeindigd', maar binnen drie maanden eindigde geen uitkering",
    "een einde van een uitkering binnen drie maanden van de datum",
    "Controleer de uitkomst en het einde van de uitkering.",
    _WARN,
)
_AANVRAAG = Uitleg("een aanvraag vóór de melding", "aanvraag op of na melding", "Verbeter een van beide dagen.")
_BESLUIT = Uitleg("een besluit vóór de aanvraag", "besluit op of na aanvraag", "Verbeter een van beide dagen.")
_ZONDER_BESLUIT = Uitleg("een toekenning zonder besluit", "een dag van het besluit", "Vul de dag van het besluit in.")
_NIET_TOEGEKEND = Uitleg(
    "een toekenning van iemand die niet in uitkeringen staat",
    "bij elke toekenning een uitkering",
    "Controleer of beide bestanden dezelfde pseudoniemen hebben en over dezelfde periode gaan.",
    _WARN,
)


def check_logica(tabellen: Mapping[str, Tabel], vandaag: dt.date) -> Iterator[Groep]:
    """Give everything that cannot be true, judged on the day `vandaag`."""
    for tabel in tabellen.values():
        yield from _check_dates(tabel, vandaag)
        yield from _check_end(tabel)
    if "aanvragen" in tabellen:
        yield from _check_aanvragen(tabellen["aanvragen"])
    if "uitkeringen" not in tabellen or tabellen["uitkeringen"].frame.empty:
        return
    uitkeringen = tabellen["uitkeringen"]
    personen = list_personen(uitkeringen.frame["persoon_id"])
    yield from _check_spells(uitkeringen, personen)
    for naam in _PERSONS_IN:
        if naam in tabellen:
            yield from _check_persons(tabellen[naam], personen)
    yield from _check_between(tabellen, uitkeringen, personen)


def _check_dates(tabel: Tabel, vandaag: dt.date) -> Iterator[Groep]:
    day, first = np.datetime64(vandaag, "s"), np.datetime64(EARLIEST, "s")
    for naam, kolom in load_contract(tabel.naam).kolommen.items():
        if kolom.soort in ("datum", "maand"):
            values = tabel.frame[naam].to_numpy()
            yield from tabel.find("toekomst", naam, values > day, _GEPLAND if naam in _PLANNED else _TOEKOMST)
            yield from tabel.find("lang_geleden", naam, values < first, _LANG_GELEDEN)


def _check_end(tabel: Tabel) -> Iterator[Groep]:
    """Check the end of a period, and that end and reason go together."""
    frame = tabel.frame
    if "einde" not in frame:
        return
    einde = frame["einde"].to_numpy()
    yield from tabel.find("einde_voor_begin", "einde", einde < frame["begin"].to_numpy(), _EINDE_VOOR_BEGIN)
    reden, ended = frame["reden_einde"].notna().to_numpy(), ~np.isnat(einde)
    yield from tabel.find("reden_zonder_einde", "reden_einde", reden & ~ended, _REDEN_ZONDER_EINDE)
    yield from tabel.find("einde_zonder_reden", "reden_einde", ended & ~reden, _EINDE_ZONDER_REDEN)


def _check_aanvragen(tabel: Tabel) -> Iterator[Groep]:
    frame = tabel.frame
    melding, aanvraag, besluit = (frame[naam].to_numpy() for naam in ("melding", "aanvraag", "besluit"))
    granted = frame["uitkomst"].eq("toegekend").to_numpy(dtype=bool)
    yield from tabel.find("aanvraag_voor_melding", "aanvraag", aanvraag < melding, _AANVRAAG)
    before = (besluit < aanvraag) | (np.isnat(aanvraag) & (besluit < melding))
    yield from tabel.find("besluit_voor_aanvraag", "besluit", before, _BESLUIT)
    yield from tabel.find("toekenning_zonder_besluit", "besluit", granted & np.isnat(besluit), _ZONDER_BESLUIT)


def _check_spells(tabel: Tabel, personen: Personen) -> Iterator[Groep]:
    frame = tabel.frame
    person = personen.find(frame["persoon_id"])
    begin = days_of(frame["begin"])
    regelingen = len(frame["regeling"].cat.categories) + 1
    group = np.where(person >= 0, person * regelingen + frame["regeling"].cat.codes.to_numpy() + 1, -1)
    overlapping = sort_perioden(group, begin, days_of(frame["einde"])).overlapping()
    yield from tabel.find("overlap", "begin", overlapping, _OVERLAP)
    del group, begin
    geboren = frame["geboortejaar"].to_numpy(dtype=float, na_value=np.nan)
    age = frame["begin"].dt.year.to_numpy(dtype=float, na_value=np.nan) - geboren
    yield from tabel.find("leeftijd", "geboortejaar", (age < YOUNGEST) | (age > OLDEST), _LEEFTIJD)
    yield from tabel.find("geboortejaar_wisselt", "geboortejaar", _differs_from_first(person, geboren), _WISSELT)


def _differs_from_first(person: Days, values: npt.NDArray[np.float64]) -> Mask:
    """Return in which rows a person has another value than in her first row with a value."""
    known = np.flatnonzero((person >= 0) & ~np.isnan(values))[::-1]
    first = np.full(int(person.max(initial=-1)) + 2, np.nan)
    first[person[known]] = values[known]  # the last assignment is that of the first row
    return np.asarray((person >= 0) & (np.abs(values - first[person]) > 0))


def _check_persons(tabel: Tabel, personen: Personen) -> Iterator[Groep]:
    unknown = (personen.find(tabel.frame["persoon_id"]) < 0) & tabel.frame["persoon_id"].notna().to_numpy()
    share = unknown.mean() if len(unknown) else 0.0
    unrelated = share > UNRELATED_SHARE
    uitleg = Uitleg(
        "een persoon die niet in uitkeringen staat" + (" (zo is het bij meer dan de helft)" if unrelated else ""),
        "alleen personen die ook in uitkeringen staan",
        "Controleer of beide bestanden dezelfde pseudoniemen hebben en over dezelfde periode gaan.",
        Ernst.FOUT if unrelated else _WARN,
    )
    yield from tabel.find("persoon_onbekend", "persoon_id", unknown, uitleg)


def _check_between(tabellen: Mapping[str, Tabel], uitkeringen: Tabel, personen: Personen) -> Iterator[Groep]:
    if "trajecten" in tabellen:
        yield from _check_trajecten(tabellen["trajecten"], uitkeringen, personen)
    if "handhaving" in tabellen:
        yield from _check_handhaving(tabellen["handhaving"], uitkeringen, personen)
    if "aanvragen" in tabellen:
        tabel = tabellen["aanvragen"]
        granted = tabel.frame["uitkomst"].eq("toegekend").to_numpy(dtype=bool)
        absent = granted & (personen.find(tabel.frame["persoon_id"]) < 0)
        yield from tabel.find("toekenning_zonder_uitkering", "persoon_id", absent, _NIET_TOEGEKEND)


def _check_trajecten(tabel: Tabel, uitkeringen: Tabel, personen: Personen) -> Iterator[Groep]:
    spells, frame = uitkeringen.frame, tabel.frame
    perioden = sort_perioden(personen.find(spells["persoon_id"]), days_of(spells["begin"]), days_of(spells["einde"]))
    person, begin, einde = personen.find(frame["persoon_id"]), days_of(frame["begin"]), days_of(frame["einde"])
    judged = (person >= 0) & (begin < OPEN) & (einde >= begin)
    yield from tabel.find("traject_buiten_uitkering", "begin", judged & ~perioden.touch(person, begin, einde), _BUITEN)


def _check_handhaving(tabel: Tabel, uitkeringen: Tabel, personen: Personen) -> Iterator[Groep]:
    spells, frame = uitkeringen.frame, tabel.frame
    ended = spells["einde"].notna().to_numpy()
    ends = np.sort(combine(personen.find(spells.loc[ended, "persoon_id"]), days_of(spells.loc[ended, "einde"])))
    person, day = personen.find(frame["persoon_id"]), days_of(frame["datum"])
    judged = frame["uitkomst"].eq("beeindigd").to_numpy(dtype=bool) & (person >= 0) & (day < OPEN)
    first = np.searchsorted(ends, combine(person, day - END_WITHIN_DAYS), side="left")
    last = np.searchsorted(ends, combine(person, day + END_WITHIN_DAYS), side="right")
    yield from tabel.find("niet_beeindigd", "uitkomst", judged & (first == last), _NIET_BEEINDIGD)
