"""Failures and kills: nothing that was finished is lost, and only the rest is done again."""

import json
import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable

import psutil
from project import wait_for

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


def test_killing_snakemake_alone_lets_its_scripts_finish_and_a_restart_complete(fresh):
    running = fresh.start(RESULTS)
    wait_for(lambda: len(fresh.journal()) >= 1)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    fresh.run("--unlock")
    fresh.run(RESULTS)
    wait_for(lambda: not scripts_running(fresh))
    assert len(fits_of(fresh)) == 8
    assert len(fresh.results().splitlines()) == 1 + 8
    assert fresh.jobs(RESULTS) == {}


def test_killing_a_fit_script_repeats_only_the_fit_in_flight(fresh):
    running = fresh.start(RESULTS)
    wait_for(lambda: len(fresh.journal()) >= 1)
    os.kill(scripts_running(fresh)[0], signal.SIGKILL)
    assert running.wait(timeout=300) == 0  # the job is tried again
    fits = fits_of(fresh)
    assert len(fits) == 8
    assert set(fits.values()) == {1}
