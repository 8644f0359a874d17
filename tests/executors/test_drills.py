"""What dies on the way to a worker costs time and nothing else.

Each drill does harm to the real thing, on the stacks of ``conftest.py``, and ends with the rows
that the executor in_process gives.
"""

import gc
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import yaml
from drilled import make_scan
from project import make_project
from scan_settings import COMPILED
from stacks.globus import SECRET
from stacks.processes import wait_for

from fitscan import __version__
from fitscan.dispatch import delivery
from fitscan.dispatch.preflight import check
from fitscan.engines.registry import engine_version
from fitscan.errors import ShardError, VersionMismatch

PROJECT = Path(__file__).parents[2]
HELPERS = PROJECT / "tests/helpers"

# When the SDK connects anew it leaves the sockets of its old loop to the garbage collector, which
# the fixture below runs while this filter holds: the next test in this process has none.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:Exception ignored in. <socket\.socket:pytest.PytestUnraisableExceptionWarning"
)

# First of all the folder that makes workers mortal.
PYTHONPATH = os.pathsep.join(map(str, (HELPERS / "mortal_site", HELPERS, PROJECT / "src")))

# A configuration that no other test has, so that a user's endpoint of its own answers.
MORTAL = {"workers": 2}

OPTIONS = {
    "process_pool": {"points_per_task": 1},
    "parsl": {"points_per_task": 1},
    "globus_compute": {"points_per_task": 1, "user_endpoint_config": MORTAL},
}

on_parsl = pytest.mark.parametrize("running", ["parsl"], indirect=True)
on_globus = pytest.mark.parametrize("running", ["globus_compute"], indirect=True)


@pytest.fixture(scope="module", autouse=True)
def no_sockets_left():
    """Collect what the drills left behind, after all other fixtures of this module."""
    yield
    gc.collect()


@pytest.fixture(scope="module", autouse=True)
def mortal_workers(no_sockets_left):
    """Have workers inherit a path that makes them mortal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", PYTHONPATH)
        yield


@pytest.fixture(scope="module")
def mortal_stack(stack):
    """The stack, where workers of users' endpoints that start from now on are mortal."""
    stack.set_user_environment(PYTHONPATH=PYTHONPATH)
    yield stack
    stack.set_user_environment()


@pytest.fixture(scope="module", params=OPTIONS)
def running(request, opened):
    """Each executor in turn, with mortal workers."""
    if request.param == "globus_compute":
        request.getfixturevalue("mortal_stack")
    with opened(request.param, **OPTIONS[request.param]) as executor:
        yield executor


@pytest.fixture(scope="module", params=["parsl", "globus_compute"])
def other_version(request, opened, settings_of, tmp_path_factory):
    """An executor whose workers have another version of fitscan, and that version."""
    source = tmp_path_factory.mktemp("other")
    shutil.copytree(PROJECT / "src/fitscan", source / "fitscan")
    text = (source / "fitscan/__init__.py").read_text()
    (source / "fitscan/__init__.py").write_text(text.replace(__version__, "99.9"))
    edited = source / "fitscan/engines/compiled/hypotheses.py"
    edited.write_text(edited.read_text() + "# edited\n")
    command = f"export PYTHONPATH={source}"
    if request.param == "parsl":
        engine = settings_of("parsl")["engine"]
        provider = engine["provider"] | {"worker_init": command}
        options = {"engine": engine | {"provider": provider}}
    else:
        options = {"user_endpoint_config": {"workers": 1, "worker_init": command}}
    with opened(request.param, **options) as executor:
        yield executor, "99.9"


@pytest.fixture
def scan(tmp_path, tiny):
    """Makes a scan of eight points; the first have the given names."""

    def make(*names, count=8, **options):
        rest = [f"point {number}" for number in range(count - len(names))]
        return make_scan(tmp_path / "scan", tiny, [*rest, *names], **options)

    return make


@pytest.fixture
def path(tmp_path):
    return tmp_path / "path"


def waiting(path):
    """Wait until a worker waits at a path; return its process."""
    wait_for(lambda: path.exists() and path.read_text().endswith(" "), what=path.name)
    return psutil.Process(int(path.read_text()))


def go_on(*paths):
    for path in paths:
        path.write_text("")


def manager_of(process):
    """Return the process worker pool that a worker belongs to."""
    (manager,) = (p for p in process.parents() if "process_worker_pool" in " ".join(p.cmdline()))
    return manager


def endpoint_of(process, stack):
    """Return the user's endpoint that a worker belongs to, though it is no child of it."""
    launcher = " ".join(word for parent in process.parents() for word in parent.cmdline())
    name = re.search(r"/(uep\.[-.0-9a-f]+)/", launcher)[1]
    (endpoint,) = stack.find("Globus Compute Endpoint", name)
    return endpoint


