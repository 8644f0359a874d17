"""pyhf is asked about a sample of points, and what it says is written down as it is."""

import pyhf
import pytest

from fitscan.audit import audit_sample, audit_scan, point
from fitscan.report.audit import audit_summary

SETTINGS = {
    "engine": "compiled",
    "kind": "asymptotic",
    "mu_test": 1.0,
    "test_stat": "qtilde",
    "poi_bounds": None,
    "measurement": "nominal",
    "interpolation": {"normsys": "code4", "histosys": "code4p"},
    "minima": "start",
    "fallback": "none",
}
PYHF = {"backend": "numpy", "optimizer": "scipy", "retry": "none"}


@pytest.fixture
def audit(tiny):
    """Audit two points, the first by a hypothesis test of pyhf's too."""

    def run(**changes):
        patches = [("a", tiny.patch(10.0)), ("b", tiny.patch(3.0))]
        return audit_scan(
            tiny.workspace(), patches, refits={"a"}, settings=SETTINGS | changes, options=PYHF
        )

    return run


def test_sample_is_spread_over_the_points_and_always_the_same():
    points = [f"p{n}" for n in range(101)]
    sample = audit_sample(points, 11)
    assert sample == audit_sample(points, 11)
    assert (sample[0], sample[-1], len(sample)) == ("p0", "p100", 11)
    assert audit_sample(points[:3], 10) == points[:3]
    assert audit_sample(points, 0) == []


def test_pyhf_agrees_about_every_minimum_and_about_the_refitted_point(audit):
    summary = audit_summary(audit())
    assert (summary.points, summary.fits, summary.refits) == (2, 8, 1)
    assert summary.all_agree
    assert summary.largest_difference < 1e-8
    assert summary.delta_CLs < 1e-4
    assert summary.failed == ()


def test_likelihood_that_is_wrong_is_found(audit, monkeypatch):
    right = point.constant_terms
    monkeypatch.setattr(point, "constant_terms", lambda *args: right(*args) + 1e-6)
    summary = audit_summary(audit())
    assert summary.disagreeing == ("a", "b")


def test_failure_of_pyhf_is_a_row_and_not_the_end(audit, monkeypatch):
    def fail(*args, **kwargs):
        raise pyhf.exceptions.FailedMinimization("no luck")

    monkeypatch.setattr(pyhf.infer, "hypotest", fail)
    summary = audit_summary(audit())
    assert summary.all_agree
    assert [name for name, _ in summary.failed] == ["a"]


def test_test_that_is_not_qtilde_is_audited_with_its_bounds(audit):
    summary = audit_summary(audit(test_stat="q", poi_bounds=[-2.0, 10.0]))
    assert summary.all_agree
    assert summary.delta_CLs < 1e-4
