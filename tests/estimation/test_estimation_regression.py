"""Regressions by formula: held against NIST, Stata as printed, statsmodels and linearmodels."""

from __future__ import annotations

import math

import nist_strd as nist
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from linearmodels.iv import IV2SLS

from evaluatie.errors import EstimationError
from evaluatie.estimation import Regression, logit, ols, poisson
from evaluatie.estimation.simulate.people import simulate_people


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return simulate_people(municipalities=20, each=15, seed=3).assign(gewicht=lambda f: 0.5 + f["leeftijd"] / 40)


@pytest.fixture(scope="module")
def grunfeld() -> pd.DataFrame:
    """The ten firms of Stata's example; statsmodels' file has an eleventh."""
    return sm.datasets.grunfeld.load_pandas().data.iloc[:200].assign(w=lambda f: 1 / f["value"])


def _polynomial(degree: int) -> str:
    return "y ~ x" + "".join(f" + I(x**{power})" for power in range(2, degree + 1))


def _xy(x: np.ndarray | str, y: np.ndarray | str) -> pd.DataFrame:
    return pd.DataFrame({name: nist.numbers(v) if isinstance(v, str) else v for name, v in (("x", x), ("y", y))})


LONGLEY_FORMULA = "TOTEMP ~ GNPDEFL + GNP + UNEMP + ARMED + POP + YEAR"
WAMPLER = [[(1.0, error * 100**power) for error in nist.WAMPLER_ERRORS] for power in range(3)]


@pytest.mark.parametrize(
    ("frame", "formula", "certified", "digits"),
    [
        pytest.param(_xy(nist.NORRIS_X, nist.NORRIS_Y), "y ~ x", nist.NORRIS, 1e-11, id="Norris"),
        pytest.param(_xy(nist.PONTIUS_X, nist.PONTIUS_Y), _polynomial(2), nist.PONTIUS, 1e-11, id="Pontius"),
        pytest.param(_xy(nist.NOINT1_X, nist.NOINT1_Y), "y ~ x - 1", nist.NOINT1, 1e-13, id="NoInt1"),
        pytest.param(_xy(nist.WAMPLER_X, nist.WAMPLER3_Y), _polynomial(5), WAMPLER[0], 1e-9, id="Wampler3"),
        pytest.param(_xy(nist.WAMPLER_X, nist.WAMPLER4_Y), _polynomial(5), WAMPLER[1], 1e-6, id="Wampler4"),
        pytest.param(_xy(nist.WAMPLER_X, nist.WAMPLER5_Y), _polynomial(5), WAMPLER[2], 1e-4, id="Wampler5"),
        pytest.param(_xy(nist.FILIP_X, nist.FILIP_Y), _polynomial(10), nist.FILIP, 1e-6, id="Filip"),
        pytest.param(None, LONGLEY_FORMULA, nist.LONGLEY, 1e-9, id="Longley"),
    ],
)
def test_least_squares_meets_the_certified_values_of_nist(
    frame: pd.DataFrame | None, formula: str, certified: nist.Certified, digits: float
) -> None:
    """NIST StRD, linear least squares, all coefficients and their standard deviations (one variance for all rows).

    The tolerance is a relative error. Sixteen digits less what the condition of the problem takes: Filip has a
    condition number of 1e10 after scaling, and in Wampler 4 and 5 the coefficients of one stand beside errors of up to
    1e7, so that even their worst digit is 1e-13 of a standard error.
    """
    data = sm.datasets.longley.load_pandas().data if frame is None else frame
    estimates = list(ols(data, formula=formula, errors="classical").estimates.values())
    assert len(estimates) == len(certified)
    for estimate, (value, std_error) in zip(estimates, certified, strict=True):
        assert estimate.value == pytest.approx(value, rel=digits)
        assert estimate.std_error == pytest.approx(std_error, rel=min(digits, 1e-7))


