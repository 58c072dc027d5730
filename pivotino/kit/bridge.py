"""ASGI in front of a WSGI application: one hop to a fixed pool of threads and one back.

a2wsgi does this in general; it crosses between loop and thread for every piece of a request and an answer. Pages here are
whole, so the body is read first (on disk when large) and the answer is sent at once, streams piece by piece.
"""

import asyncio
import contextvars
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
IN_MEMORY = 256 * 1024
# The page that refuses a body comes from here, before any middleware: it carries its own policy.
PLAIN_PAGE = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; manifest-src 'self'",
    ),
]


class TooLarge(Exception):
    """The body of a request is larger than any page here accepts."""


class Gone(Exception):
    """The browser left before it had sent everything."""


class Bridge:
    """An ASGI application that answers through `application` on one of `threads` threads; each calls `begin` first."""

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        *,
        threads: int,
        body_limit: int,
        too_large: Callable[[], bytes],
        begin: Callable[[], None] | None = None,
    ) -> None:
        self._application = application
        self._too_large = too_large
        self._limit = body_limit
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="pivotino-web", initializer=begin)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        try:
            body = await self._read(receive)
        except TooLarge:
            await send(
                {
                    "type": "http.response.start",
                    "status": 413,
                    "headers": PLAIN_PAGE,
                }
            )
            return await send({"type": "http.response.body", "body": self._too_large()})
        except Gone:
            return None
        loop = asyncio.get_running_loop()
        context = contextvars.Context()
        try:
            start, pieces, answer = await loop.run_in_executor(
                self._pool, context.run, self._answer, environ(scope, body)
            )
            await send(start)
            for piece in pieces:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await self._stream(answer, context, send)
        finally:
            body.close()
        return None

    async def _read(self, receive: Receive) -> IO[bytes]:
        body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed after the answer
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            piece = message.get("body", b"")
            size += len(piece)
            if size > self._limit:
                raise TooLarge
            body.write(piece)
            if not message.get("more_body", False):
                body.seek(0)
                return body

    def _answer(self, environ: dict[str, Any]) -> tuple[dict[str, Any], list[bytes], Any]:
        start: dict[str, Any] = {}

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], None]:
            wire = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            start.update(type="http.response.start", status=int(status.split(" ", 1)[0]), headers=wire)
            return pieces.append

        pieces: list[bytes] = []
        answer: Any = self._application(environ, start_response)
        if getattr(answer, "streaming", False) or hasattr(answer, "file_to_stream"):
            return start, pieces, answer
        pieces.extend(answer)
        if hasattr(answer, "close"):
            answer.close()
        return start, pieces, None

    async def _stream(self, answer: Any, context: contextvars.Context, send: Send) -> None:
        if answer is None:
            return await send({"type": "http.response.body", "body": b"", "more_body": False})
        loop = asyncio.get_running_loop()
        pieces = iter(answer)
        try:
            while (piece := await loop.run_in_executor(self._pool, lambda: context.run(_next, pieces))) is not None:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            return await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await loop.run_in_executor(self._pool, context.run, answer.close)


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)


def environ(scope: dict[str, Any], body: IO[bytes]) -> dict[str, Any]:
    """The WSGI words for an ASGI request."""
    server = scope.get("server") or ("localhost", 80)
    words: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").upper().replace("-", "_")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        text = value.decode("latin-1")
        words[key] = f"{words[key]}{'; ' if name == 'COOKIE' else ','}{text}" if key in words else text
    # A body without a stated length came in chunks; Django reads as much as CONTENT_LENGTH says.
    if "CONTENT_LENGTH" not in words:
        body.seek(0, 2)
        words["CONTENT_LENGTH"] = str(body.tell())
        body.seek(0)
    return words
