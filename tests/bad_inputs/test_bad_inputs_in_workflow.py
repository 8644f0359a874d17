"""Bad inputs through the real workflow: it fails, says why, shows no traceback and fits nothing."""

import shutil
import tarfile
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent

CONFIGS = {
    "misspelt_key": "analyses.tiny has an unknown key: 'patchs'. Hint: did you mean 'patches'?",
    "unknown_kind_of_scan": "scans.hypotest.kind is not valid: 'asymtotic'. Hint: one of asympto",
    "name_with_slash": "analyses is not valid: 'a/b'. Hint: a name is letters, digits, ",
    "environment_variable_not_set": "that is not set or empty: '$FITSCAN_NOT_SET/archive.tar.gz'.",
    "unknown_executor": "unknown executor: 'in_proces'. Hint: one of ",
}
LIKELIHOODS = {
    ("workspace", "1e999"): "workspace.json holds a number that is not finite: '1e999'",
    ("patch", "does_not_apply"): "patch 'patch_100' does not apply to the workspace",
    ("patchset", "other_workspace"): "patchset.json was made for another workspace",
    ("patchset", "duplicate_values"): "two patches with equal values: 'm100' and 'm200'",
}


def assert_clean_refusal(code, output, *words):
    assert code != 0
    for message in words:
        assert message in output
    assert "Traceback (most recent call last)" not in output
    assert "src/fitscan" not in output
    assert not list(Path("results").rglob("*.*"))


def test_good_likelihood_would_run(place, snakemake):
    code, output = snakemake("--dry-run", configfile=place / "config.yaml")
    assert code == 0, output


@pytest.mark.parametrize(("fault", "words"), CONFIGS.items(), ids=CONFIGS)
def test_bad_config(place, snakemake, fault, words):
    code, output = snakemake(configfile=HERE / "config" / f"{fault}.yaml")
    assert_clean_refusal(code, output, words)
    assert not Path("results").exists()
    assert not Path("resources").exists()


@pytest.mark.parametrize("content", [b"analyses: \xe9", b"analyses: &a\n  x: *a"])
def test_default_configuration_that_cannot_be_read(place, snakemake, content):
    """Was Snakemake's traceback."""
    (place / "config/config.yaml").write_bytes(content)
    (place / "other.yaml").write_text("executor: in_process\n")
    code, output = snakemake(configfile=place / "other.yaml")
    assert_clean_refusal(code, output, "ConfigError: config/config.yaml, line 1, column 11: this")


def test_missing_file(place, snakemake):
    (place / "patchset.json").unlink()
    code, output = snakemake(configfile=place / "config.yaml")
    assert_clean_refusal(code, output, "the file does not exist: 'patchset.json'. Hint: paths are")


def test_variable_that_a_library_cannot_use(place, snakemake, monkeypatch):
    """Was a bug: a traceback, after the likelihood was fetched."""
    monkeypatch.setenv("NUMBA_NUM_THREADS", "0")
    code, output = snakemake(configfile=place / "config.yaml")
    assert_clean_refusal(code, output, "variable NUMBA_NUM_THREADS has a value that its library")
    assert not Path("resources").exists()


def test_bad_likelihoods_each_with_its_message(place, snakemake):
    analyses = {}
    for kind, fault in LIKELIHOODS:
        shutil.copytree(HERE / "good", place / fault)
        name = "patch_100.json" if kind == "patch" else f"{kind}.json"
        shutil.copy(HERE / kind / f"{fault}.json", place / fault / name)
        patches = "patchset.json" if kind == "patchset" else "patch_{mass}.json"
        analyses[fault] = {"workspace": f"{fault}/workspace.json", "patches": f"{fault}/{patches}"}
    with tarfile.open("archive.tar", "w") as tar:
        tar.add("workspace.json", "../workspace.json", filter=lambda member: member)
    analyses["archive"] = {"archive": "archive.tar"} | dict.fromkeys(("workspace", "patches"), "a")
    Path("bad.yaml").write_text(yaml.safe_dump({"analyses": analyses}))

    code, output = snakemake(configfile=place / "bad.yaml")
    assert_clean_refusal(
        code,
        output,
        *LIKELIHOODS.values(),
        "contains a path that leads out of its folder: '../work",
    )
    assert not list(Path("resources/likelihoods").rglob("*.json"))
    assert not list(place.parent.glob("*.json"))
