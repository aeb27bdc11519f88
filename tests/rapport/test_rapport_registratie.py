"""The page on the registers: invented persons with a banner, one's own with names only."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import binom, chi2

from evaluatie.disclosure import SYNTHETIC_GEMEENTE, SYNTHETIC_PERSON, Grond, open_released, release_synthetic
from evaluatie.errors import ChoiceError, DisclosureError
from evaluatie.evaluaties.poort import compare_poort
from evaluatie.quantities import Bron
from evaluatie.rapport import Registratie
from evaluatie.rapport.registratie import check_parameters
from evaluatie.registratie.nieuw import make_municipality
from evaluatie.registratie.opslag import store
from evaluatie.registratie.voorbeeld import Effecten, generate, load_voorbeeldstad, load_waarheid

BRON = Bron("de proef")
DAY = dt.date(2018, 1, 1)


def aanvragen(before: tuple[int, int], after: tuple[int, int]) -> pd.DataFrame:
    """Return meldingen with, per period, how many became an aanvraag."""
    days = [(day, count) for day, count in zip(("2017-06-01", "2018-01-01"), (before, after), strict=True)]
    rows = [(day, day if place < applied else None) for day, (applied, n) in days for place in range(n)]
    return pd.DataFrame(rows, columns=["melding", "aanvraag"]).apply(pd.to_datetime)


def html(fragment) -> str:
    return fragment._repr_html_()


def score_interval(counts: tuple[int, int], totals: tuple[int, int], *, corrected: bool) -> tuple[float, float]:
    """Return the score interval of a ratio of shares (first over second) by search, without any formula for it."""
    (x1, x0), (n1, n0) = counts, totals
    critical = chi2.ppf(0.95, 1)

    def excess(ratio: float) -> float:
        def loss(share: float) -> float:
            return -float(binom.logpmf(x1, n1, ratio * share) + binom.logpmf(x0, n0, share))

        p0 = minimize_scalar(
            loss, bounds=(1e-12, min(1, 1 / ratio) - 1e-12), method="bounded", options={"xatol": 1e-13}
        ).x
        p1 = ratio * p0
        variance = p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0
        if corrected:
            variance *= (n1 + n0) / (n1 + n0 - 1)
        return (x1 / n1 - ratio * x0 / n0) ** 2 / variance - critical

    point = x1 / n1 / (x0 / n0)
    return brentq(excess, point / 20, point), brentq(excess, point, point * 20)


def test_the_interval_is_that_of_the_literature():
    """Koopman (1984, Biometrics 40, table 1): 36 of 40 against 16 of 80 gives 2,94 to 7,15, without a correction.

    Ours has the correction of Miettinen and Nurminen (1985); the search above has to find both. Tolerance 1e-4: the
    search is exact to about 1e-6, statsmodels inverts to about 1e-5.
    """
    counts, totals = (36, 16), (40, 80)
    assert score_interval(counts, totals, corrected=False) == pytest.approx((2.94, 7.15), abs=0.005)
    poort = compare_poort(aanvragen((16, 80), (36, 40)), DAY)
    assert poort.verhouding == pytest.approx(4.5)
    expected = score_interval(counts, totals, corrected=True)
    assert (poort.interval.lower, poort.interval.upper) == pytest.approx(expected, rel=1e-4)


def test_the_order_of_the_rows_does_not_matter():
    frame = aanvragen((16, 80), (36, 40))
    assert compare_poort(frame.sample(frac=1, random_state=3), DAY) == compare_poort(frame, DAY)


@pytest.mark.parametrize(("before", "after"), [((0, 5), (3, 5)), ((3, 5), (0, 5)), ((0, 0), (3, 5))])
def test_without_aanvragen_on_either_side_there_is_no_ratio(before, after):
    assert compare_poort(aanvragen(before, after), DAY) is None


@pytest.mark.parametrize("poort", [0.7, 1.0])
def test_what_was_planted_is_found(poort):
    voorbeeld = generate(3000, 48, 11, Effecten(poort=poort))
    day = dt.date.fromisoformat(voorbeeld.waarheid["effecten"]["poort"]["vanaf"] + "-01")
    found = compare_poort(voorbeeld.register["aanvragen"], day)
    assert found.interval.contains(poort)
    assert found.interval.upper - found.interval.lower < 0.1


def test_the_example_says_on_its_page_that_it_is_invented():
    registratie = Registratie()
    assert "Synthetische gegevens" in html(registratie.herkomst())
    assert "verzonnen" in html(registratie.verloop())
    assert html(registratie.tabellen()).count("<td>ja</td>") == len(load_voorbeeldstad())
    planted = load_waarheid()["effecten"]["poort"]["waarde"]
    results = {item["id"]: item for item in registratie.resultaten.to_json()}
    assert results["poort.ingebouwd"]["value"] == planted
    assert results["poort.verhouding"]["interval"]["lower"] < planted < results["poort.verhouding"]["interval"]["upper"]


def test_of_own_registers_no_number_is_shown(tmp_path, monkeypatch):
    make_municipality(tmp_path / "m", "Zwolle")
    store({"uitkeringen": load_voorbeeldstad()["uitkeringen"]}, tmp_path / "m")
    monkeypatch.setenv("EVALUATIE_MAP", str(tmp_path / "m"))
    registratie = Registratie("eigen")
    assert "Synthetische" not in html(registratie.herkomst())
    assert html(registratie.tabellen()).count("<td>ja</td>") == 1
    assert "geen aantallen" in html(registratie.verloop())
    assert "geen aantallen" in html(registratie.poort())
    assert not registratie.resultaten.to_json()


def test_without_an_import_nothing_is_called_right(tmp_path, monkeypatch):
    make_municipality(tmp_path / "m", "Zwolle")
    monkeypatch.setenv("EVALUATIE_MAP", str(tmp_path / "m"))
    page = html(Registratie("eigen").controles())
    assert "niets gecontroleerd" in page
    assert "geen fouten" not in page


@pytest.mark.parametrize("bron", ["alles", ""])
def test_an_unknown_source_is_refused(bron):
    with pytest.raises(ChoiceError):
        check_parameters({"bron": bron})


def test_own_registers_need_a_folder(monkeypatch):
    monkeypatch.delenv("EVALUATIE_MAP", raising=False)
    with pytest.raises(ChoiceError, match="EVALUATIE_MAP"):
        check_parameters({"bron": "eigen"})


def register(person: str, gemeente: str) -> dict[str, pd.DataFrame]:
    return {
        "uitkeringen": pd.DataFrame({"persoon_id": [SYNTHETIC_PERSON + "0" * 10, person], "gemeente_code": gemeente})
    }


def test_only_invented_persons_of_the_invented_municipality_are_released():
    invented = SYNTHETIC_PERSON + "1" * 10
    released = release_synthetic(3, register(invented, SYNTHETIC_GEMEENTE), BRON)
    assert open_released(released) == 3
    assert released.grond is Grond.SYNTHETISCH
    nobody = {"volumes": pd.DataFrame({"aantal": [1]})}
    for other in (register("a" * 16, SYNTHETIC_GEMEENTE), register(invented, "GM0193"), nobody, {}):
        with pytest.raises(DisclosureError):
            release_synthetic(3, other, BRON)
