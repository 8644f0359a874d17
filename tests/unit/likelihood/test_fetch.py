"""A likelihood is found wherever the configuration says, checked whole, and only then written."""

import copy
import hashlib
import json
import tarfile
from pathlib import Path

import pytest

from fitscan.columns import NUMBERS, TEXTS
from fitscan.errors import LikelihoodError
from fitscan.likelihood import fetch, read_index, read_operations
from fitscan.likelihood.fetch import fetch_likelihood, local_files

# pyhf validates by an interface of jsonschema that is deprecated there.

POINTS = [(100, 0), (100, 50), (200, 0)]


@pytest.fixture
def sources(tiny, tmp_path, monkeypatch):
    """A folder with a patchset and the same signals as single files; the working directory."""
    workspace = tiny.workspace(2)
    patchset = tiny.patchset(POINTS, workspace)
    tiny.write(tmp_path / "r/w.json", workspace)
    tiny.write(tmp_path / "r/patchset.json", patchset)
    for patch, (m1, m2) in zip(patchset["patches"], POINTS, strict=True):
        tiny.write(tmp_path / f"r/patch.{m1}_{m2}.json", patch["patch"])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def analysis(**changes):
    plain = {"archive": None, "sha256": None, "measurement": None}
    return plain | {"workspace": "r/w.json", "patches": "r/patchset.json"} | changes


def fetched(**changes):
    return fetch_likelihood(analysis(**changes), folder=Path("out"), cache=Path("cache"))


def make_tar(path="a.tar.gz"):
    with tarfile.open(path, "w:gz") as tar:
        tar.add("r")
    return path


def refused(words, **changes):
    with pytest.raises(LikelihoodError, match=words) as caught:
        fetched(**changes)
    assert caught.value.hint
    assert not Path("out").exists()
    return caught.value


@pytest.mark.parametrize("archive", [None, make_tar], ids=["files", "tar"])
@pytest.mark.parametrize("patches", ["r/patchset.json", "r/patch.{m1}_{m2}.json"])
def test_all_sources_give_the_same_points(sources, archive, patches):
    index = fetched(archive=archive() if callable(archive) else archive, patches=patches)
    assert read_index(Path("out/points.json")) == index
    assert index.labels == ("m1", "m2")
    assert [point.values for point in index.points] == POINTS
    published = json.loads(Path("r/patchset.json").read_text())["patches"]
    found = read_operations(Path("out/patchset.json"), index.points)
    assert found == [patch["patch"] for patch in published]
    assert Path("out/workspace.json").read_bytes() == Path("r/w.json").read_bytes()
    assert index.source["patches"] == patches


def test_measurement_is_the_first_or_the_one_named(sources, tiny):
    workspace = tiny.workspace(2)
    other = copy.deepcopy(workspace["measurements"][0]) | {"name": "other"}
    workspace["measurements"].append(other)
    tiny.write(Path("r/w.json"), workspace)
    pattern = "r/patch.{m1}_{m2}.json"
    assert fetched(patches=pattern).measurement == "nominal"
    assert fetched(patches=pattern, measurement="other").measurement == "other"


def test_likelihood_that_became_faulty_leaves_the_old_folder_as_it_was(sources):
    fetched()
    before = {path.name: path.read_bytes() for path in Path("out").iterdir()}
    Path("r/patchset.json").write_text("{}")
    with pytest.raises(LikelihoodError):
        fetched()
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == before


def test_download_is_left_to_fetch_archive(sources, monkeypatch):
    asked = []

    def fetch_archive(source, **options):
        asked.append((source, options))
        return Path(make_tar())

    monkeypatch.setattr(fetch, "fetch_archive", fetch_archive)
    index = fetched(archive="10.17182/hepdata.90607.v3/r3", sha256="0" * 64)
    options = {"cache": Path("cache"), "sha256": "0" * 64}
    assert asked == [("10.17182/hepdata.90607.v3/r3", options)]
    assert index.source["archive"] == "10.17182/hepdata.90607.v3/r3"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["r/w.json", "r/patchset.json"]),
        (
            {"patches": "r/patch.{m1}_{m2}.json"},
            ["r/w.json", "r/patch.100_0.json", "r/patch.100_50.json", "r/patch.200_0.json"],
        ),
        ({"archive": "https://example.org/a.tar.gz"}, []),
        ({"archive": "10.17182/hepdata.90607.v3/r3"}, []),
    ],
)
def test_local_files_are_what_is_read_on_this_machine(sources, changes, expected):
    assert local_files(analysis(**changes)) == expected


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"workspace": "absent.json"}, "absent.json"),
        ({"workspace": "r"}, "r"),  # was a bug: a folder was taken for a file
        ({"patches": "absent.json"}, "absent.json"),
        ({"archive": "absent.tar.gz"}, "absent.tar.gz"),
        ({"archive": "absent.tar.gz", "sha256": "0" * 64}, "absent.tar.gz"),
    ],
)
def test_absent_file_is_refused_before_and_while_fetching(sources, changes, value):
    """Was a bug while fetching: whatever the operating system says."""
    with pytest.raises(LikelihoodError, match="there is no such file"):
        local_files(analysis(**changes))
    assert refused("there is no such file", **changes).value == value


