"""An executor whose answers are written down beforehand, and what it is asked and answers."""

import json
import threading
from collections import deque
from concurrent.futures import Future

from fitscan.columns import NUMBERS, TIMES
from fitscan.executors import Capabilities
from fitscan.worker.run import identity

LOST = OSError("worker lost")

NEVER = None


def row(key, status="ok", CLs=0.25):
    texts = {"status": status, "message": "", "engine": "scripted"}
    return {"key": key} | dict.fromkeys(NUMBERS, CLs) | texts | dict.fromkeys(TIMES, 0.5)


def all_ok(keys):
    """The status of these points when all is well."""
    return dict.fromkeys(keys, "ok")


def fitted(request):
    """What a worker answers when all is well."""
    if "probe" in request:
        return {"ok": True, "rows": [], "worker": identity()}
    return {"ok": True, "rows": [row(point["key"]) for point in request["points"]]}


def refused(kind, message="'poi'", *, traceback="", machine=False):
    """What a worker answers to what it cannot do."""
    answer = {"ok": False, "kind": kind, "message": message, "traceback": traceback}
    answer["machine"] = machine
    return lambda request: answer


def keys(request):
    return "".join(point["key"] for point in request.get("points", ()))


class Scripted:
    """An executor that remembers what it was asked and has most answers at once.

    Args:
        script: What happens, in this order, to tasks with a point of this key: a function that
            answers the request, with bytes or what JSON has; an exception; or NEVER. When the list
            is used up, all is well.
        probes: The same for probes; in the end, the last is repeated.
        capabilities: Those it declares.
    """

    def __init__(self, script=None, *, probes=(fitted,), **capabilities):
        self.capabilities = Capabilities(
            **{"workers": 1, "remote_environment": False, "retries": 2} | capabilities
        )
        self.script = {key: deque(events) for key, events in (script or {}).items()}
        self.probes = deque(probes)
        self.sent = []
        self.futures = []
        self.tickets = {}

    @property
    def requests(self):
        return [json.loads(content) for content in self.sent]

    @property
    def asked(self):
        """The keys of the points of each task."""
        return [keys(request) for request in self.requests]

    log = "scripted.log"

    def look_after_workers(self):
        return ()

    def submit(self, request):
        self.sent.append(request)
        future = Future()
        self.futures.append(future)
        self.finish(future, json.loads(request))
        return future

    def finish(self, future, request):
        event = self.event(request)
        if isinstance(event, Exception):
            future.set_exception(event)
        elif event is not NEVER:
            answer = event(request)
            future.set_result(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    def event(self, request):
        if "probe" in request:
            return self.probes.popleft() if len(self.probes) > 1 else self.probes[0]
        for key in keys(request):
            if self.script.get(key):
                return self.script[key].popleft()
        return fitted

    def answer_later(self, number, seconds=0.0):
        """Answer a task that had no answer."""
        request = self.requests[number]
        content = json.dumps(fitted(request)).encode()
        threading.Timer(seconds, self.futures[number].set_result, [content]).start()

    def ticket(self, future):
        return f"ticket {self.futures.index(future)}"

    def recover(self, tickets):
        return {ticket: self.tickets[ticket] for ticket in tickets if ticket in self.tickets}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


class Told:
    """The progress of a scan, remembered."""

    def __init__(self):
        self.updates = []
        self.lines = []

    def update(self, *, tasks=""):
        self.updates.append(tasks)

    def tell(self, text):
        self.lines.append(text)
