"""Failures and kills: nothing that was finished is lost, and only the rest is done again."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable

import psutil
import pytest
from project import wait_for
from small_disk import small_disk

RESULTS = "results/plane/hypotest/results.csv"


def fits_of(project) -> Counter[str]:
    return Counter(json.loads(line)["key"] for line in project.journal())


def scripts_running(project) -> list[int]:
    """Find the processes that fit in a project's folder."""
    folder = str(project.folder.resolve())
    return [
        process.pid
        # None stands for what a process that ended, or is not ours, does not tell.
        for process in psutil.process_iter(["cwd", "cmdline"])
        if process.info["cwd"] == folder
        and any(
            ".snakemake/scripts" in word and "fit_shard" in word
            for word in (process.info["cmdline"] or [])[1:2]
        )
    ]


def break_patch(project, name: str) -> Callable[[], None]:
    """Damage one patch of the verified likelihood; return what mends it."""
    path = project.folder / "resources/likelihoods/plane/patchset.json"
    content = path.read_bytes()
    line = next(part for part in content.splitlines() if f'"{name}"'.encode() in part)
    path.write_bytes(content.replace(line, line.replace(b"theory", b"theorx")))
    return lambda: path.write_bytes(content) and None


def test_a_shard_that_fails_loses_no_other_and_is_the_only_one_repaired(finished):
    for shard in finished.shards():
        shard.unlink()
    shutil.rmtree(finished.folder / "results/plane/hypotest/journal")
    results = finished.results()
    (finished.folder / RESULTS).unlink()
    mend = break_patch(finished, "m_200_0")
    output = finished.run(RESULTS, fails=True)
    assert "a patch has changed since its list of points was made: 'm_200_0'" in output
    assert len(finished.shards()) == 3
    mend()
    assert finished.jobs()["fit_shard"] == 1
    finished.run(RESULTS)
    assert finished.results() == results
    assert set(fits_of(finished).values()) == {1}


def test_killing_everything_loses_no_finished_point(fresh):
    running = fresh.start(RESULTS)
    wait_for(lambda: len(fresh.journal()) >= 3)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    wait_for(lambda: not scripts_running(fresh))
    before = fits_of(fresh)
    assert 0 < len(before) < 8
    fresh.run("--unlock")
    fresh.run(RESULTS)
    after = fits_of(fresh)
    assert len(after) == 8
    assert set(after.values()) == {1}  # nothing was fitted twice
    assert len(fresh.results().splitlines()) == 1 + 8


def test_killing_snakemake_alone_ends_its_scripts_and_a_restart_completes(fresh):
    """Was a bug: they ran on beside those of the restart."""
    running = fresh.start(RESULTS)
    wait_for(lambda: len(fresh.journal()) >= 1)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    wait_for(lambda: not scripts_running(fresh), seconds=10)
    before = fits_of(fresh)
    fresh.run("--unlock")
    fresh.run(RESULTS)
    after = fits_of(fresh)
    assert len(after) == 8
    assert set(after.values()) == {1}
    assert before.items() <= after.items()
    assert len(fresh.results().splitlines()) == 1 + 8
    assert fresh.jobs(RESULTS) == {}


def test_a_run_that_the_lock_refuses_leaves_the_plan_of_the_other_alone(finished):
    """Was a bug: it had rewritten plan/scan.json, and the running one failed."""
    plan = finished.folder / "results/plane/hypotest/plan/scan.json"
    before = plan.read_bytes()
    locks = finished.folder / ".snakemake/locks"
    locks.mkdir(exist_ok=True)
    (locks / "0.output.lock").write_text(f"{RESULTS}\n")  # as of one that runs
    config = finished.folder / "config.yaml"
    config.write_text(
        f"{config.read_text()}scans: {{hypotest: {{kind: asymptotic, mu_test: 2}}}}\n"
    )
    assert "locked" in finished.run(RESULTS, fails=True)
    assert plan.read_bytes() == before
    finished.run("--unlock")
    finished.run(RESULTS)
    assert plan.read_bytes() != before


def told(output: str) -> set[str]:
    """Return the lines that a user should read, of which each may come several times."""
    assert "Traceback (most" not in output, output
    assert "Logging error" not in output, output
    return set(re.findall(r"StorageError: .*", output))


