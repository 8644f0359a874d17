"""Globus Compute on this machine: broker, a stand-in for the web service, a real endpoint.

The SDK and the endpoint daemon are the real ones. Everything listens on 127.0.0.1 only, and nothing
is known of a real account.
"""

import json
import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import platformdirs
import psutil
import yaml
from stacks.processes import Processes, free_port, port_is_open, wait_for

__all__ = ["GlobusStack", "missing"]

# Fixed by the SDK's `local_compute_services`.
SERVICE_PORT = 5000

RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
NODE = "rabbit@localhost"

# As an ordinary user: a privileged endpoint serves many users, by their identities. A user
# namespace takes the privileges away and leaves the files.
UNPRIVILEGED = ("unshare", "--user", "--map-user=65534", "--map-group=65534")

# Words of their own, so that a test finds them wherever they leak to.
SECRET = "secret-of-the-client"

TEMPLATE = """\
display_name: loopback
heartbeat_period: 5
idle_heartbeats_soft: 0
engine:
  type: GlobusComputeEngine
  max_workers_per_node: {{ workers | default(2) }}
  max_retries_on_system_failure: {{ retries | default(0) }}
  block_error_handler: false
  address: 127.0.0.1
  heartbeat_period: 2
  heartbeat_threshold: 10
  job_status_kwargs: {strategy_period: 1, max_idletime: 600}
  provider:
{% if partition is defined %}
    type: SlurmProvider
    partition: {{ partition }}
    exclusive: false
    cores_per_node: 1
    walltime: "00:10:00"
    launcher: {type: SimpleLauncher}
{% else %}
    type: LocalProvider
{% endif %}
    init_blocks: {{ blocks | default(1) }}
    min_blocks: {{ blocks | default(1) }}
    max_blocks: {{ blocks | default(1) }}
    worker_init: {{ worker_init | default('"true"') }}
"""


def missing() -> str:
    """Say what has to be installed for the stack; nothing when all is there."""
    if not RABBITMQ.is_file() or not shutil.which("epmd"):
        return "RabbitMQ (Debian: rabbitmq-server)"
    if not Path(sys.prefix, "bin", "globus-compute-endpoint").is_file():
        return "globus-compute-endpoint (pip install -e '.[globus]')"
    return ""


