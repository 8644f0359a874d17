"""Combinations: what is matched, what is refused, and which part is chosen."""

import copy
from dataclasses import replace

import pytest
from small import MU, luminosity, modifier, normsys, sample, workspace

from fitscan.errors import LikelihoodError
from fitscan.likelihood.combination.likelihoods import combine
from fitscan.likelihood.combination.parts import Part, read_part
from fitscan.likelihood.fetch import fetch_likelihood
from fitscan.likelihood.patches import Patch


def part(name, *, channels=None, labels=("m1", "m2"), points=((100, 0),), signal=(), **changes):
    """Return a likelihood with a channel of its own, or others, and a signal in each channel."""
    channels = channels or {f"SR_{name}": [sample("background", [9.0])]}
    background = workspace(channels, {channel: [9.0] for channel in channels}, [luminosity(0.02)])
    patches = [
        Patch(
            "_".join(map(str, values)),
            values,
            [
                {
                    "op": "add",
                    "path": f"/channels/{number}/samples/0",
                    "value": sample("signal", [6.0], MU, *signal),
                }
                for number in range(len(channels))
            ],
        )
        for values in points
    ]
    return Part(name, {**background, **changes}, labels, tuple(patches))


def measured(poi="mu", parameters=()):
    return [{"name": "nominal", "config": {"poi": poi, "parameters": list(parameters)}}]


def refused(*parts, match=None, decorrelate=()):
    with pytest.raises(LikelihoodError) as caught:
        combine(parts, match=match or {}, decorrelate=decorrelate)
    assert caught.value.hint
    return str(caught.value)


def test_points_are_matched_by_the_values_of_their_labels():
    a = part("a", points=[(100, 0), (200, 0), (300, 0)])
    b = part("b", labels=("m2", "m1"), points=[(0.0, 300.0), (0.0, 100.0), (50.0, 100.0)])
    combined = combine([a, b], match={}, decorrelate=[])
    assert combined.patches.labels == ("m1", "m2")
    assert [patch.values for patch in combined.patches.patches] == [(100, 0), (300, 0)]
    assert combined.left_out == 2


def test_the_signal_of_a_combination_is_in_the_regions_of_all_parts():
    a, b = part("a", channels={c: [sample("bkg", [9.0])] for c in ("SR_1", "SR_2")}), part("b")
    found = combine([a, b], match={}, decorrelate=[]).regions
    assert [(region.name, region.background) for region in found.regions] == [
        *(("SR_1", 9.0), ("SR_2", 9.0), ("SR_b", 9.0))
    ]
    assert found.signal == {"100_0": (6.0, 6.0, 6.0)}


def test_labels_of_other_names_are_matched_as_the_configuration_says():
    a, b = part("a"), part("b", labels=("y", "x"), points=[(0, 100)])
    combined = combine([a, b], match={"b": ["x", "y"]}, decorrelate=[])
    assert len(combined.patches.patches) == 1
    assert "b and a have different labels" in refused(a, b)
    assert "b and a have different labels" in refused(a, b, match={"b": ["x", "x"]})


def test_the_patch_of_a_part_leads_to_the_place_of_its_channels():
    (patch,) = combine([part("a"), part("b")], match={}, decorrelate=[]).patches.patches
    paths = [operation["path"] for operation in patch.operations]
    assert paths == ["/channels/0/samples/0", "/channels/1/samples/0"]


CONTROL = {"CR": [sample("background", [9.0])]}


def with_control(name):
    return {**copy.deepcopy(CONTROL), f"SR_{name}": [sample("background", [9.0])]}


def test_a_channel_that_is_the_same_in_all_parts_stands_once():
    parts = [part(name, channels=with_control(name)) for name in ("a", "b", "c")]
    combined = combine(parts, match={}, decorrelate=[])
    names = [channel["name"] for channel in combined.background["channels"]]
    assert names == ["CR", "SR_a", "SR_b", "SR_c"]
    assert combined.shared == ["CR"]
    (patch,) = combined.patches.patches
    assert [o["path"][:11] for o in patch.operations] == [f"/channels/{i}" for i in range(4)]


