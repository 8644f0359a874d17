"""Run tasks through Globus Compute (formerly funcX): on any machine that offers an endpoint."""

import logging
import time
import uuid
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

import globus_sdk
from globus_compute_sdk import Client, Executor
from globus_compute_sdk.serialize import PureSourceDill

from fitscan.errors import ExecutorError
from fitscan.executors.base import Capabilities
from fitscan.executors.shim import call

__all__ = ["GlobusCompute"]

log = logging.getLogger(__name__)

# The service takes 10 MB a request; serialised, bytes are 1.35 times as long.
_MOST_BYTES = 6_500_000
_BATCH_BYTES = 6_000_000
_BATCH_TASKS = 128


class GlobusCompute:
    """The executor ``globus_compute``, also called ``funcx``.

    Requests travel through the service to an endpoint, whose workers have fitscan installed and
    live as long as their job, with what they have read and compiled. Tasks outlive this process:
    another one finds them again by their tickets. Some are lost without a word when an endpoint
    dies, so each has a lease.

    Whoever asks logs in once (``fitscan doctor`` does it), or sets GLOBUS_COMPUTE_CLIENT_ID and
    GLOBUS_COMPUTE_CLIENT_SECRET for machines without people.

    Args:
        endpoint: UUID of the endpoint.
        user_endpoint_config: Values for the variables of a multi-user endpoint's template.
        function: UUID under which ``fitscan.executors.shim.call`` is registered, for an endpoint
            that allows named functions only; None to register it.
        points_per_task: Points that a task holds.
        retries: How often a task is resubmitted after it was lost.
        lease_s: Seconds after which a task without an answer is resubmitted; its time in the
            queue of a cluster counts.
        shared_filesystem: Whether workers see the files of this machine under the same paths.
        workers: How many workers the endpoint may have; the points of a scan are divided among
            them.
        local_services: Use a stand-in for the web service on this machine, for tests.

    Raises:
        ExecutorError: A setting is wrong.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        user_endpoint_config: Mapping[str, Any] | None = None,
        function: str | None = None,
        points_per_task: int = 20,
        retries: int = 3,
        lease_s: float | None = 3600.0,
        shared_filesystem: bool = False,
        workers: int = 1,
        local_services: bool = False,
    ) -> None:
        self._endpoint = _uuid(
            endpoint,
            what="endpoint",
            hint="docs/remote.md says how to start one; `globus-compute-endpoint list` lists the "
            "endpoints of a machine; write the UUID into the executor's settings",
        )
        self._function = function and _uuid(
            function, what="function", hint="it is what the endpoint's administrator registered"
        )
        self._config = dict(user_endpoint_config or {})
        self._local_services = local_services
        self._capabilities = Capabilities(
            workers=workers,
            max_request_bytes=_MOST_BYTES,
            points_per_task=points_per_task,
            shared_filesystem=shared_filesystem,
            lease_s=lease_s,
            retries=retries,
        )
        self._executor: Executor | None = None
        self._group = uuid.uuid4()
        self._waiting: set[Future[bytes]] = set()
        self._largest = _BATCH_BYTES // _BATCH_TASKS  # payloads that fit into a batch

    @property
    def capabilities(self) -> Capabilities:
        """As many tasks as there are workers, within the service's limits."""
        return self._capabilities

    @property
    def log(self) -> str:
        """On the machine of the endpoint."""
        return "~/.globus_compute on the machine of the endpoint"

    def submit(self, request: bytes) -> Future[bytes]:
        """Queue a request; the future gives the response."""
        payload = zlib.compress(request, 6)
        if self._executor is None:
            self._executor = self._opened()
        self._make_batches_fit(len(payload))
        future: Future[bytes] = self._executor.submit(call, payload)  # type: ignore[no-untyped-call]
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        return future

    def look_after_workers(self) -> Sequence[str]:
        """The endpoint does."""
        return ()

    def ticket(self, future: Future[bytes]) -> str | None:
        """Return group and task, once the service has named the task."""
        task = getattr(future, "task_id", None)
        return f"{self._group}/{task}" if task else None

    def recover(self, tickets: Sequence[str]) -> Mapping[str, Future[bytes]]:
        """Return the tasks of the latest process that are known to the service."""
        group, _, _ = tickets[-1].partition("/")
        self._group = uuid.UUID(group)
        self._executor = self._opened()
        try:
            futures = self._executor.reload_tasks(self._group)
        except Exception as error:
            log.warning("the tasks of an earlier run cannot be recovered: %s", error)
            return {}
        found = {self.ticket(future) or "": future for future in futures}
        return {ticket: found[ticket] for ticket in tickets if ticket in found}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._executor is not None:
            # A task that was lost without a word would be waited for for ever.
            idle = not self._waiting
            self._executor.shutdown(wait=idle, cancel_futures=True)  # type: ignore[no-untyped-call]
            self._executor = None

    def _make_batches_fit(self, payload: int) -> None:
        """Let the SDK send so many payloads of this size together as fit into one request.

        Where it is too much for the service, the SDK's executor ends. It reads the number when it
        begins a batch, so what is queued must have left before.
        """
        if payload <= self._largest:
            return
        while any(not future.done() and self.ticket(future) is None for future in [*self._waiting]):
            time.sleep(0.01)
        self._largest = 1 << (payload - 1).bit_length()  # so that few sizes are a new one
        batch = max(1, min(_BATCH_TASKS, _BATCH_BYTES // self._largest))
        self._executor.batch_size = batch  # type: ignore[union-attr]

    def _opened(self) -> Executor:
        """Return the SDK's executor."""
        # The real service counts requests; the stand-in need not be spared.
        pace: dict[str, Any] = (
            {"api_burst_limit": 8, "api_burst_window_s": 1} if self._local_services else {}
        )
        try:
            executor = Executor(
                endpoint_id=self._endpoint,
                client=self._client(),
                task_group_id=self._group,
                user_endpoint_config=self._config,
                batch_size=_BATCH_TASKS,
                **pace,
            )
            if self._function:
                executor.register_function(call, function_id=str(self._function))
            return executor
        except (globus_sdk.GlobusError, EOFError, OSError) as error:
            raise ExecutorError(
                "Globus Compute cannot be reached, or you are not logged in",
                value=f"{type(error).__name__}: {error}",
                hint="log in with `make doctor EXECUTOR=globus_compute`, or set "
                "GLOBUS_COMPUTE_CLIENT_ID and GLOBUS_COMPUTE_CLIENT_SECRET",
            ) from error

    def _client(self) -> Client:
        # Source, since the byte code of one Python runs on another and gives nonsense.
        strategy = PureSourceDill()
        if self._local_services:
            return Client(
                code_serialization_strategy=strategy,
                local_compute_services=True,
                authorizer=globus_sdk.AccessTokenAuthorizer("loopback"),
            )
        return Client(code_serialization_strategy=strategy)


def _uuid(text: str, *, what: str, hint: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        raise ExecutorError(
            f"the {what} of an executor globus_compute must be a UUID", value=text, hint=hint
        ) from None
