"""The executor parsl beside what all executors promise."""

import os
import signal
import subprocess
import sys
import traceback
from contextlib import suppress

import pytest

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
