"""The whole workflow on a real Slurm of two nodes, by three ways, and a node that dies on two."""

import importlib.util
import json
import os
import sys
from collections import Counter

import platformdirs
import pytest
import yaml
from project import make_project
from stacks import slurm
from stacks.processes import wait_for

RESULTS = "results/plane/hypotest/results.csv"
# The reference engine, whose fits last a second or two with so many bins: a node can die meanwhile.
BINS = 40
# Machine code is made once, whatever the home of a job is.
CACHE = {"FITSCAN_CACHE": os.environ.get("FITSCAN_CACHE", platformdirs.user_cache_dir("fitscan"))}
PROVIDER = {
    "type": "SlurmProvider",
    "partition": "debug",
    "exclusive": False,
    "cores_per_node": 1,
    "init_blocks": 2,
    "min_blocks": 2,
    "max_blocks": 2,
    "walltime": "00:10:00",
    "worker_init": f"export PATH={sys.prefix}/bin:$PATH",
    "launcher": {"type": "SimpleLauncher"},
}
PARSL = {
    "kind": "parsl",
    "engine": {
        "max_workers_per_node": 1,
        "address": "127.0.0.1",
        "heartbeat_period": 2,
        "heartbeat_threshold": 6,
        "provider": PROVIDER,
    },
    "points_per_task": 1,
}


def need(missing):
    """Skip where something is not installed, but never in CI."""
    if missing:
        message = f"not installed: {missing}"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


def need_package(name, *, extra):
    need("" if importlib.util.find_spec(name) else f"{name} (pip install -e '.[{extra}]')")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Slurm with two nodes."""
    need(slurm.missing())
    stack = slurm.SlurmStack(tmp_path_factory.mktemp("slurm"))
    try:
        stack.up()
        yield stack
    finally:
        left = stack.down()
    assert not left


@pytest.fixture(scope="module")
def make(tmp_path_factory, project_folder, tiny, cluster):
    """Makes projects with the same scan, whose jobs and workers share their caches."""

    def make(**config):
        project = make_project(tmp_path_factory.mktemp("project"), project_folder, tiny, bins=BINS)
        path = project.folder / "config.yaml"
        own = {"engine": "pyhf", "figures": {"draw": []}}
        settings = yaml.safe_load(path.read_text()) | own | config
        path.write_text(yaml.safe_dump(settings))
        project.environment |= cluster.environment | CACHE
        return project

    return make


@pytest.fixture(scope="module")
def expected(make):
    """The results of the executor in_process."""
    project = make(shards={"size": 4})
    project.run(RESULTS)
    return project.results()


def fits_of(project):
    return Counter(json.loads(line)["key"] for line in project.journal())


def workers_of(project):
    """Count Parsl's workers that have got a task."""
    logs = project.folder.glob(".fitscan/parsl/*/fitscan/block-*/*/worker_*.log")
    return sum("Received executor task" in log.read_text() for log in logs)


def kill_a_node(cluster, project, *arguments, when):
    """Run a project, and kill a node as soon as something holds and before the scan is done."""
    running = project.start(*arguments)
    wait_for(lambda: when(project) or running.poll() is not None, what="a scan", seconds=120)
    assert cluster.kill_node("n1")
    assert len(project.journal()) < 8
    assert running.wait(timeout=240) == 0


def test_snakemake_s_plugin_finishes_a_scan_though_a_node_dies(cluster, make, expected):
    need_package("snakemake_executor_plugin_slurm", extra="slurm")
    project = make(shards={"size": 4})
    options = "--slurm-no-account --slurm-status-command squeue"
    options += " --slurm-init-seconds-before-status-checks 3 --workflow-profile profiles/slurm"
    kill_a_node(cluster, project, RESULTS, *options.split(), when=fits_of)
    jobs = cluster.run("scontrol", "show", "jobs").split("\n\n")
    ours = [job for job in jobs if f"WorkDir={project.folder}\n" in job]
    assert sum("Restarts=1 " in job for job in ours) == 1, ours
    assert project.results() == expected
    assert set(fits_of(project).values()) == {1}  # what the journal held was not fitted again
    cluster.start_node("n1")


def test_parsl_finishes_a_scan_though_a_node_dies(cluster, make, expected):
    need_package("parsl", extra="parsl")
    project = make(shards={"size": 8}, executor="parsl-on-slurm.yaml")
    (project.folder / "parsl-on-slurm.yaml").write_text(yaml.safe_dump(PARSL))
    kill_a_node(cluster, project, RESULTS, when=lambda project: workers_of(project) == 2)
    assert project.results() == expected
    log = next((project.folder / "logs/fit_shard").rglob("*.log")).read_text()
    assert "resubmitted: 1 x ManagerLost" in log
    cluster.start_node("n1")
    wait_for(lambda: not cluster.jobs(), what="the end of all blocks")


@pytest.fixture
def on_slurm(stack, cluster):
    """Settings for workers of an endpoint that are jobs, in a user's endpoint of its own."""
    before = stack.find("uep.")
    path = f"{cluster.folder}/bin:{stack.environment['PATH']}"
    stack.set_user_environment(PATH=path, **CACHE)
    config = {"partition": "debug", "blocks": 2, "workers": 1}
    yield stack.settings(user_endpoint_config=config, points_per_task=1, workers=2)
    stack.set_user_environment()
    for process in stack.find("Globus Compute Endpoint", "uep."):
        if process not in before:
            process.terminate()
    wait_for(lambda: not cluster.jobs(), what="the end of all blocks")


def test_endpoint_s_workers_are_jobs(cluster, make, expected, on_slurm):
    project = make(shards={"size": 8}, executor="endpoint-on-slurm.yaml")
    (project.folder / "endpoint-on-slurm.yaml").write_text(yaml.safe_dump(on_slurm))
    running = project.start(RESULTS)
    wait_for(lambda: project.journal() or running.poll() is not None, what="a scan", seconds=120)
    assert len(cluster.jobs("--states=running")) == 2
    assert running.wait(timeout=240) == 0
    assert project.results() == expected
