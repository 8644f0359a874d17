"""A real HTTP server on 127.0.0.1 that goes wrong in the ways servers go wrong, by path."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

HTML = b"<!DOCTYPE html>\n<html><body>A landing page</body></html>"


class MisbehavingServer(ThreadingHTTPServer):
    """Serves ``content``; remembers what was asked.

    Attributes:
        content: What a good path gives; set by the test.
        hits: How often each path was requested.
        headers: The headers of the last request of each path.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = b""
        self.hits: Counter[str] = Counter()
        self.headers: dict[str, Message] = {}
        self.is_ending = False

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    server: MisbehavingServer

    def do_GET(self) -> None:  # noqa: PLR0912 (a table of faults)
        self.server.hits[self.path] += 1
        self.server.headers[self.path] = self.headers
        first = self.server.hits[self.path] == 1
        content, half = self.server.content, self.server.content[: len(self.server.content) // 2]
        match self.path.split("?")[0]:
            case "/good.tar.gz":
                self.answer(content)
            case "/drop-once.tar.gz":
                self.answer(half if first else content, length=len(content))
            case "/drop-always.tar.gz":
                self.answer(half, length=len(content))
            case "/drop-chunked.tar.gz":
                self.chunks(half, end=b"")
            case "/busy-once.tar.gz":
                self.answer(b"busy" if first else content, status=503 if first else 200)
            case "/forbidden":
                self.answer(b"no", status=403)
            case "/html.tar.gz":
                self.answer(HTML)
            case "/json":
                self.answer(b'{"channels": []}')
            case "/short.tar.gz":  # truncated, and nothing in the response that tells
                self.answer(half, length=None)
            case "/slow-chunks.tar.gz":
                self.chunks(content)
            case "/labelled.tar.gz":
                self.answer(content, headers={"Content-Encoding": "gzip"})
            case "/drip.tar.gz":
                self.drip(b"HTTP/1.1 200 OK\r\n\r\n", content)
            case "/drip-headers.tar.gz":
                self.drip(b"HTTP/1.1 200 OK\r\n", b"X-Drip: 1\r\n" * 10_000)
            case "/signed":
                self.answer(b"", status=302, headers={"Location": "/gone?Signature=swordfish"})
            case "/circle":
                self.answer(b"", status=302, headers={"Location": "/circle"})
            # What doi.org and HEPData do: lead to a landing page, which looks at Accept.
            case "/doi/10.17182/hepdata.90607.v3/r3":
                self.answer(b"", status=302, headers={"Location": "/landing"})
            case "/landing":
                wanted = "application/x-tar" in self.headers["Accept"]
                self.answer(content if wanted else HTML)
            case _:
                self.answer(HTML, status=404)

    def answer(
        self,
        body: bytes,
        *,
        status: int = 200,
        length: int | None = -1,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send ``body``, whatever Content-Length says: its own (-1), another, or none at all."""
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(len(body) if length < 0 else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def chunks(self, body: bytes, *, end: bytes = b"0\r\n\r\n") -> None:
        """Send ``body`` in pieces without saying how long it is."""
        self.protocol_version = "HTTP/1.1"
        self.close_connection = True
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(body), 97):
            piece = body[start : start + 97]
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(end)

    def drip(self, head: bytes, body: bytes) -> None:
        """Send ``body`` a letter at a time, until nobody listens."""
        self.close_connection = True
        try:
            self.wfile.write(head)
            for letter in body:
                self.wfile.write(bytes([letter]))
                self.wfile.flush()
                time.sleep(0.01)
                if self.server.is_ending:
                    return
        except OSError:
            return

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def misbehaving_server() -> Iterator[MisbehavingServer]:
    with MisbehavingServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.is_ending = True
            server.shutdown()
            thread.join()
