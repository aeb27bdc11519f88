"""What the first notebook shows: an effect in Voorbeeldstad beside what was planted there, and one receipt for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from evaluatie.disclosure import open_released, release_evaluaties
from evaluatie.estimation import Estimate
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.trajecten import VENSTERS, evaluate_vensters, read_trajecten
from evaluatie.rapport.bronkeuze import VOORBEELD, open_registers
from evaluatie.rapport.effectdelen import write_evaluaties
from evaluatie.rapport.ontvangstbewijs import build_ontvangstbewijs
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, details, paragraph, table
from evaluatie.rapport.resultaten import Resultaat, Resultaten
from evaluatie.rapport.trajecten import plot_verloop
from evaluatie.rapport.vastleggen_effecten import record_evaluaties
from evaluatie.rapport.verantwoording import Afronding
from evaluatie.registratie.voorbeeld import load_waarheid

_TOEVAL = "Voorbeeldstad komt uit een vaste reeks toevalsgetallen"
_HOLM = "Het oordeel is gecorrigeerd voor het aantal perioden (Holm)."


class Voorbeeldeffect:
    """What a traject did to the chance of work in Voorbeeldstad, beside what was planted; takes a few seconds.

    Attributes
    ----------
    evaluaties : tuple of Evaluatie
        One per period: during a traject, and four periods after it.
    resultaten : Resultaten
        The numbers that it shows.
    """

    def __init__(self) -> None:
        self._bron = open_registers(VOORBEELD)
        gegevens = read_trajecten(self._bron.register, self._bron.naam, self._bron.bronnen)
        self._released = release_evaluaties(evaluate_vensters(gegevens), self._bron.bronnen)
        self.resultaten = Resultaten()
        record_evaluaties(self._released, self.resultaten)
        self._planted = {name: float(load_waarheid()["effecten"][f"traject_{name}"]["waarde"]) for name in VENSTERS}
        for name, value in self._planted.items():
            sentence = f"Ingebouwde verhouding van de kans op werk, {VENSTERS[name][0]}"
            self.resultaten.add(
                Resultaat(f"ingebouwd.{name}", value, "ratio", "ratio", sentence, tuple(self._bron.bronnen))
            )

    @property
    def evaluaties(self) -> tuple[Evaluatie, ...]:
        """The released effects."""
        return open_released(self._released)

    def herkomst(self) -> Fragment:
        """Say that everybody is invented."""
        return self._bron.banner()

    def verloop(self) -> Fragment:
        """Show the effect over the months, what was planted, and per period the sentence with its checks."""
        figure = plot_verloop(self._released, self._bron)
        said = details("Toon per periode de zin, de toetsen en de aannames", write_evaluaties(self._released))
        return figure + self._table() + paragraph(self._verdict()) + said

    def _table(self) -> Fragment:
        rows = [self._row(name, evaluatie) for name, evaluatie in zip(VENSTERS, self.evaluaties, strict=True)]
        numbers = (Kolom(each, "getal") for each in ("effect", "interval", "op_te_merken", "ingebouwd"))
        kolommen = [Kolom("venster"), *numbers, Kolom("oordeel")]
        caption = "Kans per maand op uitstroom naar werk, verhouding: geschat en ingebouwd"
        return table(caption, kolommen, rows, voetnoot=_HOLM)

    def _row(self, name: str, evaluatie: Evaluatie) -> list[Cel]:
        show, seen = self.resultaten, f"{evaluatie.id}.opspoorbaar"
        return [
            evaluatie.venster,
            show.show(evaluatie.id),
            show.show_interval(evaluatie.id),
            show.show(seen) if seen in show.by_id else "–",
            show.show(f"ingebouwd.{name}"),
            evaluatie.oordeel.value,
        ]

    def _verdict(self) -> str:
        inside = [
            evaluatie.estimate.interval().contains(self._planted[name])
            for name, evaluatie in zip(VENSTERS, self.evaluaties, strict=True)
            if isinstance(evaluatie.estimate, Estimate)
        ]
        level = max(evaluatie.bewijskracht for evaluatie in self.evaluaties)
        return (
            f"Bij {sum(inside)} van de {len(inside)} perioden ligt de ingebouwde waarde in het interval. De schatting "
            "kan hier ook stelselmatig te hoog zijn: wie ook zonder traject sneller vertrekt, kreeg er vaker een, en "
            f"dat staat in geen register. Bewijskracht {level.dutch}."
        )


class HeeftResultaten(Protocol):
    """Anything of which the page shows numbers."""

    @property
    def resultaten(self) -> Resultaten:
        """Its numbers."""


def rond_af(titel: str, delen: Sequence[HeeftResultaten], **parameters: object) -> Afronding:
    """Close a page that shows several things: one receipt, and all their numbers for the renderer.

    Parameters
    ----------
    titel : str
        Title of the page.
    delen : sequence
        What the page shows; each has ``resultaten``.
    **parameters
        The parameters of the notebook.

    Returns
    -------
    Afronding
        Shows itself as the receipt.
    """
    together = Resultaten()
    for deel in delen:
        for resultaat in deel.resultaten.by_id.values():
            together.add(resultaat)
    return Afronding(together, build_ontvangstbewijs(titel, parameters, toeval=_TOEVAL))
