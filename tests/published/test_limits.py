"""Upper limits of published likelihoods: CLs at each is the test size, and pyhf agrees."""

import json
import math
import tarfile

import pyhf
import pytest

from fitscan.engines.compiled.inference.hypotest import hypotest
from fitscan.engines.compiled.inference.limits import upper_limits, widened
from fitscan.likelihood.patching import apply_patch
from fitscan.model import Analysis

NAMES = ("observed", "m2", "m1", "median", "p1", "p2")

# Observed and expected limits by pyhf 0.7.6 with NumPy and SciPy, two to six minutes a point:
# pyhf.infer.intervals.upper_limits.toms748_scan(data, model, 0.01, 10.0, rtol=1e-5), where the
# model has interpolation code4 for normsys and code4p for histosys.
PYHF = {
    "DS_200_1_Staus": [
        0.40632077208817974,
        0.1755095005005758,
        0.24464111906322977,
        0.36064656934885486,
        0.5484134693139859,
        0.8281369905813443,
    ],
    "DS_280_160_Staus": [
        2.034403068721063,
        0.7517140615811309,
        1.0547645132808965,
        1.5732645010092547,
        2.43517332968658,
        3.7609866699382777,
    ],
    "DS_440_80_Staus": [
        1.4123044204600679,
        0.8040232155625622,
        1.1299250320563385,
        1.6929451056949003,
        2.6463961496007244,
        4.147442012096615,
    ],
}


def load(archive):
    """Return the background and the patches of an archive, by name."""
    with tarfile.open(archive) as tar:
        files = {part.name: tar.extractfile(part).read() for part in tar if part.isfile()}
    if "patchset.json" in files:
        patchset = json.loads(files["patchset.json"])
        patches = {part["metadata"]["name"]: part["patch"] for part in patchset["patches"]}
        return json.loads(files["BkgOnly.json"]), patches
    folder = "Region-combined/"
    patches = {
        name.removeprefix(f"{folder}patch.").removesuffix(".json"): json.loads(files[name])
        for name in sorted(files)
        if name.startswith(f"{folder}patch.")
    }
    return json.loads(files[f"{folder}BkgOnly.json"]), patches


@pytest.fixture(scope="module")
def hypotheses(data_folder):
    """For an analysis: hypothesis and model of each point."""

    def prepared(name, every=1):
        background, patches = load(data_folder / "pallets" / f"{name}.tar.gz")
        analysis, points = Analysis(background), {}
        for point in list(patches)[::every]:
            hypothesis = apply_patch(background, patches[point], where=point)
            points[point] = hypothesis, analysis.model(hypothesis)
        return points

    return prepared


@pytest.mark.parametrize(
    ("analysis", "every", "count"), [("staus", 1, 57), ("1Lbb", 10, 13), ("3L-RJ", 4, 16)]
)
def test_CLs_at_each_limit_is_the_test_size(analysis, every, count, hypotheses):
    points = hypotheses(analysis, every)
    assert len(points) == count
    for point, (_, model) in points.items():
        limits = upper_limits(model)
        bound = float(model.upper[model.poi])
        for name in NAMES:
            limit, message = getattr(limits, name), getattr(limits.messages, name)
            assert math.isnan(limit) == bool(message), (point, name)
            # Beyond the default bound mu_hat is free too. (There was no limit before.)
            beyond = limit > bound
            said = f"above {bound:g}, the default upper bound of {model.names[model.poi]!r}"
            assert getattr(limits.remarks, name) == (said if beyond else ""), (point, name)
            tested = hypotest(
                widened(model, math.inf) if beyond else model, mu_test=bound if message else limit
            )
            CLs = getattr(tested.CLs, name)
            if message:
                assert model.poi_bounded, (point, name)
                assert message == f"no crossing below {bound:g}", (point, name)
                assert CLs > 0.05, (point, name)
            else:
                assert CLs == pytest.approx(0.05, abs=1e-6), (point, name)


def test_limits_are_those_of_pyhf(hypotheses):
    points = hypotheses("staus")
    for point, expected in PYHF.items():
        _, model = points[point]
        limits = upper_limits(model)
        assert [getattr(limits, name) for name in NAMES] == pytest.approx(expected, rel=5e-5)


def test_pyhf_finds_the_test_size_at_our_limit(hypotheses):
    hypothesis, model = hypotheses("staus")["DS_440_80_Staus"]
    limits = upper_limits(model)
    workspace = pyhf.Workspace(hypothesis)
    theirs = workspace.model(
        modifier_settings={"normsys": {"interpcode": "code4"}, "histosys": {"interpcode": "code4p"}}
    )
    CLs = pyhf.infer.hypotest(limits.observed, workspace.data(theirs), theirs)
    assert float(CLs) == pytest.approx(0.05, abs=1e-5)
