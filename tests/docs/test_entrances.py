"""Files that other programs look for: GitHub, pre-commit, catalogues, images, REANA."""

import re

import pytest
import yaml
from project import make_project

import fitscan


def test_the_catalogue_has_the_schema_of_the_package(project_folder):
    """A copy, since links do not survive every way of deployment: copy it again."""
    there = project_folder / "workflow/schemas/config.schema.yaml"
    assert there.read_bytes() == (project_folder / "src/fitscan/config.schema.yaml").read_bytes()


def test_the_workflow_of_the_catalogue_is_this_one(tmp_path, project_folder, tiny):
    project = make_project(tmp_path, project_folder, tiny)
    jobs = project.jobs("--snakefile", "workflow/Snakefile")
    assert jobs.pop("by_default") == 1
    assert jobs == project.jobs()


def test_the_catalogue_knows_what_is_supported(project_folder):
    usage = yaml.safe_load((project_folder / ".snakemake-workflow-catalog.yml").read_text())[
        "usage"
    ]
    rules = "".join(p.read_text() for p in (project_folder / "workflow/rules").glob("*.smk"))
    assert usage["report"] == ("report(" in rules)
    assert usage["software-stack-deployment"]["conda"] == ("conda:" in rules)
    assert usage["software-stack-deployment"]["apptainer"] == ("container:" in rules)


def test_reana_gets_what_its_command_needs(project_folder):
    reana = yaml.safe_load((project_folder / "reana.yaml").read_text())
    given = reana["inputs"]["files"] + reana["inputs"]["directories"]
    assert all((project_folder / path).exists() for path in given)
    [step] = reana["workflow"]["specification"]["steps"]
    [config] = re.findall(r"fitscan run (\S+)", *step["commands"])
    named = yaml.safe_load((project_folder / config).read_text())["analyses"]["example"]
    assert all(
        any(named[key].startswith(path) for path in given) for key in ("workspace", "patches")
    )


def test_both_recipes_of_an_image_install_the_same(project_folder):
    recipes = [
        (project_folder / "envs" / name).read_text() for name in ("Containerfile", "fitscan.def")
    ]
    docker, apptainer = (
        (
            re.findall(r"pip install [^\n\\]*[^\s\\]", recipe),
            re.findall(r"FROM (\S+)|^From: (\S+)", recipe, re.M),
        )
        for recipe in recipes
    )
    assert docker[0] == apptainer[0] != []
    assert set(docker[1][0]) == set(apptainer[1][0])


@pytest.mark.parametrize("name", ["slurm", "htcondor"])
def test_a_profile_of_a_batch_system_reruns_like_the_default(project_folder, name):
    default, profile = (
        yaml.safe_load((project_folder / f"profiles/{each}/config.yaml").read_text())
        for each in ("default", name)
    )
    for key in ("rerun-triggers", "scheduler", "keep-going", "rerun-incomplete"):
        assert profile[key] == default[key]
    extra = f'\n{name} = ["snakemake-executor-plugin-{name}'
    assert extra in (project_folder / "pyproject.toml").read_text()


def test_hooks_have_the_linters_that_are_locked(project_folder):
    """`make lock` writes both."""
    hooks = (project_folder / ".pre-commit-config.yaml").read_text()
    locked = (project_folder / "envs/requirements-test.txt").read_text()
    pins = set(re.findall(r"\[([\w-]+==[^\]]+)\]", hooks))
    assert {pin.split("==")[0] for pin in pins} == {"check-jsonschema", "ruff", "snakefmt"}
    assert {pin for pin in pins if f"\n{pin} \\" not in locked} == set()


def test_hooks_are_the_linters_of_make_lint(project_folder):
    hooks = yaml.safe_load((project_folder / ".pre-commit-config.yaml").read_text())["repos"]
    makefile = (project_folder / "Makefile").read_text()
    lint = makefile.split("\nlint:")[1].split("\n\n")[0]
    programs = set(re.findall(r"\$\(BIN\)/(\S+)", lint))
    entries = [hook["entry"].removeprefix(".venv/bin/") for hook in hooks[0]["hooks"]]
    assert {entry.split()[0] for entry in entries} == programs
    schemas = re.compile(r"--builtin-schema (\S+)")
    assert schemas.findall(" ".join(entries)) == schemas.findall(lint)


def test_make_lint_looks_at_all_files_of_github(project_folder):
    makefile = (project_folder / "Makefile").read_text()
    files = {
        str(path.relative_to(project_folder)) for path in project_folder.glob(".github/*/*.yml")
    }
    files -= {".github/ISSUE_TEMPLATE/config.yml"}
    assert set(re.findall(r"\.github/\S+", makefile)) == files


def test_github_runs_what_ci_runs_and_asks_for_no_secret(project_folder):
    workflows = {
        path.name: path.read_text() for path in project_folder.glob(".github/workflows/*.yml")
    }
    assert workflows.keys() == {"ci.yml", "release.yml"}
    assert "bash .ci/run" in workflows["ci.yml"]
    assert "run: make dist" in workflows["release.yml"]
    assert not any("secrets." in text for text in workflows.values())


def test_a_release_has_one_version(project_folder):
    citation = yaml.safe_load((project_folder / "CITATION.cff").read_text())
    [changes] = re.findall(
        r"\A# Changelog\n\n[^#]*## (\S+) ", (project_folder / "CHANGELOG.md").read_text()
    )
    assert citation["version"] == changes == fitscan.__version__
