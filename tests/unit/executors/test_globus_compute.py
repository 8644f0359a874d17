"""Settings of the executor ``globus_compute``, without a service."""

import os
from random import Random
from unittest.mock import MagicMock
from uuid import uuid4

import pytest

from fitscan.errors import ExecutorError
from fitscan.executors import open_executor

# The package may be absent, though not in CI.
if not os.environ.get("CI"):
    pytest.importorskip("globus_compute_sdk", reason="needs pip install -e '.[globus]'")

from fitscan.executors import globus_compute


@pytest.mark.parametrize("name", ["globus_compute", "funcx"])
def test_shipped_endpoint_is_a_placeholder_that_says_what_to_do(project_folder, name):
    with pytest.raises(ExecutorError, match=r"must be a UUID: 'write the UUID .*docs/remote\.md"):
        open_executor(name, folder=project_folder / "config/executors")


@pytest.mark.parametrize("endpoint", ["laptop", "", 7, None])
def test_endpoint_is_a_uuid(endpoint):
    with pytest.raises(ExecutorError, match=r"the endpoint .* must be a UUID"):
        globus_compute.GlobusCompute(endpoint=endpoint)


def test_function_is_a_uuid():
    with pytest.raises(ExecutorError, match=r"the function .* must be a UUID: 'call'"):
        globus_compute.GlobusCompute(endpoint=str(uuid4()), function="call")


def test_function_that_a_site_has_registered_is_used_and_not_registered_anew(monkeypatch):
    sdk = MagicMock()
    monkeypatch.setattr(globus_compute, "Client", MagicMock())
    monkeypatch.setattr(globus_compute, "Executor", MagicMock(return_value=sdk))
    function = str(uuid4())
    with globus_compute.GlobusCompute(endpoint=str(uuid4()), function=function) as executor:
        executor.submit(b"{}")
    sdk.register_function.assert_called_once_with(globus_compute.call, function_id=function)


def test_no_batch_is_larger_than_the_service_takes(monkeypatch):
    """Was a bug: the first request set the size of batches, and later ones were larger."""
    sdk = MagicMock(batch_size=None)
    sdk.submit.side_effect = lambda *_: MagicMock(task_id="known", done=lambda: False)
    monkeypatch.setattr(globus_compute, "Client", MagicMock())
    monkeypatch.setattr(globus_compute, "Executor", MagicMock(return_value=sdk))
    random = Random(1)
    largest = 0
    with globus_compute.GlobusCompute(endpoint=str(uuid4())) as executor:
        for size in (100, 300_000, 200_000, 6_400_000):
            executor.submit(random.randbytes(size))
            largest = max(largest, size)
            batch = globus_compute.Executor.call_args.kwargs["batch_size"]
            batch = sdk.batch_size or batch
            assert batch == 1 or batch * largest <= 6_000_000
        assert batch == 1