@pytest.mark.parametrize(
    ("options", "table"),
    [
        (
            {"cluster": "firm"},
            # regress invest mvalue kstock, vce(cluster company)
            {
                "value": (0.11556215606596, 0.01589433647768, 0.07960666895505, 0.15151764317688),
                "capital": (0.23067848754982, 0.08496711097464, 0.03846952885627, 0.42288744624337),
                "Intercept": (-42.714369016733, 20.425202580078, -88.919387334862, 3.4906493013959),
            },
        ),
        (
            {"weights": "w"},
            # regress invest mvalue kstock [aw=1/mvalue], robust
            {
                "value": (0.11694307068216, 0.00768545583365, 0.101786744367590, 0.13209939699674),
                "capital": (0.10410756769914, 0.00986959606725, 0.08464394422305, 0.12357119117523),
                "Intercept": (-9.2723336171089, 2.3458404391932, -13.898516363832, -4.6461508703863),
            },
        ),
        (
            {"weights": "w", "cluster": "firm"},
            # regress invest mvalue kstock [aw=1/mvalue], vce(cluster company)
            {
                "value": (0.11694307068216, 0.02609630113434, 0.05790913614858, 0.17597700521575),
                "capital": (0.10410756769914, 0.02285882773869, 0.05239730679689, 0.15581782860139),
                "Intercept": (-9.2723336171089, 5.7204731422962, -22.212942910549, 3.6682756763312),
            },
        ),
    ],
)
def test_grunfeld_is_as_stata_prints_it(
    grunfeld: pd.DataFrame, options: dict[str, str], table: dict[str, tuple[float, ...]]
) -> None:
    """Stata's ``regress`` on Grunfeld's investment data: coefficient, standard error and the ends of the interval.

    The output is kept in statsmodels, regression/tests/results/results_grunfeld_ols_robust_cluster.py. Clusters give
    t with nine degrees of freedom, robust errors t with 197. 2e-7: Stata's data hold single-precision numbers.
    """
    rows = ols(grunfeld, formula="invest ~ value + capital", **options).tidy().set_index("term")
    for term, expected in table.items():
        found = rows.loc[term, ["estimate", "std_error", "conf_low", "conf_high"]].astype(float)
        assert found.tolist() == pytest.approx(list(expected), rel=2e-7)


def test_robust_errors_are_those_of_stata() -> None:
    """Stata: ``regress g_realinv g_realgdp L.realint, vce(robust)``, in statsmodels results_macro_ols_robust.py."""
    macro = sm.datasets.macrodata.load_pandas().data
    frame = pd.DataFrame(
        {
            "inv": 400 * np.diff(np.log(macro["realinv"])),
            "gdp": 400 * np.diff(np.log(macro["realgdp"])),
            "lint": macro["realint"][:-1],
        }
    )
    fit = ols(frame, formula="inv ~ gdp + lint")
    for term, value, error in (
        ("gdp", 4.3742216647032, 0.32355452428856),
        ("lint", -0.61399696947899, 0.32772840315987),
        ("Intercept", -9.4816727746549, 1.3690593206013),
    ):
        assert fit[term].value == pytest.approx(value, rel=1e-9)
        assert fit[term].std_error == pytest.approx(error, rel=1e-9)
    assert (fit["gdp"].dof, fit["gdp"].n) == (199, 202)


def test_spector_and_mazzeo_is_the_logit_of_greene() -> None:
    """Spector and Mazzeo (1980), the logit of Greene's *Econometric Analysis* (fifth edition, table 21.1).

    Greene prints three decimals, −13,021 (4,931), 2,826 (1,263), 0,095 (0,142) and 2,379 (1,065); the further digits
    are Stata's, in statsmodels discrete/tests/results/results_discrete.py (twelve are given; 1e-9 is what they leave).
    """
    data = sm.datasets.spector.load_pandas().data
    fit = logit(data, formula="GRADE ~ GPA + TUCE + PSI", errors="classical")
    for term, value, error in (
        ("Intercept", -13.0213483201, 4.93132462871),
        ("GPA", 2.82611297201, 1.26294114526),
        ("TUCE", 0.0951576702557, 0.141554207662),
        ("PSI", 2.37868772835, 1.06456430165),
    ):
        assert fit[term].value == pytest.approx(value, rel=2e-7)
        assert fit[term].std_error == pytest.approx(error, rel=2e-7)
    assert fit["PSI"].dof is None
    x = sm.add_constant(data[["GPA", "TUCE", "PSI"]]).to_numpy()
    chance = 1 / (1 + np.exp(-x @ [estimate.value for estimate in fit.estimates.values()]))
    assert x.T @ (data["GRADE"] - chance) == pytest.approx(np.zeros(4), abs=1e-9)


