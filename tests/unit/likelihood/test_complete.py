"""A workspace with its signal in it needs no patch, and gives what the model by a patch gives."""

import copy
import json

import pytest
from saved_cases import fit_files
from small import MU, modifier, normsys, sample, workspace

from fitscan.config.check import check_config
from fitscan.errors import LikelihoodError
from fitscan.likelihood import apply_patch, read_index, read_signals
from fitscan.likelihood.fetch import fetch_likelihood, local_files

STAT = modifier("stat", "staterror", [1.0, 0.8])


def background():
    control = [sample("top", [60.0], modifier("k_top", "normfactor"))]
    search = [
        sample("top", [9.0, 4.0], modifier("k_top", "normfactor"), normsys("JES", 1.1, 0.8), STAT),
        sample("W", [3.0, 2.0], normsys("JES", 0.9, 1.2)),
    ]
    return workspace({"CR": control, "SR": search}, {"CR": [57.0], "SR": [13.0, 8.0]})


def patch():
    signal = sample("signal", [2.0, 3.0], MU, normsys("theory", 1.1, 0.9), STAT)
    return [
        {"op": "add", "path": "/channels/1/samples/1", "value": signal},
        {"op": "add", "path": "/channels/0/samples/-", "value": sample("signal", [0.5], MU)},
    ]


@pytest.fixture
def write(tmp_path):
    def written(name, document):
        (tmp_path / name).write_text(json.dumps(document))
        return str(tmp_path / name)

    return written


def numbers(row):
    return {column: row[column] for column in row.keys() - {"key", "wall_s", "cpu_s"}}


@pytest.mark.parametrize("kind", ["asymptotic", "limits"])
def test_numbers_are_those_of_the_same_model_by_a_patch(write, tmp_path, kind):
    complete = apply_patch(background(), patch(), where="patch")
    options = {"scans": {"scan": {"kind": kind}}}
    by_patch = {"workspace": write("b.json", background()), "patches": f"{tmp_path}/p_{{m}}.json"}
    write("p_1.json", patch())
    [expected] = fit_files(by_patch, tmp_path / "by_patch", **options)
    alone = {"workspace": write("w.json", complete), "signal_xsec_uncertainty": "theory"}
    [found] = fit_files(alone, tmp_path / "alone", **options)
    assert expected["status"] == "ok"
    assert numbers(found) == numbers(expected)


def test_only_point_is_called_like_the_measurement(write, tmp_path):
    complete = apply_patch(background(), patch(), where="patch")
    other = copy.deepcopy(complete["measurements"][0]) | {"name": "other"}
    complete = {**complete, "measurements": [*complete["measurements"], other]}
    for measurement, name in ((None, "nominal"), ("other", "other")):
        analysis = {"workspace": write("w.json", complete), "measurement": measurement}
        checked = check_config({"analyses": {"a": analysis}})["analyses"]["a"]
        assert checked["patches"] is None
        assert local_files(checked) == [analysis["workspace"]]
        folder = tmp_path / name
        index = fetch_likelihood(checked, folder=folder, cache=tmp_path)
        assert read_index(folder / "points.json") == index
        assert (index.labels, [(p.name, p.values) for p in index.points]) == ((), [(name, ())])
        [signal] = read_signals(folder / "patchset.json", index.points)
        assert signal.apply(complete, name="point") == complete


def test_workspace_without_a_signal_needs_patches(write, tmp_path):
    checked = check_config({"analyses": {"a": {"workspace": write("b.json", background())}}})
    with pytest.raises(LikelihoodError, match=r"has no signal.*'mu'.*as patches"):
        fetch_likelihood(checked["analyses"]["a"], folder=tmp_path / "out", cache=tmp_path)
    assert not (tmp_path / "out").exists()
