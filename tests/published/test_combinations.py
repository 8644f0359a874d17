"""The regions of a published search, combined here, give the published combination."""

import json

import pyhf
import pytest
import yaml
from requested import fitted

from fitscan.columns import CLS
from fitscan.config.check import check_config
from fitscan.likelihood import apply_patch, read_index
from fitscan.likelihood.combination.likelihoods import combine
from fitscan.likelihood.combination.parts import read_part
from fitscan.likelihood.fetch import fetch_likelihood
from fitscan.likelihood.folder import write_folder


@pytest.fixture(scope="module")
def configuration(project_folder, data_folder):
    """config/combination.yaml with the archive on this machine."""
    config = yaml.safe_load((project_folder / "config/combination.yaml").read_text())
    for analysis in config["analyses"].values():
        analysis["archive"] = str(data_folder / "pallets/staus.tar.gz")
    return check_config(config)


@pytest.fixture(scope="module")
def parts(configuration, tmp_path_factory):
    """The published combination, and the two regions."""
    folder = tmp_path_factory.mktemp("likelihoods")
    for name, analysis in configuration["analyses"].items():
        fetch_likelihood(analysis, folder=folder / name, cache=folder / "archives")
    return folder, {name: read_part(name, folder / name) for name in configuration["analyses"]}


@pytest.fixture(scope="module")
def combined(parts):
    _, read = parts
    return combine([read["low"], read["high"]], match={}, decorrelate=[])


def by_channel(workspace):
    observed = {part["name"]: part["data"] for part in workspace["observations"]}
    return {c["name"]: (c["samples"], observed[c["name"]]) for c in workspace["channels"]}


def test_the_combination_is_the_published_one_but_for_the_order_of_channels(parts, combined):
    published = parts[1]["combined"]
    assert (combined.shared, combined.left_out) == (["WCRcut_cuts"], 0)
    assert len(combined.patches.patches) == len(published.patches) == 57
    assert combined.background["measurements"] == published.background["measurements"]
    for ours, theirs in zip(combined.patches.patches, published.patches, strict=True):
        assert (ours.name, ours.values) == (theirs.name, theirs.values)
        hypotheses = (
            apply_patch(combined.background, ours.operations, where=ours.name),
            apply_patch(published.background, theirs.operations, where=theirs.name),
        )
        assert by_channel(hypotheses[0]) == by_channel(hypotheses[1])


def test_the_combination_is_that_of_pyhf_from_patched_workspaces(parts, combined):
    for number in (0, 28, 56):
        patched = [
            pyhf.Workspace(
                apply_patch(part.background, part.patches[number].operations, where=part.name)
            )
            for part in (parts[1]["low"], parts[1]["high"])
        ]
        ours = apply_patch(
            combined.background, combined.patches.patches[number].operations, where="combination"
        )
        assert ours == dict(pyhf.Workspace.combine(*patched, join="outer"))


def test_CLs_of_the_combination_is_that_of_the_published_one(parts, combined, configuration):
    """They are equal to the last digit: channels are fitted in the order of their names."""
    folder, _ = parts
    content = json.dumps(combined.background).encode()
    write_folder(
        folder / "both",
        workspace=content,
        patches=combined.patches,
        measurement="BasicMeasurement",
        source={},
    )
    config = configuration | {"minima": "default"}
    for point in read_index(folder / "both/points.json").points:
        ours, theirs = (fitted(folder / name, config, point.name) for name in ("both", "combined"))
        assert ours["status"] == "ok", ours["message"]
        assert [ours[c] for c in CLS] == [theirs[c] for c in CLS], point.name
