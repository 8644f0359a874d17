"""What tests of dispatch share."""

import pytest
from scan_settings import WITH_PYHF

from fitscan.dispatch import delivery
from fitscan.dispatch.delivery import Delivery
from fitscan.dispatch.requests import Requests
from fitscan.engines.base import Work
from fitscan.likelihood import JsonPatch


def point(key):
    return Work(key, f"point {key}", JsonPatch([{"op": "remove", "path": f"/{key}"}]))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(delivery, "_PATIENCE_S", 0.01)


@pytest.fixture
def deliver(tmp_path):
    """Deliver the points of these keys; return their status by key."""
    workspace = tmp_path / "workspace.json"
    workspace.write_text('{"channels": []}')

    def call(keys, executor, progress=None, submitted=None):
        requests = Requests(
            settings=WITH_PYHF, workspace=workspace, digest="0" * 64, engine="engine of the plan"
        )
        call.rows = {}
        call.delivery = Delivery(
            executor,
            requests,
            accept=lambda rows: call.rows.update({found["key"]: found for found in rows}),
            submitted=submitted,
        )
        call.delivery.run([point(key) for key in keys], progress=progress)
        return {key: found["status"] for key, found in sorted(call.rows.items())}

    return call
