"""The small likelihood as files in the folder where commands run."""

import json

import pytest
from click.testing import CliRunner

from fitscan.cli.group import commands

POINTS = [(100, 0), (200, 0), (200, 100)]


@pytest.fixture
def files(tiny, tmp_path, monkeypatch):
    """Write the workspace, its patchset and its patches; the patches are returned by file."""
    workspace = tiny.workspace()
    patchset = tiny.patchset(POINTS, workspace)
    tiny.write(tmp_path / "workspace.json", workspace)
    tiny.write(tmp_path / "patchset.json", patchset)
    patches = {f"{one['metadata']['name']}.json": one["patch"] for one in patchset["patches"]}
    for name, patch in patches.items():
        tiny.write(tmp_path / name, patch)
    monkeypatch.chdir(tmp_path)
    return patches


@pytest.fixture
def fitscan(files):
    """Run a command in this process."""

    def run(*words, status=0, stdin=None):
        done = CliRunner().invoke(commands, [*words], input=stdin)
        assert done.exit_code == status, done.output
        return done

    return run


@pytest.fixture
def answer(fitscan):
    """Run a command and return its answer for programs."""

    def run(*words, **options):
        return json.loads(fitscan(*words, "--json", **options).stdout)

    return run
