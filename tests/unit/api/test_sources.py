"""Whatever cannot be read is refused by name, as the built-in error that people expect."""

import functools
import gzip
import json

import pytest

import fitscan
from fitscan.api import sources
from fitscan.api.likelihood import Likelihood
from fitscan.likelihood.archive_limits import ArchiveLimits


@pytest.fixture
def likelihood(tiny):
    workspace = tiny.workspace()
    return Likelihood(workspace, tiny.patchset([(100, 0), (200, 0)], workspace))


def test_file_that_does_not_exist_is_a_file_not_found_error(likelihood, tmp_path):
    with pytest.raises(FileNotFoundError, match="the file of the workspace does not exist"):
        Likelihood(tmp_path / "BkgOnly.json")
    with pytest.raises(FileNotFoundError, match="the file of the patchset does not exist"):
        Likelihood(likelihood.workspace, tmp_path / "patchset.json")
    with pytest.raises(FileNotFoundError, match="no signal and no file of this name: 'm_1'") as e:
        likelihood.hypotest("m_1")
    assert "the patchset has m_100_0, m_200_0, ..." in str(e.value)


@pytest.mark.parametrize("source", [3, None, [1], object()])
def test_what_holds_no_workspace_is_refused(source):
    with pytest.raises(ValueError, match="this is no workspace: '"):
        Likelihood(source)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"channels": []}', "\xff"])
def test_file_that_holds_no_workspace_is_named(tmp_path, content):
    path = tmp_path / "workspace.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(fitscan.LikelihoodError, match=r"workspace\.json"):
        Likelihood(path)


def test_compressed_workspace_is_read(tiny, tmp_path):
    path = tmp_path / "workspace.json.gz"
    path.write_bytes(gzip.compress(json.dumps(tiny.workspace()).encode()))
    assert Likelihood(path).measurement == "nominal"


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        (3, "this is no signal: 'int'"),
        ([1], "a JSON patch is a list of operations"),
        ([{"op": "add"}], "does not apply"),
        ([{"op": "add", "path": "/channels/7/samples/-", "value": {}}], "does not apply"),
        ([], "no sample carries the parameter of interest"),
        ({"SR": "a"}, "are not numbers"),
        ({"patch": 3}, "this is no signal"),
        ([{"op": "add", "path": "/channels/0/samples/-", "value": object()}], "is not JSON"),
    ],
)
def test_what_is_no_signal_is_refused(likelihood, signal, said):
    with pytest.raises(ValueError, match=said):
        likelihood.hypotest(signal)


def test_patchset_of_another_workspace_is_refused(tiny):
    workspace = tiny.workspace()
    patchset = tiny.patchset([(100, 0)], tiny.workspace(bins=2))
    with pytest.raises(ValueError, match="the patchset was made for another workspace"):
        Likelihood(workspace, patchset)
    assert Likelihood(workspace, patchset, verify_digest=False).signals == ("m_100_0",)


def test_patch_of_another_workspace_is_refused(likelihood, tiny):
    with pytest.raises(ValueError, match="data needs one entry per bin"):
        likelihood.hypotest(tiny.patch(10.0, bins=2))


def test_file_that_holds_no_patch_is_named(likelihood, tmp_path):
    path = tmp_path / "patch.json"
    path.write_text("{}")
    with pytest.raises(ValueError, match=r"patch\.json is not a JSON patch"):
        likelihood.hypotest(path)


def test_name_that_is_too_long_for_a_file_is_refused(likelihood):
    with pytest.raises(FileNotFoundError, match="no signal and no file of this name"):
        likelihood.hypotest("a" * 5000)


def test_text_that_is_no_path_is_refused(likelihood):
    """Was a bug: the system's error about the name of a file, whatever was meant."""
    text = json.dumps(likelihood.workspace)
    with pytest.raises(FileNotFoundError, match="the file of the workspace does not exist"):
        Likelihood(text)
    with pytest.raises(fitscan.LikelihoodError, match="no file matches the pattern"):
        Likelihood(likelihood.workspace, text + "{m}")


def test_files_with_a_patch_each_may_be_open(likelihood, tiny, tmp_path):
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for path, events in zip(paths, (2.0, 3.0), strict=True):
        tiny.write(path, tiny.patch(events))
    expected = likelihood.scan(paths)
    with paths[0].open("rb") as opened:
        assert likelihood.scan([opened, paths[1]]).equals(expected)


