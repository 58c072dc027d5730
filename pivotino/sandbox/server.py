"""The sandbox as a small web server: the API, the pages, the control page, and a thread each for messages and for time."""

import argparse
import contextlib
import logging
import os
import signal
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from urllib.parse import urlsplit

from pivotino.sandbox import api, clockwork, events
from pivotino.sandbox.pages import Answer, Pages
from pivotino.sandbox.store import Store

log = logging.getLogger("pivotino.sandbox")
MOST_BYTES = 1_000_000
PATIENCE = 20.0


class Server(ThreadingHTTPServer):
    """One sandbox. `public` is the address under which browsers find it."""

    daemon_threads = True
    # A second server on the same port must fail instead of sharing it.
    allow_reuse_port = False

    def server_bind(self) -> None:
        # The library would ask the network for the name of this machine, which nobody needs.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "sandbox", self.server_address[1]

    def __init__(self, host: str, port: int, store: Store, *, public: str = "") -> None:
        super().__init__((host, port), Handler)
        self.store = store
        self.public = public.rstrip("/") or f"http://{host}:{self.server_address[1]}"
        self.pages = Pages(store, self.public)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "PivotinoSandbox"
    timeout = 30

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            return self._send(Answer(413, "Too large."))
        body = self.rfile.read(length).decode("utf-8", "replace")
        address = urlsplit(self.path)
        try:
            answer = self._route(address.path, address.query, body)
        except Exception:
            log.error("%s", traceback.format_exc())
            answer = Answer(500, "The sandbox broke. Its log says where.")
        return self._send(answer)

    def _route(self, path: str, query: str, body: str) -> Answer:
        store, public = self.server.store, self.server.public
        if path.startswith("/v1/"):
            clockwork.catch_up(store, public=public)
            status, text = api.answer(store, public, self.command, path, query, body, self.headers)
            return Answer(status, text, "application/json")
        if self.command == "POST" and self.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
            return Answer(403, "This did not come from the sandbox's own page.")
        wants_json = "application/json" in (self.headers.get("Accept") or "")
        return self.server.pages.answer(self.command, path, query, body, json=wants_json)

    def _send(self, answer: Answer) -> None:
        content = answer.text.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", f"{answer.type}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Request-Id", f"req_{id(answer):x}")
        if answer.location:
            self.send_header("Location", answer.location)
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        log.debug(format, *args)


def deliver(server: Server) -> int:
    """Send off every message that is due, to the address set; how many were sent."""
    hook = server.store.setting("hook", "")
    if not hook:
        return 0
    with server.store.work():
        waiting = events.due(server.store)
    for row in waiting:
        answer = post(hook, row["body"], row["headers"])
        with server.store.work():
            events.answered(server.store, row["id"], row["tries"], answer)
    return len(waiting)


def post(hook: str, body: str, headers: dict[str, str]) -> str:
    """The status of the answer, or what went wrong."""
    request = urllib.request.Request(hook, body.encode(), headers, method="POST")  # noqa: S310 - the operator's own address
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return str(answer.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except OSError as error:
        return type(error).__name__


def tick(server: Server, stop: threading.Event, *, parent: int) -> None:
    """Time passes and messages go out, until told to stop, or until whoever started us is gone."""
    while not stop.wait(0.25) and (not parent or os.getppid() == parent):
        try:
            clockwork.catch_up(server.store, public=server.public)
            deliver(server)
        except Exception:
            log.error("%s", traceback.format_exc())
            time.sleep(1)


def main(arguments: list[str]) -> None:
    """Serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="pivotino sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--file", default="", help="where its state is kept; default: sandbox.sqlite3 in PIVOTINO_VAR")
    parser.add_argument("--public", default="", help="the address under which browsers find it")
    parser.add_argument("--hook", default="", help="where messages go; without it they wait to be fetched")
    parser.add_argument("--parent", type=int, default=0, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level="WARNING")
    file = Path(chosen.file or Path(os.environ.get("PIVOTINO_VAR", "var")) / "sandbox.sqlite3")
    file.parent.mkdir(parents=True, exist_ok=True)
    store = Store(file)
    if chosen.hook:
        store.set("hook", chosen.hook)
    if secret := os.environ.get("PIVOTINO_SANDBOX_SECRET", ""):
        store.set("secret", secret)
    try:
        server = Server(chosen.host, chosen.port, store, public=chosen.public)
    except OSError as error:
        sys.exit(
            f"The sandbox for payments cannot listen on port {chosen.port}: {error.strerror}. Set PIVOTINO_SANDBOX_PORT."
        )
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, frame: stop.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()  # lint: threads - no instance comes near here
    print(f"Sandbox payments at {server.public} (port {server.server_address[1]}). No money moves.", flush=True)
    tick(server, stop, parent=chosen.parent)
    server.shutdown()
    store.close()
