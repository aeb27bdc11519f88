"""Besparing on a page: the same maatregel by norm amounts and by estimated effect, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evaluatie.disclosure import TOTAAL
from evaluatie.dossier import load_dossier
from evaluatie.errors import ChoiceError
from evaluatie.evaluaties import trajecten
from evaluatie.evaluaties.besparingseffect import evaluate_besparing
from evaluatie.evaluaties.besparingseffect_plaatsingen import (
    PLAATSINGEN,
    count_plaatsingen,
    count_starts,
    find_jaren,
    require_jaren,
)
from evaluatie.evaluaties.besparingseffect_prijs import EIGEN as EIGEN_PRIJS
from evaluatie.evaluaties.besparingseffect_prijs import PRIJZEN, price_month
from evaluatie.rapport import besparing_delen as delen
from evaluatie.rapport.besparing_buig import LAATSTE, release_buig
from evaluatie.rapport.besparing_fictief import describe_jaren, read_normen, release_fictief
from evaluatie.rapport.besparing_vrijgave import STARTS, release_besparing, release_starts, released_count
from evaluatie.rapport.bronkeuze import VOORBEELD, check_bron, open_registers
from evaluatie.rapport.effectdelen import write_evaluaties
from evaluatie.rapport.ontvangstbewijs import build_ontvangstbewijs
from evaluatie.rapport.opmaak import Fragment, Kolom, paragraph, table, warning
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.verantwoording import Afronding

NORM_DOSSIER = "Voorschoten"
"""Whose norm amounts Voorbeeldstad uses: the only dossier that publishes them (bijlage 1)."""
LOOPTIJDEN = ("6", "12", "24")
LANGSTE_LOOPTIJD = 120


class Besparingsvergelijking:
    """Fictief against estimated, section by section as the notebook shows it.

    Parameters
    ----------
    bron : {"voorbeeld", "eigen"}
        Voorbeeldstad, in which everybody is invented, or the folder in ``EVALUATIE_MAP``.
    maatregel : str
        The id by which the table plaatsingen attributes a placement to trajecten.
    begrotingsjaar : str
        ``"laatste"`` or a year: for which the effect on the BUIG result is shown with its interval.
    prijs : {"eigen", "landelijk"}
        Where the price of a month with benefit comes from; without own amounts it is the nation's.
    looptijden : sequence of str
        Months a placement may last.
    """

    def __init__(
        self,
        bron: str = VOORBEELD,
        maatregel: str = trajecten.MAATREGEL_ID,
        begrotingsjaar: str = LAATSTE,
        prijs: str = EIGEN_PRIJS,
        looptijden: Sequence[str] = LOOPTIJDEN,
    ) -> None:
        self._parameters = {
            "bron": bron,
            "maatregel": maatregel,
            "begrotingsjaar": begrotingsjaar,
            "prijs": prijs,
            "looptijden": list(looptijden),
        }
        check_parameters(self._parameters)
        self._prijs, self._looptijden = prijs, tuple(map(int, looptijden))
        self._bron, self.resultaten = open_registers(bron), Resultaten()
        self._compute(maatregel, begrotingsjaar)

    def herkomst(self) -> Fragment:
        """Say whose data these are."""
        return self._bron.banner()

    def fictief(self) -> Fragment:
        """Show the fictieve besparing: placements times norm amounts."""
        normen = self._fictief.normen
        if not normen.bedragen:
            return self._fictief.write()
        source = next(iter(normen.bronnen.values()))
        return paragraph(f"Normbedragen: {source}.") + self._fictief.write()

    def prijs(self) -> Fragment:
        """Show what a month with benefit costs, and where that price comes from."""
        shown = delen.write_prijs(self._pagina, self._bron.naam)
        if self._prijs == EIGEN_PRIJS and not self._pagina.prijs_eigen:
            missing = "De registers geven van deze jaren geen eigen prijs (tabellen financien en volumes)."
            return warning(f"{missing} Daarom staat hier die van het land.") + shown
        return shown

    def starts(self) -> Fragment:
        """Show how many starts the effect is multiplied by."""
        show = self._starts.show
        rows = [[str(jaar), show((STARTS, str(jaar)), f"Starts in {jaar}", STARTS)] for jaar in self._pagina.jaren]
        rows.append(["samen", show((STARTS, TOTAAL), f"Starts, {describe_jaren(self._pagina.jaren)}", STARTS)])
        note = self._starts.explain([[str(cel) for cel in row] for row in rows])
        heads = [Kolom("jaar"), Kolom(STARTS, "getal")]
        return table("Starts van een traject", heads, rows, voetnoot=note)

    def vergelijking(self) -> Fragment:
        """Show the fictieve and the estimated besparing side by side, with what may be said of it."""
        return delen.write_vergelijking(
            self._pagina, self._fictief, bron=str(self._bron.bronnen[0]), synthetisch=self._bron.synthetisch
        )

    def toetsen(self) -> Fragment:
        """Show on which effects the estimate rests, and how one tried to break them."""
        return write_evaluaties(self._pagina.basis)

    def ook_zonder(self) -> Fragment:
        """Show how much of the exits to work would have come about without a traject."""
        return delen.write_zonder(self._pagina)

    def looptijden(self) -> Fragment:
        """Show scenarios for how long a placement lasts."""
        return delen.write_looptijden(self._pagina, self._looptijden)

    def terugverdientijd(self) -> Fragment:
        """Show how long it takes until a start has paid for itself."""
        return delen.write_terugverdientijd(self._pagina)

    def buig(self) -> Fragment:
        """Show what the besparing is worth on the BUIG budget: a euro saved is not always a euro gained."""
        return self._buig.write(self._bron.naam)

    def afronding(self) -> Afronding:
        """Show the receipt and hand the results to the renderer."""
        drawn = "Voorbeeldstad komt uit een vaste reeks toevalsgetallen" if self._bron.synthetisch else "geen"
        bewijs = build_ontvangstbewijs("Besparing: fictief en geschat", self._parameters, toeval=drawn)
        return Afronding(self.resultaten, bewijs)

    def _compute(self, maatregel: str, jaar: str) -> None:
        bron, resultaten, voorbeeld = self._bron, self.resultaten, self._parameters["bron"] == VOORBEELD
        gegevens = trajecten.read_trajecten(bron.register, bron.naam, bron.bronnen)
        jaren = require_jaren(gegevens.dekking)
        self._starts, starts = release_starts(count_starts(gegevens, jaren), bron.bronnen, resultaten)
        covered = find_jaren(gegevens.dekking, "trajecten", PLAATSINGEN)
        placed = count_plaatsingen(bron.register, maatregel, jaren) if covered else None
        normen = read_normen(load_dossier(NORM_DOSSIER) if voorbeeld else bron.dossier)
        self._fictief = release_fictief(placed, normen, jaren, bron.bronnen, resultaten)
        effecten = evaluate_besparing(gegevens)
        prijs = price_month(bron.register, gegevens.dekking, jaren, self._prijs, bron.bronnen)
        self._pagina = release_besparing(
            gegevens,
            effecten,
            prijs,
            starts,
            jaren=jaren,
            looptijden=self._looptijden,
            fictief=self._fictief.totaal_eur,
            plaatsingen=self._fictief.geplaatst,
            bronnen=bron.bronnen,
            resultaten=resultaten,
        )
        per_jaar = {each: released_count(self._starts, each) for each in jaren}
        self._buig = release_buig(bron, effecten, prijs, per_jaar, jaar, resultaten)


def check_parameters(parameters: Mapping[str, object]) -> None:
    """Refuse an unknown source, price, year or duration before a kernel starts."""
    check_bron(parameters)
    if parameters["prijs"] not in PRIJZEN:
        raise ChoiceError(f"'{parameters['prijs']}' is geen prijs.", f"Mogelijk: {', '.join(PRIJZEN)}.")
    jaar = str(parameters["begrotingsjaar"])
    if jaar != LAATSTE and not (len(jaar) == 4 and jaar.isdecimal()):
        raise ChoiceError(f"'{jaar}' is geen jaar.", f"Mogelijk: {LAATSTE}, of een jaartal zoals 2018.")
    given = parameters["looptijden"]
    durations = list(map(str, given)) if isinstance(given, list | tuple) else [str(given)]
    if not durations or len(set(durations)) < len(durations) or not all(map(_is_duration, durations)):
        raise ChoiceError(
            f"De looptijden {', '.join(durations)} zijn niet goed.",
            f"Geef verschillende hele aantallen maanden, van 1 tot en met {LANGSTE_LOOPTIJD}.",
        )


def _is_duration(text: str) -> bool:
    return text.isdecimal() and 1 <= int(text) <= LANGSTE_LOOPTIJD
