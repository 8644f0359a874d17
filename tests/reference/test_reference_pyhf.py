"""The engine ``pyhf`` against pyhf called by hand, and against a formula without any fit."""

import math
from statistics import NormalDist

import pyhf
import pytest

from fitscan.columns import CLS, EXPECTED
from fitscan.engines.pyhf.reference import fit_point

# pyhf validates by an interface of jsonschema that is deprecated there.

CODES = {"normsys": "code4", "histosys": "code4p"}
MODIFIERS = [
    {"name": "xsec", "type": "normsys", "data": {"hi": 1.3, "lo": 0.8}},
    {
        "name": "scale",
        "type": "histosys",
        "data": {"hi_data": [57.0, 47.0, 22.0], "lo_data": [48.0, 33.0, 19.0]},
    },
    {"name": "stat", "type": "shapesys", "data": [5.0, 4.0, 3.0]},
]


def workspace(observed, signal, background, modifiers=()):
    """One channel, one signal with strength mu, one background."""
    normfactor = {"name": "mu", "type": "normfactor", "data": None}
    samples = [
        {"name": "signal", "data": signal, "modifiers": [normfactor]},
        {"name": "background", "data": background, "modifiers": list(modifiers)},
    ]
    return {
        "version": "1.0.0",
        "channels": [{"name": "SR", "samples": samples}],
        "observations": [{"name": "SR", "data": observed}],
        "measurements": [
            {"name": "first", "config": {"poi": "mu", "parameters": []}},
            {
                "name": "bounded",
                "config": {"poi": "mu", "parameters": [{"name": "mu", "bounds": [[-5.0, 20.0]]}]},
            },
        ],
    }


RATES = ([5.0, 8.0, 9.0], [52.0, 40.0, 20.0], MODIFIERS)
WORKSPACE = workspace([58.0, 47.0, 24.0], *RATES)
# Fewer events than expected, so that mu_hat is below 0 where it may be.
DEFICIT = workspace([49.0, 35.0, 11.0], *RATES)


def settings(*, backend="numpy", optimizer="scipy", **parts):
    return {
        "mu_test": 1.0,
        "test_stat": "qtilde",
        "poi_bounds": None,
        "measurement": "first",
        "interpolation": CODES,
        "pyhf": {"backend": backend, "optimizer": optimizer, "retry": "none"},
    } | parts


@pytest.fixture
def by_hand():
    """Ask pyhf itself, everything validated, and return its numbers by column."""
    before = pyhf.get_backend()

    def call(
        document,
        *,
        optimizer="scipy",
        mu_test=1.0,
        test_stat="qtilde",
        measurement="first",
        **codes,
    ):
        pyhf.set_backend("numpy", optimizer)
        model = pyhf.Workspace(document).model(
            measurement_name=measurement,
            modifier_settings={
                kind: {"interpcode": code} for kind, code in {**CODES, **codes}.items()
            },
            validate=True,
        )
        data = pyhf.Workspace(document).data(model)
        bounds = model.config.suggested_bounds()
        if test_stat == "qtilde":  # by its definition; pyhf leaves that to whoever asks
            bounds[model.config.poi_index] = (0.0, bounds[model.config.poi_index][1])
        observed, expected, calculator = pyhf.infer.hypotest(
            mu_test,
            data,
            model,
            par_bounds=bounds,
            test_stat=test_stat,
            return_expected_set=True,
            return_calculator=True,
        )
        bestfit = calculator.fitted_pars.free_fit_to_data
        CLs = dict(zip(CLS, map(float, (observed, *expected)), strict=True))
        return CLs | {"mu_hat": float(bestfit[model.config.poi_index])}

    yield call
    pyhf.set_backend(*before)


def numbers(row):
    assert (row["status"], row["message"]) == ("ok", "")
    return {column: row[column] for column in (*CLS, "mu_hat")}


@pytest.mark.parametrize("optimizer", ["scipy", "minuit"])
@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"mu_test": 0.4},
        {"test_stat": "q"},
        {"measurement": "bounded"},
        {"measurement": "bounded", "test_stat": "q"},
    ],
    ids=str,
)
@pytest.mark.parametrize("document", [WORKSPACE, DEFICIT], ids=["excess", "deficit"])
def test_numbers_are_those_of_pyhf_called_by_hand(by_hand, document, optimizer, parts):
    row = fit_point(document, settings(optimizer=optimizer, **parts))
    assert numbers(row) == pytest.approx(by_hand(document, optimizer=optimizer, **parts), rel=1e-12)