@pytest.mark.parametrize("what", ["samples", "observation", "signal"])
def test_channels_of_one_name_that_differ_are_refused(what):
    a, b = (part(name, channels=with_control(name)) for name in ("a", "b"))
    if what == "samples":
        b.background["channels"][0]["samples"][0]["data"] = [9.5]
    elif what == "observation":
        b.background["observations"][0]["data"] = [10.0]
    else:
        b.patches[0].operations[0]["value"]["data"] = [7.0]
    assert "a and b have different channels of the same name: ['CR']" in refused(a, b)


def named(name, poi, **options):
    """Return a part with another name of the signal strength, which its measurement sets too."""
    settings = [luminosity(0.02), {"name": poi, "bounds": [[0.0, 5.0]]}]
    made = part(name, measurements=measured(poi, settings), **options)
    for patch in made.patches:
        patch.operations[0]["value"]["modifiers"][0] = modifier(poi, "normfactor")
    return made


def test_signal_strengths_of_other_names_are_one():
    """Was a bug: refused, with the hint to choose a measurement that no part had."""
    combined = combine([part("a"), named("b", "mu_SIG")], match={}, decorrelate=[])
    (measurement,) = combined.background["measurements"]
    assert measurement["config"]["poi"] == "mu"
    assert {"name": "mu", "bounds": [[0.0, 5.0]]} in measurement["config"]["parameters"]
    (patch,) = combined.patches.patches
    names = [o["value"]["modifiers"][0]["name"] for o in patch.operations]
    assert names == ["mu", "mu"]
    assert combined.signal_strengths == {"a": "mu", "b": "mu_SIG"}
    same = combine([part("a"), named("b", "mu")], match={}, decorrelate=[])
    assert (same.background, same.patches) == (combined.background, combined.patches)


def test_a_signal_strength_that_would_take_the_name_of_another_parameter_is_refused():
    b = named("b", "mu_SIG", signal=[modifier("mu", "normfactor")])
    message = refused(part("a"), b)
    assert "'mu_SIG' in b and 'mu' in a, and b has another parameter of that name: 'mu'" in message


def test_a_part_without_a_signal_strength_is_refused():
    message = refused(part("a"), part("b", measurements=measured("")))
    assert "the measurement of b names no parameter of interest: 'nominal'" in message


@pytest.fixture
def fetch(write_case, tmp_path):
    """Fetch a case into the folder ``out``."""

    def fetched(name):
        write_case(name, tmp_path)
        likelihood = dict.fromkeys(("archive", "sha256", "measurement"))
        likelihood["workspace"] = str(tmp_path / "workspace.json")
        likelihood["patches"] = str(tmp_path / "patchset.json")
        return fetch_likelihood(likelihood, folder=tmp_path / "out", cache=tmp_path)

    return fetched


def test_patches_that_bring_their_measurement_cannot_be_combined(fetch, tmp_path):
    """Was a bug: an IndexError, had such patches been taken at all."""
    fetch("patch_brings_its_measurement")
    with pytest.raises(LikelihoodError, match="the patches of a contain a measurement"):
        read_part("a", tmp_path / "out")


def test_a_point_that_was_refused_is_read_as_such(fetch, tmp_path):
    index = fetch("one_empty_patch")
    patches = read_part("a", tmp_path / "out").patches
    found = ["" if patch.refused is None else patch.refused.what for patch in patches]
    assert found == [point.refused for point in index.points]


def test_a_point_that_a_part_refuses_is_refused_and_stops_no_other():
    """Was a bug: it stopped the combination."""
    points = [(100, 0), (200, 0)]
    a, b = (part(name, points=points) for name in ("a", "b"))
    why = LikelihoodError("patch '100_0' does not apply", value="there is none")
    b = replace(b, patches=(replace(b.patches[0], refused=why), b.patches[1]))
    first, second = combine([a, b], match={}, decorrelate=[]).patches.patches
    assert str(first.refused) == "b: patch '100_0' does not apply: 'there is none'."
    assert (second.refused, len(second.operations)) == (None, 2)


def test_a_point_about_which_parts_disagree_is_refused_and_stops_no_other():
    points = [(100, 0), (200, 0)]
    a, b = (part(name, channels=with_control(name), points=points) for name in ("a", "b"))
    b.patches[1].operations[0]["value"]["data"] = [7.0]
    first, second = combine([a, b], match={}, decorrelate=[]).patches.patches
    assert first.refused is None
    assert "have different channels of the same name: ['CR']" in str(second.refused)


