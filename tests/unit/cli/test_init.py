"""``fitscan init`` writes a configuration that works, also where its comments are taken up."""

import re
import tarfile
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from fitscan.cli.group import commands
from fitscan.config.check import check_config


@pytest.fixture
def init(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def call(*words, status=0):
        told = CliRunner().invoke(commands, ["init", *words])
        assert told.exit_code == status, told.output
        return told

    return call


@pytest.fixture
def likelihoods(tmp_path, tiny):
    """Two regions, one with a patchset and one with patches of one name each."""
    folder = tmp_path / "found"
    workspace = tiny.workspace()
    tiny.write(folder / "set/BkgOnly.json", workspace)
    tiny.write(folder / "set/patchset.json", tiny.patchset([(1, 2), (3, 4), (5, 6)], workspace))
    other = tiny.workspace(bins=3)
    tiny.write(folder / "single/BkgOnly.json", other)
    for mass in (100, 200):
        tiny.write(folder / f"single/signal_{mass}_0.json", tiny.patch(9.0, bins=3))
    return folder


def test_the_example_is_the_default(init):
    said = init().stdout
    assert "example: 60 signal hypotheses (m_parent, m_lsp)" in said
    assert Path("resources/example/workspace.json").is_file()


def test_an_archive_is_looked_into(init, likelihoods):
    with tarfile.open("all.tar.gz", "w:gz") as archive:
        archive.add(likelihoods, "all")
    assert "set: 3 signal hypotheses (m1, m2)" in init("all.tar.gz").stdout
    text = Path("my.yaml").read_text()
    assert yaml.safe_load(text)["analyses"] == {
        "set": {
            "archive": "all.tar.gz",
            "workspace": "all/set/BkgOnly.json",
            "patches": "all/set/patchset.json",
        }
    }
    assert '#    patches: "all/single/signal_{m1}_0.json"' in text


def test_a_workspace_is_taken_with_the_patches_beside_it(init, likelihoods):
    said = init(str(likelihoods / "single/BkgOnly.json"), "--output", "other.yaml").stdout
    assert "single: 2 signal hypotheses (m1)" in said
    assert "set" not in Path("other.yaml").read_text().replace("patchset", "")


@pytest.mark.parametrize(
    ("folder", "name"), [("_SR", "SR"), ("2018", "2018"), ("off", "off"), ("SR_1", "SR_1")]
)
def test_any_folder_gives_a_name_that_a_configuration_takes(init, likelihoods, folder, name):
    """Was a bug: names began with _, or were numbers or words of YAML."""
    (likelihoods / "set").rename(folder)
    assert f"{name}: 3 signal hypotheses" in init(folder).stdout


def test_a_file_that_exists_is_left_as_it_is(init):
    Path("my.yaml").write_text("mine")
    assert init(status=1).stderr.startswith("ConfigError: the file exists")
    assert Path("my.yaml").read_text() == "mine"
    assert not Path("resources").exists()


def test_what_holds_no_workspace_is_refused(init, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "holds no HistFactory workspace" in init("empty", status=1).stderr
    assert "the archive does not exist" in init("nowhere.tar", status=1).stderr


KEYS = ("title", "axis_titles", "signal_xsec_uncertainty", "overlays", "compare", "limits", "toys")


def test_comments_are_a_configuration_too(init, likelihoods):
    init(str(likelihoods))
    text = re.sub(
        rf"^( *)# ((?:{'|'.join(KEYS)}): )", r"\1\2", Path("my.yaml").read_text(), flags=re.M
    )
    checked = check_config(yaml.safe_load(re.sub(r"^#(  .*)$", r"\1", text, flags=re.M)))
    assert set(checked["analyses"]) == {"set", "single"}
    assert set(checked["scans"]) == {"hypotest", "limits", "toys"}
    assert checked["analyses"]["set"]["compare"]["title"] == "pyhf"


def test_engine_and_executor_can_be_chosen(init):
    init()
    text = Path("my.yaml").read_text().replace("# engine:", "engine:")
    checked = check_config(yaml.safe_load(text.replace("# executor:", "executor:")))
    assert (checked["engine"], checked["executor"]) == ("pyhf", "parsl")
