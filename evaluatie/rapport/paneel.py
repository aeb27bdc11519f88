"""A small control panel over the comparison of municipalities: turn a knob, and sentence, table and figure follow."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass, fields, replace
from importlib.util import find_spec
from typing import Any

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.errors import ChoiceError
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.landelijke_vergelijking import UITKOMST_WOORDEN, to_day
from evaluatie.evaluaties.vergelijkingsgroep import Vergelijkingsgroep, known_groep
from evaluatie.panel import build_gemeentepanel
from evaluatie.project import explain_install
from evaluatie.rapport.bestandsontwikkeling import known_outcome
from evaluatie.rapport.landelijke_vergelijking import LandelijkeVergelijking
from evaluatie.rapport.omgeving import is_live
from evaluatie.rapport.opmaak import Fragment, Kolom, details, paragraph, table, warning
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.vastleggen_effecten import record_effect

STATISCH = (
    "In JupyterLab staan hier knoppen voor gemeente, uitkomst, ingangsdatum en vergelijkingsgroep. Op een pagina niet: "
    "dit is één stand van de knoppen."
)
ZONDER_KNOPPEN = (
    f"De knoppen werken nog niet: ipywidgets is niet geïnstalleerd. {explain_install('lab')} Tot dan kiest u "
    "hierboven, in Paneel(…)."
)
_OPMERKING = (
    "De eerste regel is de hoofdschatting. Een andere groep staat ernaast om te zien of de uitkomst ervan afhangt; zij "
    "komt er niet voor in de plaats."
)


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the knobs are."""

    gemeente: str
    uitkomst: str
    ingangsdatum: dt.date
    groep: Vergelijkingsgroep


_KNOPPEN = tuple(each.name for each in fields(Stand))


