"""A small server on 127.0.0.1 that speaks the APIs' wire formats as a test tells it to."""

from __future__ import annotations

import io
import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from PIL import Image


@dataclass
class Request:
    path: str
    headers: dict[str, str]  # names in small letters
    body: dict[str, Any]


class Handler(BaseHTTPRequestHandler):
    """Hands a request to its server, and the server's answer back."""

    protocol_version = "HTTP/1.1"
    owner: ApiServer
    request_body: dict[str, Any]

    def do_POST(self) -> None:
        self.request_body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.owner.answer_to(Request(self.path, headers, self.request_body))
        try:
            answer(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
            self.owner.hung_up.set()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client may go when it likes
            super().handle_error(request, client_address)


Answer = Callable[[Handler], None]


@dataclass
class ApiServer:
    """Answers each request with the next of `answers`, and with the last one for ever."""

    answers: list[Answer] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)  # a client has gone
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> ApiServer:
        handler = type("OwnHandler", (Handler,), {"owner": self})
        self._http = _Quiet(("127.0.0.1", 0), handler)
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [request.body for request in self.requests]

    def answer_to(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            return self.answers[min(len(self.requests), len(self.answers)) - 1]


def forget_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own keys, servers and proxies are out of reach."""
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "ANTHROPIC_", "RAG_API")) or name.upper() == "ALL_PROXY":
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refusal(status: int, body: object = None, **headers: str) -> Answer:
    """An answer with a status code; a body that is no string is sent as JSON."""

    def answer(handler: Handler) -> None:
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def stream(events: Iterable[str], ending: str = "whole") -> Answer:
    """Server-sent events; "cut" breaks off the transfer, "hanging" says no more for a while."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for event in events:
            data = event.encode()
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        if ending == "hanging":
            threading.Event().wait(1.0)
        if ending == "whole":
            handler.wfile.write(b"0\r\n\r\n")
        else:
            handler.close_connection = True

    return answer


def png(width: int = 60, height: int = 40, colour: str = "red") -> bytes:
    return encoded(Image.new("RGB", (width, height), colour), "PNG")


def encoded(image: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()