def test_the_rand_experiment_is_the_poisson_of_stata() -> None:
    """Doctor visits in the RAND Health Insurance Experiment (20.190 rows), Stata's ``poisson``, in results_discrete.py.

    3e-8 is what Stata's own stopping rule and single-precision data leave.
    """
    data = sm.datasets.randhie.load_pandas().data
    fit = poisson(
        data,
        formula="mdvis ~ lncoins + idp + lpi + fmde + physlm + disea + hlthg + hlthf + hlthp",
        errors="classical",
    )
    values = [0.700352877227, -0.052535114675, -0.247086797633, 0.035290201794, -0.03457750643, 0.271713973711]
    errors = [
        0.01116266712362,
        0.00288398915279,
        0.01061725196728,
        0.00182833684966,
        0.00161284852954,
        0.01223913844387,
    ]
    for (_, estimate), value, error in zip(fit.estimates.items(), values, errors, strict=False):
        assert estimate.value == pytest.approx(value, rel=3e-8)
        assert estimate.std_error == pytest.approx(error, rel=3e-8)


@pytest.mark.parametrize("weights", [None, "gewicht"])
@pytest.mark.parametrize("cluster", [None, "gemeente"])
def test_least_squares_is_that_of_linearmodels(people: pd.DataFrame, weights: str | None, cluster: str | None) -> None:
    """Linearmodels IV2SLS without instruments: an independent implementation, robust or clustered, debiased (1e-10)."""
    fit = ols(people, formula="uren ~ regeling + leeftijd", weights=weights, cluster=cluster)
    x = sm.add_constant(people[["regeling", "leeftijd"]])
    model = IV2SLS(people["uren"], x, None, None, weights=people[weights] if weights else None)
    if cluster:
        codes = people[cluster].astype("category").cat.codes
        theirs = model.fit(cov_type="clustered", clusters=codes, debiased=True)
    else:
        theirs = model.fit(cov_type="robust", debiased=True)
    for term in ("regeling", "leeftijd"):
        assert fit[term].value == pytest.approx(theirs.params[term], rel=1e-10)
        assert fit[term].std_error == pytest.approx(theirs.std_errors[term], rel=1e-10)


@pytest.mark.parametrize(
    ("estimate", "formula", "theirs"),
    [
        (logit, "baan ~ regeling + C(opleiding)", smf.logit),
        (poisson, "gesprekken ~ regeling + C(opleiding)", smf.poisson),
    ],
    ids=["logit", "poisson"],
)
@pytest.mark.parametrize("cluster", [None, "gemeente"])
def test_maximum_likelihood_errors_are_those_of_statsmodels(people, estimate, formula, theirs, cluster) -> None:
    """Statsmodels' discrete models, by Newton's method, robust or clustered (1e-7: where it stops).

    What statsmodels calls HC1 leaves out N/(N−K) for these models; we keep it, as in least squares. The clustered
    factor is the same, and refers to t with G − 1 degrees of freedom as statsmodels does with ``use_t``.
    """
    ours = estimate(people, formula=formula, cluster=cluster)
    codes = people["gemeente"].astype("category").cat.codes
    kind = {"cov_type": "cluster", "cov_kwds": {"groups": codes}, "use_t": True} if cluster else {"cov_type": "HC1"}
    fit = theirs(formula, people).fit(disp=0, tol=1e-12, maxiter=100, **kind)
    factor = 1.0 if cluster else math.sqrt(fit.nobs / (fit.nobs - len(fit.params)))
    for term, estimated in ours.estimates.items():
        assert estimated.value == pytest.approx(fit.params[term], rel=1e-7)
        assert estimated.std_error == pytest.approx(fit.bse[term] * factor, rel=1e-7)
    if cluster:
        assert ours["regeling"].p_value == pytest.approx(fit.pvalues["regeling"], rel=1e-6)


