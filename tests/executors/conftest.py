"""Executors of every kind, on real stacks on this machine."""

import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

import pytest
import yaml
from stacks.globus import GlobusStack, missing
from stacks.processes import Processes

from fitscan.executors import open_executor

PROJECT = Path(__file__).parents[2]

PARSL = {
    "kind": "parsl",
    "engine": {
        "max_workers_per_node": 2,
        "address": "127.0.0.1",
        "heartbeat_period": 2,
        "heartbeat_threshold": 8,
        "provider": {"type": "LocalProvider", "init_blocks": 1, "max_blocks": 1},
    },
}

KINDS = ("in_process", "process_pool", "parsl", "globus_compute")


def skip_or_fail(what: str) -> None:
    """Say what has to be installed; in CI everything is."""
    message = f"not installed: {what}"
    pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


@pytest.fixture(scope="session", autouse=True)
def orphans(tmp_path_factory):
    """End what the death of a parent leaves behind: Parsl's workers outlive their manager."""
    yield
    assert Processes(tmp_path_factory.getbasetemp()).end() == []


@pytest.fixture(scope="session")
def stack(request):
    """Globus Compute on this machine, for all tests of a session."""
    if request.config.option.markexpr == "not beyond":
        pytest.fail("a test that needs the stack has to be marked `beyond`")
    if what := missing():
        skip_or_fail(what)
    # Not pytest's folder, whose path is too long for sockets.
    folder = Path(tempfile.mkdtemp(prefix="fitscan-gc-"))
    running = GlobusStack(folder, source=PROJECT / "src")
    own = {name: value for name, value in running.environment.items() if "GLOBUS" in name}
    before = dict(os.environ)
    os.environ.update(own)
    try:
        running.up()
        yield running
    finally:
        left = running.down()
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(folder, ignore_errors=True)
    assert left == []


@pytest.fixture(scope="session")
def settings_of(request, tmp_path_factory):
    """The settings of an executor of a kind."""

    def call(kind, **options):
        if kind == "parsl":
            if importlib.util.find_spec("parsl") is None:
                skip_or_fail("parsl (pip install -e '.[parsl]')")
            logs = tmp_path_factory.mktemp("parsl")
            return PARSL | {"run_dir": str(logs)} | options
        if kind == "globus_compute":
            return request.getfixturevalue("stack").settings(**{"workers": 2} | options)
        return {"kind": kind} | ({"workers": 2} if kind == "process_pool" else {}) | options

    return call


@pytest.fixture(scope="session")
def opened(settings_of, tmp_path_factory):
    """Open an executor of a kind, not entered."""

    def call(kind, **options):
        path = tmp_path_factory.mktemp("settings") / "executor.yaml"
        path.write_text(yaml.safe_dump(settings_of(kind, **options)))
        return open_executor(str(path), folder=path.parent)

    return call


@pytest.fixture(scope="module", params=KINDS)
def running(request, opened):
    """Each executor in turn, entered: some take seconds to start."""
    with opened(request.param) as executor:
        yield executor
