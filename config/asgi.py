"""One entry for everything over HTTP: live updates natively, all other requests to Django in a fixed pool of threads."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config.wsgi import application as django  # noqa: I001 - settings first
from django.conf import settings
from pivotino.control.accounts.middleware import account_of
from pivotino.control.accounts.second_steps import may_enter
from pivotino.control.visitors import recording
from pivotino.instance.history.live import Hub, Listener, replay
from pivotino.instance.members.queries import member_of
from pivotino.kit.bridge import Bridge
from pivotino.tenancy import checkpoints, inside, registry, stay
from pivotino.tenancy.middleware import ADDRESS
from pivotino.tenancy.places import Place
from pivotino.ui.errors import too_large_page

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

# A thread that asks its database gives the others their turn, and waits this long for its own while they compute. It may
# hold the one lock for writing meanwhile: at Python's 5 ms eight people who move cards waited 470 ms at worst, now 70 ms.
sys.setswitchinterval(0.0005)

HEARTBEAT_SECONDS = 20.0
# How often an open stream proves again that its session and membership still stand.
PROOF_SECONDS = 30.0
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

hub = Hub()
bridge = Bridge(
    django, threads=settings.WEB_THREADS, body_limit=settings.UPLOAD_MAX_BYTES, too_large=too_large_page, begin=stay
)  # fmt: skip
doors = ThreadPoolExecutor(2, thread_name_prefix="pivotino-live")


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application."""
    if scope["type"] == "lifespan":
        return await lifespan(receive, send)
    if scope["type"] != "http":
        return None
    address = ADDRESS.match(scope["path"])
    if address and address.group(2) == "/live":
        return await live(scope, address.group(1), receive, send)
    return await bridge(scope, receive, send)


async def lifespan(receive: Receive, send: Send) -> None:
    checkpoints.begin()
    recording.begin()
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            await asyncio.to_thread(recording.end)
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def live(scope: Scope, slug: str, receive: Receive, send: Send) -> None:
    """Server-sent events for one member of one instance; 404 for everybody else."""
    loop = asyncio.get_running_loop()
    headers = dict(scope["headers"])
    key = session_key(headers.get(b"cookie", b"").decode("latin-1"))
    door = await loop.run_in_executor(doors, enter, slug, key)
    if door is None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        return await send({"type": "http.response.body", "body": b""})
    place, seen_owner = door
    since = since_of(headers, scope["query_string"])
    listener = Listener(seen_owner)
    last, missed = await loop.run_in_executor(doors, replay, place, since, seen_owner)
    hub.join(place, listener, last)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    try:
        hello = b"event: reload\ndata: {}\n\n" if missed is None else b"".join(missed)
        await send(chunk(f"id: {last}\nevent: hello\ndata: {{}}\n\n".encode() + hello))
        gone = asyncio.ensure_future(disconnected(receive))
        try:
            await stream(listener, place, key, gone, send)
        finally:
            gone.cancel()
    finally:
        hub.leave(place, listener)
    return None


async def stream(listener: Listener, place: Place, key: str, gone: "asyncio.Future[None]", send: Send) -> None:
    """Send what the listener hears until it leaves, loses its rights or falls behind."""
    loop = asyncio.get_running_loop()
    proof_due = loop.time() + PROOF_SECONDS
    while not gone.done():
        heard = asyncio.ensure_future(listener.queue.get())
        both: set[asyncio.Future[Any]] = {heard, gone}
        await asyncio.wait(both, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not heard.done():
            heard.cancel()
        if gone.done():
            return None
        wire = [heard.result()] if heard.done() and not heard.cancelled() else [b": still here\n\n"]
        while not listener.queue.empty():
            wire.append(listener.queue.get_nowait())
        if loop.time() >= proof_due:
            door = await loop.run_in_executor(doors, enter, place.slug, key)
            if door is None:
                return await send({**chunk(b"event: bye\ndata: {}\n\n"), "more_body": False})
            if door[0].address != place.address:  # moved, or at a new version: the browser comes again by itself
                return await send({**chunk(b": moved\n\n"), "more_body": False})
            proof_due = loop.time() + PROOF_SECONDS
        if listener.lost:
            return await send({**chunk(b"event: reload\ndata: {}\n\n"), "more_body": False})
        await send(chunk(b"".join(wire)))
    return None


def enter(slug: str, key: str) -> tuple[Place, UUID | None] | None:
    """The place and whose records may be heard of there, for the member behind a session; None for anybody else."""
    account = account_of(key) if key else None
    place = registry.find(slug)
    if account is None or place is None or not may_enter(account.id, place.id):
        return None
    with inside(place):
        member = member_of(account.id)
        return (place, member.seen_owner) if member else None


async def disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def session_key(cookie: str) -> str:
    try:
        morsel = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def since_of(headers: dict[bytes, bytes], query: bytes) -> int:
    """The id a browser saw last: from its reconnect header, or from the address."""
    text = headers.get(b"last-event-id", b"").decode() or parse_qs(query.decode()).get("since", ["0"])[0]
    return int(text) if text.isdigit() and len(text) < 19 else 0


def chunk(body: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": True}
