"""A likelihood is found wherever the configuration says, checked whole, and only then written."""

import bz2
import copy
import gzip
import hashlib
import json
import lzma
import shutil
import tarfile
from pathlib import Path

import pytest

from fitscan import strictjson
from fitscan.address import Address
from fitscan.columns import NUMBERS, TEXTS
from fitscan.errors import LikelihoodError
from fitscan.likelihood import fetch, read_index, read_signals
from fitscan.likelihood.archive_limits import ArchiveLimits
from fitscan.likelihood.fetch import fetch_likelihood, local_files
from fitscan.likelihood.refusals import tell_refused
from fitscan.likelihood.region_tables import read_regions

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


def fetched(limits=None, **changes):
    return fetch_likelihood(
        analysis(**changes), folder=Path("out"), cache=Path("cache"), limits=limits
    )


@pytest.fixture
def case(write_case, monkeypatch, tmp_path):
    """Fetch a case of tests/cases."""
    monkeypatch.chdir(tmp_path)

    def fetched_case(name, **changes):
        write_case(name, tmp_path / name)
        files = {"workspace": f"{name}/workspace.json", "patches": f"{name}/patchset.json"}
        return fetched(**files, **changes)

    return fetched_case


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
    found = [signal.operations for signal in read_signals(Path("out/patchset.json"), index.points)]
    assert found == [patch["patch"] for patch in published]
    assert Path("out/workspace.json").read_bytes() == Path("r/w.json").read_bytes()
    assert index.source["patches"] == patches


def test_the_signal_by_region_is_written_beside_the_points(sources):
    fetched()
    found = read_regions(Path("out"))
    assert [(r.name, r.bins, r.background, r.control) for r in found.regions] == [
        ("SR", 2, 60.0, "")
    ]
    assert found.signal == {"m_100_0": (60.0,), "m_100_50": (57.1429,), "m_200_0": (30.0,)}


def test_control_regions_are_those_of_the_configuration(sources):
    fetched(control_regions=["SR"])
    assert [r.control for r in read_regions(Path("out")).regions] == ["`control_regions` names it"]


def test_an_unknown_control_region_is_refused(sources):
    error = refused("`control_regions` names a channel", control_regions=["CR"])
    assert error.hint == "its channels are SR"


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

    def fetch_archive(address, **options):
        asked.append((address, options))
        return Path(make_tar())

    monkeypatch.setattr(fetch, "fetch_archive", fetch_archive)
    index = fetched(archive="10.17182/hepdata.90607.v3/r3", sha256="0" * 64)
    options = {"cache": Path("cache"), "sha256": "0" * 64, "limits": ArchiveLimits()}
    assert asked == [(Address("10.17182/hepdata.90607.v3/r3"), options)]
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
    with pytest.raises(LikelihoodError, match="the file does not exist"):
        local_files(analysis(**changes))
    assert refused("the file does not exist", **changes).value == value


def test_digest_of_a_local_archive_is_checked(sources):
    right = hashlib.sha256(Path(make_tar()).read_bytes()).hexdigest()
    refused("does not have the sha256 of the configuration", archive="a.tar.gz", sha256="0" * 64)
    assert len(fetched(archive="a.tar.gz", sha256=right).points) == 3


@pytest.mark.parametrize("sha256", [None, "0" * 64])
def test_folder_is_no_archive(sources, sha256):
    """Was a bug: an edit of a file in it went unnoticed, for the time of the folder stayed."""
    refused("the file does not exist: 'r'", archive="r", sha256=sha256)


def test_label_with_numbers_for_some_points_and_text_for_others_is_text(sources):
    """Was a bug: the results could not be written as Parquet; then all was refused."""
    patchset = json.loads(Path("r/patchset.json").read_text())
    patchset["patches"][1]["metadata"]["values"][0] = "heavy"
    patchset["patches"][2]["metadata"]["values"][0] = 200.5
    Path("r/patchset.json").write_text(json.dumps(patchset))
    values = [point.values for point in fetched().points]
    assert values == [("100", 0), ("heavy", 50), ("200.5", 0)]


def test_one_file_for_both_is_refused(sources):
    """Was a bug: a KeyError."""
    refused("is not a valid patchset", patches="r/w.json")