def test_other_versions_are_refused():
    assert "different versions" in refused(part("a"), part("b", version="2.0.0"))


@pytest.mark.parametrize("key", ["auxdata", "bounds", "inits", "sigmas"])
def test_settings_of_a_parameter_that_disagree_are_refused(key):
    other = luminosity(0.02)
    other[key] = [[0.9, 1.1]] if key == "bounds" else [1.01]
    message = refused(part("a"), part("b", measurements=measured(parameters=[other])))
    assert "the measurements of a and b set a parameter differently" in message
    assert "'name': 'lumi'" in message


@pytest.mark.parametrize(
    ("parameter", "way_out"),
    [
        ({"name": "mu", "bounds": [[0.0, 5.0]]}, "all parts share the signal strength"),
        (luminosity(0.03), "all parts share the luminosity"),
        ({"name": "k", "inits": [2.0]}, "list it under `decorrelate`"),
    ],
)
def test_hint_does_not_name_decorrelate_for_what_it_does_not_take(parameter, way_out):
    """Was a bug: `decorrelate` refuses the signal strength and the luminosity."""
    others = [{"name": "k", "inits": [1.0]}, {"name": "mu"}, luminosity(0.02)]
    settings = [parameter, *(other for other in others if other["name"] != parameter["name"])]
    a = part("a", measurements=measured(parameters=others))
    message = refused(a, part("b", measurements=measured(parameters=settings)))
    assert "set a parameter differently" in message
    assert way_out in message
    assert ("decorrelate" in message) == (parameter["name"] == "k")


def test_hint_of_a_signal_strength_of_two_kinds_is_about_it():
    a, b = part("a"), part("b")
    b.patches[0].operations[0]["value"]["modifiers"] = [modifier("mu", "shapefactor")]
    assert "all parts share the signal strength" in refused(a, b)


def test_a_parameter_that_one_part_fixes_is_refused():
    channels = {"SR": [sample("background", [9.0], modifier("k", "normfactor"))]}
    fixed = measured(parameters=[{"name": "k", "fixed": True}])
    b = part("b", channels={"VR": channels["SR"]}, measurements=fixed)
    assert "'name': 'k'" in refused(part("a", channels=channels), b)


def test_a_parameter_of_two_kinds_is_refused():
    a = part("a", signal=[normsys("scale", 1.1, 0.9)])
    b = part("b", signal=[modifier("scale", "normfactor")])
    assert "has the type normsys or histosys in a and normfactor in b: 'scale'" in refused(a, b)
    combine([a, b], match={}, decorrelate=["scale"])


def test_parameters_of_single_bins_of_one_name_are_refused_unless_decorrelated():
    a, b = (
        part(
            name, channels={name: [sample("background", [9.0], modifier("s", "staterror", [1.0]))]}
        )
        for name in ("a", "b")
    )
    assert "have parameters per bin of the same name: 's'" in refused(a, b)
    combined = combine([a, b], match={}, decorrelate=["s"])
    named = [c["samples"][0]["modifiers"][0]["name"] for c in combined.background["channels"]]
    assert named == ["s_a", "s_b"]


def test_decorrelating_what_parts_do_not_share_is_refused():
    a = part("a", signal=[normsys("scale", 1.1, 0.9)])
    assert "no parameter of two parts: 'scale'" in refused(a, part("b"), decorrelate=["scale"])
    assert "names the signal strength" in refused(a, part("b"), decorrelate=["mu"])
    scaled = part("b", signal=[normsys("scale", 1.1, 0.9), normsys("scale_a", 1.1, 0.9)])
    assert "decorrelated parameter is taken" in refused(a, scaled, decorrelate=["scale"])


def test_parts_without_a_common_point_are_refused():
    assert "the parts have no point in common" in refused(part("a"), part("b", points=[(200, 0)]))


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/channels/0"},
        {"op": "replace", "path": "/observations/0/data", "value": [3.0]},
        {"op": "move", "from": "/channels/0/samples/0", "path": "/channels/0/samples/1"},
    ],
    ids=lambda operation: operation["op"],
)
def test_patches_that_do_more_than_change_channels_are_refused(operation):
    channels = with_control("b")
    b = part("b", channels=channels)
    b.patches[0].operations.append(operation)
    assert "patch '100_0' of b does more than" in refused(part("a"), b)
