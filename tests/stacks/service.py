"""A stand-in for the web service of Globus Compute and for Globus Auth, for tests.

Over HTTP it answers the SDK and the endpoint; over AMQP it hands tasks to the endpoint, and each
result to the queue of its task group. Everything is kept in memory, and nobody is authenticated.

    python service.py --amqp URL --port 5000 --tasks FILE
"""

import argparse
import json
import threading
import time
import urllib.parse
import uuid
from collections import defaultdict
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pika
from globus_compute_common.messagepack import pack, unpack
from globus_compute_common.messagepack.message_types import Result, Task
from pika.adapters.blocking_connection import BlockingChannel

# The only identity there is.
IDENTITY = "00000000-0000-4000-8000-00000000beef"

# The client id of the real service, which is in the scopes of its tokens.
SERVICE_SCOPE = "facd7ccc"

MOST_BYTES = 10 * 1024 * 1024

# What the service tells about a task.
TOLD = ("task_id", "status", "result", "exception", "completion_t", "details")

Document = dict[str, Any]


class Broker:
    """RabbitMQ, through one channel a thread, opened anew when the broker has dropped it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._own = threading.local()

    def channel(self) -> BlockingChannel:
        channel: BlockingChannel | None = getattr(self._own, "channel", None)
        if channel is not None and channel.connection.is_open:
            with suppress(pika.exceptions.AMQPError):
                channel.connection.process_data_events(0)  # notices what has happened to it
        if channel is None or channel.is_closed or channel.connection.is_closed:
            connection = pika.BlockingConnection(pika.URLParameters(f"{self.url}?heartbeat=0"))
            channel = self._own.channel = connection.channel()
        return channel

    def queue(self, name: str, *, exchange: str = "") -> Document:
        """Declare a queue, and describe it as the endpoint wants it.

        The endpoint declares its exchange passively, so it has to be there.
        """
        channel = self.channel()
        channel.queue_declare(name, durable=True)
        described: Document = {"connection_url": self.url, "queue": name}
        if exchange:
            channel.exchange_declare(exchange, "direct", durable=True)
            channel.queue_bind(name, exchange, name)
            described["exchange"] = exchange
            described["queue_publish_kwargs"] = {
                "exchange": exchange,
                "routing_key": name,
                "mandatory": True,
                "properties": {"delivery_mode": 2},
            }
        return described

    def publish(self, queue: str, body: bytes, **properties: Any) -> None:
        self.channel().basic_publish("", queue, body, pika.BasicProperties(**properties))


class Service:
    """What the service knows, and what it does.

    Args:
        broker: The broker.
        log: Where each task is written down as it is submitted, as a line of JSON.
    """

    def __init__(self, broker: Broker, log: Path) -> None:
        self.broker = broker
        self._log = log
        self._lock = threading.Lock()
        self._functions: dict[str, str] = {}
        self._endpoints: dict[str, Document] = {}
        self._tasks: dict[str, Document] = {}
        self._groups: dict[str, list[str]] = defaultdict(list)

    def answer(self, method: str, path: str, body: Document) -> tuple[int, Document]:
        """Answer a request; return the HTTP status and the answer."""
        match method, *path.strip("/").split("/"):
            case _, "v2", "version":
                return 200, {"api": "1.0", "min_sdk_version": "2.0.0", "min_ep_version": "2.0.0"}
            case _, "v2", "get_amqp_result_connection_url":
                return 200, {"queue_prefix": "tg.", "connection_url": self.broker.url}
            case "POST", _, "functions":
                name = str(uuid.uuid4())
                self._functions[name] = body["function_code"]
                return 200, {"function_uuid": name}
            case "POST", _, "endpoints":
                return 200, self._register(body.get("endpoint_uuid") or str(uuid.uuid4()), body)
            case "PUT", _, "endpoints", endpoint:
                return 200, self._register(endpoint, body)
            case "POST", _, "endpoints", endpoint, "submit":
                return 200, self._submit(endpoint, body)
            case "GET", _, "endpoints", endpoint if endpoint in self._endpoints:
                return 200, self._endpoints[endpoint]["registered"]
            case "GET", _, "endpoints", endpoint, "status" if endpoint in self._endpoints:
                return 200, {"status": self._endpoints[endpoint]["status"]}
            case "POST", "v2", "batch_status":
                known = [task for task in body["task_ids"] if task in self._tasks]
                return 200, {"response": "batch", "results": {t: self._told(t) for t in known}}
            case "GET", "v2", "tasks", task if task in self._tasks:
                return 200, self._told(task)
            case "GET", "v2", "taskgroup", group:
                self.broker.queue(f"tg.{group}")
                tasks = [{"id": task} for task in self._groups[group]]
                return 200, {
                    "taskgroup_id": group,
                    "create_websockets_queue": True,
                    "tasks": tasks,
                }
        return 404, {"code": "NO_ROUTE", "message": path}

    def _told(self, task: str) -> Document:
        return {name: value for name, value in self._tasks[task].items() if name in TOLD}

    def _register(self, endpoint: str, body: Document) -> Document:
        self._endpoints[endpoint] = {"registered": body, "status": "initialized"}
        return {
            "endpoint_id": endpoint,
            "command_queue_info": self.broker.queue(f"{endpoint}.commands"),
            **self._queues(endpoint),
        }

    def _queues(self, endpoint: str) -> Document:
        return {
            "heartbeat_queue_info": self.broker.queue("heartbeats", exchange="service"),
            "task_queue_info": self.broker.queue(f"{endpoint}.tasks"),
            "result_queue_info": self.broker.queue("results", exchange="service"),
        }

    def _start_user_endpoint(self, endpoint: str, body: Document) -> str:
        """Ask the endpoint for the user's endpoint of this configuration, and return its name.

        The endpoint starts none that runs, so every submission asks.
        """
        config = body.get("user_endpoint_config") or {}
        distinct = json.dumps([endpoint, config], sort_keys=True)
        user_endpoint = str(uuid.uuid5(uuid.NAMESPACE_OID, distinct))
        command = {
            "command": "cmd_start_endpoint",
            "args": [],
            "kwargs": {
                "name": f"uep.{endpoint}.{user_endpoint}",
                "user_opts": config,
                "user_runtime": body.get("user_runtime") or {},
                "amqp_creds": {"endpoint_id": user_endpoint, **self._queues(user_endpoint)},
            },
            "globus_effective_identity": IDENTITY,
            "globus_username": "loopback@localhost",
            "globus_identity_set": [{"sub": IDENTITY}],
        }
        self.broker.publish(
            f"{endpoint}.commands",
            json.dumps(command).encode(),
            content_type="application/json",
            timestamp=int(time.time()),
        )
        return user_endpoint

    def _submit(self, endpoint: str, body: Document) -> Document:
        group = body.get("task_group_id") or str(uuid.uuid4())
        if body.get("create_queue"):
            self.broker.queue(f"tg.{group}")
        user_endpoint = self._start_user_endpoint(endpoint, body)
        headers = {}
        if body.get("resource_specification"):
            headers["resource_specification"] = json.dumps(body["resource_specification"])
        if body.get("result_serializers"):
            headers["result_serializers"] = body["result_serializers"]
        submitted = {
            function: [
                self._queue_task(group, user_endpoint, function, payload, headers)
                for payload in payloads
            ]
            for function, payloads in body["tasks"].items()
        }
        return {
            "tasks": submitted,
            "task_group_id": group,
            "request_id": str(uuid.uuid4()),
            "endpoint_id": endpoint,
        }

    def _queue_task(
        self, group: str, user_endpoint: str, function: str, payload: str, headers: Document
    ) -> str:
        task = str(uuid.uuid4())
        content = self._functions[function] + payload
        self._tasks[task] = {
            "task_id": task,
            "status": "waiting-for-ep",
            "group": group,
            "endpoint": user_endpoint,
        }
        self._groups[group].append(task)
        with self._lock, self._log.open("a") as log:
            log.write(json.dumps({"task": task, "group": group, "content": content}) + "\n")
        self.broker.publish(
            f"{user_endpoint}.tasks",
            pack(Task(task_id=task, task_buffer=content)),
            headers={"function_uuid": function, "task_uuid": task, **headers},
            delivery_mode=2,
        )
        return task

    def forward(self) -> None:
        """Forward results, and see to heartbeats, for ever."""
        while True:
            try:
                channel = self.broker.channel()
                self._queues("service")
                channel.basic_qos(prefetch_count=200)
                channel.basic_consume("results", self._take_result)
                channel.basic_consume("heartbeats", self._take_heartbeat)
                channel.start_consuming()
            except pika.exceptions.AMQPError as error:
                print("the broker hung up:", type(error).__name__, flush=True)
                time.sleep(1)

    def _take_result(self, channel: BlockingChannel, method: Any, _: Any, body: bytes) -> None:
        result = unpack(body)
        task = self._tasks.get(str(result.task_id))
        if task is not None:
            task["status"] = "failed" if result.is_error else "success"
            task["completion_t"] = str(time.time())
            task["details"] = {name: str(value) for name, value in (result.details or {}).items()}
            task["exception" if result.is_error else "result"] = result.data
            # Where nobody made that queue, the broker drops it.
            channel.basic_publish("", f"tg.{task['group']}", body)
        channel.basic_ack(method.delivery_tag)

    def _take_heartbeat(self, channel: BlockingChannel, method: Any, _: Any, body: bytes) -> None:
        report = unpack(body)
        endpoint = str(report.endpoint_id)
        self._endpoints.setdefault(endpoint, {"registered": {}})["status"] = "online"
        if error := report.global_state.get("error"):  # the user's endpoint did not start
            for task in self._tasks.values():
                if task["endpoint"] == endpoint and task["status"].startswith("waiting"):
                    task |= {"status": "failed", "exception": error}
                    details = {"code": "EP_START", "user_message": error}
                    result = Result(task_id=task["task_id"], data=error, error_details=details)
                    channel.basic_publish("", f"tg.{task['group']}", pack(result))
        channel.basic_ack(method.delivery_tag)


def tokens(scopes: str) -> Document:
    """Return one token for each resource server."""
    by_server: dict[str, list[str]] = defaultdict(list)
    for scope in scopes.split() or [""]:
        by_server["funcx_service" if SERVICE_SCOPE in scope else "auth.globus.org"].append(scope)
    first, *others = [
        {
            "access_token": f"token-of-{server}",
            "refresh_token": None,
            "scope": " ".join(ours),
            "expires_in": 172800,
            "token_type": "Bearer",
            "resource_server": server,
        }
        for server, ours in by_server.items()
    ]
    return first | {"other_tokens": others}


class Handler(BaseHTTPRequestHandler):
    """Answers HTTP: Globus Auth by itself, all other requests by the service."""

    protocol_version = "HTTP/1.1"
    service: Service

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the parent's name
        print(self.command, self.path[:110], args[1], flush=True)

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        content = self.rfile.read(length)
        path = urllib.parse.urlparse(self.path).path
        if path == "/v2/oauth2/token":
            asked = urllib.parse.parse_qs(content.decode())
            self._reply(200, tokens(asked.get("scope", [""])[0]))
        elif path == "/v2/oauth2/userinfo":
            person = {"sub": IDENTITY, "username": "loopback@localhost"}
            self._reply(
                200,
                {
                    "sub": IDENTITY,
                    "preferred_username": person["username"],
                    "identity_set": [person],
                },
            )
        elif length > MOST_BYTES:
            self._reply(413, {"code": "PAYLOAD_TOO_LARGE", "message": f"{length} bytes"})
        else:
            body = json.loads(content) if content else {}
            self._reply(*self.service.answer(self.command, path, body))

    do_POST = do_PUT = do_DELETE = do_GET

    def _reply(self, status: int, document: Document) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def main() -> None:
    parser = argparse.ArgumentParser(description="Stand in for Globus Compute's web service.")
    parser.add_argument("--amqp", required=True, help="URL of the broker")
    parser.add_argument("--port", type=int, required=True, help="the SDK wants 5000")
    parser.add_argument("--tasks", type=Path, required=True, help="where tasks are written down")
    options = parser.parse_args()
    Handler.service = Service(Broker(options.amqp), options.tasks)
    threading.Thread(target=Handler.service.forward, daemon=True).start()
    ThreadingHTTPServer(("127.0.0.1", options.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
