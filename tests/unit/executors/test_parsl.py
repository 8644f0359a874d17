"""The executor parsl beside what all executors promise."""

import pytest

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
