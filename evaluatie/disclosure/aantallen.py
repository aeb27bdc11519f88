"""Counts of persons from own registers: suppressed where small, rounded, with all that is known of their sums."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd

from evaluatie.disclosure.drempels import Drempels, load_drempels
from evaluatie.disclosure.herkenning import has_person_columns, refuse_identifiers
from evaluatie.disclosure.openbaar import require_sources
from evaluatie.disclosure.patroon import Vergelijking, choose_suppressed
from evaluatie.disclosure.vrijgave import KEY, Grond, Released
from evaluatie.errors import DisclosureError
from evaluatie.quantities import Bron

Sleutel = tuple[str, ...]
"""What a count is of: one or more words, such as ``("matchen", "stand", "2019-12")``."""

_Paar = tuple[tuple[Sleutel, ...], tuple[Sleutel, ...]]

TOTAAL = "totaal"


@dataclass(frozen=True, slots=True)
class Onderdrukt:
    """A number that is not published: because it is small itself, or because it would give a small one away."""

    reden: Literal["klein", "bescherming"]

    def __str__(self) -> str:
        return f"<{load_drempels().kleinste_cel}" if self.reden == "klein" else "x"


Aantal = int | Onderdrukt


@dataclass(frozen=True, slots=True)
class Aandeel:
    """A share of published, rounded counts; nothing was rounded afterwards."""

    teller: int
    noemer: int

    @property
    def waarde(self) -> float:
        """The share."""
        return self.teller / self.noemer


@dataclass(frozen=True, slots=True)
class Aantallen:
    """Released counts: rounded, or `Onderdrukt`.

    Parameters
    ----------
    waarden : mapping of Sleutel to Aantal
        Every count.
    sommen : mapping of Sleutel to tuple of Sleutel
        The parts of every whole, of all its divisions: a share is only taken of a whole.
    vergelijkingen : tuple of (left, right)
        Every sum and balance that a reader knows, by key: what an exact method of suppression would start from.
    afgerond_op : int
        Multiples to which counts were rounded.
    """

    waarden: Mapping[Sleutel, Aantal]
    sommen: Mapping[Sleutel, tuple[Sleutel, ...]] = field(repr=False)
    vergelijkingen: tuple[_Paar, ...] = field(repr=False)
    afgerond_op: int

    def __getitem__(self, sleutel: Sleutel | str) -> Aantal:
        return self.waarden[(sleutel,) if isinstance(sleutel, str) else sleutel]

    def aandeel(self, deel: Sleutel | str, geheel: Sleutel | str) -> Aandeel | Onderdrukt:
        """Return a part as a share of its whole, from the rounded counts.

        Raises
        ------
        DisclosureError
            When the release did not say that `deel` is a part of `geheel`: then nobody protected the rest.
        """
        part, whole = ((key,) if isinstance(key, str) else key for key in (deel, geheel))
        if part not in self.sommen.get(whole, ()):
            raise DisclosureError(
                f"{' '.join(part)} is niet vrijgegeven als deel van {' '.join(whole)}.", "Geef beide samen vrij."
            )
        teller, noemer = self.waarden[part], self.waarden[whole]
        if isinstance(teller, Onderdrukt):
            return teller
        if isinstance(noemer, Onderdrukt):
            return noemer
        return Aandeel(teller, noemer)

    @property
    def voetnoot(self) -> str:
        """What a reader is told about the treatment."""
        return explain(self.waarden.values(), self.afgerond_op)


def explain(values: Iterable[object], afgerond_op: int) -> str:
    """Return the footnote that belongs to values of which some may be suppressed."""
    reasons = {value.reden for value in values if isinstance(value, Onderdrukt)}
    least = load_drempels().kleinste_cel
    parts = [f"Aantallen zijn afgerond op {afgerond_op}; percentages zijn daaruit berekend."]
    if "klein" in reasons:
        parts.append(f"<{least}: minder dan {least} personen (ook nul); niet getoond, zodat niemand te herkennen is.")
    if "bescherming" in reasons:
        parts.append("x: weggelaten, omdat een klein aantal er anders uit te berekenen is.")
    return " ".join(parts)


def release_counts(
    counts: Mapping[Any, int],
    bronnen: Iterable[Bron],
    *,
    sommen: Iterable[tuple[Sleutel | str, Sequence[Sleutel | str]]] = (),
    balansen: Sequence[tuple[Sequence[Sleutel | str], Sequence[Sleutel | str]]] = (),
    woorden: Collection[str] = (),
    voorrang: Collection[Sleutel] = (),
) -> Released[Aantallen]:
    """Release counts of persons from own registers.

    Parameters
    ----------
    counts : mapping of Sleutel to int
        Persons, unrounded. Include every part of a whole, also the rest that is not shown: a reader can subtract.
    bronnen : iterable of Bron
        Where the counts come from.
    sommen : iterable of (whole, parts), optional
        Parts that add up to a whole; a whole may be divided in several ways.
    balansen : sequence of (left, right), optional
        Counts on the left add up to the same as those on the right, such as stock and flows of two moments.
    woorden : collection of str
        Labels that were known without looking at the data. Every other label, such as a klantgroep or an aanbieder
        somebody typed, has to stand beside at least one count that is not small: a name nobody shares is a person.
    voorrang : collection of Sleutel
        Counts that matter most: to protect a small one, others are suppressed first.

    Raises
    ------
    DisclosureError
        For anything that is not a count, sums that do not add up, a label that points at a person, no source.
    """
    sources, drempels = require_sources(bronnen), load_drempels()
    clean = {_as_key(key): _require_count(value) for key, value in counts.items()}
    if len(clean) != len(counts) or not clean:
        raise DisclosureError("Er zijn geen aantallen, of een staat er dubbel in.", "Geef elk aantal één keer.")
    sums = [(_as_key(whole), tuple(map(_as_key, parts))) for whole, parts in sommen]
    pairs: list[_Paar] = [((whole,), parts) for whole, parts in sums]
    pairs += [(tuple(map(_as_key, left)), tuple(map(_as_key, right))) for left, right in balansen]
    _check_labels(clean, woorden, drempels)
    equations = _number_equations(clean, pairs)
    parts_of: dict[Sleutel, tuple[Sleutel, ...]] = {}
    for whole, parts in sums:
        parts_of[whole] = (*parts_of.get(whole, ()), *parts)
    rang = [_rank(key, parts_of) + (len(clean) if key in voorrang else 0) for key in clean]
    values = _treat(list(clean.values()), equations, rang, drempels)
    published = MappingProxyType(dict(zip(clean, values, strict=True)))
    return Released(
        Aantallen(published, MappingProxyType(parts_of), tuple(pairs), drempels.afronden_op),
        Grond.ONDERDRUKT,
        sources,
        key=KEY,
    )


def release_table(
    cells: pd.DataFrame,
    bronnen: Iterable[Bron],
    *,
    totalen: Literal["rijen", "kolommen", "beide", "geen"] = "beide",
    woorden: Collection[str] = (),
) -> Released[Aantallen]:
    """Release a table of counts with its margins; keys are ``(row, column)``, and ``"totaal"`` for a margin.

    Parameters
    ----------
    cells : pandas.DataFrame
        Whole numbers of persons; labels of rows and columns are text. The margins are computed here.
    totalen : {"rijen", "kolommen", "beide", "geen"}
        Which margins are published: a total of every row, of every column, both with the grand total, or none.
    """
    if not isinstance(cells, pd.DataFrame) or has_person_columns(cells):
        raise DisclosureError("Dit is geen tabel met aantallen per groep.", "Geef een tabel zonder kenmerken.")
    rows, columns = list(cells.index), list(cells.columns)
    if TOTAAL in (*rows, *columns) or totalen not in ("rijen", "kolommen", "beide", "geen"):
        raise DisclosureError("De totalen worden hier zelf berekend.", "Geef alleen de cellen en welke totalen u wilt.")
    counts: dict[Sleutel | str, Any] = {
        (r, c): cells.iloc[i, j] for i, r in enumerate(rows) for j, c in enumerate(columns)
    }
    if len(counts) != cells.size:
        raise DisclosureError("Een rij of kolom staat er dubbel in.", "Geef elke groep één keer.")
    values = np.array([[_require_count(cells.iloc[i, j]) for j in range(len(columns))] for i in range(len(rows))])
    sommen: list[tuple[Sleutel | str, Sequence[Sleutel | str]]] = []
    if totalen in ("rijen", "beide"):
        counts |= {(r, TOTAAL): int(values[i].sum()) for i, r in enumerate(rows)}
        sommen += [((r, TOTAAL), [(r, c) for c in columns]) for r in rows]
    if totalen in ("kolommen", "beide"):
        counts |= {(TOTAAL, c): int(values[:, j].sum()) for j, c in enumerate(columns)}
        sommen += [((TOTAAL, c), [(r, c) for r in rows]) for c in columns]
    if totalen == "beide":
        counts[TOTAAL, TOTAAL] = int(values.sum())
        sommen += [((TOTAAL, TOTAAL), [(r, TOTAAL) for r in rows]), ((TOTAAL, TOTAAL), [(TOTAAL, c) for c in columns])]
    return release_counts(counts, bronnen, sommen=sommen, woorden={TOTAAL, *woorden})


def _treat(counts: list[int], equations: list[Vergelijking], rang: list[int], drempels: Drempels) -> list[Aantal]:
    small = {place for place, count in enumerate(counts) if drempels.is_small(count)}
    hidden = choose_suppressed(counts, small, equations, drempels, rang)
    return [
        Onderdrukt("klein" if place in small else "bescherming") if place in hidden else drempels.round_count(count)
        for place, count in enumerate(counts)
    ]


def _as_key(key: object) -> Sleutel:
    parts = (key,) if isinstance(key, str) else key
    if not isinstance(parts, tuple) or not parts or any(not isinstance(part, str) or not part for part in parts):
        raise DisclosureError("Een aantal heeft geen naam in woorden.", "Noem elk aantal met een of meer woorden.")
    return parts


def _require_count(value: object) -> int:
    """Return a count; anything that is not surely a whole number of persons is refused."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer) or value < 0:
        raise DisclosureError(
            "Hier staat iets anders dan een aantal personen.", "Geef gehele aantallen van 0 of meer, nog niet afgerond."
        )
    return int(value)