class Impatient:
    """An executor with another lease."""

    def __init__(self, executor, *, lease_s):
        self.executor = executor
        self.capabilities = replace(executor.capabilities, lease_s=lease_s)

    def __getattr__(self, name):
        return getattr(self.executor, name)


class Watched:
    """An executor whose answers are kept."""

    def __init__(self, executor):
        self.executor = executor
        self.answers = []

    def __getattr__(self, name):
        return getattr(self.executor, name)

    def submit(self, request):
        future = self.executor.submit(request)
        future.add_done_callback(self.keep)
        return future

    def keep(self, future):
        answer = json.loads(future.result())
        if answer["ok"]:
            self.answers.append(answer)


def submissions(stack, *, after):
    """How often each point was submitted, of those after so many requests."""
    requests = stack.requests(after=after)
    return [*Counter(p["key"] for r in requests for p in r.get("points", ())).values()]


# Workers.


def test_killed_worker_costs_no_point(running, scan, path, caplog):
    drill = scan(f"dies once at {path}")
    assert drill.fit(running) == drill.expected()
    assert path.exists()
    assert "1 tasks were resubmitted" in caplog.text


def test_task_that_raises_once_is_given_out_again(running, scan, path, caplog):
    drill = scan(f"raises once at {path}")
    assert drill.fit(running) == drill.expected()
    assert path.exists()
    assert "1 tasks were resubmitted" in caplog.text


def test_point_that_cannot_be_fitted_costs_no_other_and_the_error_names_it(running, scan):
    drill = scan()
    expected = drill.expected()
    drill.works[3].signal.operations[0]["path"] = "/channels/7/samples/1"
    with pytest.raises(ShardError, match="could not fit 'point 3': LikelihoodError"):
        drill.fit(running)
    rows = drill.journaled()
    assert rows == {f"point {number}": expected[number] for number in range(8) if number != 3}


def test_point_that_kills_every_worker_becomes_a_failed_row_and_the_rest_is_done(running, scan):
    drill = scan("poison")
    rows = drill.fit(running)
    assert rows[:-1] == drill.expected()[:-1]
    assert rows[-1]["status"] == "failed"
    assert "its worker was lost" in rows[-1]["message"]


@on_globus
def test_answer_too_large_to_travel_costs_no_other_and_a_rerun_fits_only_it(running, scan, path):
    drill = scan(f"returns too much once at {path}")
    with pytest.raises(ShardError, match=r"TooLarge: 75\d+ bytes; use fewer points_per_task"):
        drill.fit(running)
    assert len(drill.journaled()) == 7
    assert drill.fit(running) == drill.expected()


def test_second_task_finds_all_compiled_in_the_same_process(running, scan):
    drill = scan(count=12)
    executor = Watched(running)
    assert drill.fit(executor) == drill.expected()
    workers = [answer["worker"] for answer in executor.answers]
    fitted = [each["pid"] for each in workers if each["engines"]]
    assert 1 <= len(set(fitted)) <= 2
    assert len(fitted) >= 12
    assert {each["engines"] for each in workers} <= {0, 1}


# Blocks and endpoints.


@pytest.mark.parametrize("running", ["parsl", "globus_compute"], indirect=True)
def test_killed_manager_costs_no_point(running, scan, path, caplog):
    drill = scan(f"waits once at {path}")
    rows = drill.start(running)
    process = waiting(path)
    manager_of(process).kill()
    go_on(path)
    assert rows.result(timeout=60) == drill.expected()
    assert "1 tasks were resubmitted" in caplog.text


@on_globus
def test_dropped_connections_cost_no_task(running, mortal_stack, scan, tmp_path):
    drill = scan(*(f"waits once at {tmp_path}/{name}" for name in "ab"))
    before = mortal_stack.submitted
    rows = drill.start(running)
    for name in "ab":
        waiting(tmp_path / name)
    # An answer that the SDK has taken and not acknowledged yet keeps it from connecting anew (4.19,
    # `_event_watcher`): it gives up, and its tasks are resubmitted.
    wait_for(lambda: len(drill.journaled()) == 6, what="the answers of the others")
    mortal_stack.drop_connections()
    go_on(tmp_path / "a", tmp_path / "b")
    assert rows.result(timeout=60) == drill.expected()
    assert submissions(mortal_stack, after=before) == [1] * 8


@on_globus
def test_killed_endpoint_costs_no_point(running, stack, scan, tmp_path, caplog):
    drill = scan(*(f"waits once at {tmp_path}/{name}" for name in "ab"))
    rows = drill.start(Impatient(running, lease_s=16))
    for name in "ab":
        process = waiting(tmp_path / name)
    endpoint_of(process, stack).kill()
    go_on(tmp_path / "a", tmp_path / "b")
    assert rows.result(timeout=90) == drill.expected()
    assert "no answer for 16 s" in caplog.text