def test_one_patch_of_a_patchset_is_a_signal_of_its_name(likelihood, tiny):
    """Was a bug: its metadata and its operations were two signals, and both failed."""
    one = tiny.patchset([(100, 0), (200, 0)], tiny.workspace())["patches"][1]
    table = likelihood.scan(one)
    assert table["name"].tolist() == ["m_200_0"]
    assert table["CLs_obs"].tolist() == [likelihood.hypotest(one).CLs_obs]
    for metadata in (None, {}, "m_200_0"):
        assert likelihood.scan(one | {"metadata": metadata})["name"].tolist() == ["signal"]


def test_a_generator_gives_the_bins_of_a_signal(likelihood):
    """Was a bug: an error of Python's copies."""
    bins = [1.0, 2.0, 3.0, 4.0]
    expected = likelihood.hypotest({"SR": bins})
    assert likelihood.hypotest({"SR": (n for n in bins)}) == expected


def test_two_signals_of_one_name_are_refused(likelihood):
    signal = {"SR": [1.0, 2.0, 3.0, 4.0]}
    with pytest.raises(ValueError, match="two signals have the same name"):
        likelihood.scan({1: signal, "1": signal})


@pytest.mark.parametrize("label", ["CLs_obs", "name"])
def test_label_with_the_name_of_a_column_is_refused_in_scans(tiny, label):
    """Was a bug: a table with two columns of one name; only the workflow refused it."""
    patchset = tiny.patchset([(100, 0), (200, 0)], tiny.workspace())
    patchset["metadata"]["labels"][0] = label
    with pytest.raises(ValueError, match="a label of the grid has the name of a column"):
        Likelihood(tiny.workspace(), patchset).scan()


def test_file_without_an_end_is_refused(monkeypatch):
    """Was a bug: all memory was taken."""
    small = functools.partial(ArchiveLimits, member_bytes=1000)
    monkeypatch.setattr(sources, "ArchiveLimits", small)
    with pytest.raises(ValueError, match="/dev/zero is too large for a likelihood"):
        Likelihood("/dev/zero")


def test_one_of_several_signals_that_does_not_fit_is_a_row(likelihood):
    table = likelihood.scan({"wrong": {"SR": [1.0]}, "right": {"SR": [1.0, 2.0, 3.0, 4.0]}})
    assert table["status"].tolist() == ["failed", "ok"]


def test_signal_that_was_refused_says_why_when_it_is_asked_for(likelihood):
    signals = {"wrong": {"SR": [1.0]}, "right": {"SR": [1.0, 2.0, 3.0, 4.0]}}
    asked = Likelihood(likelihood.workspace, signals)
    with pytest.raises(ValueError, match="another number of bins"):
        asked.hypotest("wrong")
    assert asked.hypotest("right").status == "ok"


def test_signals_by_name_have_the_measurement_that_is_asked_for(tiny):
    """Was a bug: yields had the parameter of interest of the first measurement."""
    workspace = tiny.workspace()
    second = {"name": "second", "config": {"poi": "mu_second", "parameters": []}}
    workspace["measurements"].append(second)
    likelihood = Likelihood(workspace, measurement="second")
    yields = {"SR": [1.0, 2.0, 3.0, 4.0]}
    table = likelihood.scan({"a": yields})
    assert table["CLs_obs"].tolist() == [likelihood.hypotest(yields).CLs_obs]


def test_a_signal_by_name_may_be_one_of_the_patchset(likelihood):
    table = likelihood.scan({"again": "m_200_0"})
    assert table["name"].tolist() == ["again"]
    assert table["CLs_obs"].tolist() == [likelihood.hypotest("m_200_0").CLs_obs]


def test_digest_that_is_not_verified_is_not_verified_in_scans_either(tiny):
    """Was a bug: the hint was what the user had done."""
    other = tiny.patchset([(100, 0)], tiny.workspace(bins=2))
    other["patches"][0]["patch"] = tiny.patch(10.0)
    likelihood = Likelihood(tiny.workspace(), verify_digest=False)
    assert likelihood.scan(other)["status"].tolist() == ["ok"]
