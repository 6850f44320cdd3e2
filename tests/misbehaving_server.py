"""A real server on loopback that speaks OpenAI's chat completions, and misbehaves as told."""

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

STEP_SECONDS = 0.02
KEY = "sk-secret-0123456789"
TOLD = "what only the server knows"  # must never be seen in a log or a message


@dataclass(frozen=True, slots=True)
class Received:
    """A request as the server saw it."""

    path: str
    headers: dict[str, str]  # names in small letters
    body: dict[str, Any]

    @property
    def user_message(self) -> str:
        text: str = self.body["messages"][-1]["content"]
        return text


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_POST(self) -> None:
        self.close_connection = True
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(Received(self.path, headers, json.loads(body)))
        behave = self.server.behaviours[
            min(len(self.server.received), len(self.server.behaviours)) - 1
        ]
        try:
            behave(self)
        except OSError:
            self.server.n_hung_up += 1  # the client had enough

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep the output of the tests clean."""

    def start(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Connection": "close", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.flush()

    def send_chunk(self, data: bytes) -> None:
        """One chunk of a chunked body; an empty one ends it in good order."""
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # closing waits for the handlers

    def __init__(self, behaviours: "tuple[Behaviour, ...]") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behaviours = behaviours
        self.received: list[Received] = []
        self.n_hung_up = 0
        self.stopping = threading.Event()


Behaviour = Callable[[_Handler], None]


class MisbehavingServer:
    """Answers the first request with the first behaviour, and so on; the last one stays."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self._server = _Server(behaviours)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def received(self) -> list[Received]:
        return self._server.received

    @property
    def n_hung_up(self) -> int:
        """How often the client closed the connection on the server."""
        return self._server.n_hung_up

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def make_event(text: str | None, finish: str | None = None) -> bytes:
    """One event of a stream, as OpenAI writes it."""
    choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}
    content = {"id": "x", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(content, ensure_ascii=False).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def says(text: str, *, finish: str = "stop", size: int = 7) -> Behaviour:
    """A good server: the text in small pieces, cut inside words and letters alike."""
    events = b"".join(make_event(text[i : i + size]) for i in range(0, len(text), size))
    data = b": hello\n\n" + events + make_event(None, finish) + DONE
    return streams(data[i : i + 61] for i in range(0, len(data), 61))


def streams(parts: Iterable[bytes], *, is_ended: bool = True) -> Behaviour:
    """The parts as they are; without its end the connection is just closed."""
    kept = list(parts)

    def behave(handler: _Handler) -> None:
        handler.start(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
        for part in kept:
            handler.send_chunk(part)
        if is_ended:
            handler.send_chunk(b"")

    return behave


def repeats(part: bytes, *, pause_seconds: float = 0.0) -> Behaviour:
    """The same part again and again, for as long as anyone reads."""

    def behave(handler: _Handler) -> None:
        handler.start(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
        while not handler.server.stopping.wait(pause_seconds):
            handler.send_chunk(part)

    return behave


def replies(status: int, body: str = TOLD, **headers: str) -> Behaviour:
    """A status with a body; an underscore in a header's name stands for a hyphen."""
    data = body.encode()

    def behave(handler: _Handler) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        handler.start(status, {"Content-Length": str(len(data)), **named})
        handler.wfile.write(data)

    return behave


def hangs(handler: _Handler) -> None:
    """Not a byte until the server is stopped."""
    handler.server.stopping.wait()


def drips_headers(handler: _Handler) -> None:
    """One letter of a header at a time, so that no single read takes long."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.stopping.wait(STEP_SECONDS):
        handler.wfile.write(b"z")
        handler.wfile.flush()


def fails_endlessly(handler: _Handler) -> None:
    """A server error whose body never ends."""
    handler.start(500, {"Content-Type": "text/html"})
    while not handler.server.stopping.wait(0):
        handler.wfile.write(b"<p>" * 10_000)