class Paneel:
    """What happened in a municipality after a date, with a knob for every choice.

    Where nobody can turn a knob (a rendered page, no ipywidgets) it shows the one setting it was given.

    Parameters
    ----------
    gemeente : str
        Any municipality of 2017, by name or CBS code.
    uitkomst : {"instroom", "uitstroom", "uitstroom_naar_werk"}
    ingangsdatum : str or datetime.date
        First day of the policy (ISO text or a date).
    groep : str
        With whom to compare: ``"alle"``, ``"omvang"``, ``"niveau"`` or ``"beide"``.
    knoppen : bool, optional
        Whether to show knobs; by default when a Jupyter server opened the notebook (`is_live`).

    Attributes
    ----------
    stand : Stand
        Where the knobs are.
    vergelijking : LandelijkeVergelijking
        What they choose: its ``evaluatie`` and ``placebos`` hold the numbers.
    """

    def __init__(
        self,
        gemeente: str = "Dalfsen",
        uitkomst: str = "uitstroom_naar_werk",
        ingangsdatum: str | dt.date = "2017-01-01",
        groep: str = "alle",
        *,
        knoppen: bool | None = None,
    ) -> None:
        self.stand = _read_stand(gemeente, uitkomst, ingangsdatum, groep)
        self._live = is_live() if knoppen is None else knoppen
        self._seen: dict[Stand, LandelijkeVergelijking] = {}

    def zet(self, **keuze: Any) -> Fragment:
        """Turn knobs from code: ``paneel.zet(gemeente="Zwolle", groep="omvang")``; returns what they show.

        Parameters
        ----------
        **keuze
            ``gemeente``, ``uitkomst``, ``ingangsdatum`` or ``groep``, as when making the panel.

        Raises
        ------
        ChoiceError
            For a choice that does not exist; the knobs then stay where they were.
        """
        if unknown := [name for name in keuze if name not in _KNOPPEN]:
            raise ChoiceError(f"Er is geen knop '{unknown[0]}'.", f"Mogelijk: {', '.join(_KNOPPEN)}.")
        self.stand = _read_stand(**{**{name: getattr(self.stand, name) for name in _KNOPPEN}, **keuze})
        return self.toon()

    @property
    def vergelijking(self) -> LandelijkeVergelijking:
        """The comparison at this setting."""
        return self._compare(self.stand)

    @property
    def resultaten(self) -> Resultaten:
        """The numbers that this setting shows, for ``results.json``."""
        resultaten = Resultaten()
        for groep, evaluatie in self._shown():
            for resultaat in record_effect(f"paneel.{groep.name.lower()}", evaluatie):
                resultaten.add(resultaat)
        return resultaten

    def toon(self) -> Fragment:
        """Show sentence, table and figure of this setting."""
        evaluatie = self.vergelijking.evaluatie
        estimated = not isinstance(evaluatie.estimate, NotEstimated)
        said = (paragraph if estimated else warning)(evaluatie.sentence)
        said += paragraph(f"Bewijskracht {evaluatie.bewijskracht.dutch}.")
        if estimated:
            said += self.vergelijking.vergeleken()
        shown = said + self._table() + self.vergelijking.verloop()
        if estimated:
            shown += details("Toon de toetsen en aannames", self.vergelijking.toetsen())
        return shown + self._count()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        # The text goes along with the knobs: a saved notebook that is converted later has no knobs, but does have this.
        return {**self._knobs(), "text/html": self._page()._repr_html_()}

    def _page(self) -> Fragment:
        missing = self._live and not _has_widgets()
        return (warning(ZONDER_KNOPPEN) if missing else paragraph(STATISCH, css="uitleg")) + self.toon()

    def _knobs(self) -> dict[str, Any]:
        return dict(self._box._repr_mimebundle_()) if self._live and _has_widgets() else {}

    @functools.cached_property
    def _box(self) -> Any:
        from evaluatie.rapport.knoppen import build_knoppen

        return build_knoppen(self, sorted(build_gemeentepanel().names))

    def _compare(self, stand: Stand) -> LandelijkeVergelijking:
        if stand not in self._seen:
            self._seen[stand] = LandelijkeVergelijking(stand.gemeente, stand.uitkomst, stand.ingangsdatum, stand.groep)
        return self._seen[stand]

    def _shown(self) -> list[tuple[Vergelijkingsgroep, Evaluatie]]:
        """Return the main comparison, and beside it the chosen one when that is another."""
        groups = dict.fromkeys([Vergelijkingsgroep.ALLE, self.stand.groep])
        return [(groep, self._compare(replace(self.stand, groep=groep)).evaluatie) for groep in groups]

    def _table(self) -> Fragment:
        show, rows = self.resultaten, []
        for groep, evaluatie in self._shown():
            key = f"paneel.{groep.name.lower()}"
            seen = f"{key}.opspoorbaar"
            level = f"{int(evaluatie.bewijskracht)} van 5" if evaluatie.bewijskracht else "–"
            found = [show.show(key), show.show_interval(key), show.show(key, "p_value")]
            rows.append([groep.value, *found, show.show(seen) if seen in show.by_id else "–", level])
        numbers = ("procentpunt", "interval", "p", "op_te_merken")
        kolommen = [Kolom("groep"), *(Kolom(each, "getal") for each in numbers), Kolom("bewijskracht")]
        title = (
            f"{UITKOMST_WOORDEN[self.stand.uitkomst].capitalize()} in {self.stand.gemeente} sinds "
            f"{notatie.date(self.stand.ingangsdatum)}, vergeleken met andere gemeenten"
        )
        return table(title, kolommen, rows, voetnoot=_OPMERKING if len(rows) > 1 else "")

    def _count(self) -> Fragment:
        """Say how many settings were looked at: who turns long enough always finds something."""
        number = len({replace(stand, groep=Vergelijkingsgroep.ALLE) for stand in self._seen})
        if number < 2:
            return Fragment(Markup(""))
        return paragraph(
            f"U bekeek nu {number} combinaties van gemeente, uitkomst en datum. Van twintig waarin niets gebeurde, "
            "geeft er gemiddeld één een p onder 0,05. Kies dus vooraf, en meld hoeveel u er bekeek.",
            css="uitleg",
        )


def _read_stand(gemeente: str, uitkomst: str, ingangsdatum: str | dt.date, groep: str) -> Stand:
    panel = build_gemeentepanel()
    naam = str(panel.names[panel.code_of(gemeente)])
    return Stand(naam, known_outcome(uitkomst), to_day(ingangsdatum), known_groep(groep))


def _has_widgets() -> bool:
    return find_spec("ipywidgets") is not None