def test_pattern_that_matches_the_workspace_too_refuses_it_as_a_patch(sources):
    Path("r/w.json").rename("r/patch.300_0.json")
    refused(
        "the pattern of patches matches the workspace",
        workspace="r/patch.300_0.json",
        patches="r/patch.{m1}_{m2}.json",
    )


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
    assert refused("two labels of the same name").value == "m1"


def test_every_patch_is_checked_and_one_that_is_refused_stops_no_other(sources, tiny):
    """Was a bug: one faulty patch refused the whole likelihood."""
    patchset = json.loads(Path("r/patchset.json").read_text())
    patchset["patches"][-1]["patch"][0]["path"] = "/channels/7/samples/0"
    tiny.write(Path("r/patchset.json"), patchset)
    index = fetched()
    *others, last = index.points
    assert "patch 'm_200_0' does not apply to the workspace" in last.refused
    assert [point.refused for point in others] == ["", ""]
    assert read_index(Path("out/points.json")) == index
    for patch in patchset["patches"]:
        patch["patch"][0]["path"] = "/channels/7/samples/0"
    tiny.write(Path("r/patchset.json"), patchset)
    shutil.rmtree("out")
    refused("none of the 3 points can be fitted; the first: patch 'm_100_0' does not apply")


def test_an_empty_patch_stops_no_other(case):
    """Was a bug: "no sample carries the parameter of interest", and nothing was fitted."""
    index = case("one_empty_patch")
    assert [bool(point.refused) for point in index.points] == [False, True, False]
    assert "no sample carries the parameter of interest" in index.points[1].refused


def test_a_broken_patch_file_stops_no_other(sources):
    Path("r/patch.100_50.json").write_text('{"patch": [')
    index = fetched(patches="r/patch.{m1}_{m2}.json")
    assert [bool(point.refused) for point in index.points] == [False, True, False]
    assert "r/patch.100_50.json is not JSON" in index.points[1].refused


def test_points_that_are_refused_are_told_on_the_screen_and_in_the_log(case, capsys, caplog):
    tell_refused(case("one_empty_patch"))
    assert capsys.readouterr().out.startswith("not fitted: p2: patch 'p2': no sample carries")
    assert "p2 is not fitted: patch 'p2'" in caplog.text


def test_a_patch_may_bring_its_measurement(case):
    """Was a bug: "does not leave a valid workspace: ''"."""
    index = case("patch_brings_its_measurement")
    assert (index.measurement, index.points[0].refused) == ("exclusion", "")
    assert case("patch_brings_its_measurement", measurement="exclusion") == index
    assert case("patch_brings_its_measurement", measurement="m") == index
    with pytest.raises(LikelihoodError, match=r"removes the measurement 'n': \['exclusion'\]"):
        case("patch_brings_its_measurement", measurement="n")


def measurements_of(tiny, *names):
    """Let the patches replace the measurement by ones of these names, None by none."""
    patchset = json.loads(Path("r/patchset.json").read_text())
    for patch, name in zip(patchset["patches"], names, strict=True):
        config = {"poi": "mu_SIG", "parameters": []}
        value = [{"name": name, "config": config}]
        if name is not None:
            patch["patch"].append({"op": "replace", "path": "/measurements", "value": value})
    tiny.write(Path("r/patchset.json"), patchset)


def test_measurements_of_different_names_are_the_first_of_each_patched_workspace(sources, tiny):
    measurements_of(tiny, "a", "b", None)
    index = fetched()
    assert index.measurement is None
    assert not any(point.refused for point in index.points)
    assert read_index(Path("out/points.json")) == index


def test_a_measurement_that_only_some_patches_replace_is_fitted_where_it_is(sources, tiny):
    workspace = json.loads(Path("r/w.json").read_text())
    workspace["measurements"].append(workspace["measurements"][0] | {"name": "second"})
    patchset = json.loads(Path("r/patchset.json").read_text())
    patchset["metadata"]["digests"]["sha256"] = strictjson.digest(workspace)
    tiny.write(Path("r/w.json"), workspace)
    tiny.write(Path("r/patchset.json"), patchset)
    measurements_of(tiny, "a", None, None)
    index = fetched(measurement="second")
    assert index.measurement == "second"
    assert "contains a measurement, and other patches do not: 'a'" in (index.points[0].refused)
    assert not any(point.refused for point in index.points[1:])


