"""Per kind and aanbieder of traject: how many started, what they cost, what they did, and what cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from evaluatie.disclosure import (
    Bedragen,
    Onderdrukt,
    Released,
    open_released,
    release_counts,
    release_estimates,
    release_sums,
)
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties.trajecten import FEWEST_NAMED, OVERIGE, Trajectgegevens
from evaluatie.evaluaties.trajectsoorten import HORIZON, Onderscheid, Trajectsoort, compare_soorten
from evaluatie.rapport.bronkeuze import Registerbron
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, table
from evaluatie.rapport.resultaten import Resultaat, Resultaten
from evaluatie.rapport.vrijgave import Vrijgegeven, record_schatting
from evaluatie.registratie.contract import load_contracten

_BY: tuple[tuple[str, ...], ...] = (("soort",), ("aanbieder",), ("soort", "aanbieder"), ("klantgroep",))
_TITLES = {
    ("soort",): "Per soort traject",
    ("aanbieder",): "Per aanbieder",
    ("soort", "aanbieder"): "Per soort en aanbieder",
    ("klantgroep",): "Per klantgroep",
}


@dataclass(frozen=True, slots=True)
class Soortentabel:
    """One released table of kinds, aanbieders or both."""

    by: tuple[str, ...]
    rijen: tuple[tuple[tuple[str, ...], str, str], ...]
    cijfers: Vrijgegeven
    kosten: Released[Bedragen]
    resultaten: Resultaten

    def write(self) -> Fragment:
        """Write the table."""
        kolommen = [
            *(Kolom(each) for each in self.by),
            *(Kolom(each, "getal") for each in ("gestart", "kosten_samen", "effect_werk", "interval")),
            Kolom("oordeel"),
        ]
        rows = [self._row(*row) for row in self.rijen]
        note = self.cijfers.explain([[str(cel) for cel in row] for row in rows])
        corrected = (
            "Effect: procentpunten meer (of minder) uitstroom naar werk binnen 12 maanden dan bij vergelijkbare mensen "
            "die wachtten. Het oordeel is gecorrigeerd voor het aantal vergelijkingen in deze tabel (Holm). "
            "Bewijskracht 2 van 5: of de groepen vooraf verschilden is niet per rij getoetst. Wat te klein is, of een "
            "klein aantal zou verraden, staat er niet in."
        )
        return table(_TITLES[self.by], kolommen, rows, voetnoot=f"{corrected} {note}")

    def _row(self, names: tuple[str, ...], key: str, verdict: str) -> list[Cel]:
        amount = open_released(self.kosten).waarden.get(key, Onderdrukt("klein"))
        if f"kosten.{key}" not in self.resultaten.by_id:
            self.resultaten.add(_cost(key, amount, self.kosten))
        return [
            *names,
            self.cijfers.show((key,), f"Personen die startten: {key}"),
            self.resultaten.show(f"kosten.{key}"),
            self.resultaten.show(f"effect.{key}"),
            self.resultaten.show_interval(f"effect.{key}"),
            verdict,
        ]


def release_soorten(gegevens: Trajectgegevens, bron: Registerbron, resultaten: Resultaten) -> list[Soortentabel]:
    """Compare, release and record every table."""
    return [_release(gegevens, by, bron, resultaten) for by in _BY]


def _release(
    gegevens: Trajectgegevens, by: tuple[str, ...], bron: Registerbron, resultaten: Resultaten
) -> Soortentabel:
    rows = _keep_large(compare_soorten(gegevens, by), by)
    keys = [_key(row, by) for row in rows]
    counts = release_counts(
        {(key,): row.gestart for key, row in zip(keys, rows, strict=True)}, bron.bronnen, woorden=_fixed_words(keys)
    )
    effects = {f"effect.{key}": row.effect for key, row in zip(keys, rows, strict=True)}
    support = {f"effect.{key}": row.steun for key, row in zip(keys, rows, strict=True)}
    released = release_estimates(effects, support, bron.bronnen)
    for name, estimate in open_released(released).items():
        sentence = f"Verschil in uitstroom naar werk binnen 12 maanden: {name.removeprefix('effect.')}"
        record_schatting(resultaten, name, estimate, "punten", sentence, bron.bronnen)
    shown = tuple(
        (_names(row, by), key, _verdict(row, open_released(released)[f"effect.{key}"]))
        for key, row in zip(keys, rows, strict=True)
    )
    kosten = release_sums(_costs(gegevens, by), "groep", "persoon", "kosten", bron.bronnen)
    return Soortentabel(by, shown, Vrijgegeven(counts, resultaten), kosten, resultaten)


def _keep_large(rows: list[Trajectsoort], by: tuple[str, ...]) -> list[Trajectsoort]:
    """Leave out rows of few persons, and every row from which such a one could be computed.

    A table of combinations stands beside the totals of kinds and aanbieders: when one combination is small, none of
    that kind or that aanbieder is shown.
    """
    small = [row for row in rows if row.gestart < FEWEST_NAMED]
    if len(by) == 1:
        return [row for row in rows if row not in small or by == ("soort",)]
    hidden = [(name, getattr(row, name)) for row in small for name in by]
    return [row for row in rows if not any((name, getattr(row, name)) in hidden for name in by)]


def _verdict(row: Trajectsoort, released: object) -> str:
    """Return the verdict, of which nothing may be said when the estimate was not released."""
    return Onderscheid.ONBEKEND.value if isinstance(released, NotEstimated) else row.onderscheid.value


def _key(row: Trajectsoort, by: Sequence[str]) -> str:
    return ", ".join(getattr(row, each) for each in by)


def _names(row: Trajectsoort, by: Sequence[str]) -> tuple[str, ...]:
    codes = load_contracten()["trajecten"].kolommen["soort_voorziening"].codes
    return tuple(codes.get(row.soort, row.soort) if each == "soort" else getattr(row, each) for each in by)


def _fixed_words(keys: Sequence[str]) -> set[str]:
    """Return keys that hold nothing somebody typed: kinds of the contract and our own name for the rest."""
    kinds = set(load_contracten()["trajecten"].kolommen["soort_voorziening"].codes)
    return {key for key in keys if key in kinds or key == OVERIGE}


def _costs(gegevens: Trajectgegevens, by: tuple[str, ...]) -> pd.DataFrame:
    """Return what the starts of the table cost, per person, as far as the register tells."""
    starts = gegevens.starts[HORIZON]
    rows = starts[starts["kosten"].notna()]
    groep = rows[list(by)].agg(", ".join, axis=1)
    return pd.DataFrame({"groep": groep, "persoon": rows["persoon"], "kosten": rows["kosten"]})


def _cost(key: str, amount: int | Onderdrukt, kosten: Released[Bedragen]) -> Resultaat:
    sentence = f"Kosten van trajecten samen: {key}"
    if isinstance(amount, Onderdrukt):
        return Resultaat(f"kosten.{key}", None, "euro", "euro", sentence, kosten.bronnen, withheld=str(amount))
    return Resultaat(
        f"kosten.{key}", float(amount), "euro", "euro", sentence, kosten.bronnen, treatment="afgerond op 100"
    )