def _check_labels(counts: Mapping[Sleutel, int], woorden: Collection[str], drempels: Drempels) -> None:
    labels = dict.fromkeys(part for key in counts for part in key)
    refuse_identifiers(labels)
    for label in labels:
        most = max(count for key, count in counts.items() if label in key)
        if label not in woorden and not _is_period(label) and most < drempels.kleinste_cel:
            raise DisclosureError(
                f"Een groep heeft nergens {drempels.kleinste_cel} personen; ook haar naam wordt niet vrijgegeven.",
                "Voeg kleine groepen samen, of geef de naam op als vast woord wanneer zij niet uit de gegevens komt.",
            )


def _is_period(label: str) -> bool:
    """Tell whether a label is a year, quarter (2019-K4), month or day."""
    year, _, rest = label.partition("-")
    if rest in ("", *(f"K{quarter}" for quarter in range(1, 5))):
        return len(year) == 4 and year.isdigit()
    try:
        dt.date.fromisoformat(label if label.count("-") == 2 else f"{label}-01")
    except ValueError:
        return False
    return True


def _number_equations(counts: Mapping[Sleutel, int], pairs: Sequence[_Paar]) -> list[Vergelijking]:
    place = {key: number for number, key in enumerate(counts)}
    for left, right in pairs:
        if unknown := [key for key in (*left, *right) if key not in place]:
            raise DisclosureError(
                f"Van {' '.join(unknown[0])} ontbreekt het aantal.", "Geef van een som ook elk deel, getoond of niet."
            )
        if sum(counts[key] for key in left) != sum(counts[key] for key in right):
            raise DisclosureError("Een som klopt niet met haar delen.", "Controleer welke aantallen bij elkaar horen.")
    return [Vergelijking(tuple(place[k] for k in left), tuple(place[k] for k in right)) for left, right in pairs]


def _rank(key: Sleutel, sums: Mapping[Sleutel, tuple[Sleutel, ...]]) -> int:
    """Return how far a count is from the inner cells: 0 for those, one more for every level of totals."""
    return 1 + max((_rank(part, sums) for part in sums[key]), default=0) if key in sums else 0
