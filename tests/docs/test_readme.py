"""What README and the documents name is there."""

import json
import re
import tomllib
from pathlib import Path

import cpus
import pyhf
import pytest

import fitscan

SITES = sorted((Path(__file__).parents[2] / "config/endpoints").glob("*/README.md"))
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "config/README.md",
    "config/endpoints/README.md",
    *(f"config/endpoints/{path.parent.name}/README.md" for path in SITES),
    "docs/architecture.md",
    "docs/combinations.md",
    "docs/engine.md",
    "docs/figures.md",
    "docs/gallery.md",
    "docs/glossary.md",
    "docs/results.md",
    "docs/which-number.md",
    "docs/provenance.md",
    "docs/releasing.md",
    "docs/remote.md",
    "docs/toys.md",
    "docs/decisions/0006-executors.md",
    "docs/decisions/0011-packages-are-stages.md",
)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files(project_folder, document):
    path = project_folder / document
    targets = re.findall(r"\]\(([^)#:\s]+)\)", path.read_text())
    missing = [target for target in targets if not (path.parent / target).exists()]
    assert not missing


def test_readme_lists_the_executors_that_are_there(project_folder):
    there = {path.stem for path in project_folder.glob("config/executors/*.yaml")}
    for document in ("README.md", "docs/remote.md"):
        table = (project_folder / document).read_text().split("| executor |")[1].split("\n\n")[0]
        assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == there


def test_architecture_lists_the_packages_of_the_docstring_in_their_order(project_folder):
    stages = re.findall(r"^    (\w+) {2,}", fitscan.__doc__, re.MULTILINE)
    text = (project_folder / "docs/architecture.md").read_text()
    assert re.findall(r"^\| `(\w+)/` \|", text, re.MULTILINE) == stages


@pytest.mark.parametrize("document", DOCUMENTS)
def test_make_targets_exist(project_folder, document):
    makefile = (project_folder / "Makefile").read_text()
    code = r"(?:`|^ {4}|^)make ([a-z-]+)"  # in backticks, or on a line of its own
    for target in re.findall(code, (project_folder / document).read_text(), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("document", DOCUMENTS)
def test_configuration_files_exist(project_folder, document):
    text = (project_folder / document).read_text()
    for name in re.findall(r"config/[\w/-]+\.yaml(?:\.j2)?", text):
        assert (project_folder / name).is_file(), name


def test_conda_environment_pins_what_the_lock_pins(project_folder):
    """envs/fitscan.yaml, the lock files and pyproject.toml agree; `make lock` renews them."""
    project = tomllib.loads((project_folder / "pyproject.toml").read_text())["project"]
    wanted = {re.match(r"[\w.-]+", dependency)[0].lower() for dependency in project["dependencies"]}
    pin = re.compile(r"^ *-? *([\w.-]+)(?:\[\w+\])?==([\w.]+)", re.MULTILINE)
    conda = dict(pin.findall((project_folder / "envs/fitscan.yaml").read_text()))
    for name in ("requirements.txt", "requirements-test.txt"):
        locked = dict(pin.findall((project_folder / "envs" / name).read_text()))
        assert {package: locked[package] for package in wanted} == conda, name


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-test.txt", "requirements-uv.txt"]
)
def test_lock_files_are_hashed_and_name_no_index(project_folder, name):
    text = (project_folder / "envs" / name).read_text()
    packages = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert packages
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text


def test_the_rows_in_the_readme_are_what_pyhf_answers(project_folder):
    """By pyhf alone, from the files of the example: fitscan has no part in it."""
    number = r"(\d\.\d{4})"
    rows = re.findall(
        rf"^\| `(\w+)` \| {number} \| {number} \| {number} \| {number} \|",
        (project_folder / "README.md").read_text(),
        flags=re.MULTILINE,
    )
    assert len(rows) == 6
    example = project_folder / "resources/example"
    workspace = pyhf.Workspace(json.loads((example / "workspace.json").read_text()))
    patchset = pyhf.PatchSet(json.loads((example / "patchset.json").read_text()))
    for name, *shown in rows:
        model = workspace.model(patches=[patchset[name]])
        observed, expected = pyhf.infer.hypotest(
            1.0, workspace.data(model), model, test_stat="qtilde", return_expected_set=True
        )
        found = [observed, expected[1], expected[2], expected[3]]
        assert [float(text) for text in shown] == pytest.approx(
            [float(CLs) for CLs in found], abs=6e-5
        )


def test_the_tests_of_other_cpus_are_there(project_folder):
    """Was a bug: a folder had been renamed."""
    assert [name for name in cpus.TESTS if not (project_folder / name).is_dir()] == []