# The process that submits.


@pytest.mark.parametrize("kind", ["process_pool", "parsl"])
def test_workers_end_with_a_killed_submitter(kind, settings_of, scan, path, tmp_path):
    """Was a bug: they ran on, and Parsl's interchange and workers stayed for ever."""
    drill = scan(f"waits once at {path}")
    settings = tmp_path / "executor.yaml"
    settings.write_text(yaml.safe_dump(settings_of(kind, **OPTIONS[kind])))
    command = [sys.executable, HELPERS / "drilled.py", drill.folder, settings]
    with subprocess.Popen(command) as submitter:
        worker = waiting(path)
        started = psutil.Process(submitter.pid).children(recursive=True)
        around = [worker, *worker.parents()] if kind == "parsl" else [worker]
        around = [process for process in around if process.pid not in ancestors()]
        submitter.kill()
    ended, left = psutil.wait_procs({*started, *around} - {submitter}, timeout=10.0)
    assert ended
    assert [p for p in left if p.status() != psutil.STATUS_ZOMBIE] == []


def ancestors():
    """The numbers of this process and all above it."""
    this = psutil.Process()
    return {process.pid for process in (this, *this.parents())}


@on_globus
def test_killed_submitter_finds_its_tasks_again(running, mortal_stack, scan, tmp_path):
    # The first is fitted, two keep both workers, and five are queued behind them.
    drill = scan("first", *(f"waits once at {tmp_path}/{name}" for name in "ab"), *"cdefg")
    settings = tmp_path / "executor.yaml"
    settings.write_text(yaml.safe_dump(mortal_stack.settings(**OPTIONS["globus_compute"])))
    before = mortal_stack.submitted
    command = [sys.executable, HELPERS / "drilled.py", drill.folder, settings]
    with subprocess.Popen(command) as submitter:
        try:
            wait_for(lambda: len(drill.tickets()) >= 7, what="tickets")
            for name in "ab":
                waiting(tmp_path / name)
        finally:
            submitter.send_signal(signal.SIGKILL)
    assert [*drill.journaled()] == ["first"]
    go_on(tmp_path / "a", tmp_path / "b")
    assert drill.fit(running) == drill.expected()
    assert submissions(mortal_stack, after=before) == [1] * 8


# What travels.


@on_globus
def test_workspace_travels_once(running, mortal_stack, scan, tmp_path):
    drill = scan(channel=f"SR_of_{os.getpid()}_{tmp_path.stat().st_ino}")
    before = mortal_stack.submitted
    assert drill.fit(running) == drill.expected()
    requests = mortal_stack.requests(after=before)
    asked = [request["workspace"] for request in requests if "workspace" in request]
    assert sum("content" in workspace for workspace in asked) == 1
    assert len(asked) == 9  # the first came back for want of it


def test_workers_of_another_version_are_refused_before_any_work(other_version, scan):
    executor, version = other_version
    with pytest.raises(VersionMismatch) as refused:
        check(executor)
    assert f"fitscan: {__version__} (" in str(refused.value)
    assert f") here, {version} (" in str(refused.value)
    assert "name that environment in worker_init" in str(refused.value)


def test_worker_of_another_version_refuses_work(other_version, scan, monkeypatch):
    executor, _ = other_version
    monkeypatch.setattr(delivery, "check", lambda *_, **__: None)
    with pytest.raises(VersionMismatch) as refused:
        scan().fit(executor)
    engines = re.findall(r"'(\w{8,} numba-\S+ numpy-\S+)'", str(refused.value))
    assert engine_version(COMPILED) in engines
    assert len(set(engines)) == 2


@on_globus
def test_credentials_are_in_no_file_of_a_run(mortal_stack, running, project_folder, tmp_path, tiny):
    project = make_project(tmp_path, project_folder, tiny)
    settings = mortal_stack.settings(user_endpoint_config=MORTAL, points_per_task=4)
    (project.folder / "endpoint.yaml").write_text(yaml.safe_dump(settings))
    output = project.run("results/report.html", "--config", "executor=endpoint.yaml")
    written = [
        path
        for name in ("results", "logs", "benchmarks", ".snakemake", ".fitscan")
        for path in (project.folder / name).rglob("*")
        if path.is_file()
    ]
    texts = [output.encode(), *(path.read_bytes() for path in written)]
    kinds = {".html", ".log", ".json", ".jsonl", ".csv"}
    assert kinds <= {path.suffix for path in written}
    assert any(mortal_stack.endpoint.encode() in text for text in texts)
    for credential in (SECRET, "loopback", "token-of-"):
        assert not [text for text in texts if credential.encode() in text], credential
