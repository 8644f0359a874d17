"""What files hold is told by their content, and patterns by what differs in names."""

import io
import json
import tarfile

import pytest

from fitscan.errors import LikelihoodError
from fitscan.likelihood.survey import survey


@pytest.fixture
def folder(tmp_path, tiny):
    """A workspace in a folder, with patches named as the test wants it."""

    def make(*names, patchset=False):
        workspace = tiny.workspace()
        tiny.write(tmp_path / "a/BkgOnly.json", workspace)
        for name in names:
            tiny.write(tmp_path / "a" / name, tiny.patch(9.0))
        if patchset:
            tiny.write(tmp_path / "signals.json", tiny.patchset([(1, 2), (3, 4)], workspace))
        return tmp_path

    return make


@pytest.mark.parametrize(
    ("names", "pattern", "labels"),
    [
        (("p_100_50.json", "p_200_0.json"), "p_{m1}_{m2}.json", ("m1", "m2")),
        (("r1_100_p.json", "r1_200_p.json"), "r1_{m1}_p.json", ("m1",)),
        (("p_100.json",), "p_{m1}.json", ("m1",)),
        (("p_12p5.json", "p_100.json", "other_7.json"), "p_{m1}.json", ("m1",)),
        (("signal.json",), None, ()),
    ],
)
def test_labels_are_the_numbers_that_differ(folder, names, pattern, labels):
    [found] = survey(folder(*names) / "a")
    assert found.patches == (pattern and str(folder() / "a" / pattern))
    assert found.labels == labels


def test_a_patchset_is_found_by_its_digest_in_any_folder(folder):
    [found] = survey(folder("p_1.json", "p_2.json", "p_3.json", patchset=True))
    assert found.patches.endswith("/signals.json")
    assert (found.labels, found.points) == (("m1", "m2"), 2)
    assert found.measurements == ("nominal",)


def test_patches_of_a_single_workspace_are_those_in_its_folder(folder):
    """Was a bug: for ~/workspace.json all JSON of the home was read."""
    workspace = folder("p_1.json", "p_2.json", "below/p_3.json", patchset=True) / "a/BkgOnly.json"
    [found] = survey(workspace)
    assert (found.workspace, found.points) == (str(workspace), 2)
    workspace.rename(workspace.parent.parent / "BkgOnly.json")
    [found] = survey(workspace.parent.parent / "BkgOnly.json")
    assert found.patches.endswith("/signals.json")
    workspace.parent.parent.joinpath("signals.json").rename(workspace.parent / "signals.json")
    [found] = survey(workspace.parent.parent / "BkgOnly.json")
    assert found.patches is None


def test_a_patchset_of_another_workspace_that_is_there_is_not_offered(folder, tiny):
    """Was a bug: each workspace beside it was said to have its signals."""
    tiny.write(folder("a.json", patchset=True) / "other.json", tiny.workspace(bins=2))
    own, other = survey(folder())
    assert (own.points, other.points, other.patches) == (2, 0, None)


def test_an_archive_in_an_archive_has_full_names(folder, tmp_path):
    inner = folder(patchset=True) / "inner.tar"
    with tarfile.open(inner, "w") as archive:
        archive.add(tmp_path / "a", "a")
        archive.add(tmp_path / "signals.json", "signals.json")
    with tarfile.open(tmp_path / "outer.tar.gz", "w:gz") as archive:
        archive.add(inner, "record/inner.tar")
        archive.addfile(tarfile.TarInfo("broken.json"), io.BytesIO())
    [found] = survey(tmp_path / "outer.tar.gz")
    assert found.workspace == "record/inner.tar/a/BkgOnly.json"
    assert found.patches == "record/inner.tar/signals.json"


@pytest.mark.parametrize("is_alone", [False, True])
def test_an_archive_inside_that_is_refused_hides_no_other(folder, tmp_path, caplog, is_alone):
    """Was a bug: `fitscan init` refused a whole record for one archive that it did not need."""
    (tmp_path / "other.zip").write_bytes(b"not a zip")
    with tarfile.open(tmp_path / "outer.tar", "w") as archive:
        archive.add(tmp_path / "other.zip", "other.zip")
        if not is_alone:
            archive.add(folder() / "a", "a")
    if is_alone:
        with pytest.raises(LikelihoodError, match=r"not a tar or zip archive.*other\.zip"):
            survey(tmp_path / "outer.tar")
    else:
        [found] = survey(tmp_path / "outer.tar")
        assert found.workspace == "a/BkgOnly.json"
    assert ("passed over: this is not a tar" in caplog.text) is not is_alone


def test_json_of_another_kind_is_no_workspace(tmp_path):
    (tmp_path / "other.json").write_text(json.dumps({"a": 1}))
    with pytest.raises(LikelihoodError, match=r"holds no HistFactory workspace: .*other\.json"):
        survey(tmp_path)