# Too little room for anything, and for the rows of all shards.
@pytest.mark.parametrize("free_kb", [0, 24])
def test_full_disk_is_one_line_and_the_next_start_goes_on(fresh, free_kb):
    """Was a traceback."""
    fresh.run("resources/likelihoods/plane/points.json")
    with small_disk(fresh.folder / "results", free_kb=free_kb) as disk:
        lines = told(disk.run(fresh, RESULTS, fails=True))
        assert lines
        for line in lines:
            assert re.search(r"No space left on device \(\d.* free, .*\): 'results", line)
            assert "free some space, then start again" in line
        disk.make_room()
        disk.run(fresh, RESULTS)
        assert len((disk.folder / "plane/hypotest/results.csv").read_text().splitlines()) == 1 + 8
        journal = (disk.folder / "plane/hypotest/journal").glob("*.jsonl")
        rows = [line for file in journal for line in file.read_text().splitlines()]
        assert len([row for row in rows if '"status"' in row and row.endswith("}")]) == 8


@pytest.mark.parametrize("folder", ["logs", "benchmarks", ".snakemake"])
def test_full_disk_of_what_is_no_result_is_one_line(fresh, folder):
    fresh.run("resources/likelihoods/plane/points.json")
    shutil.rmtree(fresh.folder / folder, ignore_errors=True)
    with small_disk(fresh.folder / folder, free_kb=0) as disk:
        output = disk.run(fresh, RESULTS, fails=True)
        assert re.search(rf"StorageError: No space left on device \(.*\): '{folder}'", output)
        assert "Finished jobid" not in output


def test_files_of_another_user_are_one_line(fresh):
    """Was a traceback."""
    fresh.run("resources/likelihoods/plane/points.json")
    points = fresh.folder / "resources/likelihoods/plane/points.json"
    points.chmod(0)
    assert told(unprivileged(fresh, RESULTS)) == {
        "StorageError: Permission denied: 'resources/likelihoods/plane/points.json'. Hint: ask its "
        "owner for permission, or run in a copy of your own"
    }
    points.chmod(0o644)
    (fresh.folder / "results").mkdir(exist_ok=True)
    (fresh.folder / "results").chmod(0o555)
    (line,) = told(unprivileged(fresh, RESULTS))
    assert line.startswith("StorageError: Permission denied: 'results'. Hint: ")
    (fresh.folder / "results").chmod(0o755)
    fresh.run(RESULTS)
    assert len(fresh.results().splitlines()) == 1 + 8


UNPRIVILEGED = """
import ctypes, os, sys
for right in (1, 2):  # of root to read and write everything; nobody else has them
    ctypes.CDLL(None).prctl(24, right, 0, 0, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def unprivileged(project, *arguments: str) -> str:
    """Run a workflow that fails, as a user for whom the permissions of files hold."""
    command = project.command(*arguments)
    command["args"] = [sys.executable, "-c", UNPRIVILEGED, *command["args"]]
    done = subprocess.run(
        **command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=300
    )
    assert done.returncode != 0, done.stdout
    return str(done.stdout)


def test_killing_a_fit_script_repeats_only_the_fit_in_flight(fresh):
    running = fresh.start(RESULTS)
    wait_for(lambda: len(fresh.journal()) >= 1)
    os.kill(scripts_running(fresh)[0], signal.SIGKILL)
    assert running.wait(timeout=300) == 0  # the job is tried again
    fits = fits_of(fresh)
    assert len(fits) == 8
    assert set(fits.values()) == {1}


def test_what_is_wrong_with_a_likelihood_is_told_before_the_first_fit(fresh):
    """Was a bug: on one core it was told after the fits of other likelihoods."""
    config = fresh.folder / "config.yaml"
    config.write_text(config.read_text().replace('{mass}.json"', '{mass}.json", measurement: none'))
    output = fresh.run("--cores", "1", RESULTS, "results/line/hypotest/results.csv", fails=True)
    told, fitted = "does not have this measurement: 'none'", "plane, hypotest: "
    assert 0 < output.index(told) < output.index(fitted), output
