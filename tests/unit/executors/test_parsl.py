"""The executor parsl beside what all executors promise."""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from contextlib import suppress

import psutil
import pytest

from fitscan.dispatch.preflight import check
from fitscan.errors import ExecutorError

ENGINE = {
    "max_workers_per_node": 1,
    "address": "127.0.0.1",
    "provider": {"type": "LocalProvider", "init_blocks": 1, "max_blocks": 1},
}


def test_parsl_starts_where_its_environment_is_not_activated(monkeypatch, tmp_path):
    # Was `No such file or directory: 'interchange.py'` from .venv/bin/snakemake.
    parsl = pytest.importorskip("fitscan.executors.parsl", exc_type=ImportError)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    with parsl.Parsl(engine=ENGINE, run_dir=str(tmp_path)) as executor:
        assert b"Traceback" not in executor.submit(b"{}").result(timeout=120)


def test_ctrl_c_in_a_terminal_does_not_end_what_parsl_needs_to_end(tmp_path):
    """Was a bug: it reached Parsl's interchange too, and the scan waited for ever."""
    pytest.importorskip("fitscan.executors.parsl", exc_type=ImportError)
    # A process that was started in the background of a shell ignores Ctrl-C, and so do its own.
    code = f"""
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from fitscan.executors.parsl import Parsl
try:
    with Parsl(engine={ENGINE!r}, run_dir={str(tmp_path)!r}) as executor:
        assert executor.submit(b"{{}}").result(timeout=120)
        print("ready", flush=True)
        time.sleep(120)
except KeyboardInterrupt:
    print("ended", flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, process_group=0
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGINT)
        try:
            rest, _ = process.communicate(timeout=300)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert rest == "ended\n"


@pytest.mark.parametrize("engine", ["hello", [1], {}, {"provider": "LocalProvider"}])
def test_engine_of_another_shape_is_refused(engine):
    parsl = pytest.importorskip("fitscan.executors.parsl", exc_type=ImportError)
    with pytest.raises(ExecutorError, match="mapping"):
        parsl.Parsl(engine=engine)


def test_no_message_about_an_engine_or_a_template_shows_a_token(tmp_path):
    """Was a bug: messages had the engine, the value of an option, or a line of the template."""
    parsl = pytest.importorskip("fitscan.executors.parsl", exc_type=ImportError)
    template = tmp_path / "user_config_template.yaml.j2"
    template.write_text("engine: [{{ my_token }}")
    schema = tmp_path / "user_config_schema.json"
    given = {"template": str(template), "options": {"my_token": "swordfish"}}

    def refused(words, **settings):
        with pytest.raises(ExecutorError, match=words) as caught:
            parsl.Parsl(**settings)
        return "".join(traceback.format_exception(caught.value))

    assert "swordfish" not in refused("must be mappings", engine={"my_token": "swordfish"})
    assert "swordfish" not in refused("is not the template", **given)
    schema.write_text('{"properties": {"my_token": {"type": "integer"}}}')
    assert "swordfish" not in refused("does not match user_config_schema", **given)
    schema.write_text('{"properties": {"account": {"type": "integer"}}}')
    template.write_text("engine: {{ account }}")
    options = {"account": "abc"}
    assert "'abc' is not of type" in refused("not match", template=str(template), options=options)


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"heartbeat_period": "2"}, "engine.heartbeat_period"),
        ({"max_workers_per_node": "2"}, "max_workers_per_node"),
        ({"address": [1]}, "address"),
        ({"job_status_kwargs": "often"}, "engine.job_status_kwargs"),
        ({"strategy": 5}, "engine.strategy"),
        ({"provider": {"type": "LocalProvider", "max_blocks": "2"}}, "engine.provider.max_blocks"),
        ({"provider": {"type": "LocalProvider", "worker_init": 5}}, "engine.provider.worker_init"),
        ({"provider": {"type": "LocalProvider", "launcher": "x"}}, "engine.provider.launcher"),
    ],
)
def test_value_of_another_shape_is_refused_by_its_key(changed, key):
    """Was an exception of Parsl, some only when the scan had begun."""
    parsl = pytest.importorskip("fitscan.executors.parsl", exc_type=ImportError)
    with pytest.raises(ExecutorError, match=key):
        parsl.Parsl(engine=ENGINE | changed)


def test_template_may_have_variables_and_a_home(tmp_path, monkeypatch):
    parsl = pytest.importorskip("fitscan.executors.parsl", exc_type=ImportError)
    (tmp_path / "t.j2").write_text(f"engine: {json.dumps(ENGINE)}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HERE", str(tmp_path))
    for path in ("~/t.j2", "$HERE/t.j2"):
        assert parsl.Parsl(template=path).capabilities.workers == 1


def test_parsl_works_in_a_folder_with_a_blank(tmp_path, monkeypatch):
    """Was waited for without end: Parsl's scripts quote nothing."""
    parsl = pytest.importorskip("fitscan.executors.parsl", exc_type=ImportError)
    monkeypatch.setenv("FITSCAN_CACHE", str(tmp_path / "cache"))
    run_dir = tmp_path / "a folder; with $signs" / "runs"
    with parsl.Parsl(engine=ENGINE, run_dir=str(run_dir)) as executor:
        assert b"Traceback" not in executor.submit(b"{}").result(timeout=60)
        assert executor.log == f"{run_dir}/000"
    assert (run_dir / "000/submit_scripts").is_dir()


def test_folder_that_no_shell_reads_is_refused_if_the_cache_is_such_too(tmp_path, monkeypatch):
    parsl = pytest.importorskip("fitscan.executors.parsl", exc_type=ImportError)
    monkeypatch.setenv("FITSCAN_CACHE", str(tmp_path / "a blank"))
    executor = parsl.Parsl(engine=ENGINE, run_dir=str(tmp_path / "b c"))
    with pytest.raises(ExecutorError, match=r"b c'\. Hint: set run_dir"), executor:
        pass


def test_block_that_ends_at_once_is_told_with_its_last_lines(tmp_path):
    """Was waited for without end and without a word."""
    parsl = pytest.importorskip("fitscan.executors.parsl", exc_type=ImportError)
    provider = ENGINE["provider"] | {"worker_init": "echo no such module >&2; exit 3"}
    executor = parsl.Parsl(engine=ENGINE | {"provider": provider}, run_dir=str(tmp_path))
    told = []
    begun = time.monotonic()
    with pytest.raises(ExecutorError) as caught, executor:
        check(executor, patience_s=None, tell=told.append)
    assert time.monotonic() - begun < 30.0
    assert told == ["block 0 ended without a worker: exit code 3, no such module"]
    assert "2 blocks ended without a worker: 'exit code 3, no such module'" in str(caught.value)
    assert f"check worker_init; what blocks wrote is in {tmp_path}/000/submit_scripts" in str(
        caught.value
    )


def test_interchange_that_died_is_an_error_and_is_not_waited_for(tmp_path):
    """Was not noticed, and the end of the scan waited for it."""
    parsl = pytest.importorskip("fitscan.executors.parsl", exc_type=ImportError)

    def wait():
        with parsl.Parsl(engine=ENGINE, run_dir=str(tmp_path)) as executor:
            (interchange,) = (
                process
                for process in psutil.Process().children()
                if process.status() != psutil.STATUS_ZOMBIE  # one of an earlier test
                and any("interchange" in word for word in process.cmdline())
            )
            interchange.kill()
            check(executor, patience_s=None)

    begun = time.monotonic()
    with pytest.raises(ExecutorError, match=r"interchange has ended.*'exit code -9'"):
        wait()
    assert time.monotonic() - begun < 30.0