def test_weights_and_exposure_are_those_of_a_generalised_linear_model(people: pd.DataFrame) -> None:
    """Statsmodels GLM with `var_weights` and exposure; its HC0 with N/(N−K) is our robust covariance (1e-9)."""
    ours = poisson(people, formula="gesprekken ~ regeling + leeftijd", exposure="maanden", weights="gewicht")
    fit = smf.glm(
        "gesprekken ~ regeling + leeftijd",
        people,
        family=sm.families.Poisson(),
        exposure=people["maanden"],
        var_weights=people["gewicht"],
    ).fit(tol=1e-14, cov_type="HC0")
    for term, estimated in ours.estimates.items():
        assert estimated.value == pytest.approx(fit.params[term], rel=1e-9)
        assert estimated.std_error == pytest.approx(fit.bse[term] * math.sqrt(300 / 297), rel=1e-9)


def test_planted_coefficients_lie_in_their_intervals() -> None:
    """Drawn with seed 1 at eight times the standard size, so that a wrong sign or scale cannot hide."""
    frame = simulate_people(municipalities=320, seed=1)
    for fit, truth in (
        (ols(frame, formula="uren ~ regeling + leeftijd + C(opleiding)", cluster="gemeente"), -1.5),
        (logit(frame, formula="baan ~ regeling + leeftijd + C(opleiding)", cluster="gemeente"), 0.6),
        (poisson(frame, formula="gesprekken ~ regeling + C(opleiding)", cluster="gemeente", exposure="maanden"), 0.25),
    ):
        assert fit["regeling"].interval().contains(truth)
        assert abs(fit["regeling"].statistic or 0) > 8


@pytest.mark.slow
def test_clustered_intervals_cover_and_robust_ones_do_not_when_people_share_a_shock() -> None:
    """Nominal 95%, 400 draws (Monte Carlo error 1,1 points), 30 municipalities; rows as if independent cover < 85%."""
    hits = {"gemeente": 0, None: 0}
    for seed in range(400):
        frame = simulate_people(municipalities=30, each=20, hours=0.0, seed=seed)
        for cluster in hits:
            fit = ols(frame, formula="uren ~ regeling", cluster=cluster)
            hits[cluster] += fit["regeling"].interval().contains(0.0)
    assert 0.93 <= hits["gemeente"] / 400 <= 0.97
    assert hits[None] / 400 < 0.85


@pytest.mark.parametrize("estimate", [ols, logit, poisson])
def test_order_names_and_duplicates_change_nothing(people: pd.DataFrame, estimate) -> None:
    outcome = {ols: "uren", logit: "baan", poisson: "gesprekken"}[estimate]
    formula = f"{outcome} ~ regeling + leeftijd"
    before = people.copy()
    plain = estimate(people, formula=formula, cluster="gemeente", weights="gewicht")
    pd.testing.assert_frame_equal(people, before)
    shuffled = people.sample(frac=1, random_state=1).assign(gemeente=lambda f: "x" + f["gemeente"].str[::-1])
    halved = pd.concat([people, people]).assign(gewicht=lambda f: f["gewicht"] / 2)
    moved = estimate(shuffled, formula=formula, cluster="gemeente", weights="gewicht")
    doubled = estimate(halved, formula=formula, cluster="gemeente", weights="gewicht")
    scaled = estimate(
        people.assign(gewicht=people["gewicht"] * 7), formula=formula, cluster="gemeente", weights="gewicht"
    )
    # The clustered factor (N − 1)/(N − K) is the only thing that knows how many rows there are.
    rows = math.sqrt((599 / 597) / (299 / 297))
    for other, factor in ((moved, 1.0), (doubled, rows), (scaled, 1.0)):
        for term in plain.estimates:
            assert other[term].value == pytest.approx(plain[term].value, rel=1e-8)
            assert other[term].std_error == pytest.approx((plain[term].std_error or 0) * factor, rel=1e-7)


def test_another_currency_multiplies_coefficient_and_error(people: pd.DataFrame) -> None:
    plain = ols(people, formula="uren ~ regeling + leeftijd")
    scaled = ols(people.assign(uren=people["uren"] * 2.20371), formula="uren ~ regeling + leeftijd")
    for term in plain.estimates:
        assert scaled[term].value == pytest.approx(plain[term].value * 2.20371, rel=1e-11)
        assert scaled[term].std_error == pytest.approx((plain[term].std_error or 0) * 2.20371, rel=1e-11)