def test_the_digest_of_another_workspace_is_taken_where_the_configuration_says_so(sources, tiny):
    """Simplified likelihoods come with the patchset of the full one."""
    patchset = json.loads(Path("r/patchset.json").read_text())
    patchset["metadata"]["digests"]["sha256"] = "0" * 64
    tiny.write(Path("r/patchset.json"), patchset)
    assert "verify_digest: false" in refused("was made for another workspace").hint
    index = fetched(verify_digest=False)
    assert len(index.points) == 3
    assert index.source["verify_digest"] is False


@pytest.mark.parametrize(("suffix", "compress"), [("gz", gzip), ("bz2", bz2), ("xz", lzma)])
def test_compressed_files_are_read(sources, suffix, compress):
    """Was a bug: "is not text in UTF-8"."""
    plain = fetched(patches="r/patch.{m1}_{m2}.json")
    for path in Path("r").glob("*.json"):
        Path(f"{path}.{suffix}").write_bytes(compress.compress(path.read_bytes()))
        path.unlink()
    for archive in (None, make_tar()):
        pattern = f"r/patch.{{m1}}_{{m2}}.json.{suffix}"
        changes = {"archive": archive, "workspace": f"r/w.json.{suffix}"}
        index = fetched(patches=pattern, **changes)
        assert index.points == plain.points
        found = fetched(patches=f"r/patchset.json.{suffix}", **changes)
        assert [point.digest for point in found.points] == [p.digest for p in plain.points]
        assert read_index(Path("out/points.json")).workspace == plain.workspace


def test_a_compressed_file_that_is_cut_short_or_too_large_is_refused(sources):
    content = gzip.compress(Path("r/w.json").read_bytes())
    Path("r/w.json.gz").write_bytes(content[:-20])
    refused(r"r/w.json.gz cannot be decompressed", workspace="r/w.json.gz")
    Path("r/w.json.gz").write_bytes(content)
    words = r"r/w.json.gz is refused: .* more than archive_limits.member_bytes \(100\)"
    refused(words, limits=ArchiveLimits(member_bytes=100), workspace="r/w.json.gz")


def test_files_of_an_archive_share_its_budget(sources):
    with tarfile.open("a.tar", "w") as tar:
        for name in ("w.json", "patchset.json"):
            Path(f"r/{name}.gz").write_bytes(gzip.compress(Path(f"r/{name}").read_bytes()))
            tar.add(f"r/{name}.gz")
    packed = {"archive": "a.tar", "workspace": "r/w.json.gz", "patches": "r/patchset.json.gz"}
    together = sum(
        Path(f"r/{name}{suffix}").stat().st_size
        for name in ("w.json", "patchset.json")
        for suffix in ("", ".gz")
    )
    refused(r"archive_limits.total_bytes", limits=ArchiveLimits(total_bytes=together - 1), **packed)
    assert fetched(limits=ArchiveLimits(total_bytes=together), **packed).points


def test_points_name_the_archive_without_its_secrets(sources, monkeypatch):
    """Was a bug: points.json had the address with all that was filled in."""
    monkeypatch.setattr(fetch, "fetch_archive", lambda *_, **__: Path(make_tar()))
    monkeypatch.setenv("FS_TOKEN", "swordfish")
    fetched(archive=Address("https://me:marlin@example.org/a.tar.gz?view=true&token=$FS_TOKEN"))
    content = Path("out/points.json").read_text()
    assert "https://***@example.org/a.tar.gz?view=true&token=$FS_TOKEN" in content
    assert not [secret for secret in ("marlin", "swordfish") if secret in content]


def test_an_absent_archive_is_named_as_it_was_written(sources, monkeypatch):
    monkeypatch.setenv("FS_PLACE", "swordfish")
    with pytest.raises(LikelihoodError) as caught:
        local_files(analysis(archive=Address("$FS_PLACE/a.tar.gz")))
    assert caught.value.value == "$FS_PLACE/a.tar.gz"


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
    error = refused(
        "no patch has a normsys or histosys of the name in `signal_xsec_uncertainty`",
        signal_xsec_uncertainty=name,
    )
    assert "'theory'" in error.hint


def test_cross_section_that_patches_vary_is_taken(sources):
    assert fetched(signal_xsec_uncertainty="theory") == fetched()