def test_test_statistics_differ_where_fewer_events_are_seen_than_expected():
    q, qtilde = (
        fit_point(DEFICIT, settings(measurement="bounded", test_stat=test_stat))
        for test_stat in ("q", "qtilde")
    )
    assert q["mu_hat"] < -0.1
    assert qtilde["mu_hat"] == pytest.approx(0.0, abs=1e-5)
    assert abs(q["CLs_obs"] - qtilde["CLs_obs"]) > 1e-4


@pytest.mark.parametrize(
    "codes", [{"normsys": "code1"}, {"histosys": "code0"}, {"histosys": "code2"}], ids=str
)
def test_interpolation_codes_are_those_that_were_asked_for(by_hand, codes):
    row = fit_point(WORKSPACE, settings(interpolation={**CODES, **codes}))
    assert numbers(row) == pytest.approx(by_hand(WORKSPACE, **codes), rel=1e-12)
    default = fit_point(WORKSPACE, settings())
    assert abs(row["CLs_obs"] - default["CLs_obs"]) > 1e-4


def test_minimisers_agree(by_hand):
    scipy, minuit = by_hand(WORKSPACE), by_hand(WORKSPACE, optimizer="minuit")
    assert {c: scipy[c] for c in CLS} == pytest.approx({c: minuit[c] for c in CLS}, abs=5e-4)


def test_jax_gives_the_numbers_of_numpy(by_hand):
    before = pyhf.get_backend()
    row = fit_point(WORKSPACE, settings(backend="jax"))
    assert pyhf.get_backend() == before
    assert row["engine"] == f"pyhf-{pyhf.__version__}-jax-scipy"
    expected = by_hand(WORKSPACE)
    CLs = {column: expected[column] for column in CLS}
    assert {column: row[column] for column in CLS} == pytest.approx(CLs, abs=1e-5)
    assert row["mu_hat"] == pytest.approx(expected["mu_hat"], abs=1e-3)


def qmu_tilde(mu, n, s, b):
    """The test statistic of a Poisson count n with mean mu s + b, mu >= 0 (Eq. 16)."""
    mu_hat = max(0.0, (n - b) / s)
    if mu_hat > mu:
        return 0.0
    return 2.0 * ((mu - mu_hat) * s - n * math.log((mu * s + b) / (mu_hat * s + b)))


def asymptotic_CLs(mu, n, s, b):
    """Observed and expected CLs of a counting experiment (arXiv:1007.1727, Eqs. 64 to 67, 89).

    The Asimov dataset of the background is the count b itself; it gives mu / sigma (Eq. 31).
    """
    q, q_asimov = qmu_tilde(mu, n, s, b), qmu_tilde(mu, b, s, b)
    root = math.sqrt(q_asimov)
    tail = NormalDist(0.0, 1.0).cdf
    if q <= q_asimov:
        CLsb, CLb = tail(-math.sqrt(q)), tail(root - math.sqrt(q))
    else:
        CLsb, CLb = tail(-(q + q_asimov) / (2 * root)), tail((q_asimov - q) / (2 * root))
    expected = [tail(shift - root) / tail(shift) for shift in (-2, -1, 0, 1, 2)]
    return dict(zip(CLS, (CLsb / CLb, *expected), strict=True))


@pytest.mark.parametrize(
    ("n", "mu"),
    [
        (40, 1.0),  # fewer than the background: mu_hat is bounded at 0
        (50, 1.0),  # what is expected
        (53, 1.0),
        (51, 0.5),
        (55, 2.0),
        (70, 1.0),  # more than signal and background: q is 0
    ],
)
def test_counting_experiment_agrees_with_the_formula(n, mu):
    hypothesis = workspace([float(n)], [10.0], [50.0])
    row = fit_point(hypothesis, settings(mu_test=mu))
    exact = asymptotic_CLs(mu, n, 10.0, 50.0)
    assert {column: row[column] for column in CLS} == pytest.approx(exact, abs=1e-6)
    assert row["mu_hat"] == pytest.approx(max(0.0, (n - 50) / 10), abs=1e-3)


def test_smaller_observation_and_stronger_test_exclude_more():
    def observed(n, mu):
        return fit_point(workspace([float(n)], [10.0], [50.0]), settings(mu_test=mu))["CLs_obs"]

    assert observed(44, 1.0) < observed(50, 1.0) < observed(56, 1.0)
    assert observed(50, 2.0) < observed(50, 1.0)


def test_bands_are_ordered_from_the_most_excluding_one():
    row = fit_point(WORKSPACE, settings())
    band = [row[column] for column in EXPECTED]
    assert EXPECTED[0] == "CLs_exp_m2"
    assert band == sorted(band)
    assert len(set(band)) == 5