def test_a_ratio_is_the_exponential_of_a_coefficient(people: pd.DataFrame) -> None:
    fit = logit(people, formula="baan ~ regeling")
    table = people.groupby("regeling")["baan"].agg(["sum", "size"])
    odds = table["sum"] / (table["size"] - table["sum"])
    ratio = fit.ratio("regeling")
    assert ratio.value == pytest.approx(odds[1.0] / odds[0.0], rel=1e-9)
    assert ratio.interval().lower == pytest.approx(math.exp(fit["regeling"].interval().lower), rel=1e-12)
    assert (ratio.null, ratio.p_value) == (1.0, pytest.approx(fit["regeling"].p_value, rel=1e-9))
    with pytest.raises(EstimationError, match="Alleen een logit"):
        ols(people, formula="uren ~ regeling").ratio("regeling")


def test_a_result_shows_itself_and_knows_its_terms(people: pd.DataFrame) -> None:
    fit = ols(people, formula="uren ~ regeling + C(opleiding)")
    assert isinstance(fit, Regression)
    columns = ["term", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
    assert list(fit.tidy().columns[:7]) == columns
    assert "uren ~ regeling" in fit._repr_html_()
    labels = [label.get_text() for label in fit.plot().get_xticklabels()]
    assert labels == ["C(opleiding)[T.hbo]", "C(opleiding)[T.mbo]", "regeling"]
    assert fit.covariance.loc["regeling", "regeling"] == pytest.approx((fit["regeling"].std_error or 0) ** 2)
    with pytest.raises(EstimationError, match=r"Term 'inkomen' bestaat niet"):
        fit["inkomen"]


def test_a_term_that_fewer_than_five_clusters_speak_to_has_no_interval(people: pd.DataFrame) -> None:
    """One treated municipality among twenty: its clustered error would be nearly zero, whatever the truth."""
    one = people.assign(proef=(people["gemeente"] == "gemeente 01").astype(int))
    fit = ols(one, formula="uren ~ proef + leeftijd", cluster="gemeente")
    assert fit["proef"].std_error is None
    with pytest.raises(EstimationError, match="te weinig behandelde eenheden"):
        fit["proef"].interval()
    assert fit["leeftijd"].std_error is not None
    row = fit.tidy().set_index("term").loc["proef"]
    assert row["reason"]
    assert np.isnan(float(row["std_error"]))
    few = people[people["gemeente"] < "gemeente 04"]
    assert ols(few, formula="uren ~ leeftijd", cluster="gemeente")["Intercept"].std_error is None


def _broken(people: pd.DataFrame, column: str, value: object) -> pd.DataFrame:
    return people.assign(**{column: people[column].astype(object).mask(people.index == 3, value)}).infer_objects()


@pytest.mark.parametrize(
    ("formula", "change", "options", "message"),
    [
        ("uren ~ (regeling", {}, {}, r"De formule 'uren ~ \(regeling' is niet te lezen"),
        ("uren regeling ~", {}, {}, "is niet te lezen"),
        ("~ regeling", {}, {}, "heeft niet precies één uitkomst"),
        ("uren + baan ~ regeling", {}, {}, "heeft niet precies één uitkomst"),
        ("uren ~ regelign", {}, {}, r"Kolom ontbreekt: regelign"),
        ("uren ~ exec('1')", {}, {}, "onbekende functie 'exec'"),
        ("uren ~ regeling.__class__", {}, {}, "gebruikt 'regeling.__class__'"),
        ("uren ~ np.linalg.norm(leeftijd)", {}, {}, "onbekende functie 'np.linalg.norm'"),
        ("uren ~ regeling", {"uren": math.nan}, {}, r"1 waarden ontbreken, zijn oneindig of zijn geen getal"),
        ("uren ~ regeling", {"regeling": math.inf}, {}, r"1 waarden ontbreken, zijn oneindig"),
        ("uren ~ C(opleiding)", {"opleiding": None}, {}, r"kolom opleiding: 1 waarden ontbreken"),
        ("uren ~ regeling", {"gemeente": None}, {"cluster": "gemeente"}, r"kolom gemeente: 1 waarden ontbreken"),
        ("uren ~ log(leeftijd - 20)", {}, {}, "oneindig of onbekend: log"),
        ("uren ~ regeling + I(2 * regeling)", {}, {}, r"volgen precies uit de andere termen: I\(2 \* regeling\)"),
        ("uren ~ regeling + I(maanden * 0 + 1)", {}, {}, "volgen precies uit de andere termen"),
        ("I(uren * 0) ~ regeling", {}, {}, "in alle rijen dezelfde waarde"),
        ("opleiding ~ regeling", {}, {}, "is geen getal"),
        ("uren ~ I(uren * 2)", {}, {}, "zonder enige fout"),
        ("uren ~ regeling", {}, {"cluster": "wijk"}, "Kolom ontbreekt: wijk"),
        ("uren ~ regeling", {}, {"weights": "regeling"}, "gewichten zijn nul of negatief"),
        ("uren ~ regeling", {}, {"errors": "hc9"}, "Standaardfout 'hc9' bestaat niet"),
        ("uren ~ regeling", {}, {"errors": "classical", "cluster": "gemeente"}, "klassieke standaardfout"),
        ("uren ~ leeftijd[", {}, {}, "is niet te lezen"),
        ("uren ~ C(opleiding, Treatment('wo'))", {}, {}, "is niet uit te rekenen"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_dutch(people, formula, change, options, message) -> None:
    frame = people
    for column, value in change.items():
        frame = _broken(frame, column, value)
    with pytest.raises(EstimationError, match=message) as error:
        ols(frame, formula=formula, **options)
    assert error.value.exit_code == 9
    assert error.value.remedy


def test_too_few_rows_one_cluster_and_provisional_figures_are_refused(people: pd.DataFrame) -> None:
    for frame, message in (
        (people.head(3), "3 rijen is te weinig voor 3"),
        (people.head(0), "geen rijen"),
        (people.assign(status="voorlopig"), "voorlopige cijfers"),
    ):
        with pytest.raises(EstimationError, match=message):
            ols(frame, formula="uren ~ leeftijd + maanden")
    with pytest.raises(EstimationError, match="maar één waarde"):
        ols(people.assign(gemeente="a"), formula="uren ~ leeftijd", cluster="gemeente")


@pytest.mark.parametrize(
    ("estimate", "frame", "formula", "message"),
    [
        # Complete: every x above 3 has y = 1. Quasi-complete: a group without a single one.
        (logit, {"y": [0, 0, 0, 1, 1, 1], "x": [1, 2, 3, 4, 5, 6]}, "y ~ x", "zonder fout: .*x"),
        (logit, {"y": [0, 1, 0, 1, 0, 0, 0], "x": list("aaaabbb")}, "y ~ x", r"zonder fout: x\[T.b\]"),
        (logit, {"y": [0, 1, 2, 1], "x": [1, 2, 3, 5]}, "y ~ x", "niet alleen 0 en 1"),
        (poisson, {"y": [3, 1, 2, 4, 0, 0, 0], "x": list("aaaabbb")}, "y ~ x", r"zonder fout: x\[T.b\]"),
        (poisson, {"y": [3, 1, -2, 4], "x": [1, 2, 3, 5]}, "y ~ x", "soms negatief"),
    ],
)
def test_separation_and_impossible_outcomes_are_refused(estimate, frame, formula, message) -> None:
    with pytest.raises(EstimationError, match=message):
        estimate(pd.DataFrame(frame), formula=formula)


def test_rare_outcomes_without_separation_are_estimated() -> None:
    """One success among 200.000 in a group: chances of 5e-6, close enough to zero to be suspected, and finite."""
    frame = pd.DataFrame({"y": [0, 1, 0, 1], "x": [0, 0, 1, 1], "w": [199_999.0, 1.0, 60.0, 40.0]})
    fit = logit(frame, formula="y ~ x", weights="w")
    assert fit["Intercept"].value == pytest.approx(-math.log(199_999), rel=1e-9)


def test_exposure_must_be_positive(people: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="omvang moet positief zijn"):
        poisson(people.assign(maanden=0), formula="gesprekken ~ regeling", exposure="maanden")
