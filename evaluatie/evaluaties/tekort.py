"""Part A of the request: how large the deficit is, and whether it comes from volume or from price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evaluatie.cijfers import table_bron
from evaluatie.cijfers.kengetallen import load_kengetallen
from evaluatie.cijfers.landelijk import mean_uitkeringen_per_year
from evaluatie.dossier import Dossier
from evaluatie.dossier.schema import BuigJaar, Status
from evaluatie.quantities import Bron, Euro
from evaluatie.wet import Vangnetberekening, compute_vangnetuitkering


@dataclass(frozen=True, slots=True)
class Tekort:
    """What the sources give of the BUIG result of one year.

    Parameters
    ----------
    berekening : Vangnetberekening or None
        None when a field is missing.
    ontbreekt : tuple of str
        What the dossier lacks for the calculation, in plain Dutch.
    raming : bool
        Whether an amount it rests on is a forecast.
    """

    jaar: int
    buig: BuigJaar | None
    berekening: Vangnetberekening | None
    ontbreekt: tuple[str, ...]
    raming: bool = False


@dataclass(frozen=True, slots=True)
class Ontleding:
    """A change of cost, split into volume and price so that the two add up exactly.

    Bennet's split: the change of one times the mean of the other.
    """

    volume_effect: float
    prijs_effect: float

    @property
    def totaal(self) -> float:
        """The whole change."""
        return self.volume_effect + self.prijs_effect


@dataclass(frozen=True, slots=True)
class LandelijkJaar:
    """The nation in one year: benefits, net cost, price and deficit on the BUIG budget."""

    jaar: int
    uitkeringen: float
    netto_lasten_eur: float
    tekort_aandeel: float
    bronnen: tuple[Bron, ...]

    @property
    def prijs_eur(self) -> float:
        """Net cost of one benefit; rough, because the cost includes loonkostensubsidie and Bbz."""
        return self.netto_lasten_eur / self.uitkeringen


def assess_tekort(dossier: Dossier, jaar: int) -> Tekort:
    """Compute the vangnetuitkering from the dossier, or say which fields are missing."""
    buig = next((item for item in dossier.buig if item.jaar == jaar), None)
    known = _read_year(dossier, buig)
    if buig is None or known is None:
        return Tekort(jaar, buig, None, _list_missing(jaar, buig))
    earlier = {item.jaar: _after_errors(dossier, item) for item in dossier.buig if item.jaar < jaar}
    berekening = compute_vangnetuitkering(
        jaar=jaar,
        budget=known[0],
        netto_lasten=known[1],
        fouten_en_onzekerheden=_read_errors(dossier, buig),
        eerdere_jaren={year: figures for year, figures in earlier.items() if figures},
    )
    return Tekort(jaar, buig, berekening, (), _rests_on_forecast(dossier, buig))


def _rests_on_forecast(dossier: Dossier, buig: BuigJaar) -> bool:
    # The deficit may itself be derived from forecasts, so one forecast among the three is enough.
    used = [identifier for identifier in (buig.budget, buig.netto_lasten, buig.tekort) if identifier]
    return any(dossier.cijfer(identifier).status is Status.RAMING for identifier in used)


def decompose_lasten(volume_0: float, prijs_0: float, volume_1: float, prijs_1: float) -> Ontleding:
    """Split the change of ``volume × prijs`` between two years into volume and price (Bennet 1920)."""
    return Ontleding((volume_1 - volume_0) * (prijs_0 + prijs_1) / 2, (prijs_1 - prijs_0) * (volume_0 + volume_1) / 2)


def list_landelijke_jaren() -> Mapping[int, LandelijkJaar]:
    """Return the nation by year, for the years of which the BUIG result is known (2015–2017)."""
    kengetallen, uitkeringen = load_kengetallen(), mean_uitkeringen_per_year()
    return {
        jaar: LandelijkJaar(
            jaar=jaar,
            uitkeringen=float(uitkeringen[jaar]),
            netto_lasten_eur=(buig.lasten - buig.baten) * 1e6,
            tekort_aandeel=buig.tekort_aandeel,
            bronnen=(
                kengetallen.buig_bron(),
                table_bron("uitkeringen_landelijk_maand", f"{jaar}, gemiddelde van twaalf maanden"),
            ),
        )
        for jaar, buig in kengetallen.buig_landelijk.jaren.items()
    }


def _list_missing(jaar: int, buig: BuigJaar | None) -> tuple[str, ...]:
    missing = [] if buig and buig.budget else [f"het definitieve BUIG-budget over {jaar}"]
    if not (buig and (buig.netto_lasten or buig.tekort)):
        missing.append(f"de netto lasten (of het tekort) over {jaar}")
    return tuple(missing)


def _read_errors(dossier: Dossier, buig: BuigJaar) -> Euro:
    """Return line D; zero where the netto lasten follow from a tekort, which is already after deduction of D."""
    if not buig.netto_lasten:
        return Euro(0)
    return Euro.of(dossier.cijfer(buig.fouten_en_onzekerheden).waarde) if buig.fouten_en_onzekerheden else Euro(0)


def _after_errors(dossier: Dossier, buig: BuigJaar) -> tuple[Euro, Euro] | None:
    """Return budget and netto lasten after deduction of line D, as the multi-year condition asks."""
    known = _read_year(dossier, buig)
    return (known[0], known[1] - _read_errors(dossier, buig)) if known else None


def _read_year(dossier: Dossier, buig: BuigJaar | None) -> tuple[Euro, Euro] | None:
    """Return budget and netto lasten; the netto lasten may follow from budget and tekort."""
    if buig is None or buig.budget is None:
        return None
    budget = Euro.of(dossier.cijfer(buig.budget).waarde)
    if buig.netto_lasten:
        return budget, Euro.of(dossier.cijfer(buig.netto_lasten).waarde)
    return (budget, budget + Euro.of(dossier.cijfer(buig.tekort).waarde)) if buig.tekort else None