def test_digest_of_a_local_archive_is_checked(sources):
    right = hashlib.sha256(Path(make_tar()).read_bytes()).hexdigest()
    refused("not the archive that the configuration names", archive="a.tar.gz", sha256="0" * 64)
    assert len(fetched(archive="a.tar.gz", sha256=right).points) == 3


@pytest.mark.parametrize("sha256", [None, "0" * 64])
def test_folder_is_no_archive(sources, sha256):
    """Was a bug: an edit of a file in it went unnoticed, for the time of the folder stayed."""
    refused("no such file: 'r'", archive="r", sha256=sha256)


def test_label_with_numbers_and_text_is_refused(sources):
    """Was a bug: the results could not be written as Parquet, after all fits."""
    patchset = json.loads(Path("r/patchset.json").read_text())
    patchset["patches"][1]["metadata"]["values"][0] = "heavy"
    Path("r/patchset.json").write_text(json.dumps(patchset))
    with pytest.raises(LikelihoodError, match="numbers for some points and text for others: 'm1'"):
        fetched()


def test_one_file_for_both_is_refused(sources):
    """Was a bug: a KeyError."""
    refused("is not a valid patchset", patches="r/w.json")


def test_pattern_that_matches_the_workspace_too_refuses_it_as_a_patch(sources):
    Path("r/w.json").rename("r/patch.300_0.json")
    refused("not a JSON patch", workspace="r/patch.300_0.json", patches="r/patch.{m1}_{m2}.json")


@pytest.mark.parametrize("column", ["name", *NUMBERS, *TEXTS])
def test_label_named_like_a_column_of_the_results_is_refused(sources, column):
    error = refused(
        "label of the grid has the name of a column", patches=f"r/patch.{{{column}}}_{{m2}}.json"
    )
    assert error.value == column


def test_two_labels_of_one_name_are_refused(sources, tiny):
    """Was a bug: pyhf accepts them, and the results had two columns of one name."""
    patchset = json.loads(Path("r/patchset.json").read_text())
    patchset["metadata"]["labels"] = ["m1", "m1"]
    tiny.write(Path("r/patchset.json"), patchset)
    assert refused("two labels of one name").value == "m1"


def test_every_patch_is_checked_not_only_the_first(sources, tiny):
    patchset = json.loads(Path("r/patchset.json").read_text())
    patchset["patches"][-1]["patch"][0]["path"] = "/channels/7/samples/0"
    tiny.write(Path("r/patchset.json"), patchset)
    refused("patch 'm_200_0' does not apply to the workspace")


@pytest.mark.parametrize("label", ["curve", "method", "cpu_s"])
def test_label_with_the_name_of_a_column_of_any_table_is_refused(sources, label):
    """Was a bug: two columns of one name in exclusion.csv."""
    patchset = json.loads(Path("r/patchset.json").read_text())
    patchset["metadata"]["labels"][0] = label
    Path("r/patchset.json").write_text(json.dumps(patchset))
    with pytest.raises(LikelihoodError, match=f"the name of a column of the tables: '{label}'"):
        fetched()


@pytest.mark.parametrize("name", ["theorie", "mu_SIG"])  # the strength has no standard deviation
def test_cross_section_that_no_patch_varies_is_refused_before_anything_is_fitted(sources, name):
    error = refused("no patch has a normsys or histosys of the name in `theory`", theory=name)
    assert "'theory'" in error.hint


def test_cross_section_that_patches_vary_is_taken(sources):
    assert fetched(theory="theory") == fetched()