class GlobusStack:
    """The stack, in a folder of its own.

    Args:
        folder: Where everything is; its path must be short, since sockets lie there.
        source: What workers import fitscan from.
    """

    def __init__(self, folder: Path, *, source: Path) -> None:
        self.folder = folder
        self.processes = Processes(folder)
        self.endpoint = ""
        self._source = source
        self._tasks = folder / "tasks.jsonl"
        self._broker_port, self._epmd_port, self._erlang_port = (free_port() for _ in range(3))

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs that talks to the stack."""
        service = f"http://127.0.0.1:{SERVICE_PORT}"
        return {
            "PATH": f"{sys.prefix}/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(self.folder / "home"),
            "GLOBUS_COMPUTE_USER_DIR": str(self.folder / "home" / "gc"),
            "GLOBUS_SDK_SERVICE_URL_AUTH": service,
            "GLOBUS_COMPUTE_CLIENT_ID": "11111111-1111-4111-8111-111111111111",
            "GLOBUS_COMPUTE_CLIENT_SECRET": SECRET,
            "PYTHONPATH": str(self._source),
        }

    def settings(self, **options: Any) -> dict[str, Any]:
        """Return settings of an executor that uses the stack."""
        return {
            "kind": "globus_compute",
            "endpoint": self.endpoint,
            "local_services": True,
            "lease_s": 60,
            **options,
        }

    def up(self) -> None:
        """Start everything, each when the one before it answers."""
        self.start_broker()
        self.start_service()
        self.start_endpoint()

    def down(self) -> list[int]:
        """End everything; return the pids of what would not end."""
        return self.processes.end()

    def start_broker(self) -> None:
        """Start epmd and RabbitMQ."""
        for name in ("home", "broker"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        broker = self.folder / "broker"
        (broker / "plugins").write_text("[].\n")
        (broker / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self._broker_port}\n"
            "loopback_users = none\nlog.console = false\n"
        )
        erlang = self._erlang_environment
        epmd = ["epmd", "-address", "127.0.0.1", "-port", str(self._epmd_port)]
        self.processes.start("epmd", epmd, environment=erlang)
        wait_for(lambda: port_is_open(self._epmd_port), what="epmd")
        self.processes.start(
            "broker",
            [str(RABBITMQ)],
            environment={
                **erlang,
                "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
                "RABBITMQ_NODE_PORT": str(self._broker_port),
                "RABBITMQ_DIST_PORT": str(self._erlang_port),
                "RABBITMQ_MNESIA_BASE": str(broker / "mnesia"),
                "RABBITMQ_LOG_BASE": str(broker / "log"),
                "RABBITMQ_ENABLED_PLUGINS_FILE": str(broker / "plugins"),
                "RABBITMQ_CONFIG_FILE": str(broker / "rabbitmq"),
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                    "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none"
                ),
            },
        )
        wait_for(lambda: port_is_open(self._broker_port), what="RabbitMQ")

    def start_service(self) -> None:
        """Start the stand-in for the web service."""
        wait_for(lambda: not port_is_open(SERVICE_PORT), what=f"port {SERVICE_PORT} is taken")
        broker = f"amqp://guest:guest@127.0.0.1:{self._broker_port}/%2F"
        service = Path(__file__).with_name("service.py")
        self.processes.start(
            "service",
            [
                *(sys.executable, str(service), "--amqp", broker, "--port", str(SERVICE_PORT)),
                *("--tasks", str(self._tasks)),
            ],
            environment=self.environment,
        )
        wait_for(lambda: port_is_open(SERVICE_PORT), what="the stand-in for the service")

    def start_endpoint(self) -> None:
        """Start the endpoint and wait until the service knows it."""
        folder = self.folder / "home" / "gc" / "loopback"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.yaml").write_text(
            "display_name: loopback\nlocal_compute_services: true\nheartbeat_period: 5\n"
        )
        (folder / "user_config_template.yaml.j2").write_text(TEMPLATE)
        self.set_user_environment()
        command = ["globus-compute-endpoint", "start", "loopback"]
        if os.getuid() == 0:
            command = [*UNPRIVILEGED, *command]
        before = self.processes.log("service").count("/v3/endpoints")
        endpoint = self.processes.start(
            "endpoint", command, environment=self.environment, cwd=self.folder / "home"
        )
        registered = folder / "endpoint.json"

        def is_known() -> bool:
            if endpoint.poll() is not None:
                raise RuntimeError(f"the endpoint ended:\n{self.processes.log('endpoint')}")
            known = self.processes.log("service").count("/v3/endpoints") > before
            return known and registered.exists() and bool(registered.read_text())

        wait_for(is_known, what="the endpoint", seconds=90)
        self.endpoint = json.loads(registered.read_text())["endpoint_id"]

    def set_user_environment(self, **more: str) -> None:
        """Set what the endpoint gives its users' endpoints as environment, those not started yet.

        Args:
            more: What they have beside or instead of what they always have.
        """
        own = {name: self.environment[name] for name in ("PATH", "PYTHONPATH")}
        own |= {"OMP_NUM_THREADS": "1", **self.processes.mark}
        # Not below the endpoint's home, which is new each time: workers would compile all anew.
        own["FITSCAN_CACHE"] = os.environ.get(
            "FITSCAN_CACHE", platformdirs.user_cache_dir("fitscan")
        )
        folder = self.folder / "home" / "gc" / "loopback"
        (folder / "user_environment.yaml").write_text(yaml.safe_dump(own | more))

    def find(self, *words: str) -> list[psutil.Process]:
        """Find the processes of the stack whose command line or title has all these words."""
        found = []
        for process in self.processes.all():
            try:
                line = " ".join(process.cmdline())
            except psutil.Error:
                continue
            if all(word in line for word in words):
                found.append(process)
        return found

    @property
    def submitted(self) -> int:
        """How many tasks were submitted to the service."""
        return len(self._lines())

    def requests(self, *, after: int) -> list[dict[str, Any]]:
        """Return the requests that were submitted after so many, as workers get them."""
        # Imported here, since there are tests of what the absence of the package does.
        from globus_compute_sdk.serialize import ComputeSerializer  # noqa: PLC0415

        read = ComputeSerializer().unpack_and_deserialize
        payloads = [read(json.loads(line)["content"])[1][0] for line in self._lines()[after:]]
        return [json.loads(zlib.decompress(payload)) for payload in payloads]

    def drop_connections(self) -> None:
        """Have the broker drop everybody's connection."""
        environment = {
            **self._erlang_environment,
            "RABBITMQ_CTL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        subprocess.run(
            [RABBITMQ.with_name("rabbitmqctl"), "close_all_connections", "drill"],
            env=environment,
            check=True,
            capture_output=True,
            timeout=60,
        )

    def _lines(self) -> list[str]:
        return self._tasks.read_text().splitlines() if self._tasks.exists() else []

    @property
    def _erlang_environment(self) -> dict[str, str]:
        broker = str(self.folder / "broker")
        return {
            "PATH": os.environ["PATH"],
            "HOME": broker,  # with the cookie by which Erlang's nodes trust each other
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "RABBITMQ_NODENAME": NODE,
        }
