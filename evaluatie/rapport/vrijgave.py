"""Write released numbers from registers into the results: the number, its treatment, or what stands in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from evaluatie.disclosure import Aandeel, Aantallen, Onderdrukt, Released, Schatting, explain, open_released
from evaluatie.estimation import Estimate, Interval, NotEstimated, proportion
from evaluatie.quantities import Bron
from evaluatie.rapport.resultaten import LEVEL, Notatie, Resultaat, Resultaten

Sleutel = tuple[str, ...]
ONDERDRUKT = "onderdrukt"
_SIGNS = (Onderdrukt("klein"), Onderdrukt("bescherming"))


@dataclass(frozen=True, slots=True)
class Vrijgegeven:
    """Released counts of one page, and the results they are written into; a count is recorded when it is shown.

    Parameters
    ----------
    counts : Released of Aantallen
        From `disclosure`; anything else is refused.
    resultaten : Resultaten
        The results of the page.
    """

    counts: Released[Aantallen]
    resultaten: Resultaten

    @property
    def aantallen(self) -> Aantallen:
        """The counts."""
        return open_released(self.counts)

    def explain(self, rijen: Sequence[Sequence[str]]) -> str:
        """Return the footnote for a table: what was done, and the signs that stand in it."""
        found = [sign for sign in _SIGNS if any(f">{escape(str(sign))}</data>" in cel for rij in rijen for cel in rij)]
        return explain(found, self.aantallen.afgerond_op)

    def show(self, sleutel: Sleutel, sentence: str, unit: str = "personen") -> Markup:
        """Show a count, or what stands in its place."""
        value = self.aantallen[sleutel]
        shown = isinstance(value, Onderdrukt)
        self._record(
            Resultaat(
                _id("aantal", sleutel),
                None if isinstance(value, Onderdrukt) else float(value),
                unit,
                "getal",
                sentence,
                self.counts.bronnen,
                treatment=ONDERDRUKT if shown else self._rounded,
                withheld=str(value) if shown else "",
            )
        )
        return self.resultaten.show(_id("aantal", sleutel))

    def show_share(self, deel: Sleutel, geheel: Sleutel, sentence: str) -> Markup:
        """Show a part as a share of its whole, from rounded counts, with Wilson's interval in the results."""
        share = self.aantallen.aandeel(deel, geheel)
        key, found = _id("aandeel", deel), self.interval(share)
        value = None if isinstance(share, Onderdrukt) else share.waarde
        self._record(
            Resultaat(
                key,
                value,
                "aandeel",
                "procent0",
                sentence,
                self.counts.bronnen,
                lower=found.lower if found else None,
                upper=found.upper if found else None,
                n=None if isinstance(share, Onderdrukt) else share.noemer,
                method="Wilson, counts rounded" if found else "",
                treatment=self._rounded if found else ONDERDRUKT,
                withheld=str(share) if isinstance(share, Onderdrukt) else "",
            )
        )
        return self.resultaten.show(key)

    def show_interval(self, deel: Sleutel) -> Markup:
        """Show the interval of a share that was shown."""
        return self.resultaten.show_interval(_id("aandeel", deel))

    def interval(self, share: Aandeel | Onderdrukt) -> Interval | None:
        """Return Wilson's interval over all counts that round to the published ones; None when suppressed."""
        if isinstance(share, Onderdrukt):
            return None
        estimate = proportion(share.teller, share.noemer, rounding=self.aantallen.afgerond_op)
        return estimate.interval(LEVEL) if isinstance(estimate, Estimate) else None

    @property
    def _rounded(self) -> str:
        return f"afgerond op {self.aantallen.afgerond_op}"

    def _record(self, resultaat: Resultaat) -> None:
        """Keep a number; a page may show the same one twice."""
        if resultaat.id not in self.resultaten.by_id:
            self.resultaten.add(resultaat)


def record_schatting(
    resultaten: Resultaten,
    key: str,
    found: Schatting | NotEstimated,
    how: Notatie,
    sentence: str,
    bronnen: Sequence[Bron],
) -> Resultaat:
    """Keep a released estimate; one that was not made, or not released, has no value."""
    if isinstance(found, NotEstimated):
        withheld = "te weinig personen" if found.code == "disclosure" else ""
        return resultaten.add(
            Resultaat(key, None, "", how, sentence, tuple(bronnen), method=found.method, withheld=withheld)
        )
    return resultaten.add(
        Resultaat(
            key,
            found.value,
            found.unit,
            how,
            sentence,
            tuple(bronnen),
            estimand=found.estimand,
            std_error=found.std_error,
            lower=found.lower,
            upper=found.upper,
            p_value=found.p_value,
            method=found.method,
            n=found.n,
            treatment="afgerond",
        )
    )


def _id(kind: str, sleutel: Sleutel) -> str:
    return ".".join([kind, *(part.replace(" ", "_").replace(".", "") for part in sleutel)])
